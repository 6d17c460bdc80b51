//! A number with a bound on its error, and what is exact about it.
//!
//! Ball arithmetic: van der Hoeven, "Ball arithmetic", 2010; Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval
//! arithmetic", 2017. Written here, and not taken from a library, for its speed: a correctly rounded logarithm of 160 bits took the
//! libraries that were tried 200 µs, and a verdict needs thousands; the tests compare it with one of them.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The top bit of a mantissa.
const TOP: u128 = 1 << 127;

/// What the rounding of the bounds themselves may add to a bound.
const SAFE: f64 = 1.0 + 1e-9;

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// There is none: a quotient by zero, the logarithm of a negative number.
    Undefined,
    /// There may be one, but the bound on the error is too wide to say which.
    Undecided,
}

/// A real number, known up to an error; or one of the two infinities; or none.
///
/// ```
/// use pullback::real::Ball;
/// let third = Ball::from(1.0) / 3.0;
/// assert!((third * 3.0).meets(Ball::from(1.0)));
/// assert!(!third.meets(Ball::from(0.333_333_333_333)));
/// // without an exponent that overflows
/// assert!((Ball::from(800.0).exp() / Ball::from(799.0).exp()).meets(Ball::from(1.0).exp()));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Ball {
    /// `± mantissa · 2^exponent`, known up to `error · 2^exponent`. The mantissa has its top bit set, or is zero.
    Finite {
        /// The sign.
        negative: bool,
        /// The digits.
        mantissa: u128,
        /// The weight of the last digit.
        exponent: i64,
        /// The bound on the error, in units of the last digit.
        error: f64,
    },
    /// Larger than every number, or, where it is negative, smaller.
    Infinite {
        /// The sign.
        negative: bool,
    },
    /// No number.
    None(Unknown),
}

use Ball::{Finite, Infinite};

impl Ball {
    /// Zero, exactly.
    pub const ZERO: Ball = Finite { negative: false, mantissa: 0, exponent: 0, error: 0.0 };
    /// No number.
    pub const UNDEFINED: Ball = Ball::None(Unknown::Undefined);
    /// A number of which nothing is known.
    pub const UNDECIDED: Ball = Ball::None(Unknown::Undecided);

    /// `± mantissa · 2^exponent` with an error in units of the last digit, brought into form.
    pub(super) fn made(negative: bool, mantissa: u128, exponent: i64, error: f64) -> Ball {
        // beyond this nothing that is compared has a size
        if !error.is_finite() || exponent.unsigned_abs() > 1 << 60 {
            return Ball::UNDECIDED;
        }
        if mantissa == 0 {
            return if error == 0.0 { Ball::ZERO } else { Finite { negative: false, mantissa, exponent, error } };
        }
        let shift = mantissa.leading_zeros();
        let error = if error == 0.0 { 0.0 } else { error * exp2(i64::from(shift)) };
        Finite { negative, mantissa: mantissa << shift, exponent: exponent - i64::from(shift), error }
    }

    /// The fraction of two integers.
    pub fn ratio(numerator: i128, denominator: i128) -> Ball {
        let whole = |n: i128| Ball::made(n < 0, n.unsigned_abs(), 0, 0.0);
        if denominator == 1 { whole(numerator) } else { whole(numerator) / whole(denominator) }
    }

    /// The same with an error of up to `bound`, relative to its size, more.
    pub(crate) fn blurred(self, bound: f64) -> Ball {
        match self {
            Finite { negative, mantissa, exponent, error } => {
                Ball::made(negative, mantissa, exponent, (error + mantissa as f64 * bound) * SAFE)
            }
            other => other,
        }
    }

    /// The same with an error of up to `2^power` more.
    pub(super) fn widened(self, power: i64) -> Ball {
        match self {
            Finite { negative, mantissa, exponent, error } => {
                if mantissa == 0 && error == 0.0 {
                    return Ball::made(false, 0, power, 1.0);
                }
                Ball::made(negative, mantissa, exponent, (error + exp2(power - exponent)) * SAFE)
            }
            other => other,
        }
    }

    /// Whether it is exactly this number, and no error is possible.
    pub fn is_exact(self) -> bool {
        matches!(self, Finite { error: 0.0, .. })
    }

    /// Whether there is a number, a finite one.
    pub fn is_finite(self) -> bool {
        matches!(self, Finite { .. })
    }

    /// Why there is no number, where there is none.
    pub fn unknown(self) -> Option<Unknown> {
        if let Ball::None(why) = self { Some(why) } else { None }
    }

    /// Whether zero is among the numbers that it may be.
    pub fn may_be_zero(self) -> bool {
        match self {
            Finite { mantissa, error, .. } => mantissa as f64 <= error * SAFE,
            Infinite { .. } => false,
            Ball::None(_) => true,
        }
    }

    /// Whether both may be the same number; `None` where one of them is none.
    pub fn meets(self, other: Ball) -> bool {
        match (self, other) {
            (Infinite { negative: a }, Infinite { negative: b }) => a == b,
            (Infinite { .. }, _) | (_, Infinite { .. }) => false,
            _ => (self - other).may_be_zero(),
        }
    }

