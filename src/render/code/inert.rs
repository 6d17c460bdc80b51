//! What is not ours in a module: the program's text, which must stay text whatever it says and however it is read.
//!
//! A comment of the program may name an encoding in which another one holds the end of a line; a name or a string may hold a quote. So the
//! first two lines of a module are ours, and say how the rest is encoded ([`HEAD`]); and nothing of the program's gets into a comment or
//! between quotes but as [`Inert`], which no reading of Python's ends.

use crate::visible::steers;
use std::fmt::{self, Display, Formatter, Write};

/// The first line of every module. Python looks for an encoding in the first two (PEP 263) and takes the first that it finds.
pub(super) const HEAD: &str = "# -*- coding: utf-8 -*-";

/// Text in which every character is visible and none ends a line, a comment or a string.
#[derive(Clone, Debug, Default)]
pub(super) struct Inert(String);

impl Inert {
    /// For a comment: quotes are as they are.
    pub fn comment(text: &str) -> Self {
        Inert::spelled(text, |_| false)
    }

    /// For what stands between quotes of either kind.
    pub fn quoted(text: &str) -> Self {
        Inert::spelled(text, |c| matches!(c, '"' | '\''))
    }

    /// Backslashes are doubled, so that they stand for themselves and for nothing behind them. What steers is named, not escaped: there
    /// are readings that resolve escapes in comments too.
    fn spelled(text: &str, quote: impl Fn(char) -> bool) -> Self {
        let mut inert = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\t' => inert.push(' '),
                _ if steers(c) => write!(inert, "<U+{:04X}>", c as u32).unwrap_or_default(),
                _ => inert.extend(Some('\\').filter(|_| c == '\\' || quote(c)).into_iter().chain([c])),
            }
        }
        Inert(inert)
    }

    /// Columns that it takes.
    pub fn columns(&self) -> usize {
        self.0.chars().count()
    }
}

impl Display for Inert {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The module: an unseen character would be one that came by another way.
pub(super) fn sealed(module: String) -> String {
    let unseen = |c: char| c != '\n' && steers(c);
    if module.contains(unseen) { module.replace(unseen, "_") } else { module }
}

#[cfg(test)]
mod tests {
    use super::Inert;

    #[test]
    fn nothing_ends_a_line_or_a_string() {
        let hostile = "\\n\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}\0\u{202e}\u{feff}\u{200b}\t\"\"\"'''\\";
        let named = "\\\\n<U+000A><U+000D><U+000B><U+000C><U+0085><U+2028><U+2029><U+0000><U+202E><U+FEFF><U+200B> ";
        assert_eq!(Inert::comment(hostile).to_string(), format!("{named}\"\"\"'''\\\\"));
        assert_eq!(Inert::quoted(hostile).to_string(), format!("{named}\\\"\\\"\\\"\\'\\'\\'\\\\"));
    }
}
