//! Pages of notes: the programs in a Markdown page, and below each its derivation.
//!
//! A fenced block whose info string begins with the word `pullback` is a program; [`Settings`] follow the word. What is derived from it
//! stands below the block, between two HTML comments, and is put in their place again on the next run. All other bytes of the page stay.
//!
//! Nothing here reads a file, and what is written between the comments comes from a function, so that a page can be filled anywhere.

mod derivation;
mod fill;
mod markers;
mod mathml;
mod page;
mod place;
mod settings;

pub use derivation::derive;
pub use fill::{Filled, Request, Written, decode, fill, shown};
pub use mathml::with_mathml;
pub use place::When;
pub use settings::{Command, Settings};
