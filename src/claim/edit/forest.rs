//! A claim's tree, and trees that differ from it in one place: what they share is lowered once, and evaluated once.

use crate::claim::subject::Case;
use crate::diagnostic::Span;
use crate::expr::{Arena, Id, Number};
use crate::numeric::{Array, Sample};
use crate::ops::Value;
use crate::shape::{Builder, Scope, lower};
use crate::syntax::{Argument, Binary, Dialect, Ident, Line, Node, NodeId, Program, Unary, parse_expression_in, print_expression};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;

/// The operands of a node, in the order in which they were typed.
pub(super) fn operands(node: &Node) -> SmallVec<[NodeId; 4]> {
    match node {
        Node::Unary(_, x) | Node::Attribute(x, _) => [*x].into_iter().collect(),
        Node::Binary(_, x, y) => [*x, *y].into_iter().collect(),
        Node::Sequence(items) => items.iter().copied().collect(),
        Node::Call { arguments, .. } => arguments.iter().map(|a| a.value).collect(),
        Node::Index(x, items) => [*x].into_iter().chain(items.iter().copied()).collect(),
        Node::Slice { start, stop, step } => [start, stop, step].into_iter().flatten().copied().collect(),
        _ => SmallVec::new(),
    }
}

/// The node with other operands.
pub(super) fn with_operands(node: &Node, mut other: impl FnMut(NodeId) -> NodeId) -> Node {
    match node {
        Node::Unary(op, x) => Node::Unary(*op, other(*x)),
        Node::Attribute(x, name) => Node::Attribute(other(*x), name.clone()),
        Node::Binary(op, x, y) => Node::Binary(*op, other(*x), other(*y)),
        Node::Sequence(items) => Node::Sequence(items.iter().map(|x| other(*x)).collect()),
        Node::Call { function, prefix, method, arguments } => Node::Call {
            function: function.clone(),
            prefix: prefix.clone(),
            method: *method,
            arguments: arguments.iter().map(|a| Argument { keyword: a.keyword.clone(), value: other(a.value) }).collect(),
        },
        Node::Index(x, items) => Node::Index(other(*x), items.iter().map(|x| other(*x)).collect()),
        Node::Slice { start, stop, step } => {
            let mut part = |part: &Option<NodeId>| part.map(&mut other);
            Node::Slice { start: part(start), stop: part(stop), step: part(step) }
        }
        leaf => leaf.clone(),
    }
}

/// The most operands a node may have here.
const MAX_OPERANDS: usize = 16;

/// Nodes, each lowered as soon as it is added; operands before the nodes that use them, those of the claim itself first.
pub(super) struct Forest<'a> {
    program: Program,
    lowered: Vec<Option<Value>>,
    /// How many of the nodes are the claim's; the last of these is its root.
    pub own: u32,
    arena: Arena,
    scope: &'a Scope,
    /// What stands for the operands of the node that is lowered.
    places: Vec<Arc<str>>,
    operands: Scope,
    step: Program,
    sample: &'a Sample,
    values: FxHashMap<Id, Array>,
    /// How the reader marks a transpose, where not as NumPy does.
    mark: Option<&'static str>,
}

impl<'a> Forest<'a> {
    /// The nodes `first..=root` of a program.
    pub fn new(case: &'a Case, scope: &'a Scope, program: &Program, (first, root): (NodeId, NodeId), source: &str) -> Self {
        let empty = || Program { dialect: program.dialect, ..Program::default() };
        let mut forest = Forest {
            program: empty(),
            lowered: vec![],
            own: root.0 - first.0 + 1,
            arena: case.derivation.arena().clone(),
            scope,
            places: (0..MAX_OPERANDS).map(|at| format!("\0{at}").into()).collect(),
            operands: Scope::default(),
            step: empty(),
            sample: &case.samples[0],
            values: FxHashMap::default(),
            mark: match program.dialect {
                Dialect::Matlab => Some("'"),
                Dialect::Numpy => program.span(root).slice(source).contains('ᵀ').then_some("ᵀ"),
            },
        };
        for at in first.0..=root.0 {
            let node = with_operands(program.node(NodeId(at)), |x| NodeId(x.0 - first.0));
            match node {
                // one mark for one thing
                Node::Unary(Unary::Transpose | Unary::TransposeAll, x) if forest.rank(x).is_some_and(|rank| rank <= 2) => forest.marked(x),
                node => forest.add(node),
            };
        }
        forest
    }

