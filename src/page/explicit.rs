//! A small example with every entry written out: the value, how it changes with one entry, what that means for the objective, and what all
//! entries together are recognised as.

use super::pen::{Pen, lengths, piece};
use super::why::Place;
use crate::derive::{Explicit, Monomial, NotExplicit, UseExplanation, places};
use crate::expr::Op;
use crate::formula::{Formula, Token, atom, formula, symbol};
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
    let name = name(pen, &explicit.place);
    let by_entry = |of: &str| {
        let mut tokens = vec![Token::gradient(of, &name)];
        tokens.extend(suffix(&explicit.place.1));
        tokens
    };
    let line = |left: Formula, right: Formula, reason: Text| {
        let left = if left.is_empty() { vec![] } else { vec![piece(left)] };
        Equation { left, relation: "=", right: vec![piece(right)], reason }
    };
    let value = &pen.arena.info(place.output).name;
    let mut inner = vec![written(vec![pen.name(place.output)], rows(pen, &explicit.value, &explicit.shape))];
    let mut equations = Vec::new();
    if place.scalar {
        equations.push(line(
            by_entry(place.objective),
            polynomial(pen, &explicit.changes[0]),
            vec![words("what multiplies a change of "), piece(entry(pen, &explicit.place))],
        ));
    } else {
        inner.push(written(vec![piece(by_entry(value))], rows(pen, &explicit.changes, &explicit.shape)));
        let each = [
            words("one such array for each entry of "),
            pen.name(place.of),
            words(": together its axes are those of "),
            pen.name(place.output),
            words(", then those of "),
            pen.name(place.of),
        ];
        inner.push(Block::Paragraph(each.into()));
        if !explicit.shape.is_empty() {
            let pairing = pen.pairing(Some(formula(pen.arena, use_.upstream)), by_entry(value));
            equations.push(line(by_entry(place.objective), pairing, vec![words("paired entry by entry")]));
        }
        let left = if equations.is_empty() { by_entry(place.objective) } else { vec![] };
        let reason = vec![words("and added up: no matrix product")];
        equations.push(line(left, paired(pen, &explicit), reason));
    }
    let several = explicit.paired.len() > 1;
    if !several {
        let mut whole = atom(pen.arena, use_.total);
        whole.extend(suffix(&explicit.place.1));
        equations.push(line(vec![], whole, vec![words("what stands at "), piece(entry(pen, &explicit.place))]));
    }
    inner.push(Block::Equations(equations));
    if several {
        let gradient = vec![Token::gradient(place.objective, &pen.arena.info(place.of).name)];
        inner.push(Block::Paragraph(vec![words("so for each entry of "), pen.name(place.of), words(", each in its place:")]));
        inner.push(written(vec![piece(gradient.clone())], rows(pen, &explicit.paired, &explicit.own)));
        inner.push(Block::Equations(vec![line(gradient, formula(pen.arena, use_.total), recognised(pen, use_))]));
    }
    vec![Block::Heading(2, heading), Block::Inner(inner)]
}

/// By what all entries together are known.
fn recognised(pen: &Pen, use_: &UseExplanation) -> Text {
    let args = pen.arena.args(use_.total);
    match (pen.arena.op(use_.total), args) {
        (Op::MatMul, &[a, b]) => {
            let part = |id, matrix: &'static str| if pen.arena.shape(id).len() > 1 { matrix } else { "" };
            vec![words(part(a, "each a row of ")), pen.formula(a), words(" by "), words(part(b, "a column of ")), pen.formula(b)]
        }
        (Op::Outer, &[a, b]) => vec![words("each entry of "), pen.formula(a), words(" by each of "), pen.formula(b)],
        (Op::Sum { .. }, _) => vec![words("sums along an axis")],
        _ => vec![words("all entries at once")],
    }
}

/// An array; a number is an equation like any other.
fn written(left: Text, rows: Vec<Vec<Formula>>) -> Block {
    match rows.as_slice() {
        [row] if row.len() == 1 => {
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

/// The entries of an array in rows; one of more than two axes as one column.
fn rows(pen: &Pen, entries: &[Vec<Monomial>], shape: &[usize]) -> Vec<Vec<Formula>> {
    let columns = match shape {
        [] | [_] => entries.len(),
        [_, columns] => *columns,
        _ => 1,
    };
    entries.chunks(columns.max(1)).map(|entries| entries.iter().map(|sum| polynomial(pen, sum)).collect()).collect()
}

/// `g₁₁ w₁₁ + g₁₂ w₁₂ + ...`
fn paired(pen: &Pen, explicit: &Explicit) -> Formula {
    match explicit.paired.first() {
        Some(sum) => polynomial(pen, sum),
        // what arrives has no name of its own, or the array is too long to be written out whole
        None => explicit.changes.iter().enumerate().filter(|(_, sum)| !sum.is_empty()).fold(Formula::new(), |mut tokens, (number, sum)| {
            if !tokens.is_empty() {
                tokens.push(Token::Operator("+"));
            }
            tokens.extend(upstream_entry(pen, &places(number, &explicit.shape)));
            tokens.extend([Token::Verbatim(" ".into()), Token::Mark("(")]);
            tokens.extend(polynomial(pen, sum));
            tokens.push(Token::Mark(")"));
            tokens
        }),
    }
}
