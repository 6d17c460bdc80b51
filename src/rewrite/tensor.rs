//! Contractions with more axes than matrix notation has.

use super::Algebra;
use super::graph::components;
use super::notation::Factors;
use crate::expr::{Args, Axes, Axis, Contraction, Id, Number, Op, UNIT};
use crate::shape::Shape;
use smallvec::SmallVec;

impl Algebra {
    /// The contraction as an expression: in matrix notation up to two axes, beyond that an einsum of identity matrices and of arrays
    /// that are in matrix notation each. Broadcasting could say the latter as well, but no reader finds the axes in `[:, None, None]`.
    pub fn tensor(&mut self, contraction: Contraction) -> Id {
        if let [row, column] = *contraction.output {
            if row == column && row != UNIT {
                let coefficient = contraction.coefficient;
                let output = [row].into_iter().collect();
                let vector = self.notate(Contraction { coefficient: Number::ONE, output, ..contraction });
                let matrix = self.node(Op::Diag, &[vector]);
                return self.scale(coefficient, matrix);
            }
        }
        if contraction.output.len() <= 2 {
            return self.notate(contraction);
        }
        let Contraction { coefficient, mut factors, mut output, mut lengths } = contraction;
        let shape: Shape = output.iter().map(|&l| if l == UNIT { crate::shape::Dim::ONE } else { lengths[l as usize] }).collect();
        for factor in &mut factors {
            self.plain(factor);
        }
        let given = factors.len();
        self.split_diagonals(&mut factors, &mut output, &mut lengths);
        let eyes: Factors = factors.drain(given..).collect();
        let mut scalars: SmallVec<[Id; 4]> = SmallVec::new();
        let mut parts: Factors = SmallVec::new();
        for component in components(factors) {
            let shown: Axes = output.iter().copied().filter(|l| *l != UNIT && component.iter().any(|(_, axes)| axes.contains(l))).collect();
            // what one factor shares with an identity is one index, not two
            if shown.len() > 2 && component.len() > 1 {
                parts.extend(self.shortened(component, &output));
                continue;
            }
            let (id, axes) = self.connected(component, &shown);
            match self.without_units(id, &axes) {
                (id, axes) if axes.is_empty() => scalars.push(id),
                found => parts.push(found),
            }
        }
        let mut all: Factors = eyes.into_iter().chain(parts).collect();
        // what is the same along an axis is repeated there
        for &label in output.iter().filter(|l| **l != UNIT && !all.is_empty()).collect::<SmallVec<[&Axis; 8]>>() {
            if !all.iter().any(|(_, axes)| axes.contains(&label)) {
                let one = self.number(Number::ONE);
                let ones = self.broadcast_to(one, &[lengths[label as usize]]);
                all.push((ones, [label].into_iter().collect()));
            }
        }
        let body = match all.len() {
            0 => None,
            1 => Some(all.remove(0)),
            _ => Some(self.joined(&all, &output)),
        };
        let body = match body {
            Some(factor) => self.arrange(factor, &output, &lengths),
            None => {
                let scalar = self.multiply(&std::mem::take(&mut scalars));
                self.broadcast_to(scalar, &shape)
            }
        };
        scalars.push(body);
        let product = self.multiply(&scalars);
        self.scale(coefficient, product)
    }

    /// Fewer factors: what has the same indices is multiplied, and what shares an index that nothing else has is a matrix product.
    fn shortened(&mut self, mut factors: Factors, output: &Axes) -> Factors {
        loop {
            let pairs = (0..factors.len()).flat_map(|one| (one + 1..factors.len()).map(move |two| (one, two)));
            let merged = pairs.clone().find_map(|(one, two)| {
                let (a, b) = (&factors[one].1, &factors[two].1);
                let same = a.len() == b.len() && a.iter().all(|l| b.contains(l));
                let outside =
                    |l: &Axis| output.contains(l) || factors.iter().enumerate().any(|(k, f)| k != one && k != two && f.1.contains(l));
                let summed = a.iter().any(|l| *l != UNIT && b.contains(l) && !outside(l));
                let kept: Axes =
                    a.iter().chain(b.iter().filter(|l| !a.contains(l))).copied().filter(|l| *l != UNIT && outside(l)).collect();
                (same && kept.len() == a.len() || summed && kept.len() <= 2).then_some((one, two, kept))
            });
            let Some((one, two, kept)) = merged else { return factors };
            let second = factors.remove(two);
            let pair: Factors = [factors[one].clone(), second].into_iter().collect();
            factors[one] = self.connected(pair, &kept);
        }
    }

    /// One einsum of all, as it is: the rules that open one would make broadcasting of it.
    fn joined(&mut self, factors: &Factors, output: &Axes) -> (Id, Axes) {
        let bare: Factors = factors.iter().map(|(id, axes)| self.without_units(*id, axes)).collect();
        let wanted: Axes = output.iter().copied().filter(|l| *l != UNIT && bare.iter().any(|(_, axes)| axes.contains(l))).collect();
        // the letters run along the result
        let mut names: Axes = wanted.clone();
        for &label in bare.iter().flat_map(|(_, axes)| axes) {
            if !names.contains(&label) {
                names.push(label);
            }
        }
        let rename = |axes: &Axes| -> Axes { axes.iter().filter_map(|l| names.iter().position(|n| n == l)).map(|p| p as Axis).collect() };
        let inputs = bare.iter().map(|(_, axes)| rename(axes)).collect();
        let args: Args = bare.iter().map(|(id, _)| *id).collect();
        (self.arena.intern(Op::Einsum { inputs, output: rename(&wanted) }, args), wanted)
    }
}
