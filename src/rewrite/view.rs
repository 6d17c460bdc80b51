//! Axes of length 1, and repetition.

use super::Algebra;
use super::leading::leading;
use super::reduce::sum;
use crate::expr::{Id, Number, Op};
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// The rule that fits, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    let x = args[0];
    let (coefficient, rest) = a.split_scale(x);
    if !coefficient.is_one() {
        let inner = a.node(op.clone(), &[rest]);
        return Some(("numbers and scalars go in front", a.scale(coefficient, inner)));
    }
    match op {
        Op::Sum { axes, keep } => sum(a, *axes, *keep, x),
        Op::Unsqueeze(mask) => unsqueeze(a, *mask, x),
        Op::Squeeze(mask) => squeeze(a, *mask, x),
        Op::Broadcast(shape) => broadcast(a, shape, x),
        _ => None,
    }
}

fn unsqueeze(a: &mut Algebra, mask: u32, x: Id) -> Option<(&'static str, Id)> {
    if mask == 0 {
        return Some(("", x));
    }
    match a.arena.op(x).clone() {
        Op::Sum { axes, keep: false } if axes == mask => {
            let inner = a.arena.args(x)[0];
            Some(("a summed axis put back is an axis kept", a.node(Op::Sum { axes, keep: true }, &[inner])))
        }
        Op::Squeeze(dropped) if dropped == mask => Some(("an axis dropped and put back", a.arena.args(x)[0])),
        Op::Squeeze(1 | 2) if a.arena.shape(x).len() == 1 && mask <= 2 => {
            let inner = a.arena.args(x)[0];
            Some(("x[:, 0][None, :] = xᵀ", a.transpose(inner)))
        }
        Op::Power(exponent) => {
            let inner = a.arena.args(x)[0];
            let visible = a.node(Op::Unsqueeze(mask), &[inner]);
            Some(("(x**a)[:, None] = x[:, None]**a", a.node(Op::Power(exponent), &[visible])))
        }
        Op::Multiply => {
            // where reductions keep their axes instead, and at most one factor must have them put in
            let factors: Factors = a.arena.args(x).iter().copied().filter(|&f| !a.is_scalar(f)).collect();
            let kept = factors.iter().filter(|&&f| keeps(a, mask, f)).count();
            if kept == 0 || factors.len() > kept + 1 || factors.iter().any(|&f| a.arena.shape(f).len() != a.arena.shape(x).len()) {
                return None;
            }
            let all: Factors = a.arena.args(x).iter().copied().collect();
            let parts: Factors = all.into_iter().map(|f| if a.is_scalar(f) { f } else { a.node(Op::Unsqueeze(mask), &[f]) }).collect();
            Some(("(x * y)[:, None] = x[:, None] * y[:, None]", a.multiply(&parts)))
        }
        Op::Broadcast(_) if a.is_scalar(a.arena.args(x)[0]) => {
            let scalar = a.arena.args(x)[0];
            let shape: Shape = unsqueezed(a.arena.shape(x), mask);
            Some(("", a.broadcast_to(scalar, &shape)))
        }
        _ => None,
    }
}

/// Whether just these axes were dropped by a reduction, which may keep them instead.
pub(super) fn keeps(a: &Algebra, mask: u32, x: Id) -> bool {
    match a.arena.op(x) {
        Op::Sum { axes, keep: false } => *axes == mask,
        Op::Squeeze(dropped) => *dropped == mask,
        Op::Call(function, attributes) => {
            a.arena.args(x).first().is_some_and(|&y| function.dropped(attributes, a.arena.shape(y).len()) == Some(mask))
        }
        Op::Power(_) => keeps(a, mask, a.arena.args(x)[0]),
        _ => false,
    }
}

