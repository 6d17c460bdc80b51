//! Functions of whole arrays: an entry of the result depends on many entries of the operands.

use super::{Arguments, Arraywise, Entry, Family, Fault, Function, Meaning, Python, Units, Value};
use crate::expr::{Id, Number, Op};
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::ArrayD;
use smallvec::SmallVec;
use std::sync::Arc;

/// What a call says besides its operands: the axis, the order of a norm, a shape.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// `None`; for an axis that means all of them.
    None,
    /// `True`, `False`.
    Flag(bool),
    /// A number that no dimension is part of.
    Number(Number),
    /// A number made of lengths: a bound, a shift.
    Length(Dim),
    /// Axes, counted from the front.
    Axes(SmallVec<[u8; 8]>),
    /// A shape, or a bound for each axis.
    Lengths(Shape),
    /// What is taken of each axis.
    Cuts(SmallVec<[Cut; 4]>),
    /// Two lengths for each axis: how much is put before and behind.
    Pairs(SmallVec<[(Dim, Dim); 4]>),
    /// A string.
    Text(Box<str>),
}

/// What is taken of one axis: `start:stop:step`, both ends counted from the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The first entry.
    pub start: Dim,
    /// One behind the last entry.
    pub stop: Dim,
    /// From one entry to the next; positive.
    pub step: i64,
    /// How many entries.
    pub count: Dim,
}

/// The attributes of one call, in the order in which the entry declares them after its operands.
pub type Attributes = Arc<[Attribute]>;

impl Attribute {
    /// The same with every length put through `change`.
    pub fn with_lengths(&self, mut change: impl FnMut(Dim) -> Dim) -> Attribute {
        match self {
            Attribute::Length(dim) => Attribute::Length(change(*dim)),
            Attribute::Lengths(lengths) => Attribute::Lengths(lengths.iter().map(|&dim| change(dim)).collect()),
            Attribute::Cuts(cuts) => {
                let cut = |c: &Cut| Cut { start: change(c.start), stop: change(c.stop), step: c.step, count: change(c.count) };
                Attribute::Cuts(cuts.iter().map(cut).collect())
            }
            Attribute::Pairs(pairs) => Attribute::Pairs(pairs.iter().map(|&(before, behind)| (change(before), change(behind))).collect()),
            other => other.clone(),
        }
    }

    /// Whether a default that is written so says the same; `rank` is that of the first operand, for axes counted from the end.
    pub fn is_written(&self, default: &str, rank: usize) -> bool {
        match self {
            Attribute::None => default == "None",
            Attribute::Flag(truth) => default == if *truth { "True" } else { "False" },
            Attribute::Number(number) => Number::parse(default) == Some(*number),
            Attribute::Axes(axes) if axes.len() == 1 => {
                let axis = default.parse::<i64>().map(|axis| if axis < 0 { axis + rank as i64 } else { axis });
                axis == Ok(axes[0].into())
            }
            Attribute::Text(text) => default.strip_prefix('\'').and_then(|d| d.strip_suffix('\'')) == Some(text),
            _ => false,
        }
    }

    /// As an argument of a call.
    pub fn value(&self, b: &mut Builder) -> Value {
        match self {
            Attribute::None => Value::None,
            Attribute::Flag(truth) => Value::Boolean(*truth),
            Attribute::Number(number) => Value::Array(b.number(*number)),
            Attribute::Length(dim) => Value::Array(b.length(*dim)),
            Attribute::Axes(axes) if axes.len() == 1 => Value::Array(b.integer(axes[0].into())),
            Attribute::Axes(axes) => Value::Sequence(axes.iter().map(|&axis| Value::Array(b.integer(axis.into()))).collect()),
            Attribute::Lengths(lengths) => Value::Sequence(lengths.iter().map(|&dim| Value::Array(b.length(dim))).collect()),
            Attribute::Cuts(cuts) => {
                let mut end = |dim| Some(b.length(dim));
                let slice = |c: &Cut| (end(c.start), end(c.stop), c.step);
                let parts: Vec<_> = cuts.iter().map(slice).collect();
                Value::Sequence(parts.into_iter().map(|(start, stop, step)| Value::Slice(start, stop, Some(b.integer(step)))).collect())
            }
            Attribute::Pairs(pairs) => {
                let pair = |&(before, behind): &(Dim, Dim)| [before, behind].map(|dim| Value::Array(b.length(dim))).to_vec();
                Value::Sequence(pairs.iter().map(pair).map(Value::Sequence).collect())
            }
            Attribute::Text(text) => Value::Text((&**text).into()),
        }
    }
}

/// An attribute in numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// `None`
    None,
    /// `True`, `False`
    Flag(bool),
    /// Any number.
    Number(Number),
    /// Axes, counted from the front.
    Axes(Vec<usize>),
    /// Lengths or bounds; of a cut its start, stop and step, one axis after the other.
    Lengths(Vec<i64>),
    /// A string.
    Text(Box<str>),
}

/// One call in numbers.
#[derive(Debug)]
pub struct Call<'a, T> {
    /// The operands.
    pub args: &'a [&'a ArrayD<T>],
    /// The attributes.
    pub settings: &'a [Setting],
    /// The shape of the result.
    pub shape: &'a [usize],
}

