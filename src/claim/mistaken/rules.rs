//! One mistake in the rule of one step: the rule is written over a leaf for what arrives, and one place in it is changed.

use super::catalogue as known;
use super::steps::Edge;
use crate::claim::Mistake;
use crate::derive::Derivation;
use crate::diagnostic::Span;
use crate::expr::{Arena, Args, Id, Number, Op};
use crate::formula::Charset;
use crate::ops::{Attribute, Rule};
use crate::rewrite::Algebra;
use crate::shape::{Builder, Dim, Shape};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// A rule with a mistake in it.
pub(super) struct Variant {
    pub mistake: &'static Mistake,
    /// What goes to the operand, over the leaf.
    pub rule: Id,
    /// What was changed, in words.
    pub words: Words,
}

/// A part of a sentence.
pub(super) enum Word {
    Say(&'static str),
    Formula(Id),
    Name(String),
}

pub(super) type Words = Vec<Word>;

/// A sentence of words and formulas; only the few that are needed are written out.
macro_rules! say {
    ($($part:expr),*) => { vec![$(Word::from($part)),*] };
}

impl From<&'static str> for Word {
    fn from(text: &'static str) -> Word {
        Word::Say(text)
    }
}
impl From<Id> for Word {
    fn from(id: Id) -> Word {
        Word::Formula(id)
    }
}
impl From<&String> for Word {
    fn from(name: &String) -> Word {
        Word::Name(name.clone())
    }
}

/// The sentence, with what arrives put in for the leaf.
pub(super) fn written(d: &mut Derivation, words: &Words, g: Id, upstream: Id) -> String {
    let mut text = String::new();
    for word in words {
        match word {
            Word::Say(words) => text += words,
            Word::Name(name) => text += name,
            Word::Formula(id) => {
                let shown = simplest(&mut d.algebra, *id, g, upstream);
                text += &crate::formula::text(d.arena(), shown, Charset::Ascii);
            }
        }
    }
    text
}

/// An expression in simplest form, with what arrives put in for the leaf.
pub(super) fn simplest(a: &mut Algebra, root: Id, g: Id, upstream: Id) -> Id {
    let mut made: FxHashMap<Id, Id> = FxHashMap::default();
    let shape = Shape::from_slice(a.arena.shape(g));
    let upstream = a.broadcast_to(upstream, &shape);
    for node in a.arena.reachable(&[root]) {
        let args: Args = a.arena.args(node).iter().map(|arg| made[arg]).collect();
        let op = a.arena.op(node).clone();
        let id = if node == g {
            upstream
        } else if args.is_empty() {
            node
        } else {
            a.make(op, args)
        };
        made.insert(node, id);
    }
    made[&root]
}

/// The rule of a step over the leaf `g`, and what becomes of it with one mistake.
pub(super) fn variants(d: &mut Derivation, edge: &Edge, g: Id) -> Option<(Id, Vec<Variant>)> {
    let c = edge.contribution;
    let rule = d.differential.pull(&mut d.algebra, c.user, c.place, g).ok()??;
    let diagonal = diagonal(d, edge, g);
    let at_value = at_value(d, edge, g, rule);
    let mut changes = Changes { a: &mut d.algebra, g, rule, edge, on_spine: FxHashSet::default(), spine: vec![], found: vec![] };
    changes.found.extend(diagonal.map(|rule| Variant { mistake: &known::DIAGONAL, rule, words: say![] }));
    changes.found.extend(at_value.into_iter().map(|(rule, words)| Variant { mistake: &known::POINT, rule, words }));
    changes.find();
    changes.whole();
    Some((rule, changes.found))
}

