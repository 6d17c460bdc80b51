//! The program as a graph.

use super::Desk;
use crate::answer::Answer;
use crate::derive::Derivation;
use crate::expr::SymbolId;
use crate::formula::{Token, abridged, formula};
use crate::render::document::words;
use crate::render::figure::{Graph, Kind, Link, Node};
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) fn graph(desk: &Desk, answer: &Answer) -> Graph {
    let derivation = &answer.derivation;
    let (model, arena) = (desk.model, desk.pen.arena);
    let mut graph = Graph::default();
    let mut places: FxHashMap<SymbolId, usize> = FxHashMap::default();
    let mut add = |graph: &mut Graph, symbol: SymbolId, kind: Kind, value: Vec<Token>| {
        places.insert(symbol, graph.nodes.len());
        graph.nodes.push(Node { kind, value, gradient: gradient(desk, derivation, symbol) });
    };
    for &input in &model.inputs {
        add(&mut graph, input, Kind::Input, desk.name(input));
    }
    for statement in &model.statements {
        let kind = if statement.symbol == model.output && model.scalar { Kind::Objective } else { Kind::Value };
        let mut value = desk.name(statement.symbol);
        value.push(Token::Operator("="));
        if statement.long {
            value.push(Token::Verbatim("...".into()));
        } else {
            value.extend(formula(arena, statement.value));
        }
        add(&mut graph, statement.symbol, kind, value);
    }
    // what flows back from which statement
    let mut back: FxHashSet<(SymbolId, usize)> = FxHashSet::default();
    for gradient in &derivation.gradients {
        back.extend(gradient.uses.iter().map(|used| (gradient.of, used.statement)));
    }
    let side = |symbol: SymbolId| arena.info(symbol).shape.iter().map(|&dim| desk.pen.side(dim)).collect();
    for (place, statement) in model.statements.iter().enumerate() {
        for used in arena.reachable(&[statement.value]).into_iter().filter_map(|id| arena.as_symbol(id)) {
            if let Some(&from) = places.get(&used) {
                graph.links.push(Link { from, to: places[&statement.symbol], shape: side(used), back: back.contains(&(used, place)) });
            }
        }
    }
    if !model.scalar {
        let to = graph.nodes.len();
        graph.nodes.push(Node { kind: Kind::Objective, value: vec![Token::Name(model.objective.clone())], gradient: None });
        graph.links.push(Link { from: places[&model.output], to, shape: side(model.output), back: true });
    }
    graph.caption.push(vec![words("full lines: values forward; broken lines: gradients back, each of the shape of its value")]);
    graph
}

/// `dL/dX = dL/dY @ Wᵀ`; the name alone where it arrives from above.
fn gradient(desk: &Desk, derivation: &Derivation, of: SymbolId) -> Option<Vec<Token>> {
    let found = derivation.gradient(of)?;
    if of == desk.model.output && desk.model.scalar {
        return None;
    }
    let mut tokens = desk.name(found.symbol);
    if !found.uses.is_empty() || of != desk.model.output {
        tokens.push(Token::Operator("="));
        tokens.extend(abridged(desk.pen.arena, found.value, desk.pen.names));
    }
    Some(tokens)
}
