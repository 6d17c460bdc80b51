//! Operators and constants that go by the shapes around them, as MATLAB's do: `*` contracts or scales, `^` is a matrix power or an
//! ordinary one, and `vector(1)` is as long as what it meets.

use super::{Lowering, Slot};
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::limits::MAX_FACTORS;
use crate::ops::{Fault, Value};
use crate::shape::builder::operator_between;
use crate::shape::{Dim, Shape};
use crate::syntax::{Argument, Binary, Kind, NodeId};
use smallvec::smallvec;

impl Lowering<'_, '_, '_, '_> {
    /// What an operator means for the shapes of its operands, in a dialect where that depends on them; what is 1 by 1 has become a
    /// scalar where one is needed.
    pub(super) fn meant(&mut self, op: Binary, x: NodeId, y: NodeId) -> Result<Binary, Fault> {
        if !self.b.dialect.one_is_scalar() {
            return Ok(op);
        }
        let (one, two) = (self.shape_of(x), self.shape_of(y));
        if let Binary::MatMul | Binary::Dot = op {
            // what became a scalar on the way may have been typed as a factor that is 1 by 1
            return Ok(if one.is_empty() || two.is_empty() { Binary::Multiply } else { op });
        }
        let stretched = is_one(&one) != is_one(&two);
        let meant = match op {
            Binary::Times if one.is_empty() || two.is_empty() => Binary::Multiply,
            // a row times a column is a matrix too: 1 by 1 scales where nothing could be contracted
            Binary::Times if stretched && one.last() != two.get(two.len().saturating_sub(2)) => Binary::Multiply,
            Binary::Times => return Ok(Binary::MatMul),
            Binary::Over if is_one(&two) => Binary::Divide,
            Binary::Over => return Err(self.whole("/", "divides by a scalar", x, y, y)),
            Binary::Raise if is_one(&one) && is_one(&two) => Binary::Power,
            Binary::Raise if is_one(&one) || !is_one(&two) => return Err(self.whole("^", "raises to a scalar power", x, y, y)),
            Binary::Raise if self.is_square(&one) => return Ok(Binary::Raise),
            Binary::Raise => return Err(self.whole("^", "raises a scalar or a square matrix", x, y, x)),
            other => other,
        };
        // a number leaves a 1 by 1 product in one piece, `(x'*y)/2`, and so does a sum of such: `x'*y + z'*w`
        let scaled = matches!(meant, Binary::Multiply | Binary::Divide) && (self.is_number(x) || self.is_number(y));
        let alike = !stretched && one.is_empty() == two.is_empty();
        if !scaled && (!alike || matches!(op, Binary::Over | Binary::Raise)) {
            self.scalar(x)?;
            self.scalar(y)?;
        }
        Ok(meant)
    }

    fn is_number(&self, x: NodeId) -> bool {
        match &self.slots[(x.0 - self.first) as usize] {
            Slot::Done(Value::Array(id)) => self.b.arena().as_number(*id).is_some(),
            Slot::Product(_, factors, _) => factors.is_empty(),
            _ => false,
        }
    }

    /// Makes a scalar of an operand that is 1 by 1.
    pub(super) fn scalar(&mut self, x: NodeId) -> Result<(), Fault> {
        if !self.b.dialect.one_is_scalar() {
            return Ok(());
        }
        let shape = self.shape_of(x);
        if !shape.is_empty() && is_one(&shape) {
            let id = self.array(x)?;
            self.slots[(x.0 - self.first) as usize] = Slot::Done(Value::Array(self.b.scalar(id)));
        }
        Ok(())
    }

    /// The fault of an operator between `x` and `y` that does not go entry by entry, which it would have to for the one at `wrong`.
    fn whole(&mut self, sign: &'static str, wants: &'static str, x: NodeId, y: NodeId, wrong: NodeId) -> Fault {
        let (left, right, span) = (self.program.span(x), self.program.span(y), self.program.span(wrong));
        let operator = operator_between(self.b.source, left, right);
        let shape = self.shape_of(wrong);
        Box::new(ShapeError::Whole { sign, wants, operand: self.b.operand_of(&shape, span), operator })
    }

    fn is_square(&mut self, shape: &[Dim]) -> bool {
        matches!(shape, [.., rows, columns] if !self.b.is_column(*rows, *columns) && self.b.unify(*rows, *columns))
    }

    /// The shape of an operand that is not taken yet.
    fn shape_of(&mut self, x: NodeId) -> Shape {
        let id = match &self.slots[(x.0 - self.first) as usize] {
            Slot::Sum(_, shape) | Slot::Product(_, _, shape) => return shape.clone(),
            Slot::Chain(chain) => {
                let chain = chain.clone();
                self.chain_node(&chain)
            }
            Slot::Done(Value::Array(id)) => *id,
            _ => return Shape::new(),
        };
        self.b.resolved(id)
    }

    /// `A^3` is `A @ A @ A`; every other exponent is the function's.
    pub(super) fn matrix_power(&mut self, x: NodeId, y: NodeId, span: Span) -> Result<Slot, Fault> {
        let (left, right) = (self.program.span(x), self.program.span(y));
        let (base, exponent) = (self.array(x)?, self.array(y)?);
        match self.b.arena().as_number(exponent).and_then(|n| n.to_integer()) {
            Some(1) => Ok(Slot::Done(Value::Array(base))),
            Some(count @ 2..) if count as usize <= MAX_FACTORS => Ok(Slot::Chain(smallvec![base; count as usize])),
            _ => {
                let given = smallvec![(None, Value::Array(base), left), (None, Value::Array(exponent), right)];
                self.operation("matpow", "matpow", given, span).map(Slot::Done)
            }
        }
    }

    /// `vector(1)`: the argument in every entry, in whatever shape fits.
    pub(super) fn filled(&mut self, kind: Kind, name: &str, arguments: &[Argument], span: Span) -> Result<Value, Fault> {
        let value = match arguments {
            [Argument { keyword: None, value }] => self.array(*value)?,
            _ => {
                let message = format!("`{name}` takes one number, which stands in every entry");
                return Err(Box::new(ShapeError::Argument { message, usage: format!("{name}(1)"), span }));
            }
        };
        let shape = self.b.unknown_shape(kind);
        self.b.fillings.extend(shape.iter().map(|&dim| (dim, span)));
        self.b.broadcast_to(value, shape, span).map(Value::Array)
    }
}

/// Whether all axes are literally 1: a scalar, where one is wanted.
fn is_one(shape: &[Dim]) -> bool {
    shape.iter().all(|&dim| dim == Dim::ONE)
}
