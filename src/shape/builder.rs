//! Makes nodes where shapes must be checked first: the program as typed, a differential, a formula read back.

use crate::diagnostic::Span;
use crate::error::{Operand, ShapeError};
use crate::expr::{Arena, Args, Id, Number, Op};
use crate::limits::{MAX_AXES, MAX_FACTORS};
use crate::ops::{Fault, Value};
use crate::shape::{Atom, Dim, Dims, Equation, Shape};
use crate::syntax::{Dialect, Kind};
use smallvec::SmallVec;

/// Whatever makes nodes: an arena as they are, an algebra in simplest form.
pub trait Construct {
    /// Where the nodes are kept.
    fn arena(&self) -> &Arena;
    /// The same, to add to.
    fn arena_mut(&mut self) -> &mut Arena;
    /// The node for this operation.
    fn construct(&mut self, op: Op, args: Args) -> Id;
}

impl Construct for Arena {
    fn arena(&self) -> &Arena {
        self
    }
    fn arena_mut(&mut self) -> &mut Arena {
        self
    }
    fn construct(&mut self, op: Op, args: Args) -> Id {
        self.intern(op, args)
    }
}

/// Checks shapes, unifies lengths and keeps the reason of every binding.
pub struct Builder<'a> {
    maker: &'a mut dyn Construct,
    /// The text that spans point into.
    pub source: &'a str,
    /// The expression at work: the cause of what gets bound now.
    pub site: Span,
    /// Which unknown was bound, and by what.
    pub causes: Vec<(Atom, Span)>,
    /// Products of two 1-D arrays whose right one is typed with a transpose, as if it could be turned: the
    /// product, its left operand, its right one, and that without the transpose.
    pub flat_products: Vec<[Span; 4]>,
    /// How what is lowered was read.
    pub dialect: Dialect,
    /// Constants that take whatever length fits, and where each was typed.
    pub fillings: Vec<(Dim, Span)>,
    /// Where a library that was dropped from in front of a function decides what the function is: the call, what is said of it, a note.
    pub notices: Vec<(Span, String, String)>,
    /// Indices of an einsum that one of several operands has alone and the output has not: the subscripts, the index, the operand's.
    pub lonely_indices: Vec<(Span, char, Box<str>)>,
}

impl<'a> Builder<'a> {
    /// A builder that makes nodes with `maker` for the text `source`.
    pub fn new(maker: &'a mut dyn Construct, source: &'a str) -> Self {
        Builder {
            maker,
            source,
            site: Span::default(),
            causes: Vec::new(),
            flat_products: Vec::new(),
            dialect: Dialect::default(),
            fillings: Vec::new(),
            notices: Vec::new(),
            lonely_indices: Vec::new(),
        }
    }

    /// The nodes so far.
    pub fn arena(&self) -> &Arena {
        self.maker.arena()
    }

    /// The lengths so far.
    pub fn dims(&mut self) -> &mut Dims {
        &mut self.maker.arena_mut().dims
    }

    /// The arena, to add symbols to.
    pub fn arena_mut(&mut self) -> &mut Arena {
        self.maker.arena_mut()
    }

    /// A node whose operands are known to fit.
    pub fn node(&mut self, op: Op, args: &[Id]) -> Id {
        self.maker.construct(op, Args::from_slice(args))
    }

    /// A literal number.
    pub fn number(&mut self, value: Number) -> Id {
        self.node(Op::Number(value), &[])
    }

    /// A literal integer.
    pub fn integer(&mut self, value: i64) -> Id {
        self.number(Number::integer(value))
    }

    /// The length of a dimension as a scalar.
    pub fn length(&mut self, dim: Dim) -> Id {
        let dim = self.dims().resolve(dim);
        match self.dims().as_integer(dim) {
            Some(value) => self.integer(value),
            None => self.node(Op::Length(dim), &[]),
        }
    }

    /// The shape with everything inferred so far put in.
    pub fn resolved(&mut self, id: Id) -> Shape {
        let mut shape = Shape::from_slice(self.arena().shape(id));
        for dim in &mut shape {
            *dim = self.dims().resolve(*dim);
        }
        shape
    }

    /// A shape drawn for the reader.
    pub fn show(&mut self, id: Id) -> String {
        let shape = self.resolved(id);
        self.dims().show_shape(&shape)
    }

