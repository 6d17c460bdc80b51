//! Johnson's way to see a gradient: small lengths, and every entry written out ("Backpropagation for a Linear Layer", CS231n).

use super::components::{Piece, Term};
use super::explain::UseExplanation;
use super::reverse::Derivation;
use crate::expr::{Arena, Number, SymbolId};
use crate::formula::Token;
use crate::limits::{MAX_EXPLICIT_ENTRIES, MAX_EXPLICIT_TERMS};
use crate::shape::Dim;

/// An entry of an array, places counted from 0.
pub type Place = (SymbolId, Vec<usize>);

/// A number times entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monomial {
    /// The number.
    pub coefficient: Number,
    /// The entries; none repeats within one power.
    pub entries: Vec<Place>,
}

/// A sum of monomials.
pub type Polynomial = Vec<Monomial>;

/// A statement and one entry of its variable, written out.
#[derive(Clone, Debug)]
pub struct Explicit {
    /// The lengths taken.
    pub lengths: Vec<(String, usize)>,
    /// How long each axis of the value is.
    pub shape: Vec<usize>,
    /// How long each axis of the variable is.
    pub own: Vec<usize>,
    /// Every entry of the value, row by row.
    pub value: Vec<Polynomial>,
    /// The entry of the variable that is looked at.
    pub place: Place,
    /// How each entry of the value changes with it.
    pub changes: Vec<Polynomial>,
    /// Every entry of the gradient, row by row: the changes of the value with that entry, paired with what arrives. Empty where that is
    /// too long, or what arrives has no name.
    pub paired: Vec<Polynomial>,
    /// The entry that is looked at, by the gradient's own index line, where that is a sum of products too.
    pub gradient: Option<Polynomial>,
}

/// Why nothing is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotExplicit {
    /// The statement is no polynomial in the entries of its variables.
    NoPolynomial,
    /// It would be too long, at the lengths given.
    TooLong,
}

/// Writes out one use of a variable at the lengths in `given`; others are 2, 2, 3, 2, ...
///
/// # Errors
/// A statement that is no sum of products of entries, or is too long to read.
pub fn explicit(d: &Derivation, of: SymbolId, used: &UseExplanation, given: &[(String, usize)]) -> Result<Explicit, NotExplicit> {
    let arena = d.arena();
    let components = used.components.as_ref().ok_or(NotExplicit::NoPolynomial)?;
    let output = d.model.statements[used.statement].symbol;
    let mut lengths: Vec<(String, usize)> = Vec::new();
    let mut measure = |dim: Dim| -> Option<usize> {
        for name in arena.dims.names_in(dim) {
            if !lengths.iter().any(|l| l.0 == name) {
                let own = given.iter().find(|g| g.0 == name).map(|g| g.1);
                let next = if lengths.len() == 2 { 3 } else { 2 };
                lengths.push((name.to_string(), own.unwrap_or(next)));
            }
        }
        arena.dims.evaluate(dim, &|name| lengths.iter().find(|l| l.0 == name).map(|l| l.1)).and_then(|n| usize::try_from(n).ok())
    };
    let sizes =
        |dims: &[Dim], measure: &mut dyn FnMut(Dim) -> Option<usize>| -> Option<Vec<usize>> { dims.iter().map(|&x| measure(x)).collect() };
    // in the order in which the program mentions them, so that every variable's example has the same lengths
    let mut leaves: Vec<SymbolId> =
        arena.reachable(&[d.model.statements[used.statement].value]).into_iter().filter_map(|id| arena.as_symbol(id)).collect();
    leaves.sort();
    for leaf in leaves {
        sizes(&arena.info(leaf).shape, &mut measure).ok_or(NotExplicit::TooLong)?;
    }
    let shape = sizes(&arena.info(output).shape, &mut measure).ok_or(NotExplicit::TooLong)?;
    let count = shape.iter().product::<usize>();
    if count > MAX_EXPLICIT_ENTRIES {
        return Err(NotExplicit::TooLong);
    }
    let mut value = Vec::with_capacity(count);
    for number in 0..count {
        let at = places(number, &shape);
        let known: Vec<(char, usize)> = components.value_indices.iter().copied().zip(at).collect();
        let mut sum = Polynomial::new();
        for term in &components.value {
            expand(arena, term, &known, &mut measure, &mut sum)?;
        }
        if sum.len() > MAX_EXPLICIT_TERMS {
            return Err(NotExplicit::TooLong);
        }
        value.push(sum);
    }
    let place = (of, vec![0; arena.info(of).shape.len()]);
    let changes = value.iter().map(|p| change(p, &place)).collect();
    let own = sizes(&arena.info(of).shape, &mut measure).ok_or(NotExplicit::TooLong)?;
    let paired = paired(d, of, used, &own, &shape, &value);
    let known: Vec<(char, usize)> = components.indices.iter().copied().zip(place.1.iter().copied()).collect();
    let mut gradient = Polynomial::new();
    let written = components.gradient.iter().try_for_each(|term| expand(arena, term, &known, &mut measure, &mut gradient));
    let gradient = written.is_ok().then_some(gradient);
    Ok(Explicit { lengths, shape, own, value, place, changes, paired, gradient })
}

