//! The value of expressions on `ndarray`. A multilinear node is evaluated from its signature alone.

use super::literals;
use crate::expr::{Arena, Axes, Axis, Constant, Id, Number, Op, SymbolId, UNIT};
use crate::limits::{MAX_CHECK_ENTRIES, MAX_COMPUTED_ENTRIES};
use crate::ops::{Attribute, Call, Scalar, Setting};
use crate::shape::Dim;
use ndarray::{ArrayD, IxDyn};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// An array of 64-bit floats.
pub type Array = ArrayD<f64>;

/// Evaluates nodes of one arena at given lengths.
pub struct Evaluator<'a> {
    arena: &'a Arena,
    /// The length of each dimension's name.
    pub lengths: &'a FxHashMap<String, usize>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator for the nodes of `arena`.
    pub fn new(arena: &'a Arena, lengths: &'a FxHashMap<String, usize>) -> Self {
        Evaluator { arena, lengths }
    }

    /// A length in numbers; `None` where it is negative or a name has no length.
    pub fn length(&self, dim: Dim) -> Option<usize> {
        literals::number(&self.arena.dims, dim, self.lengths).filter(|&n| n >= 0)?.try_into().ok()
    }

    /// A shape in numbers.
    pub fn shape(&self, shape: &[Dim]) -> Option<Vec<usize>> {
        shape.iter().map(|&dim| self.length(dim)).collect()
    }

    /// How many entries the value of a node has; `None` where that is more than can be counted, or a length is negative.
    pub fn entries(&self, id: Id) -> Option<usize> {
        self.arena.shape(id).iter().try_fold(1usize, |count, &dim| count.checked_mul(self.length(dim)?))
    }

    /// Whether none of these has more entries than this.
    pub fn is_small(&self, nodes: &[Id], most: usize) -> bool {
        nodes.iter().all(|&id| self.entries(id).is_some_and(|entries| entries <= most))
    }

    /// The largest size of a finite entry of any value on the way, those of variables too.
    pub fn largest(&self, schedule: &[Id], symbols: &FxHashMap<SymbolId, Array>) -> Option<f64> {
        let size = |array: &Array| array.iter().filter(|x| x.is_finite()).fold(0.0, |size: f64, x| size.max(x.abs()));
        let mut found: FxHashMap<Id, Array> = FxHashMap::default();
        for &id in schedule {
            let value = match self.arena.op(id) {
                Op::Variable(symbol) => symbols.get(symbol)?.clone(),
                _ => {
                    let args: Option<SmallVec<[&Array; 4]>> = self.arena.args(id).iter().map(|arg| found.get(arg)).collect();
                    self.node(id, &args?)?
                }
            };
            found.insert(id, value);
        }
        Some(found.values().map(size).fold(0.0, f64::max))
    }

    /// The value of `root`, given that of every variable in it. `schedule` is what it is made of, operands first
    /// ([`Arena::reachable`]). `None` where a variable has no value.
    pub fn value<T: Scalar>(&self, schedule: &[Id], symbols: &FxHashMap<SymbolId, ArrayD<T>>) -> Option<ArrayD<T>> {
        let mut values: Vec<Option<ArrayD<T>>> = Vec::with_capacity(schedule.len());
        let find = |values: &Vec<Option<ArrayD<T>>>, id: Id| schedule.binary_search(&id).ok().filter(|at| *at < values.len());
        for &id in schedule {
            if let Op::Variable(symbol) = self.arena.op(id) {
                symbols.get(symbol)?;
                values.push(None);
                continue;
            }
            let args: Option<SmallVec<[&ArrayD<T>; 4]>> = self
                .arena
                .args(id)
                .iter()
                .map(|&arg| match self.arena.op(arg) {
                    Op::Variable(symbol) => symbols.get(symbol),
                    _ => values[find(&values, arg)?].as_ref(),
                })
                .collect();
            let value = self.node(id, &args?)?;
            values.push(Some(value));
        }
        let root = *schedule.last()?;
        match self.arena.op(root) {
            Op::Variable(symbol) => symbols.get(symbol).cloned(),
            _ => values.pop().flatten(),
        }
    }

    /// Adds the value of `root` to those that are known, with all that it needs; `None` where there is none, or it needs very much room.
    pub fn remember<T: Scalar>(
        &self,
        root: Id,
        symbols: &FxHashMap<SymbolId, ArrayD<T>>,
        known: &mut FxHashMap<Id, ArrayD<T>>,
    ) -> Option<()> {
        let mut waiting = vec![root];
        while let Some(&id) = waiting.last() {
            if known.contains_key(&id) {
                waiting.pop();
                continue;
            }
            let value = match self.arena.op(id) {
                Op::Variable(symbol) => symbols.get(symbol)?.clone(),
                _ => {
                    let from = waiting.len();
                    waiting.extend(self.arena.args(id).iter().filter(|arg| !known.contains_key(arg)));
                    if waiting.len() > from {
                        continue;
                    }
                    self.entries(id).filter(|entries| *entries <= MAX_CHECK_ENTRIES)?;
                    let args: SmallVec<[&ArrayD<T>; 4]> = self.arena.args(id).iter().map(|arg| &known[arg]).collect();
                    self.node(id, &args)?
                }
            };
            waiting.pop();
            known.insert(id, value);
        }
        Some(())
    }

    /// The value of one node, given those of its operands.
    pub(crate) fn node<T: Scalar>(&self, id: Id, args: &[&ArrayD<T>]) -> Option<ArrayD<T>> {
        self.entries(id).filter(|entries| *entries <= MAX_COMPUTED_ENTRIES)?;
        let scalar = |value: T| ArrayD::from_elem(IxDyn(&[]), value);
        Some(match self.arena.op(id) {
            Op::Number(value) => scalar(value.real()),
            Op::Constant(constant) => scalar(match constant {
                Constant::Pi => T::pi(),
                Constant::E => T::e(),
                Constant::Infinity => T::from(f64::INFINITY),
            }),
            Op::Length(dim) => scalar(T::from(self.length(*dim)? as f64)),
            Op::Eye(dim) => {
                let n = self.length(*dim)?;
                ArrayD::from_shape_fn(IxDyn(&[n, n]), |at| T::from(if at[0] == at[1] { 1.0 } else { 0.0 }))
            }
            Op::Power(exponent) => {
                let power = raise(*exponent);
                args[0].mapv(power)
            }
            Op::Add(coefficients) => {
                let coefficients: SmallVec<[T; 4]> = coefficients.iter().map(|c| c.real()).collect();
                self.entrywise(id, args, |x: &[T]| x.iter().zip(&coefficients).fold(T::from(0.0), |sum, (x, c)| sum + *x * *c))?
            }
            Op::Multiply => self.entrywise(id, args, |x: &[T]| x.iter().fold(T::from(1.0), |product, x| product * *x))?,
            Op::Apply(function) => self.entrywise(id, args, T::entrywise(&function.primitive().value))?,
            Op::Call(function, attributes) => {
                let settings: Option<SmallVec<[Setting; 4]>> = attributes.iter().map(|attribute| self.setting(attribute)).collect();
                let shape = self.shape(self.arena.shape(id))?;
                let value = T::arraywise(&function.whole().value)(&Call { args, settings: &settings?, shape: &shape })?;
                // the axes in order, as everything here has them
                if value.is_standard_layout() { value } else { value.as_standard_layout().into_owned() }
            }
            _ => {
                let signature = self.arena.signature(id)?;
                let lengths = self.shape(&signature.lengths)?;
                // formulas made wrong on purpose may not fit
                let fits = |axes: &Axes, x: &ArrayD<T>| {
                    let length = |axis: Axis| if axis == UNIT { Some(1) } else { lengths.get(axis as usize).copied() };
                    axes.len() == x.ndim() && axes.iter().zip(x.shape()).all(|(&axis, &n)| length(axis) == Some(n))
                };
                if !signature.inputs.iter().zip(args).all(|(axes, x)| fits(axes, x)) {
                    return None;
                }
                contract(args, &signature.inputs, &signature.output, &lengths)
            }
        })
    }

    fn setting(&self, attribute: &Attribute) -> Option<Setting> {
        let length = |dim: &Dim| literals::number(&self.arena.dims, *dim, self.lengths);
        Some(match attribute {
            Attribute::None => Setting::None,
            Attribute::Flag(truth) => Setting::Flag(*truth),
            Attribute::Number(number) => Setting::Number(*number),
            Attribute::Length(dim) => Setting::Number(Number::integer(length(dim)?)),
            Attribute::Axes(axes) => Setting::Axes(axes.iter().map(|&axis| axis.into()).collect()),
            Attribute::Lengths(lengths) => Setting::Lengths(lengths.iter().map(length).collect::<Option<_>>()?),
            Attribute::Cuts(cuts) => {
                let parts = cuts.iter().map(|c| Some([length(&c.start)?, length(&c.stop)?, c.step]));
                Setting::Lengths(parts.collect::<Option<Vec<_>>>()?.concat())
            }
            Attribute::Pairs(pairs) => {
                let parts = pairs.iter().map(|(before, behind)| Some([length(before)?, length(behind)?]));
                Setting::Lengths(parts.collect::<Option<Vec<_>>>()?.concat())
            }
            Attribute::Text(text) => Setting::Text(text.clone()),
        })
    }

    /// Entry by entry, with broadcasting.
    fn entrywise<T: Scalar>(&self, id: Id, args: &[&ArrayD<T>], f: impl Fn(&[T]) -> T) -> Option<ArrayD<T>> {
        let shape = self.shape(self.arena.shape(id))?;
        let fits = |x: &ArrayD<T>| {
            x.ndim() <= shape.len() && x.shape().iter().rev().zip(shape.iter().rev()).all(|(&n, &length)| n == length || n == 1)
        };
        if !args.iter().all(|x| fits(x)) {
            return None;
        }
        let axes: Axes = (0..shape.len() as Axis).collect();
        let strides: SmallVec<[SmallVec<[usize; 8]>; 4]> = args
            .iter()
            .map(|array| {
                let offset = shape.len() - array.ndim();
                let labels: Axes = array
                    .shape()
                    .iter()
                    .enumerate()
                    .map(|(k, &n)| if n == 1 && shape[offset + k] != 1 { UNIT } else { axes[offset + k] })
                    .collect();
                strides_of(array.shape(), &labels, shape.len())
            })
            .collect();
        let data: SmallVec<[&[T]; 4]> = args.iter().map(|a| a.as_slice().unwrap_or(&[])).collect();
        let mut out = Vec::with_capacity(shape.iter().product());
        let mut entry: SmallVec<[T; 4]> = SmallVec::from_elem(T::from(0.0), args.len());
        odometer(&shape, &strides, |offsets| {
            for (value, (data, &at)) in entry.iter_mut().zip(data.iter().zip(offsets)) {
                *value = data[at];
            }
            out.push(f(&entry));
        });
        ArrayD::from_shape_vec(IxDyn(&shape), out).ok()
    }
}

