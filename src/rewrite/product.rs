//! Element-wise products and powers: numbers in front, equal bases joined, masks.

use super::Algebra;
use crate::expr::{Constant, Id, Number, Op};
use crate::limits::MAX_FACTORS;
use crate::ops::{self, Attribute};
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// The rule that fits, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    match op {
        Op::Multiply => multiply(a, args),
        Op::Power(exponent) => power(a, args[0], *exponent),
        Op::Apply(function) => {
            let mut bare: Factors = args.iter().copied().collect();
            if super::leading::drop_leading(a, &mut bare) {
                return Some(("broadcasting repeats by itself", a.node(op.clone(), &bare)));
            }
            apply(a, function.entry().names[0], args)
        }
        _ => None,
    }
}

fn multiply(a: &mut Algebra, args: &[Id]) -> Option<(&'static str, Id)> {
    let shape = args.iter().fold(Shape::new(), |shape, &x| a.arena.broadcast(&shape, a.arena.shape(x)));
    let mut coefficient = Number::ONE;
    let mut flat: Factors = SmallVec::new();
    for &x in args {
        let (inner, rest) = a.split_scale(x);
        coefficient = coefficient.times(inner);
        let (inner, rest) = scaled_base(a, rest);
        coefficient = coefficient.times(inner);
        // what was typed may still be a power of a power, or of a product
        let rest = match *a.arena.op(rest) {
            Op::Power(exponent) if matches!(a.arena.op(a.arena.args(rest)[0]), Op::Power(_) | Op::Multiply) => {
                let base = a.arena.args(rest)[0];
                a.node(Op::Power(exponent), &[base])
            }
            _ => rest,
        };
        match a.arena.op(rest) {
            Op::Multiply if args.len().max(flat.len()) + a.arena.args(rest).len() <= MAX_FACTORS => {
                flat.extend(a.arena.args(rest).iter().copied());
            }
            Op::Number(value) => coefficient = coefficient.times(*value),
            // outer(x, c 1) repeats x along the second axis: so does broadcasting
            Op::Outer => match (a.arena.args(rest)[0], a.arena.args(rest)[1]) {
                (x, y) if a.filled_with(y).is_some() => {
                    coefficient = coefficient.times(a.filled_with(y).unwrap_or(Number::ONE));
                    let column = a.node(Op::Unsqueeze(2), &[x]);
                    flat.push(column);
                }
                (x, y) if a.filled_with(x).is_some() => {
                    coefficient = coefficient.times(a.filled_with(x).unwrap_or(Number::ONE));
                    flat.push(y);
                }
                _ => flat.push(rest),
            },
            _ => flat.push(rest),
        }
    }
    if coefficient.is_zero() || flat.iter().any(|&x| a.is_filled_with(x, Number::ZERO)) {
        return Some(("0 * A = 0", a.zeros(&shape)));
    }
    let mut rule = "";
    if super::leading::drop_leading(a, &mut flat) {
        rule = "broadcasting repeats by itself";
    }
    stretch_less(a, &mut flat, &mut rule);
    let mut joined = join_bases(a, &flat, &mut rule);
    join_exponents(a, &mut joined, &mut rule);
    super::pairs::join(a, &mut joined, &mut rule);
    fold_names(a, &mut joined, &mut rule);
    softmax(a, &mut joined, &mut rule);
    mask_less(a, &mut joined, &mut rule);
    cancel(a, &mut joined, &mut rule);
    // scalars first, then what arrives from above, then the rest in order; what divides stays where it is
    let lead = |a: &Algebra, x: &Id| a.is_scalar(*x) && !matches!(a.arena.op(*x), Op::Power(e) if e.is_negative());
    if joined.iter().any(|x| !a.is_scalar(*x)) {
        let upstream = |x: &Id| a.arena.as_symbol(*x).is_some_and(|s| a.arena.info(s).is_gradient());
        joined.sort_by_key(|x| if lead(a, x) { 0 } else { 2 - u8::from(upstream(x)) });
    }
    if let Some(guarded) = super::guard::keep(a, &joined) {
        let product = a.scale(coefficient, guarded);
        return Some(("A * mask = where(mask, A, 0) where A may be no number", a.broadcast_to(product, &shape)));
    }
    if coefficient.is_one() && joined.as_slice() == args {
        return None;
    }
    let product = match joined.as_slice() {
        [] => a.number(Number::ONE),
        [one] => *one,
        many => a.node(Op::Multiply, many),
    };
    let product = a.scale(coefficient, product);
    Some((rule, a.broadcast_to(product, &shape)))
}

