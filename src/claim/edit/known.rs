//! What is missing from a claim is looked for in the gradient itself: its parts are what a reader can have forgotten, or taken for others.

use super::forest::Forest;
use super::search::Search;
use super::{order, scale};
use crate::claim::mistakes::*;
use crate::expr::{Id, Op};
use crate::formula::{Charset, text_for};
use crate::limits::{MAX_KNOWN_PARTS, MAX_KNOWN_TEXT};
use crate::shape::Dim;
use crate::syntax::{Binary, Node, NodeId};

/// Parts of the gradient and the variables of the program, the shortest first.
fn parts(s: &mut Search) -> Vec<NodeId> {
    let all = with_whole(s);
    all.into_iter()
        .filter(|part| {
            // what is multiplied by a mask that is the gradient itself was 1
            is_mask(&s.forest, *part) || is_signs(&s.forest, *part) || !s.forest.array(*part).is_some_and(|id| s.is_wanted(id))
        })
        .collect()
}

fn is_mask(f: &Forest, part: NodeId) -> bool {
    use Binary::*;
    has(f, part, |node| matches!(node, Node::Binary(Equal | NotEqual | Greater | GreaterEqual | Less | LessEqual, ..)))
}

fn is_signs(f: &Forest, part: NodeId) -> bool {
    f.is_call(part, &["sign"]).is_some()
}

/// The same with the gradient itself.
fn with_whole(s: &mut Search) -> Vec<NodeId> {
    let d = &s.case.derivation;
    let arena = d.arena();
    let mut texts: Vec<String> = vec![];
    for id in arena.reachable(s.ours) {
        if matches!(arena.op(id), Op::Number(_) | Op::Length(_)) {
            continue;
        }
        // the objective is better known by what it is
        let defined =
            d.model.statements.iter().find(|x| d.model.scalar && x.symbol == d.model.output && arena.as_symbol(id) == Some(x.symbol));
        texts.push(text_for(arena, defined.map_or(id, |x| x.value), Charset::Ascii, s.forest.dialect()));
    }
    texts.retain(|text| text.len() <= MAX_KNOWN_TEXT);
    texts.sort_by_key(String::len);
    texts.dedup();
    let mut found: Vec<NodeId> = vec![];
    for text in texts {
        let Some(node) = s.forest.read(&text) else { continue };
        found.push(node);
        found.push(scale::stripped(&mut s.forest, node));
        found.extend(shorter(&mut s.forest, node));
    }
    let mut distinct: Vec<(Id, NodeId)> = vec![];
    for node in found {
        let Some(id) = s.forest.array(node) else { continue };
        if distinct.len() < MAX_KNOWN_PARTS && distinct.iter().all(|(known, _)| *known != id) {
            distinct.push((id, node));
        }
    }
    distinct.into_iter().map(|(_, node)| node).collect()
}

/// A product without one of its factors.
fn shorter(f: &mut Forest, root: NodeId) -> Vec<NodeId> {
    let mut factors = vec![];
    let mut at = root;
    while let Some((x, y)) = f.is_entrywise(at) {
        factors.push(y);
        at = x;
    }
    factors.push(at);
    factors.reverse();
    if !(3..=5).contains(&factors.len()) {
        return vec![];
    }
    (0..factors.len())
        .map(|without| {
            let mut rest = factors.clone();
            rest.remove(without);
            let first = rest[0];
            rest[1..].iter().fold(first, |whole, factor| f.times(whole, *factor))
        })
        .collect()
}

fn has(f: &Forest, root: NodeId, is: impl Fn(&Node) -> bool) -> bool {
    f.nodes_of(root).into_iter().any(|id| is(f.node(id)))
}

fn is_gradient(node: &Node) -> bool {
    matches!(node, Node::Gradient { .. })
}

/// What it is called that this factor is missing.
fn missing(s: &Search, part: NodeId) -> &'static Mistake {
    use Binary::*;
    let f = &s.forest;
    let compares = |node: &Node| matches!(node, Node::Binary(Greater | GreaterEqual | Less | LessEqual | NotEqual, ..));
    let calls = |names: &'static [&str]| move |node: &Node| matches!(node, Node::Call { function, .. } if names.contains(&&*function.text));
    match () {
        () if is_gradient(f.node(part)) => &UPSTREAM,
        () if has(f, part, |node| matches!(node, Node::Binary(Equal, ..))) => &ARGMAX,
        () if is_signs(f, part) => &SIGNS,
        () if has(f, part, compares) || has(f, part, calls(&["where", "step"])) => &MASK,
        () if has(f, part, calls(&["norm"])) && f.rank(part) == Some(0) => &NORM_SQUARED,
        () => &FACTOR_MISSING,
    }
}

