//! Entries in other places: joined, turned round, added up on the way, looked up. Each is linear, and its transpose puts things back.

use super::build::built;
use super::build::defined;
use super::linear::rank;
use super::whole::{same, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Part, Python, Rule, Scalar, Units, Value, Whole};
use crate::error::ShapeError;
use crate::expr::{Id, Number, Op};
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::{ArrayD, Axis};
use smallvec::{SmallVec, smallvec};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Constant, Structure};
    vec![
        whole(&["flip"], "x, axis=None", Structure, "entries in reverse order", "Y = flip(X, axis=1)", Whole {
            build: |b, a| { let x = a.array(b, 0)?; let axis = a.axis_attribute(b, 1, x)?; Ok(Value::Array(b.call(a.function, &[x], vec![axis]))) },
            shape: same, value: arraywise!(flip), units: Units::Kept(0), kink: "", python: Python::each("np.flip({x}, {axis})", "_flip({x}, {axis})", "jnp.flip({x}, {axis})").defining(
                "", "def _flip(x, axis):\n    return torch.flip(x, tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis)\n", ""),
            rules: &[Rule::Transpose("flip(g, axis=axis)")],
        }),
        defined(&["flipud"], "x", Structure, "the rows in reverse order", "Y = flipud(X)", "flip(x, axis=0)"),
        defined(&["fliplr"], "x", Structure, "the columns in reverse order", "Y = fliplr(X)", "flip(x, axis=1)"),
        defined(&["diff"], "x", Structure, "each entry less the one before it, along the last axis", "Y = diff(X)", "x[..., 1:] - x[..., :-1]"),
        whole(&["concat", "concatenate", "cat"], "x, axis=0", Structure, "arrays joined along an axis", "Y = concat([A, B], axis=1)", Whole {
            build: |b, a| { let list = operands(b, a, 0)?; let axis = axis(b, a, 1, list[0])?; joined(b, a, list, axis).map(Value::Array) },
            shape: together, value: arraywise!(|c| ndarray::concatenate(Axis(c.axes(0)[0]), &c.args.iter().map(|x| x.view()).collect::<Vec<_>>()).ok()), units: Units::Kept(0), kink: "",
            python: Python::each("np.concatenate({x}, axis={axis})", "torch.cat({x}, dim={axis})", "jnp.concatenate({x}, axis={axis})"),
            rules: &[Rule::Parts(own_part)],
        }),
        built(&["stack"], "x, axis=0", Structure, "arrays joined along a new axis", "Y = stack([a, b], axis=1)", |b, a| {
            let mut list = operands(b, a, 0)?;
            for k in 1..list.len() {
                b.same_shape(list[0], list[k], a.spans[0], a.spans[0])?;
            }
            let axis = a.axes(b, 1, b.arena().shape(list[0]).len() + 1)?.map_or(0, |axes| axes[0]);
            for x in &mut list {
                *x = b.unsqueeze(*x, 1 << axis, a.span)?;
            }
            joined(b, a, list, axis).map(Value::Array)
        }),
        built(&["hstack", "column_stack"], "x", Structure, "arrays joined side by side; 1-D arrays end to end, or as columns", "Y = hstack([A, B])", |b, a| {
            let mut list = at_least_one_axis(b, a)?;
            let columns = a.function.entry().names[0] != a.name;
            for x in &mut list {
                if columns && b.arena().shape(*x).len() == 1 {
                    *x = b.unsqueeze(*x, 2, a.span)?;
                }
            }
            let axis = usize::from(b.arena().shape(list[0]).len() > 1);
            joined(b, a, list, axis).map(Value::Array)
        }),
        built(&["vstack", "row_stack"], "x", Structure, "arrays joined one below the other; 1-D arrays are rows", "Y = vstack([A, B])", |b, a| {
            let mut list = at_least_one_axis(b, a)?;
            for x in &mut list {
                if b.arena().shape(*x).len() == 1 {
                    *x = b.unsqueeze(*x, 1, a.span)?;
                }
            }
            joined(b, a, list, 0).map(Value::Array)
        }),
        built(&["split", "array_split", "tensor_split", "chunk"], "x, parts, axis=0", Structure, "an array cut into equal parts, or at places; a tuple", "X: (n, 2*k); A, B = split(X, 2, axis=1); Y = A * B", |b, a| {
            let x = a.array(b, 0)?;
            let axis = axis(b, a, 2, x)?;
            let length = b.resolved(x)[axis];
            let places: Vec<Dim> = match &a.values[1] {
                Some(Value::Sequence(list)) => list.iter().map(|place| a.dim(b, place)).collect::<Result<_, _>>()?,
                Some(value) => {
                    let count = a.integer(b, value, a.spans[1])?;
                    if !(1..=MAX_PARTS).contains(&count) {
                        return Err(a.wrong(a.spans[1], format!("`{}` makes 1 to {MAX_PARTS} parts, not {count}", a.name)));
                    }
                    let by = b.dims().integer(count);
                    let part = b.part(length, by, a.spans[1])?;
                    (1..count).map(|k| { let k = b.dims().integer(k); b.dims().times(k, part) }).collect()
                }
                None => return Err(a.wrong(a.span, format!("`{}` lacks the number of parts", a.name))),
            };
            cut_at(b, a, x, axis, places)
        }),
        built(&["split_sizes"], "x, sizes, axis=0", Structure, "an array cut into parts of a size, or of one size each, as torch.split does; a tuple", "X: (n, 2*k); A, B = split_sizes(X, k, axis=1); Y = A * B", |b, a| {
            let x = a.array(b, 0)?;
            let axis = axis(b, a, 2, x)?;
            let length = b.resolved(x)[axis];
            let sizes: Vec<Dim> = match &a.values[1] {
                Some(Value::Sequence(list)) => list.iter().map(|size| a.dim(b, size)).collect::<Result<_, _>>()?,
                Some(size) => {
                    let size = a.dim(b, size)?;
                    let count = b.dims().divide(length, size).and_then(|count| b.dims().as_integer(count));
                    let Some(count) = count.filter(|count| (1..=MAX_PARTS).contains(count)) else {
                        let (whole, by) = (b.show_dim(length), b.show_dim(size));
                        return Err(a.wrong(a.spans[1], format!("how many parts of {by} there are in {whole} is no number (`{}` takes the size of a part, `np.split` how many there are)", "torch.split")));
                    };
                    vec![size; count as usize]
                }
                None => return Err(a.wrong(a.span, "the size of a part is missing".into())),
            };
            let sum = b.dims().sum(sizes.iter().copied());
            if !b.unify(sum, length) {
                let (sum, length) = (b.show_dim(sum), b.show_dim(length));
                return Err(a.wrong(a.spans[1], format!("the sizes add up to {sum}, but the axis has length {length}")));
            }
            let places = (1..sizes.len()).map(|k| b.dims().sum(sizes[..k].iter().copied())).collect();
            cut_at(b, a, x, axis, places)
        }),
        whole(&["roll"], "x, shift, axis=None", Structure, "entries moved on, those that fall off put back in front", "Y = roll(X, 1, axis=0)", Whole {
            build: |b, a| {
                let x = a.array(b, 0)?;
                let Some(shift) = &a.values[1] else { return Err(a.wrong(a.span, "`roll` lacks how far".into())) };
                if let (Value::Sequence(shifts), Some(Value::Sequence(axes))) = (shift, &a.values[2]) {
                    if shifts.len() != axes.len() {
                        return Err(a.wrong(a.spans[1], format!("`roll` names {} shifts, but {} axes", shifts.len(), axes.len())));
                    }
                    let axes = a.axes(b, 2, b.arena().shape(x).len())?.unwrap_or_default();
                    return shifts.iter().zip(axes).try_fold(x, |x, (shift, axis)| {
                        let shift = a.dim(b, shift)?;
                        Ok(b.call(a.function, &[x], vec![Attribute::Length(shift), axis_of(axis)]))
                    }).map(Value::Array);
                }
                let shift = Attribute::Length(a.dim(b, shift)?);
                along(b, a, 2, |b, x, axis| b.call(a.function, &[x], vec![shift, axis]))
            },
            shape: same, value: arraywise!(roll), units: Units::Kept(0), kink: "",
            python: Python::each("np.roll({x}, {shift}, {axis})", "_roll({x}, {shift}, {axis})", "jnp.roll({x}, {shift}, {axis})").defining(
                "", "def _roll(x, shift, axis=None):\n    return torch.roll(x, shift, 0 if axis is None else axis)\n", ""),
            rules: &[Rule::Transpose("roll(g, -shift, axis=axis)")],
        }),
        whole(&["cumsum"], "x, axis=None", Structure, "running sums", "Y = cumsum(X, axis=0)", Whole {
            build: |b, a| along_flat(b, a, 1, |b, x, axis| b.call(a.function, &[x], vec![axis])),
            shape: same, value: arraywise!(|c| { let mut x = c.args[0].clone(); x.accumulate_axis_inplace(Axis(c.axes(0)[0]), |before, x| *x = *x + *before); Some(x) }), units: Units::Kept(0), kink: "",
            python: Python::each("np.cumsum({x}, {axis})", "_cumsum({x}, {axis})", "jnp.cumsum({x}, {axis})").defining(
                "", "def _cumsum(x, axis=None):\n    return torch.cumsum(x, 0 if axis is None else axis)\n", ""),
            rules: &[Rule::Transpose("flip(cumsum(flip(g, axis=axis), axis=axis), axis=axis)")],
        }),
        whole(&["gather"], "x, i, axis=0", Structure, "rows, or entries along another axis, by index", "i: (k,); Y = gather(X, i)", Whole {
            build: |b, a| {
                // torch.gather(x, axis, index)
                if let (Some(Value::Array(second)), Some(Value::Array(third))) = (&a.values[1], &a.values[2]) {
                    if b.arena().as_number(*second).is_some() && b.arena().as_number(*third).is_none() {
                        let x = a.array(b, 0)?;
                        let axis = a.axes(b, 1, b.arena().shape(x).len())?.map_or(0, |axes| axes[0]);
                        return picked(b, a, x, *third, axis).map(Value::Array);
                    }
                }
                let (x, i) = (a.array(b, 0)?, a.array(b, 1)?);
                let axis = axis(b, a, 2, x)?;
                b.gather(x, i, axis, a.spans[1]).map(Value::Array)
            },
            shape: |_, shapes, attributes| { let at = place(attributes); [&shapes[0][..at], shapes[1], &shapes[0][at + 1..]].concat().into() },
            value: arraywise!(gather), units: Units::Kept(0), kink: "",
            python: Python::each("np.take({x}, {i}, {axis})", "{x}[{before}{i}]", "jnp.take({x}, {i}, {axis})"),
            rules: &[
                Rule::Linear(|b, part| {
                    let shape: Shape = Shape::from(b.arena().shape(part.operands[0]));
                    let zero = b.number(Number::ZERO);
                    let zeros = b.broadcast_to(zero, shape, Default::default())?;
                    Ok(b.rearranged("scatter_add", &[zeros, part.operands[1], part.upstream], part.attributes.to_vec()))
                }),
                Rule::Index(|shapes, attributes| shapes[0][place(attributes)]),
            ],
        }),
        built(&["take"], "x, i, axis=None", Structure, "rows by index; entries of the flattened array where no axis is named", "i: (k,); Y = take(X, i, axis=0)", |b, a| {
            let (mut x, i) = (a.array(b, 0)?, a.array(b, 1)?);
            let axis = axis_or_flat(b, a, 2)?;
            if axis.is_none() {
                x = b.flattened(x, a.span)?;
            }
            b.gather(x, i, axis.unwrap_or(0), a.spans[1]).map(Value::Array)
        }),
        defined(&["index_select"], "x, axis, i", Structure, "rows, or whatever stands along the axis, by index", "i: (k,); Y = index_select(X, 1, i)", "take(x, i, axis=axis)"),
        built(&["rot90"], "x, k=1", Structure, "the first two axes turned by k right angles", "Y = rot90(X)", |b, a| {
            let turns = a.values[1].as_ref().map_or(Ok(1), |value| a.integer(b, value, a.spans[1]))?;
            let x = a.array(b, 0)?;
            if b.arena().shape(x).len() < 2 {
                return Err(rank(b, a, x, "two axes or more"));
            }
            a.expression(b, ["x", "flip(swapaxes(x, 0, 1), axis=0)", "flip(x, axis=(0, 1))", "swapaxes(flip(x, axis=0), 0, 1)"][turns.rem_euclid(4) as usize])
        }),
        built(&["take_along_axis", "take_along_dim"], "x, i, axis=-1", Structure, "entries of each row by an index of that row's own", "X: (n, d); i: (n, 1); Y = take_along_axis(X, i, axis=1)", |b, a| {
            let (x, i) = (a.array(b, 0)?, a.array(b, 1)?);
            let rank = b.arena().shape(x).len();
            let axis = a.axes(b, 2, rank)?.map_or(rank.saturating_sub(1), |axes| axes[0]);
            picked(b, a, x, i, axis).map(Value::Array)
        }),
        whole(&["scatter_add", "index_add"], "x, i, y, axis=0", Structure, "x, with the rows of y added at the places that the index says; rows with the same index add up", "X: (n, d); i: (k,); Z: (k, d); Y = scatter_add(X, i, Z)", Whole {
            build: |b, a| {
                let (x, i, y) = (a.array(b, 0)?, a.array(b, 1)?, a.array(b, 2)?);
                let axis = axis(b, a, 3, x)?;
                let (shape, index) = (b.resolved(x), b.resolved(i));
                let wanted: Shape = [&shape[..axis], &index, &shape[axis + 1..]].concat().into();
                let fits = b.arena().shape(y).len() == wanted.len() && b.resolved(y).iter().zip(&wanted).all(|(&one, &two)| b.unify(one, two));
                if !fits {
                    let (shape, wanted) = (b.show(y), b.dims().show_shape(&wanted));
                    return Err(a.wrong(a.spans[2], format!("what is added is {shape}, but the index asks for {wanted}")));
                }
                Ok(Value::Array(b.call(a.function, &[x, i, y], vec![axis_of(axis)])))
            },
            shape: same, value: arraywise!(scatter_add), units: Units::Kept(0), kink: "",
            python: Python::same("_scatter_add({x}, {i}, {y}, {axis})").defining(
                "def _scatter_add(x, i, y, axis=0):\n    out = np.array(x, dtype=float)\n    np.add.at(out, (slice(None),) * axis + (i,), y)\n    return out\n",
                "def _scatter_add(x, i, y, axis=0):\n    front = list(range(i.ndim))\n    y = torch.movedim(y, [axis + k for k in front], front)\n    return torch.movedim(torch.movedim(x, axis, 0).index_put((i,), y, accumulate=True), 0, axis)\n",
                "def _scatter_add(x, i, y, axis=0):\n    return x.at[(slice(None),) * axis + (i,)].add(y)\n"),
            rules: &[
                Rule::Linear(|_, part| Ok(part.upstream)),
                Rule::Index(|shapes, attributes| shapes[0][place(attributes)]),
                Rule::Linear(|b, part| Ok(b.rearranged("gather", &[part.upstream, part.operands[1]], part.attributes.to_vec()))),
            ],
        }),
        whole(&["one_hot"], "i, num_classes", Structure, "a row for each index, with a single 1 there", "y: (n,); X: (n, k); f = sum(one_hot(y, k) * X)", Whole {
            build: |b, a| {
                let i = a.array(b, 0)?;
                let Some(count) = &a.values[1] else { return Err(a.wrong(a.span, "`one_hot` lacks the number of classes".into())) };
                let count = Attribute::Length(a.dim(b, count)?);
                Ok(Value::Array(b.call(a.function, &[i], vec![count])))
            },
            shape: |_, shapes, attributes| shapes[0].iter().copied().chain(count(attributes)).collect(),
            value: arraywise!(one_hot), units: Units::None, kink: "",
            python: Python::each("np.eye({num_classes})[{i}]", "torch.eye({num_classes}, dtype={ref}.dtype, device={ref}.device)[{i}]", "jax.nn.one_hot({i}, {num_classes}, dtype={ref}.dtype)"),
            rules: &[Rule::Index(|_, attributes| count(attributes).unwrap_or(Dim::ONE))],
        }),
        whole(&["arange"], "stop", Constant, "0, 1, 2, ..., as many as are asked for", "x: (n,); y = x * arange(n)", Whole {
            build: |b, a| {
                let Some(stop) = &a.values[0] else { return Err(a.wrong(a.span, "`arange` lacks its length".into())) };
                let stop = Attribute::Length(a.dim(b, stop)?);
                Ok(Value::Array(b.call(a.function, &[], vec![stop])))
            },
            shape: |_, _, attributes| count(attributes).into_iter().collect(), units: Units::None, kink: "",
            value: arraywise!(|c| Some(ArrayD::from_shape_fn(c.shape, |at| (at[0] as f64).into()))),
            python: Python::each("np.arange({stop})", "torch.arange({stop}, device={ref}.device)", "jnp.arange({stop})"), rules: &[],
        }),
    ]
}

