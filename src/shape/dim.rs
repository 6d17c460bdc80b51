//! Symbolic lengths: polynomials with integer coefficients over names and unknowns, interned.

mod polynomial;
mod show;
mod unify;

use self::polynomial::{Monomial, Polynomial, alone, collected, combine, leading, multiply};
use crate::limits::MAX_LENGTH_TERMS;
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::{SmallVec, smallvec};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A length: `n`, `3`, `h*k`, `n + 1`. An index into [`Dims`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dim(pub u32);

impl Dim {
    /// The length 1, the only one that broadcasts.
    pub const ONE: Dim = Dim(0);
}

/// A name or an unknown in a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Atom(pub u32);

#[derive(Clone, Debug)]
enum Meaning {
    /// Declared or named: equal to itself alone.
    Rigid(Arc<str>),
    /// To be inferred.
    Unknown,
    /// Inferred.
    Bound(Dim),
}

/// What it takes for two lengths to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equation {
    /// Nothing: they are.
    Holds,
    /// An unknown that had to be bound.
    Binds(Atom),
    /// They cannot be.
    Contradiction,
}

/// All lengths of a program, and what has been found out about the unknown ones.
#[derive(Clone, Debug)]
pub struct Dims {
    polynomials: Vec<Polynomial>,
    /// Whether an unknown or bound atom occurs, so that most lengths resolve to themselves at once.
    open: Vec<bool>,
    index: HashTable<Dim>,
    atoms: Vec<Meaning>,
    names: FxHashMap<Arc<str>, Atom>,
}

impl Default for Dims {
    fn default() -> Self {
        let mut dims =
            Dims { polynomials: Vec::new(), open: Vec::new(), index: HashTable::new(), atoms: Vec::new(), names: FxHashMap::default() };
        dims.integer(1);
        dims
    }
}

impl Dims {
    fn intern(&mut self, polynomial: Polynomial) -> Dim {
        let hash = hash_of(&polynomial);
        if let Some(dim) = self.index.find(hash, |dim| self.polynomials[dim.0 as usize] == polynomial) {
            return *dim;
        }
        let dim = Dim(self.polynomials.len() as u32);
        let open = polynomial.iter().flat_map(|(m, _)| m).any(|a| !matches!(self.atoms[a.0 as usize], Meaning::Rigid(_)));
        self.open.push(open);
        self.polynomials.push(polynomial);
        let polynomials = &self.polynomials;
        self.index.insert_unique(hash, dim, |dim| hash_of(&polynomials[dim.0 as usize]));
        dim
    }

    fn lookup(&self, polynomial: &Polynomial) -> Option<Dim> {
        self.index.find(hash_of(polynomial), |dim| self.polynomials[dim.0 as usize] == *polynomial).copied()
    }

    /// The length `value`.
    pub fn integer(&mut self, value: i64) -> Dim {
        self.intern(if value == 0 { smallvec![] } else { smallvec![(smallvec![], value)] })
    }

    /// The length called `name`.
    pub fn named(&mut self, name: &str) -> Dim {
        let atom = match self.names.get(name) {
            Some(&atom) => atom,
            None => {
                let name: Arc<str> = name.into();
                let atom = self.atom(Meaning::Rigid(name.clone()));
                self.names.insert(name, atom);
                atom
            }
        };
        self.intern(alone(atom))
    }

    /// The length called `name`, if a length is called so.
    pub fn find(&self, name: &str) -> Option<Dim> {
        self.names.get(name).and_then(|&atom| self.lookup(&alone(atom)))
    }

    /// A new length to be inferred.
    pub fn unknown(&mut self) -> Dim {
        let atom = self.atom(Meaning::Unknown);
        self.intern(alone(atom))
    }

    fn atom(&mut self, meaning: Meaning) -> Atom {
        self.atoms.push(meaning);
        Atom(self.atoms.len() as u32 - 1)
    }

    /// The sum of two lengths.
    pub fn plus(&mut self, a: Dim, b: Dim) -> Dim {
        let sum = combine(&self.polynomials[a.0 as usize], &self.polynomials[b.0 as usize], 1);
        self.intern(sum)
    }

    /// The difference of two lengths.
    pub fn minus(&mut self, a: Dim, b: Dim) -> Dim {
        let difference = combine(&self.polynomials[a.0 as usize], &self.polynomials[b.0 as usize], -1);
        self.intern(difference)
    }

