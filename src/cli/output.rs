//! Where text goes, and how it looks there.

use super::color::Color;
use super::replace::{Cut, Replaced, cause, create, replace};
use super::{End, Misuse};
use crate::diagnostic::{Diagnostic, Severity};
use crate::formula::Charset;
use crate::limits::MAX_DIAGNOSTICS;
use crate::render::report::report;
use crate::render::terminal::Style;
use clap::builder::StyledStr;
use colored::Colorize;
use same_file::Handle;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::Path;

/// The widest line of text: longer ones are hard to read.
const MAX_WIDTH: usize = 100;
/// The width where nothing is known of it.
const PLAIN_WIDTH: usize = 80;

/// The two streams.
#[derive(Debug)]
pub(super) struct Output {
    color: Color,
}

/// A program, as diagnostics name it.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// A file's name, or a word.
    pub name: String,
    /// The text.
    pub source: String,
}

impl Output {
    pub fn new(color: Color) -> Self {
        // from here on `colored` does what it is told, and is asked only for a stream that is coloured
        colored::control::set_override(true);
        Output { color }
    }

    /// How results look: on standard output, or in a file.
    pub fn style(&self, file: Option<&Path>, ascii: bool) -> Style {
        let terminal = file.is_none() && stdout().is_terminal();
        let color = if file.is_some() { self.color == Color::Always } else { self.color.on(terminal) };
        Style { width: width(terminal.then(|| terminal_size::terminal_size_of(stdout())).flatten()), charset: charset(ascii), color }
    }

    fn error_style(&self, ascii: bool) -> Style {
        let terminal = stderr().is_terminal();
        let size = terminal.then(|| terminal_size::terminal_size_of(stderr())).flatten();
        Style { width: width(size), charset: charset(ascii), color: self.color.on(terminal) }
    }

    /// Text of clap's for standard output.
    pub fn ansi(&self, text: &StyledStr) -> String {
        if self.color.on(stdout().is_terminal()) { text.ansi().to_string() } else { text.to_string() }
    }

    /// Text of clap's for standard error.
    pub fn ansi_for_errors(&self, text: &StyledStr) -> String {
        if self.color.on(stderr().is_terminal()) { text.ansi().to_string() } else { text.to_string() }
    }

    /// Writes a result. A reader that has gone away has read enough.
    pub fn result(&self, text: &str, file: Option<&Path>) -> Result<End, Misuse> {
        if let Some(path) = file.filter(|path| !is_standard(path)) {
            let cut = write(path, text.as_bytes()).map_err(|(error, kept)| {
                let kept = if kept { ", and is as it was" } else { "" };
                Misuse::new(format!("`{}` cannot be written{kept}: {}", path.display(), cause(&error)))
            })?;
            cut.iter().for_each(|cut| self.warning(&format!("`{}`: {cut}", path.display())));
            return Ok(End::Fine);
        }
        let mut out = stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Misuse::new(format!("standard output cannot be written: {error}"))),
            _ => Ok(End::Fine),
        }
    }

    /// Writes to standard error; there is nowhere to complain to if that fails.
    pub fn error(&self, text: &str) {
        // an argument that was shielded is shown as it was typed
        let _ = stderr().lock().write_all(text.replace(super::shield::SHIELD, "").as_bytes());
    }

    /// Draws diagnostics, and says how the run ends with them.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], origin: &Origin, ascii: bool) -> End {
        if !diagnostics.is_empty() {
            let shown = &diagnostics[..diagnostics.len().min(MAX_DIAGNOSTICS)];
            self.error(&report(shown, &origin.source, &origin.name, &self.error_style(ascii)));
            let left = diagnostics.len() - shown.len();
            if left > 0 {
                self.error(&format!("and {left} more; `--format json` has them all\n"));
            }
        }
        end_of(diagnostics)
    }

    /// Says what was done, but not as it was meant.
    pub fn warning(&self, message: &str) {
        let on = self.color.on(stderr().is_terminal());
        let head = if on { "warning:".yellow().bold().to_string() } else { "warning:".into() };
        self.error(&format!("{head} {message}\n"));
    }

    /// Says what is wrong with the command line.
    pub fn misuse(&self, misuse: &Misuse) {
        let on = self.color.on(stderr().is_terminal());
        let head = if on { "error:".red().bold().to_string() } else { "error:".into() };
        let hint = if on { "hint:".cyan().bold().to_string() } else { "hint:".into() };
        let mut text = format!("{head} {}\n", misuse.message);
        for line in &misuse.hints {
            text.push_str(&format!("  {hint} {line}\n"));
        }
        self.error(&text);
    }
}

/// Writes a file that `-o` names: as a whole where it is a file; straight on where it is a device, a pipe or an open stream. What was cut
/// comes back; of an error, whether the file is as it was.
fn write(path: &Path, bytes: &[u8]) -> Result<Vec<Cut>, (io::Error, bool)> {
    let about = path.metadata();
    let is_file = about.as_ref().is_ok_and(std::fs::Metadata::is_file);
    // what a process has open is no name of a file: it goes on being written by others
    let open = ["/dev/fd", "/proc", "/dev/stderr"].iter().any(|folder| path.starts_with(folder));
    match about {
        Ok(_) if is_file && !open => match replace(path, bytes, None) {
            Ok(Replaced::Done(cut)) => Ok(cut),
            // nothing was said of what it held
            Ok(Replaced::Changed | Replaced::Overtaken(_)) => Ok(vec![]),
            Err(error) => Err((error, true)),
        },
        // a link to where nothing is yet makes that file, not one in its own place
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => {
            create(path, bytes).map(|()| vec![]).map_err(|e| (e, false))
        }
        _ => {
            let to = OpenOptions::new().append(is_file).write(true).create(true).truncate(false).open(path);
            to.and_then(|mut to| to.write_all(bytes)).map(|()| vec![]).map_err(|error| (error, false))
        }
    }
}

/// Whether a path is the file that standard output goes to.
fn is_standard(path: &Path) -> bool {
    // to open a pipe is to wait for who reads it
    path.is_file() && Handle::stdout().is_ok_and(|stream| Handle::from_path(path).is_ok_and(|file| file == stream))
}

/// 2 where the command line is to blame, 1 where the program is, 0 where there are only warnings.
fn end_of(diagnostics: &[Diagnostic]) -> End {
    let errors = || diagnostics.iter().filter(|d| d.severity == Severity::Error);
    match errors().next() {
        None => End::Fine,
        Some(_) if errors().all(|d| ["E0204", "E0502"].contains(&d.code)) => End::Misused,
        Some(_) => End::Wrong,
    }
}

/// Which characters may be used.
pub(super) fn charset(ascii: bool) -> Charset {
    if ascii { Charset::Ascii } else { Charset::Unicode }
}

/// `COLUMNS`, else the terminal's width, else 80; never more than a line is pleasant to read.
fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok()).filter(|&columns| columns > 0);
    columns.or(size.map(|(width, _)| width.0 as usize)).unwrap_or(PLAIN_WIDTH).min(MAX_WIDTH)
}
