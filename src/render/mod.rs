//! Documents and diagnostics, and what draws them.

mod characters;
pub mod document;
pub mod formula;
pub mod report;
pub mod terminal;
