//! A small example with every entry written out: the value, how it changes with one entry, what that means for the objective, and what all
//! entries together are recognised as.

use super::pen::{Pen, lengths, piece};
use super::why::Place;
use crate::derive::UseExplanation;
use crate::explicit::{Explicit, Factor, Monomial, NotExplicit, Polynomial, places};
use crate::expr::{Number, Op, SymbolId};
use crate::formula::{Formula, Token, applied, formula, short_atom, short_factor};
use crate::render::document::{Block, Equation, Piece, Text, words};

/// The value, its change with one entry of the variable, and the sum that this entry's gradient is.
pub fn blocks(pen: &Pen, found: Result<Explicit, NotExplicit>, use_: &UseExplanation, place: &Place) -> Vec<Block> {
    let explicit = match found {
        Ok(explicit) => explicit,
        Err(why) => return vec![Block::Paragraph(refused(why))],
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
        let mut whole = short_atom(pen.arena, use_.total, pen.names);
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

/// Why nothing is written out, and what may be typed instead.
fn refused(why: NotExplicit) -> Text {
    let mut text = vec![words("Entry by entry: ")];
    text.extend(match why {
        NotExplicit::TooLong => vec![words("too long to write out at these lengths; give smaller ones with "), code("--dims"), words(".")],
        NotExplicit::Lengths => vec![words("the program does not fit these lengths; give others with "), code("--dims"), words(".")],
        NotExplicit::Unconfirmed => vec![words("numbers do not confirm the small example, so it is not printed.")],
        NotExplicit::NoEntries(function) => {
            let why = ", which is no sum over entries, so there is no small example to write out.";
            vec![words("the change goes through "), code(function), words(why)]
        }
    });
    text
}

fn code(text: &str) -> Piece {
    Piece::Code(text.into())
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

/// What an entry of this array is called by: a small letter, unless more names than `own` of the program would be the same then.
fn small(pen: &Pen, name: &str, places: &[usize], own: usize) -> String {
    let small = name.to_lowercase();
    if places.is_empty() || pen.alike(&small) > own { name.to_string() } else { small }
}

fn name(pen: &Pen, (symbol, places): &(SymbolId, Vec<usize>)) -> String {
    small(pen, &pen.arena.info(*symbol).name, places, 1)
}

/// `x₁₂`
fn at(name: String, places: &[usize]) -> Formula {
    [Token::Name(name.into())].into_iter().chain(suffix(places)).collect()
}

fn suffix(places: &[usize]) -> Option<Token> {
    (!places.is_empty()).then(|| Token::Entry(places.iter().map(|p| p + 1).collect()))
}

/// `x₁₂`
fn entry(pen: &Pen, place: &(SymbolId, Vec<usize>)) -> Formula {
    if pen.arena.info(place.0).is_gradient() {
        return upstream_entry(pen, &place.1);
    }
    at(name(pen, place), &place.1)
}

/// `g₁₂`, the upstream gradient's entry, by a letter that no variable has.
fn upstream_entry(pen: &Pen, places: &[usize]) -> Formula {
    let free = |letter: &&str| pen.alike(letter) == 0;
    let mut tokens = vec![Token::Name((*["g", "u", "h", "q"].iter().find(|n| free(n)).unwrap_or(&"upstream")).into())];
    tokens.extend(suffix(places));
    tokens
}

fn number(n: Number) -> Token {
    Token::Number(n.to_string().into())
}

/// A factor to a positive power.
fn power(pen: &Pen, base: &Factor, exponent: Number) -> Formula {
    let inner = match base {
        Factor::Entry(place) => entry(pen, place),
        Factor::Sum(sum) => polynomial(pen, sum),
        Factor::Apply(function, operands) => applied(*function, operands.iter().map(|operand| polynomial(pen, operand)).collect()),
        Factor::Inverse(id, places) => {
            let call = [Token::Function("inv"), Token::Mark("(")].into_iter().chain(formula(pen.arena, *id)).chain([Token::Mark(")")]);
            call.chain(suffix(places)).collect()
        }
        Factor::Of(id, places) => match pen.names.iter().find(|(named, _)| named == id) {
            // no name of the program is one that was introduced
            Some((_, name)) => at(small(pen, name, places, 0), places),
            None if places.is_empty() => short_factor(pen.arena, *id, pen.names),
            None => short_atom(pen.arena, *id, pen.names).into_iter().chain(suffix(places)).collect(),
        },
    };
    let bracketed = |open: Option<Token>, inner: Formula| -> Formula {
        open.into_iter().chain([Token::Mark("(")]).chain(inner).chain([Token::Mark(")")]).collect()
    };
    if exponent == Number::HALF {
        return bracketed(Some(Token::Function("sqrt")), inner);
    }
    let mut tokens = if matches!(base, Factor::Sum(_)) { bracketed(None, inner) } else { inner };
    if !exponent.is_one() {
        tokens.push(Token::Tight("**"));
        match exponent.to_integer() {
            Some(_) => tokens.push(number(exponent)),
            None => tokens.extend(bracketed(None, vec![number(exponent)])),
        }
    }
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
    let (divisors, factors): (Vec<_>, Vec<_>) = one.factors.iter().partition(|(_, exponent)| exponent.is_negative());
    let size = one.coefficient.absolute();
    let mut parts: Vec<Formula> = Vec::new();
    if !size.is_one() || factors.is_empty() {
        parts.push(vec![number(size)]);
    }
    parts.extend(factors.into_iter().map(|(factor, exponent)| power(pen, factor, *exponent)));
    tokens.extend(parts.join(&Token::Verbatim(" ".into())));
    for (factor, exponent) in divisors {
        tokens.push(Token::Operator("/"));
        tokens.extend(power(pen, factor, exponent.negated()));
    }
    tokens
}

fn polynomial(pen: &Pen, sum: &Polynomial) -> Formula {
    if sum.is_zero() {
        return vec![Token::Number("0".into())];
    }
    sum.0.iter().enumerate().flat_map(|(k, one)| monomial(pen, one, k == 0)).collect()
}

/// The entries of an array in rows; one of more than two axes as one column.
fn rows(pen: &Pen, entries: &[Polynomial], shape: &[usize]) -> Vec<Vec<Formula>> {
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
        None => explicit.changes.iter().enumerate().filter(|(_, sum)| !sum.is_zero()).fold(Formula::new(), |mut tokens, (number, sum)| {
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