/// How many parts an array is cut into at most.
const MAX_PARTS: i64 = 256;

/// One axis as an attribute.
pub(super) fn axis_of(axis: usize) -> Attribute {
    Attribute::Axes(smallvec![axis as u8])
}

/// The axis that the last attribute names.
fn place(attributes: &[Attribute]) -> usize {
    match attributes.last() {
        Some(Attribute::Axes(axes)) => axes[0].into(),
        _ => 0,
    }
}

fn count(attributes: &[Attribute]) -> Option<Dim> {
    match attributes {
        [Attribute::Length(count), ..] => Some(*count),
        _ => None,
    }
}

/// The arrays of a list.
fn operands(b: &mut Builder, a: &Arguments, place: usize) -> Result<Vec<Id>, Fault> {
    match &a.values[place] {
        Some(Value::Sequence(list)) if !list.is_empty() => list.iter().map(|value| a.as_array(b, value, a.spans[place])).collect(),
        _ => Err(a.wrong(a.spans[place], format!("`{}` wants a list of arrays: `{}([A, B])`", a.name, a.name))),
    }
}

/// The one axis that an argument names; the first where it names none.
fn axis(b: &mut Builder, a: &Arguments, place: usize, x: Id) -> Result<usize, Fault> {
    let count = b.arena().shape(x).len();
    if count == 0 {
        return Err(rank(b, a, x, "one axis or more"));
    }
    match a.axes(b, place, count)? {
        None => Ok(0),
        Some(axes) if axes.len() == 1 => Ok(axes[0]),
        Some(_) => Err(a.wrong(a.spans[place], format!("`{}` wants one axis", a.name))),
    }
}

