//! What is known of a matrix without its numbers: whether it is symmetric, a triangle, the identity, square.

use super::Algebra;
use crate::expr::{Id, Op};

/// How deep an expression is looked at to see that it is symmetric.
pub(super) const DEPTH: usize = 6;

/// Whether `x` is a matrix with a name, transposed or not, of which nothing is known but its name.
pub(super) fn is_bare(a: &Algebra, x: Id) -> bool {
    let bare = a.turned_last(x).unwrap_or(x);
    let plain = |symbol| a.arena.info(symbol).properties.is_empty() && !matches!(a.arena.op(a.value_of(bare)), Op::Call(..));
    a.arena.shape(x).len() >= 2 && a.arena.as_symbol(bare).is_some_and(plain)
}

pub(super) fn is_eye(a: &Algebra, x: Id) -> bool {
    match a.arena.op(x) {
        Op::Eye(_) => true,
        Op::Broadcast(_) => matches!(a.arena.op(a.arena.args(x)[0]), Op::Eye(_)),
        _ => false,
    }
}

pub(super) fn is_square(a: &Algebra, x: Id) -> bool {
    matches!(a.arena.shape(x), [.., rows, columns] if rows == columns)
}

impl Algebra {
    /// What is transposed in `x`, if it is a transpose of the last two axes.
    pub(super) fn turned_last(&self, x: Id) -> Option<Id> {
        let Op::Permute(order) = self.arena.op(x) else { return None };
        let rank = order.len();
        let swapped = rank >= 2 && (0..rank).all(|k| order[k] as usize == if k + 2 < rank { k } else { 2 * rank - 3 - k });
        swapped.then(|| self.arena.args(x)[0])
    }

    /// Whether `x` is a lower (an upper) triangle, as far as that can be seen without going deep.
    pub(super) fn is_triangle(&self, x: Id, which: &str, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        if let Some(bare) = self.turned_last(x) {
            return self.is_triangle(bare, if which == "lower" { "upper" } else { "lower" }, depth - 1);
        }
        let value = self.value_of(x);
        match self.arena.op(value) {
            Op::Variable(_) => self.has(x, which),
            Op::Multiply => {
                let rank = self.arena.shape(value).len();
                let all = self.arena.args(value);
                all.iter().any(|&f| self.arena.shape(f).len() == rank && self.is_triangle(f, which, depth - 1))
            }
            Op::Call(function, _) => function.entry().names[0] == "cholesky" && which == "lower",
            _ => false,
        }
    }

    /// Whether `x` is its own transpose, as far as that can be seen without going deep.
    pub(super) fn is_symmetric(&self, x: Id) -> bool {
        self.symmetric(x, DEPTH)
    }

    pub(super) fn symmetric(&self, x: Id, depth: usize) -> bool {
        if depth == 0 || !is_square(self, x) {
            return false;
        }
        let rank = self.arena.shape(x).len();
        let args = self.arena.args(x);
        let each = |x: &Id| self.is_scalar(*x) || self.arena.shape(*x).len() == rank && self.symmetric(*x, depth - 1);
        match self.arena.op(x) {
            Op::Variable(_) => {
                let value = self.value_of(x);
                ["symmetric", "posdef", "diagonal"].iter().any(|p| self.has(x, p)) || value != x && self.symmetric(value, depth - 1)
            }
            Op::Eye(_) | Op::Diag => true,
            Op::Add(coefficients) => match (coefficients.as_slice(), args) {
                ([one, two], [x, y]) if one == two && self.mirrors(*x, *y) => true,
                _ => args.iter().all(each),
            },
            Op::Multiply | Op::Power(_) | Op::Apply(_) => args.iter().all(each),
            Op::Outer => args[0] == args[1],
            Op::MatMul => {
                args.iter().all(|f| self.arena.shape(*f).len() >= 2)
                    && (0..args.len().div_ceil(2)).all(|k| {
                        let (left, right) = (args[k], args[args.len() - 1 - k]);
                        self.mirrors(left, right) || left == right && self.symmetric(left, depth - 1)
                    })
            }
            Op::Call(function, _) => match function.entry().names[0] {
                "inv" | "pinv" | "expm" | "matpow" => self.symmetric(args[0], depth - 1),
                _ => false,
            },
            Op::Permute(_) => self.turned_last(x).is_some_and(|bare| self.symmetric(bare, depth - 1)),
            _ => false,
        }
    }

    /// Whether one is the transpose of the other, as written.
    pub(super) fn mirrors(&self, x: Id, y: Id) -> bool {
        self.turned_last(x) == Some(y) || self.turned_last(y) == Some(x)
    }
}
