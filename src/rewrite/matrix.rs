//! Inverses, determinants, powers and triangles of matrices: the identities of the Matrix Cookbook (Petersen & Pedersen, sections 1, 3, 10).

use super::Algebra;
use super::chain::{exponent_of, power_of};
use super::symmetry::{DEPTH, is_eye, is_square};
use crate::expr::{Id, Number, Op, SymbolKind};
use crate::ops::{self, Attribute, Function, Rule};
use crate::shape::{Dim, Shape};
use smallvec::{SmallVec, smallvec};

type Factors = SmallVec<[Id; 4]>;
type Found = Option<(&'static str, Id)>;

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
pub(super) fn scalars_of(a: &mut Algebra, x: Id) -> Option<(Number, Factors, Id)> {
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

impl Algebra {
    /// A function of the table that acts on whole arrays.
    pub(super) fn call(&mut self, name: &str, args: &[Id], attributes: &[Attribute]) -> Option<Id> {
        Some(self.node(Op::Call(ops::find(name)?, attributes.into()), args))
    }

    /// A function of the table that acts entry by entry.
    pub(super) fn function(&mut self, name: &str, args: &[Id]) -> Option<Id> {
        Some(self.node(Op::Apply(ops::find(name)?), args))
    }

    /// A call that was typed, in simplest form; `None` where it is in that already.
    pub(super) fn again(&mut self, x: Id) -> Option<Id> {
        let Op::Call(..) = self.arena.op(x) else { return None };
        let args = self.arena.args(x).iter().copied().collect();
        let made = self.make(self.arena.op(x).clone(), args);
        (made != x).then_some(made)
    }

    pub(super) fn matpow(&mut self, x: Id, k: Dim) -> Option<Id> {
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

    /// Identity matrices in this shape.
    pub(super) fn eye_of(&mut self, shape: &[Dim]) -> Id {
        let eye = self.arena.intern(Op::Eye(shape[shape.len() - 1]), crate::expr::Args::new());
        self.broadcast_to(eye, shape)
    }

    /// The operand of a call of `name`, or of a named value that is one.
    pub(super) fn operand_of(&self, x: Id, name: &str) -> Option<Id> {
        let value = self.value_of(x);
        match self.arena.op(value) {
            Op::Call(function, _) if function.entry().names[0] == name => Some(self.arena.args(value)[0]),
            _ => None,
        }
    }

    /// The same for one of the factors of a product.
    pub(super) fn operand_of_factor(&self, product: Id, name: &str) -> Option<Id> {
        let Op::MatMul = self.arena.op(product) else { return None };
        self.arena.args(product).iter().find_map(|&f| self.operand_of(self.turned_last(f).unwrap_or(f), name))
    }
}
