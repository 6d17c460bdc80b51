//! The arguments, as clap reads them.

mod help;
mod higher;
mod judge;
mod made;
mod pages;
mod values;

pub(super) use self::help::{CompletionsArgs, ManArgs, MistakesArgs, OpsArgs};
pub(super) use self::higher::{HessianArgs, HigherArgs, JacobianArgs};
pub(super) use self::judge::{CheckArgs, Layout};
pub(super) use self::made::{CodeArgs, FigureArgs};
pub(super) use self::pages::{MdbookArgs, MdbookCommand, NotesArgs, NotesMode};
use self::values::name;
use super::color::Color;
use crate::answer::length;
use crate::page::{Part, Parts};
use crate::syntax::Dialect;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  pullback 'Y = X @ W'                             why each gradient is what it is
  pullback 'X: (d,); W: (d, m); Y = X @ W'         with shapes declared
  pullback -f layer.pb --wrt W --brief             from a file; one input, results alone
  echo 'Y = X @ W' | pullback                      from standard input
  pullback shapes 'Z = X @ W + b'                  the shapes alone
  pullback check 'Y = X @ W' 'dL/dX = W @ dL/dY'   is this formula right? if not, why not?
  pullback jacobian 'Y = X @ W'                    the derivative itself, with all its axes
  pullback hessian 'f = x @ A @ x'                 second derivatives
  pullback ops sigmoid                             what is known of an operation
  pullback code --target torch 'Y = X @ W'         runnable forward and backward
  pullback figure 'Y = X @ W' -o loop.svg          the loop, and the boxes to scale
  pullback 'Y = X @ W' --standalone -o why.html    a page to read; also .md, .tex, .typ
  pullback 'Y = X @ W' --format json               for other programs
  pullback notes lecture.md --write                derivations in a page of notes
  pullback --explain E0301                         what an error means

`pullback --help` tells more.";

/// Derives, explains and checks the gradients of matrix programs
#[derive(Debug, Parser)]
#[command(name = "pullback", version, styles = STYLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub explain: ExplainArgs,
    /// Tell what an error code such as E0301 means, and leave
    #[arg(long = "explain", value_name = "CODE", conflicts_with_all = ["program", "file"])]
    pub page: Option<String>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explain the gradients: what `pullback PROGRAM` does
    Explain(ExplainArgs),
    /// Show the shapes alone
    Shapes(ShapesArgs),
    /// Judge claimed gradients: is this formula right, and if not, why not?
    Check(CheckArgs),
    /// List the mistakes that have a name, or show what `check` says to one
    Mistakes(MistakesArgs),
    /// List the operations, or tell all about one
    Ops(OpsArgs),
    /// Show the derivative of the output itself, with the axes of both
    Jacobian(JacobianArgs),
    /// Show the second derivatives of a scalar, block by block
    Hessian(HessianArgs),
    /// Write `forward` and `backward` as a Python module that checks itself
    Code(CodeArgs),
    /// Draw the loops, the boxes to scale and the graph of a program as SVG
    Figure(FigureArgs),
    /// Fill in the derivations of the programs in pages of Markdown
    Notes(NotesArgs),
    /// Do the same for a book, as a preprocessor of mdBook
    Mdbook(MdbookArgs),
    /// Print the completions of a shell: bash, elvish, fish, powershell or zsh
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
    #[command(flatten)]
    Planned(Planned),
}

macro_rules! planned {
    ($($variant:ident $name:literal),*) => {
        /// Subcommands that are yet to come: they are known, so that they are not taken for a program.
        #[derive(Debug, Subcommand)]
        pub(super) enum Planned {
            $(#[command(name = $name, hide = true, disable_help_flag = true)] $variant(Rest)),*
        }

        impl Planned {
            /// As typed.
            pub fn name(&self) -> &'static str {
                match self { $(Planned::$variant(_) => $name),* }
            }
        }

        /// The names of all subcommands.
        pub(super) const SUBCOMMANDS: &[&str] =
            &["explain", "shapes", "check", "mistakes", "code", "ops", "figure", "notes", "mdbook", "completions", "man", "jacobian", "hessian", $($name),*];
    };
}

