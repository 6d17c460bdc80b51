//! `pullback man`: the manual page, for `man -l -` or a packager's folder.

use super::args::{Cli, ManArgs};
use super::output::Output;
use super::{End, Misuse, functions};
use crate::ops::nearest_of;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

pub(super) fn run(args: &ManArgs, output: &Output) -> Result<End, Misuse> {
    let mut whole = Cli::command();
    whole.build();
    let shown = |command: &&Command| !command.is_hide_set();
    let command = match &args.subcommand {
        None => whole,
        Some(name) => match whole.get_subcommands().filter(shown).find(|command| command.get_name() == name) {
            Some(command) => command.clone().version(env!("CARGO_PKG_VERSION")),
            None => {
                let near = nearest_of(name, whole.get_subcommands().filter(shown).map(Command::get_name));
                let misuse = Misuse::new(format!("there is no subcommand `{name}`"));
                return Err(match near {
                    Some(near) => misuse.hint(format!("did you mean `pullback man {near}`?")),
                    None => misuse.hint("`pullback man` has them all"),
                });
            }
        },
    };
    output.result(&page(command, args.subcommand.is_none())?, None)
}

fn page(command: Command, whole: bool) -> Result<String, Misuse> {
    let end = match whole {
        true => functions::after_help(),
        false => command.get_after_help().map(ToString::to_string).unwrap_or_default(),
    };
    let man = Man::new(command.after_help("").after_long_help("").disable_help_subcommand(true))
        .source(concat!("pullback ", env!("CARGO_PKG_VERSION")))
        .manual("pullback");
    let mut bytes = Vec::new();
    let mut parts = || -> std::io::Result<()> {
        man.render_title(&mut bytes)?;
        man.render_name_section(&mut bytes)?;
        man.render_synopsis_section(&mut bytes)?;
        man.render_description_section(&mut bytes)?;
        man.render_options_section(&mut bytes)?;
        if whole {
            man.render_subcommands_section(&mut bytes)?;
        }
        Ok(())
    };
    parts().map_err(|error| Misuse::new(format!("the page cannot be made: {error}")))?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    text.push_str(&verbatim(&end));
    Ok(text)
}

/// The end of the help, whose lines are kept as they are: clap_mangen would fill them into paragraphs.
fn verbatim(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let lines = text.trim_end().lines().map(|line| {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
        if escaped.starts_with('.') { format!("\\&{escaped}\n") } else { escaped + "\n" }
    });
    format!(".SH NOTES\n.nf\n{}.fi\n", lines.collect::<String>())
}
