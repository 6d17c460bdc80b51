//! Why there are no finite numbers to compare: which expression has none, the program's or its gradient's, and where.

use super::check::shrunk_lengths;
use super::draw::{Domain, Random};
use super::evaluate::{Array, Evaluator};
use super::sample::{inputs, usable, writes_infinity};
use crate::derive::Derivation;
use crate::expr::{Arena, Id, Op, SymbolId};
use crate::ops::{QUOTIENT, ROOT_SLOPE, Range, Spot};
use rustc_hash::FxHashMap;

/// What has no finite value at any of the inputs tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// The statement, counted from 0.
    pub statement: usize,
    /// A part of it: what has no finite value itself, or no derivative; none where that is not known.
    pub node: Option<Id>,
    /// What is missing.
    pub what: What,
}

/// A value, or a gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The program's own value.
    Value,
    /// The gradient of this variable, by its formula.
    Gradient {
        /// The variable.
        of: SymbolId,
        /// What is known of the operation: what is said of its derivative, and for which entries.
        says: Option<(&'static str, Entries)>,
    },
}

/// Which entries of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Each of them.
    All,
    /// Those with two equal indices.
    Diagonal,
    /// Some.
    Some,
}

/// A determinant that is so small, of entries of size 1, is 0 but for rounding.
const SINGULAR: f64 = 1e-12;

/// What has no finite value, where that is so from whichever domain the inputs are drawn: the one that gets furthest tells.
///
/// ```
/// use pullback::{answer, numeric};
/// let options = answer::Options { unchecked: true, ..Default::default() };
/// let answer = answer::answer("Y = log(-exp(X))", &options).unwrap();
/// let missing = numeric::missing(&answer.derivation, &[]).unwrap();
/// assert_eq!((missing.statement, missing.what), (0, numeric::What::Value));
/// ```
pub fn missing(d: &Derivation, given: &[(String, usize)]) -> Option<Missing> {
    let roots: Vec<Id> = d.model.statements.iter().map(|s| s.value).collect();
    let lengths = shrunk_lengths(d, &d.arena().reachable(&roots), given)?;
    let mut furthest: Option<Missing> = None;
    for domain in Domain::TRIED {
        let found = at(d, &lengths, domain)?;
        if matches!(found.what, What::Gradient { .. }) {
            return Some(found);
        }
        if furthest.as_ref().is_none_or(|before| before.statement < found.statement) {
            furthest = Some(found);
        }
    }
    furthest
}

/// What has no finite value at one draw.
fn at(d: &Derivation, lengths: &FxHashMap<String, usize>, domain: Domain) -> Option<Missing> {
    let (arena, model) = (d.arena(), &d.model);
    let evaluator = Evaluator::new(arena, lengths);
    let mut random = Random::new(1);
    let mut values = inputs(d, &evaluator, &mut random, domain, &[])?;
    let infinite = writes_infinity(d);
    for (place, statement) in model.statements.iter().enumerate() {
        let known = parts(arena, &evaluator, statement.value, &values);
        match known.get(&statement.value).filter(|value| usable(value, infinite && statement.symbol != model.output)) {
            Some(value) => drop(values.insert(statement.symbol, value.clone())),
            None => return Some(Missing { statement: place, node: first_without(arena, statement.value, &known), what: What::Value }),
        }
    }
    let shape = values[&model.output].shape().to_vec();
    let upstream = if model.scalar { Array::ones(shape) } else { random.array(&shape, Domain::Normal) };
    for gradient in &d.gradients {
        let value = match gradient.of == model.output {
            true => Some(upstream.clone()),
            false => parts(arena, &evaluator, gradient.value, &values).remove(&gradient.value),
        };
        let Some(value) = value.filter(|value| usable(value, false)) else {
            let known = |value: Id| parts(arena, &evaluator, value, &values).remove(&value).is_some_and(|v| usable(&v, false));
            let used = gradient.uses.iter().find(|used| used.contributions.iter().any(|c| !known(c.value)))?;
            let (node, says) = broken(d, &evaluator, used.statement, &values).unzip();
            return Some(Missing { statement: used.statement, node, what: What::Gradient { of: gradient.of, says } });
        };
        values.insert(gradient.symbol, value);
    }
    None
}

