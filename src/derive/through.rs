//! A linear map carried through an operation that is linear in what changes, and the map of a whole expression.

use super::map::{Map, Part, joined};
use crate::expr::{Args, Axes, Axis, Id, Number, Op, Signature, SymbolId, UNIT, aligned};
use crate::limits::{MAX_LABELS, MAX_MAP_PARTS};
use crate::ops::{self, Action, Attribute, Attributes, Function};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use thiserror::Error;

/// Why a map is not found.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoMap {
    /// The function is linear in what changes, but what it does to each entry is not known.
    #[error("the derivative of `{0}` has no form in which its entries can be written")]
    Unknown(&'static str),
    /// More axes than one contraction may have.
    #[error("the derivative has more indices than one contraction may have ({MAX_LABELS})")]
    Axes,
}

/// The map of an expression that is linear in some leaves, given the map of each.
///
/// # Errors
/// A function on the way that is linear, but of which it is not known how it acts.
pub fn map_of(a: &mut Algebra, root: Id, leaves: &FxHashMap<SymbolId, Map>, of: &[Dim]) -> Result<Map, NoMap> {
    let mut found: FxHashMap<Id, Map> = FxHashMap::default();
    for node in a.arena.reachable(&[root]) {
        if let Some(map) = a.arena.as_symbol(node).and_then(|symbol| leaves.get(&symbol)) {
            found.insert(node, map.clone());
            continue;
        }
        let mut map = Map { parts: vec![], out: a.arena.shape(node).into(), of: of.into() };
        let mut full: Vec<Id> = Vec::new();
        let args: Args = a.arena.args(node).iter().copied().collect();
        for (place, arg) in args.iter().enumerate() {
            let Some(parts) = found.get(arg).map(|map| map.parts.clone()) else { continue };
            for part in parts {
                if let Some(part) = through(a, node, place, part)?.tidy(a) {
                    map.push(part);
                }
                if map.parts.len() > MAX_MAP_PARTS {
                    full.push(map.array(a));
                    map.parts.clear();
                }
            }
        }
        if !full.is_empty() {
            full.push(map.array(a));
            let terms: Vec<(Number, Id)> = full.into_iter().map(|array| (Number::ONE, array)).collect();
            let sum = a.add(&terms);
            map = map.of_array(a, sum);
        }
        if map.parts.is_empty() {
            continue;
        }
        found.insert(node, map);
    }
    Ok(found.remove(&root).unwrap_or_else(|| Map { parts: vec![], out: a.arena.shape(root).into(), of: of.into() }))
}

/// The part of a map to operand `place`, carried on to the node.
fn through(a: &mut Algebra, node: Id, place: usize, mut part: Part) -> Result<Part, NoMap> {
    // a long chain is one array before its indices are too many
    if part.lengths.len() > MAX_LABELS / 2 {
        part = part.gathered(a);
    }
    let args: Args = a.arena.args(node).iter().copied().collect();
    if let Op::Add(coefficients) = a.arena.op(node) {
        let coefficient = coefficients[place];
        let mut part = joined(part, &a.entrywise_signature(node), place, &[]);
        part.coefficient = part.coefficient.times(coefficient);
        return Ok(part);
    }
    match a.arena.op(node).clone() {
        // linear and entry by entry: it multiplies by what it makes of 1
        Op::Apply(function) => {
            // in all its branches together: while one changes, what the others bring does not
            let mut operands = args.clone();
            let branches = function.primitive().differential.iter().enumerate();
            for (other, _) in branches.filter(|(_, line)| !line.is_empty()) {
                operands[other] = a.number(if other == place { Number::ONE } else { Number::ZERO });
            }
            let slope = a.make(Op::Apply(function), operands);
            let mut signature = a.entrywise_signature(node);
            let axes = aligned(a.arena.shape(slope), a.arena.shape(node), 0);
            signature.inputs.push(axes);
            let last = signature.inputs.len() - 1;
            return Ok(joined(part, &signature, place, &[(last, slope)]));
        }
        Op::Call(function, attributes) => return call(a, function, &attributes, &args, place, part),
        _ => {}
    }
    let signature = a.arena.signature(node).ok_or(NoMap::Unknown("**"))?;
    if part.lengths.len() + signature.lengths.len() > MAX_LABELS {
        return Err(NoMap::Axes);
    }
    let others: Vec<(usize, Id)> = args.iter().copied().enumerate().filter(|(k, _)| *k != place).collect();
    Ok(joined(part, &signature, place, &others))
}

