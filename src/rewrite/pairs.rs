//! Products of two functions of one argument, and masks and their opposites.

use super::Algebra;
use super::product::base_of;
use crate::diagnostic::Span;
use crate::expr::{Id, Number, Op};
use crate::ops::{self, Value};
use crate::shape::Builder;
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// `prod_others(x) / prod(x) = 1 / x`
fn of_product(a: &mut Algebra, factors: &Factors, at: usize) -> Joined {
    // the product of the others, in which `where` leaves one out
    unary(a, factors[at]).filter(|(_, copies)| matches!(a.arena.op(*copies), Op::Apply(f) if f.entry().names[0] == "where"))?;
    let product = |a: &Algebra, base: Id| {
        let bare = if let Op::Unsqueeze(_) = a.arena.op(base) { a.arena.args(base)[0] } else { base };
        unary(a, bare).filter(|(name, _)| *name == "prod").map(|(_, x)| (a.value_of(bare), x))
    };
    let (k, base, exponent) = other(a, factors, at, |base, e| e.to_f64() <= -1.0 && product(a, base).is_some())?;
    let (call, x) = product(a, base)?;
    let Op::Call(_, attributes) = a.arena.op(call).clone() else { return None };
    let mut builder = Builder::new(a, "");
    let names = [("x", Value::Array(x)), ("axis", attributes[0].value(&mut builder))];
    let others = builder.expression("prod_others(x, axis=axis)", &names, Span::default()).ok()?;
    if others != Value::Array(factors[at]) {
        return None;
    }
    let mut left = factors.clone();
    left[at] = a.node(Op::Power(Number::MINUS_ONE), &[x]);
    left[k] = a.node(Op::Power(exponent.plus(Number::ONE)), &[base]);
    Some(("prod_others(x) / prod(x) = 1 / x", left))
}

/// Of how many factors, at most.
const MOST: usize = 32;

/// Two factors that are one function: `abs(x) * sign(x) = x`, `sinh(x) / cosh(x) = tanh(x)`, ...
pub(super) fn join(a: &mut Algebra, factors: &mut Factors, rule: &mut &'static str) {
    // pairs are looked for in products that somebody reads
    if factors.len() > MOST {
        return;
    }
    for at in 0..factors.len() {
        let (Op::Apply(function) | Op::Call(function, _)) = *a.arena.op(factors[at]) else { continue };
        let found = match function.entry().names[0] {
            "prod" => of_product(a, factors, at),
            "sign" => of_sign(a, factors, at),
            "sigmoid" => of_sigmoid(a, factors, at),
            "greater" | "where" => of_mask(a, factors, at),
            "sinh" => quotient(a, factors, at, "cosh", "tanh", "sinh(x) / cosh(x) = tanh(x)"),
            "sin" => quotient(a, factors, at, "cos", "tan", "sin(x) / cos(x) = tan(x)"),
            "exp" => of_exp(a, factors, at),
            _ => None,
        };
        if let Some((name, left)) = found {
            *factors = left.into_iter().filter(|&f| !a.is_filled_with(f, Number::ONE)).collect();
            *rule = name;
            return;
        }
    }
}

