//! The rules of products, applied until none fits.

use super::term::{self, Factor, Term};
use super::{Kind, Normal, Polynomial};
use crate::expr::{Axis, Number, Op};
use crate::limits::{MAX_LABELS, MAX_NORMAL_FACTORS};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;

/// A product on its way to its form.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub factors: Vec<Factor>,
    pub coefficient: Number,
    /// Labels that are summed over, with their lengths, where that is not to be seen from the factors.
    pub summed: Vec<(Axis, Dim)>,
}

impl Raw {
    pub fn new(factors: Vec<Factor>, coefficient: Number) -> Self {
        Raw { factors, coefficient, summed: vec![] }
    }

    fn labels(&self) -> impl Iterator<Item = Axis> + '_ {
        self.factors.iter().flat_map(|f| f.axes.iter().copied())
    }

    fn renamed(&mut self, from: Axis, to: Axis) {
        self.factors.iter_mut().flat_map(|f| f.axes.iter_mut()).filter(|axis| **axis == from).for_each(|axis| *axis = to);
    }
}

/// What a rule makes of a product.
enum Step {
    /// Nothing: no rule fits.
    Still,
    /// One product.
    One,
    /// Several.
    Many(Vec<Raw>),
}

impl Normal {
    /// The sum of these products, in normal form.
    pub(super) fn settled(&mut self, a: &mut Algebra, shape: Shape, mut left: Vec<Raw>) -> Option<Polynomial> {
        let rank = shape.len();
        let mut found: Vec<(Term, Number)> = Vec::new();
        while let Some(mut raw) = left.pop() {
            self.spend(1 + raw.factors.len())?;
            if raw.coefficient.is_zero() {
                continue;
            }
            if raw.factors.len() > MAX_NORMAL_FACTORS {
                return None;
            }
            match self.step(a, &mut raw, rank)? {
                Step::Still => found.push((term::ordered(&self.atoms, raw.factors, rank), raw.coefficient)),
                Step::One => left.push(raw),
                Step::Many(several) => left.extend(several),
            }
        }
        self.collected(shape, found)
    }

    fn step(&mut self, a: &mut Algebra, raw: &mut Raw, rank: usize) -> Option<Step> {
        let known: Vec<(Axis, Dim)> = raw
            .factors
            .iter()
            .flat_map(|f| f.axes.iter().enumerate().map(|(place, axis)| (*axis, self.atoms.dim(f.atom, place))))
            .filter(|(axis, _)| *axis as usize >= rank)
            .collect();
        for (axis, dim) in known {
            if !raw.summed.iter().any(|(other, _)| *other == axis) {
                raw.summed.push((axis, dim));
            }
        }
        self.joined(raw);
        if self.deltas(raw, rank) {
            return Some(Step::One);
        }
        self.sums_of_one(raw);
        self.numbers(a, raw);
        self.lengths(a, raw)?;
        if let Some(found) = self.expanded(raw, rank) {
            return Some(Step::Many(found));
        }
        if let Some(found) = self.inverse(a, raw, rank)? {
            return Some(Step::Many(found));
        }
        if let Some(found) = self.divided(raw, rank)? {
            return Some(Step::Many(found));
        }
        Some(Step::Still)
    }

    /// `x**a * x**b = x**(a + b)`
    fn joined(&mut self, raw: &mut Raw) {
        let mut joined: Vec<Factor> = Vec::with_capacity(raw.factors.len());
        for mut factor in raw.factors.drain(..) {
            self.atoms.straighten(&mut factor);
            if self.atoms.at(factor.atom).mask && !factor.exponent.is_negative() {
                factor.exponent = Number::ONE;
            }
            match joined.iter_mut().find(|other| other.atom == factor.atom && other.axes == factor.axes) {
                Some(_) if self.atoms.at(factor.atom).mask => {}
                Some(other) => other.exponent = other.exponent.plus(factor.exponent),
                None => joined.push(factor),
            }
        }
        joined.retain(|factor| !factor.exponent.is_zero());
        raw.factors = joined;
    }

    /// An identity matrix makes two indices one.
    fn deltas(&mut self, raw: &mut Raw, rank: usize) -> bool {
        for at in 0..raw.factors.len() {
            if !self.atoms.at(raw.factors[at].atom).identity {
                continue;
            }
            let [one, two] = raw.factors[at].axes[..] else { continue };
            let summed = |axis: Axis| axis as usize >= rank;
            if one == two || summed(one) || summed(two) {
                raw.factors.remove(at);
                let (gone, kept) = if summed(two) { (two, one) } else { (one, two) };
                if gone != kept {
                    raw.renamed(gone, kept);
                    raw.summed.retain(|(axis, _)| *axis != gone);
                }
                return true;
            }
        }
        false
    }

