//! Products, sums and everything else that is a contraction.

use super::build::built;
use super::triangle::offset;
use super::{Arguments, Entry, Family, Fault, Value};
use crate::error::ShapeError;
use crate::expr::{Axes, Id, Op, UNIT};
use crate::limits::MAX_FACTORS;
use crate::shape::{Builder, Dim};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Linear, Reduction};
    vec![
        built(&["sum"], "x, axis=None, keepdims=False", Reduction, "the sum over axes, all where none is named", "Y = sum(X, axis=0)", |b, a| {
            let (x, axes, keep) = reduction(b, a)?;
            Ok(Value::Array(b.sum(x, axes, keep)))
        }),
        built(&["mean", "average"], "x, axis=None, keepdims=False", Reduction, "the sum over axes divided by the count", "Y = mean(X, axis=0)", |b, a| {
            let (x, axes, keep) = reduction(b, a)?;
            let lengths: Vec<Dim> = b.arena().shape(x).iter().enumerate().filter(|(axis, _)| axes >> axis & 1 == 1).map(|(_, &dim)| dim).collect();
            let count = b.dims().product(lengths);
            let sum = b.sum(x, axes, keep);
            Ok(Value::Array(b.over_length(sum, count)))
        }),
        built(&["trace", "tr"], "x, offset=0", Linear, "the sum of the diagonal of a square matrix", "f = trace(A @ X)", |b, a| {
            let x = a.array(b, 0)?;
            if b.dialect.one_is_scalar() && b.arena().shape(x).is_empty() {
                return Ok(Value::Array(x));
            }
            b.square(x, a.name, a.spans[0])?;
            match offset(b, a)? {
                0 => Ok(Value::Array(b.node(Op::Trace, &[x]))),
                k => {
                    let k = Value::Array(b.integer(k));
                    b.expression("sum(diagonal(x, k))", &[("x", Value::Array(x)), ("k", k)], a.span)
                }
            }
        }),
        built(&["diag"], "x, k=0", Linear, "a matrix with a vector on its diagonal, or the diagonal of a matrix", "Y = diag(d) @ X", |b, a| {
            let (x, k) = (a.array(b, 0)?, offset(b, a)?);
            match (b.resolved(x).as_slice(), k) {
                ([], _) => Err(rank(b, a, x, "one axis or more")),
                ([_], 0) => Ok(Value::Array(b.node(Op::Diag, &[x]))),
                ([rows, Dim::ONE], 0) if b.is_column(*rows, Dim::ONE) => {
                    let entries = b.node(Op::Squeeze(2), &[x]);
                    Ok(Value::Array(b.node(Op::Diag, &[entries])))
                }
                (_, 0) => {
                    b.square(x, a.name, a.spans[0])?;
                    Ok(Value::Array(b.node(Op::Diagonal, &[x])))
                }
                (shape, _) => {
                    let names = [("x", Value::Array(x)), ("k", Value::Array(b.integer(k)))];
                    b.expression(if shape.len() == 1 { "diagflat(x, k)" } else { "diagonal(x, k)" }, &names, a.span)
                }
            }
        }),
        built(&["matmul", "mm", "bmm", "mv"], "x, y", Linear, "the matrix product, as `@`", "Y = matmul(X, W)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            Ok(Value::Array(b.matmul(x, y, a.spans[0], a.spans[1])?))
        }),
        built(&["dot"], "x, y", Linear, "the matrix product; scaling where one side is a scalar", "f = dot(x, y)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            let (one, two) = (b.resolved(x), b.resolved(y));
            let column = |b: &Builder, shape: &[Dim]| matches!(shape, [rows, columns] if b.is_column(*rows, *columns));
            if b.dialect.one_is_scalar() && column(b, &one) && column(b, &two) {
                b.same_shape(x, y, a.spans[0], a.spans[1])?;
                return a.expression(b, "sum(x * y)");
            }
            Ok(Value::Array(b.dot(x, y, a.spans[0], a.spans[1])?))
        }),
        built(&["inner"], "x, y", Linear, "the sum of products over the last axis of both", "Y = inner(A, B)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            match (b.arena().shape(x).len(), b.arena().shape(y).len()) {
                (0, _) | (_, 0) => b.dot(x, y, a.spans[0], a.spans[1]).map(Value::Array),
                (_, 1) => b.matmul(x, y, a.spans[0], a.spans[1]).map(Value::Array),
                (1, 2) => b.matmul(y, x, a.spans[1], a.spans[0]).map(Value::Array),
                (2, 2) => {
                    let turned = b.transpose(y);
                    b.matmul(x, turned, a.spans[0], a.spans[1]).map(Value::Array)
                }
                _ => Err(rank(b, a, x, "at most two axes each (write `einsum` for more)")),
            }
        }),
        built(&["outer", "ger"], "x, y", Linear, "all products of an entry of the one and an entry of the other", "Y = outer(a, b)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            for z in [x, y] {
                if b.arena().shape(z).len() != 1 {
                    return Err(rank(b, a, z, "one axis each"));
                }
            }
            Ok(Value::Array(b.node(Op::Outer, &[x, y])))
        }),
        built(&["addmm", "addmv", "baddbmm"], "x, A, B, beta=1, alpha=1", Linear, "beta * x + alpha * A @ B", "X: (n, d); W: (d, m); b: (m,); Y = addmm(b, X, W)", |b, a| {
            let (x, left, right) = (a.array(b, 0)?, a.array(b, 1)?, a.array(b, 2)?);
            let product = b.matmul(left, right, a.spans[1], a.spans[2])?;
            let shape = b.resolved(product);
            b.broadcast_to(x, shape, a.spans[0])?;
            a.expression(b, "beta * x + alpha * A @ B")
        }),
        built(&["tensordot"], "x, y, axis=2", Linear, "the sum of products over the last axes of the one and the first of the other, or over those that two lists name", "A: (n, p, q); B: (p, q, m); Y = tensordot(A, B, axes=2)", tensordot),
        built(&["multi_dot", "chain_matmul"], "*arrays", Linear, "the matrix product of all of them", "f = multi_dot([x, A, z])", |b, a| {
            let list = if let [Value::Sequence(list)] = a.rest.as_slice() { list } else { &a.rest };
            let arrays: Vec<Id> = list.iter().map(|value| a.as_array(b, value, a.span)).collect::<Result<_, _>>()?;
            let Some((first, others)) = arrays.split_first() else { return Err(a.wrong(a.span, format!("`{}` wants arrays to multiply", a.name))) };
            others.iter().try_fold(*first, |x, y| b.matmul(x, *y, a.span, a.span)).map(Value::Array)
        }),
        built(&["cross"], "x, y", Linear, "the cross product of arrays of three entries along the last axis", "x, y: (3,); z = cross(x, y)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            let three = b.dims().integer(3);
            for z in [x, y] {
                let last = b.resolved(z).last().copied();
                if !last.is_some_and(|last| b.unify(last, three)) {
                    return Err(rank(b, a, z, "length 3 on the last axis"));
                }
                // PyTorch's takes the first axis of length 3
                if a.library == "torch" && b.resolved(z).iter().filter(|dim| **dim == three).count() > 1 {
                    return Err(rank(b, a, z, "length 3 on one axis only; `linalg.cross` takes the last"));
                }
            }
            b.broadcastable(x, y, a.spans[0], a.spans[1])?;
            a.expression(b, "roll(x, -1, axis=-1) * roll(y, -2, axis=-1) - roll(x, -2, axis=-1) * roll(y, -1, axis=-1)")
        }),
        built(&["vdot"], "x, y", Linear, "the products of all entries, added up", "f = vdot(X, T)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            b.same_shape(x, y, a.spans[0], a.spans[1])?;
            let product = b.multiply(x, y, a.spans[0], a.spans[1])?;
            let all = b.all_axes(product);
            Ok(Value::Array(b.sum(product, all, false)))
        }),
        built(&["einsum"], "subscripts, *x", Linear, "any contraction, by the names of its indices", "A: (b, n, d); B: (b, d, m); Y = einsum('bij,bjk->bik', A, B)", einsum),
    ]
}

