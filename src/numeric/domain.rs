//! From where inputs can be drawn so that a program has a value.

use super::draw::Domain;
use super::sample::Sample;
use crate::derive::Derivation;
use crate::limits::MAX_CHECK_WHOLE;
use rustc_hash::FxHashMap;

/// How many draws must all have a value.
const DRAWS: u64 = 8;

/// The first domain, in the order in which the check tries them, from which every draw gives the program a finite value at these lengths;
/// positive numbers where there is none.
pub fn suitable(derivation: &Derivation, lengths: &[(String, usize)]) -> Domain {
    let lengths: FxHashMap<String, usize> = lengths.iter().cloned().collect();
    let level = (derivation.model.statements.len() > MAX_CHECK_WHOLE).then_some(Domain::Level);
    let domains = level.into_iter().chain(Domain::TRIED);
    let finite = |domain| (1..=DRAWS).all(|seed| Sample::inputs_and_values(derivation, &lengths, domain, seed).is_some());
    domains.into_iter().find(|&domain| finite(domain)).unwrap_or(Domain::Positive)
}