type Joined = Option<(&'static str, Factors)>;

/// The function and the argument, where this is a function of one argument, also under a name of the program.
fn unary(a: &Algebra, x: Id) -> Option<(&'static str, Id)> {
    let value = a.value_of(x);
    match (a.arena.op(value), a.arena.args(value)) {
        (Op::Apply(function) | Op::Call(function, _), [x]) => Some((function.entry().names[0], *x)),
        _ => None,
    }
}

/// The factor, besides that at `at`, whose base passes; its place, base and exponent.
fn other(a: &Algebra, factors: &Factors, at: usize, passes: impl Fn(Id, Number) -> bool) -> Option<(usize, Id, Number)> {
    let others = (0..factors.len()).filter(|&k| k != at).map(|k| (k, base_of(a, factors[k])));
    others.map(|(k, (base, e))| (k, base, e)).find(|&(_, base, e)| passes(base, e))
}

fn of_sign(a: &mut Algebra, factors: &Factors, at: usize) -> Joined {
    let x = a.arena.args(factors[at])[0];
    let mut left = factors.clone();
    if let Some((k, _, exponent)) = other(a, factors, at, |base, e| base == x && e.to_f64() >= 1.0) {
        left[at] = a.node(Op::Apply(ops::find("abs")?), &[x]);
        left[k] = a.node(Op::Power(exponent.plus(Number::MINUS_ONE)), &[x]);
        return Some(("x * sign(x) = abs(x)", left));
    }
    let (k, base, exponent) = other(a, factors, at, |base, e| unary(a, base) == Some(("abs", x)) && e.to_f64() >= 1.0)?;
    left[at] = x;
    left[k] = a.node(Op::Power(exponent.plus(Number::MINUS_ONE)), &[base]);
    Some(("abs(x) * sign(x) = x", left))
}

/// `sigmoid(x) * sigmoid(-x) = sigmoid(x) * (1 - sigmoid(x))`, where one of them has a name.
fn of_sigmoid(a: &mut Algebra, factors: &Factors, at: usize) -> Joined {
    let x = a.arena.args(factors[at])[0];
    let negative = a.scale(Number::MINUS_ONE, x);
    // by its name, or as it was typed: 1 / (1 + exp(-x))
    let typed = |base: Id| {
        let sum = match (a.arena.op(a.value_of(base)), a.arena.args(a.value_of(base))) {
            (Op::Power(p), [sum]) if *p == Number::MINUS_ONE => a.value_of(*sum),
            _ => return false,
        };
        let (args, plus) = (a.arena.args(sum), matches!(a.arena.op(sum), Op::Add(c) if c.len() == 2 && c.iter().all(|c| c.is_one())));
        plus && args.iter().any(|&y| a.arena.as_number(y).is_some_and(Number::is_one))
            && args.iter().any(|&y| unary(a, y) == Some(("exp", x)))
    };
    let wanted =
        |base: Id, e: Number| e.is_one() && a.arena.args(base).is_empty() && (unary(a, base) == Some(("sigmoid", negative)) || typed(base));
    let (_, name, _) = other(a, factors, at, wanted)?;
    let mut left = factors.clone();
    let one = a.number(Number::ONE);
    left[at] = a.add(&[(Number::ONE, one), (Number::MINUS_ONE, name)]);
    Some(("sigmoid(-x) = 1 - sigmoid(x)", left))
}

/// A mask that is 1 wherever another factor is not 0 anyway.
fn of_mask(a: &mut Algebra, factors: &Factors, at: usize) -> Joined {
    let args: Factors = a.arena.args(factors[at]).iter().copied().collect();
    let zero = |x: Id| a.arena.as_number(x).is_some_and(Number::is_zero);
    let against = |mask: Id, name: &str| match (a.arena.op(mask), a.arena.args(mask)) {
        (Op::Apply(f), [x, y]) if f.entry().names[0] == name && zero(*y) => Some(*x),
        _ => None,
    };
    let name = if let Some(x) = against(factors[at], "greater") {
        other(a, factors, at, |base, e| unary(a, base) == Some(("relu", x)) && e.to_f64() > 0.0)?;
        "relu(x) * (x > 0) = relu(x)"
    } else {
        // where(x == 0, 1/2, x > 0), the derivative of maximum(x, 0)
        let [tie, half, above] = args.as_slice() else { return None };
        let x = against(*above, "greater").filter(|&x| against(*tie, "equal") == Some(x))?;
        a.arena.as_number(*half)?;
        let largest = |base: Id| {
            let value = a.value_of(base);
            let sides = a.arena.args(value);
            matches!(a.arena.op(value), Op::Apply(f) if f.entry().names[0] == "maximum")
                && sides.contains(&x)
                && sides.iter().any(|&y| zero(y))
        };
        other(a, factors, at, |base, e| largest(base) && e.to_f64() > 0.0)?;
        "maximum(x, 0) * where(x == 0, 1/2, x > 0) = maximum(x, 0)"
    };
    let left = factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &f)| f).collect();
    Some((name, left))
}