    /// The length divided by a number and cut to an integer; `None` where that is no polynomial: `2*m + 1` by 2 is `m`, `n` by 2 nothing.
    pub fn divided(&mut self, a: Dim, by: i64) -> Option<Dim> {
        let part = |(monomial, coefficient): &(Monomial, i64)| match monomial.is_empty() {
            true => Some((monomial.clone(), coefficient.div_euclid(by))),
            false => (coefficient % by == 0).then(|| (monomial.clone(), coefficient / by)),
        };
        let quotient: Polynomial = self.polynomials[a.0 as usize].iter().map(part).collect::<Option<_>>()?;
        Some(self.intern(collected(quotient)))
    }

    /// The product of two lengths.
    pub fn times(&mut self, a: Dim, b: Dim) -> Dim {
        if a == Dim::ONE || b == Dim::ONE {
            return if a == Dim::ONE { b } else { a };
        }
        let product = multiply(&self.polynomials[a.0 as usize], &self.polynomials[b.0 as usize]);
        self.intern(product)
    }

    /// One length divided by another, where that leaves no rest whatever the names stand for: `(2*n + 4) / 2`, `(h*k + k) / k`.
    pub fn divide(&mut self, a: Dim, b: Dim) -> Option<Dim> {
        let (mut rest, divisor) = (self.polynomials[a.0 as usize].clone(), self.polynomials[b.0 as usize].clone());
        let (by, below) = leading(&divisor)?;
        let mut quotient = Polynomial::new();
        while let Some((monomial, coefficient)) = leading(&rest) {
            if quotient.len() > MAX_LENGTH_TERMS || coefficient % below != 0 {
                return None;
            }
            let mut left = monomial;
            for atom in &by {
                left.remove(left.iter().position(|a| a == atom)?);
            }
            let term: Polynomial = smallvec![(left, coefficient / below)];
            rest = combine(&rest, &multiply(&divisor, &term), -1);
            quotient.extend(term);
        }
        Some(self.intern(collected(quotient)))
    }

    /// `a - b` where that is a number.
    pub fn distance(&self, a: Dim, b: Dim) -> Option<i64> {
        match combine(&self.polynomials[a.0 as usize], &self.polynomials[b.0 as usize], -1).as_slice() {
            [] => Some(0),
            [(monomial, value)] if monomial.is_empty() => Some(*value),
            _ => None,
        }
    }

    /// Whether the length is below zero whatever its names stand for.
    pub fn is_negative(&self, dim: Dim) -> bool {
        let terms = &self.polynomials[dim.0 as usize];
        !terms.is_empty() && terms.iter().all(|(_, coefficient)| *coefficient < 0)
    }

    /// Whether no term of the length counts down: it is not below zero whatever its names stand for.
    pub fn is_counted(&self, dim: Dim) -> bool {
        self.polynomials[dim.0 as usize].iter().all(|(_, coefficient)| *coefficient > 0)
    }

    /// How often `step` goes into a length, rounded up, where that is the same sum of lengths whatever the names stand for.
    pub fn steps(&mut self, dim: Dim, step: i64) -> Option<Dim> {
        let mut quotient = Polynomial::new();
        let mut constant = 0;
        for (monomial, coefficient) in &self.polynomials[dim.0 as usize] {
            match monomial.is_empty() {
                true => constant = *coefficient,
                false if coefficient % step == 0 => quotient.push((monomial.clone(), coefficient / step)),
                false => return None,
            }
        }
        let up = constant.div_euclid(step) + i64::from(constant.rem_euclid(step) > 0);
        quotient.push((smallvec![], up));
        Some(self.intern(collected(quotient)))
    }

    /// The product of several lengths; 1 for none.
    pub fn product(&mut self, dims: impl IntoIterator<Item = Dim>) -> Dim {
        let product = self.multiplied(dims);
        self.intern(product)
    }

    /// Whether a length is the product of others.
    pub fn is_product(&self, dim: Dim, factors: impl IntoIterator<Item = Dim>) -> bool {
        self.multiplied(factors) == self.polynomials[dim.0 as usize]
    }

    fn multiplied(&self, dims: impl IntoIterator<Item = Dim>) -> Polynomial {
        // names and numbers gather in one term, so that a long product costs what it is long
        let mut term: (Monomial, i64) = (smallvec![], 1);
        let mut sums: SmallVec<[Dim; 2]> = SmallVec::new();
        for dim in dims {
            match self.polynomials[dim.0 as usize].as_slice() {
                [(monomial, coefficient)] => {
                    term.0.extend(monomial.iter().copied());
                    term.1 = term.1.saturating_mul(*coefficient);
                }
                _ => sums.push(dim),
            }
        }
        term.0.sort_unstable();
        sums.iter().fold(smallvec![term], |product, dim| multiply(&product, &self.polynomials[dim.0 as usize]))
    }