impl Algebra {
    /// The labels of operands that broadcast against each other.
    fn entrywise_signature(&self, node: Id) -> Signature {
        let out = self.arena.shape(node);
        Signature {
            inputs: self.arena.args(node).iter().map(|&arg| aligned(self.arena.shape(arg), out, 0)).collect(),
            output: (0..out.len() as Axis).collect(),
            lengths: SmallVec::from_slice(out),
        }
    }

    fn eye(&mut self, length: Dim) -> Id {
        self.arena.intern(Op::Eye(length), Args::new())
    }
}

fn call(a: &mut Algebra, function: Function, attributes: &Attributes, args: &[Id], place: usize, mut part: Part) -> Result<Part, NoMap> {
    let unknown = NoMap::Unknown(function.entry().names[0]);
    let own = Shape::from(a.arena.shape(args[place]));
    match function.action().ok_or(unknown.clone())? {
        Action::Along => {
            let settled = attributes.iter().find_map(|attribute| attribute.acts_on(&mut a.arena.dims, &own));
            for axis in settled.ok_or(unknown)? {
                along(a, function, attributes, args, place, &mut part, axis);
            }
        }
        Action::AddsUp if place == 0 => {}
        action @ (Action::LooksUp | Action::AddsUp) => {
            let Some(Attribute::Axes(axes)) = attributes.last() else { return Err(unknown) };
            looked_up(a, args, &mut part, axes[0].into(), action == Action::LooksUp).ok_or(unknown)?;
        }
        Action::Mask => {
            let rank = own.len();
            let one = a.number(Number::ONE);
            let ones = a.broadcast_to(one, &own[rank - 2..]);
            let mask = a.arena.intern(Op::Call(function, attributes.clone()), Args::from_slice(&[ones]));
            part.factors.push((mask, part.out[rank - 2..].into()));
        }
        Action::Reshape => {
            let shape = Shape::from(match &attributes[0] {
                Attribute::Lengths(lengths) => lengths.as_slice(),
                _ => return Err(unknown),
            });
            reshaped(a, function, &own, &shape, &mut part);
        }
        Action::Solve if place == 1 => {
            let inverse = a.node(Op::Call(ops::find("inv").ok_or(unknown.clone())?, [].into()), &[args[0]]);
            let column = own.len() == 1 || own.len() + 1 == a.arena.shape(args[0]).len();
            let at = part.out.len() - if column { 1 } else { 2 };
            let old = part.out[at];
            let new = part.fresh(own[at]);
            let rank = a.arena.shape(inverse).len();
            // batch axes stand in front of both
            let batch = part.out[at + 2 - rank.min(at + 2)..at].iter().copied();
            let axes: Axes = batch.chain([new, old]).collect();
            if axes.len() != rank {
                return Err(unknown);
            }
            part.factors.push((inverse, axes));
            part.out[at] = new;
        }
        Action::Kronecker => kronecker(a, args, place, &mut part).ok_or(unknown)?,
        Action::Diagonal(taken) => {
            let offset =
                attributes.first().and_then(|k| if let Attribute::Number(k) = k { k.to_integer() } else { None }).ok_or(unknown)?;
            diagonal(a, &own, offset, taken, &mut part);
        }
        Action::Behind => behind(a, function, attributes, args, place, &mut part),
        _ => return Err(unknown),
    }
    Ok(part)
}

