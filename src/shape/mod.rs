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
pub use model::{Assignment, Model, Reason};

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
