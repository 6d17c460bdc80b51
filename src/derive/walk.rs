//! The loop of a contribution to a gradient: the way from the variable's first dimension to its last, factor by factor.
//!
//! A matrix leads from one of its dimensions to the other. A 1-D array leads from its dimension to where nothing is left, or from there:
//! with that point as one more node, `X (d,) @ W (d, m)` is a loop like any other. Axes before the last two go along with every step.

use super::is_scaling;
use crate::expr::{Arena, Axes, Axis, Id, Op, UNIT};
use crate::shape::{Dim, Shape};

/// A loop with one variable cut out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The variable's first dimension; none where it has no such end.
    pub from: Option<Dim>,
    /// Each factor of the contribution, and where it leads.
    pub way: Vec<Leg>,
    /// Axes that go along: the loop is walked once for each of their entries.
    pub each: Shape,
    /// Axes that go along and are summed.
    pub summed: Shape,
}

/// One factor on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The factor, without its transpose.
    pub factor: Id,
    /// Whether it is walked backwards.
    pub turned: bool,
    /// Where it leads; none where a 1-D array ends.
    pub to: Option<Dim>,
}

/// The loop of a contribution `value` to the gradient of a variable of shape `of`; none where the contribution is no product of two
/// factors or more.
///
/// ```
/// use pullback::{answer, derive::walk};
/// let found = answer::answer("X: (d,); W: (d, m); Y = X @ W", &answer::Options::default()).unwrap();
/// let gradient = found.derivation.wanted().next().unwrap();
/// let arena = found.derivation.arena();
/// let walk = walk(arena, gradient.value, &arena.info(gradient.of).shape).unwrap();
/// // from d to m along W, and from m to where dL/dY ends
/// assert!(walk.from.is_some() && walk.way[0].to.is_some() && walk.way[1].to.is_none());
/// ```
pub fn walk(arena: &Arena, value: Id, of: &[Dim]) -> Option<Walk> {
    let mut core = value;
    let mut summed = Shape::new();
    loop {
        match arena.op(core) {
            Op::Add(c) if c.len() == 1 => core = arena.args(core)[0],
            Op::Multiply => core = is_scaling(arena, core)?,
            // what a batched product is summed over stands before its matrices
            Op::Sum { axes, keep: false } if summed.is_empty() => {
                let inner = arena.args(core)[0];
                let shape = arena.shape(inner);
                let count = axes.count_ones() as usize;
                if axes + 1 != 1 << count || shape.len() != count + arena.shape(core).len() {
                    return None;
                }
                summed.extend_from_slice(&shape[..count]);
                core = inner;
            }
            _ => break,
        }
    }
    let args = arena.args(core);
    if args.len() < 2 || of.is_empty() {
        return None;
    }
    let untransposed = |id: Id| match arena.op(id) {
        Op::Permute(order) => {
            let rank = order.len();
            let others = order[..rank - 2].iter().enumerate().all(|(k, &axis)| k == axis as usize);
            if others && order[rank - 1] as usize == rank - 2 { (arena.args(id)[0], true) } else { (id, false) }
        }
        _ => (id, false),
    };
    let (from, way): (Option<Dim>, Vec<Leg>) = match arena.op(core) {
        Op::Einsum { inputs, output } if summed.is_empty() && arena.shape(core) == of => return contraction(arena, args, inputs, output),
        Op::Outer => {
            let end = arena.shape(args[1])[0];
            let leg = |factor, to| Leg { factor, turned: false, to };
            (Some(arena.shape(args[0])[0]), vec![leg(args[0], None), leg(args[1], Some(end))])
        }
        Op::MatMul => {
            let legs = args.iter().enumerate().map(|(place, &arg)| {
                let (factor, turned) = untransposed(arg);
                let to = match arena.shape(arg) {
                    // the last one ends where nothing is left; a first one begins there
                    [one] => (place == 0).then_some(*one),
                    shape => shape.last().copied(),
                };
                Leg { factor, turned, to }
            });
            let first = arena.shape(args[0]);
            ((first.len() > 1).then(|| first[first.len() - 2]), legs.collect())
        }
        _ => return None,
    };
    let batch = arena.shape(core).len().saturating_sub(2 - usize::from(from.is_none()) - usize::from(way.last()?.to.is_none()));
    let each: Shape = arena.shape(core)[..batch].get(summed.len()..)?.iter().copied().collect();
    let ends = [from, way.last()?.to].into_iter().flatten();
    // the loop closes where the way ends at the variable's own dimensions
    each.iter().copied().chain(ends).eq(of.iter().copied()).then_some(Walk { from, way, each, summed })
}

/// The loop of a contraction: from one of the result's last two axes to the other, each factor along its own last two.
fn contraction(arena: &Arena, args: &[Id], inputs: &[Axes], output: &Axes) -> Option<Walk> {
    let (each, ends) = output.split_at(output.len().saturating_sub(2));
    let length = |label: Axis| {
        let mut found =
            inputs.iter().zip(args).filter_map(|(axes, &arg)| axes.iter().position(|a| *a == label).map(|k| arena.shape(arg)[k]));
        found.next()
    };
    // what a factor leads between; its other axes go along
    let between = |k: usize| {
        let axes = &inputs[k];
        axes.len().checked_sub(2).map_or(&axes[..], |first| &axes[first..])
    };
    let mut left: Vec<usize> = (0..args.len()).collect();
    let mut at = ends.first().copied();
    let mut passed: Vec<Axis> = at.into_iter().collect();
    let mut way = vec![];
    while !left.is_empty() {
        let fits = |&&k: &&usize| match (at, between(k)) {
            (Some(label), axes) => axes.contains(&label),
            (None, axes) => axes.len() == 1,
        };
        let next = *left.iter().find(fits)?;
        left.retain(|&k| k != next);
        let (turned, to) = match (between(next), at) {
            (&[one], None) => (false, Some(one)),
            (&[_], Some(_)) => (false, None),
            (&[rows, columns], Some(label)) if rows != columns => (columns == label, Some(if columns == label { rows } else { columns })),
            _ => return None,
        };
        way.push(Leg { factor: args[next], turned, to: to.and_then(length) });
        passed.extend(to);
        at = to;
    }
    // each label on the way joins two neighbours, and the labels that go along are no stations
    let joins = |label: &Axis| {
        let uses = inputs.iter().filter(|axes| axes.contains(label)).count();
        uses == if ends.contains(label) { 1 } else { 2 } && !each.contains(label)
    };
    let all = || inputs.iter().flatten().chain(output);
    let distinct = passed.iter().enumerate().all(|(k, label)| !passed[..k].contains(label));
    let closed = at == ends.get(1).copied() && passed.iter().all(joins) && distinct && all().all(|label| *label != UNIT);
    let mut summed: Vec<Axis> = vec![];
    for label in all().filter(|label| !passed.contains(label) && !output.contains(label)) {
        if !summed.contains(label) {
            summed.push(*label);
        }
    }
    let shape = |labels: &[Axis]| labels.iter().map(|&label| length(label)).collect::<Option<Shape>>();
    let from = ends.first().and_then(|&label| length(label));
    closed.then_some(Walk { from, way, each: shape(each)?, summed: shape(&summed)? })
}