/// The array that has this label of the part's value on one of its axes, if no other has it, and the variable neither; an identity matrix
/// that leads to a label of its own where there is none. With it the place of the axis.
fn carrier(a: &mut Algebra, part: &mut Part, axis: usize, length: Dim) -> (usize, usize) {
    let label = part.out[axis];
    let count = part.factors.iter().flat_map(|(_, axes)| axes).chain(&part.out).filter(|l| **l == label).count();
    let holder = part.factors.iter().position(|(_, axes)| axes.contains(&label));
    match holder {
        Some(at) if label != UNIT && count == 2 && !part.of.contains(&label) => {
            (at, part.factors[at].1.iter().position(|l| *l == label).unwrap_or(0))
        }
        _ => {
            let eye = a.eye(length);
            let new = part.fresh(length);
            part.out[axis] = new;
            part.factors.push((eye, [new, label].into_iter().collect()));
            (part.factors.len() - 1, 0)
        }
    }
}

/// A function that acts along axes one by one, along one of them.
fn along(a: &mut Algebra, function: Function, attributes: &Attributes, args: &[Id], place: usize, part: &mut Part, axis: usize) {
    let length = a.arena.shape(args[place])[axis];
    let (at, k) = carrier(a, part, axis, length);
    let (array, axes) = part.factors[at].clone();
    let shape = Shape::from(a.arena.shape(array));
    let settled: Vec<Attribute> = attributes.iter().map(|t| t.along(&mut a.arena.dims, axis, k, &shape)).collect();
    // what else the function joins does not change
    let mut operands = Args::new();
    for (other, &arg) in args.iter().enumerate() {
        let mut own = shape.clone();
        own[k] = a.arena.shape(arg)[axis];
        operands.push(if other == place { array } else { a.zeros(&own) });
    }
    let made = a.make(Op::Call(function, settled.into()), operands);
    let length = a.arena.shape(made)[k];
    let new = part.fresh(length);
    let mut axes = axes;
    // the label that was there is no sum that nothing has
    if axes[k] != UNIT {
        part.lengths[axes[k] as usize] = Dim::ONE;
    }
    axes[k] = new;
    part.factors[at] = (made, axes);
    part.out[axis] = new;
}

/// Entries by an index: `one_hot(i, n)` says which entry goes where.
fn looked_up(a: &mut Algebra, args: &[Id], part: &mut Part, axis: usize, forward: bool) -> Option<()> {
    let index = args[1];
    let places = Shape::from(a.arena.shape(index));
    let count = a.arena.shape(args[0])[axis];
    let hot = a.node(Op::Call(ops::find("one_hot")?, [Attribute::Length(count)].into()), &[index]);
    let (old, new): (Axes, Axes) = if forward {
        ([part.out[axis]].into_iter().collect(), places.iter().map(|&dim| part.fresh(dim)).collect())
    } else {
        (part.out[axis..axis + places.len()].into(), [part.fresh(count)].into_iter().collect())
    };
    let axes = if forward { new.iter().chain(&old).copied().collect() } else { old.iter().chain(&new).copied().collect() };
    part.factors.push((hot, axes));
    part.out = part.out[..axis].iter().chain(&new).chain(&part.out[axis + old.len()..]).copied().collect();
    Some(())
}

