//! Exact numbers: `1/2` is a half, not `0.5`.

use crate::real::Real;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, Signed, Zero};
use std::fmt;
use std::hash::{Hash, Hasher};

/// A real number: a fraction of 128-bit integers where that is possible, a 64-bit float where it overflows.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// Exactly this fraction, in lowest terms.
    Exact(Ratio<i128>),
    /// The nearest float.
    Float(f64),
}

/// A fraction whose numerator has 15 digits or more has been computed in floats, and rounded.
const ROUNDED: u128 = 100_000_000_000_000;

impl Number {
    /// Zero.
    pub const ZERO: Number = Number::Exact(Ratio::new_raw(0, 1));
    /// One.
    pub const ONE: Number = Number::Exact(Ratio::new_raw(1, 1));
    /// A half.
    pub const HALF: Number = Number::Exact(Ratio::new_raw(1, 2));
    /// Minus one.
    pub const MINUS_ONE: Number = Number::Exact(Ratio::new_raw(-1, 1));

    /// The integer `value`.
    pub const fn integer(value: i64) -> Self {
        Number::Exact(Ratio::new_raw(value as i128, 1))
    }

    /// `numerator / denominator`, in lowest terms.
    ///
    /// # Panics
    /// Where the denominator is zero; callers write constants.
    pub fn fraction(numerator: i64, denominator: i64) -> Self {
        Number::Exact(Ratio::new(numerator as i128, denominator as i128))
    }

    /// Reads what Python reads as a number: `3`, `2.5`, `.5`, `4.`, `1e-3`, `1_000`.
    ///
    /// ```
    /// use pullback::expr::Number;
    /// assert_eq!(Number::parse("2.5"), Some(Number::fraction(5, 2)));
    /// assert_eq!(Number::parse("1e-3"), Some(Number::fraction(1, 1000)));
    /// assert_eq!(Number::parse("x"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let clean: String = text.chars().filter(|c| *c != '_').collect();
        let float: f64 = clean.parse().ok()?;
        let (mantissa, exponent) = match clean.find(['e', 'E']) {
            Some(at) => (&clean[..at], clean[at + 1..].parse::<i32>().ok()),
            None => (clean.as_str(), Some(0)),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exact = (|| {
            let digits: i128 = format!("{whole}{part}").parse().ok()?;
            let shift = exponent?.checked_sub(i32::try_from(part.len()).ok()?)?;
            let power = 10i128.checked_pow(shift.unsigned_abs())?;
            if shift >= 0 { Some(Ratio::from_integer(digits.checked_mul(power)?)) } else { Some(Ratio::new(digits, power)) }
        })();
        Some(exact.map_or(Number::Float(float), Number::Exact))
    }

    /// In numbers to compute with. So many digits that a float has no more are taken for one that was rounded.
    pub fn real<T: Real>(self) -> T {
        match self {
            Number::Exact(ratio) => {
                let (numerator, denominator) = (*ratio.numer(), *ratio.denom());
                let exact = T::ratio(numerator, denominator);
                let digits = denominator > 1 && numerator.unsigned_abs() >= ROUNDED;
                if digits { exact.blurred(f64::EPSILON) } else { exact }
            }
            Number::Float(value) => T::rounded(value),
        }
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Exact(ratio) => *ratio.numer() as f64 / *ratio.denom() as f64,
            Number::Float(value) => value,
        }
    }

    /// The value as an integer, if it is one and fits.
    pub fn to_integer(self) -> Option<i64> {
        match self {
            Number::Exact(ratio) if ratio.is_integer() => ratio.to_integer().try_into().ok(),
            _ => None,
        }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        match self {
            Number::Exact(ratio) => ratio.is_zero(),
            Number::Float(value) => value == 0.0,
        }
    }

    /// Whether it is one.
    pub fn is_one(self) -> bool {
        self == Number::ONE
    }

    /// Whether it is less than zero.
    pub fn is_negative(self) -> bool {
        match self {
            Number::Exact(ratio) => ratio.is_negative(),
            Number::Float(value) => value < 0.0,
        }
    }

    /// The sum.
    pub fn plus(self, other: Number) -> Number {
        let sum = |a: Ratio<i128>, b: Ratio<i128>| match a.is_integer() && b.is_integer() {
            true => a.numer().checked_add(b.numer()).map(Ratio::from_integer),
            false => a.checked_add(&b),
        };
        self.with(other, sum, |a, b| a + b)
    }

    /// The product.
    pub fn times(self, other: Number) -> Number {
        if self.is_one() || other.is_one() {
            return if self.is_one() { other } else { self };
        }
        let product = |a: Ratio<i128>, b: Ratio<i128>| match a.is_integer() && b.is_integer() {
            true => a.numer().checked_mul(b.numer()).map(Ratio::from_integer),
            false => a.checked_mul(&b),
        };
        self.with(other, product, |a, b| a * b)
    }

    /// The number with the other sign.
    pub fn negated(self) -> Number {
        self.times(Number::MINUS_ONE)
    }

    /// The absolute value.
    pub fn absolute(self) -> Number {
        if self.is_negative() { self.negated() } else { self }
    }

    /// `self ** exponent`, exact for small integer exponents; `None` where the result is not a real number.
    pub fn power(self, exponent: Number) -> Option<Number> {
        if let (Number::Exact(base), Some(e)) = (self, exponent.to_integer()) {
            if e == 0 {
                return Some(Number::ONE);
            }
            if base.is_zero() {
                return (e > 0).then_some(Number::ZERO);
            }
            let raised = |x: i128| u32::try_from(e.unsigned_abs()).ok().and_then(|n| x.checked_pow(n));
            if let (Some(up), Some(down)) = (raised(*base.numer()), raised(*base.denom())) {
                return Some(Number::Exact(if e > 0 { Ratio::new(up, down) } else { Ratio::new(down, up) }));
            }
        }
        let value = self.to_f64().powf(exponent.to_f64());
        value.is_finite().then_some(Number::Float(value))
    }

    fn with(
        self,
        other: Number,
        exact: impl Fn(Ratio<i128>, Ratio<i128>) -> Option<Ratio<i128>>,
        float: impl Fn(f64, f64) -> f64,
    ) -> Number {
        if let (Number::Exact(a), Number::Exact(b)) = (self, other) {
            if let Some(value) = exact(a, b) {
                return Number::Exact(value);
            }
        }
        Number::Float(float(self.to_f64(), other.to_f64()))
    }

    fn key(&self) -> (u8, i128, i128) {
        match self {
            Number::Exact(ratio) => (0, *ratio.numer(), *ratio.denom()),
            Number::Float(value) => (1, value.to_bits() as i128, 1),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Number {
    /// Prints what the language reads back as the same number: `3`, `1/2`, `0.044715`, `1e-5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Exact(ratio) if ratio.is_integer() => write!(f, "{}", ratio.numer()),
            Number::Exact(ratio) => match decimal(ratio) {
                Some(text) => f.write_str(&text),
                None => write!(f, "{}/{}", ratio.numer(), ratio.denom()),
            },
            Number::Float(value) => write!(f, "{value:e}"),
        }
    }
}

/// A fraction as a short decimal where its denominator is large (over 16) and divides a power of ten.
fn decimal(ratio: &Ratio<i128>) -> Option<String> {
    if *ratio.denom() <= 16 {
        return None;
    }
    let value = *ratio.numer() as f64 / *ratio.denom() as f64;
    let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
    let text = if scientific.len() < plain.len() { scientific } else { plain };
    (Number::parse(text.trim_start_matches('-')) == Some(Number::Exact(ratio.abs()))).then_some(text)
}
