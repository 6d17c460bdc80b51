//! LaTeX: a formula for its math mode, and a document.

mod document;
mod rows;
mod spell;

use super::document::Loop;
use super::formula::Token;
use super::math::{self, length};
use super::prose::Setter;

pub use self::document::render;
pub(super) use self::rows::{broken, rows};
pub(super) use self::spell::{Flavour, text};

/// A value in LaTeX; `rank` says how many axes a variable has, as far as it is known.
///
/// A product with a scalar is written side by side, an element-wise one with `\odot`; a 1-D array in front of a matrix product is turned.
///
/// ```
/// use pullback::formula::Token;
/// use pullback::render::latex::latex;
/// let tokens = [
///     Token::gradient("L", "Y"),
///     Token::Operator("@"),
///     Token::Name("W_in".into()),
///     Token::Transpose { batch: false },
/// ];
/// assert_eq!(latex(&tokens, &|_| Some(2)), r"\frac{\mathrm{d}L}{\mathrm{d}Y} W_{\mathrm{in}}^{\top}");
/// ```
pub fn latex(tokens: &[Token], rank: &dyn Fn(&str) -> Option<usize>) -> String {
    math::value(tokens, rank, &Flavour::Latex)
}

/// The way round a loop as arrows over one brace: the variable that is cut out leads from its start to its end.
pub(super) fn way(set: &Setter, figure: &Loop) -> String {
    let speller = set.format.speller();
    let mut way = length(&figure.from.name, speller);
    for edge in &figure.way {
        let factor = set.compact(&edge.factor);
        way.push_str(&format!(r" \xrightarrow{{\hspace{{3pt}} {factor}\hspace{{3pt}} }} {}", length(&edge.to.name, speller)));
    }
    format!(r"\underbrace{{{way}}}_{{{}{}}}", set.whole(&figure.cut), speller.words(", cut out"))
}
