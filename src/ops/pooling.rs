//! Pooling: all windows of the last axes, and of each its largest entry or its mean.

use super::build::built;
use super::convolution::{each_axis, slide};
use super::{Arguments, Entry, Family, Fault, Value};
use crate::expr::Id;
use crate::shape::{Builder, Shape};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    const PARAMETERS: &str = "x, kernel_size, stride=None, padding=0";
    vec![
        built(&["max_pool1d"], PARAMETERS, Network, "the largest entry of each window along the last axis; by default windows do not overlap", "X: (b, c, 2*n); Y = max_pool1d(X, 2)", |b, a| pool(b, a, 1, true)),
        built(&["max_pool2d"], PARAMETERS, Network, "the largest entry of each window along the last two axes; by default windows do not overlap", "X: (b, c, 2*n, 2*m); Y = max_pool2d(X, 2)", |b, a| pool(b, a, 2, true)),
        built(&["avg_pool1d"], PARAMETERS, Network, "the mean of each window along the last axis; by default windows do not overlap", "X: (b, c, 2*n); Y = avg_pool1d(X, 2)", |b, a| pool(b, a, 1, false)),
        built(&["avg_pool2d"], PARAMETERS, Network, "the mean of each window along the last two axes; by default windows do not overlap", "X: (b, c, 2*n, 2*m); Y = avg_pool2d(X, 2)", |b, a| pool(b, a, 2, false)),
    ]
}

fn pool(b: &mut Builder, a: &Arguments, count: usize, largest: bool) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    if rank < count || rank + count > crate::limits::MAX_AXES {
        return Err(super::linear::rank(b, a, x, if count == 1 { "an axis to cut into windows" } else { "two axes to cut into windows" }));
    }
    let sizes = each_axis(b, a, 1, 1, count)?;
    let strides = if a.given(2) { each_axis(b, a, 2, 1, count)? } else { sizes.clone() };
    let paddings = each_axis(b, a, 3, 0, count)?;
    if !a.given(1) {
        return Err(a.wrong(a.span, format!("`{}` lacks the windows' size", a.name)));
    }
    if largest && paddings.iter().any(|n| *n != 0) {
        let message = format!("`{}` is derived without padding: beside the ends would stand -inf, not zeros", a.name);
        return Err(a.wrong(a.spans[3], message));
    }
    let apart = strides == sizes && paddings.iter().all(|n| *n == 0);
    let (cut, step) = match blocks(b, x, &sizes).filter(|_| apart) {
        // windows that neither overlap nor leave anything out stand side by side
        Some(shape) => (b.reshape(x, shape, a.span)?, 2),
        None => {
            let mut cut = x;
            for (k, &size) in sizes.iter().enumerate() {
                let size = b.dims().integer(size);
                cut = slide(b, a, cut, rank - count + k, size, strides[k], paddings[k])?;
            }
            (cut, 1)
        }
    };
    let axes = (0..count as i64).map(|k| Value::Array(b.integer(-1 - step * k))).collect();
    let text = if largest { "max(w, axis=axis)" } else { "mean(w, axis=axis)" };
    b.expression(text, &[("w", Value::Array(cut)), ("axis", Value::Sequence(axes))], a.span)
}

/// The shape in which each of the last axes is cut into pieces of these sizes, if they divide it.
fn blocks(b: &mut Builder, x: Id, sizes: &[i64]) -> Option<Shape> {
    let mut shape = b.resolved(x);
    let first = shape.len() - sizes.len();
    for (k, &size) in sizes.iter().enumerate() {
        let (length, size) = (shape[first + 2 * k], b.dims().integer(size));
        shape[first + 2 * k] = b.dims().divide(length, size)?;
        shape.insert(first + 2 * k + 1, size);
    }
    Some(shape)
}
