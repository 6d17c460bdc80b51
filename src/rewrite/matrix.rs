//! Inverses, determinants, powers and triangles of matrices: the identities of the Matrix Cookbook (Petersen & Pedersen, sections 1, 3, 10).

use super::Algebra;
use crate::expr::{Id, Number, Op, SymbolKind};
use crate::ops::{self, Attribute, Function, Rule};
use crate::shape::{Dim, Shape};
use smallvec::{SmallVec, smallvec};

type Factors = SmallVec<[Id; 4]>;
type Found = Option<(&'static str, Id)>;

/// How deep an expression is looked at to see that it is symmetric.
const DEPTH: usize = 6;
/// Up to which power the derivative of a matrix power is written as a sum.
const WRITTEN_OUT: i64 = 6;

/// The rule that fits a call, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Found {
    let Op::Call(function, attributes) = op else { return None };
    if let Some(name) = a.named_call(op, args) {
        return Some(("a value that has a name is written by it", name));
    }
    linear(a, *function, op, args).or_else(|| match function.entry().names[0] {
        name @ ("inv" | "pinv") => inverse(a, name, op, args[0]),
        "det" => determinant(a, op, args[0]),
        "logdet" => log_determinant(a, op, args[0]),
        "solve" => solve(a, op, args[0], args[1]),
        "expm" => exponential(a, op, args[0]),
        "matpow" => power(a, op, &attributes[0], args[0]),
        "expm_frechet" | "matpow_frechet" => derivative(a, op, args[0], args[1]),
        name @ ("tril" | "triu") => triangle(a, name, op, args[0]),
        _ => None,
    })
}

/// Numbers and scalars go in front of whatever is linear, and of nothing comes nothing.
fn linear(a: &mut Algebra, function: Function, op: &Op, args: &[Id]) -> Found {
    let whole = function.whole();
    let together = |place: usize| matches!(whole.rule(place), Rule::Linear(_));
    for place in 0..args.len() {
        let alone = match whole.rule(place) {
            Rule::Transpose(_) => true,
            // in all such operands together: the others must be nothing
            Rule::Linear(_) => {
                (0..args.len()).all(|other| other == place || !together(other) || a.is_filled_with(args[other], Number::ZERO))
            }
            _ => false,
        };
        if !alone {
            continue;
        }
        if a.is_filled_with(args[place], Number::ZERO) {
            let id = a.arena.intern(op.clone(), args.iter().copied().collect());
            let shape: Shape = Shape::from(a.arena.shape(id));
            return Some(("a linear map takes 0 to 0", a.zeros(&shape)));
        }
        if let Some((coefficient, scalars, rest)) = scalars_of(a, args[place]) {
            let mut bare: Factors = args.iter().copied().collect();
            bare[place] = rest;
            let inner = a.node(op.clone(), &bare);
            let product = a.multiply(&scalars.into_iter().chain([inner]).collect::<Factors>());
            return Some(("numbers and scalars go in front", a.scale(coefficient, product)));
        }
    }
    None
}

/// What is scalar in `x`, if anything: a number, scalar factors, and the rest.
fn scalars_of(a: &mut Algebra, x: Id) -> Option<(Number, Factors, Id)> {
    let (coefficient, rest) = a.split_scale(x);
    let (scalars, back): (Factors, Factors) = match a.arena.op(rest) {
        Op::Multiply => a.arena.args(rest).iter().copied().partition(|&f| a.is_scalar(f)),
        _ => (smallvec![], smallvec![rest]),
    };
    if coefficient.is_one() && scalars.is_empty() || back.is_empty() {
        return None;
    }
    let rest = if scalars.is_empty() { rest } else { a.multiply(&back) };
    Some((coefficient, scalars, rest))
}

/// The inverses of scalars in front of `inner`.
fn divided(a: &mut Algebra, coefficient: Number, scalars: &[Id], inner: Id) -> Option<Id> {
    let front = coefficient.power(Number::MINUS_ONE)?;
    let inverses: Factors = scalars.iter().map(|&s| a.node(Op::Power(Number::MINUS_ONE), &[s])).collect();
    let product = a.multiply(&inverses.into_iter().chain([inner]).collect::<Factors>());
    Some(a.scale(front, product))
}