fn raise<T: Scalar>(exponent: Number) -> impl Fn(T) -> T {
    let (whole, half) = (exponent.to_integer(), exponent == Number::HALF);
    let number: T = exponent.real();
    move |x| match whole {
        Some(e) => x.powi(e),
        None if half => x.sqrt(),
        None => x.powf(number),
    }
}

/// How far one step along each label moves in an array's data; a label that stands twice moves along both of its axes.
fn strides_of(shape: &[usize], labels: &Axes, count: usize) -> SmallVec<[usize; 8]> {
    let mut strides: SmallVec<[usize; 8]> = SmallVec::from_elem(0, count);
    let mut step = 1;
    for (&n, &label) in shape.iter().zip(labels).rev() {
        if label != UNIT {
            strides[label as usize] += step;
        }
        step *= n;
    }
    strides
}

/// Counts through all indices, the last one fastest, keeping an offset for each list of strides.
fn odometer(lengths: &[usize], strides: &[SmallVec<[usize; 8]>], mut visit: impl FnMut(&[usize])) {
    let mut offsets: SmallVec<[usize; 5]> = SmallVec::from_elem(0, strides.len());
    let mut index: SmallVec<[usize; 8]> = SmallVec::from_elem(0, lengths.len());
    if lengths.contains(&0) {
        return;
    }
    'all: loop {
        visit(&offsets);
        for axis in (0..lengths.len()).rev() {
            index[axis] += 1;
            for (offset, strides) in offsets.iter_mut().zip(strides) {
                *offset += strides[axis];
            }
            if index[axis] < lengths[axis] {
                continue 'all;
            }
            for (offset, strides) in offsets.iter_mut().zip(strides) {
                *offset -= strides[axis] * lengths[axis];
            }
            index[axis] = 0;
        }
        return;
    }
}

