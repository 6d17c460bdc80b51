//! Normalisation: zero mean and unit variance along axes.

use super::build::built;
use super::whole::{same, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Scalar, Setting, Units, Value, Whole};
use crate::expr::{Id, Number};
use crate::shape::Builder;
use ndarray::{ArrayD, Axis};
use std::ops::Range;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    vec![
        // Ioffe & Szegedy, "Batch Normalization", 2015, section 3, their three equations for the input put together
        whole(&["standardize"], "x, axis=-1, eps=1e-5", Network, "zero mean and unit variance along axes: (x - mean(x)) / sqrt(var(x) + eps)", "H = standardize(X)", Whole {
            build: standardize, shape: same, value: arraywise!(value), units: Units::Dropped, kink: "",
            python: Python::same("_standardize({x}, {axis}, {eps})").defining(
                "def _standardize(x, axis, eps):\n    return (x - np.mean(x, axis=axis, keepdims=True)) / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)",
                "def _standardize(x, axis, eps):\n    return (x - x.mean(dim=axis, keepdim=True)) / torch.sqrt(x.var(dim=axis, correction=0, keepdim=True) + eps)",
                "def _standardize(x, axis, eps):\n    return (x - jnp.mean(x, axis=axis, keepdims=True)) / jnp.sqrt(jnp.var(x, axis=axis, keepdims=True) + eps)",
            ),
            rules: &[Rule::Differential("(dx - mean(dx, axis=axis, keepdims=True) - standardize(x, axis=axis, eps=eps) * mean(standardize(x, axis=axis, eps=eps) * dx, axis=axis, keepdims=True)) / sqrt(var(x, axis=axis, keepdims=True) + eps)")],
        }),
        built(&["layer_norm"], "x, gamma=None, beta=None, eps=1e-5, normalized_shape=None", Network, "each row to zero mean and unit variance, then scaled by gamma and shifted by beta; PyTorch's shape of what is a row may stand second", "X: (n, d); g, b: (d,); Y = layer_norm(X, g, b)", |b, a| {
            let rows = rows(b, a, 4)?;
            let y = standardized(b, a, 3, rows)?;
            scaled(b, a, y, [1, 2], 0)
        }),
        built(&["batch_norm"], "x, gamma=None, beta=None, eps=1e-5", Network, "each column to zero mean and unit variance over the first axis, then scaled by gamma and shifted by beta", "X: (n, d); g, b: (d,); Y = batch_norm(X, g, b)", |b, a| {
            if let Some(Value::Sequence(_)) = a.values[1] {
                return Err(a.wrong(a.spans[1], format!("`{}` takes no shape: it is `{}(x, gamma, beta)`", a.name, a.name)));
            }
            let x = a.array(b, 0)?;
            if a.is_functional() && (a.given(1) || b.arena().shape(x).len() > 2) {
                let message = format!("PyTorch's `{0}` takes running means and variances second and third, and leaves the second axis alone; here it is `{0}(x, gamma, beta)` over the first", a.name);
                return Err(a.wrong(a.span, message));
            }
            let y = standardized(b, a, 3, 0..1)?;
            scaled(b, a, y, [1, 2], 0)
        }),
        // Ulyanov, Vedaldi & Lempitsky, "Instance Normalization", 2016
        built(&["instance_norm"], "x, eps=1e-5", Network, "each channel (the second axis) of each record to zero mean and unit variance", "X: (n, c, t); Y = instance_norm(X)", |b, a| {
            let x = a.array(b, 0)?;
            let rank = b.arena().shape(x).len();
            if rank < 3 {
                return Err(super::linear::rank(b, a, x, "three axes or more: records, channels, and what is normalised"));
            }
            standardized(b, a, 1, 2..rank).map(Value::Array)
        }),
        // Wu & He, "Group Normalization", 2018
        built(&["group_norm"], "x, num_groups, gamma=None, beta=None, eps=1e-5", Network, "each of so many groups of channels (the second axis) of a record to zero mean and unit variance, then each channel scaled and shifted", "X: (n, 2*c, t); Y = group_norm(X, 2)", |b, a| {
            let x = a.array(b, 0)?;
            let rank = b.arena().shape(x).len();
            if rank < 2 {
                return Err(super::linear::rank(b, a, x, "two axes or more: records and channels"));
            }
            let grouped = a.expression(b, "reshape(standardize(reshape(x, (x.shape[0], num_groups, -1)), axis=-1, eps=eps), x.shape)")?;
            let Value::Array(y) = grouped else { return Ok(grouped) };
            scaled(b, a, y, [2, 3], rank - 2)
        }),
        // Zhang & Sennrich, "Root Mean Square Layer Normalization", 2019, equation 4
        built(&["rms_norm"], "x, gamma=None, eps=1e-5, normalized_shape=None", Network, "each row over the root of the mean of its squares, then scaled by gamma", "X: (n, d); g: (d,); Y = rms_norm(X, g)", |b, a| {
            if a.given(3) && !a.given(2) {
                let message = format!("`{}` by a shape is PyTorch's, which adds what its type cannot tell from 0 where no `eps` is given; give one: `eps=1e-5`", a.name);
                return Err(a.wrong(a.span, message));
            }
            let x = a.array(b, 0)?;
            let axes = rows(b, a, 3)?.map(|axis| Value::Array(b.integer(axis as i64))).collect();
            let eps = eps(b, a, 2)?;
            let names = [("x", Value::Array(x)), ("axis", Value::Sequence(axes)), ("eps", Value::Array(b.number(eps)))];
            match b.expression("x / sqrt(mean(x**2, axis=axis, keepdims=True) + eps)", &names, a.span)? {
                Value::Array(y) => scaled(b, a, y, [1, 1], 0),
                other => Ok(other),
            }
        }),
        built(&["normalize"], "x, p=2, axis=None", Network, "x over its norm along an axis: by default, as in PyTorch, the second, of a 1-D array the only one; nothing guards a norm of 0", "X: (n, d); Y = normalize(X)", |b, a| {
            let names = along(b, a, 2, &[("x", 0)])?;
            let p = a.values[1].clone().unwrap_or_else(|| Value::Array(b.integer(2)));
            b.expression("x / norm(x, p, axis=axis, keepdims=True)", &[names, vec![("p", p)]].concat(), a.span)
        }),
        built(&["cosine_similarity"], "x, y, axis=None", Network, "the cosine of the angle between x and y along an axis: by default, as in PyTorch, the second, of a 1-D array the only one; nothing guards a norm of 0", "X, Z: (n, d); c = cosine_similarity(X, Z)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            b.same_shape(x, y, a.spans[0], a.spans[1])?;
            let names = along(b, a, 2, &[("x", 0), ("y", 1)])?;
            b.expression("sum(x * y, axis=axis) / (norm(x, axis=axis) * norm(y, axis=axis))", &names, a.span)
        }),
    ]
}

