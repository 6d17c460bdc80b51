//! Products, quotients and powers: what stands above the line and what below it.

use super::moved::{Sign, scattered};
use super::{Writer, level};
use crate::expr::{Id, Number, Op};
use crate::formula::Token;
use crate::shape::Dim;
use smallvec::SmallVec;

impl Writer<'_> {
    /// One summand, its sign already written.
    pub(super) fn term(&mut self, coefficient: Number, x: Id, after_minus: bool) {
        let inner = if after_minus { level::PRODUCT } else { level::SUM };
        if coefficient.is_one() {
            return self.expression(x, inner);
        }
        if self.arena.as_number(x).is_some_and(Number::is_one) {
            return self.out.push(number(coefficient));
        }
        self.product(coefficient, &[x]);
    }

    /// Numerators, then `/` and denominators.
    pub(super) fn product(&mut self, coefficient: Number, args: &[Id]) {
        let args = match args {
            [one] if matches!(self.arena.op(*one), Op::Multiply) && self.name(*one).is_none() => self.arena.args(*one),
            many => many,
        };
        let inverse = |x: &Id| matches!(self.arena.op(*x), Op::Power(e) if e.is_negative());
        let mean = self.mean(args);
        let kept = args.iter().copied().filter(|x| mean.is_none_or(|(_, count)| count != *x));
        let (below, above): (SmallVec<[Id; 8]>, SmallVec<[Id; 8]>) = kept.partition(inverse);
        let negative = coefficient.is_negative();
        if negative {
            self.out.push(Token::Tight("-"));
        }
        let size = coefficient.absolute();
        let mut started = false;
        if !size.is_one() || above.is_empty() {
            self.out.push(number(size));
            started = true;
        }
        let mut arrays = false;
        for (place, &x) in above.iter().enumerate() {
            let array = self.is_array(x);
            if started {
                self.out.push(Token::Operator(if arrays && array { self.dialect.entrywise() } else { "*" }));
            }
            arrays |= array;
            started = true;
            // `2 * s * A @ x` is read as `((2 * s) * A) @ x`, which is the same where all before is scalar
            let scalars_before = above[..place].iter().all(|y| self.arena.shape(*y).is_empty());
            let product = matches!(self.arena.op(x), Op::MatMul) || scattered(self.arena, x).is_some_and(|form| form.sign != Sign::Times);
            let open = product && place + 1 == above.len() && scalars_before;
            if mean.is_some_and(|(sum, _)| sum == x) {
                self.reduction("mean", x);
                continue;
            }
            self.expression(x, if open { level::PRODUCT } else { level::UNARY });
        }
        if below.is_empty() {
            return;
        }
        self.out.push(Token::Operator(if below.iter().any(|&x| self.is_array(x)) { self.dialect.quotient() } else { "/" }));
        if below.len() > 1 {
            self.mark("(");
        }
        for (place, &x) in below.iter().enumerate() {
            if place > 0 {
                self.out.push(Token::Operator(self.dialect.entrywise()));
            }
            if let Op::Power(exponent) = self.arena.op(x) {
                let base = self.arena.args(x)[0];
                match exponent.negated() {
                    one if one.is_one() => self.expression(base, level::UNARY),
                    exponent => self.power(base, exponent),
                }
            }
        }
        if below.len() > 1 {
            self.mark(")");
        }
    }

    /// Whether it has an axis along which there is more than one entry.
    pub(super) fn is_array(&self, x: Id) -> bool {
        self.arena.shape(x).iter().any(|&dim| dim != Dim::ONE)
    }

    pub(super) fn power(&mut self, base: Id, exponent: Number) {
        if exponent == Number::HALF {
            return self.call("sqrt", &[base], None);
        }
        self.expression(base, level::ATOM);
        self.out.push(Token::Tight("**"));
        let text = number(exponent);
        if exponent.is_negative() || matches!(&text, Token::Number(text) if text.contains('/')) {
            self.out.extend([Token::Mark("("), text, Token::Mark(")")]);
        } else {
            self.out.push(text);
        }
    }

    /// A sum among the factors that is divided by how many entries it adds up, and that divisor.
    pub(super) fn mean(&self, args: &[Id]) -> Option<(Id, Id)> {
        args.iter().find_map(|&sum| {
            let Op::Sum { axes, .. } = self.arena.op(sum) else { return None };
            let shape = self.arena.shape(self.arena.args(sum)[0]);
            let count = args.iter().copied().find(|&x| match (self.arena.op(x), self.arena.args(x)) {
                (Op::Power(e), [length]) if *e == Number::MINUS_ONE => match self.arena.op(*length) {
                    Op::Length(dim) => {
                        let summed = (0..shape.len()).filter(|k| axes >> k & 1 == 1).map(|k| shape[k]);
                        self.arena.dims.is_product(*dim, summed)
                    }
                    _ => false,
                },
                _ => false,
            })?;
            Some((sum, count))
        })
    }

    /// The length by which ones are divided, in an array that has 1 / length everywhere.
    pub(super) fn divisor(&self, id: Id) -> Option<Id> {
        let scalar = self.arena.args(id)[0];
        let length = *self.arena.args(scalar).first()?;
        let inverse = matches!(self.arena.op(scalar), Op::Power(p) if *p == Number::MINUS_ONE);
        (inverse && matches!(self.arena.op(length), Op::Length(_))).then_some(length)
    }
}

/// A number as one token; most have one digit.
pub(super) fn number(value: Number) -> Token {
    const DIGITS: &str = "0123456789";
    Token::Number(match value.to_integer() {
        Some(digit @ 0..=9) => DIGITS[digit as usize..][..1].into(),
        _ => value.to_string().into(),
    })
}
