//! What is cut out of an array, and the zeros that put it back.

use super::rearrange::axis_of;
use super::whole::whole;
use super::{Arguments, Attribute, Call, Cut, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::diagnostic::Span;
use crate::expr::{Id, Number, Op};
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::{ArrayD, Axis, Slice};
use smallvec::{SmallVec, smallvec};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Structure;
    vec![
        whole(&["slice"], "x, index", Structure, "a part of an array, written as Python writes it: `X[1:, :2]`", "X: (n, m); Y = X[1:, :2]", Whole {
            build: |_, a| Err(a.wrong(a.span, "a part of an array is written with brackets: `X[1:, :2]`".into())),
            shape: |_, _, attributes| cuts(attributes).iter().map(|cut| cut.count).collect(),
            value: arraywise!(slice), units: Units::Kept(0), kink: "", python: Python::same("{x}[{index}]"),
            rules: &[Rule::Linear(|b, part| {
                let shape = Shape::from(b.arena().shape(part.operands[0]));
                Ok(b.put_back(part.upstream, cuts(part.attributes), &shape))
            })],
        }),
        whole(&["pad"], "x, pad_width", Structure, "zeros put before and behind the entries of each axis", "Y = pad(X, ((1, 0), (0, 2)))", Whole {
            build: |b, a| { let x = a.array(b, 0)?; let pairs = pairs(b, a, x)?; Ok(Value::Array(b.padded(x, pairs))) },
            shape: |dims, shapes, attributes| shapes[0].iter().zip(pads(attributes)).map(|(&dim, (before, behind))| dims.sum([*before, dim, *behind])).collect(),
            value: arraywise!(pad), units: Units::Kept(0), kink: "",
            python: Python::each("np.pad({x}, {pad_width})", "_pad({x}, {pad_width})", "jnp.pad({x}, {pad_width})").defining(
                "", "def _pad(x, widths):\n    return torch.nn.functional.pad(x, [n for pair in reversed(widths) for n in pair])\n", ""),
            rules: &[Rule::Linear(|b, part| {
                let shape = Shape::from(b.arena().shape(part.operands[0]));
                let cut = |b: &mut Builder, (&(before, _), &dim): (&(Dim, Dim), &Dim)| b.cut(before, dim);
                let cuts: Cuts = pads(part.attributes).iter().zip(&shape).map(|pair| cut(b, pair)).collect();
                Ok(b.slice(part.upstream, cuts))
            })],
        }),
        whole(&["dilate"], "x, step, axis=0", Structure, "zeros put between the entries, so that they stand `step` apart", "Y = dilate(X, 2, axis=1)", Whole {
            build: |b, a| {
                let x = a.array(b, 0)?;
                let step = match &a.values[1] { Some(value) => a.integer(b, value, a.spans[1])?, None => 0 };
                if step < 1 {
                    return Err(a.wrong(a.spans[1], format!("`{}` wants a step of 1 or more", a.name)));
                }
                let rank = b.arena().shape(x).len();
                if rank == 0 {
                    return Err(super::linear::rank(b, a, x, "an axis along which entries are put apart"));
                }
                let axis = a.axes(b, 2, rank)?.map_or(0, |axes| axes[0]);
                Ok(Value::Array(if step == 1 { x } else { b.call(a.function, &[x], vec![Attribute::Number(Number::integer(step)), axis_of(axis)]) }))
            },
            shape: |dims, shapes, attributes| {
                let (step, axis) = spacing(attributes);
                let mut shape = Shape::from(shapes[0]);
                shape[axis] = spread(dims, shape[axis], step);
                shape
            },
            value: arraywise!(dilate), units: Units::Kept(0), kink: "",
            python: Python::each("_dilate({x}, {step}, {axis})", "_dilate({x}, {step}, {axis})", "_dilate({x}, {step}, {axis})").defining(
                "def _dilate(x, step, axis=0):\n    shape = list(x.shape)\n    shape[axis] = (shape[axis] - 1) * step + 1\n    out = np.zeros(shape, x.dtype)\n    out[(slice(None),) * axis + (slice(None, None, step),)] = x\n    return out\n",
                "def _dilate(x, step, axis=0):\n    shape = list(x.shape)\n    shape[axis] = (shape[axis] - 1) * step + 1\n    out = x.new_zeros(shape)\n    out[(slice(None),) * axis + (slice(None, None, step),)] = x\n    return out\n",
                "def _dilate(x, step, axis=0):\n    shape = list(x.shape)\n    shape[axis] = (shape[axis] - 1) * step + 1\n    return jnp.zeros(shape, x.dtype).at[(slice(None),) * axis + (slice(None, None, step),)].set(x)\n"),
            rules: &[Rule::Linear(|b, part| {
                let (step, axis) = spacing(part.attributes);
                let shape = Shape::from(b.arena().shape(part.operands[0]));
                let mut cuts = b.all(part.upstream);
                cuts[axis] = Cut { step, count: shape[axis], ..cuts[axis] };
                Ok(b.slice(part.upstream, cuts))
            })],
        }),
    ]
}

