//! What a derivation becomes before it is drawn: parts that have a meaning, no layout and no colour.

use super::formula::{Charset, Formula, spell};

/// A dimension's name, or a length, with the hue it has everywhere in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// `n`, `3`, `h*k`.
    pub name: String,
    /// Which hue; the same dimension has the same one. A literal length has none.
    pub hue: Option<u8>,
}

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
    Table(Vec<Vec<Text>>),
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
        /// One line each.
        remarks: Vec<Text>,
    },
    /// Blocks that belong to the heading above them, drawn further in.
    Inner(Vec<Block>),
}

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its parts in order.
    pub blocks: Vec<Block>,
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
            Piece::Formula(tokens) => spell(tokens, charset),
            Piece::Side(side) => side.name.clone(),
            Piece::Shape(sides) => match sides.as_slice() {
                [one] => format!("({},)", one.name),
                sides => format!("({})", sides.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", ")),
            },
        })
        .collect()
}
