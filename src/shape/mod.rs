//! Shapes: symbolic lengths, how they are made equal, and how they pass through a program.

mod builder;
mod dim;
mod infer;
mod lower;
mod model;

pub use builder::{Builder, Construct};
pub use dim::{Atom, Dim, Dims, Equation};
pub use infer::{Lengths, infer};
pub use lower::{Hook, Scope, lower};
pub use model::{Assignment, Model, Reason, leave_free};

/// The lengths of an array's axes, the first axis first; empty for a scalar.
pub type Shape = smallvec::SmallVec<[Dim; 4]>;

/// What can be said of an input's values where it is declared.
pub const PROPERTIES: [&str; 15] = [
    "const",
    "symmetric",
    "posdef",
    "diagonal",
    "orthogonal",
    "positive",
    "onehot",
    "stochastic",
    "binary",
    "sign",
    "unit",
    "orthonormal",
    "lower",
    "upper",
    "distinct",
];

/// Properties that only a square matrix can have.
pub const SQUARE_PROPERTIES: [&str; 6] = ["symmetric", "posdef", "diagonal", "orthogonal", "lower", "upper"];

/// What a property asks of a shape that does not have it.
pub(crate) fn unfit(property: &str, shape: &[Dim], dims: &Dims) -> Option<&'static str> {
    match property {
        "onehot" | "stochastic" | "unit" | "distinct" if shape.is_empty() => Some("only what has an axis has this property"),
        "orthonormal" => match shape {
            [.., rows, columns] => {
                let fits = !matches!((dims.as_integer(*rows), dims.as_integer(*columns)), (Some(r), Some(c)) if r < c);
                (!fits).then_some("no more columns than rows can be orthonormal")
            }
            _ => Some("only a matrix has this property"),
        },
        _ => None,
    }
}
