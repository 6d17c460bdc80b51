//! Which uses of a variable a claim counts, and how often: the claim as a sum of what each use contributes.

use crate::numeric::Array;

/// The coefficient of each array in a sum that gives `wanted`; `None` where there is none, or more than one.
pub(super) fn coefficients(parts: &[Array], wanted: &Array) -> Option<Vec<f64>> {
    let n = parts.len();
    let dot = |a: &Array, b: &Array| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut rows: Vec<Vec<f64>> = parts.iter().map(|a| parts.iter().chain([wanted]).map(|b| dot(a, b)).collect()).collect();
    let size = rows.iter().enumerate().fold(0.0f64, |size, (k, row)| size.max(row[k]));
    for k in 0..n {
        let pivot = (k..n).max_by(|&a, &b| rows[a][k].abs().total_cmp(&rows[b][k].abs()))?;
        rows.swap(k, pivot);
        if rows[k][k].abs() <= 1e-9 * size {
            return None;
        }
        let top = rows[k].clone();
        for (r, row) in rows.iter_mut().enumerate() {
            if r != k {
                let factor = row[k] / top[k];
                row.iter_mut().zip(&top).for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    Some((0..n).map(|k| rows[k][n] / rows[k][k]).collect())
}

/// A coefficient as somebody would have written it: `-2`, `1/2`.
pub(super) fn simple(x: f64) -> Option<(i64, i64)> {
    (1..=6).map(|q| ((x * q as f64).round() as i64, q)).find(|&(p, q)| (x * q as f64 - p as f64).abs() < 1e-6 && p.abs() <= 12)
}

#[cfg(test)]
mod tests {
    use super::{coefficients, simple};
    use crate::numeric::Array;

    #[test]
    fn the_coefficients_of_a_sum_are_found() {
        let array = |entries: [f64; 3]| Array::from_shape_vec(vec![3], entries.to_vec()).unwrap();
        let (a, b) = (array([1.0, 2.0, 0.5]), array([0.0, 1.0, -1.0]));
        let sum = &a * 2.0 - &b / 2.0;
        let found = coefficients(&[a.clone(), b], &sum).unwrap();
        assert_eq!(found.iter().map(|&c| simple(c)).collect::<Vec<_>>(), [Some((2, 1)), Some((-1, 2))]);
        assert_eq!(coefficients(&[a.clone(), &a * 3.0], &a), None);
    }
}
