//! What is used elsewhere: code and figures.

use super::Source;
use super::values::{figure, name, of, target};
use crate::answer::length;
use crate::page::Figures;
use crate::render::code::{Of, Target};
use clap::Args;

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
pub(in crate::cli) struct CodeArgs {
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
pub(in crate::cli) struct FigureArgs {
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