    /// A length drawn for the reader.
    pub fn show_dim(&mut self, dim: Dim) -> String {
        let dim = self.dims().resolve(dim);
        self.dims().show(dim)
    }

    /// A scalar as a length, where it is made of lengths and integers.
    pub fn dim_of(&mut self, id: Id) -> Option<Dim> {
        let mut found: rustc_hash::FxHashMap<Id, Dim> = Default::default();
        for node in self.arena().reachable(&[id]) {
            let args: SmallVec<[Id; 4]> = self.arena().args(node).iter().copied().collect();
            let dim = match self.arena().op(node).clone() {
                Op::Number(value) => self.dims().integer(value.to_integer()?),
                Op::Length(dim) => dim,
                Op::Multiply => {
                    let factors: Vec<Dim> = args.iter().map(|a| found.get(a).copied()).collect::<Option<_>>()?;
                    self.dims().product(factors)
                }
                Op::Add(coefficients) => {
                    let mut sum = self.dims().integer(0);
                    for (coefficient, arg) in coefficients.iter().zip(&args) {
                        let factor = self.dims().integer(coefficient.to_integer()?);
                        let term = self.dims().times(factor, *found.get(arg)?);
                        sum = self.dims().plus(sum, term);
                    }
                    sum
                }
                _ => return None,
            };
            found.insert(node, dim);
        }
        found.get(&id).copied()
    }

    /// A shape of this kind, of lengths to be inferred.
    pub fn unknown_shape(&mut self, kind: Kind) -> Shape {
        match kind {
            Kind::Scalar => Shape::new(),
            Kind::Vector => [self.dims().unknown()].into_iter().collect(),
            Kind::Column => [self.dims().unknown(), Dim::ONE].into_iter().collect(),
            Kind::Matrix => [self.dims().unknown(), self.dims().unknown()].into_iter().collect(),
        }
    }

    /// All axes of an array, as a mask.
    pub fn all_axes(&self, id: Id) -> u32 {
        ((1u64 << self.arena().shape(id).len()) - 1) as u32
    }

    /// The sum over the axes in `mask`.
    pub fn sum(&mut self, x: Id, mask: u32, keep: bool) -> Id {
        if mask == 0 {
            return x;
        }
        self.node(Op::Sum { axes: mask, keep }, &[x])
    }

    /// `x / length`.
    pub fn over_length(&mut self, x: Id, dim: Dim) -> Id {
        let length = self.length(dim);
        match self.arena().as_number(length).and_then(|n| n.power(Number::MINUS_ONE)) {
            Some(inverse) => self.scaled(inverse, x),
            None => {
                let inverse = self.node(Op::Power(Number::MINUS_ONE), &[length]);
                self.node(Op::Multiply, &[x, inverse])
            }
        }
    }

    /// `c * x` for a literal number.
    pub fn scaled(&mut self, coefficient: Number, x: Id) -> Id {
        match self.arena().as_number(x) {
            Some(value) => self.number(coefficient.times(value)),
            None if coefficient.is_one() => x,
            None => self.node(Op::Add([coefficient].into_iter().collect()), &[x]),
        }
    }

    /// `x ** exponent` for a literal exponent.
    pub fn power_of(&mut self, x: Id, exponent: Number) -> Result<Value, Fault> {
        if let Some(folded) = self.arena().as_number(x).and_then(|base| exact_power(base, exponent)) {
            return Ok(Value::Array(self.number(folded)));
        }
        Ok(Value::Array(self.node(Op::Power(exponent), &[x])))
    }

    /// A scalar instead of what is 1 by 1, in a dialect where that is one.
    pub fn scalar(&mut self, x: Id) -> Id {
        let shape = self.resolved(x);
        match shape.len() {
            0 => x,
            _ if !self.dialect.one_is_scalar() || shape.iter().any(|&dim| dim != Dim::ONE) => x,
            // the trace is what notation on paper has for it
            2 => self.node(Op::Trace, &[x]),
            rank => self.node(Op::Squeeze((1 << rank) - 1), &[x]),
        }
    }

    /// The last two axes exchanged; a 1-D array stays as it is.
    pub fn transpose(&mut self, x: Id) -> Id {
        let rank = self.arena().shape(x).len();
        if rank < 2 {
            return x;
        }
        let mut order: SmallVec<[u8; 8]> = (0..rank as u8).collect();
        order.swap(rank - 1, rank - 2);
        self.node(Op::Permute(order), &[x])
    }

