//! Products in which a factor may be no finite number, and another is 0 there: `(x > 0) / sqrt(x)` is 0 times infinity at 0, and the
//! derivative that it stands for is 0. Such a product keeps its condition: `where(x > 0, 1 / sqrt(x), 0)`.

use super::Algebra;
use crate::expr::{Id, Number, Op, SymbolId};
use crate::ops::{self, Range};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// So deep inside of products and views conditions are looked for.
const DEPTH: usize = 4;

impl Algebra {
    /// What is known of the entries of a node.
    pub fn range(&mut self, x: Id) -> Range {
        self.ranges.of(&self.arena, x)
    }

    /// Where something may be other than 0, by its form: `c` for the mask `c`, for `where(c, x, 0)`, and for a product with it.
    pub(super) fn support(&mut self, x: Id) -> Option<Id> {
        self.support_within(x, DEPTH)
    }

    fn support_within(&mut self, x: Id, depth: usize) -> Option<Id> {
        let deeper = depth.checked_sub(1)?;
        if let Some(&known) = self.supports.get(&x) {
            return Some(known);
        }
        if self.is_mask(x) {
            return Some(x);
        }
        let args: Factors = self.arena.args(x).iter().copied().collect();
        match self.arena.op(x) {
            Op::Apply(f) if f.entry().names[0] == "where" => {
                let zero = |a: &Algebra, x: Id| a.is_filled_with(x, Number::ZERO);
                match (zero(self, args[1]), zero(self, args[2]), self.is_mask(args[2])) {
                    (false, true, _) => Some(args[0]),
                    (true, false, _) => self.opposite(args[0]),
                    // where(x == y, 1/2, x > y)
                    (false, false, true) => self.either(args[0], args[2]),
                    _ => None,
                }
            }
            Op::Add(coefficients) if coefficients.len() == 1 => self.support_within(args[0], deeper),
            &Op::Unsqueeze(mask) => {
                let inner = self.support_within(args[0], deeper)?;
                // a condition that broadcasts has its axes last
                let same = self.arena.shape(inner).len() == self.arena.shape(args[0]).len();
                same.then(|| self.node(Op::Unsqueeze(mask), &[inner]))
            }
            Op::Multiply => {
                let all: Factors = args.iter().filter_map(|&factor| self.support_within(factor, deeper)).collect();
                self.all_of(all)
            }
            _ => None,
        }
    }

    /// From now on `symbol` stands for `value`, which is not written for it: a gradient that has a name.
    pub fn arrives(&mut self, symbol: SymbolId, value: Id) {
        let leaf = self.arena.variable(symbol);
        self.ranges.define(symbol, value);
        let support = self.support(value).filter(|&c| self.arena.shape(c).len() <= self.arena.shape(leaf).len());
        self.supports.extend(support.map(|condition| (leaf, condition)));
    }

    /// Takes for granted that the program has a value.
    pub fn take_for_granted(&mut self, statements: &[(SymbolId, Id)]) {
        self.ranges.take_for_granted(&self.arena, statements);
    }

    /// Where all of these hold.
    fn all_of(&mut self, conditions: Factors) -> Option<Id> {
        let mut each = Factors::new();
        for condition in conditions.into_iter().flat_map(|c| self.conjuncts(c)) {
            if !each.contains(&condition) {
                each.push(condition);
            }
        }
        let and = ops::find("logical_and")?;
        each.into_iter().reduce(|one, two| self.node(Op::Apply(and), &[one, two]))
    }

    /// The conditions that must all hold where this one does.
    fn conjuncts(&self, condition: Id) -> Factors {
        let mut each = Factors::new();
        let mut waiting = Factors::from_iter([condition]);
        while let Some(next) = waiting.pop() {
            match self.arena.op(next) {
                Op::Apply(f) if f.entry().names[0] == "logical_and" => waiting.extend(self.arena.args(next).iter().rev().copied()),
                _ => each.push(next),
            }
        }
        each
    }

    /// Where one of two holds: `x == y` or `x > y` is `x >= y`.
    fn either(&mut self, one: Id, two: Id) -> Option<Id> {
        let named = |a: &Algebra, x: Id| if let Op::Apply(f) = a.arena.op(x) { f.entry().names[0] } else { "" };
        let (left, right) = (Factors::from_slice(self.arena.args(one)), Factors::from_slice(self.arena.args(two)));
        let turned = left.len() == 2 && left[0] == right[right.len() - 1] && left[1] == right[0];
        let joined = match (named(self, one), named(self, two)) {
            ("equal", "greater") if left == right || turned => "greater_equal",
            ("equal", "less") if left == right || turned => "less_equal",
            _ => return Some(self.node(Op::Apply(ops::find("logical_or")?), &[one, two])),
        };
        Some(self.node(Op::Apply(ops::find(joined)?), &right))
    }

    /// The condition of a mask, which is itself, and of `where(condition, x, 0)`.
    pub fn condition(&self, x: Id) -> Option<Id> {
        if self.is_mask(x) { Some(x) } else { self.as_guarded(x).map(|(condition, _)| condition) }
    }

    /// `where(condition, x, 0)`, or `x` itself where it is that.
    pub fn under(&mut self, condition: Id, x: Id) -> Id {
        self.guarded(condition, x).unwrap_or(x)
    }

