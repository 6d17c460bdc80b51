//! What became of each claim, for other programs.

use super::{Check, Ordered, VERSION};
use crate::claim::{Cause, Condition, Judged, Judgement, Layout, Mistake, Proof, Subject, Verdict};
use crate::diagnostic::Diagnostic;
use crate::formula::{Charset, text};

/// One claim.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Claim {
    /// As typed.
    pub claim: String,
    /// `right`, `other layout`, `right except`, `right only if`, `right if`, `shapes clash`, `wrong shape`, `wrong value`, `undecided`.
    pub verdict: &'static str,
    /// Whether it may stand, in the layout that was asked for; nothing where that is undecided.
    pub holds: Option<bool>,
    /// The shape that its value must have.
    pub shape: Vec<String>,
    /// The shape that it has; nothing where its parts do not fit each other.
    pub found: Option<Vec<String>>,
    /// What is right: text that the tool reads; nothing for a Jacobian that has no form entry by entry.
    pub expr: Option<String>,
    /// What it is about: `gradient`, `jacobian`, `hessian`.
    pub about: &'static str,
    /// The layout in which it is right, where that is another one: `transposed`, `columns`, `rows`.
    pub layout: Option<&'static str>,
    /// What it needs to be right, one of these; none where it is right, or wrong in any case.
    pub conditions: Vec<Needed>,
    /// Where alone it is not right: one of these holds there.
    pub except: Vec<String>,
    /// How it is known that it is right: `same`, `rewritten`, `numbers`.
    pub proof: Option<&'static str>,
    /// The mistakes by which it comes about, what tells most first.
    pub causes: Vec<Named>,
    /// What else holds of it: how it would have to be read to be right.
    pub notes: Vec<String>,
    /// Numbers at which it is wrong.
    pub witness: Option<Wrong>,
    /// The joint at which its shapes clash.
    pub diagnostics: Vec<Diagnostic>,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Needed {
    /// A variable, a gradient, or a length.
    pub of: String,
    /// A property as in declarations, such as `symmetric`; of a length `1`.
    pub is: String,
}

/// A mistake.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Named {
    /// As in the list of mistakes.
    pub name: &'static str,
    /// What is wrong, and why.
    pub sentence: &'static str,
    /// What it is in this claim; may be empty.
    pub detail: String,
    /// The claim's value with the mistake mended: text that the tool reads; nothing where no one edit mends it.
    pub patch: Option<String>,
}

/// An entry that is wrong.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Wrong {
    /// The length of each dimension.
    pub dims: Ordered<usize>,
    /// Which entry, counted from 0.
    pub entry: Vec<usize>,
    /// What the claim says it is; nothing where it has no value.
    pub claimed: Option<f64>,
    /// What the gradient says.
    pub right: f64,
    /// What a central difference of the program says; nothing at a border.
    pub difference: Option<f64>,
}

/// Claims about one program.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Claims {
    /// The version of the object.
    pub version: u32,
    /// Program and claims as typed.
    pub program: String,
    /// How it is read.
    pub dialect: &'static str,
    /// In the order in which they were typed.
    pub claims: Vec<Claim>,
    /// What should be known of how they were read.
    pub diagnostics: Vec<Diagnostic>,
    /// That the gradients they are compared with agree with central differences.
    pub check: Check,
}

impl Claims {
    /// The object as text, with a line feed at its end.
    pub fn json(&self) -> String {
        super::json::text(self)
    }
}

/// All that was found out about claims.
///
/// ```
/// use pullback::{claim, record};
/// let judged = claim::judge("Y = X @ W; dL/dX = W @ dL/dY", &claim::Options::default()).unwrap();
/// let claims = record::claims(&judged);
/// assert_eq!((claims.claims[0].verdict, claims.claims[0].expr.as_deref()), ("shapes clash", Some("dL/dY @ W.T")));
/// ```
pub fn claims(judged: &Judged) -> Claims {
    let first = &judged.cases[0];
    let check = Check { dims: Ordered(first.agreement.lengths.clone()), max_error: first.agreement.max_error, passed: true };
    Claims {
        version: VERSION,
        program: judged.source.clone(),
        dialect: first.derivation.model.dialect.name(),
        claims: judged.judgements.iter().map(|judgement| claim(judged, judgement)).collect(),
        diagnostics: judged.warnings.clone(),
        check,
    }
}

