//! Why a gradient is what it is: everything there is to say about it, as data.

use super::arrangement::{Arrangements, General, arrange, factors};
use super::components::{Letters, Term, entry};
use super::jacobian::{Jacobian, jacobian};
use super::reading::{Reading, put_back, read};
use super::reverse::{Derivation, Gradient};
use super::units;
use crate::diagnostic::Span;
use crate::expr::{Id, Symbol, SymbolId, SymbolKind};
use crate::limits::MAX_EXPLAINED_NODES;
use crate::ops::Fault;
use crate::rewrite::Application;
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;

/// A loop of dimensions with the variable cut out of it: the factors on the way left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The variable's first dimension.
    pub from: Dim,
    /// Each factor of the gradient with the dimension it leads to.
    pub way: Vec<(Id, Dim)>,
}

/// The index line of a statement and of a gradient.
#[derive(Clone, Debug)]
pub struct Components {
    /// The indices of the statement's value.
    pub value_indices: Vec<char>,
    /// Its entry.
    pub value: Vec<Term>,
    /// The indices of the gradient.
    pub indices: Vec<char>,
    /// Its entry.
    pub gradient: Vec<Term>,
}

/// What one statement contributes to a gradient, and why.
#[derive(Clone, Debug)]
pub struct UseExplanation {
    /// The statement, counted from 0.
    pub statement: usize,
    /// The gradient that arrives at the statement's value.
    pub upstream: Id,
    /// How the statement's value changes with the variable alone.
    pub differential: Option<Id>,
    /// Whether that is the variable's change and nothing else.
    pub bare: bool,
    /// One contribution for each place where the variable stands.
    pub contributions: Vec<Id>,
    /// Their sum in simplest form.
    pub total: Id,
    /// What is known of the functions that the variable goes through.
    pub known: Vec<super::Known>,
    /// The rules that were applied.
    pub rules: Vec<Application>,
    /// By components.
    pub components: Option<Components>,
    /// Why the derivative of the value by the variable is no matrix.
    pub jacobian: Option<Jacobian>,
    /// For each contribution that is a product: all its arrangements.
    pub arrangements: Vec<Arrangements>,
    /// Whether the units of the contribution were found to be those that the gradient must have.
    pub units: bool,
    /// The loop, if it is one.
    pub way: Option<Loop>,
    /// What it means.
    pub readings: Vec<Reading>,
}

/// Explains one gradient, use by use.
///
/// `general` is the same program with only those lengths equal that must be ([`Lengths::General`](crate::shape::Lengths)).
///
/// # Errors
/// A fault of the tool: the derivation ran before.
pub fn explain(derivation: &mut Derivation, gradient: &Gradient, general: Option<&mut Derivation>) -> Result<Vec<UseExplanation>, Fault> {
    let mut explained = Vec::new();
    let mut general = general;
    for (place, used) in gradient.uses.iter().enumerate() {
        let other = general.as_deref_mut().and_then(|g| {
            let name = &derivation.arena().info(gradient.of).name;
            let of = g.find(name)?;
            g.gradient(of).and_then(|gradient| gradient.uses.get(place).cloned()).map(|used| (used, g))
        });
        explained.push(explain_use(derivation, gradient, used, other)?);
    }
    Ok(explained)
}

fn explain_use(
    d: &mut Derivation,
    gradient: &Gradient,
    used: &super::Use,
    general: Option<(super::Use, &mut Derivation)>,
) -> Result<UseExplanation, Fault> {
    let of = gradient.of;
    let statement = used.statement;
    let (symbol, value, long) = {
        let statement = &d.model.statements[statement];
        (statement.symbol, statement.value, statement.long)
    };
    let above = upstream(d, symbol);
    // once more for this variable alone, and with the rules written down
    d.algebra.start_trace();
    let contributions: Vec<Id> = if long {
        used.contributions.iter().map(|c| c.value).collect()
    } else {
        let found = d.differential.reverse(&mut d.algebra, value, above, &|s| s == of)?;
        found.iter().filter(|(leaf, _)| *leaf == of).flat_map(|(_, found)| found).map(|c| c.value).collect()
    };
    let terms: Vec<_> = contributions.iter().map(|&c| (crate::expr::Number::ONE, c)).collect();
    let total = d.algebra.add(&terms);
    let mut rules: Vec<Application> = Vec::new();
    for application in d.algebra.take_trace() {
        if rules.len() < MAX_EXPLAINED_NODES && !rules.contains(&application) {
            rules.push(application);
        }
    }
    let small = !long && d.arena().reachable(&[value, total]).len() <= MAX_EXPLAINED_NODES;
    let differential = if small { change(d, value, of)? } else { None };
    let known = if small { super::known::known(d, value, of)? } else { vec![] };
    let mut letters = if small { Letters::beside(d.arena(), value) } else { Letters::default() };
    let bare = differential.is_some_and(|id| d.arena().args(id).is_empty());
    let components = small.then(|| components(d, &mut letters, of, value, total)).flatten();
    let jacobian = components.as_ref().and_then(|c| jacobian(d, of, symbol, c));
    let mut readings = match &components {
        Some(c) if c.gradient.len() == 1 => read(d.arena(), &c.gradient[0], of, &c.indices),
        _ => vec![],
    };
    if small {
        readings.extend(put_back(d.arena(), value, total));
    }
    let shape: Shape = d.arena().info(of).shape.clone();
    let mut arrangements: Vec<Arrangements> = contributions.iter().filter_map(|&c| arrange(d.arena(), c, &shape)).collect();
    if let Some((used, g)) = general {
        for (place, found) in arrangements.iter_mut().enumerate() {
            if found.fitting() > 1 {
                found.general = used.contributions.get(place).and_then(|c| most_general(d, g, found, c.value, of));
            }
        }
    }
    let way = (contributions.len() == 1 && shape.len() == 2).then(|| way(d, contributions[0])).flatten();
    let output = (symbol != d.model.output || !d.model.scalar).then_some(symbol);
    let units = small && units::agree(d.arena(), of, output, value, total);
    Ok(UseExplanation {
        statement,
        upstream: above,
        differential,
        bare,
        contributions,
        total,
        known,
        rules,
        components,
        jacobian,
        arrangements,
        units,
        way,
        readings,
    })
}

