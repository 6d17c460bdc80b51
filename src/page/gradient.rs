//! One gradient: what shape it must have, what it can be made of, why it is so, what it is, and what that means.

use super::pen::{Pen, piece};
use super::why::Place;
use super::{Part, Parts, dims, reading, why};
use crate::answer::{Answer, Explanation};
use crate::derive::{Gradient, Reading, UseExplanation};
use crate::expr::{Id, Op};
use crate::formula::Token;
use crate::render::document::{Block, Equation, Piece, Text, words};

/// How many tables of arrangements one statement gets.
const MAX_TABLES: usize = 3;

/// Whether a gradient only arrives from above.
fn given(answer: &Answer, gradient: &Gradient) -> bool {
    gradient.of == answer.derivation.model.output && gradient.uses.is_empty() && !gradient.wanted
}

/// The gradient at `place` in the derivation as one line; nothing for the one that arrives from above.
pub fn line(pen: &Pen, answer: &Answer, place: usize) -> Option<Equation> {
    let gradient = &answer.derivation.gradients[place];
    let left = vec![piece(vec![crate::formula::symbol(pen.arena, gradient.symbol)])];
    let right = vec![abridged(pen, answer, gradient.value)];
    (!given(answer, gradient)).then_some(Equation { left, relation: "=", right, reason: vec![] })
}

/// An expression with the names for what occurs repeatedly.
fn abridged(pen: &Pen, answer: &Answer, id: Id) -> Piece {
    piece(crate::formula::abridged(pen.arena, id, &answer.derivation.names))
}

/// What the names stand for that are met in the gradient at `place`, and in none before it.
pub fn introduced(pen: &Pen, answer: &Answer, place: usize) -> Vec<Equation> {
    let derivation = &answer.derivation;
    let nodes = |gradient: &Gradient| {
        let roots: Vec<Id> = [gradient.value].into_iter().chain(gradient.put_in(pen.arena)).collect();
        let used = pen.arena.reachable(&roots);
        used.into_iter().filter(|id| !roots.contains(id)).collect::<Vec<Id>>()
    };
    if derivation.names.is_empty() || given(answer, &derivation.gradients[place]) {
        return vec![];
    }
    let here = nodes(&derivation.gradients[place]);
    let before: Vec<Id> = derivation.gradients[..place].iter().filter(|g| !given(answer, g)).flat_map(nodes).collect();
    let new = derivation.names.iter().filter(|(id, _)| here.contains(id) && !before.contains(id));
    new.map(|(id, name)| {
        let left = vec![words("where "), piece(vec![Token::Name(name.as_str().into())])];
        Equation { left, relation: "=", right: vec![abridged(pen, answer, *id)], reason: vec![] }
    })
    .collect()
}

/// The section about the gradient at `place` in the derivation; nothing for the one that arrives from above.
pub fn section(pen: &Pen, answer: &Answer, place: usize, parts: Parts) -> Vec<Block> {
    let derivation = &answer.derivation;
    let gradient = &derivation.gradients[place];
    if given(answer, gradient) {
        return vec![];
    }
    let own = vec![crate::formula::symbol(pen.arena, gradient.symbol)];
    let mut body = Vec::new();
    let mut remarks: Vec<Text> = Vec::new();
    match &answer.explanations[place] {
        Explanation::Uses(uses) => {
            for use_ in uses {
                body.extend(one_use(pen, answer, gradient, use_, uses.len() > 1, parts));
            }
            if uses.len() > 1 && !body.is_empty() {
                let count = uses.len();
                body.push(Block::Paragraph(vec![
                    pen.name(gradient.of),
                    words(format!(" is used in {count} statements, so {count} gradients arrive, and they add.")),
                ]));
            }
            if parts.has(Part::Reading) {
                // that it is entry by entry was said where there was nothing to arrange
                remarks.extend(reading::sentences(pen, gradient, uses, |r| !matches!(r, Reading::Entrywise)));
            }
        }
        Explanation::Like(earlier) => {
            let other = derivation.gradients[*earlier].symbol;
            remarks.push(vec![words("by the same steps as "), pen.name(other)]);
        }
        _ if gradient.uses.is_empty() => {
            remarks.push(vec![words("the output does not depend on "), pen.name(gradient.of)]);
        }
        _ => {}
    }
    remarks.extend(restricted(pen, gradient));
    if parts.has(Part::Result) {
        if let Some(convolved) = gradient.convolved {
            remarks.insert(0, vec![words("in convolutions: "), abridged(pen, answer, convolved)]);
        } else if let Some(closed) = gradient.put_in(pen.arena) {
            remarks.insert(0, vec![words("with all put in: "), abridged(pen, answer, closed)]);
        }
        body.push(result(pen, answer, gradient, &own, remarks));
    } else if parts.has(Part::Reading) {
        body.extend(remarks.into_iter().map(Block::Paragraph));
    }
    if !body.is_empty() {
        let names = introduced(pen, answer, place);
        if !names.is_empty() {
            body.insert(0, Block::Equations(names));
        }
        body.insert(0, heading(pen, gradient, &own));
    }
    body
}

