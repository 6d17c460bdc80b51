//! Products of matrices: what is next to its inverse goes, powers of one matrix join, and products added up are traces or forms.

use super::Algebra;
use super::matrix::scalars_of;
use super::symmetry::is_eye;
use crate::expr::{Id, Number, Op};
use crate::ops::Attribute;
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;
type Found = Option<(&'static str, Id)>;

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
pub(super) fn power_of(a: &mut Algebra, x: Id) -> (Id, Dim, bool, bool) {
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

pub(super) fn exponent_of(a: &mut Algebra, k: &Attribute) -> Option<Dim> {
    match k {
        Attribute::Number(k) => k.to_integer().map(|k| a.arena.dims.integer(k)),
        Attribute::Length(k) => Some(a.arena.dims.resolve(*k)),
        _ => None,
    }
}

impl Algebra {
    /// The factors with `A @ outer(x, y)` or `outer(x, y) @ A` written by a name, if a product of `A` and a vector has one.
    pub(super) fn named_vector(&mut self, args: &[Id], at: usize) -> Option<Factors> {
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

    /// The product of what is left of one with this shape.
    pub(super) fn product_of(&mut self, rest: &[Id], shape: &[Dim]) -> Id {
        let product = if rest.is_empty() { self.eye_of(shape) } else { self.matmul(rest) };
        self.broadcast_to(product, shape)
    }

    pub(super) fn product_shape(&mut self, args: &[Id]) -> Shape {
        let id = self.arena.intern(Op::MatMul, args.iter().copied().collect());
        Shape::from(self.arena.shape(id))
    }
}
