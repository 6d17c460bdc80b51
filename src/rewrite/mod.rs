//! From what a cut leaves to the notation people write: small named rules, applied until none fits.

mod algebra;
mod graph;
mod matrix;
mod notation;
mod pairs;
mod product;
mod rearrange;
mod rules;
mod sum;
mod tensor;
mod view;
mod walk;

pub use algebra::{Algebra, Application};
