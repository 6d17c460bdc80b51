//! A program with every shape known.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Id, SymbolId};
use crate::syntax::Dialect;
use std::sync::Arc;

/// `symbol = value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// What is assigned.
    pub symbol: SymbolId,
    /// Its value.
    pub value: Id,
    /// The line.
    pub span: Span,
    /// Where the value alone was typed.
    pub value_span: Span,
    /// Whether the tool made this line out of a part of a longer one.
    pub made: bool,
    /// Whether it is so long that a look at the whole of it for each of its variables would be quadratic.
    pub long: bool,
}

/// Why an input has the shape it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// As declared.
    Declared,
    /// The rank by the name (`matrix: upper-case name`), the lengths by what they meet at these places.
    Assumed(&'static str, Vec<Span>),
    /// Declared with holes, which were filled because of these places.
    Filled(Vec<Span>),
}

/// A program whose shapes have all been found.
#[derive(Clone, Debug)]
pub struct Model {
    /// Nodes, symbols and lengths.
    pub arena: Arena,
    /// Inputs in order of first appearance.
    pub inputs: Vec<SymbolId>,
    /// Why each input has its shape, in the same order.
    pub reasons: Vec<Reason>,
    /// The statements in order.
    pub statements: Vec<Assignment>,
    /// What the last statement assigns.
    pub output: SymbolId,
    /// Whether the output is itself the objective: all its axes have length 1.
    pub scalar: bool,
    /// The objective's name: the output's own where it is a scalar, else `L`, or the next free name.
    pub objective: Arc<str>,
    /// What the reader should know.
    pub warnings: Vec<Diagnostic>,
    /// How the program was read.
    pub dialect: Dialect,
}

impl Model {
    /// The symbol with this name that is an input or assigned.
    pub fn find(&self, name: &str) -> Option<SymbolId> {
        let assigned = self.statements.iter().map(|s| s.symbol);
        self.inputs.iter().copied().chain(assigned).find(|&s| &*self.arena.info(s).name == name)
    }

    /// A symbol's shape, drawn.
    pub fn show_shape(&mut self, symbol: SymbolId) -> String {
        let shape = self.arena.info(symbol).shape.clone();
        self.arena.dims.show_shape(&shape)
    }
}

/// Leaves out the properties of inputs that bind entries to each other, and gives them back, by input. Such a property simplifies a gradient;
/// the result is no longer the gradient where it does not hold, so it must not be differentiated.
pub fn leave_free(model: &mut Model) -> Vec<(SymbolId, Vec<Arc<str>>)> {
    const OPEN: [&str; 4] = ["const", "positive", "distinct", "index"];
    let mut bound = Vec::new();
    for &input in &model.inputs {
        let properties = &mut model.arena.symbols[input.0 as usize].properties;
        if properties.iter().any(|p| !OPEN.contains(&&**p)) {
            bound.push((input, properties.clone()));
            properties.retain(|p| OPEN.contains(&&**p));
        }
    }
    bound
}
