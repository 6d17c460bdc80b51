//! How a function that moves entries about acts on an array with other axes beside the ones it is given: what its own matrix is made by.

use super::{Attribute, Cut, Function};
use crate::shape::{Dim, Dims};
use smallvec::{SmallVec, smallvec};

/// How a linear function of whole arrays reaches from entry to entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Along each of some axes by itself, every other axis as it is.
    Along,
    /// By an index: entry `i[k]` of the operand is entry `k` of the result, along an axis.
    LooksUp,
    /// By an index the other way round: entry `k` of the last operand is added to entry `i[k]`; the first stays as it is.
    AddsUp,
    /// Each entry is kept or made zero.
    Mask,
    /// The entries in the same order, in another shape.
    Reshape,
    /// The first operand's inverse times the second.
    Solve,
    /// Every entry of one matrix times every entry of another.
    Kronecker,
    /// A diagonal taken out of a matrix (`true`), or put into one.
    Diagonal(bool),
    /// On the last axes, or on those it names: there may be other axes in front.
    Behind,
}

impl Function {
    /// How it acts, where it is linear in an operand; nothing where that is not known.
    ///
    /// ```
    /// use pullback::ops::{self, Action};
    /// assert_eq!(ops::find("cumsum").unwrap().action(), Some(Action::Along));
    /// ```
    pub fn action(self) -> Option<Action> {
        Some(match self.entry().names[0] {
            "flip" | "roll" | "cumsum" | "slice" | "pad" | "dilate" | "repeat" | "tile" | "concat" => Action::Along,
            "gather" => Action::LooksUp,
            "scatter_add" => Action::AddsUp,
            "tril" | "triu" => Action::Mask,
            "reshape" => Action::Reshape,
            "solve" => Action::Solve,
            "kron" => Action::Kronecker,
            "diagonal" => Action::Diagonal(true),
            "diagflat" => Action::Diagonal(false),
            "windows" | "overlap_add" | "expm_frechet" | "matpow_frechet" => Action::Behind,
            _ => return None,
        })
    }
}

impl Attribute {
    /// The axes of an array of this shape along which something happens.
    pub fn acts_on(&self, dims: &mut Dims, shape: &[Dim]) -> Option<Vec<usize>> {
        let zero = dims.integer(0);
        let some = |acts: &dyn Fn(usize) -> bool| (0..shape.len()).filter(|&axis| acts(axis)).collect();
        Some(match self {
            Attribute::None => (0..shape.len()).collect(),
            Attribute::Axes(axes) => axes.iter().map(|&axis| axis.into()).collect(),
            Attribute::Cuts(cuts) => some(&|axis| cuts[axis].count != shape[axis] || cuts[axis].step != 1),
            Attribute::Pairs(pairs) => some(&|axis| pairs[axis] != (zero, zero)),
            Attribute::Lengths(times) => some(&|axis| times[axis] != Dim::ONE),
            _ => return None,
        })
    }

    /// The same for `axis` alone, which is axis `place` of an array of this shape.
    pub fn along(&self, dims: &mut Dims, axis: usize, place: usize, shape: &[Dim]) -> Attribute {
        let zero = dims.integer(0);
        let here = |k: usize| k == place;
        match self {
            Attribute::None | Attribute::Axes(_) => Attribute::Axes(smallvec![place as u8]),
            Attribute::Cuts(cuts) => {
                let all = |dim: Dim| Cut { start: zero, stop: dim, step: 1, count: dim };
                Attribute::Cuts(shape.iter().enumerate().map(|(k, &dim)| if here(k) { cuts[axis] } else { all(dim) }).collect())
            }
            Attribute::Pairs(pairs) => {
                Attribute::Pairs((0..shape.len()).map(|k| if here(k) { pairs[axis] } else { (zero, zero) }).collect::<SmallVec<_>>())
            }
            Attribute::Lengths(times) => {
                Attribute::Lengths((0..shape.len()).map(|k| if here(k) { times[axis] } else { Dim::ONE }).collect())
            }
            other => other.clone(),
        }
    }

    /// The same for an array with so many axes more in front.
    pub fn behind(&self, axes: usize) -> Attribute {
        match self {
            Attribute::Axes(own) => Attribute::Axes(own.iter().map(|&axis| axis + axes as u8).collect()),
            other => other.clone(),
        }
    }
}
