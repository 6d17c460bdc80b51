//! Pieces of networks.

use super::build::{built, defined};
use super::whole::{reduce, reduced, same, whole};
use super::{Arguments, Call, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::expr::{Id, Op};
use crate::shape::{Builder, Dim};
use ndarray::{ArrayD, Axis};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    vec![
        whole(&["softmax"], "x, axis=-1", Network, "exp(x) over its sum", "P = softmax(Z)", Whole {
            build: along, shape: same, value: arraywise!(softmax), units: Units::None, kink: "",
            python: Python::each("special.softmax({x}, axis={axis})", "torch.softmax({x}, dim={axis})", "jax.nn.softmax({x}, axis={axis})")
                .torch_several("torch.exp({x} - torch.logsumexp({x}, {axes}, keepdim=True))"),
            rules: &[Rule::Differential("softmax(x, axis=axis) * (dx - sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=True))")],
        }),
        whole(&["log_softmax"], "x, axis=-1", Network, "the logarithm of softmax", "Y = log_softmax(Z)", Whole {
            build: along, shape: same, value: arraywise!(log_softmax), units: Units::None, kink: "",
            python: Python::each("special.log_softmax({x}, axis={axis})", "torch.log_softmax({x}, dim={axis})", "jax.nn.log_softmax({x}, axis={axis})")
                .torch_several("{x} - torch.logsumexp({x}, {axes}, keepdim=True)"),
            rules: &[Rule::Differential("dx - sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=True)")],
        }),
        whole(&["logsumexp"], "x, axis=None, keepdims=False", Family::Reduction, "log(sum(exp(x))) over axes", "y = logsumexp(X, axis=1)", Whole {
            build: reduce, shape: reduced, value: arraywise!(logsumexp), units: Units::None, kink: "",
            python: Python::each("special.logsumexp({x}, axis={axis}, keepdims={keepdims})", "torch.logsumexp({x}, dim={axis}, keepdim={keepdims})", "jax.scipy.special.logsumexp({x}, axis={axis}, keepdims={keepdims})")
                .torch_several("torch.logsumexp({x}, {axes}, keepdim={keepdims})"),
            rules: &[Rule::Differential("sum(softmax(x, axis=axis) * dx, axis=axis, keepdims=keepdims)")],
        }),
        defined(&["softmin"], "x, axis=-1", Network, "softmax of -x", "P = softmin(Z)", "softmax(-x, axis=axis)"),
        // Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017, equation 1
        defined(&["glu"], "x, axis=-1", Network, "the first half along an axis, times sigmoid of the second", "X: (n, 2*k); Y = glu(X)", "split(x, 2, axis=axis)[0] * sigmoid(split(x, 2, axis=axis)[1])"),
        built(&["linear"], "x, weight, bias=None", Network, "x @ weightᵀ + bias; the weight is (out, in), as PyTorch's layers keep it", "W: (m, d); Y = linear(X, W, b)", linear),
        defined(&["embedding"], "i, weight", Network, "the row of the weights for each index", "i: (n,); W: (v, d); Y = embedding(i, W)", "gather(weight, i)"),
        // Vaswani et al., "Attention Is All You Need", 2017, equation 1
        built(&["attention", "scaled_dot_product_attention"], "Q, K, V, mask=None", Network, "softmax(Q @ Kᵀ / sqrt(k)) @ V; a mask of numbers is added, one of truths lets pass where it holds", "Q, K: (t, k); V: (t, m); Y = attention(Q, K, V)", attention),
    ]
}

fn linear(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let (x, weight) = (a.array(b, 0)?, a.array(b, 1)?);
    let turned = match b.arena().shape(weight).len() {
        1 => weight,
        2 => b.transpose(weight),
        _ => return Err(super::linear::rank(b, a, weight, "weights with one or two axes")),
    };
    let product = b.matmul(x, turned, a.spans[0], a.spans[1])?;
    if !a.given(2) {
        return Ok(Value::Array(product));
    }
    let (bias, shape) = (a.array(b, 2)?, b.resolved(product));
    b.broadcast_to(bias, shape, a.spans[2])?;
    b.expression("y + bias", &[("y", Value::Array(product)), ("bias", Value::Array(bias))], a.span)
}

