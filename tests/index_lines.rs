//! The index line of a gradient says the same as the index line of its statement, differentiated entry by entry: exactly, as polynomials
//! in the entries, at small lengths. So the explanation is held to the derivation by more than its look.

use pullback::answer::{Answer, Explanation, Options, answer};
use pullback::derive::UseExplanation;
use pullback::derive::components::{Piece, Term};
use pullback::explicit::{Explicit, Factor, Monomial, Polynomial, explicit, places};
use pullback::expr::{Arena, Number, SymbolId, SymbolKind};
use pullback::formula::Token;
use std::collections::BTreeMap;

/// An entry of an array, places counted from 0.
type Place = (SymbolId, Vec<usize>);

/// Products of entries, each in order, with the number in front.
type Normal = BTreeMap<Vec<Place>, Number>;

fn add(sum: &mut Normal, mut entries: Vec<Place>, coefficient: Number) {
    entries.sort();
    let known = sum.entry(entries).or_insert(Number::ZERO);
    *known = known.plus(coefficient);
    sum.retain(|_, coefficient| !coefficient.is_zero());
}

fn product(one: &Normal, two: &Normal) -> Normal {
    let mut product = Normal::new();
    for (a, n) in one {
        for (b, m) in two {
            add(&mut product, [a.clone(), b.clone()].concat(), n.times(*m));
        }
    }
    product
}

/// What is written out, without brackets; nothing where it is no sum of products of entries.
fn distributed(sum: &Polynomial) -> Option<Normal> {
    let mut found = Normal::new();
    for Monomial { coefficient, factors } in &sum.0 {
        let mut term = Normal::from([(vec![], *coefficient)]);
        for (factor, exponent) in factors {
            let base = match factor {
                Factor::Entry(place) => Normal::from([(vec![place.clone()], Number::ONE)]),
                Factor::Sum(inner) => distributed(inner)?,
                _ => return None,
            };
            for _ in 0..exponent.to_integer().filter(|n| *n > 0)? {
                term = product(&term, &base);
            }
        }
        term.into_iter().for_each(|(entries, n)| add(&mut found, entries, n));
    }
    Some(found)
}

/// An index line at numbers: its free indices are `known`. Nothing where it is no sum of products of entries.
fn expanded(arena: &Arena, terms: &[Term], known: &[(char, usize)], lengths: &[(String, usize)]) -> Option<Normal> {
    let length = |name: &str| lengths.iter().find(|l| l.0 == name).map(|l| l.1);
    let mut sum = Normal::new();
    for term in terms {
        let ranges: Vec<usize> = term.sums.iter().map(|s| Some(arena.dims.evaluate(s.1, &length)? as usize)).collect::<Option<_>>()?;
        'all: for number in 0..ranges.iter().product() {
            let own: Vec<(char, usize)> = term.sums.iter().map(|s| s.0).zip(places(number, &ranges)).collect();
            let at = |letter: char| own.iter().chain(known).find(|k| k.0 == letter).map_or(0, |k| k.1);
            let (mut coefficient, mut entries) = (term.coefficient, vec![]);
            for piece in &term.factors {
                match piece {
                    Piece::Entry(entry) => entries.push((entry.symbol, entry.indices.iter().map(|&i| at(i)).collect())),
                    Piece::Delta(a, b) if at(*a) != at(*b) => continue 'all,
                    Piece::Delta(..) => {}
                    Piece::Other(written) => coefficient = coefficient.times(lengths_product(written, &length)?),
                    Piece::Divisor(written) => {
                        coefficient = coefficient.times(lengths_product(written, &length)?.power(Number::MINUS_ONE)?);
                    }
                }
            }
            add(&mut sum, entries, coefficient);
        }
    }
    Some(sum)
}

/// A product of lengths, as a number.
fn lengths_product(written: &[Token], length: &dyn Fn(&str) -> Option<usize>) -> Option<Number> {
    let mut product = Number::ONE;
    for token in written {
        match token {
            Token::Length(text) => {
                for name in text.split('*') {
                    product = product.times(Number::integer(name.parse().ok().or_else(|| length(name))? as i64));
                }
            }
            Token::Number(text) => product = product.times(Number::parse(text)?),
            Token::Operator("*") | Token::Mark("(" | ")") => {}
            _ => return None,
        }
    }
    Some(product)
}