fn reduction(b: &mut Builder, a: &Arguments) -> Result<(Id, u32, bool), Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    let axes = match a.axes(b, 1, rank)? {
        None => b.all_axes(x),
        Some(list) => list.iter().fold(0, |mask, axis| mask | 1 << axis),
    };
    Ok((x, axes, a.boolean(2, false)?))
}

pub(super) fn rank(b: &mut Builder, a: &Arguments, x: Id, wanted: &'static str) -> Fault {
    let shape = b.show(x);
    Box::new(ShapeError::Rank { function: a.name.to_string(), wanted, shape, span: a.span })
}

/// The axes of both arrays that are multiplied and added up, the first of the one with the first of the other.
fn pairs(b: &mut Builder, a: &Arguments, ranks: [usize; 2]) -> Result<[Vec<usize>; 2], Fault> {
    let wanted = || a.wrong(a.spans[2], format!("`{}` wants a number of axes, or two lists of equally many", a.name));
    let named = |b: &mut Builder, value: &Value, rank: usize| {
        let list = if let Value::Sequence(list) = value { list.as_slice() } else { std::slice::from_ref(value) };
        let mut axes = Vec::new();
        for value in list {
            let axis = a.integer(b, value, a.spans[2])?;
            let place = usize::try_from(if axis < 0 { axis + rank as i64 } else { axis }).ok();
            match place.filter(|place| *place < rank && !axes.contains(place)) {
                Some(place) => axes.push(place),
                None => return Err(Box::new(ShapeError::Axis { function: a.name.to_string(), axis, rank, span: a.spans[2] })),
            }
        }
        Ok(axes)
    };
    match &a.values[2] {
        Some(Value::Sequence(lists)) => match lists.as_slice() {
            [one, two] => {
                let both = [named(b, one, ranks[0])?, named(b, two, ranks[1])?];
                if both[0].len() == both[1].len() { Ok(both) } else { Err(wanted()) }
            }
            _ => Err(wanted()),
        },
        count => {
            let count = count.as_ref().map_or(Ok(2), |value| a.integer(b, value, a.spans[2]))?;
            match usize::try_from(count).ok().filter(|count| ranks.iter().all(|rank| count <= rank)) {
                Some(count) => Ok([(ranks[0] - count..ranks[0]).collect(), (0..count).collect()]),
                None => Err(wanted()),
            }
        }
    }
}

