//! A formula as a row of tokens, which every format spells in its own way, and expressions as such rows.

mod called;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use called::{applied, contraction, inside, parts};
pub use write::{Names, abridged, atom, factor, formula, letter, shaped, short, short_atom, short_factor, symbol, text, text_for};
pub(crate) use write::{axis_list, new_axes};

/// What a renderer needs to know to draw one piece of a formula. A name is shared with the program that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A variable.
    Name(Arc<str>),
    /// A gradient: `dL/dX` as it is drawn in a line, and the length of the `L` in it.
    Gradient(Arc<str>, u32),
    /// A derivative of a derivative.
    Higher(Box<Higher>),
    /// The change of a variable: `dX`.
    Change(Arc<str>),
    /// A literal number.
    Number(Arc<str>),
    /// The length of a dimension, coloured like it.
    Length(Arc<str>),
    /// A function's name, before its bracket.
    Function(&'static str),
    /// An operator between two operands, drawn with spaces: `+ - * @ = >`.
    Operator(&'static str),
    /// An operator drawn without spaces: `**`, the prefix `-`, the `/` of a fraction, `:` of a slice.
    Tight(&'static str),
    /// Reversal of the axes of a matrix: `ᵀ`, or `.T`, or `.mT` where the array has more than two axes.
    Transpose {
        /// Whether axes stand before the last two, which then stay.
        batch: bool,
    },
    /// A bracket or comma: `( ) [ ] , ⟨ ⟩`.
    Mark(&'static str),
    /// Anything else, as is: a keyword argument `axis=0`, a string.
    Verbatim(Arc<str>),
    /// `Σ` with its index letters.
    Summation(Arc<str>),
    /// A Kronecker delta.
    Delta,
    /// An index list drawn as `[i,j]`.
    Indices(Arc<str>),
    /// Which entry of an array, counted from 1: `₁₂`, or plain digits in ASCII.
    Entry(Box<[usize]>),
    /// What is said of axes behind an operand: `axis=0`, `[:, None]`; textbook signs have it below the sign, or as a shape.
    Axes(Box<Along>),
    /// The shape of the operand before it: drawn below it in textbook signs, and not at all in a line of text.
    Shape(Box<[Side]>),
}

/// A dimension's name, or a length, with the hue it has everywhere in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// `n`, `3`, `h*k`.
    pub name: String,
    /// Which hue; the same dimension has the same one. A literal length has none.
    pub hue: Option<u8>,
}

/// Axes: as they are typed, and as a textbook has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Along {
    /// `axis=1, keepdims=True`
    pub typed: String,
    /// The axes that are meant: a dimension's name where it tells one from the others, else `axis 1`; none for all.
    pub axes: Vec<String>,
    /// The shape of what comes out.
    pub shape: Box<[Side]>,
    /// Whether that shape has axes of length 1 which the operand, or what is taken along the axes, lacks.
    pub kept: bool,
}

impl Token {
    /// The gradient of `of` with respect to `wrt`.
    pub fn gradient(of: &str, wrt: &str) -> Token {
        Token::Gradient(["d", of, "/d", wrt].concat().into(), of.len() as u32)
    }
}

/// A second or third derivative: `d2f/dx dA`, of `f` by `x` and then by `A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Higher {
    /// What is differentiated.
    pub of: Arc<str>,
    /// By what, in order.
    pub by: Vec<Arc<str>>,
}

impl Higher {
    /// The name of all that it is differentiated by, where that is one.
    pub fn same(&self) -> Option<&str> {
        let (first, rest) = self.by.split_first()?;
        rest.iter().all(|name| name == first).then_some(first)
    }

    /// As it is drawn in a line.
    ///
    /// ```
    /// use pullback::formula::Higher;
    /// let line = |by: &[&str]| Higher { of: "f".into(), by: by.iter().map(|name| (*name).into()).collect() }.line();
    /// assert_eq!([line(&["x", "x"]), line(&["x", "A"]), line(&["x1", "x1"])], ["d2f/dx2", "d2f/dx dA", "d2f/dx1 dx1"]);
    /// ```
    pub fn line(&self) -> String {
        let order = self.by.len();
        // x12 would be another name
        let below = match self.same().filter(|name| !name.ends_with(|c: char| c.is_ascii_digit())) {
            Some(name) => format!("{name}{order}"),
            None => self.by.join(" d"),
        };
        format!("d{order}{}/d{below}", self.of)
    }
}

