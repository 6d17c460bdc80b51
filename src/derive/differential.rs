//! Forward and backward through one expression.
//!
//! Both start from the same differential of each operation. A multilinear operation has it from its signature: one factor is replaced by
//! its change. Every other operation brings a line in the language. Backward is the transposition of what is linear in the change: the
//! cut. No operation has a rule of its own for the backward direction (Radul et al., "You Only Linearize Once", POPL 2023).

use super::line::{Line, written};
use crate::diagnostic::Span;
use crate::expr::{Id, Number, Op, Symbol, SymbolId, SymbolKind};
use crate::ops::{Fault, Function, Part, Rule};
use crate::rewrite::Algebra;
use crate::shape::{Builder, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::collections::hash_map::Entry;

/// One way by which a change of a leaf reaches the value: what it adds to the leaf's gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The node that uses the leaf; the leaf itself where the value is nothing but the leaf.
    pub user: Id,
    /// As which operand.
    pub place: usize,
    /// The upstream gradient at that node.
    pub upstream: Id,
    /// The contribution, with the leaf's shape.
    pub value: Id,
}

/// What arrives at each leaf.
pub type Leaves = SmallVec<[(SymbolId, Vec<Contribution>); 4]>;

/// Takes differentials, and remembers the lines it read and the leaves it made.
#[derive(Debug, Default)]
pub struct Differential {
    lines: FxHashMap<(Function, usize), Line>,
    changes: FxHashMap<Shape, SymbolId>,
}

impl Differential {
    /// The differential of `node` when only operand `place` changes, by `change`; `None` where nothing changes.
    ///
    /// # Errors
    /// An entry of the table whose line does not fit its operands: a fault of the tool.
    pub fn of(&mut self, a: &mut Algebra, node: Id, place: usize, change: Id) -> Result<Option<Id>, Fault> {
        let shape = Shape::from_slice(a.arena.shape(node));
        // of a sum only the one term matters, however many there are
        if let Op::Add(coefficients) = a.arena.op(node) {
            let coefficient = coefficients[place];
            let term = a.scale(coefficient, change);
            return Ok(Some(a.broadcast_to(term, &shape)));
        }
        let args: SmallVec<[Id; 4]> = a.arena.args(node).iter().copied().collect();
        Ok(Some(match a.arena.op(node).clone() {
            Op::Power(exponent) => {
                // d x**p = p x**(p - 1) dx
                let lowered = a.node(Op::Power(exponent.plus(Number::MINUS_ONE)), &[args[place]]);
                let product = a.multiply(&[lowered, change]);
                a.scale(exponent, product)
            }
            Op::Apply(function) => return self.line(a, function, &args, place, change, &shape),
            Op::Call(function, attributes) => {
                let whole = function.whole();
                match whole.rule(place) {
                    Rule::None | Rule::Index(_) => return Ok(None),
                    Rule::Differential(text) => written(a, text, function, &args, &attributes, Some((place, change)), None)?,
                    rule => {
                        let mut args = args;
                        if let Rule::Parts(_) | Rule::Linear(_) = rule {
                            // the other parts do not change
                            for (_, arg) in args.iter_mut().enumerate().filter(|(other, _)| !whole.is_index(*other)) {
                                let shape: Shape = Shape::from(a.arena.shape(*arg));
                                *arg = a.zeros(&shape);
                            }
                        }
                        args[place] = change;
                        a.make(Op::Call(function, attributes), args)
                    }
                }
            }
            op => {
                let mut args = args;
                args[place] = change;
                a.make(op, args)
            }
        }))
    }