fn tensordot(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
    let (one, two) = (b.resolved(x), b.resolved(y));
    let [left, right] = pairs(b, a, [one.len(), two.len()])?;
    if one.len() + two.len() - 2 * left.len() > crate::limits::MAX_AXES {
        return Err(Box::new(ShapeError::TooManyAxes { rank: one.len() + two.len() - 2 * left.len(), span: a.span }));
    }
    for (&i, &j) in left.iter().zip(&right) {
        if !b.unify(one[i], two[j]) {
            let (first, second) = (b.show(x), b.show(y));
            let message = format!("`{}` adds up along axis {i} of {first} and axis {j} of {second}, which differ in length", a.name);
            return Err(a.wrong(a.spans[1], message));
        }
    }
    // the axes of x have the labels 0, 1, 2, ...; those of y that are not summed over have the next ones
    let own: Axes = (0..one.len() as u8).collect();
    let mut fresh = one.len() as u8..;
    let other: Axes =
        (0..two.len()).filter_map(|j| right.iter().position(|&r| r == j).map(|k| left[k] as u8).or_else(|| fresh.next())).collect();
    let summed = |label: &u8| left.contains(&usize::from(*label));
    let output: Axes = own.iter().chain(&other).filter(|label| !summed(label)).copied().collect();
    Ok(Value::Array(b.node(Op::Einsum { inputs: vec![own, other], output }, &[x, y])))
}

