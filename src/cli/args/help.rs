//! What tells about the tool itself: `ops`, `mistakes`, `completions` and `man`.

use super::{Format, To};
use clap::Args;

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
    #[command(flatten)]
    pub to: To,
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
