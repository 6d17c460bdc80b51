//! The end of the long help: more examples of options, and every function by its chapter.

use crate::ops::{Entry, Family, Meaning, Spelling, entries};

const MORE: &str = "\
Examples:
  pullback 'Y = X @ W'                             why each gradient is what it is
  pullback 'X: (d,); W: (d, m); Y = X @ W'         with shapes declared
  pullback 'Z = X @ W' 'L = sum(Z * Z)'            several lines
  pullback -f layer.pb --wrt W --brief             from a file; one input, results alone
  echo 'Y = X @ W' | pullback                      from standard input
  pullback shapes 'Z = X @ W + b'                  the shapes alone
  pullback ops sigmoid                             what is known of an operation
  pullback code --target torch 'Y = X @ W'         runnable forward and backward
  pullback 'Y = X @ W' --show result,loop          chosen parts
  pullback 'Y = X @ W' --dims n=2,d=3              lengths for the numeric check
  pullback --dialect matlab \"x'*A*x\"               as in MATLAB and matrixcalculus.org
  pullback 'Y = X @ W' --format json | jq .        for other programs
  pullback --explain E0301                         what an error means

Exit status: 0 fine, 1 the program is wrong, 2 the command line is wrong.

Signs: `@` matrix product, `*` element-wise product, `/`, `+`, `-`, `**`, `.T` transpose,
  `> >= < <= == !=` masks, `& | ~` of masks. A line is `NAME: SHAPE` or `NAME = EXPRESSION`.
";

/// What `pullback --help` ends with.
pub(super) fn after_help() -> String {
    let mut text = MORE.to_string();
    text.push_str("\nFunctions:\n");
    list(&mut text, |entry| !matches!(entry.meaning, Meaning::Planned));
    text.push_str("\nKnown, no rule yet:\n");
    list(&mut text, |entry| matches!(entry.meaning, Meaning::Planned));
    text
}

fn list(text: &mut String, wanted: impl Fn(&Entry) -> bool) {
    for family in Family::ALL.into_iter().filter(|family| *family != Family::Mask) {
        let named = |entry: &&Entry| entry.family == family && wanted(entry) && callable(entry);
        let names: Vec<String> = entries().iter().filter(named).map(|entry| entry.names.join("/")).collect();
        if names.is_empty() {
            continue;
        }
        let mut line = format!("  {:15}", family.title());
        for name in names {
            if line.len() + 1 + name.len() > 96 {
                text.push_str(line.trim_end());
                text.push('\n');
                line = " ".repeat(17);
            }
            line.push_str(&name);
            line.push(' ');
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// Whether it is typed by name: masks are typed by sign.
fn callable(entry: &Entry) -> bool {
    !matches!(&entry.meaning, Meaning::Primitive(p) if p.spelling != Spelling::Call && p.spelling != Spelling::Infix("**"))
}
