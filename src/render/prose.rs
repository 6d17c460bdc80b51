//! What all formats for running text share: which pieces of a line are mathematics, and how a remark becomes a sentence.

use super::document::{Piece, Text};

/// A part of a line.
pub(super) enum Part<'t> {
    /// Words, with their weight.
    Words(&'t str, Weight),
    /// Pieces that are set as one formula.
    Math(Vec<&'t Piece>),
    /// A mark: right or wrong.
    Mark(bool),
}

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Strong,
    Muted,
}

/// The parts of a line, mathematics beside mathematics as one.
pub(super) fn parts(text: &[Piece]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part> = Vec::new();
    for piece in text {
        match piece {
            Piece::Words(words) => parts.push(Part::Words(words, Weight::Plain)),
            Piece::Strong(words) => parts.push(Part::Words(words, Weight::Strong)),
            Piece::Muted(words) => parts.push(Part::Words(words, Weight::Muted)),
            Piece::Good(words) | Piece::Bad(words) => {
                parts.push(Part::Mark(matches!(piece, Piece::Good(_))));
                if !words.is_empty() {
                    parts.push(Part::Words(words, Weight::Plain));
                }
            }
            Piece::Formula(_) | Piece::Shape(_) | Piece::Side(_) => match parts.last_mut() {
                Some(Part::Math(list)) => list.push(piece),
                _ => parts.push(Part::Math(vec![piece])),
            },
        }
    }
    parts
}

/// The same line as a sentence: it begins with a capital, and ends in a full stop unless it ends in a mark already.
pub(super) fn sentence(text: &[Piece]) -> Text {
    let mut sentence = text.to_vec();
    let own = |piece: &&mut Piece| matches!(piece, Piece::Words(w) | Piece::Strong(w) if !w.trim().is_empty());
    // what begins with a formula or a mark stays
    if let Some(Piece::Words(first) | Piece::Strong(first)) = sentence.first_mut() {
        let start = first.len() - first.trim_start().len();
        let mut letters = first[start..].chars();
        if let Some(letter) = letters.next() {
            *first = letter.to_uppercase().chain(letters).collect();
        }
    }
    let ends = match sentence.iter_mut().rev().find(own) {
        Some(Piece::Words(last) | Piece::Strong(last)) if matches!(text.last(), Some(Piece::Words(_) | Piece::Strong(_))) => {
            last.trim_end().ends_with(['.', ':', '?', '!', ';', ','])
        }
        _ => false,
    };
    if !ends {
        sentence.push(Piece::Words(".".into()));
    }
    sentence
}