    /// Makes two lengths equal, and remembers what bound an unknown.
    pub fn unify(&mut self, a: Dim, b: Dim) -> bool {
        let equation = self.dims().equate(a, b);
        if let Equation::Binds(atom) = equation {
            self.causes.push((atom, self.site));
        }
        equation != Equation::Contradiction
    }

    fn operand(&mut self, x: Id, span: Span) -> Operand {
        let shape = self.resolved(x);
        self.operand_of(&shape, span)
    }

    /// An array of this shape as the reader sees it.
    pub fn operand_of(&mut self, shape: &[Dim], span: Span) -> Operand {
        let text = span.slice(self.source).trim().to_string();
        let shape = self.dims().show_shape(shape);
        let declared = self.arena().symbols.iter().find(|s| *s.name == *text).map(|s| s.span);
        let origin = declared.filter(|d| d.end > d.start && (d.end <= span.start || d.start >= span.end));
        Operand { text: if text.chars().count() > 40 { "…".into() } else { text }, shape, span, origin }
    }

    /// Checks that two shapes broadcast, binding what is unknown; the shape they broadcast to.
    pub fn broadcast_shapes(&mut self, a: &[Dim], b: &[Dim], left: Span, right: Span) -> Result<Shape, Fault> {
        for (from_right, (&one, &two)) in a.iter().rev().zip(b.iter().rev()).enumerate() {
            if one != Dim::ONE && two != Dim::ONE && !self.unify(one, two) {
                let (one, two) = (self.show_dim(one), self.show_dim(two));
                let (left, right) = (self.operand_of(a, left), self.operand_of(b, right));
                return Err(Box::new(ShapeError::Broadcast { left, right, one, two, from_right: from_right + 1 }));
            }
        }
        Ok(self.arena().broadcast(a, b))
    }

