//! The cheapest order of a product of many factors (Cormen, Leiserson, Rivest, Stein, *Introduction to Algorithms*, 14.2).

use crate::expr::{Arena, Axes, Id, Op};
use crate::shape::Dim;

/// What every length counts as that has no number: vectors before matrices, matrices before what has more axes.
const LONG: usize = 1000;

fn length(arena: &Arena, dim: Dim) -> f64 {
    arena.dims.evaluate(dim, &|_| Some(LONG)).unwrap_or(LONG) as f64
}

/// Factors of matrix products, and where each run of them is best cut in two.
pub(super) struct Chain {
    factors: Vec<Id>,
    /// For the run from the first place to the second: its cost, and the last place of its left half.
    best: Vec<Vec<(f64, usize)>>,
}

impl Chain {
    pub fn new(arena: &Arena, factors: Vec<Id>) -> Self {
        let count = factors.len();
        let rank = |k: usize| arena.shape(factors[k]).len();
        let axis = |k: usize, from_end: usize| length(arena, arena.shape(factors[k])[rank(k) - from_end]);
        let rows = |k: usize| if rank(k) == 1 { 1.0 } else { axis(k, 2) };
        let columns = |k: usize| if rank(k) == 1 { 1.0 } else { axis(k, 1) };
        let copies = |k: usize| (3..=rank(k)).map(|from_end| axis(k, from_end)).product::<f64>();
        let batched = |from: usize, to: usize| (from..=to).any(|k| rank(k) > 2);
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
            let joint = |cut: usize| if rank(cut + 1) == 1 { axis(cut + 1, 1) } else { rows(cut + 1) };
            // of equal ones the last cut: the order in which Python takes them
            let cuts = (from..to).rev().filter(|&cut| fits(from, cut, to));
            let costs = cuts.map(|cut| (best[from][cut].0 + best[cut + 1][to].0 + copies * rows(from) * joint(cut) * columns(to), cut));
            best[from][to] = costs.reduce(|one, other| if other.0 < one.0 { other } else { one }).unwrap_or((f64::INFINITY, to - 1));
        }
        Chain { factors, best }
    }

    /// The product.
    pub fn product(&self, arena: &mut Arena) -> Id {
        self.run(arena, 0, self.factors.len() - 1)
    }

    /// Two products whose product it is, cut where they are cheapest.
    pub fn halves(&self, arena: &mut Arena) -> (Id, Id) {
        let last = self.factors.len() - 1;
        let cost = |cut: &usize| self.best[0][*cut].0 + self.best[cut + 1][last].0;
        let cut = (0..last).rev().min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
        (self.run(arena, 0, cut), self.run(arena, cut + 1, last))
    }

    fn run(&self, arena: &mut Arena, from: usize, to: usize) -> Id {
        if from == to {
            return self.factors[from];
        }
        let cut = self.best[from][to].1;
        let (left, right) = (self.run(arena, from, cut), self.run(arena, cut + 1, to));
        arena.intern(Op::MatMul, [left, right].into_iter().collect())
    }
}

/// A matrix transposed.
pub(super) fn transpose(arena: &mut Arena, x: Id) -> Id {
    match arena.op(x) {
        Op::Permute(order) if **order == [1, 0] => arena.args(x)[0],
        _ => arena.intern(Op::Permute([1, 0].into_iter().collect()), [x].into_iter().collect()),
    }
}

/// A contraction as contractions of two: each time the pair that costs least, and of these the one whose result is smallest.
pub(super) fn contract(arena: &mut Arena, mut operands: Vec<(Id, Axes)>, output: &Axes) -> Id {
    while operands.len() > 2 {
        let all = pairs(operands.len());
        let best = all
            .into_iter()
            .map(|(a, b)| (weight(arena, &operands, a, b, output), a, b))
            .reduce(|one, other| if other.0 < one.0 { other } else { one });
        let Some((_, a, b)) = best else { break };
        let labels = kept(&operands, a, b, output);
        let (second, first) = (operands.remove(b), operands[a].clone());
        operands[a] = (einsum(arena, &[first, second], &labels), labels);
    }
    einsum(arena, &operands, output)
}

fn pairs(count: usize) -> Vec<(usize, usize)> {
    (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect()
}

/// The labels of a pair that something else still needs.
fn kept(operands: &[(Id, Axes)], a: usize, b: usize, output: &Axes) -> Axes {
    let others = || operands.iter().enumerate().filter(|(k, _)| *k != a && *k != b).map(|(_, operand)| &operand.1);
    let mut labels = Axes::new();
    for &label in operands[a].1.iter().chain(&operands[b].1) {
        if !labels.contains(&label) && (output.contains(&label) || others().any(|axes| axes.contains(&label))) {
            labels.push(label);
        }
    }
    labels
}

fn weight(arena: &Arena, operands: &[(Id, Axes)], a: usize, b: usize, output: &Axes) -> (f64, f64) {
    let mut lengths: Vec<(u8, f64)> = Vec::new();
    for (x, axes) in [&operands[a], &operands[b]] {
        for (&label, &dim) in axes.iter().zip(arena.shape(*x)) {
            if lengths.iter().all(|(known, _)| *known != label) {
                lengths.push((label, length(arena, dim)));
            }
        }
    }
    let labels = kept(operands, a, b, output);
    let size = lengths.iter().filter(|(label, _)| labels.contains(label)).map(|(_, n)| n).product();
    (lengths.iter().map(|(_, n)| n).product(), size)
}

/// One contraction, its labels numbered in the order in which they appear.
fn einsum(arena: &mut Arena, operands: &[(Id, Axes)], output: &Axes) -> Id {
    let mut seen = Axes::new();
    for &label in operands.iter().flat_map(|(_, axes)| axes) {
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    let number = |axes: &Axes| axes.iter().map(|l| seen.iter().position(|s| s == l).map_or(*l, |at| at as u8)).collect::<Axes>();
    let op = Op::Einsum { inputs: operands.iter().map(|(_, axes)| number(axes)).collect(), output: number(output) };
    arena.intern(op, operands.iter().map(|(x, _)| *x).collect())
}
