//! Products of matrices: a walk along edges, from the first wanted index to the last.

use super::Algebra;
use super::graph::Ends;
use super::notation::{Factor, Factors};
use crate::expr::{Axes, Axis, Id, UNIT};
use smallvec::SmallVec;

/// The axes that stand in front, and the last two: an edge from index to index. A 1-D array is an edge that ends where it begins.
fn split(axes: &Axes) -> (&[Axis], &[Axis]) {
    axes.split_at(axes.len() - axes.len().min(2))
}

impl Algebra {
    /// A product of matrices, if the factors form a walk: every index an edge's end, met exactly twice.
    pub(super) fn walk(&mut self, factors: &Factors, output: &Axes) -> Option<Factor> {
        let edges: SmallVec<[&[Axis]; 4]> = factors.iter().map(|(_, axes)| split(axes).1).collect();
        // an index that is wanted has an end outside
        let ends = Ends::of(edges.iter().copied().chain([output.as_slice()]));
        if edges.iter().copied().flatten().any(|&axis| axis == UNIT || ends.at(axis) != 2) {
            return None;
        }
        let wanted: Axes = output.iter().copied().filter(|&axis| axis != UNIT && ends.at(axis) == 2).collect();
        let batch = batch(factors, output, &ends)?;
        if wanted.len() > 2 || !batch.is_empty() && wanted.len() != 1 && factors.iter().any(|(_, axes)| axes.len() == 1) {
            return None;
        }
        let chain = self.chain(factors, &edges, &wanted)?;
        let product = self.matmul(&chain);
        let axes: Axes = batch.into_iter().chain(wanted).collect();
        (self.arena.shape(product).len() == axes.len()).then_some((product, axes))
    }

    /// The factors in the order of the walk, turned where it goes against them.
    fn chain(&mut self, factors: &Factors, edges: &[&[Axis]], wanted: &Axes) -> Option<SmallVec<[Id; 4]>> {
        let mut left: SmallVec<[usize; 4]> = (0..factors.len()).collect();
        let mut chain: SmallVec<[Id; 4]> = SmallVec::new();
        // it starts at the first wanted index, or at a 1-D array where nothing is wanted
        let mut here = match wanted.first() {
            Some(&axis) => axis,
            None => {
                let start = edges.iter().position(|edge| edge.len() == 1)?;
                left.remove(start);
                chain.push(factors[start].0);
                edges[start][0]
            }
        };
        loop {
            let next = left.iter().position(|&k| edges[k].contains(&here))?;
            let k = left.remove(next);
            let id = factors[k].0;
            let (turned, there) = match *edges[k] {
                [_] => (false, None),
                [from, to] if from == here => (false, Some(to)),
                [from, _] => (true, Some(from)),
                _ => return None,
            };
            chain.push(if turned { self.transpose(id) } else { id });
            match there.filter(|there| wanted.get(1) != Some(there)) {
                Some(there) => here = there,
                None => return left.is_empty().then_some(chain),
            }
        }
    }
}

/// The axes in front of the edges, broadcast against each other, where all stand as in the output and are no ends of edges.
fn batch(factors: &Factors, output: &Axes, ends: &Ends) -> Option<Axes> {
    let in_front = || factors.iter().map(|(_, axes)| split(axes).0);
    let mut batch = Axes::new();
    for axes in in_front() {
        if axes.iter().any(|&axis| axis != UNIT && ends.at(axis) != 1) {
            return None;
        }
        if axes.len() > batch.len() {
            batch = Axes::from_slice(axes);
        }
    }
    for axes in in_front() {
        for (one, all) in axes.iter().rev().zip(batch.iter_mut().rev()) {
            if *all == UNIT {
                *all = *one;
            } else if *one != UNIT && one != all {
                return None;
            }
        }
    }
    let named = |axes: &Axes| -> Axes { axes.iter().copied().filter(|axis| *axis != UNIT).collect() };
    let wanted = output.iter().copied().filter(|axis| *axis != UNIT && batch.contains(axis));
    wanted.eq(named(&batch)).then_some(batch)
}
