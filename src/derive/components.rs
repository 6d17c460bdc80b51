//! Index notation: any expression, entry by entry.

use crate::expr::{Arena, Axes, Id, Number, Op, SymbolId, UNIT};
use crate::formula::{Formula, Token, applied, symbol};
use crate::ops::{Attribute, Cut, Function};
use crate::shape::Dim;
use rustc_hash::FxHashMap;

/// A named array at some indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub symbol: SymbolId,
    /// One letter an axis; `0` where an axis of length 1 broadcasts.
    pub indices: Vec<char>,
}

/// One factor of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// `X[i,k]`
    Entry(Entry),
    /// `δ[i,p]`
    Delta(char, char),
    /// Anything else, already written.
    Other(Formula),
    /// What divides.
    Divisor(Formula),
}

/// `c Σ_k ...`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number in front.
    pub coefficient: Number,
    /// The indices that are summed, with their dimensions.
    pub sums: Vec<(char, Dim)>,
    /// The factors.
    pub factors: Vec<Piece>,
}

/// Gives letters to indices: one to each dimension while that is clear, another where it is taken.
#[derive(Debug, Default)]
pub struct Letters {
    of: FxHashMap<Dim, Vec<char>>,
    used: usize,
    /// Names of arrays that stand inside indices.
    reserved: Vec<char>,
    /// Where a variable was met first, its letters.
    pub met: FxHashMap<SymbolId, Vec<char>>,
}

impl Letters {
    /// Letters that are told from the names of the index arrays in `value`.
    pub fn beside(arena: &Arena, value: Id) -> Self {
        let symbols = arena.reachable(&[value]).into_iter().filter_map(|id| arena.as_symbol(id)).map(|symbol| arena.info(symbol));
        let names = symbols.filter(|symbol| symbol.has("index")).map(|symbol| symbol.name.chars().collect::<Vec<_>>());
        Letters { reserved: names.filter(|name| name.len() == 1).flatten().collect(), ..Letters::default() }
    }

    /// A letter for an index along `dim` that is none of `taken`.
    pub fn pick(&mut self, dim: Dim, taken: &[char]) -> char {
        let known = self.of.entry(dim).or_default();
        if let Some(&letter) = known.iter().find(|l| !taken.contains(l)) {
            return letter;
        }
        let letter = loop {
            let letter = crate::formula::letter(self.used);
            self.used += 1;
            if !taken.contains(&letter) && !self.reserved.contains(&letter) {
                break letter;
            }
        };
        known.push(letter);
        letter
    }

    /// Letters for all axes of a shape, all different.
    pub fn axes(&mut self, shape: &[Dim]) -> Vec<char> {
        let mut letters: Vec<char> = Vec::new();
        for &dim in shape {
            let letter = self.pick(dim, &letters);
            letters.push(letter);
        }
        letters
    }
}

/// The entry of `id` at `indices`, as a sum of terms. Expressions are as deep as one statement is, so this may recurse.
pub fn entry(arena: &Arena, letters: &mut Letters, id: Id, indices: &[char], taken: &[char]) -> Vec<Term> {
    match arena.op(id) {
        // 2 (a - b) stays as it is written
        Op::Add(coefficients) if coefficients.len() == 1 && matches!(arena.op(arena.args(id)[0]), Op::Add(_)) => {
            let inner = entry(arena, letters, arena.args(id)[0], indices, taken);
            let sum = Piece::Other(bracketed(arena, &inner, false));
            vec![Term { coefficient: coefficients[0], sums: vec![], factors: vec![sum] }]
        }
        Op::Add(coefficients) => {
            let shape = arena.shape(id);
            let mut terms = Vec::new();
            for (&coefficient, &arg) in coefficients.iter().zip(arena.args(id)) {
                let inner = crate::expr::aligned(arena.shape(arg), shape, 0);
                for mut term in entry(arena, letters, arg, &at(&inner, indices), taken) {
                    term.coefficient = term.coefficient.times(coefficient);
                    terms.push(term);
                }
            }
            terms
        }
        _ => vec![product(arena, letters, id, indices, taken)],
    }
}

