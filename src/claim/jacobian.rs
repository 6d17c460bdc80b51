//! What only claims about Jacobians have: layouts in which they are written elsewhere, and mistakes that show in single entries.

use super::mistaken;
use super::mistaken::Findings;
use super::mistakes::{Cause, DIAGONAL, OTHER_FACTOR};
use super::subject::{Case, Subject};
use crate::expr::{Args, Id, Op, SymbolId};
use crate::numeric::{Array, same};
use crate::shape::Shape;
use ndarray::ArrayD;

/// Another layout in which a claim is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The transpose: of a gradient, numerator layout; of a Jacobian, the axes of the variable in front.
    Transposed,
    /// A Jacobian as a matrix between stacked columns, `vec(Y)` by `vec(X)`: how Magnus and Neudecker define it.
    Columns,
    /// The same between rows one behind the other, as `reshape` reads them.
    Rows,
}

impl Layout {
    /// All of them, the one that is met most first.
    pub(super) const ALL: [Layout; 3] = [Layout::Transposed, Layout::Columns, Layout::Rows];

    /// The shape that a value has in this layout; nothing where that is the one it has anyway.
    pub(super) fn shape(self, case: &mut Case, subject: Subject) -> Option<Shape> {
        let mut shape = case.shape(subject);
        let arena = &mut case.derivation.algebra.arena;
        let own = arena.info(subject.of()).shape.len();
        match (self, subject) {
            (Layout::Transposed, Subject::Jacobian(_)) => {
                let out = shape.len() - own;
                shape.rotate_left(out);
            }
            (Layout::Transposed, Subject::Gradient(_)) => {
                let [.., a, b] = shape.as_mut_slice() else { return None };
                std::mem::swap(a, b);
            }
            (_, Subject::Gradient(_)) => return None,
            (_, Subject::Jacobian(_)) => {
                let (out, of) = shape.split_at(shape.len() - own);
                if out.len() < 2 && of.len() < 2 {
                    return None;
                }
                shape = [out.to_vec(), of.to_vec()].into_iter().map(|axes| arena.dims.product(axes)).collect();
            }
        }
        Some(shape)
    }

    /// A value in this layout; `own` is how many axes the variable has.
    pub(super) fn arranged<T: Clone>(self, value: ArrayD<T>, subject: Subject, own: usize) -> ArrayD<T> {
        let rank = value.ndim();
        let out = rank - own;
        let order: Vec<usize> = match (self, subject) {
            (Layout::Transposed, Subject::Jacobian(_)) => (out..rank).chain(0..out).collect(),
            (Layout::Transposed, Subject::Gradient(_)) => (0..rank - 2).chain([rank - 1, rank - 2]).collect(),
            (Layout::Columns, _) => (0..out).rev().chain((out..rank).rev()).collect(),
            (Layout::Rows, _) => (0..rank).collect(),
        };
        let sides: Vec<usize> = [&value.shape()[..out], &value.shape()[out..]].map(|side| side.iter().product()).to_vec();
        let moved = value.permuted_axes(order).as_standard_layout().into_owned();
        match self {
            Layout::Transposed => moved,
            _ => moved.clone().into_shape_with_order(sides).unwrap_or(moved),
        }
    }
}

/// A claimed Jacobian paired with what arrives at the output: what the claim says of the gradient.
pub(super) fn paired(case: &mut Case, of: SymbolId, id: Id) -> Option<Id> {
    let d = &mut case.derivation;
    let upstream = d.gradient(d.model.output)?.symbol;
    let arena = &mut d.algebra.arena;
    let (own, all) = (arena.info(of).shape.len(), arena.shape(id).len() as u8);
    let out = all - own as u8;
    let arrives = arena.variable(upstream);
    let op = match out {
        0 => Op::Multiply,
        _ => Op::Einsum { inputs: vec![(0..out).collect(), (0..all).collect()], output: (out..all).collect() },
    };
    Some(arena.intern(op, Args::from_slice(&[arrives, id])))
}

/// Why a claimed Jacobian is wrong: what its entries tell, and how the gradient that it gives comes about.
pub(super) fn mistaken(case: &mut Case, of: SymbolId, id: Id) -> Findings {
    let told = diagonal_alone(case, of, id).or_else(|| other_factor(case, of, id));
    let mut found = Findings::default();
    if *case.derivation.arena().shape(id) == *case.shape(Subject::Jacobian(of)) {
        if let Some(gradient) = paired(case, of, id) {
            found = mistaken::findings(case, of, gradient, &mut |_, _| false);
        }
    }
    if case.gradient_of.is_some() {
        // they speak of what arrives at a gradient, which has no name for a reader
        found.left_at = None;
        found.causes.iter_mut().for_each(|cause| cause.detail.clear());
    }
    found.causes.retain(|cause| told.as_ref().is_none_or(|told| told.mistake.name != cause.mistake.name));
    found.causes.splice(0..0, told);
    found
}

