//! How many axes the value of a function has: what a reader of a formula can tell without knowing its lengths.

use super::{Function, Meaning};

impl Function {
    /// How many axes its value has when its operands have so many; nothing where that is not told by them, and an operand whose axes are
    /// not known is `None`. `settled` says that the call has more in its brackets, such as an axis.
    ///
    /// ```
    /// use pullback::ops::find;
    /// let axes = |name: &str, operands: &[Option<usize>]| find(name).unwrap().axes(operands, false);
    /// assert_eq!([axes("tanh", &[Some(2)]), axes("det", &[Some(3)]), axes("reshape", &[Some(1)])], [Some(2), Some(1), None]);
    /// assert_eq!(axes("one_hot", &[Some(1), Some(0)]), Some(2));
    /// ```
    pub fn axes(self, operands: &[Option<usize>], settled: bool) -> Option<usize> {
        let first = operands.first().copied().flatten();
        let most = || operands.iter().copied().try_fold(0, |most: usize, axes| Some(most.max(axes?)));
        match self.entry().names[0] {
            _ if matches!(self.entry().meaning, Meaning::Primitive(_)) => most(),
            "det" | "logdet" | "trace" => first.map(|axes| axes.saturating_sub(2)),
            "sum" | "prod" | "mean" | "max" | "min" | "var" | "std" | "norm" | "logsumexp" | "argmax" | "argmin" if !settled => Some(0),
            "one_hot" => first.map(|axes| axes + 1),
            // a vector becomes a matrix, and a matrix a vector
            "diag" => first.filter(|axes| (1..=2).contains(axes)).map(|axes| 3 - axes),
            "diagonal" => first.map(|axes| axes.saturating_sub(1)),
            "diagflat" => Some(2),
            "solve" => operands.get(1).copied().flatten(),
            "kron" => most(),
            // a list counts as its first operand
            "stack" => first.map(|axes| axes + 1),
            "concat" | "transpose" | "inv" | "pinv" | "cholesky" | "expm" | "matpow" | "expm_frechet" | "matpow_frechet" | "tril"
            | "triu" | "flip" | "roll" | "cumsum" | "softmax" | "log_softmax" | "standardize" | "pad" | "tile" | "repeat" | "dilate"
            | "conv1d" | "conv2d" | "argsort" => first,
            _ => None,
        }
    }
}
