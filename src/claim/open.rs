//! What names and functions stand for, put in their place.

use super::subject::Case;
use crate::diagnostic::Span;
use crate::expr::{Arena, Args, Id, Op};
use crate::ops::{Attribute, Value};
use crate::rewrite::Application;
use crate::shape::Builder;
use rustc_hash::FxHashMap;

/// The rule by which names are opened.
const NAMED: &str = "a name stands for its value";

/// Functions by others: the name, the rule as it is written, its right side.
#[rustfmt::skip]
const FUNCTIONS: [(&str, &str, &str); 19] = [
    ("sigmoid", "sigmoid(x) = 1 / (1 + exp(-x))", "1 / (1 + exp(-x))"),
    ("tanh", "tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"),
    ("sinh", "sinh(x) = (exp(x) - exp(-x)) / 2", "(exp(x) - exp(-x)) / 2"),
    ("cosh", "cosh(x) = (exp(x) + exp(-x)) / 2", "(exp(x) + exp(-x)) / 2"),
    ("tan", "tan(x) = sin(x) / cos(x)", "sin(x) / cos(x)"),
    ("silu", "silu(x) = x * sigmoid(x)", "x / (1 + exp(-x))"),
    ("relu", "relu(x) = x * (x > 0)", "x * (x > 0)"),
    ("abs", "abs(x) = x * sign(x)", "x * sign(x)"),
    ("leaky_relu", "leaky_relu(x, a) = x * where(x > 0, 1, a)", "x * where(x > 0, 1, negative_slope)"),
    ("logaddexp", "logaddexp(x, y) = log(exp(x) + exp(y))", "log(exp(x) + exp(y))"),
    ("pow", "x**y = exp(y * log(x))", "exp(y * log(x))"),
    ("solve", "solve(A, b) = inv(A) @ b", "inv(A) @ b"),
    ("softmax", "softmax(x) = exp(x) / sum(exp(x))", "exp(x) / sum(exp(x), axis=axis, keepdims=True)"),
    ("log_softmax", "log_softmax(x) = x - log(sum(exp(x)))", "x - log(sum(exp(x), axis=axis, keepdims=True))"),
    ("logsumexp", "logsumexp(x) = log(sum(exp(x)))", "log(sum(exp(x), axis=axis, keepdims=keepdims))"),
    ("var", "var(x) = mean((x - mean(x))**2)", "sum((x - mean(x, axis=axis, keepdims=True))**2, axis=axis) / (size(x, axis) - ddof)"),
    ("std", "std(x) = sqrt(mean((x - mean(x))**2))", "sqrt(sum((x - mean(x, axis=axis, keepdims=True))**2, axis=axis) / (size(x, axis) - ddof))"),
    ("norm", "norm(x) = sqrt(sum(x**2))", "sqrt(sum(x**2, axis=axis))"),
    ("standardize", "standardize(x) = (x - mean(x)) / sqrt(var(x) + eps)",
        "(x - mean(x, axis=axis, keepdims=True)) / sqrt(mean((x - mean(x, axis=axis, keepdims=True))**2, axis=axis, keepdims=True) + eps)"),
];

/// What each name of a program stands for: assigned values, and gradients.
pub(super) fn names(case: &mut Case) -> FxHashMap<Id, Id> {
    let d = &mut case.derivation;
    let arena = &mut d.algebra.arena;
    let assigned = d.model.statements.iter().map(|s| (s.symbol, s.value));
    let gradients = d.gradients.iter().map(|g| (g.symbol, g.value));
    let values: FxHashMap<Id, Id> = assigned.chain(gradients).map(|(symbol, value)| (arena.variable(symbol), value)).collect();
    values.into_iter().filter(|(name, value)| name != value).collect()
}

/// The names in an expression, of those that have a value.
pub(super) fn named(arena: &Arena, names: &FxHashMap<Id, Id>, x: Id) -> Vec<Id> {
    arena.reachable(&[x]).into_iter().filter(|id| names.contains_key(id)).collect()
}

