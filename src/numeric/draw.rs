//! Small lengths that all differ, and random inputs of the right kind.

use super::evaluate::Array;
use super::literals::{self, Lengths};
use crate::expr::{Arena, Id, Op, Symbol};
use crate::limits::MAX_CHECK_ENTRIES;
use crate::ops::{Attribute, Cut};
use crate::shape::Dim;
use ndarray::IxDyn;

/// What an [`Assumption`](super::Assumption) can be beside the properties of the language: rows that sum to 1, with either sign in them
/// where the domain has both.
pub const SUMS_TO_ONE: &str = "sums to 1";

/// A small generator of random numbers (SplitMix64: Steele, Lea, Flood, OOPSLA 2014). Always the same from the same seed, so that
/// what is printed once is printed again.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator with this seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform between `low` and `high`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(1e-300, 1.0), self.uniform(0.0, 1.0));
        (-2.0 * u.ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
    }

    /// An array of independent entries.
    pub fn array(&mut self, shape: &[usize], domain: Domain) -> Array {
        if let (Domain::Oriented | Domain::Definite, [.., rows, columns]) = (domain, shape) {
            if rows == columns {
                let x = self.array(shape, Domain::Normal);
                let symmetric = gram(&x);
                return if domain == Domain::Definite { symmetric } else { symmetric + (&x - &turned(&x)) };
            }
        }
        let level = if let [.., _, last] = shape { *last as f64 * 1.25 / GROWTH } else { 1.0 };
        Array::from_shape_fn(IxDyn(shape), |_| match domain {
            Domain::Normal => self.normal(),
            Domain::Positive | Domain::Oriented | Domain::Definite => self.uniform(0.5, 2.0),
            Domain::Unit => self.uniform(0.1, 0.9),
            Domain::AboveOne => self.uniform(1.5, 3.0),
            Domain::Level => self.uniform(0.5, 2.0) / level,
        })
    }

    /// Whole numbers from 0 up to, but not including, `count`.
    pub fn places(&mut self, shape: &[usize], count: usize) -> Array {
        Array::from_shape_fn(IxDyn(shape), |_| self.uniform(0.0, count as f64).floor())
    }

    /// An array for an input, with the properties that were declared.
    pub fn input(&mut self, symbol: &Symbol, shape: &[usize], domain: Domain) -> Array {
        let domain = if symbol.has("positive") && matches!(domain, Domain::Normal) { Domain::Positive } else { domain };
        let mut x = self.array(shape, domain);
        let rank = shape.len();
        let last = shape.last().copied().unwrap_or(1);
        let rows = |x: &mut Array, f: &mut dyn FnMut(&mut [f64])| {
            if let Some(data) = x.as_slice_mut() {
                data.chunks_mut(last).for_each(f);
            }
        };
        for property in &symbol.properties {
            match &**property {
                "symmetric" => x = (&x + &turned(&x)) / 2.0,
                "posdef" => x = gram(&x),
                "diagonal" | "lower" | "upper" => {
                    for (at, value) in x.indexed_iter_mut() {
                        let (row, column) = (at[rank - 2], at[rank - 1]);
                        let out = match &**property {
                            "diagonal" => row != column,
                            "lower" => row < column,
                            _ => row > column,
                        };
                        if out {
                            *value = 0.0;
                        }
                    }
                }
                "orthogonal" | "orthonormal" if rank >= 2 => {
                    let (rows, columns) = (shape[rank - 2], last);
                    if let Some(data) = x.as_slice_mut() {
                        data.chunks_mut(rows * columns).for_each(|matrix| orthonormal(matrix, columns));
                    }
                }
                "distinct" => spread(&mut x),
                "onehot" => {
                    let mut picks: Vec<usize> = Vec::new();
                    for _ in 0..x.len().div_ceil(last.max(1)) {
                        picks.push(self.uniform(0.0, last as f64) as usize % last.max(1));
                    }
                    let mut picks = picks.into_iter();
                    rows(&mut x, &mut |row| {
                        row.fill(0.0);
                        row[picks.next().unwrap_or(0)] = 1.0;
                    });
                }
                "stochastic" => rows(&mut x, &mut |row| {
                    row.iter_mut().for_each(|v| *v = v.abs() + 0.1);
                    let sum: f64 = row.iter().sum();
                    row.iter_mut().for_each(|v| *v /= sum);
                }),
                SUMS_TO_ONE => rows(&mut x, &mut |row| {
                    let sum: f64 = row.iter().sum();
                    match row.iter().all(|v| *v > 0.0) {
                        true => row.iter_mut().for_each(|v| *v /= sum),
                        false => row.iter_mut().for_each(|v| *v += (1.0 - sum) / last as f64),
                    }
                }),
                "unit" => rows(&mut x, &mut |row| {
                    let norm = row.iter().map(|v| v * v).sum::<f64>().sqrt();
                    row.iter_mut().for_each(|v| *v /= norm);
                }),
                "binary" => x.mapv_inplace(|v| f64::from(u8::from(v > 0.3))),
                "sign" => x.mapv_inplace(f64::signum),
                _ => {}
            }
        }
        x
    }
}

