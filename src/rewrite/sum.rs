//! Sums: like terms, numbers in front, common factors.

use super::Algebra;
use super::product::{base_of, weight};
use crate::expr::{Coefficients, Id, Number, Op};
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

type Terms = SmallVec<[(Number, Id); 4]>;
/// Terms that share an end: mostly one.
type Group = SmallVec<[(Number, Id); 1]>;

/// Up to how many terms are looked through rather than hashed.
const FEW: usize = 16;

/// The rule that fits a sum, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Option<(&'static str, Id)> {
    let Op::Add(coefficients) = op else { return None };
    let given: Terms = coefficients.iter().copied().zip(args.iter().copied()).collect();
    if let [(coefficient, x)] = given.as_slice() {
        return scaled(a, *coefficient, *x);
    }
    let mut bare: SmallVec<[Id; 4]> = args.iter().copied().collect();
    if super::leading::drop_leading(a, &mut bare) {
        return Some(("broadcasting repeats by itself", a.node(op.clone(), &bare)));
    }
    let shape = args.iter().fold(Shape::new(), |shape, &x| a.arena.broadcast(&shape, a.arena.shape(x)));
    let (rule, terms) = gather(a, &given);
    let terms = common_number(terms);
    let (front, terms) = terms;
    if let Some((rule, id)) = factor_out(a, &terms, &shape).or_else(|| open_brackets(a, &terms, &shape)) {
        return Some((rule, a.scale(front, id)));
    }
    if let Some((rule, id)) = opposite_sigmoid(a, &terms) {
        return Some((rule, a.scale(front, id)));
    }
    if terms.as_slice() == given.as_slice() && front.is_one() {
        return named_with_sign(a, &given);
    }
    let sum = match terms.as_slice() {
        [] => a.zeros(&shape),
        [(coefficient, x)] => a.scale(*coefficient, *x),
        many => a.add(many),
    };
    let sum = a.broadcast_to(sum, &shape);
    Some((rule, a.scale(front, sum)))
}

fn scaled(a: &mut Algebra, coefficient: Number, x: Id) -> Option<(&'static str, Id)> {
    if coefficient.is_one() {
        return Some(("", x));
    }
    if coefficient.is_zero() {
        let shape = Shape::from_slice(a.arena.shape(x));
        return Some(("0 A = 0", a.zeros(&shape)));
    }
    if let Some(value) = a.arena.as_number(x) {
        return Some(("", a.number(coefficient.times(value))));
    }
    if a.is_filled_with(x, Number::ZERO) {
        return Some(("", x));
    }
    let (inner, rest) = a.split_scale(x);
    if inner != Number::ONE {
        return Some(("", a.scale(coefficient.times(inner), rest)));
    }
    // -(a - b) = b - a costs nothing and reads better; other numbers stay in front
    if coefficient == Number::MINUS_ONE {
        if let Op::Add(coefficients) = a.arena.op(x) {
            let terms: Terms = coefficients.iter().map(|c| c.negated()).zip(a.arena.args(x).iter().copied()).collect();
            if terms.iter().all(|term| !term.0.is_negative()) {
                return Some(("-(-A - B) = A + B", a.add(&terms)));
            }
            if terms.len() == 2 && terms[0].0.is_negative() && !terms[1].0.is_negative() {
                let turned = [terms[1], terms[0]];
                return Some(("-(A - B) = B - A", a.add(&turned)));
            }
        }
    }
    None
}

