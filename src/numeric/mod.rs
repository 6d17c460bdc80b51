//! Numbers have the last word: evaluation in 64-bit floats, and comparison with central differences.

mod check;
mod derivatives;
mod domain;
mod draw;
mod evaluate;
mod literals;
mod missing;
mod point;
mod same;
mod sample;
mod stepwise;
mod tangent;
mod work;

pub(crate) use check::small_lengths;
pub use check::{Agreement, CheckError, Method, TOLERANCE, check, shrunk_lengths};
pub use derivatives::{asymmetry, check_actions, check_derivatives, difference, is_block, is_full, is_turned, stacked};
pub use domain::suitable;
pub use draw::{Domain, Random, SUMS_TO_ONE, choose_lengths};
pub use evaluate::{Array, Evaluator};
pub(crate) use literals::is_one as is_literal;
pub use missing::{Entries, Missing, What, missing};
pub use point::{Balls, Manner, Point};
pub use same::{SAME, SMALL, same};
pub(crate) use sample::looked_up;
pub use sample::{Assumption, Sample};
pub use tangent::acting;
