//! What is known but yet to come.

use super::Misuse;
use super::args::{Common, Format};
use std::path::Path;

/// A subcommand that is yet to come.
pub(super) fn misuse(name: &str) -> Misuse {
    let misuse = Misuse::new(format!("`pullback {name}` is not supported yet"));
    match name {
        "jacobian" => misuse.hint("`pullback PROGRAM --show components` prints the derivative entry by entry"),
        "notes" | "mdbook" | "figure" => misuse.hint("`pullback PROGRAM` prints the derivation as text"),
        "repl" | "quiz" => misuse.hint("`pullback PROGRAM` explains one program"),
        "completions" | "man" => misuse.hint("`pullback --help` lists every option"),
        _ => misuse,
    }
}

/// The format of the result, if it is one that can be written.
pub(super) fn format(common: &Common) -> Result<Format, Misuse> {
    format_of(common.format, common.source.output.as_deref())
}

/// The same, given what `--format` says and the file to write.
pub(super) fn format_of(asked: Option<Format>, file: Option<&Path>) -> Result<Format, Misuse> {
    let ending = file.and_then(Path::extension).and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let guessed = match ending.as_deref() {
        Some("json") => Format::Json,
        Some("md" | "markdown") => Format::Markdown,
        Some("tex") => Format::Latex,
        Some("typ") => Format::Typst,
        Some("html" | "htm") => Format::Html,
        _ => Format::Text,
    };
    let name = match asked.unwrap_or(guessed) {
        found @ (Format::Text | Format::Json) => return Ok(found),
        Format::Markdown => "markdown",
        Format::Latex => "latex",
        Format::Typst => "typst",
        Format::Html => "html",
    };
    let misuse = Misuse::new(format!("the format `{name}` is not supported yet")).hint("`--format text` and `--format json` are");
    Err(if name == "latex" { misuse.hint("`--format json` holds each gradient in LaTeX") } else { misuse })
}
