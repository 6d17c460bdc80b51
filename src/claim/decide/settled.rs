//! What is asked of a claim, and what was settled.

use crate::claim::jacobian::Layout;
use crate::claim::subject::Subject;
use crate::expr::{Arena, Id};
use crate::formula::{self, Charset};
use crate::numeric::{Assumption, Point};
use crate::real::Ball;

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
    /// At how many of the points something stands at a border: at a kink, a tie, a zero of what is divided by.
    pub borders: usize,
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
pub(in crate::claim) struct Question<'a> {
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

/// One point, and what was found there.
pub(super) struct Looked {
    /// What stands at a border there.
    pub borders: Vec<Place>,
    pub outcome: Outcome,
    pub lengths: usize,
    pub place: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// Whether they differ in what acts on nothing.
    Same(bool),
    Differs(Vec<usize>, Ball, Ball),
    Unsettled,
}
