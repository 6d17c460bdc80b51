//! A point at which formulas are decided: every input an exact number, and whatever follows from them in balls.
//!
//! Inputs are binary fractions of few digits, so that sums and products of them are exact: ties, zeros and the points at which something
//! changes its branch are then met exactly, and known to be met.

use super::draw::{Domain, Random, SUMS_TO_ONE};
use super::evaluate::Evaluator;
use super::sample::{Assumption, looked_up};
use crate::derive::Derivation;
use crate::expr::{Arena, Id, Symbol, SymbolId};
use crate::real::{Ball, Real};
use ndarray::{ArrayD, IxDyn};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// An array of balls.
pub type Balls = ArrayD<Ball>;

/// How the entries of inputs are drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Manner {
    /// Normal numbers times this power of two.
    Normal(f64),
    /// Between two numbers.
    Between(f64, f64),
    /// Whole numbers from the first to the second: zeros and ties are among them.
    Whole(i64, i64),
    /// One of these, or a little beside it.
    Among(Vec<f64>),
    /// This number everywhere.
    All(f64),
    /// Square matrices as in this domain, everything else positive.
    Matrices(Domain),
    /// Positive, and what arrives too: nothing cancels in a long chain.
    Level,
}

/// The place of the last binary digit of an entry.
const DIGITS: f64 = (1u64 << 20) as f64;

/// What stands beside a number: far enough to be another, near enough to be on its side of the next.
const BESIDE: f64 = 1.0 / 64.0;

/// The value of every variable at one point, in balls.
#[derive(Clone, Debug)]
pub struct Point {
    /// The length of each dimension's name.
    pub lengths: FxHashMap<String, usize>,
    /// Of inputs, of what is assigned, and of gradients.
    pub values: FxHashMap<SymbolId, Balls>,
    /// What has been evaluated.
    known: FxHashMap<Id, Balls>,
}

impl Point {
    /// A point drawn in this manner; `None` where lengths do not fit, an input cannot have its properties, or the output has no value.
    pub fn draw(d: &Derivation, lengths: &FxHashMap<String, usize>, manner: &Manner, seed: u64, assumed: &[Assumption]) -> Option<Point> {
        let arena = d.arena();
        let evaluator = Evaluator::new(arena, lengths);
        let mut random = Random::new(seed);
        let values: Vec<Id> = d.model.statements.iter().map(|s| s.value).collect();
        let places = arena.places(arena.reachable(&values).into_iter());
        let mut inputs = FxHashMap::default();
        for &input in &d.model.inputs {
            let info = arena.info(input);
            let shape = evaluator.shape(&info.shape)?;
            let value = match looked_up(&evaluator, places.get(&input)) {
                Some(count) => random.places(&shape, count).mapv(Ball::from),
                None => drawn(&mut random, info, &shape, manner, &assumed_of(assumed, input))?,
            };
            inputs.insert(input, value);
        }
        Point::of(d, lengths, inputs, |info, shape, symbol| {
            let arrives = if *manner == Manner::Level { Manner::Between(0.5, 2.0) } else { Manner::Normal(1.0) };
            drawn(&mut random, info, shape, &arrives, &assumed_of(assumed, symbol))
        })
    }

    /// The point with these inputs, and with what `arrives` gives for the output that is no scalar.
    pub fn of(
        d: &Derivation,
        lengths: &FxHashMap<String, usize>,
        inputs: FxHashMap<SymbolId, Balls>,
        arrives: impl FnOnce(&Symbol, &[usize], SymbolId) -> Option<Balls>,
    ) -> Option<Point> {
        let mut point = Point { lengths: lengths.clone(), values: inputs, known: FxHashMap::default() };
        point.forward(d, None)?;
        let output = point.values.get(&d.model.output)?.shape().to_vec();
        let upstream = match d.gradient(d.model.output) {
            Some(top) if !d.model.scalar => arrives(d.arena().info(top.symbol), &output, top.symbol)?,
            _ => Balls::from_elem(IxDyn(&output), Ball::from(1.0)),
        };
        point.backward(d, upstream)?;
        Some(point)
    }

    /// Every variable and gradient a number of its own, whatever the statements say: what two formulas over them have in common there
    /// they have in common everywhere.
    pub fn loose(d: &Derivation, lengths: &FxHashMap<String, usize>, seed: u64) -> Option<Point> {
        let evaluator = Evaluator::new(d.arena(), lengths);
        let mut random = Random::new(seed);
        let symbols = d.model.inputs.iter().copied().chain(d.model.statements.iter().map(|s| s.symbol));
        let symbols = symbols.chain(d.gradients.iter().map(|g| g.symbol));
        let mut values = FxHashMap::default();
        for symbol in symbols {
            let info = d.arena().info(symbol);
            let shape = evaluator.shape(&info.shape)?;
            values.insert(symbol, drawn(&mut random, info, &shape, &Manner::Normal(1.0), &[])?);
        }
        Some(Point { lengths: lengths.clone(), values, known: FxHashMap::default() })
    }