/// What is taken of each axis.
pub type Cuts = SmallVec<[Cut; 4]>;

fn cuts(attributes: &[Attribute]) -> &[Cut] {
    match attributes {
        [Attribute::Cuts(cuts)] => cuts,
        _ => &[],
    }
}

fn pads(attributes: &[Attribute]) -> &[(Dim, Dim)] {
    match attributes {
        [Attribute::Pairs(pairs)] => pairs,
        _ => &[],
    }
}

/// The step and the axis of `dilate`.
fn spacing(attributes: &[Attribute]) -> (i64, usize) {
    match attributes {
        [Attribute::Number(step), Attribute::Axes(axes)] => (step.to_integer().unwrap_or(1), axes[0].into()),
        _ => (1, 0),
    }
}

/// The length that so many entries reach over when they stand `step` apart.
pub(super) fn spread(dims: &mut Dims, count: Dim, step: i64) -> Dim {
    let (step, gap) = (dims.integer(step), dims.integer(step - 1));
    let whole = dims.times(count, step);
    dims.minus(whole, gap)
}

/// `pad_width` as NumPy has it: a number, a pair for all axes, or a pair for each.
fn pairs(b: &mut Builder, a: &Arguments, x: Id) -> Result<SmallVec<[(Dim, Dim); 4]>, Fault> {
    let rank = b.arena().shape(x).len();
    let Some(value) = &a.values[1] else { return Err(a.wrong(a.span, "`pad` lacks how much".into())) };
    let pair = |b: &mut Builder, value: &Value| -> Result<(Dim, Dim), Fault> {
        let (before, behind) = match value {
            Value::Sequence(list) if list.len() == 2 => (a.dim(b, &list[0])?, a.dim(b, &list[1])?),
            Value::Sequence(_) => return Err(a.wrong(a.spans[1], "`pad` wants a pair for each axis, before and behind".into())),
            one => (a.dim(b, one)?, a.dim(b, one)?),
        };
        if b.dims().is_negative(before) || b.dims().is_negative(behind) {
            return Err(a.wrong(a.spans[1], "`pad` adds zeros; to take entries away write `X[1:-1]`".into()));
        }
        Ok((before, behind))
    };
    match value {
        // PyTorch names both ends of the last axis first, then of the one before it, and so on
        Value::Sequence(list) if a.is_functional() => {
            if list.len() % 2 == 1 || list.len() > 2 * rank {
                let shape = b.show(x);
                let message =
                    format!("PyTorch's `pad` wants two numbers for each axis, the last one first, at most {} for {shape}", 2 * rank);
                return Err(a.wrong(a.spans[1], message));
            }
            let ends: Vec<(Dim, Dim)> = list.chunks(2).map(|ends| pair(b, &Value::Sequence(ends.to_vec()))).collect::<Result<_, _>>()?;
            let zero = b.dims().integer(0);
            Ok((0..rank).rev().map(|axis| ends.get(axis).copied().unwrap_or((zero, zero))).collect())
        }
        _ if a.is_functional() => Err(a.wrong(a.spans[1], "PyTorch's `pad` wants two numbers for each axis, the last one first".into())),
        Value::Sequence(list) if list.iter().any(|v| matches!(v, Value::Sequence(_))) => {
            if list.len() != rank {
                let shape = b.show(x);
                return Err(a.wrong(a.spans[1], format!("`pad` is given {} pairs, but the array is {shape}", list.len())));
            }
            list.iter().map(|value| pair(b, value)).collect()
        }
        all => {
            let pair = pair(b, all)?;
            Ok(smallvec![pair; rank])
        }
    }
}

