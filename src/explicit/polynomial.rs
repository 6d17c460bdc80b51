//! Sums of products of entries: what stands at one place of an array when its lengths are numbers.

use crate::expr::{Id, Number, SymbolId};
use crate::ops::{Family, Function};

/// How far two ways to one number may be apart, as a part of it.
const ROUNDING: f64 = 1e-12;

/// An entry of a named array, places counted from 0.
pub type Place = (SymbolId, Vec<usize>);

/// What a product is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Factor {
    /// An entry of a named array.
    Entry(Place),
    /// A sum in brackets.
    Sum(Polynomial),
    /// A function that acts entry by entry.
    Apply(Function, Vec<Polynomial>),
    /// An entry of an expression that is not written out any further: `det(A)`, `expm(A)₁₂`.
    Of(Id, Vec<usize>),
    /// An entry of the inverse of a matrix, where a system is solved with it.
    Inverse(Id, Vec<usize>),
}

/// A number times powers of factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Monomial {
    /// The number.
    pub coefficient: Number,
    /// The factors with their exponents; no factor stands twice, and no exponent is zero.
    pub factors: Vec<(Factor, Number)>,
}

/// A sum of monomials that differ in more than the number; none is zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polynomial(pub Vec<Monomial>);

impl Monomial {
    fn number(coefficient: Number) -> Monomial {
        Monomial { coefficient, factors: vec![] }
    }

    /// Whether two differ in nothing but the number, and in the order of their factors.
    fn is_like(&self, other: &Monomial) -> bool {
        self.factors.len() == other.factors.len() && self.factors.iter().all(|factor| other.factors.contains(factor))
    }

    fn times(mut self, other: &Monomial) -> Monomial {
        self.coefficient = self.coefficient.times(other.coefficient);
        for (factor, exponent) in &other.factors {
            match self.factors.iter().position(|(known, _)| known == factor) {
                None => {
                    self.factors.push((factor.clone(), *exponent));
                    // p₁ p₂ reads better than p₂ p₁
                    let after = |a: &Factor, b: &Factor| matches!((a, b), (Factor::Entry(a), Factor::Entry(b)) if a.0 == b.0 && a.1 > b.1);
                    let mut at = self.factors.len() - 1;
                    while at > 0 && after(&self.factors[at - 1].0, &self.factors[at].0) {
                        self.factors.swap(at - 1, at);
                        at -= 1;
                    }
                }
                Some(at) => {
                    self.factors[at].1 = self.factors[at].1.plus(*exponent);
                    if self.factors[at].1.is_zero() {
                        self.factors.remove(at);
                    }
                }
            }
        }
        self
    }
}

impl Polynomial {
    /// A number alone.
    pub fn number(value: Number) -> Polynomial {
        Polynomial(if value.is_zero() { vec![] } else { vec![Monomial::number(value)] })
    }

    /// A factor alone.
    pub fn factor(factor: Factor) -> Polynomial {
        Polynomial(vec![Monomial { coefficient: Number::ONE, factors: vec![(factor, Number::ONE)] }])
    }

    /// Whether there is nothing to add up.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that it is, if it is one.
    ///
    /// ```
    /// use pullback::{explicit::Polynomial, expr::Number};
    /// let two = Polynomial::number(Number::integer(2));
    /// assert_eq!(two.times(&two).as_number(), Some(Number::integer(4)));
    /// ```
    pub fn as_number(&self) -> Option<Number> {
        match self.0.as_slice() {
            [] => Some(Number::ZERO),
            [one] if one.factors.is_empty() => Some(one.coefficient),
            _ => None,
        }
    }

    /// How much there is to read: each factor and each number that stands alone, those in brackets with them.
    pub fn weight(&self) -> usize {
        let inside = |factor: &Factor| match factor {
            Factor::Sum(sum) => sum.weight(),
            Factor::Apply(_, operands) => operands.iter().map(Polynomial::weight).sum(),
            Factor::Entry(_) | Factor::Of(..) | Factor::Inverse(..) => 0,
        };
        let one = |m: &Monomial| m.factors.iter().map(|(factor, _)| 1 + inside(factor)).sum::<usize>().max(1);
        self.0.iter().map(one).sum()
    }

