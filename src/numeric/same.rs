//! When two values are the same.

use super::Array;

/// Up to what difference, relative to the largest entry, two values are the same: both are formulas, so only rounding keeps them apart.
pub const SAME: f64 = 1e-9;
/// Entries smaller than this are rounding in formulas of ordinary size.
pub const SMALL: f64 = 1e-3;

/// Whether two values have one shape and are the same but for rounding; what is not finite is the same as nothing.
///
/// ```
/// use pullback::numeric::{Array, same};
/// let array = |entries: [f64; 2]| Array::from_shape_vec(vec![2], entries.to_vec()).unwrap();
/// assert!(same(&array([0.1 + 0.2, 1.0]), &array([0.3, 1.0])));
/// assert!(!same(&array([0.3, 1.0]), &array([0.3, 1.001])));
/// ```
pub fn same(a: &Array, b: &Array) -> bool {
    let size = a.iter().chain(b.iter()).fold(SMALL, |size: f64, x| size.max(x.abs()));
    a.shape() == b.shape() && size.is_finite() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= SAME * size)
}

#[cfg(test)]
mod tests {
    use super::{Array, same};

    fn array(entries: &[f64]) -> Array {
        Array::from_shape_vec(vec![entries.len()], entries.to_vec()).unwrap()
    }

    #[test]
    fn one_entry_that_differs_tells_two_values_apart() {
        assert!(same(&array(&[1e9, 1.0]), &array(&[1e9, 1.0 + 1e-4])), "beside a large entry this is rounding");
        assert!(!same(&array(&[10.0, 1.0]), &array(&[10.0, 1.0 + 1e-4])));
        assert!(!same(&array(&[1.0]), &array(&[1.0, 1.0])), "other shapes");
        for x in [f64::NAN, f64::INFINITY] {
            assert!(!same(&array(&[x]), &array(&[x])));
        }
    }
}