/// Nested sums opened, numbers drawn out of terms, numbers and like terms added up.
fn gather(a: &mut Algebra, given: &[(Number, Id)]) -> (&'static str, Terms) {
    let mut rule = "";
    let mut order: Terms = SmallVec::new();
    let mut place: FxHashMap<Id, usize> = FxHashMap::default();
    let mut constant = Number::ZERO;
    let mut constant_at = None;
    // a list, not recursion: the terms of an opened sum are in simplest form, so one level is enough
    let mut flat: Terms = SmallVec::new();
    for &(coefficient, x) in given {
        let (inner, rest) = a.split_scale(x);
        let coefficient = coefficient.times(inner);
        match a.arena.op(rest) {
            Op::Add(coefficients) if coefficients.len() > 1 && coefficient.absolute().is_one() => {
                flat.extend(coefficients.iter().map(|c| c.times(coefficient)).zip(a.arena.args(rest).iter().copied()));
            }
            _ => flat.push((coefficient, rest)),
        }
    }
    // a number that is repeated to the shape of its neighbours is a number; if these cancel, the sum is repeated in the end
    let filled = |a: &Algebra, x: Id| match a.arena.op(x) {
        Op::Broadcast(_) => a.arena.as_number(a.arena.args(x)[0]),
        _ => None,
    };
    let whole = flat.iter().fold(Shape::new(), |shape, &(_, x)| a.arena.broadcast(&shape, a.arena.shape(x)));
    let others = flat.iter().filter(|&&(_, x)| filled(a, x).is_none());
    let others = others.fold(Shape::new(), |shape, &(_, x)| a.arena.broadcast(&shape, a.arena.shape(x)));
    let few = flat.len() <= FEW;
    for (coefficient, x) in flat {
        let repeated = if others == whole { filled(a, x) } else { None };
        if let Some(value) = repeated.filter(|v| !v.is_zero()) {
            constant = constant.plus(coefficient.times(value));
            constant_at.get_or_insert(order.len());
            rule = "broadcasting repeats by itself";
            continue;
        }
        if let Some(value) = a.arena.as_number(x) {
            constant = constant.plus(coefficient.times(value));
            constant_at.get_or_insert(order.len());
            continue;
        }
        if a.is_filled_with(x, Number::ZERO) {
            rule = "A + 0 = A";
            continue;
        }
        let known = if few { order.iter().position(|(_, y)| *y == x) } else { place.get(&x).copied() };
        match known {
            Some(at) => {
                order[at].0 = order[at].0.plus(coefficient);
                rule = "A + A = 2 A";
            }
            None => {
                if !few {
                    place.insert(x, order.len());
                }
                order.push((coefficient, x));
            }
        }
    }
    let mut terms: Terms = order;
    if !constant.is_zero() {
        let one = a.number(Number::ONE);
        terms.insert(constant_at.unwrap_or(0).min(terms.len()), (constant, one));
    }
    terms.retain(|(coefficient, _)| !coefficient.is_zero());
    repeat_less(a, &mut terms, &mut rule);
    // a matrix stands before its transpose: A + Aᵀ
    if let [(one, x), (two, y)] = terms.as_slice() {
        if one == two && matches!(a.arena.op(*x), Op::Permute(_)) && a.arena.args(*x) == [*y] {
            terms.swap(0, 1);
        }
    }
    // a sum that starts with a minus sign is turned round where it can be
    if terms.len() > 1 && terms[0].0.is_negative() {
        if let Some(at) = terms.iter().position(|(c, _)| !c.is_negative()) {
            let first = terms.remove(at);
            terms.insert(0, first);
        }
    }
    (rule, terms)
}

/// A term that is repeated to the shape of its neighbours need not say so.
fn repeat_less(a: &Algebra, terms: &mut Terms, rule: &mut &'static str) {
    if terms.len() < 2 || !terms.iter().any(|(_, x)| matches!(a.arena.op(*x), Op::Broadcast(_))) {
        return;
    }
    // the shape of all terms behind each
    let mut behind: Vec<Shape> = vec![Shape::new(); terms.len()];
    for at in (1..terms.len()).rev() {
        behind[at - 1] = a.arena.broadcast(&behind[at], a.arena.shape(terms[at].1));
    }
    let whole = a.arena.broadcast(&behind[0], a.arena.shape(terms[0].1));
    let mut before = Shape::new();
    for at in 0..terms.len() {
        if let Op::Broadcast(_) = a.arena.op(terms[at].1) {
            let inner = a.arena.args(terms[at].1)[0];
            let others = a.arena.broadcast(&before, &behind[at]);
            if a.arena.broadcast(&others, a.arena.shape(inner)) == whole {
                terms[at].1 = inner;
                *rule = "broadcasting repeats by itself";
            }
        }
        before = a.arena.broadcast(&before, a.arena.shape(terms[at].1));
    }
}

