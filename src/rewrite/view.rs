//! Sums over axes, axes of length 1, repetition.

use super::Algebra;
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

fn sum(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<(&'static str, Id)> {
    if axes == 0 {
        return Some(("", x));
    }
    let shape: Shape = Shape::from(a.arena.shape(x));
    let ones = (0..shape.len()).filter(|&k| axes >> k & 1 == 1 && shape[k] == Dim::ONE).fold(0u32, |mask, k| mask | 1 << k);
    if ones != 0 {
        // an axis of length 1 has one summand
        let rest = axes & !ones;
        let summed = a.node(Op::Sum { axes: rest, keep: true }, &[x]);
        let dropped = if keep { summed } else { a.node(Op::Squeeze(axes), &[summed]) };
        return Some(("a sum over one entry is the entry", dropped));
    }
    let inner: Factors = a.arena.args(x).iter().copied().collect();
    match a.arena.op(x).clone() {
        Op::Broadcast(_) => {
            let from: Shape = Shape::from(a.arena.shape(inner[0]));
            let offset = shape.len() - from.len();
            let repeated = |k: usize| k < offset || from[k - offset] == Dim::ONE;
            let counted: Vec<usize> = (0..shape.len()).filter(|&k| axes >> k & 1 == 1 && repeated(k)).collect();
            if counted.is_empty() {
                return None;
            }
            let count = counted.iter().fold(Dim::ONE, |product, &k| a.arena.dims.times(product, shape[k]));
            let count = match a.arena.dims.as_integer(count) {
                Some(value) => a.number(Number::integer(value)),
                None => a.arena.intern(Op::Length(count), crate::expr::Args::new()),
            };
            // the operand with every axis visible, summed over the axes it really has
            let lead = (1u32 << offset) - 1;
            let visible = if offset > 0 { a.node(Op::Unsqueeze(lead), &[inner[0]]) } else { inner[0] };
            let target: Shape = (0..shape.len()).map(|k| if counted.contains(&k) { Dim::ONE } else { shape[k] }).collect();
            let visible = a.broadcast_to(visible, &target);
            let rest = counted.iter().fold(axes, |mask, &k| mask & !(1 << k));
            let summed = a.node(Op::Sum { axes: rest, keep: true }, &[visible]);
            let summed = if keep { summed } else { a.node(Op::Squeeze(axes), &[summed]) };
            Some(("n equal entries add up to n times one", a.multiply(&[count, summed])))
        }
        Op::Multiply => {
            // what does not change along the summed axes goes in front
            let fixed = |a: &Algebra, f: Id| {
                let from = a.arena.shape(f);
                let offset = shape.len() - from.len();
                let constant = (0..shape.len()).all(|k| axes >> k & 1 == 0 || k < offset || from[k - offset] == Dim::ONE);
                constant && (keep || from.is_empty() || leading(axes) && from.len() + axes.count_ones() as usize <= shape.len())
            };
            let (front, back): (Factors, Factors) = inner.iter().copied().partition(|&f| fixed(a, f));
            if back.len() == 2 && front.is_empty() && !keep {
                return matrix_times_vector(a, axes, &back, shape.len());
            }
            if front.is_empty() || back.is_empty() {
                return None;
            }
            let rest = a.multiply(&back);
            if a.arena.shape(rest).len() != shape.len()
                || (0..shape.len()).any(|k| axes >> k & 1 == 1 && a.arena.shape(rest)[k] != shape[k])
            {
                return None;
            }
            let summed = a.node(Op::Sum { axes, keep }, &[rest]);
            let mut factors = front;
            factors.push(summed);
            let product = a.multiply(&factors);
            let target: Shape = (0..shape.len())
                .filter(|&k| keep || axes >> k & 1 == 0)
                .map(|k| if axes >> k & 1 == 1 { Dim::ONE } else { shape[k] })
                .collect();
            Some(("what is constant along a sum goes in front", a.broadcast_to(product, &target)))
        }
        Op::Add(coefficients) if inner.len() >= 2 => deviations(a, axes, keep, &coefficients, &inner, &shape),
        Op::Sum { axes: before, keep: false } if !keep => {
            // axes of the inner result, counted as axes of its operand
            let rank = a.arena.shape(inner[0]).len();
            let mut mask = before;
            for (place, axis) in (0..rank).filter(|&k| before >> k & 1 == 0).enumerate() {
                if axes >> place & 1 == 1 {
                    mask |= 1 << axis;
                }
            }
            Some(("one sum after the other is one sum", a.node(Op::Sum { axes: mask, keep: false }, &inner)))
        }
        // a new axis is nothing to sum over
        Op::Unsqueeze(made) if made & axes == 0 => {
            let summed = a.node(Op::Sum { axes: compress(axes, made), keep }, &inner);
            let made = if keep { made } else { compress(made, axes) };
            Some(("axes that are not summed stay", a.node(Op::Unsqueeze(made), &[summed])))
        }
        Op::Call(function, _) if function.entry().names[0] == "one_hot" && axes >> (shape.len() - 1) & 1 == 1 => {
            let rest: Shape = (0..shape.len() - 1).map(|k| shape[k]).chain(keep.then_some(Dim::ONE)).collect();
            let one = a.number(Number::ONE);
            let ones = a.broadcast_to(one, &rest);
            let others = axes & !(1 << (shape.len() - 1));
            Some(("a one-hot row adds up to 1", a.node(Op::Sum { axes: others, keep }, &[ones])))
        }
        Op::Permute(order) if !keep && axes.count_ones() as usize == order.len() => {
            Some(("a sum over everything has no order", a.node(Op::Sum { axes, keep }, &inner)))
        }
        _ => None,
    }
}

/// `sum(A - mean(A)) = 0`: the pair adds nothing to the sum of all terms.
fn deviations(a: &mut Algebra, axes: u32, keep: bool, coefficients: &[Number], terms: &[Id], shape: &Shape) -> Option<(&'static str, Id)> {
    let [one, two] = terms else { return None };
    if coefficients[0] != coefficients[1].negated() {
        return None;
    }
    for (x, mean) in [(*one, *two), (*two, *one)] {
        if a.arena.shape(x) == shape.as_slice() && is_mean(a, mean, x, axes) {
            let rest: Shape = (0..shape.len())
                .filter(|&k| keep || axes >> k & 1 == 0)
                .map(|k| if axes >> k & 1 == 1 { Dim::ONE } else { shape[k] })
                .collect();
            return Some(("sum(A - mean(A)) = 0", a.zeros(&rest)));
        }
    }
    None
}

/// Whether `mean` is the mean of `x` over all of `axes` and no other, and broadcasts against `x` where its entries belong.
fn is_mean(a: &mut Algebra, mean: Id, x: Id, axes: u32) -> bool {
    let value = a.value_of(mean);
    let (mut count, rest): (Factors, Factors) = match a.arena.op(value) {
        Op::Multiply => a.arena.args(value).iter().copied().partition(|&f| matches!(a.arena.op(f), Op::Power(_))),
        _ => return false,
    };
    let (Some(count), true, [sum]) = (count.pop(), count.is_empty(), rest.as_slice()) else { return false };
    let Op::Sum { axes: summed, keep } = *a.arena.op(*sum) else { return false };
    if a.arena.args(*sum) != [x] || summed != axes || !(keep || leading(axes)) {
        return false;
    }
    let lengths: Vec<Dim> = a.arena.shape(x).iter().enumerate().filter(|(k, _)| axes >> k & 1 == 1).map(|(_, &d)| d).collect();
    let product = a.arena.dims.product(lengths);
    let length = a.arena.intern(Op::Length(product), crate::expr::Args::new());
    matches!(a.arena.op(count), Op::Power(e) if *e == Number::MINUS_ONE) && a.arena.args(count) == [length]
}

/// `sum(A * x, axis=1) = A @ x`, `sum(A * x[:, None], axis=0) = Aᵀ @ x`
fn matrix_times_vector(a: &mut Algebra, axes: u32, factors: &[Id], rank: usize) -> Option<(&'static str, Id)> {
    for (matrix, other) in [(factors[0], factors[1]), (factors[1], factors[0])] {
        if rank != 2 || a.arena.shape(matrix).len() != 2 || a.arena.shape(matrix).contains(&Dim::ONE) {
            continue;
        }
        if axes == 2 && a.arena.shape(other).len() == 1 {
            return Some(("sum(A * x, axis=1) = A @ x", a.matmul(&[matrix, other])));
        }
        let column = matches!(a.arena.op(other), Op::Unsqueeze(2)) && a.arena.shape(other).len() == 2;
        if axes == 1 && column {
            let (turned, vector) = (a.transpose(matrix), a.arena.args(other)[0]);
            return Some(("sum(A * x[:, None], axis=0) = Aᵀ @ x", a.matmul(&[turned, vector])));
        }
    }
    None
}

fn leading(mask: u32) -> bool {
    mask & (mask + 1) == 0
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
        Op::Broadcast(_) if a.is_scalar(a.arena.args(x)[0]) => {
            let scalar = a.arena.args(x)[0];
            let shape: Shape = unsqueezed(a.arena.shape(x), mask);
            Some(("", a.broadcast_to(scalar, &shape)))
        }
        _ => None,
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
        // every term loses the axis by itself
        Op::Add(coefficients) if a.arena.args(x).iter().all(|&y| loses(a, mask, y, a.arena.shape(x).len())) => {
            let terms: Factors = a.arena.args(x).iter().copied().collect();
            let terms: SmallVec<[(Number, Id); 4]> =
                coefficients.iter().copied().zip(terms.into_iter().map(|y| a.node(Op::Squeeze(mask), &[y]))).collect();
            Some(("(A + B)[0] = A[0] + B[0]", a.add(&terms)))
        }
        Op::Broadcast(shape) if a.is_scalar(a.arena.args(x)[0]) => {
            let scalar = a.arena.args(x)[0];
            let rest: Shape = shape.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 0).map(|(_, &d)| d).collect();
            Some(("", a.broadcast_to(scalar, &rest)))
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

/// Whether the axes in `mask` go away by themselves where they are dropped.
fn loses(a: &Algebra, mask: u32, x: Id, rank: usize) -> bool {
    a.arena.shape(x).len() == rank
        && match a.arena.op(x) {
            Op::Unsqueeze(made) => made & mask == mask,
            Op::Call(function, _) => function.entry().names[0] == "slice",
            _ => false,
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
fn compress(mask: u32, gone: u32) -> u32 {
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
