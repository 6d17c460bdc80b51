//! Is this formula right? What a reader claims of a gradient, and what becomes of it.
//!
//! A claim is read in the language of its program, with the gradient symbols beside the variables. Numbers decide, at three choices of
//! lengths; everything that is said beyond the verdict (a chain of rewriting rules, a condition, the mistake) has been tried before it is
//! said.

mod case;
mod catalogue;
mod chain;
mod condition;
mod edit;
mod jacobian;
mod judge;
mod mistaken;
mod names;
mod normal;
mod open;
mod read;
mod witness;

use crate::derive::{Derivation, Derivative};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Id, SymbolId};
use crate::formula::Formula;
use crate::numeric::{Agreement, Sample};
use crate::rewrite::Application;
use crate::shape::{Dim, Shape};
use crate::syntax::Dialect;

pub use catalogue::{Cause, Mistake, mistakes};
pub use chain::Chain;
pub use jacobian::Layout;
pub use judge::judge;
pub use mistaken::{Instead, MISTAKES as MISTAKEN, Step};
pub use witness::Witness;

/// How claims are read and judged.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Lengths for the numbers.
    pub dims: Vec<(String, usize)>,
    /// How the program is read.
    pub dialect: Dialect,
    /// Whether a gradient in numerator layout is right, the transpose of the usual one.
    pub numerator: bool,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `dL/dX`: the objective by a variable.
    Gradient(SymbolId),
    /// `dY/dX`: the output, which is no scalar, by a variable: an array with the axes of both. `d2f/dxdy`: the same, where the output of the
    /// case is the gradient of `f` by `x`.
    Jacobian(SymbolId),
}

impl Subject {
    /// The variable below the line.
    pub fn of(self) -> SymbolId {
        match self {
            Subject::Gradient(of) | Subject::Jacobian(of) => of,
        }
    }
}

/// A program that claims are about, cut off behind what stands above the line in them.
#[derive(Debug)]
pub struct Case {
    /// Shapes and gradients.
    pub derivation: Derivation,
    /// That the gradients here agree with central differences.
    pub agreement: Agreement,
    /// Draws at which claims are compared with them, each with lengths of its own.
    pub samples: Vec<Sample>,
    /// More draws with such lengths, which what is cut off or masked at some value does not escape.
    pub more: Vec<Sample>,
    /// The variable by whose gradient the case's program goes on, which then is its output: claims about it are claims about second
    /// derivatives.
    pub gradient_of: Option<SymbolId>,
}

/// What a claim turns out to be.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is the gradient.
    Right(Proof),
    /// It is right in another layout: mostly, its transpose is the gradient.
    OtherLayout(Layout),
    /// It is the gradient where one of these holds, and not otherwise.
    OnlyIf(Vec<Condition>),
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
            Verdict::OnlyIf(_) => "right only if",
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
    /// The numbers agree, at this many choices of lengths.
    Numbers(usize),
}

/// Something that a claim needs to be right.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A property of an input, or of the upstream gradient.
    Property(SymbolId, &'static str),
    /// A length is 1.
    One(Dim),
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

impl Case {
    /// The name of what is differentiated: the objective, or of a Jacobian the output.
    pub fn objective(&self) -> &str {
        let d = &self.derivation;
        match self.gradient_of {
            // the gradient's own name says of what it is one
            Some(first) => {
                let gradient = &*d.arena().info(d.model.output).name;
                let below = d.arena().info(first).name.len() + "/d".len();
                gradient.get("d".len()..gradient.len().saturating_sub(below)).unwrap_or(gradient)
            }
            None => &d.model.objective,
        }
    }
}

impl Judgement {
    /// Whether the claim may stand.
    pub fn holds(&self, numerator: bool) -> bool {
        match self.verdict {
            Verdict::Right(_) => true,
            Verdict::OtherLayout(layout) => numerator && layout == Layout::Transposed,
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
