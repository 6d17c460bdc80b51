//! What adds up to 0 or to 1: deviations from a mean, probabilities.

use super::Algebra;
use super::leading::leading;
use super::view::compress;
use crate::expr::{Id, Number, Op};
use crate::ops::Attribute;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// The squares in a row of norm 1 add up to 1.
pub(super) fn adds_to_one(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<(&'static str, Id)> {
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
pub(super) fn distribution(a: &mut Algebra, axes: u32, keep: bool, x: Id) -> Option<Id> {
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
pub(super) fn is_extreme(a: &Algebra, y: Id, x: Id, axes: u32) -> bool {
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
pub(super) fn deviations(
    a: &mut Algebra,
    axes: u32,
    keep: bool,
    coefficients: &[Number],
    terms: &[Id],
    shape: &Shape,
) -> Option<(&'static str, Id)> {
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
pub(super) fn balanced(
    a: &mut Algebra,
    axes: u32,
    keep: bool,
    coefficients: &[Number],
    terms: &[Id],
    shape: &Shape,
) -> Option<(&'static str, Id)> {
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
pub(super) fn vanishes(a: &mut Algebra, x: Id, shape: &[Dim], axes: u32) -> bool {
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
