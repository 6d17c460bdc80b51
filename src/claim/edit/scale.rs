//! The claim times a constant: a number, a length, the root of a length.

use super::forest::Forest;
use super::search::{Search, quotient};
use crate::claim::mistakes::*;
use crate::expr::{Arena, Id, Op};
use crate::numeric::Array;
use crate::syntax::{Binary, Node, NodeId, Unary};

/// A number times powers of lengths.
#[derive(Clone, Debug, PartialEq)]
struct Constant {
    over: (i64, i64),
    /// The names, each with twice its exponent.
    lengths: Vec<(String, i32)>,
}

/// Twice the exponents that are looked at.
const EXPONENTS: [i32; 5] = [0, -2, 2, -1, 1];
/// The names that are looked at.
const MAX_NAMES: usize = 4;
/// The largest numbers.
const MAX_NUMERATOR: i64 = 24;
const MAX_DENOMINATOR: i64 = 8;

/// The ratio between the claim and the gradient, where it is a constant.
pub(super) fn whole(s: &mut Search) {
    let root = s.forest.root();
    let Some(ratio) = ratio(s, root) else { return };
    let Some((new, core)) = rescaled(s, root) else { return };
    let mistake = named(&ratio, &core);
    let detail = match (ratio.over, ratio.lengths.is_empty()) {
        ((1, 1), true) => "times a number so near to 1 that it may have been rounded".into(),
        _ => format!("times {}", ratio.show()),
    };
    s.offer_root(new, mistake, &|_| detail.clone());
}

/// One edit and a constant factor: two mistakes, of which neither alone mends the claim.
pub(super) fn besides(s: &mut Search) -> Vec<Cause> {
    for (root, mistake, detail) in s.multiples() {
        let Some(ratio) = ratio(s, root) else { continue };
        let Some((new, _)) = rescaled(s, root) else { continue };
        let patch = s.forest.text(new);
        if s.is_right(&patch) {
            return vec![Cause::new(mistake, detail, None), Cause::new(&BESIDE, format!("times {}", ratio.show()), Some(patch))];
        }
    }
    vec![]
}

/// The ratio between one term of the claim and what has to stand there, where that is a constant.
pub(super) fn terms(s: &mut Search) {
    let root = s.forest.root();
    let mut waiting = vec![(root, 1.0)];
    let mut terms = vec![];
    while let Some((at, sign)) = waiting.pop() {
        match *s.forest.node(at) {
            Node::Binary(Binary::Add, x, y) => waiting.extend([(y, sign), (x, sign)]),
            Node::Binary(Binary::Subtract, x, y) => waiting.extend([(y, -sign), (x, sign)]),
            _ => terms.push((at, sign)),
        }
    }
    if terms.len() < 2 || s.forest.shape(root) != Some(s.shape.as_slice()) {
        return;
    }
    for (at, sign) in terms {
        let Some(needed) = beside(s, root, at, sign) else { continue };
        let core = stripped(&mut s.forest, at);
        let (Some(ratio), Some(constant)) = (ratio_to(s, &needed, at), ratio_to(s, &needed, core)) else { continue };
        let new = constant.before(&mut s.forest, core);
        let detail = format!("{} times {}", s.forest.text(at), ratio.show());
        let mistake = named(&ratio, &constant);
        // the sign of a term has a name of its own
        if !std::ptr::eq(mistake, &SIGN) {
            s.offer_all(&[(at, new)], mistake, &|_| detail.clone());
        }
    }
}

/// What one term would have to be, with the others as they are, at every draw.
fn beside(s: &mut Search, root: NodeId, term: NodeId, sign: f64) -> Option<Vec<Array>> {
    let (whole, own) = (s.forest.array(root)?, s.forest.array(term)?);
    let arena = s.forest.arena();
    let needed = |(sample, wanted): (&crate::numeric::Sample, &Array)| {
        let missing = wanted - sample.value(arena, whole)?;
        Some(sample.value(arena, own)? + missing * sign)
    };
    s.case.samples.iter().zip(&s.everywhere).map(needed).collect()
}

/// Tries a tree, with whatever constant before it fits.
pub(super) fn offer(s: &mut Search, root: NodeId, mistake: &'static Mistake, detail: &dyn Fn(&Forest) -> String) {
    s.offer_root(root, mistake, detail);
    if s.forest.shape(root) == Some(s.shape.as_slice()) {
        if let Some((new, _)) = rescaled(s, root) {
            s.offer_root(new, mistake, detail);
        }
    }
}

