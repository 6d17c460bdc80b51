//! One backward pass over the statements: each is differentiated once, and contributions to one variable add up.

use super::differential::{Contribution, Differential};
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Arena, Id, Number, Op, Symbol, SymbolId, SymbolKind};
use crate::limits::{MAX_CLOSED_DEPTH, MAX_CLOSED_TOKENS, MAX_LENGTH_TERMS, MAX_SHOWN_TOKENS};
use crate::ops::{Fault, nearest_of};
use crate::rewrite::Algebra;
use crate::shape::{Assignment, Model, Shape};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::collections::hash_map::Entry;

/// What one statement adds to the gradient of a variable in it.
#[derive(Clone, Debug)]
pub struct Use {
    /// The statement, counted from 0.
    pub statement: usize,
    /// One contribution for each place in it.
    pub contributions: Vec<Contribution>,
}

/// The gradient of the objective with respect to one variable.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// The variable.
    pub of: SymbolId,
    /// The symbol `dL/dX` by which others refer to it.
    pub symbol: SymbolId,
    /// Where it comes from, in the order of the statements. Empty for the upstream gradient of the output.
    pub uses: Vec<Use>,
    /// The gradient in simplest form, in terms of variables and of gradients of later variables.
    pub value: Id,
    /// The same without gradients of intermediate variables, where that is short.
    pub closed: Option<Id>,
    /// The shorter of these in convolutions, where it is made of windows.
    pub convolved: Option<Id>,
    /// Whether it was asked for, rather than needed on the way.
    pub wanted: bool,
}

impl Gradient {
    /// The form without gradients of intermediate variables, where it is another one and short enough for a reader.
    pub fn put_in(&self, arena: &Arena) -> Option<Id> {
        let closed = self.closed.filter(|closed| *closed != self.value)?;
        let mut sizes: FxHashMap<Id, usize> = FxHashMap::default();
        for id in arena.reachable(&[closed]) {
            let size = arena.args(id).iter().map(|arg| sizes[arg]).sum::<usize>() + arena.args(id).len().max(1);
            if size > MAX_SHOWN_TOKENS {
                return None;
            }
            sizes.insert(id, size);
        }
        Some(closed)
    }
}

/// A program with its gradients.
#[derive(Debug)]
pub struct Derivation {
    /// Nodes and rules.
    pub algebra: Algebra,
    /// Differentials.
    pub differential: Differential,
    /// Inputs, why they have their shapes, statements, output and objective. Its arena has moved into `algebra`.
    pub model: Model,
    /// In the order in which they are found: from the output backwards, then the inputs in order of appearance.
    pub gradients: Vec<Gradient>,
    /// What occurs repeatedly in the gradients, with a name for readers, what others are made of first; none before
    /// [`abridge`](Self::abridge).
    pub names: Vec<(Id, String)>,
    /// Derivatives of gradients that are differentiated once more, by the symbols that stand for them.
    pub blocks: Vec<(SymbolId, Id)>,
    /// Where in `gradients` the gradient with respect to a symbol is.
    places: FxHashMap<SymbolId, usize>,
}

impl Derivation {
    /// The gradient with respect to a symbol.
    pub fn gradient(&self, of: SymbolId) -> Option<&Gradient> {
        self.places.get(&of).map(|&place| &self.gradients[place])
    }

    /// The symbol with this name that is an input or assigned.
    pub fn find(&self, name: &str) -> Option<SymbolId> {
        let assigned = self.model.statements.iter().map(|s| s.symbol);
        self.model.inputs.iter().copied().chain(assigned).find(|&s| *self.arena().info(s).name == *name)
    }

    /// Inputs whose gradient was asked for.
    pub fn wanted(&self) -> impl Iterator<Item = &Gradient> {
        self.gradients.iter().filter(|g| g.wanted)
    }

    /// Puts the gradients of intermediate variables into the others, as long as the result stays short.
    pub fn close(&mut self) {
        close(&mut self.algebra, &mut self.gradients);
    }

    /// The nodes.
    pub fn arena(&self) -> &Arena {
        &self.algebra.arena
    }

    /// Finds names for what occurs repeatedly.
    pub fn abridge(&mut self) {
        self.names = super::abridge::abridge(self.arena(), &self.gradients, &self.model.objective);
    }
}

/// Derives the gradient with respect to the inputs `wrt` (all that are not `const`, where none is named).
///
/// # Errors
/// A name that is no input; an objective that depends on nothing that is asked for.
pub fn derive(model: Model, wrt: Option<&[String]>) -> Result<Derivation, Fault> {
    let mut derivation = derive_open(model, wrt)?;
    derivation.close();
    Ok(derivation)
}

