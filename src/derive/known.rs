//! What the table of operations says of the functions in a statement: their definitions, and the differentials that are used.

use super::line::written;
use super::reverse::Derivation;
use crate::diagnostic::Span;
use crate::expr::{Args, Id, Op, Symbol, SymbolId, SymbolKind};
use crate::ops::{Fault, Meaning, Rule};
use crate::shape::Shape;

/// One function of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The call, with names for its operands.
    pub call: Id,
    /// The same in smaller operations.
    pub definition: Option<Id>,
    /// How it changes with the operand that the variable is in.
    pub differential: Option<Id>,
}

/// What is known of each function in `value` that `of` goes through, the inner ones first.
///
/// # Errors
/// A text of the table that does not fit its operands: a fault of the tool.
pub(super) fn known(d: &mut Derivation, value: Id, of: SymbolId) -> Result<Vec<Known>, Fault> {
    let mut found: Vec<Known> = Vec::new();
    let mut depends: Vec<Id> = Vec::new();
    for id in d.algebra.arena.reachable(&[value]) {
        let arena = &d.algebra.arena;
        let args: Args = arena.args(id).iter().copied().collect();
        let place = args.iter().position(|arg| depends.contains(arg));
        if place.is_some() || arena.as_symbol(id) == Some(of) {
            depends.push(id);
        }
        let (Some(place), Op::Call(function, _) | Op::Apply(function)) = (place, arena.op(id).clone()) else { continue };
        let attributes = match arena.op(id) {
            Op::Call(_, attributes) => attributes.to_vec(),
            _ => vec![],
        };
        let text = match &function.entry().meaning {
            Meaning::Primitive(primitive) => primitive.differential[place],
            Meaning::Whole(whole) => match whole.rule(place) {
                Rule::Differential(text) => text,
                _ => "",
            },
            _ => "",
        };
        if text.is_empty() && function.definition().is_empty() {
            continue;
        }
        // an operand that is no name gets that of its parameter
        let mut operands = Args::new();
        for (parameter, &arg) in function.entry().parameters.split(", ").zip(&args) {
            let plain = d.algebra.arena.args(arg).is_empty();
            let name = parameter.split('=').next().unwrap_or(parameter);
            operands.push(if plain { arg } else { leaf(d, name, SymbolKind::Change(None), arg) });
        }
        let changed = match d.algebra.arena.as_symbol(operands[place]) {
            Some(symbol) => symbol,
            None => continue,
        };
        let change = leaf(d, "d·", SymbolKind::Change(Some(changed)), operands[place]);
        let op = d.algebra.arena.op(id).clone();
        // as they are stated, not in simplest form
        let arena = &mut d.algebra.arena;
        let call = arena.intern(op, operands.clone());
        let mut stated = |text: &'static str, change: Option<(usize, Id)>| match text {
            "" => Ok(None),
            _ => written(arena, text, function, &operands, &attributes, change, None).map(Some),
        };
        let definition = stated(function.definition(), None)?;
        let differential = stated(text, Some((place, change)))?;
        let known = Known { call, definition, differential };
        if !found.contains(&known) {
            found.push(known);
        }
    }
    Ok(found)
}

/// A symbol of the shape of `like`.
fn leaf(d: &mut Derivation, name: &str, kind: SymbolKind, like: Id) -> Id {
    let arena = &mut d.algebra.arena;
    let shape: Shape = Shape::from(arena.shape(like));
    let same = |s: &Symbol| *s.name == *name && s.kind == kind && s.shape == shape && s.span == Span::default();
    let known = arena.symbols.iter().position(same).map(|at| SymbolId(at as u32));
    let symbol =
        known.unwrap_or_else(|| arena.symbol(Symbol { name: name.into(), kind, shape, properties: vec![], span: Span::default() }));
    arena.variable(symbol)
}
