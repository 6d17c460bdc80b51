//! A normal form: sums of products of factors with indices, everything multiplied out, in one order.
//!
//! Two expressions with the same normal form are equal; of two that are equal it is mostly found. What is done here are the rules of
//! sums, of contractions and of powers; what a name or a function stands for is put in before.

mod atoms;
mod back;
mod expression;
mod settle;
mod term;

use crate::expr::{Axis, Number};
use crate::limits::{MAX_NORMAL_TERMS, MAX_NORMAL_WORK};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use atoms::{Atom, AtomId, Atoms, Kind};
use rustc_hash::FxHashMap;
use settle::Raw;
use term::{Term, coloured, compare, hash};

/// Products with numbers in front, in order, none of them zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Polynomial {
    /// Its lengths; the labels of its axes are their places.
    shape: Shape,
    terms: Vec<(Term, Number)>,
}

impl Polynomial {
    fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number that it is, if it is one everywhere.
    fn as_number(&self) -> Option<Number> {
        match self.terms.as_slice() {
            [] => Some(Number::ZERO),
            [(term, number)] if term.is_empty() => Some(*number),
            _ => None,
        }
    }

    fn number(value: Number) -> Self {
        let terms = if value.is_zero() { vec![] } else { vec![(Term::new(), value)] };
        Polynomial { shape: Shape::new(), terms }
    }
}

/// Expressions in normal form, over atoms that all of them share.
#[derive(Debug, Default)]
pub(super) struct Normal {
    atoms: Atoms,
    /// How many products were looked at.
    work: usize,
    /// What atoms are as expressions.
    written: FxHashMap<back::Turned, crate::expr::Id>,
}

impl Normal {
    /// Begins to count anew.
    pub fn start(&mut self) {
        self.work = 0;
    }

    /// Counts a step; nothing where there were too many.
    fn spend(&mut self, steps: usize) -> Option<()> {
        self.work += steps;
        (self.work <= MAX_NORMAL_WORK).then_some(())
    }

    /// Like terms together, in order.
    fn collected(&mut self, shape: Shape, found: impl IntoIterator<Item = (Term, Number)>) -> Option<Polynomial> {
        let mut terms: FxHashMap<Term, Number> = FxHashMap::default();
        for (term, number) in found {
            let sum = terms.entry(term).or_insert(Number::ZERO);
            *sum = sum.plus(number);
        }
        let mut terms: Vec<(Term, Number)> = terms.into_iter().filter(|(_, number)| !number.is_zero()).collect();
        terms.sort_by(|(a, _), (b, _)| compare(a, b));
        self.spend(terms.len())?;
        (terms.len() <= MAX_NORMAL_TERMS).then_some(Polynomial { shape, terms })
    }

    /// `Σ c_k x_k`, whose axes are places of `shape`, aligned at the right.
    fn sum(&mut self, a: &mut Algebra, shape: Shape, terms: Vec<(Number, Polynomial)>) -> Option<Polynomial> {
        let rank = shape.len();
        let mut raw = Vec::new();
        for (number, x) in terms {
            let offset = (rank - x.rank()) as Axis;
            let own = x.rank() as Axis;
            raw.extend(x.terms.into_iter().map(|(mut term, coefficient)| {
                let labels = term.iter_mut().flat_map(|f| f.axes.iter_mut());
                // what is summed has labels behind all places
                labels.for_each(|axis| *axis = if *axis < own { *axis + offset } else { *axis - own + rank as Axis });
                Raw::new(term.to_vec(), number.times(coefficient))
            }));
        }
        self.settled(a, shape, raw)
    }

    /// The polynomials over the places that any of them uses, in an order that does not depend on how they stood; with those places.
    fn framed(&mut self, a: &mut Algebra, shape: &[Dim], polynomials: &mut [Polynomial]) -> Option<crate::expr::Axes> {
        let rank = shape.len() as Axis;
        let mut marks: FxHashMap<Axis, u64> = FxHashMap::default();
        for (k, polynomial) in polynomials.iter().enumerate() {
            for (term, number) in &polynomial.terms {
                let colours = coloured(&self.atoms, term, |axis, dim| hash(&(axis < rank, dim)));
                let mut whole: Vec<u64> = term.iter().map(|f| term::colour_of(&self.atoms, f, &colours)).collect();
                whole.sort_unstable();
                for (axis, colour) in colours.iter().filter(|(axis, _)| **axis < rank) {
                    let mark = marks.entry(*axis).or_default();
                    *mark = mark.wrapping_add(hash(&(k, &whole, number, colour)));
                }
            }
        }
        let mut places: Vec<Axis> = marks.keys().copied().collect();
        places.sort_by_key(|axis| (marks[axis], *axis));
        let used: Shape = places.iter().map(|&axis| shape[axis as usize]).collect();
        for polynomial in polynomials {
            let count = places.len() as Axis;
            let moved = |axis: Axis| match places.iter().position(|place| *place == axis) {
                Some(at) => at as Axis,
                None => axis - rank + count,
            };
            let raw = polynomial.terms.iter().map(|(term, number)| {
                let mut term = term.clone();
                term.iter_mut().flat_map(|f| f.axes.iter_mut()).for_each(|axis| *axis = moved(*axis));
                Raw::new(term.to_vec(), *number)
            });
            let raw = raw.collect();
            *polynomial = self.settled(a, used.clone(), raw)?;
        }
        Some(places.into_iter().collect())
    }