fn at(axes: &Axes, indices: &[char]) -> Vec<char> {
    axes.iter().map(|&a| if a == UNIT { '0' } else { indices[a as usize] }).collect()
}

fn product(arena: &Arena, letters: &mut Letters, id: Id, indices: &[char], taken: &[char]) -> Term {
    let mut term = Term { coefficient: Number::ONE, sums: vec![], factors: vec![] };
    match arena.op(id) {
        Op::Variable(s) => {
            letters.met.entry(*s).or_insert_with(|| indices.to_vec());
            term.factors.push(Piece::Entry(Entry { symbol: *s, indices: indices.to_vec() }));
        }
        Op::Number(value) => term.coefficient = *value,
        Op::Eye(_) => term.factors.push(Piece::Delta(indices[0], indices[1])),
        Op::Constant(_) | Op::Length(_) => term.factors.push(Piece::Other(crate::formula::factor(arena, id))),
        Op::Power(exponent) => {
            let inner = entry(arena, letters, arena.args(id)[0], indices, taken);
            let divides = exponent.is_negative();
            let exponent = exponent.absolute();
            let formula = if exponent == Number::HALF {
                let mut formula = vec![Token::Function("sqrt"), Token::Mark("(")];
                formula.extend(write(arena, &inner));
                formula.push(Token::Mark(")"));
                formula
            } else {
                let mut formula = bracketed(arena, &inner, true);
                if !exponent.is_one() {
                    let text = exponent.to_string();
                    let simple = exponent.to_integer().is_some();
                    formula.extend([Token::Tight("**"), Token::Number(if simple { text } else { format!("({text})") }.into())]);
                }
                formula
            };
            term.factors.push(if divides { Piece::Divisor(formula) } else { Piece::Other(formula) });
        }
        Op::Apply(function) => {
            let shape = arena.shape(id);
            let mut inner = |k: usize| {
                let arg = arena.args(id)[k];
                let axes = crate::expr::aligned(arena.shape(arg), shape, 0);
                entry(arena, letters, arg, &at(&axes, indices), taken)
            };
            let operands = (0..arena.args(id).len()).map(|k| write(arena, &inner(k))).collect();
            let formula = applied(*function, operands);
            term.factors.push(Piece::Other(formula));
        }
        Op::Call(function, attributes) if moved(arena, letters, id, *function, attributes, indices, taken, &mut term) => {}
        Op::Call(..) => {
            let mut formula = crate::formula::factor(arena, id);
            if !indices.is_empty() {
                let list: Vec<String> = indices.iter().map(char::to_string).collect();
                formula.push(Token::Indices(list.join(",").into()));
            }
            term.factors.push(Piece::Other(formula));
        }
        _ => {
            if let Some(signature) = arena.signature(id) {
                multilinear(arena, letters, id, indices, taken, &signature, &mut term);
            }
        }
    }
    term
}