fn inverse(a: &mut Algebra, name: &'static str, op: &Op, x: Id) -> Found {
    if let Some((coefficient, scalars, rest)) = scalars_of(a, x) {
        let inner = a.node(op.clone(), &[rest]);
        return Some(("inv(c A) = inv(A) / c", divided(a, coefficient, &scalars, inner)?));
    }
    if let Some(inner) = a.operand_of(x, name) {
        return Some(("inv(inv(A)) = A", inner));
    }
    if let Some(bare) = a.turned_last(x) {
        let inner = a.node(op.clone(), &[bare]);
        return Some(("inv(Aᵀ) = inv(A)ᵀ", a.transpose(inner)));
    }
    if let (base, k, false, true) = power_of(a, x) {
        if let Some(k) = a.arena.dims.as_integer(k).filter(|_| name == "inv") {
            let k = a.arena.dims.integer(-k);
            return Some(("inv(matpow(A, k)) = matpow(A, -k)", a.matpow(base, k)?));
        }
    }
    let args: Factors = a.arena.args(x).iter().copied().collect();
    match a.arena.op(x) {
        Op::Eye(_) => Some(("inv(I) = I", x)),
        Op::Diag if name == "inv" => {
            let inverse = a.node(Op::Power(Number::MINUS_ONE), &[args[0]]);
            Some(("inv(diag(x)) = diag(1 / x)", a.node(Op::Diag, &[inverse])))
        }
        Op::MatMul if name == "inv" && args.iter().all(|&f| is_square(a, f)) => {
            let inverses: Factors = args.iter().rev().map(|&f| a.node(op.clone(), &[f])).collect();
            Some(("inv(A @ B) = inv(B) @ inv(A)", a.matmul(&inverses)))
        }
        _ if a.has(x, "orthogonal") || name == "pinv" && a.has(x, "orthonormal") => {
            Some(("inv(Q) = Qᵀ for an orthogonal Q", a.transpose(x)))
        }
        _ if name == "inv" => {
            let inner = a.operand_of(x, "expm")?;
            let negative = a.scale(Number::MINUS_ONE, inner);
            Some(("inv(expm(A)) = expm(-A)", a.call("expm", &[negative], &[])?))
        }
        _ => None,
    }
}

fn determinant(a: &mut Algebra, op: &Op, x: Id) -> Found {
    if let Some(bare) = a.turned_last(x) {
        return Some(("det(Aᵀ) = det(A)", a.node(op.clone(), &[bare])));
    }
    if let Some(inner) = a.operand_of(x, "inv") {
        let det = a.node(op.clone(), &[inner]);
        return Some(("det(inv(A)) = 1 / det(A)", a.node(Op::Power(Number::MINUS_ONE), &[det])));
    }
    matches!(a.arena.op(x), Op::Eye(_)).then(|| ("det(I) = 1", a.number(Number::ONE)))
}

fn log_determinant(a: &mut Algebra, op: &Op, x: Id) -> Found {
    if let Some(bare) = a.turned_last(x) {
        return Some(("det(Aᵀ) = det(A)", a.node(op.clone(), &[bare])));
    }
    if let Some(inner) = a.operand_of(x, "inv") {
        let logdet = a.node(op.clone(), &[inner]);
        return Some(("det(inv(A)) = 1 / det(A)", a.scale(Number::MINUS_ONE, logdet)));
    }
    None
}

fn solve(a: &mut Algebra, op: &Op, x: Id, b: Id) -> Found {
    if let Some((coefficient, scalars, rest)) = scalars_of(a, x) {
        let inner = a.node(op.clone(), &[rest, b]);
        return Some(("inv(c A) = inv(A) / c", divided(a, coefficient, &scalars, inner)?));
    }
    if matches!(a.arena.op(x), Op::Eye(_)) {
        return Some(("solve(I, b) = b", b));
    }
    if a.has(x, "orthogonal") {
        let turned = a.transpose(x);
        return Some(("inv(Q) = Qᵀ for an orthogonal Q", a.matmul(&[turned, b])));
    }
    if let Some(inner) = a.operand_of(x, "inv") {
        return Some(("solve(inv(A), b) = A @ b", a.matmul(&[inner, b])));
    }
    if is_eye(a, b) && a.arena.shape(x).len() == 2 {
        return Some(("solve(A, I) = inv(A)", a.call("inv", &[x], &[])?));
    }
    let factors: Factors = a.arena.args(b).iter().copied().collect();
    match a.arena.op(b) {
        Op::MatMul if factors[0] == x => Some(("solve(A, A @ B) = B", a.matmul(&factors[1..]))),
        _ => None,
    }
}

