//! Units: every variable has its own, as in physics. Sums force units to be equal, transcendental functions force their argument to have
//! none. What is left decides which factors a gradient can be made of.

use crate::expr::{Arena, Id, Number, Op, SymbolId, SymbolKind};
use crate::ops::Units;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A product of powers of the units of symbols; the objective's own unit stands under `None`.
pub type Unit = BTreeMap<Option<SymbolId>, Number>;

/// The units of the variables of one statement, as far as the statement forces them.
#[derive(Debug, Default)]
pub struct System {
    bound: FxHashMap<SymbolId, Unit>,
}

fn times(a: &Unit, b: &Unit, sign: Number) -> Unit {
    let mut product = a.clone();
    for (&symbol, &exponent) in b {
        let sum = product.get(&symbol).copied().unwrap_or(Number::ZERO).plus(exponent.times(sign));
        if sum.is_zero() {
            product.remove(&symbol);
        } else {
            product.insert(symbol, sum);
        }
    }
    product
}

impl System {
    /// The unit of a variable of its own.
    pub fn of(&self, symbol: Option<SymbolId>) -> Unit {
        match symbol.and_then(|s| self.bound.get(&s)) {
            Some(unit) => self.resolve(unit),
            None => [(symbol, Number::ONE)].into_iter().collect(),
        }
    }

    fn resolve(&self, unit: &Unit) -> Unit {
        let mut result = Unit::new();
        for (&symbol, &exponent) in unit {
            let part = match symbol.and_then(|s| self.bound.get(&s)) {
                Some(inner) => self.resolve(inner),
                None => [(symbol, Number::ONE)].into_iter().collect(),
            };
            result = times(&result, &part, exponent);
        }
        result
    }

    /// Makes two units equal, by binding the unit of one symbol. `false` where they contradict.
    fn unify(&mut self, a: &Unit, b: &Unit) -> bool {
        let difference = times(&self.resolve(a), &self.resolve(b), Number::MINUS_ONE);
        if difference.is_empty() {
            return true;
        }
        let bindable = || difference.iter().filter_map(|(s, e)| s.map(|s| (s, *e)));
        let Some((symbol, exponent)) = bindable().find(|(_, e)| e.absolute().is_one()).or_else(|| bindable().next()) else { return false };
        let Some(inverse) = exponent.negated().power(Number::MINUS_ONE) else { return false };
        let value = difference.iter().filter(|(s, _)| **s != Some(symbol)).map(|(&s, &e)| (s, e.times(inverse))).collect();
        self.bound.insert(symbol, value);
        true
    }

    /// The unit of an expression; `None` where its units contradict.
    pub fn unit(&mut self, arena: &Arena, root: Id) -> Option<Unit> {
        let mut found: FxHashMap<Id, Unit> = FxHashMap::default();
        for id in arena.reachable(&[root]) {
            let args = arena.args(id);
            let unit = match arena.op(id) {
                Op::Variable(symbol) => match &arena.info(*symbol).kind {
                    SymbolKind::Gradient(of) => times(&self.of(None), &self.of(Some(*of)), Number::MINUS_ONE),
                    SymbolKind::Change(Some(of)) => self.of(Some(*of)),
                    _ => self.of(Some(*symbol)),
                },
                Op::Number(_) | Op::Constant(_) | Op::Length(_) | Op::Eye(_) => Unit::new(),
                Op::Power(exponent) => found[&args[0]].iter().map(|(&s, &e)| (s, e.times(*exponent))).collect(),
                Op::Add(_) => {
                    let first = found[&args[0]].clone();
                    for arg in &args[1..] {
                        if !self.unify(&first, &found[arg]) {
                            return None;
                        }
                    }
                    self.resolve(&first)
                }
                Op::Apply(function) | Op::Call(function, _) => {
                    // places have no unit
                    let index = |place: &usize| matches!(arena.op(id), Op::Call(..)) && function.whole().is_index(*place);
                    let operands: Vec<Unit> =
                        (0..args.len()).filter(|place| !index(place)).map(|place| found[&args[place]].clone()).collect();
                    match function.units() {
                        Units::Unknown => return None,
                        Units::Power(exponent) => operands[0].iter().map(|(&s, &e)| (s, e.times(Number::integer(exponent)))).collect(),
                        Units::None => {
                            if !operands.iter().all(|u| self.unify(u, &Unit::new())) {
                                return None;
                            }
                            Unit::new()
                        }
                        Units::Dropped => {
                            if !operands[1..].iter().all(|u| self.unify(&operands[0], u)) {
                                return None;
                            }
                            Unit::new()
                        }
                        Units::Kept(place) => {
                            let kept = operands[place].clone();
                            for other in &operands[place + 1..] {
                                if !self.unify(&kept, other) {
                                    return None;
                                }
                            }
                            self.resolve(&kept)
                        }
                    }
                }
                _ => args.iter().fold(Unit::new(), |product, arg| times(&product, &found[arg], Number::ONE)),
            };
            found.insert(id, unit);
        }
        found.remove(&root).map(|unit| self.resolve(&unit))
    }

    /// Whether two units are equal, given all that was found.
    pub fn equal(&self, a: &Unit, b: &Unit) -> bool {
        self.resolve(a) == self.resolve(b)
    }
}

/// Whether a contribution has the unit that the gradient of `of` must have: `[L] / [X]`. The statement's value is `value`, and stands
/// for `output`; for nothing, where it is itself the objective.
pub fn agree(arena: &Arena, of: SymbolId, output: Option<SymbolId>, value: Id, contribution: Id) -> bool {
    let mut system = System::default();
    let (Some(unit), Some(found)) = (system.unit(arena, value), system.unit(arena, contribution)) else { return false };
    // [L], as [dL/dY] times what the statement says [Y] is
    let above = output.map_or(Unit::new(), |y| times(&system.of(None), &system.of(Some(y)), Number::MINUS_ONE));
    let objective = times(&above, &unit, Number::ONE);
    let wanted = times(&objective, &system.of(Some(of)), Number::MINUS_ONE);
    system.equal(&found, &wanted)
}