/// The axis that an argument names; `None` where it names none and the array has more than one.
fn axis_or_flat(b: &mut Builder, a: &Arguments, place: usize) -> Result<Option<usize>, Fault> {
    let x = a.array(b, 0)?;
    let rank = b.arena().shape(x).len();
    Ok(match a.axes(b, place, rank)? {
        Some(axes) if axes.len() == 1 => Some(axes[0]),
        Some(_) => return Err(a.wrong(a.spans[place], format!("`{}` wants one axis", a.name))),
        None if rank == 1 => Some(0),
        None => None,
    })
}

/// A function along one axis; where none is named it acts on all entries in one row, which are then put back into their shape.
fn along(b: &mut Builder, a: &Arguments, place: usize, f: impl FnOnce(&mut Builder, Id, Attribute) -> Id) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let shape = b.resolved(x);
    let Value::Array(y) = along_flat(b, a, place, f)? else { return Ok(Value::None) };
    b.reshape(y, shape, a.span).map(Value::Array)
}

/// The same with the result as it is.
pub(super) fn along_flat(
    b: &mut Builder,
    a: &Arguments,
    place: usize,
    f: impl FnOnce(&mut Builder, Id, Attribute) -> Id,
) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let named = a.given(place);
    Ok(Value::Array(match axis_or_flat(b, a, place)? {
        Some(axis) if named && b.arena().shape(x).len() > 1 => f(b, x, axis_of(axis)),
        Some(_) => f(b, x, Attribute::None),
        None => {
            let flat = b.flattened(x, a.span)?;
            f(b, flat, Attribute::None)
        }
    }))
}

