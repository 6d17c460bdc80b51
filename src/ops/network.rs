//! Pieces of networks.

use super::whole::{reduce, reduced, same, whole};
use super::{Call, Entry, Family, Meaning, Python, Rule, Units, Value, Whole};
use ndarray::{ArrayD, Axis};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    vec![
        whole(&["softmax"], "x, axis=-1", Network, "exp(x) over its sum", "P = softmax(Z)", Whole {
            build: along, shape: same, value: softmax, units: Units::None, kink: "",
            python: Python::each("scipy.special.softmax({x}, axis={axis})", "torch.softmax({x}, dim={axis})", "jax.nn.softmax({x}, axis={axis})"),
            rules: &[Rule::Differential("softmax(x, axis=axis) * (dx - sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=True))")],
        }),
        whole(&["log_softmax"], "x, axis=-1", Network, "the logarithm of softmax", "Y = log_softmax(Z)", Whole {
            build: along, shape: same, value: |c| Some(softmax(c)?.mapv(f64::ln)), units: Units::None, kink: "",
            python: Python::each("scipy.special.log_softmax({x}, axis={axis})", "torch.log_softmax({x}, dim={axis})", "jax.nn.log_softmax({x}, axis={axis})"),
            rules: &[Rule::Differential("dx - sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=True)")],
        }),
        whole(&["logsumexp"], "x, axis=None, keepdims=False", Family::Reduction, "log(sum(exp(x))) over axes", "y = logsumexp(X, axis=1)", Whole {
            build: reduce, shape: reduced, value: logsumexp, units: Units::None, kink: "",
            python: Python::each("scipy.special.logsumexp({x}, axis={axis}, keepdims={keepdims})", "torch.logsumexp({x}, dim={axis}, keepdim={keepdims})", "jax.scipy.special.logsumexp({x}, axis={axis}, keepdims={keepdims})"),
            rules: &[Rule::Differential("sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=keepdims)")],
        }),
        defined(&["mse", "mse_loss"], "x, y", "the mean squared error", "L = mse(X @ W, T)", "mean((x - y)**2)"),
    ]
}

fn defined(
    names: &'static [&'static str],
    parameters: &'static str,
    sentence: &'static str,
    example: &'static str,
    text: &'static str,
) -> Entry {
    Entry { names, parameters, family: Family::Network, sentence, example, meaning: Meaning::Defined(text) }
}

/// Makes the node of a function that acts along an axis, by default the last; `None` is all of them.
fn along(b: &mut crate::shape::Builder, a: &super::Arguments) -> Result<Value, super::Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    let axis = match &a.values[1] {
        None if rank > 0 => super::Attribute::Axes([rank as u8 - 1].into_iter().collect()),
        Some(Value::None) if rank == 1 => super::Attribute::Axes([0].into_iter().collect()),
        _ => a.axis_attribute(b, 1, x)?,
    };
    Ok(Value::Array(b.call(a.function, &[x], vec![axis])))
}

/// Over the axes together, each of them kept with length 1.
fn over(x: &ArrayD<f64>, axes: &[usize], start: f64, f: impl Fn(f64, f64) -> f64) -> ArrayD<f64> {
    axes.iter().fold(x.clone(), |x, &axis| x.fold_axis(Axis(axis), start, |&a, &b| f(a, b)).insert_axis(Axis(axis)))
}

fn softmax(c: &Call) -> Option<ArrayD<f64>> {
    let axes = c.axes(0);
    let e = (c.args[0] - &over(c.args[0], &axes, f64::NEG_INFINITY, f64::max)).mapv(f64::exp);
    Some(&e / &over(&e, &axes, 0.0, |a, b| a + b))
}

fn logsumexp(c: &Call) -> Option<ArrayD<f64>> {
    let axes = c.axes(0);
    let largest = over(c.args[0], &axes, f64::NEG_INFINITY, f64::max);
    let sum = over(&(c.args[0] - &largest).mapv(f64::exp), &axes, 0.0, |a, b| a + b);
    (sum.mapv(f64::ln) + largest).into_shape_with_order(c.shape).ok()
}