    /// The line that an entry of the table brings, with its parameters put in.
    fn line(
        &mut self,
        a: &mut Algebra,
        function: Function,
        args: &[Id],
        place: usize,
        change: Id,
        shape: &Shape,
    ) -> Result<Option<Id>, Fault> {
        if function.primitive().differential[place].is_empty() {
            return Ok(None);
        }
        let line = match self.lines.entry((function, place)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Line::read(function, place)?),
        };
        let value = line.with(a, args, change);
        Ok(Some(a.broadcast_to(value, shape)))
    }

    /// How `root` changes, to first order, when leaves change as `changes` says. `None` where it does not.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn forward(&mut self, a: &mut Algebra, root: Id, changes: &FxHashMap<SymbolId, Id>) -> Result<Option<Id>, Fault> {
        let mut found: FxHashMap<Id, Id> = FxHashMap::default();
        for node in a.arena.reachable(&[root]) {
            if let Some(change) = a.arena.as_symbol(node).and_then(|s| changes.get(&s)) {
                found.insert(node, *change);
                continue;
            }
            let mut terms: Vec<(Number, Id)> = Vec::new();
            for place in 0..a.arena.args(node).len() {
                let arg = a.arena.args(node)[place];
                if let Some(&change) = found.get(&arg) {
                    terms.extend(self.of(a, node, place, change)?.map(|term| (Number::ONE, term)));
                }
            }
            if !terms.is_empty() {
                let sum = a.add(&terms);
                found.insert(node, sum);
            }
        }
        Ok(found.get(&root).copied())
    }

    /// What a change of each active leaf of `root` does to `⟨upstream, root⟩`: one contribution for each place where the leaf is used,
    /// in the order in which the places are met from the left.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn reverse(&mut self, a: &mut Algebra, root: Id, upstream: Id, active: &dyn Fn(SymbolId) -> bool) -> Result<Leaves, Fault> {
        self.watched(a, root, upstream, active, &mut |_, _| {})
    }

    /// The same; `seen` is told of every contribution on the way, with the node that it goes to.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn watched(
        &mut self,
        a: &mut Algebra,
        root: Id,
        upstream: Id,
        active: &dyn Fn(SymbolId) -> bool,
        seen: &mut dyn FnMut(Id, Contribution),
    ) -> Result<Leaves, Fault> {
        let order = a.arena.reachable(&[root]);
        // what is known of each node stands at its place in the order
        let place_of = |node: Id| order.binary_search(&node).unwrap_or(0);
        let mut depends: SmallVec<[bool; 16]> = SmallVec::with_capacity(order.len());
        for &node in &order {
            let own = a.arena.as_symbol(node).is_some_and(active);
            let below = a.arena.args(node).iter().any(|&arg| depends[place_of(arg)]);
            depends.push(own || below);
        }
        let mut arrived: SmallVec<[SmallVec<[Contribution; 1]>; 8]> = order.iter().map(|_| SmallVec::new()).collect();
        arrived[place_of(root)].push(Contribution { user: root, place: 0, upstream, value: upstream });
        let mut leaves = Leaves::default();
        for (at, &node) in order.iter().enumerate().rev() {
            let contributions = std::mem::take(&mut arrived[at]);
            if !depends[at] || contributions.is_empty() {
                continue;
            }
            if let Some(symbol) = a.arena.as_symbol(node) {
                leaves.push((symbol, contributions.to_vec()));
                continue;
            }
            let terms: SmallVec<[(Number, Id); 4]> = contributions.iter().map(|c| (Number::ONE, c.value)).collect();
            let total = a.add(&terms);
            for place in 0..a.arena.args(node).len() {
                let arg = a.arena.args(node)[place];
                let below = place_of(arg);
                if !depends[below] {
                    continue;
                }
                if let Some(value) = self.pull(a, node, place, total)? {
                    let contribution = Contribution { user: node, place, upstream: total, value };
                    seen(arg, contribution);
                    arrived[below].push(contribution);
                }
            }
        }
        // later users were met first; the reader goes from the left
        for (_, contributions) in &mut leaves {
            contributions.sort_by_key(|c| (c.user, c.place));
        }
        Ok(leaves)
    }

    /// The upstream gradient of a node, carried over to one of its operands.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn pull(&mut self, a: &mut Algebra, node: Id, place: usize, upstream: Id) -> Result<Option<Id>, Fault> {
        if let Some(contraction) = a.arena.cut(node, place, upstream) {
            return Ok(Some(a.notate(contraction)));
        }
        let arg = a.arena.args(node)[place];
        if let Op::Call(function, attributes) = a.arena.op(node).clone() {
            let operands: SmallVec<[Id; 4]> = a.arena.args(node).iter().copied().collect();
            match function.whole().rule(place) {
                Rule::None | Rule::Index(_) => return Ok(None),
                Rule::Differential(_) => {}
                Rule::Transpose(text) => return written(a, text, function, &operands, &attributes, None, Some(upstream)).map(Some),
                Rule::Parts(part) | Rule::Linear(part) => {
                    let mut builder = Builder::new(a, "");
                    return part(&mut builder, &Part { operands: &operands, attributes: &attributes, place, upstream }).map(Some);
                }
            }
        } else if a.arena.shape(arg) == a.arena.shape(node) {
            // what acts entry by entry is its own transpose
            return self.of(a, node, place, upstream);
        }
        let symbol = self.change(a, arg);
        let leaf = a.arena.variable(symbol);
        let Some(differential) = self.of(a, node, place, leaf)? else { return Ok(None) };
        // linear in the change by now, so this ends one level down
        let linear = self.reverse(a, differential, upstream, &|s| s == symbol)?;
        let terms: SmallVec<[(Number, Id); 4]> = linear.iter().flat_map(|(_, found)| found).map(|c| (Number::ONE, c.value)).collect();
        Ok(if terms.is_empty() { None } else { Some(a.add(&terms)) })
    }

    /// A leaf that stands for the change of an operand.
    fn change(&mut self, a: &mut Algebra, of: Id) -> SymbolId {
        let shape = Shape::from_slice(a.arena.shape(of));
        let arena = &mut a.arena;
        *self.changes.entry(shape.clone()).or_insert_with(|| {
            arena.symbol(Symbol { name: "d·".into(), kind: SymbolKind::Change(None), shape, properties: vec![], span: Span::default() })
        })
    }
}
