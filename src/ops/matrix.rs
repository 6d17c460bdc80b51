//! Functions of square matrices, batched over the axes before the last two.
//!
//! Differentials: Magnus & Neudecker, *Matrix Differential Calculus*, 3rd ed., chapter 8; Giles, "Collected Matrix Derivative Results", 2008.

use super::whole::{same, square, whole};
use super::{Attribute, Call, Entry, Family, Python, Rule, Units, Whole};
use crate::shape::{Dim, Dims, Shape};
use nalgebra::DMatrix;
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        // Magnus & Neudecker, theorem 8.3
        whole(&["inv", "inverse"], "A", Linear, "the inverse of a square matrix", "A: (n, n); X = inv(A) @ B", Whole {
            build: square, shape: same, value: |c| each(c, |a| a.try_inverse()), units: Units::Power(-1), kink: "", python: Python::same("{np}.linalg.inv({A})"),
            rules: &[Rule::Differential("-inv(A) @ dA @ inv(A)")],
        }),
        // Magnus & Neudecker, theorem 8.1
        whole(&["det"], "A", Linear, "the determinant", "A: (n, n); f = det(A)", Whole {
            build: square, shape: batch, value: |c| number(c, |a| a.determinant()), units: Units::Unknown, kink: "", python: Python::same("{np}.linalg.det({A})"),
            rules: &[Rule::Differential("det(A) * trace(inv(A) @ dA)")],
        }),
        // Magnus & Neudecker, theorem 8.2
        whole(&["logdet"], "A", Linear, "the logarithm of the determinant's absolute value", "A: (n, n); f = logdet(A)", Whole {
            build: square, shape: batch, value: |c| number(c, |a| a.determinant().abs().ln()), units: Units::Unknown, kink: "", python: Python::same("{np}.linalg.slogdet({A})[1]"),
            rules: &[Rule::Differential("trace(inv(A) @ dA)")],
        }),
    ]
}

/// The shape without the last two axes.
fn batch(_: &mut Dims, shapes: &[&[Dim]], _: &[Attribute]) -> Shape {
    Shape::from(&shapes[0][..shapes[0].len() - 2])
}

/// The matrices of a batch, one after the other.
fn matrices(x: &ArrayD<f64>) -> impl Iterator<Item = DMatrix<f64>> + '_ {
    let (rows, columns) = (x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]);
    x.as_slice().unwrap_or(&[]).chunks(rows * columns).map(move |data| DMatrix::from_row_slice(rows, columns, data))
}

/// A matrix for each matrix.
fn each(c: &Call, f: impl Fn(DMatrix<f64>) -> Option<DMatrix<f64>>) -> Option<ArrayD<f64>> {
    let mut data = Vec::new();
    for matrix in matrices(c.args[0]) {
        data.extend(f(matrix)?.transpose().iter());
    }
    ArrayD::from_shape_vec(c.shape, data).ok()
}

/// A number for each matrix.
fn number(c: &Call, f: impl Fn(DMatrix<f64>) -> f64) -> Option<ArrayD<f64>> {
    ArrayD::from_shape_vec(c.shape, matrices(c.args[0]).map(f).collect()).ok()
}
