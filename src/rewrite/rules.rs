//! Matrices: transposes inward, numbers and scalars outward, identity and diagonal matrices away.

use super::{Algebra, chain, symmetry};
use crate::expr::{Id, Number, Op};
use crate::limits::MAX_FACTORS;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// The rule that fits, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    match op {
        Op::Permute(order) => permute(a, order, args[0]),
        Op::MatMul => matmul(a, args),
        _ => scale_outward(a, op, args).or_else(|| structure(a, op, args)),
    }
}

fn permute(a: &mut Algebra, order: &SmallVec<[u8; 8]>, x: Id) -> Option<(&'static str, Id)> {
    let rank = order.len();
    if order.iter().enumerate().all(|(at, &axis)| at == axis as usize) {
        return Some(("", x));
    }
    let swap_last = rank >= 2
        && order[rank - 1] as usize == rank - 2
        && order[rank - 2] as usize == rank - 1
        && order[..rank - 2].iter().enumerate().all(|(at, &axis)| at == axis as usize);
    // what is turned is mostly a name
    if let Op::Variable(_) = a.arena.op(x) {
        return (swap_last && a.is_symmetric(x)).then_some(("Aᵀ = A for a symmetric A", x));
    }
    let (coefficient, rest) = a.split_scale(x);
    if !coefficient.is_one() {
        let turned = a.node(Op::Permute(order.clone()), &[rest]);
        return Some(("(c A)ᵀ = c Aᵀ", a.scale(coefficient, turned)));
    }
    if let Some(again) = a.again(x) {
        return Some(("", a.node(Op::Permute(order.clone()), &[again])));
    }
    let args = Factors::from_slice(a.arena.args(x));
    if swap_last && matches!(a.arena.op(x), Op::Call(..) | Op::Add(_)) && a.is_symmetric(x) {
        return Some(("Aᵀ = A for a symmetric A", x));
    }
    match a.arena.op(x).clone() {
        Op::Permute(inner) => {
            let both: SmallVec<[u8; 8]> = order.iter().map(|&axis| inner[axis as usize]).collect();
            Some(("(Aᵀ)ᵀ = A", a.node(Op::Permute(both), &args)))
        }
        Op::MatMul if swap_last && args.iter().all(|&f| a.arena.shape(f).len() >= 2) => {
            let turned: Factors = args.iter().rev().map(|&f| a.transpose(f)).collect();
            Some(("(A @ B)ᵀ = Bᵀ @ Aᵀ", a.matmul(&turned)))
        }
        Op::Add(coefficients) if swap_last => {
            // only where transposes go away by it: (A - T)ᵀ stays
            if !args.iter().all(|&x| a.arena.shape(x).len() == rank) || !fewer_turned(a, &args) {
                return None;
            }
            let terms: SmallVec<[(Number, Id); 4]> = coefficients.iter().copied().zip(args.iter().map(|&x| a.transpose(x))).collect();
            Some(("(A + B)ᵀ = Aᵀ + Bᵀ", a.add(&terms)))
        }
        Op::Multiply if swap_last => {
            let (scalars, rest): (Factors, Factors) = args.iter().copied().partition(|&f| a.is_scalar(f));
            let (rows, matrices): (Factors, Factors) = rest.iter().copied().partition(|&f| rank == 2 && a.arena.shape(f).len() == 1);
            if !rows.is_empty()
                && !matrices.is_empty()
                && matrices.iter().any(|&f| a.turned_last(f).is_some())
                && fewer_turned(a, &matrices)
            {
                let columns: Factors = rows.into_iter().map(|x| a.node(Op::Unsqueeze(2), &[x])).collect();
                let turned: Factors = matrices.into_iter().map(|f| a.transpose(f)).collect();
                return Some((
                    "(Aᵀ * x)ᵀ = A * x[:, None]",
                    a.multiply(&scalars.into_iter().chain(turned).chain(columns).collect::<Factors>()),
                ));
            }
            if rest.iter().all(|&f| a.arena.shape(f).len() == rank) && fewer_turned(a, &rest) {
                let turned: Factors = scalars.iter().copied().chain(rest.into_iter().map(|f| a.transpose(f))).collect();
                return Some(("(A * B)ᵀ = Aᵀ * Bᵀ", a.multiply(&turned)));
            }
            if scalars.is_empty() || rest.is_empty() {
                return None;
            }
            let inner = a.multiply(&rest);
            let mut factors = scalars;
            factors.push(a.transpose(inner));
            Some(("(c A)ᵀ = c Aᵀ", a.multiply(&factors)))
        }
        // a 1-D array with its axis made visible
        Op::Unsqueeze(mask) if swap_last && rank == 2 && a.arena.shape(args[0]).len() == 1 => {
            Some(("x[:, None]ᵀ = x[None, :]", a.node(Op::Unsqueeze(3 - mask), &args)))
        }
        Op::Outer => Some(("outer(a, b)ᵀ = outer(b, a)", a.node(Op::Outer, &[args[1], args[0]]))),
        Op::Call(..) => super::rearrange::turned(a, order, x),
        Op::Diag => Some(("a diagonal matrix is its own transpose", x)),
        Op::Eye(_) => Some(("Iᵀ = I", x)),
        Op::Broadcast(shape) if a.is_scalar(args[0]) => {
            let turned: Shape = order.iter().map(|&axis| shape[axis as usize]).collect();
            Some(("", a.broadcast_to(args[0], &turned)))
        }
        _ => None,
    }
}

