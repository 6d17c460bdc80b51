//! Normalisation: zero mean and unit variance along axes.

use super::build::built;
use super::whole::{same, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Setting, Units, Value, Whole};
use crate::shape::Builder;
use ndarray::{ArrayD, Axis};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    vec![
        // Ioffe & Szegedy, "Batch Normalization", 2015, section 3, their three equations for the input put together
        whole(&["standardize"], "x, axis=-1, eps=1e-5", Network, "zero mean and unit variance along axes: (x - mean(x)) / sqrt(var(x) + eps)", "H = standardize(X)", Whole {
            build: standardize, shape: same, value, units: Units::Dropped, kink: "",
            python: Python::same("_standardize({x}, {axis}, {eps})").defining(
                "def _standardize(x, axis, eps):\n    return (x - np.mean(x, axis=axis, keepdims=True)) / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)",
                "def _standardize(x, axis, eps):\n    return (x - x.mean(dim=axis, keepdim=True)) / torch.sqrt(x.var(dim=axis, correction=0, keepdim=True) + eps)",
                "def _standardize(x, axis, eps):\n    return (x - jnp.mean(x, axis=axis, keepdims=True)) / jnp.sqrt(jnp.var(x, axis=axis, keepdims=True) + eps)",
            ),
            rules: &[Rule::Differential("(dx - mean(dx, axis=axis, keepdims=True) - standardize(x, axis=axis, eps=eps) * mean(standardize(x, axis=axis, eps=eps) * dx, axis=axis, keepdims=True)) / sqrt(var(x, axis=axis, keepdims=True) + eps)")],
        }),
        built(&["layer_norm"], "x, gamma=None, beta=None, eps=1e-5", Network, "each row to zero mean and unit variance, then scaled by gamma and shifted by beta", "X: (n, d); g, b: (d,); Y = layer_norm(X, g, b)", |b, a| scaled(b, a, [
            "standardize(x, axis=-1, eps=eps)", "gamma * standardize(x, axis=-1, eps=eps)", "standardize(x, axis=-1, eps=eps) + beta", "gamma * standardize(x, axis=-1, eps=eps) + beta",
        ])),
        built(&["batch_norm"], "x, gamma=None, beta=None, eps=1e-5", Network, "each column to zero mean and unit variance over the first axis, then scaled by gamma and shifted by beta", "X: (n, d); g, b: (d,); Y = batch_norm(X, g, b)", |b, a| scaled(b, a, [
            "standardize(x, axis=0, eps=eps)", "gamma * standardize(x, axis=0, eps=eps)", "standardize(x, axis=0, eps=eps) + beta", "gamma * standardize(x, axis=0, eps=eps) + beta",
        ])),
    ]
}

fn standardize(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    if rank == 0 {
        return Err(super::linear::rank(b, a, x, "one axis or more"));
    }
    let axis = match &a.values[1] {
        None => Attribute::Axes([rank as u8 - 1].into_iter().collect()),
        _ => a.axis_attribute(b, 1, x)?,
    };
    let eps = match &a.values[2] {
        None => crate::expr::Number::parse("1e-5"),
        Some(Value::Array(id)) => b.arena().as_number(*id),
        _ => None,
    };
    let eps = eps.ok_or_else(|| a.wrong(a.spans[2], format!("`{}` wants a literal number as `eps`", a.name)))?;
    Ok(Value::Array(b.call(a.function, &[x], vec![axis, Attribute::Number(eps)])))
}

/// The norm alone, with `gamma`, with `beta`, with both.
fn scaled(b: &mut Builder, a: &Arguments, texts: [&'static str; 4]) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    if b.arena().shape(x).is_empty() {
        return Err(super::linear::rank(b, a, x, "one axis or more"));
    }
    if let Some(Value::Sequence(_)) = a.values[1] {
        return Err(a.wrong(a.spans[1], format!("`{}` takes no shape: it is `{}(x, gamma, beta)`", a.name, a.name)));
    }
    for place in [1, 2] {
        if a.given(place) {
            // neither may make the result larger
            let (part, shape) = (a.array(b, place)?, b.resolved(x));
            b.broadcast_to(part, shape, a.spans[place])?;
        }
    }
    a.expression(b, texts[usize::from(a.given(1)) + 2 * usize::from(a.given(2))])
}

fn value(c: &Call) -> Option<ArrayD<f64>> {
    let axes = c.axes(0);
    let mean = |x: &ArrayD<f64>| axes.iter().try_fold(x.clone(), |x, &axis| Some(x.mean_axis(Axis(axis))?.insert_axis(Axis(axis))));
    let centred = c.args[0] - &mean(c.args[0])?;
    let Setting::Number(eps) = c.settings[1] else { return None };
    let spread = (mean(&centred.mapv(|x| x * x))? + eps).mapv(f64::sqrt);
    Some((centred / spread).as_standard_layout().into_owned())
}
