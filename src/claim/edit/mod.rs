//! The one edit of a claim that makes it right.
//!
//! Generators offer edits, each with the mistake that it mends; those of one tier are about equally likely, and a tier is looked at only
//! where none before it has found anything. An edit counts where the edited claim has the shape and, at every draw, the value of the
//! gradient.

mod arrange;
mod forest;
mod known;
mod number;
mod order;
mod part;
mod reduce;
mod scale;
mod search;

use super::mistakes::{self, Cause, Mistake};
use super::subject::Case;
use crate::expr::Number;
use crate::limits::{MAX_CAUSES, MAX_EDITED_ARENA, MAX_EDITED_NODES};
use crate::shape::Scope;
use crate::syntax::{NodeId, Program};
use search::Search;

pub(super) use search::Wanted;

/// Looks at one kind of edit.
type Generator = fn(&mut Search);

/// Edits in the order of likelihood, those of one tier together, each kind with what it counts beside its length.
const TIERS: &[&[(Generator, usize)]] = &[
    &[
        (scale::whole, 0),
        (order::transposes, 0),
        (order::outer, 0),
        (order::columns, 0),
        (reduce::all, 0),
        (part::reshapes, 0),
        (order::swaps, 3),
        (order::regrouped, 3),
        (arrange::operators, 3),
    ],
    &[
        (known::upstream, 0),
        (known::slices, 0),
        (known::other_masks, 0),
        (part::own_operands, 0),
        (part::terms, 0),
        (scale::terms, 0),
        (number::powers, 1),
        (part::names, 2),
        (arrange::arrangements, 4),
    ],
    &[(known::symmetric, 0), (known::factors, 1), (known::masks, 2)],
    &[(known::replaced, 0), (number::numbers, 1), (known::terms, 2)],
];

/// The edits of so many tiers may have a constant factor for a second mistake; of others that would be no explanation.
const PAIRED_TIERS: usize = 2;

/// What it is called that a claim must be multiplied by a number.
pub(super) fn constant(factor: Number) -> &'static Mistake {
    match factor {
        factor if factor.is_negative() => &mistakes::SIGN,
        factor if factor == Number::HALF => &mistakes::TWO_TOO_MANY,
        _ => &mistakes::TWO_MISSING,
    }
}

/// What it is called that a claim must be divided by a length.
pub(super) fn count_missing() -> &'static Mistake {
    &mistakes::COUNT_MISSING
}

/// Whether a mistake is about what a step cuts off or chooses.
pub(super) fn is_mask(mistake: &Mistake) -> bool {
    [&mistakes::MASK, &mistakes::ARGMAX, &mistakes::OTHER_MASK, &mistakes::REVERSED_MASK, &mistakes::VALUE]
        .iter()
        .any(|mask| mask.name == mistake.name)
}

/// The edits that make a claim right, the likeliest first.
pub(super) fn causes(case: &Case, wanted: Wanted, scope: &Scope, program: &Program, place: (NodeId, NodeId), source: &str) -> Vec<Cause> {
    let nodes = (place.1.0 - place.0.0) as usize + 1;
    if nodes > MAX_EDITED_NODES || case.derivation.arena().len() > MAX_EDITED_ARENA {
        return vec![];
    }
    let Some(mut search) = Search::new(case, wanted, scope, program, place, source) else { return vec![] };
    for (place, tier) in TIERS.iter().enumerate() {
        search.pairs = place < PAIRED_TIERS;
        for (generator, bias) in *tier {
            search.bias = *bias;
            generator(&mut search);
        }
        let found = search.confirmed();
        if !found.is_empty() {
            return found.into_iter().take(MAX_CAUSES).collect();
        }
    }
    scale::besides(&mut search)
}