/// The values of all parts that have one.
fn parts(arena: &Arena, evaluator: &Evaluator, root: Id, symbols: &FxHashMap<SymbolId, Array>) -> FxHashMap<Id, Array> {
    let mut known: FxHashMap<Id, Array> = FxHashMap::default();
    for id in arena.reachable(&[root]) {
        let value = match arena.as_symbol(id) {
            Some(symbol) => symbols.get(&symbol).cloned(),
            None => {
                let args: Option<Vec<&Array>> = arena.args(id).iter().map(|arg| known.get(arg)).collect();
                args.and_then(|args| evaluator.node(id, &args))
            }
        };
        known.extend(value.map(|value| (id, value)));
    }
    known
}

/// The first part that has no finite value although its operands have.
fn first_without(arena: &Arena, root: Id, known: &FxHashMap<Id, Array>) -> Option<Id> {
    let finite = |id: &Id| known.get(id).is_some_and(|value| usable(value, false));
    arena.reachable(&[root]).into_iter().find(|id| !finite(id) && arena.args(*id).iter().all(finite))
}

/// The operation of a statement whose derivative does not exist at these values, what is said of it, and for which entries.
fn broken(d: &Derivation, e: &Evaluator, statement: usize, symbols: &FxHashMap<SymbolId, Array>) -> Option<(Id, (&'static str, Entries))> {
    let arena = d.arena();
    let root = d.model.statements[statement].value;
    let known = parts(arena, e, root, symbols);
    arena.reachable(&[root]).into_iter().find_map(|id| {
        let args: Vec<&Array> = arena.args(id).iter().filter_map(|arg| known.get(arg)).collect();
        let value = known.get(&id)?;
        let zeros = |array: &Array| entries(array, |x| x == 0.0);
        match arena.op(id) {
            Op::Power(exponent) if exponent.is_negative() => Some((id, (QUOTIENT, zeros(args.first()?)?))),
            Op::Power(exponent) if exponent.to_integer().is_none() && exponent.to_f64() < 1.0 => {
                Some((id, (ROOT_SLOPE, zeros(args.first()?)?)))
            }
            Op::Apply(function) | Op::Call(function, _) => function.real().breaks.iter().find_map(|known| {
                let there = match known.at {
                    // a norm, a spread or a determinant is 0 there
                    Spot::At(..) | Spot::Ties if matches!(arena.op(id), Op::Call(..)) => zeros(value),
                    Spot::Singular => {
                        let matrix = *args.first()?;
                        let size = matrix.iter().map(|x| x * x).sum::<f64>().sqrt().powi(*matrix.shape().last()? as i32);
                        entries(value, |x| x.abs() <= SINGULAR * size)
                    }
                    Spot::At(place, number) => entries(args.get(place)?, |x| x == number),
                    Spot::Outside(place, range) => entries(args.get(place)?, |x| !Range::of(x).is_within(Range::read(range))),
                    Spot::Origin => zeros(&(*args.first()? * *args.first()? + *args.get(1)? * *args.get(1)?)),
                    _ => None,
                };
                Some((id, (if known.says.is_empty() { function.kink() } else { known.says }, there?)))
            }),
            _ => None,
        }
    })
}

/// Which entries pass; nothing where none does.
fn entries(array: &Array, passes: impl Fn(f64) -> bool) -> Option<Entries> {
    let count = array.iter().filter(|x| passes(**x)).count();
    let repeats = |at: &[usize]| (1..at.len()).any(|k| at[..k].contains(&at[k]));
    let diagonal = || array.indexed_iter().all(|(at, x)| passes(*x) == repeats(ndarray::Dimension::slice(&at)));
    match count {
        0 => None,
        all if all == array.len() => Some(Entries::All),
        _ if diagonal() => Some(Entries::Diagonal),
        _ => Some(Entries::Some),
    }
}
