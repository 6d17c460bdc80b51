//! Where functions have finite values, which values they have, and where their derivative does not exist: conditions on their operands, as
//! data. Whether a condition can be met in a program is computed from what is known of the operands.

use super::{Family, Function, Range};

/// Which values a function has, from those of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Image {
    /// In this range, whatever the operands are.
    Within(&'static str),
    /// In this range, with the sign of the operand at this place; 0 where that is 0.
    Signed(usize, &'static str),
    /// The operand's without its sign.
    Size,
    /// Among the entries of the operands from this place on.
    Among(usize),
    /// Among the entries of the operand, or 0.
    Padded,
    /// The operand where it is above 0, else 0.
    Positive,
    /// The larger of two.
    Larger,
    /// The smaller of two.
    Smaller,
    /// The first operand between the other two.
    Between,
    /// A sum of entries of the operand.
    Sum,
    /// A product of entries of the operands.
    Product,
    /// The first operand to the power of the second.
    Power,
}

/// Where a derivative does not exist, or a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot {
    /// Where the operand at this place has an entry that is this number.
    At(usize, f64),
    /// Where the operand at this place has an entry outside of this range.
    Outside(usize, &'static str),
    /// Where an entry of one operand is that of another.
    Meet(usize, usize),
    /// Where both operands are 0.
    Origin,
    /// Where all of the entries that are reduced are equal, or two of them: never where there is one.
    Ties,
    /// Where the matrix is singular.
    Singular,
    /// What is said holds everywhere.
    Always,
}

/// A place where the derivative does not exist or is chosen, and what is said of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// Where.
    pub at: Spot,
    /// What is said; the entry's own word where it is empty.
    pub says: &'static str,
}

/// A function of real numbers.
#[derive(Clone, Copy, Debug)]
pub struct Real {
    /// The operands for which the value is a finite number: a range for the operand at a place.
    pub needs: &'static [(usize, &'static str)],
    /// Which values it has.
    pub image: Image,
    /// Where its derivative does not exist.
    pub breaks: &'static [Break],
    /// Whether it may make finite numbers of infinite ones, or of none at all.
    pub absorbs: bool,
}

const PLAIN: Real = Real { needs: &[], image: Image::Within("(-inf, inf)"), breaks: &[], absorbs: false };

const fn at(place: usize, value: f64) -> Break {
    Break { at: Spot::At(place, value), says: "" }
}

const fn own(at: Spot) -> Break {
    Break { at, says: "" }
}

/// What a fractional power says; it is no entry of the table.
pub const ROOT_VALUE: &str = "a root or another fractional power has a value only of what is not below 0";
/// The same of its derivative.
pub const ROOT_SLOPE: &str = "at 0 a root or another power with an exponent below 1 has no derivative";
/// What a quotient says.
pub const QUOTIENT: &str = "where a divisor is 0 there is neither a value nor a derivative";

