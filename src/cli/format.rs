//! How results are written: which format is asked for, and a document in it.

use super::Misuse;
use super::args::{Common, Format, Source};
use super::output::Output;
use crate::render::document::Document;
use crate::render::{latex, markdown, terminal, typst};
use std::path::Path;

/// The format of the result, if it is one that can be written.
pub(super) fn wanted(common: &Common) -> Result<Format, Misuse> {
    wanted_of(common.format, common.source.output.as_deref())
}

/// The same, given what `--format` says and the file to write.
pub(super) fn wanted_of(asked: Option<Format>, file: Option<&Path>) -> Result<Format, Misuse> {
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
        found @ (Format::Text | Format::Json | Format::Markdown | Format::Latex | Format::Typst) => return Ok(found),
        Format::Html => "html",
    };
    Err(Misuse::new(format!("the format `{name}` is not supported yet")).hint("`text`, `markdown`, `latex` and `json` are"))
}

/// A document as text in a format for readers.
pub(super) fn write(document: &Document, format: Format, source: &Source, output: &Output) -> String {
    match format {
        Format::Markdown => markdown::render(document, &markdown::Style::default()),
        Format::Latex => latex::render(document, false),
        Format::Typst => typst::render(document, false),
        _ => terminal::render(document, &output.style(source.to_file(), source.ascii)),
    }
}