    /// What sums to 1 along its last axis is 1 where it is summed by itself.
    fn sums_of_one(&mut self, raw: &mut Raw) {
        let mut at = 0;
        while at < raw.factors.len() {
            let factor = &raw.factors[at];
            let last = factor.axes.last().copied();
            let alone = last.is_some_and(|last| {
                raw.summed.iter().any(|(axis, _)| *axis == last) && raw.labels().filter(|axis| *axis == last).count() == 1
            });
            if alone && factor.exponent.is_one() && self.atoms.at(factor.atom).stochastic {
                raw.factors.remove(at);
                raw.summed.retain(|(axis, _)| Some(*axis) != last);
            } else {
                at += 1;
            }
        }
    }

    /// Numbers with whole powers go in front.
    fn numbers(&mut self, a: &mut Algebra, raw: &mut Raw) {
        let coefficient = &mut raw.coefficient;
        raw.factors.retain(|factor| {
            let Kind::Leaf(id) = self.atoms.at(factor.atom).kind else { return true };
            let number = a.arena.as_number(id).filter(|_| factor.exponent.to_integer().is_some());
            match number.and_then(|number| number.power(factor.exponent)) {
                Some(number) => {
                    *coefficient = coefficient.times(number);
                    false
                }
                None => true,
            }
        });
    }

    /// A sum over an index that nothing has is as many times that.
    fn lengths(&mut self, a: &mut Algebra, raw: &mut Raw) -> Option<()> {
        let alone: Vec<(Axis, Dim)> =
            raw.summed.iter().copied().filter(|(axis, _)| !raw.factors.iter().any(|f| f.axes.contains(axis))).collect();
        raw.summed.retain(|(axis, _)| !alone.iter().any(|(gone, _)| gone == axis));
        for (_, dim) in alone {
            self.times_length(a, raw, dim, Number::ONE)?;
        }
        Some(())
    }

    /// `raw * n ** exponent`
    pub(super) fn times_length(&mut self, a: &mut Algebra, raw: &mut Raw, dim: Dim, exponent: Number) -> Option<()> {
        match a.arena.dims.as_integer(dim) {
            Some(length) => raw.coefficient = raw.coefficient.times(Number::integer(length).power(exponent)?),
            None => {
                let atom = self.length(a, dim)?;
                raw.factors.push(Factor { atom, axes: Default::default(), exponent });
                self.joined(raw);
            }
        }
        Some(())
    }

    /// `n (x + y) = n x + n y`, `(x + y)**2 = (x + y) * (x + y)`
    fn expanded(&mut self, raw: &Raw, rank: usize) -> Option<Vec<Raw>> {
        for (at, factor) in raw.factors.iter().enumerate() {
            let Kind::Sum(sum) = &self.atoms.at(factor.atom).kind else { continue };
            if factor.exponent.to_integer().is_none_or(|e| e < 1) {
                continue;
            }
            let mut rest = raw.clone();
            rest.factors[at].exponent = factor.exponent.plus(Number::MINUS_ONE);
            let own: FxHashMap<Axis, Axis> = (0..).zip(factor.axes.iter().copied()).collect();
            return Some(sum.terms.iter().filter_map(|(term, number)| multiplied(&rest, term, *number, &own, rank)).collect());
        }
        None
    }

