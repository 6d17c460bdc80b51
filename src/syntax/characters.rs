//! Characters that stand nowhere in the language, and what their writer most likely meant.

use super::dialect::Dialect;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::visible::steers;

/// The fault for the character `c` at byte `start`, and the byte behind what it covers.
pub fn fault(source: &str, c: char, start: usize, dialect: Dialect) -> (Diagnostic, usize) {
    let end = start + c.len_utf8();
    let span = Span::new(start, end);
    if let Some(fault) = quoted(source, c, start) {
        return fault;
    }
    if c == '\0' {
        let fault = Diagnostic::error("E0105", "there is a NUL character in the text").at(span, "here");
        return (fault.note("is this a text file in UTF-8? NUL bytes are usual in UTF-16 and in binary files"), end);
    }
    if steers(c) {
        let fault = Diagnostic::error("E0105", format!("there is an invisible character, U+{:04X}, in the text", c as u32));
        return (fault.at(span, "here").fix("take it away", vec![Edit { span, replacement: String::new() }]), end);
    }
    let fault = Diagnostic::error("E0105", format!("`{c}` is not a sign of the language"));
    if c == '×' {
        let (entrywise, product) = (dialect.entrywise(), dialect.product());
        let edit = |sign: &str| vec![Edit { span, replacement: sign.into() }];
        let fault = fault.at(span, format!("a product is written `{entrywise}` entry by entry, `{product}` for matrices"));
        return (fault.fix("multiply entry by entry", edit(entrywise)).fix("multiply matrices", edit(product)), end);
    }
    let mut fault = fault.at(span, meant(c));
    for (message, replacement) in instead(c) {
        let replacement = (*replacement).to_string();
        fault = fault.fix(*message, vec![Edit { span, replacement }]);
    }
    (fault, end)
}

/// A text between typographic quotes: both are replaced at once.
fn quoted(source: &str, c: char, start: usize) -> Option<(Diagnostic, usize)> {
    if !matches!(c, '“' | '”' | '„' | '«' | '‘' | '’' | '`' | '´' | '′') {
        return None;
    }
    let behind = start + c.len_utf8();
    let line = &source[behind..source[behind..].find('\n').map_or(source.len(), |n| behind + n)];
    let open = Edit { span: Span::new(start, behind), replacement: "'".into() };
    let fault = Diagnostic::error("E0105", format!("`{c}` is a typographic quote; strings and transposes are written with `'`"))
        .at(open.span, "`'` is meant");
    // A quote right behind a name is a transpose that a word processor has bent.
    let transposes =
        matches!(c, '’' | '′' | '´') && source[..start].ends_with(|before: char| before.is_alphanumeric() || ")]".contains(before));
    let close = line.char_indices().find(|(_, c)| matches!(c, '“' | '”' | '»' | '’' | '‘' | '`' | '´'));
    if let (false, Some((at, c))) = (transposes, close) {
        let close = Edit { span: Span::new(behind + at, behind + at + c.len_utf8()), replacement: "'".into() };
        let end = behind + at + c.len_utf8();
        return Some((fault.fix("write plain quotes", vec![open, close]), end));
    }
    Some((fault.fix("write `'`", vec![open]), behind))
}

/// What is said at the place.
fn meant(c: char) -> &'static str {
    match c {
        '÷' => "a quotient is written `/`",
        '≤' | '≥' | '≠' => "comparisons are written `<=`, `>=`, `!=`",
        '∑' | '∏' => "sums and products are written `sum(...)` and `prod(...)`",
        '∇' => "a gradient is written `dL/dX` or `grad(X)`",
        '⊗' => "an outer product is written `outer(x, y)`, a Kronecker product `kron(A, B)`",
        '⟨' | '⟩' => "an inner product is written `sum(A * B)` or `vdot(a, b)`",
        '{' | '}' => "brackets are `(` and `[`",
        '\\' => "neither LaTeX commands nor `\\` at the end of a line are read; a line goes on inside open brackets",
        '$' => "LaTeX is not read; write the formula as in NumPy",
        '!' => "a mask is turned round with `~`; `!=` means unequal",
        '%' => "a comment begins with `#`",
        '∞' => "infinity is written `inf`",
        '→' | '←' | '↦' => "a value gets its name with `=`",
        '‐' | '‑' | '–' | '—' => "this is a dash; a minus sign is `-`",
        '：' | '，' | '（' | '）' | '；' | '＝' | '［' | '］' => "this is a full-width character",
        _ if !c.is_ascii() && !c.is_alphanumeric() && unicode_width::UnicodeWidthChar::width(c) == Some(0) => {
            "a combining mark needs a letter before it"
        }
        _ => "nothing can be meant by it here",
    }
}

/// What to type instead: what that does, and the text.
fn instead(c: char) -> &'static [(&'static str, &'static str)] {
    match c {
        '÷' => &[("write `/`", "/")],
        '≤' => &[("write `<=`", "<=")],
        '≥' => &[("write `>=`", ">=")],
        '≠' => &[("write `!=`", "!=")],
        '∞' => &[("write `inf`", "inf")],
        '←' => &[("write `=`", "=")],
        '!' => &[("write `~`", "~")],
        '%' => &[("write `#`", "#")],
        '‐' | '‑' | '–' | '—' => &[("write `-`", "-")],
        '：' => &[("write `:`", ":")],
        '，' => &[("write `,`", ",")],
        '（' => &[("write `(`", "(")],
        '）' => &[("write `)`", ")")],
        '；' => &[("write `;`", ";")],
        '＝' => &[("write `=`", "=")],
        '［' => &[("write `[`", "[")],
        '］' => &[("write `]`", "]")],
        _ => &[],
    }
}
