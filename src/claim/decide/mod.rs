//! Whether a claim is the gradient: decided at points, in arithmetic that knows its error.
//!
//! A point has exact inputs; both sides are computed in balls. Where the balls do not meet the claim is wrong there, for certain; where
//! they meet, and are smaller than 2^-40 of what they hold, both are the same there. Points are drawn so as to fall on both sides of what
//! changes the branch of program, gradient or claim, on these borders themselves, on ties and zeros, at many scales, at lengths of 1 and at
//! the lengths that are asked about. A difference at borders alone is an exception and no mistake, since a convention decides there.

mod border;
mod compare;
mod plan;
mod settled;

use super::subject::{Case, Subject};
use crate::derive::Derivation;
use crate::expr::Id;
use crate::limits::MAX_CHECK_WHOLE;
use crate::numeric::{Point, Sample};
use crate::real::Ball;
use rustc_hash::FxHashMap;

pub(super) use compare::wanted;
use plan::Plan;
pub(super) use plan::lengths_of;
pub(super) use settled::Question;
pub use settled::{Decision, Difference, Exception, Grounds, Place};
use settled::{Looked, Outcome};

/// How many points must have been settled for a verdict.
const ENOUGH: usize = 2;

/// Settles a question. Where smaller lengths stand for large literals, what differs there must differ at the literals themselves, and what
/// does not fit there is decided at these.
pub(super) fn decide(case: &mut Case, question: Question) -> Decision {
    let decision = decide_at(case, question, None);
    if matches!(decision, Decision::Same(_) | Decision::Except(_)) || !question.assumed.is_empty() || question.one.is_some() {
        return decision;
    }
    let Some(exact) = case.exact.get_or_init(|| Sample::exact(&case.derivation, &case.given, 1)) else { return decision };
    match decision {
        Decision::Differs(_) if case.agrees_at(question.subject, question.id, exact, question.layout) => {
            Decision::Undecided("it differs at lengths smaller than the literal ones, and floats do not tell at these")
        }
        Decision::Undecided(_) => decide_at(case, question, Some(exact.lengths.clone())),
        decision => decision,
    }
}

fn decide_at(case: &Case, question: Question, exact: Option<FxHashMap<String, usize>>) -> Decision {
    let d = &case.derivation;
    let long = d.model.statements.len() > MAX_CHECK_WHOLE;
    if long && question.layout.is_none() && question.assumed.is_empty() {
        if let Some(grounds) = loose(case, question) {
            return Decision::Same(grounds);
        }
    }
    let plan = Plan::new(case, question, exact);
    let watched = border::watched(case.derivation.arena(), &plan.nodes);
    let mut points = plan.points(case, question);
    let d = &case.derivation;
    let mut looked = Vec::new();
    for (place, (lengths, point)) in points.iter_mut().enumerate() {
        let outcome = compare::outcome(d, point, question);
        let borders = watched.iter().filter(|border| border.is_met(d.arena(), point)).map(border::Watched::place).collect();
        looked.push(Looked { borders, outcome, lengths: *lengths, place });
    }
    // what is met at every point separates nothing: a largest entry is always equal to the largest
    if let Some(first) = looked.first() {
        let always: Vec<Place> = first.borders.iter().filter(|place| looked.iter().all(|l| l.borders.contains(place))).cloned().collect();
        looked.iter_mut().for_each(|l| l.borders.retain(|place| !always.contains(place)));
    }
    conclude(case, question, &plan, &looked, &points)
}

/// What may stand at a border in a program and a claim about it.
pub(super) fn watched(case: &Case, id: Id) -> Vec<border::Watched> {
    border::watched(case.derivation.arena(), &plan::nodes(case, id))
}

/// The entry in which both sides differ at a point, with what each says it is.
pub(super) fn apart(d: &Derivation, point: &mut Point, question: Question) -> Option<(Vec<usize>, Ball, Ball)> {
    match compare::outcome(d, point, question) {
        Outcome::Differs(entry, claimed, right) => Some((entry, claimed, right)),
        _ => None,
    }
}