/// An array cut at places of an axis, into one part more than there are places.
fn cut_at(b: &mut Builder, a: &Arguments, x: Id, axis: usize, places: Vec<Dim>) -> Result<Value, Fault> {
    let (zero, length) = (b.dims().integer(0), b.resolved(x)[axis]);
    let starts: Vec<Dim> = [zero].into_iter().chain(places.iter().copied()).collect();
    let ends = places.into_iter().chain([length]);
    let parts = starts.into_iter().zip(ends).map(|(start, stop)| b.between(x, axis, start, stop, a.span).map(Value::Array));
    parts.collect::<Result<_, _>>().map(Value::Sequence)
}

/// The arrays that are given, a scalar as an array of one entry.
fn at_least_one_axis(b: &mut Builder, a: &Arguments) -> Result<Vec<Id>, Fault> {
    let mut list = operands(b, a, 0)?;
    for x in &mut list {
        if b.arena().shape(*x).is_empty() {
            *x = b.unsqueeze(*x, 1, a.span)?;
        }
    }
    Ok(list)
}

/// Arrays joined along an axis, equal along all others.
fn joined(b: &mut Builder, a: &Arguments, list: Vec<Id>, axis: usize) -> Result<Id, Fault> {
    let first = b.resolved(list[0]);
    for &x in &list[1..] {
        let shape = b.resolved(x);
        let fits = shape.len() == first.len() && (0..shape.len()).all(|k| k == axis || b.unify(first[k], shape[k]));
        if !fits {
            let (one, two) = (b.show(list[0]), b.show(x));
            let message = format!("`{}` joins along axis {axis}, so all other axes must agree: {one} and {two} do not", a.name);
            return Err(a.wrong(a.spans[0], message));
        }
    }
    Ok(if list.len() == 1 { list[0] } else { b.rearranged("concat", &list, vec![axis_of(axis)]) })
}