/// How many transposes stand in `x`, as it is and turned round, looking through products, and how many can be told.
fn turned(a: &Algebra, x: Id) -> (usize, usize) {
    let plain = |x: Id| {
        let own = matches!(a.arena.op(x), Op::Outer) || a.is_symmetric(x);
        match a.arena.op(x) {
            Op::Permute(_) => (1, 0),
            Op::Broadcast(_) if a.is_scalar(a.arena.args(x)[0]) => (0, 0),
            _ => (0, usize::from(!own)),
        }
    };
    let x = a.split_scale(x).1;
    match a.arena.op(x) {
        Op::MatMul if a.arena.args(x).iter().all(|&f| a.arena.shape(f).len() >= 2) => {
            let parts = a.arena.args(x).iter().map(|&f| plain(f));
            parts.fold((0, 0), |(as_is, turned), (one, two)| (as_is + one, turned + two))
        }
        _ => plain(x),
    }
}

/// Whether operands turned one by one have fewer transposes than all of them turned together.
fn fewer_turned(a: &Algebra, operands: &[Id]) -> bool {
    let (as_is, round) = operands.iter().map(|&x| turned(a, x)).fold((0, 0), |sum, (one, two)| (sum.0 + one, sum.1 + two));
    round < as_is + 1
}

fn matmul(a: &mut Algebra, args: &[Id]) -> Option<(&'static str, Id)> {
    // most products are of such, and none of what follows is about them
    if args.iter().all(|&x| symmetry::is_bare(a, x)) {
        return None;
    }
    if let Some(found) = scale_outward(a, &Op::MatMul, args) {
        return Some(found);
    }
    if let Some(at) = args.iter().position(|&x| matches!(a.arena.op(x), Op::Eye(_))) {
        let rest: Factors = args.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &x)| x).collect();
        if rest.iter().all(|&x| a.arena.shape(x).len() <= 2) || a.arena.shape(args[at]).len() == 2 {
            return Some(("A @ I = A", a.matmul(&rest)));
        }
    }
    let repeated = |a: &Algebra, x: Id| matches!(a.arena.op(x), Op::Broadcast(_)) && matches!(a.arena.op(a.arena.args(x)[0]), Op::Eye(_));
    if let Some(at) = args.iter().position(|&x| repeated(a, x)).filter(|_| args.iter().all(|&x| a.arena.shape(x).len() >= 2)) {
        let id = a.arena.intern(Op::MatMul, args.iter().copied().collect());
        let shape: Shape = Shape::from(a.arena.shape(id));
        let rest: Factors = args.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &x)| x).collect();
        let product = a.matmul(&rest);
        return Some(("A @ I = A", a.broadcast_to(product, &shape)));
    }
    // a single 1 among matrices: the gradient of an objective of shape (1, 1)
    let single = |a: &Algebra, x: Id| a.arena.shape(x) == [Dim::ONE; 2] && a.is_filled_with(x, Number::ONE);
    if let Some(at) = args.iter().position(|&x| single(a, x)) {
        let rest: Factors = args.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &x)| x).collect();
        if rest.iter().all(|&x| a.arena.shape(x).len() == 2) {
            return Some(("1 @ A = A", a.matmul(&rest)));
        }
    }
    if let Some(found) = with_ones(a, args) {
        return Some(found);
    }
    if let Some(found) = super::rearrange::zeros_inside(a, args) {
        return Some(found);
    }
    // chains in one row, as long as 1-D arrays stand only at the ends
    if let Some(at) = args.iter().position(|&x| matches!(a.arena.op(x), Op::MatMul)) {
        let inner: Factors = a.arena.args(args[at]).iter().copied().collect();
        let flat: Factors = args[..at].iter().chain(&inner).chain(&args[at + 1..]).copied().collect();
        let rank = |x: &Id| a.arena.shape(*x).len();
        let matrices = flat.iter().all(|x| rank(x) >= 2);
        let ends = flat.iter().enumerate().all(|(k, x)| rank(x) == 2 || rank(x) == 1 && (k == 0 || k == flat.len() - 1));
        let vector_inside = inner.iter().any(|x| rank(x) == 1) && args.len() > 1 && {
            let (first, last) = (rank(&inner[0]) == 1, rank(&inner[inner.len() - 1]) == 1);
            (first && at > 0) || (last && at + 1 < args.len())
        };
        if flat.len() <= MAX_FACTORS && (matrices || ends) && !vector_inside {
            return Some(("A @ (B @ C) = A @ B @ C", a.matmul(&flat)));
        }
    }
    if let Some(found) = chain::product(a, args) {
        return Some(found);
    }
    // an outer product before a 1-D array: two vectors meet, and give a number
    let end = args.len() - 1;
    if let (Op::Outer, [_], true) = (a.arena.op(args[0]), a.arena.shape(args[end]), end >= 1) {
        let (x, y) = (a.arena.args(args[0])[0], a.arena.args(args[0])[1]);
        let chain: Factors = [y].into_iter().chain(args[1..].iter().copied()).collect();
        let number = a.matmul(&chain);
        return Some(("outer(x, y) @ z = (y @ z) * x", a.multiply(&[number, x])));
    }
    // a 1-D array in front is written behind: x @ A = Aᵀ @ x
    let (first, last) = (args[0], args[args.len() - 1]);
    let matrices = args[1..].iter().all(|&x| a.arena.shape(x).len() == 2);
    if a.arena.shape(first).len() == 1 && a.arena.shape(last).len() == 2 && matrices {
        let turned: Factors = args.iter().rev().map(|&x| a.transpose(x)).collect();
        return Some(("x @ A = Aᵀ @ x", a.matmul(&turned)));
    }
    if let Some(at) = args.iter().position(|&x| matches!(a.arena.op(x), Op::Diag)) {
        let d = a.arena.args(args[at])[0];
        if at + 1 < args.len() {
            let rest = a.matmul(&args[at + 1..]);
            let column = if a.arena.shape(rest).len() == 1 { d } else { a.node(Op::Unsqueeze(2), &[d]) };
            let scaled = a.multiply(&[column, rest]);
            let mut factors: Factors = args[..at].iter().copied().collect();
            factors.push(scaled);
            return Some(("diag(x) @ A = x[:, None] * A", a.matmul(&factors)));
        }
        if at > 0 {
            let rest = a.matmul(&args[..at]);
            return Some(("A @ diag(x) = A * x", a.multiply(&[rest, d])));
        }
    }
    for at in 1..args.len() {
        let (left, right) = (args[at - 1], args[at]);
        let turned = |x: Id, y: Id| a.turned_last(x) == Some(y);
        let orthogonal = |x: Id| a.has(x, "orthogonal");
        if turned(left, right) && (orthogonal(right) || a.has(right, "orthonormal")) || turned(right, left) && orthogonal(left) {
            let shape = a.arena.intern(Op::MatMul, args.iter().copied().collect());
            let shape: Shape = Shape::from(a.arena.shape(shape));
            let rest: Factors = args[..at - 1].iter().chain(&args[at + 1..]).copied().collect();
            let product =
                if rest.is_empty() { a.arena.intern(Op::Eye(shape[shape.len() - 1]), crate::expr::Args::new()) } else { a.matmul(&rest) };
            let product = a.broadcast_to(product, &shape);
            return Some(("Qᵀ @ Q = I for an orthogonal Q", product));
        }
    }
    None
}

