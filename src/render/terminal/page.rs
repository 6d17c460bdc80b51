//! The page that is written on: its width, and the lines so far.

use super::Style;
use super::ink::{Run, put_line};
use super::wrap::{Item, wrap};

/// No text is set narrower than this, whatever the terminal says.
const NARROWEST: usize = 20;

pub(super) struct Page<'a> {
    pub out: String,
    pub style: &'a Style,
    width: usize,
}

impl<'a> Page<'a> {
    pub fn new(style: &'a Style) -> Self {
        Page { out: String::new(), style, width: style.width.max(NARROWEST) }
    }

    /// What an indentation becomes: on a narrow page it never takes more than half of a line.
    fn indent(&self, indent: usize) -> usize {
        indent.min(self.width / 2)
    }

    /// The columns that an indentation leaves.
    pub fn room(&self, indent: usize) -> usize {
        self.width - self.indent(indent)
    }

    /// Writes one line as it is.
    pub fn line(&mut self, indent: usize, runs: &[Run]) {
        let mut line = vec![Run::spaces(self.indent(indent))];
        line.extend_from_slice(runs);
        put_line(&mut self.out, self.style.color, &line);
    }

    /// Writes the items in lines, all but the first `hang` further in.
    pub fn wrapped(&mut self, indent: usize, hang: usize, items: &[Item]) {
        let lines = wrap(items, self.room(indent), self.room(indent + hang));
        for (i, line) in lines.iter().enumerate() {
            self.line(if i == 0 { indent } else { indent + hang }, line);
        }
    }
}
