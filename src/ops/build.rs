//! How the arguments of a call reach an entry.

use super::{Entry, Family, Function, Meaning};
use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::expr::{Id, Number};
use crate::shape::{Builder, Dim, Shape};
use smallvec::SmallVec;
use std::sync::Arc;

/// What went wrong.
pub type Fault = Box<ShapeError>;

/// What an expression of the language stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An array.
    Array(Id),
    /// A tuple or list.
    Sequence(Vec<Value>),
    /// A string.
    Text(Arc<str>),
    /// `True`, `False`.
    Boolean(bool),
    /// `None`.
    None,
    /// `...`
    Ellipsis,
    /// `a:b:c`
    Slice(Option<Id>, Option<Id>, Option<Id>),
}

/// The arguments of one call, in the order of the entry's parameters.
#[derive(Debug)]
pub struct Arguments<'a> {
    /// The entry that is called.
    pub function: Function,
    /// The function's name as typed.
    pub name: &'a str,
    /// The library it was taken from as typed, `torch`, `jax.nn`; empty where none was.
    pub library: &'a str,
    /// The parameters' names.
    pub parameters: SmallVec<[&'static str; 4]>,
    /// What was given for each; nothing where the default holds.
    pub values: SmallVec<[Option<Value>; 4]>,
    /// What was given for `*x`, or the arguments past the named ones.
    pub rest: Vec<Value>,
    /// Where each value was typed (the call itself for those that were not).
    pub spans: SmallVec<[Span; 4]>,
    /// Where the values of `rest` were typed.
    pub rest_spans: Vec<Span>,
    /// Where the call was typed.
    pub span: Span,
}

