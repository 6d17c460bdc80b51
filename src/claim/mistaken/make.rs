//! Expressions for wrong rules: nodes replaced by others, whose shapes may be others too.

use crate::diagnostic::Span;
use crate::expr::{Arena, Args, Id, Number, Op};
use crate::shape::{Builder, Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// An expression with nodes replaced by others of their shape.
pub(super) fn replaced(arena: &mut Arena, root: Id, pairs: &[(Id, Id)]) -> Option<Id> {
    let mut made: FxHashMap<Id, Id> = pairs.iter().copied().collect();
    for node in arena.reachable(&[root]) {
        if made.contains_key(&node) {
            continue;
        }
        let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
        let id = if args.as_slice() == arena.args(node) { node } else { fitting(arena, node, args)? };
        made.insert(node, id);
    }
    Some(made[&root])
}

/// The operation of `node` with other operands, where those fit it.
fn fitting(arena: &mut Arena, node: Id, args: Args) -> Option<Id> {
    let op = arena.op(node).clone();
    let same = arena.args(node).iter().zip(&args).all(|(&old, &new)| arena.shape(old) == arena.shape(new));
    if same {
        return Some(arena.intern(op, args));
    }
    let ranks = arena.args(node).iter().zip(&args).all(|(&old, &new)| arena.shape(old).len() == arena.shape(new).len());
    match &op {
        Op::Power(_) => {}
        Op::Permute(_) | Op::Sum { .. } if ranks => {}
        Op::Add(_) | Op::Multiply | Op::Apply(_) => {
            let mut shape = Shape::from_slice(arena.shape(args[0]));
            for &arg in &args[1..] {
                let other = Shape::from_slice(arena.shape(arg));
                shape = Builder::new(arena, "").broadcast_shapes(&shape, &other, Span::default(), Span::default()).ok()?;
            }
        }
        Op::MatMul => return product(arena, &args),
        Op::Broadcast(shape) => {
            let shape = shape.clone();
            return Builder::new(arena, "").broadcast_to(args[0], shape, Span::default()).ok();
        }
        _ => return None,
    }
    Some(arena.intern(op, args))
}

pub(super) fn product(arena: &mut Arena, factors: &[Id]) -> Option<Id> {
    let (first, rest) = factors.split_first()?;
    rest.iter().try_fold(*first, |left, &right| Builder::new(arena, "").matmul(left, right, Span::default(), Span::default()).ok())
}

pub(super) fn entrywise(arena: &mut Arena, x: Id, y: Id) -> Option<Id> {
    Builder::new(arena, "").multiply(x, y, Span::default(), Span::default()).ok()
}

/// With the last two axes exchanged, once more or once less.
pub(super) fn turned(arena: &mut Arena, x: Id) -> Id {
    match arena.op(x) {
        Op::Permute(order) if is_transpose(order) => arena.args(x)[0],
        _ => Builder::new(arena, "").transpose(x),
    }
}

pub(super) fn is_transpose(order: &[u8]) -> bool {
    let rank = order.len();
    rank > 1
        && order.iter().enumerate().all(|(at, &axis)| {
            let own = if at + 2 == rank {
                rank - 1
            } else if at + 1 == rank {
                rank - 2
            } else {
                at
            };
            usize::from(axis) == own
        })
}

/// `g` repeated to a shape, along the axes that it lacks; nothing where it has more.
pub(super) fn spreads(arena: &mut Arena, g: Id, to: &Shape) -> Vec<Id> {
    let shape = Shape::from_slice(arena.shape(g));
    if shape == *to {
        return vec![g];
    }
    let Some(missing) = to.len().checked_sub(shape.len()) else { return vec![] };
    let mut found = Vec::new();
    for mask in 0..1u32 << to.len().min(4) {
        if mask.count_ones() as usize != missing {
            continue;
        }
        let fits = {
            let mut rest = shape.iter();
            to.iter().enumerate().all(|(axis, &dim)| mask >> axis & 1 == 1 || rest.next().is_some_and(|&own| own == dim || own == Dim::ONE))
        };
        if fits {
            let wide = if mask == 0 { g } else { arena.intern(Op::Unsqueeze(mask), Args::from_slice(&[g])) };
            found.push(arena.intern(Op::Broadcast(to.clone()), Args::from_slice(&[wide])));
        }
    }
    found
}

pub(super) fn added(arena: &mut Arena, terms: &[(Number, Id)]) -> Id {
    match terms {
        [(c, x)] => Builder::new(arena, "").scaled(*c, *x),
        _ => {
            let (coefficients, args): (crate::expr::Coefficients, Args) = terms.iter().copied().unzip();
            arena.intern(Op::Add(coefficients), args)
        }
    }
}

pub(super) fn multiplied(arena: &mut Arena, factors: &[Id]) -> Id {
    match factors {
        [one] => *one,
        many => arena.intern(Op::Multiply, Args::from_slice(many)),
    }
}

pub(super) fn multiplied_lengths(arena: &mut Arena, dims: &[Dim]) -> Id {
    let lengths: SmallVec<[Id; 4]> = dims.iter().map(|&dim| Builder::new(arena, "").length(dim)).collect();
    multiplied(arena, &lengths)
}
