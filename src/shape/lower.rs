//! Turns one expression of the syntax tree into nodes, in one forward loop over its nodes.

use super::Builder;
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Coefficients, Constant, Id, Number, Op};
use crate::limits::MAX_FACTORS;
use crate::ops::{self, Arguments, Family, Fault, Meaning, Primitive, Value};
use crate::shape::{Dim, Shape};
use crate::syntax::{self, Argument, Binary, Dialect, Node, NodeId, Program, Unary};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

mod by_shape;

/// What names stand for.
#[derive(Clone, Default, Debug)]
pub struct Scope {
    /// Variables.
    pub names: FxHashMap<Arc<str>, Value>,
    /// Gradient symbols, by the variable after the `d` below the line.
    pub gradients: FxHashMap<Arc<str>, Id>,
    /// Derivatives of one variable by another, where the first is not the objective: arrays with the axes of both.
    pub jacobians: FxHashMap<(Arc<str>, Arc<str>), Id>,
}

/// Gets to see every finished operand before it is used, and may put another in its place (a long expression's parts get names so).
pub type Hook<'h> = &'h mut dyn FnMut(&mut Builder, Id) -> Id;

type Factors = SmallVec<[Id; 4]>;

/// What a call was given: the keyword, the value and the place of each argument.
type Given = SmallVec<[(Option<Arc<str>>, Value, Span); 2]>;

/// A value under construction: runs of `+`, `*` and `@` become one node each, so that a sum of n terms costs n.
enum Slot {
    Done(Value),
    Sum(Vec<(Number, Id)>, Shape),
    Product(Number, Vec<Id>, Shape),
    Chain(Factors),
    Taken,
}

/// Lowers the nodes `first..=root` of `program`.
///
/// # Errors
/// Shapes that do not fit, functions or arguments that do not exist.
pub fn lower(b: &mut Builder, program: &Program, first: NodeId, root: NodeId, scope: &Scope, hook: Hook) -> Result<Value, Fault> {
    b.dialect = program.dialect;
    let mut lowering = Lowering { b, program, first: first.0, slots: Vec::with_capacity((root.0 - first.0 + 1) as usize), scope, hook };
    for at in first.0..=root.0 {
        let id = NodeId(at);
        lowering.b.site = program.span(id);
        let slot = lowering.node(id)?;
        lowering.slots.push(slot);
    }
    let slot = std::mem::replace(lowering.slots.last_mut().expect("at least the root"), Slot::Taken);
    Ok(lowering.seal(slot))
}

impl Builder<'_> {
    /// An expression of the language that the table states, with these names in it; it stands for a call at `span`.
    ///
    /// # Errors
    /// What does not fit in it, said of the call.
    pub fn expression(&mut self, text: &'static str, names: &[(&str, Value)], span: Span) -> Result<Value, Fault> {
        let internal = |what: &str| -> Fault { Box::new(ShapeError::Internal { message: format!("`{text}` {what}"), span }) };
        let program = syntax::parse_expression(text).map_err(|_| internal("does not parse"))?;
        let Some(syntax::Line::Statement(statement)) = program.lines.first() else { return Err(internal("is no expression")) };
        let scope = Scope { names: names.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(), ..Scope::default() };
        let (source, site) = (std::mem::replace(&mut self.source, text), self.site);
        let dialect = std::mem::take(&mut self.dialect);
        let (causes, flat) = (self.causes.len(), self.flat_products.len());
        let (notices, lonely) = (self.notices.len(), self.lonely_indices.len());
        let found = lower(self, &program, statement.first, statement.value, &scope, &mut |_, id| id);
        // places in the table's text mean nothing to a reader of the program
        (self.source, self.site, self.dialect) = (source, site, dialect);
        self.causes[causes..].iter_mut().for_each(|cause| cause.1 = site);
        self.flat_products.truncate(flat);
        self.notices.truncate(notices);
        self.lonely_indices.truncate(lonely);
        found.map_err(|fault| Box::new(ShapeError::Argument { message: fault.to_string(), usage: String::new(), span }))
    }
}