/// The rule with every sum over what changes dropped: what remains of it is the Jacobian's diagonal.
fn diagonal(d: &mut Derivation, edge: &Edge, g: Id) -> Option<Id> {
    let c = edge.contribution;
    let Op::Call(function, _) = d.arena().op(c.user) else { return None };
    let Rule::Differential(_) = function.whole().rule(c.place) else { return None };
    if d.arena().shape(c.user) != d.arena().shape(edge.to) {
        return None;
    }
    let differential = &mut d.differential;
    let change = d.algebra.as_written(|a| differential.of(a, c.user, c.place, g)).ok()??;
    let arena = &mut d.algebra.arena;
    let mut made: FxHashMap<Id, Id> = FxHashMap::default();
    let mut spine: FxHashSet<Id> = [g].into_iter().collect();
    let mut dropped = false;
    for node in arena.reachable(&[change]) {
        let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
        let below = arena.args(node).iter().any(|arg| spine.contains(arg));
        if below {
            spine.insert(node);
        }
        let id = match arena.op(node).clone() {
            Op::Sum { keep: true, .. } if below => {
                dropped = true;
                args[0]
            }
            op => arena.intern(op, args),
        };
        made.insert(node, id);
    }
    let root = made[&change];
    (dropped && arena.shape(root) == arena.shape(change)).then_some(root)
}

/// The derivative of a function of one operand at its value, or in the formula for the value the argument.
fn at_value(d: &mut Derivation, edge: &Edge, g: Id, rule: Id) -> Vec<(Id, Words)> {
    let c = edge.contribution;
    let (Op::Apply(_) | Op::Power(_)) = d.arena().op(c.user) else { return vec![] };
    if d.arena().args(c.user).len() != 1 {
        return vec![];
    }
    let op = d.arena().op(c.user).clone();
    let own = d.algebra.named(c.user).unwrap_or(c.user);
    let mut found = Vec::new();
    let (z, a) = (edge.to, own);
    let again = d.algebra.arena.intern(op, Args::from_slice(&[own]));
    // the derivative of an absolute value is the same at every value of one
    let same = matches!(d.arena().op(again), Op::Apply(function) if function.entry().names[0] == "abs");
    if let (false, Ok(Some(wrong))) = (same, d.differential.pull(&mut d.algebra, again, 0, g)) {
        found.push((wrong, say!["at ", a, " in place of ", z]));
    }
    let arena = &mut d.algebra.arena;
    let swapped = replaced(arena, rule, &[(own, edge.to), (c.user, edge.to)]);
    found.extend(swapped.map(|wrong| (wrong, say![z, " stands where ", a, " has to stand"])));
    let swapped = replaced(arena, rule, &[(own, own), (c.user, c.user), (edge.to, own)]);
    found.extend(swapped.map(|wrong| (wrong, say![a, " stands where ", z, " has to stand"])));
    found
}

/// An expression with nodes replaced by others of their shape.
pub(super) fn replaced(arena: &mut Arena, root: Id, pairs: &[(Id, Id)]) -> Option<Id> {
    let mut made: FxHashMap<Id, Id> = pairs.iter().copied().collect();
    for node in arena.reachable(&[root]) {
        if made.contains_key(&node) {
            continue;
        }
        let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
        let id = if args.as_slice() == arena.args(node) { node } else { fitting(arena, node, args)? };
        made.insert(node, id);
    }
    Some(made[&root])
}

/// The operation of `node` with other operands, where those fit it.
fn fitting(arena: &mut Arena, node: Id, args: Args) -> Option<Id> {
    let op = arena.op(node).clone();
    let same = arena.args(node).iter().zip(&args).all(|(&old, &new)| arena.shape(old) == arena.shape(new));
    if same {
        return Some(arena.intern(op, args));
    }
    let ranks = arena.args(node).iter().zip(&args).all(|(&old, &new)| arena.shape(old).len() == arena.shape(new).len());
    match &op {
        Op::Power(_) => {}
        Op::Permute(_) | Op::Sum { .. } if ranks => {}
        Op::Add(_) | Op::Multiply | Op::Apply(_) => {
            let mut shape = Shape::from_slice(arena.shape(args[0]));
            for &arg in &args[1..] {
                let other = Shape::from_slice(arena.shape(arg));
                shape = Builder::new(arena, "").broadcast_shapes(&shape, &other, Span::default(), Span::default()).ok()?;
            }
        }
        Op::MatMul => return product(arena, &args),
        Op::Broadcast(shape) => {
            let shape = shape.clone();
            return Builder::new(arena, "").broadcast_to(args[0], shape, Span::default()).ok();
        }
        _ => return None,
    }
    Some(arena.intern(op, args))
}

