//! An expression as Python.

use super::target::{Target, fill};
use crate::expr::{Arena, Constant, Id, Number, Op, SymbolId};
use crate::formula::{axis_list, letter, new_axes};
use crate::ops::{Function, Spelling};
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
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
    /// An array of floats.
    Array,
}

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
            Kind::Mask => self.filled(self.target.mask, self.any(id)).0,
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
        let all = |kind: Kind| args.iter().all(|&arg| self.of(arg) == kind);
        match self.arena.op(id) {
            Op::Number(_) | Op::Constant(_) | Op::Length(_) => Kind::Plain,
            Op::Add(_) | Op::Multiply | Op::Power(_) if all(Kind::Plain) => Kind::Plain,
            Op::Multiply if all(Kind::Mask) => Kind::Mask,
            Op::Permute(_) | Op::Unsqueeze(_) | Op::Squeeze(_) => self.of(args[0]),
            Op::Apply(function) => match function.primitive().spelling {
                Spelling::Infix("**") if all(Kind::Plain) => Kind::Plain,
                Spelling::Infix("**") | Spelling::Call => Kind::Array,
                _ => Kind::Mask,
            },
            _ => Kind::Array,
        }
    }

    fn of(&self, id: Id) -> Kind {
        self.named.get(&id).map_or_else(|| self.kind(id), |named| named.kind)
    }

    fn any(&self, id: Id) -> Text {
        self.named.get(&id).map_or_else(|| self.bare(id), |named| (named.name.clone(), level::ATOM))
    }

    fn bound(&self, (text, own): Text, outer: u8) -> String {
        if own < outer { format!("({text})") } else { text }
    }

    /// The operand as numbers.
    fn number(&self, id: Id, outer: u8) -> String {
        let text = match self.of(id) {
            Kind::Mask => self.filled(self.target.mask, self.any(id)),
            _ => self.any(id),
        };
        self.bound(text, outer)
    }

    /// The operand as an array, for functions that refuse plain numbers.
    fn array(&self, id: Id, outer: u8) -> String {
        match self.of(id) {
            Kind::Plain => self.bound(self.filled(self.target.number, self.any(id)), outer),
            _ => self.number(id, outer),
        }
    }

    fn argument(&self, id: Id, outer: u8) -> String {
        if self.target.arrays_only { self.array(id, outer) } else { self.number(id, outer) }
    }

    /// The operand as a mask.
    fn truth(&self, id: Id, outer: u8) -> String {
        match self.of(id) {
            Kind::Mask => self.bound(self.any(id), outer),
            _ => self.bound((format!("{} != 0", self.argument(id, level::OR)), level::COMPARE), outer),
        }
    }

    /// A template with one operand.
    fn filled(&self, template: &str, operand: Text) -> Text {
        let text = fill(template, &mut |slot| match slot {
            "0" => operand.0.clone(),
            "0!" => self.bound(operand.clone(), level::ATOM),
            _ => self.reference.into(),
        });
        (text, binding(template))
    }

    fn structure(&self, template: &str, x: Id, more: &[(&str, String)]) -> Text {
        let text = fill(template, &mut |slot| match slot {
            "0" => self.array(x, level::ANY),
            "0!" => self.array(x, level::ATOM),
            "ref" => self.reference.into(),
            _ => more.iter().find(|(name, _)| *name == slot).map_or_else(String::new, |(_, text)| text.clone()),
        });
        (text, binding(template))
    }

    /// A function of the table of operations, with its keyword arguments as Python texts.
    pub fn call_text(&self, function: Function, args: &[Id], keywords: &[(&str, String)]) -> Text {
        let entry = function.entry();
        let spelling = entry.python.as_ref().map_or(entry.names[0], |python| (self.target.spelling)(python));
        if !spelling.contains('{') {
            let positional = args.iter().map(|&arg| self.argument(arg, level::ANY));
            let named = keywords.iter().map(|(name, value)| format!("{name}={value}"));
            let all: Vec<String> = positional.chain(named).collect();
            return (format!("{}{spelling}({})", self.target.prefix, all.join(", ")), level::ATOM);
        }
        let text = fill(spelling, &mut |slot| {
            let place = slot.trim_end_matches(['!', '&', '?']);
            match (place.parse::<usize>(), &slot[place.len()..]) {
                (Ok(place), "!") => self.argument(args[place], level::ATOM),
                (Ok(place), "&") => self.truth(args[place], level::ANY),
                (Ok(place), "?") => self.number(args[place], level::ANY),
                (Ok(place), _) => self.argument(args[place], level::ANY),
                (Err(_), _) if slot == "ref" => self.reference.into(),
                (Err(_), _) => keywords.iter().find(|(name, _)| *name == slot).map_or_else(String::new, |(_, value)| value.clone()),
            }
        });
        (text, binding(spelling))
    }

    /// How often a spelling writes down its operand at a place.
    pub fn repeats(&self, id: Id, place: usize) -> usize {
        let Op::Apply(function) = self.arena.op(id) else { return 1 };
        let spelling = function.entry().python.as_ref().map_or("", |python| (self.target.spelling)(python));
        spelling.matches(&format!("{{{place}")).count().max(1)
    }

    fn bare(&self, id: Id) -> Text {
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
                let last = 31 - mask.leading_zeros().min(31);
                let parts: Vec<&str> = (0..=last).map(|k| if mask >> k & 1 == 1 { "0" } else { ":" }).collect();
                atom(format!("{}[{}]", self.bound(self.any(args[0]), level::ATOM), parts.join(", ")))
            }
            Op::Broadcast(shape) => self.broadcast(args[0], shape),
            Op::Diag => atom(format!("{}diag({})", self.target.prefix, self.array(args[0], level::ANY))),
            Op::Diagonal if self.arena.shape(args[0]).len() == 2 => {
                atom(format!("{}diag({})", self.target.prefix, self.array(args[0], level::ANY)))
            }
            Op::Diagonal => self.structure(self.target.diagonal, args[0], &[]),
            Op::Trace if self.arena.shape(args[0]).len() == 2 => {
                atom(format!("{}trace({})", self.target.prefix, self.array(args[0], level::ANY)))
            }
            Op::Trace => self.structure(self.target.trace, args[0], &[]),
            Op::Outer => {
                atom(format!("{}outer({}, {})", self.target.prefix, self.array(args[0], level::ANY), self.array(args[1], level::ANY)))
            }
            Op::Einsum { inputs, output } => {
                let spelled = |axes: &[u8]| axes.iter().map(|&label| letter(label as usize)).collect::<String>();
                let left: Vec<String> = inputs.iter().map(|axes| spelled(axes)).collect();
                let operands: Vec<String> = args.iter().map(|&arg| self.array(arg, level::ANY)).collect();
                atom(format!("{}einsum(\"{}->{}\", {})", self.target.prefix, left.join(","), spelled(output), operands.join(", ")))
            }
            Op::Apply(function) => self.apply(*function, args),
        }
    }

    fn apply(&self, function: Function, args: &[Id]) -> Text {
        // something of two plain numbers would be plain itself
        let operand = |place: usize, outer: u8| match place == 0 && args.iter().all(|&arg| self.of(arg) == Kind::Plain) {
            true => self.argument(args[place], outer),
            false => self.number(args[place], outer),
        };
        match function.primitive().spelling {
            Spelling::Call => self.call_text(function, args, &[]),
            Spelling::Prefix(sign) => (format!("{sign}{}", self.truth(args[0], level::UNARY)), level::UNARY),
            Spelling::Infix("**") => {
                (format!("{}**{}", self.number(args[0], level::ATOM), self.number(args[1], level::POWER)), level::POWER)
            }
            Spelling::Infix(sign @ ("&" | "|")) => {
                let own = if sign == "&" { level::AND } else { level::OR };
                (format!("{} {sign} {}", self.truth(args[0], own + 1), self.truth(args[1], own + 1)), own)
            }
            Spelling::Infix(sign) => {
                (format!("{} {sign} {}", operand(0, level::COMPARE + 1), operand(1, level::COMPARE + 1)), level::COMPARE)
            }
        }
    }

    fn literal(&self, value: Number) -> Text {
        let text = match value {
            Number::Float(x) if x.is_infinite() => format!("{}{}inf", if x < 0.0 { "-" } else { "" }, self.target.prefix),
            // NumPy takes integers of 64 bits
            Number::Exact(ratio) if ratio.numer().unsigned_abs() >> 53 != 0 || ratio.denom() >> 53 != 0 => format!("{:e}", value.to_f64()),
            _ => value.to_string(),
        };
        let own = match (text.contains('/'), text.starts_with('-')) {
            (true, _) => level::PRODUCT,
            (_, true) => level::UNARY,
            _ => level::ATOM,
        };
        (text, own)
    }

    /// A length in terms of those that have a name.
    pub fn length(&self, dim: Dim) -> Text {
        let text = self.arena.dims.show_as(dim, &|name| {
            self.used.borrow_mut().insert(name.into());
            self.lengths.get(name).cloned().unwrap_or_else(|| name.into())
        });
        let own = match (text.contains(' '), text.contains('*'), text.starts_with('-')) {
            (true, ..) => level::SUM,
            (_, true, _) => level::PRODUCT,
            (.., true) => level::UNARY,
            _ => level::ATOM,
        };
        (text, own)
    }

    fn shape(&self, shape: &[Dim]) -> String {
        if let Some((_, name)) = self.shapes.iter().find(|(known, _)| **known == *shape) {
            return format!("{name}.shape");
        }
        let sides: Vec<String> = shape.iter().map(|&dim| self.length(dim).0).collect();
        match sides.as_slice() {
            [one] => format!("({one},)"),
            many => format!("({})", many.join(", ")),
        }
    }

    fn sum(&self, coefficients: &[Number], args: &[Id]) -> String {
        let mut text = String::new();
        for (place, (coefficient, &arg)) in coefficients.iter().zip(args).enumerate() {
            let negative = coefficient.is_negative();
            text.push_str(match (place, negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            });
            let size = coefficient.absolute();
            let whole = self.arena.as_number(arg).is_some_and(Number::is_one);
            match (size.is_one(), whole) {
                (true, _) => text.push_str(&self.number(arg, if negative { level::PRODUCT } else { level::SUM })),
                (false, true) => text.push_str(&self.literal(size).0),
                (false, false) => text.push_str(&self.product(size, &[arg]).0),
            }
        }
        text
    }

    /// Numerators, then `/` and denominators.
    fn product(&self, coefficient: Number, args: &[Id]) -> Text {
        let inside = |id: Id| !self.named.contains_key(&id);
        let args = match args {
            [one] if inside(*one) && matches!(self.arena.op(*one), Op::Multiply) => self.arena.args(*one),
            many => many,
        };
        let inverse = |x: &Id| matches!(self.arena.op(*x), Op::Power(e) if e.is_negative());
        let mean = self.mean(args);
        let kept = args.iter().copied().filter(|x| mean.is_none_or(|(_, count)| count != *x));
        let (below, above): (Vec<Id>, Vec<Id>) = kept.partition(inverse);
        let size = coefficient.absolute();
        let lead = if size.is_one() && !above.is_empty() { None } else { Some(self.bound(self.literal(size), level::PRODUCT)) };
        // a mask times numbers of Python's own is not of the arrays' type; beside an array it is a number all by itself
        let is = |kind: Kind| move |x: &&Id| self.of(**x) == kind;
        let arrays =
            above.iter().any(|x| self.of(*x) == Kind::Array) && lead.is_none() && !above.iter().any(|x| self.of(*x) == Kind::Plain);
        let masks =
            above.iter().filter(is(Kind::Mask)).count() == above.len() && lead.is_none() && below.is_empty() && !coefficient.is_negative();
        let mut factors: Vec<String> = lead.into_iter().collect();
        for &x in &above {
            if mean.is_some_and(|(sum, _)| sum == x) {
                if let Op::Sum { axes, keep } = self.arena.op(x) {
                    factors.push(self.reduction("mean", *axes, *keep, self.arena.args(x)[0]).0);
                    continue;
                }
            }
            // `a @ b / c` is plain enough; beside `*` a matrix product is easier to read in brackets
            let outer = if above.len() == 1 && factors.is_empty() && !coefficient.is_negative() { level::PRODUCT } else { level::UNARY };
            factors.push(if arrays || masks { self.bound(self.any(x), outer) } else { self.number(x, outer) });
        }
        let sign = if coefficient.is_negative() { "-" } else { "" };
        let own = if factors.len() + below.len() == 1 && !sign.is_empty() { level::UNARY } else { level::PRODUCT };
        let above = format!("{sign}{}", factors.join(" * "));
        if below.is_empty() {
            return (above, own);
        }
        let alone = below.len() == 1;
        let divisors: Vec<String> = below.iter().map(|&x| self.number(self.arena.args(x)[0], level::UNARY)).collect();
        let below = divisors.join(" * ");
        (format!("{above} / {}", if alone { below } else { format!("({below})") }), level::PRODUCT)
    }

    /// A sum among the factors that is divided by how many entries it adds up, and that divisor.
    fn mean(&self, args: &[Id]) -> Option<(Id, Id)> {
        args.iter().filter(|sum| !self.named.contains_key(sum)).find_map(|&sum| {
            let Op::Sum { axes, .. } = self.arena.op(sum) else { return None };
            let shape = self.arena.shape(self.arena.args(sum)[0]);
            let summed = || (0..shape.len()).filter(|k| axes >> k & 1 == 1).map(|k| shape[k]);
            let counts = |x: Id| match (self.arena.op(x), self.arena.args(x)) {
                (Op::Power(e), [length]) if *e == Number::MINUS_ONE => {
                    matches!(self.arena.op(*length), Op::Length(dim) if self.arena.dims.is_product(*dim, summed()))
                }
                _ => false,
            };
            Some((sum, args.iter().copied().find(|&x| counts(x))?))
        })
    }

    fn power(&self, base: Id, exponent: Number) -> Text {
        if exponent == Number::fraction(1, 2) {
            return match self.of(base) {
                Kind::Plain => self.filled(self.target.root, self.any(base)),
                _ => (format!("{}sqrt({})", self.target.prefix, self.number(base, level::ANY)), level::ATOM),
            };
        }
        let exponent = self.bound(self.literal(exponent), level::ATOM);
        (format!("{}**{exponent}", self.number(base, level::ATOM)), level::POWER)
    }

    fn permute(&self, order: &[u8], x: Id) -> Text {
        let rank = order.len();
        let last_two = rank >= 2
            && order[..rank - 2].iter().enumerate().all(|(at, &axis)| at == axis as usize)
            && order[rank - 1] as usize + 2 == rank;
        let plain = |text: String| self.bound((text, level::ATOM), level::ATOM);
        match (rank, last_two) {
            (0 | 1, _) => self.any(x),
            (2, true) => (format!("{}.T", self.bound(self.any(x), level::ATOM)), level::ATOM),
            (_, true) => (
                plain(fill(self.target.swap, &mut |slot| self.bound(self.any(x), if slot == "0!" { level::ATOM } else { level::ANY }))),
                level::ATOM,
            ),
            _ => {
                let order: Vec<String> = order.iter().map(u8::to_string).collect();
                let order = format!("({})", order.join(", "));
                let text = fill(self.target.permute, &mut |slot| {
                    if slot == "order" { order.clone() } else { self.bound(self.any(x), level::ANY) }
                });
                (text, level::ATOM)
            }
        }
    }

    fn reduction(&self, name: &str, mask: u32, keep: bool, x: Id) -> Text {
        let rank = self.arena.shape(x).len();
        if mask == 0 && rank > 0 || self.of(x) == Kind::Plain {
            return (self.array(x, level::ANY), level::ANY);
        }
        let axes = axis_list(mask, rank);
        let (axis, kept) = self.target.axis;
        let mut text = format!("{}{name}({}", self.target.prefix, self.array(x, level::ANY));
        if !axes.is_empty() || keep && self.target.arrays_only {
            let all: Vec<String> = (0..rank).map(|k| k.to_string()).collect();
            text.push_str(&format!(", {axis}={}", if axes.is_empty() { format!("({},)", all.join(", ")) } else { axes }));
        }
        text.push_str(if keep { ", " } else { "" });
        text.push_str(&if keep { format!("{kept}=True)") } else { ")".into() });
        (text, level::ATOM)
    }

    fn broadcast(&self, x: Id, shape: &[Dim]) -> Text {
        let target = self.target;
        let sides = [("shape", self.shape(shape))];
        let value = (self.of(x) == Kind::Plain).then(|| self.arena.as_number(x).and_then(Number::to_integer));
        match value {
            Some(Some(value @ (0 | 1))) => self.structure(target.filled[value as usize], x, &sides),
            Some(_) => {
                let text = fill(target.filled[2], &mut |slot| match slot {
                    "0" => self.number(x, level::ANY),
                    "shape" => sides[0].1.clone(),
                    _ => self.reference.into(),
                });
                (text, level::ATOM)
            }
            None => self.structure(target.broadcast, x, &sides),
        }
    }
}

/// How tightly a filled template binds: as a call, unless an operator stands outside its brackets.
fn binding(template: &str) -> u8 {
    let mut depth = 0;
    for (at, c) in template.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' if depth == 0 => return level::ANY,
            '*' if depth == 0 && at > 0 => return level::POWER,
            _ => {}
        }
    }
    level::ATOM
}
