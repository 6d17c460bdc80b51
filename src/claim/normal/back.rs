//! From a normal form back to an expression, in the notation that people write.

use super::atoms::AtomId;
use super::term::{Factor, Term};
use super::{Kind, Normal, Polynomial};
use crate::expr::{Axes, Axis, Contraction, Id, Number, Op, UNIT};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

/// An atom with its axes in another order: which of them stands first, second, ...
pub(super) type Turned = (AtomId, Axes);

impl Normal {
    /// The expression that a normal form is.
    pub fn written(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Id> {
        let mut wanted: Vec<Turned> = self.atoms_of(x);
        let mut at = 0;
        while at < wanted.len() {
            let (_, inner) = self.turned_kind(&wanted[at]);
            let inner: Vec<Turned> = inner.iter().flat_map(|x| self.atoms_of(x)).collect();
            wanted.extend(inner.into_iter().filter(|atom| !wanted.contains(atom)).collect::<Vec<_>>());
            at += 1;
            self.spend(1)?;
        }
        // atoms are made of atoms before them
        wanted.sort();
        wanted.dedup();
        for atom in wanted {
            if !self.written.contains_key(&atom) {
                let id = self.atom_written(a, &atom)?;
                self.written.insert(atom, id);
            }
        }
        self.polynomial_written(a, x)
    }

    /// What an atom is, and its arguments with the axes in that order.
    fn turned_kind(&self, (atom, order): &Turned) -> (&Kind, Vec<Polynomial>) {
        let kind = &self.atoms.at(*atom).kind;
        let turned = |x: &Polynomial| {
            let place = |axis: Axis| order.iter().position(|old| *old == axis).map_or(axis, |new| new as Axis);
            let mut x = x.clone();
            x.shape = order.iter().map(|&old| x.shape[old as usize]).collect();
            x.terms.iter_mut().flat_map(|(term, _)| term.iter_mut()).flat_map(|f| f.axes.iter_mut()).for_each(|axis| *axis = place(*axis));
            x
        };
        match kind {
            Kind::Leaf(_) => (kind, vec![]),
            Kind::Sum(x) => (kind, vec![turned(x)]),
            Kind::Apply(_, args) => (kind, args.iter().map(turned).collect()),
            Kind::Call(_, _, args) => (kind, args.clone()),
        }
    }

    /// The order in which the axes of a factor are written: as they are numbered, where the atom can be written so.
    fn order(&self, factor: &Factor) -> Axes {
        let mut order: Axes = (0..factor.axes.len() as Axis).collect();
        if matches!(self.atoms.at(factor.atom).kind, Kind::Sum(_) | Kind::Apply(..)) {
            order.sort_by_key(|place| factor.axes[*place as usize]);
        }
        order
    }

    fn atoms_of(&self, x: &Polynomial) -> Vec<Turned> {
        let mut atoms: Vec<Turned> = x.terms.iter().flat_map(|(term, _)| term.iter().map(|f| (f.atom, self.order(f)))).collect();
        atoms.sort();
        atoms.dedup();
        atoms
    }

    fn atom_written(&mut self, a: &mut Algebra, atom: &Turned) -> Option<Id> {
        let (kind, args) = self.turned_kind(atom);
        let kind = kind.clone();
        let mut ids: SmallVec<[Id; 4]> = args.iter().map(|x| self.polynomial_written(a, x)).collect::<Option<_>>()?;
        Some(match kind {
            Kind::Leaf(id) => id,
            Kind::Sum(_) => ids[0],
            Kind::Apply(f, _) => {
                // a number need not be repeated
                for (id, x) in ids.iter_mut().zip(&args) {
                    if let Some(number) = x.as_number() {
                        *id = a.number(number);
                    }
                }
                let value = a.node(Op::Apply(f), &ids);
                a.broadcast_to(value, &args[0].shape)
            }
            Kind::Call(f, attributes, _) => a.node(Op::Call(f, attributes), &ids),
        })
    }

    /// Its atoms are written already.
    fn polynomial_written(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Id> {
        let mut terms: SmallVec<[(Number, Id); 4]> = SmallVec::new();
        for (term, number) in &x.terms {
            self.spend(term.len())?;
            let body = self.term_written(a, term, &x.shape)?;
            terms.push((*number, body));
        }
        if terms.is_empty() {
            return Some(a.zeros(&x.shape));
        }
        let sum = a.add(&terms);
        Some(a.broadcast_to(sum, &x.shape))
    }

    fn term_written(&mut self, a: &mut Algebra, term: &Term, shape: &Shape) -> Option<Id> {
        let labels = term.iter().flat_map(|f| f.axes.iter()).map(|axis| *axis as usize + 1).max().unwrap_or(0).max(shape.len());
        let mut lengths: SmallVec<[Dim; 8]> = SmallVec::from_elem(Dim::ONE, labels);
        lengths[..shape.len()].copy_from_slice(shape);
        let mut factors: SmallVec<[(Id, Axes); 4]> = SmallVec::new();
        for factor in term {
            for (place, axis) in factor.axes.iter().enumerate() {
                lengths[*axis as usize] = self.atoms.dim(factor.atom, place);
            }
            let order = self.order(factor);
            let labels: Axes = order.iter().map(|&place| factor.axes[place as usize]).collect();
            let id = *self.written.get(&(factor.atom, order))?;
            let id = a.node(Op::Power(factor.exponent), &[id]);
            // axes of length 1 stand where they stood
            let mut own = labels.into_iter();
            let axes = a.arena.shape(id).iter().map(|dim| if *dim == Dim::ONE { UNIT } else { own.next().unwrap_or(UNIT) }).collect();
            factors.push((id, axes));
        }
        let output = shape.iter().enumerate().map(|(place, dim)| if *dim == Dim::ONE { UNIT } else { place as Axis }).collect();
        if factors.is_empty() {
            let one = a.number(Number::ONE);
            return Some(a.broadcast_to(one, shape));
        }
        Some(a.notate(Contraction { coefficient: Number::ONE, factors, output, lengths }))
    }
}