/// Tries it in one place.
pub(super) fn offer_at(s: &mut Search, at: NodeId, new: NodeId, mistake: &'static Mistake) {
    let detail = s.exchange(at, new);
    if let Some(root) = s.forest.replaced(&[(at, new)]) {
        offer(s, root, mistake, &detail);
    }
}

fn named(ratio: &Constant, core: &Constant) -> &'static Mistake {
    let exponents: Vec<i32> = ratio.lengths.iter().map(|(_, e)| *e).collect();
    match (ratio.over, exponents.as_slice()) {
        ((-1, 1), []) => &SIGN,
        ((2, 1), []) => &TWO_MISSING,
        ((1, 2), []) => &TWO_TOO_MANY,
        (_, []) => &FACTOR,
        (_, some) if some.iter().any(|e| e % 2 != 0) => &ROOT,
        ((1, 1), some) if some.iter().all(|e| *e == -2) => &COUNT_MISSING,
        ((1, 1), some) if some.iter().all(|e| *e == 2) && core.lengths.is_empty() => &COUNT_TOO_MANY,
        _ => &LENGTH,
    }
}

/// The tree without its constant factors, times the one that makes it right.
fn rescaled(s: &mut Search, root: NodeId) -> Option<(NodeId, Constant)> {
    let core = stripped(&mut s.forest, root);
    let constant = ratio(s, core)?;
    Some((constant.before(&mut s.forest, core), constant))
}

/// Whether nothing in a scalar is a variable.
fn is_constant(arena: &Arena, id: Id) -> bool {
    arena.shape(id).is_empty() && arena.reachable(&[id]).into_iter().all(|node| !matches!(arena.op(node), Op::Variable(_)))
}

/// A tree without the numbers and lengths that multiply or divide it.
pub(super) fn stripped(f: &mut Forest, root: NodeId) -> NodeId {
    let constant = |f: &Forest, x: NodeId| f.array(x).is_some_and(|id| is_constant(f.arena(), id));
    let mut path = vec![];
    let mut at = root;
    let leaf = loop {
        if constant(f, at) {
            break f.number(1);
        }
        match *f.node(at) {
            Node::Unary(Unary::Negative | Unary::Positive, x) => at = x,
            Node::Binary(Binary::Multiply | Binary::Hadamard | Binary::Times | Binary::Dot, x, y) if constant(f, x) => at = y,
            Node::Binary(Binary::Multiply | Binary::Hadamard | Binary::Times | Binary::Dot, x, y) if constant(f, y) => at = x,
            Node::Binary(Binary::Divide | Binary::HadamardDivide | Binary::Over, x, y) if constant(f, y) => at = x,
            Node::Binary(
                op @ (Binary::Multiply
                | Binary::Hadamard
                | Binary::Times
                | Binary::Dot
                | Binary::MatMul
                | Binary::Divide
                | Binary::HadamardDivide
                | Binary::Over),
                x,
                y,
            ) => {
                path.push((op, y));
                at = x;
            }
            _ => break at,
        }
    };
    let mut whole = leaf;
    for (op, y) in path.into_iter().rev() {
        let one = f.is_number(whole).is_some_and(|n| n.is_one());
        let product = matches!(op, Binary::Multiply | Binary::Hadamard | Binary::Times);
        whole = if one && product { y } else { f.binary(op, whole, y) };
    }
    whole
}

/// What a tree must be multiplied by, where that is a constant.
fn ratio(s: &mut Search, root: NodeId) -> Option<Constant> {
    if s.forest.shape(root) != Some(s.shape.as_slice()) {
        return None;
    }
    // most trees are no multiple at the first draw already
    quotient(&s.wanted, s.forest.value(root)?)?;
    ratio_to(s, &s.everywhere, root)
}

