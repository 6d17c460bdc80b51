//! Under which condition a claim would be right: properties and lengths are tried, the weakest first.

use super::subject::{Case, Condition};
use crate::expr::{Id, SymbolId};
use crate::numeric::{Assumption, Domain, SUMS_TO_ONE, Sample};
use crate::shape::{SQUARE_PROPERTIES, unfit};
use rustc_hash::FxHashSet;

/// Properties that a claim may silently take for granted, those that say least first.
const TRIED: [&str; 8] = ["symmetric", "stochastic", "unit", "positive", "orthogonal", "orthonormal", "diagonal", "sign"];

/// How many conditions are named.
const MAX_CONDITIONS: usize = 2;
/// How often the draws are repeated where the first ones agree.
const REPEATED: u64 = 4;

/// A condition to be tried.
pub(super) struct Trial {
    condition: Condition,
}

impl Trial {
    /// Draws of which the condition holds.
    pub fn samples(&self, case: &Case) -> Vec<Sample> {
        self.draws(case, 11)
    }

    /// Further ones: what a condition seems to make right may have been chance, where a mask lets almost everything pass.
    pub fn more(&self, case: &Case) -> Vec<Sample> {
        (0..REPEATED).flat_map(|again| self.draws(case, 101 + 16 * again)).collect()
    }

    fn draws(&self, case: &Case, first: u64) -> Vec<Sample> {
        let d = &case.derivation;
        let draws = case.samples.iter().enumerate().filter_map(|(seed, sample)| {
            let seed = seed as u64 + first;
            match &self.condition {
                Condition::Property(symbol, property) => {
                    // what is said of it is that it sums to 1, not that nothing in it is negative
                    let drawn = if *property == "stochastic" { SUMS_TO_ONE } else { property };
                    let assumed = [Assumption { symbol: *symbol, property: drawn.into() }];
                    let domains = [Domain::Normal, Domain::Positive, Domain::Unit, Domain::Oriented];
                    // where entries are positive, all signs would be 1
                    let domains = domains.into_iter().filter(|domain| *property != "sign" || *domain == Domain::Normal);
                    domains.into_iter().find_map(|domain| Sample::draw(d, &sample.lengths, domain, seed, &assumed))
                }
                Condition::One(dim) => {
                    let mut lengths = sample.lengths.clone();
                    for name in d.arena().dims.names_in(*dim) {
                        lengths.insert(name.to_string(), 1);
                    }
                    let domains = [Domain::Normal, Domain::Positive, Domain::Unit, Domain::Oriented];
                    domains.into_iter().find_map(|domain| Sample::draw(d, &lengths, domain, seed, &[]))
                }
            }
        });
        draws.collect()
    }
}

/// The conditions under which `holds` says yes for a claim about `of`; those of one kind that is enough.
///
/// Only what stands in one of `formulas` can matter to them.
pub(super) fn conditions(case: &mut Case, of: SymbolId, formulas: &[Id], holds: &mut dyn FnMut(&Case, &Trial) -> bool) -> Vec<Condition> {
    let mut found = Vec::new();
    for condition in tried(case, of, formulas) {
        let trial = Trial { condition };
        // a diagonal matrix is symmetric
        let weaker = |known: &Condition| match (known, &trial.condition) {
            (Condition::Property(one, "symmetric"), Condition::Property(two, "diagonal")) => one == two,
            // with a length of 1 most things are the same
            (Condition::Property(..), Condition::One(_)) => true,
            _ => false,
        };
        if found.iter().any(weaker) {
            continue;
        }
        if found.len() < MAX_CONDITIONS && holds(case, &trial) {
            found.push(trial.condition);
        }
    }
    found
}

/// Every condition that fits the program, and that somebody may have meant: labels are 1 or -1, but not what is differentiated by; of what
/// arrives nothing is known but that it may be symmetric.
fn tried(case: &Case, of: SymbolId, formulas: &[Id]) -> Vec<Condition> {
    let d = &case.derivation;
    let arena = d.arena();
    let upstream = d.gradient(d.model.output).filter(|_| !d.model.scalar).map(|g| g.symbol);
    let met: FxHashSet<SymbolId> = arena.reachable(formulas).into_iter().filter_map(|id| arena.as_symbol(id)).collect();
    let free = |s: &SymbolId| met.contains(s) && !arena.info(*s).has("index");
    let symbols: Vec<SymbolId> = d.model.inputs.iter().copied().chain(upstream).filter(free).collect();
    let mut tried = Vec::new();
    for property in TRIED {
        for &symbol in &symbols {
            let info = arena.info(symbol);
            let square = matches!(info.shape.as_slice(), [.., rows, columns] if rows == columns);
            let fits = !info.shape.is_empty()
                && (square || !SQUARE_PROPERTIES.contains(&property))
                && unfit(property, &info.shape, &arena.dims).is_none()
                && !info.has(property)
                && (property != "sign" || symbol != of)
                && (property == "symmetric" || Some(symbol) != upstream);
            // an orthogonal matrix has orthonormal columns: one of the two is enough
            if fits && !(property == "orthonormal" && square) {
                tried.push(Condition::Property(symbol, property));
            }
        }
    }
    let mut dims = Vec::new();
    for dim in symbols.iter().flat_map(|s| arena.info(*s).shape.iter().copied()) {
        if arena.dims.names_in(dim).count() == 1 && arena.dims.as_integer(dim).is_none() && !dims.contains(&dim) {
            dims.push(dim);
        }
    }
    tried.extend(dims.into_iter().map(Condition::One));
    tried
}
