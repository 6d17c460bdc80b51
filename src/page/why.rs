//! Why a gradient is so: the chain of differentials, the same by components, and the loop.

use super::pen::{Pen, list, piece};
use super::{Part, Parts, dims};
use crate::derive::components::{Piece as Factor, index_list, write};
use crate::derive::{Arrangement, Arrangements, Components, Jacobian, Reading, UseExplanation};
use crate::expr::{Id, Op, SymbolId};
use crate::formula::{Formula, Token, atom, formula, short, short_atom, symbol};
use crate::limits::MAX_INDEX_TOKENS;
use crate::render::document::{Block, Edge, Equation, Loop, Text, words};

/// What stands around the statement that is explained.
pub struct Place<'a> {
    /// The variable.
    pub of: SymbolId,
    /// What the statement assigns.
    pub output: SymbolId,
    /// The objective's name.
    pub objective: &'a str,
    /// Whether the statement's value is the objective itself.
    pub scalar: bool,
}

/// The parts that were asked for, under one heading.
pub fn blocks(pen: &Pen, use_: &UseExplanation, place: &Place, parts: Parts) -> Vec<Block> {
    let mut inner = Vec::new();
    if let Some(equations) = differential(pen, use_, place).filter(|_| parts.has(Part::Differential)) {
        inner.push(Block::Prose(vec![Block::Paragraph(lead(pen, place))]));
        inner.push(equations);
    }
    if parts.has(Part::Components) {
        let readable = |c: &&Components| write(pen.arena, &c.gradient).len().max(write(pen.arena, &c.value).len()) <= MAX_INDEX_TOKENS;
        if let Some(components) = use_.components.as_ref().filter(readable) {
            inner.push(Block::Screen(vec![Block::Paragraph(vec![words("by components")])]));
            inner.push(Block::Prose(vec![Block::Paragraph(vec![words("Index by index the same reads:")])]));
            let mut equations = lines(pen, components, use_, place);
            equations.extend(use_.jacobian.as_ref().filter(|_| !place.scalar).map(|jacobian| no_matrix(pen, jacobian, place)));
            inner.push(Block::Equations(equations));
        } else if use_.components.is_some() {
            inner.push(Block::Paragraph(vec![words("By components it has too many terms to be of help.")]));
        }
    }
    if parts.has(Part::Loop) {
        inner.extend(figure(pen, use_, place));
    }
    if inner.is_empty() { inner } else { vec![Block::Heading(2, vec![words("Why is that so?")]), Block::Inner(inner)] }
}

/// What leads on to the chain of differentials.
fn lead(pen: &Pen, place: &Place) -> Text {
    let change = |id| piece(vec![Token::Change(pen.arena.info(id).name.clone())]);
    vec![
        words("Let "),
        pen.name(place.of),
        words(" change by "),
        change(place.of),
        words(" and nothing else. Then "),
        piece(vec![Token::Name(place.objective.into())]),
        words(" changes by"),
    ]
}

fn upstream(pen: &Pen, use_: &UseExplanation, place: &Place) -> Option<Formula> {
    if place.scalar || pen.is_one(use_.upstream) { None } else { Some(formula(pen.arena, use_.upstream)) }
}

/// `dL = ⟨dL/dY, dY⟩ = ⟨dL/dY, dX @ W⟩ = ⟨dL/dY @ Wᵀ, dX⟩`
fn differential(pen: &Pen, use_: &UseExplanation, place: &Place) -> Option<Block> {
    let changed = use_.differential?;
    let name = |id: SymbolId| pen.arena.info(id).name.clone();
    let above = upstream(pen, use_, place);
    let mut equations = Vec::new();
    let mut equation = |left: Formula, right: Formula, reason: Text| {
        let left = if left.is_empty() { vec![] } else { vec![piece(left)] };
        equations.push(Equation { left, relation: "=", right: vec![piece(right)], reason });
    };
    let mut start = vec![Token::Change(place.objective.into())];
    if let Some(above) = &above {
        let reason = vec![words("chain rule; ⟨,⟩ multiplies entries and adds up")];
        equation(std::mem::take(&mut start), pen.pairing(Some(above.clone()), vec![Token::Change(name(place.output))]), reason);
    }
    let alone = vec![words("only "), pen.name(place.of), words(" changes")];
    equation(std::mem::take(&mut start), pen.pairing(above, short(pen.arena, changed, pen.names)), alone);
    let change = vec![Token::Change(name(place.of))];
    if use_.contributions.len() > 1 {
        let mut sum = Formula::new();
        for (k, &contribution) in use_.contributions.iter().enumerate() {
            if k > 0 {
                sum.push(Token::Operator("+"));
            }
            sum.extend(pen.pairing(Some(short(pen.arena, contribution, pen.names)), change.clone()));
        }
        let count = use_.contributions.len();
        let reason = vec![pen.name(place.of), words(format!(" stands in {count} places: vary one at a time and add"))];
        equation(vec![], sum, reason);
        equation(vec![], pen.pairing(Some(short(pen.arena, use_.total, pen.names)), change), vec![]);
    } else if !use_.bare || use_.total != use_.upstream {
        let reason = crossing(pen, use_, changed, place);
        equation(vec![], pen.pairing(Some(short(pen.arena, use_.total, pen.names)), change), reason);
    }
    let more = vec![words("what stands beside "), piece(vec![Token::Change(name(place.of))]), words(" is the gradient")];
    if let Some(last) = equations.last_mut().filter(|e| e.reason.is_empty()) {
        last.reason = more;
    }
    Some(Block::Equations(equations))
}

