//! The cheapest order of a product of many factors (Cormen, Leiserson, Rivest, Stein, *Introduction to Algorithms*, 14.2).

use crate::expr::{Arena, Args, Id, Number, Op};
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;

/// What every length counts as that has no number: vectors before matrices, matrices before what has more axes.
const LONG: usize = 1000;

/// Runs of factors whose product has been made.
pub(super) type Made = FxHashMap<Vec<Id>, Id>;

/// A length as a number, to compare costs.
pub(super) fn length(arena: &Arena, dim: Dim) -> f64 {
    arena.dims.evaluate(dim, &|_| Some(LONG)).unwrap_or(LONG as i64) as f64
}

/// Factors of matrix products, and where each run of them is best cut in two.
pub(super) struct Chain {
    factors: Vec<Id>,
    /// For the run from the first place to the second: its cost, and the last place of its left half.
    best: Vec<Vec<(f64, usize)>>,
}

impl Chain {
    /// A run that has been made costs nothing.
    pub fn new(arena: &mut Arena, factors: Vec<Id>, made: &Made) -> Self {
        let count = factors.len();
        let turned = turned(arena, &factors);
        let arena = &*arena;
        let rank = |k: usize| arena.shape(factors[k]).len();
        let axis = |k: usize, from_end: usize| length(arena, arena.shape(factors[k])[rank(k) - from_end]);
        let rows = |k: usize| if rank(k) == 1 { 1.0 } else { axis(k, 2) };
        let columns = |k: usize| if rank(k) == 1 { 1.0 } else { axis(k, 1) };
        let copies = |k: usize| (3..=rank(k)).map(|from_end| axis(k, from_end)).product::<f64>();
        let batched = |from: usize, to: usize| (from..=to).any(|k| rank(k) > 2);
        let diagonal = |from: usize, to: usize| from == to && matches!(arena.op(factors[from]), Op::Diag);
        // with a vector at its end a product of batches has lost an axis, and is no batch of matrices any more
        let fits = |from: usize, cut: usize, to: usize| {
            let right = cut + 1 < to && rank(to) == 1 && batched(cut + 1, to);
            let left = from < cut && rank(from) == 1 && batched(from, cut) && batched(cut + 1, to);
            !right && !left
        };
        let mut best = vec![vec![(0.0, 0); count]; count];
        for (width, from) in (1..count).flat_map(|width| (0..count - width).map(move |from| (width, from))) {
            let to = from + width;
            let copies = (from..=to).map(copies).fold(1.0, f64::max);
            let joint = |cut: usize| match diagonal(from, cut) || diagonal(cut + 1, to) {
                true => 1.0,
                false if rank(cut + 1) == 1 => axis(cut + 1, 1),
                false => rows(cut + 1),
            };
            let known = made.contains_key(&factors[from..=to]) || made.contains_key(&turned[count - 1 - to..count - from]);
            let price = |cut: usize| {
                if known { 0.0 } else { copies * rows(from) * joint(cut) * columns(to) + best[from][cut].0 + best[cut + 1][to].0 }
            };
            // of equal ones the last cut: the order in which Python takes them
            let costs = (from..to).rev().filter(|&cut| fits(from, cut, to)).map(|cut| (price(cut), cut));
            best[from][to] = costs.reduce(|one, other| if other.0 < one.0 { other } else { one }).unwrap_or((f64::INFINITY, to - 1));
        }
        Chain { factors, best }
    }

    /// The product.
    pub fn product(&self, arena: &mut Arena, made: &mut Made) -> Id {
        self.run(arena, made, 0, self.factors.len() - 1)
    }

    /// Two products whose product it is, cut where they are cheapest.
    pub fn halves(&self, arena: &mut Arena, made: &mut Made) -> (Id, Id) {
        let last = self.factors.len() - 1;
        let cost = |cut: &usize| self.best[0][*cut].0 + self.best[cut + 1][last].0;
        let cut = (0..last).rev().min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
        (self.run(arena, made, 0, cut), self.run(arena, made, cut + 1, last))
    }

    fn run(&self, arena: &mut Arena, made: &mut Made, from: usize, to: usize) -> Id {
        let run = &self.factors[from..=to];
        if let [one] = run {
            return *one;
        }
        if let Some(&known) = made.get(run) {
            return known;
        }
        if let Some(&known) = made.get(&turned(arena, run)) {
            return transpose(arena, known);
        }
        let cut = self.best[from][to].1;
        let (left, right) = (self.run(arena, made, from, cut), self.run(arena, made, cut + 1, to));
        let product = pair(arena, left, right);
        made.insert(run.to_vec(), product);
        product
    }
}

/// The product of two: with a diagonal matrix it scales rows or columns.
fn pair(arena: &mut Arena, left: Id, right: Id) -> Id {
    let diagonal = |arena: &Arena, x: Id| matches!(arena.op(x), Op::Diag).then(|| arena.args(x)[0]);
    let (op, args) = match (diagonal(arena, left), diagonal(arena, right)) {
        (_, Some(scale)) => (Op::Multiply, [left, scale]),
        (Some(scale), None) if arena.shape(right).len() == 1 => (Op::Multiply, [scale, right]),
        (Some(scale), None) => (Op::Multiply, [arena.intern(Op::Unsqueeze(2), [scale].into_iter().collect()), right]),
        (None, None) => return thin(arena, left, right).unwrap_or_else(|| arena.intern(Op::MatMul, [left, right].into_iter().collect())),
    };
    arena.intern(op, args.into_iter().collect())
}