fn quotient(a: &mut Algebra, factors: &Factors, at: usize, below: &str, result: &str, rule: &'static str) -> Joined {
    let x = a.arena.args(factors[at])[0];
    let wanted = |base: Id, e: Number| matches!(unary(a, base), Some((name, y)) if name == below && y == x) && e.to_f64() <= -1.0;
    let (k, base, exponent) = other(a, factors, at, wanted)?;
    let mut left = factors.clone();
    left[at] = a.node(Op::Apply(ops::find(result)?), &[x]);
    left[k] = a.node(Op::Power(exponent.plus(Number::ONE)), &[base]);
    Some((rule, left))
}

/// `exp(x) / (1 + exp(x)) = sigmoid(x)`
fn of_exp(a: &mut Algebra, factors: &Factors, at: usize) -> Joined {
    let (exp, x) = (factors[at], a.arena.args(factors[at])[0]);
    let one_more = |base: Id| {
        let value = a.value_of(base);
        let args = a.arena.args(value);
        let plus = matches!(a.arena.op(value), Op::Add(c) if c.len() == 2 && c.iter().all(|c| c.is_one()));
        plus && args.contains(&exp) && args.iter().any(|&y| a.is_filled_with(y, Number::ONE)) && a.arena.shape(value) == a.arena.shape(exp)
    };
    let (k, base, exponent) = other(a, factors, at, |base, e| e.to_f64() <= -1.0 && one_more(base))?;
    let mut left = factors.clone();
    left[at] = a.node(Op::Apply(ops::find("sigmoid")?), &[x]);
    left[k] = a.node(Op::Power(exponent.plus(Number::ONE)), &[base]);
    Some(("exp(x) / (1 + exp(x)) = sigmoid(x)", left))
}

/// A comparison of `c x` with 0 as one of `x`.
pub(super) fn unscaled(a: &mut Algebra, name: &str, args: &[Id]) -> Option<Id> {
    let (coefficient, x) = a.split_scale(args[0]);
    if coefficient.is_one() || coefficient.is_zero() || !a.arena.as_number(args[1]).is_some_and(Number::is_zero) {
        return None;
    }
    let turned = match name {
        _ if !coefficient.is_negative() => name,
        "greater" => "less",
        "greater_equal" => "less_equal",
        "less" => "greater",
        "less_equal" => "greater_equal",
        _ => name,
    };
    Some(a.node(Op::Apply(ops::find(turned)?), &[x, args[1]]))
}

impl Algebra {
    /// The mask that holds where this one does not; `None` for what is no mask.
    pub(super) fn opposite(&mut self, mask: Id) -> Option<Id> {
        let Op::Apply(function) = *self.arena.op(mask) else { return None };
        let operands: Factors = self.arena.args(mask).iter().copied().collect();
        // what is no number is neither above nor below
        let ordered = self.is_mask(mask) && operands.iter().all(|&x| self.range(x).total);
        let opposite = match function.entry().names[0] {
            _ if !self.is_mask(mask) => return None,
            "greater" | "greater_equal" | "less" | "less_equal" if !ordered => {
                return Some(self.node(Op::Apply(ops::find("logical_not")?), &[mask]));
            }
            "greater" => "less_equal",
            "greater_equal" => "less",
            "less" => "greater_equal",
            "less_equal" => "greater",
            "equal" => "not_equal",
            "not_equal" => "equal",
            "logical_not" if self.is_mask(operands[0]) => return Some(operands[0]),
            _ => return Some(self.node(Op::Apply(ops::find("logical_not")?), &[mask])),
        };
        Some(self.node(Op::Apply(ops::find(opposite)?), &operands))
    }
}