/// An entry of an array that is cut out of another one, looked up in it or added up into it, by the place where it comes from; whether it
/// is one.
#[expect(clippy::too_many_arguments)]
fn moved(
    arena: &Arena,
    letters: &mut Letters,
    id: Id,
    function: Function,
    attributes: &[Attribute],
    indices: &[char],
    taken: &[char],
    term: &mut Term,
) -> bool {
    let args = arena.args(id);
    let text = |c: char| c.to_string();
    let at = |x: Id, places: Vec<String>| {
        let mut formula = crate::formula::atom(arena, x);
        formula.push(Token::Indices(places.join(",").into()));
        Piece::Other(formula)
    };
    let looked_up = |indices: &[char]| -> Option<String> {
        let symbol = arena.as_symbol(args[1])?;
        let own: Vec<String> = indices.iter().map(char::to_string).collect();
        let name = &arena.info(symbol).name;
        Some(if own.is_empty() { name.to_string() } else { format!("{name}[{}]", own.join(",")) })
    };
    match (function.entry().names[0], attributes) {
        ("slice", [Attribute::Cuts(cuts)]) if arena.as_symbol(args[0]).is_some() => {
            let place = |(cut, &index): (&Cut, &char)| {
                let start = arena.dims.show(cut.start);
                match (index, cut.step, start.as_str()) {
                    ('0', ..) => start,
                    (_, 1, "0") => text(index),
                    (_, 1, _) => format!("{index}+{}", start.replace(' ', "")),
                    (_, step, "0") => format!("{step}{index}"),
                    (_, step, _) => format!("{step}{index}+{}", start.replace(' ', "")),
                }
            };
            term.factors.push(at(args[0], cuts.iter().zip(indices).map(place).collect()));
            true
        }
        ("gather", [Attribute::Axes(axes)]) => {
            let (axis, rank) = (usize::from(axes[0]), arena.shape(args[1]).len());
            let Some(place) = looked_up(&indices[axis..axis + rank]) else { return false };
            let around = indices[..axis].iter().copied().map(text);
            term.factors.push(at(args[0], around.chain([place]).chain(indices[axis + rank..].iter().copied().map(text)).collect()));
            true
        }
        ("scatter_add", [Attribute::Axes(axes)]) if matches!(arena.op(args[0]), Op::Broadcast(_)) => {
            let axis = usize::from(axes[0]);
            let mut taken: Vec<char> = taken.iter().chain(indices).copied().collect();
            let mut own = vec![];
            for &dim in arena.shape(args[1]) {
                let letter = letters.pick(dim, &taken);
                taken.push(letter);
                own.push(letter);
                term.sums.push((letter, dim));
            }
            let Some(place) = looked_up(&own) else { return false };
            term.factors.push(Piece::Other(vec![Token::Delta, Token::Indices(format!("{place},{}", indices[axis]).into())]));
            let inner: Vec<char> = indices[..axis].iter().chain(&own).chain(&indices[axis + 1..]).copied().collect();
            let mut terms = entry(arena, letters, args[2], &inner, &taken);
            match terms.len() {
                1 => {
                    let one = terms.remove(0);
                    term.coefficient = term.coefficient.times(one.coefficient);
                    term.sums.extend(one.sums);
                    term.factors.extend(one.factors);
                }
                _ => term.factors.push(Piece::Other(bracketed(arena, &terms, false))),
            }
            true
        }
        ("one_hot", _) => {
            let Some(symbol) = arena.as_symbol(args[0]) else { return false };
            let own: Vec<String> = indices[..indices.len() - 1].iter().copied().map(text).collect();
            let name = &arena.info(symbol).name;
            let place = if own.is_empty() { name.to_string() } else { format!("{name}[{}]", own.join(",")) };
            term.factors.push(Piece::Other(vec![Token::Delta, Token::Indices(format!("{place},{}", indices[indices.len() - 1]).into())]));
            true
        }
        _ => false,
    }
}

/// A factor for each operand, a sum for each index that the result lacks, a delta where the result has one twice.
fn multilinear(
    arena: &Arena,
    letters: &mut Letters,
    id: Id,
    indices: &[char],
    taken: &[char],
    signature: &crate::expr::Signature,
    term: &mut Term,
) {
    let mut names: Vec<Option<char>> = vec![None; signature.lengths.len()];
    for (&label, &letter) in signature.output.iter().zip(indices) {
        if label == UNIT {
            continue;
        }
        match names[label as usize] {
            Some(first) => term.factors.push(Piece::Delta(first, letter)),
            None => names[label as usize] = Some(letter),
        }
    }
    let mut taken: Vec<char> = taken.iter().chain(indices).copied().collect();
    for axes in &signature.inputs {
        for &label in axes.iter().filter(|l| **l != UNIT) {
            if names[label as usize].is_none() {
                let dim = signature.lengths[label as usize];
                let letter = letters.pick(dim, &taken);
                taken.push(letter);
                names[label as usize] = Some(letter);
                term.sums.push((letter, dim));
            }
        }
    }
    for (axes, &arg) in signature.inputs.iter().zip(arena.args(id)) {
        let inner: Vec<char> = axes.iter().map(|&label| if label == UNIT { '0' } else { names[label as usize].unwrap_or('0') }).collect();
        times(arena, letters, term, arg, &inner, &mut taken);
    }
}