/// A gradient that has arrived, at each place where it can stand.
pub(super) fn upstream(s: &mut Search) {
    let gradients: Vec<NodeId> = parts(s).into_iter().filter(|part| is_gradient(s.forest.node(*part))).collect();
    multiplied(s, &gradients);
    for part in gradients {
        for at in s.sites.clone() {
            let product = s.forest.times(part, at);
            let sum = s.forest.call("sum", &[product]);
            s.offer(at, sum, &UPSTREAM);
        }
    }
}

/// Any other factor.
pub(super) fn factors(s: &mut Search) {
    let parts = parts(s);
    // a scalar brings its constant with it: a norm, and no 2
    let root = s.forest.root();
    let mut scalars: Vec<NodeId> = norms(s);
    scalars.extend(parts.iter().copied().filter(|part| s.forest.rank(*part) == Some(0)));
    for part in scalars {
        let mistake = missing(s, part);
        let core = scale::stripped(&mut s.forest, root);
        for new in [s.forest.over(core, part), s.forest.times(part, core)] {
            scale::offer(s, new, mistake, &|f| f.text(part));
        }
    }
    multiplied(s, &parts);
}

/// The norms that the program takes, whether the gradient has them or not: that of a squared norm has none.
fn norms(s: &mut Search) -> Vec<NodeId> {
    let d = &s.case.derivation;
    let values: Vec<Id> = d.model.statements.iter().map(|statement| statement.value).collect();
    let text = |id: Id| text_for(d.arena(), id, Charset::Ascii, s.forest.dialect());
    let scalars = d.arena().reachable(&values).into_iter().filter(|id| d.arena().shape(*id).is_empty());
    let mut texts: Vec<String> = scalars.map(text).filter(|text| text.starts_with("norm(") && text.len() <= MAX_KNOWN_TEXT).collect();
    texts.dedup();
    let read: Vec<NodeId> = texts.iter().filter_map(|text| s.forest.read(text)).collect();
    read.into_iter().filter(|node| s.forest.is_call(*node, &["norm"]).is_some()).collect()
}

fn multiplied(s: &mut Search, parts: &[NodeId]) {
    for at in s.sites.clone() {
        let Some(rank) = s.forest.rank(at) else { continue };
        if matches!(s.forest.node(at), Node::Number(_)) {
            continue;
        }
        let (bare, before) = order::bare(s, at);
        for &part in parts {
            let mistake = missing(s, part);
            let Some(other) = s.forest.rank(part) else { continue };
            let less = s.forest.over(at, part);
            if s.forest.array(less).is_some() {
                s.offer_all(&[(at, less)], &FACTOR_TOO_MANY, &|f| format!("{} is too many", f.text(part)));
            }
            let mut news = vec![s.forest.times_each(at, part)];
            if rank > 0 && other > 0 {
                let turned = |s: &mut Search, x: NodeId, rank: usize| {
                    let mut both = vec![x];
                    if rank > 1 {
                        both.push(s.forest.transposed(x));
                    }
                    both
                };
                let (own, others) = (turned(s, bare, rank), turned(s, part, other));
                for &x in &own {
                    for &y in &others {
                        for (x, y) in [(x, y), (y, x)] {
                            let product = s.forest.matmul(x, y);
                            if s.forest.array(product).is_some() {
                                news.push(order::dressed(s, product, &before));
                            }
                        }
                    }
                }
                if rank == 1 && other == 1 {
                    for (x, y) in [(bare, part), (part, bare)] {
                        let product = s.forest.call("outer", &[x, y]);
                        news.push(order::dressed(s, product, &before));
                    }
                }
            }
            for new in news {
                if s.forest.array(new).is_none() {
                    continue;
                }
                let edits = [(at, new)];
                s.offer_all(&edits, mistake, &|f| format!("{} is missing", f.text(part)));
            }
        }
    }
}

/// The part of an array that is a part in the gradient.
pub(super) fn slices(s: &mut Search) {
    let parts = with_whole(s);
    for at in s.sites.clone() {
        for &part in &parts {
            let Node::Index(base, _) = *s.forest.node(part) else { continue };
            let own = s.forest.array(base);
            if own == s.forest.array(at) {
                s.offer(at, part, &WHOLE);
            }
            if matches!(s.forest.node(at), Node::Index(x, _) if s.forest.array(*x) == own) {
                s.offer(at, part, &PLACES);
            }
        }
    }
}

