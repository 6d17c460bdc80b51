//! The graph that the factors of a contraction make: each index joins the factors that have it.

use super::notation::{Factor, Factors};
use crate::expr::{Axes, Axis, UNIT};
use smallvec::{SmallVec, smallvec};

/// How many ends each index has among some arrays: counted once, and asked for by the label.
pub(super) struct Ends([u8; 256]);

impl Ends {
    /// Counts the arrays' axes. More than two ends are only ever "more than two".
    pub(super) fn of<'a>(arrays: impl Iterator<Item = &'a [Axis]>) -> Self {
        let mut ends = Ends([0; 256]);
        for &axis in arrays.flatten() {
            ends.0[axis as usize] = ends.0[axis as usize].saturating_add(1);
        }
        ends
    }

    /// Whether each of these indices has one end.
    pub(super) fn disjoint(&self, axes: &[Axis]) -> bool {
        axes.iter().all(|&axis| self.at(axis) == 1)
    }

    pub(super) fn at(&self, axis: Axis) -> u8 {
        self.0[axis as usize]
    }
}

/// A set of indices.
#[derive(Clone, Copy, Default)]
struct Indices([u128; 2]);

impl Indices {
    fn of(axes: &Axes) -> Self {
        let mut set = Indices::default();
        for &axis in axes.iter().filter(|axis| **axis != UNIT) {
            set.0[axis as usize / 128] |= 1 << (axis % 128);
        }
        set
    }

    fn meets(&self, other: &Self) -> bool {
        (self.0[0] & other.0[0]) | (self.0[1] & other.0[1]) != 0
    }

    fn with(&self, other: &Self) -> Self {
        Indices([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }
}

/// Factors in groups that share indices, each group in order.
pub(super) fn components(factors: Factors) -> SmallVec<[Factors; 1]> {
    if in_one_piece(&factors) {
        return smallvec![factors];
    }
    let mut groups: SmallVec<[(Indices, Factors); 2]> = SmallVec::new();
    for factor in factors {
        let mut indices = Indices::of(&factor.1);
        let mut members: Factors = SmallVec::new();
        groups.retain(|(known, list)| {
            let joined = known.meets(&indices);
            if joined {
                indices = indices.with(known);
                members.append(list);
            }
            !joined
        });
        members.push(factor);
        groups.push((indices, members));
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// Whether all factors are one group, in the order in which they are: each joins what stands right
/// before it, until one piece is left.
fn in_one_piece(factors: &[Factor]) -> bool {
    let mut pieces: SmallVec<[Indices; 4]> = SmallVec::new();
    for (_, axes) in factors {
        let mut piece = Indices::of(axes);
        while let Some(last) = pieces.last().filter(|last| last.meets(&piece)) {
            piece = piece.with(last);
            pieces.pop();
        }
        if pieces.iter().any(|earlier| earlier.meets(&piece)) {
            return false;
        }
        pieces.push(piece);
    }
    pieces.len() == 1
}
