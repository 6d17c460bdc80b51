//! From expressions to their normal forms, operands first.

use super::atoms::powers_join;
use super::settle::{Raw, multiplied};
use super::term::{Factor, Term};
use super::{Kind, Normal, Polynomial};
use crate::expr::{Args, Axes, Axis, Constant, Id, Number, Op, UNIT};
use crate::ops::{Attributes, Family, Function, Rule, find};
use crate::rewrite::Algebra;
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;

/// The largest power of a sum that is multiplied out.
const MAX_EXPANDED: i64 = 4;

impl Normal {
    /// The normal form of an expression; nothing where that would be too long.
    pub fn of(&mut self, a: &mut Algebra, root: Id) -> Option<Polynomial> {
        let mut found: FxHashMap<Id, Polynomial> = FxHashMap::default();
        for id in a.arena.reachable(&[root]) {
            let args: Args = a.arena.args(id).iter().copied().collect();
            let values: Option<Vec<Polynomial>> = args.iter().map(|arg| found.get(arg).cloned()).collect();
            let value = self.node(a, id, &args, values?)?;
            found.insert(id, value);
        }
        found.remove(&root)
    }

    fn node(&mut self, a: &mut Algebra, id: Id, args: &[Id], values: Vec<Polynomial>) -> Option<Polynomial> {
        self.spend(1)?;
        let shape: Shape = a.arena.shape(id).into();
        match a.arena.op(id).clone() {
            Op::Number(number) => Some(Polynomial::number(number)),
            Op::Length(dim) => {
                let mut raw = Raw::new(vec![], Number::ONE);
                self.times_length(a, &mut raw, dim, Number::ONE)?;
                self.settled(a, shape, vec![raw])
            }
            Op::Constant(_) | Op::Variable(_) | Op::Eye(_) => self.alone(a, Kind::Leaf(id), shape, places_of(a.arena.shape(id))),
            Op::Add(coefficients) => self.sum(a, shape, coefficients.into_iter().zip(values).collect()),
            Op::Power(exponent) => self.power(a, &values[0], exponent),
            Op::Apply(function) => self.apply(a, function, args, values, &shape),
            Op::Call(function, attributes) => self.call(a, function, attributes, values, shape),
            _ => self.contracted(a, id, &values, shape),
        }
    }

    /// One factor.
    fn alone(&mut self, a: &mut Algebra, kind: Kind, shape: Shape, axes: Axes) -> Option<Polynomial> {
        let atom = self.atom(a, kind)?;
        let factor = Factor { atom, axes, exponent: Number::ONE };
        self.settled(a, shape, vec![Raw::new(vec![factor], Number::ONE)])
    }

    /// Whatever is linear in each operand, by its signature.
    fn contracted(&mut self, a: &mut Algebra, id: Id, values: &[Polynomial], shape: Shape) -> Option<Polynomial> {
        let signature = a.arena.signature(id)?;
        let rank = shape.len();
        let mut labels: FxHashMap<Axis, Axis> = FxHashMap::default();
        let mut raw = Raw::new(vec![], Number::ONE);
        for (place, &label) in signature.output.iter().enumerate() {
            match labels.get(&label) {
                _ if label == UNIT || shape[place] == Dim::ONE => {}
                None => {
                    labels.insert(label, place as Axis);
                }
                Some(&first) => {
                    let eye = a.arena.intern(Op::Eye(shape[place]), Args::new());
                    let atom = self.atom(a, Kind::Leaf(eye))?;
                    let axes = [first, place as Axis].into_iter().collect();
                    raw.factors.push(Factor { atom, axes, exponent: Number::ONE });
                }
            }
        }
        for (label, &dim) in signature.lengths.iter().enumerate().filter(|(_, dim)| **dim != Dim::ONE) {
            let mentioned = signature.inputs.iter().flatten().any(|other| *other as usize == label);
            if mentioned && !labels.contains_key(&(label as Axis)) {
                let fresh = (rank + raw.summed.len()) as Axis;
                labels.insert(label as Axis, fresh);
                raw.summed.push((fresh, dim));
            }
        }
        let mut raws = vec![raw];
        for (value, axes) in values.iter().zip(&signature.inputs) {
            let own: FxHashMap<Axis, Axis> = (0..).zip(axes).filter_map(|(place, label)| Some((place, *labels.get(label)?))).collect();
            raws = self.times(raws, value, &own, rank)?;
        }
        self.settled(a, shape, raws)
    }