/// A call that stands for an expression over its parameters.
fn defined(b: &mut Builder, text: &'static str, arguments: &Arguments) -> Result<Value, Fault> {
    let declared = arguments.function.entry().parameters.split(", ");
    let mut names = Vec::new();
    for (place, (name, parameter)) in arguments.parameters.iter().zip(declared).enumerate() {
        let default = parameter.split_once('=').map(|(_, text)| text);
        names.push((
            *name,
            match (&arguments.values[place], default) {
                (Some(value), _) => value.clone(),
                (None, Some("None")) => Value::None,
                (None, Some(text @ ("True" | "False"))) => Value::Boolean(text == "True"),
                (None, Some(text)) => match text.strip_prefix('-').unwrap_or(text).parse::<i64>() {
                    Ok(size) => Value::Array(b.integer(if text.starts_with('-') { -size } else { size })),
                    Err(_) => match Number::parse(text) {
                        Some(number) => Value::Array(b.number(number)),
                        None => Value::Text(text.trim_matches('\'').into()),
                    },
                },
                (None, None) => Value::Array(arguments.array(b, place)?),
            },
        ));
    }
    b.expression(text, &names, arguments.span)
}

struct Lowering<'a, 'b, 'c, 'h> {
    b: &'a mut Builder<'b>,
    program: &'c Program,
    first: u32,
    slots: Vec<Slot>,
    scope: &'c Scope,
    hook: Hook<'h>,
}

