//! Elementary functions of balls: an argument made small by an identity, then a series. Every step is one on balls, so that the bound on
//! the error comes with the value; only what the series leaves out is added.
//!
//! Abramowitz & Stegun, *Handbook of Mathematical Functions*, 4.1.27, 4.2.1, 4.3.65, 4.3.66, 4.4.42, 7.1.6.

use super::ball::{Ball, Unknown, exp2};
use Ball::{Finite, Infinite};

/// log(2), to the last digit.
const LN_2: Ball = Finite { negative: false, mantissa: 0xB172_17F7_D1CF_79AB_C9E3_B398_03F2_F6AF, exponent: -128, error: 1.0 };
/// π, to the last digit.
const PI: Ball = Finite { negative: false, mantissa: 0xC90F_DAA2_2168_C234_C4C6_628B_80DC_1CD1, exponent: -126, error: 1.0 };

/// Arguments of exponentials beyond this leave the range of exponents.
const LARGEST_EXPONENT: f64 = 1e12;
/// Arguments of sines beyond this leave no digit of the angle.
const LARGEST_ANGLE: f64 = 1e30;

impl Ball {
    fn one() -> Ball {
        Ball::from(1.0)
    }

    /// π
    pub fn pi() -> Ball {
        PI
    }

    /// Euler's number.
    pub fn e() -> Ball {
        Ball::one().exp()
    }

    /// Its sign: -1, 0 or 1.
    pub fn signum(self) -> Ball {
        match (self.less(Ball::ZERO), Ball::ZERO.less(self)) {
            (Ok(true), _) => Ball::from(-1.0),
            (_, Ok(true)) => Ball::one(),
            (Ok(false), Ok(false)) => Ball::ZERO,
            (Err(none), _) | (_, Err(none)) => none,
        }
    }

    /// The square root.
    pub fn sqrt(self) -> Ball {
        match self {
            Finite { mantissa: 0, error: 0.0, .. } | Infinite { negative: false } | Ball::None(_) => return self,
            Infinite { .. } => return Ball::UNDEFINED,
            Finite { negative: true, .. } if !self.may_be_zero() => return Ball::UNDEFINED,
            Finite { .. } if self.may_be_zero() => return Ball::UNDECIDED,
            Finite { .. } => {}
        }
        let Finite { mantissa, exponent, error, .. } = self else { return self };
        // of the number itself, without its error; the power of two in front is even
        let odd = exponent.rem_euclid(2);
        let exact = Ball::made(false, mantissa, -126 - odd, 0.0);
        let half = (exponent + 126 + odd) / 2;
        let mut root = Ball::from(exact.to_f64().sqrt());
        let sharp =
            |x: Ball| if let Finite { negative, mantissa, exponent, .. } = x { Ball::made(negative, mantissa, exponent, 0.0) } else { x };
        for _ in 0..2 {
            root = sharp((root + exact / root).shifted(-1));
        }
        // a square of 64 digits has an exact root
        if let Finite { mantissa, exponent, .. } = root {
            let near = Ball::made(false, (mantissa >> 63).wrapping_add(1) >> 1, exponent + 64, 0.0);
            if near.is_exact() && (near * near - exact).is_exact() && matches!(near * near - exact, Finite { mantissa: 0, .. }) {
                root = near;
            }
        }
        // how far off it may be: half of what is left, over the root
        let left = ((root * root - exact) / root).shifted(-1);
        let root = if matches!(left, Finite { mantissa: 0, error: 0.0, .. }) { root } else { root.widened(left.size().0) };
        // and what the number's own error makes of it: relative to its size half of that
        let relative = error / mantissa as f64;
        root.shifted(half).blurred(if relative == 0.0 { 0.0 } else { relative / (1.0 - relative).max(1e-3) })
    }

    /// The exponential.
    pub fn exp(self) -> Ball {
        match self {
            Infinite { negative: true } => return Ball::ZERO,
            Finite { mantissa: 0, error: 0.0, .. } => return Ball::one(),
            Finite { .. } => {}
            other => return other,
        }
        let float = self.to_f64();
        if float.abs() > LARGEST_EXPONENT || self.size().1 > 0 {
            return Ball::UNDECIDED;
        }
        let k = (float / std::f64::consts::LN_2).round();
        let small = (self - LN_2 * Ball::from(k)).shifted(-6);
        // below 0.0055: the sixteenth term is below 2^-163
        let mut sum = Ball::one();
        for n in (1..16).rev() {
            sum = Ball::one() + (small * sum).over(n);
        }
        sum = sum.widened(-150);
        for _ in 0..6 {
            sum = sum * sum;
        }
        sum.shifted(k as i64)
    }

    /// `exp(x) - 1`, exact near 0.
    pub fn exp_m1(self) -> Ball {
        if !self.is_finite() || self.to_f64().abs() > 0.5 {
            return self.exp() - Ball::one();
        }
        let mut sum = Ball::one();
        for n in (2..36).rev() {
            sum = Ball::one() + (self * sum).over(n);
        }
        // relative to x itself: 0.5^35 / 36! is below 2^-170
        (self * sum).blurred(exp2(-160))
    }

