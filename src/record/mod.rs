//! A program's gradients as one versioned object for other programs: `--format json`.
//!
//! `schema/pullback-v1.schema.json` describes it. Within version 1 fields are added, never changed or taken away.

mod claim;
mod flops;
mod gradient;
mod higher;
mod json;
mod operation;
mod step;
mod symbol;

use crate::answer::Answer;
use crate::diagnostic::Diagnostic;
use crate::shape::Model;
use crate::syntax::Dialect;
use serde::ser::{Serialize, SerializeMap, Serializer};

pub use claim::{Claim, Claims, Named, Wrong, claims, mistakes};
pub use gradient::{Arranged, Between, Derived};
pub use higher::{Along, Second, derivatives};
pub use operation::operations;
pub use step::Step;
pub use symbol::{Kind, Output, Symbol};

/// The version of the object.
pub const VERSION: u32 = 1;

/// Values by name, in the order in which a reader meets them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<T> Ordered<T> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What the numeric check found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Check {
    /// The length of each dimension.
    pub dims: Ordered<usize>,
    /// The largest difference from central differences, relative to the largest entry where that exceeds 1.
    pub max_error: f64,
    /// Always true: what the numbers do not confirm is not printed.
    pub passed: bool,
}

/// A program and its gradients; where the program is wrong, what is wrong with it and nothing else.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Record {
    /// [`VERSION`].
    pub version: u32,
    /// The program as typed.
    pub program: String,
    /// How it is read: `numpy`, or what `--dialect` says.
    pub dialect: &'static str,
    /// Inputs, assigned variables and the upstream gradient.
    pub symbols: Vec<Symbol>,
    /// What the last statement assigns.
    pub output: Option<Output>,
    /// By input, in order of appearance.
    pub gradients: Ordered<Derived>,
    /// Gradients of assigned variables by which those above are expressed, each after those that it needs.
    pub intermediates: Ordered<Between>,
    /// Jacobians or blocks of Hessians, where those were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derivatives: Vec<Second>,
    /// What they do to directions, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub along: Vec<Along>,
    /// Nothing where the check was left out.
    pub check: Option<Check>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Record {
    /// The object as text, with a line feed at its end.
    pub fn json(&self) -> String {
        json::text(self)
    }
}

/// All there is to say about a program.
///
/// ```
/// use pullback::{answer, record};
/// let mut answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let record = record::record(&mut answer);
/// let gradient = record.gradients.get("X").unwrap();
/// assert_eq!(gradient.expr, "dL/dY @ W.T");
/// assert_eq!(gradient.flops, "2*n*d*m");
/// ```
pub fn record(answer: &mut Answer) -> Record {
    let model = &answer.derivation.model;
    let dialect = model.dialect.name();
    let arena = &answer.derivation.algebra.arena;
    let upstream = answer.derivation.gradient(model.output).filter(|_| !model.scalar).map(|g| g.symbol);
    let symbols = symbol::symbols(arena, model, upstream);
    let output = Some(symbol::output(arena, model));
    let check = answer.agreement.as_ref().map(|agreement| Check {
        dims: Ordered(agreement.lengths.clone()),
        max_error: agreement.max_error,
        passed: true,
    });
    let diagnostics = answer.warnings().to_vec();
    let (gradients, intermediates) = gradient::gradients(answer);
    let program = answer.program.clone();
    let (derivatives, along) = (vec![], vec![]);
    Record { version: VERSION, program, dialect, symbols, output, gradients, intermediates, derivatives, along, check, diagnostics }
}

/// The shapes of a program, without its gradients.
pub fn shapes(source: &str, model: &mut Model) -> Record {
    Record {
        symbols: symbol::symbols(&model.arena, model, None),
        output: Some(symbol::output(&model.arena, model)),
        ..failure(source, model.dialect, &model.warnings)
    }
}

/// A program that has no answer.
///
/// ```
/// use pullback::{answer, record, syntax::Dialect};
/// let wrong = answer::shapes("X: (n, d); Y = X @ X").unwrap_err();
/// let record = record::failure("X: (n, d); Y = X @ X", Dialect::Numpy, &wrong);
/// assert!(record.gradients.0.is_empty() && record.json().contains("E0301"));
/// ```
pub fn failure(source: &str, dialect: Dialect, diagnostics: &[Diagnostic]) -> Record {
    Record {
        version: VERSION,
        program: source.into(),
        dialect: dialect.name(),
        symbols: Vec::new(),
        output: None,
        gradients: Ordered::default(),
        intermediates: Ordered::default(),
        derivatives: vec![],
        along: vec![],
        check: None,
        diagnostics: diagnostics.to_vec(),
    }
}