/// Whether just these axes were put in, or kept by a reduction, and dropping them undoes that.
fn keeps_made(a: &Algebra, mask: u32, x: Id) -> bool {
    match a.arena.op(x) {
        Op::Unsqueeze(made) => made & mask == mask,
        Op::Sum { axes, keep: true } => *axes == mask,
        Op::Call(function, _) => function.entry().names[0] == "slice",
        Op::Power(_) => keeps_made(a, mask, a.arena.args(x)[0]),
        Op::Multiply => a.arena.args(x).iter().all(|&f| a.is_scalar(f) || keeps_made(a, mask, f)),
        _ => false,
    }
}

/// A shape with axes of length 1 put in at the places of `mask`.
fn unsqueezed(shape: &[Dim], mask: u32) -> Shape {
    let mut rest = shape.iter().copied();
    let rank = shape.len() + mask.count_ones() as usize;
    (0..rank).map(|k| if mask >> k & 1 == 1 { Dim::ONE } else { rest.next().unwrap_or(Dim::ONE) }).collect()
}

fn squeeze(a: &mut Algebra, mask: u32, x: Id) -> Option<(&'static str, Id)> {
    if mask == 0 {
        return Some(("", x));
    }
    match a.arena.op(x).clone() {
        Op::Sum { axes, keep: true } if axes & mask == axes => {
            let inner = a.arena.args(x)[0];
            if axes == mask {
                return Some(("a kept axis dropped is an axis summed", a.node(Op::Sum { axes, keep: false }, &[inner])));
            }
            let summed = a.node(Op::Sum { axes, keep: false }, &[inner]);
            let rest = compress(mask & !axes, axes);
            Some(("a kept axis dropped is an axis summed", a.node(Op::Squeeze(rest), &[summed])))
        }
        // nothing but axes of length 1 are left: it is the sum over everything
        Op::Sum { axes, keep: false } if a.arena.shape(x).len() == mask.count_ones() as usize => {
            let inner = a.arena.args(x)[0];
            let all = a.arena.shape(inner).len() as u32;
            debug_assert_eq!(axes.count_ones() + mask.count_ones(), all);
            Some(("a kept axis dropped is an axis summed", a.node(Op::Sum { axes: (1 << all) - 1, keep: false }, &[inner])))
        }
        Op::Unsqueeze(made) if made & mask == mask => {
            let inner = a.arena.args(x)[0];
            let rest = compress(made & !mask, mask);
            Some(("an axis made and dropped", a.node(Op::Unsqueeze(rest), &[inner])))
        }
        Op::MatMul => {
            // the end that makes the axis, a 1-D array with its axis made visible, goes back to being one
            let factors: Factors = a.arena.args(x).iter().copied().collect();
            let (first, last) = (0, factors.len() - 1);
            if factors.iter().any(|&f| a.arena.shape(f).len() != 2) || mask > 3 {
                return None;
            }
            let mut bare = factors.clone();
            if mask & 1 == 1 {
                bare[first] = vector(a, factors[first], 0)?;
            }
            if mask & 2 == 2 {
                bare[last] = vector(a, factors[last], 1)?;
            }
            Some(("A @ x[:, None] = (A @ x)[:, None]", a.matmul(&bare)))
        }
        Op::Broadcast(shape) if a.is_scalar(a.arena.args(x)[0]) => {
            let scalar = a.arena.args(x)[0];
            let rest: Shape = shape.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 0).map(|(_, &d)| d).collect();
            Some(("", a.broadcast_to(scalar, &rest)))
        }
        // first axes that only repeating had made
        Op::Broadcast(shape) if leading(mask) && a.arena.shape(a.arena.args(x)[0]).len() + mask.count_ones() as usize <= shape.len() => {
            let inner = a.arena.args(x)[0];
            let rest: Shape = shape.iter().skip(mask.count_ones() as usize).copied().collect();
            Some(("an axis made and dropped", a.broadcast_to(inner, &rest)))
        }
        Op::Add(coefficients) if coefficients.len() > 1 => {
            let rank = a.arena.shape(x).len();
            let terms: Factors = a.arena.args(x).iter().copied().collect();
            // worth it where the axes are gone in each term
            let made = |a: &Algebra, y: Id| keeps_made(a, mask, y) || a.is_scalar(y);
            if !terms.iter().all(|&y| (a.arena.shape(y).len() == rank || a.is_scalar(y)) && made(a, y)) {
                return None;
            }
            let parts: SmallVec<[(Number, Id); 4]> = coefficients
                .iter()
                .copied()
                .zip(terms.into_iter().map(|y| if a.is_scalar(y) { y } else { a.node(Op::Squeeze(mask), &[y]) }))
                .collect();
            Some(("squeeze(A + B) = squeeze(A) + squeeze(B)", a.add(&parts)))
        }
        Op::Power(exponent) => {
            let inner = a.arena.args(x)[0];
            let dropped = a.node(Op::Squeeze(mask), &[inner]);
            Some(("squeeze(x**a) = squeeze(x)**a", a.node(Op::Power(exponent), &[dropped])))
        }
        Op::Multiply => {
            // the factors that have all the axes drop theirs; the others had none to drop
            let rank = a.arena.shape(x).len();
            let factors: Factors = a.arena.args(x).iter().copied().collect();
            if !factors.iter().all(|&f| a.arena.shape(f).len() == rank || a.is_scalar(f)) {
                return None;
            }
            let parts: Factors = factors.into_iter().map(|f| if a.is_scalar(f) { f } else { a.node(Op::Squeeze(mask), &[f]) }).collect();
            Some(("", a.multiply(&parts)))
        }
        _ => None,
    }
}

