//! The command line: the only place that knows standard streams, files, the environment and switches for colour.
//!
//! Results go to standard output and diagnostics to standard error. The process ends with 0 if all is fine, with 1 if the program is wrong,
//! and with 2 if the command line is.

mod args;
mod check;
mod code;
mod color;
mod completions;
mod explain;
mod figure;
mod format;
mod functions;
mod higher;
mod input;
mod man;
mod mdbook;
mod mistaken;
mod mistakes;
mod notes;
mod ops;
mod output;
mod page;
mod planned;
mod replace;
mod shapes;
mod shield;

use self::args::{Cli, Command};
use self::output::Output;
use crate::visible::visible;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// All is fine.
    Fine,
    /// The program is wrong.
    Wrong,
    /// The command line is wrong, or a file could not be read or written.
    Misused,
}

/// What stops a run before there is an answer.
#[derive(Debug)]
struct Misuse {
    /// What is wrong, in a line.
    message: String,
    /// What to do instead, a line each.
    hints: Vec<String>,
}

impl Misuse {
    fn new(message: impl Into<String>) -> Self {
        Misuse { message: quoted(message), hints: Vec::new() }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(quoted(hint));
        self
    }
}

/// A sentence that may quote an argument or a file's name: without the shield, and so that nothing in it acts on the terminal.
fn quoted(sentence: impl Into<String>) -> String {
    visible(sentence.into().replace(shield::SHIELD, "")).into_owned()
}

/// Runs the command line whose first argument is the program's own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = shield::asked(arguments.into_iter().collect());
    let output = Output::new(args::color_of(&arguments));
    let end = match Cli::try_parse_from(shield::protected(&arguments)) {
        Ok(cli) => dispatch(cli, &output, &arguments),
        Err(error) => told(error, &arguments, &output),
    };
    ExitCode::from(match end {
        End::Fine => 0,
        End::Wrong => 1,
        End::Misused => 2,
    })
}

fn dispatch(cli: Cli, output: &Output, arguments: &[OsString]) -> End {
    let plausible = |program: &[OsString], subcommands| mistaken::check(program, subcommands, arguments);
    let result = match cli.command {
        Some(Command::Explain(options)) => plausible(&options.common.source.program, false).and_then(|()| explain::run(&options, output)),
        Some(Command::Shapes(options)) => plausible(&options.common.source.program, false).and_then(|()| shapes::run(&options, output)),
        Some(Command::Code(options)) => plausible(&options.source.program, false).and_then(|()| code::run(&options, output)),
        Some(Command::Figure(options)) => plausible(&options.source.program, false).and_then(|()| figure::run(&options, output)),
        Some(Command::Check(options)) => plausible(&options.common.source.program, false).and_then(|()| check::run(&options, output)),
        Some(Command::Jacobian(options)) => {
            plausible(&options.higher.common.source.program, false).and_then(|()| higher::jacobian(&options, output))
        }
        Some(Command::Hessian(options)) => {
            plausible(&options.higher.common.source.program, false).and_then(|()| higher::hessian(&options, output))
        }
        Some(Command::Mistakes(options)) => mistakes::run(&options, output),
        Some(Command::Notes(options)) => notes::run(&options, output),
        Some(Command::Completions(options)) => completions::run(options.shell, output),
        Some(Command::Man(options)) => man::run(&options, output),
        Some(Command::Mdbook(options)) => mdbook::run(&options, output),
        Some(Command::Ops(options)) => ops::run(&options, output),
        Some(Command::Planned(planned)) => Err(planned::misuse(planned.name())),
        None => match cli.page {
            Some(code) => page::run(&code, &cli.explain.common.source, output),
            None if cli.explain.is_empty() && std::io::stdin().is_terminal() => {
                output.error(&output.ansi_for_errors(&Cli::command().render_help()));
                return End::Misused;
            }
            None => plausible(&cli.explain.common.source.program, true).and_then(|()| explain::run(&cli.explain, output)),
        },
    };
    result.unwrap_or_else(|misuse| {
        output.misuse(&misuse);
        End::Misused
    })
}

/// What clap has to say: help and version are results, everything else is an error.
///
/// It quotes arguments as they are; therefore it is asked again with arguments in which nothing acts on the terminal.
fn told(error: clap::Error, arguments: &[OsString], output: &Output) -> End {
    let harmless: Vec<OsString> = arguments.iter().map(|argument| visible(argument.to_string_lossy()).into_owned().into()).collect();
    let error =
        if harmless == arguments { error } else { Cli::try_parse_from(shield::protected(&harmless)).err().unwrap_or(unquoted(&error)) };
    let arguments = harmless.as_slice();
    if error.kind() == ErrorKind::DisplayHelp && args::asks_at_length(arguments) {
        // the list of functions is made only where it is read
        let command = Cli::command().after_long_help(functions::after_help());
        let again = command.try_get_matches_from(shield::protected(arguments));
        let help = again.err().map_or_else(|| output.ansi(&error.render()), |long| output.ansi(&long.render()));
        return output.result(&help, None).unwrap_or(End::Misused);
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output.result(&output.ansi(&error.render()), None).unwrap_or(End::Misused),
        _ => {
            output.error(&output.ansi_for_errors(&error.render()));
            End::Misused
        }
    }
}

/// The error without what it quotes.
fn unquoted(error: &clap::Error) -> clap::Error {
    clap::Error::new(error.kind()).with_cmd(&Cli::command())
}