/// The expression with some names opened.
pub(super) fn put_in(arena: &mut Arena, names: &FxHashMap<Id, Id>, opened: &[Id], x: Id, steps: &mut Vec<Application>) -> Id {
    let mut new: FxHashMap<Id, Id> = FxHashMap::default();
    for id in arena.reachable(&[x]) {
        let after = match names.get(&id).filter(|_| opened.contains(&id)) {
            Some(&value) => {
                let step = Application { rule: NAMED, before: id, after: value };
                if !steps.contains(&step) {
                    steps.push(step);
                }
                value
            }
            None => with_args(arena, id, &new),
        };
        new.insert(id, after);
    }
    new[&x]
}

/// The same node with new operands.
fn with_args(arena: &mut Arena, id: Id, new: &FxHashMap<Id, Id>) -> Id {
    let args: Args = arena.args(id).iter().map(|arg| new[arg]).collect();
    if args.as_slice() == arena.args(id) { id } else { arena.intern(arena.op(id).clone(), args) }
}

/// The expression with functions written by simpler ones.
pub(super) fn functions_put_in(arena: &mut Arena, x: Id, steps: &mut Vec<Application>) -> Id {
    let mut new: FxHashMap<Id, Id> = FxHashMap::default();
    for id in arena.reachable(&[x]) {
        let before = with_args(arena, id, &new);
        let after = match function_put_in(arena, before) {
            Some((rule, after)) => {
                let step = Application { rule, before, after };
                if !steps.contains(&step) {
                    steps.push(step);
                }
                after
            }
            None => before,
        };
        new.insert(id, after);
    }
    new[&x]
}

fn function_put_in(arena: &mut Arena, id: Id) -> Option<(&'static str, Id)> {
    let (function, attributes) = match arena.op(id) {
        Op::Apply(f) => (*f, [].into()),
        Op::Call(f, attributes) => (*f, attributes.clone()),
        _ => return None,
    };
    let args: Args = arena.args(id).iter().copied().collect();
    let entry = function.entry();
    if entry.names[0] == "inv" {
        return inverse_of_product(arena, id, args[0]);
    }
    let (_, rule, mut text) = *FUNCTIONS.iter().find(|(name, _, _)| *name == entry.names[0])?;
    if matches!(&attributes[..], [_, Attribute::Number(number)] if number.is_zero()) {
        text = match entry.names[0] {
            "var" => "mean((x - mean(x, axis=axis, keepdims=True))**2, axis=axis)",
            "std" => "sqrt(mean((x - mean(x, axis=axis, keepdims=True))**2, axis=axis))",
            _ => text,
        };
    }
    let parameters = entry.parameters.split(", ").map(|parameter| parameter.split('=').next().unwrap_or(parameter));
    let shape = arena.shape(id).to_vec();
    let mut builder = Builder::new(arena, "");
    let mut names: Vec<(&str, Value)> = Vec::new();
    // the attributes come behind the operands; of several spellings the first is the one that is kept
    let own = attributes.iter().filter(|attribute| !matches!(attribute, Attribute::Text(_)));
    let values: Vec<Value> = args.iter().map(|&arg| Value::Array(arg)).chain(own.map(|attribute| attribute.value(&mut builder))).collect();
    let kept: Vec<&str> = match entry.names[0] {
        "var" | "std" => vec!["x", "axis", "ddof"],
        "norm" => vec!["x", "axis"],
        _ => parameters.collect(),
    };
    names.extend(kept.into_iter().zip(values));
    let Value::Array(after) = builder.expression(text, &names, Span::default()).ok()? else { return None };
    (arena.shape(after) == shape).then_some((rule, after))
}

/// `inv(A @ B) = inv(B) @ inv(A)`, all square
fn inverse_of_product(arena: &mut Arena, id: Id, product: Id) -> Option<(&'static str, Id)> {
    let factors: Args = arena.args(product).iter().copied().collect();
    let square = |x: &Id| matches!(arena.shape(*x), [rows, columns] if rows == columns);
    if !matches!(arena.op(product), Op::MatMul) || !factors.iter().all(square) {
        return None;
    }
    let op = arena.op(id).clone();
    let turned: Args = factors.iter().rev().map(|&factor| arena.intern(op.clone(), Args::from_slice(&[factor]))).collect();
    Some(("inv(A @ B) = inv(B) @ inv(A)", arena.intern(Op::MatMul, turned)))
}
