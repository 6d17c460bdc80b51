//! Finds every shape of a program: one loop over its lines, then names for what stayed open.

mod names;
mod remarks;
mod settle;
mod splitter;

use self::names::{Letters, Names, by_name};
use self::settle::settle;
use self::splitter::Splitter;
use super::lower::{Scope, lower};
use super::model::{Assignment, Model, Reason};
use super::{Atom, Builder, Dim, Dims, PROPERTIES, SQUARE_PROPERTIES, Shape, unfit};
use crate::diagnostic::{Diagnostic, Span};
use crate::error::ShapeError;
use crate::expr::{Arena, Id, Symbol, SymbolId, SymbolKind};
use crate::limits::{MAX_AXES, MAX_LENGTH_TERMS, MAX_WHOLE_STATEMENT};
use crate::ops::{Fault, Value, nearest_of};
use crate::syntax::{Binary, Line, Node, NodeId, Program};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::sync::Arc;

/// Which lengths are meant by the names in declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    /// Those that were declared: two names are two lengths.
    Declared,
    /// Any that make sense: each use of a name may be another length. What must be equal is then found out.
    General,
}

/// Gives every symbol and node of a program its shape.
///
/// # Errors
/// The first fault of names, shapes or arguments.
pub fn infer(program: &Program, source: &str, lengths: Lengths) -> Result<Model, Fault> {
    let mut arena = Arena::with_room(program.nodes.len());
    arena.variables.reserve(program.names());
    let names = Names::collect(program)?;
    let mut inference = Inference {
        b: Builder::new(&mut arena, source),
        program,
        lengths,
        scope: Scope { names: FxHashMap::with_capacity_and_hasher(program.names(), FxBuildHasher), ..Scope::default() },
        inputs: vec![],
        declared: FxHashSet::default(),
        holes: FxHashMap::default(),
        originals: vec![],
        kinds: vec![],
        statements: vec![],
        warnings: vec![],
        names,
    };
    inference.declarations()?;
    inference.inputs()?;
    let output = inference.statements()?;
    inference.finish(output)
}

struct Inference<'a> {
    b: Builder<'a>,
    program: &'a Program,
    lengths: Lengths,
    scope: Scope,
    inputs: Vec<SymbolId>,
    declared: FxHashSet<SymbolId>,
    /// `?k` by name.
    holes: FxHashMap<Arc<str>, Dim>,
    /// Each input's shape before anything was inferred.
    originals: Vec<Shape>,
    kinds: Vec<Option<&'static str>>,
    statements: Vec<Assignment>,
    warnings: Vec<Diagnostic>,
    names: Names,
}