    /// The atom of this kind.
    fn atom(&mut self, a: &mut Algebra, kind: Kind) -> Option<AtomId> {
        if let Some(known) = self.atoms.find(&kind) {
            return Some(known);
        }
        let atom = self.described(a, kind)?;
        Some(self.atoms.add(atom))
    }

    /// Whether exchanging its two axes changes nothing.
    fn is_mirrored(&mut self, a: &mut Algebra, polynomials: &[Polynomial]) -> Option<bool> {
        let [first, ..] = polynomials else { return Some(false) };
        if first.rank() != 2 || first.shape[0] != first.shape[1] {
            return Some(false);
        }
        for polynomial in polynomials {
            if self.turned(a, polynomial)? != *polynomial {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The last two axes exchanged.
    fn turned(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Polynomial> {
        let rank = x.rank();
        let mut shape = x.shape.clone();
        shape.swap(rank - 1, rank - 2);
        let (one, two) = (rank as Axis - 1, rank as Axis - 2);
        let raw = x.terms.iter().map(|(term, number)| {
            let mut term = term.clone();
            for axis in term.iter_mut().flat_map(|f| f.axes.iter_mut()) {
                *axis = if *axis == one {
                    two
                } else if *axis == two {
                    one
                } else {
                    *axis
                };
            }
            Raw::new(term.to_vec(), *number)
        });
        let raw = raw.collect();
        self.settled(a, shape, raw)
    }

    fn described(&mut self, a: &mut Algebra, kind: Kind) -> Option<Atom> {
        use crate::expr::Op;
        let mut atom = Atom { kind, shape: Shape::new(), turns: false, positive: false, mask: false, stochastic: false, identity: false };
        match &atom.kind {
            Kind::Leaf(id) => {
                atom.shape = indexed(a.arena.shape(*id));
                match a.arena.op(*id) {
                    Op::Eye(_) => (atom.turns, atom.mask, atom.identity) = (true, true, true),
                    Op::Length(_) | Op::Constant(_) => atom.positive = true,
                    Op::Number(number) => atom.positive = !number.is_negative(),
                    Op::Variable(symbol) => {
                        let info = a.arena.info(*symbol);
                        let any = |names: &[&str]| names.iter().any(|name| info.has(name));
                        atom.turns = atom.shape.len() == 2 && any(&["symmetric", "posdef", "diagonal"]);
                        atom.mask = any(&["binary", "onehot"]);
                        atom.positive = atom.mask || any(&["positive", "stochastic"]);
                        atom.stochastic = any(&["onehot", "stochastic"]);
                    }
                    _ => {}
                }
            }
            Kind::Sum(x) => {
                atom.shape = x.shape.clone();
                let x = x.clone();
                atom.turns = self.is_mirrored(a, std::slice::from_ref(&x))?;
                atom.positive =
                    x.terms.iter().all(|(term, number)| !number.is_negative() && term.iter().all(|factor| self.atoms.is_positive(factor)));
            }
            Kind::Apply(function, args) => {
                atom.shape = args[0].shape.clone();
                atom.mask = function.entry().family == crate::ops::Family::Mask;
                atom.positive = atom.mask || matches!(function.entry().names[0], "exp" | "sigmoid" | "relu" | "abs" | "softplus");
                let args = args.clone();
                atom.turns = self.is_mirrored(a, &args)?;
            }
            Kind::Call(function, attributes, args) => {
                let name = function.entry().names[0];
                let shapes: Vec<&[Dim]> = args.iter().map(|x| &x.shape[..]).collect();
                atom.shape = indexed(&(function.whole().shape)(&mut a.arena.dims, &shapes, attributes));
                atom.positive = matches!(name, "softmax" | "norm" | "var" | "std");
                if name == "inv" {
                    let args = args.clone();
                    atom.turns = self.is_mirrored(a, &args)?;
                }
            }
        }
        Some(atom)
    }
}

/// The lengths of the axes that have an index.
fn indexed(shape: &[Dim]) -> Shape {
    shape.iter().copied().filter(|dim| *dim != Dim::ONE).collect()
}
