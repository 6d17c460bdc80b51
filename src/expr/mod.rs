//! Typed, hash-consed expressions: one vector, children before parents, equal expressions one node.

mod arena;
mod number;
mod op;
mod places;
mod signature;

pub use arena::{Arena, Symbol, SymbolId, SymbolKind};
pub use number::Number;
pub use op::{Args, Coefficients, Constant, Id, Op};
pub(crate) use signature::aligned;
pub use signature::{Axes, Axis, Contraction, Signature, UNIT};
