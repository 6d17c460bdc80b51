//! What was typed, as a vector arena: children stand before their parents, and the nodes of one
//! statement stand side by side, so that every pass over it is a `for` loop.

use super::dialect::Dialect;
use crate::diagnostic::Span;
use crate::expr::Number;
use std::sync::Arc;

/// The place of a node in [`Program::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// As typed, but without a superscript.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`, `−`
    Subtract,
    /// `*`, the element-wise product
    Multiply,
    /// MATLAB's `*`: the matrix product, or scaling where one side is a scalar or 1 by 1
    Times,
    /// `⊙ ∘ .*`: the element-wise product in every dialect
    Hadamard,
    /// `/`, the element-wise quotient
    Divide,
    /// MATLAB's `/`: division by a scalar or by what is 1 by 1
    Over,
    /// `./ ⊘`: the element-wise quotient in every dialect
    HadamardDivide,
    /// `@`, the matrix product
    MatMul,
    /// `• · ⋅`: the matrix product, or scaling where one side is a scalar
    Dot,
    /// `**`, `.^`: the element-wise power
    Power,
    /// `^`: the element-wise power, or the inverse where the exponent is `-1` (then it is [`Unary::Inverse`])
    Caret,
    /// MATLAB's `^`: the power of a scalar or of a square matrix, or the inverse as with [`Binary::Caret`]
    Raise,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `&`, of masks
    And,
    /// `|`, of masks
    Or,
}

/// An operator on one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Negative,
    /// `+x`
    Positive,
    /// `~x`, of masks
    Not,
    /// `.T`: all axes reversed
    TransposeAll,
    /// `.mT ᵀ ⊤ ' ^T`: the last two axes exchanged
    Transpose,
    /// `⁻¹`, `^-1`: the inverse of a square matrix, the reciprocal of a scalar
    Inverse,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The keyword, for `axis=0`.
    pub keyword: Option<Ident>,
    /// The value.
    pub value: NodeId,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `2.5`
    Number(Number),
    /// `X`
    Name(Arc<str>),
    /// `dL/dX`, `∂L/∂X`, `dL_dX` (`of` is `L`), `grad(X)` (`of` is absent). Where `wrt` is no name of the program,
    /// whoever gives it a meaning takes it as the quotient of two names.
    Gradient {
        /// Of what.
        of: Option<Arc<str>>,
        /// With respect to what.
        wrt: Arc<str>,
    },
    /// `d2f/dx2`, `∂²f/∂x∂y`, `hess(x, y)` (`of` is absent), to the left of `=` only.
    Higher {
        /// Of what.
        of: Option<Arc<str>>,
        /// How often is differentiated.
        order: u32,
        /// With respect to what, as typed but for the first `d` of each piece: `x2`, `xdy`, `x` and `y`. Whoever knows the names of the
        /// program takes it apart.
        wrt: Vec<Arc<str>>,
    },
    /// `'ij,jk->ik'`
    Text(Arc<str>),
    /// `True`, `False`
    Boolean(bool),
    /// `None`, `np.newaxis`
    None,
    /// `...`
    Ellipsis,
    /// `_` or `?k` where a dimension is declared: a length to be inferred.
    Hole(Option<Arc<str>>),
    /// `-x`, `x.T`
    Unary(Unary, NodeId),
    /// `x + y`
    Binary(Binary, NodeId, NodeId),
    /// `(a, b)`, `[a, b]`
    Sequence(Vec<NodeId>),
    /// `f(x, axis=0)`, `x.f(axis=0)`, `np.linalg.f(x)`
    Call {
        /// The name without its prefix.
        function: Ident,
        /// `torch`, `np.linalg`, `F`, ... where one was dropped.
        prefix: Option<Arc<str>>,
        /// Whether it was written as a method; the object is then the first argument.
        method: bool,
        /// The arguments as written.
        arguments: Vec<Argument>,
    },
    /// `X[i, a:b, None, ...]`
    Index(NodeId, Vec<NodeId>),
    /// `a:b:c` inside an index
    Slice {
        /// From.
        start: Option<NodeId>,
        /// Up to.
        stop: Option<NodeId>,
        /// Stride.
        step: Option<NodeId>,
    },
    /// `X.shape`, `X.size`, `X.ndim` (`X.T` and `X.mT` are [`Unary`])
    Attribute(NodeId, Ident),
}

/// `name, name: shape property ...`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The names.
    pub names: Vec<Ident>,
    /// One expression per axis, made of names, numbers, holes, sums and products; empty for a scalar.
    pub shape: Vec<NodeId>,
    /// Where the shape stands.
    pub shape_span: Span,
    /// As typed; whether a property exists is not decided here.
    pub properties: Vec<Ident>,
    /// The line.
    pub span: Span,
}

/// `Y = value`, `A, B = value`, or a bare expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is assigned; nothing for a bare expression.
    pub targets: Vec<Ident>,
    /// The first of its nodes: they are `first.0..=value.0`.
    pub first: NodeId,
    /// The root.
    pub value: NodeId,
    /// The line.
    pub span: Span,
}

/// `dL/dX = value`, with or without the word `claim` before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed: a [`Node::Gradient`], or a [`Node::Higher`].
    pub gradient: NodeId,
    /// The first node of the value.
    pub first: NodeId,
    /// The root of the value.
    pub value: NodeId,
    /// The line.
    pub span: Span,
}

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A declaration.
    Declaration(Declaration),
    /// A statement.
    Statement(Statement),
    /// A claim about a gradient.
    Claim(Claim),
}

/// A whole program, in the order in which it was typed.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All expressions; children before parents.
    pub nodes: Vec<Node>,
    /// Where each node was typed, its own brackets included.
    pub spans: Vec<Span>,
    /// The lines.
    pub lines: Vec<Line>,
    /// How it was read.
    pub dialect: Dialect,
}

impl Node {
    /// The name, if it is nothing but one.
    pub fn name(&self) -> Option<&Arc<str>> {
        match self {
            Node::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl Program {
    /// The lines that declare.
    pub fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        self.lines.iter().filter_map(|line| if let Line::Declaration(declaration) = line { Some(declaration) } else { None })
    }

    /// The lines that state a value.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.lines.iter().filter_map(|line| if let Line::Statement(statement) = line { Some(statement) } else { None })
    }

    /// How many names there are, about: every other node is an operation.
    pub fn names(&self) -> usize {
        self.nodes.len() / 2
    }

    /// The expression at `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Where the expression at `id` was typed.
    pub fn span(&self, id: NodeId) -> Span {
        self.spans[id.0 as usize]
    }
}