/// A contraction, two factors at a time: the cost of a chain is that of its products.
fn contract<T: Scalar>(args: &[&ArrayD<T>], inputs: &[Axes], output: &Axes, lengths: &[usize]) -> ArrayD<T> {
    let one = ArrayD::from_elem(IxDyn(&[]), T::from(1.0));
    let mut left = (args[0].clone(), inputs[0].clone());
    for k in 1..args.len() {
        let last = k + 1 == args.len();
        let labels: Axes = if last {
            output.clone()
        } else {
            let mut kept = Axes::new();
            for &axis in left.1.iter().chain(&inputs[k]) {
                let later = output.contains(&axis) || inputs[k + 1..].iter().any(|axes| axes.contains(&axis));
                if axis != UNIT && later && !kept.contains(&axis) {
                    kept.push(axis);
                }
            }
            kept
        };
        left = (pair(&left.0, &left.1, args[k], &inputs[k], &labels, lengths), labels);
    }
    if args.len() == 1 { pair(&left.0, &left.1, &one, &Axes::new(), output, lengths) } else { left.0 }
}

fn pair<T: Scalar>(a: &ArrayD<T>, a_axes: &Axes, b: &ArrayD<T>, b_axes: &Axes, output: &Axes, lengths: &[usize]) -> ArrayD<T> {
    // only the labels that occur; renumbered
    let mut labels: Axes = Axes::new();
    for &axis in output.iter().chain(a_axes).chain(b_axes) {
        if axis != UNIT && !labels.contains(&axis) {
            labels.push(axis);
        }
    }
    let rename = |axes: &Axes| -> Axes { axes.iter().map(|a| labels.iter().position(|l| l == a).map_or(UNIT, |p| p as Axis)).collect() };
    let counts: SmallVec<[usize; 8]> = labels.iter().map(|&l| lengths[l as usize]).collect();
    let out_shape: SmallVec<[usize; 8]> = output.iter().map(|&l| if l == UNIT { 1 } else { lengths[l as usize] }).collect();
    let strides = [
        strides_of(a.shape(), &rename(a_axes), labels.len()),
        strides_of(b.shape(), &rename(b_axes), labels.len()),
        strides_of(&out_shape, &rename(output), labels.len()),
    ];
    let mut out = vec![T::from(0.0); out_shape.iter().product()];
    let (x, y) = (a.as_slice().unwrap_or(&[]), b.as_slice().unwrap_or(&[]));
    // the last label in a loop of its own: most of the time is spent there
    let (&inner, outer) = counts.split_last().unwrap_or((&1, &[]));
    let step = |k: usize| strides[k].last().copied().unwrap_or(0);
    let steps = [step(0), step(1), step(2)];
    odometer(outer, &strides, |at| {
        let [mut left, mut right, mut to] = [at[0], at[1], at[2]];
        for _ in 0..inner {
            out[to] = out[to] + x[left] * y[right];
            left += steps[0];
            right += steps[1];
            to += steps[2];
        }
    });
    ArrayD::from_shape_vec(IxDyn(&out_shape), out).unwrap_or_else(|_| ArrayD::from_elem(IxDyn(&out_shape), T::from(0.0)))
}