fn exponential(a: &mut Algebra, op: &Op, x: Id) -> Found {
    let (coefficient, rest) = a.split_scale(x);
    if let Some(bare) = a.turned_last(rest) {
        let scaled = a.scale(coefficient, bare);
        let inner = a.node(op.clone(), &[scaled]);
        return Some(("expm(Aᵀ) = expm(A)ᵀ", a.transpose(inner)));
    }
    let inner = a.arena.args(x).first().copied();
    match (a.arena.op(x), inner) {
        (Op::Diag, Some(d)) => {
            let entries = a.function("exp", &[d])?;
            Some(("expm(diag(x)) = diag(exp(x))", a.node(Op::Diag, &[entries])))
        }
        _ => None,
    }
}

fn power(a: &mut Algebra, op: &Op, k: &Attribute, x: Id) -> Found {
    match exponent_of(a, k).and_then(|k| a.arena.dims.as_integer(k)) {
        Some(0) => {
            let shape: Shape = Shape::from(a.arena.shape(x));
            return Some(("matpow(A, 0) = I", a.eye_of(&shape)));
        }
        Some(1) => return Some(("matpow(A, 1) = A", x)),
        _ => {}
    }
    let bare = a.turned_last(x)?;
    let inner = a.node(op.clone(), &[bare]);
    Some(("matpow(Aᵀ, k) = matpow(A, k)ᵀ", a.transpose(inner)))
}

fn derivative(a: &mut Algebra, op: &Op, x: Id, e: Id) -> Found {
    let Op::Call(function, attributes) = op else { return None };
    let shape: Shape = Shape::from(a.arena.shape(x));
    // one number for each matrix of a batch
    let (numbers, rest): (Factors, Factors) = match a.arena.op(e) {
        Op::Multiply => a.arena.args(e).iter().copied().partition(|&f| matches!(a.arena.shape(f), [_, .., Dim::ONE, Dim::ONE])),
        _ => (smallvec![], smallvec![e]),
    };
    if !numbers.is_empty() && !rest.is_empty() {
        let rest = a.multiply(&rest);
        let rest = a.broadcast_to(rest, &shape);
        let inner = a.node(op.clone(), &[x, rest]);
        return Some(("numbers and scalars go in front", a.multiply(&numbers.into_iter().chain([inner]).collect::<Factors>())));
    }
    match (function.entry().names[0], is_eye(a, e)) {
        ("expm_frechet", true) => Some(("the derivative of expm(A) along I is expm(A)", a.call("expm", &[x], &[])?)),
        ("matpow_frechet", _) => derivative_of_power(a, &attributes[0], x, e),
        _ => None,
    }
}

/// `matpow(A, i) @ E @ matpow(A, j)` for all `i + j = k - 1`.
fn derivative_of_power(a: &mut Algebra, k: &Attribute, x: Id, e: Id) -> Found {
    let exponent = exponent_of(a, k)?;
    if is_eye(a, e) {
        let minus_one = a.arena.dims.integer(-1);
        let less = a.arena.dims.plus(exponent, minus_one);
        let power = a.matpow(x, less)?;
        let count = match a.arena.dims.as_integer(exponent) {
            Some(value) => a.number(Number::integer(value)),
            None => a.arena.intern(Op::Length(exponent), crate::expr::Args::new()),
        };
        return Some(("the derivative of matpow(A, k) along I is k matpow(A, k - 1)", a.multiply(&[count, power])));
    }
    // what arrives is put in first: along I the sum has one term
    if a.arena.as_symbol(e).is_some_and(|s| a.arena.info(s).kind == SymbolKind::Change(None)) {
        return None;
    }
    let k = a.arena.dims.as_integer(exponent).filter(|k| (0..=WRITTEN_OUT).contains(k))?;
    let mut terms: SmallVec<[(Number, Id); 4]> = SmallVec::new();
    for left in 0..k {
        let mut factors: Factors = smallvec![e];
        for (count, place) in [(left, 0), (k - 1 - left, 1)] {
            if count > 0 {
                let count = a.arena.dims.integer(count);
                let power = a.matpow(x, count)?;
                factors.insert(if place == 0 { 0 } else { factors.len() }, power);
            }
        }
        terms.push((Number::ONE, a.matmul(&factors)));
    }
    if terms.is_empty() {
        let shape: Shape = Shape::from(a.arena.shape(x));
        return Some(("matpow(A, 0) = I", a.zeros(&shape)));
    }
    Some(("d(A @ A @ ...) = dA @ A @ ... + A @ dA @ ... + ...", a.add(&terms)))
}

