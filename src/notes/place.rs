//! Text that was taken out of a page piece by piece, and where each piece stood.

use crate::diagnostic::{Diagnostic, Span};

/// Which state of a page a place is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As it was read.
    Before,
    /// With its derivations made anew.
    After,
}

/// A text, and for each of its pieces where it stood in the page.
///
/// A program in a quote has `> ` before each line in the page, and none in the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Excerpt {
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the text.
    start: usize,
    /// Where it begins in the page, and how many bytes it has there.
    place: usize,
    length: usize,
}

impl Excerpt {
    /// Adds `text`, which stood at `place` in the page, there `length` bytes long.
    pub fn push(&mut self, text: &str, place: usize, length: usize) {
        self.pieces.push(Piece { start: self.text.len(), place, length });
        self.text.push_str(text);
    }

    /// Where its last piece ends in the page.
    pub fn end(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.place + piece.length)
    }

    /// Adds another one on a line of its own.
    pub fn append(&mut self, other: &Excerpt) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { start: start + piece.start, ..*piece }));
        self.text.push_str(&other.text);
    }

    /// The place in the page of a byte of the text; `end` where it is one past the last of a range, which belongs to the piece before it.
    fn place(&self, at: usize, end: bool) -> usize {
        let after = self.pieces.partition_point(|piece| if end { piece.start < at } else { piece.start <= at });
        match after.checked_sub(1).map(|k| self.pieces[k]) {
            Some(piece) => piece.place + (at - piece.start).min(piece.length),
            None => self.pieces.first().map_or(0, |piece| piece.place),
        }
    }

    /// The range of the page that a range of the text comes from.
    pub fn span(&self, span: Span) -> Span {
        let start = self.place(span.start as usize, false);
        let end = if span.end > span.start { self.place(span.end as usize, true) } else { start };
        Span::new(start, end.max(start))
    }

    /// The diagnostic, about the page instead of the text.
    pub fn moved(&self, diagnostic: &Diagnostic) -> Diagnostic {
        let mut moved = diagnostic.clone();
        moved.labels.iter_mut().for_each(|label| label.span = self.span(label.span));
        moved.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| edit.span = self.span(edit.span));
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::diagnostic::Span;

    #[test]
    fn a_range_of_a_program_is_found_in_a_quote() {
        let page = "> ```pullback\n> Z = X @ W\n> Y = tanh(Z)\n> ```\n";
        let mut excerpt = Excerpt::default();
        excerpt.push("Z = X @ W\n", 16, 10);
        excerpt.push("Y = tanh(Z)\n", 28, 12);
        for (start, end) in [(0, 1), (4, 9), (10, 11), (14, 21), (21, 22)] {
            let span = Span::new(start, end);
            assert_eq!(excerpt.span(span).slice(page), span.slice(&excerpt.text));
        }
        assert_eq!(excerpt.span(Span::new(10, 10)), Span::new(28, 28));
        assert_eq!(excerpt.span(Span::new(8, 11)).slice(page), "W\n> Y");
    }
}
