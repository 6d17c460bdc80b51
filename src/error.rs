//! What can be wrong with a program that parses. Each error's text is the title of its diagnostic: the title alone tells the news.

use crate::diagnostic::{Diagnostic, Edit, Fix, Span};
use thiserror::Error;

/// An operand as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Its text.
    pub text: String,
    /// Its shape, drawn.
    pub shape: String,
    /// Its place.
    pub span: Span,
    /// Where it got its shape, if it is a name that was declared or assigned elsewhere.
    pub origin: Option<Span>,
}

/// A fault of names, shapes or arguments.
#[derive(Clone, Debug, Error)]
pub enum ShapeError {
    /// `X: (n, d); W: (m, d); X @ W`
    #[error("the inner dimensions of `{} @ {}` do not agree: {} @ {}", left.text, right.text, left.shape, right.shape)]
    Inner {
        /// Left of `@`.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// The last dimension of the left operand.
        columns: String,
        /// The first one of the right operand's matrix.
        rows: String,
    },
    /// Batch axes of a matrix product.
    #[error("the batch axes of `{} @ {}` do not broadcast: {} @ {}", left.text, right.text, left.shape, right.shape)]
    Batch {
        /// Left of `@`.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// The axis of the left operand.
        one: String,
        /// The axis of the right operand.
        two: String,
    },
    /// `X @ 2`
    #[error("`@` multiplies matrices, but `{}` is a scalar: {} @ {}", scalar.text, left, right)]
    ScalarProduct {
        /// The scalar.
        scalar: Operand,
        /// The left shape.
        left: String,
        /// The right shape.
        right: String,
        /// Where the operator stands.
        operator: Span,
    },
    /// `X + b` with `b: (n,)`
    #[error("`{}` and `{}` do not broadcast: {} and {}", left.text, right.text, left.shape, right.shape)]
    Broadcast {
        /// Left of the operator.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// The length on the left.
        one: String,
        /// The length on the right.
        two: String,
        /// Which axis, counted from the right, 1 for the last.
        from_right: usize,
    },
    /// Two shapes that should be one.
    #[error("`{}` and `{}` should have one shape, but are {} and {}", left.text, right.text, left.shape, right.shape)]
    Unequal {
        /// One.
        left: Operand,
        /// The other.
        right: Operand,
    },
    /// A matrix that should be square.
    #[error("`{function}` wants a square matrix, but `{}` is {}", operand.text, operand.shape)]
    Square {
        /// What wants it.
        function: String,
        /// What it got.
        operand: Operand,
    },
    /// An operand with the wrong number of axes.
    #[error("`{function}` wants {wanted}, but got {shape}")]
    Rank {
        /// What wants it.
        function: String,
        /// What it wants.
        wanted: &'static str,
        /// What it got.
        shape: String,
        /// Where.
        span: Span,
    },
    /// `sum(X, axis=2)` of a matrix.
    #[error("`{function}` has no axis {axis} here: the array has {rank} {}", if *rank == 1 { "axis" } else { "axes" })]
    Axis {
        /// What was called.
        function: String,
        /// Which axis was named.
        axis: i64,
        /// How many there are.
        rank: usize,
        /// Where.
        span: Span,
    },
    /// A wrong einsum string.
    #[error("this `einsum` does not fit its operands: {message}")]
    Einsum {
        /// What is wrong.
        message: String,
        /// Where.
        span: Span,
    },
    /// An array that cannot be repeated to a shape.
    #[error("{from} does not broadcast to {to}")]
    BroadcastTo {
        /// The shape.
        from: String,
        /// The wanted one.
        to: String,
        /// Where.
        span: Span,
    },
    /// More axes than the tool counts.
    #[error("an array of {rank} axes: at most {} are supported", crate::limits::MAX_AXES)]
    TooManyAxes {
        /// How many.
        rank: usize,
        /// Where.
        span: Span,
    },
    /// A function that nobody knows.
    #[error("there is no function `{name}`{}", near.map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    UnknownFunction {
        /// As typed.
        name: String,
        /// The nearest known one.
        near: Option<&'static str>,
        /// Where.
        span: Span,
    },
    /// Something that is known, but has no rule yet.
    #[error("`{what}` is not supported yet: {about}")]
    Unsupported {
        /// What.
        what: String,
        /// What it means, or why not.
        about: String,
        /// Where.
        span: Span,
    },
    /// A wrong argument.
    #[error("{message}")]
    Argument {
        /// What is wrong.
        message: String,
        /// How the function is called.
        usage: String,
        /// Where.
        span: Span,
    },
    /// `Y = ...; Y = ...`
    #[error("`{name}` is assigned twice")]
    AssignedTwice {
        /// The name.
        name: String,
        /// The first time.
        first: Span,
        /// The second time.
        second: Span,
        /// A free name for the second.
        free: String,
    },
    /// `Y = X @ W; X = Y`
    #[error("`{name}` is an input, so it cannot be assigned")]
    InputAssigned {
        /// The name.
        name: String,
        /// Where it was used or declared.
        used: Span,
        /// Where it is assigned.
        assigned: Span,
        /// A free name.
        free: String,
    },
    /// `X: (n, d); X: (m,)`
    #[error("`{name}` is declared twice")]
    DeclaredTwice {
        /// The name.
        name: String,
        /// First.
        first: Span,
        /// Second.
        second: Span,
    },
    /// A property that does not exist.
    #[error("there is no property `{name}`{}", near.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    UnknownProperty {
        /// As typed.
        name: String,
        /// The nearest.
        near: Option<String>,
        /// Where.
        span: Span,
    },
    /// A property of square matrices on something else.
    #[error("`{name}` cannot be `{property}`: it is {shape}")]
    PropertyShape {
        /// The variable.
        name: String,
        /// The property.
        property: String,
        /// Its shape.
        shape: String,
        /// Where.
        span: Span,
    },
    /// Nothing but declarations.
    #[error("there is nothing to differentiate: the program has no statement")]
    NoStatement {
        /// The end of the program.
        span: Span,
    },
    /// A value that is no array.
    #[error("{what} is no array")]
    NotAnArray {
        /// What.
        what: String,
        /// Where.
        span: Span,
    },
    /// An objective that depends on no input that is asked for.
    #[error("nothing is left to differentiate: {why}")]
    NothingToDo {
        /// Why.
        why: String,
        /// Where.
        span: Span,
    },
    /// `--wrt Q`
    #[error("`{name}` is no input of this program{}", near.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    NoSuchInput {
        /// As typed.
        name: String,
        /// The nearest.
        near: Option<String>,
        /// The inputs.
        inputs: String,
    },
    /// The program's dimensions cannot be drawn out so small.
    #[error("a length of this program is not positive at {dims}")]
    NoDims {
        /// The lengths tried.
        dims: String,
    },
    /// The tool contradicts itself.
    #[error("{message}; this is a fault of pullback itself, not of your program")]
    Internal {
        /// What was seen.
        message: String,
        /// Where.
        span: Span,
    },
}