/// The sum of the lengths along the axis.
fn together(dims: &mut Dims, shapes: &[&[Dim]], attributes: &[Attribute]) -> Shape {
    let axis = place(attributes);
    let mut shape = Shape::from(shapes[0]);
    shape[axis] = dims.sum(shapes.iter().map(|shape| shape[axis]));
    shape
}

/// The part of what arrives that belongs to one of the joined arrays.
fn own_part(b: &mut Builder, part: &Part) -> Result<Id, Fault> {
    let axis = place(part.attributes);
    let lengths: SmallVec<[Dim; 8]> = part.operands.iter().map(|&x| b.arena().shape(x)[axis]).collect();
    let start = b.dims().sum(lengths[..part.place].iter().copied());
    let stop = b.dims().plus(start, lengths[part.place]);
    b.between(part.upstream, axis, start, stop, Default::default())
}

/// One entry for each index, out of the row (along the axis) in which the index stands: a sum over that row, of which the index keeps one.
fn picked(b: &mut Builder, a: &Arguments, x: Id, i: Id, axis: usize) -> Result<Id, Fault> {
    let (shape, index) = (b.resolved(x), b.resolved(i));
    let fits = shape.len() == index.len() && !shape.is_empty() && (0..shape.len()).all(|k| k == axis || b.unify(shape[k], index[k]));
    if !fits {
        let (one, two) = (b.show(x), b.show(i));
        return Err(a.wrong(
            a.span,
            format!("`{}` wants an index that agrees with the array on every axis but {axis}: {two} and {one} do not", a.name),
        ));
    }
    if index[axis] != Dim::ONE {
        return b.pick_each(x, i, axis);
    }
    let bare = b.node(Op::Squeeze(1 << axis), &[i]);
    b.pick(x, bare, axis, true)
}

