//! The rule of one step over a leaf for what arrives, and what becomes of it with one mistake.

use super::changes::{Changes, Variant};
use super::make::replaced;
use super::steps::Edge;
use super::words::{Word, Words};
use crate::claim::mistakes as known;
use crate::derive::Derivation;
use crate::expr::{Args, Id, Op};
use crate::ops::Rule;
use rustc_hash::{FxHashMap, FxHashSet};

/// The rule of a step over the leaf `g`, and what becomes of it with one mistake.
pub(super) fn variants(d: &mut Derivation, edge: &Edge, g: Id) -> Option<(Id, Vec<Variant>)> {
    let c = edge.contribution;
    let rule = d.differential.pull(&mut d.algebra, c.user, c.place, g).ok()??;
    let diagonal = diagonal(d, edge, g);
    let at_value = at_value(d, edge, g, rule);
    let mut changes = Changes { a: &mut d.algebra, g, rule, edge, on_spine: FxHashSet::default(), spine: vec![], found: vec![] };
    changes.found.extend(diagonal.map(|rule| Variant { mistake: &known::DIAGONAL, rule, words: say![] }));
    changes.found.extend(at_value.into_iter().map(|(rule, words)| Variant { mistake: &known::POINT, rule, words }));
    changes.whole();
    changes.find();
    Some((rule, changes.found))
}

/// The rule with every sum over what changes dropped: what remains of it is the Jacobian's diagonal.
fn diagonal(d: &mut Derivation, edge: &Edge, g: Id) -> Option<Id> {
    let c = edge.contribution;
    let Op::Call(function, _) = d.arena().op(c.user) else { return None };
    let Rule::Differential(_) = function.whole().rule(c.place) else { return None };
    if d.arena().shape(c.user) != d.arena().shape(edge.to) {
        return None;
    }
    let differential = &mut d.differential;
    let change = d.algebra.as_written(|a| differential.of(a, c.user, c.place, g)).ok()??;
    let arena = &mut d.algebra.arena;
    let mut made: FxHashMap<Id, Id> = FxHashMap::default();
    let mut spine: FxHashSet<Id> = [g].into_iter().collect();
    let mut dropped = false;
    for node in arena.reachable(&[change]) {
        let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
        let below = arena.args(node).iter().any(|arg| spine.contains(arg));
        if below {
            spine.insert(node);
        }
        let id = match arena.op(node).clone() {
            Op::Sum { keep: true, .. } if below => {
                dropped = true;
                args[0]
            }
            op => arena.intern(op, args),
        };
        made.insert(node, id);
    }
    let root = made[&change];
    (dropped && arena.shape(root) == arena.shape(change)).then_some(root)
}

/// The derivative of a function of one operand at its value, or in the formula for the value the argument.
fn at_value(d: &mut Derivation, edge: &Edge, g: Id, rule: Id) -> Vec<(Id, Words)> {
    let c = edge.contribution;
    let (Op::Apply(_) | Op::Power(_)) = d.arena().op(c.user) else { return vec![] };
    if d.arena().args(c.user).len() != 1 {
        return vec![];
    }
    let op = d.arena().op(c.user).clone();
    let own = d.algebra.named(c.user).unwrap_or(c.user);
    let mut found = Vec::new();
    let (z, a) = (edge.to, own);
    let again = d.algebra.arena.intern(op, Args::from_slice(&[own]));
    // the derivative of an absolute value is the same at every value of one
    let same = matches!(d.arena().op(again), Op::Apply(function) if function.entry().names[0] == "abs");
    if let (false, Ok(Some(wrong))) = (same, d.differential.pull(&mut d.algebra, again, 0, g)) {
        found.push((wrong, say!["at ", a, " in place of ", z]));
    }
    let arena = &mut d.algebra.arena;
    let swapped = replaced(arena, rule, &[(own, edge.to), (c.user, edge.to)]);
    found.extend(swapped.map(|wrong| (wrong, say![z, " stands where ", a, " has to stand"])));
    let swapped = replaced(arena, rule, &[(own, own), (c.user, c.user), (edge.to, own)]);
    found.extend(swapped.map(|wrong| (wrong, say![a, " stands where ", z, " has to stand"])));
    found
}
