//! pullback
#![forbid(unsafe_code)]
pub mod answer;
#[cfg(feature = "cli")]
pub mod cli;
pub mod derive;
pub mod diagnostic;
pub mod error;
pub mod explain;
pub mod expr;
pub mod formula;
pub mod limits;
pub mod numeric;
pub mod ops;
pub mod page;
pub mod record;
pub mod render;
pub mod rewrite;
pub mod shape;
pub mod syntax;