/// `A + A.T` for `A`, `A @ B + B @ A` for `A @ B`, with whatever constant is then right.
pub(super) fn symmetric(s: &mut Search) {
    for at in s.sites.clone() {
        if matches!(s.forest.node(at), Node::Number(_)) || s.forest.rank(at).is_none_or(|rank| rank < 2) {
            continue;
        }
        let core = scale::stripped(&mut s.forest, at);
        if s.forest.square(at) && s.forest.shape(at).is_none_or(|shape| shape.iter().any(|dim| *dim != Dim::ONE)) {
            let turned = s.forest.transposed(core);
            let new = s.forest.binary(Binary::Add, core, turned);
            scale::offer_at(s, at, new, &SYMMETRY);
            // in one term of several, the half of it
            let two = s.forest.number(2);
            let half = s.forest.over(new, two);
            s.offer(at, half, &SYMMETRY);
        }
        if let Some((x, y)) = s.forest.is_product(core) {
            let other = s.forest.matmul(y, x);
            if s.forest.array(other).is_some() {
                let new = s.forest.binary(Binary::Add, core, other);
                scale::offer_at(s, at, new, &BOTH_SIDES);
            }
        }
    }
}

/// A mask before a matrix product that belongs behind it, and is then another one.
pub(super) fn masks(s: &mut Search) {
    let masks: Vec<NodeId> = parts(s).into_iter().filter(|part| is_mask(&s.forest, *part)).collect();
    for at in s.sites.clone() {
        let Some((x, y)) = s.forest.is_product(at) else { continue };
        for (x, y, left) in [(x, y, true), (y, x, false)] {
            let Some((a, b)) = s.forest.is_entrywise(x) else { continue };
            for (kept, mask) in [(a, b), (b, a)] {
                if !is_mask(&s.forest, mask) {
                    continue;
                }
                for &other in &masks {
                    let product = if left { s.forest.matmul(kept, y) } else { s.forest.matmul(y, kept) };
                    let new = s.forest.times(product, other);
                    let (old, new_mask) = (s.forest.text(mask), s.forest.text(other));
                    s.offer_all(&[(at, new)], &GROUPED, &|_| format!("{new_mask}, behind the product, in place of {old} before it"));
                }
            }
        }
    }
}

/// A mask in place of another, or of the value of the step that it belongs to.
pub(super) fn other_masks(s: &mut Search) {
    use Binary::*;
    let masks: Vec<NodeId> =
        parts(s).into_iter().filter(|part| s.forest.is_comparison(*part).is_some() || is_signs(&s.forest, *part)).collect();
    for at in s.sites.clone() {
        let compared = s.forest.is_comparison(at);
        if compared.is_none() && s.forest.is_call(at, &["relu", "maximum", "abs"]).is_none() {
            continue;
        }
        for &mask in &masks {
            let mistake = match (compared, s.forest.is_comparison(mask)) {
                (None, _) => &VALUE,
                (Some((Equal | NotEqual, ..)), _) => &OTHER_MASK,
                (Some((_, a, b)), Some((_, c, d))) if s.forest.array(a) == s.forest.array(c) && s.forest.array(b) == s.forest.array(d) => {
                    &REVERSED_MASK
                }
                _ => &OTHER_MASK,
            };
            s.offer(at, mask, mistake);
        }
    }
}

/// A part that is another one.
pub(super) fn replaced(s: &mut Search) {
    let parts = parts(s);
    for at in s.sites.clone() {
        let Some(shape) = s.forest.shape(at).map(<[_]>::to_vec) else { continue };
        if at == s.forest.root() || matches!(s.forest.node(at), Node::Number(_)) {
            continue;
        }
        for &part in &parts {
            if s.forest.shape(part) == Some(shape.as_slice()) {
                let mistake = match missing(s, part) {
                    found if *found == ARGMAX || *found == MASK => found,
                    _ => &OTHER_PART,
                };
                s.offer(at, part, mistake);
            }
        }
    }
}

/// A term that is missing.
pub(super) fn terms(s: &mut Search) {
    let root = s.forest.root();
    for part in parts(s) {
        for op in [Binary::Add, Binary::Subtract] {
            let new = s.forest.binary(op, root, part);
            s.offer(root, new, &TERM_MISSING);
        }
    }
}
