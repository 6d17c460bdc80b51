//! Johnson's way to see a gradient: small lengths, and every entry written out ("Backpropagation for a Linear Layer", CS231n).
//!
//! How the value changes with one entry of the variable is its differential, with a change that is 1 at that entry and 0 everywhere else.

mod confirm;
mod evaluate;
mod polynomial;

pub use evaluate::places;
pub use polynomial::{Factor, Monomial, Place, Polynomial};

use crate::derive::{Derivation, UseExplanation};
use crate::expr::{Arena, Id, Number, SymbolId, SymbolKind};
use crate::limits::{MAX_EXPLICIT_ENTRIES, MAX_EXPLICIT_FACTORS, MAX_EXPLICIT_STEPS, MAX_EXPLICIT_TERMS, MAX_EXPLICIT_WHOLE};
use crate::numeric::{Evaluator, small_lengths};
use confirm::{Case, Claim};
use evaluate::{Entries, Writer, filled};
use rustc_hash::FxHashMap;
use thiserror::Error;

/// A statement and one entry of its variable, written out.
#[derive(Clone, Debug)]
pub struct Explicit {
    /// The lengths taken.
    pub lengths: Vec<(String, usize)>,
    /// How long each axis of the value is.
    pub shape: Vec<usize>,
    /// How long each axis of the variable is.
    pub own: Vec<usize>,
    /// Every entry of the value, row by row.
    pub value: Vec<Polynomial>,
    /// The entry of the variable that is looked at.
    pub place: Place,
    /// How each entry of the value changes with it; where the value itself stands in that, by its own entries.
    pub changes: Vec<Polynomial>,
    /// Every entry of the gradient, row by row: the changes of the value with that entry, paired with what arrives. Empty where that is
    /// too long, or what arrives has no name.
    pub paired: Vec<Polynomial>,
}

/// Why nothing is written out.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotExplicit {
    /// The function does not say how its change reaches from entry to entry.
    #[error("how `{0}` changes is no sum over entries")]
    NoEntries(&'static str),
    /// The program does not fit the lengths.
    #[error("the program has no value at these lengths")]
    Lengths,
    /// No draw of numbers at which the statement has a value agrees with what was written.
    #[error("numbers do not confirm it")]
    Unconfirmed,
    /// It would be too long, at the lengths given.
    #[error("too long to write out at these lengths")]
    TooLong,
}

/// Writes out one use of a variable at the lengths in `given`; others are 2, 2, 3, 2, ...
///
/// # Errors
/// A statement that is too long to read, that does not fit the lengths, or goes through a function of whole arrays whose differential is
/// no sum over entries.
///
/// ```
/// use pullback::answer::{Explanation, Options, answer};
/// use pullback::explicit::explicit;
/// let answer = answer("Y = X @ W", &Options::default()).unwrap();
/// let Explanation::Uses(uses) = &answer.explanations[1] else { unreachable!() };
/// let x = answer.derivation.find("X").unwrap();
/// let found = explicit(&answer.derivation, x, &uses[0], &[("m".into(), 4)]).unwrap();
/// assert_eq!((found.shape, found.value.len()), (vec![2, 4], 8));
/// // only the first row of Y changes with the entry at (1, 1)
/// assert!(found.changes[4..].iter().all(|change| change.is_zero()));
/// ```
pub fn explicit(d: &Derivation, of: SymbolId, used: &UseExplanation, given: &[(String, usize)]) -> Result<Explicit, NotExplicit> {
    if used.components.is_none() {
        return Err(NotExplicit::TooLong);
    }
    let far = given.iter().any(|(_, length)| *length > MAX_EXPLICIT_STEPS);
    let mut refused = if far { NotExplicit::TooLong } else { NotExplicit::Lengths };
    for lengths in lengths(d, used, given) {
        match explicit_at(d, of, used, lengths) {
            Err(why @ NotExplicit::TooLong) => refused = why,
            Err(NotExplicit::Lengths) => {}
            found => return found,
        }
    }
    Err(refused)
}

fn explicit_at(d: &Derivation, of: SymbolId, used: &UseExplanation, lengths: Vec<(String, usize)>) -> Result<Explicit, NotExplicit> {
    let arena = d.arena();
    let statement = &d.model.statements[used.statement];
    let by_name: FxHashMap<String, usize> = lengths.iter().cloned().collect();
    let evaluator = Evaluator::new(arena, &by_name);
    if evaluator.entries(statement.value).is_none_or(|entries| entries > MAX_EXPLICIT_ENTRIES) {
        return Err(NotExplicit::TooLong);
    }
    let value = Writer::new(arena, &by_name, &used.known).entries(statement.value, None)?;
    if !is_short(&value.all) {
        return Err(NotExplicit::TooLong);
    }
    let mut writer = Writer::new(arena, &by_name, &[]);
    if !arena.args(statement.value).is_empty() {
        writer.name(statement.value, statement.symbol)?;
    }
    let own = evaluator.shape(&arena.info(of).shape).ok_or(NotExplicit::Lengths)?;
    let differential = used.differential.and_then(|root| Some((root, change_leaf(arena, root, of)?)));
    let mut changes = Changes { writer, differential, own: &own, entries: value.all.len() };
    let place = vec![0; own.len()];
    let first = changes.with(&place)?;
    if !is_short(&first) {
        return Err(NotExplicit::TooLong);
    }
    let case = Case {
        arena,
        lengths: &by_name,
        value: Claim { root: statement.value, entries: &value.all },
        assigned: statement.symbol,
        change: differential.map(|(root, _)| Claim { root, entries: &first }),
        unit: differential.and_then(|(_, leaf)| Some((arena.as_symbol(leaf)?, place.as_slice()))),
    };
    if !case.is_confirmed() {
        return Err(NotExplicit::Unconfirmed);
    }
    let paired = match arrives(d, used, &value.shape) {
        Some(arrives) => changes.paired(&arrives).filter(|paired| is_short(paired)).unwrap_or_default(),
        None => vec![],
    };
    let Entries { shape, all } = &*value;
    Ok(Explicit { lengths, shape: shape.clone(), own, value: all.clone(), place: (of, place), changes: first, paired })
}