impl Builder<'_> {
    /// Rows (or whatever stands along the axis) by index.
    pub fn gather(&mut self, x: Id, i: Id, axis: usize, span: crate::diagnostic::Span) -> Result<Id, Fault> {
        let rank = self.arena().shape(x).len() + self.arena().shape(i).len();
        if rank == self.arena().shape(i).len() {
            let shape = self.show(x);
            return Err(Box::new(ShapeError::Rank { function: "gather".into(), wanted: "one axis or more", shape, span }));
        }
        if rank - 1 > crate::limits::MAX_AXES {
            return Err(Box::new(ShapeError::TooManyAxes { rank: rank - 1, span }));
        }
        Ok(self.rearranged("gather", &[x, i], vec![axis_of(axis)]))
    }

    /// `sum(x * one_hot(i, d), axis)` along an axis of length `d`, which `i` lacks: the entry that it names of each row.
    pub(super) fn pick(&mut self, x: Id, i: Id, axis: usize, keep: bool) -> Result<Id, Fault> {
        let span = Default::default();
        let shape = self.resolved(x);
        let rank = shape.len() as u8;
        let mut mask = self.rearranged("one_hot", &[i], vec![Attribute::Length(shape[axis])]);
        if axis + 1 < shape.len() {
            let order = (0..axis as u8).chain([rank - 1]).chain(axis as u8..rank - 1).collect();
            mask = self.node(Op::Permute(order), &[mask]);
        }
        let product = self.multiply(x, mask, span, span)?;
        Ok(self.sum(product, 1 << axis, keep))
    }

    /// The same for an index that has several entries along the axis: its own axis stands there, the array's behind all others.
    fn pick_each(&mut self, x: Id, i: Id, axis: usize) -> Result<Id, Fault> {
        let span = Default::default();
        let shape = self.resolved(x);
        let rank = shape.len();
        let mask = self.rearranged("one_hot", &[i], vec![Attribute::Length(shape[axis])]);
        let order: SmallVec<[u8; 8]> = (0..rank as u8).filter(|&k| k as usize != axis).chain([axis as u8]).collect();
        let turned = if axis + 1 == rank { x } else { self.node(Op::Permute(order), &[x]) };
        let wide = self.unsqueeze(turned, 1 << axis, span)?;
        let product = self.multiply(wide, mask, span, span)?;
        Ok(self.sum(product, 1 << rank, false))
    }
}

