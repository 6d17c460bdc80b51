//! From a normal form back to an expression, in the notation that people write.

use super::term::Term;
use super::{AtomId, Kind, Normal, Polynomial};
use crate::expr::{Axes, Axis, Contraction, Id, Number, Op, UNIT};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

impl Normal {
    /// The expression that a normal form is.
    pub fn written(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Id> {
        // atoms are made of atoms before them
        let mut wanted: Vec<AtomId> = atoms_of(x);
        let mut at = 0;
        while at < wanted.len() {
            let inner: Vec<AtomId> = match &self.atoms.at(wanted[at]).kind {
                Kind::Leaf(_) => vec![],
                Kind::Sum(x) => atoms_of(x),
                Kind::Apply(_, args) | Kind::Call(_, _, args) => args.iter().flat_map(atoms_of).collect(),
            };
            wanted.extend(inner.into_iter().filter(|id| !wanted.contains(id)).collect::<Vec<_>>());
            at += 1;
            self.spend(1)?;
        }
        wanted.sort_unstable();
        wanted.dedup();
        for atom in wanted {
            if !self.written.contains_key(&atom) {
                let id = self.atom_written(a, atom)?;
                self.written.insert(atom, id);
            }
        }
        self.polynomial_written(a, x)
    }

    fn atom_written(&mut self, a: &mut Algebra, atom: AtomId) -> Option<Id> {
        Some(match self.atoms.at(atom).kind.clone() {
            Kind::Leaf(id) => id,
            Kind::Sum(x) => self.polynomial_written(a, &x)?,
            Kind::Apply(f, args) => {
                let args = self.all_written(a, &args)?;
                a.node(Op::Apply(f), &args)
            }
            Kind::Call(f, attributes, args) => {
                let args = self.all_written(a, &args)?;
                a.node(Op::Call(f, attributes), &args)
            }
        })
    }

    fn all_written(&mut self, a: &mut Algebra, args: &[Polynomial]) -> Option<SmallVec<[Id; 4]>> {
        args.iter().map(|x| self.polynomial_written(a, x)).collect()
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
            let id = *self.written.get(&factor.atom)?;
            let id = a.node(Op::Power(factor.exponent), &[id]);
            // axes of length 1 stand where they stood
            let mut own = factor.axes.iter().copied();
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

fn atoms_of(x: &Polynomial) -> Vec<AtomId> {
    let mut atoms: Vec<AtomId> = x.terms.iter().flat_map(|(term, _)| term.iter().map(|f| f.atom)).collect();
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}
