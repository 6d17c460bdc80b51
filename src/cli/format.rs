//! How results are written: which format is asked for, and a document in it.

use super::Misuse;
use super::args::{Common, Format};
use crate::render::document::Document;
use crate::render::terminal::Style;
use crate::render::{html, latex, markdown, terminal, typst};
use std::path::Path;

/// The format of the result.
///
/// # Errors
/// If a whole document is asked for in a format that has none, a picture of what has none, or a file of a kind that is not written.
pub(super) fn wanted(common: &Common) -> Result<Format, Misuse> {
    let format = wanted_of(common.format, common.source.to.output.as_deref())?;
    if common.standalone && matches!(format, Format::Text | Format::Json) {
        let misuse = Misuse::new("`--standalone` is for markdown, latex, typst and html");
        return Err(misuse.hint("choose one with `--format`, or write to a file that ends in .md, .tex, .typ or .html"));
    }
    Ok(format)
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
        Some("svg") => Format::Svg,
        None | Some("txt" | "text" | "out" | "log") => Format::Text,
        Some(_) if asked.is_some() => Format::Text,
        Some(other) => {
            // text in a file that says it is something else opens nowhere
            let misuse = Misuse::new(format!("no format is known by the ending `.{other}`"));
            return Err(misuse.hint("write to .txt, .md, .tex, .typ, .html, .json or .svg, or choose one with `--format`"));
        }
    };
    match asked.unwrap_or(guessed) {
        Format::Svg => Err(Misuse::new("there is no picture of this").hint("`pullback figure PROGRAM -o FILE.svg` draws a program")),
        format => Ok(format),
    }
}

/// Whether a picture is asked for.
pub(super) fn is_picture(common: &Common) -> bool {
    let ending = common.source.to.output.as_deref().and_then(Path::extension);
    common.format.map_or_else(|| ending.is_some_and(|ending| ending.eq_ignore_ascii_case("svg")), |format| format == Format::Svg)
}

/// A document as text; `style` is how a terminal draws it.
pub(super) fn write(document: &Document, format: Format, standalone: bool, style: &Style) -> String {
    match format {
        // a picture is no document
        Format::Text | Format::Json | Format::Svg => terminal::render(document, style),
        Format::Markdown if standalone => markdown::render(document, &markdown::Style { level: 2, standalone }),
        Format::Markdown => markdown::render(document, &markdown::Style::default()),
        Format::Latex => latex::render(document, standalone),
        Format::Typst => typst::render(document, standalone),
        Format::Html => html::render(document, standalone),
    }
}
