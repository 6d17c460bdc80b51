//! Draws a document for a terminal.
//!
//! What a colour or a weight means:
//! - one hue per dimension, the same wherever it stands;
//! - green for what fits, red for what does not, and nothing else in either;
//! - bold for titles, results and words that stand out;
//! - dim for reasons and for the broken line of a figure.
//!
//! Everything reads without them. Nothing is asked of the environment here: width, characters and colour are the caller's, so the same
//! document always becomes the same text.
//!
//! Lines are broken between words, and inside a formula or a shape only where it is longer than a line. In ASCII every sign of ours has
//! a spelling (`✓` is `ok`, `Wᵀ` is `W.T`), while the names of a program stay as they were typed, in whatever script. Characters that
//! would steer the terminal are spelled out (`\u{1b}`), wherever they come from.

mod equations;
mod figure;
mod ink;
mod page;
mod piece;
mod table;
mod wrap;

use self::page::Page;
use self::piece::{bold, items, verbatim};
use super::document::{Block, Document};
use super::formula::Charset;

pub(super) use self::ink::{MUTED, paint};

/// How to draw.
///
/// ```
/// use pullback::render::document::{Block, Document, words};
/// use pullback::render::formula::Charset;
/// use pullback::render::terminal::{Style, render};
/// let document = Document::new(vec![Block::Heading(0, vec![words("(n, m) ≠ (m, n)")])]);
/// let style = Style { width: 80, charset: Charset::Ascii, color: false };
/// assert_eq!(render(&document, &style), "(n, m) != (m, n)\n");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of a line; fewer than 20 are taken for 20.
    pub width: usize,
    /// Whether signs beyond ASCII may be used.
    pub charset: Charset,
    /// Whether to colour.
    pub color: bool,
}

/// The document as lines of text: none ends in a blank, and none is wider than the style says unless one word is.
pub fn render(document: &Document, style: &Style) -> String {
    let mut page = Page::new(style);
    blocks(&mut page, &document.blocks, 0, None);
    // a blank that does not break here is an ordinary one where the text is pasted
    if page.out.contains('\u{a0}') { page.out.replace('\u{a0}', " ") } else { page.out }
}

/// Draws blocks, given the one before them, and returns the last one drawn.
fn blocks<'d>(page: &mut Page, list: &'d [Block], indent: usize, before: Option<&'d Block>) -> Option<&'d Block> {
    let mut last = before;
    for block in list {
        if let Block::Inner(inner) = block {
            last = blocks(page, inner, indent + if page.style.width < 60 { 2 } else { 4 }, last);
        } else if let Block::Screen(inner) = block {
            last = blocks(page, inner, indent, last);
        } else if !is_empty(block) {
            if last.is_some_and(|last| apart(last, block)) {
                page.out.push('\n');
            }
            draw(page, block, indent);
            last = Some(block);
        }
    }
    last
}

fn is_empty(block: &Block) -> bool {
    match block {
        Block::Heading(_, text) | Block::Paragraph(text) => text.is_empty(),
        Block::Program(lines) => lines.is_empty(),
        Block::Table { rows, .. } => rows.is_empty(),
        Block::Matrix { rows, .. } => rows.is_empty(),
        Block::Equations(equations) => equations.is_empty(),
        Block::Inner(inner) | Block::Screen(inner) => inner.is_empty(),
        Block::Prose(_) => true,
        Block::Loop(_) | Block::Result { .. } => false,
    }
}

/// Whether a blank line stands between two blocks: a heading or a sentence leads on to what follows, the rest stands for itself.
fn apart(above: &Block, below: &Block) -> bool {
    match (above, below) {
        (_, Block::Heading(..) | Block::Result { .. }) | (Block::Heading(0, _), _) => true,
        (Block::Heading(..) | Block::Paragraph(_), _) => false,
        _ => true,
    }
}

fn draw(page: &mut Page, block: &Block, indent: usize) {
    let charset = page.style.charset;
    let body = indent + 2;
    match block {
        Block::Heading(0 | 1, text) => page.wrapped(indent, 2, &bold(text, charset)),
        Block::Heading(_, text) => page.wrapped(body, 2, &items(text, charset)),
        Block::Paragraph(text) => page.wrapped(body, 0, &items(text, charset)),
        Block::Program(lines) => lines.iter().for_each(|line| page.wrapped(body, 4, &verbatim(line))),
        Block::Table { rows, .. } => {
            let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| items(cell, charset)).collect()).collect();
            table::draw(page, body, &rows);
        }
        Block::Equations(list) => equations::draw(page, body, list),
        Block::Loop(figure) => figure::draw(page, body, figure),
        Block::Matrix { left, rows } => table::matrix(page, body, left, rows),
        Block::Result { left, right, shapes, remarks } => {
            equations::result(page, body, left, right, Some(shapes).into_iter().filter(|s| !s.is_empty()).chain(remarks));
        }
        Block::Inner(_) | Block::Screen(_) | Block::Prose(_) => {}
    }
}
