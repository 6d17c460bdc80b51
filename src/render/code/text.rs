//! An expression as Python.

use super::target::Target;
use crate::expr::{Arena, Constant, Id, Number, Op, SymbolId};
use crate::formula::{letter, new_axes};
use crate::ops::Spelling;
use crate::shape::Shape;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// How tightly Python binds.
pub(super) mod level {
    pub const ANY: u8 = 0;
    pub const COMPARE: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const SUM: u8 = 4;
    pub const PRODUCT: u8 = 5;
    pub const UNARY: u8 = 6;
    pub const POWER: u8 = 7;
    pub const ATOM: u8 = 8;
}

/// What a value is in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number of Python's own.
    Plain,
    /// An array of truth values.
    Mask,
    /// An array of whole numbers, which may be places of another array.
    Places,
    /// An array of floats.
    Array,
}

/// What gives whole numbers.
const PLACES: [&str; 4] = ["arange", "argmax", "argmin", "argsort"];

/// A value with a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub name: String,
    pub kind: Kind,
}

/// A text, and how tightly it binds.
pub(super) type Text = (String, u8);

/// Writes the nodes of one function.
pub(super) struct Writer<'a> {
    pub arena: &'a Arena,
    pub target: &'static Target,
    /// The name of each variable.
    pub variables: &'a FxHashMap<SymbolId, String>,
    /// The name of each length.
    pub lengths: &'a FxHashMap<String, String>,
    /// The inputs by their shapes: `X.shape` is shorter than `(n, d)`, and needs neither length.
    pub shapes: &'a [(Shape, String)],
    /// An input of floats.
    pub reference: &'a str,
    /// What the variables that are no arrays of floats are.
    pub kinds: FxHashMap<SymbolId, Kind>,
    /// Whether whole numbers stay as they are.
    pub raw: Cell<bool>,
    /// What has been computed and has a name.
    pub named: FxHashMap<Id, Named>,
    /// The lengths that were used.
    pub used: RefCell<BTreeSet<String>>,
}