    pub fn dialect(&self) -> Dialect {
        self.program.dialect
    }

    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    pub fn root(&self) -> NodeId {
        NodeId(self.own - 1)
    }

    pub fn node(&self, id: NodeId) -> &Node {
        self.program.node(id)
    }

    /// A new node, of which only the array that it is matters: where its operands do not fit it is none.
    pub fn add(&mut self, node: Node) -> NodeId {
        let value = self.lower(&node);
        let id = NodeId(self.program.nodes.len() as u32);
        self.program.nodes.push(node);
        self.lowered.push(value);
        id
    }

    fn lower(&mut self, node: &Node) -> Option<Value> {
        let parts = operands(node);
        if parts.len() > MAX_OPERANDS {
            return None;
        }
        self.step.nodes.clear();
        for (place, part) in self.places.iter().zip(&parts) {
            let value = self.lowered[part.0 as usize].clone()?;
            self.operands.names.insert(place.clone(), value);
            // a mark that stands behind an operand is looked at, and so is a number
            self.step.nodes.push(Node::Name(place.clone()));
        }
        let mut at = 0;
        let node = with_operands(node, |_| {
            at += 1;
            NodeId(at - 1)
        });
        self.step.nodes.push(node);
        self.step.spans.resize(self.step.nodes.len(), Span::default());
        let scope = if parts.is_empty() { self.scope } else { &self.operands };
        let mut builder = Builder::new(&mut self.arena, "");
        let root = NodeId(parts.len() as u32);
        lower(&mut builder, &self.step, NodeId(0), root, scope, &mut |_, id| id).ok()
    }

    /// What a node is as an expression; nothing where it is none, or does not fit.
    pub fn array(&self, id: NodeId) -> Option<Id> {
        match self.lowered[id.0 as usize].as_ref()? {
            Value::Array(id) => Some(*id),
            _ => None,
        }
    }

    pub fn shape(&self, id: NodeId) -> Option<&[crate::shape::Dim]> {
        self.array(id).map(|id| self.arena.shape(id))
    }

    pub fn rank(&self, id: NodeId) -> Option<usize> {
        self.shape(id).map(<[_]>::len)
    }

    /// Whether the last two axes of an array have one length.
    pub fn square(&self, id: NodeId) -> bool {
        matches!(self.shape(id), Some([.., rows, columns]) if rows == columns)
    }

    /// The value of a node at the first draw.
    pub fn value(&mut self, id: NodeId) -> Option<&Array> {
        let id = self.array(id)?;
        self.sample.remember(&self.arena, id, &mut self.values)?;
        self.values.get(&id)
    }

    /// The claim with other nodes in some places.
    pub fn replaced(&mut self, edits: &[(NodeId, NodeId)]) -> Option<NodeId> {
        let mut map: Vec<NodeId> = (0..self.own).map(NodeId).collect();
        let first = edits.iter().map(|(at, _)| at.0).min()?;
        for at in first..self.own {
            let id = NodeId(at);
            if let Some((_, new)) = edits.iter().find(|(edited, _)| *edited == id) {
                map[at as usize] = *new;
                continue;
            }
            if operands(self.node(id)).iter().any(|x| map[x.0 as usize] != *x) {
                let node = with_operands(self.node(id), |x| map[x.0 as usize]);
                let new = self.add(node);
                // what does not fit stays so all the way up
                self.lowered[new.0 as usize].as_ref()?;
                map[at as usize] = new;
            }
        }
        Some(map[self.own as usize - 1])
    }