    /// `A @ inv(A) = I`
    fn inverse(&mut self, a: &mut Algebra, raw: &Raw, rank: usize) -> Option<Option<Vec<Raw>>> {
        for (at, factor) in raw.factors.iter().enumerate() {
            let Kind::Call(function, _, args) = &self.atoms.at(factor.atom).kind else { continue };
            let [argument] = args.as_slice() else { continue };
            let [(pattern, number)] = argument.terms.as_slice() else { continue };
            if function.entry().names[0] != "inv" || argument.rank() != 2 || !factor.exponent.is_one() {
                continue;
            }
            let [one, two] = factor.axes[..] else { continue };
            let others: Vec<Factor> = raw.factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, f)| f.clone()).collect();
            // inv[i, j] A[j, k], or A[k, i] inv[i, j]
            for (row, shared, open) in [(0, two, one), (1, one, two)] {
                let bound: FxHashMap<Axis, Axis> = [(row as Axis, shared)].into_iter().collect();
                let summed = shared as usize >= rank;
                let Some((left, labels)) = term::without(&self.atoms, &others, pattern, 2, rank, &bound).filter(|_| summed) else {
                    continue;
                };
                if left.iter().any(|f| f.axes.contains(&shared)) || shared == open {
                    continue;
                }
                let Some(&end) = labels.get(&(1 - row as Axis)) else { continue };
                let dim = argument.shape[0];
                let mut rest = raw.clone();
                rest.factors = left;
                rest.coefficient = raw.coefficient.times(number.power(Number::MINUS_ONE)?);
                rest.summed.retain(|(axis, _)| *axis == open || *axis == end || rest.factors.iter().any(|f| f.axes.contains(axis)));
                let eye = self.identity(a, dim)?;
                rest.factors.push(Factor { atom: eye, axes: [open, end].into_iter().collect(), exponent: Number::ONE });
                return Some(Some(vec![rest]));
            }
        }
        Some(None)
    }

    /// `x / (x + y) = 1 - y / (x + y)`: what is divided by a sum does not hold its first product.
    fn divided(&mut self, raw: &Raw, rank: usize) -> Option<Option<Vec<Raw>>> {
        for (at, factor) in raw.factors.iter().enumerate() {
            let Kind::Sum(sum) = &self.atoms.at(factor.atom).kind else { continue };
            // numbers are no product that could be found
            let Some(first) = sum.terms.iter().position(|(term, _)| !term.is_empty()) else { continue };
            let (pattern, number) = &sum.terms[first];
            let others: Vec<Factor> = raw.factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, f)| f.clone()).collect();
            let own: FxHashMap<Axis, Axis> = (0..).zip(factor.axes.iter().copied()).collect();
            let Some((left, labels)) = term::without(&self.atoms, &others, pattern, sum.rank(), rank, &own) else { continue };
            let inverse = number.power(Number::MINUS_ONE)?;
            let mut rest = raw.clone();
            rest.factors = left;
            rest.factors.push(factor.clone());
            rest.coefficient = raw.coefficient.times(inverse);
            let gone = |axis: &Axis| labels.iter().any(|(from, to)| *from as usize >= sum.rank() && to == axis);
            rest.summed.retain(|(axis, _)| !gone(axis));
            // first * B**e = B**(e + 1) - others * B**e
            let mut found: Vec<Raw> = Vec::with_capacity(sum.terms.len());
            for (k, (term, number)) in sum.terms.iter().enumerate() {
                if k != first {
                    found.push(multiplied(&rest, term, number.negated(), &own, rank)?);
                }
            }
            if let Some(whole) = rest.factors.last_mut() {
                whole.exponent = whole.exponent.plus(Number::ONE);
            }
            found.push(rest);
            return Some(Some(found));
        }
        Some(None)
    }

    pub(super) fn length(&mut self, a: &mut Algebra, dim: Dim) -> Option<super::AtomId> {
        let id = a.arena.intern(Op::Length(dim), Default::default());
        self.atom(a, Kind::Leaf(id))
    }

    fn identity(&mut self, a: &mut Algebra, dim: Dim) -> Option<super::AtomId> {
        let id = a.arena.intern(Op::Eye(dim), Default::default());
        self.atom(a, Kind::Leaf(id))
    }
}

/// `rest * number * term`, where the labels of the term's axes are known, and what it sums over gets labels of its own.
pub(super) fn multiplied(rest: &Raw, term: &Term, number: Number, own: &FxHashMap<Axis, Axis>, rank: usize) -> Option<Raw> {
    let taken = rest.labels().chain(rest.summed.iter().map(|(axis, _)| *axis)).map(usize::from).max().map_or(0, |most| most + 1);
    let first = taken.max(rank);
    let mut labels = own.clone();
    let mut product = rest.clone();
    product.coefficient = rest.coefficient.times(number);
    for factor in term {
        let mut factor = factor.clone();
        for axis in &mut factor.axes {
            let fresh = first + labels.len() - own.len();
            if !labels.contains_key(axis) {
                if fresh >= MAX_LABELS {
                    return None;
                }
                labels.insert(*axis, fresh as Axis);
            }
            *axis = labels[axis];
        }
        product.factors.push(factor);
    }
    Some(product)
}
