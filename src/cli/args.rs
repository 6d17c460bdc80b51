//! The arguments, as clap reads them.

use super::color::Color;
use crate::answer::length;
use crate::page::{Figures, Part, Parts};
use crate::render::code::{Of, TARGETS, Target};
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
    /// Use no character beyond ASCII in text: `W.T`, `sum_j`, `!=`
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
        help = "`text`, `markdown`, `latex`, `typst`, `html` or `json` [default: text, or what -o FILE ends in]"
    )]
    pub format: Option<Format>,
    /// Write a whole document, with preamble or style, rather than a part of one
    #[arg(long)]
    pub standalone: bool,
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

/// What the subcommands about Jacobians and Hessians take.
#[derive(Debug, Args)]
pub(super) struct HigherArgs {
    #[command(flatten)]
    pub common: Common,
    /// Only these inputs [default: all that are not `const`]
    #[arg(long, value_name = "X,W", value_delimiter = ',', value_parser = name)]
    pub wrt: Vec<String>,
    /// Lengths for the numeric check
    #[arg(long, value_name = "n=2,d=3", value_delimiter = ',', value_parser = length)]
    pub dims: Vec<(String, usize)>,
    /// Skip the numeric check; the output says so
    #[arg(long, action = ArgAction::SetTrue)]
    pub no_check: bool,
}

const JACOBIAN_EXAMPLES: &str = "\
Examples:
  pullback jacobian 'Y = X @ W'                    four axes: why dY/dX is not W
  pullback jacobian 'y = softmax(x)'               a matrix: diag(y) - outer(y, y)
  pullback jacobian 'Y = X @ W' --wrt X --layout   the axes in both orders
  pullback jacobian 'y = A @ x' --wrt x --jvp v    its action on a direction

A Jacobian has the axes of the output, then those of the input. Paired with the upstream gradient it
gives the gradient, which is what `pullback PROGRAM` derives without ever making it.";

/// The arguments of `jacobian`.
#[derive(Debug, Args)]
#[command(after_help = JACOBIAN_EXAMPLES)]
pub(super) struct JacobianArgs {
    #[command(flatten)]
    pub higher: HigherArgs,
    /// Show numerator and denominator layout side by side
    #[arg(long)]
    pub layout: bool,
    /// Show how the output changes along a direction of this name
    #[arg(long, value_name = "NAME", value_parser = direction)]
    pub jvp: Option<String>,
}

const HESSIAN_EXAMPLES: &str = "\
Examples:
  pullback hessian 'f = x @ A @ x' --wrt x         A + Aᵀ
  pullback hessian 'f = sum((A @ x - y)**2)'       a block for each pair of inputs
  pullback hessian 'A: (n, n); f = logdet(A)' --hvp V   the action on a direction, H[V]
  pullback hessian 'f = sum(x**3)' --order 3       the third derivative too

A Hessian is the Jacobian of the gradient. `pullback code --of hessian` and `--of hvp` write it as code.";

/// The arguments of `hessian`.
#[derive(Debug, Args)]
#[command(after_help = HESSIAN_EXAMPLES)]
pub(super) struct HessianArgs {
    #[command(flatten)]
    pub higher: HigherArgs,
    /// Show how the gradient changes along a direction of this name
    #[arg(long, value_name = "NAME", value_parser = direction)]
    pub hvp: Option<String>,
    /// Up to which derivative: 2 or 3
    #[arg(long, value_name = "2|3", default_value = "2", value_parser = clap::value_parser!(u8).range(2..=3))]
    pub order: u8,
}