    /// Each product with each.
    fn times(&mut self, raws: Vec<Raw>, value: &Polynomial, own: &FxHashMap<Axis, Axis>, rank: usize) -> Option<Vec<Raw>> {
        self.spend(raws.len() * value.terms.len())?;
        let each = raws.iter().flat_map(|raw| value.terms.iter().map(move |(term, number)| multiplied(raw, term, *number, own, rank)));
        each.collect()
    }

    /// `x ** exponent`, entry by entry.
    pub(super) fn power(&mut self, a: &mut Algebra, x: &Polynomial, exponent: Number) -> Option<Polynomial> {
        let (shape, rank) = (x.shape.clone(), x.rank());
        let own: FxHashMap<Axis, Axis> = (0..rank as Axis).map(|axis| (axis, axis)).collect();
        if let Some(count) = exponent.to_integer().filter(|e| (1..=MAX_EXPANDED).contains(e)) {
            let mut raws = vec![Raw::new(vec![], Number::ONE)];
            for _ in 0..count {
                raws = self.times(raws, x, &own, rank)?;
            }
            return self.settled(a, shape, raws);
        }
        let mut raw = Raw::new(vec![], Number::ONE);
        let mut rest = x.terms.clone();
        self.content(&mut rest, &mut raw, exponent, rank);
        // the number of the first product that is more than a number
        let first = rest.iter().position(|(term, _)| !term.is_empty()).unwrap_or(0);
        let number = rest.get(first)?.1;
        let number = if exponent.to_integer().is_some() { number } else { number.absolute() };
        self.number_power(a, &mut raw, number, exponent)?;
        let inverse = number.power(Number::MINUS_ONE)?;
        rest.iter_mut().for_each(|(_, own)| *own = own.times(inverse));
        let groups = match rest.as_slice() {
            [(term, one)] if one.is_one() && exponent.to_integer().is_some() => components(term, rank),
            [(term, one)] if one.is_one() && term.is_empty() => vec![],
            _ => return self.bracket(a, raw, rest, exponent, shape),
        };
        for group in groups {
            raw = self.bracketed(a, raw, vec![(group, Number::ONE)], exponent, &shape)?;
        }
        self.settled(a, shape, vec![raw])
    }

    fn bracket(&mut self, a: &mut Algebra, raw: Raw, terms: Vec<(Term, Number)>, exponent: Number, shape: Shape) -> Option<Polynomial> {
        let raw = self.bracketed(a, raw, terms, exponent, &shape)?;
        self.settled(a, shape, vec![raw])
    }

    /// `raw * (terms) ** exponent`
    fn bracketed(&mut self, a: &mut Algebra, mut raw: Raw, terms: Vec<(Term, Number)>, exponent: Number, shape: &Shape) -> Option<Raw> {
        let raws = terms.into_iter().map(|(term, number)| Raw::new(term.to_vec(), number)).collect();
        let mut sum = [self.settled(a, shape.clone(), raws)?];
        let axes = self.framed(a, shape, &mut sum)?;
        let [sum] = sum;
        let atom = self.atom(a, Kind::Sum(sum))?;
        raw.factors.push(Factor { atom, axes, exponent });
        Some(raw)
    }

    /// Factors that all products have, with indices that are not summed, go out of the bracket.
    fn content(&mut self, terms: &mut [(Term, Number)], raw: &mut Raw, exponent: Number, rank: usize) {
        let free = |factor: &Factor| factor.axes.iter().all(|axis| (*axis as usize) < rank);
        let mut candidates: Vec<Factor> = Vec::new();
        for factor in terms.iter().flat_map(|(term, _)| term).filter(|factor| free(factor)) {
            if !candidates.iter().any(|known| known.atom == factor.atom && known.axes == factor.axes) {
                candidates.push(factor.clone());
            }
        }
        for mut factor in candidates {
            let here = |term: &Term| term.iter().position(|f| f.atom == factor.atom && f.axes == factor.axes);
            let powers = terms.iter().map(|(term, _)| here(term).map_or(Number::ZERO, |at| term[at].exponent));
            let Some(least) = powers.min_by(|a, b| a.to_f64().total_cmp(&b.to_f64())).filter(|least| !least.is_zero()) else { continue };
            factor.exponent = least;
            let positive = self.atoms.at(factor.atom).positive;
            let out = exponent.to_integer().is_some() || self.atoms.is_positive(&factor) && powers_join(least, exponent, positive);
            if !out {
                continue;
            }
            for (term, _) in terms.iter_mut() {
                match term.iter().position(|f| f.atom == factor.atom && f.axes == factor.axes) {
                    Some(at) => {
                        term[at].exponent = term[at].exponent.plus(least.negated());
                        term.retain(|f| !f.exponent.is_zero());
                    }
                    None => term.push(Factor { exponent: least.negated(), ..factor.clone() }),
                }
            }
            raw.factors.push(Factor { exponent: least.times(exponent), ..factor });
        }
    }

