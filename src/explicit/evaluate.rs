//! Expressions on arrays whose entries are sums of products: numeric evaluation, with names for numbers.

use super::NotExplicit;
use super::polynomial::{Factor, Polynomial};
use crate::derive::Known;
use crate::expr::{Arena, Axes, Id, Number, Op, SymbolId, UNIT};
use crate::limits::{MAX_EXPLICIT_FACTORS, MAX_EXPLICIT_STEPS};
use crate::numeric::{Array, Evaluator};
use crate::ops::{self, Action, Attribute, Function};
use ndarray::IxDyn;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The entries of an array, row by row.
#[derive(Debug)]
pub(super) struct Entries {
    pub shape: Vec<usize>,
    pub all: Vec<Polynomial>,
}

impl Entries {
    /// The number of the entry that an index of a larger array broadcasts to.
    fn number(&self, index: &[usize]) -> usize {
        let behind = &index[index.len() - self.shape.len()..];
        self.shape.iter().zip(behind).fold(0, |number, (&length, &at)| number * length + if length == 1 { 0 } else { at })
    }

    fn at(&self, index: &[usize]) -> &Polynomial {
        &self.all[self.number(index)]
    }
}

/// The place of the entry with this number, row by row.
///
/// ```
/// assert_eq!(pullback::explicit::places(4, &[2, 3]), [1, 1]);
/// ```
pub fn places(number: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = number;
    let mut at = vec![0; shape.len()];
    for (axis, &length) in shape.iter().enumerate().rev() {
        at[axis] = rest % length.max(1);
        rest /= length.max(1);
    }
    at
}

/// What is written out so far.
pub(super) struct Writer<'a> {
    arena: &'a Arena,
    evaluator: Evaluator<'a>,
    /// Functions of whole arrays that are written by their definitions.
    known: &'a [Known],
    /// What does not depend on a change.
    done: FxHashMap<Id, Rc<Entries>>,
}

/// A node, and the entries that it has here.
type Given = (Id, Rc<Entries>);

impl<'a> Writer<'a> {
    pub fn new(arena: &'a Arena, lengths: &'a FxHashMap<String, usize>, known: &'a [Known]) -> Self {
        Writer { arena, evaluator: Evaluator::new(arena, lengths), known, done: FxHashMap::default() }
    }

    /// Writes an expression by the entries of a symbol from now on.
    pub fn name(&mut self, id: Id, symbol: SymbolId) -> Result<(), NotExplicit> {
        let entries = self.named(symbol)?;
        self.done.insert(id, entries);
        Ok(())
    }

    /// The entries of `root`; those of a change are given, and `root` is linear in it.
    pub fn entries(&mut self, root: Id, change: Option<Given>) -> Result<Rc<Entries>, NotExplicit> {
        let mut moving: FxHashMap<Id, Rc<Entries>> = change.into_iter().collect();
        for id in self.needed(root) {
            if moving.contains_key(&id) || self.done.contains_key(&id) {
                continue;
            }
            let args = self.arena.args(id);
            let depends: Vec<bool> = args.iter().map(|arg| moving.contains_key(arg)).collect();
            let entries: Vec<Rc<Entries>> = args.iter().map(|arg| moving.get(arg).unwrap_or_else(|| &self.done[arg]).clone()).collect();
            let made = self.node(id, &entries, &depends)?;
            if depends.contains(&true) { &mut moving } else { &mut self.done }.insert(id, made);
        }
        Ok(moving.remove(&root).unwrap_or_else(|| self.done[&root].clone()))
    }

    /// What has to be known for `root`, operands first.
    fn needed(&self, root: Id) -> Vec<Id> {
        let mut order = self.arena.reachable(&[root]);
        let mut needed: FxHashSet<Id> = [root].into_iter().collect();
        for id in order.iter().rev() {
            if needed.contains(id) && !self.done.contains_key(id) {
                needed.extend(self.arena.args(*id));
            }
        }
        order.retain(|id| needed.contains(id));
        order
    }

    fn shape(&self, id: Id) -> Result<Vec<usize>, NotExplicit> {
        let shape = self.evaluator.shape(self.arena.shape(id)).ok_or(NotExplicit::Lengths)?;
        steps(&shape).map(|_| shape)
    }

