//! From a contraction to the notation people write.
//!
//! The factors that share indices form a graph: each matrix is an edge between its two indices. A product of matrices is a walk
//! along edges, from the first wanted index to the last. What is no walk is an element-wise product, a sum over axes, an outer
//! product, and only in the end an `einsum`, which can say everything.

use super::Algebra;
use super::graph::{Ends, components};
use crate::expr::{Args, Axes, Axis, Contraction, Id, Number, Op, Signature, UNIT};
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

/// An array with the labels of its axes.
pub(super) type Factor = (Id, Axes);
pub(super) type Factors = SmallVec<[Factor; 4]>;

impl Algebra {
    /// The contraction as an expression in matrix notation, with the axes of its output.
    pub fn notate(&mut self, contraction: Contraction) -> Id {
        let Contraction { coefficient, mut factors, mut output, mut lengths } = contraction;
        // what arrives at a term of a sum is mostly what is wanted already
        if let [(id, axes)] = factors.as_slice() {
            if *axes == output && axes.windows(2).all(|pair| pair[0] < pair[1]) && !axes.is_empty() {
                return self.scale(coefficient, *id);
            }
        }
        for factor in &mut factors {
            self.plain(factor);
        }
        if let Some(id) = self.diagonal(&factors, &output) {
            return self.scale(coefficient, id);
        }
        // a product of matrices, as most are
        if let Some((id, _)) = self.walk(&factors, &output).filter(|(_, axes)| factors.len() > 1 && *axes == output && !axes.is_empty()) {
            return self.scale(coefficient, id);
        }
        self.split_diagonals(&mut factors, &mut output, &mut lengths);
        let mut scalars: SmallVec<[Id; 4]> = SmallVec::new();
        let mut parts: Factors = SmallVec::new();
        let groups = components(factors);
        let whole = groups.len() == 1;
        for component in groups {
            let (id, axes) = self.connected(component, &output);
            // all that there is, with just the axes that are wanted
            if axes == output && !output.is_empty() && whole {
                return self.scale(coefficient, id);
            }
            if axes.iter().all(|&axis| axis == UNIT) {
                let mask = (1u32 << axes.len()) - 1;
                scalars.push(self.node(Op::Squeeze(mask), &[id]));
            } else {
                parts.push((id, axes));
            }
        }
        let body = match parts.len() {
            0 => None,
            1 => Some(parts.remove(0)),
            _ => Some(self.apart(parts, &output)),
        };
        let body = match body {
            Some(factor) => self.arrange(factor, &output, &lengths),
            None => {
                // nothing but scalars: repeated to the wanted shape
                let scalar = self.multiply(&std::mem::take(&mut scalars));
                let shape = shape_of(&output, &lengths);
                self.broadcast_to(scalar, &shape)
            }
        };
        scalars.push(body);
        let product = self.multiply(&scalars);
        self.scale(coefficient, product)
    }

    /// An einsum of fewer or smaller arrays, where it has products that share no index, or ones.
    pub(super) fn opened(&mut self, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
        let id = self.arena.intern(op.clone(), args.iter().copied().collect());
        let Signature { inputs, output, lengths } = self.arena.signature(id)?;
        let given: Factors = args.iter().copied().zip(inputs).collect();
        let mut factors = given.clone();
        self.open(&mut factors, &output);
        let contraction = |factors| Contraction { coefficient: Number::ONE, factors, output, lengths };
        (factors != given).then(|| ("a product of arrays that share no index is these arrays", self.notate(contraction(factors))))
    }

    /// A product of arrays that share no index is these arrays; ones whose indices others have are nothing.
    fn open(&mut self, factors: &mut Factors, output: &Axes) {
        for at in (0..factors.len()).rev() {
            let (id, axes) = factors[at].clone();
            let known =
                |axis: &Axis| output.contains(axis) || factors.iter().enumerate().any(|(k, (_, other))| k != at && other.contains(axis));
            if factors.len() > 1 && self.is_filled_with(id, Number::ONE) && axes.iter().all(known) {
                factors.remove(at);
                continue;
            }
            let Op::Multiply = self.arena.op(id) else { continue };
            let parts: Option<Factors> = self.arena.args(id).iter().map(|&part| self.made_visible(part, &axes)).collect();
            let Some(parts) = parts else { continue };
            if Ends::of(parts.iter().map(|(_, axes)| axes.as_slice())).disjoint(&axes) {
                factors.remove(at);
                factors.insert_many(at, parts);
            }
        }
    }