/// `(c x)**a` of a whole `a` as the number `c**a` and `x**a`: what was typed may still have its number inside.
fn scaled_base(a: &mut Algebra, x: Id) -> (Number, Id) {
    let Op::Power(exponent) = *a.arena.op(x) else { return (Number::ONE, x) };
    let (coefficient, base) = a.split_scale(a.arena.args(x)[0]);
    match coefficient.power(exponent) {
        Some(front) if exponent.to_integer().is_some() && !coefficient.is_one() && a.named(a.arena.args(x)[0]).is_none() => {
            (front, a.node(Op::Power(exponent), &[base]))
        }
        _ => (Number::ONE, x),
    }
}

/// `x * x**2 = x**3`; a mask times itself is itself.
fn join_bases(a: &mut Algebra, flat: &[Id], rule: &mut &'static str) -> Factors {
    let mut bases: Bases = SmallVec::new();
    let mut places: FxHashMap<Id, usize> = FxHashMap::default();
    let mut changed = false;
    for &x in flat {
        let (base, exponent) = base_of(a, x);
        let known = match flat.len() {
            0..=MAX_FACTORS => bases.iter().position(|(b, _)| *b == base),
            _ => Some(*places.entry(base).or_insert(bases.len())).filter(|at| *at < bases.len()),
        };
        match known {
            Some(_) if a.is_mask(base) => changed = true,
            Some(_) if a.is_binary(base) && !exponent.is_negative() => {
                *rule = "M * M = M for a binary M";
                changed = true;
            }
            Some(at) => {
                bases[at].1 = bases[at].1.plus(exponent);
                *rule = "x**a * x**b = x**(a + b)";
                changed = true;
            }
            None => bases.push((base, exponent)),
        }
    }
    if !changed {
        return flat.iter().copied().collect();
    }
    bases.into_iter().filter(|(_, e)| !e.is_zero()).map(|(base, exponent)| a.node(Op::Power(exponent), &[base])).collect()
}

/// `x**c * x**(y - c) = x**y`, for an exponent that is no literal.
fn join_exponents(a: &mut Algebra, factors: &mut Factors, rule: &mut &'static str) {
    for at in 0..factors.len() {
        let Op::Apply(function) = *a.arena.op(factors[at]) else { continue };
        if function.entry().names[0] != "pow" {
            continue;
        }
        let (base, exponent) = (a.arena.args(factors[at])[0], a.arena.args(factors[at])[1]);
        let other = (0..factors.len()).find(|&k| k != at && base_of(a, factors[k]).0 == base);
        let Some(other) = other else { continue };
        let literal = base_of(a, factors[other]).1;
        let one = a.number(Number::ONE);
        let sum = a.add(&[(Number::ONE, exponent), (literal, one)]);
        let size = |x: Id| if let Op::Add(terms) = a.arena.op(x) { terms.len() } else { 1 };
        // only where the exponent gets shorter by it
        if size(sum) >= size(exponent) || a.arena.shape(sum) != a.arena.shape(exponent) {
            continue;
        }
        factors[at] = a.node(Op::Apply(function), &[base, sum]);
        factors.remove(other);
        *rule = "x**a * x**b = x**(a + b)";
        return;
    }
}

/// Factors repeated to a shape are left as they were: the product is repeated once, where it must be.
fn stretch_less(a: &Algebra, factors: &mut Factors, rule: &mut &'static str) {
    for at in 0..factors.len() {
        let inner = a.arena.args(factors[at]).first().copied();
        let stretched = match a.arena.op(factors[at]) {
            Op::Broadcast(_) => true,
            // a new axis in front is made by broadcasting anyway, if another factor has it
            Op::Unsqueeze(mask) => {
                let rank = a.arena.shape(factors[at]).len();
                mask & (mask + 1) == 0 && factors.iter().enumerate().any(|(k, &x)| k != at && a.arena.shape(x).len() >= rank)
            }
            _ => false,
        };
        if let (true, Some(inner)) = (stretched, inner) {
            factors[at] = inner;
            *rule = "broadcasting repeats by itself";
        }
    }
    let ones = |x: &Id| a.arena.as_number(*x).is_some_and(Number::is_one);
    factors.retain(|x| !ones(x));
}

pub(super) type Bases = SmallVec<[(Id, Number); 4]>;

