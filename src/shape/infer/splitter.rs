//! Parts of very long expressions.

use super::names::Names;
use crate::expr::{Id, Op, Symbol, SymbolKind};
use crate::limits::MAX_STATEMENT_NODES;
use crate::shape::{Assignment, Builder};
use rustc_hash::FxHashMap;

/// Gives the parts of a very long expression names of their own, so that results stay linear in its length.
#[derive(Default)]
pub(super) struct Splitter {
    /// How many operations each node holds; names hold none, and a sum does not count itself.
    sizes: Vec<u32>,
    known: FxHashMap<Id, Id>,
}

impl Splitter {
    pub(super) fn operand(&mut self, b: &mut Builder, id: Id, names: &mut Names, statements: &mut Vec<Assignment>) -> Id {
        for at in self.sizes.len()..b.arena().len() {
            let node = Id(at as u32);
            let below: u32 = b.arena().args(node).iter().map(|a| self.sizes[a.0 as usize]).fold(0, u32::saturating_add);
            let own = match b.arena().op(node) {
                Op::Add(_) | Op::Variable(_) | Op::Number(_) => 0,
                // a product of n factors is as long as n - 1 products of two
                _ => (b.arena().args(node).len() as u32).saturating_sub(1).max(1),
            };
            self.sizes.push(below.saturating_add(own));
        }
        if self.sizes[id.0 as usize] <= MAX_STATEMENT_NODES {
            return id;
        }
        if let Some(&leaf) = self.known.get(&id) {
            return leaf;
        }
        let name = names.free("t").into();
        let shape = b.resolved(id);
        let symbol = Symbol { name, kind: SymbolKind::Intermediate, shape, properties: vec![], span: b.site };
        let symbol = b.arena_mut().symbol(symbol);
        let leaf = b.arena_mut().variable(symbol);
        statements.push(Assignment { symbol, value: id, span: b.site, value_span: b.site, made: true, long: false });
        self.known.insert(id, leaf);
        leaf
    }
}
