//! Derivatives that are not paired with anything: Jacobians, and Hessians, which are the Jacobians of gradients.
//!
//! A gradient is an expression of the same arena as the values, so the same forward differential and the same maps give all of them: a
//! Hessian is differentiated forward from the gradient that was derived backward.

use super::map::Map;
use super::reverse::Derivation;
use super::through::{NoMap, map_of};
use crate::diagnostic::Span;
use crate::expr::{Id, Symbol, SymbolId, SymbolKind};
use crate::limits::MAX_MAP_LABELS;
use crate::ops::Fault;
use crate::shape::{Assignment, Model};
use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

/// The derivative of one array by another: the cut of one out of the other.
#[derive(Clone, Debug)]
pub struct Derivative {
    /// What changes: an assigned value, or the gradient of the objective by one.
    pub above: SymbolId,
    /// By what it changes.
    pub below: SymbolId,
    /// How, with the axes of both.
    pub map: Map,
    /// The same as one array, with the axes of `above`, then those of `below`.
    pub value: Id,
}

/// Why there is no derivative.
#[derive(Debug, Error)]
pub enum NoDerivative {
    /// A differential that does not fit: a fault of the tool.
    #[error("{0}")]
    Fault(Fault),
    /// A product of so many matrices that nobody reads it: of a deep network.
    #[error("a product of more than {MAX_MAP_LABELS} indices is not written out")]
    Long,
    /// A function on the way.
    #[error(transparent)]
    NoMap(#[from] NoMap),
}

impl Derivation {
    /// The values that statements assign and the gradients, what others are made of first; a gradient in closed form where it has one, so
    /// that its derivative has one too.
    pub fn schedule(&self) -> Vec<(SymbolId, Id)> {
        let statements = self.model.statements.iter().map(|s| (s.symbol, s.value));
        let gradients = self.gradients.iter().map(|g| (g.symbol, g.closed.unwrap_or(g.value)));
        let blocks = self.blocks.iter().copied();
        statements.chain(gradients).chain(blocks).filter(|&(symbol, value)| self.arena().as_symbol(value) != Some(symbol)).collect()
    }

    /// The derivatives of some values and gradients by one variable, each as a map; those that do not depend on it have no parts.
    ///
    /// # Errors
    /// A function on the way whose derivative cannot be written entry by entry.
    pub fn maps(&mut self, above: &[SymbolId], below: SymbolId) -> Result<Vec<Map>, NoDerivative> {
        let schedule = self.schedule();
        let needed = needed(self, &schedule, above);
        let of = self.arena().info(below).shape.clone();
        let mut maps: FxHashMap<SymbolId, Map> = FxHashMap::default();
        maps.insert(below, Map::identity(&of));
        for (symbol, value) in schedule {
            if symbol == below || !needed.contains(&symbol) {
                continue;
            }
            let leaves: FxHashSet<SymbolId> =
                self.arena().reachable(&[value]).into_iter().filter_map(|id| self.arena().as_symbol(id)).collect();
            let mut changes: FxHashMap<SymbolId, Id> = FxHashMap::default();
            let mut of_changes: FxHashMap<SymbolId, Map> = FxHashMap::default();
            for leaf in leaves {
                if let Some(map) = maps.get(&leaf) {
                    let change = self.change_of(leaf);
                    of_changes.insert(change, map.clone());
                    changes.insert(leaf, self.algebra.arena.variable(change));
                }
            }
            if changes.is_empty() {
                continue;
            }
            let found = self.differential.forward(&mut self.algebra, value, &changes).map_err(NoDerivative::Fault)?;
            if let Some(differential) = found {
                let map = map_of(&mut self.algebra, differential, &of_changes, &of)?;
                if map.parts.iter().any(|part| part.lengths.len() > MAX_MAP_LABELS) {
                    return Err(NoDerivative::Long);
                }
                if !map.parts.is_empty() {
                    maps.insert(symbol, map);
                }
            }
        }
        let none = |symbol: &SymbolId| Map { parts: vec![], out: self.arena().info(*symbol).shape.clone(), of: of.clone() };
        Ok(above.iter().map(|symbol| maps.get(symbol).cloned().unwrap_or_else(|| none(symbol))).collect())
    }

