//! A claimed value as an expression over the variables of its program and their gradients.

use super::subject::Case;
use crate::error::ShapeError;
use crate::expr::{Arena, Id, SymbolId, SymbolKind};
use crate::ops::{Fault, Value, nearest_of};
use crate::rewrite::Application;
use crate::shape::{Builder, Construct, Scope, lower};
use crate::syntax::{Node, NodeId, Program};

/// What a claim may speak of: every variable, and every gradient of one.
pub(super) fn scope(case: &mut Case) -> Scope {
    let d = &mut case.derivation;
    let arena: &mut Arena = &mut d.algebra.arena;
    let assigned = d.model.statements.iter().map(|s| s.symbol).filter(|&s| !arena.info(s).is_gradient());
    let variables: Vec<SymbolId> = d.model.inputs.iter().copied().chain(assigned).collect();
    let mut scope = Scope::default();
    for symbol in variables {
        scope.names.insert(arena.info(symbol).name.clone(), Value::Array(arena.variable(symbol)));
    }
    if case.gradient_of.is_some() {
        // beside a second derivative stand the gradients that the program goes on to
        for symbol in d.model.statements.iter().map(|s| s.symbol) {
            if let SymbolKind::Gradient(of) = arena.info(symbol).kind {
                scope.gradients.insert(arena.info(of).name.clone(), arena.variable(symbol));
            }
        }
        return scope;
    }
    for gradient in &d.gradients {
        // what arrives at an objective is 1
        let id = if gradient.of == d.model.output { gradient.value } else { arena.variable(gradient.symbol) };
        scope.gradients.insert(arena.info(gradient.of).name.clone(), id);
    }
    scope
}

/// The first name in these nodes that stands for nothing, or gradient that is none.
pub(super) fn unknown(case: &mut Case, scope: &Scope, program: &Program, (first, root): (NodeId, NodeId)) -> Option<Fault> {
    let dims = &case.derivation.arena().dims;
    let near = |name: &str| {
        let known: Vec<&str> = scope.names.keys().map(|name| &**name).collect();
        nearest_of(name, known.into_iter()).map(String::from)
    };
    (first.0..=root.0).map(NodeId).find_map(|id| {
        let (name, gradient) = match program.node(id) {
            Node::Name(name) => (name, false),
            Node::Gradient { wrt, .. } => (wrt, true),
            _ => return None,
        };
        let constant = matches!(&**name, "pi" | "π" | "e" | "inf");
        let known = if gradient { scope.gradients.contains_key(name) } else { scope.names.contains_key(name) || constant };
        if known || !gradient && dims.find(name).is_some() {
            return None;
        }
        let still = gradient && scope.names.contains_key(name);
        Some(Box::new(ShapeError::Unknown { name: name.to_string(), near: near(name).filter(|_| !still), still, span: program.span(id) }))
    })
}

/// The nodes `first..=root` of `program` as they were typed, as a claim about something of this rank: what is 1 by 1 is a scalar where
/// one is wanted and the dialect takes it for one.
pub(super) fn typed(
    maker: &mut dyn Construct,
    scope: &Scope,
    program: &Program,
    (first, root): (NodeId, NodeId),
    source: &str,
    rank: usize,
) -> Result<Id, Fault> {
    let mut builder = Builder::new(maker, source);
    match lower(&mut builder, program, first, root, scope, &mut |_, id| id)? {
        Value::Array(id) if rank == 0 => Ok(builder.scalar(id)),
        Value::Array(id) => Ok(id),
        other => {
            let what = format!("the claimed value ({})", crate::ops::describe(&other));
            Err(Box::new(ShapeError::NotAnArray { what, span: program.span(root) }))
        }
    }
}

/// The same in simplest form, with the rules that led there.
pub(super) fn simplified(
    case: &mut Case,
    scope: &Scope,
    program: &Program,
    place: (NodeId, NodeId),
    source: &str,
    rank: usize,
) -> Result<(Id, Vec<Application>), Fault> {
    case.derivation.algebra.start_trace();
    let found = typed(&mut case.derivation.algebra, scope, program, place, source, rank);
    let mut rules: Vec<Application> = Vec::new();
    for rule in case.derivation.algebra.take_trace() {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Ok((found?, rules))
}