fn claim(judged: &Judged, judgement: &Judgement) -> Claim {
    let d = &judged.cases[judgement.case].derivation;
    let arena = d.arena();
    let show = |shape: &[crate::shape::Dim]| shape.iter().map(|&dim| arena.dims.show(dim)).collect::<Vec<_>>();
    let expr = match judgement.subject {
        Subject::Gradient(of) => d.gradient(of).map(|g| text(arena, g.value, Charset::Ascii)),
        Subject::Jacobian(_) => judgement.derivative.as_ref().map(|derivative| text(arena, derivative.value, Charset::Ascii)),
    };
    let needed = |condition: &Condition| match condition {
        Condition::Property(symbol, property) => Needed { of: arena.info(*symbol).name.to_string(), is: (*property).into() },
        Condition::One(dim) => Needed { of: arena.dims.show(*dim), is: "1".into() },
    };
    Claim {
        claim: judgement.span.slice(&judged.source).into(),
        verdict: judgement.verdict.name(),
        holds: (!matches!(judgement.verdict, Verdict::Undecided(_))).then(|| judgement.holds(judged.numerator)),
        shape: show(&judgement.shape),
        found: judgement.claimed.map(|id| show(arena.shape(id))),
        expr,
        about: match judgement.subject {
            Subject::Gradient(_) => "gradient",
            Subject::Jacobian(_) if judged.cases[judgement.case].gradient_of.is_some() => "hessian",
            Subject::Jacobian(_) => "jacobian",
        },
        layout: match judgement.verdict {
            Verdict::OtherLayout(Layout::Transposed) => Some("transposed"),
            Verdict::OtherLayout(Layout::Columns) => Some("columns"),
            Verdict::OtherLayout(Layout::Rows) => Some("rows"),
            _ => None,
        },
        conditions: judgement.conditions().iter().map(needed).collect(),
        except: match &judgement.verdict {
            Verdict::Except(exception) => exception.places.iter().map(|place| place.text(arena)).collect(),
            _ => vec![],
        },
        proof: match &judgement.verdict {
            Verdict::Right(Proof::Same) => Some("same"),
            Verdict::Right(Proof::Rewritten(_)) => Some("rewritten"),
            Verdict::Right(Proof::Joined(_)) => Some("rewritten"),
            Verdict::Right(Proof::Numbers(_)) => Some("numbers"),
            _ => None,
        },
        causes: judgement.causes.iter().map(named).collect(),
        notes: judgement.columns.iter().map(|columns| columns_text(arena, columns)).collect(),
        witness: judgement.witness.as_ref().map(|found| Wrong {
            dims: Ordered(found.lengths.clone()),
            entry: found.entry.clone(),
            claimed: found.claimed,
            right: found.right,
            difference: found.difference,
        }),
        diagnostics: match &judgement.verdict {
            Verdict::Clash(diagnostic) => vec![(**diagnostic).clone()],
            _ => vec![],
        },
    }
}

/// `right if b is a column, (n, 1)`
fn columns_text(arena: &crate::expr::Arena, columns: &[crate::expr::SymbolId]) -> String {
    let each = columns
        .iter()
        .map(|&symbol| format!("{} is a column, ({}, 1)", arena.info(symbol).name, arena.dims.show(arena.info(symbol).shape[0])));
    format!("right if {}", each.collect::<Vec<_>>().join(" and "))
}

fn named(cause: &Cause) -> Named {
    let Cause { mistake, detail, patch, .. } = cause;
    Named { name: mistake.name, sentence: mistake.sentence, detail: detail.clone(), patch: patch.clone() }
}

/// The list of mistakes.
#[derive(serde::Serialize)]
struct List<'a> {
    version: u32,
    mistakes: Vec<Listed<'a>>,
}

/// One of them.
#[derive(serde::Serialize)]
struct Listed<'a> {
    name: &'a str,
    sentence: &'a str,
    program: &'a str,
    claim: &'a str,
}

/// Mistakes as one object, as text with a line feed at its end.
///
/// ```
/// use pullback::{claim, record};
/// let all: Vec<_> = claim::mistakes().collect();
/// assert!(record::mistakes(&all).contains("\"transpose missing\""));
/// ```
pub fn mistakes(chosen: &[&Mistake]) -> String {
    let listed = |m: &&Mistake| Listed { name: m.name, sentence: m.sentence, program: m.program, claim: m.claim };
    let list = List { version: VERSION, mistakes: chosen.iter().map(listed).collect() };
    super::json::text(&list)
}