    /// Checks that two arrays broadcast.
    pub fn broadcastable(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<(), Fault> {
        let (a, b) = (self.resolved(x), self.resolved(y));
        self.broadcast_shapes(&a, &b, left, right).map(drop)
    }

    /// Checks that two arrays have one shape.
    pub fn same_shape(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<(), Fault> {
        let (a, b) = (self.resolved(x), self.resolved(y));
        if a.len() != b.len() || !a.iter().zip(&b).all(|(&one, &two)| self.unify(one, two)) {
            let (left, right) = (self.operand(x, left), self.operand(y, right));
            return Err(Box::new(ShapeError::Unequal { left, right }));
        }
        Ok(())
    }

    /// The element-wise product.
    pub fn multiply(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<Id, Fault> {
        self.broadcastable(x, y, left, right)?;
        match (self.arena().as_number(x), self.arena().as_number(y)) {
            (Some(c), _) => Ok(self.scaled(c, y)),
            (_, Some(c)) => Ok(self.scaled(c, x)),
            _ => Ok(self.node(Op::Multiply, &[x, y])),
        }
    }

    /// `@`: NumPy's matmul.
    pub fn matmul(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<Id, Fault> {
        self.check_matmul(x, y, left, right)?;
        Ok(self.node(Op::MatMul, &[x, y]))
    }

    /// The shapes of `x @ y`: inner dimensions unified, batch axes broadcast.
    pub fn check_matmul(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<(), Fault> {
        let (a, b) = (self.resolved(x), self.resolved(y));
        if a.is_empty() || b.is_empty() {
            let (scalar, place) = if b.is_empty() { (y, right) } else { (x, left) };
            let operator = operator_between(self.source, left, right);
            let (one, two) = (self.show(x), self.show(y));
            let scalar = self.operand(scalar, place);
            return Err(Box::new(ShapeError::ScalarProduct { scalar, left: one, right: two, operator }));
        }
        let columns = a[a.len() - 1];
        let rows = b[b.len().saturating_sub(2)];
        if self.is_column(rows, columns) || !self.unify(columns, rows) {
            let (columns, rows) = (self.show_dim(columns), self.show_dim(rows));
            let (left, right) = (self.operand(x, left), self.operand(y, right));
            return Err(Box::new(ShapeError::Inner { left, right, columns, rows, sign: self.dialect.product() }));
        }
        let (before, after) = (&a[..a.len().saturating_sub(2)], &b[..b.len().saturating_sub(2)]);
        for (&one, &two) in before.iter().rev().zip(after.iter().rev()) {
            if one != Dim::ONE && two != Dim::ONE && !self.unify(one, two) {
                let (one, two) = (self.show_dim(one), self.show_dim(two));
                let (left, right) = (self.operand(x, left), self.operand(y, right));
                return Err(Box::new(ShapeError::Batch { left, right, one, two, sign: self.dialect.product() }));
            }
        }
        Ok(())
    }

    /// `•` and `dot`: the matrix product, or scaling where one side is a scalar.
    pub fn dot(&mut self, x: Id, y: Id, left: Span, right: Span) -> Result<Id, Fault> {
        let (a, b) = (self.arena().shape(x).len(), self.arena().shape(y).len());
        if a == 0 || b == 0 {
            return self.multiply(x, y, left, right);
        }
        if b <= 2 {
            return self.matmul(x, y, left, right);
        }
        Err(Box::new(ShapeError::Unsupported {
            what: "dot".into(),
            about: "of arrays with more than two axes on the right; write `@` or `einsum`, which say which axes are summed".into(),
            span: left.to(right),
        }))
    }

    /// Whether one of two lengths is that of a column's other axis: in a dialect that has columns the other is then not inferred to be 1.
    pub fn is_column(&self, rows: Dim, columns: Dim) -> bool {
        self.dialect.one_is_scalar() && (rows == Dim::ONE) != (columns == Dim::ONE)
    }

    /// Checks that the last two axes are equal, binding what is unknown.
    pub fn square(&mut self, x: Id, function: &str, span: Span) -> Result<(), Fault> {
        let shape = self.resolved(x);
        if let [.., rows, columns] = shape.as_slice() {
            if !self.is_column(*rows, *columns) && self.unify(*rows, *columns) {
                return Ok(());
            }
        }
        let operand = self.operand(x, span);
        Err(Box::new(ShapeError::Square { function: function.into(), operand }))
    }

    /// New axes of length 1.
    pub fn unsqueeze(&mut self, x: Id, mask: u32, span: Span) -> Result<Id, Fault> {
        let rank = self.arena().shape(x).len() + mask.count_ones() as usize;
        if rank > MAX_AXES {
            return Err(Box::new(ShapeError::TooManyAxes { rank, span }));
        }
        Ok(if mask == 0 { x } else { self.node(Op::Unsqueeze(mask), &[x]) })
    }

    /// Repeated to `shape` by NumPy's rule.
    pub fn broadcast_to(&mut self, x: Id, shape: Shape, span: Span) -> Result<Id, Fault> {
        if shape.len() > MAX_AXES {
            return Err(Box::new(ShapeError::TooManyAxes { rank: shape.len(), span }));
        }
        let from = self.resolved(x);
        let fits = from.len() <= shape.len() && from.iter().rev().zip(shape.iter().rev()).all(|(&a, &b)| a == Dim::ONE || self.unify(a, b));
        if !fits {
            let (from, to) = (self.show(x), self.dims().show_shape(&shape));
            return Err(Box::new(ShapeError::BroadcastTo { from, to, span }));
        }
        let shape: Shape = shape.into_iter().map(|dim| self.dims().resolve(dim)).collect();
        Ok(if from == shape { x } else { self.node(Op::Broadcast(shape), &[x]) })
    }

    /// Whether `chain @ next` may become one node: 1-D arrays stand only at the ends of a chain of matrices.
    pub fn chains(&self, chain: &[Id], next: &[Id]) -> bool {
        let rank = |id: &Id| self.arena().shape(*id).len();
        let count = chain.len() + next.len();
        let mut all = chain.iter().chain(next).enumerate();
        let matrices_between = |(place, id): (usize, &Id)| rank(id) == 2 || rank(id) == 1 && (place == 0 || place == count - 1);
        count <= MAX_FACTORS && (all.clone().all(|(_, id)| rank(id) >= 2) || all.all(matrices_between))
    }
}

/// A power of a literal that is exact, or a square root that is left as it is.
fn exact_power(base: Number, exponent: Number) -> Option<Number> {
    match base.power(exponent)? {
        exact @ Number::Exact(_) => Some(exact),
        Number::Float(_) => None,
    }
}

pub(super) fn operator_between(source: &str, left: Span, right: Span) -> Span {
    let between = Span { start: left.end, end: right.start };
    let text = between.slice(source);
    let start = between.start as usize + text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}