impl ShapeError {
    /// Stable for scripts; each has a page.
    pub fn code(&self) -> &'static str {
        match self {
            ShapeError::AssignedTwice { .. } => "E0201",
            ShapeError::InputAssigned { .. } => "E0202",
            ShapeError::DeclaredTwice { .. } => "E0203",
            ShapeError::NoSuchInput { .. } => "E0204",
            ShapeError::UnknownProperty { .. } => "E0205",
            ShapeError::NoStatement { .. } => "E0206",
            ShapeError::NothingToDo { .. } => "E0207",
            ShapeError::PropertyShape { .. } => "E0208",
            ShapeError::Inner { .. } => "E0301",
            ShapeError::Broadcast { .. } | ShapeError::Unequal { .. } => "E0302",
            ShapeError::ScalarProduct { .. } => "E0303",
            ShapeError::Axis { .. } => "E0304",
            ShapeError::Einsum { .. } => "E0305",
            ShapeError::Rank { .. } | ShapeError::Square { .. } => "E0306",
            ShapeError::TooManyAxes { .. } => "E0307",
            ShapeError::Batch { .. } => "E0308",
            ShapeError::BroadcastTo { .. } => "E0309",
            ShapeError::UnknownFunction { .. } => "E0401",
            ShapeError::Unsupported { .. } => "E0402",
            ShapeError::Argument { .. } | ShapeError::NotAnArray { .. } => "E0403",
            ShapeError::NoDims { .. } => "E0501",
            ShapeError::Internal { .. } => "E0901",
        }
    }

    /// The error as data to draw, with every fix that might do; the caller keeps those that do.
    pub fn diagnostic(&self, source: &str) -> Diagnostic {
        let d = Diagnostic::error(self.code(), self.to_string());
        match self {
            ShapeError::Inner { left, right, columns, rows } => {
                let mut d = d.at(left.span, format!("{}: its last dimension is {columns}", left.shape)).see(
                    right.span,
                    format!(
                        "{}: its {} is {rows}",
                        right.shape,
                        if right.shape.ends_with(",)") { "only dimension" } else { "first dimension" }
                    ),
                );
                d.notes.push(format!("`@` sums over the inner dimension, so {columns} and {rows} must be one"));
                let by_node = if stored_by_node(right, columns) { ": it has one row per output, as in torch.nn.Linear" } else { "" };
                d.fixes.push(suffix(source, right, ".T", format!("transpose `{}`{by_node}", right.text)));
                d = origins(d, &[left, right]);
                d.fixes.push(suffix(source, left, ".T", format!("transpose `{}`", left.text)));
                d.fixes.push(Fix {
                    message: "swap the factors".into(),
                    edits: vec![replace(left.span, right.span.slice(source)), replace(right.span, left.span.slice(source))],
                });
                d
            }
            ShapeError::Batch { left, right, one, two } => origins(
                d.at(left.span, format!("{}: batch axis {one}", left.shape)).see(right.span, format!("{}: batch axis {two}", right.shape)),
                &[left, right],
            )
            .note("all axes before the last two are batch axes: they broadcast, aligned at the right"),
            ShapeError::ScalarProduct { scalar, operator, .. } => {
                let mut d = d.at(scalar.span, "a scalar").note("scaling is element-wise: write `*`");
                d.fixes.push(Fix { message: "scale instead".into(), edits: vec![replace(*operator, "*")] });
                d
            }
            ShapeError::Broadcast { left, right, one, two, from_right } => {
                let place = if *from_right == 1 { "last axis".to_string() } else { format!("axis {from_right} from the right") };
                let mut d = d
                    .at(left.span, format!("{}: {one} on the {place}", left.shape))
                    .see(right.span, format!("{}: {two} on the {place}", right.shape))
                    .note("shapes are aligned at the right, and only a literal 1 stretches");
                d = origins(d, &[left, right]);
                for operand in [right, left] {
                    d.fixes.push(suffix(source, operand, "[:, None]", format!("make `{}` a column", operand.text)));
                    d.fixes.push(suffix(source, operand, ".T", format!("transpose `{}`", operand.text)));
                }
                d
            }
            ShapeError::Unequal { left, right } => {
                origins(d.at(left.span, left.shape.clone()).see(right.span, right.shape.clone()), &[left, right])
            }
            ShapeError::Square { operand, .. } => origins(d.at(operand.span, operand.shape.clone()), &[operand]),
            ShapeError::Rank { span, .. } => d.at(*span, ""),
            ShapeError::Axis { span, rank: 0, .. } => d.at(*span, "a scalar has no axes"),
            ShapeError::Axis { span, rank, .. } => d.at(*span, format!("axes are 0 to {}, or -1 to -{rank} from the last", rank - 1)),
            ShapeError::Einsum { span, .. } => {
                d.at(*span, "").note("one index a letter, operands apart by commas: `einsum('ij,jk->ik', A, B)`")
            }
            ShapeError::BroadcastTo { span, .. } => d.at(*span, "").note("shapes are aligned at the right, and only a literal 1 stretches"),
            ShapeError::TooManyAxes { span, .. } => d.at(*span, ""),
            ShapeError::UnknownFunction { near, span, .. } => {
                let mut d = d.at(*span, "no function of this name").note("`pullback --help` ends with the list of functions");
                if let Some(near) = near {
                    d.fixes.push(Fix { message: format!("call `{near}`"), edits: vec![replace(*span, near)] });
                }
                d
            }
            ShapeError::Unsupported { span, .. } => d.at(*span, "known, but without a rule so far"),
            ShapeError::Argument { usage, span, .. } => {
                let d = d.at(*span, "");
                if usage.is_empty() { d } else { d.note(format!("it is called as `{usage}`")) }
            }
            ShapeError::AssignedTwice { first, second, free, .. } => {
                let mut d = d
                    .at(*second, "assigned again")
                    .see(*first, "assigned here first")
                    .note("a name stands for one value, so that its gradient is one too");
                d.fixes.push(Fix { message: format!("call the later one `{free}`"), edits: vec![replace(*second, free)] });
                d
            }
            ShapeError::InputAssigned { used, assigned, free, .. } => {
                let mut d = d.at(*assigned, "assigned here").see(*used, "used before, as an input");
                d.fixes.push(Fix { message: format!("call it `{free}`"), edits: vec![replace(*assigned, free)] });
                d
            }
            ShapeError::DeclaredTwice { first, second, .. } => d.at(*second, "declared again").see(*first, "declared here first"),
            ShapeError::UnknownProperty { near, span, .. } => {
                let mut d = d.at(*span, "").note(format!("properties are {}", crate::shape::PROPERTIES.join(", ")));
                if let Some(near) = near {
                    d.fixes.push(Fix { message: format!("say `{near}`"), edits: vec![replace(*span, near)] });
                }
                d
            }
            ShapeError::PropertyShape { span, .. } => d.at(*span, "only a square matrix has this property"),
            ShapeError::NoStatement { span } => d.at(*span, "a statement such as `Y = X @ W` is missing"),
            ShapeError::NotAnArray { span, .. } => d.at(*span, ""),
            ShapeError::NothingToDo { span, .. } => d.at(*span, ""),
            ShapeError::NoSuchInput { inputs, .. } => d.note(format!("its inputs are {inputs}")),
            ShapeError::NoDims { .. } => d.note("give other lengths with `--dims n=4,d=3`"),
            ShapeError::Internal { span, .. } => d.at(*span, "no result is printed for this"),
        }
    }
}