    /// `raw * number ** exponent`
    fn number_power(&mut self, a: &mut Algebra, raw: &mut Raw, number: Number, exponent: Number) -> Option<()> {
        let exact = number.power(exponent).filter(|found| matches!(found, Number::Exact(_)));
        let root = || {
            let found = Number::parse(&format!("{}", number.to_f64().sqrt()))?;
            (found.times(found) == number).then_some(found)?.power(exponent.times(Number::integer(2)))
        };
        if let Some(found) = exact.or_else(root) {
            raw.coefficient = raw.coefficient.times(found);
            return Some(());
        }
        let id = a.arena.number(number);
        let atom = self.atom(a, Kind::Leaf(id))?;
        raw.factors.push(Factor { atom, axes: Axes::new(), exponent });
        Some(())
    }

    /// A function of entries.
    fn apply(&mut self, a: &mut Algebra, f: Function, ids: &[Id], values: Vec<Polynomial>, shape: &Shape) -> Option<Polynomial> {
        let mut args: Vec<Polynomial> = Vec::with_capacity(values.len());
        for value in values {
            args.push(self.sum(a, shape.clone(), vec![(Number::ONE, value)])?);
        }
        let one = Polynomial { shape: shape.clone(), ..Polynomial::number(Number::ONE) };
        let is_truth = |x: Id| matches!(a.arena.op(x), Op::Apply(f) if f.entry().family == Family::Mask);
        let infinite = |x: &Id| a.arena.reachable(&[*x]).iter().any(|x| matches!(a.arena.op(*x), Op::Constant(Constant::Infinity)));
        match (f.entry().names[0], &args[..]) {
            ("exp", [x]) => self.exponential(a, x),
            ("expm1", [x]) => {
                let grown = self.exponential(a, x)?;
                self.sum(a, shape.clone(), vec![(Number::ONE, grown), (Number::MINUS_ONE, one)])
            }
            ("log1p", [x]) => {
                let more = self.sum(a, shape.clone(), vec![(Number::ONE, x.clone()), (Number::ONE, one)])?;
                self.logarithm(a, &more)
            }
            ("log", [x]) => self.logarithm(a, x),
            ("greater", [x, y]) => self.above(a, x, y),
            ("less", [x, y]) => self.above(a, y, x),
            ("greater_equal", [x, y]) => {
                let below = self.above(a, y, x)?;
                self.sum(a, shape.clone(), vec![(Number::ONE, one), (Number::MINUS_ONE, below)])
            }
            ("less_equal", [x, y]) => {
                let above = self.above(a, x, y)?;
                self.sum(a, shape.clone(), vec![(Number::ONE, one), (Number::MINUS_ONE, above)])
            }
            ("where", [mask, x, y]) if is_truth(ids[0]) && !ids.iter().any(infinite) => {
                let own: FxHashMap<Axis, Axis> = (0..shape.len() as Axis).map(|axis| (axis, axis)).collect();
                let mut found = self.times(vec![Raw::new(vec![], Number::ONE)], y, &own, shape.len())?;
                for (chosen, sign) in [(x, Number::ONE), (y, Number::MINUS_ONE)] {
                    let raws = self.times(vec![Raw::new(vec![], sign)], mask, &own, shape.len())?;
                    found.extend(self.times(raws, chosen, &own, shape.len())?);
                }
                self.settled(a, shape.clone(), found)
            }
            ("logical_not", [x]) if is_truth(ids[0]) => {
                self.sum(a, shape.clone(), vec![(Number::ONE, one), (Number::MINUS_ONE, x.clone())])
            }
            ("logical_and", [x, y]) if is_truth(ids[0]) && is_truth(ids[1]) => {
                let own: FxHashMap<Axis, Axis> = (0..shape.len() as Axis).map(|axis| (axis, axis)).collect();
                let raws = self.times(vec![Raw::new(vec![], Number::ONE)], x, &own, shape.len())?;
                let raws = self.times(raws, y, &own, shape.len())?;
                self.settled(a, shape.clone(), raws)
            }
            _ => self.applied(a, f, args),
        }
    }