pub(super) fn base_of(a: &Algebra, x: Id) -> (Id, Number) {
    let Op::Power(exponent) = a.arena.op(x) else { return (x, Number::ONE) };
    let base = a.arena.args(x)[0];
    match a.arena.op(base) {
        // as typed: 1 / sqrt(x)
        Op::Power(inner) if exponent.to_integer().is_some() => (a.arena.args(base)[0], inner.times(*exponent)),
        _ => (base, *exponent),
    }
}

/// The bases of a factor with their exponents: those of `1 / (x * y)` are those of `1 / x` and `1 / y`.
pub(super) fn bases_of(a: &Algebra, x: Id) -> Bases {
    let (base, exponent) = base_of(a, x);
    match a.arena.op(base) {
        Op::Multiply if exponent.to_integer().is_some() => {
            let inner = a.arena.args(base).iter().map(|&f| base_of(a, f));
            inner.map(|(base, inner)| (base, inner.times(exponent))).collect()
        }
        _ => [(base, exponent)].into_iter().collect(),
    }
}

/// What is left of a product when a named one is taken out of it; `None` where it is not in it.
fn without(a: &Algebra, factors: &[Id], named: Id) -> Option<Bases> {
    let mut left: Bases = factors.iter().map(|&f| base_of(a, f)).collect();
    for (base, exponent) in a.arena.args(named).iter().flat_map(|&wanted| bases_of(a, wanted)) {
        let (_, have) = left.iter_mut().find(|(b, _)| *b == base)?;
        let rest = have.plus(exponent.negated());
        // of the same sign and no smaller: P**2 holds P, P**-1 does not
        if have.is_negative() != exponent.is_negative() || !rest.is_zero() && rest.is_negative() != exponent.is_negative() {
            return None;
        }
        *have = rest;
    }
    left.retain(|(_, exponent)| !exponent.is_zero());
    Some(left)
}

/// Factors that together are the value of a name are written by it.
fn fold_names(a: &mut Algebra, factors: &mut Factors, rule: &mut &'static str) {
    if factors.len() < 2 {
        return;
    }
    let mut candidates: SmallVec<[(Id, Id); 4]> = SmallVec::new();
    for &factor in factors.iter() {
        // a long product is found by each of its factors
        let found = a.products_with(base_of(a, factor).0).iter();
        candidates.extend(found.filter(|found| !candidates.contains(found)).copied().collect::<SmallVec<[(Id, Id); 4]>>());
    }
    for (value, name) in candidates {
        if let Some(left) = without(a, factors, value) {
            let bases: SmallVec<[Id; 4]> = a.arena.args(value).iter().flat_map(|&w| bases_of(a, w)).map(|(base, _)| base).collect();
            // where its first factor stood, but before a sum in brackets
            let early = |f: Id| bases.contains(&base_of(a, f).0) || matches!(a.arena.op(f), Op::Add(c) if c.len() > 1);
            let first = factors.iter().position(|&f| early(f)).unwrap_or(0);
            *factors = left.into_iter().map(|(base, exponent)| a.node(Op::Power(exponent), &[base])).collect();
            factors.insert(first.min(factors.len()), name);
            *rule = "a value that has a name is written by it";
            return;
        }
    }
    // sum(E * G) / Z with P = E / Z: what is constant along the sum goes in, where it makes the name
    for at in 0..factors.len() {
        let (axes, keep, inner) = match (a.arena.op(factors[at]), a.arena.args(factors[at])) {
            (&Op::Sum { axes, keep }, &[inner]) => (axes, keep, inner),
            // of 1-D arrays the sum is written x @ y
            (Op::MatMul, &[x, _]) if a.is_scalar(factors[at]) => (1, false, x),
            _ => continue,
        };
        let inside: Factors = match a.arena.op(factors[at]) {
            Op::MatMul => a.arena.args(factors[at]).iter().copied().collect(),
            _ => match a.arena.op(inner) {
                Op::Multiply => a.arena.args(inner).iter().copied().collect(),
                _ => [inner].into_iter().collect(),
            },
        };
        for other in 0..factors.len() {
            let (base, exponent) = base_of(a, factors[other]);
            if other == at || !constant_along(a, base, inner, axes, keep) {
                continue;
            }
            let sign = if exponent.is_negative() { Number::MINUS_ONE } else { Number::ONE };
            let one = a.node(Op::Power(sign), &[base]);
            let together: Factors = inside.iter().copied().chain([one]).collect();
            let found = together.iter().flat_map(|&f| a.products_with(base_of(a, f).0));
            let with_base = |value: Id| a.arena.args(value).iter().any(|&w| bases_of(a, w).iter().any(|(b, _)| *b == base));
            let fits = |(value, name): (Id, Id)| (with_base(value) && without(a, &together, value).is_some()).then_some(name);
            if let Some(name) = found.copied().find_map(fits) {
                let product = a.multiply(&together);
                // what the name did not take up would only be put in front again
                let taken = match a.arena.op(product) {
                    Op::Multiply => a.arena.args(product).iter().any(|&f| base_of(a, f).0 == name),
                    _ => base_of(a, product).0 == name,
                };
                if !taken {
                    continue;
                }
                factors[at] = a.node(Op::Sum { axes, keep }, &[product]);
                factors[other] = a.node(Op::Power(exponent.plus(sign.negated())), &[base]);
                *rule = "what is constant along a sum may go in";
                factors.retain(|x| !a.is_filled_with(*x, Number::ONE));
                return;
            }
        }
    }
}

