//! The one place that knows the parser generator: a line of text in, a flat list of events out.
//!
//! Events instead of a tree: the builder is a loop over them with a stack of its own, so that neither the length nor
//! the nesting of what was typed reaches the native stack there.

use pest::error::{ErrorVariant, InputLocation};
use pest::unicode::{DEFAULT_IGNORABLE_CODE_POINT, XID_CONTINUE, XID_START};
use pest::{Parser, Token};
use pest_derive::Parser;

/// The grammar. A module of its own because the generated `Rule` cannot carry comments.
mod generated {
    #![allow(missing_docs)]
    use super::Parser;

    #[derive(Parser)]
    #[grammar = "../grammar/pullback.pest"]
    pub struct Grammar;
}

pub use generated::Rule;

/// A rule begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The rule begins at this byte of the source.
    Start(Rule, usize),
    /// The rule ends before this byte of the source.
    End(Rule, usize),
}

/// Where reading stopped and which rules were tried there.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The byte of the source.
    pub at: usize,
    /// What could have stood there.
    pub expected: Vec<Rule>,
    /// Whether the native stack was too short.
    pub too_deep: bool,
}

/// Reads `text`, which begins at byte `base` of the source, as `rule`.
///
/// # Errors
/// The furthest place that was reached, with the rules that were tried there.
pub fn read(rule: Rule, text: &str, base: usize) -> Result<impl Iterator<Item = Event> + '_, Failure> {
    match generated::Grammar::parse(rule, text) {
        Ok(pairs) => Ok(pairs.tokens().map(move |token| match token {
            Token::Start { rule, pos } => Event::Start(rule, base + pos.pos()),
            Token::End { rule, pos } => Event::End(rule, base + pos.pos()),
        })),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => base + at,
            };
            Err(match error.variant {
                ErrorVariant::ParsingError { positives, .. } => Failure { at, expected: positives, too_deep: false },
                ErrorVariant::CustomError { .. } => Failure { at, expected: Vec::new(), too_deep: true },
            })
        }
    }
}

/// Whether a name may begin with `c`; the same as `letter` in the grammar.
pub fn begins_name(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() || c == '_' } else { c != 'ᵀ' && !DEFAULT_IGNORABLE_CODE_POINT(c) && XID_START(c) }
}

/// Whether a name may go on with `c`; the same as `more` in the grammar.
pub fn continues_name(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || c == '_'
    } else {
        let unusual = matches!(c, 'ᵀ' | '·') || DEFAULT_IGNORABLE_CODE_POINT(c);
        !unusual && (('\u{2080}'..='\u{2089}').contains(&c) || XID_CONTINUE(c))
    }
}

/// The first parts of `module` in the grammar: names that are a library's unless the program gives them to a variable.
pub const LIBRARIES: &[&str] =
    &["F", "anp", "autograd", "cp", "jax", "jnp", "linalg", "math", "nn", "np", "numpy", "onp", "scipy", "sp", "special", "torch"];
