//! Linear maps between arrays: what a derivative is before it is paired with anything.
//!
//! A map from changes of `X` to changes of `Y` is a sum of contractions with the axes of both. It needs no Kronecker delta: a label that
//! stands on an axis of `Y` and on one of `X` is one. So deltas are made by naming, contracted by naming, and become identity matrices
//! only where a map is written as an array. (Laue, Mitterreiter and Giesen, NeurIPS 2018, keep them as factors, and remove them later.)

use crate::expr::{Axes, Axis, Contraction, Id, Number, Op, UNIT, aligned};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

/// Up to how many indices parts are compared.
const MAX_COMPARED: usize = 100;

/// A product of arrays whose axes, the value's and the variable's are labelled; summed over labels that neither has.
#[derive(Clone, Debug)]
pub struct Part {
    /// The number in front.
    pub coefficient: Number,
    /// The arrays with the labels of their axes.
    pub factors: SmallVec<[(Id, Axes); 4]>,
    /// The labels of the value's axes.
    pub out: Axes,
    /// The labels of the variable's axes.
    pub of: Axes,
    /// The length of each label.
    pub lengths: SmallVec<[Dim; 8]>,
}

/// A linear map, as a sum of parts.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// None where the value does not depend on the variable.
    pub parts: Vec<Part>,
    /// The shape of the value.
    pub out: Shape,
    /// The shape of the variable.
    pub of: Shape,
}

impl Map {
    /// What leaves every change as it is.
    ///
    /// ```
    /// use pullback::derive::Map;
    /// use pullback::shape::Dim;
    /// let one = Map::identity(&[Dim::ONE]);
    /// assert_eq!(one.parts[0].out, one.parts[0].of);
    /// ```
    pub fn identity(shape: &[Dim]) -> Map {
        let labels: Axes = (0..shape.len()).map(|axis| if shape[axis] == Dim::ONE { UNIT } else { axis as Axis }).collect();
        let part = Part {
            coefficient: Number::ONE,
            factors: SmallVec::new(),
            out: labels.clone(),
            of: labels,
            lengths: SmallVec::from_slice(shape),
        };
        Map { parts: vec![part], out: shape.into(), of: shape.into() }
    }

    /// The axes of the value, then those of the variable.
    pub fn shape(&self) -> Shape {
        self.out.iter().chain(&self.of).copied().collect()
    }

    /// The map as one array with the axes of the value, then those of the variable.
    pub fn array(&self, a: &mut Algebra) -> Id {
        let mut terms: Vec<(Number, Id)> = Vec::with_capacity(self.parts.len());
        let mut done = vec![false; self.parts.len()];
        for (at, part) in self.parts.iter().enumerate() {
            if std::mem::replace(&mut done[at], true) {
                continue;
            }
            // what has the same deltas is added up between them: diag(x) + diag(y) is diag(x + y)
            let alike: Vec<usize> = (at + 1..self.parts.len()).filter(|&k| !done[k] && part.is_like(&self.parts[k])).collect();
            let mut cores = vec![part];
            for k in alike {
                done[k] = true;
                cores.push(&self.parts[k]);
            }
            let whole = match cores.as_slice() {
                [one] => one.array(a),
                many => Part::together(many, a),
            };
            terms.push((Number::ONE, whole));
        }
        let shape = self.shape();
        let sum = if terms.is_empty() { a.zeros(&shape) } else { a.add(&terms) };
        a.broadcast_to(sum, &shape)
    }

    /// The same map with the axes of the variable in front, where both have axes: the other layout.
    pub fn turned(&self) -> Option<Map> {
        let turn = |part: &Part| Part { out: part.of.clone(), of: part.out.clone(), ..part.clone() };
        let both = !self.out.is_empty() && !self.of.is_empty();
        both.then(|| Map { parts: self.parts.iter().map(turn).collect(), out: self.of.clone(), of: self.out.clone() })
    }