impl Lowering<'_, '_, '_, '_> {
    fn node(&mut self, id: NodeId) -> Result<Slot, Fault> {
        let span = self.program.span(id);
        let program = self.program;
        Ok(Slot::Done(match program.node(id) {
            Node::Number(value) => Value::Array(self.b.number(*value)),
            Node::Name(name) => self.name(name, span)?,
            Node::Gradient { of, wrt } => return self.gradient(of.as_deref(), wrt, span),
            Node::Text(text) => Value::Text(text.clone()),
            Node::Boolean(truth) => Value::Boolean(*truth),
            Node::None => Value::None,
            Node::Ellipsis => Value::Ellipsis,
            // a declared shape is read where it is declared, and the left side of a claim is no operand
            Node::Hole(_) | Node::Higher { .. } => Value::None,
            Node::Sequence(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.take(*item));
                }
                Value::Sequence(values)
            }
            Node::Slice { start, stop, step } => {
                let mut part = |part: &Option<NodeId>| part.map(|p| self.array(p)).transpose();
                Value::Slice(part(start)?, part(stop)?, part(step)?)
            }
            Node::Unary(op, x) => return self.unary(*op, *x, span),
            Node::Binary(op, x, y) => return self.binary(*op, *x, *y, span),
            Node::Call { function, arguments, prefix, method } => {
                let library = prefix.as_deref().unwrap_or("");
                // a tensor's own `split`, and torch's, take the size of a part; NumPy's takes how many there are
                let torch = *method || library.starts_with("torch");
                let name = if torch && &*function.text == "split" { "split_sizes" } else { &function.text };
                self.call(name, function.span, library, arguments, span)?
            }
            Node::Index(x, items) => self.index(*x, items, span)?,
            Node::Attribute(x, name) => self.attribute(*x, &name.text, name.span)?,
        }))
    }

    fn slot(&mut self, id: NodeId) -> Slot {
        std::mem::replace(&mut self.slots[(id.0 - self.first) as usize], Slot::Taken)
    }

    /// The finished value of an operand.
    fn take(&mut self, id: NodeId) -> Value {
        let slot = self.slot(id);
        match self.seal(slot) {
            Value::Array(id) => Value::Array((self.hook)(self.b, id)),
            other => other,
        }
    }

    fn array(&mut self, id: NodeId) -> Result<Id, Fault> {
        let span = self.program.span(id);
        match self.take(id) {
            Value::Array(id) => Ok(id),
            Value::Boolean(truth) => Ok(self.b.integer(i64::from(truth))),
            other => Err(Box::new(ShapeError::NotAnArray {
                what: format!("`{}` ({})", short(span.slice(self.b.source)), ops::describe(&other)),
                span,
            })),
        }
    }

    fn seal(&mut self, slot: Slot) -> Value {
        Value::Array(match slot {
            Slot::Done(value) => return value,
            Slot::Taken => return Value::None,
            Slot::Sum(terms, _) => {
                if terms.iter().all(|(_, id)| self.b.arena().as_number(*id).is_some()) {
                    let value = terms
                        .iter()
                        .fold(Number::ZERO, |sum, (c, id)| sum.plus(c.times(self.b.arena().as_number(*id).unwrap_or(Number::ZERO))));
                    self.b.number(value)
                } else {
                    let (coefficients, args): (Coefficients, Vec<Id>) = terms.into_iter().unzip();
                    self.b.node(Op::Add(coefficients), &args)
                }
            }
            Slot::Product(coefficient, factors, _) => {
                let product = match factors.as_slice() {
                    [] => self.b.number(Number::ONE),
                    [one] => *one,
                    many => self.b.node(Op::Multiply, many),
                };
                self.b.scaled(coefficient, product)
            }
            Slot::Chain(factors) => self.b.node(Op::MatMul, &factors),
        })
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Value, Fault> {
        if let Some(value) = self.scope.names.get(name) {
            return Ok(value.clone());
        }
        if let Some(dim) = self.b.dims().find(name) {
            return Ok(Value::Array(self.b.length(dim)));
        }
        let constant = match name {
            "pi" | "π" => Constant::Pi,
            "e" => Constant::E,
            "inf" => Constant::Infinity,
            _ => return Err(Box::new(ShapeError::NotAnArray { what: format!("`{name}` (a name that stands for nothing here)"), span })),
        };
        Ok(Value::Array(self.b.node(Op::Constant(constant), &[])))
    }

    fn gradient(&mut self, of: Option<&str>, wrt: &str, span: Span) -> Result<Slot, Fault> {
        let jacobian = of.and_then(|of| self.scope.jacobians.get(&(of.into(), wrt.into())));
        if let Some(&id) = jacobian.or(self.scope.gradients.get(wrt)) {
            return Ok(Slot::Done(Value::Array(id)));
        }
        let of = of.unwrap_or("L");
        if self.scope.names.contains_key(wrt) {
            return Err(Box::new(ShapeError::GradientInProgram { gradient: format!("d{of}/d{wrt}"), span }));
        }
        let above = self.name(&format!("d{of}"), span)?;
        let below = self.name(&format!("d{wrt}"), span)?;
        match (above, below) {
            (Value::Array(x), Value::Array(y)) => {
                let (a, b) = (self.b.resolved(x), self.b.resolved(y));
                let shape = self.b.broadcast_shapes(&a, &b, span, span)?;
                let inverse = self.b.node(Op::Power(Number::MINUS_ONE), &[y]);
                Ok(Slot::Product(Number::ONE, vec![x, inverse], shape))
            }
            _ => Err(Box::new(ShapeError::NotAnArray { what: format!("`d{of}/d{wrt}`"), span })),
        }
    }

    fn unary(&mut self, op: Unary, x: NodeId, span: Span) -> Result<Slot, Fault> {
        let place = self.program.span(x);
        if op == Unary::Inverse {
            self.scalar(x)?;
        }
        let array = self.array(x)?;
        Ok(Slot::Done(Value::Array(match op {
            Unary::Positive => array,
            Unary::Negative => self.b.scaled(Number::MINUS_ONE, array),
            Unary::Not => self.apply("logical_not", &[array], span)?,
            Unary::Transpose => self.b.transpose(array),
            Unary::TransposeAll => {
                let rank = self.b.arena().shape(array).len();
                if rank < 2 { array } else { self.b.node(Op::Permute((0..rank as u8).rev().collect()), &[array]) }
            }
            Unary::Inverse => {
                if self.b.arena().shape(array).len() < 2 {
                    return self.b.power_of(array, Number::MINUS_ONE).map(Slot::Done);
                }
                self.b.square(array, "inv", place)?;
                return self.operation("inv", "", smallvec![(None, Value::Array(array), place)], span).map(Slot::Done);
            }
        })))
    }

    fn binary(&mut self, op: Binary, x: NodeId, y: NodeId, span: Span) -> Result<Slot, Fault> {
        let (left, right) = (self.program.span(x), self.program.span(y));
        match self.meant(op, x, y)? {
            Binary::Add | Binary::Subtract => {
                let sign = if op == Binary::Add { Number::ONE } else { Number::MINUS_ONE };
                let (mut terms, before) = match self.slot(x) {
                    Slot::Sum(terms, shape) => (terms, shape),
                    other => {
                        self.slots[(x.0 - self.first) as usize] = other;
                        let id = self.array(x)?;
                        (vec![self.term(Number::ONE, id)], self.b.resolved(id))
                    }
                };
                let id = self.array(y)?;
                let shape = self.b.resolved(id);
                let shape = self.b.broadcast_shapes(&before, &shape, left, right)?;
                terms.push(self.term(sign, id));
                Ok(Slot::Sum(terms, shape))
            }
            op @ (Binary::Multiply | Binary::Hadamard | Binary::Divide | Binary::HadamardDivide) => {
                let divide = matches!(op, Binary::Divide | Binary::HadamardDivide);
                let (mut coefficient, mut factors, before) = match self.slot(x) {
                    Slot::Product(coefficient, factors, shape) if factors.len() < MAX_FACTORS => (coefficient, factors, shape),
                    other => {
                        self.slots[(x.0 - self.first) as usize] = other;
                        let id = self.array(x)?;
                        let shape = self.b.resolved(id);
                        match self.b.arena().as_number(id) {
                            Some(value) => (value, vec![], shape),
                            None => {
                                // `-x * y` is the product with a minus sign
                                let (sign, factor) = self.term(Number::ONE, id);
                                (sign, vec![factor], shape)
                            }
                        }
                    }
                };
                let id = self.array(y)?;
                let shape = self.b.resolved(id);
                let shape = self.b.broadcast_shapes(&before, &shape, left, right)?;
                let exponent = if divide { Number::MINUS_ONE } else { Number::ONE };
                match self.b.arena().as_number(id).and_then(|value| value.power(exponent)) {
                    Some(value) => coefficient = coefficient.times(value),
                    None if divide => {
                        let inverse = self.b.node(Op::Power(Number::MINUS_ONE), &[id]);
                        factors.push(inverse);
                    }
                    None => factors.push(id),
                }
                Ok(Slot::Product(coefficient, factors, shape))
            }
            op @ (Binary::MatMul | Binary::Dot) => {
                let mut chain = match self.slot(x) {
                    Slot::Chain(chain) => chain,
                    other => {
                        self.slots[(x.0 - self.first) as usize] = other;
                        smallvec![self.array(x)?]
                    }
                };
                let before = self.chain_node(&chain);
                let next = self.array(y)?;
                let scaling = |b: &Builder, id: Id| b.arena().shape(id).is_empty();
                if op == Binary::Dot && (scaling(self.b, before) || scaling(self.b, next)) {
                    return Ok(Slot::Done(Value::Array(self.b.multiply(before, next, left, right)?)));
                }
                if op == Binary::Dot {
                    // checks that `•` means the matrix product here
                    self.b.dot(before, next, left, right)?;
                }
                self.b.check_matmul(before, next, left, right)?;
                if let Node::Unary(Unary::TransposeAll | Unary::Transpose, bare) = self.program.node(y) {
                    if [before, next].iter().all(|&id| self.b.arena().shape(id).len() == 1) {
                        self.b.flat_products.push([span, left, right, self.program.span(*bare)]);
                    }
                }
                if self.b.chains(&chain, &[next]) {
                    chain.push(next);
                    return Ok(Slot::Chain(chain));
                }
                let before = (self.hook)(self.b, before);
                Ok(Slot::Chain(smallvec![before, next]))
            }
            Binary::Raise => self.matrix_power(x, y, span),
            Binary::Power | Binary::Caret => {
                let (base, exponent) = (self.array(x)?, self.array(y)?);
                if let Some(value) = self.b.arena().as_number(exponent) {
                    return self.b.power_of(base, value).map(Slot::Done);
                }
                self.b.broadcastable(base, exponent, left, right)?;
                Ok(Slot::Done(Value::Array(self.apply("pow", &[base, exponent], span)?)))
            }
            _ => {
                let name = match op {
                    Binary::Greater => "greater",
                    Binary::GreaterEqual => "greater_equal",
                    Binary::Less => "less",
                    Binary::LessEqual => "less_equal",
                    Binary::Equal => "equal",
                    Binary::NotEqual => "not_equal",
                    Binary::And => "logical_and",
                    _ => "logical_or",
                };
                let (one, two) = (self.array(x)?, self.array(y)?);
                self.b.broadcastable(one, two, left, right)?;
                Ok(Slot::Done(Value::Array(self.apply(name, &[one, two], span)?)))
            }
        }
    }

    /// `2 * X` inside a sum is one term with the coefficient 2.
    fn term(&mut self, sign: Number, id: Id) -> (Number, Id) {
        match self.b.arena().op(id) {
            Op::Add(coefficients) if coefficients.len() == 1 => (sign.times(coefficients[0]), self.b.arena().args(id)[0]),
            _ => (sign, id),
        }
    }

    fn chain_node(&mut self, chain: &[Id]) -> Id {
        if let [one] = chain { *one } else { self.b.node(Op::MatMul, chain) }
    }

    /// A primitive on operands that are known to broadcast.
    fn apply(&mut self, name: &str, args: &[Id], span: Span) -> Result<Id, Fault> {
        match ops::find(name) {
            Some(function) => Ok(self.b.node(Op::Apply(function), args)),
            None => Err(Box::new(ShapeError::Internal { message: format!("`{name}` is not in the table of operations"), span })),
        }
    }

    fn call(&mut self, name: &str, name_span: Span, library: &str, arguments: &[Argument], span: Span) -> Result<Value, Fault> {
        if let Some(kind) = self.b.dialect.fills(name) {
            return self.filled(kind, name, arguments, span);
        }
        let function = ops::find(name);
        let entrywise = function.is_some_and(|f| matches!(f.entry().family, Family::Elementwise | Family::Mask));
        let mut given = Given::with_capacity(arguments.len());
        for argument in arguments {
            if entrywise {
                self.scalar(argument.value)?;
            }
            let keyword = argument.keyword.as_ref().map(|k| k.text.clone());
            given.push((keyword, self.take(argument.value), self.program.span(argument.value)));
        }
        if function.is_none() {
            let dialect = Dialect::ALL.into_iter().find(|dialect| dialect.fills(name).is_some()).map(Dialect::name);
            let near = ops::nearest(name);
            return Err(Box::new(ShapeError::UnknownFunction { name: name.into(), dialect, near, span: name_span }));
        }
        self.operation(name, library, given, if given_is_call(span, name_span) { name_span.to(span) } else { name_span })
    }

    fn operation(&mut self, name: &str, library: &str, given: Given, span: Span) -> Result<Value, Fault> {
        let Some(function) = ops::find(name) else {
            return Err(Box::new(ShapeError::Internal { message: format!("`{name}` is not in the table of operations"), span }));
        };
        let entry = function.entry();
        if let Meaning::Planned = entry.meaning {
            return Err(Box::new(ShapeError::Unsupported { what: name.into(), about: entry.sentence.into(), span }));
        }
        let arguments = bind(function, name, library, given, span)?;
        match &entry.meaning {
            Meaning::Built(build) => build(self.b, &arguments),
            Meaning::Whole(whole) => (whole.build)(self.b, &arguments),
            Meaning::Defined(text) => defined(self.b, text, &arguments),
            meaning => {
                if let Meaning::Primitive(Primitive { build: Some(build), .. }) = meaning {
                    if let Some(value) = build(self.b, &arguments)? {
                        return Ok(value);
                    }
                }
                let mut ids: SmallVec<[Id; 4]> = SmallVec::new();
                for (place, declared) in entry.declared().enumerate() {
                    // a default that is a number stands in the declaration itself
                    let default = declared.split_once('=').and_then(|(_, text)| Number::parse(text));
                    ids.push(match (&arguments.values[place], default) {
                        (None, Some(value)) => self.b.number(value),
                        _ => arguments.array(self.b, place)?,
                    });
                }
                let mut shape = Shape::new();
                for (place, &id) in ids.iter().enumerate() {
                    let next = self.b.resolved(id);
                    shape = self.b.broadcast_shapes(&shape, &next, arguments.spans[0], arguments.spans[place])?;
                }
                Ok(Value::Array(self.b.node(Op::Apply(function), &ids)))
            }
        }
    }

    fn index(&mut self, x: NodeId, items: &[NodeId], span: Span) -> Result<Value, Fault> {
        let base = self.take(x);
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(self.take(*item));
        }
        let unsupported = |about: &str| -> Fault {
            Box::new(ShapeError::Unsupported { what: short(span.slice(self.b.source)), about: about.into(), span })
        };
        let array = match base {
            Value::Array(id) => id,
            Value::Sequence(list) => {
                let number = match parts.as_slice() {
                    [Value::Array(id)] => self.b.arena().as_number(*id).and_then(|n| n.to_integer()),
                    _ => None,
                };
                let place = number.map(|n| if n < 0 { n + list.len() as i64 } else { n });
                return place.and_then(|p| list.get(usize::try_from(p).ok()?).cloned()).ok_or_else(|| unsupported("this index of a tuple"));
            }
            _ => return Err(unsupported("only arrays and tuples have entries")),
        };
        self.b.index(array, &parts, span).map(Value::Array)
    }

    fn attribute(&mut self, x: NodeId, name: &str, span: Span) -> Result<Value, Fault> {
        let array = self.array(x)?;
        let shape = self.b.resolved(array);
        Ok(match name {
            "shape" => {
                let lengths = shape.into_iter().map(|dim| Value::Array(self.b.length(dim))).collect();
                Value::Sequence(lengths)
            }
            "size" => {
                let product: Dim = self.b.dims().product(shape);
                Value::Array(self.b.length(product))
            }
            // of PyTorch's pair of values and indices
            "values" => Value::Array(array),
            "ndim" => Value::Array(self.b.integer(shape.len() as i64)),
            _ => {
                let about = "arrays have `.T`, `.mT`, `.shape`, `.size`, `.ndim` and methods with brackets";
                return Err(Box::new(ShapeError::Unsupported { what: format!(".{name}"), about: about.into(), span }));
            }
        })
    }
}

