//! Rows of aligned formulas, as LaTeX and Markdown both have them.

use crate::render::document::{Equation, Text};
use crate::render::math::{Chunk, lines};
use crate::render::prose::{Setter, lay};

/// Equations as rows that are aligned on `&`; `reason` writes why, and is told where that is too long for a line of its own.
pub(in crate::render) fn rows(set: &Setter, equations: &[Equation], room: f32, reason: impl Fn(&Text, bool) -> String) -> Vec<String> {
    let mut rows = Vec::new();
    for laid in lay(set, equations, room) {
        let reason = reason(laid.reason, laid.long);
        let mut right = laid.right.into_iter();
        let mut row = format!("{} &{} {}", laid.left, laid.relation, right.next().unwrap_or_default());
        if laid.beside && !reason.is_empty() {
            row.push_str(&format!(" && {reason}"));
        }
        rows.push(row.trim_start().to_string());
        rows.extend(right.map(further_in));
        if !laid.beside && !reason.is_empty() {
            rows.push(format!(r"&\qquad {reason}"));
        }
    }
    rows
}

/// A formula that is broken where it is too long, with what it is equal to before it: one in a frame, or rows.
pub(in crate::render) fn broken(before: &str, width: f32, formula: Vec<Chunk>, room: f32) -> Result<String, Vec<String>> {
    let text = |line: Vec<Chunk>| line.into_iter().map(|chunk| chunk.text).collect::<String>();
    let mut rows = lines(formula, room - width, room - width - 2.0).into_iter().map(text);
    let first = rows.next().unwrap_or_default();
    let rest: Vec<String> = rows.map(further_in).collect();
    match (rest.is_empty(), before.is_empty()) {
        (true, true) => Ok(first),
        (true, false) => Ok(format!(r"\boxed{{{before} = {first}}}")),
        (false, alone) => {
            let relation = if alone { "" } else { "= " };
            Err([format!("{before} &{relation}{first}")].into_iter().chain(rest).collect())
        }
    }
}

fn further_in(row: String) -> String {
    format!(r"&\quad {}", row.trim_start())
}
