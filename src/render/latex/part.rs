//! Pieces of a formula, and how two become one: brackets stand only where a sign would be misread.

/// A piece of the formula.
pub(super) struct Part {
    pub text: String,
    /// How many axes, if that is known.
    pub rank: Option<usize>,
    /// How tightly it binds: see [`Reader::binary`]; [`ATOM`] takes an exponent as it is.
    pub level: u8,
    /// Whether it begins with a digit, so that a digit may not stand right before it.
    pub digit: bool,
}

pub(super) const SUM: u8 = 4;
/// `\otimes`
pub(super) const OUTER: u8 = 5;
/// `\odot`, `\oslash`
pub(super) const ENTRYWISE: u8 = 6;
/// Side by side, which readers take to bind tighter than any sign; and fractions.
pub(super) const PRODUCT: u8 = 7;
pub(super) const UNARY: u8 = 8;
/// With an exponent, a transpose or an index, so that another exponent needs brackets.
pub(super) const RAISED: u8 = 9;
pub(super) const ATOM: u8 = 10;

pub(super) fn join(left: Part, sign: &str, level: u8, right: Part) -> Part {
    let rank = match (left.rank, right.rank) {
        (Some(a), Some(b)) if sign == "@" => Some(a.saturating_sub(1) + b.saturating_sub(1)),
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let made = |text: String, level: u8, digit: bool| Part { text, rank, level, digit };
    let scaled = left.rank == Some(0) || right.rank == Some(0);
    match sign {
        "/" if right.rank == Some(0) => made(format!(r"\frac{{{}}}{{{}}}", left.text, right.text), PRODUCT, false),
        "/" => made(format!(r"{} \oslash {}", above(&left, ENTRYWISE), above(&right, PRODUCT)), ENTRYWISE, left.digit),
        "*" if !scaled => made(format!(r"{} \odot {}", above(&left, ENTRYWISE), above(&right, PRODUCT)), ENTRYWISE, left.digit),
        "*" => {
            let (a, b) = (above(&left, PRODUCT), above(&right, UNARY));
            let dot = if right.digit || b.starts_with('-') { r" \cdot " } else { r"\," };
            made(format!("{a}{dot}{b}"), PRODUCT, left.digit)
        }
        "@" => {
            // beside a matrix a 1-D array is a row
            let row = left.rank == Some(1) && left.level >= UNARY;
            let (b, digit) = (above(&right, UNARY), left.digit);
            let a = if row { superscript(left, r"\top").text } else { above(&left, PRODUCT) };
            made(format!("{a} {b}"), PRODUCT, digit)
        }
        _ => {
            let text = format!("{} {} {}", above(&left, level), relation(sign), above(&right, level + 1));
            made(text, level, left.digit)
        }
    }
}

pub(super) fn relation(sign: &str) -> &str {
    match sign {
        ">=" => r"\ge",
        "<=" => r"\le",
        "==" => "=",
        "!=" | "≠" => r"\ne",
        "&" => r"\land",
        "|" => r"\lor",
        "→" => r"\to",
        "⊗" => r"\otimes",
        other => other,
    }
}

/// The part, in brackets unless it binds at least so tightly.
pub(super) fn above(part: &Part, level: u8) -> String {
    if part.level < level { bracketed(&part.text) } else { part.text.clone() }
}

pub(super) fn bracketed(text: &str) -> String {
    format!(r"\left({text}\right)")
}

pub(super) fn superscript(part: Part, mark: &str) -> Part {
    let base = above(&part, ATOM);
    Part { text: format!("{base}^{{{mark}}}"), level: RAISED, ..part }
}

/// An array to an element-wise power is marked as such: `A^2` would be a matrix power.
pub(super) fn raised(base: Part, exponent: Part) -> Part {
    let circle = if base.rank.is_some_and(|rank| rank > 0) { r"\odot " } else { "" };
    let rank = base.rank;
    let mark = format!("{circle}{}", exponent.text);
    Part { rank, ..superscript(base, &mark) }
}

/// `3`, `1/2`, `1e-5`
pub(super) fn number(text: &str) -> Part {
    if let Some((above, below)) = text.split_once('/') {
        let (sign, above) = above.strip_prefix('-').map_or(("", above), |rest| ("-", rest));
        return Part { text: format!(r"{sign}\frac{{{above}}}{{{below}}}"), rank: Some(0), level: PRODUCT, digit: false };
    }
    let level = if text.starts_with('-') { UNARY } else { ATOM };
    match text.split_once('e') {
        Some(("1", power)) => Part { text: format!("10^{{{power}}}"), rank: Some(0), level: RAISED, digit: true },
        Some((digits, power)) => Part { text: format!(r"{digits} \cdot 10^{{{power}}}"), rank: Some(0), level: PRODUCT, digit: true },
        None => Part { text: text.into(), rank: Some(0), level, digit: true },
    }
}
