//! Dimension analysis: what a gradient can be made of, and how the pieces fit.

use super::pen::{Pen, list, piece};
use crate::derive::{Arrangement, Arrangements, Outcome};
use crate::expr::{Id, SymbolId};
use crate::formula::{Formula, Token};
use crate::render::document::{self, Block, Piece, Side, Text, words};
use crate::shape::Dim;

/// How many rows of a table of arrangements are shown before it is cut to the derived one and its neighbours.
const MAX_ROWS: usize = 6;

/// The heading and the table for products of the same factors: one for each place where the variable stands.
pub fn blocks(pen: &Pen, group: &[&Arrangements], of: SymbolId, objective: &str, units: bool) -> Vec<Block> {
    let Some(&found) = group.first() else { return vec![] };
    let derived: Vec<usize> = group.iter().filter_map(|other| place(found, other)).fold(vec![], |mut places, place| {
        if !places.contains(&place) {
            places.push(place);
        }
        places
    });
    let mut inner = Vec::new();
    if units {
        inner.push(Block::Paragraph(unit_line(pen, found, of, objective)));
    }
    inner.push(document::table(&["Product", "Shapes", "Does it fit?"], table(pen, found, &derived, of)));
    if found.fitting() > 1 {
        inner.push(Block::Paragraph(undecided(pen, found, &derived, of)));
    } else if let Some(note) = no_row(pen, found) {
        inner.push(Block::Paragraph(note));
    }
    vec![Block::Heading(2, vec![words("What can it be made of?")]), Block::Inner(inner)]
}

/// Products that are made of the same factors belong together.
pub fn groups(list: &[Arrangements]) -> Vec<Vec<&Arrangements>> {
    let mut groups: Vec<(Vec<Id>, Vec<&Arrangements>)> = Vec::new();
    for found in list {
        let mut key: Vec<Id> = found.factors.iter().chain(&found.scalars).copied().collect();
        key.sort();
        match groups.iter_mut().find(|g| g.0 == key) {
            Some(group) => group.1.push(found),
            None => groups.push((key, vec![found])),
        }
    }
    groups.into_iter().map(|g| g.1).collect()
}

/// Where the derived arrangement of `other` stands among those of `found`.
fn place(found: &Arrangements, other: &Arrangements) -> Option<usize> {
    let wanted = &other.all[other.derived];
    found.all.iter().position(|a| a.outer == wanted.outer && found.written(a).eq(other.written(wanted)))
}

