//! Colours: few, each with one meaning (listed in the parent module).

use std::fmt::Write;

use anstyle::{Ansi256Color, AnsiColor, Style};

use crate::render::characters::columns;

/// Of middle lightness, so that each reads on black (at least 4:1) and on white (at least 3:1); none is red or green.
const HUES: [u8; 8] = [33, 166, 163, 30, 99, 136, 132, 67];

pub(super) const PLAIN: Style = Style::new();
pub(super) const STRONG: Style = Style::new().bold();
pub(crate) const MUTED: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();

/// The colour of a dimension; the palette starts again past its end.
pub(super) fn hue(index: Option<u8>) -> Style {
    index.map_or(PLAIN, |i| Ansi256Color(HUES[i as usize % HUES.len()]).on_default())
}

/// Text of one style that is never broken.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub text: String,
    pub columns: usize,
    pub style: Style,
}

impl Run {
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        Run { columns: columns(&text), text, style }
    }

    pub fn spaces(columns: usize) -> Self {
        Run { text: " ".repeat(columns), columns, style: PLAIN }
    }
}

/// The line, with blanks before it.
pub(super) fn further_in(columns: usize, mut line: Vec<Run>) -> Vec<Run> {
    line.insert(0, Run::spaces(columns));
    line
}

/// Adds a line to `out`, without blanks at its end.
pub(super) fn put_line(out: &mut String, color: bool, runs: &[Run]) {
    let full = runs.iter().rposition(|r| !r.text.trim_end().is_empty()).map_or(0, |last| last + 1);
    let (mut pending, mut style) = (String::new(), PLAIN);
    for run in &runs[..full] {
        // A blank looks the same in every style, so that it need not end one.
        if run.style != style && !run.text.trim().is_empty() {
            let text = pending.trim_end_matches(' ');
            paint(out, color, text, style);
            out.push_str(&pending[text.len()..]);
            pending.clear();
            style = run.style;
        }
        pending.push_str(&run.text);
    }
    paint(out, color, pending.trim_end(), style);
    out.push('\n');
}

/// Adds the text in a style.
pub(crate) fn paint(out: &mut String, color: bool, text: &str, style: Style) {
    if color && style != PLAIN && !text.is_empty() {
        let _ = write!(out, "{}{text}{}", style.render(), style.render_reset());
    } else {
        out.push_str(text);
    }
}
