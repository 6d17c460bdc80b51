//! Numbers, sums, products and powers as Python.

use super::text::{Kind, Text, Writer, level};
use crate::expr::{Id, Number, Op};
use crate::shape::Dim;

impl Writer<'_> {
    pub(super) fn literal(&self, value: Number) -> Text {
        let text = match value {
            Number::Float(x) if x.is_infinite() => format!("{}{}inf", if x < 0.0 { "-" } else { "" }, self.target.prefix),
            // NumPy takes integers of 64 bits
            Number::Exact(ratio) if ratio.numer().unsigned_abs() >> 53 != 0 || ratio.denom() >> 53 != 0 => format!("{:e}", value.to_f64()),
            _ => value.to_string(),
        };
        let own = match (text.contains('/'), text.starts_with('-')) {
            (true, _) => level::PRODUCT,
            (_, true) => level::UNARY,
            _ => level::ATOM,
        };
        (text, own)
    }

    /// A length in terms of those that have a name.
    pub(super) fn length(&self, dim: Dim) -> Text {
        let text = self.arena.dims.show_as(dim, &|name| {
            self.used.borrow_mut().insert(name.into());
            self.lengths.get(name).cloned().unwrap_or_else(|| name.into())
        });
        let own = match (text.contains(' '), text.contains('*'), text.starts_with('-')) {
            (true, ..) => level::SUM,
            (_, true, _) => level::PRODUCT,
            (.., true) => level::UNARY,
            _ => level::ATOM,
        };
        (text, own)
    }

    pub(super) fn sum(&self, coefficients: &[Number], args: &[Id]) -> String {
        let mut text = String::new();
        for (place, (coefficient, &arg)) in coefficients.iter().zip(args).enumerate() {
            let negative = coefficient.is_negative();
            let whole = self.arena.as_number(arg).is_some_and(Number::is_one);
            // the sign belongs to the first factor, which must not be a mask
            if place == 0 && negative && !whole {
                text.push_str(&self.product(*coefficient, &[arg]).0);
                continue;
            }
            text.push_str(match (place, negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            });
            let size = coefficient.absolute();
            match (size.is_one(), whole) {
                (true, _) => text.push_str(&self.number(arg, if negative { level::PRODUCT } else { level::SUM })),
                (false, true) => text.push_str(&self.literal(size).0),
                (false, false) => text.push_str(&self.product(size, &[arg]).0),
            }
        }
        text
    }

    /// Numerators, then `/` and denominators.
    pub(super) fn product(&self, coefficient: Number, args: &[Id]) -> Text {
        let inside = |id: Id| !self.named.contains_key(&id);
        let args = match args {
            [one] if inside(*one) && matches!(self.arena.op(*one), Op::Multiply) => self.arena.args(*one),
            many => many,
        };
        let inverse = |x: &Id| inside(*x) && matches!(self.arena.op(*x), Op::Power(e) if e.is_negative());
        let mean = self.mean(args);
        let kept = args.iter().copied().filter(|x| mean.is_none_or(|(_, count)| count != *x));
        let (below, above): (Vec<Id>, Vec<Id>) = kept.partition(inverse);
        let (size, negative) = (coefficient.absolute(), coefficient.is_negative());
        let lead = (!size.is_one() || above.is_empty()).then(|| self.bound(self.literal(size), level::PRODUCT));
        // a mask times a number of Python's own has not the arrays' type; beside arrays, or other masks alone, it may stand as it is; so for whole numbers
        let kinds: Vec<Kind> = above.iter().map(|&x| self.of(x)).collect();
        let alone = below.is_empty() && !negative;
        let signed = negative && kinds.first() == Some(&Kind::Mask);
        let raw = lead.is_none()
            && !signed
            && !kinds.contains(&Kind::Plain)
            && (kinds.contains(&Kind::Array) || alone && !kinds.contains(&Kind::Places));
        let mut factors: Vec<String> = lead.into_iter().collect();
        for &x in &above {
            if mean.is_some_and(|(sum, _)| sum == x) {
                if let Op::Sum { axes, keep } = self.arena.op(x) {
                    factors.push(self.reduction("mean", *axes, *keep, self.arena.args(x)[0]).0);
                    continue;
                }
            }
            // `a @ b / c` is plain enough; beside `*` a matrix product is easier to read in brackets
            let outer = if above.len() == 1 && factors.is_empty() && !negative { level::PRODUCT } else { level::UNARY };
            factors.push(if raw { self.bound(self.any(x), outer) } else { self.number(x, outer) });
        }
        let sign = if negative { "-" } else { "" };
        let own = if factors.len() + below.len() == 1 && negative { level::UNARY } else { level::PRODUCT };
        let above = format!("{sign}{}", factors.join(" * "));
        if below.is_empty() {
            return (above, own);
        }
        let divisors: Vec<String> = below.iter().map(|&x| self.number(self.arena.args(x)[0], level::UNARY)).collect();
        let below = if divisors.len() == 1 { divisors.join("") } else { format!("({})", divisors.join(" * ")) };
        (format!("{above} / {below}"), level::PRODUCT)
    }

    /// A sum among the factors that is divided by how many entries it adds up, and that divisor.
    fn mean(&self, args: &[Id]) -> Option<(Id, Id)> {
        args.iter().filter(|sum| !self.named.contains_key(sum)).find_map(|&sum| {
            let Op::Sum { axes, .. } = self.arena.op(sum) else { return None };
            let shape = self.arena.shape(self.arena.args(sum)[0]);
            let summed = || (0..shape.len()).filter(|k| axes >> k & 1 == 1).map(|k| shape[k]);
            let counts = |x: Id| match (self.arena.op(x), self.arena.args(x)) {
                (Op::Power(e), [length]) if *e == Number::MINUS_ONE => {
                    matches!(self.arena.op(*length), Op::Length(dim) if self.arena.dims.is_product(*dim, summed()))
                }
                _ => false,
            };
            Some((sum, args.iter().copied().find(|&x| counts(x))?))
        })
    }

    pub(super) fn power(&self, base: Id, exponent: Number) -> Text {
        if exponent == Number::fraction(1, 2) {
            return match self.of(base) {
                Kind::Plain => self.filled(self.target.root, self.any(base)),
                _ => (format!("{}sqrt({})", self.target.prefix, self.number(base, level::ANY)), level::ATOM),
            };
        }
        let exponent = self.bound(self.literal(exponent), level::ATOM);
        (format!("{}**{exponent}", self.number(base, level::ATOM)), level::POWER)
    }
}
