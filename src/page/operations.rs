//! The table of operations, and one of its entries.

use super::pen::{Pen, piece};
use super::{Error, checked, gradient, kinks};
use crate::answer::{Answer, Explanation, Options, answer};
use crate::formula::{Charset, Token, text};
use crate::ops::{Entry, Family, Stated, entries};
use crate::render::document::{self, Block, Document, Equation, Piece, words};
use std::sync::Arc;

/// Every operation by name, a row for each family: one screen; those whose rule is yet to come apart.
///
/// ```
/// use pullback::{formula::Charset, page::operations, render::terminal};
/// let style = terminal::Style { width: 100, charset: Charset::Ascii, color: false };
/// assert!(terminal::render(&operations(), &style).contains(" sigmoid "));
/// ```
pub fn operations() -> Document {
    let (known, planned): (Vec<&Entry>, Vec<&Entry>) = entries().iter().partition(|entry| entry.stated() != Stated::Planned);
    let row = |title: &'static str, members: &[&Entry]| {
        let names: Vec<&str> = members.iter().map(|entry| entry.sign().unwrap_or(entry.names[0])).collect();
        (!names.is_empty()).then(|| vec![vec![Piece::Strong(title.into())], vec![words(names.join(" "))]])
    };
    let family = |family: Family| known.iter().copied().filter(|entry| entry.family == family).collect::<Vec<&Entry>>();
    let rows = Family::ALL.into_iter().filter_map(|f| row(f.title(), &family(f))).chain(row("no rule yet", &planned));
    let more =
        vec![words("`pullback ops NAME` tells the parameters, the derivative, what is said at kinks, and an example with its gradients")];
    Document::new(vec![document::table(&["Family", "Operations"], rows.collect()), Block::Paragraph(more)])
}

/// All that is known of one operation, with its example and what the tool makes of it.
///
/// ```
/// use pullback::{formula::Charset, ops, page::operation, render::terminal};
/// let style = terminal::Style { width: 100, charset: Charset::Ascii, color: false };
/// let page = terminal::render(&operation(ops::find("sin").unwrap().entry()), &style);
/// assert!(page.contains("d sin(x) = dx * cos(x)"));
/// ```
pub fn operation(entry: &Entry) -> Document {
    let also = match entry.aliases() {
        [] => String::new(),
        aliases => format!("; also {}", aliases.join(", ")),
    };
    let mut blocks = vec![
        Block::Heading(0, vec![words(entry.written())]),
        Block::Paragraph(vec![words(entry.sentence)]),
        Block::Paragraph(vec![words(entry.family.title().to_string() + &also)]),
    ];
    let stated = entry.stated();
    if let Stated::Differential { lines, transposes, kink } = &stated {
        let equations: Vec<Equation> = lines.iter().enumerate().map(|(place, line)| differential(entry, place, line)).collect();
        if !equations.is_empty() {
            section(&mut blocks, "differential", vec![Block::Equations(equations)]);
        }
        if !transposes.is_empty() {
            let equations = transposes.iter().map(|(operand, text)| transposed(operand, text)).collect();
            section(&mut blocks, "linear: when `g` arrives at the result", vec![Block::Equations(equations)]);
        }
        if !kink.is_empty() {
            blocks.push(Block::Paragraph(vec![words(*kink)]));
        }
    }
    if stated == Stated::Planned {
        blocks.push(Block::Paragraph(vec![words("its rule is yet to come: a program that calls it is refused")]));
    } else if let Ok(found) = answer(entry.example, &Options::default()) {
        section(&mut blocks, "example", example(&found, stated == Stated::Composed));
    }
    Document::new(blocks)
}

/// One operand's term of `d f(x, y) = dx * ... + dy * ...`.
fn differential(entry: &Entry, place: usize, line: &str) -> Equation {
    let whole = || if entry.sign().is_some() { format!("d({})", entry.written()) } else { format!("d {}", entry.written()) };
    let (left, relation) = if place == 0 { (whole(), "=") } else { (String::new(), "+") };
    Equation { left: vec![code(left)], relation, right: vec![code(line)], reason: vec![] }
}

/// What arrives at one operand.
fn transposed(operand: &str, text: &'static str) -> Equation {
    Equation { left: vec![code(operand)], relation: "gets", right: vec![code(text)], reason: vec![] }
}

/// The example with its gradients; of what is `composed` also what it is made of, and how that changes.
fn example(found: &Answer, composed: bool) -> Vec<Block> {
    let pen = Pen::new(found.derivation.arena());
    let gradients = (0..found.derivation.gradients.len()).filter_map(|place| gradient::line(&pen, found, place));
    let mut blocks = vec![Block::Program(found.program.lines().map(String::from).collect())];
    if composed {
        blocks.push(Block::Equations(made_of(&pen, found)));
    }
    blocks.push(Block::Equations(gradients.collect()));
    if composed {
        blocks.extend(kinks(&found.derivation));
    }
    blocks.push(Block::Paragraph(checked(found.agreement.as_ref(), Error::Measured)));
    blocks
}

/// The statements where they are not written as they were typed, and their differentials.
fn made_of(pen: &Pen, found: &Answer) -> Vec<Equation> {
    let statements = &found.derivation.model.statements;
    let line = |left, right, reason| Equation { left: vec![left], relation: "=", right: vec![pen.formula(right)], reason };
    let mut lines = Vec::new();
    for statement in statements {
        if text(pen.arena, statement.value, Charset::Ascii) != statement.value_span.slice(&found.program) {
            lines.push(line(pen.name(statement.symbol), statement.value, vec![words("what it is made of")]));
        }
    }
    for (gradient, explanation) in found.derivation.gradients.iter().zip(&found.explanations) {
        let Explanation::Uses(uses) = explanation else { continue };
        for used in uses {
            let Some(differential) = used.differential else { continue };
            let change = Token::Change(pen.arena.info(statements[used.statement].symbol).name.clone());
            let reason = vec![words("only "), pen.name(gradient.of), words(" changes")];
            lines.push(line(piece(vec![change]), differential, reason));
        }
    }
    lines
}

fn section(blocks: &mut Vec<Block>, title: &str, inner: Vec<Block>) {
    blocks.push(Block::Heading(2, vec![words(title)]));
    blocks.push(Block::Inner(inner));
}

fn code(text: impl Into<Arc<str>>) -> Piece {
    piece(vec![Token::Verbatim(text.into())])
}