fn product(arena: &mut Arena, factors: &[Id]) -> Option<Id> {
    let (first, rest) = factors.split_first()?;
    rest.iter().try_fold(*first, |left, &right| Builder::new(arena, "").matmul(left, right, Span::default(), Span::default()).ok())
}

fn entrywise(arena: &mut Arena, x: Id, y: Id) -> Option<Id> {
    Builder::new(arena, "").multiply(x, y, Span::default(), Span::default()).ok()
}

/// With the last two axes exchanged, once more or once less.
fn turned(arena: &mut Arena, x: Id) -> Id {
    match arena.op(x) {
        Op::Permute(order) if is_transpose(order) => arena.args(x)[0],
        _ => Builder::new(arena, "").transpose(x),
    }
}

fn is_transpose(order: &[u8]) -> bool {
    let rank = order.len();
    rank > 1
        && order.iter().enumerate().all(|(at, &axis)| {
            let own = if at + 2 == rank {
                rank - 1
            } else if at + 1 == rank {
                rank - 2
            } else {
                at
            };
            usize::from(axis) == own
        })
}

/// Changes of one rule.
struct Changes<'a> {
    a: &'a mut Algebra,
    g: Id,
    rule: Id,
    edge: &'a Edge,
    on_spine: FxHashSet<Id>,
    /// What depends on the leaf, it first.
    spine: Vec<Id>,
    found: Vec<Variant>,
}

