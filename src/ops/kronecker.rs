//! Kronecker products, and matrices as stacks of their columns.

use super::build::built;
use super::linear::rank;
use super::matrix::with_matrices;
use super::whole::whole;
use super::{Arguments, Entry, Family, Fault, Python, Rule, Units, Value, Whole};
use crate::shape::{Builder, Dim};
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        // the block at (i, j) is A[i, j] times B
        whole(&["kron"], "A, B", Linear, "the Kronecker product: each entry of A times the whole of B, block by block", "A: (n, m); B: (p, q); Y = kron(A, B)", Whole {
            build: kron, shape: |dims, shapes, _| shapes[0].iter().zip(shapes[1]).map(|(&a, &b)| dims.times(a, b)).collect(),
            value: arraywise!(|c| {
                let (a, b) = (c.args[0], c.args[1]);
                let (rows, columns) = (b.shape()[0], b.shape()[1]);
                Some(ArrayD::from_shape_fn(c.shape, |at| a[[at[0] / rows, at[1] / columns]] * b[[at[0] % rows, at[1] % columns]]))
            }),
            units: Units::Unknown, kink: "", python: Python::same("{np}.kron({A}, {B})"),
            rules: &[
                Rule::Transpose("einsum('ipjq,pq->ij', reshape(g, (A.shape[0], B.shape[0], A.shape[1], B.shape[1])), B)"),
                Rule::Transpose("einsum('ipjq,ij->pq', reshape(g, (A.shape[0], B.shape[0], A.shape[1], B.shape[1])), A)"),
            ],
        }),
        built(&["vec"], "x", Linear, "the columns of a matrix one below the other, as one 1-D array", "X: (n, m); y = vec(X)", |b, a| {
            let x = with_matrices(b, a, 0)?;
            let mut shape = b.resolved(x);
            let last: Vec<Dim> = shape.drain(shape.len() - 2..).collect();
            let length = b.dims().product(last);
            shape.push(length);
            let shape = shape.into_iter().map(|dim| Value::Array(b.length(dim))).collect();
            b.expression("reshape(x.mT, shape)", &[("x", Value::Array(x)), ("shape", Value::Sequence(shape))], a.span)
        }),
    ]
}

fn kron(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let (mut x, mut y) = (a.array(b, 0)?, a.array(b, 1)?);
    let axes = |b: &Builder, z| b.arena().shape(z).len();
    for z in [x, y] {
        if !(1..=2).contains(&axes(b, z)) {
            return Err(rank(b, a, z, "one or two axes each"));
        }
    }
    if axes(b, x) == 1 && axes(b, y) == 1 {
        let names = [("A", Value::Array(x)), ("B", Value::Array(y))];
        return b.expression("reshape(outer(A, B), (len(A) * len(B),))", &names, a.span);
    }
    // NumPy puts the missing axis in front
    for z in [&mut x, &mut y] {
        if axes(b, *z) == 1 {
            *z = b.unsqueeze(*z, 1, a.span)?;
        }
    }
    Ok(Value::Array(b.call(a.function, &[x, y], vec![])))
}
