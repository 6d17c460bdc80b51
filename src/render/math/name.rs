//! Names of variables and lengths: what is set as a symbol, and what stands below it.

use super::Speller;

/// How a part of a name is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Glyph<'t> {
    /// One Latin letter.
    Letter(char),
    /// A Greek letter: its sign and its name.
    Greek(char, &'static str),
    /// Latin letters and digits.
    Word(&'t str),
    /// Digits alone.
    Digits(&'t str),
    /// Anything else.
    Other(&'t str),
}

/// Which of them a text is.
pub(in crate::render) fn glyph(text: &str) -> Glyph<'_> {
    let mut letters = text.chars();
    if let (Some(c), None) = (letters.next(), letters.next()) {
        if c.is_ascii_alphabetic() {
            return Glyph::Letter(c);
        }
        if let Some(&(sign, name)) = GREEK.iter().find(|(sign, _)| *sign == c) {
            return Glyph::Greek(sign, name);
        }
    }
    match GREEK.iter().find(|(_, greek)| *greek == text) {
        Some(&(sign, name)) => Glyph::Greek(sign, name),
        _ if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => Glyph::Digits(text),
        _ if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) => Glyph::Word(text),
        _ => Glyph::Other(text),
    }
}

/// The stem of a name, and what stands below it: `W_in` and `x1` have something there.
pub(in crate::render) fn named(text: &str) -> (String, Vec<String>) {
    let plain: String = text.chars().map(subscript_digit).collect();
    let (stem, mut below): (&str, Vec<&str>) = match plain.char_indices().skip(1).find(|(_, c)| *c == '_') {
        Some((at, _)) => (&plain[..at], plain[at + 1..].split('_').filter(|part| !part.is_empty()).collect()),
        None => (plain.as_str(), vec![]),
    };
    let letters = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if !letters.is_empty() && letters.len() < stem.len() {
        below.insert(0, &stem[letters.len()..]);
    }
    let stem = if letters.is_empty() { stem } else { letters };
    (stem.into(), below.into_iter().map(String::from).collect())
}

/// A name in a format.
pub(super) fn spelled(text: &str, speller: &dyn Speller) -> String {
    let (stem, below) = named(text);
    let stem = speller.glyph(glyph(&stem));
    match below.as_slice() {
        [] => stem,
        below => speller.lowered(&stem, &indices(below.iter().map(String::as_str), speller)),
    }
}

/// What stands below, between commas.
pub(super) fn indices<'t>(list: impl Iterator<Item = &'t str>, speller: &dyn Speller) -> String {
    let parts: Vec<String> = list.map(|part| speller.glyph(glyph(part))).collect();
    parts.join(&speller.sign(','))
}

pub(in crate::render) const GREEK: &[(char, &str)] = &[
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Θ', "Theta"),
    ('Λ', "Lambda"),
    ('Ξ', "Xi"),
    ('Π', "Pi"),
    ('Σ', "Sigma"),
    ('Φ', "Phi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

fn subscript_digit(c: char) -> char {
    match c {
        '₀'..='₉' => char::from(b'0' + (c as u32 - '₀' as u32) as u8),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_stem_and_what_stands_below() {
        let below = |text: &str| {
            let (stem, below) = named(text);
            (stem, below.join(","))
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(below("W_in"), pair("W", "in"));
        assert_eq!(below("x₁₂"), pair("x", "12"));
        assert_eq!(below("h_in_2"), pair("h", "in,2"));
        assert_eq!(below("x__y"), pair("x", "y"));
        assert_eq!(below("_x"), pair("_x", ""));
        assert_eq!(below("loss"), pair("loss", ""));
    }

    #[test]
    fn glyphs_are_told_apart() {
        assert_eq!(glyph("θ"), Glyph::Greek('θ', "theta"));
        assert_eq!(glyph("theta"), Glyph::Greek('θ', "theta"));
        assert_eq!(glyph("X"), Glyph::Letter('X'));
        assert_eq!(glyph("loss"), Glyph::Word("loss"));
        assert_eq!(glyph("größe"), Glyph::Other("größe"));
        assert_eq!(glyph("é"), Glyph::Other("é"));
    }
}
