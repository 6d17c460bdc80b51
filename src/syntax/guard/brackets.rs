//! Brackets and quotes, with both places where they do not fit; and the bounds on nesting and on runs.

use super::{Guard, Level};
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::limits::{MAX_NESTING, MAX_RUN};
use crate::syntax::characters;

impl Guard<'_> {
    pub(super) fn semicolon(&mut self, start: usize) {
        let Some(&(bracket, place, _)) = self.open.last() else { return self.end_line(start) };
        let insert = Edit { span: Span::new(start, start), replacement: partner(bracket).to_string() };
        let message = format!("the `{bracket}` is not closed before this `;`, which ends the line");
        let mut fault = Diagnostic::error("E0103", message)
            .at(Span::new(place, place + bracket.len_utf8()), "opened here")
            .see(Span::new(start, start + 1), "the line ends here");
        if self.open.len() == 1 {
            fault = fault.fix(format!("close it with `{}`", partner(bracket)), vec![insert]);
        }
        self.faults.push(fault);
        self.open.clear();
        self.end_line(start);
    }

    pub(super) fn bound(&mut self, count: usize, what: &str, start: usize) {
        if count == MAX_RUN + 1 {
            let message = format!("too many {what} in one run: at most {MAX_RUN} are read");
            self.faults.push(Diagnostic::error("E0110", message).at(Span::new(start, self.at), "one too many"));
            self.abandon();
        }
    }

    pub(super) fn open(&mut self, c: char, start: usize) {
        // Brackets that only group may turn out to be needless, and what is printed has none: runs go on inside them.
        let inside = if self.level.operand || c != '(' { Level { roots: self.level.roots, ..Level::default() } } else { self.level };
        if self.level.operand {
            self.mark(start);
        }
        self.open.push((c, start, self.level));
        self.level = inside;
        self.bound_nesting(start);
    }

    pub(super) fn bound_nesting(&mut self, start: usize) {
        if self.open.len() + self.level.roots == MAX_NESTING + 1 {
            let message = format!("brackets nest too deep: at most {MAX_NESTING} may be open at once");
            let fault = Diagnostic::error("E0110", message)
                .at(Span::new(start, self.at), "one too many")
                .note("give inner parts names: `A = ...` on a line of its own, then `A` here");
            self.faults.push(fault);
            self.abandon();
        }
    }

    pub(super) fn close(&mut self, c: char, start: usize) {
        let here = Span::new(start, self.at);
        let marks = if c == ')' { self.level.marks } else { 0 };
        match self.open.pop() {
            Some((bracket, _, level)) if partner(bracket) == c => {
                self.level = Level { operand: true, tight: true, prefixes: 0, marks: level.marks + marks, ..level };
                // `‖x‖₁`: which norm it is.
                if c == '‖' && !self.eat('₁') {
                    self.eat('₂');
                }
            }
            Some((bracket, place, _)) => {
                let right = partner(bracket);
                let message = format!("`{bracket}` is closed by `{c}`, where `{right}` would fit");
                let edit = Edit { span: here, replacement: right.to_string() };
                self.faults.push(
                    Diagnostic::error("E0103", message)
                        .at(here, format!("`{right}` would fit"))
                        .see(Span::new(place, place + bracket.len_utf8()), "opened here")
                        .fix(format!("write `{right}`"), vec![edit]),
                );
                self.abandon();
            }
            None => {
                let edit = Edit { span: here, replacement: String::new() };
                self.faults.push(
                    Diagnostic::error("E0103", format!("this `{c}` closes nothing"))
                        .at(here, "no bracket is open here")
                        .fix("take it away", vec![edit]),
                );
                self.operand();
            }
        }
    }

    pub(super) fn unclosed(&mut self, bracket: char, place: usize) {
        let here = Span::new(place, place + bracket.len_utf8());
        let mut fault =
            Diagnostic::error("E0103", format!("this `{bracket}` is never closed")).at(here, format!("`{}` is missing", partner(bracket)));
        // A line break inside brackets goes on, so the place to close is most likely the end of the bracket's own line.
        let line = &self.source[place..self.source[place..].find(['\n', '#']).map_or(self.source.len(), |n| place + n)];
        let end = place + line.trim_end().len();
        if self.open.len() == 1 {
            let edit = Edit { span: Span::new(end, end), replacement: partner(bracket).to_string() };
            fault = fault.see(Span::new(end, end), "the line ends here").fix(format!("close it with `{}`", partner(bracket)), vec![edit]);
        } else {
            let end = self.source.trim_end().len();
            fault = fault.see(Span::new(end, end), "the text ends here");
        }
        self.faults.push(fault);
    }

    pub(super) fn string(&mut self, quote: char, start: usize) {
        let rest = &self.source[self.at..];
        let end = rest.find([quote, '\n']).unwrap_or(rest.len());
        self.at += end;
        if self.eat(quote) {
            return self.operand();
        }
        let closed = self.source[start..self.at].trim_end().len() + start;
        let edit = Edit { span: Span::new(closed, closed), replacement: quote.to_string() };
        let mut fault = Diagnostic::error("E0104", format!("this `{quote}` opens a string that does not end on its line"))
            .at(Span::new(start, start + 1), "opened here")
            .see(Span::new(closed, closed), "the line ends here");
        if quote == '\'' && self.level.operand {
            let edit = Edit { span: Span::new(self.source[..start].trim_end().len(), start), replacement: String::new() };
            fault =
                fault.note("`'` is a transpose only right behind its operand, without a space").fix("move it to its operand", vec![edit]);
        } else if self.open.is_empty() {
            fault = fault.fix(format!("close the string with `{quote}`"), vec![edit]);
        }
        self.faults.push(fault);
        self.operand();
    }

    pub(super) fn stranger(&mut self, c: char, start: usize) {
        let (fault, end) = characters::fault(self.source, c, start, self.dialect);
        self.faults.push(fault);
        self.at = end;
        self.operand();
    }

    /// After a fault that makes everything behind it doubtful.
    pub(super) fn abandon(&mut self) {
        self.at = self.source.len();
        self.open.clear();
    }
}

/// The bracket that closes `bracket`.
fn partner(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        other => other,
    }
}