/// The product of two of which one is a vector with a new axis: that of the vector, and the axis again.
fn thin(arena: &mut Arena, left: Id, right: Id) -> Option<Id> {
    if arena.shape(left).len() > 2 || arena.shape(right).len() > 2 {
        return None;
    }
    let vector =
        |arena: &Arena, x: Id, axis: u32| matches!(arena.op(x), Op::Unsqueeze(mask) if *mask == 1 << axis).then(|| arena.args(x)[0]);
    let matrix = |arena: &Arena, x: Id| arena.shape(x).len() == 2;
    let one = |arena: &Arena, x: Id| matches!(arena.op(x), Op::Unsqueeze(3)).then(|| arena.args(x)[0]);
    if let (Some(column), Some(number)) = (vector(arena, left, 1), one(arena, right)) {
        let scaled = scaled(arena, column, number);
        return Some(arena.intern(Op::Unsqueeze(2), [scaled].into_iter().collect()));
    }
    if let (Some(number), Some(row), true) = (one(arena, left), vector(arena, right, 0), matrix(arena, right)) {
        let scaled = scaled(arena, row, number);
        return Some(arena.intern(Op::Unsqueeze(1), [scaled].into_iter().collect()));
    }
    // a column on the left: its entries are multiplied with those of the row on the right, or with a number
    if let (Some(column), true) = (vector(arena, left, 1), matrix(arena, left)) {
        let row = vector(arena, right, 0)?;
        return Some(if arena.shape(row).is_empty() { scaled(arena, column, row) } else { outer(arena, column, row) });
    }
    if let (Some(row), true) = (vector(arena, left, 0), matrix(arena, left)) {
        let column = vector(arena, right, 1).filter(|_| matrix(arena, right));
        let product = contracted(arena, row, column.unwrap_or(right));
        return Some(arena.intern(Op::Unsqueeze(if column.is_some() { 3 } else { 1 }), [product].into_iter().collect()));
    }
    let column = vector(arena, right, 1).filter(|_| matrix(arena, right))?;
    let axis = if matrix(arena, left) { 2 } else { 1 };
    let product = contracted(arena, left, column);
    Some(arena.intern(Op::Unsqueeze(axis), [product].into_iter().collect()))
}

/// A vector or matrix of ones.
fn is_ones(arena: &Arena, x: Id) -> bool {
    matches!(arena.op(x), Op::Broadcast(_)) && arena.as_number(arena.args(x)[0]).is_some_and(Number::is_one)
}

/// `left @ right`; beside a vector of ones it is a sum.
fn contracted(arena: &mut Arena, left: Id, right: Id) -> Id {
    let vector = |x: Id| arena.shape(x).len() == 1 && is_ones(arena, x);
    let (x, axis) = match (vector(left), vector(right)) {
        (true, _) => (right, 0),
        (_, true) => (left, arena.shape(left).len() - 1),
        _ => return arena.intern(Op::MatMul, [left, right].into_iter().collect()),
    };
    let (x, axis) = match arena.op(x) {
        Op::Permute(order) if **order == [1, 0] => (arena.args(x)[0], 1 - axis),
        _ => (x, axis),
    };
    arena.intern(Op::Sum { axes: 1 << axis, keep: false }, [x].into_iter().collect())
}

fn scaled(arena: &mut Arena, vector: Id, number: Id) -> Id {
    let (op, args): (Op, Args) = match is_ones(arena, vector) {
        true => (Op::Broadcast(arena.shape(vector).iter().copied().collect()), [number].into_iter().collect()),
        false => (Op::Multiply, [vector, number].into_iter().collect()),
    };
    arena.intern(op, args)
}

fn outer(arena: &mut Arena, column: Id, row: Id) -> Id {
    let shape: Shape = [arena.shape(column)[0], arena.shape(row)[0]].into_iter().collect();
    let (op, args): (Op, Args) = match (is_ones(arena, column), is_ones(arena, row)) {
        (true, _) => (Op::Broadcast(shape), [row].into_iter().collect()),
        (_, true) => (Op::Broadcast(shape), [arena.intern(Op::Unsqueeze(2), [column].into_iter().collect())].into_iter().collect()),
        _ => (Op::Outer, [column, row].into_iter().collect()),
    };
    arena.intern(op, args)
}

/// The factors of the transposed product; none where one is no matrix.
fn turned(arena: &mut Arena, factors: &[Id]) -> Vec<Id> {
    match factors.iter().all(|&x| arena.shape(x).len() == 2) {
        true => factors.iter().rev().map(|&x| transpose(arena, x)).collect(),
        false => vec![Id(u32::MAX); factors.len()],
    }
}

/// A matrix transposed.
pub(super) fn transpose(arena: &mut Arena, x: Id) -> Id {
    match arena.op(x) {
        Op::Permute(order) if **order == [1, 0] => arena.args(x)[0],
        Op::Diag => x,
        Op::Unsqueeze(mask @ (1 | 2)) if arena.shape(x).len() == 2 => {
            let (other, args) = (3 - mask, arena.args(x).iter().copied().collect());
            arena.intern(Op::Unsqueeze(other), args)
        }
        _ => arena.intern(Op::Permute([1, 0].into_iter().collect()), [x].into_iter().collect()),
    }
}