    /// An upper bound on its size and on its error, as powers of two; the least that there is where either is zero.
    pub fn size(self) -> (i64, i64) {
        let power = |x: f64, exponent: i64| if x == 0.0 { i64::MIN / 4 } else { exponent + x.log2().ceil() as i64 };
        match self {
            Finite { mantissa, exponent, error, .. } => (power(mantissa as f64 + error, exponent), power(error, exponent)),
            _ => (i64::MAX / 4, i64::MAX / 4),
        }
    }

    /// The nearest float; infinite where it is out of their range.
    pub fn to_f64(self) -> f64 {
        match self {
            Finite { negative, mantissa, exponent, .. } => {
                // the mantissa as a fraction first, so that what is small enough has a float
                let size = (mantissa as f64 * exp2(-128)) * exp2((exponent + 128).min(1023)) * exp2((exponent + 128 - 1023).max(0));
                if negative { -size } else { size }
            }
            Infinite { negative } => {
                if negative {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                }
            }
            Ball::None(_) => f64::NAN,
        }
    }

    /// The size.
    pub fn abs(self) -> Ball {
        match self {
            Finite { mantissa, exponent, error, .. } => Finite { negative: false, mantissa, exponent, error },
            Infinite { .. } => Infinite { negative: false },
            none => none,
        }
    }

    /// Times a power of two.
    pub(super) fn shifted(self, by: i64) -> Ball {
        match self {
            Finite { mantissa: 0, error: 0.0, .. } => self,
            Finite { negative, mantissa, exponent, error } => Ball::made(negative, mantissa, exponent + by, error),
            other => other,
        }
    }

    /// Divided by a small positive integer.
    pub(super) fn over(self, n: u32) -> Ball {
        let Finite { negative, mantissa, exponent, error } = self else { return self };
        let n_wide = u128::from(n);
        let (quotient, rest) = (mantissa / n_wide, mantissa % n_wide);
        // the quotient has fewer digits: those that follow come from the rest
        let shift = if quotient == 0 { 0 } else { quotient.leading_zeros() };
        let more = (rest << shift) / n_wide;
        let lost = (rest << shift) % n_wide != 0;
        let error = (error / f64::from(n) * exp2(i64::from(shift)) + f64::from(u8::from(lost))) * if error == 0.0 { 1.0 } else { SAFE };
        Ball::made(negative, (quotient << shift) | more, exponent - i64::from(shift), error)
    }
}

/// A power of two as a float; 0 or infinite where it is none.
pub(super) fn exp2(power: i64) -> f64 {
    match power {
        -1022..=1023 => f64::from_bits(((power + 1023) as u64) << 52),
        -1074..=-1023 => f64::from_bits(1 << (power + 1074)),
        ..=-1075 => 0.0,
        _ => f64::INFINITY,
    }
}

