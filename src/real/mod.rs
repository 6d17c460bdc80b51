//! Numbers to compute with: 64-bit floats, and balls, which know how far they may be off.
//!
//! Whatever is evaluated is written once, over [`Real`]. In floats it is quick and says little where numbers are very large, very small
//! or nearly equal. In balls (128 bits of mantissa, an exponent that does not overflow, and a bound on all rounding that came before) it
//! decides: two balls that do not meet are two numbers.

mod ball;
mod functions;
mod ordered;
mod scalar;
#[cfg(test)]
mod tests;

pub use ball::{Ball, Unknown};
pub use scalar::Real;
