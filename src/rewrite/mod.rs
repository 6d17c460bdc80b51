//! From what a cut leaves to the notation people write: small named rules, applied until none fits.

mod algebra;
mod chain;
mod convolution;
mod graph;
mod guard;
mod leading;
mod matrix;
mod notation;
mod pairs;
mod product;
mod range;
mod rearrange;
mod reduce;
mod rules;
mod sum;
mod symmetry;
mod tensor;
mod vanish;
mod view;
mod walk;

pub use algebra::{Algebra, Application};
pub use range::Ranges;