/// NumPy's einsum: explicit or implicit output, repeated indices, ellipsis.
fn einsum(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let text: String = a.text(0)?.chars().filter(|c| !c.is_whitespace()).collect();
    let span = a.spans[0];
    let fault = |message: String| -> Fault { Box::new(ShapeError::Einsum { message, misfits: Vec::new(), span }) };
    let (left, right) = match text.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (text.as_str(), None),
    };
    if right.is_some_and(|r| r.contains("->") || r.contains(',')) {
        return Err(fault(format!("`{text}` has more than one output")));
    }
    let terms: Vec<&str> = left.split(',').collect();
    let mut operands = Vec::new();
    for (value, &place) in a.rest.iter().zip(&a.rest_spans) {
        operands.push(a.as_array(b, value, place)?);
    }
    if terms.len() != operands.len() {
        return Err(fault(format!("`{text}` names {}, but {} given", count(terms.len(), "operand"), are(operands.len()))));
    }
    let rank_of = |b: &Builder, x: Id| b.arena().shape(x).len();
    let misfit = |b: &mut Builder, term: &str, x: Id| -> Fault {
        let unlike = terms.iter().zip(&operands).zip(&a.rest_spans).filter(|((term, x), _)| term.chars().count() != rank_of(b, **x));
        let shape = |term: &str| {
            let letters: Vec<String> = term.chars().map(String::from).collect();
            format!("({}{})", letters.join(", "), if letters.len() == 1 { "," } else { "" })
        };
        let misfits =
            unlike.filter(|((term, _), _)| term.chars().all(char::is_alphabetic)).map(|((term, _), &place)| (place, shape(term))).collect();
        let named = count(term.replacen("...", "", 1).chars().count(), "axis");
        Box::new(ShapeError::Einsum { message: format!("`{term}` names {named}, but its operand is {}", b.show(x)), misfits, span })
    };
    // letters get labels in order of appearance; the axes of `...` get labels of their own, counted from the right
    let mut letters: Vec<char> = Vec::new();
    let widest = |term: &str, rank: usize| rank.saturating_sub(term.replace("...", "").chars().count());
    let mut ellipsis = 0;
    for (term, &x) in terms.iter().zip(&operands) {
        let rank = rank_of(b, x);
        let named = term.replacen("...", "", 1);
        if let Some(bad) = named.chars().find(|c| !c.is_alphabetic()) {
            return Err(fault(format!("`{bad}` is no index: indices are letters")));
        }
        let letters_here = named.chars().count();
        if term.contains("...") {
            if letters_here > rank {
                return Err(misfit(b, term, x));
            }
            ellipsis = ellipsis.max(widest(term, rank));
        } else if letters_here != rank {
            return Err(misfit(b, term, x));
        }
        for c in named.chars() {
            if !letters.contains(&c) {
                letters.push(c);
            }
        }
    }
    let dots: Vec<u8> = (0..ellipsis as u8).map(|k| letters.len() as u8 + k).collect();
    let label = |c: char| letters.iter().position(|l| *l == c).map(|p| p as u8);
    let mut lengths: Vec<Option<(Dim, String)>> = vec![None; letters.len() + ellipsis];
    let mut inputs: Vec<Axes> = Vec::new();
    for (term, &x) in terms.iter().zip(&operands) {
        let shape: Vec<Dim> = b.arena().shape(x).to_vec();
        let (before, after) = term.split_once("...").unwrap_or((term, ""));
        let here = if term.contains("...") { widest(term, shape.len()) } else { 0 };
        let mut labels: Axes = before.chars().filter_map(label).collect();
        labels.extend(dots[ellipsis - here..].iter().copied());
        labels.extend(after.chars().filter_map(label));
        for (axis, place) in labels.iter_mut().enumerate() {
            let dim = b.dims().resolve(shape[axis]);
            let known = lengths[*place as usize].clone();
            match known {
                None => lengths[*place as usize] = Some((dim, term.to_string())),
                Some((other, from)) => {
                    if dim == Dim::ONE && other != Dim::ONE && *place as usize >= letters.len() {
                        *place = crate::expr::UNIT;
                    } else if !b.dims().unify(other, dim) {
                        let index = letters.get(*place as usize).map_or("...".into(), |c| c.to_string());
                        let (one, two) = (b.show_dim(other), b.show_dim(dim));
                        return Err(fault(format!("index `{index}` is {one} in `{from}` but {two} in `{term}`")));
                    }
                }
            }
        }
        inputs.push(labels);
    }
    let output: Axes = match right {
        Some(right) => {
            let mut labels = Axes::new();
            let (before, after) = right.split_once("...").unwrap_or((right, ""));
            for (part, is_after) in [(before, false), (after, true)] {
                if is_after && right.contains("...") {
                    labels.extend(dots.iter().copied());
                }
                for c in part.chars() {
                    match label(c) {
                        Some(l) if labels.contains(&l) => return Err(fault(format!("index `{c}` stands twice in the output `{right}`"))),
                        Some(l) => labels.push(l),
                        None => return Err(fault(format!("index `{c}` of the output stands in no operand"))),
                    }
                }
            }
            labels
        }
        None => {
            let mut once: Vec<char> = letters.iter().copied().filter(|c| left.matches(*c).count() == 1).collect();
            once.sort();
            dots.iter().copied().chain(once.into_iter().filter_map(label)).collect()
        }
    };
    for &c in
        letters.iter().filter(|c| terms.len() > 1 && left.matches(**c).count() == 1 && label(**c).is_some_and(|l| !output.contains(&l)))
    {
        let alone = terms.iter().find(|term| term.contains(c)).copied().unwrap_or_default();
        b.lonely_indices.push((span, c, alone.into()));
    }
    if letters.len() + ellipsis > crate::limits::MAX_LABELS {
        return Err(fault(format!("`{text}` has more than {} indices", crate::limits::MAX_LABELS)));
    }
    Ok(Value::Array(in_parts(b, inputs, output, operands)))
}

