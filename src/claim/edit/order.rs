//! Transposes, and the order of factors.

use super::search::Search;
use crate::claim::mistakes::*;
use crate::syntax::{Binary, Node, NodeId, Unary};

/// A transpose more or less at each operand, and at the whole.
pub(super) fn transposes(s: &mut Search) {
    for at in s.sites.clone() {
        if let Some(x) = s.forest.is_transpose(at) {
            s.offer(at, x, &TRANSPOSE_TOO_MANY);
            if s.forest.rank(x).is_some_and(|rank| rank > 2) {
                let other =
                    if matches!(s.forest.node(at), Node::Unary(Unary::TransposeAll, _)) { Unary::Transpose } else { Unary::TransposeAll };
                let new = s.forest.add(Node::Unary(other, x));
                s.offer(at, new, &TRANSPOSE_MISSING);
            }
        } else if s.forest.rank(at).is_some_and(|rank| rank >= 2) && !inverted(s, at) {
            let inverse = s.forest.is_call(at, &["inv", "pinv"]).is_some() || matches!(s.forest.node(at), Node::Unary(Unary::Inverse, _));
            let (new, mistake) = match at == s.forest.root() && !inverse {
                // on the factors, as it is written
                true => {
                    let new = s.forest.transposed(at);
                    let marks = |x| s.forest.nodes_of(x).into_iter().filter(|id| s.forest.is_transpose(*id).is_some()).count();
                    let scaled = bare(s, at).0;
                    let mistake = match () {
                        () if s.forest.is_product(at).is_some() => &ARRANGED,
                        () if s.forest.is_call(scaled, &["inv", "pinv"]).is_some() => &INVERSE_TRANSPOSE,
                        () if marks(new) < marks(at) => &TRANSPOSE_TOO_MANY,
                        () => &TRANSPOSE_MISSING,
                    };
                    (new, mistake)
                }
                false => (s.forest.marked(at), if inverse { &INVERSE_TRANSPOSE } else { &TRANSPOSE_MISSING }),
            };
            let mistake = if at == s.forest.root() && s.forest.is_call(at, &["outer"]).is_some() { &OUTER_REVERSED } else { mistake };
            s.offer(at, new, mistake);
        }
    }
}

/// Whether it is this that an inverse is of: its transpose is that of the inverse.
fn inverted(s: &Search, at: NodeId) -> bool {
    s.sites.iter().any(|site| match s.forest.node(*site) {
        Node::Unary(Unary::Inverse, x) => *x == at,
        _ => s.forest.is_call(*site, &["inv", "pinv"]) == Some(at),
    })
}

/// The factors of a chain of matrix products, and the scalar before it.
pub(super) fn chain(s: &Search, at: NodeId) -> Option<Vec<NodeId>> {
    s.forest.is_product(at)?;
    let mut factors = vec![];
    let mut waiting = vec![at];
    while let Some(id) = waiting.pop() {
        match s.forest.is_product(id) {
            Some((x, y)) => waiting.extend([y, x]),
            None => factors.push(id),
        }
    }
    Some(factors)
}

/// What stands before a factor and scales it, taken off: the factor, and how to put it before another.
pub(super) fn bare(s: &Search, mut id: NodeId) -> (NodeId, Vec<NodeId>) {
    let mut before = vec![];
    loop {
        let next = match *s.forest.node(id) {
            Node::Unary(Unary::Negative, x) => Some(x),
            Node::Binary(Binary::Multiply | Binary::Hadamard | Binary::Times, x, y) if s.forest.rank(x) == Some(0) => Some(y),
            Node::Binary(Binary::Divide | Binary::HadamardDivide | Binary::Over, x, y) if s.forest.rank(y) == Some(0) => Some(x),
            _ => None,
        };
        match next {
            Some(next) => {
                before.push(id);
                id = next;
            }
            None => return (id, before),
        }
    }
}

/// Puts what was taken off one factor before another.
pub(super) fn dressed(s: &mut Search, mut id: NodeId, before: &[NodeId]) -> NodeId {
    for layer in before.iter().rev() {
        let node = match *s.forest.node(*layer) {
            Node::Unary(op, _) => Node::Unary(op, id),
            Node::Binary(op @ (Binary::Divide | Binary::HadamardDivide | Binary::Over), _, y) => Node::Binary(op, id, y),
            Node::Binary(op, x, _) => Node::Binary(op, x, id),
            _ => continue,
        };
        id = s.forest.add(node);
    }
    id
}

/// The product of factors in this order.
pub(super) fn joined(s: &mut Search, factors: &[NodeId], before: &[NodeId]) -> NodeId {
    let mut product = dressed(s, factors[0], before);
    for factor in &factors[1..] {
        product = s.forest.matmul(product, *factor);
    }
    product
}

/// The longest chain whose factors are moved.
const MAX_CHAIN: usize = 6;

/// Whether a node is a part of a longer chain.
fn inner(s: &Search, at: NodeId) -> bool {
    s.sites.iter().any(|site| s.forest.is_product(*site).is_some_and(|(x, y)| x == at || y == at))
}

