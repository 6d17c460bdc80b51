//! Is this formula right? What a reader claims of a gradient, and what becomes of it.
//!
//! A claim is read in the language of its program, with the gradient symbols beside the variables. Numbers decide, at three choices of
//! lengths; everything that is said beyond the verdict (a chain of rewriting rules, a condition, the mistake) has been tried before it is
//! said.

mod case;
mod chain;
mod columns;
mod condition;
mod decide;
mod edit;
mod jacobian;
mod judge;
mod mistaken;
mod mistakes;
mod names;
mod normal;
mod open;
mod read;
mod stored;
mod subject;
mod witness;

use crate::derive::Derivative;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Id, SymbolId};
use crate::formula::Formula;
use crate::rewrite::Application;
use crate::shape::Shape;

pub use chain::Chain;
pub use decide::{Decision, Difference, Exception, Grounds, Place};
pub use jacobian::Layout;
pub use judge::judge;
pub use mistaken::{Instead, Step};
pub use mistakes::{Cause, Mistake, mistakes};
pub use subject::{Case, Condition, Options, Subject};
pub use witness::Witness;

/// What a claim turns out to be.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is the gradient.
    Right(Proof),
    /// It is right in another layout: mostly, its transpose is the gradient.
    OtherLayout(Layout),
    /// It is the gradient everywhere but at some points.
    Except(Box<Exception>),
    /// It is the gradient where one of these holds, and not otherwise.
    OnlyIf(Vec<Condition>),
    /// It is the gradient where one of these holds; it may be elsewhere too.
    If(Vec<Condition>),
    /// It could not be decided, for this reason.
    Undecided(&'static str),
    /// Two parts of it do not fit each other.
    Clash(Box<Diagnostic>),
    /// It has a shape, but not that of the variable.
    WrongShape,
    /// It has the shape of the variable, and other values.
    WrongValue,
}

impl Verdict {
    /// As it is named to programs.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Right(_) => "right",
            Verdict::OtherLayout(_) => "other layout",
            Verdict::Except(_) => "right except",
            Verdict::OnlyIf(_) => "right only if",
            Verdict::If(_) => "right if",
            Verdict::Undecided(_) => "undecided",
            Verdict::Clash(_) => "shapes clash",
            Verdict::WrongShape => "wrong shape",
            Verdict::WrongValue => "wrong value",
        }
    }
}

/// How it is known that a claim is right.
#[derive(Clone, Debug)]
pub enum Proof {
    /// It is what the tool writes itself.
    Same,
    /// These rules lead from it to what the tool writes.
    Rewritten(Vec<Application>),
    /// Rules lead from it, and from what the tool writes, to the same.
    Joined(Chain),
    /// It was decided at points.
    Numbers(Grounds),
}

/// One claim, and what became of it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Where it was typed.
    pub span: Span,
    /// Its right side as typed.
    pub value_span: Span,
    /// Which of the cases it is about.
    pub case: usize,
    /// What it is about.
    pub subject: Subject,
    /// The shape that the claimed value must have.
    pub shape: Shape,
    /// The claimed value as typed, in the arena of its case; nothing where its shapes clash.
    pub claimed: Option<Id>,
    /// What became of it.
    pub verdict: Verdict,
    /// Why it is wrong, the likeliest first; empty where it is right, or where nothing that was tried explains it.
    pub causes: Vec<Cause>,
    /// The derivative that a claim about a Jacobian has to be, where that can be written.
    pub derivative: Option<Derivative>,
    /// The gradient derived with the first condition declared, where that is a property of an input.
    pub under: Option<Formula>,
    /// The inputs that it takes for columns, where it is right if these are `(n, 1)` and not 1-D.
    pub columns: Option<Vec<SymbolId>>,
    /// Numbers at which it is wrong, where it has a value.
    pub witness: Option<Witness>,
    /// The step of the derivation after which the claim is another; nothing where it is right, or where that is not known.
    pub left_at: Option<Step>,
}

/// Claims about one program.
#[derive(Debug)]
pub struct Judged {
    /// Program and claims as typed.
    pub source: String,
    /// The program, once for each value that claims differentiate.
    pub cases: Vec<Case>,
    /// In the order of the claims.
    pub judgements: Vec<Judgement>,
    /// Whether numerator layout was asked for.
    pub numerator: bool,
    /// What the reader should know of how the claims were read.
    pub warnings: Vec<Diagnostic>,
}

impl Judgement {
    /// What it needs to be right.
    pub fn conditions(&self) -> &[Condition] {
        match &self.verdict {
            Verdict::OnlyIf(conditions) | Verdict::If(conditions) => conditions,
            _ => &[],
        }
    }

    /// Whether the claim may stand.
    pub fn holds(&self, numerator: bool) -> bool {
        match &self.verdict {
            Verdict::Right(_) => true,
            // at a border there is no derivative, or it takes another formula; elsewhere the claim is right
            Verdict::Except(exception) => exception.is_at_borders(),
            Verdict::OtherLayout(layout) => numerator && *layout == Layout::Transposed,
            _ => false,
        }
    }
}

impl Judged {
    /// Whether every claim may stand.
    pub fn all_hold(&self) -> bool {
        self.judgements.iter().all(|judgement| judgement.holds(self.numerator))
    }
}
