//! What the grammar lets pass but the language does not have, found while a line is built.

use super::ast::{Binary, Ident, Node, NodeId, Program};
use crate::diagnostic::{Diagnostic, Edit, Span};

/// One diagnostic; boxed, because a result that is almost always fine should be small.
pub type Fault = Box<Diagnostic>;

/// A number that no float can hold.
pub fn huge(span: Span) -> Fault {
    Box::new(
        Diagnostic::error("E0114", "this number is too large for a 64-bit float")
            .at(span, "at most about 1.8e308")
            .note("`inf` is infinity"),
    )
}

/// Where dimensions are declared, only lengths may stand: `shape` are the axes, nodes from `first` on their parts.
///
/// # Errors
/// At the first part that is no length.
pub fn dimensions(program: &Program, shape: &[NodeId], first: usize, line: Span) -> Result<(), Fault> {
    for (node, span) in program.nodes[first..].iter().zip(&program.spans[first..]) {
        let what = match node {
            Node::Name(_) | Node::Hole(_) | Node::Binary(Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Times, ..) => continue,
            Node::Number(number) if number.to_integer().is_some() => continue,
            Node::Number(_) => "this is no integer",
            Node::Binary(Binary::Divide | Binary::Over, ..) | Node::Gradient { .. } => "a length is not divided: give the quotient a name",
            Node::Binary(..) => "lengths are joined by `+`, `-` and `*` only",
            Node::Unary(..) => "a length has no sign and no mark",
            Node::Sequence(_) => "a shape is one flat list of lengths",
            _ => "this is no length",
        };
        let fault = Diagnostic::error("E0106", "an axis of a declared shape is not a length").at(*span, what);
        return Err(Box::new(lengths(fault)));
    }
    for id in shape {
        if let Node::Number(number) = program.node(*id) {
            if number.to_integer().is_some_and(|length| length < 1) {
                let fault = Diagnostic::error("E0106", format!("an axis cannot have the length {number}"));
                return Err(Box::new(fault.at(program.span(*id), "a positive integer is needed").see(line, "in this declaration")));
            }
        }
    }
    Ok(())
}

/// Adds what a shape is made of.
pub fn lengths(fault: Diagnostic) -> Diagnostic {
    fault.note("a shape is `(n, d)`, `(d,)` or `()`; a length is a name, a positive integer, `_`, or a sum, difference or product of these")
}

/// Words that are values cannot be given another one.
///
/// # Errors
/// At the first such word.
pub fn names(names: &[Ident]) -> Result<(), Fault> {
    for name in names {
        if &*name.text == "_" {
            return hole(&[name.span]);
        }
        if matches!(&*name.text, "True" | "False" | "None") {
            let fault = Diagnostic::error("E0107", format!("`{}` is a value and cannot be a name", name.text));
            return Err(Box::new(fault.at(name.span, "a name is needed here")));
        }
    }
    Ok(())
}

/// Holes are for declarations.
///
/// # Errors
/// At the first hole of a statement.
pub fn hole(holes: &[Span]) -> Result<(), Fault> {
    let Some(&span) = holes.first() else { return Ok(()) };
    let fault = Diagnostic::error("E0111", "a hole stands outside a declaration")
        .at(span, "a value is needed here")
        .note("`_` and `?k` stand for a length to be inferred, as in `X: (_, d)`; a value that is not needed still wants a name");
    Err(Box::new(fault))
}

/// `claim` before something that is no gradient.
pub fn claim(target: Span) -> Fault {
    let fault = Diagnostic::error("E0107", "a claim is about a gradient").at(target, "a gradient such as `dL/dX` is needed here");
    Box::new(fault.fix("claim the gradient", vec![Edit { span: Span { end: target.start, ..target }, replacement: "dL/d".into() }]))
}
