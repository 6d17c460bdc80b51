//! Calls as tokens, and what stands in one.

use super::{Formula, Token};
use crate::ops::{Function, Spelling};

/// A function that acts entry by entry, of operands that are written already; an operator in brackets, so that it is one factor.
pub(crate) fn applied(function: Function, operands: Vec<Formula>) -> Formula {
    let (open, between) = match function.primitive().spelling {
        Spelling::Infix("**") => (None, Token::Tight("**")),
        Spelling::Infix(sign) => (None, Token::Operator(sign)),
        _ => (Some(Token::Function(function.entry().names[0])), Token::Mark(",")),
    };
    let call = open.is_some();
    let mut formula: Formula = open.into_iter().chain([Token::Mark("(")]).collect();
    for (place, operand) in operands.into_iter().enumerate() {
        formula.extend((place > 0).then(|| between.clone()));
        match inside(&operand) {
            // commas part as well as brackets do
            Some(inner) if call && inner.len() + 2 == operand.len() => formula.extend_from_slice(inner),
            _ => formula.extend(operand),
        }
    }
    formula.push(Token::Mark(")"));
    formula
}

/// What stands in the brackets that open here.
pub(crate) fn inside(tokens: &[Token]) -> Option<&[Token]> {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate() {
        depth = deeper(depth, token);
        if depth == 0 {
            return (place > 0).then(|| &tokens[1..place]);
        }
    }
    None
}

/// The parts between the commas that stand in no bracket.
pub(crate) fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0usize;
    let comma = |token: &Token| {
        depth = deeper(depth, token);
        depth == 0 && matches!(token, Token::Mark(","))
    };
    tokens.split(comma).collect()
}

fn deeper(depth: usize, token: &Token) -> usize {
    match token {
        Token::Mark("(" | "[" | "⟨") => depth + 1,
        Token::Mark(")" | "]" | "⟩") => depth.saturating_sub(1),
        _ => depth,
    }
}

/// A contraction: `"ik,jk->ij", A, B`.
pub(crate) struct Contraction<'t> {
    /// The letters that are summed over, each once.
    pub summed: String,
    /// The operands with their letters.
    pub factors: Vec<(&'t [Token], &'t str)>,
    /// The letters of the axes that are left.
    pub output: &'t str,
}

/// What an `einsum` with this in its brackets says.
pub(crate) fn contraction(inner: &[Token]) -> Option<Contraction<'_>> {
    let parts = parts(inner);
    let ([Token::Verbatim(text)], operands) = parts.split_first()? else { return None };
    let (inputs, output) = text.strip_prefix('"')?.strip_suffix('"')?.split_once("->")?;
    let mut summed = String::new();
    for letter in inputs.chars().filter(|c| *c != ',' && !output.contains(*c)) {
        if !summed.contains(letter) {
            summed.push(letter);
        }
    }
    let factors: Vec<_> = operands.iter().copied().zip(inputs.split(',')).collect();
    (factors.len() == operands.len() && operands.len() == inputs.split(',').count()).then_some(Contraction { summed, factors, output })
}