    fn named(&self, symbol: SymbolId) -> Result<Rc<Entries>, NotExplicit> {
        let shape = self.evaluator.shape(&self.arena.info(symbol).shape).ok_or(NotExplicit::Lengths)?;
        filled(&shape, |index| Ok(Polynomial::factor(Factor::Entry((symbol, index.to_vec())))))
    }

    fn node(&self, id: Id, args: &[Rc<Entries>], depends: &[bool]) -> Result<Rc<Entries>, NotExplicit> {
        let shape = self.shape(id)?;
        let whole = |index: &[usize]| Ok(Polynomial::factor(Factor::Of(id, index.to_vec())));
        match self.arena.op(id) {
            Op::Number(value) => filled(&shape, |_| Ok(Polynomial::number(*value))),
            Op::Constant(_) => filled(&shape, whole),
            Op::Length(dim) => {
                let length = self.evaluator.length(*dim).and_then(|n| i64::try_from(n).ok()).ok_or(NotExplicit::Lengths)?;
                filled(&shape, |_| Ok(Polynomial::number(Number::integer(length))))
            }
            Op::Variable(symbol) => self.named(*symbol),
            Op::Eye(_) => filled(&shape, |index| Ok(Polynomial::number(Number::integer((index[0] == index[1]).into())))),
            Op::Add(coefficients) => filled(&shape, |index| {
                let mut sum = Polynomial::default();
                for (arg, &coefficient) in args.iter().zip(coefficients) {
                    sum.add(arg.at(index), coefficient);
                }
                Ok(sum)
            }),
            Op::Power(exponent) => filled(&shape, |index| Ok(args[0].at(index).power(*exponent))),
            Op::Apply(function) => filled(&shape, |index| {
                // linear in what depends on the change: nothing is made of nothing
                let nothing = args.iter().zip(depends).all(|(arg, depends)| !depends || arg.at(index).is_zero());
                Ok(match nothing && depends.contains(&true) {
                    true => Polynomial::default(),
                    false => Polynomial::factor(Factor::Apply(*function, args.iter().map(|arg| arg.at(index).clone()).collect())),
                })
            }),
            Op::Call(function, attributes) => match self.call(id, *function, attributes, args, &shape)? {
                Some(entries) => Ok(entries),
                None if depends == [false, true] && function.action() == Some(Action::Solve) => self.solved(id, args, &shape),
                None if depends.contains(&true) => Err(NotExplicit::NoEntries(function.entry().names[0])),
                None => filled(&shape, whole),
            },
            _ => self.contracted(id, args, &shape),
        }
    }

    /// A multilinear operation, from its signature alone.
    fn contracted(&self, id: Id, args: &[Rc<Entries>], shape: &[usize]) -> Result<Rc<Entries>, NotExplicit> {
        let signature = self.arena.signature(id).ok_or(NotExplicit::TooLong)?;
        let used = |label: usize| signature.inputs.iter().chain([&signature.output]).flatten().any(|&l| usize::from(l) == label);
        let lengths: Option<Vec<usize>> = signature
            .lengths
            .iter()
            .enumerate()
            .map(|(label, &dim)| if used(label) { self.evaluator.length(dim) } else { Some(1) })
            .collect();
        let lengths = lengths.ok_or(NotExplicit::Lengths)?;
        let mut out = Entries { shape: shape.to_vec(), all: vec![Polynomial::default(); shape.iter().product()] };
        for step in 0..steps(&lengths)? {
            let label = places(step, &lengths);
            let index = |axes: &Axes| -> Vec<usize> { axes.iter().map(|&l| if l == UNIT { 0 } else { label[usize::from(l)] }).collect() };
            let mut product = Polynomial::number(Number::ONE);
            for (arg, axes) in args.iter().zip(&signature.inputs) {
                product = product.times(arg.at(&index(axes)));
            }
            let number = out.number(&index(&signature.output));
            out.all[number].add(&product, Number::ONE);
            short(&out.all[number])?;
        }
        Ok(Rc::new(out))
    }