fn result(pen: &Pen, answer: &Answer, gradient: &Gradient, own: &[Token], remarks: Vec<Text>) -> Block {
    let shapes = shapes_below(pen, gradient);
    let mut left = own.to_vec();
    let right = match pen.with_shapes(gradient.value) {
        Some(right) => {
            left.push(Token::Shape(pen.sides(&pen.arena.info(gradient.of).shape)));
            piece(right)
        }
        None => abridged(pen, answer, gradient.value),
    };
    Block::Result { left: vec![piece(left)], right: vec![right], shapes, remarks }
}

fn heading(pen: &Pen, gradient: &Gradient, own: &[Token]) -> Block {
    let shape = pen.shape(&pen.arena.info(gradient.of).shape);
    Block::Heading(1, vec![piece(own.to_vec()), words("  must be "), shape])
}

fn one_use(pen: &Pen, answer: &Answer, gradient: &Gradient, use_: &UseExplanation, several: bool, parts: Parts) -> Vec<Block> {
    let model = &answer.derivation.model;
    let statement = &model.statements[use_.statement];
    let place = Place {
        of: gradient.of,
        output: statement.symbol,
        objective: &model.objective,
        scalar: statement.symbol == model.output && model.scalar,
    };
    let mut blocks = Vec::new();
    let mut from = vec![];
    if several || model.statements.len() > 1 {
        let mut line = vec![crate::formula::symbol(pen.arena, statement.symbol)];
        if !statement.long {
            line.push(Token::Operator("="));
            line.extend(crate::formula::formula(pen.arena, statement.value));
        }
        from.push(Block::Screen(vec![Block::Heading(2, vec![words("From "), piece(line.clone())])]));
        from.push(Block::Prose(vec![Block::Paragraph(vec![pen.name(gradient.of), words(" stands in "), piece(line)])]));
    }
    if parts.has(Part::Dims) {
        let groups = dims::groups(&use_.arrangements);
        for group in groups.iter().take(MAX_TABLES) {
            blocks.extend(dims::blocks(pen, group, gradient.of, &model.objective, use_.units));
        }
        if groups.len() > MAX_TABLES {
            let rest = groups.len() - MAX_TABLES;
            blocks.push(Block::Paragraph(vec![words(format!("And likewise for the {rest} other products that add up to it."))]));
        }
        blocks.extend(nothing_to_arrange(pen, gradient, use_, &place));
    }
    blocks.extend(why::blocks(pen, use_, &place, parts));
    if parts.has(Part::Explicit) {
        let found = crate::explicit::explicit(&answer.derivation, gradient.of, use_, &answer.dims);
        blocks.extend(super::explicit::blocks(pen, found, use_, &place));
    }
    if parts.has(Part::Rewrite) {
        blocks.extend(known(pen, use_));
        blocks.extend(rules(pen, use_));
    }
    if !blocks.is_empty() {
        blocks.splice(0..0, from);
    }
    blocks
}

