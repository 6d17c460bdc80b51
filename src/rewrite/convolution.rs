//! Contractions of windows that are convolutions: the gradient of one is written as the two others that it is.
//!
//! `Y[n,o,l] = Σck X[n,c,l+k] W[o,c,k]` is symmetric in the roles of its parts: with what arrives at `Y` as the kernel it gives the kernel's
//! gradient, and with the kernel turned round and zeros beside the ends that of `X` (Dumoulin & Visin, "A guide to convolution arithmetic for
//! deep learning", 2016, sections 2 and 4).

use super::Algebra;
use crate::expr::{Args, Axes, Axis, Id, Number, Op};
use crate::ops::{self, Attribute};
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// The axes of a batch and of channels stand before those along which windows move.
const FRONT: usize = 2;

impl Algebra {
    /// The same expression with convolutions for what is made of windows; `None` where nothing is.
    pub fn in_convolutions(&mut self, root: Id) -> Option<Id> {
        let nodes = self.arena.reachable(&[root]);
        let windowed = |id: &Id| matches!(self.arena.op(*id), Op::Call(f, _) if matches!(f.entry().names[0], "windows" | "overlap_add"));
        if !nodes.iter().any(windowed) {
            return None;
        }
        let mut found: FxHashMap<Id, Id> = FxHashMap::default();
        for id in nodes {
            let op = self.arena.op(id).clone();
            let args: Args = self.arena.args(id).iter().map(|arg| found[arg]).collect();
            let made = match &op {
                Op::Einsum { inputs, output } => contraction(self, inputs, output, &args),
                Op::Call(..) => {
                    let whole = self.arena.intern(op.clone(), args.clone());
                    put_back(self, whole)
                }
                _ => None,
            };
            found.insert(id, made.unwrap_or_else(|| self.arena.intern(op, args)));
        }
        Some(found[&root]).filter(|id| *id != root)
    }
}

/// What windows are cut out of, along all axes behind the first two, and how many zeros stand beside the ends.
fn cut(a: &Algebra, x: Id) -> Option<(Id, i64)> {
    let (mut inner, mut axes, mut padding) = (x, SmallVec::<[usize; 2]>::new(), None);
    while let Some((axis, _, zeros)) = step(a, inner, "windows") {
        if padding.is_some_and(|known| known != zeros) {
            return None;
        }
        padding = Some(zeros);
        axes.push(axis);
        inner = a.arena.args(inner)[0];
    }
    let all = (FRONT..FRONT + axes.len()).rev().eq(axes.iter().copied());
    Some((inner, padding?)).filter(|_| all && a.arena.shape(inner).len() == FRONT + axes.len())
}

/// The axis, the length and the padding of windows, or of what puts them back, that move from each entry to the next.
fn step(a: &Algebra, x: Id, name: &str) -> Option<(usize, Dim, i64)> {
    let Op::Call(function, attributes) = a.arena.op(x) else { return None };
    match &attributes[..] {
        [Attribute::Length(length), Attribute::Axes(axes), Attribute::Number(stride), Attribute::Number(padding)]
            if function.entry().names[0] == name && *stride == Number::ONE =>
        {
            Some((axes[0].into(), *length, padding.to_integer()?))
        }
        _ => None,
    }
}

/// `Σck windows(X)[n,c,l,k] W[o,c,k]`, whichever of `l` and `k`, `n` and `c` are the ones that are summed over.
fn contraction(a: &mut Algebra, inputs: &[Axes], output: &Axes, args: &[Id]) -> Option<Id> {
    let ([one, two], [first, second]) = (args, inputs) else { return None };
    let ((x, padding), labels, kernel, kernels) = match (cut(a, *one), cut(a, *two)) {
        (Some(found), None) => (found, first, *two, second),
        (None, Some(found)) => (found, second, *one, first),
        _ => return None,
    };
    let count = a.arena.shape(x).len() - FRONT;
    if kernels.len() != FRONT + count || output.len() != FRONT + count || labels.len() != FRONT + 2 * count {
        return None;
    }
    let (places, within) = labels[FRONT..].split_at(count);
    let summed = |label: &Axis| !output.contains(label);
    let (inner, outer) = if within.iter().all(summed) { (within, places) } else { (places, within) };
    let (channel, batch) = if summed(&labels[1]) { (labels[1], labels[0]) } else { (labels[0], labels[1]) };
    let free = *kernels.iter().find(|label| **label != channel && !inner.contains(label))?;
    let wanted: Axes = [free, channel].into_iter().chain(inner.iter().copied()).collect();
    let natural: Axes = [batch, free].into_iter().chain(outer.iter().copied()).collect();
    let kernel = ordered(a, kernel, kernels, &wanted)?;
    let own: Axes = [labels[0], labels[1]].into_iter().chain(places.iter().copied()).collect();
    let turned: Axes = [batch, channel].into_iter().chain(places.iter().copied()).collect();
    let x = ordered(a, x, &own, &turned)?;
    let value = convolution(a, x, kernel, padding)?;
    ordered(a, value, &natural, output)
}