/// The contraction, its first factors as one of their own where they are very many: as long products are.
fn in_parts(b: &mut Builder, inputs: Vec<Axes>, output: Axes, operands: Vec<Id>) -> Id {
    let mut rest: Vec<(Axes, Id)> = inputs.into_iter().zip(operands).collect();
    rest.reverse();
    // how many of the factors that are left have each index
    let mut left = [0usize; 256];
    rest.iter().flat_map(|(axes, _)| axes).for_each(|&axis| left[axis as usize] += 1);
    while rest.len() > MAX_FACTORS {
        let part: Vec<(Axes, Id)> = rest.split_off(rest.len() - MAX_FACTORS).into_iter().rev().collect();
        part.iter().flat_map(|(axes, _)| axes).for_each(|&axis| left[axis as usize] -= 1);
        let mut kept = Axes::new();
        for &axis in part.iter().flat_map(|(axes, _)| axes) {
            if axis != UNIT && !kept.contains(&axis) && (left[axis as usize] > 0 || output.contains(&axis)) {
                kept.push(axis);
            }
        }
        let widest = part.iter().map(|(axes, _)| axes.len()).max().unwrap_or(0);
        if kept.len() > widest.max(output.len()) {
            // what they make together would be larger than any of them
            rest.extend(part.into_iter().rev());
            break;
        }
        let (inputs, args): (Vec<Axes>, Vec<Id>) = part.into_iter().unzip();
        let made = b.node(Op::Einsum { inputs, output: kept.clone() }, &args);
        kept.iter().for_each(|&axis| left[axis as usize] += 1);
        rest.push((kept, made));
    }
    let (inputs, operands): (Vec<Axes>, Vec<Id>) = rest.into_iter().rev().unzip();
    b.node(Op::Einsum { inputs, output }, &operands)
}

fn count(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "axis") => format!("{n} axes"),
        _ => format!("{n} {what}s"),
    }
}

fn are(n: usize) -> String {
    if n == 1 { "1 is".into() } else { format!("{n} are") }
}