fn flip<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let mut x = c.args[0].clone();
    c.axes(0).into_iter().for_each(|axis| x.invert_axis(Axis(axis)));
    Some(x)
}

fn roll<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (shift, axis) = (c.integer(0), c.axes(1)[0]);
    let length = c.args[0].shape()[axis] as i64;
    let order: Vec<usize> = (0..length).map(|k| (k - shift).rem_euclid(length) as usize).collect();
    Some(c.args[0].select(Axis(axis), &order))
}

/// An index array in whole numbers; nothing where one of them is none, or too large.
fn places<T: Scalar>(i: &ArrayD<T>, length: usize) -> Option<Vec<usize>> {
    i.iter().map(|i| i.place().filter(|place| *place < length)).collect()
}

fn gather<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let axis = c.axes(0)[0];
    let places = places(c.args[1], c.args[0].shape()[axis])?;
    c.args[0].select(Axis(axis), &places).as_standard_layout().into_owned().into_shape_with_order(c.shape).ok()
}

fn scatter_add<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let (axis, mut out) = (c.axes(0)[0], c.args[0].clone());
    let places = places(c.args[1], out.shape()[axis])?;
    let mut flat = out.shape().to_vec();
    flat[axis] = places.len();
    let rows = c.args[2].clone().into_shape_with_order(flat).ok()?;
    for (place, row) in places.into_iter().zip(rows.axis_iter(Axis(axis))) {
        let mut target = out.index_axis_mut(Axis(axis), place);
        target.zip_mut_with(&row, |sum, x| *sum = *sum + *x);
    }
    Some(out)
}

fn one_hot<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let length = *c.shape.last()?;
    let places = places(c.args[0], length)?;
    let mut data = vec![T::from(0.0); places.len() * length];
    places.into_iter().enumerate().for_each(|(row, place)| data[row * length + place] = T::from(1.0));
    ArrayD::from_shape_vec(c.shape, data).ok()
}
