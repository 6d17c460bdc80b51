//! What derives Jacobians and Hessians.

use super::Common;
use super::values::{direction, name};
use crate::answer::length;
use clap::{ArgAction, Args};

/// What the subcommands about Jacobians and Hessians take.
#[derive(Debug, Args)]
pub(in crate::cli) struct HigherArgs {
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
pub(in crate::cli) struct JacobianArgs {
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
pub(in crate::cli) struct HessianArgs {
    #[command(flatten)]
    pub higher: HigherArgs,
    /// Show how the gradient changes along a direction of this name
    #[arg(long, value_name = "NAME", value_parser = direction)]
    pub hvp: Option<String>,
    /// Up to which derivative: 2 or 3
    #[arg(long, value_name = "2|3", default_value = "2", value_parser = clap::value_parser!(u8).range(2..=3))]
    pub order: u8,
}
