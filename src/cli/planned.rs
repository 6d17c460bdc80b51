//! What is known but yet to come, and what looks like something else than it is.

use super::Misuse;
use super::args::{Common, Dialect, Format, SUBCOMMANDS};
use super::shield::unprotect;
use crate::ops::nearest_of;
use std::ffi::OsString;
use std::path::Path;

/// A subcommand that is yet to come.
pub(super) fn misuse(name: &str) -> Misuse {
    let misuse = Misuse::new(format!("`pullback {name}` is not supported yet"));
    match name {
        "check" => misuse.hint("`pullback PROGRAM --brief` prints the gradients to compare with"),
        "code" => misuse.hint("`pullback PROGRAM --brief --ascii` prints formulas that NumPy reads"),
        "jacobian" => misuse.hint("`pullback PROGRAM --show components` prints the derivative entry by entry"),
        "notes" | "mdbook" | "figure" => misuse.hint("`pullback PROGRAM` prints the derivation as text"),
        "repl" | "quiz" => misuse.hint("`pullback PROGRAM` explains one program"),
        "completions" | "man" => misuse.hint("`pullback --help` lists every option"),
        _ => misuse,
    }
}

/// The format of the result, if it is one that can be written.
pub(super) fn format(common: &Common) -> Result<Format, Misuse> {
    if common.dialect == Dialect::Matlab {
        return Err(
            Misuse::new("`--dialect matlab` is not supported yet").hint("write `@` for the matrix product, `*` for the element-wise one")
        );
    }
    let ending = common.output.as_deref().and_then(Path::extension).and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let guessed = match ending.as_deref() {
        Some("json") => Format::Json,
        Some("md" | "markdown") => Format::Markdown,
        Some("tex") => Format::Latex,
        Some("typ") => Format::Typst,
        Some("html" | "htm") => Format::Html,
        _ => Format::Text,
    };
    let name = match common.format.unwrap_or(guessed) {
        found @ (Format::Text | Format::Json) => return Ok(found),
        Format::Markdown => "markdown",
        Format::Latex => "latex",
        Format::Typst => "typst",
        Format::Html => "html",
    };
    let misuse = Misuse::new(format!("the format `{name}` is not supported yet")).hint("`--format text` and `--format json` are");
    Err(if name == "latex" { misuse.hint("`--format json` holds each gradient in LaTeX") } else { misuse })
}

/// A program that is a misspelt subcommand, a subcommand behind options, or a file.
///
/// Behind `--` everything is a program.
pub(super) fn mistaken(program: &[OsString], arguments: &[OsString]) -> Result<(), Misuse> {
    if arguments.iter().any(|a| a == "--") {
        return Ok(());
    }
    for (place, line) in program.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(unprotect(line)) else { continue };
        let word = text.len() >= 3 && text.bytes().all(|b| b.is_ascii_lowercase());
        if word && SUBCOMMANDS.contains(&text) {
            return Err(Misuse::new(format!("the subcommand `{text}` stands behind options or a program"))
                .hint(format!("write it first: `pullback {text} ...`")));
        }
        if let Some(near) = nearest_of(text, SUBCOMMANDS.iter().copied()).filter(|_| word && place == 0) {
            return Err(Misuse::new(format!("there is no subcommand `{text}`"))
                .hint(format!("did you mean `pullback {near}`?"))
                .hint(format!("if it is a program: `pullback -- {text}`")));
        }
        let path = Path::new(text);
        let bare = !text.contains(char::is_whitespace) && text != "-";
        if bare && (program.len() == 1 || text.contains(['.', '/', '\\'])) && path.is_file() {
            return Err(
                Misuse::new(format!("`{text}` is a file, not a program")).hint(format!("to read the program in it: `pullback -f {text}`"))
            );
        }
        if bare && program.len() == 1 && text.ends_with(".pb") {
            return Err(
                Misuse::new(format!("`{text}` looks like a file, but there is none of this name")).hint("a file is read with `-f FILE`")
            );
        }
    }
    Ok(())
}
