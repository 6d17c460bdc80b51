//! Expressions as Python computes them, two operands at a time: products in their cheapest order.

use super::chain::{Chain, Made, transpose};
use super::pairs;
use crate::expr::{Arena, Args, Axes, Id, Number, Op, UNIT};
use rustc_hash::{FxHashMap, FxHashSet};

/// The same values as `roots`, made of products of two factors. What stands in more than one place stays whole, and a product that one
/// root has made serves the next.
///
/// A derivative along a direction is as deep as the program is long, so operands are made first, in a loop; what is left to recurse through
/// are products inside of products.
pub(super) fn lower(arena: &mut Arena, roots: &[Id]) -> Vec<Id> {
    let mut uses: FxHashMap<Id, usize> = roots.iter().map(|&root| (root, 2)).collect();
    let mut whole: FxHashSet<Id> = roots.iter().copied().collect();
    for id in arena.reachable(roots) {
        let opens = matches!(arena.op(id), Op::MatMul | Op::Permute(_) | Op::Trace | Op::Diagonal);
        for &arg in arena.args(id) {
            *uses.entry(arg).or_default() += 1;
            if !opens {
                whole.insert(arg);
            }
        }
    }
    whole.extend(uses.iter().filter(|(_, count)| **count > 1).map(|(&id, _)| id));
    let single = uses.into_iter().filter(|(_, count)| *count == 1).map(|(id, _)| id).collect();
    let mut lowering = Lowering { arena, single, done: FxHashMap::default(), made: Made::default() };
    let mut seen: FxHashSet<Id> = FxHashSet::default();
    let mut waiting: Vec<(Id, bool)> = roots.iter().rev().map(|&root| (root, false)).collect();
    while let Some((id, ready)) = waiting.pop() {
        if ready {
            lowering.node(id);
        } else if seen.insert(id) {
            if whole.contains(&id) {
                waiting.push((id, true));
            }
            waiting.extend(lowering.arena.args(id).iter().rev().map(|&arg| (arg, false)));
        }
    }
    roots.iter().map(|&root| lowering.node(root)).collect()
}

/// The terms of a sum that stand in one line; Python's own stack is not endless.
pub(super) const MAX_TERMS: usize = 32;

struct Lowering<'a> {
    arena: &'a mut Arena,
    /// What stands in one place only.
    single: FxHashSet<Id>,
    done: FxHashMap<Id, Id>,
    made: Made,
}

