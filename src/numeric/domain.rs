//! From where inputs can be drawn so that a program has a value.

use super::draw::{Domain, Random};
use super::evaluate::{Array, Evaluator};
use crate::derive::Derivation;
use crate::expr::{Constant, Op, SymbolId};
use crate::limits::MAX_CHECK_WHOLE;
use rustc_hash::FxHashMap;

/// How many draws must all have a value.
const DRAWS: u64 = 8;

/// The first domain, in the order in which the check tries them, from which every draw gives the program a finite value at these lengths;
/// positive numbers where there is none.
pub fn suitable(derivation: &Derivation, lengths: &[(String, usize)]) -> Domain {
    let lengths: FxHashMap<String, usize> = lengths.iter().cloned().collect();
    let evaluator = Evaluator::new(derivation.arena(), &lengths);
    let level = (derivation.model.statements.len() > MAX_CHECK_WHOLE).then_some(Domain::Level);
    let domains = level.into_iter().chain([Domain::Normal, Domain::Positive, Domain::Unit, Domain::AboveOne, Domain::Definite]);
    let finite = |domain| (1..=DRAWS).all(|seed| draw(derivation, &evaluator, domain, seed).is_some());
    domains.into_iter().find(|&domain| finite(domain)).unwrap_or(Domain::Positive)
}

/// The values of all variables at one draw, where all are usable.
fn draw(derivation: &Derivation, evaluator: &Evaluator, domain: Domain, seed: u64) -> Option<FxHashMap<SymbolId, Array>> {
    let arena = derivation.arena();
    let mut random = Random::new(seed);
    let mut values: FxHashMap<SymbolId, Array> = FxHashMap::default();
    let nodes: Vec<_> = derivation.model.statements.iter().map(|s| s.value).collect();
    let infinite = writes_infinity(derivation);
    let places = arena.places(arena.reachable(&nodes).into_iter());
    for &input in &derivation.model.inputs {
        let info = arena.info(input);
        let shape = evaluator.shape(&info.shape)?;
        let count = places.get(&input).and_then(|counts| counts.iter().filter_map(|&count| evaluator.length(count)).min());
        let value = match count {
            Some(count) => random.places(&shape, count),
            None => random.input(info, &shape, domain),
        };
        values.insert(input, value);
    }
    for statement in &derivation.model.statements {
        let value = evaluator.value(&arena.reachable(&[statement.value]), &values)?;
        if !usable(&value, infinite && statement.symbol != derivation.model.output) {
            return None;
        }
        values.insert(statement.symbol, value);
    }
    Some(values)
}

/// Whether the program writes `inf` itself, as where it hides scores from a softmax.
pub(super) fn writes_infinity(derivation: &Derivation) -> bool {
    let arena = derivation.arena();
    let nodes: Vec<_> = derivation.model.statements.iter().map(|s| s.value).collect();
    arena.reachable(&nodes).into_iter().any(|id| matches!(arena.op(id), Op::Constant(Constant::Infinity)))
}

/// Whether there is a number in every entry, a finite one unless infinite ones are meant.
pub(super) fn usable(value: &Array, infinite: bool) -> bool {
    value.iter().all(|x| x.is_finite() || infinite && !x.is_nan())
}