/// `2 A + 2 B = 2 (A + B)`; a minus sign that all share goes in front as well.
fn common_number(mut terms: Terms) -> (Number, Terms) {
    if terms.len() < 2 {
        return (Number::ONE, terms);
    }
    let size = terms[0].0.absolute();
    let same = terms.iter().all(|(c, _)| c.absolute() == size);
    let sign = if terms.iter().all(|(c, _)| c.is_negative()) { Number::MINUS_ONE } else { Number::ONE };
    // -A - B stays, -2 A - 2 B becomes -2 (A + B)
    let front = if same && !size.is_one() { sign.times(size) } else { Number::ONE };
    if !front.is_one() {
        // not by division: a quotient of floats that are rounded need not be 1, and what is left would be drawn out again
        for term in &mut terms {
            term.0 = if term.0.is_negative() == front.is_negative() { Number::ONE } else { Number::MINUS_ONE };
        }
    }
    (front, terms)
}

/// `A @ x + Aᵀ @ x = (A + Aᵀ) @ x` and `G * A + G * B = G * (A + B)`, where it makes the sum shorter.
fn factor_out(a: &mut Algebra, terms: &Terms, shape: &Shape) -> Option<(&'static str, Id)> {
    if terms.len() < 2 {
        return None;
    }
    matrix_factor(a, terms)
        .or_else(|| entry_factor(a, terms, shape))
        .or_else(|| either(a, terms, shape))
        .or_else(|| super::rearrange::side_by_side(a, terms))
        .or_else(|| super::rearrange::reshaped_alike(a, terms))
}

/// The places of the terms that are 0 where a condition does not hold, by condition.
fn conditions(a: &Algebra, terms: &Terms) -> FxHashMap<Id, SmallVec<[usize; 2]>> {
    let mut places: FxHashMap<Id, SmallVec<[usize; 2]>> = FxHashMap::default();
    for (place, (_, x)) in terms.iter().enumerate() {
        match a.as_guarded(*x) {
            Some((condition, _)) => places.entry(condition).or_default().push(place),
            None => factors(a, *x).into_iter().filter(|f| a.is_mask(*f)).for_each(|mask| places.entry(mask).or_default().push(place)),
        }
    }
    places
}

/// A term without the condition under which it is not 0.
fn without(a: &mut Algebra, (coefficient, x): (Number, Id), condition: Id) -> (Number, Id) {
    if let Some((_, value)) = a.as_guarded(x).filter(|(own, _)| *own == condition) {
        return (coefficient, value);
    }
    let left: SmallVec<[Id; 4]> = factors(a, x).into_iter().filter(|f| *f != condition).collect();
    (coefficient, a.multiply(&left))
}

/// `A * mask + B * ~mask = where(mask, A, B)`, and `where(c, A, 0) + where(c, B, 0) = where(c, A + B, 0)`.
fn either(a: &mut Algebra, terms: &Terms, shape: &Shape) -> Option<(&'static str, Id)> {
    let places = conditions(a, terms);
    let mut masks: Vec<Id> = places.keys().copied().collect();
    masks.sort_unstable();
    let mut rest: SmallVec<[Option<(Number, Id)>; 4]> = terms.iter().copied().map(Some).collect();
    let mut name = None;
    let where_ = crate::ops::find("where")?;
    for &mask in &masks {
        let guards = |place: &usize| a.as_guarded(terms[*place].1).is_some();
        let here = &places[&mask];
        if here.len() < 2 || !here.iter().any(guards) || here.iter().any(|&place| rest[place] != Some(terms[place])) {
            continue;
        }
        let parts: SmallVec<[(Number, Id); 4]> = here.iter().map(|&place| without(a, terms[place], mask)).collect();
        let sum = a.add(&parts);
        here.iter().for_each(|&place| rest[place] = None);
        rest[here[0]] = Some((Number::ONE, a.guarded(mask, sum)?));
        name = Some("where(c, A, 0) + where(c, B, 0) = where(c, A + B, 0)");
    }
    for &mask in &masks {
        // the mask as the program has it was made before the other
        let Some(other) = a.opposite(mask).filter(|other| mask < *other) else { continue };
        let (i, Some(&[j, ..])) = (places[&mask][0], places.get(&other).map(SmallVec::as_slice)) else { continue };
        if i == j || rest[i] != Some(terms[i]) || rest[j] != Some(terms[j]) {
            continue;
        }
        let sides = [(i, mask), (j, other)].map(|(place, condition)| {
            let (coefficient, x) = without(a, terms[place], condition);
            a.scale(coefficient, x)
        });
        let chosen = if sides[0] == sides[1] { sides[0] } else { a.node(Op::Apply(where_), &[mask, sides[0], sides[1]]) };
        rest[i.max(j)] = None;
        rest[i.min(j)] = Some((Number::ONE, chosen));
        name = Some("A * mask + B * ~mask = where(mask, A, B)");
    }
    let rest: Terms = rest.into_iter().flatten().collect();
    let name = name?;
    let sum = a.add(&rest);
    Some((name, a.broadcast_to(sum, shape)))
}

