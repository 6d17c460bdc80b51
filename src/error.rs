//! What can be wrong with a program that parses. Each error's text is the title of its diagnostic: the title alone tells the news.

use crate::diagnostic::Span;
use thiserror::Error;

mod advice;

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
    #[error("the inner dimensions of `{} {sign} {}` do not agree: {} {sign} {}", left.text, right.text, left.shape, right.shape)]
    Inner {
        /// Left of `@`.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// The last dimension of the left operand.
        columns: String,
        /// The first one of the right operand's matrix.
        rows: String,
        /// How the reader writes the product.
        sign: &'static str,
    },
    /// Batch axes of a matrix product.
    #[error("the batch axes of `{} {sign} {}` do not broadcast: {} {sign} {}", left.text, right.text, left.shape, right.shape)]
    Batch {
        /// Left of `@`.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// The axis of the left operand.
        one: String,
        /// The axis of the right operand.
        two: String,
        /// How the reader writes the product.
        sign: &'static str,
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
    /// MATLAB's `x / y` and `x^2` of a column.
    #[error("`{sign}` {wants}, but `{}` is {}", operand.text, operand.shape)]
    Whole {
        /// As typed.
        sign: &'static str,
        /// What it does to what.
        wants: &'static str,
        /// What it got.
        operand: Operand,
        /// Where the operator stands.
        operator: Span,
    },
    /// `sum(vector(1))`: nothing tells how long it is.
    #[error("nothing tells the shape of `{text}`")]
    Unfitted {
        /// As typed.
        text: String,
        /// Where.
        span: Span,
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
        /// The operands with another number of axes than they are named by, and the shapes that would do.
        misfits: Vec<(Span, String)>,
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
    /// `x[5]` of three entries.
    #[error("`{text}` reaches outside an axis of length {length}, or takes nothing of it")]
    Outside {
        /// The index as typed.
        text: String,
        /// The length.
        length: String,
        /// Where.
        span: Span,
    },
    /// `split(x, 2)` of `n` entries.
    #[error("{whole} entries do not fall into {by} equal parts")]
    Divide {
        /// The length.
        whole: String,
        /// What should divide it.
        by: String,
        /// Where.
        span: Span,
    },
    /// A reshape that would lose or make up entries.
    #[error("{from} has {before} entries, {to} has {after}")]
    Entries {
        /// The shape.
        from: String,
        /// The wanted one.
        to: String,
        /// How many entries there are.
        before: String,
        /// How many are wanted.
        after: String,
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
        /// The dialect that has it, where another one does.
        dialect: Option<&'static str>,
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
    /// `x: (n - 2*n,)`
    #[error("no array has an axis of the length {length}")]
    NoLength {
        /// The length, drawn.
        length: String,
        /// Where.
        span: Span,
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
    /// A property that no array of this shape has.
    #[error("`{name}` cannot be `{property}`: it is {shape}")]
    PropertyShape {
        /// The variable.
        name: String,
        /// The property.
        property: String,
        /// Its shape.
        shape: String,
        /// What the property asks for.
        needs: &'static str,
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
    /// A name in a claim that the program does not know.
    #[error("{}", unknown(name, *still))]
    Unknown {
        /// As typed.
        name: String,
        /// The nearest.
        near: Option<String>,
        /// Whether it is a variable whose gradient is meant, but which has none.
        still: bool,
        /// Where.
        span: Span,
    },
    /// `Y = X @ dL/dX`
    #[error("`{gradient}` stands in a program: a gradient belongs into a claim")]
    GradientInProgram {
        /// The gradient.
        gradient: String,
        /// Where.
        span: Span,
    },
    /// `dL/dX = 2 * dL/dX`
    #[error("the claim about {gradient} speaks of {gradient} itself")]
    Circular {
        /// The gradient.
        gradient: String,
        /// Where it is used.
        span: Span,
    },
    /// A `check` of a program without claims.
    #[error("there is no claim to check")]
    NoClaim {
        /// The end of the program.
        span: Span,
        /// One that could be made.
        example: String,
        /// A variable whose gradient a line seems to mean that assigns `dX`.
        meant: Option<String>,
    },
    /// A claim with an array in it that cannot be computed.
    #[error("this value has more entries on the way than are computed")]
    TooManyEntries {
        /// The claimed value.
        span: Span,
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

fn unknown(name: &str, still: bool) -> String {
    if still { format!("the output has no gradient by `{name}`: it does not depend on it") } else { format!("the program has no `{name}`") }
}

impl ShapeError {
    /// Stable for scripts; each has a page.
    pub fn code(&self) -> &'static str {
        match self {
            ShapeError::NoLength { .. } => "E0313",
            ShapeError::AssignedTwice { .. } => "E0201",
            ShapeError::InputAssigned { .. } => "E0202",
            ShapeError::DeclaredTwice { .. } => "E0203",
            ShapeError::NoSuchInput { .. } => "E0204",
            ShapeError::UnknownProperty { .. } => "E0205",
            ShapeError::Unknown { .. } => "E0209",
            ShapeError::Circular { .. } => "E0210",
            ShapeError::NoClaim { .. } => "E0211",
            ShapeError::GradientInProgram { .. } => "E0212",
            ShapeError::NoStatement { .. } => "E0206",
            ShapeError::NothingToDo { .. } => "E0207",
            ShapeError::PropertyShape { .. } => "E0208",
            ShapeError::Inner { .. } => "E0301",
            ShapeError::Broadcast { .. } | ShapeError::Unequal { .. } => "E0302",
            ShapeError::ScalarProduct { .. } => "E0303",
            ShapeError::Axis { .. } => "E0304",
            ShapeError::Einsum { .. } => "E0305",
            ShapeError::Rank { .. } | ShapeError::Square { .. } | ShapeError::Whole { .. } => "E0306",
            ShapeError::TooManyAxes { .. } => "E0307",
            ShapeError::Batch { .. } => "E0308",
            ShapeError::BroadcastTo { .. } | ShapeError::Unfitted { .. } => "E0309",
            ShapeError::Outside { .. } => "E0310",
            ShapeError::Divide { .. } => "E0311",
            ShapeError::Entries { .. } => "E0312",
            ShapeError::UnknownFunction { .. } => "E0401",
            ShapeError::Unsupported { .. } => "E0402",
            ShapeError::Argument { .. } | ShapeError::NotAnArray { .. } => "E0403",
            ShapeError::TooManyEntries { .. } => "E0501",
            ShapeError::Internal { .. } => "E0901",
        }
    }
}
