//! Sums and means: missing, too many, along another axis.

use super::forest::Forest;
use super::search::Search;
use crate::claim::mistakes::*;
use crate::diagnostic::Span;
use crate::syntax::{Argument, Ident, Node, NodeId, Unary};

const REDUCTIONS: [&str; 2] = ["sum", "mean"];

fn named(name: &str) -> Option<Ident> {
    Some(Ident { text: name.into(), span: Span::default() })
}

/// `function(x, axis=axes, keepdims=True)`; over all axes without `axes`.
pub(super) fn reduction(f: &mut Forest, function: &str, x: NodeId, axes: &[usize], keep: bool) -> NodeId {
    let mut arguments = vec![Argument { keyword: None, value: x }];
    let numbers: Vec<NodeId> = axes.iter().map(|axis| f.number(*axis as i64)).collect();
    let value = match numbers[..] {
        [] => None,
        [one] => Some(one),
        _ => Some(f.add(Node::Sequence(numbers))),
    };
    arguments.extend(value.map(|value| Argument { keyword: named("axis"), value }));
    if keep {
        let value = f.add(Node::Boolean(true));
        arguments.push(Argument { keyword: named("keepdims"), value });
    }
    let function = Ident { text: function.into(), span: Span::default() };
    f.add(Node::Call { function, prefix: None, method: false, arguments })
}