    /// How many operations stand on the ways from the wanted inputs, at most [`MAX_JACOBIANS`](crate::limits::MAX_JACOBIANS), to the
    /// output; one that several depend on is counted for each.
    pub fn steps(&self) -> usize {
        let arena = self.arena();
        let schedule: Vec<(SymbolId, Id)> = self.model.statements.iter().map(|s| (s.symbol, s.value)).collect();
        let needed = needed(self, &schedule, &[self.model.output]);
        // which inputs a symbol depends on, one bit for each
        let mut masks: FxHashMap<SymbolId, u128> = self.wanted().enumerate().map(|(bit, g)| (g.of, 1 << (bit % 128))).collect();
        let mut steps = 0;
        for (symbol, value) in schedule.into_iter().filter(|(symbol, _)| needed.contains(symbol)) {
            let mut inner: FxHashMap<Id, u128> = FxHashMap::default();
            for id in arena.reachable(&[value]) {
                let own = arena.as_symbol(id).and_then(|leaf| masks.get(&leaf)).copied().unwrap_or(0);
                let mask = arena.args(id).iter().fold(own, |mask, arg| mask | inner[arg]);
                // a product of n factors is as long as n - 1 products of two
                let own = match (arena.op(id), arena.args(id).len()) {
                    (_, 0) => 0,
                    (crate::expr::Op::Add(_), _) => 1,
                    (_, count) => (count - 1).max(1),
                };
                steps += own * mask.count_ones() as usize;
                inner.insert(id, mask);
            }
            *masks.entry(symbol).or_default() |= inner[&value];
        }
        steps
    }

    /// The derivative of each of `above` by `below`.
    ///
    /// # Errors
    /// As [`maps`](Self::maps).
    pub fn derivatives(&mut self, above: &[SymbolId], below: SymbolId) -> Result<Vec<Derivative>, NoDerivative> {
        let maps = self.maps(above, below)?;
        let pairs = above.iter().copied().zip(maps);
        Ok(pairs
            .map(|(above, map)| {
                let value = map.array(&mut self.algebra);
                Derivative { above, below, map, value }
            })
            .collect())
    }

    /// The derivative of a derivative by one more variable: its value is the one that `second` differentiates.
    ///
    /// # Errors
    /// As [`maps`](Self::maps).
    pub fn derivative_of(&mut self, second: &Derivative, below: SymbolId) -> Result<Derivative, NoDerivative> {
        let shape = crate::shape::Shape::from(self.arena().shape(second.value));
        let name = format!("{} by {}", self.arena().info(second.above).name, self.arena().info(second.below).name);
        let kind = SymbolKind::Change(Some(second.above));
        let above = self.algebra.arena.symbol(Symbol { name: name.into(), kind, shape, properties: vec![], span: Span::default() });
        self.blocks.push((above, second.value));
        let map = self.maps(&[above], below)?.remove(0);
        let value = map.array(&mut self.algebra);
        Ok(Derivative { above, below, map, value })
    }

    /// How values and gradients change, to first order, when inputs change as `changes` says; zeros where they do not.
    ///
    /// # Errors
    /// As [`maps`](Self::maps).
    pub fn pushed(&mut self, changes: &FxHashMap<SymbolId, Id>, above: &[SymbolId]) -> Result<Vec<Id>, NoDerivative> {
        let schedule = self.schedule();
        let needed = needed(self, &schedule, above);
        let mut changes = changes.clone();
        for (symbol, value) in schedule {
            if needed.contains(&symbol) && !changes.contains_key(&symbol) {
                let found = self.differential.forward(&mut self.algebra, value, &changes).map_err(NoDerivative::Fault)?;
                changes.extend(found.map(|change| (symbol, change)));
            }
        }
        let shapes: Vec<crate::shape::Shape> = above.iter().map(|symbol| self.arena().info(*symbol).shape.clone()).collect();
        Ok(above
            .iter()
            .zip(shapes)
            .map(|(symbol, shape)| changes.get(symbol).copied().unwrap_or_else(|| self.algebra.zeros(&shape)))
            .collect())
    }

    /// A derivative without its axes of length 1, where it has any beside others.
    pub fn without_ones(&mut self, derivative: &Derivative) -> Option<Id> {
        let bare = |axes: &crate::expr::Axes| axes.iter().copied().filter(|l| *l != crate::expr::UNIT).collect::<crate::expr::Axes>();
        let mut map = derivative.map.clone();
        let ones = |shape: &crate::shape::Shape| shape.iter().copied().filter(|dim| *dim != crate::shape::Dim::ONE).collect();
        (map.out, map.of) = (ones(&map.out), ones(&map.of));
        let (few, all) = (map.shape().len(), derivative.map.shape().len());
        if few == all || few == 0 {
            return None;
        }
        for part in &mut map.parts {
            (part.out, part.of) = (bare(&part.out), bare(&part.of));
            for (factor, axes) in &mut part.factors {
                let ones =
                    axes.iter().enumerate().filter(|(_, label)| **label == crate::expr::UNIT).fold(0, |mask, (axis, _)| mask | 1 << axis);
                if ones != 0 {
                    *factor = self.algebra.node(crate::expr::Op::Squeeze(ones), &[*factor]);
                    *axes = bare(axes);
                }
            }
        }
        Some(map.array(&mut self.algebra))
    }

