//! Presentation: documents and diagnostics, and what draws them.

mod characters;
pub mod code;
pub mod document;
pub mod latex;
pub mod report;
pub mod terminal;

pub use crate::formula;