    /// The natural logarithm.
    pub fn ln(self) -> Ball {
        match self {
            Finite { mantissa: 0, error: 0.0, .. } => return Ball::UNDEFINED,
            Infinite { negative: true } => return Ball::UNDEFINED,
            Infinite { .. } | Ball::None(_) => return self,
            Finite { negative: true, .. } if !self.may_be_zero() => return Ball::UNDEFINED,
            Finite { .. } if self.may_be_zero() => return Ball::UNDECIDED,
            Finite { .. } => {}
        }
        let Finite { mantissa, exponent, error, .. } = self else { return self };
        // between 3/4 and 3/2
        let k = if mantissa >> 126 == 0b11 { exponent + 128 } else { exponent + 127 };
        let near = Ball::made(false, mantissa, exponent - k, error);
        let log = near.log_near_one(near - Ball::one());
        if k == 0 { log } else { LN_2 * Ball::from(k as f64) + log }
    }

    /// `log(1 + x)`, exact near 0.
    pub fn ln_1p(self) -> Ball {
        let all = Ball::one() + self;
        if !self.is_finite() || self.to_f64().abs() > 0.25 { all.ln() } else { all.log_near_one(self) }
    }

    /// The logarithm of a number between 3/4 and 3/2, given also less 1: 2 atanh of the quotient of difference and sum.
    fn log_near_one(self, less_one: Ball) -> Ball {
        let z = less_one / (self + Ball::one());
        let square = z * z;
        let mut sum = Ball::ZERO;
        for n in (0..30).rev() {
            sum = Ball::one().over(2 * n + 1) + square * sum;
        }
        // below 1/5: the thirtieth square is below 2^-139
        (z * sum).shifted(1).blurred(exp2(-136))
    }

    /// Sine and cosine.
    pub fn sin_cos(self) -> (Ball, Ball) {
        if !self.is_finite() {
            let none = if let Infinite { .. } = self { Ball::UNDEFINED } else { self };
            return (none, none);
        }
        let float = self.to_f64();
        if float.abs() > LARGEST_ANGLE || self.size().1 > 0 {
            return (Ball::UNDECIDED, Ball::UNDECIDED);
        }
        let quarter = PI.shifted(-1);
        let k = (float / std::f64::consts::FRAC_PI_2).round();
        let small = if k == 0.0 { self } else { self - quarter * Ball::from(k) };
        let square = -(small * small);
        let (mut sine, mut cosine) = (Ball::one(), Ball::one());
        for n in (1..18).rev() {
            sine = Ball::one() + (square * sine).over(2 * n).over(2 * n + 1);
            cosine = Ball::one() + (square * cosine).over(2 * n - 1).over(2 * n);
        }
        // below 0.8: the eighteenth square over 36! is below 2^-149
        let (sine, cosine) = ((small * sine).blurred(exp2(-145)), cosine.widened(-145));
        match k.rem_euclid(4.0) {
            0.0 => (sine, cosine),
            1.0 => (cosine, -sine),
            2.0 => (-sine, -cosine),
            _ => (-cosine, sine),
        }
    }

    /// The sine.
    pub fn sin(self) -> Ball {
        self.sin_cos().0
    }

    /// The cosine.
    pub fn cos(self) -> Ball {
        self.sin_cos().1
    }

    /// The tangent.
    pub fn tan(self) -> Ball {
        let (sine, cosine) = self.sin_cos();
        sine / cosine
    }

    /// The inverse tangent.
    pub fn atan(self) -> Ball {
        match self {
            Infinite { negative } => return if negative { -PI.shifted(-1) } else { PI.shifted(-1) },
            Finite { mantissa: 0, error: 0.0, .. } | Ball::None(_) => return self,
            Finite { .. } => {}
        }
        if self.to_f64().abs() > 1.0 {
            let rest = (Ball::one() / self).atan_below_one();
            let quarter = PI.shifted(-1);
            return if self.to_f64() < 0.0 { -quarter - rest } else { quarter - rest };
        }
        self.atan_below_one()
    }

    fn atan_below_one(self) -> Ball {
        // halved three times: below 0.1
        let half = |x: Ball| x / (Ball::one() + (Ball::one() + x * x).sqrt());
        let small = half(half(half(self)));
        let square = -(small * small);
        let mut sum = Ball::ZERO;
        for n in (0..22).rev() {
            sum = Ball::one().over(2 * n + 1) + square * sum;
        }
        (small * sum).blurred(exp2(-140)).shifted(3)
    }

    /// The angle of the point `(x, self)`.
    pub fn atan2(self, x: Ball) -> Ball {
        match (x.less(Ball::ZERO), Ball::ZERO.less(x)) {
            (_, Ok(true)) => (self / x).atan(),
            (Ok(true), _) => match self.less(Ball::ZERO) {
                Ok(true) => (self / x).atan() - PI,
                Ok(false) => (self / x).atan() + PI,
                Err(none) => none,
            },
            (Ok(false), Ok(false)) => match self.signum() {
                Finite { mantissa: 0, .. } => Ball::ZERO,
                sign => sign * PI.shifted(-1),
            },
            (Err(none), _) | (_, Err(none)) => none,
        }
    }

