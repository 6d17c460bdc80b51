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

use super::catalogue::Cause;
use super::{Case, Subject};
use crate::limits::{MAX_CAUSES, MAX_EDITED_ARENA, MAX_EDITED_NODES};
use crate::shape::{Scope, Shape};
use crate::syntax::{NodeId, Program};
use search::Search;

/// Looks at one kind of edit.
type Generator = fn(&mut Search);

/// Edits in the order of likelihood, those of one tier together.
const TIERS: &[&[Generator]] = &[
    &[scale::whole, order::transposes, order::swaps, order::outer, arrange::operators, reduce::all, part::reshapes],
    &[order::regrouped, arrange::arrangements, known::upstream, part::own_operands, part::terms, number::powers, part::names],
    &[known::slices, known::symmetric, known::factors],
    &[known::replaced, number::numbers, known::terms],
];

/// The edits that make a claim right, the likeliest first.
pub(super) fn causes(
    case: &Case,
    subject: Subject,
    shape: &Shape,
    scope: &Scope,
    program: &Program,
    place: (NodeId, NodeId),
) -> Vec<Cause> {
    let nodes = (place.1.0 - place.0.0) as usize + 1;
    if nodes > MAX_EDITED_NODES || case.derivation.arena().len() > MAX_EDITED_ARENA {
        return vec![];
    }
    let Some(mut search) = Search::new(case, subject, shape, scope, program, place) else { return vec![] };
    for tier in TIERS {
        for generator in *tier {
            generator(&mut search);
        }
        let found = search.confirmed();
        if !found.is_empty() {
            return found.into_iter().take(MAX_CAUSES).collect();
        }
    }
    vec![]
}
