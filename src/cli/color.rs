//! Whether to colour: decided for each stream by itself.

use clap::ValueEnum;
use std::env::var_os;

/// What `--color` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// As the environment and the stream have it.
    Auto,
    /// Whatever they say.
    Always,
    /// Not at all.
    Never,
}

impl Color {
    /// Whether a stream is to be coloured, given whether it is a terminal.
    ///
    /// `NO_COLOR` comes before `CLICOLOR_FORCE`: who sets both has asked for less.
    pub fn on(self, terminal: bool) -> bool {
        let set = |name| var_os(name).is_some_and(|value| !value.is_empty());
        let is = |name, value: &str| var_os(name).is_some_and(|found| found == value);
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
            Color::Auto => terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
        }
    }
}