    /// The inverse sine.
    pub fn asin(self) -> Ball {
        let rest = (Ball::one() - self) * (Ball::one() + self);
        match rest {
            Finite { mantissa: 0, error: 0.0, .. } => self * PI.shifted(-1),
            _ => (self / rest.sqrt()).atan(),
        }
    }

    /// The inverse cosine.
    pub fn acos(self) -> Ball {
        PI.shifted(-1) - self.asin()
    }

    /// The hyperbolic sine.
    pub fn sinh(self) -> Ball {
        (self.exp_m1() - (-self).exp_m1()).shifted(-1)
    }

    /// The hyperbolic cosine.
    pub fn cosh(self) -> Ball {
        (self.exp() + (-self).exp()).shifted(-1)
    }

    /// The hyperbolic tangent.
    pub fn tanh(self) -> Ball {
        if let Infinite { negative } = self {
            return Ball::from(if negative { -1.0 } else { 1.0 });
        }
        // of the size: the exponential of a negative number does not grow
        let small = (-(self.abs().shifted(1))).exp_m1();
        let size = -small / (small + 2.0);
        if self.to_f64() < 0.0 { -size } else { size }
    }

    /// The inverse hyperbolic sine.
    pub fn asinh(self) -> Ball {
        let x = self.abs();
        let root = (x * x + 1.0).sqrt();
        let size = (x + x * x / (root + 1.0)).ln_1p();
        if self.to_f64() < 0.0 { -size } else { size }
    }

    /// The inverse hyperbolic cosine.
    pub fn acosh(self) -> Ball {
        let less = self - 1.0;
        (less + (less * (self + 1.0)).sqrt()).ln_1p()
    }

    /// The inverse hyperbolic tangent.
    pub fn atanh(self) -> Ball {
        match self.abs().less(Ball::one()) {
            Ok(true) => (self.shifted(1) / (1.0 - self)).ln_1p().shifted(-1),
            Ok(false) => Ball::UNDEFINED,
            Err(none) => none,
        }
    }

    /// The cube root.
    pub fn cbrt(self) -> Ball {
        let size = match self {
            Finite { mantissa: 0, error: 0.0, .. } | Infinite { .. } | Ball::None(_) => return self,
            _ => (self.abs().ln().over(3)).exp(),
        };
        let near = Ball::from(size.to_f64().round());
        let size = if (near * near * near - self.abs()).is_exact() && (near * near * near).equals(self.abs()).is_ok_and(|same| same) {
            near
        } else {
            size
        };
        if self.to_f64() < 0.0 { -size } else { size }
    }

    /// The error function.
    pub fn erf(self) -> Ball {
        let sign = if self.to_f64() < 0.0 { Ball::from(-1.0) } else { Ball::one() };
        match self {
            Infinite { .. } => return sign,
            Finite { mantissa: 0, error: 0.0, .. } | Ball::None(_) => return self,
            Finite { .. } => {}
        }
        let x = self.to_f64();
        if x.abs() > 9.0 {
            // 1 - erf(x) is below exp(-x²)
            return sign.widened(-((x * x * std::f64::consts::LOG2_E).min(1e6) as i64));
        }
        // all terms of one sign: 2/sqrt(π) exp(-x²) Σ 2^n x^(2n+1) / (1·3·…·(2n+1))
        let square = (self * self).shifted(1);
        let terms = (60.0 + 6.0 * x * x) as u32;
        let mut sum = Ball::one();
        for n in (1..=terms).rev() {
            sum = Ball::one() + (square * sum).over(2 * n + 1);
        }
        (self * sum * (-(self * self)).exp() / PI.sqrt()).shifted(1).blurred(exp2(-120))
    }

    /// Raised to an integer.
    pub fn powi(self, exponent: i64) -> Ball {
        if exponent < 0 {
            return Ball::one() / self.powi(exponent.checked_neg().unwrap_or(i64::MAX));
        }
        let (mut power, mut square, mut left) = (Ball::one(), self, exponent);
        while left > 0 {
            if left & 1 == 1 {
                power = power * square;
            }
            left >>= 1;
            if left > 0 {
                square = square * square;
            }
        }
        power
    }

    /// Raised to a number.
    pub fn powf(self, exponent: Ball) -> Ball {
        // a negative number has integer powers only
        if let (Finite { error: 0.0, .. }, whole) = (exponent, exponent.to_f64()) {
            if whole.fract() == 0.0 && whole.abs() < 1e6 && exponent.equals(Ball::from(whole)).is_ok_and(|same| same) {
                return self.powi(whole as i64);
            }
        }
        match self {
            Finite { mantissa: 0, error: 0.0, .. } => match exponent.signum() {
                Finite { mantissa: 0, .. } => Ball::one(),
                Finite { negative: false, .. } => Ball::ZERO,
                Ball::None(Unknown::Undecided) => Ball::UNDECIDED,
                _ => Ball::UNDEFINED,
            },
            _ => (exponent * self.ln()).exp(),
        }
    }
}
