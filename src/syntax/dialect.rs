//! How a program is read: which operator a sign is, and what a name that nothing declares stands for.
//!
//! One table a dialect. Whoever wants to know asks the table; nobody else asks which dialect it is.

use super::ast::Binary;

/// A way to read programs.
///
/// ```
/// use pullback::syntax::{Binary, Dialect, Kind};
/// assert_eq!(Dialect::Numpy.operator("*"), Some(Binary::Multiply));
/// assert_eq!(Dialect::Matlab.operator("*"), Some(Binary::Times));
/// assert_eq!(Dialect::Matlab.named('x').0, Kind::Column);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// NumPy's signs: `@` multiplies matrices and `*` entries.
    #[default]
    Numpy,
    /// MATLAB's signs and the ranks of matrixcalculus.org: `*` multiplies matrices and `.*` entries.
    Matlab,
}

/// The shapes that a name can stand for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `()`
    Scalar,
    /// `(n,)`
    Vector,
    /// `(n, 1)`
    Column,
    /// `(n, d)`
    Matrix,
}

/// All that distinguishes a dialect.
struct Table {
    name: &'static str,
    /// The signs that dialects read differently.
    signs: &'static [(&'static str, Binary)],
    /// How its readers write the matrix product, the product and the quotient entry by entry, and the transpose.
    product: &'static str,
    entrywise: &'static str,
    quotient: &'static str,
    transpose: &'static str,
    /// What a Latin initial stands for, and in which words.
    named: fn(char) -> (Kind, &'static str),
    /// Whether what is 1 by 1 is a scalar where one is needed.
    one_is_scalar: bool,
    /// Whether the second argument of `max` and `min` is an array, never an axis.
    largest_of_two: bool,
    /// Whether powers and transposes are taken one after the other as they stand, `x.^2'` for `(x.^2)'` and `a^b^c` for `(a^b)^c`.
    powers_in_order: bool,
    /// Names that are numbers unless the program assigns them.
    constants: &'static [&'static str],
    /// Functions that fill a shape, found by what it meets, with their argument.
    fills: &'static [(&'static str, Kind)],
    /// How signs are read, in half a sentence; nothing where results are written with the same.
    about: &'static str,
}

static NUMPY: Table = Table {
    name: "numpy",
    signs: &[("*", Binary::Multiply), ("/", Binary::Divide), ("^", Binary::Caret)],
    product: "@",
    entrywise: "*",
    quotient: "/",
    transpose: ".T",
    named: |initial| match initial.is_uppercase() {
        true => (Kind::Matrix, "matrix: upper-case name"),
        false => (Kind::Vector, "1-D array: lower-case name"),
    },
    one_is_scalar: false,
    largest_of_two: false,
    powers_in_order: false,
    constants: &["pi", "π", "e", "inf"],
    fills: &[],
    about: "",
};

static MATLAB: Table = Table {
    name: "matlab",
    signs: &[("*", Binary::Times), ("/", Binary::Over), ("^", Binary::Raise)],
    product: "*",
    entrywise: ".*",
    quotient: "./",
    transpose: "'",
    named: |initial| match initial {
        'a'..='g' => (Kind::Scalar, "scalar: initial from a to g"),
        'h'..='z' => (Kind::Column, "column: initial from h to z"),
        other if other.is_uppercase() => (Kind::Matrix, "matrix: upper-case name"),
        _ => (Kind::Column, "column: lower-case name"),
    },
    one_is_scalar: true,
    largest_of_two: true,
    powers_in_order: true,
    constants: &["pi", "π", "inf"],
    fills: &[("vector", Kind::Column), ("matrix", Kind::Matrix)],
    about: "read as MATLAB: `*` is the matrix product, and what is 1 by 1 is a scalar",
};

impl Dialect {
    /// Every dialect.
    pub const ALL: [Dialect; 2] = [Dialect::Numpy, Dialect::Matlab];

    fn table(self) -> &'static Table {
        match self {
            Dialect::Numpy => &NUMPY,
            Dialect::Matlab => &MATLAB,
        }
    }

    /// As in `--dialect matlab`.
    pub fn name(self) -> &'static str {
        self.table().name
    }

    /// The operator of a sign that dialects read differently; nothing for all other signs.
    pub fn operator(self, sign: &str) -> Option<Binary> {
        self.table().signs.iter().find(|(known, _)| *known == sign).map(|(_, operator)| *operator)
    }

    /// The sign of the matrix product.
    pub fn product(self) -> &'static str {
        self.table().product
    }

    /// The sign of the product entry by entry.
    pub fn entrywise(self) -> &'static str {
        self.table().entrywise
    }

    /// The sign of the quotient entry by entry.
    pub fn quotient(self) -> &'static str {
        self.table().quotient
    }

    /// The mark of a transpose.
    pub fn transpose(self) -> &'static str {
        self.table().transpose
    }

    /// What a name with this Latin initial stands for where nothing declares it, with the reason.
    pub fn named(self, initial: char) -> (Kind, &'static str) {
        (self.table().named)(initial)
    }

    /// Whether the second argument of `max` and `min` is an array, never an axis.
    pub fn largest_of_two(self) -> bool {
        self.table().largest_of_two
    }

    /// Whether powers and transposes are taken one after the other as they stand: `x.^2'` is `(x.^2)'`, `a^b^c` is `(a^b)^c`.
    pub fn powers_in_order(self) -> bool {
        self.table().powers_in_order
    }

    /// Whether what is 1 by 1 is a scalar where one is needed.
    pub fn one_is_scalar(self) -> bool {
        self.table().one_is_scalar
    }

    /// Whether a name is a number unless the program assigns it.
    pub fn is_constant(self, name: &str) -> bool {
        self.table().constants.contains(&name)
    }

    /// The shape that a function fills with its argument, whatever length fits.
    pub fn fills(self, function: &str) -> Option<Kind> {
        self.table().fills.iter().find(|(name, _)| *name == function).map(|(_, kind)| *kind)
    }

    /// How signs are read, in half a sentence; nothing where results are written with the same signs.
    pub fn about(self) -> Option<&'static str> {
        Some(self.table().about).filter(|about| !about.is_empty())
    }
}
