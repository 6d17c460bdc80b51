//! Presentation: documents and diagnostics, and what draws them.

mod characters;
pub mod code;
pub mod document;
pub mod figure;
pub mod html;
mod hue;
pub mod latex;
pub mod markdown;
mod math;
mod prose;
pub mod report;
pub mod svg;
pub mod terminal;
pub mod typst;

pub use crate::formula;