/// Multiplies a term by an entry of an array: its factors become the term's, a sum stays in brackets.
pub fn times(arena: &Arena, letters: &mut Letters, term: &mut Term, id: Id, indices: &[char], taken: &mut Vec<char>) {
    let mut terms = entry(arena, letters, id, indices, taken);
    if terms.len() == 1 {
        let one = terms.remove(0);
        term.coefficient = term.coefficient.times(one.coefficient);
        taken.extend(one.sums.iter().map(|s| s.0));
        term.sums.extend(one.sums);
        term.factors.extend(one.factors);
    } else {
        term.factors.push(Piece::Other(bracketed(arena, &terms, false)));
    }
}

fn bracketed(arena: &Arena, terms: &[Term], tight: bool) -> Formula {
    let inner = write(arena, terms);
    let closed = |piece: &Piece| match piece {
        Piece::Entry(_) => true,
        Piece::Other(inner) => {
            inner.len() == 1 || matches!(inner.as_slice(), [Token::Mark("(") | Token::Function(_), .., Token::Mark(")")])
        }
        _ => false,
    };
    let plain = matches!(terms, [t] if t.sums.is_empty() && t.coefficient.is_one() && t.factors.len() == 1 && closed(&t.factors[0]));
    if plain && tight {
        return inner;
    }
    let mut formula = vec![Token::Mark("(")];
    formula.extend(inner);
    formula.push(Token::Mark(")"));
    formula
}

/// Terms as a formula.
pub fn write(arena: &Arena, terms: &[Term]) -> Formula {
    let mut formula = Formula::new();
    for (place, term) in terms.iter().enumerate() {
        let negative = term.coefficient.is_negative();
        match (place, negative) {
            (0, false) => {}
            (0, true) => formula.push(Token::Tight("-")),
            (_, false) => formula.push(Token::Operator("+")),
            (_, true) => formula.push(Token::Operator("-")),
        }
        let size = term.coefficient.absolute();
        let mut order: Vec<&Piece> = term.factors.iter().filter(|p| !matches!(p, Piece::Divisor(_))).collect();
        order.extend(term.factors.iter().filter(|p| matches!(p, Piece::Divisor(_))));
        if !size.is_one() || term.factors.is_empty() {
            formula.push(Token::Number(size.to_string().into()));
            if !term.factors.is_empty() {
                formula.push(Token::Verbatim(" ".into()));
            }
        }
        if !term.sums.is_empty() {
            formula.push(Token::Summation(term.sums.iter().map(|s| s.0).collect::<String>().into()));
        }
        for (k, piece) in order.into_iter().enumerate() {
            match piece {
                Piece::Divisor(_) => {
                    if k == 0 && size.is_one() {
                        formula.push(Token::Number("1".into()));
                    }
                    formula.push(Token::Operator("/"));
                }
                _ if k > 0 => formula.push(Token::Verbatim(" ".into())),
                _ => {}
            }
            match piece {
                Piece::Entry(entry) => formula.extend(named(arena, entry)),
                Piece::Delta(a, b) => {
                    formula.push(Token::Delta);
                    formula.push(Token::Indices(format!("{a},{b}").into()));
                }
                Piece::Other(other) | Piece::Divisor(other) => formula.extend(other.iter().cloned()),
            }
        }
    }
    formula
}

/// `X[i,k]`
pub fn named(arena: &Arena, entry: &Entry) -> Formula {
    let mut formula = vec![symbol(arena, entry.symbol)];
    if !entry.indices.is_empty() {
        formula.push(index_list(&entry.indices));
    }
    formula
}

/// `[i,k]`
pub fn index_list(indices: &[char]) -> Token {
    Token::Indices(indices.iter().map(char::to_string).collect::<Vec<_>>().join(",").into())
}

/// Whether a symbol is a gradient that arrived from above.
pub fn is_upstream(arena: &Arena, symbol: SymbolId) -> bool {
    arena.info(symbol).is_gradient()
}
