//! What tells about the tool itself: `ops`, `mistakes`, `completions` and `man`.

use super::{Format, file};
use crate::cli::color::Color;
use clap::Args;
use std::path::{Path, PathBuf};

/// The arguments of `ops`.
#[derive(Debug, Args)]
pub(in crate::cli) struct OpsArgs {
    /// The operation to tell about, by one of its names or its sign
    pub name: Option<String>,
    #[command(flatten)]
    pub told: Told,
}

/// The arguments of `mistakes`.
#[derive(Debug, Args)]
pub(in crate::cli) struct MistakesArgs {
    /// The mistake to show, by its name
    pub name: Vec<String>,
    #[command(flatten)]
    pub told: Told,
}

/// How a page about the tool itself is written.
#[derive(Debug, Args)]
pub(in crate::cli) struct Told {
    /// How to write the result: `text`, `markdown`, `latex`, `typst`, `html` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Write the result to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Use no character beyond ASCII
    #[arg(long)]
    pub ascii: bool,
    /// When to colour: `auto` obeys NO_COLOR, CLICOLOR_FORCE, TERM=dumb and a pipe
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

impl Told {
    /// The file for the result; none for standard output.
    pub fn to_file(&self) -> Option<&Path> {
        file(self.output.as_deref())
    }
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  pullback completions bash > ~/.local/share/bash-completion/completions/pullback
  pullback completions zsh > ~/.zfunc/_pullback         with ~/.zfunc in $fpath
  pullback completions fish > ~/.config/fish/completions/pullback.fish";

/// The arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  pullback man | man -l -          read it
  pullback man notes | man -l -    that of a subcommand
  pullback man > pullback.1        for a package";

/// The arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(in crate::cli) struct ManArgs {
    /// The page of a subcommand
    pub subcommand: Option<String>,
}