/// `exp(X) / sum(exp(X), axis=1, keepdims=True) = softmax(X, axis=1)`; the divisor may stand under an axis that is put back.
fn softmax(a: &mut Algebra, factors: &mut Factors, rule: &mut &'static str) {
    let exponential = |a: &Algebra, x: Id| matches!(a.arena.op(x), Op::Apply(f) if f.entry().names[0] == "exp");
    // the axes of the sum, and what is exponentiated
    let divisor = |a: &Algebra, x: Id, back: Option<u32>| -> Option<(u32, Id)> {
        let (base, exponent) = base_of(a, x);
        let Op::Sum { axes, keep } = *a.arena.op(base) else { return None };
        let summed = a.arena.args(base)[0];
        let fits = back.map_or(keep || a.is_scalar(base), |mask| !keep && mask == axes);
        (exponent == Number::MINUS_ONE && fits && exponential(a, summed)).then_some((axes, summed))
    };
    for at in 0..factors.len() {
        let (inner, back) = match a.arena.op(factors[at]) {
            Op::Unsqueeze(mask) => (a.arena.args(factors[at])[0], Some(*mask)),
            _ => (factors[at], None),
        };
        let mut parts: Factors = match a.arena.op(inner) {
            Op::Multiply if back.is_some() => a.arena.args(inner).iter().copied().collect(),
            _ => [inner].into_iter().collect(),
        };
        let found = parts.iter().enumerate().find_map(|(k, &x)| divisor(a, x, back).map(|(axes, e)| (k, axes, e)));
        let Some((k, axes, exponent)) = found else { continue };
        let Some(above) = factors.iter().position(|&f| f == exponent) else { continue };
        let Some(function) = ops::find("softmax") else { return };
        let x = a.arena.args(exponent)[0];
        let rank = a.arena.shape(x).len();
        let axis = match axes.count_ones() as usize {
            all if all == rank && rank > 1 => Attribute::None,
            _ => Attribute::Axes((0..rank as u8).filter(|k| axes >> k & 1 == 1).collect()),
        };
        let whole = a.node(Op::Call(function, [axis].into()), &[x]);
        parts.remove(k);
        let rest = a.multiply(&parts);
        let rest = match back {
            Some(mask) if !parts.is_empty() => a.node(Op::Unsqueeze(mask), &[rest]),
            _ => rest,
        };
        factors[above] = whole;
        factors[at] = rest;
        let one = |x: &Id| a.arena.as_number(*x).is_some_and(Number::is_one);
        factors.retain(|x| !one(x));
        *rule = "exp(X) / sum(exp(X)) = softmax(X)";
        return;
    }
}

/// `softmax(where(M, S, -inf)) * M = softmax(where(M, S, -inf))`: where nothing passes there is a 0 already.
fn mask_less(a: &Algebra, factors: &mut Factors, rule: &mut &'static str) {
    let called = |x: Id, name: &str| matches!(a.arena.op(x), Op::Call(f, _) | Op::Apply(f) if f.entry().names[0] == name);
    let nothing = |x: Id| {
        let (coefficient, rest) = a.split_scale(x);
        coefficient == Number::MINUS_ONE && matches!(a.arena.op(rest), Op::Constant(Constant::Infinity))
    };
    let masks: Factors = factors
        .iter()
        .filter(|&&x| called(a.value_of(x), "softmax"))
        .map(|&x| a.value_of(a.arena.args(a.value_of(x))[0]))
        .filter(|&s| called(s, "where") && nothing(a.arena.args(s)[2]))
        .map(|s| a.arena.args(s)[0])
        .collect();
    if factors.iter().any(|x| masks.contains(x)) {
        factors.retain(|x| !masks.contains(x));
        *rule = "softmax(where(M, S, -inf)) * M = softmax(where(M, S, -inf))";
    }
}