pub(super) fn all(s: &mut Search) {
    around(s);
    let root = s.forest.root();
    if s.forest.square(root) && s.shape.len() == 1 {
        let new = s.forest.call("diag", &[root]);
        s.offer(root, new, &DIAGONAL_ONLY);
    }
    if s.forest.rank(root) == Some(1) && s.shape.len() == 2 {
        let new = s.forest.call("diag", &[root]);
        s.offer(root, new, &ON_DIAGONAL);
    }
    let reductions: Vec<NodeId> = s.sites.iter().copied().filter(|at| s.forest.is_call(*at, &REDUCTIONS).is_some()).collect();
    for &at in &reductions {
        let Some(x) = s.forest.is_call(at, &REDUCTIONS) else { continue };
        s.offer(at, x, &SUMMED);
        multiplied_first(s, at, x);
        for (new, mistake) in others(s, at) {
            s.offer(at, new, mistake);
        }
    }
    // the same in all of them
    if reductions.len() > 1 {
        let changed: Vec<Vec<(NodeId, &'static Mistake)>> = reductions.iter().map(|at| others(s, *at)).collect();
        let count = changed.iter().map(Vec::len).min().unwrap_or(0);
        for place in 0..count {
            let edits: Vec<(NodeId, NodeId)> = reductions.iter().zip(&changed).map(|(at, changed)| (*at, changed[place].0)).collect();
            s.offer_all(&edits, changed[0][place].1, &|f| f.text(edits[0].1));
        }
    }
}

/// A sum that is multiplied by something, with that multiplied in before; of two sums both.
fn multiplied_first(s: &mut Search, at: NodeId, x: NodeId) {
    for product in s.sites.clone() {
        let Some((one, two)) = s.forest.is_entrywise(product) else { continue };
        let other = if one == at { two } else { one };
        if one != at && two != at {
            continue;
        }
        let bare = s.forest.is_call(other, &["sum"]).unwrap_or(other);
        let Node::Call { function, prefix, method, mut arguments } = s.forest.node(at).clone() else { continue };
        arguments[0].value = s.forest.times(x, bare);
        let new = s.forest.add(Node::Call { function, prefix, method, arguments });
        s.offer(product, new, &SUMMED_EARLY);
    }
}

/// Other reductions of what this one reduces, in an order that is the same for all of one rank.
fn others(s: &mut Search, at: NodeId) -> Vec<(NodeId, &'static Mistake)> {
    let Node::Call { function, .. } = s.forest.node(at).clone() else { return vec![] };
    let Some(x) = s.forest.is_call(at, &REDUCTIONS) else { return vec![] };
    let Some(rank) = s.forest.rank(x).filter(|rank| *rank <= 4) else { return vec![] };
    let other = if &*function.text == "sum" { "mean" } else { "sum" };
    let renamed = match s.forest.node(at).clone() {
        Node::Call { prefix, method, arguments, .. } => {
            let function = Ident { text: other.into(), span: Span::default() };
            s.forest.add(Node::Call { function, prefix, method, arguments })
        }
        node => s.forest.add(node),
    };
    let mut found = vec![(renamed, if other == "sum" { &MEAN_FOR_SUM } else { &SUM_FOR_MEAN })];
    for keep in [false, true] {
        for axis in 0..rank {
            let new = reduction(&mut s.forest, &function.text, x, &[axis], keep);
            found.push((new, &OTHER_AXIS));
        }
        let new = reduction(&mut s.forest, &function.text, x, &[], keep);
        found.push((new, &NOT_SUMMED));
    }
    // the same axis, with or without keeping it
    let keeps = matches!(s.forest.node(at), Node::Call { arguments, .. } if arguments.iter().any(|a| a.keyword.as_ref().is_some_and(|k| k.text.starts_with("keepdim"))));
    if let Node::Call { function, prefix, method, arguments } = s.forest.node(at).clone() {
        let mut arguments: Vec<Argument> =
            arguments.into_iter().filter(|a| !a.keyword.as_ref().is_some_and(|k| k.text.starts_with("keepdim"))).collect();
        if !keeps {
            let value = s.forest.add(Node::Boolean(true));
            arguments.push(Argument { keyword: named("keepdims"), value });
        }
        let new = s.forest.add(Node::Call { function, prefix, method, arguments });
        found.insert(1, (new, &KEEPDIMS));
    }
    found
}

/// A sum around a part.
fn around(s: &mut Search) {
    let wanted = s.shape.len();
    // `.T` of a batch turns all axes around, which nobody means
    let batch: Vec<(NodeId, NodeId)> = (s.sites.clone().into_iter())
        .filter_map(|at| match *s.forest.node(at) {
            Node::Unary(Unary::TransposeAll, x) if s.forest.rank(x).is_some_and(|rank| rank > 2) => {
                Some((at, s.forest.add(Node::Unary(Unary::Transpose, x))))
            }
            _ => None,
        })
        .collect();
    if let Some(root) = (!batch.is_empty()).then(|| s.forest.replaced(&batch)).flatten() {
        let axes: Vec<usize> = (0..s.forest.rank(root).unwrap_or(0).saturating_sub(wanted)).collect();
        if !axes.is_empty() {
            let new = reduction(&mut s.forest, "sum", root, &axes, false);
            s.offer_root(new, &BATCH_NOT_SUMMED, &|_| ".T reverses all axes, and .mT exchanges the last two".into());
        }
    }
    for at in s.sites.clone() {
        let Some(rank) = s.forest.rank(at).filter(|rank| (1..=5).contains(rank)) else { continue };
        let within = s.sites.iter().any(|site| s.forest.is_call(*site, &REDUCTIONS) == Some(at));
        if within || s.forest.is_call(at, &REDUCTIONS).is_some() && at != s.forest.root() {
            continue;
        }
        let mistake = if rank > 2 { &BATCH_NOT_SUMMED } else { &NOT_SUMMED };
        let new = reduction(&mut s.forest, "sum", at, &[], false);
        offered(s, at, new, &NOT_SUMMED, &[]);
        let mut choices: Vec<Vec<usize>> = (0..rank).map(|axis| vec![axis]).collect();
        if at == s.forest.root() && rank > wanted {
            choices.extend((2..=rank - wanted).map(|count| (0..count).collect()));
        }
        for axes in choices {
            for keep in [false, true] {
                let new = reduction(&mut s.forest, "sum", at, &axes, keep);
                let batch = rank > 2 && axes.iter().all(|axis| *axis < rank - 2);
                offered(s, at, new, if batch { mistake } else { &NOT_SUMMED }, &axes);
            }
        }
        // a bias of two axes at once
        if at == s.forest.root() && rank >= 2 {
            for axes in [vec![0, 1], (0..rank - 1).collect()] {
                let new = reduction(&mut s.forest, "sum", at, &axes, false);
                offered(s, at, new, &NOT_SUMMED, &axes);
            }
        }
    }
}

fn offered(s: &mut Search, at: NodeId, new: NodeId, mistake: &'static Mistake, axes: &[usize]) {
    let arena = s.forest.arena();
    let Some(id) = s.forest.array(at) else { return };
    let shape = arena.shape(id);
    let lengths: Vec<String> = if axes.is_empty() { shape.iter().collect::<Vec<_>>() } else { axes.iter().map(|a| &shape[*a]).collect() }
        .into_iter()
        .map(|dim| arena.dims.show(*dim))
        .collect();
    let detail = format!("{} {} to be summed", lengths.join(" and "), if lengths.len() == 1 { "is" } else { "are" });
    s.offer_all(&[(at, new)], mistake, &|_| detail.clone());
}
