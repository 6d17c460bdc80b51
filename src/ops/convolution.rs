//! Convolutions: all windows of an array, contracted with the kernel.

use super::whole::whole;
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::error::ShapeError;
use crate::expr::{Id, Number};
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::{ArrayD, IxDyn};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Network, Structure};
    vec![
        whole(&["windows"], "x, size, axis=-1, stride=1, padding=0", Structure, "all windows along an axis, what is in them along a new last axis; zeros beside the ends where there is padding", "x: (n,); Y = windows(x, 3)", Whole {
            build: |b, a| {
                let x = a.array(b, 0)?;
                let rank = b.arena().shape(x).len();
                if rank == 0 || rank == crate::limits::MAX_AXES {
                    return Err(super::linear::rank(b, a, x, "an axis to cut, and room for one more"));
                }
                let size = match &a.values[1] { Some(value) => a.dim(b, value)?, None => return Err(a.wrong(a.span, "`windows` lacks the windows' size".into())) };
                let (axis, stride, padding) = (axis(b, a, 2, rank)?, count(b, a, 3, 1)?, count(b, a, 4, 0)?);
                slide(b, a, x, axis, size, stride, padding).map(Value::Array)
            },
            shape: |dims, shapes, attributes| {
                let mut shape = Shape::from(shapes[0]);
                let (axis, size) = (axis_of(attributes, 1), length_of(dims, &attributes[0]));
                shape[axis] = places(dims, shape[axis], size, number_of(attributes, 2), number_of(attributes, 3)).unwrap_or(Dim::ONE);
                shape.push(size);
                shape
            },
            value: arraywise!(|c| {
                let mut out = ArrayD::from_elem(IxDyn(c.shape), 0.0.into());
                let x = c.args[0];
                each(c, c.shape, 1, |inside, outside| out[outside] = x[inside]);
                Some(out)
            }),
            units: Units::Kept(0), kink: "",
            python: Python::same("_windows({x}, {size}, {axis}, {stride}, {padding})").defining(
                "def _windows(x, size, axis, stride, padding):\n    x = np.pad(x, [(padding, padding) if k == axis else (0, 0) for k in range(x.ndim)])\n    w = np.lib.stride_tricks.sliding_window_view(x, size, axis=axis)\n    return w[tuple(slice(None, None, stride if k == axis else 1) for k in range(w.ndim))]",
                "def _windows(x, size, axis, stride, padding):\n    pads = [0, 0] * (x.ndim - 1 - axis) + [padding, padding]\n    return torch.nn.functional.pad(x, pads).unfold(axis, size, stride)",
                "def _windows(x, size, axis, stride, padding):\n    x = jnp.pad(x, [(padding, padding) if k == axis else (0, 0) for k in range(x.ndim)])\n    count = (x.shape[axis] - size) // stride + 1\n    at = jnp.arange(count)[:, None] * stride + jnp.arange(size)[None, :]\n    return jnp.moveaxis(jnp.take(x, at, axis=axis), axis + 1, -1)",
            ),
            rules: &[Rule::Transpose("overlap_add(g, x.shape[axis], axis=axis, stride=stride, padding=padding)")],
        }),
        whole(&["overlap_add"], "x, length, axis=-1, stride=1, padding=0", Structure, "windows, the last axis, added up where they lie along an axis of this length", "X: (4, 3); y = overlap_add(X, 6, axis=0)", Whole {
            build: |b, a| {
                let x = a.array(b, 0)?;
                let rank = b.arena().shape(x).len();
                if rank < 2 {
                    return Err(super::linear::rank(b, a, x, "two axes or more"));
                }
                let length = match &a.values[1] { Some(value) => a.dim(b, value)?, None => return Err(a.wrong(a.span, "`overlap_add` lacks the length".into())) };
                let (axis, stride, padding) = (axis(b, a, 2, rank - 1)?, count(b, a, 3, 1)?, count(b, a, 4, 0)?);
                let shape = b.resolved(x);
                let wanted = places(b.dims(), length, shape[rank - 1], stride, padding);
                if !wanted.is_some_and(|wanted| b.unify(wanted, shape[axis])) {
                    let (shape, length) = (b.show(x), b.show_dim(length));
                    return Err(a.wrong(a.spans[0], format!("windows of shape {shape} do not cover a length of {length}")));
                }
                let attributes = vec![Attribute::Length(length), Attribute::Axes([axis as u8].into_iter().collect()), Attribute::Number(Number::integer(stride)), Attribute::Number(Number::integer(padding))];
                Ok(Value::Array(b.call(a.function, &[x], attributes)))
            },
            shape: |dims, shapes, attributes| {
                let mut shape = Shape::from(&shapes[0][..shapes[0].len() - 1]);
                shape[axis_of(attributes, 1)] = length_of(dims, &attributes[0]);
                shape
            },
            value: arraywise!(|c| {
                let mut out = ArrayD::from_elem(IxDyn(c.shape), 0.0.into());
                let x = c.args[0];
                each(c, x.shape(), 1, |inside, outside| out[inside] = out[inside] + x[outside]);
                Some(out)
            }),
            units: Units::Kept(0), kink: "",
            python: Python::same("_overlap_add({x}, {length}, {axis}, {stride}, {padding})").defining(
                "def _overlap_add(x, length, axis, stride, padding):\n    x = np.moveaxis(x, axis, 0)\n    out = np.zeros((length + 2 * padding,) + x.shape[1:-1], x.dtype)\n    for k in range(x.shape[0]):\n        for j in range(x.shape[-1]):\n            out[k * stride + j] += x[k, ..., j]\n    return np.moveaxis(out[padding:padding + length], 0, axis)",
                "def _overlap_add(x, length, axis, stride, padding):\n    x = torch.movedim(x, axis, 0)\n    out = x.new_zeros((length + 2 * padding,) + x.shape[1:-1])\n    for k in range(x.shape[0]):\n        for j in range(x.shape[-1]):\n            out[k * stride + j] += x[k, ..., j]\n    return torch.movedim(out[padding:padding + length], 0, axis)",
                "def _overlap_add(x, length, axis, stride, padding):\n    x = jnp.moveaxis(x, axis, 0)\n    at = jnp.arange(x.shape[0])[:, None] * stride + jnp.arange(x.shape[-1])[None, :]\n    out = jnp.zeros((length + 2 * padding,) + x.shape[1:-1], x.dtype).at[at].add(jnp.moveaxis(x, -1, 1))\n    return jnp.moveaxis(out[padding:padding + length], 0, axis)",
            ),
            rules: &[Rule::Transpose("windows(g, x.shape[-1], axis=axis, stride=stride, padding=padding)")],
        }),
        // a node only with a stride of 1, without dilation, groups and bias: all else is made of windows
        whole(&["conv1d"], PARAMETERS, Network, "cross-correlation along the last axis: x is (batch, channels in, length), w (channels out, channels in, size)", "X: (b, c, n); W: (o, c, k); Y = conv1d(X, W)", Whole {
            build: |b, a| convolve(b, a, 1), shape: convolved, value: arraywise!(value), units: Units::Unknown, kink: "",
            python: Python::each("_conv1d({x}, {w}, {padding})", "torch.nn.functional.conv1d({x}, {w}, padding={padding})", "jax.lax.conv_general_dilated({x}, {w}, (1,), [({padding}, {padding})])").defining(
                "def _conv1d(x, w, padding=0):\n    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))\n    n = x.shape[2] - w.shape[2] + 1\n    return sum(np.einsum('ncl,oc->nol', x[:, :, k:k + n], w[:, :, k]) for k in range(w.shape[2]))", "", ""),
            rules: &[
                Rule::Transpose("overlap_add(einsum('nol,ock->nclk', g, w), x.shape[2], axis=2, stride=stride, padding=padding)"),
                Rule::Transpose("einsum('nclk,nol->ock', windows(x, w.shape[2], axis=2, stride=stride, padding=padding), g)"),
            ],
        }),
        whole(&["conv2d"], PARAMETERS, Network, "cross-correlation along the last two axes: x is (batch, channels in, height, width), w (channels out, channels in, height, width)", "X: (b, c, 6, 5); W: (o, c, 3, 2); Y = conv2d(X, W)", Whole {
            build: |b, a| convolve(b, a, 2), shape: convolved, value: arraywise!(value), units: Units::Unknown, kink: "",
            python: Python::each("_conv2d({x}, {w}, {padding})", "torch.nn.functional.conv2d({x}, {w}, padding={padding})", "jax.lax.conv_general_dilated({x}, {w}, (1, 1), [({padding}, {padding})] * 2)").defining(
                "def _conv2d(x, w, padding=0):\n    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))\n    n, m = x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1\n    places = [(i, j) for i in range(w.shape[2]) for j in range(w.shape[3])]\n    return sum(np.einsum('nchw,oc->nohw', x[:, :, i:i + n, j:j + m], w[:, :, i, j]) for i, j in places)", "", ""),
            rules: &[
                Rule::Transpose("overlap_add(overlap_add(einsum('nohw,ocij->nchwij', g, w), x.shape[3], axis=3, stride=stride, padding=padding), x.shape[2], axis=2, stride=stride, padding=padding)"),
                Rule::Transpose("einsum('nchwij,nohw->ocij', windows(windows(x, w.shape[2], axis=2, stride=stride, padding=padding), w.shape[3], axis=3, stride=stride, padding=padding), g)"),
            ],
        }),
    ]
}

