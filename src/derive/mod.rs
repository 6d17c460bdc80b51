//! Gradients: the differential of every operation, the cut of one loop, and one backward pass over the program.

mod abridge;
mod arrangement;
pub mod components;
mod diagonal;
mod differential;
mod entries;
mod explain;
mod guard;
mod jacobian;
mod known;
mod line;
mod map;
mod reading;
mod reverse;
mod second;
mod structure;
mod through;
mod units;
mod walk;

pub use arrangement::{Arrangement, Arrangements, General, Outcome};
pub use components::is_upstream;
pub use diagonal::with_diagonals;
pub use differential::{Contribution, Differential};
pub use entries::Entries;
pub use explain::{Components, Loop, UseExplanation, explain};
pub use jacobian::Jacobian;
pub use known::Known;
pub use line::in_common_terms;
pub use map::{Map, Part};
pub use reading::Reading;
pub use reverse::{Derivation, Gradient, Use, derive, derive_open, is_plain};
pub(crate) use second::operands_of;
pub use second::{Derivative, NoDerivative, operands};
pub use structure::{Kronecker, Structure};
pub use through::{NoMap, map_of};
pub use walk::{Leg, Walk, walk};

use crate::expr::{Arena, Id};

/// The array of a product of one array and scalars; nothing where it has more arrays than one.
pub fn is_scaling(arena: &Arena, product: Id) -> Option<Id> {
    let mut arrays = arena.args(product).iter().copied().filter(|&arg| !arena.shape(arg).is_empty());
    let array = arrays.next()?;
    arrays.next().is_none().then_some(array)
}
