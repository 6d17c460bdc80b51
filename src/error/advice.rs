//! What is said under the title of a [`ShapeError`]: the places, the reasons, and what to type instead.

use super::{Operand, ShapeError};
use crate::diagnostic::{Diagnostic, Edit, Fix, Span};

impl ShapeError {
    /// The error as data to draw, with every fix that might do; the caller keeps those that do. `turned` is the reader's mark of a transpose.
    pub fn diagnostic(&self, source: &str, turned: &str) -> Diagnostic {
        let d = Diagnostic::error(self.code(), self.to_string());
        match self {
            ShapeError::Inner { left, right, columns, rows, sign } => {
                let mut d = d.at(left.span, format!("{}: its last dimension is {columns}", left.shape)).see(
                    right.span,
                    format!(
                        "{}: its {} is {rows}",
                        right.shape,
                        if right.shape.ends_with(",)") { "only dimension" } else { "first dimension" }
                    ),
                );
                d.notes.push(match [columns, rows].iter().any(|side| *side == "1") {
                    true => format!("`{sign}` sums over the inner dimension, so both have length 1 there or neither"),
                    false => format!("`{sign}` sums over the inner dimension, so {columns} and {rows} must be one"),
                });
                let by_node = if left.text != right.text && stored_by_node(right, columns) {
                    ": it has one row per output, as in torch.nn.Linear"
                } else {
                    ""
                };
                d.fixes.push(suffix(source, right, turned, format!("transpose `{}`{by_node}", right.text)));
                d = origins(d, &[left, right]);
                d.fixes.push(suffix(source, left, turned, format!("transpose `{}`", left.text)));
                d.fixes.push(Fix {
                    message: "swap the factors".into(),
                    edits: vec![replace(left.span, right.span.slice(source)), replace(right.span, left.span.slice(source))],
                });
                d
            }
            ShapeError::Batch { left, right, one, two, .. } => origins(
                d.at(left.span, format!("{}: batch axis {one}", left.shape)).see(right.span, format!("{}: batch axis {two}", right.shape)),
                &[left, right],
            )
            .note("all axes before the last two are batch axes: they broadcast, aligned at the right"),
            ShapeError::ScalarProduct { scalar, operator, .. } => {
                let mut d = d.at(scalar.span, "a scalar").note("scaling is element-wise: write `*`");
                d.fixes.push(Fix { message: "scale instead".into(), edits: vec![replace(*operator, "*")] });
                d
            }
            ShapeError::Broadcast { left, right, one, two, from_right } => {
                let place = if *from_right == 1 { "last axis".to_string() } else { format!("axis {from_right} from the right") };
                let mut d = d
                    .at(left.span, format!("{}: {one} on the {place}", left.shape))
                    .see(right.span, format!("{}: {two} on the {place}", right.shape))
                    .note("shapes are aligned at the right, and only a literal 1 stretches");
                d = origins(d, &[left, right]);
                for operand in [right, left] {
                    if operand.shape.ends_with(",)") {
                        d.fixes.push(suffix(source, operand, "[:, None]", format!("make `{}` a column", operand.text)));
                    }
                    d.fixes.push(suffix(source, operand, turned, format!("transpose `{}`", operand.text)));
                }
                d
            }
            ShapeError::Unequal { left, right } => {
                origins(d.at(left.span, left.shape.clone()).see(right.span, right.shape.clone()), &[left, right])
            }
            ShapeError::Square { operand, .. } => origins(d.at(operand.span, operand.shape.clone()), &[operand]),
            ShapeError::Whole { operand, operator, sign, .. } => {
                let mut d = origins(d.at(operand.span, operand.shape.clone()), &[operand]);
                let dotted = format!(".{sign}");
                d.fixes.push(Fix { message: format!("go entry by entry with `{dotted}`"), edits: vec![replace(*operator, &dotted)] });
                d
            }
            ShapeError::Unfitted { span, .. } => {
                d.at(*span, "it takes whatever shape fits, and here any does").note("`ones(n, 1)` has the length `n`")
            }
            ShapeError::Rank { span, .. } => d.at(*span, ""),
            ShapeError::Axis { span, rank: 0, .. } => d.at(*span, "a scalar has no axes"),
            ShapeError::Axis { span, rank, .. } => d.at(*span, format!("axes are 0 to {}, or -1 to -{rank} from the last", rank - 1)),
            ShapeError::Einsum { misfits, span, .. } => {
                let mut d = d.at(*span, "").note("one index a letter, operands apart by commas: `einsum('ij,jk->ik', A, B)`");
                // what is no name, or has a shape already, does not pass when the fix is tried
                let mut declared: Vec<String> = misfits.iter().map(|(place, shape)| format!("{}: {shape}", place.slice(source))).collect();
                declared.dedup();
                if !declared.is_empty() {
                    let edits = vec![replace(Span::new(0, 0), &format!("{}; ", declared.join("; ")))];
                    d.fixes.push(Fix { message: "declare the shapes that the indices name".into(), edits });
                }
                d
            }
            ShapeError::BroadcastTo { span, .. } => d.at(*span, "").note("shapes are aligned at the right, and only a literal 1 stretches"),
            ShapeError::Outside { length, span, .. } => d
                .at(*span, "")
                .note(format!("places are counted from 0, the last one is {}, or -1 from the end", less_one(length)))
                .note("a slice must take at least one entry"),
            ShapeError::Divide { whole, by, span } => {
                let many = if whole.contains([' ', '*']) { "k".to_string() } else { whole.clone() };
                let plain = by.chars().all(|c| c.is_alphanumeric() || c == '_');
                let product = if plain { format!("{by}*{many}") } else { format!("({by})*{many}") };
                d.at(*span, format!("{whole} need not be a multiple of {by}"))
                    .note(format!("declare the length as a product, `{product}`, and the parts have a length that is known"))
            }
            ShapeError::Entries { span, .. } => {
                d.at(*span, "").note("a reshape keeps every entry, in order; one length may be -1 and is then what is left")
            }
            ShapeError::TooManyAxes { span, .. } => d.at(*span, ""),
            ShapeError::UnknownFunction { near, span, dialect: Some(dialect), .. } if near.is_none() => {
                d.at(*span, "no function of this name here").note(format!("`--dialect {dialect}` has one"))
            }
            ShapeError::UnknownFunction { near, span, .. } => {
                let mut d = d.at(*span, "no function of this name").note("`pullback ops` lists the operations");
                if let Some(near) = near {
                    d.fixes.push(Fix { message: format!("call `{near}`"), edits: vec![replace(*span, near)] });
                }
                d
            }
            ShapeError::Unsupported { span, .. } => d.at(*span, "known, but without a rule so far"),
            ShapeError::Argument { usage, span, .. } => {
                let d = d.at(*span, "");
                if usage.is_empty() { d } else { d.note(format!("it is called as `{usage}`")) }
            }
            ShapeError::AssignedTwice { first, second, free, .. } => {
                let mut d = d
                    .at(*second, "assigned again")
                    .see(*first, "assigned here first")
                    .note("a name stands for one value, so that its gradient is one too");
                d.fixes.push(Fix { message: format!("call the later one `{free}`"), edits: vec![replace(*second, free)] });
                d
            }
            ShapeError::InputAssigned { used, assigned, free, .. } => {
                let mut d = d.at(*assigned, "assigned here").see(*used, "used before, as an input");
                d.fixes.push(Fix { message: format!("call it `{free}`"), edits: vec![replace(*assigned, free)] });
                d
            }
            ShapeError::NoLength { span, .. } => d.at(*span, "never positive, whatever the names stand for"),
            ShapeError::DeclaredTwice { first, second, .. } => d.at(*second, "declared again").see(*first, "declared here first"),
            ShapeError::UnknownProperty { near, span, .. } => {
                let mut d = d.at(*span, "").note(format!("properties are {}", crate::shape::PROPERTIES.join(", ")));
                if let Some(near) = near {
                    d.fixes.push(Fix { message: format!("say `{near}`"), edits: vec![replace(*span, near)] });
                }
                d
            }
            ShapeError::PropertyShape { needs, span, .. } => d.at(*span, *needs),
            ShapeError::NoStatement { span } => d.at(*span, "a statement such as `Y = X @ W` is missing"),
            ShapeError::NotAnArray { span, .. } => d.at(*span, ""),
            ShapeError::NothingToDo { span, .. } => d.at(*span, ""),
            ShapeError::NoSuchInput { inputs, .. } => d.note(format!("its inputs are {inputs}")),
            ShapeError::Unknown { name, near, still, span } => {
                let mut d = d.at(*span, "");
                if let (Some(near), false) = (near, *still) {
                    let text = span.slice(source);
                    let replacement = if text == name { near.clone() } else { text.replacen(name.as_str(), near, 1) };
                    d.fixes.push(Fix { message: format!("write `{near}`"), edits: vec![replace(*span, &replacement)] });
                }
                d.note("a claim speaks of the program's variables, its dimensions, and gradients such as `dL/dY`")
            }
            ShapeError::Circular { span, .. } => {
                d.at(*span, "").note("write it by the program's variables and by gradients of what stands behind it")
            }
            ShapeError::GradientInProgram { gradient, span } => {
                d.at(*span, "").note(format!("a claim is `{gradient} = ...`, judged by `pullback check`; a program computes values alone"))
            }
            ShapeError::NoClaim { span, meant: Some(x), .. } => {
                d.at(*span, "").note(format!("`d{x} = ...` gives a value to a variable `d{x}`; a claim is `dL/d{x} = ...`"))
            }
            ShapeError::NoClaim { span, example, .. } => d.at(*span, "").note(format!("add one behind the program, such as `{example}`")),
            ShapeError::TooManyEntries { span } => {
                d.at(*span, "so there is nothing to compare").note("name the dimensions instead of giving their true lengths")
            }
            ShapeError::Internal { span, .. } => d.at(*span, "no result is printed for this"),
        }
    }
}