    /// How many terms the length has when its products are multiplied out.
    pub fn terms(&self, dim: Dim) -> usize {
        self.polynomials[dim.0 as usize].len()
    }

    /// The sum of several lengths; 0 for none.
    pub fn sum(&mut self, dims: impl IntoIterator<Item = Dim>) -> Dim {
        // numbers are added at once: of very many arrays that are joined each knows the sum of those before it
        let mut constant = 0i64;
        let mut terms = Polynomial::new();
        for dim in dims {
            for (monomial, coefficient) in &self.polynomials[dim.0 as usize] {
                match terms.last_mut() {
                    _ if monomial.is_empty() => constant = constant.saturating_add(*coefficient),
                    Some((last, sum)) if last == monomial => *sum = sum.saturating_add(*coefficient),
                    _ => terms.push((monomial.clone(), *coefficient)),
                }
            }
        }
        terms.push((Monomial::new(), constant));
        self.intern(collected(terms))
    }

    /// The length as an integer, if it is a literal one.
    pub fn as_integer(&self, dim: Dim) -> Option<i64> {
        match self.polynomials[dim.0 as usize].as_slice() {
            [] => Some(0),
            [(monomial, value)] if monomial.is_empty() => Some(*value),
            _ => None,
        }
    }

    /// The unknowns in a length, in order.
    pub fn unknowns(&mut self, dim: Dim) -> SmallVec<[Atom; 2]> {
        let dim = self.resolve(dim);
        if !self.open[dim.0 as usize] {
            return SmallVec::new();
        }
        let atoms = self.polynomials[dim.0 as usize].iter().flat_map(|(monomial, _)| monomial.iter().copied());
        atoms.filter(|atom| matches!(self.atoms[atom.0 as usize], Meaning::Unknown)).collect()
    }

    /// The atoms in a length as it stands that are not rigid.
    pub fn atoms(&self, dim: Dim) -> SmallVec<[Atom; 2]> {
        let atoms = self.polynomials[dim.0 as usize].iter().flat_map(|(monomial, _)| monomial.iter().copied());
        atoms.filter(|atom| !matches!(self.atoms[atom.0 as usize], Meaning::Rigid(_))).collect()
    }

    /// Whether an unknown has been inferred.
    pub fn is_bound(&self, atom: Atom) -> bool {
        matches!(self.atoms[atom.0 as usize], Meaning::Bound(_))
    }

    /// Gives an unknown a name, from now on rigid.
    pub fn christen(&mut self, atom: Atom, name: &str) {
        let dim = self.named(name);
        self.atoms[atom.0 as usize] = Meaning::Bound(dim);
    }

    /// The names in a length, in order.
    pub fn names_in(&self, dim: Dim) -> impl Iterator<Item = &str> {
        let atoms = self.polynomials[dim.0 as usize].iter().flat_map(|(monomial, _)| monomial.iter());
        atoms.filter_map(|atom| match &self.atoms[atom.0 as usize] {
            Meaning::Rigid(name) => Some(&**name),
            _ => None,
        })
    }

    /// `factor` and `rest` of a length `factor * name + rest` in which the name stands nowhere else; `None` for every other length.
    ///
    /// ```
    /// let mut dims = pullback::shape::Dims::default();
    /// let (h, k) = (dims.named("h"), dims.named("k"));
    /// let product = dims.times(h, k);
    /// let zero = dims.integer(0);
    /// assert_eq!(dims.solve(product, "k"), Some((h, zero)));
    /// assert_eq!(dims.solve(product, "n"), None);
    /// ```
    pub fn solve(&mut self, dim: Dim, name: &str) -> Option<(Dim, Dim)> {
        let atom = *self.names.get(name)?;
        let (with, rest): (Vec<_>, Vec<_>) =
            self.polynomials[dim.0 as usize].iter().cloned().partition(|(monomial, _)| monomial.contains(&atom));
        let [(monomial, coefficient)] = with.as_slice() else { return None };
        let others: Monomial = monomial.iter().copied().filter(|a| *a != atom).collect();
        if others.len() + 1 != monomial.len() {
            return None;
        }
        let factor = smallvec![(others, *coefficient)];
        Some((self.intern(factor), self.intern(rest.into_iter().collect())))
    }

    /// The value of a length, given that of each name; `None` where it is not inferred yet, a name has none, or numbers overflow.
    pub fn evaluate(&self, dim: Dim, value: &dyn Fn(&str) -> Option<usize>) -> Option<i64> {
        self.evaluate_with(dim, value, &|number| number)
    }

