//! Which of two balls is the larger: known where they do not meet, or are the same exact number.

use super::ball::{Ball, Unknown};

impl Ball {
    /// Whether it is less than the other.
    ///
    /// # Errors
    /// Where it has no value, or where the bounds do not tell.
    pub fn less(self, other: Ball) -> Result<bool, Ball> {
        use Ball::{Finite, Infinite};
        match (self, other) {
            (Infinite { negative: a }, Infinite { negative: b }) => Ok(a && !b),
            (Infinite { negative }, Finite { .. }) => Ok(negative),
            (Finite { .. }, Infinite { negative }) => Ok(!negative),
            (Finite { .. }, Finite { .. }) => match self - other {
                Finite { mantissa: 0, error: 0.0, .. } => Ok(false),
                difference if difference.may_be_zero() => Err(Ball::UNDECIDED),
                Finite { negative, .. } => Ok(negative),
                none => Err(none),
            },
            _ => Err(match (self.unknown(), other.unknown()) {
                (Some(Unknown::Undefined), _) | (_, Some(Unknown::Undefined)) => Ball::UNDEFINED,
                _ => Ball::UNDECIDED,
            }),
        }
    }

    /// Whether both are the same number.
    ///
    /// # Errors
    /// Where one has no value, or where the bounds do not tell.
    pub fn equals(self, other: Ball) -> Result<bool, Ball> {
        Ok(!self.less(other)? && !other.less(self)?)
    }

    /// Everything that either may be.
    fn hull(self, other: Ball) -> Ball {
        let apart = (self - other).size().0;
        let own = other.size().1;
        self.widened(apart).widened(own)
    }

    /// The larger of two; where that cannot be told, a ball with both in it.
    pub fn max(self, other: impl Into<Ball>) -> Ball {
        let other = other.into();
        match self.less(other) {
            Ok(less) => {
                if less {
                    other
                } else {
                    self
                }
            }
            Err(Ball::None(Unknown::Undecided)) if self.is_finite() && other.is_finite() => self.hull(other),
            Err(none) => none,
        }
    }

    /// The smaller of two; where that cannot be told, a ball with both in it.
    pub fn min(self, other: impl Into<Ball>) -> Ball {
        -(-self).max(-other.into())
    }
}