/// How the value changes with single entries of the variable.
struct Changes<'a> {
    writer: Writer<'a>,
    /// With the leaf that stands for the change; nothing where the value does not change.
    differential: Option<(Id, Id)>,
    /// How long each axis of the variable is.
    own: &'a [usize],
    /// How many entries the value has.
    entries: usize,
}

impl Changes<'_> {
    /// With the entry at this place.
    fn with(&mut self, place: &[usize]) -> Result<Vec<Polynomial>, NotExplicit> {
        let Some((root, leaf)) = self.differential else { return Ok(vec![Polynomial::default(); self.entries]) };
        let unit = filled(self.own, |index| Ok(Polynomial::number(Number::integer((index == place).into()))))?;
        Ok(self.writer.entries(root, Some((leaf, unit)))?.all.clone())
    }

    /// The gradient entry by entry: what arrives, times the change of what it arrives at, summed; nothing where that is too long.
    fn paired(&mut self, arrives: &[Polynomial]) -> Option<Vec<Polynomial>> {
        let count = self.own.iter().product::<usize>();
        let mut entry = |number: usize| -> Option<Polynomial> {
            let mut sum = Polynomial::default();
            for (change, arrived) in self.with(&places(number, self.own)).ok()?.iter().zip(arrives) {
                sum.add(&arrived.times(change), Number::ONE);
            }
            Some(sum)
        };
        if count > MAX_EXPLICIT_ENTRIES { None } else { (0..count).map(&mut entry).collect() }
    }
}

/// Whether an array can be read entry by entry.
fn is_short(all: &[Polynomial]) -> bool {
    let weights = all.iter().map(Polynomial::weight);
    all.len() <= MAX_EXPLICIT_ENTRIES
        && all.iter().all(|sum| sum.0.len() <= MAX_EXPLICIT_TERMS)
        && weights.clone().all(|weight| weight <= MAX_EXPLICIT_FACTORS)
        && weights.sum::<usize>() <= MAX_EXPLICIT_WHOLE
}

/// The leaf of a differential that stands for the change of `of`.
fn change_leaf(arena: &Arena, root: Id, of: SymbolId) -> Option<Id> {
    let is_change = |id: &Id| arena.as_symbol(*id).is_some_and(|symbol| arena.info(symbol).kind == SymbolKind::Change(Some(of)));
    arena.reachable(&[root]).into_iter().find(is_change)
}

/// What arrives at each entry of the value: entries of the upstream gradient, or 1 at the objective itself; nothing where it has no name.
fn arrives(d: &Derivation, used: &UseExplanation, shape: &[usize]) -> Option<Vec<Polynomial>> {
    let arena = d.arena();
    let count = shape.iter().product::<usize>();
    match (arena.as_symbol(used.upstream), arena.as_number(used.upstream)) {
        (Some(symbol), _) => Some((0..count).map(|k| Polynomial::factor(Factor::Entry((symbol, places(k, shape))))).collect()),
        (_, Some(number)) if number.is_one() => Some(vec![Polynomial::number(number); count]),
        _ => None,
    }
}

/// The lengths that are tried, the most telling first: a length for each name, in the order in which the program mentions them, so that
/// every variable's example has the same. Those that no value of the statement can have are left out.
fn lengths(d: &Derivation, used: &UseExplanation, given: &[(String, usize)]) -> Vec<Vec<(String, usize)>> {
    let arena = d.arena();
    let roots: Vec<Id> = [d.model.statements[used.statement].value, used.total].into_iter().chain(used.differential).collect();
    let nodes = arena.reachable(&roots);
    let mut leaves: Vec<SymbolId> = nodes.iter().filter_map(|&id| arena.as_symbol(id)).collect();
    leaves.sort();
    let shapes = leaves.iter().map(|&leaf| arena.info(leaf).shape.as_slice()).chain(nodes.iter().map(|&id| arena.shape(id)));
    let mut names: Vec<&str> = Vec::new();
    for name in shapes.flatten().flat_map(|&dim| arena.dims.names_in(dim)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let known = |name: &str| given.iter().find(|g| g.0 == name).map(|g| g.1);
    let all = |free: &dyn Fn(usize, &str) -> usize| -> Vec<(String, usize)> {
        names.iter().enumerate().map(|(place, name)| (name.to_string(), known(name).unwrap_or_else(|| free(place, name)))).collect()
    };
    let fits = |lengths: &Vec<(String, usize)>| {
        let length = |name: &str| lengths.iter().find(|known| known.0 == name).map(|known| known.1);
        nodes.iter().flat_map(|&id| arena.shape(id)).all(|&dim| arena.dims.evaluate(dim, &length).is_some_and(|n| n > 0))
    };
    let mut tried = vec![all(&|place, _| if place == 2 { 3 } else { 2 }), all(&|_, _| 2)];
    // an index or a kernel may need more
    tried.extend(small_lengths(d, &nodes, given).map(|others| all(&|_, name| others.get(name).copied().unwrap_or(2))));
    tried.dedup();
    tried.retain(fits);
    tried
}
