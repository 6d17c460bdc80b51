//! The same entries in the same order, in another shape.

use super::build::built;
use super::rearrange::along_flat;
use super::whole::whole;
use super::{Attribute, Entry, Family, Fault, Python, Rule, Units, Value, Whole};
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Id, Op};
use crate::limits::MAX_AXES;
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::{ArrayD, Axis};

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Structure;
    vec![
        whole(&["reshape", "view"], "x, *shape", Structure, "the same entries in another shape; -1 stands for what is left", "X: (n, h*k); Y = reshape(X, (n, h, k))", Whole {
            build: |b, a| { let x = a.array(b, 0)?; let shape = a.shape(b, &a.rest)?; b.reshape(x, shape, a.span).map(Value::Array) },
            shape: wanted, value: arraywise!(|c| c.args[0].clone().into_shape_with_order(c.shape).ok()), units: Units::Kept(0), kink: "",
            python: Python::same("{np}.reshape({x}, {shape})"), rules: &[Rule::Transpose("reshape(g, x.shape)")],
        }),
        built(&["flatten", "ravel"], "x, start_dim=0, end_dim=-1", Structure, "axes joined to one", "y = flatten(X)", |b, a| {
            let x = a.array(b, 0)?;
            let shape = b.resolved(x);
            let end = |b: &Builder, place: usize, default: usize| Ok::<_, Fault>(a.axes(b, place, shape.len().max(1))?.map_or(default, |axes| axes[0]));
            let (first, last) = (end(b, 1, 0)?, end(b, 2, shape.len().saturating_sub(1))?);
            if first > last {
                return Err(a.wrong(a.span, format!("`{}` joins axes from the left to the right, not {first} to {last}", a.name)));
            }
            let joined = b.dims().product(shape.iter().copied().take(last + 1).skip(first));
            let flat = shape.iter().copied().take(first).chain([joined]).chain(shape.iter().copied().skip(last + 1)).collect();
            b.reshape(x, flat, a.span).map(Value::Array)
        }),
        whole(&["repeat", "repeat_interleave"], "x, repeats, axis=None", Structure, "each entry so many times in a row", "Y = repeat(X, 3, axis=0)", Whole {
            build: |b, a| {
                let Some(count) = &a.values[1] else { return Err(a.wrong(a.span, format!("`{}` lacks how often", a.name))) };
                let count = a.dim(b, count)?;
                along_flat(b, a, 2, |b, x, axis| if count == Dim::ONE { x } else { b.call(a.function, &[x], vec![Attribute::Length(count), axis]) })
            },
            shape: |dims, shapes, attributes| {
                let (count, axis) = repeats(attributes);
                let mut shape = Shape::from(shapes[0]);
                shape[axis] = dims.times(shape[axis], count);
                shape
            },
            value: arraywise!(|c| {
                let (count, axis) = (usize::try_from(c.integer(0)).ok()?, c.axes(1)[0]);
                let order: Vec<usize> = (0..c.args[0].shape()[axis]).flat_map(|k| std::iter::repeat_n(k, count)).collect();
                Some(c.args[0].select(Axis(axis), &order))
            }),
            units: Units::Kept(0), kink: "",
            python: Python::each("np.repeat({x}, {repeats}, {axis})", "torch.repeat_interleave({x}, {repeats}, {axis})", "jnp.repeat({x}, {repeats}, {axis})"),
            rules: &[Rule::Linear(|b, part| {
                // the copies of one entry stand side by side
                let (count, axis) = repeats(part.attributes);
                let mut shape = Shape::from(b.arena().shape(part.operands[0]));
                shape.insert(axis + 1, count);
                let apart = b.reshape(part.upstream, shape, Span::default())?;
                Ok(b.sum(apart, 1 << (axis + 1), false))
            })],
        }),
        whole(&["tile"], "x, repeats", Structure, "the whole array so many times one after the other", "Y = tile(X, (2, 3))", Whole {
            build: |b, a| {
                let mut x = a.array(b, 0)?;
                let mut times = match &a.values[1] {
                    Some(Value::Sequence(list)) => a.shape(b, list)?,
                    Some(one) => Shape::from_slice(&[a.dim(b, one)?]),
                    None => return Err(a.wrong(a.span, "`tile` lacks how often".into())),
                };
                let rank = b.arena().shape(x).len();
                x = b.unsqueeze(x, (1u32 << times.len().saturating_sub(rank).min(MAX_AXES + 1)) - 1, a.span)?;
                while times.len() < rank {
                    times.insert(0, Dim::ONE);
                }
                Ok(Value::Array(if times.iter().all(|n| *n == Dim::ONE) { x } else { b.call(a.function, &[x], vec![Attribute::Lengths(times)]) }))
            },
            shape: |dims, shapes, attributes| shapes[0].iter().zip(wanted(dims, &[], attributes)).map(|(&dim, count)| dims.times(dim, count)).collect(),
            value: arraywise!(|c| Some(ArrayD::from_shape_fn(c.shape, |at| {
                let within: Vec<usize> = c.args[0].shape().iter().enumerate().map(|(axis, &n)| at[axis] % n).collect();
                c.args[0][within.as_slice()]
            }))),
            units: Units::Kept(0), kink: "",
            python: Python::same("{np}.tile({x}, {repeats})"),
            rules: &[Rule::Linear(|b, part| {
                // the copies stand apart: an axis for them in front of each
                let [Attribute::Lengths(times)] = part.attributes else { return Ok(part.upstream) };
                let own = Shape::from(b.arena().shape(part.operands[0]));
                let (mut apart, mut mask) = (Shape::new(), 0u32);
                for (&count, &dim) in times.iter().zip(&own) {
                    if count != Dim::ONE {
                        mask |= 1 << apart.len();
                        apart.push(count);
                    }
                    apart.push(dim);
                }
                let apart = b.reshape(part.upstream, apart, Span::default())?;
                Ok(b.sum(apart, mask, false))
            })],
        }),
    ]
}

