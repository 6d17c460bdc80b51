//! Whether to colour: decided for each stream by itself.

use clap::ValueEnum;
use std::env::var_os;
use std::ffi::OsString;

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
    pub fn on(self, terminal: bool) -> bool {
        self.decide(terminal, &|name| var_os(name))
    }

    /// `NO_COLOR` comes before `CLICOLOR_FORCE`: who sets both has asked for less. A variable that is empty is as good as none.
    fn decide(self, terminal: bool, variable: &dyn Fn(&str) -> Option<OsString>) -> bool {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let is = |name, value: &str| variable(name).is_some_and(|found| found == value);
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
            Color::Auto => terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn the_environment_decides() {
        let on = |terminal: bool, variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
            Color::Auto.decide(terminal, &find)
        };
        assert!(on(true, &[]) && !on(false, &[]));
        assert!(on(true, &[("TERM", "xterm"), ("NO_COLOR", "")]));
        for variable in [("TERM", "dumb"), ("NO_COLOR", "1"), ("CLICOLOR", "0")] {
            assert!(!on(true, &[variable]), "{variable:?}");
        }
        assert!(on(false, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]));
        assert!(!on(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!on(true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    }
}
