//! `pullback notes FILE...`: derivations in pages of notes.

use super::args::{NotesArgs, NotesMode};
use super::output::{Origin, Output};
use super::replace::{Page, replace};
use super::{End, Misuse};
use crate::diagnostic::Diagnostic;
use crate::limits::{MAX_DIAGNOSTICS, MAX_PAGE_BYTES};
use crate::notes::{Filled, When, decode, derive, fill, shown};
use std::io::{Read, stdin};
use std::path::Path;

pub(super) fn run(args: &NotesArgs, output: &Output) -> Result<End, Misuse> {
    let mode = args.mode();
    let piped = |path: &Path| path.as_os_str() == "-";
    if mode == NotesMode::Stdout && args.files.len() > 1 {
        return Err(Misuse::new("one page at a time goes to standard output")
            .hint("`--write` fills in each of the files, `--check` looks whether that was done"));
    }
    if mode != NotesMode::Stdout && args.files.iter().any(|path| piped(path)) {
        return Err(Misuse::new("standard input is no file: the page goes to standard output").hint("`pullback notes - < page.md`"));
    }
    let mut end = End::Fine;
    for path in &args.files {
        // one page that cannot be read is no reason to leave the others
        let one = if piped(path) { standard_input() } else { Page::open(path) };
        let one = one.and_then(|page| Run { args, mode, output, path }.page(&page)).unwrap_or_else(|misuse| {
            output.misuse(&misuse);
            End::Misused
        });
        end = end.max(one);
    }
    Ok(end)
}

fn standard_input() -> Result<Page, Misuse> {
    let mut bytes = Vec::new();
    let read = stdin().lock().take(MAX_PAGE_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Misuse::new(format!("standard input cannot be read: {error}")))?;
    Ok(Page { path: None, bytes })
}

/// What is done with one page.
struct Run<'a> {
    args: &'a NotesArgs,
    mode: NotesMode,
    output: &'a Output,
    path: &'a Path,
}

impl Run<'_> {
    fn page(&self, page: &Page) -> Result<End, Misuse> {
        let text = match decode(&page.bytes) {
            Ok(text) => text,
            Err(wrong) => return Ok(self.diagnostics(&[wrong], "").max(End::Misused)),
        };
        let filled = match fill(text, &mut derive) {
            Ok(filled) => filled,
            Err(wrong) => return Ok(self.diagnostics(&wrong, text)),
        };
        let changed = filled.text != text;
        match self.mode {
            NotesMode::Stdout => self.output.result(&filled.text, None)?,
            NotesMode::Write if changed => {
                replace(page, filled.text.as_bytes())?;
                self.output.result(&format!("{}: {}\n", self.name(), renewed(&filled)), None)?
            }
            NotesMode::Write => End::Fine,
            NotesMode::Check if changed => self.stale(&filled),
            NotesMode::Check => End::Fine,
        };
        // the reader looks at the page as it is now
        let (when, now) = if self.mode == NotesMode::Write { (When::After, &*filled.text) } else { (When::Before, text) };
        let end = self.diagnostics(&filled.diagnostics(when), now);
        let wrong = !filled.is_whole() || self.mode == NotesMode::Check && changed;
        Ok(if wrong { end.max(End::Wrong) } else { end })
    }

    fn name(&self) -> String {
        if self.path.as_os_str() == "-" { "standard input".into() } else { self.path.display().to_string() }
    }

    fn diagnostics(&self, diagnostics: &[Diagnostic], page: &str) -> End {
        let origin = Origin { name: self.name(), source: shown(page).into_owned() };
        let shown = &diagnostics[..diagnostics.len().min(MAX_DIAGNOSTICS)];
        let end = self.output.diagnostics(shown, &origin, self.args.ascii);
        if shown.len() < diagnostics.len() {
            self.output.error(&format!("and {} more in this page\n", diagnostics.len() - shown.len()));
        }
        // an option in a page is a part of the page
        if end == End::Misused { End::Wrong } else { end }
    }

    fn stale(&self, filled: &Filled) -> End {
        const SHOWN: usize = 8;
        let mut lines: Vec<String> = filled.stale.iter().take(SHOWN).map(usize::to_string).collect();
        if filled.stale.len() > SHOWN {
            lines.push("...".into());
        }
        let name = self.name();
        let of = if filled.stale.len() == 1 { "the derivation of the program on line" } else { "the derivations of the programs on lines" };
        let misuse =
            Misuse::new(format!("`{name}` is stale: {of} {}", lines.join(", "))).hint(format!("`pullback notes --write {name}` renews it"));
        self.output.misuse(&misuse);
        End::Wrong
    }
}

/// `2 of 5 derivations are new`
fn renewed(filled: &Filled) -> String {
    let are = if filled.stale.len() == 1 { "is" } else { "are" };
    format!("{} of {} derivations {are} new", filled.stale.len(), filled.programs)
}
