//! The program for which a wrong claim is right: the same one with some of its matrices stored transposed.
//!
//! A matrix that is stored the other way round is the transpose of what it was, and so is its gradient: nothing has to be derived again.
//! The claim is read once more with these shapes, and compared at the same draws.

use super::mistakes::{Cause, STORED};
use super::read;
use super::subject::{Case, Subject};
use crate::expr::{Args, Id, Op, Symbol, SymbolId, SymbolKind};
use crate::formula::{Charset, text};
use crate::limits::MAX_STORED;
use crate::numeric::{Array, Sample, same};
use crate::ops::Value;
use crate::rewrite::Algebra;
use crate::shape::{Scope, Shape};
use crate::syntax::{Node, NodeId, Program};
use rustc_hash::FxHashMap;

/// How many matrices are turned round at once.
const MAX_TURNED: u32 = 3;
/// How many lines of the other program are shown.
const MAX_LINES: usize = 2;

/// A matrix that is turned round: its symbol, and the one that has its place in the other program.
type Turned = (SymbolId, SymbolId);

/// The nearest such program, where there is one.
pub(super) fn stored(
    case: &mut Case,
    of: SymbolId,
    scope: &Scope,
    program: &Program,
    place: (NodeId, NodeId),
    source: &str,
) -> Option<Cause> {
    let matrices = matrices(case, of, program, place);
    let mut choices: Vec<u32> = (1..1u32 << matrices.len()).filter(|choice| choice.count_ones() <= MAX_TURNED).collect();
    // how a program stores what it makes itself is no matter of taste
    let given = |at: &usize| case.derivation.model.inputs.contains(&matrices[*at]);
    choices.retain(|choice| (0..matrices.len()).any(|at| choice >> at & 1 == 1 && given(&at)));
    choices.sort_by_key(|choice| choice.count_ones());
    choices.into_iter().find_map(|choice| {
        let chosen = (0..matrices.len()).filter(|at| choice >> at & 1 == 1).map(|at| matrices[at]);
        let mut turned: Vec<Turned> = chosen.map(|symbol| (symbol, other(case, symbol))).collect();
        turned.sort_by_key(|(symbol, _)| symbol.0);
        is_right(case, of, &turned, scope, program, place, source).then(|| Cause::new(&STORED, told(case, &turned), None))
    })
}

/// The matrices that the claim is about or speaks of, itself or by their gradients, and that are not their own transposes.
fn matrices(case: &Case, of: SymbolId, program: &Program, (first, root): (NodeId, NodeId)) -> Vec<SymbolId> {
    let d = &case.derivation;
    let mentioned = (first.0..=root.0).filter_map(|at| match program.node(NodeId(at)) {
        Node::Name(name) | Node::Gradient { wrt: name, .. } => d.find(name),
        _ => None,
    });
    let mut found: Vec<SymbolId> = Vec::new();
    for symbol in std::iter::once(of).chain(mentioned) {
        let info = d.arena().info(symbol);
        if info.shape.len() == 2 && info.properties.is_empty() && !found.contains(&symbol) {
            found.push(symbol);
        }
    }
    // what is differentiated comes last: that a factor is stored otherwise is nearer
    let about = usize::from(found.first() == Some(&of));
    found.rotate_left(about);
    found.truncate(MAX_STORED);
    found
}

/// The symbol that stands for a matrix stored the other way round.
fn other(case: &mut Case, symbol: SymbolId) -> SymbolId {
    let arena = &mut case.derivation.algebra.arena;
    let info = arena.info(symbol).clone();
    let shape: Shape = info.shape.iter().rev().copied().collect();
    arena.symbol(Symbol { shape, kind: SymbolKind::Change(None), ..info })
}

