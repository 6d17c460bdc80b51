//! Sums over axes, axes of length 1, repetition.

use super::{Algebra, matrix};
use crate::expr::{Id, Number, Op};
use crate::ops::Attribute;
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
            if let Some(found) = matrix::paired(a, axes, keep, &inner) {
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

/// The squares in a row of norm 1 add up to 1.
fn adds_to_one(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<(&'static str, Id)> {
    let shape: Shape = Shape::from(a.arena.shape(x));
    let squares = matches!(a.arena.op(x), Op::Power(e) if *e == Number::integer(2)) && a.has(a.arena.args(x)[0], "unit");
    if !squares || axes != 1 << (shape.len() - 1) {
        return None;
    }
    let last = if keep { &[Dim::ONE][..] } else { &[] };
    let rest: Shape = shape[..shape.len() - 1].iter().chain(last).copied().collect();
    let one = a.number(Number::ONE);
    Some(("sum(u**2, axis=-1) = 1 for a u of norm 1", a.broadcast_to(one, &rest)))
}

/// The axes along which the entries add up to 1: those of a softmax, the last one of what was declared so.
pub(super) fn normalised(a: &Algebra, x: Id) -> u32 {
    let rank = a.arena.shape(x).len();
    if rank > 0 && ["onehot", "stochastic"].iter().any(|p| a.has(x, p)) {
        return 1 << (rank - 1);
    }
    match a.arena.op(a.value_of(x)) {
        Op::Call(function, attributes) if function.entry().names[0] == "softmax" => match &attributes[0] {
            Attribute::Axes(axes) => axes.iter().fold(0, |mask, axis| mask | 1 << axis),
            _ => ((1u64 << rank) - 1) as u32,
        },
        // E / sum(E)
        Op::Multiply => match a.arena.args(a.value_of(x)) {
            [e, over] if matches!(a.arena.op(*over), Op::Power(p) if *p == Number::MINUS_ONE) => {
                let sum = a.value_of(a.arena.args(*over)[0]);
                match a.arena.op(sum) {
                    Op::Sum { axes, keep } if a.arena.args(sum) == [*e] && (*keep || axes.count_ones() as usize == rank) => *axes,
                    _ => 0,
                }
            }
            _ => 0,
        },
        _ => 0,
    }
}

/// `sum(softmax(X), axis=-1) = 1`; `sum(P * (G - sum(P * G))) = 0` for such a `P`.
fn distribution(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<Id> {
    let shape: Shape = Shape::from(a.arena.shape(x));
    let rest = |gone: u32| -> Shape {
        let sides = (0..shape.len()).filter(|&k| keep || gone >> k & 1 == 0);
        sides.map(|k| if gone >> k & 1 == 1 { Dim::ONE } else { shape[k] }).collect()
    };
    let own = normalised(a, x);
    if own != 0 && own & axes == own {
        let one = a.number(Number::ONE);
        let ones = a.broadcast_to(one, &rest(own));
        let left = if keep { axes & !own } else { compress(axes & !own, own) };
        return Some(a.node(Op::Sum { axes: left, keep }, &[ones]));
    }
    let factors: Factors = if let Op::Multiply = a.arena.op(x) { a.arena.args(x).iter().copied().collect() } else { return None };
    let p = factors.iter().position(|&f| {
        let own = normalised(a, f);
        a.arena.shape(f) == shape.as_slice() && own != 0 && own & axes == own
    })?;
    let own = normalised(a, factors[p]);
    let at = factors.iter().position(|&f| matches!(a.arena.op(f), Op::Add(c) if c.len() == 2 && c[0] == c[1].negated()))?;
    // all else must be the same along the axes
    let fixed = |f: Id| {
        let from = a.arena.shape(f);
        let offset = shape.len() - from.len();
        (0..shape.len()).all(|k| own >> k & 1 == 0 || k < offset || from[k - offset] == Dim::ONE)
    };
    if !(0..factors.len()).all(|k| k == p || k == at || fixed(factors[k])) {
        return None;
    }
    let terms: Factors = a.arena.args(factors[at]).iter().copied().collect();
    for (one, mean) in [(terms[0], terms[1]), (terms[1], terms[0])] {
        let product = a.multiply(&[one, factors[p]]);
        // over all axes the sum is a number, which needs no axes kept
        let whole = own.count_ones() as usize == shape.len();
        if [true, !whole].into_iter().any(|keep| a.node(Op::Sum { axes: own, keep }, &[product]) == mean) {
            return Some(a.zeros(&rest(axes)));
        }
    }
    None
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

/// `sum(A - mean(A)) = 0`: what adds up to nothing is no term of the sum.
fn deviations(a: &mut Algebra, axes: u32, keep: bool, coefficients: &[Number], terms: &[Id], shape: &Shape) -> Option<(&'static str, Id)> {
    let x: Vec<(Number, Id)> = coefficients.iter().copied().zip(terms.iter().copied()).collect();
    let left: Vec<(Number, Id)> = x.iter().copied().filter(|(_, term)| !vanishes(a, *term, shape, axes)).collect();
    if left.len() == terms.len() {
        return None;
    }
    let sum = if left.is_empty() { a.zeros(shape) } else { a.add(&left) };
    let sum = a.broadcast_to(sum, shape);
    Some(("sum(A - mean(A)) = 0", a.node(Op::Sum { axes, keep }, &[sum])))
}

/// `sum(P * sum(T) - T) = 0` for a `P` that adds up to 1: term by term, where nothing is left.
fn balanced(a: &mut Algebra, axes: u32, keep: bool, coefficients: &[Number], terms: &[Id], shape: &Shape) -> Option<(&'static str, Id)> {
    let adds_up = |a: &Algebra, x: Id| {
        let own = normalised(a, x);
        own != 0 && own & axes == own
    };
    let distributed = |a: &Algebra, x: Id| match a.arena.op(x) {
        Op::Multiply => a.arena.args(x).iter().any(|&f| adds_up(a, f)),
        _ => adds_up(a, x),
    };
    if !terms.iter().any(|&x| distributed(a, x)) || terms.iter().any(|&x| a.arena.shape(x) != shape.as_slice()) {
        return None;
    }
    let sums: SmallVec<[(Number, Id); 4]> =
        coefficients.iter().copied().zip(terms.iter().map(|&x| a.node(Op::Sum { axes, keep }, &[x]))).collect();
    let sum = a.add(&sums);
    a.is_filled_with(sum, Number::ZERO).then_some(("sum(P * sum(T) - T) = 0 for a P that adds up to 1", sum))
}

/// Whether a sum is that of an array and its mean with the other sign.
fn is_deviation(a: &mut Algebra, terms: &[(Number, Id)], shape: &[Dim], axes: u32) -> bool {
    let [one, two] = terms else { return false };
    let pairs = [(one.1, two.1), (two.1, one.1)];
    one.0 == two.0.negated() && pairs.into_iter().any(|(x, mean)| a.arena.shape(x) == shape && is_mean(a, mean, x, axes))
}

/// Whether an array of this shape adds up to 0 over the axes: deviations from a mean, times what is the same along the axes.
fn vanishes(a: &mut Algebra, x: Id, shape: &[Dim], axes: u32) -> bool {
    if a.arena.shape(x) != shape {
        return false;
    }
    let value = a.value_of(x);
    let args: Factors = a.arena.args(value).iter().copied().collect();
    match a.arena.op(value).clone() {
        Op::Add(coefficients) => {
            let terms: Vec<(Number, Id)> = coefficients.iter().copied().zip(args).collect();
            is_deviation(a, &terms, shape, axes)
        }
        Op::Multiply => {
            let fixed = |f: Id| {
                let from = a.arena.shape(f);
                let offset = shape.len() - from.len();
                (0..shape.len()).all(|k| axes >> k & 1 == 0 || k < offset || from[k - offset] == Dim::ONE)
            };
            let moving: Factors = args.into_iter().filter(|&f| !fixed(f)).collect();
            matches!(moving.as_slice(), [one] if vanishes(a, *one, shape, axes))
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

/// `sum(x * y)` where `x @ y` has a name.
fn named_product(a: &mut Algebra, factors: &[Id]) -> Option<(&'static str, Id)> {
    let [x, y] = *factors else { return None };
    if a.arena.shape(x).len() != 1 || a.arena.shape(x) != a.arena.shape(y) {
        return None;
    }
    let name = a.named_call(&Op::MatMul, &[x, y]).or_else(|| a.named_call(&Op::MatMul, &[y, x]))?;
    Some(("a value that has a name is written by it", name))
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
        Op::Add(coefficients) => {
            let mut terms: Vec<(Number, Id)> = coefficients.into_iter().zip(inner).collect();
            for (_, term) in &mut terms {
                if !a.is_scalar(*term) {
                    *term = without_leading(a, *term)?;
                }
            }
            Some(a.add(&terms))
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
fn restore_leading(a: &mut Algebra, operands: &mut [Id]) -> bool {
    let rank = operands.iter().map(|&x| a.arena.shape(x).len()).max().unwrap_or(0);
    let mut changed = false;
    for x in operands {
        if let Some(whole) = with_leading(a, *x, rank) {
            (*x, changed) = (whole, true);
        }
    }
    changed
}

/// The array of at most `rank` axes that `x` is without its first axes, all of length 1.
fn with_leading(a: &mut Algebra, x: Id, rank: usize) -> Option<Id> {
    let whole = match (a.arena.op(x), a.arena.args(x)) {
        (&Op::Power(exponent), &[base]) => {
            let base = with_leading(a, base, rank)?;
            return Some(a.node(Op::Power(exponent), &[base]));
        }
        (Op::Squeeze(mask), &[inner]) if leading(*mask) => inner,
        // what a reduction dropped is kept instead, and so are the first axes
        (&Op::Unsqueeze(mask), &[inner]) if matches!(a.arena.op(inner), Op::Multiply) => {
            let own = a.arena.shape(x).len();
            let factors: Factors = a.arena.args(inner).iter().copied().filter(|&f| !a.is_scalar(f)).collect();
            let all = (1..=rank.saturating_sub(own)).map(|lead| (mask << lead) | ((1 << lead) - 1));
            let full = all.into_iter().find(|&full| factors.iter().all(|&f| keeps(a, full, f)))?;
            a.node(Op::Unsqueeze(full), &[inner])
        }
        // some of the axes that were dropped are put back
        (Op::Unsqueeze(_), &[inner]) if matches!(a.arena.op(inner), Op::Squeeze(_)) => a.arena.args(inner)[0],
        _ => return None,
    };
    let (all, kept) = (a.arena.shape(whole), a.arena.shape(x));
    let first = all.len().checked_sub(kept.len()).filter(|_| all.len() <= rank)?;
    (all[first..] == *kept && all[..first].iter().all(|d| *d == Dim::ONE)).then_some(whole)
}

/// So many operands may each be looked at together with all others.
const FEW: usize = 8;

/// Whether just these axes were dropped by a reduction, which may keep them instead.
fn keeps(a: &Algebra, mask: u32, x: Id) -> bool {
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
