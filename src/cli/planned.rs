//! What is known but yet to come.

use super::Misuse;

/// A subcommand that is yet to come.
pub(super) fn misuse(name: &str) -> Misuse {
    let misuse = Misuse::new(format!("`pullback {name}` is not supported yet"));
    match name {
        "repl" | "quiz" => misuse.hint("`pullback PROGRAM` explains one program"),
        _ => misuse,
    }
}
