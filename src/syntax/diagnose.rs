//! Why a line could not be read, in the reader's words.
//!
//! The parser tells how far it came and what it tried there. Whether an operand or an operator was wanted, and the few
//! characters on either side, tell what happened; the words are chosen here.

use super::fault::lengths;
use super::grammar::{Failure, Rule, begins_name, continues_name};
use crate::diagnostic::{Diagnostic, Edit, Span};

/// How often one fix repeats its insertion along a line.
const MAX_REPEATED: usize = 16;

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
}

/// The fault of `line`, which could not be read past `failure`; `read` tries other texts of the line.
pub fn diagnose(source: &str, line: Span, failure: &Failure, read: &dyn Fn(&str) -> Result<(), Failure>) -> Diagnostic {
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

    /// Words that begin a statement of Python, or stand between its operands.
    fn python(&self) -> Option<Diagnostic> {
        let line = self.text();
        let first = &line[..token(line)];
        let word = Span::new(self.line.start as usize, self.line.start as usize + first.len());
        let statement = |what: &str| Some(Diagnostic::error("E0112", format!("`{first}` begins {what}, which the language does not have")));
        let head = match first {
            "import" | "from" => statement("an import")
                .map(|fault| fault.note("nothing needs importing: `np.`, `torch.`, `F.` and their kin are understood and dropped")),
            "def" | "class" | "lambda" => {
                statement("a function").map(|fault| fault.note("write the lines of its body, each `name = expression`"))
            }
            "for" | "while" | "with" | "async" => {
                statement("a loop or a block").map(|fault| fault.note("write what it does to whole arrays, as in `sum(X, axis=0)`"))
            }
            "if" | "elif" | "else" | "try" | "except" => {
                statement("a branch").map(|fault| fault.note("choose entry by entry: `where(x > 0, a, b)`"))
            }
            "return" | "yield" | "assert" | "del" | "global" | "print" | "raise" | "pass" | "break" => statement("a statement of Python")
                .map(|fault| match first {
                    "return" | "print" => {
                        let edit =
                            Edit { span: Span { end: word.end + blanks(&line[first.len()..]) as u32, ..word }, replacement: "".into() };
                        fault.note("the last line's value is the output").fix(format!("leave `{first}` out"), vec![edit])
                    }
                    _ => fault,
                }),
            _ => None,
        };
        if let Some(fault) = head {
            return Some(fault.at(word, "a line is a declaration, `name = expression`, or an expression"));
        }
        let here = self.token.slice(self.source);
        let behind = &self.before[self.before.trim_end_matches(continues_name).len()..];
        let replaced = |sign: &str| Some(Edit { span: self.token, replacement: sign.into() });
        let (what, edit) = match here {
            "and" => ("masks are joined by `&`, and comparisons then want brackets", replaced("&")),
            "or" => ("masks are joined by `|`, and comparisons then want brackets", replaced("|")),
            "not" => ("a mask is turned round by `~`", replaced("~")),
            "if" | "else" => ("choose entry by entry: `where(x > 0, a, b)`", None),
            "for" | "in" | "is" => ("write what it does to whole arrays, as in `sum(X, axis=0)`", None),
            _ if matches!(behind, "lambda" | "not" | "await") => {
                let start = self.end() - behind.len();
                let fault = Diagnostic::error("E0112", format!("`{behind}` is Python's, and the language does not have it"));
                let fault = fault.at(Span::new(start, start + behind.len()), "here");
                return Some(if behind == "not" {
                    let edit = Edit { span: Span::new(start, self.at), replacement: "~".into() };
                    fault.note("a mask is turned round by `~`").fix("write `~`", vec![edit])
                } else {
                    fault.note("write what it computes as an expression")
                });
            }
            _ => return None,
        };
        let fault = Diagnostic::error("E0112", format!("`{here}` is Python's, and the language does not have it")).at(self.token, what);
        Some(match edit {
            Some(edit) => fault.fix(format!("write `{}`", edit.replacement), vec![edit]),
            None => fault,
        })
    }

    /// What stands behind the `:` of a declaration.
    fn declaration(&self) -> Option<Diagnostic> {
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
    fn equals(&self) -> Option<Diagnostic> {
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

    /// An operator was wanted, and something else came.
    fn beside(&self, read: &dyn Fn(&str) -> Result<(), Failure>) -> Diagnostic {
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
                let products = ["@", "*"].map(|sign| (sign, Edit { span: self.token, replacement: sign.into() }));
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
        let signs: &[&str] = if scales(left.slice(self.source)) || scales(found) { &["*"] } else { &["@", "*"] };
        signs.iter().fold(fault, |fault, sign| {
            let what = if *sign == "@" { "multiply matrices" } else { "multiply entry by entry" };
            fault.fix(format!("{what} with `{sign}`"), self.joined(sign, read))
        })
    }

    /// `sign` put between all operands of the line that stand side by side.
    fn joined(&self, sign: &str, read: &dyn Fn(&str) -> Result<(), Failure>) -> Vec<Edit> {
        let base = self.line.start as usize;
        let (mut text, mut at, mut edits, mut grown) = (self.text().to_string(), self.at - base, Vec::new(), 0);
        while edits.len() < MAX_REPEATED {
            let from = text[..at].trim_end().len();
            let word = &text[text[..from].trim_end_matches(|c: char| continues_name(c) || c == '.').len()..from];
            let sign = if scales(word) { "*" } else { sign };
            let replacement = format!(" {sign} ");
            let place = Span::new(base + from - grown, base + at - grown);
            text.replace_range(from..at, &replacement);
            grown += replacement.len() - (at - from);
            edits.push(Edit { span: place, replacement });
            match read(&text) {
                Err(next) if next.at > at && !next.expected.iter().any(|rule| OPERAND.contains(rule)) => at = next.at,
                _ => break,
            }
        }
        edits
    }

    /// The operand that ends what was read, as far as it can be told without brackets.
    fn left(&self) -> Span {
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