/// The same for those who read each gradient by itself: none is written without the others.
///
/// # Errors
/// As [`derive()`].
pub fn derive_open(mut model: Model, wrt: Option<&[String]>) -> Result<Derivation, Fault> {
    let wanted = wanted_inputs(&model, wrt)?;
    bounded_lengths(&model)?;
    let mut algebra = Algebra::new(std::mem::take(&mut model.arena));
    for statement in &model.statements {
        algebra.define(statement.symbol, statement.value);
    }
    let statements: Vec<(SymbolId, Id)> = model.statements.iter().map(|s| (s.symbol, s.value)).collect();
    algebra.take_for_granted(&statements);
    let mut differential = Differential::default();
    let objective = model.objective.clone();
    let active = active_symbols(&algebra.arena, &model.statements, model.output, &wanted);
    let upstream = upstream_of(&mut algebra, &model);
    let mut arrived: FxHashMap<SymbolId, Vec<Use>> = FxHashMap::default();
    let mut gradients: Vec<Gradient> = Vec::new();
    for (place, statement) in model.statements.iter().enumerate().rev() {
        if !active.contains(&statement.symbol) {
            continue;
        }
        let above = if statement.symbol == model.output {
            let symbol = gradient_symbol(&mut algebra, &objective, statement.symbol);
            let value = if model.scalar { upstream } else { algebra.arena.variable(symbol) };
            gradients.push(Gradient {
                of: statement.symbol,
                symbol,
                uses: vec![],
                value,
                closed: Some(value),
                convolved: None,
                wanted: false,
            });
            value
        } else {
            let Some(uses) = arrived.remove(&statement.symbol) else { continue };
            let gradient = gather(&mut algebra, &objective, statement.symbol, uses, false);
            let leaf = algebra.arena.variable(gradient.symbol);
            // a gradient that is only another name for one, or a number, needs no name of its own
            let plain = algebra.arena.args(gradient.value).is_empty();
            let above = if plain { gradient.value } else { leaf };
            algebra.arrives(gradient.symbol, gradient.value);
            gradients.push(gradient);
            above
        };
        let found = differential.reverse(&mut algebra, statement.value, above, &|s| active.contains(&s))?;
        for (symbol, contributions) in found {
            let one = Use { statement: place, contributions };
            // most are used once: a list of one takes less than one that may grow
            match arrived.entry(symbol) {
                Entry::Occupied(mut uses) => uses.get_mut().push(one),
                Entry::Vacant(first) => _ = first.insert(vec![one]),
            }
        }
    }
    for &input in &wanted {
        let uses = arrived.remove(&input).unwrap_or_default();
        let gradient = gather(&mut algebra, &objective, input, uses, true);
        gradients.push(gradient);
    }
    let places = gradients.iter().enumerate().map(|(place, gradient)| (gradient.of, place)).collect();
    Ok(Derivation { algebra, differential, model, gradients, names: vec![], blocks: vec![], places })
}

fn wanted_inputs(model: &Model, wrt: Option<&[String]>) -> Result<Vec<SymbolId>, Fault> {
    let all = &model.inputs;
    let Some(names) = wrt else {
        let wanted = |s: &SymbolId| !model.arena.info(*s).has("const") && !model.arena.info(*s).has("index");
        let free: Vec<SymbolId> = all.iter().copied().filter(wanted).collect();
        if free.is_empty() {
            let why = if all.is_empty() { "the program has no input" } else { "every input is `const`" };
            let span = model.statements.last().map_or(Span::default(), |s| s.span);
            return Err(Box::new(ShapeError::NothingToDo { why: why.into(), span }));
        }
        return Ok(free);
    };
    let mut wanted = Vec::new();
    let mut free: FxHashMap<&str, Option<SymbolId>> = all.iter().map(|&s| (&*model.arena.info(s).name, Some(s))).collect();
    for name in names {
        match free.get_mut(name.as_str()) {
            Some(symbol) => wanted.extend(symbol.take()),
            None => {
                let known: Vec<&str> = all.iter().map(|&s| &*model.arena.info(s).name).collect();
                return Err(Box::new(ShapeError::NoSuchInput {
                    name: name.clone(),
                    near: nearest_of(name, known.iter().copied()).map(String::from),
                    inputs: known.join(", "),
                }));
            }
        }
    }
    Ok(wanted)
}

/// The symbols that depend on what is wanted and that the output depends on, and those that are wanted.
fn active_symbols(arena: &Arena, statements: &[Assignment], output: SymbolId, wanted: &[SymbolId]) -> FxHashSet<SymbolId> {
    let leaves: Vec<SmallVec<[SymbolId; 8]>> = statements
        .iter()
        .map(|statement| arena.reachable(&[statement.value]).into_iter().filter_map(|id| arena.as_symbol(id)).collect())
        .collect();
    let mut used: FxHashSet<SymbolId> = [output].into_iter().collect();
    for (statement, leaves) in statements.iter().zip(&leaves).rev() {
        if used.contains(&statement.symbol) {
            used.extend(leaves.iter().copied());
        }
    }
    let mut active: FxHashSet<SymbolId> = wanted.iter().copied().collect();
    for (statement, leaves) in statements.iter().zip(&leaves) {
        if used.contains(&statement.symbol) && leaves.iter().any(|symbol| active.contains(symbol)) {
            active.insert(statement.symbol);
        }
    }
    active
}

