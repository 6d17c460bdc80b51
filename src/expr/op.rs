//! What a node does.

use super::{Number, SymbolId, signature::Axes};
use crate::ops::{Attributes, Function};
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

/// The place of a node in an [`Arena`](super::Arena).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u32);

/// The operands of a node.
pub type Args = SmallVec<[Id; 4]>;

/// The factors of the terms of a sum. Most sums have one, a scaling; room for more in every operation would cost more than a list.
pub type Coefficients = SmallVec<[Number; 1]>;

/// A number with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// π
    Pi,
    /// Euler's number.
    E,
    /// Larger than every number.
    Infinity,
}

/// An operation. Those from [`Op::Multiply`] to [`Op::Einsum`] are multilinear and have a [`Signature`](super::Signature);
/// from it follow shape, gradient, components and numeric value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A literal scalar.
    Number(Number),
    /// A named scalar.
    Constant(Constant),
    /// The length of a dimension, as a scalar.
    Length(Dim),
    /// An input, an intermediate value, an upstream gradient or a change: shape as declared.
    Variable(SymbolId),
    /// The identity matrix `(n, n)`.
    Eye(Dim),
    /// `Σ c_k x_k`, with broadcasting. With one term: scaling by a number.
    Add(Coefficients),
    /// The element-wise (Hadamard) product with broadcasting; scaling by a scalar array is the same.
    Multiply,
    /// The matrix product of two or more factors, 1-D arrays only at the ends, batch axes broadcast.
    MatMul,
    /// Axes reordered: axis `k` of the result is axis `p[k]` of the operand.
    Permute(SmallVec<[u8; 8]>),
    /// The sum over axes (bit `k` for axis `k`), which are dropped or kept with length 1.
    Sum {
        /// Bit `k` is set where axis `k` is summed.
        axes: u32,
        /// Whether summed axes stay, with length 1.
        keep: bool,
    },
    /// New axes of length 1, at these places of the result (bit mask).
    Unsqueeze(u32),
    /// Axes of length 1 dropped (bit mask).
    Squeeze(u32),
    /// Repeated to a larger shape by NumPy's rule.
    Broadcast(Shape),
    /// A matrix with the 1-D operand on its diagonal.
    Diag,
    /// The diagonal of the last two axes.
    Diagonal,
    /// The sum of the diagonal of the last two axes.
    Trace,
    /// `(n,)` and `(m,)` to `(n, m)`.
    Outer,
    /// A contraction that has no shorter name.
    Einsum {
        /// The labels of each operand's axes.
        inputs: Vec<Axes>,
        /// The labels of the result's axes.
        output: Axes,
    },
    /// The element-wise power with a constant exponent.
    Power(Number),
    /// An entry of the operation table that acts entry by entry, with broadcasting, and brings its own differential.
    Apply(Function),
    /// An entry of the operation table that acts on whole arrays: shape, value and differential are its own.
    Call(Function, Attributes),
}