    /// An array whose new axes are left out, with the labels of the others.
    fn made_visible(&self, part: Id, axes: &Axes) -> Option<Factor> {
        let Op::Unsqueeze(mask) = *self.arena.op(part) else { return None };
        let offset = axes.len() - self.arena.shape(part).len();
        let rest = axes[offset..].iter().enumerate().filter(|(k, _)| mask >> k & 1 == 0).map(|(_, &axis)| axis);
        Some((self.arena.args(part)[0], rest.collect()))
    }

    /// Rids a factor of repeated indices: its diagonal is taken.
    pub(super) fn plain(&mut self, factor: &mut Factor) {
        let (id, axes) = (factor.0, &factor.1);
        let repeated = (0..axes.len()).find(|&k| axes[k] != UNIT && axes[..k].contains(&axes[k]));
        let Some(second) = repeated else { return };
        let first = axes.iter().position(|a| *a == axes[second]).unwrap_or(0);
        let rank = axes.len();
        let others: SmallVec<[usize; 8]> = (0..rank).filter(|&k| k != first && k != second).collect();
        let order: SmallVec<[u8; 8]> = others.iter().map(|&k| k as u8).chain([first as u8, second as u8]).collect();
        let turned = self.node(Op::Permute(order), &[id]);
        let diagonal = self.node(Op::Diagonal, &[turned]);
        *factor = (diagonal, others.iter().map(|&k| axes[k]).chain([axes[second]]).collect());
        self.plain(factor);
    }

    /// `x[i]` to `[i, i]`: a diagonal matrix.
    fn diagonal(&mut self, factors: &[Factor], output: &Axes) -> Option<Id> {
        match (factors, output.as_slice()) {
            ([(id, axes)], [i, j]) if i == j && axes.as_slice() == [*i] => Some(self.node(Op::Diag, &[*id])),
            _ => None,
        }
    }

    /// An index that stands twice in the output is held together by an identity matrix.
    pub(super) fn split_diagonals(&mut self, factors: &mut Factors, output: &mut Axes, lengths: &mut SmallVec<[Dim; 8]>) {
        for at in 1..output.len() {
            let axis = output[at];
            if axis != UNIT && output[..at].contains(&axis) {
                let length = lengths[axis as usize];
                let fresh = lengths.len() as Axis;
                lengths.push(length);
                output[at] = fresh;
                let eye = self.arena.intern(Op::Eye(length), Args::new());
                factors.push((eye, [axis, fresh].into_iter().collect()));
            }
        }
    }

    /// Factors that hang together by their indices, as one expression with the wanted indices among its axes.
    pub(super) fn connected(&mut self, mut factors: Factors, output: &Axes) -> Factor {
        self.sum_alone(&mut factors, output);
        loop {
            if factors.len() == 1 {
                let factor = factors.remove(0);
                return self.sum_out(factor, output);
            }
            if let Some(found) = self.walk(&factors, output) {
                return found;
            }
            if let Some((keep, gone)) = absorbable(&factors, output) {
                let pair: Factors = [factors[keep].clone(), factors[gone].clone()].into_iter().collect();
                let ordered = if gone < keep { [pair[1].clone(), pair[0].clone()] } else { [pair[0].clone(), pair[1].clone()] };
                let order = self.cheaper_order(&ordered, &factors[keep].1, output);
                let merged = self.entrywise(&ordered, &order);
                let (keep, gone) = (keep.min(gone), keep.max(gone));
                factors.remove(gone);
                factors[keep] = merged;
                continue;
            }
            // where nothing is summed, the factors broadcast against each other
            if factors.iter().flat_map(|(_, axes)| axes).all(|axis| *axis == UNIT || output.contains(axis)) {
                let order = output.iter().copied().filter(|axis| factors.iter().any(|(_, axes)| *axis != UNIT && axes.contains(axis)));
                let order = order.collect();
                return self.entrywise(&factors, &order);
            }
            return self.einsum(&factors, output);
        }
    }

