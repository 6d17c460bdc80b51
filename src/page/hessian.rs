//! Second derivatives: the derivative of the derived gradient, block by block.

use super::jacobian::{actions, axes, by_entries, head, structure};
use super::pen::{Pen, piece};
use super::{Error, checked};
use crate::answer::{Derivatives, Known};
use crate::expr::SymbolId;
use crate::formula::{Token, symbol};
use crate::render::document::{Block, Document, Equation, Piece, Text, words};

/// The largest difference between a Hessian and its transpose that is rounding.
const ROUNDING: f64 = 1e-9;

/// The second derivatives of a program's output: a block for each pair of inputs, those below the diagonal left to their transposes.
///
/// ```
/// use pullback::{answer, page, render::terminal};
/// use pullback::formula::Charset;
/// let found = answer::hessian("f = x @ A @ x", &Default::default(), &Default::default()).unwrap();
/// let text = terminal::render(&page::hessian(&found), &terminal::Style { width: 100, charset: Charset::Unicode, color: false });
/// assert!(text.contains("d2f/dx2 = A + Aᵀ"));
/// ```
pub fn hessian(found: &Derivatives) -> Document {
    let d = &found.derivation;
    let pen = Pen::new(d.arena());
    let mut blocks = head(&pen, found);
    blocks.push(Block::Heading(1, vec![words("The gradient, which is differentiated once more")]));
    let line = |&(of, value): &(SymbolId, crate::expr::Id)| {
        let left = vec![piece(vec![Token::gradient(&d.model.objective, &pen.arena.info(of).name)])];
        Equation { left, relation: "=", right: vec![pen.formula(value)], reason: vec![pen.shape(&pen.arena.info(of).shape)] }
    };
    blocks.push(Block::Inner(vec![Block::Equations(found.gradients.iter().map(line).collect())]));
    let count = found.gradients.len();
    for row in 0..count {
        for column in row..count {
            blocks.extend(block(&pen, found, row, column));
        }
    }
    for (third, second) in &found.third {
        blocks.extend(third_block(&pen, found, third, *second));
    }
    blocks.extend(actions(&pen, found));
    blocks.push(Block::Paragraph(symmetric(found)));
    blocks.push(Block::Paragraph(checked(found.agreement.as_ref(), Error::Measured)));
    pen.document(blocks)
}

/// `d2f/dx2`, `d2f/dx dA`: what is differentiated, by these in order.
pub fn name(found: &Derivatives, by: &[SymbolId]) -> Token {
    let arena = found.derivation.arena();
    let names: Vec<&str> = by.iter().map(|&symbol| &*arena.info(symbol).name).collect();
    higher(&found.derivation.model.objective, &names)
}

/// The same by names.
pub(super) fn higher(objective: &str, names: &[&str]) -> Token {
    let plain = !names[0].ends_with(|c: char| c.is_ascii_digit());
    let below = match names.iter().all(|name| name == &names[0]) && plain {
        true => format!("{}{}", names[0], names.len()),
        false => names.join(" d"),
    };
    Token::gradient(&format!("{}{objective}", names.len()), &below)
}

fn block(pen: &Pen, found: &Derivatives, row: usize, column: usize) -> Vec<Block> {
    let count = found.gradients.len();
    let known = &found.found[row * count + column];
    let derivative = &known.derivative;
    let (one, two) = (found.gradients[row].0, found.gradients[column].0);
    let own = name(found, &[one, two]);
    let shape = derivative.map.shape();
    let heading = vec![
        piece(vec![own.clone()]),
        words("  is how "),
        pen.name(derivative.above),
        words(" changes with "),
        pen.name(two),
        words(": "),
        pen.shape(&shape),
    ];
    let mut body = vec![Block::Heading(1, heading)];
    if shape.len() > 2 || derivative.map.is_zero() {
        let entries = found.derivation.entries(derivative, None);
        body.extend(by_entries(pen, derivative, &entries, &own));
        body.extend(structure(pen, derivative, &entries).map(Block::Paragraph));
    }
    let mut remarks: Vec<Text> = if shape.len() > 2 { vec![axes(pen, derivative)] } else { vec![vec![pen.shape(&shape)]] };
    remarks.extend(without_ones(pen, known));
    if let Some((direction, value)) = known.along {
        let action = [vec![Token::Name("H".into()), Token::Mark("[")], vec![symbol(pen.arena, direction)], vec![Token::Mark("]")]].concat();
        let change = vec![words(", how "), pen.name(derivative.above), words(" changes along a direction "), pen.name(direction)];
        remarks.push([vec![piece(action), words(" = "), pen.formula(value)], change].concat());
    }
    if row != column && !derivative.map.is_zero() {
        remarks.push(vec![
            piece(vec![name(found, &[two, one])]),
            words(" has the same entries, with the axes of "),
            pen.name(two),
            words(" in front"),
        ]);
    }
    body.push(Block::Result { left: vec![piece(vec![own])], right: vec![pen.formula(derivative.value)], shapes: vec![], remarks });
    body
}

fn without_ones(pen: &Pen, known: &Known) -> Option<Text> {
    let matrix = known.matrix?;
    Some(vec![words("without its axes of length 1: "), pen.formula(matrix), words("  "), pen.shape_of(matrix)])
}

fn third_block(pen: &Pen, found: &Derivatives, known: &Known, second: SymbolId) -> Vec<Block> {
    let derivative = &known.derivative;
    let kind = pen.arena.info(derivative.above).kind;
    let crate::expr::SymbolKind::Change(Some(gradient)) = kind else { return vec![] };
    let first = match pen.arena.info(gradient).kind {
        crate::expr::SymbolKind::Gradient(of) => of,
        _ => gradient,
    };
    let own = name(found, &[first, second, derivative.below]);
    let above = name(found, &[first, second]);
    let shape = derivative.map.shape();
    let heading = vec![
        piece(vec![own.clone()]),
        words("  is how "),
        piece(vec![above]),
        words(" changes with "),
        pen.name(derivative.below),
        words(": "),
        pen.shape(&shape),
    ];
    let mut body = vec![Block::Heading(1, heading)];
    if !derivative.map.is_zero() {
        let entries = found.derivation.entries(derivative, None);
        body.extend(by_entries(pen, derivative, &entries, &own));
    }
    body.push(Block::Result {
        left: vec![piece(vec![own])],
        right: vec![pen.formula(derivative.value)],
        shapes: vec![pen.shape(&shape)],
        remarks: vec![],
    });
    body
}

/// That the order of differentiation does not matter, as far as the numbers say.
fn symmetric(found: &Derivatives) -> Text {
    let name = symbol(found.derivation.arena(), found.derivation.model.output);
    match found.asymmetry {
        Some(worst) if worst <= ROUNDING => vec![
            Piece::Good(String::new()),
            words(format!(" symmetric: differentiated in either order, each pair of blocks agrees (largest difference {worst:.0e})")),
        ],
        Some(worst) => vec![
            words("not symmetric where it was evaluated (largest difference "),
            words(format!("{worst:.0e}): the second derivatives of ")),
            piece(vec![name]),
            words(" jump there"),
        ],
        None => vec![words("whether it is symmetric was not checked against numbers")],
    }
}
