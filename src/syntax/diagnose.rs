//! Why a line could not be read, in the reader's words.
//!
//! The parser tells how far it came and what it tried there. Whether an operand or an operator was wanted, and the few
//! characters on either side, tell what happened; the words are chosen here.

use super::dialect::Dialect;
use super::grammar::{Failure, Rule, begins_name, continues_name};
use crate::diagnostic::{Diagnostic, Edit, Span};

mod beside;
mod lines;
mod python;

/// What the parser reports as tried where an operand was wanted: itself, or the first rule around it that begins there.
const OPERAND: [Rule; 10] =
    [Rule::hole, Rule::claim, Rule::number, Rule::word, Rule::value, Rule::element, Rule::argument, Rule::item, Rule::line, Rule::lone];

/// A line that could not be read.
struct Place<'a> {
    source: &'a str,
    line: Span,
    /// The byte where reading stopped.
    at: usize,
    /// The line up to there, without spaces at its end.
    before: &'a str,
    /// The line from there on.
    rest: &'a str,
    /// What stands there.
    token: Span,
    expected: &'a [Rule],
    dialect: Dialect,
}

/// The fault of `line`, which could not be read past `failure`; `read` tries other texts of the line.
pub fn diagnose(source: &str, line: Span, failure: &Failure, dialect: Dialect, read: &dyn Fn(&str) -> Result<(), Failure>) -> Diagnostic {
    let at = failure.at.clamp(line.start as usize, line.end as usize);
    let rest = &source[at..line.end as usize];
    let place = Place {
        source,
        line,
        at,
        before: source[line.start as usize..at].trim_end(),
        rest,
        token: Span::new(at, at + token(rest)),
        expected: &failure.expected,
        dialect,
    };
    if failure.too_deep {
        return Diagnostic::error("E0110", "this line nests too deep for the stack that is left")
            .at(place.token, "the innermost part that was reached")
            .note("give inner parts names: `A = ...` on a line of its own, then `A` here");
    }
    place
        .python()
        .or_else(|| place.declaration())
        .or_else(|| place.equals())
        .or_else(|| place.doubled())
        .or_else(|| place.missing())
        .unwrap_or_else(|| place.beside(read))
}

/// The length of the token that `text` begins with.
fn token(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let run = |wanted: &dyn Fn(char) -> bool| text.find(|c| !wanted(c)).unwrap_or(text.len());
    match first {
        _ if begins_name(first) => run(&continues_name),
        _ if first.is_ascii_digit() => run(&|c| c.is_ascii_digit() || c == '.'),
        '"' | '\'' => text[1..].find(first).map_or(text.len(), |end| end + 2),
        _ => first.len_utf8(),
    }
}

impl Place<'_> {
    fn wants(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// Whether an operand could have stood here.
    fn wants_operand(&self) -> bool {
        self.expected.iter().any(|rule| OPERAND.contains(rule))
    }

    fn text(&self) -> &str {
        self.line.slice(self.source)
    }

    fn insert(&self, at: usize, text: &str) -> Edit {
        Edit { span: Span::new(at, at), replacement: text.into() }
    }

    /// The end of what was read.
    fn end(&self) -> usize {
        self.line.start as usize + self.before.len()
    }

    /// Operators of other languages that are two characters long.
    fn doubled(&self) -> Option<Diagnostic> {
        if !self.wants_operand() {
            return None;
        }
        let last = self.before.chars().next_back()?;
        let both = Span::new(self.end() - last.len_utf8(), self.at + self.rest.chars().next().map_or(0, char::len_utf8));
        let text = both.slice(self.source);
        let (what, instead) = match text {
            "&&" => ("masks are joined by one `&`", Some("&")),
            "||" => ("masks are joined by one `|`; a norm is `norm(x)` or `‖x‖`", None),
            "//" => ("there is no quotient without remainder", Some("/")),
            "->" => ("a value gets its name with `=`", None),
            "@*" | "*@" => ("one of the two is enough", None),
            _ => return None,
        };
        let fault = Diagnostic::error("E0115", format!("`{text}` is not an operator")).at(both, what);
        Some(match instead {
            Some(sign) => fault.fix(format!("write `{sign}`"), vec![Edit { span: both, replacement: sign.into() }]),
            None => fault,
        })
    }

    /// An operand was wanted and did not come.
    fn missing(&self) -> Option<Diagnostic> {
        if self.before.ends_with('.') && self.wants(Rule::name) {
            let point = Span::new(self.end() - 1, self.end());
            return Some(Diagnostic::error("E0101", "the name after `.` is missing").at(point, "as in `X.T` or `X.sum(axis=0)`"));
        }
        if !self.wants_operand() {
            return None;
        }
        let needed = "a name, a number or `(` could stand here";
        let sign = self.before.chars().next_back();
        let found = self.token.slice(self.source);
        let from = Span::new(self.end() - sign.map_or(0, char::len_utf8), self.end());
        if self.before.is_empty() {
            let fault = Diagnostic::error("E0101", format!("a line begins with `{found}`, which needs an operand before it"))
                .at(self.token, needed);
            return Some(if found == "|" { bars(fault) } else { fault });
        }
        let sign = self.operator();
        let title = match (self.rest.chars().next(), sign) {
            (None, "(" | "[" | "‖") | (Some(')' | ']'), "(" | "[") => "there is nothing between these brackets".to_string(),
            (None, _) => format!("the operand after `{sign}` is missing"),
            (Some(_), "(" | "[" | "," | "=") => format!("an operand is missing between `{sign}` and `{found}`"),
            (Some(_), _) => format!("the operand between `{sign}` and `{found}` is missing"),
        };
        let here = if self.rest.is_empty() { Span::new(self.end(), self.end()) } else { self.token };
        let fault = Diagnostic::error("E0101", title).at(here, needed).see(from, format!("after this `{sign}`"));
        Some(match found {
            "|" => bars(fault),
            "*" if matches!(sign, "(" | "," | "[") => fault.note("arguments are not unpacked; write them out"),
            ":" => fault.note("a slice such as `a:b` stands between the brackets of an index only"),
            "..." => fault.note("`...` stands between the brackets of an index only"),
            _ => fault,
        })
    }

    /// The operator that ends what was read.
    fn operator(&self) -> &str {
        let two = ["**", "==", "<=", ">=", "!=", ".*", "./", ".^"].iter().find(|sign| self.before.ends_with(**sign));
        let last = self.before.chars().next_back().map_or(0, char::len_utf8);
        two.map_or(&self.before[self.before.len() - last..], |sign| sign)
    }
}

/// `|x|` and `||x||` as in a book.
fn bars(fault: Diagnostic) -> Diagnostic {
    fault.note("bars are not read: the absolute value is `abs(x)`, a norm is `norm(x)` or `‖x‖`")
}

/// How many bytes of white space `text` begins with.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

impl Span {
    /// Without the white space at either end.
    fn trimmed(self, source: &str) -> Span {
        let text = self.slice(source);
        let start = self.start as usize + blanks(text);
        Span::new(start, start + text.trim().len())
    }
}