/// `ones(n,) @ A = sum(A, axis=0)`, `ones(1, n) @ A` likewise with the axis kept, and `A @ ones` from the other side.
fn with_ones(a: &mut Algebra, args: &[Id]) -> Option<(&'static str, Id)> {
    if args.iter().any(|&x| a.arena.shape(x).len() > 2) || args.len() < 2 {
        return None;
    }
    let thin = |a: &Algebra, x: Id, axis: usize| {
        let shape = a.arena.shape(x);
        a.filled_with(x).filter(|_| shape.len() == 1 || shape[axis] == Dim::ONE)
    };
    let (first, last) = (args[0], args[args.len() - 1]);
    if let Some(number) = thin(a, first, 0) {
        let keep = a.arena.shape(first).len() == 2;
        let rest = a.matmul(&args[1..]);
        let keep = keep && a.arena.shape(rest).len() == 2;
        let summed = a.node(Op::Sum { axes: 1, keep }, &[rest]);
        let wrapped = a.arena.shape(first).len() == 2 && !keep;
        let summed = if wrapped { a.node(Op::Unsqueeze(1), &[summed]) } else { summed };
        return Some(("ones @ A = sum(A, axis=0)", a.scale(number, summed)));
    }
    if let Some(number) = thin(a, last, 1) {
        let rest = a.matmul(&args[..args.len() - 1]);
        let rank = a.arena.shape(rest).len();
        let summed = a.node(Op::Sum { axes: 1 << (rank - 1), keep: a.arena.shape(last).len() == 2 }, &[rest]);
        return Some(("A @ ones = sum(A, axis=1)", a.scale(number, summed)));
    }
    None
}