    /// Fills in what the statements assign, but for `kept`; nothing where the output has no value.
    fn forward(&mut self, d: &Derivation, kept: Option<SymbolId>) -> Option<()> {
        for statement in d.model.statements.iter().filter(|s| Some(s.symbol) != kept) {
            let value = self.value(d.arena(), statement.value)?.clone();
            self.values.insert(statement.symbol, value);
        }
        self.values.get(&d.model.output)?.iter().all(|x| x.is_finite()).then_some(())
    }

    /// Fills in the gradients, from what arrives at the output.
    pub fn backward(&mut self, d: &Derivation, upstream: Balls) -> Option<()> {
        let arena = d.arena();
        // what was known of gradients is of others
        let is_gradient: FxHashMap<SymbolId, ()> = d.gradients.iter().map(|g| (g.symbol, ())).collect();
        if d.gradients.iter().any(|g| self.values.contains_key(&g.symbol)) {
            let mut stale: FxHashMap<Id, bool> = FxHashMap::default();
            let mut nodes: Vec<Id> = self.known.keys().copied().collect();
            nodes.sort_unstable();
            for id in nodes {
                let own = arena.as_symbol(id).is_some_and(|symbol| is_gradient.contains_key(&symbol));
                let old = own || arena.args(id).iter().any(|arg| stale.get(arg) == Some(&true));
                stale.insert(id, old);
            }
            self.known.retain(|id, _| stale.get(id) != Some(&true));
        }
        for gradient in &d.gradients {
            let value = match gradient.of == d.model.output {
                true => upstream.clone(),
                false => self.value(arena, gradient.value)?.clone(),
            };
            self.values.insert(gradient.symbol, value);
        }
        Some(())
    }

    /// The value of an expression over these variables.
    pub fn value(&mut self, arena: &Arena, id: Id) -> Option<&Balls> {
        Evaluator::new(arena, &self.lengths).remember(id, &self.values, &mut self.known)?;
        self.known.get(&id)
    }

    /// What has been evaluated of these.
    pub fn seen(&self, id: Id) -> Option<&Balls> {
        self.known.get(&id)
    }

    /// The same with one entry of a variable moved, up to the output.
    pub fn moved(&self, d: &Derivation, symbol: SymbolId, entry: &[usize], by: Ball) -> Option<Point> {
        let mut point = Point { lengths: self.lengths.clone(), values: self.values.clone(), known: FxHashMap::default() };
        let moved = point.values.get_mut(&symbol)?.get_mut(entry)?;
        *moved = *moved + by;
        point.forward(d, Some(symbol))?;
        Some(point)
    }
}

fn assumed_of(assumed: &[Assumption], symbol: SymbolId) -> Vec<Arc<str>> {
    assumed.iter().filter(|a| a.symbol == symbol).map(|a| a.property.clone()).collect()
}

/// A number with few digits.
fn short(x: f64) -> f64 {
    (x * DIGITS).round() / DIGITS
}

fn raw(random: &mut Random, shape: &[usize], manner: &Manner) -> ArrayD<f64> {
    let entry = |random: &mut Random| match manner {
        Manner::Normal(scale) => short(random.normal()) * scale,
        Manner::Between(low, high) => short(random.uniform(*low, *high)),
        Manner::Level => short(random.uniform(0.5, 2.0)),
        Manner::Whole(low, high) => random.uniform(*low as f64, (*high + 1) as f64).floor(),
        Manner::All(value) => *value,
        Manner::Among(numbers) => {
            let number = numbers.get(random.uniform(0.0, numbers.len() as f64) as usize).copied().unwrap_or(0.0);
            let size = number.abs().max(1.0);
            match random.uniform(0.0, 6.0) as usize {
                0 => number - BESIDE * size,
                1 => number + BESIDE * size,
                2 => short(random.normal()) * size,
                _ => number,
            }
        }
        Manner::Matrices(_) => short(random.uniform(0.5, 2.0)),
    };
    match (manner, shape) {
        (Manner::Matrices(domain), [.., rows, columns]) if rows == columns => random.array(shape, *domain).mapv(short),
        _ => ArrayD::from_shape_fn(IxDyn(shape), |_| entry(random)),
    }
}

