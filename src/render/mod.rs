//! Presentation: what a derivation becomes, and how it is drawn.

pub mod document;
pub mod formula;
pub mod spell;
