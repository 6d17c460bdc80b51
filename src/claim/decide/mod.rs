//! Whether a claim is the gradient: decided at points, in arithmetic that knows its error.
//!
//! A point has exact inputs; both sides are computed in balls. Where the balls do not meet the claim is wrong there, for certain; where
//! they meet, and are smaller than 2^-40 of what they hold, both are the same there. Points are drawn on both sides of everything at which
//! program, gradient or claim change their branch, at these borders themselves, at ties and zeros, at many scales, at lengths of 1 and at
//! the lengths that are asked about. A difference at borders alone is an exception and no mistake, since a convention decides there.

mod border;
mod compare;
mod plan;

use super::jacobian::Layout;
use super::subject::{Case, Subject};
use crate::derive::Derivation;
use crate::expr::{Arena, Id};
use crate::formula::{self, Charset};
use crate::limits::MAX_CHECK_WHOLE;
use crate::numeric::{Assumption, Point};
use crate::real::Ball;

pub(super) use compare::wanted;
use plan::Plan;
pub(super) use plan::lengths_of;

/// What was settled, and where.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The same everywhere.
    Same(Grounds),
    /// The same but for an exception.
    Except(Box<Exception>),
    /// Different.
    Differs(Box<Difference>),
    /// Not settled, for this reason.
    Undecided(&'static str),
}

/// Where both sides were found to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// At how many points.
    pub points: usize,
    /// At how many choices of lengths.
    pub lengths: usize,
    /// Whether the program's own values did not matter: the formulas are the same whatever stands for its variables.
    pub loose: bool,
    /// Whether they are other arrays, and act alike on every change that the variable's property allows.
    pub alike: bool,
}

/// A point at which both sides differ.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The point.
    pub point: Point,
    /// Which entry, each place counted from 0.
    pub entry: Vec<usize>,
    /// What the claim says it is; no number where it has no value there.
    pub claimed: Ball,
    /// What the gradient says.
    pub right: Ball,
}

/// Where alone a claim is not the gradient.
#[derive(Clone, Debug)]
pub struct Exception {
    /// What holds at these points, one of it.
    pub places: Vec<Place>,
    /// One of them.
    pub at: Difference,
}

impl Exception {
    /// Whether it is one at borders alone: nowhere in an open set of inputs, and at every length.
    pub fn is_at_borders(&self) -> bool {
        self.places.iter().all(|place| matches!(place, Place::Zero(_) | Place::Equal(..) | Place::Tie(..)))
    }
}

/// What holds at a border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This is zero, or has an entry that is.
    Zero(Id),
    /// These are equal, or have entries that are.
    Equal(Id, Id),
    /// Several entries of the first are equal to the second, the largest or smallest of them.
    Tie(Id, Id),
    /// This has no value.
    NoValue(Id),
    /// The length of this name is 1.
    One(String),
}

impl Place {
    /// In words and text that the tool reads.
    pub fn text(&self, arena: &Arena) -> String {
        let text = |id: &Id| formula::text(arena, *id, Charset::Ascii);
        let entry = |id: &Id| if arena.shape(*id).is_empty() { text(id) } else { format!("an entry of {}", text(id)) };
        match self {
            Place::Zero(id) => format!("{} is 0", entry(id)),
            Place::Equal(a, b) => format!("{} is equal to {}", entry(a), text(b)),
            Place::Tie(of, extreme) => format!("several entries of {} are equal to {}", text(of), text(extreme)),
            Place::NoValue(id) => format!("{} has no value", text(id)),
            Place::One(name) => format!("{name} is 1"),
        }
    }
}

/// What a claim is compared with.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub subject: Subject,
    /// The claim.
    pub id: Id,
    /// The layout in which it would be right.
    pub layout: Option<Layout>,
    /// What is taken for granted besides what was declared.
    pub assumed: &'a [Assumption],
    /// A length that is 1.
    pub one: Option<&'a str>,
}

impl Question<'_> {
    /// Whether this is the derivative, in the layout that is the usual one, whatever the program's inputs are.
    pub fn plain(subject: Subject, id: Id) -> Self {
        Question { subject, id, layout: None, assumed: &[], one: None }
    }
}

/// How many points must have been settled for a verdict.
const ENOUGH: usize = 2;

/// One point, and what was found there.
struct Looked {
    /// What stands at a border there.
    borders: Vec<Place>,
    outcome: Outcome,
    lengths: usize,
    place: usize,
}

#[derive(Clone, Debug)]
enum Outcome {
    /// Whether they differ in what acts on nothing.
    Same(bool),
    Differs(Vec<usize>, Ball, Ball),
    Unsettled,
}

/// Settles a question.
pub(super) fn decide(case: &mut Case, question: Question) -> Decision {
    let d = &case.derivation;
    let long = d.model.statements.len() > MAX_CHECK_WHOLE;
    if long && question.layout.is_none() && question.assumed.is_empty() {
        if let Some(grounds) = loose(case, question) {
            return Decision::Same(grounds);
        }
    }
    let plan = Plan::new(case, question);
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
    let d = &case.derivation;
    let roots: Vec<Id> = d.model.statements.iter().map(|s| s.value).chain(d.gradients.iter().map(|g| g.value)).chain([id]).collect();
    border::watched(d.arena(), &d.arena().reachable(&roots))
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
    Some(Grounds { points: 2 * lengths.len(), lengths: lengths.len(), loose: true, alike: false })
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
                true => {
                    let alike = looked.iter().any(|l| matches!(l.outcome, Outcome::Same(true)));
                    Decision::Same(Grounds { points: looked.iter().filter(settled).count(), lengths: count, loose: false, alike })
                }
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
        (Some(at), true) => Decision::Differs(Box::new(apart.iter().find_map(|l| at_number(l, points)).unwrap_or(at))),
        (Some(at), false) => Decision::Except(Box::new(Exception { places, at })),
        (None, _) => Decision::Undecided("the difference was not found again"),
    }
}

/// The difference at a point where the claim has a value.
fn at_number(l: &Looked, points: &[(usize, Point)]) -> Option<Difference> {
    match &l.outcome {
        Outcome::Differs(entry, claimed, right) if claimed.is_finite() => {
            Some(Difference { point: points[l.place].1.clone(), entry: entry.clone(), claimed: *claimed, right: *right })
        }
        _ => None,
    }
}
