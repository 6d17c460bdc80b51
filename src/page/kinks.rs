//! Where a program has no derivative or no value, or where a choice is made: what its operations say of themselves, if their operands can
//! be there at all.

use crate::derive::Derivation;
use crate::expr::{Arena, Id, Op};
use crate::ops::{Attribute, Function, QUOTIENT, ROOT_SLOPE, ROOT_VALUE, Range, Spot};
use crate::rewrite::Ranges;
use crate::shape::Dim;
use rustc_hash::FxHashSet;

/// What is said, each sentence once, in the order of the program; with each, whether a first derivative may jump there.
pub(super) fn said(derivation: &Derivation) -> Vec<(&'static str, bool)> {
    let arena = derivation.arena();
    let mut ranges = Ranges::default();
    derivation.model.statements.iter().for_each(|s| ranges.define(s.symbol, s.value));
    let mut said: Vec<(&str, bool)> = Vec::new();
    let mut say = |found: Vec<(&'static str, bool)>| {
        for known in found {
            if !said.contains(&known) {
                said.push(known);
            }
        }
    };
    for statement in &derivation.model.statements {
        let order = arena.reachable(&[statement.value]);
        let free = outside_of_branches(arena, statement.value);
        for &id in &order {
            if free.contains(&id) {
                say(of(arena, id, &mut ranges));
            }
            // what stands in a branch alone is seen under its condition
            let Some(&[condition, then, other]) = is_where(arena, id).then(|| arena.args(id)) else { continue };
            for (root, holds) in [(then, true), (other, false)] {
                let mut branch = ranges.branch(arena, condition, holds, root);
                let inside = outside_of_branches(arena, root);
                let nodes = order.iter().filter(|id| inside.contains(id) && !free.contains(id));
                nodes.for_each(|&id| say(of(arena, id, branch.as_mut().unwrap_or(&mut ranges))));
            }
        }
    }
    said
}

fn is_where(arena: &Arena, id: Id) -> bool {
    matches!(arena.op(id), Op::Apply(function) if function.entry().names[0] == "where")
}

/// What an expression is made of, but for the branches of its conditions.
fn outside_of_branches(arena: &Arena, root: Id) -> FxHashSet<Id> {
    let mut seen: FxHashSet<Id> = FxHashSet::default();
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            let args = arena.args(id);
            waiting.extend(if is_where(arena, id) { &args[..1] } else { args });
        }
    }
    seen
}

/// What an operation says of itself.
fn of(arena: &Arena, id: Id, ranges: &mut Ranges) -> Vec<(&'static str, bool)> {
    let operands: Vec<Range> = arena.args(id).iter().map(|&arg| ranges.of(arena, arg)).collect();
    match arena.op(id) {
        Op::Power(exponent) => {
            let (base, fractional) = (operands[0], exponent.to_integer().is_none());
            let value = (fractional && !base.is_nonnegative()).then_some((ROOT_VALUE, false));
            let below_one = exponent.to_f64() < 1.0 && !exponent.is_negative();
            let slope = (fractional && base.zero && below_one).then_some((ROOT_SLOPE, false));
            let quotient = (exponent.is_negative() && base.zero).then_some((QUOTIENT, false));
            [value, slope, quotient].into_iter().flatten().collect()
        }
        Op::Apply(function) | Op::Call(function, _) => {
            let breaks = function.real().breaks.iter().filter(|known| can_be(arena, id, *function, known.at, &operands));
            breaks
                .map(|known| match known.says {
                    "" => (function.kink(), known.at != Spot::Always),
                    says => (says, false),
                })
                .collect()
        }
        _ => vec![],
    }
}

/// Whether the operands of a call can be at a place.
fn can_be(arena: &Arena, id: Id, function: Function, at: Spot, operands: &[Range]) -> bool {
    let first = arena.args(id).first().copied();
    let declared = |property: &str| first.and_then(|x| arena.as_symbol(x)).is_some_and(|s| arena.info(s).has(property));
    match at {
        Spot::At(place, number) => operands[place].may_be(number),
        Spot::Outside(place, text) => !operands[place].is_within(Range::read(text)),
        Spot::Meet(one, two) => operands[one].meets(operands[two]),
        Spot::Origin => operands.iter().all(|range| range.zero),
        Spot::Ties => !declared("distinct") && first.is_none_or(|x| !reduces_one(arena, id, x, function)),
        Spot::Singular => !declared("posdef") && !declared("orthogonal"),
        Spot::Always => true,
    }
}

/// Whether a reduction is of one entry at a time.
fn reduces_one(arena: &Arena, id: Id, x: Id, function: Function) -> bool {
    let Op::Call(_, attributes) = arena.op(id) else { return false };
    let shape = arena.shape(x);
    let axes = attributes.iter().find_map(|attribute| if let Attribute::Axes(axes) = attribute { Some(axes) } else { None });
    let mut reduced = shape.iter().enumerate().filter(|(axis, _)| axes.is_none_or(|axes| axes.contains(&(*axis as u8))));
    function.dropped(attributes, shape.len()).is_some() && reduced.all(|(_, &length)| length == Dim::ONE)
}
