//! The page that is written on: its width, and the lines so far.

use super::Style;
use super::ink::{Run, put_line};
use super::wrap::{Item, flat, wrap};

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

    /// Writes one line as it is, `further` in from the indentation.
    pub fn line<'t>(&mut self, indent: usize, further: usize, runs: impl Iterator<Item = Run<'t>>) {
        let indent = self.indent(indent) + further;
        put_line(&mut self.out, self.style.color, indent, runs);
    }

    /// Writes a line of plain text that does not end in a blank.
    pub fn written(&mut self, indent: usize, write: impl FnOnce(&mut String)) {
        self.out.push_str(&Run::spaces(self.indent(indent)).text);
        write(&mut self.out);
        self.out.push('\n');
    }

    /// Writes the items in lines, all but the first `hang` further in.
    pub fn wrapped(&mut self, indent: usize, hang: usize, items: &[Item]) {
        for (i, line) in wrap(items, self.room(indent), self.room(indent + hang)).enumerate() {
            self.line(if i == 0 { indent } else { indent + hang }, 0, flat(line));
        }
    }
}