/// A method's name stands inside its call, a function's at its start: the call is then what is underlined.
fn given_is_call(call: Span, name: Span) -> bool {
    call.start == name.start
}

/// Fits what was given to what the entry declares.
fn bind<'a>(function: ops::Function, shown: &'a str, library: &'a str, given: Given, span: Span) -> Result<Arguments<'a>, Fault> {
    let entry = function.entry();
    let declared = entry.declared().filter(|p| !p.is_empty() && !p.starts_with('*'));
    let takes_rest = entry.parameters.contains('*');
    let parameters: SmallVec<[&'static str; 4]> = declared.map(|p| p.split('=').next().unwrap_or(p)).collect();
    let mut arguments = Arguments {
        function,
        name: shown,
        library,
        values: smallvec![None; parameters.len()],
        rest: vec![],
        spans: smallvec![span; parameters.len()],
        rest_spans: vec![],
        span,
        parameters,
    };
    // PyTorch's shape of what is normalised stands second, before the parameters that others put there
    let shape = arguments.parameters.iter().position(|p| *p == "normalized_shape");
    let shape = shape.filter(|_| matches!(given.get(1), Some((None, Value::Sequence(_), _))));
    for (position, (keyword, value, place)) in given.into_iter().enumerate() {
        let position = position - usize::from(shape.is_some() && position > 1);
        let found = match keyword.as_deref() {
            None if shape.is_some() && matches!(value, Value::Sequence(_)) => shape,
            None if position < arguments.parameters.len() => Some(position),
            None if takes_rest => None,
            None => {
                let message = format!("`{shown}` takes {} arguments, not more", arguments.parameters.len());
                return Err(arguments.wrong(place, message));
            }
            Some(word) => {
                let canonical = match word {
                    "dim" | "axes" | "dims" => "axis",
                    "keepdim" => "keepdims",
                    "a_min" => "min",
                    "a_max" => "max",
                    "diagonal" => "k",
                    "shifts" => "shift",
                    "weight" => "gamma",
                    "bias" => "beta",
                    other => other,
                };
                let at = |wanted: &str| arguments.parameters.iter().position(|p| *p == wanted);
                match at(word).or_else(|| at(canonical)) {
                    Some(place) => Some(place),
                    None if takes_rest && matches!(canonical, "axis" | "shape" | "axes") => None,
                    None => {
                        let near = ops::nearest_of(word, arguments.parameters.iter().copied());
                        let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                        return Err(arguments.wrong(place, format!("`{shown}` has no argument `{word}`{hint}")));
                    }
                }
            }
        };
        match found {
            Some(at) if arguments.values[at].is_some() => {
                let message = format!("`{}` is given twice", arguments.parameters[at]);
                return Err(arguments.wrong(place, message));
            }
            Some(at) => {
                arguments.values[at] = Some(value);
                arguments.spans[at] = place;
            }
            None => {
                arguments.rest.push(value);
                arguments.rest_spans.push(place);
            }
        }
    }
    Ok(arguments)
}

fn short(text: &str) -> String {
    let line: String = text.chars().take(40).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}
