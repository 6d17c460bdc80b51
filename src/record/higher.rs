//! Jacobians and Hessians.

use super::symbol::{self, lengths};
use super::{Check, Ordered, Record, VERSION};
use crate::answer::{Derivatives, Known};
use crate::derive::components::write;
use crate::expr::{Arena, Id, SymbolId, SymbolKind};
use crate::formula::{Charset, formula, spell, text_for};
use crate::render::latex::latex;
use crate::syntax::Dialect;

/// One derivative.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Second {
    /// What is differentiated: the output.
    pub of: String,
    /// By which inputs, in order: one for a Jacobian, two for a block of a Hessian.
    pub wrt: Vec<String>,
    /// The axes of a Jacobian's output, or of a block's first input, then those of the inputs that follow.
    pub shape: Vec<String>,
    /// ASCII text that the tool reads again.
    pub expr: String,
    /// The same for LaTeX's math mode.
    pub latex: String,
    /// The same entry by entry; empty where it is long.
    pub entry: String,
    /// The same without axes of length 1, where that leaves a matrix or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
}

/// What a derivative does to directions.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Along {
    /// What changes: the output, or the input whose gradient it is.
    pub of: String,
    /// The directions that stand in it, by input.
    pub directions: Ordered<String>,
    /// One length an axis.
    pub shape: Vec<String>,
    /// ASCII text that the tool reads again, where the directions are variables.
    pub expr: String,
}

/// All there is to say about the derivatives of a program's output.
///
/// ```
/// use pullback::{answer, record};
/// let found = answer::hessian("f = x @ A @ x", &Default::default(), &Default::default()).unwrap();
/// let record = record::derivatives(&found);
/// assert_eq!((record.derivatives[0].expr.as_str(), record.derivatives[0].wrt.len()), ("A + A.T", 2));
/// ```
pub fn derivatives(found: &Derivatives) -> Record {
    let d = &found.derivation;
    let (arena, model) = (d.arena(), &d.model);
    let check = found.agreement.as_ref().map(|agreement| Check {
        dims: Ordered(agreement.lengths.clone()),
        max_error: agreement.max_error,
        passed: true,
    });
    let mut all: Vec<Second> = found.found.iter().map(|known| one(found, known, &[known.derivative.below])).collect();
    all.extend(found.third.iter().map(|(known, second)| one(found, known, &[*second, known.derivative.below])));
    let directions = || Ordered(found.directions.iter().map(|&(input, v)| (name(arena, input), name(arena, v))).collect());
    let along = |action: &crate::answer::Action| Along {
        of: name(arena, first(arena, action.above)),
        directions: directions(),
        shape: lengths(arena, arena.shape(action.value)),
        expr: text(arena, action.value, model.dialect),
    };
    Record {
        version: VERSION,
        program: found.program.clone(),
        dialect: model.dialect.name(),
        symbols: symbol::symbols(arena, model, None),
        output: Some(symbol::output(arena, model)),
        gradients: Ordered::default(),
        intermediates: Ordered::default(),
        derivatives: all,
        along: found.actions.iter().map(along).collect(),
        check,
        diagnostics: found.warnings().to_vec(),
    }
}

fn name(arena: &Arena, symbol: SymbolId) -> String {
    arena.info(symbol).name.to_string()
}

/// Whose gradient a symbol is, or stands for the derivative of.
fn first(arena: &Arena, symbol: SymbolId) -> SymbolId {
    match arena.info(symbol).kind {
        SymbolKind::Gradient(of) => of,
        SymbolKind::Change(Some(of)) => first(arena, of),
        _ => symbol,
    }
}

fn text(arena: &Arena, id: Id, dialect: Dialect) -> String {
    text_for(arena, id, Charset::Ascii, dialect)
}

fn one(found: &Derivatives, known: &Known, by: &[SymbolId]) -> Second {
    let d = &found.derivation;
    let (arena, dialect) = (d.arena(), d.model.dialect);
    let derivative = &known.derivative;
    let before = found.second.then(|| first(arena, derivative.above));
    let entry = write(arena, &d.entries(derivative, None).entry);
    let rank = |name: &str| d.find(name).map(|symbol| arena.info(symbol).shape.len());
    Second {
        of: name(arena, d.model.output),
        wrt: before.iter().chain(by).map(|&symbol| name(arena, symbol)).collect(),
        shape: lengths(arena, &derivative.map.shape()),
        expr: text(arena, derivative.value, dialect),
        latex: latex(&formula(arena, derivative.value), &rank),
        entry: if entry.len() <= crate::limits::MAX_INDEX_TOKENS { spell(&entry, Charset::Ascii) } else { String::new() },
        matrix: known.bare.filter(|&id| arena.shape(id).len() <= 2).map(|id| text(arena, id, dialect)),
    }
}