planned!(
    Quiz "quiz", Repl "repl"
);

/// Whatever follows.
#[derive(Debug, Args)]
pub(super) struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

/// Where the result goes, and in which characters and colours.
#[derive(Debug, Args)]
pub(super) struct To {
    /// Write the result to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Let `-o FILE` replace the very file that the program is read from
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Use no character beyond ASCII in text: `W.T`, `sum_j`, `!=`
    #[arg(long)]
    pub ascii: bool,
    /// When to colour: `auto` obeys NO_COLOR, CLICOLOR_FORCE, TERM=dumb and a pipe
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// What every subcommand that reads a program takes.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// The program; several arguments are its lines, `-` is standard input
    pub program: Vec<OsString>,
    /// Read the program from FILE
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub to: To,
    /// How to read the program: `numpy`, or `matlab`, where `*` is the matrix product and `x` a column
    #[arg(long, value_enum, value_name = "DIALECT", default_value = "numpy", hide_possible_values = true)]
    pub dialect: Dialect,
}

/// What every subcommand takes that explains.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    pub source: Source,
    /// How to write the result; guessed from the ending of the file where there is one
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        hide_possible_values = true,
        help = "`text`, `markdown`, `latex`, `typst`, `html` or `json` [default: text, or what -o FILE ends in]"
    )]
    pub format: Option<Format>,
    /// Write a whole document, with preamble or style, rather than a part of one
    #[arg(long)]
    pub standalone: bool,
}

impl To {
    /// The file for the result; none for standard output.
    pub fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }
}

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub common: Common,
    /// Only these inputs [default: all that are not `const`]
    #[arg(long, value_name = "X,W", value_delimiter = ',', value_parser = name)]
    pub wrt: Vec<String>,
    /// Which parts to show: result, shapes, dims, loop, components, differential, explicit, rewrite, check, reading
    #[arg(long, value_name = "PART,PART", value_delimiter = ',', value_parser = Part::named, conflicts_with_all = ["brief", "full"])]
    pub show: Vec<Part>,
    /// Show the results and the check alone
    #[arg(long, conflicts_with = "full")]
    pub brief: bool,
    /// Show every part
    #[arg(long)]
    pub full: bool,
    /// Lengths for the explicit example and the numeric check
    #[arg(long, value_name = "n=2,d=3", value_delimiter = ',', value_parser = length)]
    pub dims: Vec<(String, usize)>,
    /// Skip the numeric check; the output says so
    #[arg(long, action = ArgAction::SetTrue)]
    pub no_check: bool,
}

impl ExplainArgs {
    /// Which parts are wanted.
    pub fn parts(&self) -> Parts {
        match (self.show.is_empty(), self.brief, self.full) {
            (false, ..) => Parts::of(self.show.iter().copied()),
            (_, true, _) => Parts::BRIEF,
            (_, _, true) => Parts::FULL,
            _ => Parts::DEFAULT,
        }
    }

    /// Whether no program is named.
    pub fn is_empty(&self) -> bool {
        self.common.source.program.is_empty() && self.common.source.file.is_none()
    }
}

/// The arguments of `shapes`.
#[derive(Debug, Args)]
pub(super) struct ShapesArgs {
    #[command(flatten)]
    pub common: Common,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Markdown,
    Latex,
    Typst,
    Html,
    Json,
    #[value(hide = true)]
    Svg,
}

/// What `--color` says, before clap has read it: clap's own messages obey it too.
pub(super) fn color_of(arguments: &[OsString]) -> Color {
    let mut texts = arguments.iter().take_while(|a| *a != "--").filter_map(|a| a.to_str());
    let mut found = Color::Auto;
    while let Some(text) = texts.next() {
        let value = if text == "--color" { texts.next() } else { text.strip_prefix("--color=") };
        found = value.and_then(|value| Color::from_str(value, true).ok()).unwrap_or(found);
    }
    found
}

/// Whether the long help is asked for.
pub(super) fn asks_at_length(arguments: &[OsString]) -> bool {
    arguments.iter().any(|a| a == "--help")
}
