//! Expressions as Python computes them, two operands at a time: products in their cheapest order.

use super::chain::{self, Chain};
use crate::expr::{Arena, Args, Axes, Id, Number, Op, UNIT};
use rustc_hash::{FxHashMap, FxHashSet};

/// The same values as `roots`, made of products of two factors. What more than one place needs stays whole.
pub(super) fn lower(arena: &mut Arena, roots: &[Id]) -> FxHashMap<Id, Id> {
    let order = arena.reachable(roots);
    let mut uses: FxHashMap<Id, usize> = roots.iter().map(|&root| (root, 2)).collect();
    for &id in &order {
        arena.args(id).iter().for_each(|&arg| *uses.entry(arg).or_default() += 1);
    }
    let mut lowering = Lowering {
        arena,
        single: uses.into_iter().filter(|(_, count)| *count == 1).map(|(id, _)| id).collect(),
        done: FxHashMap::default(),
    };
    for id in order {
        let new = lowering.node(id);
        lowering.done.insert(id, new);
    }
    lowering.done
}

struct Lowering<'a> {
    arena: &'a mut Arena,
    /// What stands in one place only.
    single: FxHashSet<Id>,
    done: FxHashMap<Id, Id>,
}

impl Lowering<'_> {
    fn node(&mut self, id: Id) -> Id {
        let args: Args = self.arena.args(id).iter().map(|arg| self.done[arg]).collect();
        match self.arena.op(id).clone() {
            Op::MatMul => {
                let factors = self.factors(id);
                Chain::new(self.arena, factors).product(self.arena)
            }
            Op::Trace => self.trace(id, args),
            Op::Einsum { inputs, output } => self.einsum(inputs, output, &args),
            // `x**-2` is one over `x**2`, which may stand elsewhere too
            Op::Power(exponent) if exponent.is_negative() && exponent != Number::MINUS_ONE => {
                let below = self.arena.intern(Op::Power(exponent.negated()), args);
                self.arena.intern(Op::Power(Number::MINUS_ONE), [below].into_iter().collect())
            }
            op => self.arena.intern(op, args),
        }
    }

    fn unary(&mut self, op: Op, x: Id) -> Id {
        self.arena.intern(op, [x].into_iter().collect())
    }

    /// The factors of a product, and of those of its factors that are products and stand nowhere else.
    fn factors(&mut self, id: Id) -> Vec<Id> {
        let args: Args = self.arena.args(id).iter().copied().collect();
        let mut factors = Vec::new();
        for (place, &arg) in args.iter().enumerate() {
            // a vector may stand at the ends of the whole chain only
            let inner = self.inner(arg, false);
            let open = |x: Option<&Id>, end: bool| x.is_none_or(|&x| end || self.arena.shape(x).len() > 1);
            let fits = open(inner.first(), place == 0) && open(inner.last(), place + 1 == args.len());
            match fits && !inner.is_empty() {
                true => factors.extend(inner),
                false => factors.push(self.done[&arg]),
            }
        }
        factors
    }

    /// What a factor is the product of, transposed if asked for; nothing where it is no product or stands in several places.
    fn inner(&mut self, id: Id, turned: bool) -> Vec<Id> {
        if !self.single.contains(&id) {
            return Vec::new();
        }
        let args: Args = self.arena.args(id).iter().copied().collect();
        match self.arena.op(id).clone() {
            Op::MatMul => {
                let factors = self.factors(id);
                let vectors = factors.iter().any(|&x| self.arena.shape(x).len() == 1);
                let matrices = factors.iter().all(|&x| self.arena.shape(x).len() == 2);
                match (turned, self.arena.shape(id).len()) {
                    (false, rank) if !vectors || rank == 1 => factors,
                    (true, _) if matrices => factors.into_iter().rev().map(|x| chain::transpose(self.arena, x)).collect(),
                    _ => Vec::new(),
                }
            }
            Op::Permute(order) if *order == [1, 0] && !turned => self.inner(args[0], true),
            Op::Outer => {
                let (row, column) =
                    if turned { (self.done[&args[1]], self.done[&args[0]]) } else { (self.done[&args[0]], self.done[&args[1]]) };
                vec![self.unary(Op::Unsqueeze(2), row), self.unary(Op::Unsqueeze(1), column)]
            }
            _ => Vec::new(),
        }
    }

    /// `trace(P @ Q) = sum(P * Qᵀ)`, which leaves out all but the diagonal of the product.
    fn trace(&mut self, id: Id, args: Args) -> Id {
        let factors = self.inner(self.arena.args(id)[0], false);
        let matrices = factors.iter().all(|&x| self.arena.shape(x).len() == 2);
        if factors.len() < 2 || !matrices {
            return self.arena.intern(Op::Trace, args);
        }
        let (left, right) = Chain::new(self.arena, factors).halves(self.arena);
        let right = chain::transpose(self.arena, right);
        let product = self.arena.intern(Op::Multiply, [left, right].into_iter().collect());
        self.unary(Op::Sum { axes: 3, keep: false }, product)
    }

    /// Pairs of operands, the cheapest first; axes without an index left out.
    fn einsum(&mut self, inputs: Vec<Axes>, output: Axes, args: &[Id]) -> Id {
        let mask = |axes: &Axes, label: &dyn Fn(u8) -> bool| {
            axes.iter().enumerate().filter(|(_, l)| label(**l)).fold(0, |mask, (k, _)| mask | 1 << k)
        };
        let only = |axes: &Axes| axes.iter().copied().filter(|&l| l != UNIT).collect::<Axes>();
        let mut operands: Vec<(Id, Axes)> = Vec::new();
        for (axes, &arg) in inputs.iter().zip(args) {
            let units = mask(axes, &|label| label == UNIT);
            let x = if units == 0 { arg } else { self.unary(Op::Squeeze(units), arg) };
            operands.push((x, only(axes)));
        }
        let product = chain::contract(self.arena, operands, &only(&output));
        match mask(&output, &|label| label == UNIT) {
            0 => product,
            units => self.unary(Op::Unsqueeze(units), product),
        }
    }
}
