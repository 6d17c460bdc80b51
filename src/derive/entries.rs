//! A Jacobian entry by entry, and how pairing it with the upstream gradient leaves the gradient.

use super::components::{Entry, Letters, Piece, Term, times};
use super::map::{Map, Part};
use super::reverse::Derivation;
use super::second::Derivative;
use crate::expr::{Arena, Axis, SymbolId, UNIT};
use crate::shape::Dim;

/// The letters of the axes, and the entry at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// Along the axes of the value; `0` along an axis of length 1.
    pub out: Vec<char>,
    /// Along those of the variable.
    pub of: Vec<char>,
    /// The value itself, where one statement makes it of the variable: its entry at `out`.
    pub value: Option<Vec<Term>>,
    /// The entry; no terms where it is zero.
    pub entry: Vec<Term>,
    /// The entry with an upstream gradient's in front, summed over the axes of the value.
    pub paired: Vec<Term>,
    /// The same after every delta has named one index by the other.
    pub contracted: Vec<Term>,
}

/// Letters along the axes of a variable: other ones than those along a value.
const OF: [char; 8] = ['p', 'q', 'r', 's', 'u', 'v', 'w', 'z'];

impl Derivation {
    /// A derivative entry by entry. `upstream` is what it is paired with.
    pub fn entries(&self, derivative: &Derivative, upstream: Option<SymbolId>) -> Entries {
        let arena = self.arena();
        let map = &derivative.map;
        let statement = self.model.statements.iter().find(|s| s.symbol == derivative.above);
        let own =
            statement.filter(|s| !s.long && arena.reachable(&[s.value]).iter().any(|id| arena.as_symbol(*id) == Some(derivative.below)));
        let mut letters = own.map_or_else(Letters::default, |s| Letters::beside(arena, s.value));
        let out: Vec<char> = {
            let picked = letters.axes(&map.out);
            picked.into_iter().zip(&map.out).map(|(letter, dim)| if *dim == Dim::ONE { '0' } else { letter }).collect()
        };
        let mut taken = out.clone();
        let of: Vec<char> = map
            .of
            .iter()
            .map(|&dim| {
                let letter = match dim {
                    Dim::ONE => '0',
                    _ => OF.into_iter().find(|c| !taken.contains(c)).unwrap_or_else(|| letters.pick(dim, &taken)),
                };
                taken.push(letter);
                letter
            })
            .collect();
        let value = own.map(|s| super::components::entry(arena, &mut letters, s.value, &out, &taken));
        let mut of_part = |part: &Part, upstream: Option<SymbolId>, contracted: bool| {
            Namer { arena, letters: &mut letters, out: &out, of: &of }.term(part, upstream, contracted)
        };
        let mut entry: Vec<Term> = map.parts.iter().map(|part| of_part(part, None, false)).collect();
        let mut all = |contracted: bool| match upstream {
            Some(_) => map.parts.iter().map(|part| of_part(part, upstream, contracted)).collect(),
            None => vec![],
        };
        let (paired, contracted) = (all(false), all(true));
        // a sum that stands alone needs no brackets
        if let ([part], [Term { factors, .. }]) = (map.parts.as_slice(), entry.as_slice()) {
            if let ([(id, axes)], [Piece::Other(_)], true) = (part.factors.as_slice(), factors.as_slice(), part.coefficient.is_one()) {
                let all: Vec<(&Axis, &char)> = part.out.iter().zip(&out).chain(part.of.iter().zip(&of)).collect();
                let letter = |label: &Axis| all.iter().find(|(known, _)| *known == label).map(|(_, letter)| **letter);
                let indices: Option<Vec<char>> = axes.iter().map(|label| if *label == UNIT { Some('0') } else { letter(label) }).collect();
                entry = indices.map_or(entry, |indices| super::components::entry(arena, &mut letters, *id, &indices, &taken));
            }
        }
        Entries { out, of, value, entry, paired, contracted }
    }
}

struct Namer<'a> {
    arena: &'a Arena,
    letters: &'a mut Letters,
    out: &'a [char],
    of: &'a [char],
}

impl Namer<'_> {
    fn term(&mut self, part: &Part, upstream: Option<SymbolId>, contracted: bool) -> Term {
        let mut names: Vec<Option<char>> = vec![None; part.lengths.len()];
        let mut term = Term { coefficient: part.coefficient, sums: vec![], factors: vec![] };
        let mut deltas = Vec::new();
        let out = part.out.iter().zip(self.out);
        let of = part.of.iter().zip(self.of);
        // a name that is already taken makes a delta, unless one index is to be called by the other
        let ordered: Vec<(&Axis, &char)> =
            if contracted { of.clone().chain(out.clone()).collect() } else { out.clone().chain(of).collect() };
        for (&label, &letter) in ordered.into_iter().filter(|(label, _)| **label != UNIT) {
            match names[label as usize] {
                None => names[label as usize] = Some(letter),
                Some(known) if !contracted => deltas.push(Piece::Delta(known, letter)),
                // two axes of the variable with one index stay two
                Some(known) if self.of.contains(&known) && self.of.contains(&letter) => deltas.push(Piece::Delta(known, letter)),
                Some(_) => {}
            }
        }
        let mut taken: Vec<char> = self.out.iter().chain(self.of).copied().collect();
        if upstream.is_some() {
            for (&label, &letter) in out {
                let name = if label == UNIT { '0' } else { names[label as usize].unwrap_or(letter) };
                let length = if label == UNIT { Dim::ONE } else { part.lengths[label as usize] };
                let known = self.of.contains(&name) && contracted;
                let index = if contracted { name } else { letter };
                if length != Dim::ONE && !known && term.sums.iter().all(|s| s.0 != index) {
                    term.sums.push((index, length));
                }
            }
        }
        for (_, axes) in &part.factors {
            for &label in axes.iter().filter(|label| **label != UNIT) {
                if names[label as usize].is_none() {
                    let length = part.lengths[label as usize];
                    let letter = self.letters.pick(length, &taken);
                    taken.push(letter);
                    names[label as usize] = Some(letter);
                    term.sums.push((letter, length));
                }
            }
        }
        let name = |label: &Axis| if *label == UNIT { '0' } else { names[*label as usize].unwrap_or('0') };
        if let Some(symbol) = upstream {
            let indices = match contracted {
                true => part.out.iter().map(name).collect(),
                false => self.out.to_vec(),
            };
            term.factors.push(Piece::Entry(Entry { symbol, indices }));
        }
        term.factors.extend(deltas);
        for (id, axes) in &part.factors {
            let indices: Vec<char> = axes.iter().map(name).collect();
            times(self.arena, self.letters, &mut term, *id, &indices, &mut taken);
        }
        term
    }
}

impl Map {
    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.parts.is_empty()
    }
}