/// The axes between those that both shapes begin and end with, by an identity matrix that has them all.
fn reshaped(a: &mut Algebra, function: Function, from: &[Dim], to: &[Dim], part: &mut Part) {
    let before = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let rest = from.len().min(to.len()) - before;
    let behind = from.iter().rev().zip(to.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (old, new) = (&from[before..from.len() - behind], &to[before..to.len() - behind]);
    let whole = a.arena.dims.product(old.iter().copied());
    let eye = a.eye(whole);
    let shape: Shape = new.iter().chain(old).copied().collect();
    let array = match [new.len(), old.len()] {
        [1, 1] => eye,
        _ => a.arena.intern(Op::Call(function, [Attribute::Lengths(shape)].into()), Args::from_slice(&[eye])),
    };
    let labels: Axes = new.iter().map(|&dim| part.fresh(dim)).collect();
    let gone = part.out[before..from.len() - behind].iter();
    part.factors.push((array, labels.iter().chain(gone).copied().collect()));
    part.out = part.out[..before].iter().chain(&labels).chain(&part.out[from.len() - behind..]).copied().collect();
}

/// `kron(A, B)` has `A[i,j] B[p,q]` in row `(i, p)` and column `(j, q)`.
fn kronecker(a: &mut Algebra, args: &[Id], place: usize, part: &mut Part) -> Option<()> {
    let other = 1 - place;
    let shape = Shape::from(a.arena.shape(args[other]));
    let labels: Axes = shape.iter().map(|&dim| part.fresh(dim)).collect();
    part.factors.push((args[other], labels.clone()));
    let own = Shape::from(a.arena.shape(args[place]));
    let pair = |axis: usize, one: &Axes, two: &Axes| if place == 0 { [one[axis], two[axis]] } else { [two[axis], one[axis]] };
    let sizes = |axis: usize| if place == 0 { [own[axis], shape[axis]] } else { [shape[axis], own[axis]] };
    let apart: Axes = [pair(0, &part.out, &labels), pair(1, &part.out, &labels)].concat().into_iter().collect();
    let from: Shape = [sizes(0), sizes(1)].concat().into_iter().collect();
    part.out = apart;
    let rows = a.arena.dims.product(from[..2].iter().copied());
    let columns = a.arena.dims.product(from[2..].iter().copied());
    let function = ops::find("reshape")?;
    // the rows first, then the columns: each by an identity of its own
    reshaped(a, function, &from, &[rows, from[2], from[3]], part);
    reshaped(a, function, &[rows, from[2], from[3]], &[rows, columns], part);
    Some(())
}

/// Entry `k` of a diagonal is entry `(k + r, k + c)` of the matrix.
fn diagonal(a: &mut Algebra, own: &[Dim], offset: i64, taken: bool, part: &mut Part) {
    let size = a.arena.dims.integer(offset.abs());
    let (count, whole) = if taken { (a.arena.dims.minus(own[0], size), own[0]) } else { (own[0], a.arena.dims.plus(own[0], size)) };
    let zero = a.arena.dims.integer(0);
    let shifted = |a: &mut Algebra, by: i64| {
        let start = a.arena.dims.integer(by);
        let stop = a.arena.dims.plus(start, count);
        let rows = ops::Cut { start, stop, step: 1, count };
        let all = ops::Cut { start: zero, stop: whole, step: 1, count: whole };
        let eye = a.eye(whole);
        match ops::find("slice") {
            Some(slice) => a.node(Op::Call(slice, [Attribute::Cuts([rows, all].into_iter().collect())].into()), &[eye]),
            None => eye,
        }
    };
    let (down, right) = (shifted(a, -offset.min(0)), shifted(a, offset.max(0)));
    let (on, row, column) =
        if taken { (part.fresh(count), part.out[0], part.out[1]) } else { (part.out[0], part.fresh(whole), part.fresh(whole)) };
    part.factors.extend([(down, [on, row].into_iter().collect()), (right, [on, column].into_iter().collect())]);
    part.out = if taken { [on].into_iter().collect() } else { [row, column].into_iter().collect() };
}

/// The function on the part as one array, with the variable's axes in front.
fn behind(a: &mut Algebra, function: Function, attributes: &Attributes, args: &[Id], place: usize, part: &mut Part) {
    let array = part.array(a);
    let shape = Shape::from(a.arena.shape(array));
    let (value, variable) = (part.out.len(), part.of.len());
    let order: SmallVec<[u8; 8]> = (value..value + variable).chain(0..value).map(|axis| axis as u8).collect();
    let in_front = a.node(Op::Permute(order), &[array]);
    let mut operands = Args::new();
    for (other, &arg) in args.iter().enumerate() {
        let whole: Shape = shape[value..].iter().chain(a.arena.shape(arg)).copied().collect();
        operands.push(if other == place { in_front } else { a.broadcast_to(arg, &whole) });
    }
    let settled: Vec<Attribute> = attributes.iter().map(|attribute| attribute.behind(variable)).collect();
    let made = a.make(Op::Call(function, settled.into()), operands);
    let lengths = Shape::from(a.arena.shape(made));
    part.coefficient = Number::ONE;
    part.lengths.clear();
    let labels: Axes = lengths.iter().map(|&dim| part.fresh(dim)).collect();
    part.of = labels[..variable].into();
    part.out = labels[variable..].into();
    part.factors = SmallVec::from_iter([(made, labels)]);
}
