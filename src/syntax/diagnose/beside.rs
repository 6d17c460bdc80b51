//! Two operands side by side, and other things where an operator was wanted.

use super::{OPERAND, Place, blanks};
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::syntax::grammar::{Failure, begins_name, continues_name};

/// How often one fix repeats its insertion along a line.
const MAX_REPEATED: usize = 16;

impl Place<'_> {
    /// An operator was wanted, and something else came.
    pub(super) fn beside(&self, read: &dyn Fn(&str) -> Result<(), Failure>) -> Diagnostic {
        let found = self.token.slice(self.source);
        let first = self.rest.chars().next();
        match first {
            None => {
                return Diagnostic::error("E0101", "the line ends too early").at(Span::new(self.end(), self.end()), "more is needed here");
            }
            Some(',') => {
                let fault = Diagnostic::error("E0116", "a comma stands outside brackets").at(self.token, "an operator could stand here");
                let start = self.line.start as usize + self.text().find('=').map_or(0, |at| at + 1 + blanks(&self.text()[at + 1..]));
                let end = self.line.end as usize - (self.text().len() - self.text().trim_end().len());
                return fault.fix("make it a tuple", vec![self.insert(start, "("), self.insert(end, ")")]);
            }
            Some('!') => return Diagnostic::error("E0105", "`!` is not a sign of the language").at(self.token, "unequal is `!=`"),
            Some('.') => {
                let fault = Diagnostic::error("E0115", "`.` is not an operator").at(self.token, "an operator could stand here");
                let products = [self.dialect.product(), self.dialect.entrywise()]
                    .map(|sign| (sign, Edit { span: self.token, replacement: sign.into() }));
                return products.into_iter().fold(fault.note("a name follows `.`, as in `X.T`"), |fault, (sign, edit)| {
                    fault.fix(format!("multiply with `{sign}`"), vec![edit])
                });
            }
            Some('|') => {}
            Some(c) if c == '(' || c == '[' || c == '‖' || c == '∂' || "'\"√~".contains(c) => {}
            Some(c) if begins_name(c) || c.is_ascii_digit() => {}
            Some(_) => {
                return Diagnostic::error("E0105", format!("`{found}` cannot stand here"))
                    .at(self.token, "an operator or the end of the line could stand here");
            }
        }
        let names = |text: &str| text.chars().all(|c| continues_name(c) || c == ',' || c == ' ');
        if names(self.before) && self.rest.find(':').is_some_and(|colon| names(&self.rest[..colon])) {
            let gap = Span::new(self.end(), self.at);
            return Diagnostic::error("E0106", "the names of a declaration are not separated by commas")
                .at(gap, "a comma is missing")
                .fix("separate the names by commas", vec![Edit { span: gap, replacement: ", ".into() }]);
        }
        let left = self.left();
        let fault = Diagnostic::error("E0102", format!("there is no operator between `{}` and `{found}`", left.slice(self.source)))
            .at(Span::new(self.end(), self.at.max(self.end())), "an operator is missing")
            .see(left, "")
            .see(self.token, "");
        if found.starts_with(['\'', '"']) {
            return fault.note("`'` is a transpose only right behind its operand, without a space");
        }
        let products = [("multiply matrices", self.dialect.product()), ("multiply entry by entry", self.dialect.entrywise())];
        let scaling = [("multiply", "*")];
        let scaled = scales(left.slice(self.source)) || scales(found);
        let signs = if scaled { &scaling[..] } else { &products };
        signs.iter().fold(fault, |fault, (what, sign)| fault.fix(format!("{what} with `{sign}`"), self.joined(sign, read)))
    }

    /// `sign` put between all operands of the line that stand side by side.
    pub(super) fn joined(&self, sign: &str, read: &dyn Fn(&str) -> Result<(), Failure>) -> Vec<Edit> {
        let base = self.line.start as usize;
        let (mut text, mut at, mut edits) = (self.text().to_string(), self.at - base, Vec::new());
        // how far places in `text` have moved: on where a sign went in, back where it took the place of many blanks
        let mut moved: isize = 0;
        while edits.len() < MAX_REPEATED {
            let from = text[..at].trim_end().len();
            let word = &text[text[..from].trim_end_matches(|c: char| continues_name(c) || c == '.').len()..from];
            let sign = if scales(word) { "*" } else { sign };
            let replacement = format!(" {sign} ");
            let original = |place: usize| (base + place).saturating_add_signed(-moved);
            let place = Span::new(original(from), original(at));
            text.replace_range(from..at, &replacement);
            moved += replacement.len() as isize - (at - from) as isize;
            edits.push(Edit { span: place, replacement });
            match read(&text) {
                Err(next) if next.at > at && !next.expected.iter().any(|rule| OPERAND.contains(rule)) => at = next.at,
                _ => break,
            }
        }
        edits
    }

    /// The operand that ends what was read, as far as it can be told without brackets.
    pub(super) fn left(&self) -> Span {
        let start = match self.before.chars().next_back() {
            Some(')' | ']') => self.before.rfind(['(', '[']).unwrap_or(0),
            _ => 0,
        };
        let head = &self.before[..if start > 0 { start } else { self.before.len() }];
        let name = head.trim_end_matches(|c: char| continues_name(c) || "ᵀ⊤'.⁻⁰¹²³⁴⁵⁶⁷⁸⁹‖".contains(c)).len();
        // Something is always named, be it the last character.
        let last = self.before.chars().next_back().map_or(0, |c| self.before.len() - c.len_utf8());
        let name = name.min(last);
        Span::new(self.line.start as usize + name, self.end())
    }
}

/// Whether `operand` is a number or, by its Greek name, a scalar: then only the entry-wise product makes sense.
fn scales(operand: &str) -> bool {
    operand.starts_with(|c: char| c.is_ascii_digit() || c == '.' || ('α'..='ω').contains(&c))
}