fn triangle(a: &mut Algebra, name: &'static str, op: &Op, x: Id) -> Found {
    let Op::Call(_, attributes) = op else { return None };
    let Attribute::Number(k) = attributes[0] else { return None };
    if let Some(bare) = a.turned_last(x) {
        let other = if name == "tril" { "triu" } else { "tril" };
        let inner = a.call(other, &[bare], &[Attribute::Number(k.negated())])?;
        return Some(("tril(Aᵀ) = triu(A)ᵀ", a.transpose(inner)));
    }
    if let Op::Call(inner, before) = a.arena.op(x) {
        if inner.entry().names[0] == name && *before == *attributes {
            return Some(("tril(tril(A)) = tril(A)", x));
        }
    }
    let k = k.to_integer()?;
    // what a lower triangle has above its diagonal, and an upper one below
    if (name == "triu" && k >= 0 && a.is_triangle(x, "lower", DEPTH)) || (name == "tril" && k <= 0 && a.is_triangle(x, "upper", DEPTH)) {
        let shape: Shape = Shape::from(a.arena.shape(x));
        if k != 0 {
            return Some(("a lower triangle has zeros above its diagonal", a.zeros(&shape)));
        }
        if shape.len() == 2 && shape[0] == shape[1] && !matches!(a.arena.op(x), Op::Diag | Op::Eye(_)) {
            let entries = a.node(Op::Diagonal, &[x]);
            return Some(("the upper triangle of a lower one is its diagonal", a.node(Op::Diag, &[entries])));
        }
    }
    let diagonal = matches!(a.arena.op(x), Op::Diag | Op::Eye(_)) || a.has(x, "diagonal");
    let whole = diagonal && if name == "tril" { k >= 0 } else { k <= 0 };
    let lower = name == "tril" && k >= 0 && (a.has(x, "lower") || a.operand_of(x, "cholesky").is_some());
    let upper = name == "triu" && k <= 0 && a.has(x, "upper");
    (whole || lower || upper).then_some(("a triangular matrix is its own triangle", x))
}

/// Whether `x` is a matrix with a name, transposed or not, of which nothing is known but its name.
pub(super) fn is_bare(a: &Algebra, x: Id) -> bool {
    let bare = a.turned_last(x).unwrap_or(x);
    let plain = |symbol| a.arena.info(symbol).properties.is_empty() && !matches!(a.arena.op(a.value_of(bare)), Op::Call(..));
    a.arena.shape(x).len() >= 2 && a.arena.as_symbol(bare).is_some_and(plain)
}