/// From where the entries of inputs are drawn. All but the last are tried in this order until the program's value is finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Standard normal.
    Normal,
    /// Between 1/2 and 2.
    Positive,
    /// Between 0.1 and 0.9: inside the domain of logarithms of `1 - p`, of inverse sines, ...
    Unit,
    /// Between 1.5 and 3.
    AboveOne,
    /// Square matrices whose symmetric part is positive definite, so that determinants are positive and still no transpose goes
    /// unnoticed; all else positive.
    Oriented,
    /// Square matrices that are symmetric and positive definite, and all else positive.
    Definite,
    /// Positive, and in matrices so small that a row sums to little more than 1: long chains of products neither explode nor die out.
    Level,
}

impl Domain {
    /// Those that are tried, in this order.
    pub const TRIED: [Domain; 6] = [Domain::Normal, Domain::Positive, Domain::Unit, Domain::AboveOne, Domain::Oriented, Domain::Definite];
}

fn turned(x: &Array) -> Array {
    let mut y = x.clone();
    let rank = y.ndim();
    y.swap_axes(rank - 1, rank - 2);
    y.as_standard_layout().into_owned()
}

/// `x xᵀ / n + I / 2` for each matrix of a batch.
fn gram(x: &Array) -> Array {
    let rank = x.ndim();
    let n = x.shape()[rank - 1];
    Array::from_shape_fn(x.raw_dim(), |at| {
        let (mut left, mut right) = (at.clone(), at.clone());
        right[rank - 2] = at[rank - 1];
        let mut sum = 0.0;
        for k in 0..n {
            left[rank - 1] = k;
            right[rank - 1] = k;
            sum += x[&left] * x[&right];
        }
        sum / n as f64 + if at[rank - 2] == at[rank - 1] { 0.5 } else { 0.0 }
    })
}

/// Columns made orthonormal one after the other (modified Gram-Schmidt); the rows stand one after the other.
fn orthonormal(x: &mut [f64], columns: usize) {
    let rows = x.len() / columns.max(1);
    for j in 0..columns {
        for i in 0..j.min(rows) {
            let dot: f64 = (0..rows).map(|r| x[r * columns + i] * x[r * columns + j]).sum();
            for r in 0..rows {
                x[r * columns + j] -= dot * x[r * columns + i];
            }
        }
        let norm = (0..rows).map(|r| x[r * columns + j].powi(2)).sum::<f64>().sqrt();
        for r in 0..rows {
            x[r * columns + j] /= norm;
        }
    }
}

/// Entries moved apart, in the order they have.
fn spread(x: &mut Array) {
    let mut order: Vec<usize> = (0..x.len()).collect();
    if let Some(data) = x.as_slice_mut() {
        order.sort_by(|&i, &j| data[i].total_cmp(&data[j]));
        for (rank, &at) in order.iter().enumerate() {
            data[at] += 0.1 * rank as f64;
        }
    }
}