/// The arguments of `mistakes`.
#[derive(Debug, Args)]
pub(super) struct MistakesArgs {
    /// The mistake to show, by its name
    pub name: Vec<String>,
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

/// The arguments of `ops`.
#[derive(Debug, Args)]
pub(super) struct OpsArgs {
    /// The operation to tell about, by one of its names or its sign
    pub name: Option<String>,
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

const CODE_EXAMPLES: &str = "\
Examples:
  pullback code 'Z = X @ W + b; L = sum(Z * Z)'         NumPy, on standard output
  pullback code -f layer.pb --target torch -o layer.py  PyTorch, into a file
  python layer.py                                       checks backward against autograd
  pullback code --target jax --autograd 'Y = X @ W'     with a jax.custom_vjp, ready to paste
  pullback code --of hessian 'f = x @ A @ x'            with `hessian` in place of `backward`; also jacobian, hvp

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
    /// Write another derivative in place of `backward`: `jacobian`, `hessian`, or `hvp`, the Hessian times a direction
    #[arg(long, value_name = "jacobian|hessian|hvp", value_parser = of, conflicts_with = "autograd")]
    pub of: Option<Of>,
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

const FIGURE_EXAMPLES: &str = "\
Examples:
  pullback figure 'Y = X @ W' -o loop.svg                  loops and boxes, into a file
  pullback figure 'Y = X @ W' --wrt W --show loop          one loop, on standard output
  pullback figure -f layer.pb --show graph -o graph.svg    values forward, gradients back
  pullback figure 'Y = X @ W' --dims n=2,d=8,m=5 -o b.svg  boxes at these lengths

Loops: the dimensions on a circle, the variable cut out of it, and the way left with its direction.
Boxes: each formula as it is multiplied, sides to scale, equal sides in one colour and one pattern;
what is broadcast is repeated, what is summed is pressed together.
Graph: values flow forward, gradients flow back, each with its shape.
Every browser shows the picture, light or dark as the reader has it; it prints in black and white.";

/// The arguments of `figure`.
#[derive(Debug, Args)]
#[command(after_help = FIGURE_EXAMPLES)]
pub(super) struct FigureArgs {
    #[command(flatten)]
    pub source: Source,
    /// Only these inputs [default: all that are not `const`]
    #[arg(long, value_name = "X,W", value_delimiter = ',', value_parser = name)]
    pub wrt: Vec<String>,
    /// What to draw: loop, boxes, graph [default: loop,boxes, and graph for several statements]
    #[arg(long, value_name = "FIGURE,FIGURE", value_delimiter = ',', value_parser = figure)]
    pub show: Vec<Figures>,
    /// Lengths at which the boxes are drawn
    #[arg(long, value_name = "n=2,d=3", value_delimiter = ',', value_parser = length)]
    pub dims: Vec<(String, usize)>,
}

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
pub(super) struct NotesArgs {
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
pub(super) enum NotesMode {
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
pub(super) struct MdbookArgs {
    #[command(subcommand)]
    pub command: Option<MdbookCommand>,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  pullback completions bash > ~/.local/share/bash-completion/completions/pullback
  pullback completions zsh > ~/.zfunc/_pullback         with ~/.zfunc in $fpath
  pullback completions fish > ~/.config/fish/completions/pullback.fish";

/// The arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(super) struct CompletionsArgs {
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
pub(super) struct ManArgs {
    /// The page of a subcommand
    pub subcommand: Option<String>,
}

/// What mdBook asks beside the work itself.
#[derive(Debug, Subcommand)]
pub(super) enum MdbookCommand {
    /// Exit 0 if a renderer is supported: all are
    Supports {
        /// Its name
        renderer: String,
    },
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

fn of(text: &str) -> Result<Of, String> {
    let names = || Of::ALL.into_iter().map(Of::name);
    Of::ALL.into_iter().find(|of| of.name() == text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such derivative; {near}there are {}", names().collect::<Vec<_>>().join(", "))
    })
}

/// The name of a direction: a name of the language.
fn direction(text: &str) -> Result<String, String> {
    let text = text.trim();
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    match text.chars().next() {
        Some(first) if (first.is_alphabetic() || first == '_') && text.chars().all(plain) => Ok(text.into()),
        _ => Err("the name of a direction belongs here, such as `v`".into()),
    }
}

fn target(text: &str) -> Result<&'static Target, String> {
    let names = || TARGETS.into_iter().map(|target| target.name);
    Target::find(text).ok_or_else(|| {
        let near = crate::ops::nearest_of(text, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such target; {near}the targets are {}", names().collect::<Vec<_>>().join(", "))
    })
}

fn figure(text: &str) -> Result<Figures, String> {
    let text = text.trim();
    Figures::find(text).ok_or_else(|| {
        let near =
            crate::ops::nearest_of(text, Figures::NAMES.into_iter()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        format!("there is no such figure; {near}the figures are {}", Figures::NAMES.join(", "))
    })
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
