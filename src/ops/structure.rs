//! Axes reordered, made and dropped, and arrays made of nothing.

use super::build::{built, defined};
use super::linear::rank;
use super::{Arguments, Entry, Family, Fault, Value};
use crate::expr::{Number, Op};
use crate::shape::{Builder, Shape};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Constant, Structure};
    vec![
        built(&["transpose", "permute", "permute_dims", "t"], "x, *axes", Structure, "axes in another order; reversed where none is named, exchanged where two of more are", "X: (b, n, d); Y = transpose(X, (0, 2, 1))", permute),
        built(&["swapaxes", "swapdims"], "x, a, b", Structure, "two axes exchanged", "Y = swapaxes(X, 0, 1)", |b, a| {
            let x = a.array(b, 0)?;
            let rank = b.arena().shape(x).len();
            let (first, second) = (a.axes(b, 1, rank)?, a.axes(b, 2, rank)?);
            let (Some(first), Some(second)) = (first, second) else { return Err(a.wrong(a.span, format!("`{}` wants two axes", a.name))) };
            let mut order: Vec<u8> = (0..rank as u8).collect();
            order.swap(first[0], second[0]);
            Ok(Value::Array(b.node(Op::Permute(order.into_iter().collect()), &[x])))
        }),
        built(&["moveaxis", "movedim"], "x, source, destination", Structure, "one axis moved to another place, the others in order", "X: (b, n, d); Y = moveaxis(X, 0, -1)", |b, a| {
            let x = a.array(b, 0)?;
            let rank = b.arena().shape(x).len();
            let (Some(from), Some(to)) = (a.axes(b, 1, rank)?, a.axes(b, 2, rank)?) else { return Err(a.wrong(a.span, format!("`{}` wants two axes", a.name))) };
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return Err(a.wrong(a.span, format!("`{}` moves one axis at a time", a.name))) };
            let mut order: Vec<u8> = (0..rank as u8).filter(|axis| usize::from(*axis) != *from).collect();
            order.insert(*to, *from as u8);
            Ok(Value::Array(b.node(Op::Permute(order.into_iter().collect()), &[x])))
        }),
        built(&["expand_dims", "unsqueeze"], "x, axis", Structure, "a new axis of length 1", "Y = expand_dims(x, axis=0)", |b, a| {
            let x = a.array(b, 0)?;
            let rank = b.arena().shape(x).len();
            let count = match &a.values[1] { Some(Value::Sequence(list)) => list.len(), _ => 1 };
            let axes = a.axes(b, 1, rank + count)?.ok_or_else(|| a.wrong(a.span, "`expand_dims` lacks its axis".into()))?;
            Ok(Value::Array(b.unsqueeze(x, axes.iter().fold(0, |mask, axis| mask | 1 << axis), a.span)?))
        }),
        built(&["squeeze"], "x, axis=None", Structure, "axes of length 1 dropped", "X: (1, d); y = squeeze(X, axis=0)", |b, a| {
            let x = a.array(b, 0)?;
            let shape: Shape = b.resolved(x);
            let ones = |axis: &usize| shape[*axis] == crate::shape::Dim::ONE;
            let axes = match a.axes(b, 1, shape.len())? {
                None => (0..shape.len()).filter(ones).collect(),
                Some(axes) if axes.iter().all(ones) => axes,
                Some(_) => return Err(rank(b, a, x, "length 1 on each axis that is dropped")),
            };
            Ok(Value::Array(b.node(Op::Squeeze(axes.iter().fold(0, |mask, axis| mask | 1 << axis)), &[x])))
        }),
        built(&["broadcast_to", "expand"], "x, *shape", Structure, "repeated to a larger shape", "X: (n, m); Y = X * broadcast_to(b, (n, m))", |b, a| {
            let x = a.array(b, 0)?;
            let shape = a.shape(b, &a.rest)?;
            Ok(Value::Array(b.broadcast_to(x, shape, a.span)?))
        }),
        built(&["ones"], "*shape", Constant, "an array of ones", "X: (n, m); Y = X + ones(n, 1) @ b[None, :]", |b, a| filled(b, a, 1)),
        built(&["zeros"], "*shape", Constant, "an array of zeros", "X: (n, m); Y = X + zeros(n, m)", |b, a| filled(b, a, 0)),
        built(&["ones_like"], "x", Constant, "an array of ones of the same shape", "Y = X + ones_like(X)", |b, a| like(b, a, 1)),
        built(&["zeros_like"], "x", Constant, "an array of zeros of the same shape", "Y = X + zeros_like(X)", |b, a| like(b, a, 0)),
        defined(&["full_like"], "x, fill_value", Constant, "an array of one number, of the same shape", "Y = X + full_like(X, 3)", "fill_value * ones_like(x)"),
        built(&["full"], "shape, fill_value", Constant, "an array of one number", "X: (n, m); Y = X + full((n, m), 3)", |b, a| {
            let shape = match &a.values[0] { Some(value) => a.shape(b, std::slice::from_ref(value))?, None => return Err(a.wrong(a.span, "`full` lacks its shape".into())) };
            let number = a.array(b, 1)?;
            Ok(Value::Array(b.broadcast_to(number, shape, a.spans[1])?))
        }),
        built(&["eye", "identity"], "n", Constant, "the identity matrix", "X: (n, n); Y = X - eye(n)", |b, a| {
            let n = match &a.values[0] { Some(value) => a.dim(b, value)?, None => return Err(a.wrong(a.span, "`eye` lacks its length".into())) };
            Ok(Value::Array(b.node(Op::Eye(n), &[])))
        }),
        built(&["len"], "x", Structure, "the length of the first axis", "Y = X / len(X)", |b, a| {
            let x = a.array(b, 0)?;
            match b.resolved(x).first() {
                Some(&dim) => Ok(Value::Array(b.length(dim))),
                None => Err(rank(b, a, x, "one axis or more")),
            }
        }),
    ]
}

fn permute(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    let list = match a.rest.as_slice() {
        [Value::Sequence(list)] => list.as_slice(),
        other => other,
    };
    let mut order: Vec<u8> = Vec::new();
    for value in list {
        let axis = a.integer(b, value, a.span)?;
        let normal = if axis < 0 { axis + rank as i64 } else { axis };
        if normal < 0 || normal >= rank as i64 || order.contains(&(normal as u8)) {
            let shape = b.show(x);
            return Err(a.wrong(a.span, format!("`{}` wants each of the {rank} axes of {shape} once", a.name)));
        }
        order.push(normal as u8);
    }
    if list.is_empty() {
        order = (0..rank as u8).rev().collect();
    }
    // PyTorch's transpose names the two axes that change places
    if let (&[one, two], true) = (order.as_slice(), a.name == "transpose" && (rank > 2 || a.library == "torch")) {
        order = (0..rank as u8).collect();
        order.swap(one.into(), two.into());
    }
    if order.len() != rank {
        let shape = b.show(x);
        return Err(a.wrong(a.span, format!("`{}` names {} axes, but the array is {shape}", a.name, order.len())));
    }
    Ok(Value::Array(b.node(Op::Permute(order.into_iter().collect()), &[x])))
}

fn filled(b: &mut Builder, a: &Arguments, value: i64) -> Result<Value, Fault> {
    let shape = a.shape(b, &a.rest)?;
    let number = b.number(Number::integer(value));
    Ok(Value::Array(b.broadcast_to(number, shape, a.span)?))
}

fn like(b: &mut Builder, a: &Arguments, value: i64) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let shape = b.resolved(x);
    let number = b.number(Number::integer(value));
    Ok(Value::Array(b.broadcast_to(number, shape, a.span)?))
}
