//! Dimension analysis: what a gradient can be made of, and how the pieces fit.

use super::pen::{Pen, list, piece};
use crate::derive::{Arrangement, Arrangements, Outcome};
use crate::expr::{Id, SymbolId};
use crate::formula::{Formula, Token};
use crate::render::document::{Block, Piece, Text, words};
use crate::shape::Dim;

/// How many rows of a table of arrangements are shown before it is cut to the derived one and its neighbours.
const MAX_ROWS: usize = 6;

/// The heading and the table for one product.
pub fn blocks(pen: &Pen, found: &Arrangements, of: SymbolId, objective: &str, units: bool) -> Vec<Block> {
    let mut heading = vec![words("What can it be made of?")];
    if units {
        heading.push(words("   "));
        heading.extend(unit_line(pen, found, of, objective));
    }
    let mut inner = vec![Block::Table(table(pen, found, of))];
    if found.fitting() > 1 {
        inner.push(Block::Paragraph(undecided(pen, found)));
    } else if let Some(note) = no_row(pen, found) {
        inner.push(Block::Paragraph(note));
    }
    vec![Block::Heading(2, heading), Block::Inner(inner)]
}

/// `[dL/dX] = [L]/[X] = [dL/dY]·[W], so dL/dY and W, once each.`
fn unit_line(pen: &Pen, found: &Arrangements, of: SymbolId, objective: &str) -> Text {
    let name = pen.arena.info(of).name.to_string();
    let gradient = Token::Gradient(objective.into(), name.clone());
    let mut kinds: Vec<(Id, usize)> = Vec::new();
    for &factor in found.scalars.iter().chain(&found.factors) {
        match kinds.iter_mut().find(|k| k.0 == factor) {
            Some(kind) => kind.1 += 1,
            None => kinds.push((factor, 1)),
        }
    }
    let unit = |inner: Formula| {
        let mut tokens = vec![Token::Mark("[")];
        tokens.extend(inner);
        tokens.push(Token::Mark("]"));
        tokens
    };
    let mut tokens = unit(vec![gradient]);
    tokens.push(Token::Operator("="));
    tokens.extend(unit(vec![Token::Name(objective.into())]));
    tokens.push(Token::Tight("/"));
    tokens.extend(unit(vec![Token::Name(name)]));
    tokens.push(Token::Operator("="));
    for (place, &(factor, count)) in kinds.iter().enumerate() {
        if place > 0 {
            tokens.push(Token::Tight("·"));
        }
        tokens.extend(unit(crate::formula::formula(pen.arena, factor)));
        if count > 1 {
            tokens.extend([Token::Tight("**"), Token::Number(count.to_string())]);
        }
    }
    let mut text = vec![piece(tokens), words(", so ")];
    let once = kinds.iter().all(|k| k.1 == 1);
    if once {
        text.extend(list(kinds.iter().map(|k| pen.formula(k.0)).collect()));
        text.push(words(if kinds.len() > 1 { ", once each." } else { ", once." }));
    } else {
        let many = |&(id, count): &(Id, usize)| {
            let times = match count {
                1 => " once".to_string(),
                2 => " twice".to_string(),
                n => format!(" {n} times"),
            };
            vec![pen.formula(id), words(times)]
        };
        for (place, kind) in kinds.iter().enumerate() {
            if place > 0 {
                text.push(words(if place + 1 == kinds.len() { " and " } else { ", " }));
            }
            text.extend(many(kind));
        }
        text.push(words("."));
    }
    text
}

/// One row for each arrangement that is shown.
fn table(pen: &Pen, found: &Arrangements, of: SymbolId) -> Vec<Vec<Text>> {
    let wanted = &pen.arena.info(of).shape;
    let shown = shown(pen, found);
    let mut rows: Vec<Vec<Text>> = shown.iter().map(|&k| row(pen, found, &found.all[k], wanted)).collect();
    let fitting = found.fitting();
    if let (Some(last), 1) = (rows.last_mut(), fitting) {
        if found.all.len() > 1 {
            last.push(vec![words(format!("the only fit of {}", found.all.len()))]);
        }
    }
    rows
}

/// All, if these are few; else those in which the upstream gradient is not turned; else the derived one and those that differ from it by
/// one transpose or by two neighbours swapped. The derived one stands last.
fn shown(pen: &Pen, found: &Arrangements) -> Vec<usize> {
    let all = 0..found.all.len();
    let others = all.filter(|&k| k != found.derived);
    let turned = |k: usize| found.all[k].order.iter().any(|&(f, t)| t && is_gradient(pen, found.factors[f]));
    let near = |k: usize| neighbours(&found.all[k], &found.all[found.derived]);
    let mut rows: Vec<usize> = others.clone().collect();
    if rows.len() >= MAX_ROWS {
        rows = others.clone().filter(|&k| !turned(k)).collect();
    }
    if rows.len() >= MAX_ROWS {
        rows = others.filter(|&k| !turned(k) && near(k)).collect();
    }
    if found.fitting() > 1 {
        rows.sort_by_key(|&k| found.all[k].fits());
    }
    rows.push(found.derived);
    rows
}

fn is_gradient(pen: &Pen, id: Id) -> bool {
    pen.arena.as_symbol(id).is_some_and(|s| crate::derive::is_upstream(pen.arena, s))
}