impl Builder<'_> {
    /// `length` entries from `start` on.
    pub(super) fn cut(&mut self, start: Dim, length: Dim) -> Cut {
        Cut { start, stop: self.dims().plus(start, length), step: 1, count: length }
    }

    /// Everything of each axis.
    pub(super) fn all(&mut self, x: Id) -> Cuts {
        let zero = self.dims().integer(0);
        self.resolved(x).into_iter().map(|dim| Cut { start: zero, stop: dim, step: 1, count: dim }).collect()
    }

    /// A part of an array; the array itself where that is all of it.
    pub fn slice(&mut self, x: Id, cuts: Cuts) -> Id {
        if cuts == self.all(x) {
            return x;
        }
        self.rearranged("slice", &[x], vec![Attribute::Cuts(cuts)])
    }

    /// The array with zeros around it, if there are any.
    pub fn padded(&mut self, x: Id, pairs: SmallVec<[(Dim, Dim); 4]>) -> Id {
        let none = pairs.iter().all(|&(before, behind)| [before, behind].iter().all(|&dim| self.dims().as_integer(dim) == Some(0)));
        if none { x } else { self.rearranged("pad", &[x], vec![Attribute::Pairs(pairs)]) }
    }

    /// The entries of `g` at the places of an array of this shape from which they were cut, zeros elsewhere.
    fn put_back(&mut self, mut g: Id, cuts: &[Cut], shape: &[Dim]) -> Id {
        let mut pairs = SmallVec::new();
        for (axis, (cut, &length)) in cuts.iter().zip(shape).enumerate() {
            let (mut start, mut reach) = (cut.start, spread(self.dims(), cut.count, cut.step));
            if cut.step > 1 {
                (g, start, reach) = self.spaced(g, axis, cut, length);
            }
            let end = self.dims().plus(start, reach);
            pairs.push((start, self.dims().minus(length, end)));
        }
        self.padded(g, pairs)
    }

    /// Zeros between the entries of one axis; where the first entry then stands, and how long the axis has become. The zeros around each
    /// entry make it a row of `step`, and the rows then follow on each other: `reshape(pad(g[:, None], ...), ...)`.
    fn spaced(&mut self, g: Id, axis: usize, cut: &Cut, length: Dim) -> (Id, Dim, Dim) {
        let zero = self.dims().integer(0);
        let place = self.dims().as_integer(cut.start).filter(|place| *place < cut.step).unwrap_or(0);
        let start = if place == 0 { cut.start } else { zero };
        let step = self.dims().integer(cut.step);
        let reach = self.dims().times(cut.count, step);
        let end = self.dims().plus(start, reach);
        let (behind, beyond) = (self.dims().minus(length, end), self.dims().minus(end, length));
        let fits = self.dims().is_counted(behind);
        if !fits && !self.dims().is_counted(beyond) {
            let g = self.rearranged("dilate", &[g], vec![Attribute::Number(Number::integer(cut.step)), axis_of(axis)]);
            return (g, cut.start, spread(self.dims(), cut.count, cut.step));
        }
        let mut shape = self.resolved(g);
        let rows = self.node(Op::Unsqueeze(1 << (axis + 1)), &[g]);
        let mut pairs: SmallVec<[(Dim, Dim); 4]> = smallvec![(zero, zero); shape.len() + 1];
        pairs[axis + 1] = (self.dims().integer(place), self.dims().integer(cut.step - 1 - place));
        let rows = self.padded(rows, pairs);
        shape[axis] = reach;
        let all = self.rearranged("reshape", &[rows], vec![Attribute::Lengths(shape)]);
        if fits {
            return (all, start, reach);
        }
        // zeros that reach beyond the end
        let mut cuts = self.all(all);
        let reach = self.dims().minus(length, start);
        cuts[axis] = self.cut(zero, reach);
        (self.slice(all, cuts), start, reach)
    }

    /// The entries from `start` up to but not including `stop` along one axis.
    pub fn between(&mut self, x: Id, axis: usize, start: Dim, stop: Dim, span: Span) -> Result<Id, Fault> {
        let length = self.resolved(x)[axis];
        let mut cuts = self.all(x);
        cuts[axis] = self.bounded(Some(start), Some(stop), 1, length, span)?.0;
        Ok(self.slice(x, cuts))
    }
}

/// The bounds of each axis, in groups.
fn grouped<T, const N: usize>(c: &Call<T>) -> Vec<[i64; N]> {
    c.lengths(0).chunks_exact(N).map(|chunk| std::array::from_fn(|k| chunk[k])).collect()
}

fn slice<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let mut view = c.args[0].view();
    for (axis, [start, stop, step]) in grouped(c).into_iter().enumerate() {
        if start < 0 || stop <= start || stop > view.shape()[axis] as i64 {
            return None;
        }
        view.slice_axis_inplace(Axis(axis), Slice::new(start as isize, Some(stop as isize), step as isize));
    }
    Some(view.as_standard_layout().into_owned())
}

fn pad<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let mut out = ArrayD::from_elem(c.shape, T::from(0.0));
    let pairs: Vec<[i64; 2]> = grouped(c);
    // at lengths that stand for literal ones, what a formula counts may not fit
    let fits = |((&[before, behind], &of), &n): ((&[i64; 2], &usize), &usize)| {
        before >= 0 && behind >= 0 && before.saturating_add(behind).saturating_add(of as i64) == n as i64
    };
    if pairs.len() != c.shape.len() || !pairs.iter().zip(c.args[0].shape()).zip(c.shape).all(fits) {
        return None;
    }
    out.slice_each_axis_mut(|axis| {
        let [before, behind] = pairs[axis.axis.index()];
        Slice::new(before as isize, Some(axis.len as isize - behind as isize), 1)
    })
    .assign(c.args[0]);
    Some(out)
}

fn dilate<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let mut out = ArrayD::from_elem(c.shape, T::from(0.0));
    let (step, axis) = (c.integer(0), c.axes(1)[0]);
    let mut places = out.slice_axis_mut(Axis(axis), Slice::new(0, None, step as isize));
    if places.shape() != c.args[0].shape() {
        return None;
    }
    places.assign(c.args[0]);
    Some(out)
}
