//! What stands at a border at a point, and which borders explain where a claim parts from the gradient.

use super::settled::{Looked, Place};
use crate::expr::{Arena, Id, Op};
use crate::numeric::{Balls, Point};
use crate::ops::{Attribute, Border, Units};
use crate::real::{Ball, Unknown};
use rustc_hash::FxHashSet;

/// Something that may stand at a border.
#[derive(Clone, Copy, Debug)]
pub(in crate::claim) struct Watched {
    node: Id,
    border: Border,
    /// The operands that the border speaks of, or the node itself.
    one: Id,
    two: Id,
}

/// Values that do not move by a little.
const DISCRETE: [&str; 4] = ["index", "onehot", "binary", "sign"];

/// What is to be watched of these nodes, operands first: what depends on a variable that moves.
pub(super) fn watched(arena: &Arena, nodes: &[Id]) -> Vec<Watched> {
    let mut moving: FxHashSet<Id> = FxHashSet::default();
    let mut found = Vec::new();
    for &node in nodes {
        let moves = match arena.op(node) {
            Op::Variable(symbol) => !DISCRETE.iter().any(|property| arena.info(*symbol).has(property)),
            _ => arena.args(node).iter().any(|arg| moving.contains(arg)),
        };
        if !moves {
            continue;
        }
        moving.insert(node);
        let borders: &[Border] = match arena.op(node) {
            Op::Apply(function) | Op::Call(function, _) => function.borders(),
            Op::Power(exponent) if exponent.is_negative() || exponent.to_integer().is_none() => &[Border::Zero(0)],
            _ => &[],
        };
        for &border in borders {
            let arg = |k: usize| arena.args(node).get(k).copied();
            let (one, two) = match border {
                Border::Zero(k) => (arg(k), None),
                Border::Equal(k, l) => (arg(k), arg(l)),
                Border::Tie => (arg(0), None),
                Border::Vanishing => (Some(node), None),
            };
            let Some(one) = one else { continue };
            let two = two.unwrap_or(one);
            // operands that stand still meet by design
            if moving.contains(&one) || moving.contains(&two) {
                found.push(Watched { node, border, one, two });
            }
        }
    }
    found
}

impl Watched {
    /// Whether it stands at its border at a point that has been evaluated.
    pub(in crate::claim) fn is_met(&self, arena: &Arena, point: &Point) -> bool {
        let (Some(one), Some(two)) = (point.seen(self.one), point.seen(self.two)) else { return false };
        match self.border {
            Border::Zero(_) | Border::Vanishing => one.iter().any(|x| x.is_finite() && x.may_be_zero()),
            Border::Equal(..) => meets(one, two),
            Border::Tie => point.seen(self.node).is_some_and(|extreme| ties(arena, self.node, one, extreme)),
        }
    }

    pub(in crate::claim) fn place(&self) -> Place {
        match self.border {
            Border::Zero(_) | Border::Vanishing => Place::Zero(self.one),
            Border::Equal(..) => Place::Equal(self.one, self.two),
            Border::Tie => Place::Tie(self.one, self.node),
        }
    }
}

/// Whether two arrays that broadcast have an entry in common.
fn meets(one: &Balls, two: &Balls) -> bool {
    let (long, short) = if one.ndim() >= two.ndim() { (one, two) } else { (two, one) };
    let wide: Vec<usize> = {
        let offset = long.ndim() - short.ndim();
        long.shape().iter().enumerate().map(|(k, &n)| if k >= offset && n == 1 { short.shape()[k - offset] } else { n }).collect()
    };
    let (Some(long), Some(short)) = (long.broadcast(wide.clone()), short.broadcast(wide)) else { return false };
    long.iter().zip(short.iter()).any(|(a, b)| a.is_finite() && b.is_finite() && a.meets(*b))
}

/// Whether two entries that are reduced together are equal to what they are reduced to; of an order, to each other.
fn ties(arena: &Arena, node: Id, x: &Balls, extreme: &Balls) -> bool {
    let Op::Call(_, attributes) = arena.op(node) else { return false };
    let axes: Vec<usize> = match attributes.first() {
        Some(Attribute::Axes(axes)) => axes.iter().map(|&axis| axis.into()).collect(),
        _ => (0..x.ndim()).collect(),
    };
    let kept = (0..x.ndim()).filter(|axis| !axes.contains(axis));
    let order: Vec<usize> = kept.chain(axes.iter().copied()).collect();
    let count: usize = axes.iter().map(|&axis| x.shape()[axis]).product();
    let moved = x.view().permuted_axes(order).as_standard_layout().into_owned();
    let groups = moved.as_slice().unwrap_or(&[]).chunks(count.max(1));
    let equal = |group: &[Ball]| group.iter().enumerate().any(|(k, a)| group[..k].iter().any(|b| a.meets(*b)));
    // of an index the value does not say what it is the place of
    let place = matches!(arena.op(node), Op::Call(function, _) if function.units() == Units::Dropped);
    let mut extremes = extreme.iter();
    groups.into_iter().any(|group| match (place, extremes.next()) {
        (false, Some(extreme)) => group.iter().filter(|x| x.meets(*extreme)).count() > 1,
        _ => equal(group),
    })
}

/// Of the borders that are met at every point where both sides differ, one that is met least where they are the same; where none is met
/// at all of them, several that together are.
pub(super) fn explaining(arena: &Arena, claim: Id, apart: &[&Looked], same: &[&Looked]) -> Vec<Place> {
    let own: FxHashSet<Id> = arena.reachable(&[claim]).into_iter().collect();
    let of_claim = |place: &Place| match place {
        Place::Zero(id) | Place::NoValue(id) => own.contains(id),
        Place::Equal(a, b) | Place::Tie(a, b) => own.contains(a) && own.contains(b),
        Place::One(_) => false,
    };
    let mut left: Vec<&&Looked> = apart.iter().collect();
    let mut found: Vec<Place> = Vec::new();
    while !left.is_empty() {
        let mut places: Vec<&Place> = Vec::new();
        for place in left.iter().flat_map(|l| &l.borders) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let met = |place: &Place, all: &[&&Looked]| all.iter().filter(|l| l.borders.contains(place)).count();
        let same: Vec<&&Looked> = same.iter().collect();
        let best = places
            .into_iter()
            .max_by_key(|place| (met(place, &left), std::cmp::Reverse(met(place, &same)), of_claim(place), simple(arena, place)));
        let Some(best) = best.cloned() else { break };
        left.retain(|l| !l.borders.contains(&best));
        found.push(best);
    }
    found
}

/// How short it is to say.
fn simple(arena: &Arena, place: &Place) -> std::cmp::Reverse<usize> {
    let size = |id: &Id| arena.reachable(&[*id]).len();
    std::cmp::Reverse(match place {
        Place::Zero(id) | Place::NoValue(id) => size(id),
        Place::Equal(a, b) | Place::Tie(a, b) => size(a) + size(b),
        Place::One(_) => 0,
    })
}

/// The first part of a claim that has an entry without a value, made of parts that have one.
pub(super) fn without_value(arena: &Arena, point: &mut Point, claim: Id) -> Option<Id> {
    point.value(arena, claim)?;
    let lacks = |id: Id| point.seen(id).is_some_and(|x| x.iter().any(|x: &Ball| x.unknown() == Some(Unknown::Undefined)));
    arena.reachable(&[claim]).into_iter().find(|&id| lacks(id))
}