const PARAMETERS: &str = "x, w, b=None, stride=1, padding=0, dilation=1, groups=1";

/// The shape of a convolution that is a node: each length shorter by the window, less the one entry that always fits.
fn convolved(dims: &mut Dims, shapes: &[&[Dim]], attributes: &[Attribute]) -> Shape {
    let padding = number_of(attributes, 2);
    let lengths = shapes[0].iter().zip(shapes[1]).skip(2);
    let along: Vec<Dim> = lengths.map(|(&length, &size)| places(dims, length, size, 1, padding).unwrap_or(Dim::ONE)).collect();
    [shapes[0][0], shapes[1][0]].into_iter().chain(along).collect()
}

fn value<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (x, w) = (c.args[0], c.args[1]);
    let padding = c.integer(2);
    let mut out = ArrayD::from_elem(IxDyn(c.shape), T::from(0.0));
    for at in ndarray::indices(w.shape()) {
        let kernel = ndarray::Dimension::slice(&at);
        for (place, sum) in out.indexed_iter_mut() {
            let place = ndarray::Dimension::slice(&place);
            if place[1] != kernel[0] {
                continue;
            }
            let inside = (2..place.len()).map(|k| usize::try_from(place[k] as i64 + kernel[k] as i64 - padding).ok());
            let Some(inside) = [Some(place[0]), Some(kernel[1])].into_iter().chain(inside).collect::<Option<Vec<usize>>>() else {
                continue;
            };
            if let Some(entry) = x.get(inside.as_slice()) {
                *sum = *sum + *entry * w[kernel];
            }
        }
    }
    Some(out)
}