    /// The program that goes on to the gradient by `of`, which becomes its output; `None` where there is no such gradient. Whoever derives it
    /// again has second derivatives.
    ///
    /// ```
    /// use pullback::{derive::derive, formula::{text, Charset}, shape::{Lengths, infer}, syntax::parse};
    /// let source = "f = x @ A @ x";
    /// let first = derive(infer(&parse(source).unwrap(), source, Lengths::Declared).unwrap(), None).unwrap();
    /// let x = first.find("x").unwrap();
    /// let mut second = derive(first.onward(x).unwrap(), None).unwrap();
    /// let output = second.model.output;
    /// let hessian = second.derivatives(&[output], x).unwrap().remove(0);
    /// assert_eq!(text(second.arena(), hessian.value, Charset::Ascii), "A + A.T");
    /// ```
    pub fn onward(mut self, of: SymbolId) -> Option<Model> {
        let wanted = self.gradient(of)?;
        let output = wanted.symbol;
        let span = self.model.statements.last()?.span;
        // in closed form it needs no other gradient
        let steps: Vec<(SymbolId, Id)> = match wanted.closed {
            Some(closed) => vec![(output, closed)],
            None => {
                self.gradients.iter().map(|g| (g.symbol, g.value)).filter(|&(s, value)| self.arena().as_symbol(value) != Some(s)).collect()
            }
        };
        let made = |(symbol, value)| Assignment { symbol, value, span, value_span: span, made: true, long: false };
        self.model.statements.extend(steps.into_iter().map(made));
        let name = |k: usize| if k < 2 { "L".to_string() } else { format!("L{k}") };
        let free = (1..).map(name).find(|name| self.find(name).is_none())?;
        Some(Model { arena: self.algebra.arena, output, scalar: false, objective: free.into(), ..self.model })
    }

    /// The leaf that stands for the change of a symbol.
    fn change_of(&mut self, of: SymbolId) -> SymbolId {
        let arena = &mut self.algebra.arena;
        let kind = SymbolKind::Change(Some(of));
        let name = "d·";
        if let Some(at) = arena.symbols.iter().position(|s| s.kind == kind && &*s.name == name) {
            return SymbolId(at as u32);
        }
        let shape = arena.info(of).shape.clone();
        arena.symbol(Symbol { name: name.into(), kind, shape, properties: vec![], span: Span::default() })
    }
}

/// What the values `above` are made of, themselves with it.
fn needed(d: &Derivation, schedule: &[(SymbolId, Id)], above: &[SymbolId]) -> FxHashSet<SymbolId> {
    let mut needed: FxHashSet<SymbolId> = above.iter().copied().collect();
    for &(symbol, value) in schedule.iter().rev() {
        if needed.contains(&symbol) {
            needed.extend(d.arena().reachable(&[value]).into_iter().filter_map(|id| d.arena().as_symbol(id)));
        }
    }
    needed
}

/// How many operands an expression has when it is written out: what stands in several places is counted in each.
///
/// ```
/// use pullback::{derive::operands, expr::{Arena, Args, Number, Op}};
/// let mut arena = Arena::default();
/// let two = arena.number(Number::integer(2));
/// let four = arena.intern(Op::Multiply, Args::from_slice(&[two, two]));
/// assert_eq!(operands(&arena, four), 4);
/// ```
pub fn operands(arena: &crate::expr::Arena, root: Id) -> usize {
    operands_of(arena, &[root])[&root]
}

/// The same of each node that some are made of, themselves with them.
pub(crate) fn operands_of(arena: &crate::expr::Arena, roots: &[Id]) -> FxHashMap<Id, usize> {
    let mut sizes: FxHashMap<Id, usize> = FxHashMap::default();
    for id in arena.reachable(roots) {
        let size = arena.args(id).iter().map(|arg| sizes[arg]).fold(arena.args(id).len().max(1), usize::saturating_add);
        sizes.insert(id, size);
    }
    sizes
}
