//! Words of Python that the language does not have.

use super::{Place, blanks, token};
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::syntax::grammar::continues_name;

impl Place<'_> {
    /// Words that begin a statement of Python, or stand between its operands.
    pub(super) fn python(&self) -> Option<Diagnostic> {
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
}