/// The place of the entry with this number, row by row.
pub fn places(number: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = number;
    let mut at = vec![0; shape.len()];
    for (axis, &length) in shape.iter().enumerate().rev() {
        at[axis] = rest % length.max(1);
        rest /= length.max(1);
    }
    at
}

/// The gradient entry by entry: what arrives, times the change of what it arrives at, summed.
fn paired(d: &Derivation, of: SymbolId, used: &UseExplanation, own: &[usize], shape: &[usize], value: &[Polynomial]) -> Vec<Polynomial> {
    let arena = d.arena();
    let upstream = arena.as_symbol(used.upstream);
    let count = own.iter().product::<usize>();
    let one = arena.as_number(used.upstream).is_some_and(Number::is_one);
    if count > MAX_EXPLICIT_ENTRIES || upstream.is_none() && !one {
        return vec![];
    }
    let entry = |number: usize| -> Polynomial {
        let place = (of, places(number, own));
        let arrives = |k: usize| upstream.map(|g| (g, places(k, shape)));
        let product = |k: usize, m: Monomial| Monomial { entries: arrives(k).into_iter().chain(m.entries).collect(), ..m };
        value.iter().enumerate().flat_map(|(k, p)| change(p, &place).into_iter().map(move |m| product(k, m))).collect()
    };
    let all: Vec<Polynomial> = (0..count).map(entry).collect();
    if all.iter().any(|sum| sum.len() > MAX_EXPLICIT_TERMS) { vec![] } else { all }
}

/// A product of lengths, as a number.
fn product_of_lengths(arena: &Arena, written: &[Token], measure: &mut dyn FnMut(Dim) -> Option<usize>) -> Option<Number> {
    let mut product = Number::ONE;
    for token in written {
        let factor = match token {
            Token::Length(text) => text.split('*').try_fold(Number::ONE, |product, name| {
                let length = match name.parse() {
                    Ok(length) => length,
                    Err(_) => i64::try_from(measure(arena.dims.find(name)?)?).ok()?,
                };
                Some(product.times(Number::integer(length)))
            })?,
            Token::Number(text) => Number::parse(text)?,
            Token::Operator("*") | Token::Mark("(" | ")") => continue,
            _ => return None,
        };
        product = product.times(factor);
    }
    Some(product)
}

/// All products that a term stands for when its free indices are `known`.
fn expand(
    arena: &Arena,
    term: &Term,
    known: &[(char, usize)],
    measure: &mut dyn FnMut(Dim) -> Option<usize>,
    sum: &mut Polynomial,
) -> Result<(), NotExplicit> {
    let ranges: Option<Vec<usize>> = term.sums.iter().map(|s| measure(s.1)).collect();
    let ranges = ranges.ok_or(NotExplicit::TooLong)?;
    let count = ranges.iter().try_fold(1usize, |n, &r| n.checked_mul(r)).filter(|n| *n <= MAX_EXPLICIT_TERMS);
    for number in 0..count.ok_or(NotExplicit::TooLong)? {
        let mut index = known.to_vec();
        index.extend(term.sums.iter().map(|s| s.0).zip(places(number, &ranges)));
        let of = |letter: char| index.iter().rev().find(|k| k.0 == letter).map_or(0, |k| k.1);
        let mut monomial = Monomial { coefficient: term.coefficient, entries: vec![] };
        let mut zero = false;
        for piece in &term.factors {
            match piece {
                Piece::Other(written) | Piece::Divisor(written) => {
                    let length = product_of_lengths(arena, written, measure).ok_or(NotExplicit::NoPolynomial)?;
                    let by = if matches!(piece, Piece::Divisor(_)) { length.power(Number::MINUS_ONE) } else { Some(length) };
                    monomial.coefficient = monomial.coefficient.times(by.ok_or(NotExplicit::NoPolynomial)?);
                }
                Piece::Entry(entry) => monomial.entries.push((entry.symbol, entry.indices.iter().map(|&i| of(i)).collect())),
                Piece::Delta(a, b) => zero |= of(*a) != of(*b),
            }
        }
        if !zero {
            sum.push(monomial);
        }
    }
    Ok(())
}

fn count(entries: &[Place], place: &Place) -> usize {
    entries.iter().filter(|e| *e == place).count()
}

/// The derivative by one entry: the product rule, and equal products joined.
fn change(polynomial: &Polynomial, place: &Place) -> Polynomial {
    let mut sum = Polynomial::new();
    for monomial in polynomial {
        for (k, _) in monomial.entries.iter().enumerate().filter(|(_, e)| *e == place) {
            let mut entries = monomial.entries.clone();
            entries.remove(k);
            let same =
                |m: &Monomial| m.entries.len() == entries.len() && entries.iter().all(|e| count(&m.entries, e) == count(&entries, e));
            match sum.iter_mut().find(|m| same(m)) {
                Some(same) => same.coefficient = same.coefficient.plus(monomial.coefficient),
                None => sum.push(Monomial { coefficient: monomial.coefficient, entries }),
            }
        }
    }
    sum
}