impl Writer<'_> {
    /// The value of a variable of the program, always an array of floats.
    pub fn floats(&self, id: Id) -> String {
        match self.of(id) {
            Kind::Plain => self.filled(self.target.number, self.any(id)).0,
            Kind::Mask | Kind::Places => self.filled(self.target.mask, self.any(id)).0,
            Kind::Array => self.any(id).0,
        }
    }

    /// The value of a node, as it is.
    pub fn value(&self, id: Id) -> String {
        self.bare(id).0
    }

    /// What a node is in Python.
    pub fn kind(&self, id: Id) -> Kind {
        let args = self.arena.args(id);
        // asked for once: each of these asks its own operands again
        let kinds: SmallVec<[Kind; 4]> = match self.arena.op(id) {
            Op::Add(_) | Op::Multiply | Op::Power(_) | Op::Apply(_) => args.iter().map(|&arg| self.of(arg)).collect(),
            _ => SmallVec::new(),
        };
        let all = |kind: Kind| kinds.iter().all(|own| *own == kind);
        match self.arena.op(id) {
            Op::Number(_) | Op::Constant(_) | Op::Length(_) => Kind::Plain,
            Op::Add(_) | Op::Multiply | Op::Power(_) if all(Kind::Plain) => Kind::Plain,
            Op::Add(coefficients) if coefficients.iter().all(|c| c.to_integer().is_some()) && self.counts(args, &kinds) => Kind::Places,
            Op::Multiply if self.counts(args, &kinds) => Kind::Places,
            Op::Multiply if all(Kind::Mask) => Kind::Mask,
            Op::Permute(_) | Op::Unsqueeze(_) | Op::Squeeze(_) => self.of(args[0]),
            Op::Apply(function) => match function.primitive().spelling {
                Spelling::Infix("**") if all(Kind::Plain) => Kind::Plain,
                Spelling::Infix("**") | Spelling::Call => Kind::Array,
                _ => Kind::Mask,
            },
            Op::Variable(symbol) => self.kinds.get(symbol).copied().unwrap_or(Kind::Array),
            Op::Call(function, _) if PLACES.contains(&function.entry().names[0]) => Kind::Places,
            _ => Kind::Array,
        }
    }

    /// Whether these are whole numbers, and not all of them plain ones.
    fn counts(&self, args: &[Id], kinds: &[Kind]) -> bool {
        let whole =
            |id: Id| matches!(self.arena.op(id), Op::Length(_)) || self.arena.as_number(id).is_some_and(|x| x.to_integer().is_some());
        args.iter().zip(kinds).all(|(&id, kind)| *kind == Kind::Places || whole(id)) && kinds.contains(&Kind::Places)
    }

    pub(super) fn of(&self, id: Id) -> Kind {
        self.named.get(&id).map_or_else(|| self.kind(id), |named| named.kind)
    }

    pub(super) fn any(&self, id: Id) -> Text {
        self.named.get(&id).map_or_else(|| self.bare(id), |named| (named.name.clone(), level::ATOM))
    }

    pub(super) fn bound(&self, (text, own): Text, outer: u8) -> String {
        if own < outer { format!("({text})") } else { text }
    }

    /// The operand as numbers.
    pub(super) fn number(&self, id: Id, outer: u8) -> String {
        let text = match self.of(id) {
            Kind::Mask => self.filled(self.target.mask, self.any(id)),
            Kind::Places if !self.raw.get() => self.filled(self.target.places, self.any(id)),
            _ => self.any(id),
        };
        self.bound(text, outer)
    }

    /// The operand as an array, for functions that refuse plain numbers.
    pub(super) fn array(&self, id: Id, outer: u8) -> String {
        match self.of(id) {
            Kind::Plain => self.bound(self.filled(self.target.number, self.any(id)), outer),
            _ => self.number(id, outer),
        }
    }

    pub(super) fn argument(&self, id: Id, outer: u8) -> String {
        if self.target.arrays_only { self.array(id, outer) } else { self.number(id, outer) }
    }

    /// The operand as a mask.
    pub(super) fn truth(&self, id: Id, outer: u8) -> String {
        match self.of(id) {
            Kind::Mask => self.bound(self.any(id), outer),
            _ => self.bound((format!("{} != 0", self.argument(id, level::OR)), level::COMPARE), outer),
        }
    }

    fn bare(&self, id: Id) -> Text {
        let sums = matches!(self.arena.op(id), Op::Add(_) | Op::Multiply) && self.kind(id) == Kind::Places;
        let before = self.raw.replace(sums);
        let text = self.written(id);
        self.raw.set(before);
        text
    }

    fn written(&self, id: Id) -> Text {
        let args = self.arena.args(id);
        let atom = |text: String| (text, level::ATOM);
        match self.arena.op(id) {
            Op::Number(value) => self.literal(*value),
            Op::Constant(constant) => {
                let name = match constant {
                    Constant::Pi => "pi",
                    Constant::E => "e",
                    Constant::Infinity => "inf",
                };
                atom(format!("{}{name}", self.target.prefix))
            }
            Op::Length(dim) => self.length(*dim),
            Op::Variable(symbol) => atom(self.variables.get(symbol).cloned().unwrap_or_default()),
            Op::Eye(dim) => self.structure(self.target.eye, id, &[("n", self.length(*dim).0)]),
            Op::Add(coefficients) if coefficients.len() == 1 => self.product(coefficients[0], args),
            Op::Add(coefficients) => (self.sum(coefficients, args), level::SUM),
            Op::Multiply => self.product(Number::ONE, args),
            Op::Power(exponent) if exponent.is_negative() => self.product(Number::ONE, &[id]),
            Op::Power(exponent) => self.power(args[0], *exponent),
            Op::MatMul => (format!("{} @ {}", self.number(args[0], level::PRODUCT), self.number(args[1], level::UNARY)), level::PRODUCT),
            Op::Permute(order) => self.permute(order, args[0]),
            Op::Sum { axes, keep } => self.reduction("sum", *axes, *keep, args[0]),
            Op::Unsqueeze(mask) => {
                let rank = self.arena.shape(args[0]).len();
                let x = if self.of(args[0]) == Kind::Plain {
                    self.array(args[0], level::ATOM)
                } else {
                    self.bound(self.any(args[0]), level::ATOM)
                };
                atom(x + &new_axes(*mask, rank))
            }
            Op::Squeeze(mask) => {
                if let Some(entry) = self.entry(args[0], *mask) {
                    return entry;
                }
                let last = 31 - mask.leading_zeros().min(31);
                let parts: Vec<&str> = (0..=last).map(|k| if mask >> k & 1 == 1 { "0" } else { ":" }).collect();
                atom(format!("{}[{}]", self.bound(self.any(args[0]), level::ATOM), parts.join(", ")))
            }
            Op::Broadcast(shape) => self.broadcast(args[0], shape),
            Op::Diag => self.plain_call("diag", args),
            Op::Diagonal if self.arena.shape(args[0]).len() == 2 => self.plain_call("diag", args),
            Op::Diagonal => self.structure(self.target.diagonal, args[0], &[]),
            Op::Trace if self.arena.shape(args[0]).len() == 2 => self.plain_call("trace", args),
            Op::Trace => self.structure(self.target.trace, args[0], &[]),
            Op::Outer => self.plain_call("outer", args),
            Op::Einsum { inputs, output } => {
                let spelled = |axes: &[u8]| axes.iter().map(|&label| letter(label as usize)).collect::<String>();
                let left: Vec<String> = inputs.iter().map(|axes| spelled(axes)).collect();
                let operands: Vec<String> = args.iter().map(|&arg| self.array(arg, level::ANY)).collect();
                atom(format!("{}einsum(\"{}->{}\", {})", self.target.prefix, left.join(","), spelled(output), operands.join(", ")))
            }
            Op::Apply(function) => self.apply(*function, args),
            Op::Call(function, attributes) => self.whole(*function, args, attributes),
        }
    }
}