/// `n - 1`, `2`
fn less_one(length: &str) -> String {
    match length.parse::<i64>() {
        Ok(length) => (length - 1).to_string(),
        Err(_) => format!("{length} - 1"),
    }
}

/// Shows where operands that are names got their shapes.
fn origins(mut d: Diagnostic, operands: &[&Operand]) -> Diagnostic {
    for operand in operands {
        if let Some(origin) = operand.origin.filter(|o| !d.labels.iter().any(|l| l.span == *o)) {
            d = d.see(origin, format!("`{}` is {}", operand.text, operand.shape));
        }
    }
    d
}

/// Whether the right operand is stored the other way round: its last dimension is the one that the left operand ends with.
fn stored_by_node(right: &Operand, columns: &str) -> bool {
    let name = right.text.chars().all(|c| c.is_alphanumeric() || c == '_');
    name && columns != "1" && right.shape.ends_with(&format!(", {columns})")) && right.shape.matches(',').count() == 1
}

fn replace(span: Span, text: &str) -> Edit {
    Edit { span, replacement: text.to_string() }
}

/// `W.T`, or `(W + V).T` where the operand is no single word or bracket.
fn suffix(source: &str, operand: &Operand, suffix: &str, message: String) -> Fix {
    let text = operand.span.slice(source);
    let mut depth = 0i32;
    let mut whole = true;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        let inside = depth > 0 || c.is_alphanumeric() || matches!(c, '_' | '.' | ')' | ']' | 'ᵀ') || at == 0;
        whole &= inside;
    }
    if whole && !text.starts_with(['-', '~', '+']) {
        let end = Span { start: operand.span.end, end: operand.span.end };
        return Fix { message, edits: vec![Edit { span: end, replacement: suffix.into() }] };
    }
    Fix { message, edits: vec![replace(operand.span, &format!("({text}){suffix}"))] }
}