/// The axes of a row: the last one, or as many as the shape says, which then has their lengths.
fn rows(b: &mut Builder, a: &Arguments, place: usize) -> Result<Range<usize>, Fault> {
    let x = a.array(b, 0)?;
    let shape = b.resolved(x);
    if shape.is_empty() {
        return Err(super::linear::rank(b, a, x, "one axis or more"));
    }
    let wanted = match &a.values[place] {
        None | Some(Value::None) => return Ok(shape.len() - 1..shape.len()),
        Some(value) => a.shape(b, std::slice::from_ref(value))?,
    };
    let first = shape.len().checked_sub(wanted.len()).filter(|first| *first < shape.len());
    match first {
        Some(first) if shape[first..].iter().zip(&wanted).all(|(&one, &two)| b.unify(one, two)) => Ok(first..shape.len()),
        _ => {
            let (x, wanted) = (b.show(x), b.dims().show_shape(&wanted));
            Err(a.wrong(a.spans[place], format!("`{}` normalises the last axes, which {x} has not as {wanted}", a.name)))
        }
    }
}

/// `x`, and other arguments, with the axis to go along: PyTorch's, the second, where none is named.
fn along(b: &mut Builder, a: &Arguments, place: usize, arrays: &[(&'static str, usize)]) -> Result<Vec<(&'static str, Value)>, Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    if rank == 0 {
        return Err(super::linear::rank(b, a, x, "one axis or more"));
    }
    if b.dialect.one_is_scalar() && !a.given(place) {
        return Err(a.wrong(
            a.span,
            format!("`{}` wants its `axis` in this dialect, where vectors are columns; `x / norm2(x)` has length 1", a.name),
        ));
    }
    let axis = a.axes(b, place, rank)?.map_or(rank.min(2) - 1, |axes| axes[0]);
    let mut names = vec![("axis", Value::Array(b.integer(axis as i64)))];
    for &(name, place) in arrays {
        names.push((name, Value::Array(a.array(b, place)?)));
    }
    Ok(names)
}

/// What is added before the root is taken.
fn eps(b: &Builder, a: &Arguments, place: usize) -> Result<Number, Fault> {
    let eps = match &a.values[place] {
        None => Number::parse("1e-5"),
        Some(Value::Array(id)) => b.arena().as_number(*id),
        _ => None,
    };
    eps.ok_or_else(|| a.wrong(a.spans[place], format!("`{}` wants a literal number as `eps`", a.name)))
}

/// Zero mean and unit variance along axes, without more.
fn standardized(b: &mut Builder, a: &Arguments, place: usize, axes: Range<usize>) -> Result<Id, Fault> {
    let x = a.array(b, 0)?;
    if b.arena().shape(x).is_empty() {
        return Err(super::linear::rank(b, a, x, "one axis or more"));
    }
    let eps = eps(b, a, place)?;
    let function = super::find("standardize").unwrap_or(a.function);
    Ok(b.call(function, &[x], vec![Attribute::Axes(axes.map(|axis| axis as u8).collect()), Attribute::Number(eps)]))
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
    let eps = eps(b, a, 2)?;
    Ok(Value::Array(b.call(a.function, &[x], vec![axis, Attribute::Number(eps)])))
}

/// What is normalised, alone, with `gamma`, with `beta`, with both (the arguments at these places); so many axes stand behind theirs.
fn scaled(b: &mut Builder, a: &Arguments, y: Id, places: [usize; 2], behind: usize) -> Result<Value, Fault> {
    let mut names = vec![("y", Value::Array(y))];
    for (name, place) in ["gamma", "beta"].into_iter().zip(places).filter(|(_, place)| a.given(*place)) {
        let (part, shape) = (a.array(b, place)?, b.resolved(y));
        let rank = b.arena().shape(part).len();
        let part = if rank == 0 { part } else { b.unsqueeze(part, ((1u32 << behind) - 1) << rank, a.spans[place])? };
        // neither may make the result larger
        b.broadcast_to(part, shape, a.spans[place])?;
        names.push((name, Value::Array(part)));
    }
    let given = |name: &str| a.parameters.iter().position(|p| *p == name).is_some_and(|place| a.given(place));
    let text = ["y", "gamma * y", "y + beta", "gamma * y + beta"][usize::from(given("gamma")) + 2 * usize::from(given("beta"))];
    b.expression(text, &names, a.span)
}

fn value<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let axes = c.axes(0);
    let mean = |x: &ArrayD<T>| {
        axes.iter().try_fold(x.clone(), |x, &axis| {
            let (length, mut rows) = (T::from(x.shape()[axis] as f64), x.axis_iter(Axis(axis)));
            let mut sum = rows.next()?.to_owned();
            rows.for_each(|row| sum.zip_mut_with(&row, |sum, x| *sum = *sum + *x));
            Some(sum.mapv(|x| x / length).insert_axis(Axis(axis)))
        })
    };
    let middle = mean(c.args[0])?;
    let mut centred = c.args[0].clone();
    centred.zip_mut_with(&middle, |x, mean| *x = *x - *mean);
    let Setting::Number(eps) = c.settings[1] else { return None };
    let spread = mean(&centred.mapv(|x| x * x))?.mapv(|x| (x + eps.real()).sqrt());
    centred.zip_mut_with(&spread, |x, spread| *x = *x / *spread);
    Some(centred.as_standard_layout().into_owned())
}