impl Arguments<'_> {
    /// The array given for a parameter.
    pub fn array(&self, builder: &mut Builder, place: usize) -> Result<Id, Fault> {
        match self.values.get(place).and_then(Option::as_ref) {
            Some(value) => self.as_array(builder, value, self.spans[place]),
            None => Err(self.missing(place)),
        }
    }

    /// A value as an array; a boolean is a mask.
    pub fn as_array(&self, builder: &mut Builder, value: &Value, span: Span) -> Result<Id, Fault> {
        match value {
            Value::Array(id) => Ok(*id),
            Value::Boolean(truth) => Ok(builder.integer(i64::from(*truth))),
            other => Err(self.wrong(span, format!("`{}` wants an array here, not {}", self.name, describe(other)))),
        }
    }

    /// `axis`: one axis or several, negative ones counted from the end. `None` where it was not given.
    pub fn axes(&self, builder: &Builder, place: usize, rank: usize) -> Result<Option<Vec<usize>>, Fault> {
        let span = self.spans[place];
        let list = match self.values[place].as_ref() {
            None | Some(Value::None) => return Ok(None),
            Some(Value::Sequence(list)) => list.clone(),
            Some(one) => vec![one.clone()],
        };
        let mut axes = Vec::new();
        for value in &list {
            let axis = self.integer(builder, value, span)?;
            let normal = if axis < 0 { axis + rank as i64 } else { axis };
            if normal < 0 || normal >= rank as i64 {
                return Err(Box::new(ShapeError::Axis { function: self.name.to_string(), axis, rank, span }));
            }
            if axes.contains(&(normal as usize)) {
                return Err(self.wrong(span, format!("axis {axis} is named twice")));
            }
            axes.push(normal as usize);
        }
        Ok(Some(axes))
    }

    /// A literal integer.
    pub fn integer(&self, builder: &Builder, value: &Value, span: Span) -> Result<i64, Fault> {
        let found = match value {
            Value::Array(id) => builder.arena().as_number(*id).and_then(|n| n.to_integer()),
            _ => None,
        };
        found.ok_or_else(|| self.wrong(span, format!("`{}` wants an integer here, not {}", self.name, describe(value))))
    }

    /// `keepdims` and its like.
    pub fn boolean(&self, place: usize, default: bool) -> Result<bool, Fault> {
        match &self.values[place] {
            None => Ok(default),
            Some(Value::Boolean(truth)) => Ok(*truth),
            Some(other) => {
                Err(self.wrong(self.spans[place], format!("`{}` is True or False, not {}", self.parameters[place], describe(other))))
            }
        }
    }

    /// A string.
    pub fn text(&self, place: usize) -> Result<&str, Fault> {
        match self.values.get(place).and_then(Option::as_ref) {
            Some(Value::Text(text)) => Ok(text),
            Some(other) => Err(self.wrong(self.spans[place], format!("`{}` is a string, not {}", self.parameters[place], describe(other)))),
            None => Err(self.missing(place)),
        }
    }

    /// A shape: one sequence, or one length after the other.
    pub fn shape(&self, builder: &mut Builder, values: &[Value]) -> Result<Shape, Fault> {
        let list = match values {
            [Value::Sequence(list)] => list.as_slice(),
            other => other,
        };
        list.iter().map(|value| self.dim(builder, value)).collect()
    }

    /// A length: a scalar made of dimensions and integers.
    pub fn dim(&self, builder: &mut Builder, value: &Value) -> Result<Dim, Fault> {
        let found = match value {
            Value::Array(id) => builder.dim_of(*id),
            _ => None,
        };
        found.ok_or_else(|| {
            let name = match value {
                Value::Array(id) => builder.arena().as_symbol(*id).map(|symbol| &*builder.arena().info(symbol).name),
                _ => None,
            };
            let what =
                name.map_or_else(|| describe(value).into(), |name| format!("the array `{name}`: no declared shape has a length `{name}`"));
            self.wrong(self.span, format!("`{}` wants a length here, not {what}", self.name))
        })
    }

    /// An expression of the language over the parameters; the call stands for it. A number that is a default has its value.
    pub fn expression(&self, builder: &mut Builder, text: &'static str) -> Result<Value, Fault> {
        let declared = self.function.entry().parameters.split(", ");
        let mut names: Vec<(&str, Value)> = Vec::new();
        for ((name, value), parameter) in self.parameters.iter().zip(&self.values).zip(declared) {
            let default = parameter.split_once('=').and_then(|(_, text)| Number::parse(text));
            match (value, default) {
                (Some(value), _) => names.push((name, value.clone())),
                (None, Some(number)) => names.push((name, Value::Array(builder.number(number)))),
                (None, None) => {}
            }
        }
        builder.expression(text, &names, self.span)
    }

    /// Whether an argument was given.
    pub fn given(&self, place: usize) -> bool {
        !matches!(self.values[place], None | Some(Value::None))
    }

    /// Whether it was taken from `torch.nn.functional`.
    pub fn is_functional(&self) -> bool {
        self.library == "F" || self.library.ends_with("nn.functional")
    }

    /// An argument that does not do.
    pub fn wrong(&self, span: Span, message: String) -> Fault {
        Box::new(ShapeError::Argument { message, usage: self.usage(), span })
    }

    fn missing(&self, place: usize) -> Fault {
        self.wrong(self.span, format!("`{}` lacks its argument `{}`", self.name, self.parameters[place]))
    }

    fn usage(&self) -> String {
        super::find(self.name).map_or_else(String::new, |f| format!("{}({})", f.entry().names[0], f.entry().parameters))
    }
}

/// A value in words.
pub fn describe(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "an array",
        Value::Sequence(_) => "a sequence",
        Value::Text(_) => "a string",
        Value::Boolean(_) => "True or False",
        Value::None => "None",
        Value::Ellipsis => "`...`",
        Value::Slice(..) => "a slice",
    }
}

/// An entry that is an expression over its parameters.
pub(super) fn defined(
    names: &'static [&'static str],
    parameters: &'static str,
    family: Family,
    sentence: &'static str,
    example: &'static str,
    text: &'static str,
) -> Entry {
    Entry { names, parameters, family, sentence, example, meaning: Meaning::Defined(text), python: None }
}

/// An entry that is made of smaller operations.
pub(super) fn built(
    names: &'static [&'static str],
    parameters: &'static str,
    family: Family,
    sentence: &'static str,
    example: &'static str,
    build: fn(&mut Builder, &Arguments) -> Result<Value, Fault>,
) -> Entry {
    Entry { names, parameters, family, sentence, example, meaning: Meaning::Built(build), python: None }
}