    /// Whether an entry of an expression stands in it that is not written out any further.
    pub fn is_partly_whole(&self) -> bool {
        self.0.iter().flat_map(|term| &term.factors).any(|(factor, _)| match factor {
            Factor::Sum(inner) => inner.is_partly_whole(),
            Factor::Apply(_, operands) => operands.iter().any(Polynomial::is_partly_whole),
            Factor::Of(..) | Factor::Inverse(..) => true,
            Factor::Entry(_) => false,
        })
    }

    /// In numbers, from those of entries; `None` where one has none.
    pub fn value(&self, entry: &dyn Fn(&Factor) -> Option<f64>) -> Option<f64> {
        let mut sum = 0.0;
        for term in &self.0 {
            let mut product = term.coefficient.to_f64();
            for (factor, exponent) in &term.factors {
                let base = match factor {
                    Factor::Sum(inner) => inner.value(entry)?,
                    Factor::Apply(function, operands) => {
                        let operands: Option<Vec<f64>> = operands.iter().map(|operand| operand.value(entry)).collect();
                        let mut operands = operands?;
                        // what is equal by another way of rounding is equal to a comparison
                        if let (Family::Mask, [a, b]) = (function.entry().family, operands.as_mut_slice()) {
                            if (*a - *b).abs() <= ROUNDING * a.abs().max(b.abs()) {
                                *b = *a;
                            }
                        }
                        (function.primitive().value.float)(&operands)
                    }
                    _ => entry(factor)?,
                };
                product *= match exponent.to_integer().and_then(|n| i32::try_from(n).ok()) {
                    Some(n) => base.powi(n),
                    None => base.powf(exponent.to_f64()),
                };
            }
            sum += product;
        }
        Some(sum)
    }

    /// Adds a number times another; equal products are joined. A number stands before a bracket while nothing else stands beside it.
    pub fn add(&mut self, other: &Polynomial, coefficient: Number) {
        if self.is_zero() {
            *self = other.scaled(coefficient);
            return;
        }
        let alike = matches!((self.0.as_slice(), other.0.as_slice()), ([one], [two]) if one.is_like(two));
        let opened = if alike { None } else { other.opened() };
        if let (false, Some(own)) = (alike, self.opened()) {
            *self = own;
        }
        for term in &opened.as_ref().unwrap_or(other).0 {
            let number = term.coefficient.times(coefficient);
            match self.0.iter().position(|known| known.is_like(term)) {
                Some(at) => {
                    self.0[at].coefficient = self.0[at].coefficient.plus(number);
                    if self.0[at].coefficient.is_zero() {
                        self.0.remove(at);
                    }
                }
                None if number.is_zero() => {}
                None => self.0.push(Monomial { coefficient: number, factors: term.factors.clone() }),
            }
        }
    }

    /// A number times all of it: before a bracket where there are several terms.
    fn scaled(&self, number: Number) -> Polynomial {
        match self.0.as_slice() {
            _ if number.is_zero() => Polynomial::default(),
            [_, _, ..] if !number.absolute().is_one() => Polynomial(vec![Monomial { coefficient: number, ..self.bracketed() }]),
            terms => {
                let times = |term: &Monomial| Monomial { coefficient: term.coefficient.times(number), factors: term.factors.clone() };
                Polynomial(terms.iter().map(times).collect()).without_idle_bracket()
            }
        }
    }

    /// What a number before a bracket is without it.
    fn opened(&self) -> Option<Polynomial> {
        let [Monomial { coefficient, factors }] = self.0.as_slice() else { return None };
        let [(Factor::Sum(sum), exponent)] = factors.as_slice() else { return None };
        let times = |term: &Monomial| Monomial { coefficient: term.coefficient.times(*coefficient), factors: term.factors.clone() };
        exponent.is_one().then(|| Polynomial(sum.0.iter().map(times).collect()))
    }

    /// A bracket alone, or with a minus, is none.
    fn without_idle_bracket(self) -> Polynomial {
        match self.0.as_slice() {
            [one] if one.coefficient.absolute().is_one() => self.opened().unwrap_or(self),
            _ => self,
        }
    }