impl Inference<'_> {
    fn declarations(&mut self) -> Result<(), Fault> {
        for declaration in self.program.declarations() {
            if declaration.shape.len() > MAX_AXES {
                return Err(Box::new(ShapeError::TooManyAxes { rank: declaration.shape.len(), span: declaration.shape_span }));
            }
            for property in &declaration.properties {
                if !PROPERTIES.contains(&&*property.text) {
                    let near = nearest_of(&property.text, PROPERTIES.into_iter()).map(String::from);
                    return Err(Box::new(ShapeError::UnknownProperty { name: property.text.to_string(), near, span: property.span }));
                }
            }
            for name in &declaration.names {
                let shape: Shape = declaration.shape.iter().map(|&side| self.side(side)).collect::<Result<_, _>>()?;
                let properties: Vec<Arc<str>> = declaration.properties.iter().map(|p| p.text.clone()).collect();
                for property in &declaration.properties {
                    self.b.site = property.span;
                    let square =
                        !SQUARE_PROPERTIES.contains(&&*property.text) || matches!(shape.as_slice(), [.., a, b] if self.b.unify(*a, *b));
                    let needs =
                        if square { unfit(&property.text, &shape, self.b.dims()) } else { Some("only a square matrix has this property") };
                    if let Some(needs) = needs {
                        return Err(Box::new(ShapeError::PropertyShape {
                            name: name.text.to_string(),
                            property: property.text.to_string(),
                            shape: self.b.dims().show_shape(&shape),
                            needs,
                            span: property.span,
                        }));
                    }
                }
                let symbol = self.input(&name.text, shape, properties, name.span, None);
                self.declared.insert(symbol);
            }
        }
        Ok(())
    }

    /// A declared dimension as a length. Dimensions nest as deep as the reader brackets them, and sums and products are as long as a
    /// line, so this is a loop in which each run of one operator is one step.
    fn side(&mut self, root: NodeId) -> Result<Dim, Fault> {
        let mut order: Vec<(NodeId, Vec<NodeId>)> = vec![];
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            let mut operands = vec![];
            if let Node::Binary(operator, ..) = self.program.node(node) {
                let mut left = node;
                while let Node::Binary(same, x, y) = self.program.node(left) {
                    if same != operator {
                        break;
                    }
                    operands.push(*y);
                    left = *x;
                }
                operands.push(left);
                stack.extend(operands.iter().copied());
            }
            order.push((node, operands));
        }
        let mut found: FxHashMap<NodeId, Dim> = FxHashMap::default();
        // names are met from the left, so that a product is written as it was typed
        for (node, _) in order.iter().filter(|_| self.lengths == Lengths::Declared) {
            if let Node::Name(name) = self.program.node(*node) {
                self.b.dims().named(name);
            }
        }
        for (node, operands) in order.into_iter().rev() {
            let dim = match self.program.node(node) {
                Node::Name(name) if self.lengths == Lengths::General && !self.names.lengths.contains(name) => self.b.dims().unknown(),
                Node::Name(name) => self.b.dims().named(name),
                Node::Number(value) => self.b.dims().integer(value.to_integer().unwrap_or(1)),
                Node::Hole(Some(name)) => match self.holes.get(name) {
                    Some(&dim) => dim,
                    None => {
                        let dim = self.b.dims().unknown();
                        self.holes.insert(name.clone(), dim);
                        dim
                    }
                },
                Node::Binary(operator, ..) => {
                    let mut operands = operands.iter().rev().map(|operand| found[operand]);
                    let terms = |size: fn(usize, usize) -> usize, dims: &Dims| operands.clone().map(|dim| dims.terms(dim)).reduce(size);
                    let joined = matches!(operator, Binary::Add | Binary::Subtract);
                    let size = terms(if joined { usize::saturating_add } else { usize::saturating_mul }, self.b.dims());
                    if size.is_some_and(|size| size > MAX_LENGTH_TERMS) {
                        let about = format!("a length of more than {MAX_LENGTH_TERMS} terms");
                        let span = self.program.span(node);
                        return Err(Box::new(ShapeError::Unsupported { what: "a declaration".into(), about, span }));
                    }
                    match (operator, operands.next()) {
                        (Binary::Subtract, Some(first)) => operands.fold(first, |rest, dim| self.b.dims().minus(rest, dim)),
                        (Binary::Add, Some(first)) => self.b.dims().sum([first].into_iter().chain(operands)),
                        (_, first) => self.b.dims().product(first.into_iter().chain(operands)),
                    }
                }
                _ => self.b.dims().unknown(),
            };
            found.insert(node, dim);
        }
        let dim = found[&root];
        if self.b.dims().is_negative(dim) || self.b.dims().as_integer(dim) == Some(0) {
            return Err(Box::new(ShapeError::NoLength { length: self.b.dims().show(dim), span: self.program.span(root) }));
        }
        Ok(dim)
    }

    fn input(&mut self, name: &Arc<str>, shape: Shape, properties: Vec<Arc<str>>, span: Span, kind: Option<&'static str>) -> SymbolId {
        self.originals.push(shape.clone());
        self.kinds.push(kind);
        let symbol = self.b.arena_mut().symbol(Symbol { name: name.clone(), kind: SymbolKind::Input, shape, properties, span });
        self.inputs.push(symbol);
        let leaf = self.b.arena_mut().variable(symbol);
        self.scope.names.insert(name.clone(), Value::Array(leaf));
        symbol
    }

    /// Names that are used before they are assigned, and not declared: inputs, whose rank the name tells.
    fn inputs(&mut self) -> Result<(), Fault> {
        for statement in self.program.statements() {
            let start = statement.span.start;
            for at in statement.first.0..=statement.value.0 {
                let span = self.program.spans[at as usize];
                match &self.program.nodes[at as usize] {
                    Node::Name(name) => self.used(name, span, start),
                    // a quotient of two names after all, where the lower one is no name of the program
                    Node::Gradient { of, wrt } if !self.names.taken.contains(wrt) => {
                        self.used(&format!("d{}", of.as_deref().unwrap_or("L")).into(), span, start);
                        self.used(&format!("d{wrt}").into(), span, start);
                    }
                    _ => {}
                }
            }
            for target in &statement.targets {
                // a declared one is not assigned, which has been made sure of: this one has been used
                let Some(&Value::Array(leaf)) = self.scope.names.get(&target.text) else { continue };
                let used = self.b.arena().as_symbol(leaf).map_or(target.span, |input| self.b.arena().info(input).span);
                let free = self.names.free(&target.text);
                return Err(Box::new(ShapeError::InputAssigned { name: target.text.to_string(), used, assigned: target.span, free }));
            }
        }
        Ok(())
    }

    /// A name that is used in the statement that begins at `start`.
    fn used(&mut self, name: &Arc<str>, span: Span, start: u32) {
        let known = match self.names.assigned.get(name) {
            Some(target) => target.start < start,
            None => self.program.dialect.is_constant(name),
        };
        if known || self.scope.names.contains_key(name) || self.names.dimensions.contains(name) {
            return;
        }
        let (kind, reason) = by_name(name, self.program.dialect);
        let shape = self.b.unknown_shape(kind);
        self.input(name, shape, vec![], span, Some(reason));
    }

    fn statements(&mut self) -> Result<SymbolId, Fault> {
        let mut output = None;
        let mut splitter = Splitter::default();
        let last = self.program.lines.iter().rposition(|line| matches!(line, Line::Statement(_)));
        for (place, line) in self.program.lines.iter().enumerate() {
            let Line::Statement(statement) = line else { continue };
            let value_span = self.program.span(statement.value);
            let Inference { b, scope, names, statements, .. } = self;
            let mut hook = |b: &mut Builder, id: Id| splitter.operand(b, id, names, statements);
            let mut value = lower(b, self.program, statement.first, statement.value, scope, &mut hook)?;
            if let Value::Array(id) = &mut value {
                *id = splitter.opened(b, *id, names, statements);
                // the output is an objective in any case; everywhere else a scalar is of more use
                *id = if last == Some(place) { *id } else { b.scalar(*id) };
            }
            let values = match (statement.targets.len(), value) {
                (0 | 1, Value::Array(id)) => vec![id],
                (n, Value::Sequence(list)) if n == list.len() && n > 0 => list
                    .into_iter()
                    .map(|value| match value {
                        Value::Array(id) => Ok(id),
                        other => Err(not_an_array(&other, value_span)),
                    })
                    .collect::<Result<Vec<_>, _>>()?,
                // an array is taken apart along its first axis
                (n, Value::Array(id)) if n > 1 => {
                    let (count, shape) = (self.b.dims().integer(n as i64), self.b.resolved(id));
                    if !shape.first().is_some_and(|&length| self.b.unify(length, count)) {
                        let message =
                            format!("{n} names are given, but the value is {}: its first axis must have length {n}", self.b.show(id));
                        return Err(Box::new(ShapeError::Argument { message, usage: String::new(), span: value_span }));
                    }
                    let mut part = |k: usize| {
                        let place = self.b.integer(k as i64);
                        self.b.index(id, &[Value::Array(place)], value_span)
                    };
                    (0..n).map(&mut part).collect::<Result<Vec<_>, _>>()?
                }
                (_, other) => return Err(not_an_array(&other, value_span)),
            };
            // a last line that only names a value says which one is meant
            if let ([], Some(symbol)) = (statement.targets.as_slice(), self.b.arena().as_symbol(values[0])) {
                if self.b.arena().info(symbol).kind == SymbolKind::Intermediate {
                    output = Some(symbol);
                    continue;
                }
            }
            for (place, &value) in values.iter().enumerate() {
                let (name, span) = match statement.targets.get(place) {
                    Some(target) => (target.text.clone(), target.span),
                    None if !self.names.taken.contains("Y") => {
                        self.names.taken.insert("Y".into());
                        ("Y".into(), value_span)
                    }
                    None => (self.names.free("Y").into(), value_span),
                };
                let shape = self.b.resolved(value);
                let symbol = Symbol { name: name.clone(), kind: SymbolKind::Intermediate, shape, properties: vec![], span };
                let symbol = self.b.arena_mut().symbol(symbol);
                let leaf = self.b.arena_mut().variable(symbol);
                self.scope.names.insert(name, Value::Array(leaf));
                self.statements.push(Assignment { symbol, value, span: statement.span, value_span, made: false, long: false });
                output = Some(symbol);
            }
        }
        output.ok_or_else(|| {
            let end = self.b.source.trim_end().len();
            Box::new(ShapeError::NoStatement { span: Span::new(end, end) }) as Fault
        })
    }

    /// Names what stayed open, and copies what is used into an arena where every length is settled.
    fn finish(mut self, output: SymbolId) -> Result<Model, Fault> {
        self.remarks(output);
        let inputs = std::mem::take(&mut self.inputs);
        let statements = std::mem::take(&mut self.statements);
        let originals = std::mem::take(&mut self.originals);
        let causes: FxHashMap<Atom, Span> = self.b.causes.iter().copied().collect();
        let reasons = inputs
            .iter()
            .enumerate()
            .map(|(place, symbol)| {
                let unknown: SmallVec<[Atom; 4]> = originals[place].iter().flat_map(|&dim| self.b.dims().atoms(dim)).collect();
                let spans = unknown.iter().filter_map(|atom| causes.get(atom).copied()).collect::<Vec<_>>();
                match self.kinds[place] {
                    Some(kind) => Reason::Assumed(kind, spans),
                    None if unknown.is_empty() => Reason::Declared,
                    None => {
                        debug_assert!(self.declared.contains(symbol));
                        Reason::Filled(spans)
                    }
                }
            })
            .collect();
        let mut letters = Letters::default();
        let symbols: Vec<SymbolId> = inputs.iter().copied().chain(statements.iter().map(|s| s.symbol)).collect();
        for symbol in symbols {
            let shape = self.b.arena().info(symbol).shape.clone();
            for dim in shape {
                for atom in self.b.dims().unknowns(dim) {
                    let name = letters.next(&self.names);
                    self.b.dims().christen(atom, &name);
                }
            }
        }
        self.fitted()?;
        let scalar = {
            let shape = self.b.arena().info(output).shape.clone();
            shape.into_iter().all(|dim| self.b.dims().resolve(dim) == Dim::ONE)
        };
        let output_name = self.b.arena().info(output).name.clone();
        let objective = match scalar {
            true => output_name,
            false if !self.names.taken.contains("L") => "L".into(),
            false => self.names.free("L").into(),
        };
        let roots: Vec<Id> = statements.iter().map(|s| s.value).collect();
        let old = std::mem::take(self.b.arena_mut());
        let (mut arena, map) = settle(old, &roots);
        let nodes = (0..arena.len() as u32).map(Id);
        for symbol in arena.places(nodes).into_keys() {
            arena.symbols[symbol.0 as usize].properties.push("index".into());
        }
        let settled = |s: Assignment| {
            let value = map[s.value.0 as usize];
            Assignment { value, long: arena.reachable(&[value]).len() > MAX_WHOLE_STATEMENT, ..s }
        };
        let statements = statements.into_iter().map(settled).collect();
        Ok(Model { arena, inputs, reasons, statements, output, scalar, objective, warnings: self.warnings, dialect: self.program.dialect })
    }

    /// Constants of whatever shape fits have found theirs.
    fn fitted(&mut self) -> Result<(), Fault> {
        for (dim, span) in std::mem::take(&mut self.b.fillings) {
            let dim = self.b.dims().resolve(dim);
            if !self.b.dims().unknowns(dim).is_empty() {
                return Err(Box::new(ShapeError::Unfitted { text: span.slice(self.b.source).into(), span }));
            }
        }
        Ok(())
    }
}

fn not_an_array(value: &Value, span: Span) -> Fault {
    Box::new(ShapeError::NotAnArray { what: format!("{}, which a statement cannot assign here,", crate::ops::describe(value)), span })
}
