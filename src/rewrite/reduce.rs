//! Sums over axes.

use super::leading::leading;
use super::vanish::{adds_to_one, balanced, deviations, distribution, is_extreme, vanishes};
use super::view::compress;
use super::{Algebra, chain};
use crate::expr::{Id, Number, Op};
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// The rule that fits a sum, and what it makes of it.
pub(super) fn sum(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<(&'static str, Id)> {
    if axes == 0 {
        return Some(("", x));
    }
    let shape = Shape::from_slice(a.arena.shape(x));
    let ones = (0..shape.len()).filter(|&k| axes >> k & 1 == 1 && shape[k] == Dim::ONE).fold(0u32, |mask, k| mask | 1 << k);
    let everything = !keep && axes.count_ones() as usize == shape.len() && ones != axes;
    if ones != 0 && !everything {
        // an axis of length 1 has one summand
        let rest = axes & !ones;
        let summed = a.node(Op::Sum { axes: rest, keep: true }, &[x]);
        let dropped = if keep { summed } else { a.node(Op::Squeeze(axes), &[summed]) };
        return Some(("a sum over one entry is the entry", dropped));
    }
    if let Some(found) = distribution(a, axes, keep, x) {
        return Some(("a distribution adds up to 1", found));
    }
    if let Some(found) = adds_to_one(a, axes, keep, x) {
        return Some(found);
    }
    let inner: Factors = a.arena.args(x).iter().copied().collect();
    // sum(A @ B, axis=0) is sum(A, axis=0) @ B
    let rows = matches!(a.arena.op(x), Op::MatMul) && axes == 1 && shape.len() == 2 && a.arena.shape(inner[0]).len() == 2;
    let summed = if rows { inner[0] } else { x };
    let own: Shape = Shape::from(a.arena.shape(summed));
    if vanishes(a, summed, &own, axes) {
        let rest = (0..shape.len()).filter(|&k| keep || axes >> k & 1 == 0);
        let target: Shape = rest.map(|k| if axes >> k & 1 == 1 { Dim::ONE } else { shape[k] }).collect();
        return Some(("sum(A - mean(A)) = 0", a.zeros(&target)));
    }
    match a.arena.op(x).clone() {
        Op::Broadcast(_) => {
            let from = Shape::from_slice(a.arena.shape(inner[0]));
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
        op @ (Op::Multiply | Op::Power(_)) if !keep && axes.count_ones() as usize == shape.len() && turned_alike(a, &inner) => {
            let bare: Factors = inner.iter().map(|&f| a.arena.args(f)[0]).collect();
            let entrywise = a.node(op, &bare);
            Some(("a sum over everything has no order", a.node(Op::Sum { axes, keep }, &[entrywise])))
        }
        // one axis of two: that of the transposes is the other one of the arrays
        op @ (Op::Multiply | Op::Power(_)) if !keep && axes.count_ones() == 1 && shape.len() == 2 && turned_alike(a, &inner) => {
            let bare: Factors = inner.iter().map(|&f| a.arena.args(f)[0]).collect();
            let entrywise = a.node(op, &bare);
            Some(("sum(Aᵀ, axis=1) = sum(A, axis=0)", a.node(Op::Sum { axes: 3 - axes, keep }, &[entrywise])))
        }
        Op::Permute(_) if !keep && axes.count_ones() == 1 && shape.len() == 2 => {
            Some(("sum(Aᵀ, axis=1) = sum(A, axis=0)", a.node(Op::Sum { axes: 3 - axes, keep }, &inner)))
        }
        Op::Multiply => {
            if let Some(found) = chain::paired(a, axes, keep, &inner) {
                return Some(found);
            }
            // what does not change along the summed axes goes in front
            let fixed = |a: &Algebra, f: Id| {
                let from = a.arena.shape(f);
                let offset = shape.len() - from.len();
                let constant = (0..shape.len()).all(|k| axes >> k & 1 == 0 || k < offset || from[k - offset] == Dim::ONE);
                let whole = from.len() == shape.len();
                constant && (keep || whole || from.is_empty() || leading(axes) && from.len() + axes.count_ones() as usize <= shape.len())
            };
            let (front, back): (Factors, Factors) = inner.iter().copied().partition(|&f| fixed(a, f));
            if back.len() == 2 && front.is_empty() && !keep {
                return matrix_times_vector(a, axes, &back, shape.len()).or_else(|| named_product(a, &back));
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
            // the axes that go away in the sum have length 1 in what stands in front
            let drop =
                |a: &mut Algebra, f: Id| if !keep && a.arena.shape(f).len() == shape.len() { a.node(Op::Squeeze(axes), &[f]) } else { f };
            let mut factors: Factors = front.into_iter().map(|f| drop(a, f)).collect();
            factors.push(summed);
            let product = a.multiply(&factors);
            let target: Shape = (0..shape.len())
                .filter(|&k| keep || axes >> k & 1 == 0)
                .map(|k| if axes >> k & 1 == 1 { Dim::ONE } else { shape[k] })
                .collect();
            Some(("what is constant along a sum goes in front", a.broadcast_to(product, &target)))
        }
        // nothing is added by the zeros around
        Op::Call(function, _) if function.entry().names[0] == "pad" && axes.count_ones() as usize == shape.len() => {
            Some(("zeros add nothing", a.node(Op::Sum { axes, keep }, &inner)))
        }
        Op::Diag | Op::Eye(_) => {
            // each row and each column has one entry
            let entries = match a.arena.op(x).clone() {
                Op::Eye(n) => {
                    let one = a.number(Number::ONE);
                    a.broadcast_to(one, &[n])
                }
                _ => inner[0],
            };
            let summed = if axes == 3 { a.node(Op::Sum { axes: 1, keep: false }, &[entries]) } else { entries };
            Some(("sum(diag(x), axis=1) = x", if keep { a.node(Op::Unsqueeze(axes), &[summed]) } else { summed }))
        }
        Op::Add(coefficients) if inner.len() >= 2 => {
            deviations(a, axes, keep, &coefficients, &inner, &shape).or_else(|| balanced(a, axes, keep, &coefficients, &inner, &shape))
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

/// Whether all factors are arrays whose axes are reordered in one and the same way.
fn turned_alike(a: &Algebra, factors: &[Id]) -> bool {
    let order = |f: Id| match a.arena.op(f) {
        Op::Permute(order) => Some(order),
        _ => None,
    };
    order(factors[0]).is_some_and(|first| factors.iter().all(|&f| order(f) == Some(first)))
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

/// `sum(x * y)` where `x @ y` has a name.
fn named_product(a: &mut Algebra, factors: &[Id]) -> Option<(&'static str, Id)> {
    let [x, y] = *factors else { return None };
    if a.arena.shape(x).len() != 1 || a.arena.shape(x) != a.arena.shape(y) {
        return None;
    }
    let name = a.named_call(&Op::MatMul, &[x, y]).or_else(|| a.named_call(&Op::MatMul, &[y, x]))?;
    Some(("a value that has a name is written by it", name))
}
