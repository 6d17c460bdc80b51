//! Makes nodes in simplest form, and remembers which rule did what.

use super::{Ranges, matrix, product, rearrange, rules, sum, view};
use crate::expr::{Arena, Args, Coefficients, Id, Number, Op, SymbolId};
use crate::shape::{Construct, Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// One use of a rule: `before = after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    /// The rule, as it is written.
    pub rule: &'static str,
    /// What stood there.
    pub before: Id,
    /// What stands there now.
    pub after: Id,
}

/// An arena whose nodes are put into simplest form as they are made.
#[derive(Debug)]
pub struct Algebra {
    /// The nodes.
    pub arena: Arena,
    /// Which values have a name in the program: the name is written, not the value.
    definitions: FxHashMap<Id, Id>,
    /// The value of each name.
    values: FxHashMap<Id, Id>,
    /// Named products and their names, each under the base of that factor which the fewest products before it had, so that a factor of
    /// very many products does not lead to all of them.
    named_products: FxHashMap<Id, Vec<(Id, Id)>>,
    /// For the base of each named root (an exponent that is no integer): the exponent and the name.
    named_roots: FxHashMap<Id, (Number, Id)>,
    /// Of how many named products each base is a factor.
    popularity: FxHashMap<Id, usize>,
    /// Whether any sum has a name.
    names_sums: bool,
    /// Rules as they are applied, where somebody wants to read them.
    trace: Option<Vec<Application>>,
    /// Whether products and sums are left in the order and form in which they were typed.
    as_written: bool,
    /// What is known of the entries of nodes.
    pub(super) ranges: Ranges,
    /// Where a gradient that has a name may be other than 0.
    pub(super) supports: FxHashMap<Id, Id>,
    /// Whether a product is being made whose condition is kept already.
    pub(super) guarding: bool,
}

impl Construct for Algebra {
    fn arena(&self) -> &Arena {
        &self.arena
    }
    fn arena_mut(&mut self) -> &mut Arena {
        &mut self.arena
    }
    fn construct(&mut self, op: Op, args: Args) -> Id {
        self.make(op, args)
    }
}

impl Algebra {
    /// An algebra that goes on from `arena`.
    pub fn new(arena: Arena) -> Self {
        Algebra {
            arena,
            definitions: FxHashMap::default(),
            values: FxHashMap::default(),
            named_products: FxHashMap::default(),
            named_roots: FxHashMap::default(),
            popularity: FxHashMap::default(),
            names_sums: false,
            trace: None,
            as_written: false,
            ranges: Ranges::default(),
            supports: FxHashMap::default(),
            guarding: false,
        }
    }

    /// From now on `value` is written as the variable `name`.
    pub fn define(&mut self, name: SymbolId, value: Id) {
        let leaf = self.arena.variable(name);
        if self.arena.args(value).is_empty() {
            return;
        }
        self.definitions.entry(value).or_insert(leaf);
        self.values.insert(leaf, value);
        self.ranges.define(name, value);
        self.names_sums |= matches!(self.arena.op(value), Op::Add(_));
        if let Op::Power(exponent) = self.arena.op(value) {
            if exponent.to_integer().is_none() {
                self.named_roots.entry(self.arena.args(value)[0]).or_insert((*exponent, leaf));
            }
        }
        if let Op::Multiply = self.arena.op(value) {
            let bases: Args = self.arena.args(value).iter().flat_map(|&f| product::bases_of(self, f)).map(|(base, _)| base).collect();
            let count = |base: &Id| self.popularity.get(base).copied().unwrap_or(0);
            if let Some(&rarest) = bases.iter().min_by_key(|b| count(b)) {
                self.named_products.entry(rarest).or_default().push((value, leaf));
            }
            for base in bases {
                *self.popularity.entry(base).or_default() += 1;
            }
        }
    }

    /// The name of a value, if it has one.
    pub fn named(&self, value: Id) -> Option<Id> {
        self.definitions.get(&value).copied()
    }

    /// Whether any sum has a name: most programs name products and functions of them.
    pub(super) fn names_sums(&self) -> bool {
        self.names_sums
    }

    /// The name of what these operands make, if it is a value with a name.
    pub(super) fn named_call(&mut self, op: &Op, args: &[Id]) -> Option<Id> {
        let id = self.arena.intern(op.clone(), args.iter().copied().collect());
        self.named(id)
    }

    /// The value that a name of the program stands for; anything else as it is.
    pub(super) fn value_of(&self, id: Id) -> Id {
        self.values.get(&id).copied().unwrap_or(id)
    }