    /// A map with these axes as one part with one factor, its array.
    pub fn of_array(&self, a: &mut Algebra, array: Id) -> Map {
        let shape = self.shape();
        let array = a.broadcast_to(array, &shape);
        let labels: Axes = (0..shape.len()).map(|axis| if shape[axis] == Dim::ONE { UNIT } else { axis as Axis }).collect();
        let (out, of) = labels.split_at(self.out.len());
        let part = Part {
            coefficient: Number::ONE,
            factors: SmallVec::from_iter([(array, labels.clone())]),
            out: Axes::from_slice(out),
            of: Axes::from_slice(of),
            lengths: shape.as_slice().into(),
        };
        Map { parts: vec![part], ..self.clone() }
    }

    /// Adds a part, to one that differs in the number alone where there is one.
    pub fn push(&mut self, part: Part) {
        let key = part.key();
        match self.parts.iter().position(|known| key.is_some() && known.key() == key) {
            Some(at) => {
                self.parts[at].coefficient = self.parts[at].coefficient.plus(part.coefficient);
                if self.parts[at].coefficient.is_zero() {
                    self.parts.remove(at);
                }
            }
            None => self.parts.push(part),
        }
    }
}

impl Part {
    /// The part as an array with the axes of the value, then those of the variable.
    pub fn array(&self, a: &mut Algebra) -> Id {
        a.tensor(Contraction {
            coefficient: self.coefficient,
            factors: self.factors.clone(),
            output: self.out.iter().chain(&self.of).copied().collect(),
            lengths: self.lengths.clone(),
        })
    }

    /// The same with one factor, the array of all.
    pub fn gathered(&self, a: &mut Algebra) -> Part {
        let array = self.array(a);
        let [out, of] = [&self.out, &self.of].map(|axes| -> Shape {
            axes.iter().map(|&label| if label == UNIT { Dim::ONE } else { self.lengths[label as usize] }).collect()
        });
        let whole = Map { parts: vec![], out, of };
        whole.of_array(a, array).parts.remove(0)
    }

