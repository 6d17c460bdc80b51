//! Gradients: the differential of every operation, the cut of one loop, and one backward pass over the program.

mod abridge;
mod arrangement;
pub mod components;
mod differential;
mod explain;
mod explicit;
mod jacobian;
mod known;
mod line;
mod reading;
mod reverse;
mod units;
mod walk;

pub use arrangement::{Arrangement, Arrangements, General, Outcome};
pub use components::is_upstream;
pub use differential::{Contribution, Differential};
pub use explain::{Components, Loop, UseExplanation, explain};
pub use explicit::{Explicit, Monomial, NotExplicit, Polynomial, explicit, places};
pub use jacobian::Jacobian;
pub use known::Known;
pub use line::in_common_terms;
pub use reading::Reading;
pub use reverse::{Derivation, Gradient, Use, derive, derive_open, is_plain};
pub use walk::{Leg, Walk, walk};

use crate::expr::{Arena, Id};

/// The array of a product of one array and scalars; nothing where it has more arrays than one.
pub fn is_scaling(arena: &Arena, product: Id) -> Option<Id> {
    let mut arrays = arena.args(product).iter().copied().filter(|&arg| !arena.shape(arg).is_empty());
    let array = arrays.next()?;
    arrays.next().is_none().then_some(array)
}
