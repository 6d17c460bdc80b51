//! Lengths made equal: unknowns are bound, names never.

use super::polynomial::{Polynomial, alone, collected, combine, divide_common, multiply};
use super::{Atom, Dim, Dims, Equation, Meaning};
use smallvec::smallvec;

impl Dims {
    /// The length with everything put in that has been inferred.
    pub fn resolve(&mut self, dim: Dim) -> Dim {
        let (mut at, mut steps) = (dim, 0);
        while self.open[at.0 as usize] {
            let next = match self.binding(at) {
                Some(next) => next,
                None => self.substitute(at),
            };
            if next == at {
                break;
            }
            at = next;
            steps += 1;
        }
        if steps < 2 {
            return at;
        }
        // the next one to ask goes there in one step
        let mut passed = dim;
        while let Some(next) = self.binding(passed).filter(|next| *next != at) {
            let atom = self.polynomials[passed.0 as usize][0].0[0];
            self.atoms[atom.0 as usize] = Meaning::Bound(at);
            passed = next;
        }
        at
    }

    /// What an unknown that stands alone has been bound to.
    fn binding(&self, dim: Dim) -> Option<Dim> {
        match self.atoms[self.lone(dim)?.0 as usize] {
            Meaning::Bound(next) => Some(next),
            _ => None,
        }
    }

    /// The name or unknown that the length is, where it is nothing else.
    fn lone(&self, dim: Dim) -> Option<Atom> {
        match self.polynomials[dim.0 as usize].as_slice() {
            [(monomial, 1)] if monomial.len() == 1 => Some(monomial[0]),
            _ => None,
        }
    }

    /// The length with what its unknowns have been bound to in their places; the length itself where none is bound.
    fn substitute(&mut self, dim: Dim) -> Dim {
        let polynomial = &self.polynomials[dim.0 as usize];
        if !polynomial.iter().flat_map(|(m, _)| m).any(|atom| self.is_bound(*atom)) {
            return dim;
        }
        let mut sum = Polynomial::new();
        for (monomial, coefficient) in polynomial {
            let mut term: Polynomial = smallvec![(smallvec![], *coefficient)];
            for &atom in monomial {
                term = match self.atoms[atom.0 as usize] {
                    Meaning::Bound(value) => multiply(&term, &self.polynomials[value.0 as usize]),
                    _ => multiply(&term, &alone(atom)),
                };
            }
            sum.extend(term);
        }
        self.intern(collected(sum))
    }

    /// Makes two lengths equal by binding an unknown, if that can be done.
    pub fn unify(&mut self, a: Dim, b: Dim) -> bool {
        self.equate(a, b) != Equation::Contradiction
    }

    /// The same, with the unknown that was bound for it.
    ///
    /// Names are rigid: `n` and `d` are two lengths. An unknown is bound where it stands alone with the coefficient 1 in one monomial
    /// of the difference, after common factors have been divided out (`h*?k = h*d` gives `?k = d`).
    pub fn equate(&mut self, a: Dim, b: Dim) -> Equation {
        let (a, b) = (self.resolve(a), self.resolve(b));
        if a == b {
            return Equation::Holds;
        }
        if let (Some(one), Some(two)) = (self.lone(a), self.lone(b)) {
            // two names or unknowns: the younger unknown is bound
            let unknown = |atom: Atom| matches!(self.atoms[atom.0 as usize], Meaning::Unknown);
            let (younger, value) = match (unknown(one), unknown(two)) {
                (false, false) => return Equation::Contradiction,
                (true, true) if one > two => (one, b),
                (true, false) => (one, b),
                _ => (two, a),
            };
            self.atoms[younger.0 as usize] = Meaning::Bound(value);
            return Equation::Binds(younger);
        }
        let difference = divide_common(combine(&self.polynomials[a.0 as usize], &self.polynomials[b.0 as usize], -1));
        let alone = difference.iter().rposition(|(monomial, coefficient)| {
            let [atom] = monomial.as_slice() else { return false };
            coefficient.abs() == 1
                && matches!(self.atoms[atom.0 as usize], Meaning::Unknown)
                && difference.iter().filter(|(other, _)| other.contains(atom)).count() == 1
        });
        let Some(at) = alone else { return Equation::Contradiction };
        let mut rest = difference;
        let (monomial, sign) = rest.remove(at);
        for (_, coefficient) in &mut rest {
            *coefficient *= -sign;
        }
        if rest.iter().all(|(_, coefficient)| *coefficient < 0) {
            return Equation::Contradiction;
        }
        let value = self.intern(rest);
        self.atoms[monomial[0].0 as usize] = Meaning::Bound(value);
        Equation::Binds(monomial[0])
    }
}