/// Two factors exchanged, one moved, the whole chain the other way round.
pub(super) fn swaps(s: &mut Search) {
    for at in s.sites.clone() {
        let Some(mut factors) = chain(s, at).filter(|factors| factors.len() <= MAX_CHAIN && !inner(s, at)) else { continue };
        let (first, before) = bare(s, factors[0]);
        factors[0] = first;
        let count = factors.len();
        let mut orders: Vec<(Vec<NodeId>, &'static Mistake)> = vec![];
        for i in 0..count {
            for j in i + 1..count {
                let mut order = factors.clone();
                order.swap(i, j);
                orders.push((order, &SWAPPED));
            }
        }
        orders.push((factors.iter().rev().copied().collect(), &REVERSED));
        for i in 0..count {
            for j in (0..count).filter(|j| i.abs_diff(*j) > 1) {
                let mut order = factors.clone();
                let moved = order.remove(i);
                order.insert(j, moved);
                orders.push((order, &ORDER));
            }
        }
        for (order, mut mistake) in orders {
            let new = joined(s, &order, &before);
            // with the upstream gradient in its place, it is the chain that is in the wrong order
            if count > 2 && std::ptr::eq(mistake, &SWAPPED) {
                mistake = &REVERSED;
            }
            s.offer(at, new, mistake);
        }
    }
}

/// `outer(y, x)` for `outer(x, y)`.
pub(super) fn outer(s: &mut Search) {
    for at in s.sites.clone() {
        if s.forest.is_call(at, &["outer"]).is_some() {
            let new = s.forest.transposed(at);
            s.offer(at, new, &OUTER_REVERSED);
        }
        if let Node::Call { function, arguments, .. } = s.forest.node(at).clone() {
            if let ("outer", [x, y]) = (&*function.text, &arguments.iter().map(|a| a.value).collect::<Vec<_>>()[..]) {
                if s.forest.rank(*x) == Some(2) && s.forest.rank(*y) == Some(2) {
                    let turned = s.forest.transposed(*x);
                    let new = s.forest.matmul(turned, *y);
                    s.offer(at, new, &OUTER_OF_ROWS);
                }
            }
        }
    }
}

/// `y[:, None]` for `y`, wherever an array of one axis stands beside one of two.
pub(super) fn columns(s: &mut Search) {
    let one = |s: &Search, at: &NodeId| s.forest.rank(*at) == Some(1);
    let leaves: Vec<NodeId> =
        s.sites.iter().copied().filter(|at| one(s, at) && matches!(s.forest.node(*at), Node::Name(_) | Node::Gradient { .. })).collect();
    let mut shapes: Vec<Vec<crate::shape::Dim>> = leaves.iter().filter_map(|at| s.forest.shape(*at).map(<[_]>::to_vec)).collect();
    shapes.sort_unstable();
    shapes.dedup();
    for shape in shapes {
        let same: Vec<NodeId> = leaves.iter().copied().filter(|at| s.forest.shape(*at) == Some(&shape[..])).collect();
        let mut edits = vec![];
        for &at in &same {
            let (all, none) = (s.forest.add(Node::Slice { start: None, stop: None, step: None }), s.forest.add(Node::None));
            edits.push((at, s.forest.add(Node::Index(at, vec![all, none]))));
        }
        for chosen in edits.iter().map(|edit| vec![*edit]).chain([edits.clone()]) {
            let text = |f: &super::forest::Forest| chosen.iter().map(|(_, new)| f.text(*new)).collect::<Vec<_>>().join(" and ");
            s.offer_all(&chosen, &NO_COLUMN, &text);
        }
    }
}

/// `a @ (b * c)` for `(a @ b) * c`, and the other way round, with each of both products.
pub(super) fn regrouped(s: &mut Search) {
    let either = [s.forest.product(), s.forest.entrywise()];
    let product = |s: &Search, at: NodeId| s.forest.is_product(at).or_else(|| s.forest.is_entrywise(at));
    for at in s.sites.clone() {
        let Some((x, y)) = product(s, at) else { continue };
        let mut groups = vec![];
        if let Some((a, b)) = product(s, x) {
            groups.extend([([a, b, y], false, x), ([a, y, b], true, x)]);
        }
        if let Some((b, c)) = product(s, y) {
            groups.push(([x, b, c], true, y));
        }
        for ([a, b, c], left, within) in groups {
            for outer in either {
                for inner in either {
                    let new = match left {
                        true => {
                            let ab = s.forest.binary(inner, a, b);
                            s.forest.binary(outer, ab, c)
                        }
                        false => {
                            let bc = s.forest.binary(inner, b, c);
                            s.forest.binary(outer, a, bc)
                        }
                    };
                    let was = [s.forest.is_product(at).is_some(), s.forest.is_product(within).is_some()];
                    let kept = was.iter().filter(|product| **product).count()
                        == [outer, inner].iter().filter(|op| **op == s.forest.product()).count();
                    s.offer(at, new, if kept { &GROUPED } else { &NOT_ENTRYWISE });
                }
            }
        }
    }
}