/// The derivative by one entry.
fn derivative(sum: &Normal, by: &Place) -> Normal {
    let mut found = Normal::new();
    for (entries, coefficient) in sum {
        if let Some(at) = entries.iter().position(|place| place == by) {
            let power = entries.iter().filter(|place| *place == by).count();
            let mut rest = entries.clone();
            rest.remove(at);
            add(&mut found, rest, coefficient.times(Number::integer(power as i64)));
        }
    }
    found
}

/// The symbol of the gradient that arrives at the statement.
fn upstream(answer: &Answer, used: &UseExplanation) -> Option<SymbolId> {
    let arena = answer.derivation.arena();
    arena.as_symbol(used.upstream).filter(|&s| matches!(arena.info(s).kind, SymbolKind::Gradient(..)))
}

/// An index line of one entry of an array, for all its entries.
fn line(answer: &Answer, found: &Explicit, terms: &[Term], indices: &[char], shape: &[usize]) -> Option<Vec<Normal>> {
    let entry = |number: usize| {
        let known: Vec<(char, usize)> = indices.iter().copied().zip(places(number, shape)).collect();
        expanded(answer.derivation.arena(), terms, &known, &found.lengths)
    };
    (0..shape.iter().product()).map(entry).collect()
}

fn check(program: &str) -> usize {
    let answer = answer(program, &Options::default()).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"));
    let mut checked = 0;
    for (gradient, explanation) in answer.derivation.gradients.iter().zip(&answer.explanations) {
        let Explanation::Uses(uses) = explanation else { continue };
        for used in uses {
            let Ok(found) = explicit(&answer.derivation, gradient.of, used, &[]) else { continue };
            let components = used.components.as_ref().expect("it is small");
            let Some(value) = line(&answer, &found, &components.value, &components.value_indices, &found.shape) else { continue };
            let Some(own) = line(&answer, &found, &components.gradient, &components.indices, &found.own) else { continue };
            let of = |sums: &[Polynomial]| sums.iter().map(|sum| distributed(sum).expect("a polynomial")).collect::<Vec<_>>();
            assert_eq!(of(&found.value), value, "{program}: what is written out");
            let upstream = upstream(&answer, used);
            let arrives = |number: usize| upstream.map(|g| (g, places(number, &found.shape)));
            for (number, own) in own.iter().enumerate() {
                let place = (gradient.of, places(number, &found.own));
                let changes: Vec<Normal> = value.iter().map(|entry| derivative(entry, &place)).collect();
                if number == 0 {
                    assert_eq!(of(&found.changes), changes, "{program}: the changes with the first entry");
                }
                let mut paired = Normal::new();
                for (k, change) in changes.iter().enumerate() {
                    change.iter().for_each(|(entries, n)| add(&mut paired, entries.iter().cloned().chain(arrives(k)).collect(), *n));
                }
                assert_eq!(*own, paired, "{program}: the index line of the gradient");
                if let Some(written) = found.paired.get(number) {
                    assert_eq!(distributed(written).expect("a polynomial"), paired, "{program}: the gradient, written out");
                }
            }
            checked += 1;
        }
    }
    checked
}

#[test]
fn gradients_say_what_statements_say() {
    for (program, uses) in [
        ("Y = X @ W", 2),
        ("X: (d,); W: (d, m); Y = X @ W", 2),
        ("X: (n, d); W: (m, d); Y = X @ W.T", 2),
        ("Y = X @ W + b", 3),
        ("f = x @ A @ x", 1),
        ("Y = A @ X @ B @ X @ C", 4),
        ("Y = A @ (X * B) @ C", 4),
        ("Z = X @ W; Y = Z * X; L = sum(Y)", 5),
        ("f = trace(A @ X @ B)", 3),
        ("Y = outer(x, y)", 2),
        ("X: (n, d); c: (n,); Y = X * c[:, None]", 2),
        ("X: (n, d); y = sum(X, axis=1)", 1),
        ("Y = einsum('ij,jk->ik', A, B)", 2),
        ("Y = einsum('ii->i', A)", 1),
        ("Y = diag(x) @ A", 2),
        ("A: (b, n, d); B: (d, m); Y = A @ B", 2),
        ("Y = 2 * X - X.T @ B", 2),
        ("X: (n, 1); Y: (n, m); Z = X * Y", 2),
        ("X: (n, d); Y = X - mean(X, axis=1, keepdims=True)", 1),
        ("X: (n, d); y = sum(X) / n", 1),
    ] {
        assert_eq!(check(program), uses, "{program}: how many index lines were compared");
    }
}
