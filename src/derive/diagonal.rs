//! Rows and columns that are scaled, as books write them: `W * s[:, None]` is `diag(s) @ W`.
//!
//! Only where a Jacobian is read. It costs nothing to scale a row, and code does that; a chain of Jacobians is read as a product.

use crate::expr::{Args, Id, Op};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use rustc_hash::{FxHashMap, FxHashSet};

/// A matrix with its scaled rows and columns as products with diagonal matrices: in its terms, its factors, and in itself. Anything that is
/// no matrix is left as it is.
pub fn with_diagonals(a: &mut Algebra, root: Id) -> Id {
    if a.arena.shape(root).len() != 2 {
        return root;
    }
    let order = a.arena.reachable(&[root]);
    let mut read: FxHashSet<Id> = FxHashSet::from_iter([root]);
    for &id in order.iter().rev().filter(|&&id| a.arena.shape(id).len() == 2) {
        if read.contains(&id) && matches!(a.arena.op(id), Op::Add(_) | Op::MatMul | Op::Permute(_)) {
            read.extend(a.arena.args(id));
        }
    }
    let mut found: FxHashMap<Id, Id> = FxHashMap::default();
    for id in order {
        let written = if read.contains(&id) { written(a, id, &found) } else { id };
        found.insert(id, written);
    }
    found[&root]
}

/// One node, its operands being written already.
fn written(a: &mut Algebra, id: Id, found: &FxHashMap<Id, Id>) -> Id {
    let args: Args = a.arena.args(id).iter().copied().collect();
    let shape = Shape::from(a.arena.shape(id));
    match a.arena.op(id).clone() {
        Op::Multiply if shape.len() == 2 => scaled(a, &args, &shape).unwrap_or(id),
        op @ (Op::Add(_) | Op::MatMul | Op::Permute(_)) if args.iter().any(|arg| found[arg] != *arg) => {
            let mut now: Args = args.iter().map(|arg| found[arg]).collect();
            if let Op::MatMul = op {
                let factors = now.iter().flat_map(|&x| if let Op::MatMul = a.arena.op(x) { a.arena.args(x).to_vec() } else { vec![x] });
                now = factors.collect();
            }
            a.arena.intern(op, now)
        }
        _ => id,
    }
}

/// A product with columns, rows and a matrix among its factors.
fn scaled(a: &mut Algebra, args: &Args, shape: &Shape) -> Option<Id> {
    let [mut scalars, mut columns, mut rows, mut matrices]: [Args; 4] = Default::default();
    for &x in args {
        match *a.arena.shape(x) {
            [] => scalars.push(x),
            [one] | [Dim::ONE, one] if one == shape[1] && one != Dim::ONE => rows.push(x),
            [one, Dim::ONE] if one == shape[0] && one != Dim::ONE => columns.push(x),
            [one, two] if [one, two] == **shape => matrices.push(x),
            _ => return None,
        }
    }
    if matrices.is_empty() || columns.is_empty() && rows.is_empty() {
        return None;
    }
    let mut product = Args::new();
    let diagonal = |a: &mut Algebra, factors: &Args, axis: u32| {
        let all = a.multiply(factors);
        let vector = if a.arena.shape(all).len() == 2 { a.node(Op::Squeeze(1 << axis), &[all]) } else { all };
        a.node(Op::Diag, &[vector])
    };
    if !columns.is_empty() {
        product.push(diagonal(a, &columns, 1));
    }
    product.push(a.multiply(&matrices));
    if !rows.is_empty() {
        product.push(diagonal(a, &rows, 0));
    }
    let product = a.arena.intern(Op::MatMul, product);
    scalars.push(product);
    Some(if let [one] = scalars.as_slice() { *one } else { a.arena.intern(Op::Multiply, scalars) })
}