/// Where no product is to be arranged: why not.
fn nothing_to_arrange(pen: &Pen, gradient: &Gradient, use_: &UseExplanation, place: &Place) -> Option<Block> {
    if !use_.arrangements.is_empty() {
        return None;
    }
    let (own, output) = (pen.name(gradient.of), pen.name(place.output));
    if use_.readings.contains(&Reading::Entrywise) {
        return Some(Block::Paragraph(vec![
            words("Each entry of "),
            own,
            words(" makes one entry of "),
            output,
            words(", so each entry has its own chain rule: no order, no transpose, nothing to arrange."),
        ]));
    }
    let summed: Vec<Piece> =
        use_.readings.iter().filter_map(|r| if let Reading::AddsUp { dim, .. } = r { Some(pen.dim(*dim)) } else { None }).collect();
    let alone = use_.components.as_ref().is_some_and(|c| c.gradient.len() == 1 && c.gradient[0].factors.len() == 1);
    let only_summed =
        alone && !summed.is_empty() && use_.readings.iter().all(|r| matches!(r, Reading::AddsUp { .. } | Reading::PassesThrough { .. }));
    if only_summed {
        let mut text = vec![own, words(" serves all of "), output, words(" along ")];
        text.extend(super::pen::list(summed));
        text.push(words(", so what comes back along it adds up."));
        return Some(Block::Paragraph(text));
    }
    None
}

/// `(n, m) @ (m, d) → (n, d)`
fn shapes_below(pen: &Pen, gradient: &Gradient) -> Text {
    let shape = pen.shape(&pen.arena.info(gradient.of).shape);
    match super::pen::operands(pen.arena, gradient.value) {
        Some((sign, list)) if (2..=4).contains(&list.len()) && sign != "+" => {
            let mut text = Text::new();
            for (place, &arg) in list.iter().enumerate() {
                if place > 0 {
                    text.push(Piece::Sign(sign));
                }
                text.push(pen.shape_of(arg));
            }
            text.extend([Piece::Sign("→"), shape]);
            text
        }
        _ => match (pen.arena.op(gradient.value), pen.arena.args(gradient.value)) {
            (Op::Sum { .. }, [one]) => vec![pen.shape_of(*one), Piece::Sign("→"), shape],
            _ => vec![],
        },
    }
}

/// The functions that the variable goes through: what they are, and how they change.
fn known(pen: &Pen, use_: &UseExplanation) -> Vec<Block> {
    let mut equations = Vec::new();
    for known in &use_.known {
        let call = pen.formula(known.call);
        let stated = [(vec![], known.definition, "by definition"), (vec![words("d ")], known.differential, "its differential")];
        for (mut left, right, reason) in stated {
            if let Some(right) = right {
                left.push(call.clone());
                equations.push(Equation { left, relation: "=", right: vec![pen.formula(right)], reason: vec![words(reason)] });
            }
        }
    }
    if equations.is_empty() {
        return vec![];
    }
    vec![Block::Heading(2, vec![words("What is known of its functions")]), Block::Inner(vec![Block::Equations(equations)])]
}

/// A property restricts the values of an input, not the derivative.
fn restricted(pen: &Pen, gradient: &Gradient) -> Option<Text> {
    // what is open leaves every entry free
    const OPEN: [&str; 3] = ["const", "positive", "distinct"];
    let info = pen.arena.info(gradient.of);
    let property = info.properties.iter().find(|p| !OPEN.contains(&&***p)).filter(|_| gradient.wanted && !gradient.uses.is_empty())?;
    Some(vec![
        words("each entry of "),
        pen.name(gradient.of),
        words(" is varied alone, as autograd does: that "),
        pen.name(gradient.of),
        words(format!(" is {property} only simplifies the result")),
    ])
}

/// The rules that were applied, by name.
fn rules(pen: &Pen, use_: &UseExplanation) -> Vec<Block> {
    if use_.rules.is_empty() {
        return vec![];
    }
    vec![Block::Heading(2, vec![words("Rewritten by these rules")]), Block::Inner(pen.rules(&use_.rules))]
}
