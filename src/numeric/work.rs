//! What it takes to evaluate a program, before it is evaluated.

use super::literals::{self, Lengths};
use crate::expr::{Arena, Axes, Id, Op, Signature, UNIT};
use crate::shape::Dim;

/// How many products one evaluation of these nodes takes, about; `None` where a length is unknown or that is more than can be counted.
pub(crate) fn work(arena: &Arena, nodes: &[Id], lengths: &Lengths) -> Option<usize> {
    let length = |dim: Dim| literals::number(&arena.dims, dim, lengths).and_then(|n| usize::try_from(n).ok());
    let product = |dims: &[Dim]| dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(length(dim)?));
    nodes.iter().try_fold(0usize, |all, &id| {
        let shape = arena.shape(id);
        let one = match arena.op(id) {
            Op::Variable(_) => Some(0),
            // of a matrix each entry takes a row
            Op::Call(..) => product(shape)?.checked_mul(shape.last().map_or(Some(1), |&row| length(row))?),
            _ => match arena.signature(id) {
                Some(signature) => products(&signature, &|axis| length(signature.lengths[axis])),
                None => product(shape),
            },
        };
        all.checked_add(one?)
    })
}

/// The same of a contraction, two factors at a time.
fn products(signature: &Signature, length: &dyn Fn(usize) -> Option<usize>) -> Option<usize> {
    let mut left = Axes::new();
    let mut all = 0usize;
    for (place, axes) in signature.inputs.iter().enumerate() {
        let last = place + 1 == signature.inputs.len();
        let new: Axes = axes.iter().chain(signature.output.iter().filter(|_| last)).copied().collect();
        for axis in new {
            if axis != UNIT && !left.contains(&axis) {
                left.push(axis);
            }
        }
        all = all.checked_add(left.iter().try_fold(1usize, |count, &axis| count.checked_mul(length(axis.into())?))?)?;
        let later = |axis: &u8| signature.output.contains(axis) || signature.inputs[place + 1..].iter().any(|axes| axes.contains(axis));
        left.retain(|axis| later(axis));
    }
    Some(all)
}