/// The rule that fits a product of matrices: what is next to its inverse goes, powers of one matrix join.
pub(super) fn product(a: &mut Algebra, args: &[Id]) -> Found {
    if let Some(at) = args.iter().position(|&x| a.again(x).is_some()) {
        let mut factors: Factors = args.iter().copied().collect();
        factors[at] = a.again(args[at])?;
        return Some(("", a.matmul(&factors)));
    }
    let shape = |a: &mut Algebra| Shape::from(a.product_shape(args));
    let replaced = |from: usize, to: usize, by: &[Id]| -> Factors { args[..from].iter().chain(by).chain(&args[to..]).copied().collect() };
    if let ([x, y], true) = (args, a.arena.shape(args[0]).len() == 1) {
        if x == y && a.has(*x, "unit") {
            return Some(("u @ u = 1 for a u of norm 1", a.number(Number::ONE)));
        }
    }
    let calls = |a: &Algebra, x: Id| matches!(a.arena.op(a.value_of(a.turned_last(x).unwrap_or(x))), Op::Call(..));
    if !args.iter().any(|&x| calls(a, x) || matches!(a.arena.op(x), Op::Outer | Op::Add(_))) {
        return None;
    }
    for at in 1..args.len() {
        if a.arena.shape(args[at - 1]).len() < 2 || a.arena.shape(args[at]).len() < 2 {
            continue;
        }
        let (one, two) = (power_of(a, args[at - 1]), power_of(a, args[at]));
        if one.0 != two.0 || one.2 != two.2 {
            continue;
        }
        let sum = a.arena.dims.plus(one.1, two.1);
        let joined = match a.arena.dims.as_integer(sum) {
            Some(0) => None,
            _ if one.3 || two.3 => {
                let power = a.matpow(one.0, sum)?;
                Some(if one.2 { a.transpose(power) } else { power })
            }
            _ => continue,
        };
        let rule = if joined.is_none() { "A @ inv(A) = I" } else { "matpow(A, i) @ matpow(A, j) = matpow(A, i + j)" };
        let rest = replaced(at - 1, at + 1, joined.as_slice());
        let wanted = shape(a);
        return Some((rule, a.product_of(&rest, &wanted)));
    }
    for at in 0..args.len() {
        if annihilated(a, args, at) {
            let wanted = shape(a);
            return Some(("A @ (I - pinv(A) @ A) = 0", a.zeros(&wanted)));
        }
        let (bare, turned) = match a.turned_last(args[at]) {
            Some(bare) => (bare, true),
            None => (args[at], false),
        };
        // A.T @ A next to inv(A.T @ A)
        if let Some(inner) = a.operand_of(bare, "inv") {
            let value = a.value_of(inner);
            let value = if turned { a.transpose(value) } else { value };
            if let Op::MatMul = a.arena.op(value) {
                let run: Factors = a.arena.args(value).iter().copied().collect();
                let (before, after) = (at.checked_sub(run.len()), at + 1 + run.len());
                let wanted = shape(a);
                if let Some(from) = before.filter(|&from| args[from..at] == *run) {
                    return Some(("A @ inv(A) = I", a.product_of(&replaced(from, at + 1, &[]), &wanted)));
                }
                if after <= args.len() && args[at + 1..after] == *run {
                    return Some(("A @ inv(A) = I", a.product_of(&replaced(at, after, &[]), &wanted)));
                }
            }
        }
        // S = L @ Lᵀ
        if let (Some(next), true) = (args.get(at + 1), turned) {
            let factor = a.operand_of(bare, "inv").filter(|_| bare == *next).and_then(|l| a.operand_of(l, "cholesky"));
            // elsewhere L belongs to the symmetric part of S alone
            if let Some(s) = factor.filter(|s| a.is_symmetric(*s)) {
                let inverse = a.call("inv", &[s], &[])?;
                return Some(("inv(L)ᵀ @ inv(L) = inv(S) for the Cholesky factor L of S", a.matmul(&replaced(at, at + 2, &[inverse]))));
            }
        }
        if let Some(factors) = a.named_vector(args, at) {
            return Some(("A @ outer(x, y) = outer(A @ x, y)", a.matmul(&factors)));
        }
        if at == 0 || at + 1 >= args.len() || args[at - 1] != args[at + 1] {
            continue;
        }
        // Penrose's first two equations
        if let Some(inner) = a.operand_of(bare, "pinv") {
            let inner = if turned { a.transpose(inner) } else { inner };
            if args[at - 1] == inner {
                return Some(("A @ pinv(A) @ A = A", a.matmul(&replaced(at, at + 2, &[]))));
            }
        }
        let (side, around) = match a.turned_last(args[at - 1]) {
            Some(bare) => (bare, true),
            None => (args[at - 1], false),
        };
        if let Some(inner) = a.operand_of(side, "pinv") {
            let inner = if around { a.transpose(inner) } else { inner };
            if args[at] == inner {
                return Some(("pinv(A) @ A @ pinv(A) = pinv(A)", a.matmul(&replaced(at, at + 2, &[]))));
            }
        }
    }
    None
}