/// How often `repeat` repeats, and along which axis.
fn repeats(attributes: &[Attribute]) -> (Dim, usize) {
    match attributes {
        [Attribute::Length(count), Attribute::Axes(axes)] => (*count, axes[0].into()),
        [Attribute::Length(count), ..] => (*count, 0),
        _ => (Dim::ONE, 0),
    }
}

/// The shape that the only attribute is.
fn wanted(_: &mut Dims, _: &[&[Dim]], attributes: &[Attribute]) -> Shape {
    match attributes {
        [Attribute::Lengths(shape)] => shape.clone(),
        _ => Shape::new(),
    }
}

impl Builder<'_> {
    /// The same entries in another shape, in which -1 stands for what is left.
    pub fn reshape(&mut self, x: Id, mut wanted: Shape, span: Span) -> Result<Id, Fault> {
        if wanted.len() > MAX_AXES {
            return Err(Box::new(ShapeError::TooManyAxes { rank: wanted.len(), span }));
        }
        let from = self.resolved(x);
        let whole = self.dims().product(from.iter().copied());
        let open: Vec<usize> = (0..wanted.len()).filter(|&axis| self.dims().as_integer(wanted[axis]) == Some(-1)).collect();
        if let [axis] = open.as_slice() {
            wanted[*axis] = Dim::ONE;
            let rest = self.dims().product(wanted.iter().copied());
            wanted[*axis] = self.part(whole, rest, span)?;
        } else if open.len() > 1 {
            let message = "only one length of a shape may be -1".into();
            return Err(Box::new(ShapeError::Argument { message, usage: String::new(), span }));
        }
        let count = self.dims().product(wanted.iter().copied());
        if !self.unify(whole, count) {
            let (from, to) = (self.show(x), self.dims().show_shape(&wanted));
            let (before, after) = (self.show_dim(whole), self.show_dim(count));
            return Err(Box::new(ShapeError::Entries { from, to, before, after, span }));
        }
        let wanted: Shape = wanted.into_iter().map(|dim| self.dims().resolve(dim)).collect();
        let from = self.resolved(x);
        if from == wanted {
            return Ok(x);
        }
        // only axes of length 1 come or go
        let ones =
            |shape: &Shape| shape.iter().enumerate().filter(|(_, dim)| **dim == Dim::ONE).fold(0u32, |mask, (axis, _)| mask | 1 << axis);
        if from.iter().filter(|dim| **dim != Dim::ONE).eq(wanted.iter().filter(|dim| **dim != Dim::ONE)) {
            let (gone, new) = (ones(&from), ones(&wanted));
            let bare = if gone == 0 { x } else { self.node(Op::Squeeze(gone), &[x]) };
            return self.unsqueeze(bare, new, span);
        }
        Ok(self.rearranged("reshape", &[x], vec![Attribute::Lengths(wanted)]))
    }

    /// All entries in one row.
    pub fn flattened(&mut self, x: Id, span: Span) -> Result<Id, Fault> {
        let shape = self.resolved(x);
        let count = self.dims().product(shape);
        self.reshape(x, Shape::from_slice(&[count]), span)
    }

    /// A length divided by another one: exactly, or by a choice of the lengths that are yet unknown.
    pub fn part(&mut self, whole: Dim, by: Dim, span: Span) -> Result<Dim, Fault> {
        let (whole, by) = (self.dims().resolve(whole), self.dims().resolve(by));
        if let Some(part) = self.dims().divide(whole, by) {
            return Ok(part);
        }
        if !self.dims().unknowns(whole).is_empty() || !self.dims().unknowns(by).is_empty() {
            let part = self.dims().unknown();
            let product = self.dims().times(by, part);
            if self.unify(whole, product) {
                return Ok(self.dims().resolve(part));
            }
        }
        let (whole, by) = (self.show_dim(whole), self.show_dim(by));
        Err(Box::new(ShapeError::Divide { whole, by, span }))
    }

    /// A node of one of the functions here, whose operands are known to fit.
    pub(super) fn rearranged(&mut self, name: &str, operands: &[Id], attributes: Vec<Attribute>) -> Id {
        let function = super::find(name).expect("stands in this table");
        self.call(function, operands, attributes)
    }
}
