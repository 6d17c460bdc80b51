//! The value of an operation, written once and computed in floats and in balls.

use super::Call;
use crate::real::{Ball, Real};
use ndarray::ArrayD;

/// A function of entries.
#[derive(Clone, Copy, Debug)]
pub struct Entrywise {
    /// In floats.
    pub float: fn(&[f64]) -> f64,
    /// In balls.
    pub ball: fn(&[Ball]) -> Ball,
}

/// A function of whole arrays; it has no value where a matrix is singular, say.
#[derive(Clone, Copy, Debug)]
pub struct Arraywise {
    /// In floats.
    pub float: fn(&Call<f64>) -> Option<ArrayD<f64>>,
    /// In balls.
    pub ball: fn(&Call<Ball>) -> Option<ArrayD<Ball>>,
}

/// A number in which the table's functions have values.
pub trait Scalar: Real {
    /// The function for it.
    fn entrywise(function: &Entrywise) -> fn(&[Self]) -> Self;
    /// The function for it.
    fn arraywise(function: &Arraywise) -> fn(&Call<Self>) -> Option<ArrayD<Self>>;
}

impl Scalar for f64 {
    fn entrywise(function: &Entrywise) -> fn(&[f64]) -> f64 {
        function.float
    }
    fn arraywise(function: &Arraywise) -> fn(&Call<f64>) -> Option<ArrayD<f64>> {
        function.float
    }
}

impl Scalar for Ball {
    fn entrywise(function: &Entrywise) -> fn(&[Ball]) -> Ball {
        function.ball
    }
    fn arraywise(function: &Arraywise) -> fn(&Call<Ball>) -> Option<ArrayD<Ball>> {
        function.ball
    }
}

/// One text, read as a function of floats and as one of balls.
macro_rules! entrywise {
    (|$x:ident| $body:expr) => {
        $crate::ops::Entrywise { float: |$x: &[f64]| $body, ball: |$x: &[$crate::real::Ball]| $body }
    };
}

/// The same for functions of whole arrays; or a generic function by its name.
macro_rules! arraywise {
    (|$c:ident| $body:expr) => {{
        // what is needed for balls only
        #[allow(clippy::useless_conversion, clippy::assign_op_pattern)]
        let float: fn(&$crate::ops::Call<f64>) -> _ = |$c| $body;
        $crate::ops::Arraywise { float, ball: |$c: &$crate::ops::Call<$crate::real::Ball>| $body }
    }};
    ($function:ident) => {
        $crate::ops::Arraywise { float: $function::<f64>, ball: $function::<$crate::real::Ball> }
    };
}