    /// The labels of both sides, each once.
    fn labels(&self) -> Axes {
        let mut labels = Axes::new();
        for &label in self.out.iter().chain(&self.of) {
            if label != UNIT && !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }

    /// Whether two parts have the same deltas, and a matrix or a vector between them.
    fn is_like(&self, other: &Part) -> bool {
        let named = self.out.iter().chain(&self.of).filter(|label| **label != UNIT).count();
        let labels = self.labels().len();
        self.out == other.out && self.of == other.of && labels < named && labels <= 2
    }

    /// Parts with the same deltas as one array.
    fn together(parts: &[&Part], a: &mut Algebra) -> Id {
        let labels = parts[0].labels();
        let core = |part: &&Part, a: &mut Algebra| {
            a.notate(Contraction {
                coefficient: part.coefficient,
                factors: part.factors.clone(),
                output: labels.clone(),
                lengths: part.lengths.clone(),
            })
        };
        let terms: Vec<(Number, Id)> = parts.iter().map(|part| (Number::ONE, core(part, a))).collect();
        let sum = a.add(&terms);
        let shape: Shape = labels.iter().map(|&label| parts[0].lengths[label as usize]).collect();
        let sum = a.broadcast_to(sum, &shape);
        Part { coefficient: Number::ONE, factors: SmallVec::from_iter([(sum, labels)]), ..parts[0].clone() }.array(a)
    }

    /// A label of its own.
    pub fn fresh(&mut self, length: Dim) -> Axis {
        if length == Dim::ONE {
            return UNIT;
        }
        self.lengths.push(length);
        self.lengths.len() as Axis - 1
    }

    /// In smallest form: numbers in front, arrays that are only views of others opened, identities and diagonals turned into labels, labels
    /// counted from 0. `None` where it is zero.
    pub fn tidy(mut self, a: &mut Algebra) -> Option<Part> {
        let mut same = Labels::new(self.lengths.len());
        let mut open: Vec<(Id, Axes)> = self.factors.drain(..).rev().collect();
        let mut done: SmallVec<[(Id, Axes); 4]> = SmallVec::new();
        while let Some((id, mut axes)) = open.pop() {
            for (axis, &dim) in axes.iter_mut().zip(a.arena.shape(id)) {
                if dim == Dim::ONE {
                    *axis = UNIT;
                }
            }
            let args: SmallVec<[Id; 4]> = a.arena.args(id).iter().copied().collect();
            let shape = Shape::from(a.arena.shape(id));
            match a.arena.op(id).clone() {
                Op::Number(value) if value.is_zero() => return None,
                Op::Number(value) => self.coefficient = self.coefficient.times(value),
                Op::Add(coefficients) if args.len() == 1 && a.arena.shape(args[0]) == shape.as_slice() => {
                    self.coefficient = self.coefficient.times(coefficients[0]);
                    open.push((args[0], axes));
                }
                Op::Eye(_) => same.unite(axes[0], axes[1]),
                Op::Diag => {
                    same.unite(axes[0], axes[1]);
                    open.push((args[0], axes[..1].into()));
                }
                Op::Permute(order) => {
                    let mut turned = axes.clone();
                    for (&from, &label) in order.iter().zip(&axes) {
                        turned[from as usize] = label;
                    }
                    open.push((args[0], turned));
                }
                Op::Unsqueeze(mask) => {
                    let kept = axes.iter().enumerate().filter(|(axis, _)| mask >> axis & 1 == 0);
                    open.push((args[0], kept.map(|(_, &label)| label).collect()));
                }
                Op::Squeeze(mask) => {
                    let mut rest = axes.iter().copied();
                    let rank = a.arena.shape(args[0]).len();
                    let own = (0..rank).map(|axis| if mask >> axis & 1 == 1 { UNIT } else { rest.next().unwrap_or(UNIT) });
                    open.push((args[0], own.collect()));
                }
                Op::Broadcast(_) | Op::Multiply => {
                    for &arg in args.iter().rev() {
                        let own = aligned(a.arena.shape(arg), &shape, 0);
                        open.push((arg, own.iter().map(|&k| if k == UNIT { UNIT } else { axes[k as usize] }).collect()));
                    }
                }
                Op::Outer => open.extend([(args[1], axes[1..].into()), (args[0], axes[..1].into())]),
                Op::Einsum { inputs, output } => {
                    let Some(signature) = a.arena.signature(id) else { continue };
                    let mut label: Vec<Option<Axis>> = vec![None; signature.lengths.len()];
                    for (&inner, &outer) in output.iter().zip(&axes) {
                        match label.get(inner as usize).copied().flatten() {
                            Some(known) => same.unite(known, outer),
                            None if inner != UNIT => label[inner as usize] = Some(outer),
                            None => {}
                        }
                    }
                    for (inner, found) in label.iter_mut().enumerate().filter(|(_, found)| found.is_none()) {
                        *found = Some(self.fresh(signature.lengths[inner]));
                    }
                    same.grow(self.lengths.len());
                    for (own, &arg) in inputs.iter().zip(&args).rev() {
                        let outer = |&k: &Axis| label.get(k as usize).copied().flatten().unwrap_or(UNIT);
                        open.push((arg, own.iter().map(outer).collect()));
                    }
                }
                _ => done.push((id, axes)),
            }
            if self.lengths.len() > crate::limits::MAX_LABELS || done.len() + open.len() > crate::limits::MAX_MAP_FACTORS {
                // as it is: it is no shorter for a reader
                done.extend(open.drain(..).rev());
            }
        }
        let mut numbers = Numbers { of: vec![None; self.lengths.len()], lengths: SmallVec::new() };
        let old = std::mem::take(&mut self.lengths);
        let mut relabel = |axes: &mut Axes| {
            for label in axes.iter_mut().filter(|label| **label != UNIT) {
                let root = same.find(*label);
                // an index along one entry says nothing
                *label = if old[root as usize] == Dim::ONE { UNIT } else { numbers.number(root, &old) };
            }
        };
        relabel(&mut self.out);
        relabel(&mut self.of);
        done.iter_mut().for_each(|(_, axes)| relabel(axes));
        // y[i] y[p] reads better than y[p] y[i]
        for k in 1..done.len() {
            if done[k].0 == done[k - 1].0 && done[k].1.len() == 1 && done[k].1 < done[k - 1].1 {
                done.swap(k - 1, k);
            }
        }
        // a sum over an index that nothing has adds up as many ones
        for label in 0..old.len() as Axis {
            let root = same.find(label);
            if root == label && numbers.of[root as usize].is_none() && old[label as usize] != Dim::ONE {
                done.push((a.arena.intern(Op::Length(old[label as usize]), crate::expr::Args::new()), Axes::new()));
            }
        }
        self.lengths = numbers.lengths;
        self.factors = done;
        Some(self.guarded(a))
    }

    /// What two parts share that differ in the number alone; nothing where there are too many indices to tell.
    fn key(&self) -> Option<Key> {
        if self.lengths.len() > MAX_COMPARED {
            return None;
        }
        let mut factors: Vec<(Id, Axes)> = self.factors.to_vec();
        factors.sort();
        // labels that are summed have no number of their own
        let shown: Axes = self.out.iter().chain(&self.of).copied().collect();
        let mut summed = Axes::new();
        for (_, axes) in &mut factors {
            for label in axes.iter_mut().filter(|label| **label != UNIT && !shown.contains(label)) {
                let place = summed.iter().position(|known| known == label).unwrap_or_else(|| {
                    summed.push(*label);
                    summed.len() - 1
                });
                *label = (MAX_COMPARED + place) as Axis;
            }
        }
        Some((factors, self.out.clone(), self.of.clone()))
    }
}

/// The factors, and the labels of the value and of the variable.
type Key = (Vec<(Id, Axes)>, Axes, Axes);

/// Which labels are one.
struct Labels(Vec<Axis>);

impl Labels {
    fn new(count: usize) -> Self {
        Labels((0..count).map(|label| label as Axis).collect())
    }

