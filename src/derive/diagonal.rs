//! Scaled rows and products of columns, as books write them: `W * s[:, None]` is `diag(s) @ W`, and `outer(x[:, 0], y[:, 0])` is `x @ yᵀ`.
//!
//! Only where a Jacobian is read. It costs nothing to scale a row, and code does that; a chain of Jacobians is read as a product.

use crate::expr::{Args, Id, Op};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use rustc_hash::{FxHashMap, FxHashSet};

/// A matrix as it is read: outer products of columns as `x @ yᵀ`, scaled rows and columns as products with diagonal matrices; in its terms,
/// in its factors, and in itself. Anything that is no matrix is left as it is.
pub fn with_diagonals(a: &mut Algebra, root: Id) -> Id {
    let between_columns = rewritten(a, root, of_columns);
    rewritten(a, between_columns, scaled)
}

/// The matrix with those of its products rewritten that are terms or factors of it, or the whole.
fn rewritten(a: &mut Algebra, root: Id, rule: fn(&mut Algebra, Id) -> Option<Id>) -> Id {
    if a.arena.shape(root).len() != 2 {
        return root;
    }
    let order = a.arena.reachable(&[root]);
    let mut read: FxHashSet<Id> = FxHashSet::from_iter([root]);
    for &id in order.iter().rev().filter(|&&id| a.arena.shape(id).len() == 2) {
        let scalar_times = matches!(a.arena.op(id), Op::Multiply) && super::is_scaling(&a.arena, id).is_some();
        if read.contains(&id) && (scalar_times || matches!(a.arena.op(id), Op::Add(_) | Op::MatMul | Op::Permute(_))) {
            read.extend(a.arena.args(id));
        }
    }
    let mut found: FxHashMap<Id, Id> = FxHashMap::default();
    for id in order {
        let args: Args = a.arena.args(id).iter().map(|arg| found[arg]).collect();
        let new = match a.arena.op(id).clone() {
            _ if !read.contains(&id) || a.arena.shape(id).len() != 2 => id,
            _ if args.as_slice() == a.arena.args(id) => rule(a, id).unwrap_or(id),
            op @ (Op::Add(_) | Op::Multiply) => a.make(op, args),
            Op::MatMul => {
                let factors = args.iter().flat_map(|&x| if let Op::MatMul = a.arena.op(x) { a.arena.args(x).to_vec() } else { vec![x] });
                let factors = factors.collect();
                a.arena.intern(Op::MatMul, factors)
            }
            op => a.arena.intern(op, args),
        };
        found.insert(id, new);
    }
    found[&root]
}

/// `outer(x[:, 0], y[:, 0])` as `x @ yᵀ`, and `diag(x[:, 0] * y[:, 0])` as `diag((x * y)[:, 0])`.
fn of_columns(a: &mut Algebra, id: Id) -> Option<Id> {
    let args: Args = a.arena.args(id).iter().copied().collect();
    match *a.arena.op(id) {
        Op::Outer => {
            let (one, two) = (column(a, args[0])?, column(a, args[1])?);
            let row = a.transpose(two);
            Some(a.matmul(&[one, row]))
        }
        Op::Diag => Some(diag(a, args[0])),
        _ => None,
    }
}

/// The diagonal matrix of a vector, which may have its entries from one column.
fn diag(a: &mut Algebra, vector: Id) -> Id {
    match column(a, vector) {
        Some(whole) => {
            let entries = a.arena.intern(Op::Squeeze(2), Args::from_slice(&[whole]));
            a.arena.intern(Op::Diag, Args::from_slice(&[entries]))
        }
        None => a.node(Op::Diag, &[vector]),
    }
}

/// The column whose entries a vector has.
fn column(a: &mut Algebra, x: Id) -> Option<Id> {
    let mut factors: Args = a.arena.args(x).iter().copied().collect();
    match *a.arena.op(x) {
        Op::Squeeze(2) => Some(factors[0]),
        Op::MatMul => {
            let last = factors.last_mut()?;
            let Op::Squeeze(2) = a.arena.op(*last) else { return None };
            *last = a.arena.args(*last)[0];
            Some(a.matmul(&factors))
        }
        Op::Multiply => {
            for factor in &mut factors {
                if a.arena.shape(*factor).is_empty() {
                    continue;
                }
                let (base, exponent) =
                    if let Op::Power(e) = *a.arena.op(*factor) { (a.arena.args(*factor)[0], Some(e)) } else { (*factor, None) };
                let Op::Squeeze(2) = a.arena.op(base) else { return None };
                let column = a.arena.args(base)[0];
                *factor = exponent.map_or(column, |e| a.node(Op::Power(e), &[column]));
            }
            Some(a.multiply(&factors))
        }
        _ => None,
    }
}

/// A product with columns, rows and a matrix among its factors.
fn scaled(a: &mut Algebra, id: Id) -> Option<Id> {
    let Op::Multiply = a.arena.op(id) else { return None };
    let args: Args = a.arena.args(id).iter().copied().collect();
    let shape = Shape::from(a.arena.shape(id));
    let [mut scalars, mut columns, mut rows, mut matrices]: [Args; 4] = Default::default();
    for x in args {
        match *a.arena.shape(x) {
            [] => scalars.push(x),
            [one] | [Dim::ONE, one] if one == shape[1] && one != Dim::ONE => rows.push(x),
            [one, Dim::ONE] if one == shape[0] && one != Dim::ONE => columns.push(x),
            [one, two] if [one, two] == *shape => matrices.push(x),
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
        diag(a, vector)
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
