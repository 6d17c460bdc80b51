//! Contractions of many operands as contractions of two.

use super::chain::{length, transpose};
use crate::expr::{Arena, Axes, Id, Op};

/// Each time the pair that costs least, and of these the one whose result is smallest.
pub(super) fn contract(arena: &mut Arena, mut operands: Vec<(Id, Axes)>, output: &Axes) -> Id {
    while operands.len() > 2 {
        let all = (0..operands.len()).flat_map(|a| (a + 1..operands.len()).map(move |b| (a, b))).collect::<Vec<_>>();
        let weighed = all.into_iter().map(|(a, b)| (weight(arena, &operands, a, b, output), a, b));
        let Some((_, a, b)) = weighed.reduce(|one, other| if other.0 < one.0 { other } else { one }) else { break };
        let labels = kept(&operands, a, b, output);
        let (second, first) = (operands.remove(b), operands[a].clone());
        operands[a] = (einsum(arena, &[first, second], &labels), labels);
    }
    einsum(arena, &operands, output)
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

/// One contraction: a matrix product where it is one, else with its labels numbered in the order in which they appear.
fn einsum(arena: &mut Arena, operands: &[(Id, Axes)], output: &Axes) -> Id {
    if let [a, b] = operands {
        if let Some(product) = product(arena, a, b, output).or_else(|| product(arena, b, a, output)) {
            return product;
        }
    }
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

/// Matrices and vectors with one common label that is summed, if the result has the axes of the left one, then those of the right one.
fn product(arena: &mut Arena, left: &(Id, Axes), right: &(Id, Axes), output: &Axes) -> Option<Id> {
    let ((a, of_a), (b, of_b)) = (left, right);
    let distinct = |axes: &Axes| axes.len() == 1 || axes.len() == 2 && axes[0] != axes[1];
    let common: Vec<u8> = of_a.iter().copied().filter(|label| of_b.contains(label)).collect();
    let rest: Axes = of_a.iter().chain(of_b).copied().filter(|label| !common.contains(label)).collect();
    if !distinct(of_a) || !distinct(of_b) || common.len() != 1 || rest != *output {
        return None;
    }
    let a = if of_a.last() == common.first() { *a } else { transpose(arena, *a) };
    let b = if of_b.first() == common.first() { *b } else { transpose(arena, *b) };
    Some(arena.intern(Op::MatMul, [a, b].into_iter().collect()))
}
