//! The spelling of formulas in Typst's math mode.

use crate::render::document::Side;
use crate::render::math::{Glyph, Room, Speller, sides};

/// Signs are written as the characters that they are; what Typst would read as its own is escaped.
pub(super) struct Typst;

impl Speller for Typst {
    fn glyph(&self, glyph: Glyph) -> String {
        match glyph {
            Glyph::Letter(c) | Glyph::Greek(c, _) => c.into(),
            Glyph::Digits(text) => text.into(),
            Glyph::Word(text) | Glyph::Other(text) => string(text),
        }
    }

    fn digits(&self, text: &str) -> String {
        text.replace(',', r"\,")
    }

    fn verbatim(&self, text: &str) -> String {
        format!(" mono({})", string(text))
    }

    fn words(&self, text: &str) -> String {
        string(text)
    }

    fn function(&self, name: &str) -> String {
        format!("op({})", string(&name.replace('_', " ")))
    }

    fn sign(&self, sign: char) -> String {
        match sign {
            // in an argument a comma would end it, and a slash makes a fraction
            ',' | '/' => format!(r"\{sign}"),
            sign => sign.into(),
        }
    }

    fn beside(&self, room: Room) -> &'static str {
        match room {
            Room::None => " ",
            Room::Thin => " thin ",
            Room::Wide => " med ",
        }
    }

    fn comma(&self) -> &'static str {
        r"\, thin "
    }

    fn change(&self, of: &str) -> String {
        format!("upright(d) {of}").trim_end().into()
    }

    fn fraction(&self, above: &str, below: &str) -> String {
        format!("frac({above}, {below})")
    }

    fn raised(&self, base: &str, exponent: &str) -> String {
        format!("{base}^({exponent})")
    }

    fn lowered(&self, base: &str, index: &str) -> String {
        format!("{base}_({index})")
    }

    fn enclosed(&self, open: char, inner: &str, close: char, _: bool) -> String {
        match open {
            '|' => format!("abs({inner})"),
            '‖' => format!("norm({inner})"),
            '⟨' => format!(" lr({open} {inner} {close})"),
            _ => format!("{open}{inner}{close}"),
        }
    }

    fn bracket(&self, sign: char, tall: bool) -> String {
        // one that stands alone would look for its other half; by itself it does not grow
        let size = if tall { "200%" } else { "120%" };
        format!(r" stretch(\{sign}, size: #{size}) ")
    }

    fn root(&self, inner: &str) -> String {
        format!("sqrt({inner})")
    }

    fn large(&self, sign: char, below: &str) -> String {
        let sign = if sign == '∏' { "product" } else { "sum" };
        if below.is_empty() { sign.into() } else { format!("{sign}_({below})") }
    }

    fn limited(&self, name: &str, below: &str) -> String {
        format!("op({}, limits: #true)_({below})", string(&name.replace('_', " ")))
    }

    fn braced(&self, base: &str, below: &str) -> String {
        format!("underbrace({base}, {below})")
    }

    fn shaped(&self, base: &str, shape: &[Side]) -> String {
        if shape.is_empty() { base.into() } else { format!("limits({base})_({})", sides(shape, self).join(" × ")) }
    }

    fn length(&self, _: &str, written: String) -> String {
        written
    }

    fn row(&self, pieces: &str) -> String {
        pieces.into()
    }
}

/// A string of Typst's.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// Words of running text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '`' | '$' | '#' | '@' | '<' | '>' | '[' | ']' | '~' | '/' | '=' | '-' | '+' => out.extend(['\\', c]),
            '\u{a0}' => out.push('~'),
            c => out.push(c),
        }
    }
    out
}