/// Whether the factor at this place is `I - P` with a projection `P` by a pseudo-inverse that leaves its neighbour as it is.
fn annihilated(a: &mut Algebra, args: &[Id], at: usize) -> bool {
    let Op::Add(coefficients) = a.arena.op(args[at]) else { return false };
    let terms = a.arena.args(args[at]);
    let [eye, projection] = *terms else { return false };
    if coefficients[0] != coefficients[1].negated() || !is_eye(a, eye) || a.operand_of_factor(projection, "pinv").is_none() {
        return false;
    }
    let kept = |a: &mut Algebra, neighbour: Id, product: [Id; 2]| a.arena.shape(neighbour).len() >= 2 && a.matmul(&product) == neighbour;
    at > 0 && kept(a, args[at - 1], [args[at - 1], projection]) || at + 1 < args.len() && kept(a, args[at + 1], [projection, args[at + 1]])
}

/// Two matrices multiplied entry by entry and added up: a trace, or a form in two vectors, where one of them is a transpose or a product
/// of vectors.
pub(super) fn paired(a: &mut Algebra, axes: u32, keep: bool, factors: &[Id]) -> Found {
    let [one, two] = *factors else { return None };
    if axes != 3 || keep || a.arena.shape(one) != a.arena.shape(two) || a.arena.shape(one).len() != 2 {
        return None;
    }
    for (x, y) in [(one, two), (two, one)] {
        if is_eye(a, x) {
            return Some(("sum(A * I) = tr(A)", a.node(Op::Trace, &[y])));
        }
        if let Op::Outer = a.arena.op(x) {
            let (left, right) = (a.arena.args(x)[0], a.arena.args(x)[1]);
            return Some(("sum(outer(x, y) * A) = x @ A @ y", a.matmul(&[left, y, right])));
        }
        // ⟨B, L(c Bᵀ, G)⟩ = ⟨G, L(c B, B)⟩, and B commutes with its own powers
        if let Some(m) = a.operand_of(x, "expm_frechet") {
            let turned = a.transpose(m);
            let base = scalars_of(a, turned).map_or(turned, |(_, _, base)| base);
            if base == y {
                let arrived = a.arena.args(x)[1];
                let value = a.call("expm", &[turned], &[])?;
                let moved = a.matmul(&[y, value]);
                let product = a.multiply(&[arrived, moved]);
                return Some(("the derivative of expm(t A) by t is A @ expm(t A)", a.node(Op::Sum { axes, keep }, &[product])));
            }
        }
    }
    match (a.turned_last(one), a.turned_last(two)) {
        (Some(x), Some(y)) => {
            let product = a.multiply(&[x, y]);
            Some(("a sum over everything has no order", a.node(Op::Sum { axes, keep }, &[product])))
        }
        (Some(x), None) => {
            let product = a.matmul(&[x, two]);
            Some(("sum(Aᵀ * B) = tr(A @ B)", a.node(Op::Trace, &[product])))
        }
        (None, Some(y)) => {
            let product = a.matmul(&[y, one]);
            Some(("sum(Aᵀ * B) = tr(A @ B)", a.node(Op::Trace, &[product])))
        }
        _ => None,
    }
}

/// `x` as a power of a matrix: the matrix, the exponent, whether it is transposed, and whether it is written as a power.
fn power_of(a: &mut Algebra, x: Id) -> (Id, Dim, bool, bool) {
    let (bare, turned) = match a.turned_last(x) {
        Some(bare) => (bare, true),
        None => (x, false),
    };
    let value = a.value_of(bare);
    let found = match a.arena.op(value).clone() {
        Op::Call(f, _) if f.entry().names[0] == "inv" => Some((a.arena.dims.integer(-1), false)),
        Op::Call(f, k) if f.entry().names[0] == "matpow" => exponent_of(a, &k[0]).map(|k| (k, true)),
        _ => None,
    };
    match found {
        Some((k, true)) => match (a.operand_of(a.arena.args(value)[0], "inv"), a.arena.dims.as_integer(k)) {
            (Some(inner), Some(k)) => (inner, a.arena.dims.integer(-k), turned, true),
            _ => (a.arena.args(value)[0], k, turned, true),
        },
        Some((k, false)) => (a.arena.args(value)[0], k, turned, false),
        None => (bare, a.arena.dims.integer(1), turned, false),
    }
}

