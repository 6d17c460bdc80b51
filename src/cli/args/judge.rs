//! What judges claims: `check` and `mistakes`.

use super::Common;
use crate::answer::length;
use clap::{Args, ValueEnum};

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
pub(in crate::cli) struct CheckArgs {
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
pub(in crate::cli) enum Layout {
    Denominator,
    Numerator,
}