    fn applied(&mut self, a: &mut Algebra, f: Function, mut args: Vec<Polynomial>) -> Option<Polynomial> {
        let shape = args[0].shape.clone();
        let axes = self.framed(a, &shape, &mut args)?;
        self.alone(a, Kind::Apply(f, args), shape, axes)
    }

    /// `exp(a + 2 b) = exp(a) * exp(b)**2`
    fn exponential(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Polynomial> {
        let f = find("exp")?;
        let mut raw = Raw::new(vec![], Number::ONE);
        for (term, number) in &x.terms {
            if let [Factor { atom, axes, exponent }] = term.as_slice() {
                if let (Kind::Apply(log, args), true) = (self.atoms.at(*atom).kind.clone(), exponent.is_one()) {
                    // exp(c log(x)) = x**c
                    if log.entry().names[0] == "log" && number.to_integer().is_some_and(|e| e < 0 || e == 1) {
                        let argument = self.power(a, &args[0], *number)?;
                        let own: FxHashMap<Axis, Axis> = (0..).zip(axes.iter().copied()).collect();
                        if let [(term, number)] = argument.terms.as_slice() {
                            raw = multiplied(&raw, term, *number, &own, x.rank())?;
                            continue;
                        }
                    }
                }
            }
            let own = Polynomial { shape: x.shape.clone(), terms: vec![(term.clone(), Number::ONE)] };
            let mut args = [own];
            let axes = self.framed(a, &x.shape, &mut args)?;
            let atom = self.atom(a, Kind::Apply(f, args.to_vec()))?;
            raw.factors.push(Factor { atom, axes, exponent: *number });
        }
        self.settled(a, x.shape.clone(), vec![raw])
    }

    /// `log(exp(x)) = x`, `log(x * y) = log(x) + log(y)` for what is positive
    fn logarithm(&mut self, a: &mut Algebra, x: &Polynomial) -> Option<Polynomial> {
        let f = find("log")?;
        let rank = x.rank();
        let plain = |factor: &Factor| factor.axes.iter().all(|axis| (*axis as usize) < rank) && self.atoms.at(factor.atom).positive;
        let [(term, number)] = x.terms.as_slice() else { return self.applied(a, f, vec![x.clone()]) };
        if !number.is_one() || !term.iter().all(plain) || term.len() == 1 && term[0].exponent.is_one() && !self.is_exponential(&term[0]) {
            return self.applied(a, f, vec![x.clone()]);
        }
        let mut found = Vec::new();
        for factor in term.clone() {
            let one = Factor { exponent: Number::ONE, ..factor.clone() };
            let value = match self.atoms.at(factor.atom).kind.clone() {
                Kind::Apply(f, args) if f.entry().names[0] == "exp" => {
                    let own: FxHashMap<Axis, Axis> = (0..).zip(factor.axes.iter().copied()).collect();
                    let raws = self.times(vec![Raw::new(vec![], Number::ONE)], &args[0], &own, rank)?;
                    self.settled(a, x.shape.clone(), raws)?
                }
                _ => {
                    let inner = self.settled(a, x.shape.clone(), vec![Raw::new(vec![one], Number::ONE)])?;
                    self.applied(a, f, vec![inner])?
                }
            };
            found.push((factor.exponent, value));
        }
        self.sum(a, x.shape.clone(), found)
    }

    fn is_exponential(&self, factor: &Factor) -> bool {
        matches!(&self.atoms.at(factor.atom).kind, Kind::Apply(f, _) if f.entry().names[0] == "exp")
    }

    /// `x > y` as `x - y > 0`, with the first number 1 or -1
    fn above(&mut self, a: &mut Algebra, x: &Polynomial, y: &Polynomial) -> Option<Polynomial> {
        let shape = x.shape.clone();
        let difference = self.sum(a, shape.clone(), vec![(Number::ONE, x.clone()), (Number::MINUS_ONE, y.clone())])?;
        let first = difference.terms.first().map_or(Number::ONE, |(_, number)| number.absolute());
        let scaled = self.sum(a, shape.clone(), vec![(first.power(Number::MINUS_ONE)?, difference)])?;
        let zero = Polynomial { shape, terms: vec![] };
        self.applied(a, find("greater")?, vec![scaled, zero])
    }

    /// A function of whole arrays.
    fn call(
        &mut self,
        a: &mut Algebra,
        f: Function,
        attributes: Attributes,
        mut args: Vec<Polynomial>,
        shape: Shape,
    ) -> Option<Polynomial> {
        let axes = places_of(&shape);
        let linear = matches!(f.whole().rule(0), Rule::Transpose(_)) && (1..args.len()).all(|place| f.whole().is_index(place));
        if linear {
            return self.linear(a, f, &attributes, &args, shape);
        }
        match f.entry().names[0] {
            "inv" if args[0].rank() == 2 => {
                let mut number = Number::ONE;
                if let [(_, own)] = args[0].terms.as_mut_slice() {
                    number = std::mem::replace(own, Number::ONE).power(Number::MINUS_ONE)?;
                }
                let turned = self.turned(a, &args[0])?;
                let other = before(&turned, &args[0]);
                let argument = if other { turned } else { args.remove(0) };
                let axes = if other { axes.into_iter().rev().collect() } else { axes };
                let inverse = self.alone(a, Kind::Call(f, attributes, vec![argument]), shape.clone(), axes)?;
                self.sum(a, shape, vec![(number, inverse)])
            }
            "det" | "logdet" if args[0].rank() == 2 => {
                let turned = self.turned(a, &args[0])?;
                let argument = if before(&turned, &args[0]) { turned } else { args.remove(0) };
                self.alone(a, Kind::Call(f, attributes, vec![argument]), shape, axes)
            }
            _ => self.alone(a, Kind::Call(f, attributes, args), shape, axes),
        }
    }

    /// `f(2 A + s B) = 2 f(A) + s f(B)`
    fn linear(&mut self, a: &mut Algebra, f: Function, attributes: &Attributes, args: &[Polynomial], shape: Shape) -> Option<Polynomial> {
        let rank = args[0].rank();
        let mut raws = Vec::new();
        for (term, number) in &args[0].terms {
            let (scalars, rest): (Vec<Term>, Vec<Term>) = components_all(term)
                .into_iter()
                .partition(|group| !group.iter().any(|f| f.axes.iter().any(|axis| (*axis as usize) < rank)));
            let inner = rest.into_iter().flatten().collect();
            let inner = self.settled(a, args[0].shape.clone(), vec![Raw::new(inner, Number::ONE)])?;
            let all = std::iter::once(inner).chain(args[1..].iter().cloned()).collect();
            let atom = self.atom(a, Kind::Call(f, attributes.clone(), all))?;
            let mut raw = Raw::new(vec![Factor { atom, axes: places_of(&shape), exponent: Number::ONE }], *number);
            for scalar in scalars {
                raw = multiplied(&raw, &scalar, Number::ONE, &FxHashMap::default(), shape.len())?;
            }
            raws.push(raw);
        }
        self.settled(a, shape, raws)
    }
}

/// The places of an array that have an index.
pub(super) fn places_of(shape: &[Dim]) -> Axes {
    shape.iter().enumerate().filter(|(_, dim)| **dim != Dim::ONE).map(|(place, _)| place as Axis).collect()
}

/// An order of polynomials.
fn before(x: &Polynomial, y: &Polynomial) -> bool {
    let terms = x.terms.iter().zip(&y.terms);
    let mut orders = terms.map(|((a, m), (b, n))| super::compare(a, b).then(m.to_f64().total_cmp(&n.to_f64())));
    orders.find(|order| order.is_ne()).is_some_and(std::cmp::Ordering::is_lt)
}

/// Factors in groups that share indices which are summed.
fn components(term: &Term, rank: usize) -> Vec<Term> {
    grouped(term, |axis| axis as usize >= rank)
}

/// Factors in groups that share indices.
fn components_all(term: &Term) -> Vec<Term> {
    grouped(term, |_| true)
}

fn grouped(term: &Term, counts: impl Fn(Axis) -> bool) -> Vec<Term> {
    let mut groups: Vec<Term> = Vec::new();
    for factor in term {
        let meets = |other: &Factor| other.axes.iter().any(|axis| counts(*axis) && factor.axes.contains(axis));
        let (joined, apart): (Vec<Term>, Vec<Term>) = groups.into_iter().partition(|group| group.iter().any(meets));
        groups = apart;
        groups.push(joined.into_iter().flatten().chain([factor.clone()]).collect());
    }
    groups
}