fn exponent_of(a: &mut Algebra, k: &Attribute) -> Option<Dim> {
    match k {
        Attribute::Number(k) => k.to_integer().map(|k| a.arena.dims.integer(k)),
        Attribute::Length(k) => Some(a.arena.dims.resolve(*k)),
        _ => None,
    }
}

fn is_eye(a: &Algebra, x: Id) -> bool {
    match a.arena.op(x) {
        Op::Eye(_) => true,
        Op::Broadcast(_) => matches!(a.arena.op(a.arena.args(x)[0]), Op::Eye(_)),
        _ => false,
    }
}

fn is_square(a: &Algebra, x: Id) -> bool {
    matches!(a.arena.shape(x), [.., rows, columns] if rows == columns)
}

impl Algebra {
    /// A function of the table that acts on whole arrays.
    fn call(&mut self, name: &str, args: &[Id], attributes: &[Attribute]) -> Option<Id> {
        Some(self.node(Op::Call(ops::find(name)?, attributes.into()), args))
    }

    /// A function of the table that acts entry by entry.
    fn function(&mut self, name: &str, args: &[Id]) -> Option<Id> {
        Some(self.node(Op::Apply(ops::find(name)?), args))
    }

    /// A call that was typed, in simplest form; `None` where it is in that already.
    pub(super) fn again(&mut self, x: Id) -> Option<Id> {
        let Op::Call(..) = self.arena.op(x) else { return None };
        let args = self.arena.args(x).iter().copied().collect();
        let made = self.make(self.arena.op(x).clone(), args);
        (made != x).then_some(made)
    }

    fn matpow(&mut self, x: Id, k: Dim) -> Option<Id> {
        let attribute = match self.arena.dims.as_integer(k) {
            Some(0) => {
                let shape: Shape = Shape::from(self.arena.shape(x));
                return Some(self.eye_of(&shape));
            }
            Some(1) => return Some(x),
            Some(-1) => return self.call("inv", &[x], &[]),
            Some(k) if k < 0 => {
                let inverse = self.call("inv", &[x], &[])?;
                return self.call("matpow", &[inverse], &[Attribute::Number(Number::integer(-k))]);
            }
            Some(k) => Attribute::Number(Number::integer(k)),
            None => Attribute::Length(k),
        };
        self.call("matpow", &[x], &[attribute])
    }

    /// The factors with `A @ outer(x, y)` or `outer(x, y) @ A` written by a name, if a product of `A` and a vector has one.
    fn named_vector(&mut self, args: &[Id], at: usize) -> Option<Factors> {
        let Op::Outer = self.arena.op(args[at]) else { return None };
        let (x, y) = (self.arena.args(args[at])[0], self.arena.args(args[at])[1]);
        for from in 0..at {
            if let Some(name) = self.named_product(&args[from..at], x) {
                let outer = self.node(Op::Outer, &[name, y]);
                return Some(args[..from].iter().chain(&[outer]).chain(&args[at + 1..]).copied().collect());
            }
        }
        for to in at + 1..args.len() {
            let turned: Factors = args[at + 1..=to].iter().rev().map(|&f| self.transpose(f)).collect();
            if let Some(name) = self.named_product(&turned, y) {
                let outer = self.node(Op::Outer, &[x, name]);
                return Some(args[..at].iter().chain(&[outer]).chain(&args[to + 1..]).copied().collect());
            }
        }
        None
    }

    fn named_product(&mut self, matrices: &[Id], vector: Id) -> Option<Id> {
        let end = match self.arena.op(vector) {
            Op::MatMul => self.arena.args(vector).to_vec(),
            _ => vec![vector],
        };
        let factors = matrices.iter().copied().chain(end).collect();
        let product = self.arena.intern(Op::MatMul, factors);
        self.named(product)
    }

    /// Identity matrices in this shape.
    fn eye_of(&mut self, shape: &[Dim]) -> Id {
        let eye = self.arena.intern(Op::Eye(shape[shape.len() - 1]), crate::expr::Args::new());
        self.broadcast_to(eye, shape)
    }

    /// The product of what is left of one with this shape.
    fn product_of(&mut self, rest: &[Id], shape: &[Dim]) -> Id {
        let product = if rest.is_empty() { self.eye_of(shape) } else { self.matmul(rest) };
        self.broadcast_to(product, shape)
    }

