//! Declarations and assignments that are none.

use super::Place;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::syntax::fault::lengths;
use crate::syntax::grammar::{Rule, begins_name, continues_name};

impl Place<'_> {
    /// What stands behind the `:` of a declaration.
    pub(super) fn declaration(&self) -> Option<Diagnostic> {
        let colon = self.line.start as usize + self.text().find(':')?;
        if self.rest.starts_with('=') && self.before.ends_with(':') {
            let both = Span::new(self.end() - 1, self.at + 1);
            let fault = Diagnostic::error("E0107", "`:=` is not how a value gets its name").at(both, "`=` is enough");
            return Some(fault.fix("assign with `=`", vec![Edit { span: both, replacement: "=".into() }]));
        }
        if self.wants(Rule::shape) || self.wants(Rule::scalar) {
            let end = self.line.end as usize;
            let given = Span::new(self.at, self.at + self.source[self.at..end].find('#').unwrap_or(end - self.at)).trimmed(self.source);
            let fault = Diagnostic::error("E0106", "a declaration's `:` is not followed by a shape");
            let fault =
                lengths(fault.at(if given.start < given.end { given } else { self.token }, "a shape is needed here, as in `(n, d)`"));
            let inner = given.slice(self.source).trim_matches(|c| "[]".contains(c));
            let axes: Vec<&str> = inner.split([',', 'x', '×', ' ']).map(str::trim).filter(|axis| !axis.is_empty()).collect();
            let fits = !axes.is_empty() && axes.iter().all(|axis| axis.chars().all(continues_name));
            let text = format!("({}{})", axes.join(", "), if axes.len() == 1 { "," } else { "" });
            let word = axes.iter().any(|axis| axis.len() > 2 && axis.chars().all(|c| c.is_ascii_lowercase()));
            return Some(if fits && !word {
                fault.fix(format!("write `{text}`"), vec![Edit { span: given, replacement: text }])
            } else {
                fault
            });
        }
        if self.wants(Rule::property) && colon < self.at {
            let fault = Diagnostic::error("E0106", "a declaration goes on with something that is no property");
            let fault = fault.at(self.token, "a property is a word, such as `const` or `symmetric`");
            return Some(if self.rest.starts_with(',') {
                fault.fix("separate properties by spaces", vec![Edit { span: self.token, replacement: String::new() }])
            } else if self.rest.starts_with('=') {
                fault.note("a declaration gives no value; assign it on another line")
            } else {
                fault
            });
        }
        None
    }

    /// `=` where it cannot stand.
    pub(super) fn equals(&self) -> Option<Diagnostic> {
        if self.rest.starts_with(':') && !self.wants_operand() {
            let fault = Diagnostic::error("E0107", "only names can be declared").at(self.token, "`:` follows names, as in `X, W: (n, d)`");
            return Some(fault.note("a slice such as `a:b` stands between the brackets of an index only"));
        }
        if !self.rest.starts_with('=') {
            return None;
        }
        let whole = Span::new(self.line.start as usize, self.end());
        let before = whole.slice(self.source);
        if before.is_empty() {
            return Some(Diagnostic::error("E0107", "there is no name left of `=`").at(self.token, "a name could stand before it"));
        }
        if let Some(sign) = before.strip_suffix(['+', '-', '*', '/', '@']).filter(|_| self.wants_operand()) {
            let name = sign.trim_end();
            let operator = &before[sign.len()..];
            let fault = Diagnostic::error("E0107", format!("`{operator}=` changes a value, and a name has one value only"));
            let fault = fault.at(Span::new(whole.end as usize - 1, self.at + 1), "a new name is needed for the new value");
            return Some(if !name.is_empty() && name.chars().all(continues_name) {
                let edit =
                    Edit { span: Span::new(whole.start as usize, self.at + 1), replacement: format!("{name}_new = {name} {operator}") };
                fault.fix(format!("call it `{name}_new`"), vec![edit])
            } else {
                fault
            });
        }
        if self.wants_operand() {
            return None;
        }
        if before.contains('=') {
            let fault = Diagnostic::error("E0107", "a line assigns once").at(self.token, "this is the second `=`");
            let fault = fault.note("assign each name on a line of its own; equality of entries is `==`");
            return Some(fault.fix("compare with `==`", vec![Edit { span: self.token, replacement: "==".into() }]));
        }
        let fault = Diagnostic::error("E0107", "what stands left of `=` is not a name").at(whole, "only names are assigned");
        let value = self.source[self.at + 1..self.line.end as usize].trim();
        let fault = if before.ends_with(']') {
            fault.note("entries are not assigned; build the whole array, as with `where` or `concat`")
        } else {
            fault
        };
        // `X @ W = Y` is written as in a book.
        Some(if !value.is_empty() && value.chars().all(continues_name) && value.starts_with(begins_name) {
            let end = self.line.end as usize;
            let edit = Edit { span: Span::new(whole.start as usize, end), replacement: format!("{value} = {before}") };
            fault.fix("turn it round", vec![edit])
        } else {
            fault
        })
    }
}