/// Whether both sides are the same whatever stands for the variables in them.
fn loose(case: &Case, question: Question) -> Option<Grounds> {
    let Subject::Gradient(of) = question.subject else { return None };
    let d = &case.derivation;
    let right = d.gradient(of)?.value;
    let lengths: Vec<_> = case.samples.iter().map(|sample| &sample.lengths).collect();
    for (seed, lengths) in lengths.iter().chain(&lengths).enumerate() {
        let mut point = Point::loose(d, lengths, seed as u64 + 1)?;
        let right = point.value(d.arena(), right)?.clone();
        let found = point.value(d.arena(), question.id)?.clone();
        if !matches!(compare::same(&right, &found, None), Outcome::Same(_)) {
            return None;
        }
    }
    Some(Grounds { points: 2 * lengths.len(), lengths: lengths.len(), borders: 0, loose: true, alike: false })
}

fn conclude(case: &Case, question: Question, plan: &Plan, looked: &[Looked], points: &[(usize, Point)]) -> Decision {
    let settled = |l: &&Looked| !matches!(l.outcome, Outcome::Unsettled);
    let differs = |l: &&Looked| matches!(l.outcome, Outcome::Differs(..));
    let inside: Vec<&Looked> = looked.iter().filter(|l| l.borders.is_empty()).filter(settled).collect();
    // where a property, or the program, leaves nothing but borders, these are the inside
    let inside = if inside.is_empty() { looked.iter().filter(settled).collect() } else { inside };
    if inside.is_empty() {
        return Decision::Undecided("no point was found at which both the gradient and the claim have a value that is known well enough");
    }
    let at = |l: &Looked| {
        let Outcome::Differs(entry, claimed, right) = &l.outcome else { return None };
        Some(Difference { point: points[l.place].1.clone(), entry: entry.clone(), claimed: *claimed, right: *right })
    };
    let apart: Vec<&Looked> = inside.iter().copied().filter(|l| differs(l)).collect();
    let Some(first) = apart.first() else {
        // on borders alone
        let apart: Vec<&Looked> = looked.iter().filter(differs).collect();
        let Some(first) = apart.first() else {
            let lengths: Vec<usize> = inside.iter().map(|l| l.lengths).collect();
            let count = (0..plan.lengths.len()).filter(|at| lengths.contains(at)).count();
            return match inside.len() >= ENOUGH {
                true => Decision::Same(Grounds {
                    points: looked.iter().filter(settled).count(),
                    lengths: count,
                    borders: looked.iter().filter(settled).filter(|l| !l.borders.is_empty()).count(),
                    loose: false,
                    alike: looked.iter().any(|l| matches!(l.outcome, Outcome::Same(true))),
                }),
                false => Decision::Undecided("too few points were found at which both sides are known well enough"),
            };
        };
        let same: Vec<&Looked> = looked.iter().filter(settled).filter(|l| !differs(l)).collect();
        let places = border::explaining(case.derivation.arena(), question.id, &apart, &same);
        return match at(first) {
            Some(at) => Decision::Except(Box::new(Exception { places, at })),
            None => Decision::Undecided("the difference was not found again"),
        };
    };
    // at a length of 1 alone; or where the claim has no value
    let one = plan.one_alone(&apart, &inside);
    let no_value = apart.iter().all(|l| matches!(&l.outcome, Outcome::Differs(_, claimed, _) if !claimed.is_finite()));
    let some_same = inside.iter().any(|l| !differs(l));
    let places = match one {
        Some(name) => vec![Place::One(name)],
        None if no_value && some_same => {
            let mut point = points[first.place].1.clone();
            border::without_value(case.derivation.arena(), &mut point, question.id).into_iter().map(Place::NoValue).collect()
        }
        None => vec![],
    };
    match (at(first), places.is_empty()) {
        (Some(first), true) => {
            // better where the claim has a value
            let number = apart.iter().filter_map(|l| at(l)).find(|apart| apart.claimed.is_finite());
            Decision::Differs(Box::new(number.unwrap_or(first)))
        }
        (Some(at), false) => Decision::Except(Box::new(Exception { places, at })),
        (None, _) => Decision::Undecided("the difference was not found again"),
    }
}