impl From<f64> for Ball {
    /// Exactly this float.
    fn from(value: f64) -> Ball {
        if value.is_nan() {
            return Ball::UNDEFINED;
        }
        let negative = value.is_sign_negative();
        if value.is_infinite() {
            return Infinite { negative };
        }
        let bits = value.abs().to_bits();
        let (power, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
        let mantissa = if power == 0 { fraction } else { fraction | 1 << 52 };
        Ball::made(negative, mantissa.into(), power.max(1) - 1075, 0.0)
    }
}

impl Neg for Ball {
    type Output = Ball;
    fn neg(self) -> Ball {
        match self {
            Finite { mantissa: 0, .. } => self,
            Finite { negative, mantissa, exponent, error } => Finite { negative: !negative, mantissa, exponent, error },
            Infinite { negative } => Infinite { negative: !negative },
            none => none,
        }
    }
}

/// What a number lacks where one of two does; nothing is decided where one of them is not.
fn lacks(a: Ball, b: Ball) -> Option<Ball> {
    match (a.unknown(), b.unknown()) {
        (None, None) => None,
        (Some(Unknown::Undefined), _) | (_, Some(Unknown::Undefined)) => Some(Ball::UNDEFINED),
        _ => Some(Ball::UNDECIDED),
    }
}

impl Add for Ball {
    type Output = Ball;
    fn add(self, other: Ball) -> Ball {
        let (one, two) = match (self, other) {
            (Finite { mantissa: 0, error: 0.0, .. }, _) => return other,
            (_, Finite { mantissa: 0, error: 0.0, .. }) => return self,
            (Finite { negative, mantissa, exponent, error }, Finite { negative: n, mantissa: m, exponent: e, error: r }) => {
                ((negative, mantissa, exponent, error), (n, m, e, r))
            }
            (Infinite { negative: a }, Infinite { negative: b }) if a != b => return Ball::UNDEFINED,
            (Infinite { .. }, Finite { .. } | Infinite { .. }) => return self,
            (Finite { .. }, Infinite { .. }) => return other,
            _ => return lacks(self, other).unwrap_or(Ball::UNDEFINED),
        };
        let ((negative, a, exponent, error), (n, b, e, r)) = if one.2 >= two.2 { (one, two) } else { (two, one) };
        let apart = exponent - e;
        let (b, lost) = match apart {
            0 => (b, false),
            1..=127 => (b >> apart, b << (128 - apart) != 0),
            _ => (0, b != 0),
        };
        let error = error + r * exp2(-apart) + f64::from(u8::from(lost));
        let error = if error == 0.0 { 0.0 } else { error * SAFE };
        if negative == n {
            let (sum, over) = a.overflowing_add(b);
            return match over {
                true => Ball::made(negative, sum >> 1 | TOP, exponent + 1, error / 2.0 + f64::from((sum & 1) as u8) / 2.0),
                false => Ball::made(negative, sum, exponent, error),
            };
        }
        if a >= b { Ball::made(negative, a - b, exponent, error) } else { Ball::made(n, b - a, exponent, error) }
    }
}

impl Sub for Ball {
    type Output = Ball;
    fn sub(self, other: Ball) -> Ball {
        self + -other
    }
}

/// The product of two mantissas: its upper and its lower half.
fn wide(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let ((a1, a0), (b1, b0)) = ((a >> 64, a & LOW), (b >> 64, b & LOW));
    let (low, one, two, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
    let middle = (low >> 64) + (one & LOW) + (two & LOW);
    (high + (one >> 64) + (two >> 64) + (middle >> 64), middle << 64 | low & LOW)
}

impl Mul for Ball {
    type Output = Ball;
    fn mul(self, other: Ball) -> Ball {
        match (self, other) {
            (Finite { negative, mantissa: a, exponent, error }, Finite { negative: n, mantissa: b, exponent: e, error: r }) => {
                if a == 0 && error == 0.0 || b == 0 && r == 0.0 {
                    return Ball::ZERO;
                }
                let (high, low) = wide(a, b);
                let error = ((a as f64 * r + b as f64 * error) * exp2(-128) + error * exp2(-64) * r * exp2(-64)) * SAFE;
                // up to one digit less: it comes from the lower half
                if high >> 127 == 1 || high == 0 {
                    return Ball::made(negative != n, high, exponent + e + 128, error + f64::from(u8::from(low != 0)));
                }
                let (mantissa, low) = (high << 1 | low >> 127, low << 1);
                Ball::made(negative != n, mantissa, exponent + e + 127, error * 2.0 + f64::from(u8::from(low != 0)))
            }
            (Infinite { negative: a }, Infinite { negative: b }) => Infinite { negative: a != b },
            (Infinite { negative }, x @ Finite { negative: n, .. }) | (x @ Finite { negative: n, .. }, Infinite { negative }) => {
                match (x.may_be_zero(), x.is_exact()) {
                    (false, _) => Infinite { negative: negative != n },
                    (true, true) => Ball::UNDEFINED,
                    (true, false) => Ball::UNDECIDED,
                }
            }
            _ => lacks(self, other).unwrap_or(Ball::UNDEFINED),
        }
    }
}

impl Div for Ball {
    type Output = Ball;
    fn div(self, other: Ball) -> Ball {
        if let Some(none) = lacks(self, other) {
            return none;
        }
        match (self, other) {
            (_, Finite { mantissa: 0, error: 0.0, .. }) => Ball::UNDEFINED,
            (_, Finite { .. }) if other.may_be_zero() => Ball::UNDECIDED,
            (Finite { negative, mantissa: a, exponent, error }, Finite { negative: n, mantissa: b, exponent: e, error: r }) => {
                // one digit after the other: exact where the quotient is
                let (mut rest, mut quotient) = if a >= b { (a - b, 1u128) } else { (a, 0) };
                let mut digits = 0;
                while quotient >> 127 == 0 && digits < 255 {
                    let over = rest >> 127 == 1;
                    rest <<= 1;
                    quotient <<= 1;
                    if over || rest >= b {
                        rest = rest.wrapping_sub(b);
                        quotient |= 1;
                    }
                    digits += 1;
                    if rest == 0 {
                        break;
                    }
                }
                // |a/b - a'/b'| is at most (error + |a/b| r) / (|b| - r), with everything in units of the last digits
                let (top, bottom) = (a as f64, b as f64);
                let off = (error + top / bottom * r) / (bottom - r * SAFE) * exp2(digits);
                let error = (if off == 0.0 { 0.0 } else { off * SAFE }) + f64::from(u8::from(rest != 0));
                Ball::made(negative != n, quotient, exponent - e - digits, error)
            }
            (Finite { .. }, Infinite { .. }) => Ball::ZERO,
            (Infinite { negative }, Finite { negative: n, .. }) => Infinite { negative: negative != n },
            _ => Ball::UNDEFINED,
        }
    }
}

macro_rules! with_floats {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait<f64> for Ball {
            type Output = Ball;
            fn $method(self, other: f64) -> Ball {
                $trait::$method(self, Ball::from(other))
            }
        }
        impl $trait<Ball> for f64 {
            type Output = Ball;
            fn $method(self, other: Ball) -> Ball {
                $trait::$method(Ball::from(self), other)
            }
        }
    )*};
}

with_floats!(Add add, Sub sub, Mul mul, Div div);
