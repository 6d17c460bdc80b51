//! What claims are about.

use crate::derive::Derivation;
use crate::expr::SymbolId;
use crate::numeric::{Agreement, Sample};
use crate::shape::Dim;
use crate::syntax::Dialect;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

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
    /// A draw at the lengths that are written, where smaller ones stand for large literals everywhere else.
    pub exact: OnceCell<Option<Sample>>,
    /// The lengths that were asked for.
    pub given: Vec<(String, usize)>,
    /// Choices of lengths at which claims are decided.
    pub lengths: Vec<FxHashMap<String, usize>>,
    /// More draws with such lengths, which what is cut off or masked at some value does not escape.
    pub more: Vec<Sample>,
    /// The variable by whose gradient the case's program goes on, which then is its output: claims about it are claims about second
    /// derivatives.
    pub gradient_of: Option<SymbolId>,
}

/// Something that a claim needs to be right.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A property of an input, or of the upstream gradient.
    Property(SymbolId, &'static str),
    /// A length is 1.
    One(Dim),
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