fn attention(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let [q, k, v] = [a.array(b, 0)?, a.array(b, 1)?, a.array(b, 2)?];
    for (place, x) in [q, k, v].into_iter().enumerate() {
        if b.arena().shape(x).len() < 2 {
            let shape = b.show(x);
            return Err(a.wrong(a.spans[place], format!("`{}` wants two axes or more, time and features; this is {shape}", a.name)));
        }
    }
    // queries and keys meet along the features, keys and values along time
    let ends = |b: &mut Builder, x: Id| b.resolved(x).iter().rev().take(2).copied().collect::<Vec<Dim>>();
    let (queries, keys, values) = (ends(b, q), ends(b, k), ends(b, v));
    for (fits, what, one, two, place) in [
        (b.unify(queries[0], keys[0]), "queries and keys with equally many features", q, k, 1),
        (b.unify(keys[1], values[1]), "as many values as keys", k, v, 2),
    ] {
        if !fits {
            let (one, two) = (b.show(one), b.show(two));
            return Err(a.wrong(a.spans[place], format!("`{}` wants {what}; they are {one} and {two}", a.name)));
        }
    }
    let truth = |b: &Builder, x: Id| match b.arena().op(x) {
        Op::Apply(function) => function.entry().family == Family::Mask,
        Op::Variable(symbol) => b.arena().info(*symbol).has("binary"),
        _ => false,
    };
    let text = match a.given(3) {
        false => "softmax(Q @ K.mT / sqrt(Q.shape[-1])) @ V",
        true => match a.array(b, 3)? {
            mask if truth(b, mask) => "softmax(where(mask, Q @ K.mT / sqrt(Q.shape[-1]), -inf)) @ V",
            _ => "softmax(Q @ K.mT / sqrt(Q.shape[-1]) + mask) @ V",
        },
    };
    a.expression(b, text)
}

/// Makes the node of a function that acts along an axis, by default the last; `None` is all of them.
fn along(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
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
fn over<T: Scalar>(x: &ArrayD<T>, axes: &[usize], f: impl Fn(T, T) -> T) -> Option<ArrayD<T>> {
    let fold = |x: ArrayD<T>, &axis: &usize| {
        let first = x.index_axis(Axis(axis), 0).to_owned();
        let rest = x.axis_iter(Axis(axis)).skip(1);
        let folded = rest.fold(first, |mut sum, row| {
            sum.zip_mut_with(&row, |sum, x| *sum = f(*sum, *x));
            sum
        });
        folded.insert_axis(Axis(axis))
    };
    (!x.is_empty()).then(|| axes.iter().fold(x.clone(), fold))
}

/// Two arrays entry by entry, the second with axes of length 1.
fn along_with<T: Scalar>(x: &ArrayD<T>, y: &ArrayD<T>, f: impl Fn(T, T) -> T) -> ArrayD<T> {
    let mut x = x.clone();
    x.zip_mut_with(y, |x, y| *x = f(*x, *y));
    x
}

/// The exponentials less the largest entry, their sum and that entry.
fn exponentials<T: Scalar>(c: &Call<T>) -> Option<(ArrayD<T>, ArrayD<T>, ArrayD<T>)> {
    let (x, axes) = (c.args[0], c.axes(0));
    let largest = over(x, &axes, T::max)?;
    let e = along_with(x, &largest, |x, most| (x - most).exp());
    let sum = over(&e, &axes, |a, b| a + b)?;
    Some((e, sum, largest))
}

fn softmax<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (e, sum, _) = exponentials(c)?;
    Some(along_with(&e, &sum, |e, sum| e / sum))
}

fn log_softmax<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (_, sum, largest) = exponentials(c)?;
    let less = along_with(c.args[0], &largest, |x, most| x - most);
    Some(along_with(&less, &sum, |x, sum| x - sum.ln()))
}

fn logsumexp<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (_, sum, largest) = exponentials(c)?;
    along_with(&sum, &largest, |sum, most| sum.ln() + most).into_shape_with_order(c.shape).ok()
}