/// What a tree must be multiplied by to be this at every draw.
fn ratio_to(s: &Search, wanted: &[Array], root: NodeId) -> Option<Constant> {
    let id = s.forest.array(root)?;
    let quotients = s.case.samples.iter().zip(wanted).map(|(sample, wanted)| {
        let found = sample.value(s.forest.arena(), id)?;
        quotient(wanted, &found)
    });
    let ratios: Vec<f64> = quotients.collect::<Option<_>>()?;
    let d = &s.case.derivation;
    let mut names: Vec<&str> = vec![];
    for dim in d.model.inputs.iter().flat_map(|input| &d.arena().info(*input).shape) {
        for name in d.arena().dims.names_in(*dim) {
            if !names.contains(&name) && s.case.samples[0].lengths.contains_key(name) {
                names.push(name);
            }
        }
    }
    names.truncate(MAX_NAMES);
    let mut best: Option<(i32, Constant)> = None;
    for choice in 0..EXPONENTS.len().pow(names.len() as u32) {
        let mut rest = choice;
        let exponents: Vec<i32> = names
            .iter()
            .map(|_| {
                let exponent = EXPONENTS[rest % EXPONENTS.len()];
                rest /= EXPONENTS.len();
                exponent
            })
            .collect();
        let cost = exponents.iter().map(|e| if e % 2 == 0 { e.abs() } else { 3 }).sum();
        if best.as_ref().is_some_and(|(least, _)| *least <= cost) {
            continue;
        }
        let constants = s.case.samples.iter().zip(&ratios).map(|(sample, ratio)| {
            let lengths = names
                .iter()
                .zip(&exponents)
                .map(|(name, e)| (sample.lengths.get(*name).copied().unwrap_or(1) as f64).powf(f64::from(*e) / 2.0));
            ratio / lengths.product::<f64>()
        });
        let constants: Vec<f64> = constants.collect();
        let Some(over) = fraction(constants[0]).filter(|_| constants.iter().all(|c| (c - constants[0]).abs() < 1e-6 * constants[0].abs()))
        else {
            continue;
        };
        let lengths = names.iter().zip(exponents).filter(|(_, e)| *e != 0).map(|(name, e)| ((*name).to_string(), e)).collect();
        best = Some((cost, Constant { over, lengths }));
    }
    best.map(|(_, constant)| constant)
}

/// A fraction of small numbers.
fn fraction(value: f64) -> Option<(i64, i64)> {
    (1..=MAX_DENOMINATOR).find_map(|below| {
        let above = value * below as f64;
        let whole = above.round();
        ((above - whole).abs() < 1e-7 * above.abs() && whole != 0.0 && whole.abs() <= MAX_NUMERATOR as f64).then_some((whole as i64, below))
    })
}

impl Constant {
    /// Numerator and denominator as text.
    fn parts(&self) -> [Vec<String>; 2] {
        let mut parts = [vec![], vec![]];
        for (number, part) in [self.over.0.abs(), self.over.1].into_iter().zip(&mut parts) {
            if number != 1 {
                part.push(number.to_string());
            }
        }
        for (name, exponent) in &self.lengths {
            let text = if exponent % 2 == 0 { name.clone() } else { format!("sqrt({name})") };
            parts[usize::from(*exponent < 0)].push(text);
        }
        parts
    }

    fn show(&self) -> String {
        let sign = if self.over.0 < 0 { "-" } else { "" };
        let [above, below] = self.parts().map(|part| (part.len(), part.join("*")));
        let above = if above.0 == 0 { "1".into() } else { above.1 };
        match below.0 {
            0 => format!("{sign}{above}"),
            1 => format!("{sign}{above}/{}", below.1),
            _ => format!("{sign}{above}/({})", below.1),
        }
    }

    /// The constant before a tree, and what divides behind it.
    fn before(&self, f: &mut Forest, core: NodeId) -> NodeId {
        let [above, below] = self.parts().map(|part| part.join("*"));
        let mut whole = core;
        let one = f.is_number(core).is_some_and(|n| n.is_one());
        if !above.is_empty() {
            if let Some(front) = f.read(&above) {
                whole = if one { front } else { leftmost(f, whole, |f, leaf| f.times(front, leaf)) };
            }
        }
        if self.over.0 < 0 {
            whole = leftmost(f, whole, |f, leaf| f.add(Node::Unary(Unary::Negative, leaf)));
        }
        if !below.is_empty() {
            if let Some(behind) = f.read(&below) {
                whole = f.over(whole, behind);
            }
        }
        whole
    }
}

/// Changes the factor that stands first.
fn leftmost(f: &mut Forest, root: NodeId, change: impl FnOnce(&mut Forest, NodeId) -> NodeId) -> NodeId {
    use Binary::*;
    let mut path = vec![];
    let mut at = root;
    while let Node::Binary(op @ (Multiply | Hadamard | Times | Dot | MatMul | Divide | HadamardDivide | Over), x, y) = *f.node(at) {
        path.push((op, y));
        at = x;
    }
    let leaf = change(f, at);
    path.into_iter().rev().fold(leaf, |whole, (op, y)| f.binary(op, whole, y))
}
