//! What a gradient means, in a sentence.

use crate::derive::Reading;
use crate::expr::{Arena, SymbolId};
use crate::shape::Dim;

/// The sentence; `of` is the variable, whose gradient has `above` for upstream gradient.
pub(super) fn sentence(arena: &Arena, reading: &Reading, of: SymbolId, above: &str, gradient: &str) -> String {
    let show = |dim: &Dim| arena.dims.show(*dim);
    let variable = &arena.info(of).name;
    match reading {
        Reading::PassesThrough { axis, rank, dim } => {
            let slice = slice(*axis, *rank);
            format!("{slice} of {gradient} needs only {slice} of {above}: the {} of them do not mix", show(dim))
        }
        Reading::AddsUp { dim, .. } => {
            format!("{0} is summed: {variable} served all {0} of them, so their contributions add up", show(dim))
        }
        Reading::Combination { factor, columns, rows, dim, .. } => {
            let (lines, parts) = (if *rows { "row" } else { "column" }, if *columns { "columns" } else { "rows" });
            let factor = &arena.info(*factor).name;
            format!("each {lines} of {gradient} adds up the {} {parts} of {factor}, weighted by {above}", show(dim))
        }
        Reading::Outer { factor } => {
            format!("nothing is summed: each entry is one entry of {} times one of {above}", arena.info(*factor).name)
        }
        Reading::Entrywise => format!("entry by entry: each entry of {variable} has its own chain rule"),
    }
}

fn slice(axis: usize, rank: usize) -> String {
    match (axis, rank) {
        (0, 2) => "row i".into(),
        (1, 2) => "column j".into(),
        _ => format!("index {axis} (from 0)"),
    }
}