impl<T> Call<'_, T> {
    /// The axes that the attribute names; all of the first operand's where it names none.
    pub fn axes(&self, place: usize) -> Vec<usize> {
        match &self.settings[place] {
            Setting::Axes(axes) => axes.clone(),
            _ => (0..self.args[0].ndim()).collect(),
        }
    }

    /// Lengths or bounds.
    pub fn lengths(&self, place: usize) -> &[i64] {
        match &self.settings[place] {
            Setting::Lengths(lengths) => lengths,
            _ => &[],
        }
    }

    /// A number; 0 where there is none.
    pub fn number(&self, place: usize) -> Number {
        match self.settings[place] {
            Setting::Number(value) => value,
            _ => Number::ZERO,
        }
    }

    /// A number, cut to an integer.
    pub fn integer(&self, place: usize) -> i64 {
        match self.settings[place] {
            Setting::Number(value) => value.to_integer().unwrap_or(value.to_f64() as i64),
            _ => 0,
        }
    }
}

/// How a change of one operand reaches the result, in the language. The operands stand there under their parameters' names, the
/// attributes too.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Not at all, or only in jumps.
    None,
    /// The differential, linear in `d` + the operand's name.
    Differential(&'static str),
    /// The result is linear in the operand: what arrives at the operand when `g` arrives at the result, the transpose of the linear map.
    Transpose(&'static str),
    /// The same where it takes more than a line: a list of operands, each with its part of `g`.
    Parts(fn(&mut Builder, &Part) -> Result<Id, Fault>),
    /// The same for one operand; with others that have this rule the result is linear in all of them together.
    Linear(fn(&mut Builder, &Part) -> Result<Id, Fault>),
    /// Not at all: its entries are places, whole numbers from 0 up to but not including this.
    Index(fn(&[&[Dim]], &[Attribute]) -> Dim),
}

/// One operand of a list, and what arrives at the result.
#[derive(Debug)]
pub struct Part<'a> {
    /// All operands.
    pub operands: &'a [Id],
    /// The attributes.
    pub attributes: &'a [Attribute],
    /// Which operand.
    pub place: usize,
    /// What arrives at the result.
    pub upstream: Id,
}

/// A function of whole arrays.
#[derive(Debug)]
pub struct Whole {
    /// Checks the operands' shapes and makes the node.
    pub build: fn(&mut Builder, &Arguments) -> Result<Value, Fault>,
    /// The shape of the result from those of the operands, which fit.
    pub shape: fn(&mut Dims, &[&[Dim]], &[Attribute]) -> Shape,
    /// The value; `None` where there is none (a singular matrix).
    pub value: Arraywise,
    /// One for each operand; a single [`Rule::Parts`] serves a list of operands.
    pub rules: &'static [Rule],
    /// How it is spelled in Python.
    pub python: Python,
    /// What it does to units.
    pub units: Units,
    /// What is taken where the derivative does not exist; empty where it always does.
    pub kink: &'static str,
}

impl Whole {
    /// The rule for an operand.
    pub fn rule(&self, place: usize) -> Rule {
        self.rules.get(place).or(self.rules.last()).copied().unwrap_or(Rule::None)
    }

    /// Whether the operand at this place says where to look, not what is there.
    pub fn is_index(&self, place: usize) -> bool {
        matches!(self.rule(place), Rule::Index(_))
    }

    /// Whether the operands are a list: the first parameter takes all of them.
    pub fn takes_list(&self) -> bool {
        matches!(self.rules, [Rule::Parts(_)])
    }
}

/// The shape of the first operand.
pub(super) fn same(_: &mut Dims, shapes: &[&[Dim]], _: &[Attribute]) -> Shape {
    Shape::from(shapes[0])
}

/// The shape that is left when the axes in the first attribute are reduced, and kept with length 1 where the second says so.
pub(super) fn reduced(_: &mut Dims, shapes: &[&[Dim]], attributes: &[Attribute]) -> Shape {
    let gone = |axis: usize| match &attributes[0] {
        Attribute::Axes(axes) => axes.contains(&(axis as u8)),
        _ => true,
    };
    let keep = attributes.get(1) == Some(&Attribute::Flag(true));
    let lengths = shapes[0].iter().enumerate();
    lengths.filter(|(axis, _)| keep || !gone(*axis)).map(|(axis, &dim)| if gone(axis) { Dim::ONE } else { dim }).collect()
}

/// Makes the node of a reduction: operand, `axis`, `keepdims`.
pub(super) fn reduce(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    let axis = a.axis_attribute(b, 1, x)?;
    let keep = Attribute::Flag(a.boolean(2, false)?);
    Ok(Value::Array(b.call(a.function, &[x], vec![axis, keep])))
}

/// Makes the node of a function of the last two axes, which are equal.
pub(super) fn square(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = a.array(b, 0)?;
    b.square(x, a.name, a.spans[0])?;
    Ok(Value::Array(b.call(a.function, &[x], vec![])))
}

impl Arguments<'_> {
    /// `axis` as an attribute: the axes that were named in order, `None` for all.
    pub fn axis_attribute(&self, b: &Builder, place: usize, x: Id) -> Result<Attribute, Fault> {
        let rank = b.arena().shape(x).len();
        Ok(match self.axes(b, place, rank)? {
            Some(mut axes) => {
                axes.sort_unstable();
                Attribute::Axes(axes.into_iter().map(|axis| axis as u8).collect())
            }
            None => Attribute::None,
        })
    }
}

impl Builder<'_> {
    /// The node of a function of whole arrays whose operands are known to fit.
    pub fn call(&mut self, function: Function, operands: &[Id], attributes: Vec<Attribute>) -> Id {
        self.node(Op::Call(function, attributes.into()), operands)
    }
}

/// An entry of the table that is a function of whole arrays.
pub(super) fn whole(
    names: &'static [&'static str],
    parameters: &'static str,
    family: Family,
    sentence: &'static str,
    example: &'static str,
    whole: Whole,
) -> Entry {
    Entry { names, parameters, family, sentence, example, meaning: Meaning::Whole(whole), python: None }
}