/// A matrix with one entry along an axis as the 1-D array that it is made of, or that is cut out of another array.
pub(super) fn vector(a: &mut Algebra, x: Id, axis: u8) -> Option<Id> {
    match a.arena.op(x) {
        Op::Unsqueeze(made) => (*made == 1 << axis).then(|| a.arena.args(x)[0]),
        Op::Call(function, _) if function.entry().names[0] == "slice" => Some(a.node(Op::Squeeze(1 << axis), &[x])),
        Op::Permute(_) => {
            let turned = a.arena.args(x)[0];
            vector(a, turned, 1 - axis)
        }
        _ => None,
    }
}

/// A matrix without its transpose.
pub(super) fn unturned(a: &Algebra, x: Id) -> Id {
    if let Op::Permute(_) = a.arena.op(x) { a.arena.args(x)[0] } else { x }
}

/// The bits of `mask` renumbered as if those of `gone` were not there.
pub(super) fn compress(mask: u32, gone: u32) -> u32 {
    let mut out = 0;
    let mut place = 0;
    for k in 0..32 {
        if gone >> k & 1 == 0 {
            out |= (mask >> k & 1) << place;
            place += 1;
        }
    }
    out
}

fn broadcast(a: &mut Algebra, shape: &Shape, x: Id) -> Option<(&'static str, Id)> {
    if a.arena.shape(x) == shape.as_slice() {
        return Some(("", x));
    }
    match a.arena.op(x) {
        Op::Broadcast(_) => {
            let inner = a.arena.args(x)[0];
            Some(("", a.broadcast_to(inner, shape)))
        }
        // a new axis in front is made by repeating anyway
        Op::Unsqueeze(mask) if leading(*mask) => {
            let inner = a.arena.args(x)[0];
            Some(("broadcasting repeats by itself", a.broadcast_to(inner, shape)))
        }
        // all axes dropped and put back
        Op::Squeeze(_) if a.is_scalar(x) && a.arena.shape(a.arena.args(x)[0]) == shape.as_slice() => {
            Some(("an axis dropped and put back", a.arena.args(x)[0]))
        }
        Op::Sum { axes, keep: false } if a.is_scalar(x) && shape.iter().all(|d| *d == Dim::ONE) => {
            let (axes, inner) = (*axes, a.arena.args(x)[0]);
            let fits = a.arena.shape(inner).len() == shape.len();
            fits.then(|| ("a summed axis put back is an axis kept", a.node(Op::Sum { axes, keep: true }, &[inner])))
        }
        _ => None,
    }
}
