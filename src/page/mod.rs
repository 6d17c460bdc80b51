//! What is said, and in which order: an [`Answer`](crate::answer::Answer) as a document.

mod parts;

use crate::answer::Answer;
use crate::render::document::Document;
use crate::shape::Model;

pub use parts::{Part, Parts};

/// A program's gradients, explained.
pub fn explain(answer: &mut Answer, parts: Parts) -> Document {
    let _ = (answer, parts);
    Document::default()
}

/// A program's shapes.
pub fn shapes(model: &mut Model) -> Document {
    let _ = model;
    Document::default()
}