/// An array with the properties of its symbol, and with these besides; nothing where it cannot have them.
fn drawn(random: &mut Random, info: &Symbol, shape: &[usize], manner: &Manner, more: &[Arc<str>]) -> Option<Balls> {
    let mut x = raw(random, shape, manner).mapv(Ball::from);
    let rank = shape.len();
    let last = shape.last().copied().unwrap_or(1);
    for property in info.properties.iter().chain(more) {
        let place = |at: &IxDyn| (ndarray::Dimension::slice(at)[rank - 2], ndarray::Dimension::slice(at)[rank - 1]);
        let without = |x: &mut Balls, gone: fn(usize, usize) -> bool| {
            for (at, value) in x.indexed_iter_mut() {
                let (row, column) = place(&at);
                if gone(row, column) {
                    *value = Ball::ZERO;
                }
            }
        };
        match &**property {
            "symmetric" => {
                let turned = transposed(&x);
                x.zip_mut_with(&turned, |a, b| *a = (*a + *b) * 0.5);
            }
            "posdef" => x = gram(&x),
            "diagonal" => without(&mut x, |row, column| row != column),
            "lower" => without(&mut x, |row, column| row < column),
            "upper" => without(&mut x, |row, column| row > column),
            "orthogonal" | "orthonormal" => {
                if rank < 2 || shape[rank - 2] < last {
                    return None;
                }
                each_row(&mut x, shape[rank - 2] * last, &mut |matrix| orthonormal(matrix, last));
            }
            "positive" => x.mapv_inplace(|v| if v.may_be_zero() { Ball::from(0.5) } else { v.abs() }),
            "onehot" => each_row(&mut x, last, &mut |row| {
                row.fill(Ball::ZERO);
                row[random.uniform(0.0, last as f64) as usize % last.max(1)] = Ball::from(1.0);
            }),
            "stochastic" => each_row(&mut x, last, &mut |row| {
                row.iter_mut().for_each(|v| *v = v.abs() + 0.125);
                let sum = sum(row.iter().copied());
                row.iter_mut().for_each(|v| *v = *v / sum);
            }),
            SUMS_TO_ONE => each_row(&mut x, last, &mut |row| {
                if let Some((first, rest)) = row.split_first_mut() {
                    *first = Ball::from(1.0) - sum(rest.iter().copied());
                }
            }),
            "unit" => each_row(&mut x, last, &mut |row| {
                let norm = sum(row.iter().map(|v| *v * *v)).sqrt();
                row.iter_mut().for_each(|v| *v = *v / norm);
            }),
            "binary" => x.mapv_inplace(|v| Ball::truth(Ball::from(0.3).less(v))),
            "sign" => x.mapv_inplace(|v| if v.to_f64() < 0.0 { Ball::from(-1.0) } else { Ball::from(1.0) }),
            "distinct" => {
                let mut order: Vec<usize> = (0..x.len()).collect();
                if let Some(data) = x.as_slice_mut() {
                    order.sort_by(|&i, &j| data[i].to_f64().total_cmp(&data[j].to_f64()));
                    order.into_iter().enumerate().for_each(|(rank, at)| data[at] = data[at] + rank as f64 * BESIDE);
                }
            }
            _ => {}
        }
    }
    x.iter().all(|x| x.is_finite()).then_some(x)
}

fn sum(x: impl Iterator<Item = Ball>) -> Ball {
    x.fold(Ball::ZERO, |sum, x| sum + x)
}

fn each_row(x: &mut Balls, length: usize, f: &mut dyn FnMut(&mut [Ball])) {
    if let Some(data) = x.as_slice_mut() {
        data.chunks_mut(length.max(1)).for_each(f);
    }
}

/// With the last two axes exchanged.
pub(super) fn transposed(x: &Balls) -> Balls {
    let mut y = x.clone();
    let rank = y.ndim();
    y.swap_axes(rank - 1, rank - 2);
    y.as_standard_layout().into_owned()
}

/// `x xᵀ` and a half of the identity, for each matrix of a batch.
fn gram(x: &Balls) -> Balls {
    let rank = x.ndim();
    let n = x.shape()[rank - 1];
    Balls::from_shape_fn(x.raw_dim(), |at| {
        let (mut left, mut right) = (at.clone(), at.clone());
        right[rank - 2] = at[rank - 1];
        let products = (0..n).map(|k| {
            left[rank - 1] = k;
            right[rank - 1] = k;
            x[&left] * x[&right]
        });
        sum(products) + if at[rank - 2] == at[rank - 1] { 0.5 } else { 0.0 }
    })
}

/// Columns made orthonormal one after the other, by modified Gram and Schmidt.
fn orthonormal(x: &mut [Ball], columns: usize) {
    let rows = x.len() / columns.max(1);
    for j in 0..columns {
        for i in 0..j {
            let dot = sum((0..rows).map(|r| x[r * columns + i] * x[r * columns + j]));
            for r in 0..rows {
                x[r * columns + j] = x[r * columns + j] - dot * x[r * columns + i];
            }
        }
        let norm = sum((0..rows).map(|r| x[r * columns + j] * x[r * columns + j])).sqrt();
        for r in 0..rows {
            x[r * columns + j] = x[r * columns + j] / norm;
        }
    }
}