/// Shows where operands that are names got their shapes.
fn origins(mut d: Diagnostic, operands: &[&Operand]) -> Diagnostic {
    for operand in operands {
        if let Some(origin) = operand.origin.filter(|o| !d.labels.iter().any(|l| l.span == *o)) {
            d = d.see(origin, format!("`{}` is {}", operand.text, operand.shape));
        }
    }
    d
}

/// Whether the right operand is stored the other way round: its last dimension is the one that the left operand ends with.
fn stored_by_node(right: &Operand, columns: &str) -> bool {
    let name = right.text.chars().all(|c| c.is_alphanumeric() || c == '_');
    name && right.shape.ends_with(&format!(", {columns})")) && right.shape.matches(',').count() == 1
}

fn replace(span: Span, text: &str) -> Edit {
    Edit { span, replacement: text.to_string() }
}

/// `W.T`, or `(W + V).T` where the operand is no single word or bracket.
fn suffix(source: &str, operand: &Operand, suffix: &str, message: String) -> Fix {
    let text = operand.span.slice(source);
    let mut depth = 0i32;
    let mut whole = true;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        let inside = depth > 0 || c.is_alphanumeric() || matches!(c, '_' | '.' | ')' | ']' | 'ᵀ') || at == 0;
        whole &= inside;
    }
    if whole && !text.starts_with(['-', '~', '+']) {
        let end = Span { start: operand.span.end, end: operand.span.end };
        return Fix { message, edits: vec![Edit { span: end, replacement: suffix.into() }] };
    }
    Fix { message, edits: vec![replace(operand.span, &format!("({text}){suffix}"))] }
}
