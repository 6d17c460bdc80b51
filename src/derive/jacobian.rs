//! The derivative of a value by a variable on its own: why it is no matrix.

use super::components::{Entry, Letters, Piece, Term};
use super::explain::Components;
use super::reverse::Derivation;
use crate::expr::SymbolId;
use crate::formula::Token;
use crate::shape::Shape;

/// The derivative of one array by another, with the axes of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jacobian {
    /// The axes of the value, then those of the variable.
    pub shape: Shape,
    /// Their letters.
    pub indices: Vec<char>,
    /// The entry.
    pub entry: Term,
}

/// Cutting the variable out of the value itself, without pairing: where the value is one product with the variable in it once.
pub fn jacobian(d: &Derivation, of: SymbolId, value: SymbolId, components: &Components) -> Option<Jacobian> {
    let arena = d.arena();
    let holds = |term: &&Term| term.factors.iter().any(|p| matches!(p, Piece::Entry(e) if e.symbol == of));
    let mut terms = components.value.iter().filter(holds);
    let term = terms.next()?;
    // inside of another function the variable counts as well: x / s + s changes with s in both places
    let name = &*arena.info(of).name;
    let inside = |piece: &Piece| match piece {
        Piece::Other(written) | Piece::Divisor(written) => written.iter().any(|token| matches!(token, Token::Name(n) if **n == *name)),
        _ => false,
    };
    if terms.next().is_some() || components.value.iter().flat_map(|t| &t.factors).any(inside) {
        return None;
    }
    let entries: Vec<&Entry> = term.factors.iter().filter_map(|p| if let Piece::Entry(e) = p { Some(e) } else { None }).collect();
    let only_entries = entries.len() == term.factors.len();
    let place = entries.iter().position(|e| e.symbol == of)?;
    if !only_entries || entries.iter().filter(|e| e.symbol == of).count() > 1 || components.value_indices.is_empty() {
        return None;
    }
    let mut letters = Letters::default();
    let mut taken: Vec<char> = components.value_indices.iter().chain(entries.iter().flat_map(|e| &e.indices)).copied().collect();
    let mut fresh = ['p', 'q', 'r', 's', 'u', 'v', 'w'].into_iter();
    let mut renamed: Vec<(char, char)> = Vec::new();
    let mut indices = components.value_indices.clone();
    let mut factors: Vec<Piece> = Vec::new();
    let shape = &arena.info(of).shape;
    for (axis, &letter) in entries[place].indices.iter().enumerate() {
        if letter == '0' {
            return None;
        }
        let new = fresh.next().filter(|c| !taken.contains(c)).unwrap_or_else(|| letters.pick(shape[axis], &taken));
        taken.push(new);
        indices.push(new);
        if components.value_indices.contains(&letter) || renamed.iter().any(|r| r.0 == letter) {
            factors.push(Piece::Delta(letter, new));
        } else {
            renamed.push((letter, new));
        }
    }
    for (_, other) in entries.iter().enumerate().filter(|(k, _)| *k != place) {
        let moved = other.indices.iter().map(|i| renamed.iter().find(|r| r.0 == *i).map_or(*i, |r| r.1)).collect();
        factors.push(Piece::Entry(Entry { symbol: other.symbol, indices: moved }));
    }
    let sums = term.sums.iter().copied().filter(|(s, _)| !renamed.iter().any(|r| r.0 == *s)).collect();
    let whole: Shape = arena.info(value).shape.iter().chain(shape.iter()).copied().collect();
    Some(Jacobian { shape: whole, indices, entry: Term { coefficient: term.coefficient, sums, factors } })
}