/// `x * (A + B / x) = x * A + B`, where the sum gets shorter by it.
fn cancel(a: &mut Algebra, factors: &mut Factors, rule: &mut &'static str) {
    let list = |a: &Algebra, x: Id| -> Factors {
        match a.arena.op(x) {
            Op::Multiply => a.arena.args(x).iter().copied().collect(),
            _ => [x].into_iter().collect(),
        }
    };
    for at in 0..factors.len() {
        let Op::Add(coefficients) = a.arena.op(factors[at]).clone() else { continue };
        let terms: Factors = a.arena.args(factors[at]).iter().copied().collect();
        if terms.len() < 2 || terms.len() > MAX_FACTORS {
            continue;
        }
        let divides = |a: &Algebra, base: Id| {
            let mut parts = terms.iter().flat_map(|&x| list(a, x));
            parts.any(|f| base_of(a, f).0 == base && base_of(a, f).1.is_negative())
        };
        let inward: Factors = (0..factors.len())
            .filter(|&k| k != at && !base_of(a, factors[k]).1.is_negative() && divides(a, base_of(a, factors[k]).0))
            .map(|k| factors[k])
            .collect();
        if inward.is_empty() {
            continue;
        }
        let moved = |a: &mut Algebra, x: Id| {
            let all: Factors = inward.iter().copied().chain(list(a, x)).collect();
            a.multiply(&all)
        };
        let opened: SmallVec<[(Number, Id); 4]> = coefficients.iter().copied().zip(terms.iter().map(|&x| moved(a, x))).collect();
        let sum = a.add(&opened);
        let shape = inward.iter().fold(Shape::from(a.arena.shape(factors[at])), |shape, &x| a.arena.broadcast(&shape, a.arena.shape(x)));
        let before = inward.iter().map(|&x| weight(a, x)).sum::<usize>() + weight(a, factors[at]);
        if a.arena.shape(sum) != shape.as_slice() || weight(a, sum) >= before {
            continue;
        }
        factors[at] = sum;
        factors.retain(|x| !inward.contains(x));
        *rule = "x * (A + B / x) = x * A + B";
        return;
    }
}

/// About how long an expression is when it is written.
pub(super) fn weight(a: &Algebra, x: Id) -> usize {
    const ENOUGH: usize = 256;
    let (mut open, mut count) = (vec![x], 0);
    while let Some(x) = open.pop() {
        count += 1;
        if count >= ENOUGH {
            break;
        }
        open.extend(a.arena.args(x));
    }
    count
}

/// Whether `x` has the same entry all along the summed axes of `inner`, and stays aligned when these axes are gone.
pub(super) fn constant_along(a: &Algebra, x: Id, inner: Id, axes: u32, keep: bool) -> bool {
    let (shape, from) = (a.arena.shape(inner), a.arena.shape(x));
    let Some(offset) = shape.len().checked_sub(from.len()) else { return false };
    let constant = (0..shape.len()).all(|k| axes >> k & 1 == 0 || k < offset || from[k - offset] == crate::shape::Dim::ONE);
    let behind = axes & (axes + 1) == 0 && from.len() + axes.count_ones() as usize <= shape.len();
    constant && (keep || from.is_empty() || behind)
}

