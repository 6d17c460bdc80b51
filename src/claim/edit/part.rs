//! Parts that are too many, names for other names, signs, reshapes.

use super::forest::operands;
use super::search::Search;
use crate::claim::mistakes::*;
use crate::expr::{Op, SymbolId};
use crate::shape::Dim;
use crate::syntax::{Binary, Node, NodeId, Unary};

/// Each part by one of its own operands.
pub(super) fn own_operands(s: &mut Search) {
    for at in s.sites.clone() {
        let node = s.forest.node(at).clone();
        let parts = operands(&node);
        for (place, &part) in parts.iter().enumerate() {
            if !s.sites.contains(&part) {
                continue;
            }
            let dropped = parts.get(1 - place.min(1)).copied();
            let mistake = match &node {
                Node::Binary(Binary::Add | Binary::Subtract, ..) => {
                    let updated = dropped.is_some_and(|x| mentions_gradient(s, x));
                    if updated && !mentions_gradient(s, part) { &UPDATED } else { &TERM_TOO_MANY }
                }
                Node::Binary(Binary::Power | Binary::Caret, ..) => &POWER,
                Node::Binary(..) => {
                    let gradient = dropped.is_some_and(|x| matches!(s.forest.node(x), Node::Gradient { .. }));
                    if gradient { &UPSTREAM_TWICE } else { &FACTOR_TOO_MANY }
                }
                Node::Call { function, .. } => match &*function.text {
                    "sum" | "mean" | "outer" | "transpose" => continue,
                    _ if applied_again(s, at, part) => &POINT,
                    _ => &FUNCTION,
                },
                Node::Index(..) => &PLACES,
                _ => continue,
            };
            s.offer(at, part, mistake);
        }
    }
}

/// Whether a call takes the function of what is its value already: `sigmoid(a)` of `a = sigmoid(z)`.
fn applied_again(s: &Search, call: NodeId, part: NodeId) -> bool {
    let d = &s.case.derivation;
    let (Some(call), Some(part)) = (s.forest.array(call), s.forest.array(part)) else { return false };
    let arena = s.forest.arena();
    let Some(symbol) = arena.as_symbol(part) else { return false };
    let assigned = d.model.statements.iter().find(|statement| statement.symbol == symbol);
    assigned.is_some_and(|statement| arena.op(call) == arena.op(statement.value))
}

fn mentions_gradient(s: &Search, root: NodeId) -> bool {
    s.forest.nodes_of(root).into_iter().any(|id| matches!(s.forest.node(id), Node::Gradient { .. }))
}

/// The sign of one term.
pub(super) fn terms(s: &mut Search) {
    for at in s.sites.clone() {
        if let Node::Binary(op @ (Binary::Add | Binary::Subtract), x, y) = *s.forest.node(at) {
            let other = if op == Binary::Add { Binary::Subtract } else { Binary::Add };
            let new = s.forest.binary(other, x, y);
            s.offer(at, new, &TERM_SIGN);
            let negative = s.forest.add(Node::Unary(Unary::Negative, x));
            let new = s.forest.binary(op, negative, y);
            s.offer(at, new, &TERM_SIGN);
            if op == Binary::Subtract {
                let new = s.forest.add(Node::Unary(Unary::Negative, y));
                s.offer(at, new, &TERM_TOO_MANY);
            }
        }
        if let Node::Unary(Unary::Negative, x) = *s.forest.node(at) {
            s.offer(at, x, &TERM_SIGN);
        }
    }
}

/// A variable in the place of another.
pub(super) fn names(s: &mut Search) {
    let d = &s.case.derivation;
    let symbols: Vec<SymbolId> = d.model.inputs.iter().copied().chain(d.model.statements.iter().map(|x| x.symbol)).collect();
    let named: Vec<(SymbolId, String, Vec<Dim>)> = symbols
        .into_iter()
        .filter(|x| !d.arena().info(*x).has("index"))
        .map(|x| (x, d.arena().info(x).name.to_string(), d.arena().info(x).shape.to_vec()))
        .collect();
    // where the claim has the right shape, what stands in the place of a name has its shape
    let misfit = s.forest.shape(s.forest.root()) != Some(s.shape.as_slice());
    let leaves: Vec<NodeId> = s.sites.iter().copied().filter(|at| matches!(s.forest.node(*at), Node::Name(_))).collect();
    for &at in &leaves {
        let Some(old) = s.forest.node(at).name().cloned() else { continue };
        let Some(shape) = s.forest.shape(at).map(<[Dim]>::to_vec) else { continue };
        let Some(own) = named.iter().find(|(_, name, _)| **name == *old).map(|(symbol, ..)| *symbol) else { continue };
        let other = |other: &SymbolId, dims: &[Dim]| *other != own && (dims == shape || misfit && dims.len() == shape.len());
        for (symbol, name, _) in named.iter().filter(|(symbol, _, dims)| other(symbol, dims)) {
            let new = s.forest.name(name);
            let mistake = match () {
                () if inside_comparison(s, at) => &OTHER_MASK,
                () if joined(s, own, *symbol) => &POINT,
                () => &OTHER_NAME,
            };
            s.offer(at, new, mistake);
            // everywhere within one part
            for part in s.sites.clone() {
                let within: Vec<NodeId> = s.forest.nodes_of(part);
                let places: Vec<(NodeId, NodeId)> =
                    leaves.iter().filter(|x| within.contains(x) && s.forest.node(**x).name() == Some(&old)).map(|x| (*x, new)).collect();
                if places.len() > 1 && part != s.forest.root() && places[0].0 == at {
                    let detail = s.exchange(at, new);
                    s.offer_all(&places, mistake, &detail);
                }
            }
        }
    }
}

fn inside_comparison(s: &Search, at: NodeId) -> bool {
    use Binary::*;
    s.sites.iter().any(|site| {
        matches!(s.forest.node(*site), Node::Binary(Greater | GreaterEqual | Less | LessEqual | Equal | NotEqual, x, y) if *x == at || *y == at)
    })
}

/// Whether one of two variables is made of the other by a step that is no product.
fn joined(s: &Search, a: SymbolId, b: SymbolId) -> bool {
    let d = &s.case.derivation;
    d.model.statements.iter().any(|statement| {
        let other = if statement.symbol == a { b } else { a };
        (statement.symbol == a || statement.symbol == b) && {
            let nodes = d.arena().reachable(&[statement.value]);
            nodes.iter().any(|node| d.arena().as_symbol(*node) == Some(other))
                && nodes.iter().any(|node| matches!(d.arena().op(*node), Op::Apply(_) | Op::Call(..) | Op::Power(_)))
        }
    })
}

/// A reshape in the other order, or none at all.
pub(super) fn reshapes(s: &mut Search) {
    let mut shape = vec![];
    for dim in s.shape {
        let text = s.forest.arena().dims.show(*dim);
        shape.extend(s.forest.read(&text));
    }
    if shape.len() != s.shape.len() || shape.is_empty() {
        return;
    }
    let shape = s.forest.add(Node::Sequence(shape));
    for at in s.sites.clone() {
        let inner = s.forest.is_transpose(at).unwrap_or(at);
        if let Some(x) = s.forest.is_call(inner, &["reshape"]) {
            let new = s.forest.call("reshape", &[x, shape]);
            s.offer(at, new, &PLACES);
        } else {
            let new = s.forest.call("reshape", &[at, shape]);
            s.offer(at, new, &RESHAPE_MISSING);
        }
    }
}
