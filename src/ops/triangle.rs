//! Triangles of matrices, and diagonals beside the main one.

use super::linear::rank;
use super::matrix::with_matrices;
use super::whole::{same, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::expr::{Id, Number, Op};
use crate::shape::Builder;
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        whole(&["tril"], "x, k=0", Linear, "the lower triangle, up to the k-th diagonal above the main one; zeros elsewhere", "Y = tril(X)", Whole {
            build: triangle, shape: same, value: arraywise!(|c| triangular(c, |column, row, k| column - row <= k)), units: Units::Kept(0), kink: "",
            python: Python::same("{np}.tril({x}, {k})"), rules: &[Rule::Transpose("tril(g, k)")],
        }),
        whole(&["triu"], "x, k=0", Linear, "the upper triangle, from the k-th diagonal above the main one; zeros elsewhere", "Y = triu(X)", Whole {
            build: triangle, shape: same, value: arraywise!(|c| triangular(c, |column, row, k| column - row >= k)), units: Units::Kept(0), kink: "",
            python: Python::same("{np}.triu({x}, {k})"), rules: &[Rule::Transpose("triu(g, k)")],
        }),
        whole(&["diagonal"], "x, offset=0", Linear, "the entries of a square matrix on a diagonal, so many columns to the right of the main one", "X: (n, n); y = diagonal(X, 1)", Whole {
            build: |b, a| {
                let (x, k) = (with_matrices(b, a, 0)?, offset(b, a)?);
                b.square(x, a.name, a.spans[0])?;
                diagonal(b, a, x, k)
            },
            shape: |dims, shapes, attributes| { let k = dims.integer(-size(attributes)); [dims.plus(shapes[0][0], k)].into_iter().collect() },
            value: arraywise!(|c| {
                let (row, column) = start(c.integer(0));
                Some(ArrayD::from_shape_fn(c.shape, |at| c.args[0][[at[0] + row, at[0] + column]]))
            }),
            units: Units::Kept(0), kink: "", python: Python::same("{np}.diagonal({x}, {offset})"), rules: &[Rule::Transpose("diagflat(g, offset)")],
        }),
        whole(&["diagflat"], "x, k=0", Linear, "a square matrix with a 1-D array on a diagonal, so many columns to the right of the main one", "Y = diagflat(x, 1)", Whole {
            build: |b, a| {
                let (x, k) = (a.array(b, 0)?, offset(b, a)?);
                if b.arena().shape(x).len() != 1 { return Err(rank(b, a, x, "one axis")); }
                diagonal(b, a, x, k)
            },
            shape: |dims, shapes, attributes| { let k = dims.integer(size(attributes)); let n = dims.plus(shapes[0][0], k); [n, n].into_iter().collect() },
            value: arraywise!(|c| {
                let (row, column) = start(c.integer(0));
                let mut matrix = ArrayD::from_elem(c.shape, 0.0.into());
                c.args[0].iter().enumerate().for_each(|(at, &value)| matrix[[at + row, at + column]] = value);
                Some(matrix)
            }),
            units: Units::Kept(0), kink: "", python: Python::same("{np}.diagflat({x}, {k})"), rules: &[Rule::Transpose("diagonal(g, k)")],
        }),
    ]
}

fn triangle(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let (x, k) = (with_matrices(b, a, 0)?, offset(b, a)?);
    Ok(Value::Array(b.call(a.function, &[x], vec![Attribute::Number(Number::integer(k))])))
}

/// Which diagonal: the second argument, 0 where it is not given.
pub(super) fn offset(b: &Builder, a: &Arguments) -> Result<i64, Fault> {
    a.values[1].as_ref().map_or(Ok(0), |value| a.integer(b, value, a.spans[1]))
}

/// A diagonal taken out of a matrix, or one put into it; the main one is a contraction.
fn diagonal(b: &mut Builder, a: &Arguments, x: Id, k: i64) -> Result<Value, Fault> {
    let vector = b.arena().shape(x).len() == 1;
    Ok(Value::Array(match k {
        0 => b.node(if vector { Op::Diag } else { Op::Diagonal }, &[x]),
        _ if b.arena().shape(x).len() > 2 => return Err(rank(b, a, x, "no batch axes for a diagonal beside the main one")),
        _ => b.call(a.function, &[x], vec![Attribute::Number(Number::integer(k))]),
    }))
}

/// By how much a matrix with a diagonal beside the main one is longer than it.
fn size(attributes: &[Attribute]) -> i64 {
    match attributes {
        [Attribute::Number(k)] => k.to_integer().unwrap_or(0).abs(),
        _ => 0,
    }
}

/// The row and the column in which a diagonal starts.
fn start(k: i64) -> (usize, usize) {
    (k.min(0).unsigned_abs() as usize, k.max(0) as usize)
}

fn triangular<T: Scalar>(c: &Call<T>, kept: fn(i64, i64, i64) -> bool) -> Option<ArrayD<T>> {
    let mut x = c.args[0].clone();
    let rank = x.ndim();
    for (at, value) in x.indexed_iter_mut() {
        if !kept(at[rank - 1] as i64, at[rank - 2] as i64, c.integer(0)) {
            *value = T::from(0.0);
        }
    }
    Some(x)
}
