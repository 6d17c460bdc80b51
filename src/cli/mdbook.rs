//! `pullback mdbook`: the derivations of the programs in a book, as a preprocessor of mdBook.
//!
//! mdBook asks `pullback mdbook supports RENDERER`, then writes the book to standard input as JSON and reads it back, by the crate that it
//! provides for that.

use super::args::{MdbookArgs, MdbookCommand};
use super::output::{Origin, Output};
use super::{End, Misuse};
use crate::limits::MAX_BOOK_BYTES;
use crate::notes::{Request, When, Written, derive, fill, shown, with_mathml};
use mdbook_preprocessor::book::Chapter;
use mdbook_preprocessor::{MDBOOK_VERSION, PreprocessorContext, parse_input};
use semver::{Version, VersionReq};
use serde::Deserialize;
use std::io::{IsTerminal, Read, stdin};

/// Renderers whose pages are HTML, which has MathML; the others get `$` and `$$`.
const OF_HTML: [&str; 3] = ["html", "epub", "pdf"];

/// The table `[preprocessor.pullback]` of `book.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    math: Option<Math>,
    errors: Errors,
}

/// How formulas are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Math {
    Mathml,
    /// For a preprocessor behind this one, such as mdbook-katex.
    Dollars,
}

/// What becomes of a book in which a program is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Errors {
    /// It is not built.
    #[default]
    Fail,
    /// It is built, with what is wrong in its place.
    Show,
}

pub(super) fn run(args: &MdbookArgs, output: &Output) -> Result<End, Misuse> {
    // whatever the renderer, there is Markdown for it
    if let Some(MdbookCommand::Supports { .. }) = args.command {
        return Ok(End::Fine);
    }
    if stdin().is_terminal() {
        return Err(Misuse::new("mdBook runs `pullback mdbook`, and writes the book to it")
            .hint("in `book.toml`: [preprocessor.pullback] with the line command = \"pullback mdbook\""));
    }
    let unread = |error| Misuse::new(format!("this is no book of mdBook 0.5: {error:#}"));
    let (context, mut book) = parse_input(stdin().lock().take(MAX_BOOK_BYTES)).map_err(unread)?;
    if let Some(warning) = other_version(&context.mdbook_version) {
        output.warning(&warning);
    }
    let settings: Settings = context
        .config
        .get("preprocessor.pullback")
        .map_err(|error| format!("{error:#}").lines().collect::<Vec<_>>().join(" "))
        .map_err(|error| Misuse::new(format!("[preprocessor.pullback] in `book.toml` cannot be read: {error}")))?
        .unwrap_or_default();
    let html = OF_HTML.contains(&context.renderer.as_str());
    let math = settings.math.unwrap_or(if html { Math::Mathml } else { Math::Dollars });
    let mut end = End::Fine;
    book.for_each_chapter_mut(|chapter| end = end.max(filled(chapter, math, &context, output)));
    if end != End::Fine && settings.errors == Errors::Fail {
        output.error("the book is not built; `errors = \"show\"` in [preprocessor.pullback] builds it all the same\n");
        return Ok(end);
    }
    let text = serde_json::to_string(&book).map_err(|error| Misuse::new(format!("the book cannot be written: {error}")))?;
    output.result(&text, None)
}

/// What to say of an mdBook whose books may be other than those that are read here.
fn other_version(theirs: &str) -> Option<String> {
    let compatible =
        VersionReq::parse(MDBOOK_VERSION).ok().zip(Version::parse(theirs).ok()).is_some_and(|(ours, theirs)| ours.matches(&theirs));
    let message = || format!("this is a book of mdBook {theirs:?}; `pullback mdbook` knows those of mdBook {MDBOOK_VERSION}");
    (!compatible).then(message)
}

/// Fills a chapter in, or says what is wrong with it.
fn filled(chapter: &mut Chapter, math: Math, context: &PreprocessorContext, output: &Output) -> End {
    let path = chapter.source_path.as_ref().map(|path| context.config.book.src.join(path));
    let origin = |page: &str| Origin {
        name: path.as_ref().map_or_else(|| chapter.name.clone(), |path| path.display().to_string()),
        source: shown(page).into_owned(),
    };
    let mut write = |asked: &Request<'_>| {
        let written = derive(asked)?;
        Ok(match math {
            Math::Mathml => Written { markdown: with_mathml(&written.markdown), ..written },
            Math::Dollars => written,
        })
    };
    let (end, page) = match fill(&chapter.content, &mut write) {
        Ok(filled) => (output.diagnostics(&filled.diagnostics(When::Before), &origin(&chapter.content), false), filled.text),
        Err(wrong) => return output.diagnostics(&wrong, &origin(&chapter.content), false).min(End::Wrong),
    };
    chapter.content = page;
    end.min(End::Wrong)
}