    /// Indices that only one factor has, and the output has not, are summed first.
    fn sum_alone(&mut self, factors: &mut Factors, output: &Axes) {
        if factors.len() < 2 {
            return;
        }
        let ends = Ends::of(factors.iter().map(|(_, axes)| axes.as_slice()).chain([output.as_slice()]));
        for (id, axes) in factors {
            let alone = |axis: Axis| axis != UNIT && ends.at(axis) == 1;
            let mask = axes.iter().enumerate().filter(|(_, a)| alone(**a)).fold(0u32, |mask, (k, _)| mask | 1 << k);
            if mask != 0 {
                *id = self.node(Op::Sum { axes: mask, keep: false }, &[*id]);
                axes.retain(|axis| !alone(*axis));
            }
        }
    }

    fn sum_out(&mut self, (id, axes): Factor, output: &Axes) -> Factor {
        let gone = |axis: Axis| axis != UNIT && !output.contains(&axis);
        let mask = axes.iter().enumerate().filter(|(_, a)| gone(**a)).fold(0u32, |mask, (k, _)| mask | 1 << k);
        if mask == 0 {
            return (id, axes);
        }
        // where the output has axes of length 1 in just these places, they are kept
        let kept: Axes = axes.iter().map(|&a| if gone(a) { UNIT } else { a }).collect();
        let keep = kept == *output;
        let summed = self.node(Op::Sum { axes: mask, keep }, &[id]);
        (summed, if keep { kept } else { axes.into_iter().filter(|&a| !gone(a)).collect() })
    }

    /// The order of axes for an element-wise product: that of `kept`, or, if then fewer factors have to be turned, that of the output.
    fn cheaper_order(&self, factors: &[Factor], kept: &Axes, output: &Axes) -> Axes {
        let wanted: Axes = output.iter().copied().filter(|a| kept.contains(a) && *a != UNIT).collect();
        if wanted.len() != kept.len() || wanted == *kept {
            return kept.clone();
        }
        let turns = |order: &Axes| {
            factors
                .iter()
                .filter(|(_, axes)| axes.len() == order.len() && axes != order)
                .map(|(id, axes)| {
                    // what is turned already is turned back
                    let back = matches!(self.arena.op(*id), Op::Permute(_)) && axes.len() == 2;
                    if back { -1 } else { 1 }
                })
                .sum::<i32>()
        };
        if turns(&wanted) <= turns(kept) + 1 { wanted } else { kept.clone() }
    }

    /// The element-wise product, its axes in the order of `order` and then of whatever else the factors have.
    fn entrywise(&mut self, factors: &[Factor], order: &Axes) -> Factor {
        let mut all: Axes = order.clone();
        for axis in factors.iter().flat_map(|(_, axes)| axes.iter()) {
            if *axis != UNIT && !all.contains(axis) {
                all.push(*axis);
            }
        }
        let aligned: SmallVec<[Id; 4]> = factors.iter().map(|factor| self.align(factor, &all)).collect();
        (self.multiply(&aligned), all)
    }

    /// The factor with its axes where broadcasting wants them for a result with the axes `all`.
    fn align(&mut self, (id, axes): &Factor, all: &Axes) -> Id {
        let offset = all.len().checked_sub(axes.len());
        let fits = offset.is_some_and(|offset| axes.iter().enumerate().all(|(k, a)| *a == UNIT || *a == all[offset + k]));
        if fits {
            return *id;
        }
        let (id, axes) = self.without_units(*id, axes);
        let present: Axes = all.iter().copied().filter(|a| axes.contains(a)).collect();
        let id = self.reorder(id, &axes, &present);
        let first = all.iter().position(|a| present.contains(a)).unwrap_or(all.len());
        let mask = all[first..].iter().enumerate().filter(|(_, a)| !present.contains(a)).fold(0u32, |mask, (k, _)| mask | 1 << k);
        self.node(Op::Unsqueeze(mask), &[id])
    }

    pub(super) fn without_units(&mut self, id: Id, axes: &Axes) -> (Id, Axes) {
        let mask = axes.iter().enumerate().filter(|(_, a)| **a == UNIT).fold(0u32, |mask, (k, _)| mask | 1 << k);
        (self.node(Op::Squeeze(mask), &[id]), axes.iter().copied().filter(|a| *a != UNIT).collect())
    }

    fn reorder(&mut self, id: Id, axes: &Axes, wanted: &Axes) -> Id {
        let order: SmallVec<[u8; 8]> = wanted.iter().filter_map(|w| axes.iter().position(|a| a == w)).map(|p| p as u8).collect();
        self.node(Op::Permute(order), &[id])
    }