    /// The product; sums stay in brackets, which is shorter to read.
    pub fn times(&self, other: &Polynomial) -> Polynomial {
        match (self.as_number(), other.as_number()) {
            (Some(number), _) => other.scaled(number),
            (_, Some(number)) => self.scaled(number),
            _ => Polynomial(vec![self.bracketed().times(&other.bracketed())]).without_idle_bracket(),
        }
    }

    /// A power, where it can be taken without a loss: `(x**2)**(1/2)` is not `x`.
    pub fn power(&self, exponent: Number) -> Polynomial {
        if exponent.is_one() {
            return self.clone();
        }
        let whole = || Polynomial(vec![Monomial { coefficient: Number::ONE, factors: vec![(Factor::Sum(self.clone()), exponent)] }]);
        let raised = |one: &Monomial| Monomial {
            coefficient: one.coefficient,
            factors: one.factors.iter().map(|(factor, own)| (factor.clone(), own.times(exponent))).collect(),
        };
        match self.0.as_slice() {
            [] if !exponent.is_negative() => Polynomial::default(),
            [one] if exponent.to_integer().is_some() => match one.coefficient.power(exponent) {
                Some(coefficient) => Polynomial(vec![Monomial { coefficient, ..raised(one) }]),
                None => whole(),
            },
            // sqrt(4) is 2, and sqrt(2) stays what it is
            [one] if one.factors.is_empty() && exponent.absolute() == Number::HALF => {
                let root = Number::integer(one.coefficient.to_f64().sqrt() as i64);
                match root.power(exponent.plus(exponent)) {
                    Some(power) if root.times(root) == one.coefficient => Polynomial::number(power),
                    _ => whole(),
                }
            }
            [one] if one.coefficient.is_one() && one.factors.len() == 1 && one.factors[0].1.is_one() => Polynomial(vec![raised(one)]),
            _ => whole(),
        }
    }

    /// As one product: a sum of several in brackets.
    fn bracketed(&self) -> Monomial {
        match self.0.as_slice() {
            [one] => one.clone(),
            _ => Monomial { coefficient: Number::ONE, factors: vec![(Factor::Sum(self.clone()), Number::ONE)] },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(place: usize) -> Polynomial {
        Polynomial::factor(Factor::Entry((SymbolId(0), vec![place])))
    }

    fn sum(a: &Polynomial, b: &Polynomial, sign: i64) -> Polynomial {
        let mut sum = a.clone();
        sum.add(b, Number::integer(sign));
        sum
    }

    #[test]
    fn equal_products_are_joined_whatever_their_order() {
        let (x, y) = (entry(0), entry(1));
        let twice = sum(&x.times(&y), &y.times(&x), 1);
        assert_eq!(twice.0.len(), 1);
        assert_eq!(twice.0[0].coefficient, Number::integer(2));
        assert!(sum(&x.times(&y), &y.times(&x), -1).is_zero());
        let three = y.times(&entry(2)).times(&x);
        assert_eq!(three, x.times(&y).times(&entry(2)));
    }

    #[test]
    fn powers_meet() {
        let x = entry(0);
        let inverse = x.power(Number::MINUS_ONE);
        assert_eq!(x.times(&inverse).as_number(), Some(Number::ONE));
        let square = x.times(&x);
        assert_eq!(square.0[0].factors[0].1, Number::integer(2));
        // the root of a square is no factor of the square
        let root = square.power(Number::HALF);
        assert!(matches!(&root.0[0].factors[0], (Factor::Sum(_), exponent) if *exponent == Number::HALF));
    }

    #[test]
    fn brackets_go_where_they_stand_alone() {
        let s = sum(&entry(0), &entry(1), 1);
        let square = s.times(&s);
        assert_eq!(square.0[0].factors[0].1, Number::integer(2));
        assert_eq!(square.times(&s.power(Number::MINUS_ONE)), s);
        assert_eq!(s.weight(), 2);
        assert_eq!(square.weight(), 3);
        // 2 (x + y), and 2 x + 2 y - x
        let mut twice = s.times(&Polynomial::number(Number::integer(2)));
        assert_eq!(twice.0.len(), 1);
        twice.add(&entry(0), Number::MINUS_ONE);
        assert_eq!(twice.0.iter().map(|term| term.coefficient).collect::<Vec<_>>(), [Number::ONE, Number::integer(2)]);
    }
}