    /// The name of a root of `base`, and the power of it that is `base ** exponent`, where that is a whole one.
    pub(super) fn root_of(&self, base: Id, exponent: Number) -> Option<(Id, Number)> {
        let (root, name) = self.named_roots.get(&base)?;
        let whole = exponent.times(root.power(Number::MINUS_ONE)?);
        (exponent.to_integer().is_none() && whole.to_integer().is_some()).then_some((*name, whole))
    }

    /// Named products that are found by their factor `base`, and their names.
    pub(super) fn products_with(&self, base: Id) -> &[(Id, Id)] {
        self.named_products.get(&base).map_or(&[], Vec::as_slice)
    }

    /// Starts to remember rules.
    pub fn start_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// The rules applied since [`start_trace`](Self::start_trace), outer ones before the inner ones they led to.
    pub fn take_trace(&mut self) -> Vec<Application> {
        self.trace.take().unwrap_or_default()
    }

    /// Runs `work` with products and sums left as they were typed, so that a reader finds the statement again in its differential.
    pub fn as_written<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.as_written = true;
        let result = work(self);
        self.as_written = false;
        result
    }

    /// The node for this operation in simplest form. The operands are in simplest form already.
    pub fn make(&mut self, op: Op, args: Args) -> Id {
        let place = self.trace.as_ref().map(Vec::len);
        let found = match &op {
            Op::Add(coefficients) if self.as_written => match coefficients.as_slice() {
                [one] if one.is_one() => Some(("", args[0])),
                _ => self.flat(coefficients, &args).map(|flat| ("", flat)),
            },
            Op::MatMul | Op::Permute(_) | Op::Outer | Op::Diag | Op::Diagonal | Op::Trace if self.as_written => None,
            Op::Add(_) => sum::simplify(self, &op, &args),
            Op::Multiply | Op::Power(_) | Op::Apply(_) => product::simplify(self, &op, &args),
            Op::MatMul | Op::Permute(_) | Op::Outer | Op::Diag | Op::Diagonal | Op::Trace => rules::simplify(self, &op, &args),
            Op::Sum { .. } | Op::Unsqueeze(_) | Op::Squeeze(_) | Op::Broadcast(_) => view::simplify(self, &op, &args),
            Op::Einsum { .. } if !self.as_written => self.opened(&op, &args),
            // the derivative of a power is read as the sum that it is
            Op::Call(f, _) if !self.as_written || f.entry().names[0] == "matpow_frechet" => {
                matrix::simplify(self, &op, &args).or_else(|| rearrange::simplify(self, &op, &args))
            }
            Op::Call(..) => self.named_call(&op, &args).map(|name| ("", name)),
            _ => None,
        };
        let Some((rule, after)) = found else {
            let id = self.arena.intern(op, args);
            return if self.as_written { id } else { self.name_of(id) };
        };
        if let Some(place) = place {
            let before = self.arena.intern(op, args);
            if before != after && !rule.is_empty() {
                let application = Application { rule, before, after };
                if let Some(trace) = &mut self.trace {
                    trace.insert(place.min(trace.len()), application);
                }
            }
        }
        after
    }

    fn name_of(&mut self, id: Id) -> Id {
        if let Some(name) = self.named(id) {
            if let Some(trace) = &mut self.trace {
                trace.push(Application { rule: "a value that has a name is written by it", before: id, after: name });
            }
            return name;
        }
        id
    }

    /// A sum among the terms of a sum is part of it.
    fn flat(&mut self, coefficients: &[Number], args: &[Id]) -> Option<Id> {
        if !args.iter().any(|&x| matches!(self.arena.op(x), Op::Add(_))) {
            return None;
        }
        let mut terms: SmallVec<[(Number, Id); 4]> = SmallVec::new();
        for (&coefficient, &x) in coefficients.iter().zip(args) {
            match self.arena.op(x) {
                Op::Add(inner) => terms.extend(inner.iter().zip(self.arena.args(x)).map(|(c, &y)| (c.times(coefficient), y))),
                _ => terms.push((coefficient, x)),
            }
        }
        let (coefficients, args): (Coefficients, Args) = terms.into_iter().unzip();
        Some(self.arena.intern(Op::Add(coefficients), args))
    }

    /// Shorthand for [`make`](Self::make).
    pub fn node(&mut self, op: Op, args: &[Id]) -> Id {
        self.make(op, Args::from_slice(args))
    }

    /// `Σ c_k x_k`
    pub fn add(&mut self, terms: &[(Number, Id)]) -> Id {
        if let [(coefficient, x)] = terms {
            if coefficient.is_one() {
                return *x;
            }
        }
        let (coefficients, args): (Coefficients, Args) = terms.iter().copied().unzip();
        self.make(Op::Add(coefficients), args)
    }

    /// `c x`
    pub fn scale(&mut self, coefficient: Number, x: Id) -> Id {
        self.add(&[(coefficient, x)])
    }

    /// The element-wise product.
    pub fn multiply(&mut self, factors: &[Id]) -> Id {
        match factors {
            [] => self.number(Number::ONE),
            [one] => *one,
            many => self.node(Op::Multiply, many),
        }
    }

    /// The matrix product.
    pub fn matmul(&mut self, factors: &[Id]) -> Id {
        match factors {
            [one] => *one,
            many => self.node(Op::MatMul, many),
        }
    }

    /// A literal number.
    pub fn number(&mut self, value: Number) -> Id {
        self.arena.number(value)
    }

    /// The last two axes exchanged.
    pub fn transpose(&mut self, x: Id) -> Id {
        let rank = self.arena.shape(x).len();
        if rank < 2 {
            return x;
        }
        let mut order: SmallVec<[u8; 8]> = (0..rank as u8).collect();
        order.swap(rank - 1, rank - 2);
        self.node(Op::Permute(order), &[x])
    }

    /// Repeated to a shape, if it does not have it.
    pub fn broadcast_to(&mut self, x: Id, shape: &[Dim]) -> Id {
        if self.arena.shape(x) == shape { x } else { self.node(Op::Broadcast(Shape::from_slice(shape)), &[x]) }
    }

    /// `x` as a number times something: `(2, y)` for `2 * y`, `(1, x)` for everything else.
    pub fn split_scale(&self, x: Id) -> (Number, Id) {
        match self.arena.op(x) {
            Op::Add(coefficients) if coefficients.len() == 1 => (coefficients[0], self.arena.args(x)[0]),
            _ => (Number::ONE, x),
        }
    }

    /// `-A - B` as -1 and `A + B`, if it is no name's value.
    pub(super) fn without_sign(&mut self, x: Id) -> (Number, Id) {
        match self.arena.op(x) {
            Op::Add(coefficients) if coefficients.iter().all(|c| c.is_negative()) && self.named(x).is_none() => {
                let terms: SmallVec<[(Number, Id); 4]> =
                    coefficients.iter().map(|c| c.negated()).zip(self.arena.args(x).iter().copied()).collect();
                (Number::MINUS_ONE, self.add(&terms))
            }
            _ => (Number::ONE, x),
        }
    }

    /// Whether the node is a mask of 0 and 1.
    pub(super) fn is_mask(&self, x: Id) -> bool {
        matches!(self.arena.op(x), Op::Apply(f) if f.entry().family == crate::ops::Family::Mask)
    }

    /// Whether the node is an input of which 0 and 1 were declared to be the only entries.
    pub(super) fn is_binary(&self, x: Id) -> bool {
        self.has(x, "binary") || self.has(x, "onehot")
    }

    /// Whether the node is a scalar: no axes.
    pub(super) fn is_scalar(&self, x: Id) -> bool {
        self.arena.shape(x).is_empty()
    }

    /// Whether every entry is this number: the number itself, or the number repeated.
    pub fn is_filled_with(&self, x: Id, value: Number) -> bool {
        match self.arena.op(x) {
            Op::Number(n) => *n == value,
            Op::Broadcast(_) => self.arena.as_number(self.arena.args(x)[0]) == Some(value),
            Op::Add(c) if c.len() == 1 => !c[0].is_zero() && c[0] == value && self.is_filled_with(self.arena.args(x)[0], Number::ONE),
            _ => false,
        }
    }

    /// The number that every entry is, of an array that repeats one.
    pub(super) fn filled_with(&self, x: Id) -> Option<Number> {
        match self.arena.op(x) {
            Op::Broadcast(_) => self.arena.as_number(self.arena.args(x)[0]),
            _ => None,
        }
    }

    /// Zero in the wanted shape.
    pub fn zeros(&mut self, shape: &[Dim]) -> Id {
        let zero = self.number(Number::ZERO);
        self.broadcast_to(zero, shape)
    }

    /// Whether a declared property holds for a variable.
    pub(super) fn has(&self, x: Id, property: &str) -> bool {
        self.arena.as_symbol(x).is_some_and(|s| self.arena.info(s).has(property))
    }
}