impl Lowering<'_> {
    fn node(&mut self, id: Id) -> Id {
        if let Some(&done) = self.done.get(&id) {
            return done;
        }
        let new = self.fresh(id);
        self.done.insert(id, new);
        new
    }

    fn args(&self, id: Id) -> Args {
        self.arena.args(id).iter().copied().collect()
    }

    fn fresh(&mut self, id: Id) -> Id {
        let op = self.arena.op(id).clone();
        match op {
            Op::MatMul => {
                let factors = self.factors(id);
                return Chain::new(self.arena, factors, &self.made).product(self.arena, &mut self.made);
            }
            Op::Trace | Op::Diagonal => {
                if let Some(found) = self.diagonal(self.arena.args(id)[0], op == Op::Trace) {
                    return found;
                }
            }
            _ => {}
        }
        let args: Args = self.args(id).iter().map(|&arg| self.node(arg)).collect();
        match op {
            Op::Einsum { inputs, output } => self.einsum(&inputs, &output, &args),
            // `x**-2` is one over `x**2`, which may stand elsewhere too
            Op::Power(exponent) if exponent.is_negative() && exponent != Number::MINUS_ONE => {
                let below = self.arena.intern(Op::Power(exponent.negated()), args);
                self.unary(Op::Power(Number::MINUS_ONE), below)
            }
            Op::Add(coefficients) => self.sum(coefficients.iter().copied().zip(args).collect()),
            op => self.arena.intern(op, args),
        }
    }

    fn unary(&mut self, op: Op, x: Id) -> Id {
        self.arena.intern(op, [x].into_iter().collect())
    }

    /// A sum of sums, where it is long.
    fn sum(&mut self, terms: Vec<(Number, Id)>) -> Id {
        if terms.len() > MAX_TERMS {
            let parts = terms.chunks(MAX_TERMS).map(|part| (Number::ONE, self.sum(part.to_vec()))).collect();
            return self.sum(parts);
        }
        let op = Op::Add(terms.iter().map(|(coefficient, _)| *coefficient).collect());
        self.arena.intern(op, terms.into_iter().map(|(_, x)| x).collect())
    }

    /// The factors of a product, and of those of its factors that are products and stand nowhere else.
    fn factors(&mut self, id: Id) -> Vec<Id> {
        let args = self.args(id);
        let mut factors = Vec::new();
        for (place, &arg) in args.iter().enumerate() {
            let inner = self.inner(arg, false);
            // a vector may stand at the ends of the whole chain only
            let open = |x: Option<&Id>, end: bool| x.is_none_or(|&x| end || self.arena.shape(x).len() > 1);
            match inner.filter(|inner| open(inner.first(), place == 0) && open(inner.last(), place + 1 == args.len())) {
                Some(inner) => factors.extend(inner),
                None => factors.push(self.node(arg)),
            }
        }
        factors
    }

    /// What a factor is the product of, transposed if asked for; nothing where it is no product or stands in several places.
    fn inner(&mut self, id: Id, turned: bool) -> Option<Vec<Id>> {
        let args = self.args(id);
        match self.arena.op(id).clone() {
            // what is made of two vectors is not made where they serve, though it stands elsewhere too
            op if !self.single.contains(&id) && !matches!(op, Op::Outer | Op::Broadcast(_)) => None,
            Op::MatMul => {
                let rank = |a: &Self, x: Id| a.arena.shape(x).len();
                let vectors = args.iter().any(|&x| rank(self, x) == 1);
                let matrices = args.iter().all(|&x| rank(self, x) == 2);
                match turned {
                    false if !vectors || rank(self, id) == 1 => Some(self.factors(id)),
                    true if matrices => Some(self.factors(id).into_iter().rev().map(|x| transpose(self.arena, x)).collect()),
                    _ => None,
                }
            }
            Op::Permute(order) if *order == [1, 0] && !turned => self.inner(args[0], true),
            Op::Outer => {
                let (left, right) = (self.node(args[0]), self.node(args[1]));
                let (column, row) = if turned { (right, left) } else { (left, right) };
                Some(vec![self.unary(Op::Unsqueeze(2), column), self.unary(Op::Unsqueeze(1), row)])
            }
            Op::Broadcast(shape) if shape.len() == 2 && self.arena.as_number(args[0]).is_some_and(Number::is_one) => {
                let mut ones = |side: usize| self.unary(Op::Broadcast([shape[side]].into_iter().collect()), args[0]);
                let (rows, columns) = (ones(0), ones(1));
                let (column, row) = if turned { (columns, rows) } else { (rows, columns) };
                Some(vec![self.unary(Op::Unsqueeze(2), column), self.unary(Op::Unsqueeze(1), row)])
            }
            _ => None,
        }
    }

    /// The diagonal of `P @ Q` is `sum(P * Qᵀ, axis=1)`, and its trace the whole sum: the rest of the product is never made.
    fn diagonal(&mut self, x: Id, trace: bool) -> Option<Id> {
        if matches!(self.arena.op(x), Op::Outer) && self.single.contains(&x) {
            let args: Args = self.args(x).iter().map(|&arg| self.node(arg)).collect();
            return Some(self.arena.intern(if trace { Op::MatMul } else { Op::Multiply }, args));
        }
        let factors = self.inner(x, false)?;
        if factors.iter().any(|&x| self.arena.shape(x).len() != 2) {
            return None;
        }
        let (left, right) = Chain::new(self.arena, factors, &self.made).halves(self.arena, &mut self.made);
        let right = transpose(self.arena, right);
        if let (Op::Unsqueeze(2), Op::Unsqueeze(2)) = (self.arena.op(left), self.arena.op(right)) {
            let args: Args = [left, right].iter().map(|&x| self.arena.args(x)[0]).collect();
            return Some(self.arena.intern(if trace { Op::MatMul } else { Op::Multiply }, args));
        }
        let product = self.arena.intern(Op::Multiply, [left, right].into_iter().collect());
        Some(self.unary(Op::Sum { axes: if trace { 3 } else { 2 }, keep: false }, product))
    }

    /// Pairs of operands; axes without an index left out.
    fn einsum(&mut self, inputs: &[Axes], output: &Axes, args: &[Id]) -> Id {
        let units = |axes: &Axes| axes.iter().enumerate().filter(|(_, l)| **l == UNIT).fold(0, |mask, (k, _)| mask | 1 << k);
        let labels = |axes: &Axes| axes.iter().copied().filter(|&l| l != UNIT).collect::<Axes>();
        let mut operands: Vec<(Id, Axes)> = Vec::new();
        for (axes, &arg) in inputs.iter().zip(args) {
            let x = if units(axes) == 0 { arg } else { self.unary(Op::Squeeze(units(axes)), arg) };
            operands.push((x, labels(axes)));
        }
        let product = pairs::contract(self.arena, operands, &labels(output));
        if units(output) == 0 { product } else { self.unary(Op::Unsqueeze(units(output)), product) }
    }
}
