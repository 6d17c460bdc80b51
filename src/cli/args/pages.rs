//! Pages of notes, and books of them.

use crate::cli::color::Color;
use clap::{Args, Subcommand};
use std::path::PathBuf;

const NOTES_EXAMPLES: &str = "\
Examples:
  pullback notes lecture.md --write          fill in, or renew, what stands below each program
  pullback notes *.md --check                for CI: exits 1 and names the pages that are stale
  pullback notes lecture.md > filled.md      leaves the page as it is

A program is a fenced block whose info string begins with the word pullback. Options follow it:

  ```pullback wrt=W show=result,shapes name=layer
  Z = X @ W + b
  ```

  ```pullback continue=layer brief
  L = sum(Z**2)
  ```

`wrt`, `show`, `brief`, `full`, `dims`, `no-check` and `dialect` are those of the command line.
With `shapes` or `check` as the first word, the shapes or a verdict on the program's claims are
made. `continue=NAME` goes on from the program of that name, `continue` alone from the one above.

The derivation stands right below the program, between two comments, and is renewed by the next
run. Nothing else in the page is touched. Where a program is wrong, what is wrong with it stands
below it instead, the rest of the page is done, and the exit status is 1.";

/// The arguments of `notes`.
#[derive(Debug, Args)]
#[command(after_help = NOTES_EXAMPLES)]
pub(in crate::cli) struct NotesArgs {
    /// The pages; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write the derivations into the pages
    #[arg(short, long, group = "mode")]
    pub write: bool,
    /// Write nothing; exit 1 if a page is stale
    #[arg(long, group = "mode")]
    pub check: bool,
    /// Print the filled page and leave the file alone: what is done where nothing is said
    #[arg(long, group = "mode")]
    pub stdout: bool,
    /// Use no character beyond ASCII in messages
    #[arg(long)]
    pub ascii: bool,
    /// When to colour messages: `auto` obeys NO_COLOR, CLICOLOR_FORCE, TERM=dumb and a pipe
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// What becomes of a filled page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum NotesMode {
    Write,
    Check,
    Stdout,
}

impl NotesArgs {
    /// What becomes of the pages.
    pub fn mode(&self) -> NotesMode {
        match (self.write, self.check) {
            (true, _) => NotesMode::Write,
            (_, true) => NotesMode::Check,
            _ => NotesMode::Stdout,
        }
    }
}

const MDBOOK_HELP: &str = "\
In `book.toml`:

  [preprocessor.pullback]
  command = \"pullback mdbook\"
  math = \"mathml\"       # or \"dollars\", for mdbook-katex, which then needs after = [\"pullback\"]
  errors = \"fail\"       # or \"show\": build the book even where a program is wrong

Programs are written as for `pullback notes`. Formulas become MathML, which browsers show without any
script; renderers other than html, epub and pdf get $ and $$. mdBook 0.5 is understood.";

/// The arguments of `mdbook`.
#[derive(Debug, Args)]
#[command(after_help = MDBOOK_HELP)]
pub(in crate::cli) struct MdbookArgs {
    #[command(subcommand)]
    pub command: Option<MdbookCommand>,
}

/// What mdBook asks beside the work itself.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MdbookCommand {
    /// Exit 0 if a renderer is supported: all are
    Supports {
        /// Its name
        renderer: String,
    },
}
