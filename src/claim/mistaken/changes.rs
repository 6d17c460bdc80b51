//! One place of a rule changed: a sign, a factor, an order, an axis.

use super::make::{added, entrywise, is_transpose, multiplied, multiplied_lengths, product, replaced, turned};
use super::steps::Edge;
use super::words::{Word, Words};
use crate::claim::mistakes as known;
use crate::claim::mistakes::Mistake;
use crate::expr::{Arena, Args, Id, Number, Op};
use crate::ops::Attribute;
use crate::rewrite::Algebra;
use crate::shape::{Builder, Dim, Shape};
use rustc_hash::FxHashSet;

/// A rule with a mistake in it.
pub(super) struct Variant {
    pub mistake: &'static Mistake,
    /// What goes to the operand, over the leaf.
    pub rule: Id,
    /// What was changed, in words.
    pub words: Words,
}

/// Changes of one rule.
pub(super) struct Changes<'a> {
    pub a: &'a mut Algebra,
    pub g: Id,
    pub rule: Id,
    pub edge: &'a Edge,
    pub on_spine: FxHashSet<Id>,
    /// What depends on the leaf, it first.
    pub spine: Vec<Id>,
    pub found: Vec<Variant>,
}

impl Changes<'_> {
    pub fn arena(&mut self) -> &mut Arena {
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

    pub fn find(&mut self) {
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
                    self.note(&known::NOT_ENTRYWISE, node, inner, say![node, " is an outer product"]);
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
                        self.note(&known::NOT_SUMMED, node, Some(all), say!["the axis ", &show, " is left; it has to be summed"]);
                        self.note(&known::MEAN_FOR_SUM, node, Some(divided), say!["nothing divides by ", &show]);
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
            self.note(&known::TERM_MISSING, node, Some(without), say![signed, " is missing"]);
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
            let mistake = if plain { &known::CONSTANT } else { &known::FACTOR_MISSING };
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
                self.note(&known::NOT_ENTRYWISE, node, other, say![node, ", entry by entry"]);
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
            self.note(&known::FACTOR_MISSING, node, without, say!["the factor ", args[k], " is missing"]);
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
        self.note(&known::MEAN_FOR_SUM, node, Some(mean), say!["the contributions along ", &names, " add up; nothing divides by ", &names]);
        self.note(&known::NOT_SUMMED, node, Some(x), say!["along ", &names, " the contributions have to be summed"]);
        let kept = self.arena().intern(Op::Sum { axes, keep: !keep }, Args::from_slice(&[x]));
        let there = if keep { "it needs keepdims=True" } else { "it needs no keepdims" };
        self.note(&known::KEEPDIMS, node, Some(kept), say![there, ", as ", node]);
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
                self.note(&known::OTHER_AXIS, node, Some(wrong), say!["the axis that is reduced is ", &names]);
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
            self.note(&known::NOT_ENTRYWISE, node, Some(matrix), words);
            let shape = Shape::from_slice(self.arena().shape(matrix));
            if shape[0] == shape[1] {
                let trace = self.arena().intern(Op::Trace, Args::from_slice(&[matrix]));
                let words = say!["it is ", node, ", entry by entry (element-wise): a trace of a product needs a transpose"];
                self.note(&known::NOT_ENTRYWISE, node, Some(trace), words);
            }
        }
    }
}
