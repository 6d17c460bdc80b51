//! Between which bounds the entries of an array are, and whether they are finite numbers at all: interval arithmetic on what is known
//! before there are numbers (Moore, *Interval Analysis*, 1966; IEEE 1788 calls `total` the decoration "defined").

use crate::expr::Number;

/// What is known of every entry of an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// No entry is smaller.
    pub low: f64,
    /// No entry is larger.
    pub high: f64,
    /// Whether the two bounds are themselves left out.
    pub open: (bool, bool),
    /// Whether 0 may be among the entries.
    pub zero: bool,
    /// Whether every entry is a finite number, whatever the inputs are. The bounds are those of the entries that are.
    pub total: bool,
}

impl Range {
    /// Every real number.
    pub const REAL: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY, open: (true, true), zero: true, total: true };

    /// One number.
    pub fn of(value: f64) -> Range {
        Range { low: value, high: value, open: (false, false), zero: value == 0.0, total: value.is_finite() }
    }

    /// As it is written in books: `(0, inf)`, `[-1, 1]`.
    ///
    /// ```
    /// use pullback::{expr::Number, ops::Range};
    /// let positive = Range::read("(0, inf)");
    /// assert!(!positive.zero && positive.power(Number::MINUS_ONE).total);
    /// ```
    pub fn read(text: &str) -> Range {
        let inner = text.trim_matches(['(', ')', '[', ']']);
        let (low, high) = inner.split_once(", ").unwrap_or((inner, inner));
        let bound = |text: &str, other: f64| text.parse().unwrap_or(other);
        let (low, high) = (bound(low, f64::NEG_INFINITY), bound(high, f64::INFINITY));
        let open = (text.starts_with('('), text.ends_with(')'));
        Range { low, high, open, zero: true, total: true }.settled()
    }

    /// The same as a value that may be no number.
    pub fn partial(self) -> Range {
        Range { total: false, ..self }
    }

    /// 0 is among the entries only where the bounds leave room for it.
    fn settled(mut self) -> Range {
        let above = self.low > 0.0 || self.low == 0.0 && self.open.0;
        let below = self.high < 0.0 || self.high == 0.0 && self.open.1;
        self.zero &= !above && !below;
        self.open.0 |= self.low == 0.0 && !self.zero;
        self.open.1 |= self.high == 0.0 && !self.zero;
        self
    }

    /// Whether no entry is below 0.
    pub fn is_nonnegative(self) -> bool {
        self.low >= 0.0
    }

    /// Whether every number of this range is one of the other.
    pub fn is_within(self, other: Range) -> bool {
        let low = self.low > other.low || self.low == other.low && (self.open.0 || !other.open.0);
        let high = self.high < other.high || self.high == other.high && (self.open.1 || !other.open.1);
        low && high && (other.zero || !self.zero)
    }

    /// Whether this may be an entry.
    pub fn may_be(self, value: f64) -> bool {
        if value == 0.0 { self.zero } else { Range::of(value).is_within(self) }
    }

    /// Whether both may have an entry in common.
    pub fn meets(self, other: Range) -> bool {
        let both = self.and(other);
        both.low < both.high || both.low == both.high && !both.open.0 && !both.open.1
    }

    /// What is in both: two things known of one array.
    pub fn and(self, other: Range) -> Range {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        let left_out = |r: Range| (r.low == low && r.open.0, r.high == high && r.open.1);
        let (one, two) = (left_out(self), left_out(other));
        let open = (one.0 || two.0, one.1 || two.1);
        Range { low, high, open, zero: self.zero && other.zero, total: self.total || other.total }.settled()
    }

    /// What is in one or the other.
    pub fn or(self, other: Range) -> Range {
        let (low, high) = (self.low.min(other.low), self.high.max(other.high));
        let kept = |r: Range| (r.low > low || r.open.0, r.high < high || r.open.1);
        let (one, two) = (kept(self), kept(other));
        let open = (one.0 && two.0, one.1 && two.1);
        Range { low, high, open, zero: self.zero || other.zero, total: self.total && other.total }.settled()
    }

    /// The sum of an entry of each.
    pub fn plus(self, other: Range) -> Range {
        let open = (self.open.0 || other.open.0, self.open.1 || other.open.1);
        Range { low: self.low + other.low, high: self.high + other.high, open, zero: true, total: self.total && other.total }.settled()
    }

    /// The product of an entry of each.
    pub fn times(self, other: Range) -> Range {
        let ends = |r: Range| [(r.low, r.open.0), (r.high, r.open.1)];
        let product = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
        let pairs = ends(self).into_iter().flat_map(|(x, one)| ends(other).map(|(y, two)| (product(x, y), one || two)));
        let pairs: Vec<(f64, bool)> = pairs.collect();
        let low = pairs.iter().map(|p| p.0).fold(f64::INFINITY, f64::min);
        let high = pairs.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max);
        let zero = self.zero || other.zero;
        // a bound of 0 is left out where no factor is 0; any other where no pair of ends that are kept makes it
        let open = |bound: f64| if bound == 0.0 { !zero } else { pairs.iter().all(|&(value, open)| value != bound || open) };
        Range { low, high, open: (open(low), open(high)), zero, total: self.total && other.total }.settled()
    }

    /// The sum of one entry or more.
    pub fn summed(self) -> Range {
        let low = if self.low >= 0.0 { self.low } else { f64::NEG_INFINITY };
        let high = if self.high <= 0.0 { self.high } else { f64::INFINITY };
        let zero = self.zero || self.low < 0.0 && self.high > 0.0;
        Range { low, high, open: (self.open.0 || low.is_infinite(), self.open.1 || high.is_infinite()), zero, ..self }.settled()
    }

    /// Without its sign.
    pub fn size(self) -> Range {
        if self.low >= 0.0 {
            return self;
        }
        let turned = self.times(Range::of(-1.0));
        let from_zero = |r: Range| Range { low: 0.0, open: (!self.zero, r.open.1), ..r };
        if self.high <= 0.0 { turned } else { from_zero(self).or(from_zero(turned)) }
    }

    /// Each entry to a power.
    pub fn power(self, exponent: Number) -> Range {
        let (float, whole) = (exponent.to_f64(), exponent.to_integer());
        let base = match whole {
            Some(e) if e % 2 == 0 => self.size(),
            Some(_) => self,
            None => Range { total: self.total && self.low >= 0.0, ..self.and(Range::read("[0, inf)")) },
        };
        let total = base.total && (float > 0.0 || !base.zero);
        if float > 0.0 {
            let raise = |x: f64| if whole.is_some_and(|e| e % 2 != 0) && x < 0.0 { -(-x).powf(float) } else { x.powf(float) };
            return Range { low: raise(base.low), high: raise(base.high), total, ..base }.settled();
        }
        // one over it: never 0, and the larger the smaller
        if base.low < 0.0 && base.high > 0.0 {
            return Range { zero: false, total, ..Range::REAL };
        }
        let below = base.high <= 0.0;
        let raise = |x: f64| if below { -(-x).powf(float) } else { x.powf(float) };
        let (low, high) = (raise(base.high), raise(base.low));
        Range { low, high, open: (base.open.1, base.open.0), zero: false, total }.settled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Range {
        Range::read(text)
    }

    #[test]
    fn arithmetic_of_bounds() {
        let one = Range::of(1.0);
        let unit = read("(-1, 1)");
        // 1 - tanh(x)**2 is above 0
        let slope = one.plus(unit.power(Number::integer(2)).times(Range::of(-1.0)));
        assert!(slope.low == 0.0 && !slope.zero && slope.high == 1.0, "{slope:?}");
        assert!(slope.power(Number::MINUS_ONE).total);
        // sqrt(1 + x**2) is from 1 on, and one over it total
        let root = one.plus(Range::REAL.power(Number::integer(2))).power(Number::HALF);
        assert!(root.low == 1.0 && root.total && root.power(Number::MINUS_ONE).total, "{root:?}");
        // sqrt(x) is none below 0; 1 / x none at 0
        assert!(!Range::REAL.power(Number::HALF).total && !Range::REAL.power(Number::MINUS_ONE).total);
        assert!(read("[0, inf)").power(Number::HALF).total && !read("[0, inf)").power(Number::fraction(-1, 2)).total);
        assert!(!read("(0, 1)").meets(read("[1, 2]")) && read("(0, 1]").meets(read("[1, 2]")));
        assert_eq!(read("[-3, 2]").size(), read("[0, 3]"));
        assert_eq!(read("[-3, 2]").times(read("[-1, 1]")), read("[-3, 3]"));
        assert!(!read("(0, inf)").summed().zero && read("[0, 1]").summed().low == 0.0);
        assert_eq!(read("(0, 2]").power(Number::MINUS_ONE), read("[0.5, inf)"));
        assert_eq!(read("[-4, -2]").power(Number::MINUS_ONE), read("[-0.5, -0.25]"));
    }
}