/// `overlap_add(Σo G[n,o,l] W[o,c,k])`: the convolution of `G`, with zeros beside its ends, with the kernel turned round.
fn put_back(a: &mut Algebra, whole: Id) -> Option<Id> {
    let (mut inner, mut padding) = (whole, None);
    let mut count = 0;
    while let Some((axis, _, zeros)) = step(a, inner, "overlap_add") {
        if axis != FRONT + count || padding.is_some_and(|known| known != zeros) {
            return None;
        }
        (padding, count) = (Some(zeros), count + 1);
        inner = a.arena.args(inner)[0];
    }
    let (Op::Einsum { inputs, output }, Some(padding)) = (a.arena.op(inner).clone(), padding) else { return None };
    let (&[one, two], [first, second]) = (a.arena.args(inner), inputs.as_slice()) else { return None };
    if output.len() != FRONT + 2 * count {
        return None;
    }
    let (places, within) = output[FRONT..].split_at(count);
    let holds = |labels: &Axes, some: &[Axis]| some.iter().all(|label| labels.contains(label));
    let (g, gs, kernel, kernels) = match holds(first, places) && holds(second, within) {
        true => (one, first, two, second),
        false => (two, second, one, first),
    };
    let channel = *gs.iter().find(|label| !output.contains(label))?;
    let (batch, free) = if gs.contains(&output[0]) { (output[0], output[1]) } else { (output[1], output[0]) };
    let along = |front: [Axis; 2], behind: &[Axis]| -> Axes { front.into_iter().chain(behind.iter().copied()).collect() };
    let kernel = ordered(a, kernel, kernels, &along([free, channel], within))?;
    let g = ordered(a, g, gs, &along([batch, channel], places))?;
    let sizes = Shape::from(&a.arena.shape(kernel)[FRONT..]);
    let ends = a.arena.dims.integer(1 + padding);
    let beside: SmallVec<[Dim; 2]> = sizes.iter().map(|&size| a.arena.dims.minus(size, ends)).collect();
    // zeros are put beside the ends, none are taken away
    if padding != 0 && !beside.iter().all(|&zeros| a.arena.dims.is_counted(zeros)) {
        return None;
    }
    let number = a.arena.dims.as_integer(beside[0]).filter(|_| beside.iter().all(|zeros| *zeros == beside[0]));
    let (g, padding) = match number {
        Some(number) => (g, number),
        None => {
            let zero = a.arena.dims.integer(0);
            let pairs = [(zero, zero); FRONT].into_iter().chain(beside.into_iter().map(|zeros| (zeros, zeros))).collect();
            (call(a, "pad", &[g], vec![Attribute::Pairs(pairs)])?, 0)
        }
    };
    let axes: SmallVec<[u8; 8]> = (0..count).filter(|&k| sizes[k] != Dim::ONE).map(|k| (FRONT + k) as u8).collect();
    let flipped = if axes.is_empty() { kernel } else { call(a, "flip", &[kernel], vec![Attribute::Axes(axes)])? };
    let value = convolution(a, g, flipped, padding)?;
    ordered(a, value, &along([batch, free], places), &along([output[0], output[1]], places))
}

/// `x` with its axes in another order; `None` where they are not the same axes.
fn ordered(a: &mut Algebra, x: Id, has: &[Axis], wants: &[Axis]) -> Option<Id> {
    let order: SmallVec<[u8; 8]> =
        wants.iter().map(|label| has.iter().position(|own| own == label).map(|at| at as u8)).collect::<Option<_>>()?;
    if order.len() != has.len() {
        return None;
    }
    let same = order.iter().enumerate().all(|(at, &place)| at == usize::from(place));
    Some(if same { x } else { a.node(Op::Permute(order), &[x]) })
}

fn convolution(a: &mut Algebra, x: Id, kernel: Id, padding: i64) -> Option<Id> {
    let name = ["conv1d", "conv2d"].get(a.arena.shape(x).len() - FRONT - 1)?;
    call(a, name, &[x, kernel], vec![Attribute::None, Attribute::Number(Number::ONE), Attribute::Number(Number::integer(padding))])
}

fn call(a: &mut Algebra, name: &str, args: &[Id], attributes: Vec<Attribute>) -> Option<Id> {
    let function = ops::find(name)?;
    Some(a.node(Op::Call(function, attributes.into()), args))
}
