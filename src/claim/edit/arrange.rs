//! Other products of the reader's own factors.

use super::order::{bare, chain, dressed, joined};
use super::search::Search;
use crate::claim::mistakes::*;
use crate::limits::MAX_ENUMERATED_FACTORS;
use crate::syntax::{Node, NodeId};

/// `@` for `*` and the reverse, `outer`, and sums of products for traces.
pub(super) fn operators(s: &mut Search) {
    for at in s.sites.clone() {
        let matrices = s.forest.is_product(at);
        let Some((x, y)) = matrices.or_else(|| s.forest.is_entrywise(at)) else {
            if let Some(inside) = s.forest.is_call(at, &["trace", "tr"]) {
                if let Some((x, y)) = s.forest.is_product(inside) {
                    summed(s, at, x, y, &TRACE);
                }
            }
            if let Some((x, y)) = s.forest.is_call(at, &["sum"]).and_then(|inside| s.forest.is_entrywise(inside)) {
                let product = s.forest.matmul(x, y);
                let new = s.forest.call("trace", &[product]);
                s.offer(at, new, &TRACE);
            }
            continue;
        };
        let new = if matrices.is_some() { s.forest.times(x, y) } else { s.forest.matmul(x, y) };
        // a number that was used for every entry: what arrives is summed, as `sum(x * y)` or as `x @ y`
        let arrives = |s: &Search, x: NodeId| matches!(s.forest.node(x), Node::Gradient { .. });
        let summed_up = s.shape.is_empty() && (arrives(s, x) || arrives(s, y));
        let mistake = match matrices {
            Some(_) => &NOT_ENTRYWISE,
            None if summed_up => &NOT_SUMMED,
            None => &ENTRYWISE,
        };
        s.offer(at, new, mistake);
        for (x, y) in [(x, y), (y, x)] {
            if s.forest.rank(x) == Some(1) && s.forest.rank(y) == Some(1) {
                let (x, before) = bare(s, x);
                let new = s.forest.call("outer", &[x, y]);
                let new = dressed(s, new, &before);
                s.offer(at, new, &NO_OUTER);
            }
        }
        if s.shape.is_empty() {
            summed(s, at, x, y, if matrices.is_some() { &TRACE } else { &NOT_SUMMED });
        }
        // the other product needs the other order or a transpose as well
        let mistake = if matrices.is_some() { &NOT_ENTRYWISE } else { &ENTRYWISE };
        let (left, before) = bare(s, x);
        for a in turns(s, left) {
            for b in turns(s, y) {
                for (a, b) in [(a, b), (b, a)] {
                    let a = dressed(s, a, &before);
                    let new = if matrices.is_some() { s.forest.times(a, b) } else { s.forest.matmul(a, b) };
                    s.offer(at, new, mistake);
                }
            }
        }
    }
}

/// `sum(x * y)`, with a transpose where one is needed.
fn summed(s: &mut Search, at: NodeId, x: NodeId, y: NodeId, mistake: &'static Mistake) {
    let (x, before) = bare(s, x);
    let turned = s.forest.transposed(y);
    for y in [y, turned] {
        let product = s.forest.times(x, y);
        let sum = s.forest.call("sum", &[product]);
        let new = dressed(s, sum, &before);
        s.offer(at, new, mistake);
    }
}

/// A factor and its transpose.
fn turns(s: &mut Search, id: NodeId) -> Vec<NodeId> {
    match s.forest.rank(id) {
        Some(rank) if rank >= 2 => vec![id, s.forest.transposed(id)],
        _ => vec![id],
    }
}

/// The factors of a chain in every order, each with and without a transpose.
pub(super) fn arrangements(s: &mut Search) {
    for at in s.sites.clone() {
        let Some(mut factors) = chain(s, at).filter(|factors| factors.len() <= MAX_ENUMERATED_FACTORS) else { continue };
        let (first, before) = bare(s, factors[0]);
        factors[0] = first;
        let both: Vec<Vec<NodeId>> = factors.iter().map(|factor| turns(s, *factor)).collect();
        let mut offers = vec![];
        for order in orders(factors.len()) {
            let moved = order.iter().enumerate().filter(|(place, from)| place != *from).count();
            for turned in 0..1u32 << factors.len() {
                let chosen: Option<Vec<NodeId>> =
                    order.iter().map(|&from| both[from].get((turned >> from & 1) as usize).copied()).collect();
                offers.extend(chosen.map(|chosen| (2 * turned.count_ones() as usize + moved, moved, chosen)));
            }
        }
        offers.sort_by_key(|(changes, ..)| *changes);
        for (_, moved, chosen) in offers {
            let new = joined(s, &chosen, &before);
            s.offer(at, new, if moved > 0 { &ARRANGED } else { &TRANSPOSE_MISSING });
        }
    }
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders: Vec<Vec<usize>> = vec![vec![]];
    for next in 0..count {
        orders = orders
            .iter()
            .flat_map(|order| {
                (0..=order.len()).map(|place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .collect();
    }
    orders
}
