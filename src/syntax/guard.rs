//! One pass over the text before it is parsed: what would be too much, what can be nowhere, and where lines end.
//!
//! The generated parser recurses on the native stack at every bracket, so nesting is bounded here, before it runs; and
//! an open bracket is best reported with the place where it was opened, which only this pass still knows.

use super::dialect::Dialect;
use super::grammar::{begins_name, continues_name};
use crate::diagnostic::{Diagnostic, Span};
use crate::limits::MAX_SOURCE_BYTES;

mod brackets;

/// After so many faults the rest is not looked at: they are most often one fault's consequences.
const MAX_FAULTS: usize = 20;

/// The logical lines of `source`, without the `;` or line break that ends them; blank lines are left out.
///
/// # Errors
/// What must not be handed to the parser.
pub fn lines(source: &str, dialect: Dialect) -> Result<Vec<Span>, Vec<Diagnostic>> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(vec![too_large(source.len())]);
    }
    let mut guard =
        Guard { source, dialect, at: 0, line: 0, blank: true, lines: vec![], open: vec![], level: Level::default(), faults: vec![] };
    guard.run();
    if guard.faults.is_empty() { Ok(guard.lines) } else { Err(guard.faults) }
}

/// The message for a text of `bytes` bytes.
pub fn too_large(bytes: usize) -> Diagnostic {
    Diagnostic::error("E0109", format!("the program is too large: {bytes} bytes, and at most {MAX_SOURCE_BYTES} are read"))
        .note("split it, or generate a smaller one: the derivation of a program this long could not be read anyway")
}

/// What is known at one depth of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// An operand has just ended: an operator, a mark or a closing bracket comes next.
    operand: bool,
    /// ... and no space has been seen since.
    tight: bool,
    /// Prefix operators before the next operand.
    prefixes: usize,
    /// Roots around what comes next; they are printed as calls, so they count as open brackets.
    roots: usize,
    /// Powers since the last looser operator.
    powers: usize,
    /// Marks behind the last operand.
    marks: usize,
}

struct Guard<'a> {
    source: &'a str,
    dialect: Dialect,
    at: usize,
    line: usize,
    blank: bool,
    lines: Vec<Span>,
    open: Vec<(char, usize, Level)>,
    level: Level,
    faults: Vec<Diagnostic>,
}

impl Guard<'_> {
    fn run(&mut self) {
        while self.faults.len() < MAX_FAULTS {
            let Some(c) = self.source[self.at..].chars().next() else { break };
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '\n' if self.open.is_empty() => self.end_line(start),
                ';' => self.semicolon(start),
                ' ' | '\t' | '\n' | '\r' => self.level.tight = false,
                '#' => {
                    self.skip(|c| c != '\n');
                    self.level.tight = false;
                    // A comment alone is no line.
                    continue;
                }
                _ => {
                    if !c.is_ascii() && c.is_whitespace() {
                        self.level.tight = false;
                        continue;
                    }
                    if self.blank {
                        (self.blank, self.line) = (false, start);
                    }
                    self.token(c, start);
                }
            }
        }
        if self.faults.is_empty() {
            if let Some(&(bracket, place, _)) = self.open.last() {
                self.unclosed(bracket, place);
            }
        }
        self.end_line(self.source.len());
    }

    fn end_line(&mut self, end: usize) {
        if !self.blank {
            self.lines.push(Span::new(self.line, end));
        }
        self.blank = true;
        self.level = Level::default();
    }

    fn token(&mut self, c: char, start: usize) {
        match c {
            '(' | '[' => self.open(c, start),
            ')' | ']' => self.close(c, start),
            // The same sign opens and closes: which it is, is told by what stands before it.
            '‖' if self.level.operand => self.close(c, start),
            '‖' => self.open(c, start),
            '"' => self.string(c, start),
            '\'' if self.level.operand && self.level.tight => self.mark(start),
            '\'' => self.string(c, start),
            '.' => self.point(start),
            '*' => {
                let power = self.eat('*');
                self.infix(power, start);
            }
            '^' => self.caret(start),
            '=' | '<' | '>' => {
                self.eat('=');
                self.infix(false, start);
            }
            '!' if self.eat('=') => self.infix(false, start),
            '-' | '+' | '−' | '~' | '√' => {
                if self.level.operand && c != '~' && c != '√' {
                    self.infix(false, start);
                } else {
                    self.level.operand = false;
                    self.level.prefixes += 1;
                    self.bound(self.level.prefixes, "prefix operators", start);
                    self.level.roots += usize::from(c == '√');
                    self.bound_nesting(start);
                }
            }
            '/' | '@' | '•' | '·' | '⋅' | '⊙' | '∘' | '⊘' | '&' | '|' | ',' | ':' => self.infix(false, start),
            'ᵀ' | '⊤' | '⁻' | '⁰'..='⁹' | '²' | '³' | '¹' => self.mark(start),
            '…' | '?' => self.operand(),
            '∂' => {
                self.skip(continues_name);
                self.operand();
            }
            _ if c.is_ascii_digit() => {
                self.skip(|c| c.is_ascii_digit() || c == '_');
                self.operand();
            }
            _ if begins_name(c) => {
                self.skip(continues_name);
                self.operand();
            }
            _ => self.stranger(c, start),
        }
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = &self.source[self.at..];
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.source[self.at..].starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn operand(&mut self) {
        self.level = Level { operand: true, tight: true, prefixes: 0, marks: 0, ..self.level };
    }

    fn infix(&mut self, power: bool, start: usize) {
        self.level = if power {
            Level { powers: self.level.powers + 1, roots: self.level.roots, ..Level::default() }
        } else {
            Level { roots: self.open.last().map_or(0, |(.., level)| level.roots), ..Level::default() }
        };
        self.bound(self.level.powers, "powers", start);
    }

    fn mark(&mut self, start: usize) {
        self.level = Level { operand: true, tight: true, marks: self.level.marks + 1, ..self.level };
        self.bound(self.level.marks, "marks behind an operand", start);
    }

    fn caret(&mut self, start: usize) {
        let rest = &self.source[self.at..];
        let mark = ["T", "-1", "−1", "-T", "−T", "ᵀ", "⊤"]
            .iter()
            .find(|mark| rest.strip_prefix(**mark).is_some_and(|behind| !behind.chars().next().is_some_and(continues_name)));
        match mark {
            Some(mark) => {
                self.at += mark.len();
                self.mark(start);
            }
            None => self.infix(true, start),
        }
    }

    fn point(&mut self, start: usize) {
        match self.source[self.at..].chars().next() {
            Some('*') => {
                self.at += 1;
                self.infix(false, start);
            }
            Some('/') => self.infix(false, start),
            Some('^') => {
                self.at += 1;
                self.infix(true, start);
            }
            Some(c) if c.is_ascii_digit() => {
                self.skip(|c| c.is_ascii_digit() || c == '_');
                self.operand();
            }
            Some('.') => {
                self.skip(|c| c == '.');
                self.operand();
            }
            Some(c) if self.level.operand && begins_name(c) => {
                self.skip(continues_name);
                self.mark(start);
            }
            _ => self.level.tight = true,
        }
    }
}
