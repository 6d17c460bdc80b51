//! What floats and balls share: all that the value of an operation is written with.

use super::ball::Ball;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number to compute with.
///
/// ```
/// use pullback::real::{Ball, Real};
/// fn logistic<T: Real>(x: T) -> T {
///     T::from(1.0) / (T::from(1.0) + (-x).exp())
/// }
/// assert_eq!(logistic(0.0), 0.5);
/// assert!(logistic(Ball::from(-700.0)).to_f64() > 0.0);
/// ```
pub trait Real:
    Copy + Debug + From<f64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self> + 'static
{
    /// The fraction of two integers; the denominator is not 0.
    fn ratio(numerator: i128, denominator: i128) -> Self;
    /// A number of which only the nearest float is known.
    fn rounded(value: f64) -> Self;
    /// π
    fn pi() -> Self;
    /// Euler's number.
    fn e() -> Self;
    /// The nearest float.
    fn to_f64(self) -> f64;
    /// Whether it is less.
    ///
    /// # Errors
    /// What to go on with where that is not known.
    fn less(self, other: Self) -> Result<bool, Self>;
    /// Whether it is the same.
    ///
    /// # Errors
    /// What to go on with where that is not known.
    fn equals(self, other: Self) -> Result<bool, Self>;
    /// Whether it is less, or the same.
    ///
    /// # Errors
    /// What to go on with where that is not known.
    fn at_most(self, other: Self) -> Result<bool, Self>;
    /// The larger of two; of what is no number, as NumPy has it, no number.
    fn max(self, other: Self) -> Self;
    /// The size.
    fn abs(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The exponential.
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// Raised to an integer.
    fn powi(self, exponent: i64) -> Self;
    /// Raised to a number.
    fn powf(self, exponent: Self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The error function.
    fn error_function(self) -> Self;
    /// The same with an error of up to `bound` more, relative to its size; floats keep no account.
    fn blurred(self, bound: f64) -> Self;

    /// One of two, by a test that may not be known.
    fn choose(test: Result<bool, Self>, yes: Self, no: Self) -> Self {
        match test {
            Ok(true) => yes,
            Ok(false) => no,
            Err(unknown) => unknown,
        }
    }

    /// 1 where a test holds, else 0.
    fn truth(test: Result<bool, Self>) -> Self {
        Self::choose(test, Self::from(1.0), Self::from(0.0))
    }

    /// Whether it is 0.
    ///
    /// # Errors
    /// What to go on with where that is not known.
    fn is_zero(self) -> Result<bool, Self> {
        self.equals(Self::from(0.0))
    }

    /// As the place of an entry.
    fn place(self) -> Option<usize> {
        let float = self.to_f64();
        (float >= 0.0 && float.fract() == 0.0 && float < 9e15).then_some(float as usize)
    }
}

impl Real for f64 {
    fn ratio(numerator: i128, denominator: i128) -> f64 {
        // nearly all are small whole numbers, which 128 bits are slow for
        match (i64::try_from(numerator), denominator) {
            (Ok(whole), 1) => whole as f64,
            _ => numerator as f64 / denominator as f64,
        }
    }
    fn rounded(value: f64) -> f64 {
        value
    }
    fn pi() -> f64 {
        std::f64::consts::PI
    }
    fn e() -> f64 {
        std::f64::consts::E
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn less(self, other: f64) -> Result<bool, f64> {
        Ok(self < other)
    }
    fn at_most(self, other: f64) -> Result<bool, f64> {
        Ok(self <= other)
    }
    fn equals(self, other: f64) -> Result<bool, f64> {
        Ok(self == other)
    }
    fn max(self, other: f64) -> f64 {
        if self.is_nan() {
            self
        } else if other.is_nan() {
            other
        } else {
            f64::max(self, other)
        }
    }
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    fn exp(self) -> f64 {
        f64::exp(self)
    }
    fn ln(self) -> f64 {
        f64::ln(self)
    }
    fn powi(self, exponent: i64) -> f64 {
        i32::try_from(exponent).map_or_else(|_| self.powf(exponent as f64), |exponent| f64::powi(self, exponent))
    }
    fn powf(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }
    fn tanh(self) -> f64 {
        f64::tanh(self)
    }
    fn error_function(self) -> f64 {
        libm::erf(self)
    }
    fn blurred(self, _: f64) -> f64 {
        self
    }
}

/// The distance from a float to the next, relative to it.
const HALF_DIGIT: f64 = f64::EPSILON;

impl Real for Ball {
    fn ratio(numerator: i128, denominator: i128) -> Ball {
        Ball::ratio(numerator, denominator)
    }
    fn rounded(value: f64) -> Ball {
        Ball::from(value).blurred(HALF_DIGIT)
    }
    fn pi() -> Ball {
        Ball::pi()
    }
    fn e() -> Ball {
        Ball::e()
    }
    fn to_f64(self) -> f64 {
        Ball::to_f64(self)
    }
    fn less(self, other: Ball) -> Result<bool, Ball> {
        Ball::less(self, other)
    }
    fn at_most(self, other: Ball) -> Result<bool, Ball> {
        Ball::less(other, self).map(|less| !less)
    }
    fn equals(self, other: Ball) -> Result<bool, Ball> {
        Ball::equals(self, other)
    }
    fn max(self, other: Ball) -> Ball {
        Ball::max(self, other)
    }
    fn abs(self) -> Ball {
        Ball::abs(self)
    }
    fn sqrt(self) -> Ball {
        Ball::sqrt(self)
    }
    fn exp(self) -> Ball {
        Ball::exp(self)
    }
    fn ln(self) -> Ball {
        Ball::ln(self)
    }
    fn powi(self, exponent: i64) -> Ball {
        Ball::powi(self, exponent)
    }
    fn powf(self, exponent: Ball) -> Ball {
        Ball::powf(self, exponent)
    }
    fn tanh(self) -> Ball {
        Ball::tanh(self)
    }
    fn error_function(self) -> Ball {
        Ball::erf(self)
    }
    fn blurred(self, bound: f64) -> Ball {
        Ball::blurred(self, bound)
    }
}