    /// A function of whole arrays, where it is known how it reaches from entry to entry.
    fn call(
        &self,
        id: Id,
        function: Function,
        attributes: &[Attribute],
        args: &[Rc<Entries>],
        shape: &[usize],
    ) -> Result<Option<Rc<Entries>>, NotExplicit> {
        if let Some((definition, operands)) = self.definition(id, args) {
            let mut inner = Writer::new(self.arena, self.evaluator.lengths, &[]);
            inner.done.extend(operands.clone());
            let found = inner.entries(definition, None)?;
            // what is not written out there speaks of the operands by the names of parameters
            let by_parameters = operands.iter().zip(self.arena.args(id)).any(|((parameter, _), arg)| parameter != arg);
            if !(by_parameters && found.all.iter().any(Polynomial::is_partly_whole)) {
                return Ok(Some(found));
            }
        }
        let axis = attributes.iter().rev().find_map(|a| if let Attribute::Axes(axes) = a { axes.first().copied() } else { None });
        let found = match function.action() {
            Some(Action::Along | Action::Mask | Action::Reshape | Action::Diagonal(_)) => self.moved(id, args, shape)?,
            Some(Action::Behind) if args.len() == 1 => self.moved(id, args, shape)?,
            Some(Action::Kronecker) => {
                let other = &args[1].shape;
                filled(shape, |index| {
                    let [row, column] = [0, 1].map(|axis| (index[axis] / other[axis], index[axis] % other[axis]));
                    Ok(args[0].at(&[row.0, column.0]).times(args[1].at(&[row.1, column.1])))
                })?
            }
            Some(action @ (Action::LooksUp | Action::AddsUp)) => match axis.map(usize::from) {
                Some(axis) if action == Action::LooksUp => looked_up(args, axis, shape)?,
                Some(axis) => added_up(args, axis, shape)?,
                None => return Ok(None),
            },
            _ if function.entry().names[0] == "one_hot" => {
                filled(shape, |index| equal(args[0].at(&index[..index.len() - 1]), index[index.len() - 1]))?
            }
            _ => return Ok(None),
        };
        Ok(Some(found))
    }

    /// Rows of an inverse, which stands still, by columns of what changes.
    fn solved(&self, id: Id, args: &[Rc<Entries>], shape: &[usize]) -> Result<Rc<Entries>, NotExplicit> {
        let matrix = self.arena.args(id)[0];
        let batch = args[0].shape.len() - 2;
        let column = args[1].shape.len() == batch + 1;
        let row = shape.len() - if column { 1 } else { 2 };
        filled(shape, |index| {
            let mut sum = Polynomial::default();
            for k in 0..shape[row] {
                let from = [&index[..row], &[k], &index[row + 1..]].concat();
                // batch axes of the matrix broadcast against those of the result
                let front = args[0].shape[..batch].iter().zip(&index[row - batch..row]).map(|(&n, &at)| if n == 1 { 0 } else { at });
                let inverse = Polynomial::factor(Factor::Inverse(matrix, front.chain([index[row], k]).collect()));
                sum.add(&inverse.times(args[1].at(&from)), Number::ONE);
                short(&sum)?;
            }
            Ok(sum)
        })
    }

    /// The definition of a function of whole arrays, and what its parameters stand for.
    fn definition(&self, id: Id, args: &[Rc<Entries>]) -> Option<(Id, Vec<Given>)> {
        let operands = self.arena.args(id);
        let Op::Call(function, _) = self.arena.op(id) else { return None };
        if function.action().is_some() {
            return None;
        }
        let known = self.known.iter().find(|known| {
            let parameters = self.arena.args(known.call).iter().zip(operands);
            let fits = |(&parameter, &arg): (&Id, &Id)| {
                parameter == arg || self.arena.as_symbol(parameter).is_some() && self.arena.shape(parameter) == self.arena.shape(arg)
            };
            self.arena.op(known.call) == self.arena.op(id) && parameters.into_iter().all(fits)
        })?;
        let given = self.arena.args(known.call).iter().copied().zip(args.iter().cloned()).collect();
        known.definition.map(|definition| (definition, given))
    }

