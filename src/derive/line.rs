//! A differential that an entry of the table states in the language, read once and then put where it is wanted.

use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Arena, Args, Id, Op, Symbol, SymbolId, SymbolKind};
use crate::ops::{Attribute, Fault, Function, Value};
use crate::rewrite::Algebra;
use crate::shape::{Builder, Construct, Scope, Shape, lower};
use crate::syntax;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A differential as nodes over the function's operands and the change of one of them. All of it acts entry by entry, so
/// the same nodes serve operands of every shape.
#[derive(Debug)]
pub(super) struct Line {
    nodes: Vec<(Op, Args)>,
    root: Id,
    /// The leaf that stands for the change: it is the symbol after the operands.
    change: usize,
}

impl Line {
    /// The differential that `function` states for its operand `place`.
    ///
    /// # Errors
    /// A line that does not parse, or is no expression: a fault of the tool.
    pub(super) fn read(function: Function, place: usize) -> Result<Line, Fault> {
        let text = function.primitive().differential[place];
        let internal = |what: &str| -> Fault {
            Box::new(ShapeError::Internal { message: format!("the differential `{text}` {what}"), span: Span::default() })
        };
        let program = syntax::parse_expression(text).map_err(|_| internal("does not parse"))?;
        let Some(syntax::Line::Statement(statement)) = program.lines.first() else { return Err(internal("is no expression")) };
        let names = function.entry().parameters.split(", ").map(|p| p.split('=').next().unwrap_or(p));
        let mut arena = Arena::default();
        let mut scope = Scope::default();
        let mut change = String::new();
        for (at, name) in names.enumerate() {
            leaf(&mut arena, &mut scope, name);
            if at == place {
                change = format!("d{name}");
            }
        }
        let at = leaf(&mut arena, &mut scope, &change);
        let mut builder = Builder::new(&mut arena, text);
        match lower(&mut builder, &program, statement.first, statement.value, &scope, &mut |_, id| id)? {
            Value::Array(root) => {
                let nodes = arena.reachable(&[root]);
                let place_of = |id: &Id| Id(nodes.binary_search(id).unwrap_or(0) as u32);
                let copied = nodes.iter().map(|&id| (arena.op(id).clone(), arena.args(id).iter().map(place_of).collect()));
                Ok(Line { nodes: copied.collect(), root: place_of(&root), change: at.0 as usize })
            }
            _ => Err(internal("is no array")),
        }
    }

    /// The differential with these operands and this change.
    pub(super) fn with(&self, a: &mut Algebra, operands: &[Id], change: Id) -> Id {
        let mut made: SmallVec<[Id; 16]> = SmallVec::with_capacity(self.nodes.len());
        for (op, args) in &self.nodes {
            let id = match op {
                Op::Variable(symbol) if symbol.0 as usize == self.change => change,
                Op::Variable(symbol) => operands[symbol.0 as usize],
                op => a.make(op.clone(), args.iter().map(|arg| made[arg.0 as usize]).collect()),
            };
            made.push(id);
        }
        made[self.root.0 as usize]
    }
}

/// A scalar: what acts entry by entry is the same for every shape.
fn leaf(arena: &mut Arena, scope: &mut Scope, name: &str) -> SymbolId {
    let kind = SymbolKind::Input;
    let symbol = arena.symbol(Symbol { name: name.into(), kind, shape: Shape::new(), properties: vec![], span: Span::default() });
    let id = arena.variable(symbol);
    scope.names.insert(name.into(), Value::Array(id));
    symbol
}

/// What an entry for whole arrays states in the language, with these operands and attributes, and with a change of one operand (`d` and
/// its name) or with what arrives at the result (`g`).
///
/// # Errors
/// A text that does not fit its operands: a fault of the tool.
pub(super) fn written(
    a: &mut dyn Construct,
    text: &'static str,
    function: Function,
    operands: &[Id],
    attributes: &[Attribute],
    change: Option<(usize, Id)>,
    upstream: Option<Id>,
) -> Result<Id, Fault> {
    let parameters: SmallVec<[&str; 8]> = function.entry().parameters.split(", ").map(|p| p.split('=').next().unwrap_or(p)).collect();
    let changed = change.map(|(place, id)| (format!("d{}", parameters[place]), id));
    let mut builder = Builder::new(a, text);
    let mut names: SmallVec<[(&str, Value); 8]> = SmallVec::new();
    for (name, &operand) in parameters.iter().zip(operands) {
        names.push((name, Value::Array(operand)));
    }
    for (name, attribute) in parameters[operands.len()..].iter().zip(attributes) {
        let value = attribute.value(&mut builder);
        names.push((name, value));
    }
    names.extend(changed.as_ref().map(|(name, id)| (name.as_str(), Value::Array(*id))));
    names.extend(upstream.map(|id| ("g", Value::Array(id))));
    match builder.expression(text, &names, Span::default())? {
        Value::Array(id) => Ok(id),
        _ => Err(Box::new(ShapeError::Internal { message: format!("`{text}` is no array"), span: Span::default() })),
    }
}

/// The same expression without functions that only this tool knows by name, in an arena of its own; nothing where it has none.
pub fn in_common_terms(arena: &Arena, id: Id) -> Option<(Arena, Id)> {
    let ours = |arena: &Arena, id: Id| match arena.op(id) {
        // the definition of those of matrices is for one matrix
        Op::Call(function, _) if function.is_ours() => arena.shape(id).len() <= 2 || function.entry().names[0] == "standardize",
        _ => false,
    };
    let order = arena.reachable(&[id]);
    if !order.iter().any(|&node| ours(arena, node)) {
        return None;
    }
    let mut found = arena.clone();
    let mut map: FxHashMap<Id, Id> = FxHashMap::default();
    for node in order {
        let args: Args = arena.args(node).iter().map(|arg| map[arg]).collect();
        let op = arena.op(node).clone();
        let made = match &op {
            Op::Call(function, attributes) if ours(arena, node) => {
                written(&mut found, function.definition(), *function, &args, attributes, None, None).ok()?
            }
            _ => found.intern(op, args),
        };
        map.insert(node, made);
    }
    Some((found, map[&id]))
}