fn factors(a: &Algebra, x: Id) -> SmallVec<[Id; 4]> {
    match a.arena.op(x) {
        Op::Multiply => a.arena.args(x).iter().copied().collect(),
        _ => [x].into_iter().collect(),
    }
}

/// Terms that end, or begin, with the same matrix factor and have one other factor each; outer products likewise. All such groups in one
/// pass.
fn matrix_factor(a: &mut Algebra, terms: &Terms) -> Option<(&'static str, Id)> {
    let product = |x: Id| matches!(a.arena.op(x), Op::MatMul | Op::Outer);
    if terms.iter().filter(|&&(_, x)| product(x) || factors(a, x).into_iter().any(product)).count() < 2 {
        return None;
    }
    for last in [true, false] {
        // the end that terms may share, however long, and the one factor that is left
        let parts = |a: &Algebra, x: Id| match (a.arena.op(x), a.arena.args(x)) {
            (Op::MatMul, factors @ [first, .., end]) => {
                let (shared, rest) = if last { (&factors[1..], *first) } else { (&factors[..factors.len() - 1], *end) };
                let shared: SmallVec<[Id; 4]> = shared.iter().copied().collect();
                // a sum that stands before a longer end would be opened into the other terms
                let closed = shared.len() > 1 && matches!(a.arena.op(rest), Op::Add(_));
                (a.arena.shape(rest).len() >= 2 && !closed).then_some((shared, rest))
            }
            (Op::Outer, &[first, end]) => {
                let (shared, rest) = if last { (end, first) } else { (first, end) };
                Some((SmallVec::from_slice(&[shared]), rest))
            }
            _ => None,
        };
        // scalars in front are part of what terms share: s A @ x + s B @ x = s (A + B) @ x
        let apart = |a: &mut Algebra, x: Id| -> (Id, Id) {
            let all = factors(a, x);
            let product = all.iter().copied().find(|&f| matches!(a.arena.op(f), Op::MatMul | Op::Outer));
            match product {
                Some(product) if all.len() > 1 && all.iter().all(|&f| f == product || a.is_scalar(f)) => {
                    let scalars: SmallVec<[Id; 4]> = all.iter().copied().filter(|&f| f != product).collect();
                    (a.multiply(&scalars), product)
                }
                _ => (a.number(Number::ONE), x),
            }
        };
        // each group stands where its first term stood
        let mut groups: FxHashMap<(Id, SmallVec<[Id; 4]>), usize> = FxHashMap::default();
        let mut places: Vec<(Id, Group)> = Vec::with_capacity(terms.len());
        for &(coefficient, x) in terms {
            let (scalar, product) = apart(a, x);
            let Some((end, rest)) = parts(a, product) else {
                places.push((x, [(coefficient, x)].into_iter().collect()));
                continue;
            };
            let end = (scalar, end);
            match groups.get(&end).map(|&at| &mut places[at].1) {
                // shapes may broadcast in a sum; a product must not be changed by that
                Some(group) if a.arena.shape(group[0].1) == a.arena.shape(rest) => group.push((coefficient, rest)),
                Some(_) => places.push((x, [(coefficient, rest)].into_iter().collect())),
                None => {
                    groups.insert(end, places.len());
                    places.push((x, [(coefficient, rest)].into_iter().collect()));
                }
            }
        }
        if places.len() == terms.len() {
            continue;
        }
        let mut all: Terms = SmallVec::new();
        let mut rule = if last { "A @ X + B @ X = (A + B) @ X" } else { "X @ A + X @ B = X @ (A + B)" };
        for (x, group) in places {
            let (scalar, product) = apart(a, x);
            match (group.as_slice(), parts(a, product)) {
                (many, Some((mut shared, _))) if many.len() > 1 => {
                    let inner = a.add(many);
                    shared.insert(if last { 0 } else { shared.len() }, inner);
                    let product = if let Op::Outer = a.arena.op(product) {
                        rule = "outer(x, z) + outer(y, z) = outer(x + y, z)";
                        a.node(Op::Outer, &shared)
                    } else {
                        a.matmul(&shared)
                    };
                    let product = a.multiply(&[scalar, product]);
                    all.push((Number::ONE, product));
                }
                (one, _) => all.push((one[0].0, x)),
            }
        }
        return Some((rule, a.add(&all)));
    }
    None
}

