//! Colours: few, each with one meaning (listed in the parent module).

use std::borrow::Cow;
use std::fmt::Write;

use anstyle::{Ansi256Color, AnsiColor, Style};

use crate::render::characters::columns;
use crate::render::hue;

pub(super) const PLAIN: Style = Style::new();
pub(super) const STRONG: Style = Style::new().bold();
pub(crate) const MUTED: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();

/// The colour of a dimension.
pub(super) fn hue(index: Option<u8>) -> Style {
    index.map_or(PLAIN, |i| Ansi256Color(hue::place(i)).on_default())
}

/// Text of one style that is never broken.
#[derive(Clone, Debug)]
pub(super) struct Run<'t> {
    pub text: Cow<'t, str>,
    pub columns: usize,
    pub style: Style,
}

/// Most runs of blanks are a part of this one.
const BLANKS: &str = "                                                                ";

impl<'t> Run<'t> {
    pub fn new(text: impl Into<Cow<'t, str>>, style: Style) -> Self {
        let text = text.into();
        Run { columns: columns(&text), text, style }
    }

    pub fn spaces(columns: usize) -> Self {
        let text = BLANKS.get(..columns).map_or_else(|| " ".repeat(columns).into(), Cow::Borrowed);
        Run { text, columns, style: PLAIN }
    }

    /// A run with the text of this one.
    pub fn borrowed(&self) -> Run<'_> {
        Run { text: Cow::Borrowed(&self.text), columns: self.columns, style: self.style }
    }
}

/// Adds a line to `out`, `indent` columns further in and without blanks at its end.
pub(super) fn put_line<'t>(out: &mut String, color: bool, indent: usize, runs: impl Iterator<Item = Run<'t>>) {
    let start = out.len();
    out.push_str(&Run::spaces(indent).text);
    if color {
        put_colored(out, runs);
    } else {
        runs.for_each(|run| out.push_str(&run.text));
    }
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}

fn put_colored<'t>(out: &mut String, runs: impl Iterator<Item = Run<'t>>) {
    let (mut pending, mut style) = (String::new(), PLAIN);
    for run in runs {
        // A blank looks the same in every style, so that it need not end one.
        if run.style != style && !run.text.trim().is_empty() {
            let text = pending.trim_end_matches(' ');
            paint(out, true, text, style);
            out.push_str(&pending[text.len()..]);
            pending.clear();
            style = run.style;
        }
        pending.push_str(&run.text);
    }
    paint(out, true, pending.trim_end(), style);
}

/// Adds the text in a style.
pub(crate) fn paint(out: &mut String, color: bool, text: &str, style: Style) {
    if color && style != PLAIN && !text.is_empty() {
        let _ = write!(out, "{}{text}{}", style.render(), style.render_reset());
    } else {
        out.push_str(text);
    }
}
