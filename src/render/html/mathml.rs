//! The spelling of formulas in MathML Core, which browsers draw and read aloud by themselves.
//!
//! Written here rather than made from LaTeX by a library: dimensions want a class each, so that a style sheet can colour them in the light
//! and in the dark, and the spelling is no longer than the bridge to such a library would be.

use super::escaped;
use crate::render::document::Side;
use crate::render::math::{Glyph, Room, Speller, sides};
use rustc_hash::FxHashMap;

/// How many hues there are; past the last the first comes again.
pub(super) const HUES: u8 = 8;

/// Spells formulas; knows the hue of each dimension.
#[derive(Default)]
pub(super) struct MathMl {
    pub hues: FxHashMap<String, u8>,
}

impl Speller for MathMl {
    fn glyph(&self, glyph: Glyph) -> String {
        match glyph {
            Glyph::Letter(c) | Glyph::Greek(c, _) => format!("<mi>{c}</mi>"),
            Glyph::Digits(text) => self.digits(text),
            Glyph::Word(text) | Glyph::Other(text) => format!("<mi mathvariant=\"normal\">{}</mi>", escaped(text)),
        }
    }

    fn digits(&self, text: &str) -> String {
        format!("<mn>{}</mn>", escaped(text))
    }

    fn verbatim(&self, text: &str) -> String {
        format!("<mtext class=\"code\">{}</mtext>", escaped(text).replace(' ', "\u{a0}"))
    }

    fn words(&self, text: &str) -> String {
        format!("<mtext>{}</mtext>", escaped(text).replace(' ', "\u{a0}"))
    }

    fn function(&self, name: &str) -> String {
        // U+2061: read aloud as "of", and not drawn
        format!("<mi mathvariant=\"normal\">{}</mi><mo>\u{2061}</mo>", worded(name))
    }

    fn sign(&self, sign: char) -> String {
        match sign {
            '⊤' | '∞' | 'δ' | 'π' => format!("<mi>{sign}</mi>"),
            '-' => "<mo>\u{2212}</mo>".into(),
            '(' | ')' => format!("<mo stretchy=\"false\">{sign}</mo>"),
            '/' => "<mo lspace=\"0\" rspace=\"0\">/</mo>".into(),
            ',' => "<mo separator=\"true\">,</mo>".into(),
            sign => format!("<mo>{}</mo>", escaped(&sign.to_string())),
        }
    }

    fn beside(&self, room: Room) -> &'static str {
        // U+2062: read aloud as "times", and not drawn
        match room {
            Room::None => "<mo>\u{2062}</mo>",
            Room::Thin => "<mo>\u{2062}</mo><mspace width=\"0.17em\"/>",
            Room::Wide => "<mo>\u{2062}</mo><mspace width=\"0.5em\"/>",
        }
    }

    fn comma(&self) -> &'static str {
        "<mo separator=\"true\">,</mo><mspace width=\"0.1em\"/>"
    }

    fn change(&self, of: &str) -> String {
        format!("<mi mathvariant=\"normal\">d</mi>{of}")
    }

    fn fraction(&self, above: &str, below: &str) -> String {
        format!("<mfrac>{}{}</mfrac>", one(above), one(below))
    }

    fn raised(&self, base: &str, exponent: &str) -> String {
        match base.strip_prefix("<msub>").and_then(|rest| rest.strip_suffix("</msub>")) {
            Some(inner) if elements(base) == 1 => format!("<msubsup>{inner}{}</msubsup>", one(exponent)),
            _ => format!("<msup>{}{}</msup>", one(base), one(exponent)),
        }
    }

    fn lowered(&self, base: &str, index: &str) -> String {
        format!("<msub>{}{}</msub>", one(base), one(index))
    }

    fn enclosed(&self, open: char, inner: &str, close: char, tall: bool) -> String {
        let stretchy = if tall { "" } else { " stretchy=\"false\"" };
        format!("<mrow><mo form=\"prefix\"{stretchy}>{open}</mo>{inner}<mo form=\"postfix\"{stretchy}>{close}</mo></mrow>")
    }

    fn bracket(&self, sign: char, tall: bool) -> String {
        let size = if tall { " minsize=\"2em\" maxsize=\"2em\"" } else { " stretchy=\"false\"" };
        let form = if matches!(sign, '(' | '[' | '⟨') { "prefix" } else { "postfix" };
        format!("<mo form=\"{form}\"{size}>{sign}</mo>")
    }

    fn root(&self, inner: &str) -> String {
        format!("<msqrt>{inner}</msqrt>")
    }

    fn large(&self, sign: char, below: &str) -> String {
        let sign = format!("<mo movablelimits=\"false\">{sign}</mo>");
        if below.is_empty() { sign } else { format!("<munder>{sign}{}</munder>", one(below)) }
    }

    fn limited(&self, name: &str, below: &str) -> String {
        format!("<munder><mi mathvariant=\"normal\">{}</mi>{}</munder><mo>\u{2061}</mo>", worded(name), one(below))
    }

    fn braced(&self, base: &str, below: &str) -> String {
        format!("<munder><munder>{}<mo stretchy=\"true\">⏟</mo></munder><mrow class=\"shape\">{below}</mrow></munder>", one(base))
    }

    fn shaped(&self, base: &str, shape: &[Side]) -> String {
        if shape.is_empty() {
            return base.into();
        }
        format!("<munder>{}<mrow class=\"shape\">{}</mrow></munder>", one(base), sides(shape, self).join("<mo>×</mo>"))
    }

    fn length(&self, name: &str, written: String) -> String {
        match self.hues.get(name) {
            Some(hue) => format!("<mrow class=\"h{}\">{written}</mrow>", hue % HUES),
            None => one(&written),
        }
    }

    fn row(&self, pieces: &str) -> String {
        one(pieces)
    }
}

/// The name of a function as it is said: `log softmax`.
fn worded(name: &str) -> String {
    escaped(&name.replace('_', "\u{a0}"))
}

/// The pieces as one element.
pub(super) fn one(pieces: &str) -> String {
    if elements(pieces) == 1 { pieces.trim().into() } else { format!("<mrow>{pieces}</mrow>") }
}

/// How many elements stand side by side.
fn elements(text: &str) -> usize {
    let (mut depth, mut count) = (0usize, 0);
    for (at, _) in text.match_indices('<') {
        let rest = &text[at..];
        if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            continue;
        }
        count += usize::from(depth == 0);
        let end = rest.find('>').unwrap_or(0);
        depth += usize::from(!rest[..end].ends_with('/'));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_side_by_side_are_counted() {
        assert_eq!(elements("<mi>a</mi>"), 1);
        assert_eq!(elements("<mrow><mi>a</mi><mspace/><mi>b</mi></mrow>"), 1);
        assert_eq!(elements("<mi>a</mi><mspace width=\"1em\"/>"), 2);
        assert_eq!(elements(""), 0);
    }

    #[test]
    fn an_exponent_joins_an_index() {
        let math = MathMl::default();
        let indexed = math.lowered("<mi>W</mi>", "<mn>1</mn>");
        assert_eq!(math.raised(&indexed, "<mi>⊤</mi>"), "<msubsup><mi>W</mi><mn>1</mn><mi>⊤</mi></msubsup>");
    }
}