    /// The same with another number in the place of each that is written in it.
    ///
    /// ```
    /// let mut dims = pullback::shape::Dims::default();
    /// let (n, thousand) = (dims.named("n"), dims.integer(1000));
    /// let sum = dims.plus(n, thousand);
    /// assert_eq!(dims.evaluate_with(sum, &|_| Some(2), &|number| if number == 1000 { 9 } else { number }), Some(11));
    /// ```
    pub fn evaluate_with(&self, dim: Dim, value: &dyn Fn(&str) -> Option<usize>, literal: &dyn Fn(i64) -> i64) -> Option<i64> {
        let mut sum: i64 = 0;
        for (monomial, coefficient) in &self.polynomials[dim.0 as usize] {
            let mut term = literal(*coefficient);
            for atom in monomial {
                let length = match &self.atoms[atom.0 as usize] {
                    Meaning::Rigid(name) => i64::try_from(value(name)?).ok()?,
                    Meaning::Bound(dim) => self.evaluate_with(*dim, value, literal)?,
                    Meaning::Unknown => return None,
                };
                term = term.checked_mul(length)?;
            }
            sum = sum.checked_add(term)?;
        }
        Some(sum)
    }

    /// The length with another number in the place of each that is written in it.
    pub fn with_literals(&mut self, dim: Dim, literal: &dyn Fn(i64) -> i64) -> Dim {
        let terms = self.polynomials[dim.0 as usize].iter().map(|(monomial, number)| (monomial.clone(), literal(*number)));
        let changed = collected(terms.collect());
        self.intern(changed)
    }

    /// The numbers that are written in a length, without their signs.
    pub fn literals(&self, dim: Dim) -> impl Iterator<Item = u64> {
        self.polynomials[dim.0 as usize].iter().map(|(_, number)| number.unsigned_abs())
    }
}

fn hash_of(polynomial: &Polynomial) -> u64 {
    let mut hasher = FxHasher::default();
    polynomial.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_rigid_and_unknowns_bind() {
        let mut dims = Dims::default();
        let (n, d, u) = (dims.named("n"), dims.named("d"), dims.unknown());
        assert!(!dims.unify(n, d));
        assert!(dims.unify(u, d));
        assert_eq!(dims.resolve(u), d);
        assert!(!dims.unify(u, n));
    }

    #[test]
    fn sums_and_products_solve_for_one_unknown() {
        let mut dims = Dims::default();
        let (h, d, n) = (dims.named("h"), dims.named("d"), dims.named("n"));
        let (u, v) = (dims.unknown(), dims.unknown());
        let (left, right) = (dims.times(h, u), dims.times(h, d));
        assert!(dims.unify(left, right));
        assert_eq!(dims.resolve(u), d);
        let sum = dims.plus(v, Dim::ONE);
        assert!(dims.unify(sum, n));
        let v = dims.resolve(v);
        assert_eq!(dims.show(v), "n - 1");
        let (w, three) = (dims.unknown(), dims.integer(3));
        let four = dims.integer(4);
        let beyond = dims.plus(w, four);
        assert!(!dims.unify(beyond, three), "a length is never negative");
    }

    #[test]
    fn lengths_are_divided_where_nothing_is_left() {
        let mut dims = Dims::default();
        let (h, k, n, two) = (dims.named("h"), dims.named("k"), dims.named("n"), dims.integer(2));
        let sum = dims.plus(h, k);
        let product = dims.times(sum, n);
        assert_eq!(dims.divide(product, sum), Some(n));
        assert_eq!(dims.divide(product, n), Some(sum));
        assert_eq!(dims.divide(product, h), None);
        assert_eq!(dims.divide(n, two), None);
        let (twice, three) = (dims.times(two, n), dims.integer(3));
        let odd = dims.plus(twice, three);
        let half = dims.steps(odd, 2).expect("divides");
        assert_eq!(dims.show(half), "n + 2");
        assert_eq!(dims.steps(n, 2), None);
    }

    #[test]
    fn lengths_are_shown_as_they_are_typed() {
        let mut dims = Dims::default();
        let (h, k, n) = (dims.named("h"), dims.named("k"), dims.named("n"));
        let hk = dims.times(h, k);
        let more = dims.plus(n, Dim::ONE);
        assert_eq!((dims.show(hk).as_str(), dims.show(more).as_str()), ("h*k", "n + 1"));
        assert_eq!(dims.show_shape(&[n]), "(n,)");
        assert_eq!(dims.evaluate(more, &|_| Some(4)), Some(5));
    }
}
