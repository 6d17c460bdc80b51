//! The vector of nodes.

use super::{Args, Id, Number, Op};
use crate::diagnostic::Span;
use crate::shape::{Dim, Dims, Shape};
use hashbrown::HashTable;
use rustc_hash::{FxHashSet, FxHasher};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Up to how many nodes are looked through rather than hashed.
const FEW: usize = 24;

/// The place of a symbol in [`Arena::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(pub u32);

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// Given from outside.
    Input,
    /// Assigned by a statement.
    Intermediate,
    /// The gradient of the objective with respect to a symbol: it has that symbol's shape, and its name ends with the symbol's.
    Gradient(SymbolId),
    /// The change of a symbol, or of an operand (then without one).
    Change(Option<SymbolId>),
}

/// A leaf with a name.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// As typed; for gradients and changes as drawn.
    pub name: Arc<str>,
    /// What it stands for.
    pub kind: SymbolKind,
    /// One length an axis.
    pub shape: Shape,
    /// Properties that were declared, such as `symmetric`.
    pub properties: Vec<Arc<str>>,
    /// Where it was first typed.
    pub span: Span,
}

impl Symbol {
    /// Whether the property was declared.
    pub fn has(&self, property: &str) -> bool {
        self.properties.iter().any(|p| &**p == property)
    }

    /// Whether it is the gradient of something.
    pub fn is_gradient(&self) -> bool {
        matches!(self.kind, SymbolKind::Gradient(..))
    }
}

/// All expressions of a program: the operation, the operands and the shape of each node, operands before the nodes that use them.
#[derive(Clone, Default, Debug)]
pub struct Arena {
    /// Where in `kinds` the operation of each node is: an operation takes much room, and most are done many times.
    ops: Vec<u32>,
    kinds: Vec<Op>,
    known: HashTable<u32>,
    args: Vec<Args>,
    shapes: Vec<Shape>,
    table: HashTable<Id>,
    /// The named leaves.
    pub symbols: Vec<Symbol>,
    /// The names of inputs and assigned values: in an expression they win over lengths of the same name.
    pub variables: FxHashSet<Arc<str>>,
    /// The lengths.
    pub dims: Dims,
}

impl Arena {
    /// An arena with room for so many nodes.
    pub fn with_room(nodes: usize) -> Self {
        Arena {
            ops: Vec::with_capacity(nodes),
            kinds: Vec::with_capacity(nodes / 4),
            args: Vec::with_capacity(nodes),
            shapes: Vec::with_capacity(nodes),
            table: HashTable::with_capacity(nodes),
            ..Arena::default()
        }
    }

    /// What the node does.
    pub fn op(&self, id: Id) -> &Op {
        &self.kinds[self.ops[id.0 as usize] as usize]
    }

    /// Its operands.
    pub fn args(&self, id: Id) -> &[Id] {
        &self.args[id.0 as usize]
    }

    /// Its shape.
    pub fn shape(&self, id: Id) -> &[Dim] {
        &self.shapes[id.0 as usize]
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The node with this operation and these operands, made if it is new. The operands must fit the operation: shapes are checked
    /// where there is a place in the source to point at, before this.
    pub fn intern(&mut self, op: Op, args: Args) -> Id {
        let hash = hash_of(&op, &args);
        let same = |id: &Id| *self.op(*id) == op && self.args[id.0 as usize] == args;
        if let Some(&id) = self.table.find(hash, same) {
            return id;
        }
        let id = Id(self.ops.len() as u32);
        let shape = self.shape_of(&op, &args);
        // a leaf that is new is a new operation
        let kind = if args.is_empty() { self.new_kind(op) } else { self.kind(op) };
        self.ops.push(kind);
        self.args.push(args);
        self.shapes.push(shape);
        let (ops, kinds, all_args) = (&self.ops, &self.kinds, &self.args);
        self.table.insert_unique(hash, id, |id| hash_of(&kinds[ops[id.0 as usize] as usize], &all_args[id.0 as usize]));
        id
    }

    /// The place of an operation that has operands among the operations.
    fn kind(&mut self, op: Op) -> u32 {
        let hash = hash_of(&op, &[]);
        if let Some(&kind) = self.known.find(hash, |kind| self.kinds[*kind as usize] == op) {
            return kind;
        }
        let kind = self.new_kind(op);
        let kinds = &self.kinds;
        self.known.insert_unique(hash, kind, |kind| hash_of(&kinds[*kind as usize], &[]));
        kind
    }

    fn new_kind(&mut self, op: Op) -> u32 {
        self.kinds.push(op);
        self.kinds.len() as u32 - 1
    }

    /// A new symbol.
    pub fn symbol(&mut self, symbol: Symbol) -> SymbolId {
        if matches!(symbol.kind, SymbolKind::Input | SymbolKind::Intermediate) {
            self.variables.insert(symbol.name.clone());
        }
        self.symbols.push(symbol);
        SymbolId(self.symbols.len() as u32 - 1)
    }

    /// The leaf for a symbol.
    pub fn variable(&mut self, symbol: SymbolId) -> Id {
        self.intern(Op::Variable(symbol), Args::new())
    }

    /// The leaf for a number.
    pub fn number(&mut self, value: Number) -> Id {
        self.intern(Op::Number(value), Args::new())
    }

    /// The symbol at `id`.
    pub fn info(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.0 as usize]
    }