/// PyTorch's `conv1d`, `conv2d`: windows along each of the last axes, then one contraction, then the bias.
fn convolve(b: &mut Builder, a: &Arguments, count: usize) -> Result<Value, Fault> {
    let (x, w) = (a.array(b, 0)?, a.array(b, 1)?);
    for (place, array, what) in [(0, x, "(batch, channels"), (1, w, "(channels out, channels in")] {
        if b.arena().shape(array).len() != count + 2 {
            let (shape, sides) = (b.show(array), if count == 1 { ", length)" } else { ", height, width)" });
            return Err(a.wrong(a.spans[place], format!("`{}` wants {what}{sides} here; this is {shape}", a.name)));
        }
    }
    for (place, name) in [(5, "dilation"), (6, "groups")] {
        if a.given(place) && each_axis(b, a, place, 1, count)?.iter().any(|n| *n != 1) {
            let about = format!("`{name}` other than 1; without it `{}` is derived", a.name);
            return Err(Box::new(ShapeError::Unsupported { what: a.name.to_string(), about, span: a.spans[place] }));
        }
    }
    let (strides, paddings) = (each_axis(b, a, 3, 1, count)?, each_axis(b, a, 4, 0, count)?);
    let (channels, kernel) = (b.resolved(x)[1], b.resolved(w));
    if !b.unify(channels, kernel[1]) {
        let (one, two) = (b.show_dim(channels), b.show_dim(kernel[1]));
        return Err(a.wrong(
            a.spans[1],
            format!("`{}` wants a kernel with as many channels in as the input has; they are {two} and {one}", a.name),
        ));
    }
    let mut cut = x;
    for k in 0..count {
        cut = slide(b, a, cut, 2 + k, kernel[2 + k], strides[k], paddings[k])?;
    }
    let text = if count == 1 { "einsum('nclk,ock->nol', cut, w)" } else { "einsum('nchwij,ocij->nohw', cut, w)" };
    let product = b.expression(text, &[("cut", Value::Array(cut)), ("w", Value::Array(w))], a.span)?;
    if !a.given(2) {
        return Ok(product);
    }
    let bias = a.array(b, 2)?;
    let shape = b.resolved(bias);
    if shape.len() != 1 || !b.unify(shape[0], kernel[0]) {
        let (shape, wanted) = (b.show(bias), b.show_dim(kernel[0]));
        return Err(a.wrong(a.spans[2], format!("`{}` wants a bias for each channel out, ({wanted},); this is {shape}", a.name)));
    }
    let text = if count == 1 { "y + b[:, None]" } else { "y + b[:, None, None]" };
    b.expression(text, &[("y", product), ("b", Value::Array(bias))], a.span)
}

