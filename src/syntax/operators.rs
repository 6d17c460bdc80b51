//! How tightly operators bind, and which operator a sign is. Reading and printing share this table.

use super::ast::{Binary, Unary};
use super::dialect::Dialect;

/// How tightly an operator holds its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Anything may stand here: an argument, an entry, a whole line.
    Open,
    /// `> >= < <= == !=`
    Compare,
    /// `|`
    Or,
    /// `&`
    And,
    /// `+ -`
    Sum,
    /// `* / @` and their kin.
    Product,
    /// `- + ~ √` before an operand.
    Prefix,
    /// `** ^ .^`
    Power,
    /// Marks, indices and methods behind an operand, and operands themselves.
    Postfix,
}

impl Level {
    /// The next tighter level.
    pub fn tighter(self) -> Level {
        match self {
            Level::Open => Level::Compare,
            Level::Compare => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Prefix,
            Level::Prefix => Level::Power,
            Level::Power | Level::Postfix => Level::Postfix,
        }
    }
}

/// How tightly `operator` binds.
pub fn level(operator: Binary) -> Level {
    use Binary::*;
    match operator {
        Greater | GreaterEqual | Less | LessEqual | Equal | NotEqual => Level::Compare,
        Or => Level::Or,
        And => Level::And,
        Add | Subtract => Level::Sum,
        Multiply | Times | Hadamard | Divide | Over | HadamardDivide | MatMul | Dot => Level::Product,
        Binary::Power | Caret | Raise => Level::Power,
    }
}

/// How `operator` is printed.
pub fn sign(operator: Binary) -> &'static str {
    use Binary::*;
    match operator {
        Add => "+",
        Subtract => "-",
        Multiply | Times => "*",
        Hadamard => ".*",
        Divide | Over => "/",
        HadamardDivide => "./",
        MatMul => "@",
        Dot => "·",
        Binary::Power => "**",
        Caret | Raise => "^",
        Greater => ">",
        GreaterEqual => ">=",
        Less => "<",
        LessEqual => "<=",
        Equal => "==",
        NotEqual => "!=",
        And => "&",
        Or => "|",
    }
}

/// The operator that stands between operands as `sign`.
pub fn binary(sign: &str, dialect: Dialect) -> Option<Binary> {
    use Binary::*;
    dialect.operator(sign).or_else(|| {
        Some(match sign {
            "+" => Add,
            "-" | "−" => Subtract,
            ".*" | "⊙" | "∘" => Hadamard,
            "./" | "⊘" => HadamardDivide,
            "@" => MatMul,
            "•" | "·" | "⋅" => Dot,
            "**" | ".^" => Binary::Power,
            ">" => Greater,
            ">=" => GreaterEqual,
            "<" => Less,
            "<=" => LessEqual,
            "==" => Equal,
            "!=" => NotEqual,
            "&" => And,
            "|" => Or,
            _ => return None,
        })
    })
}

/// The operator that stands before an operand as `sign`; `√` is a call and not among them.
pub fn unary(sign: &str) -> Option<Unary> {
    Some(match sign {
        "-" | "−" => Unary::Negative,
        "+" => Unary::Positive,
        "~" => Unary::Not,
        _ => return None,
    })
}