/// The gradient that arrives at a statement's value.
fn upstream(d: &mut Derivation, symbol: SymbolId) -> Id {
    match d.gradient(symbol) {
        Some(g) if d.algebra.arena.args(g.value).is_empty() => g.value,
        Some(g) if symbol == d.model.output => g.value,
        Some(g) => {
            let leaf = g.symbol;
            d.algebra.arena.variable(leaf)
        }
        None => d.algebra.number(crate::expr::Number::ONE),
    }
}

/// How `value` changes with `of`.
fn change(d: &mut Derivation, value: Id, of: SymbolId) -> Result<Option<Id>, Fault> {
    let info = d.arena().info(of);
    let symbol = Symbol {
        name: format!("d{}", info.name).into(),
        kind: SymbolKind::Change(Some(of)),
        shape: info.shape.clone(),
        properties: vec![],
        span: Span::default(),
    };
    let symbol = d.algebra.arena.symbol(symbol);
    let leaf = d.algebra.arena.variable(symbol);
    let changes: FxHashMap<SymbolId, Id> = [(of, leaf)].into_iter().collect();
    let differential = &mut d.differential;
    d.algebra.as_written(|algebra| differential.forward(algebra, value, &changes))
}

fn components(d: &Derivation, letters: &mut Letters, of: SymbolId, value: Id, total: Id) -> Option<Components> {
    let arena = d.arena();
    let value_indices = letters.axes(arena.shape(value));
    let value_terms = entry(arena, letters, value, &value_indices, &value_indices);
    let met = letters.met.get(&of).cloned();
    let shape = &arena.info(of).shape;
    let distinct = |indices: &Vec<char>| indices.iter().enumerate().all(|(k, i)| *i != '0' && !indices[..k].contains(i));
    let indices = met.filter(distinct).unwrap_or_else(|| letters.axes(shape));
    let gradient = entry(arena, letters, total, &indices, &indices);
    Some(Components { value_indices, value: value_terms, indices, gradient })
}

/// The factors of a product of matrices as a way from the variable's first dimension to its last.
fn way(d: &Derivation, value: Id) -> Option<Loop> {
    let arena = d.arena();
    let super::arrangement::Product { factors: list, outer, .. } = factors(arena, value)?;
    if outer || list.iter().any(|(f, _)| arena.shape(*f).len() != 2) {
        return None;
    }
    let turned = |&(f, t): &(Id, bool)| if t { (arena.shape(f)[1], arena.shape(f)[0]) } else { (arena.shape(f)[0], arena.shape(f)[1]) };
    let way = list.iter().map(|f| (f.0, turned(f).1)).collect();
    Some(Loop { from: turned(&list[0]).0, way })
}

/// Which of several fitting arrangements still fit when only those lengths are equal that must be.
fn most_general(d: &Derivation, g: &mut Derivation, found: &Arrangements, value: Id, of: SymbolId) -> Option<General> {
    let name = d.arena().info(of).name.clone();
    let shape: Shape = g.arena().info(g.find(&name)?).shape.clone();
    let other = arrange(g.arena(), value, &shape)?;
    let text = |d: &Derivation, id: Id| crate::formula::text(d.arena(), id, crate::formula::Charset::Ascii);
    let same =
        found.factors.len() == other.factors.len() && found.factors.iter().zip(&other.factors).all(|(a, b)| text(d, *a) == text(g, *b));
    if !same {
        return None;
    }
    // equal factors may have changed places: places in the list are compared by the factor that stands there
    let place = |f: usize| found.factors.iter().position(|x| *x == found.factors[f]);
    let same_order = |a: &super::Arrangement, b: &super::Arrangement| {
        a.order.len() == b.order.len() && a.order.iter().zip(&b.order).all(|(x, y)| place(x.0) == place(y.0) && x.1 == y.1)
    };
    let fits = found
        .all
        .iter()
        .enumerate()
        .filter(|(_, a)| other.all.iter().any(|b| b.fits() && b.outer == a.outer && same_order(a, b)))
        .map(|(k, _)| k)
        .collect();
    let inputs = g.model.inputs.clone();
    let shapes = inputs
        .into_iter()
        .map(|input| {
            let info = g.arena().info(input).clone();
            (info.name.to_string(), g.algebra.arena.dims.show_shape(&info.shape))
        })
        .collect();
    Some(General { shapes, fits })
}