impl Changes<'_> {
    fn arena(&mut self) -> &mut Arena {
        &mut self.a.arena
    }

    /// Takes note of the rule with `from`, a node of it, replaced.
    fn note(&mut self, mistake: &'static Mistake, from: Id, to: Option<Id>, words: Words) {
        let Some(to) = to.filter(|to| *to != from) else { return };
        let rule = self.rule;
        let Some(rule) = replaced(self.arena(), rule, &[(from, to)]).filter(|made| *made != rule) else { return };
        if self.found.iter().all(|known| known.rule != rule) {
            self.found.push(Variant { mistake, rule, words });
        }
    }

    fn find(&mut self) {
        let (g, rule) = (self.g, self.rule);
        for node in self.arena().reachable(&[rule]) {
            if node == g || self.a.arena.args(node).iter().any(|arg| self.on_spine.contains(arg)) {
                self.on_spine.insert(node);
                self.spine.push(node);
            }
        }
        for node in self.spine.clone() {
            let args: Args = Args::from_slice(self.a.arena.args(node));
            match self.a.arena.op(node).clone() {
                Op::Add(coefficients) if args.len() == 1 => self.scaling(node, coefficients[0], args[0]),
                Op::Add(coefficients) => self.sum(node, &coefficients, &args),
                Op::Multiply => self.factors(node, &args),
                Op::MatMul => self.matrices(node, &args),
                Op::Permute(order) if is_transpose(&order) => self.note(&known::TRANSPOSES, node, Some(args[0]), say![]),
                Op::Outer => {
                    let other = self.arena().intern(Op::Outer, [args[1], args[0]].into_iter().collect());
                    self.note(&known::ORDER, node, Some(other), say![other, " in place of ", node]);
                    let inner = product(self.arena(), &args);
                    self.note(&known::PRODUCT, node, inner, say![node, " is an outer product"]);
                }
                Op::Sum { axes, keep } => self.reduction(node, axes, keep, args[0]),
                Op::Einsum { inputs, output } => {
                    let mut labels: Vec<u8> = inputs.iter().flatten().copied().filter(|l| *l != crate::expr::UNIT).collect();
                    labels.sort_unstable();
                    labels.dedup();
                    for label in labels.into_iter().filter(|l| !output.contains(l)) {
                        let kept = std::iter::once(label).chain(output.iter().copied()).collect();
                        let op = Op::Einsum { inputs: inputs.clone(), output: kept };
                        let all = self.arena().intern(op, args.clone());
                        let dim = self.arena().shape(all)[0];
                        let (show, divided) = (self.arena().dims.show(dim), Builder::new(self.arena(), "").over_length(node, dim));
                        self.note(&known::UNSUMMED, node, Some(all), say!["the axis ", &show, " is left; it has to be summed"]);
                        self.note(&known::MEAN, node, Some(divided), say!["nothing divides by ", &show]);
                    }
                }
                Op::Call(function, attributes) => {
                    let from_start = |attribute: &Attribute, dims: &mut crate::shape::Dims| match attribute {
                        Attribute::Cuts(cuts) => {
                            let zero = dims.integer(0);
                            let moved = cuts.iter().map(|c| {
                                let mut cut = *c;
                                (cut.start, cut.stop) = if c.step == 1 { (zero, c.count) } else { (c.start, c.stop) };
                                cut
                            });
                            Attribute::Cuts(moved.collect())
                        }
                        other => other.clone(),
                    };
                    let moved: Vec<Attribute> = attributes.iter().map(|a| from_start(a, &mut self.a.arena.dims)).collect();
                    let other = self.arena().intern(Op::Call(function, moved.into()), args.clone());
                    self.note(&known::PLACES, node, Some(other), say![other, ", the first entries, in place of ", node]);
                    if function.entry().names[0] == "reshape" && self.arena().shape(node).len() == 2 {
                        let reversed: Shape = self.arena().shape(node).iter().rev().copied().collect();
                        let op = Op::Call(function, [Attribute::Lengths(reversed.clone())].into_iter().collect());
                        if matches!(attributes.as_ref(), [Attribute::Lengths(_)]) {
                            let other = self.arena().intern(op, args);
                            let back = turned(self.arena(), other);
                            self.note(
                                &known::PLACES,
                                node,
                                Some(back),
                                say!["reshape fills row by row, so the transpose of the other shape has another order"],
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn scaling(&mut self, node: Id, c: Number, x: Id) {
        if !c.absolute().is_one() {
            let sign = if c.is_negative() { Number::MINUS_ONE } else { Number::ONE };
            let without = Builder::new(self.arena(), "").scaled(sign, x);
            let number = self.arena().number(c.absolute());
            self.note(&known::CONSTANT, node, Some(without), say!["the factor ", number, " is missing"]);
        }
        let other = Builder::new(self.arena(), "").scaled(c.negated(), x);
        self.note(&known::SIGN, node, Some(other), say![node, " goes back, not ", other]);
    }

    fn sum(&mut self, node: Id, coefficients: &[Number], args: &[Id]) {
        for (place, &term) in args.iter().enumerate() {
            let rest: Vec<(Number, Id)> =
                coefficients.iter().copied().zip(args.iter().copied()).enumerate().filter(|(at, _)| *at != place).map(|(_, t)| t).collect();
            let without = added(self.arena(), &rest);
            let signed = Builder::new(self.arena(), "").scaled(coefficients[place], term);
            self.note(&known::TERM, node, Some(without), say![signed, " is missing"]);
            let mut flipped: Vec<Number> = coefficients.to_vec();
            flipped[place] = flipped[place].negated();
            let other = self.arena().intern(Op::Add(flipped.into_iter().collect()), Args::from_slice(args));
            self.note(&known::SIGN, node, Some(other), say!["the term is ", signed]);
        }
    }

    fn factors(&mut self, node: Id, args: &[Id]) {
        for (place, &factor) in args.iter().enumerate() {
            if self.on_spine.contains(&factor) {
                continue;
            }
            let rest: Vec<Id> = args.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, &x)| x).collect();
            let without = multiplied(self.arena(), &rest);
            let plain = self.is_constant(factor);
            let mistake = if plain { &known::CONSTANT } else { &known::FACTOR };
            self.note(mistake, node, Some(without), say!["the factor ", factor, " is missing"]);
            self.shorter_lengths(factor);
            if self.arena().shape(factor).is_empty() {
                continue;
            }
            let arena = self.arena();
            let (f, x) = (turned(arena, factor), turned(arena, without));
            for (left, right) in
                [(without, factor), (factor, without), (without, f), (f, without), (x, factor), (factor, x), (x, f), (f, x)]
            {
                let other = product(self.arena(), &[left, right]);
                self.note(&known::PRODUCT, node, other, say![node, ", entry by entry"]);
            }
            if args.len() == 2 {
                for other in [factor, f] {
                    self.note(&known::OTHER_FACTOR, node, Some(other), say![without, " has to be multiplied in"]);
                }
            }
        }
    }

    /// `1/n` where there is `1/(n m)`.
    fn shorter_lengths(&mut self, factor: Id) {
        let Op::Power(exponent) = *self.a.arena.op(factor) else { return };
        let Op::Length(dim) = *self.a.arena.op(self.a.arena.args(factor)[0]) else { return };
        let names: Vec<String> = self.a.arena.dims.names_in(dim).map(String::from).collect();
        if names.len() < 2 {
            return;
        }
        for name in names {
            let Some(one) = self.a.arena.dims.find(&name) else { continue };
            let length = self.arena().intern(Op::Length(one), Args::new());
            let other = self.arena().intern(Op::Power(exponent), Args::from_slice(&[length]));
            self.note(&known::CONSTANT, factor, Some(other), say![other, " in place of ", factor]);
        }
    }

    fn is_constant(&mut self, id: Id) -> bool {
        let arena = self.arena();
        arena.shape(id).is_empty() && !arena.reachable(&[id]).into_iter().any(|node| matches!(arena.op(node), Op::Variable(_)))
    }

    fn matrices(&mut self, node: Id, args: &[Id]) {
        let Some(at) = args.iter().position(|arg| self.on_spine.contains(arg)) else { return };
        let others = |s: &mut Self, flip: &dyn Fn(usize) -> bool| -> Vec<Id> {
            args.iter().enumerate().map(|(k, &x)| if k != at && flip(k) { turned(s.arena(), x) } else { x }).collect()
        };
        let mut tried: Vec<(&'static Mistake, Vec<Id>)> = Vec::new();
        for k in 0..args.len() {
            tried.push((&known::TRANSPOSES, others(self, &|other| other == k)));
        }
        let all = others(self, &|_| true);
        let turned_upstream = |s: &mut Self, list: &[Id]| -> Vec<Id> {
            let mut list = list.to_vec();
            list[at] = turned(s.arena(), list[at]);
            list
        };
        tried.push((&known::TRANSPOSES, all.clone()));
        tried.push((&known::TRANSPOSES, turned_upstream(self, args)));
        tried.push((&known::TRANSPOSES, turned_upstream(self, &all)));
        let sides: Vec<Vec<Id>> = tried.iter().map(|(_, list)| list.clone()).chain([args.to_vec()]).collect();
        for list in sides {
            tried.push((&known::ORDER, list.iter().rev().copied().collect()));
            // the gradient that arrives at an end, the others in their order
            if list.len() > 2 {
                let rest: Vec<Id> = list.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &x)| x).collect();
                tried.push((&known::ORDER, [list[at]].into_iter().chain(rest.iter().copied()).collect()));
                tried.push((&known::ORDER, rest.iter().copied().chain([list[at]]).collect()));
            }
        }
        for (mistake, list) in tried {
            let other = product(self.arena(), &list);
            self.note(mistake, node, other, say![node, ", not ", other.unwrap_or(node)]);
        }
        for k in (0..args.len()).filter(|k| *k != at) {
            let rest: Vec<Id> = args.iter().enumerate().filter(|(other, _)| *other != k).map(|(_, &x)| x).collect();
            let without = product(self.arena(), &rest);
            self.note(&known::FACTOR, node, without, say!["the factor ", args[k], " is missing"]);
        }
        if let [x, y] = *args {
            let arena = self.arena();
            let (p, q) = (turned(arena, x), turned(arena, y));
            for (left, right) in [(x, y), (p, y), (x, q), (p, q)] {
                let other = if self.arena().shape(left).is_empty() { None } else { entrywise(self.arena(), left, right) };
                self.note(&known::ENTRYWISE, node, other, say![node, " in place of ", other.unwrap_or(node)]);
            }
            let factor = args[1 - at];
            for other in [factor, turned(self.arena(), factor)] {
                self.note(&known::OTHER_FACTOR, node, Some(other), say![args[at], " has to be multiplied in"]);
            }
        }
    }

    fn reduction(&mut self, node: Id, axes: u32, keep: bool, x: Id) {
        let shape = Shape::from_slice(self.arena().shape(x));
        let summed: Vec<Dim> = (0..shape.len()).filter(|axis| axes >> axis & 1 == 1).map(|axis| shape[axis]).collect();
        let names: Vec<String> = summed.iter().map(|&dim| self.a.arena.dims.show(dim)).collect();
        let names = names.join(", ");
        let over = |s: &mut Self, x: Id, dims: &[Dim]| dims.iter().fold(x, |x, &dim| Builder::new(s.arena(), "").over_length(x, dim));
        let mean = over(self, node, &summed);
        self.note(&known::MEAN, node, Some(mean), say!["the contributions along ", &names, " add up; nothing divides by ", &names]);
        self.note(&known::UNSUMMED, node, Some(x), say!["along ", &names, " the contributions have to be summed"]);
        let kept = self.arena().intern(Op::Sum { axes, keep: !keep }, Args::from_slice(&[x]));
        let there = if keep { "it needs keepdims=True" } else { "it needs no keepdims" };
        self.note(&known::KEPT, node, Some(kept), say![there, ", as ", node]);
        self.traces(node, x, shape.len());
        for other in 1..1u32 << shape.len().min(3) {
            if !keep || other == axes {
                continue;
            }
            let there = self.arena().intern(Op::Sum { axes: other, keep }, Args::from_slice(&[x]));
            let lengths: Vec<Dim> = (0..shape.len()).filter(|axis| other >> axis & 1 == 1).map(|axis| shape[axis]).collect();
            let divided = over(self, there, &lengths);
            let factor = multiplied_lengths(self.arena(), &summed);
            let averaged = self.arena().intern(Op::Multiply, Args::from_slice(&[divided, factor]));
            for wrong in [there, averaged] {
                self.note(&known::AXES, node, Some(wrong), say!["the axis that is reduced is ", &names]);
            }
        }
    }

    /// A sum of products of entries as if it were a product of matrices.
    fn traces(&mut self, node: Id, x: Id, rank: usize) {
        let Op::Multiply = self.a.arena.op(x) else { return };
        let [left, right] = *self.a.arena.args(x) else { return };
        if rank != 2 || !self.a.arena.shape(node).is_empty() {
            return;
        }
        let arena = self.arena();
        let (p, q) = (turned(arena, left), turned(arena, right));
        for (left, right) in [(left, right), (p, right), (left, q), (right, left), (q, left), (right, p), (p, q), (q, p)] {
            let Some(matrix) = product(self.arena(), &[left, right]) else { continue };
            let words = say!["it is ", node, ", entry by entry (element-wise), then summed; ", matrix, " is a matrix product"];
            self.note(&known::PRODUCT, node, Some(matrix), words);
            let shape = Shape::from_slice(self.arena().shape(matrix));
            if shape[0] == shape[1] {
                let trace = self.arena().intern(Op::Trace, Args::from_slice(&[matrix]));
                let words = say!["it is ", node, ", entry by entry (element-wise): a trace of a product needs a transpose"];
                self.note(&known::PRODUCT, node, Some(trace), words);
            }
        }
    }

    /// Mistakes in which the rule does not matter.
    fn whole(&mut self) {
        let (g, rule, edge) = (self.g, self.rule, self.edge);
        let c = edge.contribution;
        let shape = Shape::from_slice(self.arena().shape(g));
        let to = Shape::from_slice(self.arena().shape(edge.to));
        let one = self.arena().number(Number::ONE);
        let ones = if shape.is_empty() { one } else { self.arena().intern(Op::Broadcast(shape.clone()), Args::from_slice(&[one])) };
        let scalar_end = self.a.arena.as_number(c.upstream).is_some_and(Number::is_one);
        if !scalar_end {
            let without = replaced(self.arena(), rule, &[(g, ones)]);
            self.push(&known::UPSTREAM, without, say![g, " arrives here and is not in it"]);
        }
        if let Op::Call(..) | Op::Apply(..) | Op::Power(_) = self.a.arena.op(c.user) {
            let chosen = match self.a.arena.op(c.user) {
                Op::Call(function, _) => matches!(function.entry().names[0], "max" | "min"),
                _ => false,
            };
            let mistake = if chosen { &known::LARGEST } else { &known::PASSED };
            let entrywise = matches!(self.a.arena.op(c.user), Op::Apply(..) | Op::Power(_)) && shape == to;
            let factor = replaced(self.arena(), rule, &[(g, ones)]).filter(|_| entrywise);
            for spread in spreads(self.arena(), g, &to) {
                let words = match factor {
                    Some(factor) => say![factor, ", the derivative of ", c.user, ", is missing"],
                    None => say!["what goes back through ", c.user, " is ", rule],
                };
                self.push(mistake, Some(spread), words);
            }
        }
        for axes in 1..1u32 << to.len().min(3) {
            for keep in [false, true] {
                let summed = self.arena().intern(Op::Sum { axes, keep }, Args::from_slice(&[rule]));
                self.push(&known::SUMMED, Some(summed), say!["it is ", rule, ", not summed"]);
            }
        }
        let own = self.a.named(c.user).unwrap_or(c.user);
        if !matches!(self.a.arena.op(c.user), Op::Add(_) | Op::Multiply | Op::MatMul) {
            let doubled = Builder::new(self.arena(), "").scaled(Number::integer(2), own);
            let arrived = entrywise(self.arena(), doubled, g);
            let squared = arrived.and_then(|arrived| replaced(self.arena(), rule, &[(g, arrived)]));
            self.push(&known::SQUARED, squared, say![own, " is ", c.user, ", not its square"]);
        }
    }

    fn push(&mut self, mistake: &'static Mistake, wrong: Option<Id>, words: Words) {
        if let Some(rule) = wrong.filter(|wrong| *wrong != self.rule && self.found.iter().all(|known| known.rule != *wrong)) {
            self.found.push(Variant { mistake, rule, words });
        }
    }
}

/// A formula with every sum that keeps its axes, and has a gradient in it, over other axes; and the axes as they are.
pub(super) fn other_axes(arena: &mut Arena, formula: Id) -> (Vec<Id>, String) {
    let order = arena.reachable(&[formula]);
    let mut with_gradient: FxHashSet<Id> = FxHashSet::default();
    let mut rank = 0;
    let mut names = String::new();
    for &node in &order {
        let own = arena.as_symbol(node).is_some_and(|s| arena.info(s).is_gradient());
        if own || arena.args(node).iter().any(|arg| with_gradient.contains(arg)) {
            with_gradient.insert(node);
            if let Op::Sum { axes, keep: true } = *arena.op(node) {
                let shape = arena.shape(arena.args(node)[0]);
                rank = rank.max(shape.len());
                names = (0..shape.len())
                    .filter(|axis| axes >> axis & 1 == 1)
                    .map(|axis| arena.dims.show(shape[axis]))
                    .collect::<Vec<_>>()
                    .join(", ");
            }
        }
    }
    let mut found = Vec::new();
    for (mask, averaged) in (1..1u32 << rank.min(3)).flat_map(|mask| [(mask, false), (mask, true)]) {
        let mut made: FxHashMap<Id, Id> = FxHashMap::default();
        for &node in &order {
            let args: Args = arena.args(node).iter().map(|arg| made[arg]).collect();
            let id = match arena.op(node).clone() {
                Op::Sum { axes, keep: true } if with_gradient.contains(&node) && arena.shape(args[0]).len() == rank => {
                    let shape = Shape::from_slice(arena.shape(args[0]));
                    let of = |mask: u32| (0..rank).filter(|axis| mask >> axis & 1 == 1).map(|axis| shape[axis]).collect::<Vec<Dim>>();
                    let summed = arena.intern(Op::Sum { axes: mask, keep: true }, args);
                    if averaged {
                        let divided = of(mask).iter().fold(summed, |x, &dim| Builder::new(arena, "").over_length(x, dim));
                        let lengths = multiplied_lengths(arena, &of(axes));
                        arena.intern(Op::Multiply, Args::from_slice(&[divided, lengths]))
                    } else {
                        summed
                    }
                }
                op => arena.intern(op, args),
            };
            made.insert(node, id);
        }
        if made[&formula] != formula {
            found.push(made[&formula]);
        }
    }
    (found, names)
}

/// `g` repeated to a shape, along the axes that it lacks; nothing where it has more.
fn spreads(arena: &mut Arena, g: Id, to: &Shape) -> Vec<Id> {
    let shape = Shape::from_slice(arena.shape(g));
    if shape == *to {
        return vec![g];
    }
    let Some(missing) = to.len().checked_sub(shape.len()) else { return vec![] };
    let mut found = Vec::new();
    for mask in 0..1u32 << to.len().min(4) {
        if mask.count_ones() as usize != missing {
            continue;
        }
        let fits = {
            let mut rest = shape.iter();
            to.iter().enumerate().all(|(axis, &dim)| mask >> axis & 1 == 1 || rest.next().is_some_and(|&own| own == dim || own == Dim::ONE))
        };
        if fits {
            let wide = if mask == 0 { g } else { arena.intern(Op::Unsqueeze(mask), Args::from_slice(&[g])) };
            found.push(arena.intern(Op::Broadcast(to.clone()), Args::from_slice(&[wide])));
        }
    }
    found
}

fn added(arena: &mut Arena, terms: &[(Number, Id)]) -> Id {
    match terms {
        [(c, x)] => Builder::new(arena, "").scaled(*c, *x),
        _ => {
            let (coefficients, args): (crate::expr::Coefficients, Args) = terms.iter().copied().unzip();
            arena.intern(Op::Add(coefficients), args)
        }
    }
}

fn multiplied(arena: &mut Arena, factors: &[Id]) -> Id {
    match factors {
        [one] => *one,
        many => arena.intern(Op::Multiply, Args::from_slice(many)),
    }
}

fn multiplied_lengths(arena: &mut Arena, dims: &[Dim]) -> Id {
    let lengths: SmallVec<[Id; 4]> = dims.iter().map(|&dim| Builder::new(arena, "").length(dim)).collect();
    multiplied(arena, &lengths)
}
