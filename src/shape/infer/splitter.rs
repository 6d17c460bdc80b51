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
        let id = self.opened(b, id, names, statements);
        if self.size(b, id) > MAX_STATEMENT_NODES { self.named(b, id, names, statements) } else { id }
    }

    /// A contraction inside of contractions, as one of very many factors is, with names for its parts.
    pub(super) fn opened(&mut self, b: &mut Builder, id: Id, names: &mut Names, statements: &mut Vec<Assignment>) -> Id {
        let mut parts = vec![id];
        while let Some(&last) = parts.last() {
            let inner = |arg: &Id| matches!(b.arena().op(*arg), Op::Einsum { .. });
            let Some(inner) = b.arena().args(last).iter().copied().find(inner).filter(|_| inner(&last)) else { break };
            if self.size(b, inner) <= MAX_STATEMENT_NODES {
                break;
            }
            parts.push(inner);
        }
        let Some(mut made) = parts.pop() else { return id };
        while let Some(part) = parts.pop() {
            let before = b.arena().args(part).iter().copied().find(|arg| matches!(b.arena().op(*arg), Op::Einsum { .. }));
            let after = if self.size(b, made) > MAX_STATEMENT_NODES { self.named(b, made, names, statements) } else { made };
            let args = b.arena().args(part).iter().map(|&arg| if Some(arg) == before { after } else { arg }).collect();
            let op = b.arena().op(part).clone();
            made = b.arena_mut().intern(op, args);
        }
        made
    }

    fn size(&mut self, b: &Builder, id: Id) -> u32 {
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
        self.sizes[id.0 as usize]
    }

    /// A name of its own for a value.
    fn named(&mut self, b: &mut Builder, id: Id, names: &mut Names, statements: &mut Vec<Assignment>) -> Id {
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