    /// A function that moves entries and adds them up, by what it makes of arrays with a single 1.
    fn moved(&self, id: Id, args: &[Rc<Entries>], shape: &[usize]) -> Result<Rc<Entries>, NotExplicit> {
        let count = shape.iter().product::<usize>();
        let inputs: usize = args.iter().map(|arg| arg.all.len()).sum();
        if inputs.saturating_mul(count.max(1)) > MAX_EXPLICIT_STEPS {
            return Err(NotExplicit::TooLong);
        }
        let mut units: Vec<Array> = args.iter().map(|arg| Array::zeros(IxDyn(&arg.shape))).collect();
        let made = |units: &[Array]| self.evaluator.node(id, &units.iter().collect::<Vec<_>>()).ok_or(NotExplicit::Lengths);
        let number = |value: f64| Number::parse(&value.abs().to_string()).map(|n| if value < 0.0 { n.negated() } else { n });
        let numbers = |array: &Array| -> Result<Vec<Number>, NotExplicit> {
            array.iter().map(|&value| number(value).ok_or(NotExplicit::Lengths)).collect()
        };
        // what is put around an array need not be zero
        let base = numbers(&made(&units)?)?;
        let mut out = Entries { shape: shape.to_vec(), all: base.iter().map(|&n| Polynomial::number(n)).collect() };
        for (k, arg) in args.iter().enumerate() {
            for (place, entry) in arg.all.iter().enumerate().filter(|(_, entry)| !entry.is_zero()) {
                let set = |units: &mut [Array], value: f64| {
                    if let Some(cell) = units[k].iter_mut().nth(place) {
                        *cell = value;
                    }
                };
                set(&mut units, 1.0);
                let column = numbers(&made(&units)?)?;
                set(&mut units, 0.0);
                for ((sum, weight), base) in out.all.iter_mut().zip(column).zip(&base) {
                    sum.add(entry, weight.plus(base.negated()));
                    short(sum)?;
                }
            }
        }
        Ok(Rc::new(out))
    }
}

/// Entries by an index along an axis: each where the index is its place.
fn looked_up(args: &[Rc<Entries>], axis: usize, shape: &[usize]) -> Result<Rc<Entries>, NotExplicit> {
    let rank = args[1].shape.len();
    filled(shape, |index| {
        let mut sum = Polynomial::default();
        for k in 0..args[0].shape[axis] {
            let there = args[0].at(&[&index[..axis], &[k], &index[axis + rank..]].concat());
            at_place(&mut sum, args[1].at(&index[axis..axis + rank]), k, there)?;
        }
        Ok(sum)
    })
}

/// The other way round: entries of the last operand, added to that of the first which the index names.
fn added_up(args: &[Rc<Entries>], axis: usize, shape: &[usize]) -> Result<Rc<Entries>, NotExplicit> {
    filled(shape, |index| {
        let mut sum = args[0].at(index).clone();
        for number in 0..args[1].all.len() {
            let place = places(number, &args[1].shape);
            let there = args[2].at(&[&index[..axis], &place, &index[axis + 1..]].concat());
            at_place(&mut sum, args[1].at(&place), index[axis], there)?;
        }
        Ok(sum)
    })
}

/// Adds an entry where an index is `place`.
fn at_place(sum: &mut Polynomial, index: &Polynomial, place: usize, entry: &Polynomial) -> Result<(), NotExplicit> {
    if entry.is_zero() {
        return Ok(());
    }
    sum.add(&equal(index, place)?.times(entry), Number::ONE);
    short(sum)
}

/// 1 where an index is `place`.
fn equal(index: &Polynomial, place: usize) -> Result<Polynomial, NotExplicit> {
    let place = Number::integer(place as i64);
    if let Some(number) = index.as_number() {
        return Ok(Polynomial::number(Number::integer((number == place).into())));
    }
    let equal = ops::find("equal").ok_or(NotExplicit::NoEntries("equal"))?;
    Ok(Polynomial::factor(Factor::Apply(equal, vec![index.clone(), Polynomial::number(place)])))
}

/// An array of this shape, entry by entry.
pub(super) fn filled(
    shape: &[usize],
    mut entry: impl FnMut(&[usize]) -> Result<Polynomial, NotExplicit>,
) -> Result<Rc<Entries>, NotExplicit> {
    let mut all = Vec::new();
    for number in 0..steps(shape)? {
        let made = entry(&places(number, shape))?;
        short(&made)?;
        all.push(made);
    }
    Ok(Rc::new(Entries { shape: shape.to_vec(), all }))
}

/// How many indices there are, where so many may be gone through.
fn steps(lengths: &[usize]) -> Result<usize, NotExplicit> {
    let count = lengths.iter().try_fold(1usize, |count, &n| count.checked_mul(n));
    count.filter(|count| *count <= MAX_EXPLICIT_STEPS).ok_or(NotExplicit::TooLong)
}

fn short(sum: &Polynomial) -> Result<(), NotExplicit> {
    if sum.weight() > MAX_EXPLICIT_FACTORS { Err(NotExplicit::TooLong) } else { Ok(()) }
}