/// Whether the claim is right there.
fn is_right(
    case: &mut Case,
    of: SymbolId,
    turned: &[Turned],
    scope: &Scope,
    program: &Program,
    place: (NodeId, NodeId),
    source: &str,
) -> bool {
    let mut pairs: Vec<Turned> = turned.to_vec();
    let mut there = scope.clone();
    for &(symbol, new) in turned {
        let arena = &mut case.derivation.algebra.arena;
        let name = arena.info(symbol).name.clone();
        there.names.insert(name.clone(), Value::Array(arena.variable(new)));
        if let Some(gradient) = case.derivation.gradient(symbol).map(|gradient| gradient.symbol) {
            let new = other(case, gradient);
            there.gradients.insert(name, case.derivation.algebra.arena.variable(new));
            pairs.push((gradient, new));
        }
    }
    let round = turned.iter().any(|(symbol, _)| *symbol == of);
    let mut shape = case.shape(Subject::Gradient(of));
    if round {
        shape.reverse();
    }
    let Ok(claimed) = read::typed(&mut case.derivation.algebra.arena, &there, program, place, source, shape.len()) else { return false };
    let arena = case.derivation.arena();
    // with nothing turned in it the claim is what it was
    let speaks = arena.reachable(&[claimed]).iter().any(|id| arena.as_symbol(*id).is_some_and(|s| pairs.iter().any(|(_, new)| *new == s)));
    let turn = |value: &Array| value.t().as_standard_layout().into_owned();
    let holds = |sample: &Sample| {
        let mut sample = sample.clone();
        for (symbol, new) in &pairs {
            let value = sample.values.get(symbol).map(turn)?;
            sample.values.insert(*new, value);
        }
        let wanted = case.wanted(Subject::Gradient(of), &sample)?;
        let wanted = if round { turn(&wanted) } else { wanted };
        Some(same(&wanted, &sample.value(arena, claimed)?))
    };
    speaks && *arena.shape(claimed) == *shape && case.samples.iter().chain(&case.more).all(|sample| holds(sample) == Some(true))
}

/// `for Y = X @ W.T, with W (m, d)`
fn told(case: &mut Case, turned: &[Turned]) -> String {
    let a = &mut case.derivation.algebra;
    let places: FxHashMap<Id, Id> = turned
        .iter()
        .map(|&(symbol, new)| {
            let (old, new) = (a.arena.variable(symbol), a.arena.variable(new));
            (old, a.transpose(new))
        })
        .collect();
    let mut lines = Vec::new();
    for statement in &case.derivation.model.statements {
        let round = turned.iter().any(|(symbol, _)| *symbol == statement.symbol);
        let value = put_in(a, statement.value, &places);
        let mut turned_round = if round { a.transpose(value) } else { value };
        let own = a.arena.variable(statement.symbol);
        if a.arena.reachable(&[turned_round]).contains(&own) {
            // what is made here has no name yet
            turned_round = a.as_written(|a| a.transpose(value));
        }
        let value = turned_round;
        if round || value != statement.value {
            lines.push(format!("{} = {}", a.arena.info(statement.symbol).name, text(&a.arena, value, Charset::Ascii)));
        }
    }
    let shapes: Vec<String> = turned
        .iter()
        .map(|(_, new)| {
            let info = a.arena.info(*new);
            let lengths: Vec<String> = info.shape.iter().map(|dim| a.arena.dims.show(*dim)).collect();
            format!("{} ({})", info.name, lengths.join(", "))
        })
        .collect();
    let lines = if lines.len() <= MAX_LINES { lines.join("; ") } else { "the program".into() };
    format!("the claim is right for {lines}, with {}", shapes.join(", "))
}

/// An expression with others in the places of some leaves, in simplest form.
fn put_in(a: &mut Algebra, root: Id, places: &FxHashMap<Id, Id>) -> Id {
    let mut made: FxHashMap<Id, Id> = places.clone();
    for node in a.arena.reachable(&[root]) {
        if made.contains_key(&node) {
            continue;
        }
        let args: Args = a.arena.args(node).iter().map(|arg| made[arg]).collect();
        let op: Op = a.arena.op(node).clone();
        let id = if args.as_slice() == a.arena.args(node) { node } else { a.make(op, args) };
        made.insert(node, id);
    }
    made[&root]
}
