//! What a gradient means, read off its indices.

use super::components::{Entry, Piece, Term, is_upstream};
use crate::expr::{Arena, Id, Op, SymbolId};
use crate::ops::{Family, Function};
use crate::shape::Dim;

/// A remark about one term of a gradient. Axes are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// An index passes untouched: that part of the gradient needs only the same part of the upstream gradient.
    PassesThrough {
        /// Which axis of the gradient.
        axis: usize,
        /// How many axes the gradient has.
        rank: usize,
        /// The dimension.
        dim: Dim,
    },
    /// An index of the upstream gradient that the variable lacks is summed: the variable served all of them.
    AddsUp {
        /// The dimension.
        dim: Dim,
        /// Which axis of the upstream gradient.
        axis: usize,
        /// How many axes the upstream gradient has.
        rank: usize,
    },
    /// Rows (or columns) of the gradient are combinations of the rows (or columns) of a factor, weighted by the upstream gradient.
    Combination {
        /// The factor.
        factor: SymbolId,
        /// Whether its columns are combined (its rows otherwise).
        columns: bool,
        /// Whether rows of the gradient are meant (columns otherwise).
        rows: bool,
        /// How many are combined.
        dim: Dim,
        /// Along which dimension they point.
        along: Dim,
    },
    /// Nothing is summed, and the indices come from two sides: an outer product.
    Outer {
        /// The other factor.
        factor: SymbolId,
    },
    /// Entry by entry.
    Entrywise,
    /// Entries that the statement moved are moved back, by this function.
    PutBack(Function),
}

impl Reading {
    /// Whether it still holds of the whole gradient when others add to it: that some index is summed does, that nothing else is needed,
    /// or that the gradient is this one product, does not.
    pub fn holds_in_part(&self) -> bool {
        matches!(self, Reading::AddsUp { .. } | Reading::PutBack(_))
    }
}

/// How the gradient `total` of a statement of this value puts entries back: what moves them there, and not in the statement.
pub fn put_back(arena: &Arena, value: Id, total: Id) -> Vec<Reading> {
    let stated = arena.reachable(&[value]);
    let all = arena.reachable(&[total]);
    let upstream = |ids: &[Id]| ids.iter().any(|&id| arena.as_symbol(id).is_some_and(|symbol| is_upstream(arena, symbol)));
    // where something arrives from above, what is done to it counts, not what is done to its factors
    let counts = |id: Id| !upstream(&all) || upstream(&arena.reachable(&[id]));
    let mut found = vec![];
    for &id in all.iter().rev().filter(|id| !stated.contains(id) && counts(**id)) {
        if let Op::Call(function, _) = arena.op(id) {
            let reading = Reading::PutBack(*function);
            if function.entry().family == Family::Structure && !found.contains(&reading) {
                found.push(reading);
            }
        }
    }
    found
}

/// What the indices of one term of the gradient of `of` say.
pub fn read(arena: &Arena, term: &Term, of: SymbolId, indices: &[char]) -> Vec<Reading> {
    let entries: Vec<&Entry> = term.factors.iter().filter_map(|p| if let Piece::Entry(e) = p { Some(e) } else { None }).collect();
    let Some(upstream) = entries.iter().find(|e| is_upstream(arena, e.symbol)) else { return vec![] };
    let others: Vec<&&Entry> = entries.iter().filter(|e| !is_upstream(arena, e.symbol)).collect();
    let opaque = term.factors.iter().any(|p| !matches!(p, Piece::Entry(_)));
    let shape = &arena.info(of).shape;
    let above = &arena.info(upstream.symbol).shape;
    let mut readings = Vec::new();
    let all_from_above = indices.iter().all(|i| upstream.indices.contains(i));
    if term.sums.is_empty()
        && upstream.indices == indices
        && others.iter().all(|e| e.indices.iter().all(|i| indices.contains(i) || *i == '0'))
    {
        return vec![Reading::Entrywise];
    }
    for &(letter, dim) in term.sums.iter().filter(|s| s.1 != Dim::ONE) {
        let Some(axis) = upstream.indices.iter().position(|i| *i == letter) else { continue };
        let weighted = others.iter().find(|e| e.indices.len() == 2 && e.indices.contains(&letter));
        let free = weighted.and_then(|e| {
            let place = e.indices.iter().position(|i| *i == letter)?;
            let other = e.indices[1 - place];
            let target = indices.iter().position(|i| *i == other)?;
            // weights from elsewhere would make it another sentence
            (entries.len() == 2 && !upstream.indices.contains(&other) && indices.len() <= 2).then_some((e.symbol, place, target))
        });
        match free {
            // the summed axis is not the first one of the upstream gradient: outputs, seen along the variable's axis
            Some((factor, place, target)) if axis + 1 == above.len() && (indices.len() == 1 || target == 1) => {
                readings.push(Reading::Combination { factor, columns: place == 1, rows: true, dim, along: shape[target] });
            }
            _ => readings.push(Reading::AddsUp { dim, axis, rank: above.len() }),
        }
    }
    if !all_from_above || !term.sums.is_empty() {
        for (axis, letter) in indices.iter().enumerate() {
            let alone = upstream.indices.get(axis) == Some(letter) && !others.iter().any(|e| e.indices.contains(letter)) && !opaque;
            if alone && indices.len() > 1 && axis + 1 < indices.len() && shape[axis] != Dim::ONE {
                readings.push(Reading::PassesThrough { axis, rank: indices.len(), dim: shape[axis] });
            }
        }
    }
    if let ([other], true, true) = (others.as_slice(), term.sums.is_empty(), !opaque) {
        if !all_from_above && indices.len() == 2 && other.indices.len() == 1 && upstream.indices.len() == 1 {
            readings.push(Reading::Outer { factor: other.symbol });
        }
    }
    readings
}
