//! A claim by somebody for whom a vector is a column: the program once more, every 1-D input an `(n, 1)` matrix.

use super::subject::{Case, Options};
use crate::diagnostic::Span;
use crate::expr::SymbolId;
use std::fmt::Write;

/// The signs of a transpose.
const TRANSPOSES: [&str; 6] = [".T", ".mT", "ᵀ", "⊤", "^T", "'"];

/// The inputs that are columns in the program for which the claim typed at `claim` is right, by `holds`; nothing where there is none, or
/// where nothing in the claim asks for it.
pub(super) fn columns(
    case: &Case,
    source: &str,
    claim: Span,
    options: &Options,
    holds: impl FnOnce(&str, &Options) -> bool,
) -> Option<Vec<SymbolId>> {
    let d = &case.derivation;
    let typed = claim.slice(source);
    if case.gradient_of.is_some() || !TRANSPOSES.iter().any(|sign| typed.contains(sign)) {
        return None;
    }
    let info = |symbol: SymbolId| d.arena().info(symbol);
    let vectors: Vec<SymbolId> = d.model.inputs.iter().copied().filter(|&s| info(s).shape.len() == 1 && !info(s).has("index")).collect();
    if vectors.is_empty() {
        return None;
    }
    let mut text = String::new();
    for &input in &d.model.inputs {
        let mut lengths: Vec<String> = info(input).shape.iter().map(|&dim| d.arena().dims.show(dim)).collect();
        lengths.extend(vectors.contains(&input).then(|| "1".to_string()));
        let properties: String = info(input).properties.iter().filter(|p| &***p != "index").map(|p| format!(" {p}")).collect();
        let _ = writeln!(text, "{}: ({}{}){properties}", info(input).name, lengths.join(", "), if lengths.len() == 1 { "," } else { "" });
    }
    for statement in d.model.statements.iter().filter(|s| !s.made) {
        let _ = writeln!(text, "{}", statement.span.slice(source));
    }
    let _ = writeln!(text, "{typed}");
    holds(&text, options).then_some(vectors)
}
