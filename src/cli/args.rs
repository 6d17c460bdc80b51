//! The arguments, as clap reads them.

use super::color::Color;
use crate::page::{Part, Parts};
use crate::render::code::{TARGETS, Target};
use crate::syntax::Dialect;
use clap::builder::PossibleValue;
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
  pullback ops sigmoid                             what is known of an operation
  pullback code --target torch 'Y = X @ W'         runnable forward and backward
  pullback 'Y = X @ W' --format json               for other programs
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
    /// Write `forward` and `backward` as a Python module that checks itself
    Code(CodeArgs),
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
        pub(super) const SUBCOMMANDS: &[&str] = &["explain", "shapes", "check", "mistakes", "code", "ops", $($name),*];
    };
}

planned!(
    Jacobian "jacobian", Hessian "hessian", Figure "figure", Quiz "quiz", Notes "notes", Repl "repl",
    Mdbook "mdbook", Completions "completions", Man "man"
);

/// Whatever follows.
#[derive(Debug, Args)]
pub(super) struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

/// What every subcommand that reads a program takes.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// The program; several arguments are its lines, `-` is standard input
    pub program: Vec<OsString>,
    /// Read the program from FILE
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Write the result to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Use no character beyond ASCII: `W.T`, `sum_j`, `!=`
    #[arg(long)]
    pub ascii: bool,
    /// When to colour: `auto` obeys NO_COLOR, CLICOLOR_FORCE, TERM=dumb and a pipe
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
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
        help = "`text` or `json` [default: text, or what -o FILE ends in]"
    )]
    pub format: Option<Format>,
}

impl Source {
    /// The file for the result; none for standard output.
    pub fn to_file(&self) -> Option<&Path> {
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
    #[arg(long, value_name = "PART,PART", value_delimiter = ',', value_parser = part, conflicts_with_all = ["brief", "full"])]
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

const CHECK_EXAMPLES: &str = "\
Examples:
  pullback check 'Y = X @ W' 'dL/dX = Wᵀ @ dL/dY'          is this right? if not, why not?
  pullback check 'f = x @ A @ x' 'df/dx = 2 * A @ x'       right only if A is symmetric
  pullback check -f layer.pb 'dL/dW = X.T @ dL/dZ'         by the gradient of a value in between
  pullback check 'y = A @ x' 'dy/dx = A' --quiet           for scripts: the exit status alone

A claim is `dL/dX = ...`, in terms of the program's inputs, the values it assigns, its dimensions and
gradients such as dL/dY. Several may be given, or stand in the program itself.
The exit status is 0 where every claim is right, 1 where one is not.";

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub common: Common,
    /// Which layout is right: `denominator`, where a gradient has the shape of its variable, or `numerator`, its transpose
    #[arg(long, value_enum, value_name = "LAYOUT", default_value = "denominator", hide_possible_values = true)]
    pub layout: Layout,
    /// Lengths for the numbers
    #[arg(long, value_name = "n=2,d=3", value_delimiter = ',', value_parser = length)]
    pub dims: Vec<(String, usize)>,
    /// Print nothing: the exit status tells
    #[arg(short, long)]
    pub quiet: bool,
}

/// Which of the two arrays a gradient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Layout {
    Denominator,
    Numerator,
}

/// The arguments of `mistakes`.
#[derive(Debug, Args)]
pub(super) struct MistakesArgs {
    /// The mistake to show, by its name
    pub name: Vec<String>,
    /// How to write the result: `text` or `json`
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

/// The arguments of `ops`.
#[derive(Debug, Args)]
pub(super) struct OpsArgs {
    /// The operation to tell about, by one of its names or its sign
    pub name: Option<String>,
    /// How to write the result: `text` or `json`
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

const CODE_EXAMPLES: &str = "\
Examples:
  pullback code 'Z = X @ W + b; L = sum(Z * Z)'         NumPy, on standard output
  pullback code -f layer.pb --target torch -o layer.py  PyTorch, into a file
  python layer.py                                       checks backward against autograd
  pullback code --target jax --autograd 'Y = X @ W'     with a jax.custom_vjp, ready to paste

The module has `forward` and `backward`, and needs nothing but the library (NumPy: SciPy for `erf`).
Run as a script it compares `backward` with the library's own differentiation (NumPy: with central
differences), prints the largest error, and exits 0 or 1.";

/// The arguments of `code`.
#[derive(Debug, Args)]
#[command(after_help = CODE_EXAMPLES)]
pub(super) struct CodeArgs {
    #[command(flatten)]
    pub source: Source,
    /// The library to write for
    #[arg(short, long, value_name = "LIBRARY", default_value = "numpy", value_parser = target)]
    pub target: &'static Target,
    /// Add a torch.autograd.Function, or a jax.custom_vjp, with this gradient
    #[arg(long)]
    pub autograd: bool,
    /// Only these inputs [default: all that are not `const`]
    #[arg(long, value_name = "X,W", value_delimiter = ',', value_parser = name)]
    pub wrt: Vec<String>,
    /// Lengths for the check
    #[arg(long, value_name = "n=2,d=3", value_delimiter = ',', value_parser = length)]
    pub dims: Vec<(String, usize)>,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    #[value(hide = true)]
    Markdown,
    #[value(hide = true)]
    Latex,
    #[value(hide = true)]
    Typst,
    #[value(hide = true)]
    Html,
}

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        &Dialect::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("the name of an input is missing: write `--wrt X,W`".into()),
        name => Ok(name.into()),
    }
}

fn target(text: &str) -> Result<&'static Target, String> {
    let names = || TARGETS.into_iter().map(|target| target.name);
    Target::find(text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such target; {near}the targets are {}", names().collect::<Vec<_>>().join(", "))
    })
}

fn part(text: &str) -> Result<Part, String> {
    let text = text.trim();
    let names = || Part::ALL.into_iter().map(Part::name);
    Part::find(text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such part; {near}the parts are {}", names().collect::<Vec<_>>().join(", "))
    })
}

fn length(text: &str) -> Result<(String, usize), String> {
    let wrong = || "a dimension and a positive length belong here, such as `n=2`".to_string();
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let name = name.trim();
    let value: usize = value.trim().parse().map_err(|_| wrong())?;
    if name.is_empty() || value == 0 {
        return Err(wrong());
    }
    Ok((name.into(), value))
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