    /// How many nodes a tree has.
    pub fn size(&self, root: NodeId) -> usize {
        let mut waiting = vec![root];
        let mut size = 0;
        while let Some(id) = waiting.pop() {
            size += 1;
            waiting.extend(operands(self.node(id)));
        }
        size
    }

    /// All nodes of a tree.
    pub fn nodes_of(&self, root: NodeId) -> Vec<NodeId> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            found.extend(operands(self.node(id)));
            next += 1;
        }
        found
    }

    /// As text that reads back.
    pub fn text(&self, id: NodeId) -> String {
        let text = print_expression(&self.program, id);
        self.mark.map_or(text.clone(), |mark| text.replace(".mT", mark))
    }

    /// An expression given as text.
    pub fn read(&mut self, text: &str) -> Option<NodeId> {
        let program = parse_expression_in(text, self.dialect()).ok()?;
        let Some(Line::Statement(statement)) = program.lines.first() else { return None };
        let offset = self.program.nodes.len() as u32;
        for at in statement.first.0..=statement.value.0 {
            let node = with_operands(program.node(NodeId(at)), |x| NodeId(x.0 - statement.first.0 + offset));
            self.add(node);
        }
        Some(NodeId(statement.value.0 - statement.first.0 + offset))
    }
}

/// Nodes by what they mean.
impl Forest<'_> {
    pub fn number(&mut self, value: i64) -> NodeId {
        self.add(Node::Number(Number::integer(value)))
    }

    pub fn name(&mut self, name: &str) -> NodeId {
        self.add(Node::Name(name.into()))
    }

    pub fn call(&mut self, function: &str, arguments: &[NodeId]) -> NodeId {
        let argument = |value: &NodeId| Argument { keyword: None, value: *value };
        let function = Ident { text: function.into(), span: Span::default() };
        self.add(Node::Call { function, prefix: None, method: false, arguments: arguments.iter().map(argument).collect() })
    }

    pub fn binary(&mut self, operator: Binary, x: NodeId, y: NodeId) -> NodeId {
        self.add(Node::Binary(operator, x, y))
    }

    /// The operator of the matrix product.
    pub fn product(&self) -> Binary {
        if self.dialect() == Dialect::Matlab { Binary::Times } else { Binary::MatMul }
    }

    /// The operator of the product entry by entry.
    pub fn entrywise(&self) -> Binary {
        if self.dialect() == Dialect::Matlab { Binary::Hadamard } else { Binary::Multiply }
    }

    /// The operator of the quotient entry by entry.
    pub fn quotient(&self) -> Binary {
        if self.dialect() == Dialect::Matlab { Binary::HadamardDivide } else { Binary::Divide }
    }

    pub fn times(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.binary(self.entrywise(), x, y)
    }

    /// The product with all factors of `y`, which need no brackets.
    pub fn times_each(&mut self, x: NodeId, y: NodeId) -> NodeId {
        match self.is_entrywise(y) {
            Some((a, b)) => {
                let a = self.times_each(x, a);
                self.times(a, b)
            }
            None => self.times(x, y),
        }
    }

    pub fn matmul(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.binary(self.product(), x, y)
    }

    pub fn over(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.binary(self.quotient(), x, y)
    }

    /// Whether a node is a product of matrices.
    pub fn is_product(&self, id: NodeId) -> Option<(NodeId, NodeId)> {
        match self.node(id) {
            Node::Binary(Binary::MatMul | Binary::Dot, x, y) => Some((*x, *y)),
            Node::Binary(Binary::Times, x, y) => {
                let scaling = [x, y].iter().any(|x| self.rank(**x) == Some(0));
                (!scaling).then_some((*x, *y))
            }
            Node::Call { function, arguments, .. } if matches!(&*function.text, "matmul" | "dot" | "mm") => match arguments.as_slice() {
                [x, y] => Some((x.value, y.value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a node is a product entry by entry.
    pub fn is_entrywise(&self, id: NodeId) -> Option<(NodeId, NodeId)> {
        match self.node(id) {
            Node::Binary(Binary::Multiply | Binary::Hadamard, x, y) => Some((*x, *y)),
            _ => None,
        }
    }

    /// Whether a node compares two others, and how.
    pub fn is_comparison(&self, id: NodeId) -> Option<(Binary, NodeId, NodeId)> {
        use Binary::*;
        match *self.node(id) {
            Node::Binary(op @ (Equal | NotEqual | Greater | GreaterEqual | Less | LessEqual), x, y) => Some((op, x, y)),
            _ => None,
        }
    }

    /// Whether a node is the transpose of something.
    pub fn is_transpose(&self, id: NodeId) -> Option<NodeId> {
        match self.node(id) {
            Node::Unary(Unary::Transpose | Unary::TransposeAll, x) => Some(*x),
            _ => None,
        }
    }

    /// A call of one of these functions, with its first argument.
    pub fn is_call(&self, id: NodeId, names: &[&str]) -> Option<NodeId> {
        match self.node(id) {
            Node::Call { function, arguments, .. } if names.contains(&&*function.text) => arguments.first().map(|a| a.value),
            _ => None,
        }
    }

    /// The value of a number, signs included.
    pub fn is_number(&self, id: NodeId) -> Option<Number> {
        match self.node(id) {
            Node::Number(value) => Some(*value),
            Node::Unary(Unary::Negative, x) => match self.node(*x) {
                Node::Number(value) => Some(value.negated()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The last two axes exchanged, on the operands of a product where there is one.
    pub fn transposed(&mut self, id: NodeId) -> NodeId {
        if let Some(x) = self.is_transpose(id) {
            if self.rank(x).is_none_or(|rank| rank <= 2) {
                return x;
            }
        }
        if let Node::Unary(Unary::Negative, x) = *self.node(id) {
            let x = self.transposed(x);
            return self.add(Node::Unary(Unary::Negative, x));
        }
        let scalar = |forest: &Forest, x: NodeId| forest.rank(x) == Some(0);
        if let Some((x, y)) = self.is_entrywise(id).filter(|(x, y)| scalar(self, *x) != scalar(self, *y)) {
            let operator = self.entrywise();
            let (x, y) = if scalar(self, x) { (x, self.transposed(y)) } else { (self.transposed(x), y) };
            return self.binary(operator, x, y);
        }
        if let Node::Binary(op @ (Binary::Add | Binary::Subtract), x, y) = *self.node(id) {
            // a transpose that is there already goes away
            if [x, y].iter().any(|x| self.is_transpose(*x).is_some()) && [x, y].iter().all(|x| self.rank(*x) == Some(2)) {
                let (x, y) = (self.transposed(x), self.transposed(y));
                return self.binary(op, x, y);
            }
        }
        if self.is_call(id, &["outer"]).is_some() {
            if let [x, y] = operands(self.node(id))[..] {
                return self.call("outer", &[y, x]);
            }
        }
        if let Some((x, y)) = self.is_product(id).filter(|(x, y)| self.rank(*x) == Some(2) && self.rank(*y) == Some(2)) {
            // what scales the first factor stays in front
            if let Some((scale, bare)) = self.is_entrywise(x).filter(|(scale, _)| self.rank(*scale) == Some(0)) {
                let (first, last) = (self.transposed(y), self.transposed(bare));
                let first = self.times(scale, first);
                return self.matmul(first, last);
            }
            let (x, y) = (self.transposed(x), self.transposed(y));
            return self.matmul(y, x);
        }
        self.marked(id)
    }

    /// The same with a mark behind it.
    pub fn marked(&mut self, id: NodeId) -> NodeId {
        let batch = self.mark.is_some() || self.rank(id).is_some_and(|rank| rank > 2);
        self.add(Node::Unary(if batch { Unary::Transpose } else { Unary::TransposeAll }, id))
    }
}