/// A number for each axis: one for all, or one each.
pub(super) fn each_axis(b: &mut Builder, a: &Arguments, place: usize, default: i64, count: usize) -> Result<Vec<i64>, Fault> {
    let values = match &a.values[place] {
        None => return Ok(vec![default; count]),
        Some(Value::Sequence(list)) if list.len() == count => list.clone(),
        Some(Value::Text(_)) => {
            let message = format!("`{}` of `{}` is a number, not a word", a.parameters[place], a.name);
            return Err(a.wrong(a.spans[place], message));
        }
        Some(one) => vec![one.clone(); count],
    };
    let wanted: Vec<i64> = values.iter().map(|value| a.integer(b, value, a.spans[place])).collect::<Result<_, _>>()?;
    match wanted.iter().find(|n| **n < default) {
        Some(n) => Err(a.wrong(a.spans[place], format!("`{}` is {default} or more, not {n}", a.parameters[place]))),
        None => Ok(wanted),
    }
}

fn count(b: &mut Builder, a: &Arguments, place: usize, default: i64) -> Result<i64, Fault> {
    Ok(each_axis(b, a, place, default, 1)?[0])
}

fn axis(b: &Builder, a: &Arguments, place: usize, rank: usize) -> Result<usize, Fault> {
    match a.axes(b, place, rank)?.as_deref() {
        None => Ok(rank - 1),
        Some([one]) => Ok(*one),
        Some(_) => Err(a.wrong(a.spans[place], format!("`{}` acts along one axis", a.name))),
    }
}

/// Makes the node of all windows along an axis.
pub(super) fn slide(b: &mut Builder, a: &Arguments, x: Id, axis: usize, size: Dim, stride: i64, padding: i64) -> Result<Id, Fault> {
    let length = b.resolved(x)[axis];
    let size = b.dims().resolve(size);
    match places(b.dims(), length, size, stride, padding) {
        Some(count) if b.dims().as_integer(count).is_none_or(|n| n > 0) => {
            let function = super::find("windows").unwrap_or(a.function);
            let attributes = vec![
                Attribute::Length(size),
                Attribute::Axes([axis as u8].into_iter().collect()),
                Attribute::Number(Number::integer(stride)),
                Attribute::Number(Number::integer(padding)),
            ];
            Ok(b.call(function, &[x], attributes))
        }
        Some(_) => {
            let (length, size) = (b.show_dim(length), b.show_dim(size));
            Err(a.wrong(a.spans[0], format!("a window of {size} does not fit into a length of {length} with {padding} zeros at each end")))
        }
        None => {
            let (length, size) = (b.show_dim(length), b.show_dim(size));
            let about = format!("with a stride of {stride} a length of {length} and windows of {size} make no length that can be written");
            Err(a.wrong(a.spans[0], format!("{about}; declare numbers, or a multiple such as `{stride}*m`")))
        }
    }
}

/// How many windows there are: `(n + 2 p - k) / s + 1`, cut to an integer. `None` where that is no polynomial.
fn places(dims: &mut Dims, length: Dim, size: Dim, stride: i64, padding: i64) -> Option<Dim> {
    let ends = dims.integer(2 * padding);
    let padded = dims.plus(length, ends);
    let rest = dims.minus(padded, size);
    let steps = dims.divided(rest, stride)?;
    Some(dims.plus(steps, Dim::ONE))
}

fn axis_of(attributes: &[Attribute], place: usize) -> usize {
    match &attributes[place] {
        Attribute::Axes(axes) => axes[0].into(),
        _ => 0,
    }
}

fn number_of(attributes: &[Attribute], place: usize) -> i64 {
    match &attributes[place] {
        Attribute::Number(number) => number.to_integer().unwrap_or(0),
        _ => 0,
    }
}

fn length_of(dims: &mut Dims, attribute: &Attribute) -> Dim {
    match attribute {
        Attribute::Length(dim) => *dim,
        Attribute::Number(number) => dims.integer(number.to_integer().unwrap_or(1)),
        _ => Dim::ONE,
    }
}

/// Visits each entry of the windows (their shape is `windows`) that is no padding, with its place in the array that they are cut from.
fn each<T>(c: &Call<T>, windows: &[usize], axis_at: usize, mut visit: impl FnMut(&[usize], &[usize])) {
    let axis = c.axes(axis_at)[0];
    let (stride, padding) = (c.integer(2), c.integer(3));
    let rank = windows.len();
    let length = if c.shape.len() == rank { c.args[0].shape()[axis] } else { c.shape[axis] };
    for at in ndarray::indices(windows) {
        let outside = ndarray::Dimension::slice(&at).to_vec();
        let place = outside[axis] as i64 * stride + outside[rank - 1] as i64 - padding;
        if (0..length as i64).contains(&place) {
            let mut inside = outside[..rank - 1].to_vec();
            inside[axis] = place as usize;
            visit(&inside, &outside);
        }
    }
}
