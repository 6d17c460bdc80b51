//! The variables of a program.

use crate::expr::{Arena, SymbolId};
use crate::shape::{Dim, Model, Reason};

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Given from outside.
    Input,
    /// Assigned by a statement, the output among them.
    Intermediate,
    /// The gradient that arrives at the output.
    Upstream,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Symbol {
    /// As typed; `dL/dY` for the upstream gradient.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// One length an axis.
    pub shape: Vec<String>,
    /// Whether it was declared.
    pub declared: bool,
    /// What was assumed of an input where the program does not say.
    pub assumed: Option<String>,
    /// The properties that were declared.
    pub properties: Vec<String>,
}

/// What the last statement assigns.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// One length an axis.
    pub shape: Vec<String>,
    /// Whether it is itself the objective.
    pub scalar: bool,
    /// The objective: the `L` of `dL/dX`.
    pub objective: String,
}

/// The lengths of a shape, each as the language reads it.
pub(super) fn lengths(arena: &Arena, shape: &[Dim]) -> Vec<String> {
    // showing puts in what has been inferred, so nothing has to be resolved first
    shape.iter().map(|&dim| arena.dims.show(dim)).collect()
}

pub(super) fn symbols(arena: &Arena, model: &Model, upstream: Option<SymbolId>) -> Vec<Symbol> {
    let symbol = |id: SymbolId, kind: Kind, declared: bool, assumed: Option<String>| {
        let info = arena.info(id);
        let name = info.name.to_string();
        let properties = info.properties.iter().map(|p| p.to_string()).collect();
        Symbol { name, kind, shape: lengths(arena, &info.shape), declared, assumed, properties }
    };
    let inputs = model.inputs.iter().zip(&model.reasons).map(|(&input, reason)| match reason {
        Reason::Declared => symbol(input, Kind::Input, true, None),
        Reason::Filled(_) => symbol(input, Kind::Input, true, Some("lengths left open: inferred from use".into())),
        Reason::Assumed(why, _) => symbol(input, Kind::Input, false, Some((*why).into())),
    });
    let assigned = model.statements.iter().map(|s| symbol(s.symbol, Kind::Intermediate, false, None));
    inputs.chain(assigned).chain(upstream.map(|id| symbol(id, Kind::Upstream, false, None))).collect()
}

pub(super) fn output(arena: &Arena, model: &Model) -> Output {
    let info = arena.info(model.output);
    Output { name: info.name.to_string(), shape: lengths(arena, &info.shape), scalar: model.scalar, objective: model.objective.to_string() }
}
