//! What a derivation becomes before it is drawn: parts that have a meaning, no layout and no colour.

use super::formula::{Charset, Token, plain, spell};
pub use super::formula::{Formula, Side};
use std::sync::Arc;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// Words that stand out.
    Strong(String),
    /// Words of lesser weight.
    Muted(String),
    /// A formula.
    Formula(Formula),
    /// A shape, drawn as `(n, d)`, `(d,)`, `()`.
    Shape(Vec<Side>),
    /// One dimension.
    Side(Side),
    /// What fits or is right: drawn in green, with `✓` before it (`ok` in ASCII) where the text is empty.
    Good(String),
    /// What does not: drawn in red, with `✗` (`x` in ASCII) where the text is empty.
    Bad(String),
    /// Text of a program, or of the tool's own command line, as it is typed.
    Code(String),
    /// A sign between shapes, dimensions or formulas, which are one formula with it in running text: `@ * ⊗ + → ≠ =`.
    Sign(&'static str),
    /// Room between two remarks: blanks on a screen, a semicolon in running text.
    Gap,
}

/// A line.
pub type Text = Vec<Piece>;

/// One line of a chain of equations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// Left of the relation; empty where the line goes on from the one above.
    pub left: Text,
    /// `=`, `→`; empty for none. Lines of one block are aligned on it.
    pub relation: &'static str,
    /// Right of it.
    pub right: Text,
    /// Why, in words, at the right edge; may be empty.
    pub reason: Text,
}

/// One step of the way round a loop: a factor, and the dimension that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The factor as it is walked (`Wᵀ` when it is walked backwards).
    pub factor: Formula,
    /// Where it leads.
    pub to: Side,
}

/// The loop of dimensions with one variable cut out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The variable that is cut out; it leads from `from` to the end of `way`.
    pub cut: Formula,
    /// The first dimension of the variable: where the way starts.
    pub from: Side,
    /// The way left, ending at the last dimension of the variable.
    pub way: Vec<Edge>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A title: level 0 is the program, 1 a gradient, 2 a question.
    Heading(u8, Text),
    /// A sentence or two; wrapped to the width.
    Paragraph(Text),
    /// The program, verbatim, one string a line.
    Program(Vec<String>),
    /// Rows of cells in aligned columns; the last column is wrapped where it must be.
    Table {
        /// What the columns hold, in running text; a screen shows none of it. Columns without a title have empty ones.
        head: Vec<Text>,
        /// The rows.
        rows: Vec<Vec<Text>>,
    },
    /// `left = ` an array written out entry by entry.
    Matrix {
        /// What it is.
        left: Text,
        /// Its entries.
        rows: Vec<Vec<Formula>>,
    },
    /// Aligned equations.
    Equations(Vec<Equation>),
    /// A figure.
    Loop(Loop),
    /// The result: `left = right`, set off from the rest, with remarks (shapes, readings) below it.
    Result {
        /// `dL/dX`
        left: Text,
        /// `dL/dY @ Wᵀ`
        right: Text,
        /// `(n, m) @ (m, d) → (n, d)`, for where no shapes stand below the factors; may be empty.
        shapes: Text,
        /// One line each.
        remarks: Vec<Text>,
    },
    /// Blocks that belong to the heading above them, drawn further in.
    Inner(Vec<Block>),
    /// What only a screen shows, where lines stand under one another and a word or two lead from one to the next.
    Screen(Vec<Block>),
    /// What only running text says: whole sentences, and the statements with shapes below their factors.
    Prose(Vec<Block>),
}

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What a document that stands for itself is called.
    pub title: Text,
    /// Its parts in order.
    pub blocks: Vec<Block>,
    /// How many axes each variable has that occurs: in textbook signs, a product with a scalar is another one than that of two arrays.
    pub ranks: Vec<(Arc<str>, u8)>,
}

impl Document {
    /// A document about no variables.
    ///
    /// ```
    /// use pullback::render::document::{Block, Document, words};
    /// assert!(Document::new(vec![Block::Paragraph(vec![words("none")])]).ranks.is_empty());
    /// ```
    pub fn new(blocks: Vec<Block>) -> Self {
        Document { blocks, ..Document::default() }
    }
}

/// A table; `head` says what its columns hold, where text runs.
pub fn table(head: &[&str], rows: Vec<Vec<Text>>) -> Block {
    Block::Table { head: head.iter().map(|title| vec![words(*title)]).collect(), rows }
}

/// An array that is too wide for a line, entry by entry.
pub(super) fn entries(left: &Text, rows: &[Vec<Formula>]) -> Vec<Equation> {
    let alone = rows.len() == 1;
    let one = |row: usize, column: usize, entry: &Formula| {
        let mut left = left.clone();
        if let Some(Piece::Formula(tokens)) = left.last_mut() {
            // the change by one entry has an index already
            if matches!(tokens.last(), Some(Token::Entry(_))) {
                tokens.insert(0, Token::Mark("("));
                tokens.push(Token::Mark(")"));
            }
            tokens.push(Token::Entry(if alone { [column + 1].into() } else { [row + 1, column + 1].into() }));
        }
        Equation { left, relation: "=", right: vec![Piece::Formula(entry.clone())], reason: vec![] }
    };
    let row = |(place, row): (usize, &Vec<Formula>)| row.iter().enumerate().map(|(k, entry)| one(place, k, entry)).collect::<Vec<_>>();
    rows.iter().enumerate().flat_map(row).collect()
}

/// Words.
pub fn words(text: impl Into<String>) -> Piece {
    Piece::Words(text.into())
}

/// A line as plain text, for places where nothing is drawn.
///
/// ```
/// use pullback::formula::Charset;
/// use pullback::render::document::{Piece, Side, spoken, words};
/// let line = vec![words("it gives "), Piece::Shape(vec![Side { name: "d".into(), hue: None }])];
/// assert_eq!(spoken(&line, Charset::Ascii), "it gives (d,)");
/// ```
pub fn spoken(text: &[Piece], charset: Charset) -> String {
    text.iter()
        .map(|piece| match piece {
            Piece::Words(text) | Piece::Strong(text) | Piece::Muted(text) | Piece::Good(text) | Piece::Bad(text) => {
                text.replace('\u{a0}', " ")
            }
            Piece::Code(text) => text.clone(),
            Piece::Sign(sign) => format!(" {} ", plain(sign, charset)),
            Piece::Gap => "   ".into(),
            Piece::Formula(tokens) => spell(tokens, charset),
            Piece::Side(side) => side.name.clone(),
            Piece::Shape(sides) => match sides.as_slice() {
                [one] => format!("({},)", one.name),
                sides => format!("({})", sides.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", ")),
            },
        })
        .collect()
}
