//! What became of each claim, for other programs.

use super::{Check, Ordered, VERSION};
use crate::claim::{Judged, Judgement, Proof, Subject, Verdict};
use crate::diagnostic::Diagnostic;
use crate::formula::{Charset, text};

/// One claim.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Claim {
    /// As typed.
    pub claim: String,
    /// `right`, `other layout`, `right only if`, `shapes clash`, `wrong shape`, `wrong value`.
    pub verdict: &'static str,
    /// Whether it may stand, in the layout that was asked for.
    pub holds: bool,
    /// The shape that its value must have.
    pub shape: Vec<String>,
    /// The shape that it has; nothing where its parts do not fit each other.
    pub found: Option<Vec<String>>,
    /// What is right: text that the tool reads; nothing for a Jacobian.
    pub expr: Option<String>,
    /// How it is known that it is right: `same`, `rewritten`, `numbers`.
    pub proof: Option<&'static str>,
    /// The joint at which its shapes clash.
    pub diagnostics: Vec<Diagnostic>,
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
    /// That the gradients they are compared with agree with central differences.
    pub check: Check,
}

impl Claims {
    /// The object as text, with a line feed at its end.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
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
        check,
    }
}

fn claim(judged: &Judged, judgement: &Judgement) -> Claim {
    let d = &judged.cases[judgement.case].derivation;
    let arena = d.arena();
    let show = |shape: &[crate::shape::Dim]| shape.iter().map(|&dim| arena.dims.show(dim)).collect::<Vec<_>>();
    let expr = match judgement.subject {
        Subject::Gradient(of) => d.gradient(of).map(|g| text(arena, g.value, Charset::Ascii)),
        Subject::Jacobian(_) => None,
    };
    Claim {
        claim: judgement.span.slice(&judged.source).into(),
        verdict: judgement.verdict.name(),
        holds: judgement.holds(judged.numerator),
        shape: show(&judgement.shape),
        found: judgement.claimed.map(|id| show(arena.shape(id))),
        expr,
        proof: match &judgement.verdict {
            Verdict::Right(Proof::Same) => Some("same"),
            Verdict::Right(Proof::Rewritten(_)) => Some("rewritten"),
            Verdict::Right(Proof::Joined(_)) => Some("rewritten"),
            Verdict::Right(Proof::Numbers(_)) => Some("numbers"),
            _ => None,
        },
        diagnostics: match &judgement.verdict {
            Verdict::Clash(diagnostic) => vec![(**diagnostic).clone()],
            _ => vec![],
        },
    }
}
