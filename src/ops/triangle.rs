//! Triangles of matrices.

use super::matrix::with_matrices;
use super::whole::{same, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Units, Value, Whole};
use crate::expr::Number;
use crate::shape::Builder;
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        whole(&["tril"], "x, k=0", Linear, "the lower triangle, up to the k-th diagonal above the main one; zeros elsewhere", "Y = tril(X)", Whole {
            build: triangle, shape: same, value: |c| triangular(c, |column, row, k| column - row <= k), units: Units::Kept(0), kink: "",
            python: Python::same("{np}.tril({x}, {k})"), rules: &[Rule::Transpose("tril(g, k)")],
        }),
        whole(&["triu"], "x, k=0", Linear, "the upper triangle, from the k-th diagonal above the main one; zeros elsewhere", "Y = triu(X)", Whole {
            build: triangle, shape: same, value: |c| triangular(c, |column, row, k| column - row >= k), units: Units::Kept(0), kink: "",
            python: Python::same("{np}.triu({x}, {k})"), rules: &[Rule::Transpose("triu(g, k)")],
        }),
    ]
}

fn triangle(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = with_matrices(b, a, 0)?;
    let k = match &a.values[1] {
        Some(value) => a.integer(b, value, a.spans[1])?,
        None => 0,
    };
    Ok(Value::Array(b.call(a.function, &[x], vec![Attribute::Number(Number::integer(k))])))
}

fn triangular(c: &Call, kept: fn(i64, i64, i64) -> bool) -> Option<ArrayD<f64>> {
    let mut x = c.args[0].clone();
    let rank = x.ndim();
    for (at, value) in x.indexed_iter_mut() {
        if !kept(at[rank - 1] as i64, at[rank - 2] as i64, c.integer(0)) {
            *value = 0.0;
        }
    }
    Some(x)
}
