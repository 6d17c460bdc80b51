//! `pullback completions SHELL`: what a shell needs in order to complete the command line.

use super::args::Cli;
use super::output::Output;
use super::{End, Misuse};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

pub(super) fn run(shell: Shell, output: &Output) -> Result<End, Misuse> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "pullback", &mut script);
    output.result(&String::from_utf8_lossy(&script), None)
}
