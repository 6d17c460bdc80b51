//! From a claim to what the tool writes, by steps that have names: both are brought to one normal form.

use super::normal::Normal;
use super::open;
use super::subject::Case;
use crate::expr::Id;
use crate::formula::{self, Charset};
use crate::limits::{MAX_CHAIN_LINES, MAX_CHAIN_NODES, MAX_CHAIN_ROUNDS, MAX_SHOWN_TOKENS};
use crate::rewrite::Application;
use rustc_hash::FxHashMap;

/// The rule by which a normal form is reached.
const NORMAL: &str = "multiplied out, in one order";

/// Steps from the claim, and from what the tool writes, that end in the same expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// From the claim.
    pub claim: Vec<Application>,
    /// From what the tool writes; mostly none.
    pub ours: Vec<Application>,
}

/// One side on its way.
struct Side {
    value: Id,
    steps: Vec<Application>,
}

/// The chain that joins a claim, in simplest form by these `rules`, with what the tool writes; `None` where the normal forms do not meet.
pub(super) fn joined(case: &mut Case, claim: Id, ours: Id, rules: Vec<Application>) -> Option<Chain> {
    let names = open::names(case);
    let mut sides = [Side { value: claim, steps: vec![] }, Side { value: ours, steps: vec![] }];
    let mut normal = Normal::default();
    let mut common = meet(case, &mut normal, &sides);
    for _ in 0..MAX_CHAIN_ROUNDS {
        if common.is_some() || !open_next(case, &names, &mut sides) {
            break;
        }
        common = meet(case, &mut normal, &sides);
    }
    if common.is_none() {
        for side in &mut sides {
            side.value = open::functions_put_in(&mut case.derivation.algebra.arena, side.value, &mut side.steps);
        }
        common = meet(case, &mut normal, &sides);
    }
    let common = common?;
    for side in &mut sides {
        side.steps.push(Application { rule: NORMAL, before: side.value, after: common });
    }
    let [mut first, mut second] = sides;
    // where what the tool writes is the shorter, the last step leads there
    let length = |id: Id| formula::formula(case.derivation.arena(), id).len();
    if second.steps.len() == 1 && length(common) >= length(ours) {
        second.steps.clear();
        if let Some(step) = first.steps.last_mut() {
            step.after = ours;
        }
    }
    first.steps.splice(0..0, rules);
    let most = MAX_CHAIN_LINES - second.steps.len().min(MAX_CHAIN_LINES / 2);
    let (claim, ours) = (shown(case, first.steps, most)?, shown(case, second.steps, MAX_CHAIN_LINES / 2)?);
    Some(Chain { claim, ours })
}

/// What both sides are, where that is the same.
fn meet(case: &mut Case, normal: &mut Normal, sides: &[Side; 2]) -> Option<Id> {
    let a = &mut case.derivation.algebra;
    if a.arena.reachable(&[sides[0].value, sides[1].value]).len() > MAX_CHAIN_NODES {
        return None;
    }
    normal.start();
    let ours = normal.of(a, sides[1].value)?;
    let claim = normal.of(a, sides[0].value)?;
    if claim != ours { None } else { normal.written(a, &ours) }
}

/// Opens the names that only one side has, or else all; whether there were any.
fn open_next(case: &mut Case, names: &FxHashMap<Id, Id>, sides: &mut [Side; 2]) -> bool {
    let arena = &mut case.derivation.algebra.arena;
    let [one, two] = [&sides[0], &sides[1]].map(|side| open::named(arena, names, side.value));
    let mut opened: Vec<Id> = one.iter().filter(|id| !two.contains(id)).chain(two.iter().filter(|id| !one.contains(id))).copied().collect();
    if opened.is_empty() {
        opened = one;
    }
    if opened.is_empty() || arena.reachable(&[sides[0].value, sides[1].value]).len() > MAX_CHAIN_NODES {
        return false;
    }
    for side in sides {
        side.value = open::put_in(arena, names, &opened, side.value, &mut side.steps);
    }
    true
}

/// The steps that a reader sees: what changes nothing visible is left out, and what is long unless it is the last. `None` where the numbers
/// do not confirm one.
pub(super) fn shown(case: &Case, steps: Vec<Application>, most: usize) -> Option<Vec<Application>> {
    let arena = case.derivation.arena();
    let last = steps.len().saturating_sub(1);
    let mut shown: Vec<Application> = Vec::new();
    for (at, step) in steps.into_iter().enumerate() {
        // what is put in again was never taken out
        if let Some(back) = shown.iter().position(|other| (other.before, other.after) == (step.after, step.before)) {
            shown.remove(back);
            continue;
        }
        let [before, after] = [step.before, step.after].map(|id| formula::formula(arena, id));
        let long = before.len().max(after.len()) > MAX_SHOWN_TOKENS;
        if formula::spell(&before, Charset::Ascii) != formula::spell(&after, Charset::Ascii) && (!long || at == last) {
            shown.push(step);
        }
    }
    // the last ones lead to the end
    let extra = shown.len().saturating_sub(most);
    shown.drain(..extra);
    let true_at = |step: &Application| {
        let sample = case.samples.first()?;
        let (before, after) = (sample.value(arena, step.before)?, sample.value(arena, step.after)?);
        Some(crate::numeric::same(&before, &after))
    };
    shown.iter().all(|step| true_at(step) == Some(true)).then_some(shown)
}
