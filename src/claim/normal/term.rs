//! Products of factors with indices, in one order: equal products are equal lists.

use super::atoms::{AtomId, Atoms};
use crate::expr::{Axes, Axis, Number};
use crate::shape::Dim;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// An array with the labels of its axes (those of length 1 have none that counts), to a power.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Factor {
    pub atom: AtomId,
    pub axes: Axes,
    pub exponent: Number,
}

/// Factors multiplied, and summed over the labels that the result lacks: its own are `0..rank`.
pub(super) type Term = SmallVec<[Factor; 4]>;

pub(super) fn compare(a: &Term, b: &Term) -> Ordering {
    let one = |f: &Factor| (f.atom, f.axes.clone());
    let factors = |a: &Factor, b: &Factor| one(a).cmp(&one(b)).then(a.exponent.to_f64().total_cmp(&b.exponent.to_f64()));
    let each = a.iter().zip(b).map(|(a, b)| factors(a, b)).find(|order| order.is_ne());
    each.unwrap_or(Ordering::Equal).then(a.len().cmp(&b.len()))
}

/// A label that has not been given a number yet.
const OPEN: Axis = Axis::MAX - 1;
/// How often what is known of labels is passed on to those beside them.
const ROUNDS: usize = 4;

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What tells labels apart: their colours, refined by the factors that they stand in.
pub(super) type Colours = FxHashMap<Axis, u64>;

/// Colours of all labels, refined from what is known of them at first.
pub(super) fn coloured(atoms: &Atoms, factors: &[Factor], first: impl Fn(Axis, Dim) -> u64) -> Colours {
    let mut colours = Colours::default();
    for factor in factors {
        for (place, &axis) in factor.axes.iter().enumerate() {
            colours.insert(axis, first(axis, atoms.dim(factor.atom, place)));
        }
    }
    for _ in 0..ROUNDS.min(colours.len()) {
        let mut next: Colours = colours.iter().map(|(axis, colour)| (*axis, hash(colour))).collect();
        for factor in factors {
            let whole = colour_of(atoms, factor, &colours);
            for (place, axis) in factor.axes.iter().enumerate() {
                let place = if atoms.turns(factor.atom) { 0 } else { place };
                if let Some(colour) = next.get_mut(axis) {
                    *colour = colour.wrapping_add(hash(&(whole, place)));
                }
            }
        }
        colours = next;
    }
    colours
}

pub(super) fn colour_of(atoms: &Atoms, factor: &Factor, colours: &Colours) -> u64 {
    let mut axes: SmallVec<[u64; 8]> = factor.axes.iter().map(|axis| colours.get(axis).copied().unwrap_or(0)).collect();
    if atoms.turns(factor.atom) {
        axes.sort_unstable();
    }
    hash(&(factor.atom, factor.exponent, axes))
}

/// The factors in their order, the labels that are summed over numbered in the order of their appearance.
pub(super) fn ordered(atoms: &Atoms, mut left: Vec<Factor>, rank: usize) -> Term {
    let rank = rank as Axis;
    let colours = coloured(atoms, &left, |axis, dim| if axis < rank { hash(&(1, axis)) } else { hash(&(2, dim)) });
    let mut numbers: FxHashMap<Axis, Axis> = FxHashMap::default();
    let mut next = rank;
    let mut term = Term::new();
    while !left.is_empty() {
        let known = |f: &Factor| -> Axes {
            let mut axes: Axes =
                f.axes.iter().map(|axis| if *axis < rank { *axis } else { numbers.get(axis).copied().unwrap_or(OPEN) }).collect();
            if atoms.turns(f.atom) {
                axes.sort_unstable();
            }
            axes
        };
        let key = |f: &Factor| (f.atom, colour_of(atoms, f, &colours), known(f));
        let at = (0..left.len()).min_by_key(|&at| key(&left[at])).unwrap_or(0);
        let mut factor = left.swap_remove(at);
        let mut open: SmallVec<[Axis; 8]> =
            factor.axes.iter().copied().filter(|axis| *axis >= rank && !numbers.contains_key(axis)).collect();
        if atoms.turns(factor.atom) {
            open.sort_by_key(|axis| colours.get(axis).copied());
        }
        for axis in open {
            numbers.entry(axis).or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
        for axis in &mut factor.axes {
            *axis = if *axis < rank { *axis } else { numbers[axis] };
        }
        atoms.straighten(&mut factor);
        term.push(factor);
    }
    term.sort_by(|a, b| compare(&[a.clone()].into_iter().collect(), &[b.clone()].into_iter().collect()));
    term
}

/// A way in which all factors of `pattern` stand among `factors`: what is left of those, and the labels of the pattern there. What the
/// pattern sums over (labels from `rank`) must be summed there too, and be gone then.
pub(super) fn without(
    atoms: &Atoms,
    factors: &[Factor],
    pattern: &Term,
    rank: usize,
    outer: usize,
    bound: &FxHashMap<Axis, Axis>,
) -> Option<(Vec<Factor>, FxHashMap<Axis, Axis>)> {
    // as many choices as there are places, one after the other
    let mut tried = 0;
    let mut stack: Vec<(usize, Vec<Factor>, FxHashMap<Axis, Axis>)> = vec![(0, factors.to_vec(), bound.clone())];
    while let Some((at, left, labels)) = stack.pop() {
        tried += 1;
        if tried > MAX_TRIED {
            return None;
        }
        let Some(wanted) = pattern.get(at) else {
            let gone = |axis: &Axis| !left.iter().any(|f| f.axes.contains(axis));
            let sums = labels.iter().filter(|(from, _)| **from >= rank as Axis);
            if sums.into_iter().all(|(_, to)| *to >= outer as Axis && gone(to)) {
                return Some((left, labels));
            }
            continue;
        };
        for (k, factor) in left.iter().enumerate() {
            let rest = factor.exponent.plus(wanted.exponent.negated());
            let same_sign = factor.exponent.is_negative() == wanted.exponent.is_negative();
            let enough = rest.is_zero() || same_sign && rest.is_negative() == wanted.exponent.is_negative();
            if factor.atom != wanted.atom || !enough {
                continue;
            }
            let ways = if atoms.turns(factor.atom) { 2 } else { 1 };
            for way in 0..ways {
                let mut there = factor.axes.clone();
                if way == 1 {
                    there.reverse();
                }
                let mut labels = labels.clone();
                let fits = wanted.axes.iter().zip(&there).all(|(from, to)| match labels.get(from) {
                    Some(known) => known == to,
                    None => {
                        let fresh = !labels.iter().any(|(other, known)| *other >= rank as Axis && known == to);
                        labels.insert(*from, *to);
                        fresh
                    }
                });
                if fits {
                    let mut left = left.clone();
                    if rest.is_zero() {
                        left.remove(k);
                    } else {
                        left[k].exponent = rest;
                    }
                    stack.push((at + 1, left, labels));
                }
            }
        }
    }
    None
}

/// How many choices of factors are looked at before a product is taken not to be there.
const MAX_TRIED: usize = 64;