/// What arrives from above the output: a number where it is itself the objective.
fn upstream_of(a: &mut Algebra, model: &Model) -> Id {
    let one = a.number(Number::ONE);
    let shape: Shape = a.arena.info(model.output).shape.clone();
    if model.scalar { a.broadcast_to(one, &shape) } else { one }
}

fn gradient_symbol(a: &mut Algebra, objective: &str, of: SymbolId) -> SymbolId {
    let info = a.arena.info(of);
    let symbol = Symbol {
        name: ["d", objective, "/d", &*info.name].concat().into(),
        kind: SymbolKind::Gradient(of),
        shape: info.shape.clone(),
        properties: vec![],
        span: info.span,
    };
    a.arena.symbol(symbol)
}

/// Adds up what all uses of a variable contribute.
fn gather(a: &mut Algebra, objective: &str, of: SymbolId, mut uses: Vec<Use>, wanted: bool) -> Gradient {
    uses.sort_by_key(|u| u.statement);
    let symbol = gradient_symbol(a, objective, of);
    let terms: SmallVec<[(Number, Id); 2]> = uses.iter().flat_map(|u| &u.contributions).map(|c| (Number::ONE, c.value)).collect();
    let shape: Shape = a.arena.info(of).shape.clone();
    let value = if terms.is_empty() { a.zeros(&shape) } else { a.add(&terms) };
    Gradient { of, symbol, uses, value, closed: None, convolved: None, wanted }
}

/// Puts the gradients of intermediate variables into the others, as long as the result stays short.
fn close(a: &mut Algebra, gradients: &mut [Gradient]) {
    // what it becomes, how large that is, and how deep
    type Closed = (Id, usize, usize);
    let mut closed: FxHashMap<SymbolId, Closed> = FxHashMap::default();
    for gradient in gradients.iter_mut() {
        let order = a.arena.reachable(&[gradient.value]);
        // one that stays open is met in most long programs: then nothing needs to be made
        let open = |node: &Id| match a.arena.as_symbol(*node) {
            Some(symbol) if symbol != gradient.symbol => a.arena.info(symbol).is_gradient() && !closed.contains_key(&symbol),
            _ => false,
        };
        if order.iter().any(open) {
            continue;
        }
        let mut map: FxHashMap<Id, Closed> = FxHashMap::default();
        let mut whole = true;
        for &node in &order {
            if let Some(symbol) = a.arena.as_symbol(node) {
                let replaced = match &a.arena.info(symbol).kind {
                    SymbolKind::Gradient(..) if symbol != gradient.symbol => closed.get(&symbol).copied(),
                    _ => Some((node, 1, 1)),
                };
                match replaced {
                    Some(found) => drop(map.insert(node, found)),
                    None => whole = false,
                }
            } else {
                let args: Vec<Id> = a.arena.args(node).to_vec();
                let size = args.iter().map(|arg| map.get(arg).map_or(0, |m| m.1)).sum::<usize>() + args.len().max(1);
                let depth = args.iter().filter_map(|arg| map.get(arg)).map(|m| m.2).max().unwrap_or(0) + 1;
                if !whole || size > MAX_CLOSED_TOKENS || depth > MAX_CLOSED_DEPTH {
                    whole = false;
                    break;
                }
                let args: crate::expr::Args = args.iter().map(|arg| map[arg].0).collect();
                let op = a.arena.op(node).clone();
                let id = if args.as_slice() == a.arena.args(node) { node } else { a.make(op, args) };
                map.insert(node, (id, size, depth));
            }
            if !whole {
                break;
            }
        }
        if !whole {
            continue;
        }
        if let Some(&found) = map.get(&gradient.value) {
            gradient.closed = Some(found.0);
            gradient.convolved = if gradient.wanted { a.in_convolutions(found.0) } else { None };
            closed.insert(gradient.symbol, found);
        }
    }
}

/// Whether an expression is one that a reader takes in as a whole: a leaf, or a transposed leaf.
pub fn is_plain(arena: &Arena, id: Id) -> bool {
    match arena.op(id) {
        Op::Permute(_) => arena.args(arena.args(id)[0]).is_empty(),
        _ => arena.args(id).is_empty(),
    }
}

/// Of many arrays of different lengths that are joined, each gradient is a part between two sums of lengths: what is written of all of them
/// together grows with the square of their number.
fn bounded_lengths(model: &Model) -> Result<(), Fault> {
    let arena = &model.arena;
    let long = |id: Id| arena.shape(id).iter().any(|&dim| arena.dims.terms(dim) > MAX_LENGTH_TERMS);
    for statement in &model.statements {
        if arena.reachable(&[statement.value]).into_iter().any(long) {
            let about = format!(
                "a length is a sum of more than {MAX_LENGTH_TERMS} others, and each gradient would name most of them; declare arrays that \
                 have one length, as in `X0, X1: (n, d)`"
            );
            return Err(Box::new(ShapeError::Unsupported { what: "this gradient".into(), about, span: statement.value_span }));
        }
    }
    Ok(())
}