fn power(a: &mut Algebra, x: Id, exponent: Number) -> Option<(&'static str, Id)> {
    if exponent.is_one() {
        return Some(("x**1 = x", x));
    }
    let shape: Shape = Shape::from(a.arena.shape(x));
    if exponent.is_zero() {
        let one = a.number(Number::ONE);
        return Some(("x**0 = 1", a.broadcast_to(one, &shape)));
    }
    if let Some(Number::Exact(value)) = a.arena.as_number(x).and_then(|base| base.power(exponent)) {
        return Some(("", a.number(Number::Exact(value))));
    }
    if a.is_mask(x) && !exponent.is_negative() {
        return Some(("a mask times itself is itself", x));
    }
    if a.is_binary(x) && !exponent.is_negative() {
        return Some(("M * M = M for a binary M", x));
    }
    if let Some(whole) = exponent.to_integer().filter(|_| a.has(x, "sign")) {
        let one = a.number(Number::ONE);
        let left = if whole % 2 == 0 { a.broadcast_to(one, &shape) } else { x };
        return Some(("s * s = 1 for a sign s", left));
    }
    if let Some((name, power)) = a.root_of(x, exponent) {
        return Some(("a value that has a name is written by it", a.node(Op::Power(power), &[name])));
    }
    if let Some(again) = a.again(x) {
        return Some(("", a.node(Op::Power(exponent), &[again])));
    }
    let whole = exponent.to_integer().is_some();
    let even = exponent.to_integer().is_some_and(|e| e % 2 == 0);
    match a.arena.op(x).clone() {
        Op::Apply(function) if even && function.entry().names[0] == "abs" => {
            let inner = a.arena.args(x)[0];
            Some(("abs(x)**2 = x**2", a.node(Op::Power(exponent), &[inner])))
        }
        Op::Apply(function) if even && !exponent.is_negative() && function.entry().names[0] == "sign" => {
            let (inner, zero) = (a.arena.args(x)[0], a.number(Number::ZERO));
            Some(("sign(x)**2 = (x != 0)", a.node(Op::Apply(ops::find("not_equal")?), &[inner, zero])))
        }
        Op::Power(inner) if whole => {
            let base = a.arena.args(x)[0];
            Some(("(x**a)**b = x**(a b)", a.node(Op::Power(inner.times(exponent)), &[base])))
        }
        Op::Add(coefficients) if coefficients.len() == 1 && whole => {
            let front = coefficients[0].power(exponent)?;
            let inner = a.arena.args(x)[0];
            let rest = a.node(Op::Power(exponent), &[inner]);
            Some(("(c x)**a = c**a x**a", a.scale(front, rest)))
        }
        Op::Multiply if whole && exponent.is_negative() => {
            let factors: Factors = a.arena.args(x).iter().copied().collect();
            let parts: Factors = factors.into_iter().map(|f| a.node(Op::Power(exponent), &[f])).collect();
            Some(("(x * y)**a = x**a * y**a", a.multiply(&parts)))
        }
        Op::Broadcast(to) => {
            let inner = a.arena.args(x)[0];
            let raised = a.node(Op::Power(exponent), &[inner]);
            Some(("", a.broadcast_to(raised, &to)))
        }
        _ => None,
    }
}

/// Powers with a literal exponent, and masks: `mask != 0` is the mask, `mask == 0` its complement.
fn apply(a: &mut Algebra, name: &str, args: &[Id]) -> Option<(&'static str, Id)> {
    let against_zero = |a: &Algebra| args.len() == 2 && a.arena.as_number(args[1]).is_some_and(Number::is_zero) && a.is_mask(args[0]);
    match name {
        "log" if matches!(a.arena.op(args[0]), Op::Constant(Constant::E)) => Some(("log(e) = 1", a.number(Number::ONE))),
        "abs" if a.has(args[0], "positive") => Some(("abs(x) = x for a positive x", args[0])),
        "sign" | "abs" if a.has(args[0], if name == "sign" { "positive" } else { "sign" }) => {
            let shape: Shape = Shape::from(a.arena.shape(args[0]));
            let one = a.number(Number::ONE);
            Some((if name == "sign" { "sign(x) = 1 for a positive x" } else { "abs(s) = 1 for a sign s" }, a.broadcast_to(one, &shape)))
        }
        "pow" if a.arena.shape(args[0]).len() >= a.arena.shape(args[1]).len() => {
            let exponent = a.arena.as_number(args[1])?;
            Some(("", a.node(Op::Power(exponent), &[args[0]])))
        }
        "not_equal" if against_zero(a) => Some(("(mask != 0) = mask", args[0])),
        "equal" if against_zero(a) => Some(("(mask == 0) is the opposite mask", a.opposite(args[0])?)),
        "greater" | "greater_equal" | "less" | "less_equal" | "equal" | "not_equal" => {
            Some(("(c x > 0) = (x > 0)", super::pairs::unscaled(a, name, args)?))
        }
        "where"
            if a.arena.as_number(args[1]).is_some_and(Number::is_one)
                && a.arena.as_number(args[2]).is_some_and(Number::is_zero)
                && a.is_mask(args[0]) =>
        {
            Some(("where(mask, 1, 0) = mask", args[0]))
        }
        "where"
            if a.arena.as_number(args[1]).is_some_and(Number::is_zero)
                && a.arena.as_number(args[2]).is_some_and(Number::is_one)
                && a.is_mask(args[0]) =>
        {
            Some(("where(mask, 0, 1) is the opposite mask", a.opposite(args[0])?))
        }
        "where" => super::guard::once(a, args),
        _ => None,
    }
}
