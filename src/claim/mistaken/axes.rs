//! Sums over other axes than those of the program, all of them at once.

use super::make::multiplied_lengths;
use crate::expr::{Arena, Args, Id, Op};
use crate::shape::{Builder, Dim, Shape};
use rustc_hash::{FxHashMap, FxHashSet};

/// A formula with every sum that keeps its axes, and has a gradient in it, over other axes; and the axes as they are.
pub(super) fn other_axes(arena: &mut Arena, formula: Id) -> (Vec<Id>, String) {
    let order = arena.reachable(&[formula]);
    let mut with_gradient: FxHashSet<Id> = FxHashSet::default();
    let mut rank = 0;
    let mut names = String::new();
    for &node in &order {
        let own = arena.as_symbol(node).is_some_and(|s| arena.info(s).is_gradient());
        if own || arena.args(node).iter().any(|arg| with_gradient.contains(arg)) {
            with_gradient.insert(node);
            if let Op::Sum { axes, keep: true } = *arena.op(node) {
                let shape = arena.shape(arena.args(node)[0]);
                rank = rank.max(shape.len());
                names = (0..shape.len())
                    .filter(|axis| axes >> axis & 1 == 1)
                    .map(|axis| arena.dims.show(shape[axis]))
                    .collect::<Vec<_>>()
                    .join(", ");
            }
        }
    }
    let mut found = Vec::new();
    for (mask, averaged) in (1..1u32 << rank.min(3)).flat_map(|mask| [(mask, false), (mask, true)]) {
        let mut made: FxHashMap<Id, Id> = FxHashMap::default();
        for &node in &order {
            let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
            let id = match arena.op(node).clone() {
                Op::Sum { axes, keep: true } if with_gradient.contains(&node) && arena.shape(args[0]).len() == rank => {
                    let shape = Shape::from_slice(arena.shape(args[0]));
                    let of = |mask: u32| (0..rank).filter(|axis| mask >> axis & 1 == 1).map(|axis| shape[axis]).collect::<Vec<Dim>>();
                    let summed = arena.intern(Op::Sum { axes: mask, keep: true }, args);
                    if averaged {
                        let divided = of(mask).iter().fold(summed, |x, &dim| Builder::new(arena, "").over_length(x, dim));
                        let lengths = multiplied_lengths(arena, &of(axes));
                        arena.intern(Op::Multiply, Args::from_slice(&[divided, lengths]))
                    } else {
                        summed
                    }
                }
                op => arena.intern(op, args),
            };
            made.insert(node, id);
        }
        if made[&formula] != formula {
            found.push(made[&formula]);
        }
    }
    (found, names)
}
