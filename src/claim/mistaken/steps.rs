//! The single steps of a derivation: what arrives at a node, carried over to one of its operands.

use crate::derive::{Contribution, Derivation};
use crate::diagnostic::Span;
use crate::expr::{Id, Number, Symbol, SymbolId, SymbolKind};
use crate::limits::{MAX_MISTAKEN_STATEMENTS, MAX_MISTAKEN_STEPS};
use crate::shape::Shape;
use rustc_hash::{FxHashMap, FxHashSet};

/// One step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// The statement, counted from 0.
    pub statement: usize,
    /// The operand that it goes to.
    pub to: Id,
    pub contribution: Contribution,
}

/// The steps on the ways from the output to one variable, those next to the variable first.
pub(super) struct Ways {
    pub of: SymbolId,
    active: FxHashSet<SymbolId>,
    pub edges: Vec<Edge>,
    carried: FxHashMap<(usize, Id), Option<Way>>,
}

/// How what arrives at a node reaches the variable.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// The node is the variable.
    Here,
    /// By this expression, over a leaf that stands for what arrives.
    Through(SymbolId, Id),
}

impl Ways {
    pub fn new(d: &mut Derivation, of: SymbolId) -> Option<Ways> {
        let mut active: FxHashSet<SymbolId> = [of].into_iter().collect();
        for statement in &d.model.statements {
            let mut leaves = d.algebra.arena.reachable(&[statement.value]).into_iter().filter_map(|id| d.algebra.arena.as_symbol(id));
            if d.gradient(statement.symbol).is_some() && leaves.any(|leaf| active.contains(&leaf)) {
                active.insert(statement.symbol);
            }
        }
        let mut ways = Ways { of, active, edges: vec![], carried: FxHashMap::default() };
        let on_way = |(_, s): &(usize, &crate::shape::Assignment)| s.symbol != of && ways.active.contains(&s.symbol);
        let statements: Vec<(usize, SymbolId, Id)> =
            d.model.statements.iter().enumerate().filter(on_way).map(|(at, s)| (at, s.symbol, s.value)).collect();
        let mut edges = Vec::new();
        for &(statement, symbol, value) in statements.iter().take(MAX_MISTAKEN_STATEMENTS) {
            let above = upstream(d, symbol)?;
            let active = &ways.active;
            let mut seen = |to, contribution| edges.push(Edge { statement, to, contribution });
            d.differential.watched(&mut d.algebra, value, above, &|s| active.contains(&s), &mut seen).ok()?;
        }
        let arena = d.arena();
        edges.sort_by_key(|e| {
            (arena.as_symbol(e.to) != Some(of), e.statement, std::cmp::Reverse(e.contribution.user), e.contribution.place)
        });
        edges.truncate(MAX_MISTAKEN_STEPS);
        ways.edges = edges;
        Some(ways)
    }

    /// How what arrives at `to`, a node of this statement, reaches the variable.
    pub fn way(&mut self, d: &mut Derivation, statement: usize, to: Id) -> Option<Way> {
        if let Some(known) = self.carried.get(&(statement, to)) {
            return *known;
        }
        let way = if d.arena().as_symbol(to) == Some(self.of) {
            Some(Way::Here)
        } else {
            let shape = Shape::from_slice(d.arena().shape(to));
            let symbol = leaf(d, "what arrives", shape);
            let arrived = d.algebra.arena.variable(symbol);
            self.carry(d, statement, to, arrived).map(|id| Way::Through(symbol, id))
        };
        self.carried.insert((statement, to), way);
        way
    }

    /// What `upstream`, which arrives at the node `to` of this statement, is at the variable.
    pub fn carry(&self, d: &mut Derivation, statement: usize, to: Id, upstream: Id) -> Option<Id> {
        let is_active = |s: SymbolId| self.active.contains(&s);
        let mut arrived: FxHashMap<SymbolId, Vec<(Number, Id)>> = FxHashMap::default();
        let mut root = (to, upstream);
        for at in (0..=statement).rev() {
            if at < statement {
                let (symbol, value) = (d.model.statements[at].symbol, d.model.statements[at].value);
                if symbol == self.of {
                    break;
                }
                let Some(terms) = arrived.remove(&symbol) else { continue };
                root = (value, d.algebra.add(&terms));
            }
            let leaves = d.differential.reverse(&mut d.algebra, root.0, root.1, &is_active).ok()?;
            for (symbol, contributions) in leaves {
                arrived.entry(symbol).or_default().extend(contributions.iter().map(|c| (Number::ONE, c.value)));
            }
        }
        arrived.remove(&self.of).map(|terms| d.algebra.add(&terms))
    }
}

/// A leaf for numbers to be put in.
pub(super) fn leaf(d: &mut Derivation, name: &str, shape: Shape) -> SymbolId {
    let symbol = Symbol { name: name.into(), kind: SymbolKind::Change(None), shape, properties: vec![], span: Span::default() };
    d.algebra.arena.symbol(symbol)
}

/// What arrives at the value of a statement, as others refer to it.
fn upstream(d: &mut Derivation, symbol: SymbolId) -> Option<Id> {
    let (leaf, value) = d.gradient(symbol).map(|g| (g.symbol, g.value))?;
    let plain = d.arena().args(value).is_empty() || symbol == d.model.output;
    Some(if plain { value } else { d.algebra.arena.variable(leaf) })
}
