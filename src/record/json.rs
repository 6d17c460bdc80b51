//! Objects as text.

use crate::visible::steers;
use serde::Serialize;
use std::fmt::Write;

/// The object over several lines, with a line feed at its end.
///
/// Strings are as they are, but for the characters that would act on a screen where somebody looks at them: these are written as `\u202e`,
/// which every reader takes for the same string.
pub(super) fn text(object: &impl Serialize) -> String {
    // strings, numbers and lists always serialise: a number that is not finite becomes null
    let plain = serde_json::to_string_pretty(object).unwrap_or_default() + "\n";
    // between strings there is nothing of the kind but the ends of lines; those in strings are escaped already
    let acts = |c: char| c != '\n' && steers(c);
    if !plain.contains(acts) {
        return plain;
    }
    let mut text = String::with_capacity(plain.len() + 64);
    for c in plain.chars() {
        match acts(c) {
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(text, "\\u{unit:04x}").unwrap_or_default()),
            false => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_acts_on_a_screen_is_escaped_and_reads_as_itself() {
        let typed = "a\u{202e}\u{9b}\u{7f}\u{e0041}\n\"λ";
        let text = super::text(&[typed]);
        assert_eq!(text, "[\n  \"a\\u202e\\u009b\\u007f\\udb40\\udc41\\n\\\"λ\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [typed]);
    }
}