/// Element-wise factors that all terms share.
fn entry_factor(a: &mut Algebra, terms: &Terms, shape: &Shape) -> Option<(&'static str, Id)> {
    let first = factors(a, terms[0].1);
    let mut common: SmallVec<[Id; 4]> = SmallVec::new();
    for &f in &first {
        if a.arena.as_number(f).is_some() {
            continue;
        }
        if terms[1..].iter().all(|(_, x)| factors(a, *x).contains(&f)) {
            common.push(f);
            continue;
        }
        // of what divides all terms, in different powers, the least: A / s - B / s**3 = (A - B / s**2) / s
        let (base, exponent) = base_of(a, f);
        let leaf = a.arena.args(base).is_empty();
        if !exponent.is_negative() || leaf && terms.len() < 3 {
            continue;
        }
        let exponents: Option<SmallVec<[Number; 4]>> = terms
            .iter()
            .map(|(_, x)| factors(a, *x).iter().map(|&g| base_of(a, g)).find(|(b, e)| *b == base && e.is_negative()).map(|(_, e)| e))
            .collect();
        if let Some(least) = exponents.and_then(|all| all.into_iter().max_by(|one, two| one.to_f64().total_cmp(&two.to_f64()))) {
            let least = a.node(Op::Power(least), &[base]);
            common.push(least);
        }
    }
    if common.is_empty() {
        return None;
    }
    let mut rest: Terms = SmallVec::new();
    for &(coefficient, x) in terms {
        let mut left = factors(a, x);
        for &f in &common {
            if let Some(at) = left.iter().position(|&l| l == f) {
                left.remove(at);
            } else if let Some(at) = left.iter().position(|&l| base_of(a, l).0 == base_of(a, f).0) {
                let ((base, exponent), (_, least)) = (base_of(a, left[at]), base_of(a, f));
                left[at] = a.node(Op::Power(exponent.plus(least.negated())), &[base]);
            }
        }
        let cofactor = a.multiply(&left);
        rest.push((coefficient, cofactor));
    }
    let inner = a.add(&rest);
    // what divides stands behind, as it is written
    let (below, mut product): (SmallVec<[Id; 4]>, SmallVec<[Id; 4]>) = common.into_iter().partition(|&f| base_of(a, f).1.is_negative());
    product.push(inner);
    product.extend(below);
    let result = a.multiply(&product);
    Some(("G * A + G * B = G * (A + B)", a.broadcast_to(result, shape)))
}

