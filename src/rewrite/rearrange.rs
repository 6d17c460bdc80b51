//! Entries in other places: what is moved twice is moved once, what is cut and joined again was never cut.

use super::Algebra;
use crate::expr::{Id, Number, Op};
use crate::ops::{Attribute, Attributes, Cut, Function, find};
use crate::shape::{Builder, Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;
type Found = Option<(&'static str, Id)>;
type Pairs = SmallVec<[(Dim, Dim); 4]>;

/// The rule that fits a function of whole arrays that only moves entries, or adds some up, and what it makes of it.
pub(super) fn simplify(a: &mut Algebra, op: &Op, args: &[Id]) -> Found {
    let Op::Call(function, attributes) = op else { return None };
    let name = function.entry().names[0];
    match name {
        "reshape" | "flip" | "roll" | "cumsum" | "slice" | "pad" | "dilate" | "gather" | "repeat" | "tile" => {
            moved(a, name, *function, attributes, args).or_else(|| entry_by_entry(a, op, args))
        }
        "scatter_add" if a.is_filled_with(args[2], Number::ZERO) => Some(("A + 0 = A", args[0])),
        "concat" => concat(a, attributes, args),
        _ => None,
    }
}

/// The function that a node calls, by its name.
fn called(a: &Algebra, x: Id) -> Option<(&'static str, Attributes)> {
    match a.arena.op(x) {
        Op::Call(function, attributes) => Some((function.entry().names[0], attributes.clone())),
        _ => None,
    }
}

fn moved(a: &mut Algebra, name: &str, function: Function, attributes: &Attributes, args: &[Id]) -> Found {
    let x = args[0];
    // what is the same everywhere stays so
    if let (Op::Broadcast(_), "reshape" | "flip" | "roll" | "slice" | "gather" | "repeat" | "tile") = (a.arena.op(x), name) {
        let scalar = a.arena.args(x)[0];
        if a.is_scalar(scalar) {
            let node = a.arena.intern(Op::Call(function, attributes.clone()), args.iter().copied().collect());
            let shape = Shape::from(a.arena.shape(node));
            return Some(("", a.broadcast_to(scalar, &shape)));
        }
    }
    let inner: Factors = a.arena.args(x).iter().copied().collect();
    let before = called(a, x);
    match (name, &attributes[..]) {
        ("reshape", [Attribute::Lengths(shape)]) => {
            if a.arena.shape(x) == shape.as_slice() {
                return Some(("", x));
            }
            // the identity of a Kronecker product is that of two identities
            if let (&Op::Eye(_), &[p, q, r, s]) = (a.arena.op(x), shape.as_slice()) {
                if (p, q) == (r, s) {
                    let eyes = [(p, 0b1010), (q, 0b0101)].map(|(n, mask)| {
                        let eye = a.arena.intern(Op::Eye(n), crate::expr::Args::new());
                        a.node(Op::Unsqueeze(mask), &[eye])
                    });
                    return Some(("eye(n m) = kron(eye(n), eye(m))", a.multiply(&eyes)));
                }
            }
            let again = matches!(&before, Some(("reshape", _))) || matches!(a.arena.op(x), Op::Unsqueeze(_) | Op::Squeeze(_));
            again.then(|| ("one reshape after the other is one", reshaped(a, inner[0], shape)))
        }
        ("flip", _) => match before {
            Some(("flip", other)) if other == *attributes => Some(("turned round twice", inner[0])),
            _ => None,
        },
        ("roll", [Attribute::Length(shift), axis]) => {
            if a.arena.dims.as_integer(*shift) == Some(0) {
                return Some(("", x));
            }
            let along = match axis {
                Attribute::Axes(axes) => usize::from(axes[0]),
                _ => 0,
            };
            let length = a.arena.shape(x)[along];
            let moves =
                |a: &mut Algebra, y: Id, shift: Dim| a.node(Op::Call(function, [Attribute::Length(shift), axis.clone()].into()), &[y]);
            if let Some(("roll", other)) = &before {
                if let [Attribute::Length(first), same] = &other[..] {
                    if same == axis {
                        let both = a.arena.dims.plus(*first, *shift);
                        return Some(("moved on twice", moves(a, inner[0], both)));
                    }
                }
            }
            // once round is nowhere
            let (less, more) = (a.arena.dims.minus(*shift, length), a.arena.dims.plus(*shift, length));
            let short = [less, more].into_iter().find(|&dim| a.arena.dims.as_integer(dim).is_some());
            let short = short.filter(|_| a.arena.dims.as_integer(*shift).is_none())?;
            Some(("all the way round is nowhere", moves(a, x, short)))
        }
        ("gather", [Attribute::Axes(axes)]) if matches!(a.arena.op(x), Op::Eye(_)) && axes[0] == 0 => {
            let count = a.arena.shape(x)[0];
            let one_hot = find("one_hot").expect("stands in the table");
            Some(("eye(n)[i] = one_hot(i, n)", a.node(Op::Call(one_hot, [Attribute::Length(count)].into()), &args[1..])))
        }
        ("slice", [Attribute::Cuts(cuts)]) => slice(a, cuts, x, before.as_ref(), &inner),
        ("pad", [Attribute::Pairs(pairs)]) => match before.as_ref().map(|(name, attributes)| (*name, &attributes[..])) {
            Some(("pad", [Attribute::Pairs(first)])) => {
                let dims = &mut a.arena.dims;
                let both = pairs.iter().zip(first).map(|(one, two)| (dims.plus(one.0, two.0), dims.plus(one.1, two.1))).collect();
                Some(("zeros around zeros", Builder::new(a, "").padded(inner[0], both)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn reshaped(a: &mut Algebra, x: Id, shape: &Shape) -> Id {
    // the counts are equal: one was made of the other
    Builder::new(a, "").reshape(x, shape.clone(), Default::default()).unwrap_or(x)
}

fn whole(a: &Algebra, cut: &Cut, length: Dim) -> bool {
    cut.step == 1 && cut.count == length && a.arena.dims.as_integer(cut.start) == Some(0)
}

fn slice(a: &mut Algebra, cuts: &SmallVec<[Cut; 4]>, x: Id, before: Option<&(&str, Attributes)>, inner: &[Id]) -> Found {
    let shape = Shape::from(a.arena.shape(x));
    if cuts.iter().zip(&shape).all(|(cut, &length)| whole(a, cut, length)) {
        return Some(("", x));
    }
    match before.map(|(name, attributes)| (*name, &attributes[..])) {
        Some(("slice", [Attribute::Cuts(first)])) => {
            let dims = &mut a.arena.dims;
            let both = first.iter().zip(cuts).map(|(first, cut)| {
                let step = dims.integer(first.step);
                let skipped = dims.times(cut.start, step);
                let start = dims.plus(first.start, skipped);
                let (reach, one) = (dims.minus(cut.stop, cut.start), dims.integer(1));
                let reach = dims.minus(reach, one);
                let reach = dims.times(reach, step);
                let last = dims.plus(start, reach);
                Cut { start, stop: dims.plus(last, one), step: first.step * cut.step, count: cut.count }
            });
            let both = both.collect();
            Some(("a part of a part", Builder::new(a, "").slice(inner[0], both)))
        }
        Some(("pad", [Attribute::Pairs(pairs)])) => {
            let own = Shape::from(a.arena.shape(inner[0]));
            let same =
                cuts.iter().zip(pairs).zip(&own).all(|((cut, pair), &length)| cut.step == 1 && cut.start == pair.0 && cut.count == length);
            same.then_some(("zeros put round and taken away", inner[0]))
        }
        Some(("concat", _)) => part_of(a, cuts, x).map(|part| ("a part of what was joined", part)),
        _ => match a.arena.op(x).clone() {
            Op::Permute(order) => {
                let mut own: SmallVec<[Cut; 4]> = cuts.clone();
                for (at, &axis) in order.iter().enumerate() {
                    own[axis as usize] = cuts[at];
                }
                let part = Builder::new(a, "").slice(inner[0], own);
                Some(("Aᵀ[a:b] = A[:, a:b]ᵀ", a.node(Op::Permute(order), &[part])))
            }
            Op::MatMul if inner.iter().all(|&f| a.arena.shape(f).len() <= 2) => {
                // rows come from the first factor, columns from the last
                let mut factors: Factors = inner.iter().copied().collect();
                let last = factors.len() - 1;
                let (rows, columns) = (a.arena.shape(factors[0]).len() == 2, a.arena.shape(factors[last]).len() == 2);
                let mut axes = cuts.iter().copied();
                if rows {
                    factors[0] = cut_axis(a, factors[0], 0, axes.next()?);
                }
                if columns {
                    factors[last] = cut_axis(a, factors[last], 1, axes.next()?);
                }
                Some(("(A @ B)[a:b, c:d] = A[a:b] @ B[:, c:d]", a.matmul(&factors)))
            }
            _ => None,
        },
    }
}

fn cut_axis(a: &mut Algebra, x: Id, axis: usize, cut: Cut) -> Id {
    let zero = a.arena.dims.integer(0);
    let everything = |&dim: &Dim| Cut { start: zero, stop: dim, step: 1, count: dim };
    let mut cuts: SmallVec<[Cut; 4]> = a.arena.shape(x).iter().map(everything).collect();
    cuts[axis] = cut;
    Builder::new(a, "").slice(x, cuts)
}

/// The same cuts of the one joined array that they lie in.
fn part_of(a: &mut Algebra, cuts: &SmallVec<[Cut; 4]>, joined: Id) -> Option<Id> {
    let Some(("concat", attributes)) = called(a, joined) else { return None };
    let [Attribute::Axes(axes)] = &attributes[..] else { return None };
    let axis = usize::from(axes[0]);
    let mut from = a.arena.dims.integer(0);
    for x in a.arena.args(joined).iter().copied().collect::<Factors>() {
        let to = a.arena.dims.plus(from, a.arena.shape(x)[axis]);
        let (ahead, behind) = (a.arena.dims.minus(cuts[axis].start, from), a.arena.dims.minus(to, cuts[axis].stop));
        if a.arena.dims.is_counted(ahead) && a.arena.dims.is_counted(behind) {
            let mut own = cuts.clone();
            own[axis].start = ahead;
            own[axis].stop = a.arena.dims.minus(cuts[axis].stop, from);
            return Some(Builder::new(a, "").slice(x, own));
        }
        from = to;
    }
    None
}

fn concat(a: &mut Algebra, attributes: &Attributes, args: &[Id]) -> Found {
    let [Attribute::Axes(axes)] = &attributes[..] else { return None };
    let axis = usize::from(axes[0]);
    if let [one] = args {
        return Some(("", *one));
    }
    let op = |a: &mut Algebra, args: &[Id]| match args {
        [one] => *one,
        many => a.node(Op::Call(find("concat").expect("stands in the table"), attributes.clone()), many),
    };
    let (coefficient, _) = a.split_scale(args[0]);
    if !coefficient.is_one() && args.iter().all(|&x| a.split_scale(x).0 == coefficient) {
        let bare: Factors = args.iter().map(|&x| a.split_scale(x).1).collect();
        let inner = op(a, &bare);
        return Some(("numbers and scalars go in front", a.scale(coefficient, inner)));
    }
    let nested = |a: &Algebra, x: Id| called(a, x).is_some_and(|(name, other)| name == "concat" && other == *attributes);
    if args.iter().any(|&x| nested(a, x)) {
        let flat: Factors = args.iter().flat_map(|&x| if nested(a, x) { a.arena.args(x).to_vec() } else { vec![x] }).collect();
        return Some(("joined, and joined again", op(a, &flat)));
    }
    let rest = rejoined(a, axis, args);
    (rest.len() < args.len()).then(|| ("cut, and joined again", op(a, &rest)))
}

/// The arrays of `args`, where neighbouring parts of one array are one part. One pass, however many they are.
fn rejoined(a: &mut Algebra, axis: usize, args: &[Id]) -> Factors {
    let mut rest = Factors::new();
    // of the last array, if it was cut from another: from which, and how
    let mut open: Option<(Id, SmallVec<[Cut; 4]>)> = None;
    for &x in args {
        let cut = match called(a, x) {
            Some(("slice", other)) => match &other[..] {
                [Attribute::Cuts(cuts)] => Some((a.arena.args(x)[0], cuts.clone())),
                _ => None,
            },
            _ => None,
        };
        let beside = |one: &[Cut], two: &[Cut]| {
            (0..one.len())
                .all(|k| if k == axis { one[k].stop == two[k].start && one[k].step == 1 && two[k].step == 1 } else { one[k] == two[k] })
        };
        match (&mut open, cut) {
            (Some((whole, one)), Some((other, two))) if *whole == other && beside(one, &two) => {
                one[axis].stop = two[axis].stop;
                one[axis].count = a.arena.dims.plus(one[axis].count, two[axis].count);
                let both = Builder::new(a, "").slice(other, one.clone());
                if let Some(last) = rest.last_mut() {
                    *last = both;
                }
            }
            (_, cut) => {
                open = cut;
                rest.push(x);
            }
        }
    }
    rest
}

/// A product of equal shapes is moved factor by factor, where a factor was moved the other way before.
fn entry_by_entry(a: &mut Algebra, op: &Op, args: &[Id]) -> Found {
    let Op::Call(function, attributes) = op else { return None };
    let x = args[0];
    let shape = Shape::from(a.arena.shape(x));
    if !matches!(a.arena.op(x), Op::Multiply) {
        return None;
    }
    let factors: Factors = a.arena.args(x).iter().copied().collect();
    let base = |a: &Algebra, f: Id| match a.arena.op(f) {
        Op::Power(_) => a.arena.args(f)[0],
        _ => f,
    };
    let back = |a: &mut Algebra, f: Id| -> Option<Id> {
        let inner = a.arena.args(f).first().copied();
        let (name, other) = called(a, f)?;
        let inner = inner?;
        let fits = match (function.entry().names[0], &attributes[..], &other[..]) {
            ("reshape", [Attribute::Lengths(wanted)], _) => name == "reshape" && a.arena.shape(inner) == wanted.as_slice(),
            ("flip", ..) => name == "flip" && other == *attributes,
            ("roll", [Attribute::Length(one), along], [Attribute::Length(two), same]) => {
                name == "roll" && along == same && a.arena.dims.plus(*one, *two) == a.arena.dims.integer(0)
            }
            ("slice", [Attribute::Cuts(cuts)], _) if name == "concat" => return part_of(a, cuts, f),
            _ => false,
        };
        fits.then_some(inner)
    };
    if !factors.iter().all(|&f| a.arena.shape(f) == shape.as_slice()) {
        return None;
    }
    let mut rest = Factors::new();
    let mut done = Factors::new();
    for f in factors {
        match back(a, base(a, f)) {
            Some(y) => {
                let y = if let Op::Power(exponent) = *a.arena.op(f) { a.node(Op::Power(exponent), &[y]) } else { y };
                done.push(y);
            }
            None => rest.push(f),
        }
    }
    if done.is_empty() {
        return None;
    }
    if !rest.is_empty() {
        let product = a.multiply(&rest);
        done.insert(0, a.node(op.clone(), &[product]));
    }
    Some(("a product is moved factor by factor", a.multiply(&done)))
}

/// Parts that were put back side by side are joined: `pad(A, ((0, n),)) + pad(B, ((n, 0),)) = concat([A, B])`. All of one axis in one
/// pass, so that a sum of many parts costs what it is long.
pub(super) fn side_by_side(a: &mut Algebra, terms: &[(Number, Id)]) -> Found {
    let padded = |(at, &(_, x)): (usize, &(Number, Id))| match called(a, x) {
        Some(("pad", attributes)) => match &attributes[..] {
            [Attribute::Pairs(pairs)] => Some((at, a.arena.args(x)[0], pairs.clone())),
            _ => None,
        },
        _ => None,
    };
    let parts: Vec<(usize, Id, Pairs)> = terms.iter().enumerate().filter_map(padded).collect();
    if parts.len() < 2 {
        return None;
    }
    let rank = parts.iter().map(|(_, _, pairs)| pairs.len()).max().unwrap_or(0);
    (0..rank).find_map(|axis| joined_along(a, terms, &parts, axis))
}

/// The sum, where of `parts` (term, what was padded, by how much) those that differ only in their place along `axis` and meet are joined.
fn joined_along(a: &mut Algebra, terms: &[(Number, Id)], parts: &[(usize, Id, Pairs)], axis: usize) -> Found {
    // what else is padded, and where a part begins along the axis
    let place = |pairs: &Pairs, begin: Dim| {
        let mut others = pairs.clone();
        others.remove(axis);
        (others, begin)
    };
    let mut ends: Vec<Option<Dim>> = Vec::with_capacity(parts.len());
    let mut begins: FxHashMap<(Pairs, Dim), usize> = FxHashMap::default();
    for (k, (_, inner, pairs)) in parts.iter().enumerate() {
        let Some(&(begin, _)) = pairs.get(axis) else {
            ends.push(None);
            continue;
        };
        ends.push(Some(a.arena.dims.plus(begin, a.arena.shape(*inner)[axis])));
        begins.entry(place(pairs, begin)).or_insert(k);
    }
    let next: Vec<Option<usize>> =
        parts.iter().zip(&ends).map(|((_, _, pairs), end)| end.and_then(|end| begins.get(&place(pairs, end)).copied())).collect();
    // each part follows one other at the most; the first to reach it has it
    let mut before: Vec<Option<usize>> = vec![None; parts.len()];
    for (k, &to) in next.iter().enumerate() {
        if let Some(to) = to.filter(|&to| to != k) {
            before[to].get_or_insert(k);
        }
    }
    let concat = find("concat").expect("stands in the table");
    let along: Attributes = [Attribute::Axes([axis as u8].into_iter().collect())].into();
    let mut rest: Vec<Option<(Number, Id)>> = terms.iter().copied().map(Some).collect();
    let mut changed = false;
    for first in (0..parts.len()).filter(|&k| before[k].is_none()) {
        let mut row = vec![first];
        let mut last = first;
        while let Some(to) = next[last].filter(|&to| before[to] == Some(last)) {
            row.push(to);
            last = to;
        }
        if row.len() < 2 {
            continue;
        }
        let inner: Factors = row.iter().map(|&k| a.scale(terms[parts[k].0].0, parts[k].1)).collect();
        let joined = a.node(Op::Call(concat, along.clone()), &inner);
        let mut pairs = parts[first].2.clone();
        pairs[axis].1 = parts[last].2[axis].1;
        let joined = Builder::new(a, "").padded(joined, pairs);
        let at = row.iter().map(|&k| parts[k].0).min().unwrap_or(0);
        row.iter().for_each(|&k| rest[parts[k].0] = None);
        rest[at] = Some((Number::ONE, joined));
        changed = true;
    }
    let rest: SmallVec<[(Number, Id); 4]> = rest.into_iter().flatten().collect();
    changed.then(|| ("what was cut is joined again", a.add(&rest)))
}

/// Terms that were reshaped alike are added first, where they are parts side by side.
pub(super) fn reshaped_alike(a: &mut Algebra, terms: &[(Number, Id)]) -> Found {
    let inner = |a: &Algebra, x: Id| match called(a, x) {
        Some(("reshape", _)) => {
            let inner = a.arena.args(x)[0];
            matches!(called(a, inner), Some(("pad" | "concat", _))).then_some(inner)
        }
        _ => None,
    };
    // each group, of one shape before and one after, stands where its first term stood
    let mut groups: FxHashMap<(Shape, Shape), usize> = FxHashMap::default();
    let mut places: Vec<Vec<(Number, Id)>> = Vec::with_capacity(terms.len());
    for &(coefficient, x) in terms {
        let Some(part) = inner(a, x) else {
            places.push(vec![(coefficient, x)]);
            continue;
        };
        let key = (Shape::from(a.arena.shape(part)), Shape::from(a.arena.shape(x)));
        match groups.get(&key) {
            Some(&at) => places[at].push((coefficient, x)),
            None => {
                groups.insert(key, places.len());
                places.push(vec![(coefficient, x)]);
            }
        }
    }
    if places.len() == terms.len() {
        return None;
    }
    let mut rest: SmallVec<[(Number, Id); 4]> = SmallVec::new();
    for group in places {
        let [(_, first), _, ..] = group[..] else {
            rest.extend(group);
            continue;
        };
        let to = Shape::from(a.arena.shape(first));
        let parts: Vec<(Number, Id)> = group.iter().filter_map(|&(coefficient, x)| Some((coefficient, inner(a, x)?))).collect();
        let sum = a.add(&parts);
        rest.push((Number::ONE, reshaped(a, sum, &to)));
    }
    Some(("what is reshaped alike is added first", a.add(&rest)))
}

/// Zeros are put round an array after its axes are reordered.
pub(super) fn turned(a: &mut Algebra, order: &SmallVec<[u8; 8]>, x: Id) -> Found {
    let Some(("pad", attributes)) = called(a, x) else { return None };
    let [Attribute::Pairs(pairs)] = &attributes[..] else { return None };
    let inner = a.arena.args(x)[0];
    let inner = a.node(Op::Permute(order.clone()), &[inner]);
    let pairs = order.iter().map(|&axis| pairs[usize::from(axis)]).collect();
    Some(("zeros are put round the transpose", Builder::new(a, "").padded(inner, pairs)))
}

/// `pad(A, ((0, 0), (a, b))) @ B = A @ B[a:-b]`: zeros add nothing.
pub(super) fn zeros_inside(a: &mut Algebra, args: &[Id]) -> Found {
    // one column and one row, of which one was cut out of a matrix
    if let [left, right] = args {
        let cut = [left, right].iter().any(|&&x| matches!(called(a, super::view::unturned(a, x)), Some(("slice", _))));
        if cut && a.arena.shape(*left).len() == 2 && a.arena.shape(*left)[1] == Dim::ONE && a.arena.shape(*right).len() == 2 {
            let (column, row) = (super::view::vector(a, *left, 1)?, super::view::vector(a, *right, 0)?);
            return Some(("a column @ a row is an outer product", a.node(Op::Outer, &[column, row])));
        }
    }
    for at in 0..args.len() {
        let Some(("pad", attributes)) = called(a, args[at]) else { continue };
        let [Attribute::Pairs(pairs)] = &attributes[..] else { continue };
        let inner = a.arena.args(args[at])[0];
        let rank = pairs.len();
        let none = |a: &Algebra, pair: (Dim, Dim)| [pair.0, pair.1].iter().all(|&dim| a.arena.dims.as_integer(dim) == Some(0));
        for (other, axis, theirs) in [(at + 1, rank - 1, 0), (at.wrapping_sub(1), rank.saturating_sub(2), usize::MAX)] {
            let Some(&neighbour) = args.get(other).filter(|_| rank <= 2 && !none(a, pairs[axis])) else { continue };
            let count = a.arena.shape(neighbour).len();
            if count > 2 {
                continue;
            }
            let (start, length) = (pairs[axis].0, a.arena.shape(inner)[axis]);
            let stop = a.arena.dims.plus(start, length);
            let part = cut_axis(a, neighbour, theirs.min(count - 1), Cut { start, stop, step: 1, count: length });
            let mut rest = pairs.clone();
            let zero = a.arena.dims.integer(0);
            rest[axis] = (zero, zero);
            let mut factors: Factors = args.iter().copied().collect();
            factors[at] = Builder::new(a, "").padded(inner, rest);
            factors[other] = part;
            return Some(("zeros add nothing to a product", a.matmul(&factors)));
        }
    }
    None
}
