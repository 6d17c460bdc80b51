//! What a product is made of: variables, and functions whose arguments are in normal form.

use super::Polynomial;
use super::term::Factor;
use crate::expr::{Id, Number};
use crate::ops::{Attributes, Function};
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;

/// The place of an atom among the atoms.
pub(super) type AtomId = u32;

/// What cannot be multiplied out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A variable, a constant, a length, an identity matrix.
    Leaf(Id),
    /// A sum in brackets, which has a power.
    Sum(Polynomial),
    /// A function of entries.
    Apply(Function, Vec<Polynomial>),
    /// A function of whole arrays.
    Call(Function, Attributes, Vec<Polynomial>),
}

/// What is known of an atom.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub kind: Kind,
    /// The lengths of its axes.
    pub shape: Shape,
    /// Whether its two axes may be exchanged.
    pub turns: bool,
    /// Whether no entry is negative.
    pub positive: bool,
    /// Whether every entry is 0 or 1.
    pub mask: bool,
    /// Whether it sums to 1 along its last axis.
    pub stochastic: bool,
    /// Whether it is an identity matrix.
    pub identity: bool,
}

/// All atoms, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms {
    known: FxHashMap<Kind, AtomId>,
    all: Vec<Atom>,
}

impl Atoms {
    pub fn at(&self, id: AtomId) -> &Atom {
        &self.all[id as usize]
    }

    pub fn dim(&self, id: AtomId, place: usize) -> Dim {
        self.at(id).shape[place]
    }

    pub fn turns(&self, id: AtomId) -> bool {
        self.at(id).turns
    }

    /// The axes of what may be turned round, in order.
    pub fn straighten(&self, factor: &mut Factor) {
        if self.turns(factor.atom) {
            factor.axes.sort_unstable();
        }
    }

    /// The atom of this kind, and whether it is new.
    pub fn find(&self, kind: &Kind) -> Option<AtomId> {
        self.known.get(kind).copied()
    }

    pub fn add(&mut self, atom: Atom) -> AtomId {
        let id = self.all.len() as AtomId;
        self.known.insert(atom.kind.clone(), id);
        self.all.push(atom);
        id
    }

    /// Whether `x ** exponent` of an atom is never negative.
    pub fn is_positive(&self, factor: &Factor) -> bool {
        // a root is of what is not negative, and itself not negative
        self.at(factor.atom).positive || factor.exponent.to_integer().is_none_or(|e| e % 2 == 0)
    }
}

/// Whether `(x ** a) ** b` is `x ** (a * b)`.
pub(super) fn powers_join(inner: Number, outer: Number, positive: bool) -> bool {
    positive || outer.to_integer().is_some() || inner.to_integer().is_none_or(|e| e % 2 != 0)
}