    /// The literal number at a node, if it is one.
    pub fn as_number(&self, id: Id) -> Option<Number> {
        match self.op(id) {
            Op::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The symbol at a node, if it is a leaf with a name.
    pub fn as_symbol(&self, id: Id) -> Option<SymbolId> {
        match self.op(id) {
            Op::Variable(symbol) => Some(*symbol),
            _ => None,
        }
    }

    /// The nodes that `roots` are made of, operands first.
    pub fn reachable(&self, roots: &[Id]) -> Vec<Id> {
        if roots.len() > FEW {
            return self.reachable_of_many(roots);
        }
        let mut ids: Vec<Id> = Vec::with_capacity(16);
        let mut seen = rustc_hash::FxHashSet::default();
        let mut stack: SmallVec<[Id; 16]> = SmallVec::from_slice(roots);
        while let Some(id) = stack.pop() {
            // most expressions are short enough to look through
            let fresh = match ids.len() {
                0..FEW => !ids.contains(&id),
                FEW => {
                    seen.extend(ids.iter().copied());
                    seen.insert(id)
                }
                _ => seen.insert(id),
            };
            if fresh {
                // where much is reached, marking all is less
                if ids.len() > FEW && ids.len() > self.len() / 8 {
                    return self.reachable_of_many(roots);
                }
                ids.push(id);
                stack.extend(self.args(id).iter().copied());
            }
        }
        ids.sort_unstable();
        ids
    }

    /// The same where most of the nodes are reached: each is marked rather than hashed.
    fn reachable_of_many(&self, roots: &[Id]) -> Vec<Id> {
        let mut marked = vec![false; self.len()];
        for &root in roots {
            marked[root.0 as usize] = true;
        }
        // operands stand before the nodes that use them
        for node in (0..self.len()).rev() {
            if marked[node] {
                self.args[node].iter().for_each(|arg| marked[arg.0 as usize] = true);
            }
        }
        (0..self.len() as u32).map(Id).filter(|id| marked[id.0 as usize]).collect()
    }

    /// The shape that two shapes broadcast to: aligned at the right, 1 gives way.
    pub fn broadcast(&self, a: &[Dim], b: &[Dim]) -> Shape {
        let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
        let offset = long.len() - short.len();
        let mut shape = Shape::from_slice(long);
        for (axis, &dim) in short.iter().enumerate() {
            if shape[offset + axis] == Dim::ONE {
                shape[offset + axis] = dim;
            }
        }
        shape
    }

    fn shape_of(&mut self, op: &Op, args: &[Id]) -> Shape {
        let of = |k: usize| &self.shapes[args[k].0 as usize];
        match op {
            Op::Number(_) | Op::Constant(_) | Op::Length(_) => Shape::new(),
            Op::Variable(symbol) => Shape::from_slice(&self.symbols[symbol.0 as usize].shape),
            Op::Eye(dim) => [*dim, *dim].into_iter().collect(),
            Op::Add(_) | Op::Multiply => args.iter().fold(Shape::new(), |shape, &arg| self.broadcast(&shape, self.shape(arg))),
            Op::MatMul => {
                let batches = (0..args.len()).filter(|&k| of(k).len() > 2);
                let mut shape = batches.fold(Shape::new(), |batch, k| self.broadcast(&batch, &of(k)[..of(k).len() - 2]));
                let (first, last) = (of(0), of(args.len() - 1));
                if first.len() > 1 {
                    shape.push(first[first.len() - 2]);
                }
                if last.len() > 1 {
                    shape.push(last[last.len() - 1]);
                }
                shape
            }
            Op::Permute(order) => order.iter().map(|&axis| of(0)[axis as usize]).collect(),
            Op::Sum { axes, keep } => {
                let summed = |axis: usize| axes >> axis & 1 == 1;
                of(0)
                    .iter()
                    .enumerate()
                    .filter(|(axis, _)| *keep || !summed(*axis))
                    .map(|(axis, &dim)| if summed(axis) { Dim::ONE } else { dim })
                    .collect()
            }
            Op::Unsqueeze(mask) => {
                let rank = of(0).len() + mask.count_ones() as usize;
                let mut rest = of(0).iter().copied();
                (0..rank).map(|axis| if mask >> axis & 1 == 1 { Dim::ONE } else { rest.next().unwrap_or(Dim::ONE) }).collect()
            }
            Op::Squeeze(mask) => of(0).iter().enumerate().filter(|(axis, _)| mask >> axis & 1 == 0).map(|(_, &dim)| dim).collect(),
            Op::Broadcast(shape) => shape.clone(),
            Op::Diag => [of(0)[0], of(0)[0]].into_iter().collect(),
            Op::Diagonal => of(0)[..of(0).len() - 1].iter().copied().collect(),
            Op::Trace => of(0)[..of(0).len() - 2].iter().copied().collect(),
            Op::Outer => [of(0)[0], of(1)[0]].into_iter().collect(),
            Op::Einsum { inputs, output } => output
                .iter()
                .map(|label| {
                    let found = inputs
                        .iter()
                        .zip(args)
                        .find_map(|(labels, &arg)| labels.iter().position(|l| l == label).map(|axis| self.shape(arg)[axis]));
                    found.unwrap_or(Dim::ONE)
                })
                .collect(),
            Op::Power(_) => of(0).clone(),
            Op::Apply(_) => args.iter().fold(Shape::new(), |shape, &arg| self.broadcast(&shape, self.shape(arg))),
            Op::Call(function, attributes) => {
                let shapes: SmallVec<[&[Dim]; 4]> = args.iter().map(|arg| self.shapes[arg.0 as usize].as_slice()).collect();
                (function.whole().shape)(&mut self.dims, &shapes, attributes)
            }
        }
    }
}

fn hash_of(op: &Op, args: &[Id]) -> u64 {
    let mut hasher = FxHasher::default();
    op.hash(&mut hasher);
    args.hash(&mut hasher);
    hasher.finish()
}
