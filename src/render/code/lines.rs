//! The lines of a function: each value once, and a name for what stands in more than one place.

use super::inert::Inert;
use super::lower::MAX_TERMS;
use super::names::Names;
use super::text::{Kind, Named, Writer};
use crate::derive::operands_of;
use crate::expr::{Arena, Id, Number, Op, SymbolId};
use crate::formula::{Charset, text};
use rustc_hash::{FxHashMap, FxHashSet};

/// A comment shows this much of a formula.
const MAX_FORMULA: usize = 200;

/// How deep an expression nests before a part of it gets a name.
const MAX_DEPTH: usize = 32;

/// A variable of the program, or a gradient.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The variable.
    pub symbol: SymbolId,
    /// Whether it is a gradient.
    pub gradient: bool,
    /// Whether it must be an array of floats; one in between may hold truth values or places.
    pub float: bool,
    /// Its value.
    pub node: Id,
    /// Its name in Python.
    pub name: String,
    /// The formula that the reader knows.
    pub formula: String,
}

/// `name = code`, with a comment.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub name: String,
    pub code: String,
    pub comment: Inert,
    /// Whether it is a variable of the program, and no gradient.
    pub statement: bool,
    /// Whether it is a number of Python's own.
    pub plain: bool,
}

/// The lines that compute `items`, in order.
pub(super) fn lines(writer: &mut Writer, items: &[Item], names: &mut Names) -> Vec<Line> {
    let shared = shared(writer, items);
    let mut first: FxHashMap<Id, usize> = FxHashMap::default();
    for (place, item) in items.iter().enumerate().filter(|(_, item)| !writer.arena.args(item.node).is_empty()) {
        first.entry(item.node).or_insert(place);
    }
    let nodes: Vec<Id> = items.iter().map(|item| item.node).collect();
    let sizes = operands_of(writer.arena, &nodes);
    // written out, what shares very many parts with itself is longer than any memory
    let formula_of = |arena: &Arena, id: Id| match sizes[&id] > MAX_FORMULA {
        true => String::new(),
        false => text(arena, id, Charset::Unicode),
    };
    let mut lines = Vec::new();
    let mut numbers = 1..;
    let mut done: FxHashSet<usize> = FxHashSet::default();
    for (place, item) in items.iter().enumerate() {
        if done.contains(&place) {
            continue;
        }
        for id in undefined(writer, item.node, &|id| shared.contains(&id) || first.contains_key(&id)) {
            let found = first.get(&id).map(|&place| (place, &items[place]));
            let (name, code, kind, formula) = match found {
                Some((place, item)) => {
                    done.insert(place);
                    let (code, kind) = value(writer, item);
                    (item.name.clone(), code, kind, item.formula.clone())
                }
                None => {
                    let name = numbers.by_ref().map(|k| format!("t{k}")).find(|name| names.is_free(name)).unwrap_or_default();
                    (names.take(&name), writer.value(id), writer.kind(id), formula_of(writer.arena, id))
                }
            };
            let statement = found.is_some_and(|(_, item)| !item.gradient);
            lines.push(Line {
                name: name.clone(),
                code,
                comment: comment(writer.arena, id, &formula),
                statement,
                plain: kind == Kind::Plain,
            });
            writer.named.insert(id, Named { name, kind });
        }
        if done.insert(place) {
            // another name for what is known
            let (code, _) = value(writer, item);
            let comment = comment(writer.arena, item.node, &item.formula);
            lines.push(Line { name: item.name.clone(), code, comment, statement: !item.gradient, plain: false });
        }
    }
    lines
}

/// A variable's value, and what it is in Python; the writer remembers it.
fn value(writer: &mut Writer, item: &Item) -> (String, Kind) {
    let kind = match writer.of(item.node) {
        kind @ (Kind::Mask | Kind::Places) if !item.float => kind,
        _ => Kind::Array,
    };
    let code = if kind == Kind::Array { writer.floats(item.node) } else { writer.any(item.node).0 };
    writer.kinds.insert(item.symbol, kind);
    (code, kind)
}

fn comment(arena: &Arena, id: Id, formula: &str) -> Inert {
    let shape = shape(arena, id);
    Inert::comment(&match formula.char_indices().nth(MAX_FORMULA) {
        Some((end, _)) => format!("{shape}  {} ...", &formula[..end]),
        None if formula.is_empty() => shape,
        None => format!("{shape}  {formula}"),
    })
}

/// A shape, drawn.
pub(super) fn shape(arena: &Arena, id: Id) -> String {
    let sides: Vec<String> = arena.shape(id).iter().map(|&dim| arena.dims.show(dim)).collect();
    match sides.as_slice() {
        [one] => format!("({one},)"),
        many => format!("({})", many.join(", ")),
    }
}

/// What has to be defined for a value, and the value itself, operands first.
fn undefined(writer: &Writer, root: Id, wanted: &dyn Fn(Id) -> bool) -> Vec<Id> {
    let mut seen: FxHashSet<Id> = FxHashSet::default();
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        if !writer.named.contains_key(&id) && seen.insert(id) {
            stack.extend(writer.arena.args(id).iter().copied());
        }
    }
    let mut found: Vec<Id> = seen.into_iter().filter(|&id| wanted(id)).collect();
    found.sort_unstable();
    found
}

/// What would be written down more than once and is worth a name.
fn shared(writer: &Writer, items: &[Item]) -> FxHashSet<Id> {
    let arena = writer.arena;
    let roots: FxHashSet<Id> = items.iter().map(|item| item.node).collect();
    let nodes: Vec<Id> = roots.iter().copied().collect();
    let mut written: FxHashMap<Id, usize> = FxHashMap::default();
    let mut shared: FxHashSet<Id> = FxHashSet::default();
    for &id in arena.reachable(&nodes).iter().rev() {
        let count = written.get(&id).copied().unwrap_or(0);
        let long = matches!(arena.op(id), Op::Add(terms) if terms.len() == MAX_TERMS);
        let named = roots.contains(&id) || (count > 1 || long) && !is_view(arena, id);
        if named && !roots.contains(&id) && !arena.args(id).is_empty() {
            shared.insert(id);
        }
        for (place, &arg) in arena.args(id).iter().enumerate() {
            let each = if named { 1 } else { count };
            *written.entry(arg).or_default() += each.saturating_mul(writer.repeats(id, place));
        }
    }
    // Python reads no expression that nests too deep
    let mut depths: FxHashMap<Id, usize> = FxHashMap::default();
    for id in arena.reachable(&nodes) {
        let depth = 1 + arena.args(id).iter().map(|arg| depths[arg]).max().unwrap_or(0);
        if depth > MAX_DEPTH && !is_view(arena, id) && !roots.contains(&id) {
            shared.insert(id);
        }
        depths.insert(id, if shared.contains(&id) || roots.contains(&id) { 0 } else { depth });
    }
    shared
}

/// What costs nothing to write down again: another look at the same entries, or a quotient in place of a product.
fn is_view(arena: &Arena, id: Id) -> bool {
    match arena.op(id) {
        Op::Permute(_) | Op::Unsqueeze(_) | Op::Squeeze(_) => true,
        Op::Power(exponent) => *exponent == Number::MINUS_ONE,
        _ => arena.args(id).is_empty(),
    }
}
