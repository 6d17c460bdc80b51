//! A small example with every entry written out.

use super::pen::{Pen, lengths, piece};
use super::why::Place;
use crate::derive::{Explicit, Monomial, NotExplicit, UseExplanation, places};
use crate::formula::{Formula, Token, atom, symbol};
use crate::render::document::{Block, Equation, Text, words};

/// The value, its change with one entry of the variable, and the sum that this entry's gradient is.
pub fn blocks(pen: &Pen, found: Result<Explicit, NotExplicit>, use_: &UseExplanation, place: &Place) -> Vec<Block> {
    let explicit = match found {
        Ok(explicit) => explicit,
        Err(NotExplicit::NoPolynomial) => {
            let why = "Entry by entry: this statement is no sum of products of entries, so there is no small example to write out.";
            return vec![Block::Paragraph(vec![words(why)])];
        }
        Err(NotExplicit::TooLong) => {
            let why = "Entry by entry: too long to write out at these lengths; give smaller ones with --dims.";
            return vec![Block::Paragraph(vec![words(why)])];
        }
    };
    let mut heading = vec![words("Entry by entry")];
    if !explicit.lengths.is_empty() {
        heading.push(words(", at "));
        heading.extend(lengths(explicit.lengths.iter().map(|(name, n)| (name.as_str(), *n))));
    }
    if !place.scalar {
        heading.extend([words(", with "), piece(upstream_entry(pen, &[])), words(" for "), pen.formula(use_.upstream)]);
    }
    let entry = entry(pen, &explicit.place);
    let mut derivative = vec![Token::gradient(&pen.arena.info(place.output).name, &name(pen, &explicit.place))];
    derivative.extend(suffix(&explicit.place.1));
    let mut inner = vec![
        written(vec![pen.name(place.output)], matrix(pen, &explicit, false), &explicit),
        written(vec![piece(derivative)], matrix(pen, &explicit, true), &explicit),
        Block::Paragraph(vec![
            words("one such array for each entry of "),
            pen.name(place.of),
            words(": together its axes are those of "),
            pen.name(place.output),
            words(", then those of "),
            pen.name(place.of),
        ]),
    ];
    let mut gradient = vec![Token::gradient(place.objective, &name(pen, &explicit.place))];
    gradient.extend(suffix(&explicit.place.1));
    let mut whole = atom(pen.arena, use_.total);
    whole.extend(suffix(&explicit.place.1));
    inner.push(Block::Equations(vec![
        Equation {
            left: vec![piece(gradient)],
            relation: "=",
            right: vec![piece(paired(pen, &explicit, place.scalar))],
            reason: vec![words("multiply entry by entry and add everything")],
        },
        Equation { left: vec![], relation: "=", right: vec![piece(whole)], reason: vec![words("what stands at "), piece(entry)] },
    ]));
    vec![Block::Heading(2, heading), Block::Inner(inner)]
}

/// An array; a number is an equation like any other.
fn written(left: Text, rows: Vec<Vec<Formula>>, explicit: &Explicit) -> Block {
    match rows.as_slice() {
        [row] if explicit.shape.is_empty() && row.len() == 1 => {
            let right = vec![piece(row[0].clone())];
            Block::Equations(vec![Equation { left, relation: "=", right, reason: vec![] }])
        }
        _ => Block::Matrix { left, rows },
    }
}

fn name(pen: &Pen, place: &(crate::expr::SymbolId, Vec<usize>)) -> String {
    pen.arena.info(place.0).name.to_lowercase()
}

fn suffix(places: &[usize]) -> Option<Token> {
    (!places.is_empty()).then(|| Token::Entry(places.iter().map(|p| p + 1).collect()))
}

/// `x₁₂`
fn entry(pen: &Pen, place: &(crate::expr::SymbolId, Vec<usize>)) -> Formula {
    if pen.arena.info(place.0).is_gradient() {
        return upstream_entry(pen, &place.1);
    }
    let lower = name(pen, place);
    // two names that differ in case alone stay as they are
    let clash = pen.arena.symbols.iter().filter(|s| s.name.to_lowercase() == lower).count() > 1;
    let mut tokens = vec![if clash { symbol(pen.arena, place.0) } else { Token::Name(lower.into()) }];
    tokens.extend(suffix(&place.1));
    tokens
}

