//! The parts of a line: which pieces are one formula, and how a remark becomes a sentence.

use super::Weight;
use crate::render::document::{Piece, Text};
use crate::visible::visible;
use std::borrow::Cow;

/// A part of a line.
pub(super) enum Part<'t> {
    /// Words, their blanks each one space.
    Words(String, Weight),
    /// Text of a program.
    Code(&'t str),
    /// Pieces that are set as one formula.
    Math(Vec<&'t Piece>),
    /// A mark: right or wrong.
    Mark(bool),
}

/// The parts of a line, mathematics beside mathematics as one; what stands between backticks in words is code.
pub(super) fn parts(text: &[Piece]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in text {
        match piece {
            Piece::Words(words) => push_words(&mut parts, words, Weight::Plain),
            Piece::Strong(words) => push_words(&mut parts, words, Weight::Strong),
            Piece::Muted(words) => push_words(&mut parts, words, Weight::Muted),
            Piece::Gap if parts.is_empty() => {}
            Piece::Gap => push_words(&mut parts, "; ", Weight::Plain),
            Piece::Code(code) => parts.push(Part::Code(code)),
            Piece::Good(words) | Piece::Bad(words) => {
                parts.push(Part::Mark(matches!(piece, Piece::Good(_))));
                push_words(&mut parts, words, Weight::Plain);
            }
            Piece::Formula(_) | Piece::Shape(_) | Piece::Side(_) | Piece::Sign(_) => match parts.last_mut() {
                Some(Part::Math(list)) => list.push(piece),
                _ => parts.push(Part::Math(vec![piece])),
            },
        }
    }
    parts
}

fn push_words<'t>(parts: &mut Vec<Part<'t>>, words: &'t str, weight: Weight) {
    for (place, part) in words.split('`').enumerate().filter(|(_, part)| !part.is_empty()) {
        if place % 2 == 1 {
            parts.push(Part::Code(part));
        } else {
            parts.push(Part::Words(plain(part), weight));
        }
    }
}

/// Blanks as single spaces, and nothing that would turn the direction of writing.
fn plain(words: &str) -> String {
    let words: Cow<str> = visible(words);
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            c if c.is_whitespace() && out.ends_with(' ') => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The same line as a sentence: it begins with a capital, and ends in a full stop unless it ends in a mark already.
pub(in crate::render) fn sentence(text: &[Piece]) -> Text {
    let mut sentence = text.to_vec();
    // what begins with a formula stays; behind a mark the words begin
    let first = sentence.iter_mut().find(|piece| !matches!(piece, Piece::Good(w) | Piece::Bad(w) if w.is_empty()));
    if let Some(Piece::Words(first) | Piece::Strong(first)) = first {
        let start = first.len() - first.trim_start().len();
        let mut letters = first[start..].chars();
        if let Some(letter) = letters.next() {
            *first = first[..start].chars().chain(letter.to_uppercase()).chain(letters).collect();
        }
    }
    let ends = match text.last() {
        Some(Piece::Words(last) | Piece::Strong(last)) => last.trim_end().ends_with(['.', ':', '?', '!', ';', ',']),
        _ => false,
    };
    // a sentence that leads on to a display has no mark
    let open = matches!(text.last(), Some(Piece::Words(last)) if last.ends_with(" by"));
    // a formula or a line of a program by itself is no sentence
    let said = text.iter().any(|piece| matches!(piece, Piece::Words(w) | Piece::Strong(w) if !w.trim().is_empty()));
    if said && !ends && !open {
        sentence.push(Piece::Words(".".into()));
    }
    sentence
}