/// What was done to bring the change to stand alone: read off the factors before and after.
fn crossing(pen: &Pen, use_: &UseExplanation, changed: Id, place: &Place) -> Text {
    let [found] = use_.arrangements.as_slice() else {
        if use_.readings.contains(&Reading::Entrywise) {
            return vec![words("entry by entry, a factor may stand on either side")];
        }
        if let (Op::Sum { .. }, [summed]) = (pen.arena.op(use_.total), pen.arena.args(use_.total)) {
            if *summed != use_.upstream {
                return vec![pen.name(place.of), words(" serves several entries: what comes back adds up")];
            }
            return vec![pen.name(place.of), words(" changes all of them alike: add up")];
        }
        return vec![];
    };
    let derived = &found.all[found.derived];
    if derived.outer {
        return vec![words("no index is shared, so none is summed")];
    }
    let before = formula(pen.arena, changed);
    if let Some(text) = crossed(pen, use_, found, derived, &before) {
        return text;
    }
    // what is written with indices has no other end
    if before.contains(&Token::Function("einsum")) {
        return vec![];
    }
    let mirrored = dims::mirrored(pen, found, derived);
    let Some(mut text) = crossed(pen, use_, found, &mirrored, &before) else { return vec![] };
    let change = Token::Change(pen.arena.info(place.of).name.clone());
    let turned = before.windows(2).any(|w| w[0] == change && matches!(w[1], Token::Transpose { .. }));
    if turned {
        text.extend([words("; then both sides are transposed")]);
    } else {
        text.extend([words(": "), piece(dims::product(pen, found, &mirrored)), words(", from its other end")]);
    }
    text
}

/// "W crosses to the other slot, transposed", if every factor but the upstream gradient does.
fn crossed(pen: &Pen, use_: &UseExplanation, found: &Arrangements, arrangement: &Arrangement, before: &[Token]) -> Option<Text> {
    let others: Vec<(Id, bool)> = found.written(arrangement).filter(|(f, _)| *f != use_.upstream).collect();
    let stood_turned = |id: Id| {
        let own = atom(pen.arena, id);
        let at = before.windows(own.len()).position(|w| w == own.as_slice())?;
        Some(matches!(before.get(at + own.len()), Some(Token::Transpose { .. })))
    };
    let crosses = |&(f, t): &(Id, bool)| pen.arena.shape(f).len() < 2 || stood_turned(f) == Some(!t);
    if others.is_empty() || !others.iter().all(crosses) {
        return None;
    }
    let mut names: Vec<Id> = Vec::new();
    others.iter().for_each(|o| {
        if !names.contains(&o.0) {
            names.push(o.0);
        }
    });
    let turned = names.iter().filter(|f| pen.arena.shape(**f).len() > 1).count();
    let how = match (names.len(), turned) {
        (1, 0) => " crosses to the other slot",
        (_, 0) => " cross to the other slot",
        (1, _) => " crosses to the other slot, transposed",
        (all, some) if all == some => " cross to the other slot, each transposed",
        _ => " cross to the other slot, matrices transposed",
    };
    let mut text = list(names.into_iter().map(|f| pen.short(f)).collect());
    text.push(words(how));
    Some(text)
}

