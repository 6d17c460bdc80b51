//! What of a gradient's change acts on the changes that a property allows.
//!
//! A symmetric matrix can change by symmetric ones only: two gradients whose difference is antisymmetric act alike on all of these. Each
//! property has its changes, and what acts on none of them is taken out. Absil, Mahony & Sepulchre, *Optimization Algorithms on Matrix
//! Manifolds*, 2008, chapter 3 (the sphere, and matrices with orthonormal columns).

use super::point::{Balls, transposed};
use crate::real::Ball;

/// The part of `difference` that acts on the changes that keep this property of `x`; the last axes of the difference are those of `x`.
/// Nothing where the property allows every small change.
pub fn acting(property: &str, x: &Balls, difference: &Balls) -> Option<Balls> {
    let (rank, last) = (difference.ndim(), *x.shape().last()?);
    let kept = |keep: fn(usize, usize) -> bool| {
        let mut part = difference.clone();
        for (at, value) in part.indexed_iter_mut() {
            if !keep(at[rank - 2], at[rank - 1]) {
                *value = Ball::ZERO;
            }
        }
        part
    };
    Some(match property {
        "symmetric" | "posdef" => {
            let mut part = difference.clone();
            part.zip_mut_with(&transposed(difference), |a, b| *a = (*a + *b) * 0.5);
            part
        }
        "diagonal" => kept(|row, column| row == column),
        "lower" => kept(|row, column| row >= column),
        "upper" => kept(|row, column| row <= column),
        // of a row that sums to 1 what goes to one entry comes from another
        "stochastic" | "onehot" => rows(difference, last, |_, row| {
            let mean = row.iter().fold(Ball::ZERO, |sum, x| sum + *x) / last as f64;
            row.iter().map(|x| *x - mean).collect()
        }),
        // a row of length 1 turns, and grows no longer
        "unit" => {
            let x: Vec<Vec<Ball>> = x.as_slice()?.chunks(last).map(<[Ball]>::to_vec).collect();
            rows(difference, last, |place, row| {
                let x = &x[place % x.len()];
                let along = x.iter().zip(row).fold(Ball::ZERO, |sum, (x, d)| sum + *x * *d);
                x.iter().zip(row).map(|(x, d)| *d - *x * along).collect()
            })
        }
        // Q changes by Q times an antisymmetric matrix, and out of its columns: D - Q sym(QᵀD)
        "orthogonal" | "orthonormal" => {
            let (count, columns) = (x.shape()[x.ndim() - 2], last);
            let q: Vec<Vec<Ball>> = x.as_slice()?.chunks(count * columns).map(<[Ball]>::to_vec).collect();
            rows(difference, count * columns, |place, d| {
                let q = &q[place % q.len()];
                let inner = |i: usize, j: usize| (0..count).fold(Ball::ZERO, |sum, r| sum + q[r * columns + i] * d[r * columns + j]);
                let symmetric: Vec<Ball> = (0..columns * columns)
                    .map(|at| (inner(at / columns, at % columns) + inner(at % columns, at / columns)) * 0.5)
                    .collect();
                let normal =
                    |r: usize, j: usize| (0..columns).fold(Ball::ZERO, |sum, k| sum + q[r * columns + k] * symmetric[k * columns + j]);
                (0..count * columns).map(|at| d[at] - normal(at / columns, at % columns)).collect()
            })
        }
        _ => return None,
    })
}

/// Pieces of so many entries, each with its place, made into others.
fn rows(difference: &Balls, length: usize, f: impl Fn(usize, &[Ball]) -> Vec<Ball>) -> Balls {
    let data: Vec<Ball> = difference.iter().copied().collect();
    let made = data.chunks(length.max(1)).enumerate().flat_map(|(place, row)| f(place, row)).collect();
    Balls::from_shape_vec(difference.raw_dim(), made).unwrap_or_else(|_| difference.clone())
}