    fn product_shape(&mut self, args: &[Id]) -> Shape {
        let id = self.arena.intern(Op::MatMul, args.iter().copied().collect());
        Shape::from(self.arena.shape(id))
    }

    /// The operand of a call of `name`, or of a named value that is one.
    fn operand_of(&self, x: Id, name: &str) -> Option<Id> {
        let value = self.value_of(x);
        match self.arena.op(value) {
            Op::Call(function, _) if function.entry().names[0] == name => Some(self.arena.args(value)[0]),
            _ => None,
        }
    }

    /// The same for one of the factors of a product.
    fn operand_of_factor(&self, product: Id, name: &str) -> Option<Id> {
        let Op::MatMul = self.arena.op(product) else { return None };
        self.arena.args(product).iter().find_map(|&f| self.operand_of(self.turned_last(f).unwrap_or(f), name))
    }

    /// What is transposed in `x`, if it is a transpose of the last two axes.
    pub(super) fn turned_last(&self, x: Id) -> Option<Id> {
        let Op::Permute(order) = self.arena.op(x) else { return None };
        let rank = order.len();
        let swapped = rank >= 2 && (0..rank).all(|k| order[k] as usize == if k + 2 < rank { k } else { 2 * rank - 3 - k });
        swapped.then(|| self.arena.args(x)[0])
    }

    /// Whether `x` is a lower (an upper) triangle, as far as that can be seen without going deep.
    fn is_triangle(&self, x: Id, which: &str, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        if let Some(bare) = self.turned_last(x) {
            return self.is_triangle(bare, if which == "lower" { "upper" } else { "lower" }, depth - 1);
        }
        let value = self.value_of(x);
        match self.arena.op(value) {
            Op::Variable(_) => self.has(x, which),
            Op::Multiply => {
                let rank = self.arena.shape(value).len();
                let all = self.arena.args(value);
                all.iter().any(|&f| self.arena.shape(f).len() == rank && self.is_triangle(f, which, depth - 1))
            }
            Op::Call(function, _) => function.entry().names[0] == "cholesky" && which == "lower",
            _ => false,
        }
    }

    /// Whether `x` is its own transpose, as far as that can be seen without going deep.
    pub(super) fn is_symmetric(&self, x: Id) -> bool {
        self.symmetric(x, DEPTH)
    }

    fn symmetric(&self, x: Id, depth: usize) -> bool {
        if depth == 0 || !is_square(self, x) {
            return false;
        }
        let rank = self.arena.shape(x).len();
        let args = self.arena.args(x);
        let each = |x: &Id| self.is_scalar(*x) || self.arena.shape(*x).len() == rank && self.symmetric(*x, depth - 1);
        match self.arena.op(x) {
            Op::Variable(_) => {
                let value = self.value_of(x);
                ["symmetric", "posdef", "diagonal"].iter().any(|p| self.has(x, p)) || value != x && self.symmetric(value, depth - 1)
            }
            Op::Eye(_) | Op::Diag => true,
            Op::Add(coefficients) => match (coefficients.as_slice(), args) {
                ([one, two], [x, y]) if one == two && self.mirrors(*x, *y) => true,
                _ => args.iter().all(each),
            },
            Op::Multiply | Op::Power(_) | Op::Apply(_) => args.iter().all(each),
            Op::Outer => args[0] == args[1],
            Op::MatMul => {
                args.iter().all(|f| self.arena.shape(*f).len() >= 2)
                    && (0..args.len().div_ceil(2)).all(|k| {
                        let (left, right) = (args[k], args[args.len() - 1 - k]);
                        self.mirrors(left, right) || left == right && self.symmetric(left, depth - 1)
                    })
            }
            Op::Call(function, _) => match function.entry().names[0] {
                "inv" | "pinv" | "expm" | "matpow" => self.symmetric(args[0], depth - 1),
                _ => false,
            },
            Op::Permute(_) => self.turned_last(x).is_some_and(|bare| self.symmetric(bare, depth - 1)),
            _ => false,
        }
    }

    /// Whether one is the transpose of the other, as written.
    fn mirrors(&self, x: Id, y: Id) -> bool {
        self.turned_last(x) == Some(y) || self.turned_last(y) == Some(x)
    }
}