impl Function {
    /// What is known of it as a function of real numbers.
    ///
    /// ```
    /// use pullback::ops;
    /// assert_eq!(ops::find("log").unwrap().real().needs, [(0, "(0, inf)")]);
    /// ```
    pub fn real(self) -> Real {
        use Image::{Among, Between, Larger, Padded, Signed, Smaller, Sum, Within};
        let entry = self.entry();
        let of = |image: Image| Real { image, ..PLAIN };
        match entry.names[0] {
            _ if entry.family == Family::Mask => Real { absorbs: true, ..of(Within("[0, 1]")) },
            "exp" => of(Within("(0, inf)")),
            "softplus" => of(Within("(0, inf)")),
            "sigmoid" => of(Within("(0, 1)")),
            "cosh" => of(Within("[1, inf)")),
            "sin" | "cos" => of(Within("[-1, 1]")),
            "tanh" | "erf" => of(Signed(0, "(-1, 1)")),
            "sinh" | "asinh" | "atan" | "expm1" => of(Signed(0, "(-inf, inf)")),
            "cbrt" => {
                Real { breaks: &[Break { at: Spot::At(0, 0.0), says: "at 0 `cbrt` has no derivative" }], ..of(Signed(0, "(-inf, inf)")) }
            }
            "log" => Real {
                needs: &[(0, "(0, inf)")],
                breaks: &[Break { at: Spot::Outside(0, "(0, inf)"), says: "`log` has a value and a derivative only of what is above 0" }],
                ..PLAIN
            },
            "log1p" => Real {
                needs: &[(0, "(-1, inf)")],
                breaks: &[Break {
                    at: Spot::Outside(0, "(-1, inf)"),
                    says: "`log1p` has a value and a derivative only of what is above -1",
                }],
                ..of(Signed(0, "(-inf, inf)"))
            },
            "acosh" => Real {
                needs: &[(0, "[1, inf)")],
                breaks: &[Break {
                    at: Spot::Outside(0, "(1, inf)"),
                    says: "`acosh` has a value only of what is not below 1, and at 1 no derivative",
                }],
                ..of(Within("[0, inf)"))
            },
            "asin" => Real {
                needs: &[(0, "[-1, 1]")],
                breaks: &[Break {
                    at: Spot::Outside(0, "(-1, 1)"),
                    says: "`asin` has a value only between -1 and 1, and at both no derivative",
                }],
                ..of(Signed(0, "[-1.5707963267948968, 1.5707963267948968]"))
            },
            "acos" => Real {
                needs: &[(0, "[-1, 1]")],
                breaks: &[Break {
                    at: Spot::Outside(0, "(-1, 1)"),
                    says: "`acos` has a value only between -1 and 1, and at both no derivative",
                }],
                ..of(Within("[0, 3.1415926535897936]"))
            },
            "atanh" => Real {
                needs: &[(0, "(-1, 1)")],
                breaks: &[Break { at: Spot::Outside(0, "(-1, 1)"), says: "`atanh` has a value and a derivative only between -1 and 1" }],
                ..of(Signed(0, "(-inf, inf)"))
            },
            "atan2" => {
                Real { breaks: &[Break { at: Spot::Origin, says: "where both of its arguments are 0 `atan2` has no derivative" }], ..PLAIN }
            }
            "pow" => Real {
                needs: &[(0, "(0, inf)")],
                breaks: &[Break {
                    at: Spot::Outside(0, "(0, inf)"),
                    says: "the derivative of a power whose exponent is no constant has the logarithm of the base in it, which is to be above 0",
                }],
                ..of(Image::Power)
            },
            "abs" => Real { breaks: const { &[at(0, 0.0)] }, ..of(Image::Size) },
            "sign" => Real { breaks: const { &[at(0, 0.0)] }, absorbs: true, ..of(Signed(0, "[-1, 1]")) },
            "relu" => Real { breaks: const { &[at(0, 0.0)] }, absorbs: true, ..of(Image::Positive) },
            "leaky_relu" | "elu" => Real { breaks: const { &[at(0, 0.0)] }, absorbs: true, ..PLAIN },
            "maximum" => Real { breaks: const { &[own(Spot::Meet(0, 1))] }, absorbs: true, ..of(Larger) },
            "minimum" => Real { breaks: const { &[own(Spot::Meet(0, 1))] }, absorbs: true, ..of(Smaller) },
            "clip" => Real { breaks: const { &[own(Spot::Meet(0, 1)), own(Spot::Meet(0, 2))] }, absorbs: true, ..of(Between) },
            "where" => Real { absorbs: true, ..of(Among(1)) },
            "softmax" => Real { absorbs: true, ..of(Within("(0, 1]")) },
            "log_softmax" => of(Within("(-inf, 0]")),
            "max" | "min" => Real { breaks: const { &[own(Spot::Ties)] }, absorbs: true, ..of(Among(0)) },
            "prod" => Real { breaks: const { &[own(Spot::Always)] }, ..of(Image::Product) },
            "var" => of(Within("[0, inf)")),
            "std" => Real { breaks: const { &[own(Spot::Ties)] }, ..of(Within("[0, inf)")) },
            "norm" => Real { breaks: const { &[at(0, 0.0)] }, ..of(Image::Size) },
            "argmax" | "argmin" | "argsort" => Real { breaks: const { &[own(Spot::Always)] }, absorbs: true, ..of(Within("[0, inf)")) },
            "cumsum" => of(Sum),
            "kron" => of(Image::Product),
            "slice" | "reshape" | "flip" | "roll" | "gather" | "repeat" | "tile" | "diagonal" | "windows" | "concat" => of(Among(0)),
            "pad" | "dilate" | "tril" | "triu" | "diagflat" => of(Padded),
            "one_hot" => of(Within("[0, 1]")),
            "cholesky" => Real { needs: REGULAR, breaks: const { &[own(Spot::Always)] }, ..PLAIN },
            "inv" | "solve" | "logdet" => Real {
                needs: REGULAR,
                breaks: &[Break { at: Spot::Singular, says: "where the matrix is singular there is neither a value nor a derivative" }],
                ..PLAIN
            },
            "pinv" => Real {
                needs: REGULAR,
                breaks: &[Break { at: Spot::Singular, says: "where the rank changes `pinv` jumps, and has no derivative" }],
                ..PLAIN
            },
            "det" => Real {
                breaks: &[Break {
                    at: Spot::Singular,
                    says: "where the matrix is singular `det` has a derivative, but not by this formula with `inv`",
                }],
                ..PLAIN
            },
            _ => PLAIN,
        }
    }
}

