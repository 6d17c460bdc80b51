//! Which characters may be shown as they are; all others are spelled out wherever text is shown.
//!
//! What somebody typed comes back in diagnostics, pages, figures and modules. A character that cannot be seen must not act there: it would
//! steer a terminal, turn the direction of writing, end a line, or make two different texts look alike.

use pest::unicode::{DEFAULT_IGNORABLE_CODE_POINT, FORMAT, LINE_SEPARATOR, NONCHARACTER_CODE_POINT, PARAGRAPH_SEPARATOR};
use std::borrow::Cow;
use std::fmt::Write;

/// Whether the character acts on what shows it, or shows nothing at all: controls, ends of lines, formats, what is no character.
pub(crate) fn steers(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_control() } else { c.is_control() || SEPARATORS.iter().any(|is| is(c)) || invisible(c) }
}

const SEPARATORS: [fn(char) -> bool; 4] = [LINE_SEPARATOR, PARAGRAPH_SEPARATOR, FORMAT, NONCHARACTER_CODE_POINT];

/// Whether nothing is seen of it. The two that choose between a sign and its picture are not meant: `⚠` with one of them is still `⚠`.
fn invisible(c: char) -> bool {
    DEFAULT_IGNORABLE_CODE_POINT(c) && !matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// The text with every steering character spelled out: `\u{1b}`.
pub(crate) fn visible<'t>(text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    let text = text.into();
    // nearly always each byte is one visible character
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) || !text.contains(steers) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if steers(c) {
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn nothing_steers_and_scripts_stay() {
        assert_eq!(visible("a\u{1b}[2J\u{202e}\u{9b}1m"), "a\\u{1b}[2J\\u{202e}\\u{9b}1m");
        assert_eq!(visible("\u{feff}a\u{200b}\u{2028}\u{85}\u{ffff}\u{3164}"), "\\u{feff}a\\u{200b}\\u{2028}\\u{85}\\u{ffff}\\u{3164}");
        let kept = "λ אב x̂ ⚠\u{fe0f} 数 d'été";
        assert_eq!(visible(kept), kept);
    }
}