/// Whether one change leads from one to the other.
fn neighbours(a: &Arrangement, b: &Arrangement) -> bool {
    if a.outer != b.outer || a.order.len() != b.order.len() {
        return false;
    }
    let differ: Vec<usize> = (0..a.order.len()).filter(|&k| a.order[k] != b.order[k]).collect();
    match differ.as_slice() {
        [k] => a.order[*k].0 == b.order[*k].0,
        [k, l] => k + 1 == *l && a.order[*k] == b.order[*l] && a.order[*l] == b.order[*k],
        _ => false,
    }
}

/// The factors in their order.
pub fn product(pen: &Pen, found: &Arrangements, arrangement: &Arrangement) -> Formula {
    let mut tokens = Formula::new();
    if arrangement.outer {
        tokens.extend([Token::Function("outer".into()), Token::Mark("(")]);
    }
    for (place, &(factor, transposed)) in arrangement.order.iter().enumerate() {
        if place > 0 {
            tokens.push(if arrangement.outer { Token::Mark(",") } else { Token::Operator("@") });
        }
        tokens.extend(pen.factor(found.factors[factor], transposed));
    }
    if arrangement.outer {
        tokens.push(Token::Mark(")"));
    }
    tokens
}

/// Their shapes in the same order.
pub fn shapes(pen: &Pen, found: &Arrangements, arrangement: &Arrangement) -> Text {
    let mut text = Vec::new();
    for (place, &(factor, transposed)) in arrangement.order.iter().enumerate() {
        if place > 0 {
            text.push(words(if arrangement.outer { "\u{a0}⊗\u{a0}" } else { "\u{a0}@\u{a0}" }));
        }
        let mut shape = pen.arena.shape(found.factors[factor]).to_vec();
        let rank = shape.len();
        if transposed && rank > 1 {
            shape.swap(rank - 1, rank - 2);
        }
        text.push(pen.shape(&shape));
    }
    text
}

fn row(pen: &Pen, found: &Arrangements, arrangement: &Arrangement, wanted: &[Dim]) -> Vec<Text> {
    let (mark, outcome) = outcome(pen, &arrangement.outcome, wanted);
    vec![vec![piece(product(pen, found, arrangement))], shapes(pen, found, arrangement), vec![mark], outcome]
}

/// Whether it fits, and at which joint it does not.
fn outcome(pen: &Pen, outcome: &Outcome, wanted: &[Dim]) -> (Piece, Text) {
    let (good, bad) = (Piece::Good(String::new()), Piece::Bad(String::new()));
    match outcome {
        Outcome::Fits => (good, vec![pen.shape(wanted)]),
        Outcome::Joint(a, b) => (bad, vec![pen.dim(*a), words("\u{a0}≠\u{a0}"), pen.dim(*b)]),
        Outcome::Gives(shape) => {
            let mut text = vec![words("gives "), pen.shape(shape)];
            if shape.is_empty() {
                text.push(words(", a number"));
            } else if shape.iter().rev().eq(wanted.iter()) {
                text.push(words(": the transpose of what is wanted"));
            }
            (bad, text)
        }
    }
}

/// Why the shapes given leave more than one, and what is left when only those lengths are equal that must be.
fn undecided(pen: &Pen, found: &Arrangements) -> Text {
    let mut text = vec![Piece::Strong(format!("{} of {} arrangements fit", found.fitting(), found.all.len())), words(": these shapes cannot tell them apart.")];
    let Some(general) = &found.general else {
        text.push(words(" Which one it is, the cut below decides."));
        return text;
    };
    text.push(words(" But the formula must not depend on that accident. Were "));
    for (place, (name, shape)) in general.shapes.iter().enumerate() {
        if place > 0 {
            text.push(words(if place + 1 == general.shapes.len() { " and " } else { ", " }));
        }
        text.push(piece(vec![Token::Name(name.clone())]));
        text.push(words("\u{a0}"));
        text.push(piece(vec![Token::Verbatim(shape.clone())]));
    }
    text.push(words(", the same program would still make sense, and then "));
    match general.fits.as_slice() {
        [one] => {
            text.push(words("one is left: "));
            text.push(piece(product(pen, found, &found.all[*one])));
            text.push(words("."));
        }
        several => text.push(words(format!("{} are still left. Which one it is, the cut below decides.", several.len()))),
    }
    text
}

/// A 1-D array has no transpose, so a product with one at its end can be written from both ends.
fn no_row(pen: &Pen, found: &Arrangements) -> Option<Text> {
    let derived = &found.all[found.derived];
    let ends = [derived.order.first()?, derived.order.last()?];
    let flat = ends.iter().any(|(f, _)| pen.arena.shape(found.factors[*f]).len() == 1);
    if derived.outer || !flat {
        return None;
    }
    let mirrored = Arrangement {
        order: derived.order.iter().rev().map(|&(f, t)| (f, pen.arena.shape(found.factors[f]).len() > 1 && !t)).collect(),
        outer: false,
        outcome: Outcome::Fits,
    };
    let vector = ends.iter().find(|(f, _)| pen.arena.shape(found.factors[*f]).len() == 1)?.0;
    Some(vec![
        words("It is "),
        piece(product(pen, found, &mirrored)),
        words(" as well: "),
        pen.formula(found.factors[vector]),
        words(" is 1-D, neither a row nor a column, and a product contracts it from either side."),
    ])
}