/// The value of a Jacobian and of what is claimed to be it, at every draw.
fn pairs(case: &Case, of: SymbolId, id: Id) -> Option<Vec<(Array, Array)>> {
    let pair = |sample| case.wanted(Subject::Jacobian(of), sample).zip(crate::numeric::Sample::value(sample, case.derivation.arena(), id));
    case.samples.iter().map(pair).collect()
}

/// A claim with nothing beside the diagonal, where the Jacobian has more.
fn diagonal_alone(case: &Case, of: SymbolId, id: Id) -> Option<Cause> {
    let mut pairs = pairs(case, of, id)?;
    let (mut right, mut entries, mut beside) = (true, false, 0.0f64);
    for (wanted, found) in &mut pairs {
        let (own, rank) = (case.derivation.arena().info(of).shape.len(), wanted.ndim());
        if rank != 2 * own || own == 0 || wanted.shape()[..own] != wanted.shape()[own..] {
            return None;
        }
        entries = found.shape() == &wanted.shape()[..own];
        if entries {
            let mut spread = Array::zeros(wanted.raw_dim());
            for (at, x) in spread.indexed_iter_mut().filter(|(at, _)| (0..own).all(|axis| at[axis] == at[own + axis])) {
                *x = found[&(0..own).map(|axis| at[axis]).collect::<Vec<_>>()[..]];
            }
            *found = spread;
        }
        if found.shape() != wanted.shape() {
            return None;
        }
        let mut diagonal = wanted.clone();
        for (at, x) in diagonal.indexed_iter_mut().filter(|(at, _)| (0..own).any(|axis| at[axis] != at[own + axis])) {
            if found[&at] != 0.0 {
                return None;
            }
            beside = beside.max(x.abs());
            *x = 0.0;
        }
        right &= same(&diagonal, found);
    }
    let detail = match (right, entries) {
        (true, false) => "",
        (true, true) => "these are the entries of the diagonal",
        (false, false) => "the claim has zeros there, and its diagonal is not that of the Jacobian either",
        (false, true) => return None,
    };
    (beside > 0.0).then(|| Cause::new(&DIAGONAL, detail.into(), None))
}

/// The factor that a Jacobian repeats along two axes, one of the output and one of the variable, taken for the whole.
fn other_factor(case: &Case, of: SymbolId, id: Id) -> Option<Cause> {
    let pairs = pairs(case, of, id)?;
    let arena = case.derivation.arena();
    let output = arena.info(case.derivation.model.output);
    let (out, own) = (output.shape.len(), arena.info(of).shape.len());
    for (one, two) in (0..out).flat_map(|one| (0..own).map(move |two| (one, two))) {
        if output.shape[one] != arena.info(of).shape[two] {
            continue;
        }
        for turned in [false, true] {
            let fits = |(wanted, found): &(Array, Array)| {
                let mut expected = Array::zeros(wanted.raw_dim());
                if found.ndim() + 2 != wanted.ndim() {
                    return false;
                }
                for (at, x) in expected.indexed_iter_mut().filter(|(at, _)| at[one] == at[out + two]) {
                    let rest = (0..out + own).filter(|axis| *axis != one && *axis != out + two).map(|axis| at[axis]);
                    let rest: Vec<usize> = if turned { rest.collect::<Vec<_>>().into_iter().rev().collect() } else { rest.collect() };
                    let Some(entry) = found.get(&rest[..]) else { return false };
                    *x = *entry;
                }
                same(&expected, wanted)
            };
            if pairs.iter().all(fits) {
                let ordinal = |axis: usize| ["first", "second", "third", "fourth"].get(axis).copied().unwrap_or("last");
                let detail = format!(
                    "the claim stands in the derivative{} wherever the {} index of {} is the {} index of {}, and all other entries are zero",
                    if turned { ", transposed," } else { "" },
                    ordinal(one),
                    output.name,
                    ordinal(two),
                    arena.info(of).name
                );
                return Some(Cause::new(&OTHER_FACTOR, detail, None));
            }
        }
    }
    None
}