    /// Parts without a common index: an outer product, or broadcasting against each other.
    fn apart(&mut self, parts: Factors, output: &Axes) -> Factor {
        if let ([(a, one), (b, two)], [_, _]) = (parts.as_slice(), output.as_slice()) {
            if one.len() == 1 && two.len() == 1 {
                let (a, b) = if one[0] == output[0] { (*a, *b) } else { (*b, *a) };
                let id = self.node(Op::Outer, &[a, b]);
                return (id, output.clone());
            }
        }
        let order: Axes = output.iter().copied().filter(|a| *a != UNIT && parts.iter().any(|(_, axes)| axes.contains(a))).collect();
        self.entrywise(&parts, &order)
    }

    /// What has no shorter name.
    fn einsum(&mut self, factors: &Factors, output: &Axes) -> Factor {
        let bare: Factors = factors.iter().map(|(id, axes)| self.without_units(*id, axes)).collect();
        let wanted: Axes = output.iter().copied().filter(|a| *a != UNIT && bare.iter().any(|(_, axes)| axes.contains(a))).collect();
        let mut names: Axes = Axes::new();
        for axis in bare.iter().flat_map(|(_, axes)| axes) {
            if !names.contains(axis) {
                names.push(*axis);
            }
        }
        let rename = |axes: &Axes| -> Axes { axes.iter().filter_map(|a| names.iter().position(|n| n == a)).map(|p| p as u8).collect() };
        let inputs = bare.iter().map(|(_, axes)| rename(axes)).collect();
        let args: Args = bare.iter().map(|(id, _)| *id).collect();
        let id = self.make(Op::Einsum { inputs, output: rename(&wanted) }, args);
        (id, wanted)
    }

    /// One factor that has all its indices in the output: its axes reordered, made and repeated as the output has them.
    pub(super) fn arrange(&mut self, (id, axes): Factor, output: &Axes, lengths: &SmallVec<[Dim; 8]>) -> Id {
        let (id, axes) = self.sum_out((id, axes), output);
        if axes == *output {
            return id;
        }
        let shape = shape_of(output, lengths);
        let fits = output.len().checked_sub(axes.len()).is_some_and(|offset| {
            axes.iter().enumerate().all(|(k, a)| *a == output[offset + k] || *a == UNIT) && output[..offset].iter().all(|a| *a != UNIT)
        });
        if fits {
            return self.broadcast_to(id, &shape);
        }
        let (id, axes) = self.without_units(id, &axes);
        let present: Axes = output.iter().copied().filter(|a| *a != UNIT && axes.contains(a)).collect();
        let id = self.reorder(id, &axes, &present);
        // axes of length 1, and those in the middle that are repeated
        let first = output.iter().position(|a| present.contains(a)).unwrap_or(output.len());
        let first = output.iter().position(|a| *a == UNIT).map_or(first, |unit| unit.min(first));
        let mask = output[first..].iter().enumerate().filter(|(_, a)| !present.contains(a)).fold(0u32, |mask, (k, _)| mask | 1 << k);
        let id = self.node(Op::Unsqueeze(mask), &[id]);
        self.broadcast_to(id, &shape)
    }
}

fn shape_of(output: &Axes, lengths: &SmallVec<[Dim; 8]>) -> Shape {
    output.iter().map(|&a| if a == UNIT { Dim::ONE } else { lengths[a as usize] }).collect()
}

/// Two factors of which one has all indices of the other, so that they multiply entry by entry: first such that share an index with
/// more than two ends (no walk can pass there), then any.
fn absorbable(factors: &Factors, output: &Axes) -> Option<(usize, usize)> {
    let ends = |axis: &Axis| factors.iter().filter(|(_, axes)| axes.contains(axis)).count() + usize::from(output.contains(axis));
    for crowded in [true, false] {
        for (gone, (_, small)) in factors.iter().enumerate() {
            if crowded && !small.iter().any(|a| *a != UNIT && ends(a) > 2) {
                continue;
            }
            // nearest in size, so that a matrix meets the matrix it belongs to
            let holds = |(keep, (_, large)): &(usize, &Factor)| {
                *keep != gone && small.iter().all(|a| *a == UNIT || large.contains(a)) && small.iter().any(|a| *a != UNIT)
            };
            if let Some((keep, _)) = factors.iter().enumerate().filter(holds).min_by_key(|(_, (_, large))| large.len()) {
                return Some((keep, gone));
            }
        }
    }
    None
}
