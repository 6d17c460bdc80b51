//! `pullback notes FILE...`: derivations in pages of notes.

use super::args::{NotesArgs, NotesMode};
use super::output::{Origin, Output};
use super::replace::{Replaced, cause, replace};
use super::{End, Misuse};
use crate::diagnostic::Diagnostic;
use crate::limits::{MAX_DIAGNOSTICS, MAX_PAGE_BYTES};
use crate::notes::{Filled, When, decode, derive, fill, shown};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// How often a page is filled in anew that another program writes meanwhile.
const TRIES: usize = 8;

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
        let one = Run { args, mode, output, path }.page().unwrap_or_else(|misuse| {
            output.misuse(&misuse);
            End::Misused
        });
        end = end.max(one);
    }
    Ok(end)
}

/// Reads a page, but at most one byte more than it may have: one is enough to know that there are too many.
fn read(path: &Path) -> Result<Vec<u8>, Misuse> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        let read = stdin().lock().take(MAX_PAGE_BYTES as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| Misuse::new(format!("standard input cannot be read: {error}")))?;
        return Ok(bytes);
    }
    if path.is_dir() {
        return Err(
            Misuse::new(format!("`{}` is a directory", path.display())).hint(format!("name its pages: `{}`", path.join("*.md").display()))
        );
    }
    let read = File::open(path).and_then(|open| open.take(MAX_PAGE_BYTES as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| Misuse::new(format!("`{}` cannot be read: {error}", path.display())))?;
    Ok(bytes)
}

/// How far one page has come.
enum Filling {
    Ended(End),
    /// The file holds another page by now.
    Changed,
    /// The file holds the second of these, and another program has just written the first where it was before.
    Overtaken(Vec<u8>, Vec<u8>),
}

/// What is done with one page.
struct Run<'a> {
    args: &'a NotesArgs,
    mode: NotesMode,
    output: &'a Output,
    path: &'a Path,
}

impl Run<'_> {
    /// Fills a page in. Where another program writes it meanwhile, that is the page to fill in.
    fn page(&self) -> Result<End, Misuse> {
        let mut page = read(self.path)?;
        let mut held = page.clone();
        for _ in 0..TRIES {
            match self.filled(&page, &held)? {
                Filling::Ended(end) => return Ok(end),
                Filling::Changed => {
                    page = read(self.path)?;
                    held.clone_from(&page);
                }
                Filling::Overtaken(late, written) => (page, held) = (late, written),
            }
        }
        Err(Misuse::new(format!("`{}` is written by another program all the time, and was left to that", self.name())))
    }

    /// The same for a page, if the file still holds what it `held`.
    fn filled(&self, page: &[u8], held: &[u8]) -> Result<Filling, Misuse> {
        let text = match decode(page) {
            Ok(text) => text,
            Err(wrong) => return Ok(Filling::Ended(self.diagnostics(&[wrong], "").max(End::Misused))),
        };
        let filled = match fill(text, &mut derive) {
            Ok(filled) => filled,
            Err(wrong) => return Ok(Filling::Ended(self.diagnostics(&wrong, text))),
        };
        let changed = filled.text.as_bytes() != held;
        match self.mode {
            NotesMode::Stdout => self.output.result(&filled.text, None)?,
            NotesMode::Write if changed => {
                match self.written(held, &filled.text)? {
                    Replaced::Changed => return Ok(Filling::Changed),
                    Replaced::Overtaken(late) => return Ok(Filling::Overtaken(late, filled.text.into_bytes())),
                    Replaced::Done(cut) => cut.iter().for_each(|cut| self.output.warning(&format!("`{}`: {cut}", self.name()))),
                }
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
        Ok(Filling::Ended(if wrong { end.max(End::Wrong) } else { end }))
    }

    /// Writes the page that was filled in.
    fn written(&self, held: &[u8], filled: &str) -> Result<Replaced, Misuse> {
        let name = self.name();
        if !self.path.is_file() {
            return Err(Misuse::new(format!("`{name}` is no file that could be replaced")).hint("`--stdout` prints the page"));
        }
        let failed = |error| Misuse::new(format!("`{name}` cannot be written, and is as it was: {}", cause(&error)));
        replace(self.path, filled.as_bytes(), Some(held)).map_err(failed)
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