    /// `where(condition, x, 0)`
    pub(super) fn guarded(&mut self, condition: Id, x: Id) -> Option<Id> {
        let zero = self.number(Number::ZERO);
        Some(self.node(Op::Apply(ops::find("where")?), &[condition, x, zero]))
    }

    /// The condition and the value of `where(condition, value, 0)`.
    pub(super) fn as_guarded(&self, x: Id) -> Option<(Id, Id)> {
        let Op::Apply(function) = self.arena.op(x) else { return None };
        match (function.entry().names[0], self.arena.args(x)) {
            ("where", [condition, value, other]) if self.is_filled_with(*other, Number::ZERO) => Some((*condition, *value)),
            _ => None,
        }
    }
}

/// The product of these factors under a condition, where some may be no number and others are 0 there.
pub(super) fn keep(a: &mut Algebra, factors: &Factors) -> Option<Id> {
    if a.guarding || factors.len() < 2 {
        return None;
    }
    let mut conditions = Factors::new();
    let mut rest = Factors::new();
    // what may be no number, and the conditions under which it stands already
    let mut open: SmallVec<[Factors; 4]> = SmallVec::new();
    for &factor in factors {
        let (value, own) = match a.as_guarded(factor) {
            Some((condition, value)) => {
                conditions.push(condition);
                (value, Factors::new())
            }
            None => {
                let support = a.support(factor);
                conditions.extend(support);
                if support == Some(factor) {
                    continue;
                }
                (factor, support.map_or_else(Factors::new, |own| a.conjuncts(own)))
            }
        };
        rest.push(value);
        if !a.range(value).total {
            open.push(own);
        }
    }
    if conditions.is_empty() {
        return into_sum(a, factors);
    }
    if open.iter().all(|own| conditions.iter().all(|&c| a.conjuncts(c).iter().all(|c| own.contains(c)))) {
        return None;
    }
    let condition = a.all_of(conditions)?;
    a.guarding = true;
    let product = a.multiply(&rest);
    a.guarding = false;
    a.guarded(condition, product)
}

/// `sum(G * mask, axis=0) / x = sum(where(mask, G / x, 0), axis=0)`: there is nothing to add up where no mask holds.
fn into_sum(a: &mut Algebra, factors: &Factors) -> Option<Id> {
    let at = factors.iter().position(|&f| matches!(a.arena.op(f), Op::Sum { .. }))?;
    let (Op::Sum { axes, keep }, inner) = (a.arena.op(factors[at]).clone(), a.arena.args(factors[at])[0]) else { return None };
    a.support(inner)?;
    let others: Factors = factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &factor)| factor).collect();
    if others.iter().any(|&f| !super::product::constant_along(a, f, inner, axes, keep)) || others.iter().all(|&f| a.range(f).total) {
        return None;
    }
    let all: Factors = std::iter::once(inner).chain(others).collect();
    let product = a.multiply(&all);
    Some(a.node(Op::Sum { axes, keep }, &[product]))
}

/// `where(c, where(c, x, y), z) = where(c, x, z)`, `where(c, x * c, y) = where(c, x, y)`, and a number in front of all.
pub(super) fn once(a: &mut Algebra, args: &[Id]) -> Option<(&'static str, Id)> {
    let [condition, then, other] = *args else { return None };
    let function = ops::find("where")?;
    let (coefficient, rest) = a.split_scale(then);
    if !coefficient.is_one() && a.is_filled_with(other, Number::ZERO) {
        let inner = a.node(Op::Apply(function), &[condition, rest, other]);
        return Some(("where(c, a x, 0) = a where(c, x, 0)", a.scale(coefficient, inner)));
    }
    let holds = a.conjuncts(condition);
    let inside = given(a, then, &holds);
    let same = inside != then && a.arena.shape(inside) == a.arena.shape(then);
    same.then(|| ("where(c, x * c, y) = where(c, x, y)", a.node(Op::Apply(function), &[condition, inside, other])))
}

/// A value, given that these conditions hold: in its terms, in its factors and in itself.
fn given(a: &mut Algebra, x: Id, holds: &Factors) -> Id {
    let chosen = |a: &Algebra, x: Id| match a.arena.op(x) {
        Op::Apply(f) if f.entry().names[0] == "where" => {
            let inner = a.arena.args(x);
            let same = a.conjuncts(inner[0]).iter().all(|c| holds.contains(c)) && a.arena.shape(inner[1]) == a.arena.shape(x);
            if same { inner[1] } else { x }
        }
        _ => x,
    };
    let guarding = std::mem::replace(&mut a.guarding, true);
    let product = |a: &mut Algebra, x: Id| match a.arena.op(x) {
        Op::Multiply => {
            let factors = Factors::from_slice(a.arena.args(x));
            let left: Factors = factors.iter().filter(|f| !holds.contains(f)).map(|&f| chosen(a, f)).collect();
            if left == factors { x } else { a.multiply(&left) }
        }
        _ => chosen(a, x),
    };
    let found = match a.arena.op(x).clone() {
        Op::Add(coefficients) => {
            let terms = Factors::from_slice(a.arena.args(x));
            let left: Factors = terms.iter().map(|&term| product(a, term)).collect();
            let sum: SmallVec<[(Number, Id); 4]> = coefficients.iter().copied().zip(left.iter().copied()).collect();
            if left == terms { x } else { a.add(&sum) }
        }
        _ => product(a, x),
    };
    a.guarding = guarding;
    found
}
