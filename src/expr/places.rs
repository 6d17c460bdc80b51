//! Arrays whose entries are places on an axis of another array.

use super::{Arena, Id, Op, SymbolId};
use crate::ops::Rule;
use crate::shape::Dim;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

impl Arena {
    /// The symbols that these nodes use as an index, each with the lengths of the axes that it looks up.
    pub fn places(&self, nodes: impl Iterator<Item = Id>) -> FxHashMap<SymbolId, Vec<Dim>> {
        let mut found: FxHashMap<SymbolId, Vec<Dim>> = FxHashMap::default();
        for id in nodes {
            let Op::Call(function, attributes) = self.op(id) else { continue };
            let shapes: SmallVec<[&[Dim]; 4]> = self.args(id).iter().map(|&arg| self.shape(arg)).collect();
            for (place, &arg) in self.args(id).iter().enumerate() {
                if let (Rule::Index(length), Some(symbol)) = (function.whole().rule(place), self.as_symbol(self.without_views(arg))) {
                    found.entry(symbol).or_default().push(length(&shapes, attributes));
                }
            }
        }
        found
    }

    /// What an expression is without its new, dropped, repeated and reordered axes.
    fn without_views(&self, mut id: Id) -> Id {
        while let Op::Unsqueeze(_) | Op::Squeeze(_) | Op::Permute(_) | Op::Broadcast(_) = self.op(id) {
            id = self.args(id)[0];
        }
        id
    }
}