/// `g₁₂`, the upstream gradient's entry, by a letter that no variable has.
fn upstream_entry(pen: &Pen, places: &[usize]) -> Formula {
    let free = |name: &&str| !pen.arena.symbols.iter().any(|s| s.name.to_lowercase() == **name);
    let mut tokens = vec![Token::Name((*["g", "u", "h", "q"].iter().find(|n| free(n)).unwrap_or(&"upstream")).into())];
    tokens.extend(suffix(places));
    tokens
}

fn monomial(pen: &Pen, one: &Monomial, first: bool) -> Formula {
    let mut tokens = Formula::new();
    match (first, one.coefficient.is_negative()) {
        (true, true) => tokens.push(Token::Tight("-")),
        (true, false) => {}
        (false, true) => tokens.push(Token::Operator("-")),
        (false, false) => tokens.push(Token::Operator("+")),
    }
    let size = one.coefficient.absolute();
    if !size.is_one() || one.entries.is_empty() {
        tokens.push(Token::Number(size.to_string().into()));
        if !one.entries.is_empty() {
            tokens.push(Token::Verbatim(" ".into()));
        }
    }
    let mut counted: Vec<(&(crate::expr::SymbolId, Vec<usize>), usize)> = Vec::new();
    for place in &one.entries {
        match counted.iter_mut().find(|c| c.0 == place) {
            Some(same) => same.1 += 1,
            None => counted.push((place, 1)),
        }
    }
    for (k, (place, power)) in counted.into_iter().enumerate() {
        if k > 0 {
            tokens.push(Token::Verbatim(" ".into()));
        }
        tokens.extend(entry(pen, place));
        if power > 1 {
            tokens.extend([Token::Tight("**"), Token::Number(power.to_string().into())]);
        }
    }
    tokens
}

fn polynomial(pen: &Pen, sum: &[Monomial]) -> Formula {
    if sum.is_empty() {
        return vec![Token::Number("0".into())];
    }
    sum.iter().enumerate().flat_map(|(k, one)| monomial(pen, one, k == 0)).collect()
}

/// The entries of the value, or of its change, in rows; an array of more than two axes as one column.
fn matrix(pen: &Pen, explicit: &Explicit, change: bool) -> Vec<Vec<Formula>> {
    let list = if change { &explicit.changes } else { &explicit.value };
    let columns = match explicit.shape.as_slice() {
        [] | [_] => list.len(),
        [_, columns] => *columns,
        _ => 1,
    };
    list.chunks(columns.max(1)).map(|entries| entries.iter().map(|sum| polynomial(pen, sum)).collect()).collect()
}

/// `g₁₁ w₁₁ + g₁₂ w₁₂ + ...`
fn paired(pen: &Pen, explicit: &Explicit, scalar: bool) -> Formula {
    let mut tokens = Formula::new();
    for (number, sum) in explicit.changes.iter().enumerate().filter(|(_, sum)| !sum.is_empty()) {
        if scalar {
            tokens.extend(polynomial(pen, sum));
            continue;
        }
        if !tokens.is_empty() {
            tokens.push(Token::Operator("+"));
        }
        tokens.extend(upstream_entry(pen, &places(number, &explicit.shape)));
        let alone = matches!(sum.as_slice(), [m] if m.coefficient.is_one());
        if alone && sum[0].entries.is_empty() {
            continue;
        }
        tokens.push(Token::Verbatim(" ".into()));
        if !alone {
            tokens.push(Token::Mark("("));
        }
        tokens.extend(polynomial(pen, sum));
        if !alone {
            tokens.push(Token::Mark(")"));
        }
    }
    if tokens.is_empty() { vec![Token::Number("0".into())] } else { tokens }
}
