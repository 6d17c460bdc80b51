//! Gradients: the differential of every operation, the cut of one loop, and one backward pass over the program.

mod differential;
mod reverse;

pub use reverse::{Derivation, Gradient, Use, derive};
