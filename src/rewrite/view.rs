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
    // sum(A @ B, axis=0) is sum(A, axis=0) @ B
    let rows = matches!(a.arena.op(x), Op::MatMul) && axes == 1 && shape.len() == 2 && a.arena.shape(inner[0]).len() == 2;
    if vanishes(a, if rows { inner[0] } else { x }, axes) {
        let rest = (0..shape.len()).filter(|&k| keep || axes >> k & 1 == 0);
        let target: Shape = rest.map(|k| if axes >> k & 1 == 1 { Dim::ONE } else { shape[k] }).collect();
        return Some(("sum(A - mean(A)) = 0", a.zeros(&target)));
    }
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
        Op::Apply(function)
            if function.entry().names[0] == "equal" && a.has(inner[0], "distinct") && is_extreme(a, inner[1], inner[0], axes) =>
        {
            let one = a.number(Number::ONE);
            let rest = shape.iter().enumerate().filter(|(k, _)| keep || axes >> k & 1 == 0);
            let target: Shape = rest.map(|(k, &dim)| if axes >> k & 1 == 1 { Dim::ONE } else { dim }).collect();
            Some(("of distinct entries one is the largest", a.broadcast_to(one, &target)))
        }
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

/// Whether `x` is `A - mean(A)`, over these axes, perhaps by a name.
fn vanishes(a: &mut Algebra, x: Id, axes: u32) -> bool {
    let value = a.value_of(x);
    let (Op::Add(coefficients), &[one, two]) = (a.arena.op(value), a.arena.args(value)) else { return false };
    let opposite = coefficients[0] == coefficients[1].negated();
    let shape: Shape = Shape::from(a.arena.shape(value));
    opposite && [(one, two), (two, one)].into_iter().any(|(x, mean)| a.arena.shape(x) == shape.as_slice() && is_mean(a, mean, x, axes))
}

/// Whether `y` is the largest or the smallest entry of `x` over these axes, and broadcasts against it.
fn is_extreme(a: &Algebra, y: Id, x: Id, axes: u32) -> bool {
    let bare = if let Op::Unsqueeze(_) = a.arena.op(y) { a.arena.args(y)[0] } else { y };
    let value = a.value_of(bare);
    match a.arena.op(value) {
        Op::Call(function, attributes) if matches!(function.entry().names[0], "max" | "min") && a.arena.args(value) == [x] => {
            function.dropped(attributes, a.arena.shape(x).len()) == Some(axes)
        }
        _ => false,
    }
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

/// `x` without its first axes, where these have length 1 and another form of `x` lacks them.
fn without_leading(a: &mut Algebra, x: Id) -> Option<Id> {
    let inner: Factors = a.arena.args(x).iter().copied().collect();
    match a.arena.op(x).clone() {
        Op::Unsqueeze(mask) if leading(mask) => Some(inner[0]),
        Op::Unsqueeze(mask) if mask & 1 == 1 && !keeps(a, mask, inner[0]) => {
            Some(a.node(Op::Unsqueeze(mask >> mask.trailing_ones()), &inner))
        }
        Op::Sum { axes, keep: true } if leading(axes) => Some(a.node(Op::Sum { axes, keep: false }, &inner)),
        Op::Power(exponent) => {
            let base = without_leading(a, inner[0])?;
            Some(a.node(Op::Power(exponent), &[base]))
        }
        Op::Add(coefficients) if coefficients.len() == 1 => {
            let rest = without_leading(a, inner[0])?;
            Some(a.scale(coefficients[0], rest))
        }
        Op::Multiply => {
            let mut factors = inner;
            for factor in &mut factors {
                if !a.is_scalar(*factor) {
                    *factor = without_leading(a, *factor)?;
                }
            }
            Some(a.multiply(&factors))
        }
        _ => None,
    }
}

/// Leaves out axes that operands which broadcast against each other get anyway; whether there were any.
pub(super) fn drop_leading(a: &mut Algebra, operands: &mut [Id]) -> bool {
    let squeezed = restore_leading(a, operands);
    if operands.len() < 2 || !operands.iter().any(|&x| a.arena.shape(x).first() == Some(&Dim::ONE)) {
        return squeezed;
    }
    let together = |a: &Algebra, all: &[Id]| all.iter().fold(Shape::new(), |shape, &x| a.arena.broadcast(&shape, a.arena.shape(x)));
    let whole = together(a, operands);
    // in a long list one operand that has all axes is enough for the others
    let full = operands.iter().position(|&x| a.arena.shape(x) == whole.as_slice());
    let mut changed = squeezed;
    for at in 0..operands.len() {
        let before = operands[at];
        let shape = a.arena.shape(before);
        if full == Some(at) || shape.first() != Some(&Dim::ONE) || shape.len() == whole.len() && whole[0] == Dim::ONE {
            continue;
        }
        if full.is_none() && operands.len() > FEW {
            break;
        }
        let Some(bare) = without_leading(a, before) else { continue };
        operands[at] = bare;
        if full.is_some() || together(a, operands) == whole {
            changed = true;
        } else {
            operands[at] = before;
        }
    }
    changed
}

/// First axes of length 1 need not be dropped where others have more.
fn restore_leading(a: &Algebra, operands: &mut [Id]) -> bool {
    let rank = operands.iter().map(|&x| a.arena.shape(x).len()).max().unwrap_or(0);
    let mut changed = false;
    for x in operands {
        if let Op::Squeeze(mask) = a.arena.op(*x) {
            let inner = a.arena.args(*x)[0];
            if leading(*mask) && a.arena.shape(inner).len() <= rank {
                (*x, changed) = (inner, true);
            }
        }
    }
    changed
}

/// So many operands may each be looked at together with all others.
const FEW: usize = 8;

/// Whether just these axes were dropped by a reduction, which may keep them instead.
fn keeps(a: &Algebra, mask: u32, x: Id) -> bool {
    match a.arena.op(x) {
        Op::Sum { axes, keep: false } => *axes == mask,
        Op::Squeeze(dropped) => *dropped == mask,
        Op::Call(function, attributes) => function.dropped(attributes, a.arena.shape(a.arena.args(x)[0]).len()) == Some(mask),
        Op::Power(_) => keeps(a, mask, a.arena.args(x)[0]),
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
        Op::Broadcast(shape) if a.is_scalar(a.arena.args(x)[0]) => {
            let scalar = a.arena.args(x)[0];
            let rest: Shape = shape.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 0).map(|(_, &d)| d).collect();
            Some(("", a.broadcast_to(scalar, &rest)))
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