/// Of what, and with respect to what: `L` and `X` for `dL/dX`, where the `L` is `of` bytes long.
pub fn quotient(gradient: &str, of: u32) -> (&str, &str) {
    let (above, below) = gradient.split_at("d".len() + of as usize);
    (&above["d".len()..], &below["/d".len()..])
}

/// A formula.
pub type Formula = Vec<Token>;

/// Which characters a spelling may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// `Wᵀ`, `Σj`, `≠`
    Unicode,
    /// `W.T`, `sum_j`, `!=`
    Ascii,
}

/// The formula as one line of text that the tool reads again (where it is an expression of the language).
///
/// ```
/// use pullback::formula::{spell, Charset, Token};
/// let tokens = [
///     Token::gradient("L", "Y"),
///     Token::Operator("@"),
///     Token::Name("W".into()),
///     Token::Transpose { batch: false },
/// ];
/// assert_eq!(spell(&tokens, Charset::Unicode), "dL/dY @ Wᵀ");
/// assert_eq!(spell(&tokens, Charset::Ascii), "dL/dY @ W.T");
/// ```
pub fn spell(tokens: &[Token], charset: Charset) -> String {
    let mut text = String::new();
    spell_to(&mut text, tokens, charset);
    text
}

/// Adds the formula to a text.
pub(crate) fn spell_to(text: &mut String, tokens: &[Token], charset: Charset) {
    text.reserve(4 * tokens.len());
    for token in tokens {
        match token {
            Token::Name(s) | Token::Gradient(s, _) | Token::Number(s) | Token::Length(s) | Token::Verbatim(s) => text.push_str(s),
            Token::Function(name) => text.push_str(name),
            Token::Axes(along) => text.push_str(&along.typed),
            Token::Higher(higher) => text.push_str(&higher.line()),
            Token::Change(name) => {
                text.push('d');
                text.push_str(name);
            }
            Token::Operator(sign) => {
                text.push(' ');
                text.push_str(plain(sign, charset));
                text.push(' ');
            }
            Token::Tight(sign) => text.push_str(plain(sign, charset)),
            Token::Transpose { batch } => text.push_str(match (charset, batch) {
                (Charset::Unicode, _) => "ᵀ",
                (Charset::Ascii, false) => ".T",
                (Charset::Ascii, true) => ".mT",
            }),
            Token::Mark(",") => text.push_str(", "),
            Token::Mark(sign) => text.push_str(plain(sign, charset)),
            Token::Summation(indices) => match charset {
                Charset::Unicode => {
                    text.push('Σ');
                    text.push_str(indices);
                    text.push(' ');
                }
                Charset::Ascii => {
                    text.push_str("sum_");
                    text.push_str(indices);
                    text.push(' ');
                }
            },
            Token::Delta => text.push_str(if charset == Charset::Unicode { "δ" } else { "delta" }),
            Token::Entry(places) => {
                let apart = if places.iter().any(|p| *p > 9) { "," } else { "" };
                let digits = places.iter().map(usize::to_string).collect::<Vec<_>>().join(apart);
                text.extend(digits.chars().map(|c| match (charset, c.to_digit(10)) {
                    (Charset::Unicode, Some(digit)) => char::from_u32('₀' as u32 + digit).unwrap_or(c),
                    _ => c,
                }));
            }
            Token::Shape(_) => {}
            Token::Indices(list) => {
                text.push('[');
                text.push_str(list);
                text.push(']');
            }
        }
    }
}

/// One token's text, borrowed where it can be.
pub fn word(token: &Token, charset: Charset) -> Cow<'_, str> {
    match token {
        Token::Name(s) | Token::Gradient(s, _) | Token::Number(s) | Token::Length(s) | Token::Verbatim(s) => Cow::Borrowed(s),
        Token::Function(name) => Cow::Borrowed(name),
        Token::Axes(along) => Cow::Borrowed(&along.typed),
        Token::Tight(sign) => Cow::Borrowed(plain(sign, charset)),
        Token::Mark(sign) if *sign != "," => Cow::Borrowed(plain(sign, charset)),
        token => Cow::Owned(spell(std::slice::from_ref(token), charset)),
    }
}

/// A sign in the wanted set of characters.
pub fn plain(sign: &'static str, charset: Charset) -> &'static str {
    if charset == Charset::Unicode {
        return sign;
    }
    match sign {
        "⟨" => "<",
        "⟩" => ">",
        "≠" => "!=",
        "→" => "->",
        "⊗" => "(x)",
        "·" => ".",
        other => other,
    }
}
