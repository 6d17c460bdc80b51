//! Second derivatives: the derivative of the derived gradient, block by block.

use super::jacobian::{actions, axes, by_entries, head, result, structure};
use super::pen::{Pen, piece};
use super::{Error, checked, kinks};
use crate::answer::{Derivatives, Known};
use crate::expr::SymbolId;
use crate::formula::{Higher, Token, symbol};
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
    // an action on directions may stand alone
    let count = if found.found.is_empty() { 0 } else { found.gradients.len() };
    for row in 0..count {
        for column in row..count {
            blocks.extend(block(&pen, found, row, column));
        }
    }
    for (third, second) in &found.third {
        blocks.extend(third_block(&pen, found, third, *second));
    }
    blocks.extend(actions(&pen, found));
    blocks.extend(kinks(d));
    if kinks::said(d).iter().any(|(_, jumps)| *jumps) {
        blocks.push(Block::Paragraph(vec![words(
            "where a first derivative jumps there is no second one: what is shown holds on either side",
        )]));
    }
    blocks.push(Block::Paragraph(symmetric(found)));
    blocks.push(Block::Paragraph(checked(found.agreement.as_ref(), Error::Measured)));
    let objective = piece(vec![Token::Name(d.model.objective.clone())]);
    Document { title: vec![words("Second derivatives of "), objective], ..pen.document(blocks) }
}

/// `d2f/dx2`, `d2f/dx dA`: what is differentiated, by these in order.
pub fn name(found: &Derivatives, by: &[SymbolId]) -> Token {
    let arena = found.derivation.arena();
    let names: Vec<&str> = by.iter().map(|&symbol| &*arena.info(symbol).name).collect();
    higher(&found.derivation.model.objective, &names)
}

/// The same by names.
pub(super) fn higher(objective: &str, names: &[&str]) -> Token {
    Token::Higher(Box::new(Higher { of: objective.into(), by: names.iter().map(|&name| name.into()).collect() }))
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
        body.extend(structure(pen, known, &entries).map(Block::Paragraph));
    }
    let mut remarks: Vec<Text> = vec![];
    if row != column && !derivative.map.is_zero() {
        remarks.push(vec![
            piece(vec![name(found, &[two, one])]),
            words(" has the same entries, with the axes of "),
            pen.name(two),
            words(" in front"),
        ]);
    }
    let lead = if shape.len() > 2 { axes(pen, derivative) } else { vec![pen.shape(&shape)] };
    body.push(result(pen, known, own, lead, remarks));
    if let Some((direction, value)) = known.along.filter(|_| !derivative.map.is_zero()) {
        let direction = pen.name(direction);
        let reason = vec![words("how "), pen.name(derivative.above), words(" changes along a direction "), direction.clone()];
        let left = vec![piece(vec![Token::Name("H".into())]), words("["), direction, words("]")];
        let along = Equation { left, relation: "=", right: vec![pen.formula(value)], reason };
        body.push(Block::Inner(vec![Block::Equations(vec![along])]));
    }
    body
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
    body.push(result(pen, known, own, vec![pen.shape(&shape)], vec![]));
    body
}

/// That the order of differentiation does not matter, as far as the numbers say.
fn symmetric(found: &Derivatives) -> Text {
    let name = symbol(found.derivation.arena(), found.derivation.model.output);
    let shown = |worst: f64| if worst == 0.0 { "0".to_string() } else { format!("{worst:.0e}") };
    match found.asymmetry {
        Some(worst) if worst <= ROUNDING => vec![
            Piece::Good(String::new()),
            words(format!(" symmetric: differentiated in either order, each pair of blocks agrees (largest difference {})", shown(worst))),
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