/// `A @ (c B) = c A @ B`, for numbers and scalars, through every operation that is linear in each operand.
fn scale_outward(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    let mut coefficient = Number::ONE;
    let mut scalars: Factors = SmallVec::new();
    let mut bare: Factors = SmallVec::new();
    let matrices = matches!(op, Op::MatMul) && args.iter().all(|&x| a.arena.shape(x).len() >= 2);
    // of a batch: a number for each matrix
    let in_front = |a: &Algebra, f: Id| a.is_scalar(f) || matrices && matches!(a.arena.shape(f), [_, .., Dim::ONE, Dim::ONE]);
    for &x in args {
        let (c, rest) = a.split_scale(x);
        let (sign, rest) = a.without_sign(rest);
        coefficient = coefficient.times(c).times(sign);
        match a.arena.op(rest) {
            Op::Multiply => {
                let (front, back): (Factors, Factors) = a.arena.args(rest).iter().copied().partition(|&f| in_front(a, f));
                if front.is_empty() || back.is_empty() {
                    bare.push(rest);
                } else {
                    scalars.extend(front);
                    bare.push(a.multiply(&back));
                }
            }
            _ => bare.push(rest),
        }
    }
    // two minus signs leave no number, but they are gone
    if coefficient.is_one() && scalars.is_empty() && bare.as_slice() == args {
        return None;
    }
    let inner = a.node(op.clone(), &bare);
    scalars.push(inner);
    let product = a.multiply(&scalars);
    Some(("numbers and scalars go in front", a.scale(coefficient, product)))
}

fn structure(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    let inner: Factors = a.arena.args(args[0]).iter().copied().collect();
    match (op, a.arena.op(args[0]).clone()) {
        (Op::Diagonal, Op::Outer) => Some(("diag(outer(x, y)) = x * y", a.multiply(&inner))),
        // each factor by its diagonal: a row or a column has the same entries there as it has along itself
        (Op::Diagonal, Op::Multiply) if inner.iter().all(|&f| a.arena.shape(f).len() <= 2) => {
            let column = |a: &Algebra, f: Id| matches!(a.arena.shape(f), [_, Dim::ONE]);
            let parts: Factors = inner
                .iter()
                .map(|&f| match a.arena.shape(f) {
                    [] | [_] => f,
                    _ if column(a, f) => a.node(Op::Squeeze(2), &[f]),
                    [Dim::ONE, _] => a.node(Op::Squeeze(1), &[f]),
                    _ => a.node(Op::Diagonal, &[f]),
                })
                .collect();
            let product = a.multiply(&parts);
            let shape: Shape = Shape::from(&a.arena.shape(args[0])[..1]);
            Some(("diag(A * B) = diag(A) * diag(B)", a.broadcast_to(product, &shape)))
        }
        (Op::Diagonal, Op::Eye(n)) => {
            let one = a.number(Number::ONE);
            Some(("the diagonal of I is 1", a.broadcast_to(one, &[n])))
        }
        (Op::Diagonal, Op::Diag) => Some(("the diagonal of diag(x) is x", inner[0])),
        (Op::Trace, Op::Permute(order)) if order.len() == 2 => Some(("tr(Aᵀ) = tr(A)", a.node(Op::Trace, &inner))),
        (Op::Diagonal, Op::Permute(order)) if order.len() == 2 => Some(("Aᵀ has the diagonal of A", a.node(Op::Diagonal, &inner))),
        (Op::Diagonal, Op::MatMul) if inner.len() >= 2 && inner.iter().all(|&x| a.arena.shape(x).len() == 2) => {
            let left = a.matmul(&inner[..inner.len() - 1]);
            let right = a.transpose(inner[inner.len() - 1]);
            let product = a.multiply(&[left, right]);
            Some(("diag(A @ B) = sum(A * Bᵀ, axis=1)", a.node(Op::Sum { axes: 2, keep: false }, &[product])))
        }
        (Op::Trace, Op::Eye(n)) => Some(("tr(I) = n", a.arena.intern(Op::Length(n), crate::expr::Args::new()))),
        (Op::Diag, Op::Broadcast(shape)) if a.is_scalar(inner[0]) => {
            let eye = a.arena.intern(Op::Eye(shape[0]), crate::expr::Args::new());
            Some(("diag(c 1) = c I", a.multiply(&[inner[0], eye])))
        }
        _ => None,
    }
}