    fn grow(&mut self, count: usize) {
        self.0.extend((self.0.len()..count).map(|label| label as Axis));
    }

    fn find(&self, mut label: Axis) -> Axis {
        while self.0[label as usize] != label {
            label = self.0[label as usize];
        }
        label
    }

    fn unite(&mut self, one: Axis, two: Axis) {
        if one != UNIT && two != UNIT {
            let (one, two) = (self.find(one), self.find(two));
            self.0[one.max(two) as usize] = one.min(two);
        }
    }
}

/// Labels in the order in which they are met.
struct Numbers {
    of: Vec<Option<Axis>>,
    lengths: SmallVec<[Dim; 8]>,
}

impl Numbers {
    fn number(&mut self, label: Axis, lengths: &[Dim]) -> Axis {
        *self.of[label as usize].get_or_insert_with(|| {
            self.lengths.push(lengths[label as usize]);
            self.lengths.len() as Axis - 1
        })
    }
}

/// Used by [`super::through`]: labels of a part and of an operation joined where they stand for one axis.
pub(super) fn joined(mut part: Part, signature: &crate::expr::Signature, place: usize, others: &[(usize, Id)]) -> Part {
    let offset = part.lengths.len() as Axis;
    part.lengths.extend(signature.lengths.iter().copied());
    let mut same = Labels::new(part.lengths.len());
    let shift = |axes: &Axes| -> Axes { axes.iter().map(|&label| if label == UNIT { UNIT } else { label + offset }).collect() };
    let mut gone: SmallVec<[Axis; 8]> = SmallVec::new();
    for (&own, &label) in part.out.iter().zip(&shift(&signature.inputs[place])) {
        match (own, label) {
            (UNIT, UNIT) => {}
            // an axis of length 1 that the operation counts: it has the index 0
            (UNIT, label) => gone.push(label),
            (own, UNIT) => gone.push(own),
            (own, label) => same.unite(own, label),
        }
    }
    let name = |axes: &Axes| -> Axes {
        axes.iter().map(|&label| if label == UNIT || gone.contains(&label) { UNIT } else { same.find(label) }).collect()
    };
    part.factors = part
        .factors
        .iter()
        .map(|(id, axes)| (*id, name(axes)))
        .chain(others.iter().map(|&(k, id)| (id, name(&shift(&signature.inputs[k])))))
        .collect();
    part.of = name(&part.of);
    part.out = name(&shift(&signature.output));
    // joined labels are counted once
    for label in 0..part.lengths.len() as Axis {
        if same.find(label) != label || gone.contains(&label) {
            part.lengths[label as usize] = Dim::ONE;
        }
    }
    part
}