/// What no range tells: never known to be met.
const REGULAR: &[(usize, &str)] = &[(0, "[1, 0]")];

impl Real {
    /// The range of its values, from those of its operands.
    pub fn range(&self, operands: &[Range]) -> Range {
        let total =
            operands.iter().all(|r| r.total) && self.needs.iter().all(|&(place, needed)| operands[place].is_within(Range::read(needed)));
        let image = match self.image {
            Image::Within(text) => Range::read(text),
            Image::Signed(place, text) => {
                let (bounds, x) = (Range::read(text), operands[place]);
                let low = if x.low >= 0.0 { 0.0 } else { bounds.low };
                let high = if x.high <= 0.0 { 0.0 } else { bounds.high };
                Range {
                    low,
                    high,
                    open: (bounds.open.0 && low != 0.0 || !x.zero && low == 0.0, bounds.open.1 && high != 0.0 || !x.zero && high == 0.0),
                    zero: x.zero,
                    total,
                }
            }
            Image::Size => operands[0].size(),
            Image::Among(from) => operands[from..].iter().copied().reduce(Range::or).unwrap_or(Range::REAL),
            Image::Padded => operands[0].or(Range::of(0.0)),
            Image::Positive => limited(operands[0], Range::of(0.0)),
            Image::Larger | Image::Smaller | Image::Between => {
                let smaller = |x: Range, y: Range| negated(limited(negated(x), negated(y)));
                match (self.image, operands) {
                    (Image::Larger, [x, y]) => limited(*x, *y),
                    (Image::Smaller, [x, y]) => smaller(*x, *y),
                    (_, [x, low, high]) => smaller(limited(*x, *low), *high),
                    _ => Range::REAL,
                }
            }
            // of what may be below 0 a whole power may be too
            Image::Power if operands[0].is_within(Range::read("(0, inf)")) => Range::read("(0, inf)"),
            Image::Power => Range::REAL,
            Image::Sum => operands[0].summed(),
            Image::Product => {
                let all = operands.iter().copied().reduce(Range::times).unwrap_or(Range::REAL);
                let low = if all.low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
                Range { low, high: f64::INFINITY, open: (!all.zero || low != 0.0, true), ..all }
            }
        };
        Range { total, ..image }
    }
}

fn negated(x: Range) -> Range {
    x.times(Range::of(-1.0))
}

/// The larger of an entry of each.
fn limited(x: Range, y: Range) -> Range {
    let (low, high) = (x.low.max(y.low), x.high.max(y.high));
    let low_open = [x, y].iter().any(|r| r.low == low && r.open.0);
    let high_open = [x, y].iter().all(|r| r.high < high || r.open.1);
    Range { low, high, open: (low_open, high_open), zero: x.zero || y.zero, total: x.total && y.total }
        .and(Range { total: false, ..Range::REAL })
}