/// By how much a long product grows with each factor in [`Domain::Level`]: chains that saturate settle away from zero, and others stay
/// within the range of floats for 10,000 factors.
const GROWTH: f64 = 1.05;

/// Lengths for all names of dimensions: those given, and for the rest 2, 3, 4, ..., others where a difference such as `n - 3` would not be
/// positive, smaller where arrays would become too large. `None` where nothing fits.
pub fn choose_lengths(arena: &Arena, shapes: &[&[Dim]], given: &[(String, usize)]) -> Option<Lengths> {
    choose_beside(arena, shapes, given, &Lengths::default())
}

/// The same beside lengths that stand for literal ones.
pub(super) fn choose_beside(arena: &Arena, shapes: &[&[Dim]], given: &[(String, usize)], literals: &Lengths) -> Option<Lengths> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for dim in shapes.iter().flat_map(|s| s.iter()) {
        for name in arena.dims.names_in(*dim) {
            if seen.insert(name.to_string()) {
                names.push(name.to_string());
            }
        }
    }
    let nodes = (0..arena.len() as u32).map(Id);
    let cuts: Vec<(&Cut, Dim)> = nodes
        .filter_map(|id| match arena.op(id) {
            Op::Call(_, attributes) => match &attributes[..] {
                [Attribute::Cuts(cuts)] => Some(cuts.iter().zip(arena.shape(arena.args(id)[0]).iter().copied())),
                _ => None,
            },
            _ => None,
        })
        .flatten()
        .collect();
    let fits = |lengths: &Lengths| {
        let value = |dim: Dim| literals::number(&arena.dims, dim, lengths);
        let within = |(cut, length): &(&Cut, Dim)| {
            Some(0 <= value(cut.start)? && value(cut.start)? < value(cut.stop)? && value(cut.stop)? <= value(*length)?)
        };
        cuts.iter().all(|cut| within(cut) == Some(true))
            && shapes.iter().all(|shape| {
                let entries = shape.iter().try_fold(1usize, |product, &dim| {
                    let n = value(dim).and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0)?;
                    product.checked_mul(n)
                });
                entries.is_some_and(|n| n <= MAX_CHECK_ENTRIES)
            })
    };
    // pairwise different while there are few; with very many, neighbours differ
    let schemes: [fn(usize) -> usize; 9] = [
        |k| 2 + k % 7,
        |k| 4 + k % 7,
        |k| 8 - k % 7,
        |k| 8 + k % 5,
        |k| 2 + k % 2,
        |k| 16 + k % 3,
        |k| 1 + usize::from(k < 6),
        |_| 1,
        |k| 128 + k % 3,
    ];
    let backwards: Vec<String> = names.iter().rev().cloned().collect();
    let orders = [names, backwards];
    schemes.iter().enumerate().flat_map(|(rank, scheme)| orders.iter().map(move |names| (rank, scheme, names))).find_map(
        |(rank, scheme, names)| {
            let taken: Vec<usize> = given.iter().map(|(_, n)| *n).collect();
            let mut values = (0..).map(scheme).filter(|n| rank > 2 || taken.len() > 4 || !taken.contains(n));
            let mut lengths = literals.clone();
            lengths.extend(names.iter().map(|name| {
                let length = given.iter().find(|(g, _)| g == name).map(|(_, n)| *n);
                (name.clone(), length.unwrap_or_else(|| values.next().unwrap_or(1)))
            }));
            (tall(arena, &lengths) && fits(&lengths)).then_some(lengths)
        },
    )
}

/// Whether columns that are to be orthonormal are no more than there are rows.
fn tall(arena: &Arena, lengths: &Lengths) -> bool {
    let length = |dim: Dim| literals::number(&arena.dims, dim, lengths);
    arena.symbols.iter().filter(|s| s.has("orthonormal")).all(|s| match s.shape.as_slice() {
        [.., rows, columns] => length(*rows) >= length(*columns),
        _ => true,
    })
}
