//! Where an operation changes its branch, or has no derivative, or no value: the points at which two formulas may part that are the same
//! everywhere else.

use super::{Family, Function};

/// What must hold of the operands for a call to stand at a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// This operand is zero.
    Zero(usize),
    /// These two are equal.
    Equal(usize, usize),
    /// Several entries that are reduced together are equal.
    Tie,
    /// The result is zero.
    Vanishing,
}

impl Function {
    /// Its borders.
    ///
    /// ```
    /// use pullback::ops::{self, Border};
    /// assert_eq!(ops::find("relu").unwrap().borders(), [Border::Zero(0)]);
    /// assert_eq!(ops::find("greater").unwrap().borders(), [Border::Equal(0, 1)]);
    /// ```
    pub fn borders(self) -> &'static [Border] {
        use Border::{Equal, Tie, Vanishing, Zero};
        let entry = self.entry();
        match entry.names[0] {
            "logical_and" | "logical_or" | "logical_not" => &[],
            "abs" | "sign" | "relu" | "leaky_relu" | "elu" | "log" | "cbrt" | "pow" => &[Zero(0)],
            "atan2" => &[Zero(0), Zero(1)],
            "maximum" | "minimum" => &[Equal(0, 1)],
            "clip" => &[Equal(0, 1), Equal(0, 2)],
            "max" | "min" | "argmax" | "argmin" | "argsort" => &[Tie],
            "norm" | "std" => &[Vanishing],
            _ if entry.family == Family::Mask && entry.declared().count() == 2 => &[Equal(0, 1)],
            _ => &[],
        }
    }
}