/// The statement and its gradient, index by index.
fn lines(pen: &Pen, c: &Components, use_: &UseExplanation, place: &Place) -> Vec<Equation> {
    let arena = pen.arena;
    let at = |indices: &[char]| -> Formula { if indices.is_empty() { vec![] } else { vec![index_list(indices)] } };
    let entry = |mut base: Formula, indices: &[char]| {
        base.extend(at(indices));
        base
    };
    let mut lines = Vec::new();
    if upstream(pen, use_, place).is_some() {
        let mut sum: Formula =
            if c.value_indices.is_empty() { vec![] } else { vec![Token::Summation(c.value_indices.iter().collect::<String>().into())] };
        sum.extend(entry(atom(arena, use_.upstream), &c.value_indices));
        sum.push(Token::Verbatim(" ".into()));
        sum.extend(entry(vec![Token::Change(arena.info(place.output).name.clone())], &c.value_indices));
        lines.push(Equation {
            left: vec![piece(vec![Token::Change(place.objective.into())])],
            relation: "=",
            right: vec![piece(sum)],
            reason: vec![],
        });
    }
    let value = Equation {
        left: vec![piece(entry(vec![symbol(arena, place.output)], &c.value_indices))],
        relation: "=",
        right: vec![piece(write(arena, &c.value))],
        reason: vec![words("the statement, entry by entry")],
    };
    lines.push(value);
    let gradient = Token::gradient(place.objective, &arena.info(place.of).name);
    let beside = entry(vec![Token::Change(arena.info(place.of).name.clone())], &c.indices);
    lines.push(Equation {
        left: vec![piece(entry(vec![gradient], &c.indices))],
        relation: "=",
        right: vec![piece(write(arena, &c.gradient))],
        reason: vec![words("what multiplies "), piece(beside)],
    });
    let mut whole = short_atom(arena, use_.total, pen.names);
    whole.extend(at(&c.indices));
    if whole != write(arena, &c.gradient) {
        lines.push(Equation { left: vec![], relation: "=", right: vec![piece(whole)], reason: walked(pen, use_) });
    }
    lines
}

/// Which factor is walked against its direction.
fn walked(pen: &Pen, use_: &UseExplanation) -> Text {
    let ([found], 1) = (use_.arrangements.as_slice(), use_.contributions.len()) else { return vec![] };
    let derived = &found.all[found.derived];
    let turned: Vec<Id> = derived.order.iter().filter(|(_, t)| *t).map(|(f, _)| found.factors[*f]).collect();
    let [one] = turned.as_slice() else { return vec![] };
    let [.., rows, columns] = pen.arena.shape(*one) else { return vec![] };
    vec![pen.short(*one), words(" from "), pen.dim(*columns), words(" back to "), pen.dim(*rows), words(": a transpose")]
}

/// The cure for "dY/dX is W": the derivative itself, with all its axes.
fn no_matrix(pen: &Pen, jacobian: &Jacobian, place: &Place) -> Equation {
    let arena = pen.arena;
    let (output, of) = (&arena.info(place.output).name, &arena.info(place.of).name);
    let indexed = |mut base: Formula, indices: &[char]| {
        base.push(index_list(indices));
        base
    };
    let entries: Vec<_> = jacobian.entry.factors.iter().filter_map(|f| if let Factor::Entry(e) = f { Some(e) } else { None }).collect();
    let mut reason = vec![
        words(match jacobian.shape.len() {
            1 => "1 axis, ".into(),
            count => format!("{count} axes, "),
        }),
        pen.shape(&jacobian.shape),
    ];
    if let [other] = entries.as_slice() {
        let name = vec![symbol(arena, other.symbol)];
        let alone = jacobian.entry.factors.len() == 1 && jacobian.entry.coefficient.is_one();
        if !alone || other.indices.len() != jacobian.indices.len() {
            reason.extend([words(": not "), piece(name)]);
        } else if other.indices.iter().rev().eq(&jacobian.indices) {
            reason.extend([words(": "), piece([name, vec![Token::Transpose { batch: false }]].concat())]);
        }
    }
    Equation {
        left: vec![piece(indexed(vec![Token::gradient(output, of)], &jacobian.indices))],
        relation: "=",
        right: vec![piece(write(arena, std::slice::from_ref(&jacobian.entry)))],
        reason,
    }
}

/// The loop, and what its way left says.
fn figure(pen: &Pen, use_: &UseExplanation, place: &Place) -> Vec<Block> {
    let Some(way) = &use_.way else { return vec![] };
    let [found] = use_.arrangements.as_slice() else { return vec![] };
    let order = &found.all[found.derived].order;
    if order.len() != way.way.len() || order.len() < 2 {
        return vec![];
    }
    let edges: Vec<Edge> =
        way.way.iter().zip(order).map(|(&(id, to), &(_, turned))| Edge { factor: pen.factor(id, turned), to: pen.side(to) }).collect();
    let last = way.way.last().map_or(way.from, |w| w.1);
    let mut words_ = vec![
        words("Cut "),
        pen.name(place.of),
        words(" out of the loop: from "),
        pen.dim(way.from),
        words(" to "),
        pen.dim(last),
        words(" the way left is "),
    ];
    for (k, (&(id, _), &(_, turned))) in way.way.iter().zip(order).enumerate() {
        if k > 0 {
            words_.push(words(", then "));
        }
        words_.push(pen.short(id));
        if turned {
            words_.push(words(" backwards"));
        }
    }
    words_.push(words("."));
    let cut = vec![symbol(pen.arena, place.of)];
    vec![Block::Loop(Loop { cut, from: pen.side(way.from), way: edges }), Block::Paragraph(words_)]
}