/// `1 - sigmoid(-x) = sigmoid(x)`
fn opposite_sigmoid(a: &mut Algebra, terms: &Terms) -> Option<(&'static str, Id)> {
    let [one, two] = terms.as_slice() else { return None };
    let (number, (sign, function)) = if a.arena.as_number(one.1).is_some() { (one, *two) } else { (two, *one) };
    let Op::Apply(f) = *a.arena.op(function) else { return None };
    if f.entry().names[0] != "sigmoid"
        || !a.arena.as_number(number.1).is_some_and(Number::is_one)
        || number.0 != sign.negated()
        || !sign.absolute().is_one()
    {
        return None;
    }
    let (coefficient, x) = a.split_scale(a.arena.args(function)[0]);
    if coefficient != Number::MINUS_ONE {
        return None;
    }
    let turned = a.node(Op::Apply(f), &[x]);
    Some(("1 - sigmoid(-x) = sigmoid(x)", a.scale(number.0, turned)))
}

/// `x * (1 - y) - y * (1 - x) = x - y`: brackets are opened where terms cancel by it.
fn open_brackets(a: &mut Algebra, terms: &Terms, shape: &Shape) -> Option<(&'static str, Id)> {
    type Product = SmallVec<[Id; 4]>;
    let mut opened: Vec<(Number, Product)> = Vec::new();
    let mut brackets = 0;
    for &(coefficient, x) in terms {
        let factors: Product = match a.arena.op(x) {
            Op::Multiply => a.arena.args(x).iter().copied().collect(),
            _ => [x].into_iter().collect(),
        };
        let at = factors.iter().position(|&f| matches!(a.arena.op(f), Op::Add(c) if c.len() == 2));
        let Some(at) = at else {
            opened.push((coefficient, factors));
            continue;
        };
        brackets += 1;
        let Op::Add(inner) = a.arena.op(factors[at]) else { continue };
        for (c, &y) in inner.iter().zip(a.arena.args(factors[at])) {
            let rest = factors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, &f)| f);
            let mut value = coefficient.times(*c);
            let mut product: Product = rest.collect();
            match (a.arena.op(y), a.arena.as_number(y)) {
                (_, Some(number)) => value = value.times(number),
                (Op::Multiply, _) => product.extend(a.arena.args(y).iter().copied()),
                _ => product.push(y),
            }
            opened.push((value, product));
        }
    }
    if brackets == 0 || terms.len() > 8 {
        return None;
    }
    let mut sum: Vec<(Number, Product, Product)> = Vec::new();
    for (coefficient, product) in opened {
        let mut key = product.clone();
        key.sort_unstable();
        match sum.iter_mut().find(|(_, known, _)| *known == key) {
            Some(known) => known.0 = known.0.plus(coefficient),
            None => sum.push((coefficient, key, product)),
        }
    }
    sum.retain(|(c, ..)| !c.is_zero());
    if sum.len() > terms.len() || sum.is_empty() {
        return None;
    }
    let before: usize = terms.iter().map(|(_, x)| weight(a, *x)).sum();
    let after: Terms = sum.into_iter().map(|(c, _, product)| (c, a.multiply(&product))).collect();
    if after.iter().map(|(_, x)| weight(a, *x)).sum::<usize>() >= before {
        return None;
    }
    let result = a.add(&after);
    Some(("x * (1 - y) - y * (1 - x) = x - y", a.broadcast_to(result, shape)))
}

/// `b - a` where `a - b` has a name `R` is `-R`.
fn named_with_sign(a: &mut Algebra, terms: &[(Number, Id)]) -> Option<(&'static str, Id)> {
    if terms.len() != 2 || !a.names_sums() {
        return None;
    }
    let turned: (Coefficients, crate::expr::Args) = terms.iter().map(|(c, x)| (c.negated(), *x)).unzip();
    for order in [[0, 1], [1, 0]] {
        let op = Op::Add(order.iter().map(|&k| turned.0[k]).collect());
        let args = order.iter().map(|&k| turned.1[k]).collect();
        let id = a.arena.intern(op, args);
        if let Some(name) = a.named(id) {
            return Some(("a value that has a name is written by it", a.scale(Number::MINUS_ONE, name)));
        }
    }
    None
}
