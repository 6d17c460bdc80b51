//! What is written out has the last word of numbers too: it is evaluated, and compared with the expressions that it was written from.

use super::polynomial::{Factor, Polynomial};
use crate::expr::{Arena, Id, SymbolId};
use crate::numeric::{Array, Domain, Evaluator, Random, looked_up};
use crate::ops::{self, Call};
use rustc_hash::FxHashMap;

/// How far two ways to one number may be apart, as a part of the largest number beside it.
const TOLERANCE: f64 = 1e-9;

/// An expression, and what was written out for its entries.
pub(super) struct Claim<'a> {
    pub root: Id,
    pub entries: &'a [Polynomial],
}

/// The value of a statement, and its change with one entry of a variable.
pub(super) struct Case<'a> {
    pub arena: &'a Arena,
    pub lengths: &'a FxHashMap<String, usize>,
    pub value: Claim<'a>,
    /// What the statement assigns.
    pub assigned: SymbolId,
    /// Nothing where the value does not change.
    pub change: Option<Claim<'a>>,
    /// The leaf that stands for the change of the variable, and the place of its only 1.
    pub unit: Option<(SymbolId, &'a [usize])>,
}

impl Case<'_> {
    /// Whether numbers confirm it: at the first draw at which all of it has a value.
    pub fn is_confirmed(&self) -> bool {
        let draws = Domain::TRIED.into_iter().flat_map(|domain| (1..=3).map(move |seed| (domain, seed)));
        draws.into_iter().find_map(|(domain, seed)| self.agrees(domain, seed)).unwrap_or(false)
    }

    /// Whether it agrees at one draw; nothing where that has no value.
    fn agrees(&self, domain: Domain, seed: u64) -> Option<bool> {
        let evaluator = Evaluator::new(self.arena, self.lengths);
        let mut values = self.drawn(&evaluator, domain, seed)?;
        let mut known: FxHashMap<Id, Array> = FxHashMap::default();
        for root in self.roots() {
            evaluator.remember(root, &values, &mut known)?;
            if known[&root].iter().any(|x| x.is_nan()) {
                return None;
            }
            if root == self.value.root && self.arena.as_symbol(root).is_none() {
                values.insert(self.assigned, known[&root].clone());
            }
        }
        let whole = |id: Id| known.get(&id).cloned().or_else(|| evaluator.value(&self.arena.reachable(&[id]), &values));
        let leaf = |factor: &Factor| match factor {
            Factor::Entry((symbol, place)) => values.get(symbol)?.get(place.as_slice()).copied(),
            Factor::Of(id, place) => whole(*id)?.get(place.as_slice()).copied(),
            Factor::Inverse(id, place) => {
                let matrix = whole(*id)?;
                let inverse = (ops::find("inv")?.whole().value.float)(&Call { args: &[&matrix], settings: &[], shape: matrix.shape() })?;
                inverse.get(place.as_slice()).copied()
            }
            Factor::Sum(_) | Factor::Apply(..) => None,
        };
        let holds = |claim: &Claim| {
            let wanted = &known[&claim.root];
            let largest = wanted.iter().filter(|x| x.is_finite()).fold(1.0, |largest: f64, x| largest.max(x.abs()));
            let close = |(sum, &wanted): (&Polynomial, &f64)| {
                sum.value(&leaf).is_some_and(|found| found == wanted || (found - wanted).abs() <= TOLERANCE * largest)
            };
            wanted.len() == claim.entries.len() && claim.entries.iter().zip(wanted).all(close)
        };
        Some(holds(&self.value) && self.change.as_ref().is_none_or(holds))
    }

    /// What is evaluated, the value first.
    fn roots(&self) -> Vec<Id> {
        [Some(&self.value), self.change.as_ref()].into_iter().flatten().map(|claim| claim.root).collect()
    }

    fn drawn(&self, evaluator: &Evaluator, domain: Domain, seed: u64) -> Option<FxHashMap<SymbolId, Array>> {
        let mut random = Random::new(seed);
        let nodes = self.arena.reachable(&self.roots());
        let places = self.arena.places(nodes.iter().copied());
        let mut values = FxHashMap::default();
        for symbol in nodes.iter().filter_map(|&id| self.arena.as_symbol(id)) {
            let info = self.arena.info(symbol);
            let shape = evaluator.shape(&info.shape)?;
            let value = match (looked_up(evaluator, places.get(&symbol)), self.unit) {
                (_, Some((leaf, place))) if leaf == symbol => {
                    let mut unit = Array::zeros(shape);
                    *unit.get_mut(place)? = 1.0;
                    unit
                }
                (Some(count), _) => random.places(&shape, count),
                (None, _) => random.input(info, &shape, domain),
            };
            values.insert(symbol, value);
        }
        Some(values)
    }
}
