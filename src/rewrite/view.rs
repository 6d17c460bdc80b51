//! Sums over axes, axes of length 1, repetition.

use super::{Algebra, matrix};
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
    if let Some(found) = adds_to_one(a, axes, keep, x) {
        return Some(found);
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
            if let Some(found) = matrix::paired(a, axes, keep, &inner) {
                return Some(found);
            }
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
        Op::Permute(order) if !keep && axes.count_ones() as usize == order.len() => {
            Some(("a sum over everything has no order", a.node(Op::Sum { axes, keep }, &inner)))
        }
        _ => None,
    }
}

/// The rows of what is stochastic add up to 1, and so do the squares in a row of norm 1.
fn adds_to_one(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<(&'static str, Id)> {
    let rule = match a.arena.op(x) {
        Op::Variable(_) if a.has(x, "stochastic") || a.has(x, "onehot") => "sum(T, axis=-1) = 1 for a stochastic T",
        Op::Power(e) if *e == Number::integer(2) && a.has(a.arena.args(x)[0], "unit") => "sum(u**2, axis=-1) = 1 for a u of norm 1",
        _ => return None,
    };
    let shape: Shape = Shape::from(a.arena.shape(x));
    if axes != 1 << (shape.len() - 1) {
        return None;
    }
    let last = if keep { &[Dim::ONE][..] } else { &[] };
    let rest: Shape = shape[..shape.len() - 1].iter().chain(last).copied().collect();
    let one = a.number(Number::ONE);
    Some((rule, a.broadcast_to(one, &rest)))
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
        Op::Power(exponent) if exponent.is_negative() => {
            let inner = a.arena.args(x)[0];
            let visible = a.node(Op::Unsqueeze(mask), &[inner]);
            Some(("(1 / x)[:, None] = 1 / x[:, None]", a.node(Op::Power(exponent), &[visible])))
        }
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
            let vector = |a: &Algebra, at: usize, made: u32| {
                matches!(a.arena.op(factors[at]), Op::Unsqueeze(m) if *m == made) && a.arena.shape(factors[at]).len() == 2
            };
            if factors.iter().any(|&f| a.arena.shape(f).len() != 2) || mask > 3 {
                return None;
            }
            let mut bare = factors.clone();
            if mask & 1 == 1 {
                if !vector(a, first, 1) {
                    return None;
                }
                bare[first] = a.arena.args(factors[first])[0];
            }
            if mask & 2 == 2 {
                if !vector(a, last, 2) {
                    return None;
                }
                bare[last] = a.arena.args(factors[last])[0];
            }
            Some(("A @ x[:, None] = (A @ x)[:, None]", a.matmul(&bare)))
        }
        Op::Power(exponent) if exponent.is_negative() => {
            let inner = a.arena.args(x)[0];
            let dropped = a.node(Op::Squeeze(mask), &[inner]);
            Some(("(1 / x)[:, None] = 1 / x[:, None]", a.node(Op::Power(exponent), &[dropped])))
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
        _ => None,
    }
}