/// `[dL/dX] = [L]/[X] = [dL/dY]·[W], so dL/dY and W, once each.`
fn unit_line(pen: &Pen, found: &Arrangements, of: SymbolId, objective: &str) -> Text {
    let name = pen.arena.info(of).name.clone();
    let gradient = Token::gradient(objective, &name);
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
        tokens.extend(unit(crate::formula::short(pen.arena, factor, pen.names)));
        if count > 1 {
            tokens.extend([Token::Tight("**"), Token::Number(count.to_string().into())]);
        }
    }
    let mut text = vec![piece(tokens), words(", so ")];
    let once = kinds.iter().all(|k| k.1 == 1);
    if once {
        text.extend(list(kinds.iter().map(|k| pen.short(k.0)).collect()));
        text.push(words(if kinds.len() > 1 { ", once each." } else { ", once." }));
    } else {
        let many = |&(id, count): &(Id, usize)| {
            let times = match count {
                1 => " once".to_string(),
                2 => " twice".to_string(),
                n => format!(" {n} times"),
            };
            vec![pen.short(id), words(times)]
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
fn table(pen: &Pen, found: &Arrangements, derived: &[usize], of: SymbolId) -> Vec<Vec<Text>> {
    let wanted = &pen.arena.info(of).shape;
    let shown = shown(pen, found, derived);
    let mut rows: Vec<Vec<Text>> = shown.iter().map(|&k| row(pen, found, &found.all[k], wanted)).collect();
    if let (Some(last), 1, true) = (rows.last_mut(), found.fitting(), found.total > 1) {
        last.push(vec![words(format!("the only fit of {}", found.total))]);
    }
    rows
}

/// All, if these are few; else those in which the upstream gradient is not turned; else the derived ones and those that differ from one by
/// one transpose or by two neighbours swapped. The derived ones stand last.
fn shown(pen: &Pen, found: &Arrangements, derived: &[usize]) -> Vec<usize> {
    let others = (0..found.all.len()).filter(|k| !derived.contains(k));
    let turned = |k: usize| found.written(&found.all[k]).any(|(f, t)| t && is_gradient(pen, f));
    let near = |k: usize| neighbours(&found.all[k], &found.all[found.derived]);
    let mut rows: Vec<usize> = others.clone().collect();
    if rows.len() >= MAX_ROWS {
        rows = others.clone().filter(|&k| !turned(k)).collect();
    }
    if rows.len() >= MAX_ROWS {
        let fits = |k: usize| found.all[k].fits();
        let (fitting, others): (Vec<usize>, Vec<usize>) = others.filter(|&k| fits(k) || near(k)).partition(|&k| fits(k));
        rows = fitting.into_iter().take(2).chain(others).take(MAX_ROWS - 1).collect();
    }
    rows.sort_by_key(|&k| found.all[k].fits());
    rows.extend(derived);
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
        tokens.extend([Token::Function("outer"), Token::Mark("(")]);
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
            text.push(Piece::Sign(if arrangement.outer { "⊗" } else { "@" }));
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
        Outcome::Joint(a, b) => (bad, vec![pen.dim(*a), Piece::Sign("≠"), pen.dim(*b)]),
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
fn undecided(pen: &Pen, found: &Arrangements, derived: &[usize], of: SymbolId) -> Text {
    let fitting = found.fitting();
    let mut text = vec![Piece::Strong(format!("{fitting} of {} arrangements fit", found.total))];
    if fitting == derived.len() {
        text.extend([words(", and the gradient has "), words(if fitting == 2 { "both" } else { "them all" }), words(": "), pen.name(of)]);
        text.push(words(format!(" stands in {fitting} places.")));
        return text;
    }
    text.push(words(": these shapes cannot tell them apart."));
    let Some(general) = &found.general else {
        text.push(words(" Dimension analysis ends here; the cut below decides."));
        return text;
    };
    let mut shapes = Text::new();
    for (place, (name, shape)) in general.shapes.iter().enumerate() {
        if place > 0 {
            shapes.push(words(if place + 1 == general.shapes.len() { " and " } else { ", " }));
        }
        shapes.push(piece(vec![Token::Name(name.as_str().into())]));
        shapes.push(words("\u{a0}"));
        let sides = shape.trim_matches(['(', ')']).split(',').map(str::trim).filter(|side| !side.is_empty());
        shapes.push(Piece::Shape(sides.map(|side| Side { name: side.into(), hue: None }).collect()));
    }
    if general.fits.len() == fitting {
        text.push(words(" Nor could any others: "));
        text.extend(shapes);
        text.push(words(" are the most general ones that the program allows. Dimension analysis ends here; the cut below decides."));
        return text;
    }
    text.push(words(" But the formula must not depend on that accident. Were "));
    text.extend(shapes);
    text.push(words(", the same program would still make sense, and then "));
    match general.fits.as_slice() {
        [one] => {
            text.push(words("one is left: "));
            text.push(piece(product(pen, found, &found.all[*one])));
            text.push(words("."));
        }
        several => text.push(words(format!("{} are still left. Dimension analysis ends here; the cut below decides.", several.len()))),
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
    let mirrored = mirrored(pen, found, derived);
    let vector = ends.iter().find(|(f, _)| pen.arena.shape(found.factors[*f]).len() == 1)?.0;
    Some(vec![
        words("It is "),
        piece(product(pen, found, &mirrored)),
        words(" as well: "),
        pen.short(found.factors[vector]),
        words(" is 1-D, neither a row nor a column, and a product contracts it from either side."),
    ])
}

/// The same product transposed: from its other end, each factor turned.
pub fn mirrored(pen: &Pen, found: &Arrangements, arrangement: &Arrangement) -> Arrangement {
    let turned = |&(f, t): &(usize, bool)| (f, pen.arena.shape(found.factors[f]).len() > 1 && !t);
    Arrangement { order: arrangement.order.iter().rev().map(turned).collect(), outer: arrangement.outer, outcome: Outcome::Fits }
}
