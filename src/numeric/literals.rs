//! Smaller lengths in the place of large literal ones, for programs such as `X, W: (1000, 1000); Y = X @ W`.
//!
//! A literal length is taken like the length of a name: another number stands for it, the same wherever it occurs as a length. What is
//! written as a number, as in `1/1000`, stays what it is. The choice keeps what relates the lengths of a program to each other (a product
//! that is reshaped, a sum that is concatenated, the bounds of a slice); where a call does not fit any more, there is no such choice.
//!
//! In a map of lengths a literal stands under its digits, which no name can be.

use crate::expr::{Arena, Id, Op};
use crate::limits::MAX_KEPT_LENGTH;
use crate::ops::Attribute;
use crate::shape::{Dim, Dims, Shape};
use rustc_hash::FxHashMap;

/// The length of each dimension's name, and of each literal length that is not taken as it stands.
pub(crate) type Lengths = FxHashMap<String, usize>;

/// A length in numbers; `None` where a name has no length.
pub(crate) fn number(dims: &Dims, dim: Dim, lengths: &Lengths) -> Option<i64> {
    let literal = |value: i64| match value.unsigned_abs() {
        small if small <= MAX_KEPT_LENGTH => value,
        large => lengths.get(&large.to_string()).map_or(value, |&n| n as i64 * value.signum()),
    };
    dims.evaluate_with(dim, &|name| lengths.get(name).copied(), &literal)
}

/// What stands for each literal, in order.
pub(super) fn taken(lengths: &Lengths) -> Vec<(u64, usize)> {
    let mut taken: Vec<(u64, usize)> = lengths.iter().filter_map(|(name, &n)| Some((name.parse().ok()?, n))).collect();
    taken.sort_unstable();
    taken
}

/// Whether something stands for a literal.
pub(super) fn any(lengths: &Lengths) -> bool {
    lengths.keys().any(|name| is_one(name))
}

/// Whether a key of a map of lengths is a literal.
pub(crate) fn is_one(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

/// Choices of smaller lengths for the literals in these nodes, the one that keeps most relations first.
pub(super) fn choices(arena: &Arena, nodes: &[Id]) -> Vec<Lengths> {
    let mut known: Vec<u64> = Vec::new();
    let mut add = |dim: Dim| known.extend(arena.dims.literals(dim));
    for &id in nodes {
        arena.shape(id).iter().copied().for_each(&mut add);
        if let Op::Call(_, attributes) = arena.op(id) {
            let mut see = |dim| {
                add(dim);
                dim
            };
            attributes.iter().for_each(|attribute| drop(attribute.with_lengths(&mut see)));
        }
    }
    known.sort_unstable();
    known.dedup();
    if known.last().is_none_or(|&largest| largest <= MAX_KEPT_LENGTH) {
        return vec![];
    }
    let rising = |k: u64| MAX_KEPT_LENGTH + 1 + k;
    let around = |k: u64| MAX_KEPT_LENGTH + 1 + k % MAX_KEPT_LENGTH;
    let tried: [(bool, &dyn Fn(u64) -> u64); 3] = [(true, &rising), (false, &rising), (false, &around)];
    let mut found: Vec<Lengths> = Vec::new();
    for (related, fresh) in tried {
        let choice = chosen(&known, related, fresh);
        if !found.contains(&choice) && fits(arena, nodes, &choice) {
            found.push(choice);
        }
    }
    found
}

/// How many of the lengths before it one is compared with.
const COMPARED: usize = 32;

/// Smaller numbers for these, which rise: one that is the product or the sum of two before it, or little more than one, stays so.
fn chosen(known: &[u64], related: bool, fresh: &dyn Fn(u64) -> u64) -> Lengths {
    let mut taken: Vec<(u64, u64)> = Vec::new();
    let mut count = 0;
    for &value in known {
        if value <= MAX_KEPT_LENGTH {
            taken.push((value, value));
            continue;
        }
        let earlier = &taken[taken.len().saturating_sub(COMPARED)..];
        let of = |wanted: u64| earlier.binary_search_by_key(&wanted, |(value, _)| *value).ok().map(|at| earlier[at].1);
        let product = || earlier.iter().filter(|(a, _)| *a > 1 && value % a == 0).find_map(|(a, as_)| Some(as_ * of(value / a)?));
        let near =
            || earlier.iter().rev().find(|(a, _)| *a > MAX_KEPT_LENGTH && value - a <= MAX_KEPT_LENGTH).map(|(a, as_)| as_ + value - a);
        let sum = || earlier.iter().rev().find_map(|(a, as_)| Some(as_ + of(value - a)?));
        let kept = related.then(|| product().or_else(near).or_else(sum)).flatten();
        let as_ = kept.unwrap_or_else(|| {
            count += 1;
            fresh(count - 1)
        });
        taken.push((value, as_));
    }
    taken.into_iter().filter(|(value, as_)| value != as_).map(|(value, as_)| (value.to_string(), as_ as usize)).collect()
}

/// Whether every call has the shape that it should have. The lengths of names play no part in it: they are kept.
fn fits(arena: &Arena, nodes: &[Id], literals: &Lengths) -> bool {
    let mut dims = arena.dims.clone();
    let literal = |value: i64| literals.get(&value.unsigned_abs().to_string()).map_or(value, |&n| n as i64 * value.signum());
    nodes.iter().all(|&id| {
        let Op::Call(function, attributes) = arena.op(id) else { return true };
        let mut change = |dim: Dim| dims.with_literals(dim, &literal);
        let changed: Vec<Attribute> = attributes.iter().map(|attribute| attribute.with_lengths(&mut change)).collect();
        let shapes: Vec<Shape> = arena.args(id).iter().map(|&arg| arena.shape(arg).iter().map(|&dim| change(dim)).collect()).collect();
        let wanted: Shape = arena.shape(id).iter().map(|&dim| change(dim)).collect();
        let shapes: Vec<&[Dim]> = shapes.iter().map(|shape| shape.as_slice()).collect();
        // a shape that is asked for has as many entries as there are
        let reshaped = matches!(&changed[..], [Attribute::Lengths(lengths)] if *lengths == wanted);
        (!reshaped || dims.product(shapes[0].iter().copied()) == dims.product(wanted.iter().copied()))
            && (function.whole().shape)(&mut dims, &shapes, &changed) == wanted
    })
}
