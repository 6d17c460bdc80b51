//! Expressions as formulas: precedence, brackets, and the shortest name of everything.

mod moved;

use self::moved::{Sign, entry_of, scattered};
use super::{Charset, Formula, Side, Token, spell};
use crate::expr::{Arena, Axes, Axis, Constant, Id, Number, Op, SymbolKind, UNIT};
use crate::ops::{Attribute, Function, Spelling};
use crate::shape::Dim;
use crate::syntax::Dialect;
use smallvec::SmallVec;
use std::sync::Arc;

/// How tightly an expression binds, as in Python.
mod level {
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

/// The expression as text that the tool reads again.
///
/// Expressions are as deep as one statement is (`MAX_STATEMENT_NODES`), so this may recurse.
pub fn text(arena: &Arena, id: Id, charset: Charset) -> String {
    spell(&formula(arena, id), charset)
}

/// The expression as text that reads alike in the default dialect and in this one.
///
/// ```
/// use pullback::{answer::{Options, answer}, formula::{Charset, text_for}, syntax::Dialect};
/// let found = answer("Y = exp(X)", &Options::default()).unwrap();
/// let gradient = found.derivation.wanted().next().unwrap().value;
/// assert_eq!(text_for(found.derivation.arena(), gradient, Charset::Ascii, Dialect::Matlab), "dL/dY .* Y");
/// ```
pub fn text_for(arena: &Arena, id: Id, charset: Charset, dialect: Dialect) -> String {
    spell(&Writer::new(arena, dialect, &[], None).written(id, level::ANY), charset)
}

/// Names for parts of expressions.
pub type Names = [(Id, String)];

/// The expression as tokens.
pub fn formula(arena: &Arena, id: Id) -> Formula {
    written(arena, id, level::ANY, &[], None)
}

/// The expression as tokens, in brackets unless it is as tight as a factor of `@`.
pub fn factor(arena: &Arena, id: Id) -> Formula {
    written(arena, id, level::UNARY, &[], None)
}

/// The expression as tokens, in brackets unless it is a name, a number or a call.
pub fn atom(arena: &Arena, id: Id) -> Formula {
    written(arena, id, level::ATOM, &[], None)
}

/// As [`factor`], but what has a name is written by it.
pub fn short_factor(arena: &Arena, id: Id, names: &Names) -> Formula {
    written(arena, id, level::UNARY, names, None)
}

/// As [`atom`], but what has a name is written by it.
pub fn short_atom(arena: &Arena, id: Id, names: &Names) -> Formula {
    written(arena, id, level::ATOM, names, None)
}

/// As [`formula`], but what has a name is written by it.
pub fn short(arena: &Arena, id: Id, names: &Names) -> Formula {
    written(arena, id, level::ANY, names, None)
}

/// The expression as tokens, written out although it may have a name; its parts are written by theirs.
pub fn abridged(arena: &Arena, id: Id, names: &Names) -> Formula {
    written(arena, id, level::ANY, names, Some(id))
}

/// As [`abridged`], with the shapes below these parts, which stand in it in this order; nothing where one of them does not stand by itself.
///
/// ```
/// use pullback::{answer::{Options, answer}, expr::Op, formula::{Charset, Side, Token, shaped, spell}};
/// let found = answer("Y = X @ W", &Options::default()).unwrap();
/// let gradient = found.derivation.wanted().next().unwrap().value;
/// let side = |name: &str| Side { name: name.into(), hue: None };
/// let first = found.derivation.arena().args(gradient)[0];
/// let tokens = shaped(found.derivation.arena(), gradient, &[], &[(first, [side("n"), side("m")].into())]).unwrap();
/// assert!(matches!(&tokens[1], Token::Shape(sides) if sides[1].name == "m"));
/// assert_eq!(spell(&tokens, Charset::Unicode), "dL/dY @ Wᵀ");
/// ```
pub fn shaped(arena: &Arena, id: Id, names: &Names, shapes: &[(Id, Box<[Side]>)]) -> Option<Formula> {
    let mut writer = Writer { shapes, ..Writer::new(arena, Dialect::default(), names, Some(id)) };
    writer.expression(id, level::ANY);
    writer.shapes.is_empty().then_some(writer.out)
}

fn written(arena: &Arena, id: Id, outer: u8, names: &Names, root: Option<Id>) -> Formula {
    Writer::new(arena, Dialect::default(), names, root).written(id, outer)
}

/// A symbol as one token.
pub fn symbol(arena: &Arena, id: crate::expr::SymbolId) -> Token {
    let info = arena.info(id);
    match &info.kind {
        SymbolKind::Gradient(wrt) => {
            let of = info.name.len() - "d/d".len() - arena.info(*wrt).name.len();
            Token::Gradient(info.name.clone(), of as u32)
        }
        SymbolKind::Change(Some(of)) => Token::Change(arena.info(*of).name.clone()),
        _ => Token::Name(info.name.clone()),
    }
}

struct Writer<'a> {
    arena: &'a Arena,
    dialect: Dialect,
    out: Formula,
    /// What is written by a name.
    names: &'a Names,
    /// What is written out although it has one.
    root: Option<Id>,
    /// What is yet to get a shape, in the order in which it is written.
    shapes: &'a [(Id, Box<[Side]>)],
}

impl<'a> Writer<'a> {
    fn new(arena: &'a Arena, dialect: Dialect, names: &'a Names, root: Option<Id>) -> Self {
        Writer { arena, dialect, out: Vec::with_capacity(16), names, root, shapes: &[] }
    }

    fn written(mut self, id: Id, outer: u8) -> Formula {
        self.expression(id, outer);
        self.out.shrink_to_fit();
        self.out
    }
}

impl Writer<'_> {
    fn name(&self, id: Id) -> Option<&str> {
        self.names.iter().find(|(named, _)| *named == id && self.root != Some(id)).map(|(_, name)| name.as_str())
    }

    fn expression(&mut self, id: Id, outer: u8) {
        match self.shapes.split_first() {
            Some(((first, shape), rest)) if *first == id => {
                let own = if self.name(id).is_some() { level::ATOM } else { self.level(id) };
                // the shape would stand below the last factor alone
                if own < level::UNARY && own >= outer {
                    return self.unshaped(id, outer);
                }
                self.shapes = rest;
                self.unshaped(id, outer);
                self.out.push(Token::Shape(shape.clone()));
            }
            _ => self.unshaped(id, outer),
        }
    }

    fn unshaped(&mut self, id: Id, outer: u8) {
        if let Some(name) = self.name(id) {
            let name = name.to_string();
            self.out.push(Token::Name(name.into()));
            return;
        }
        let own = self.level(id);
        if own < outer {
            self.mark("(");
            self.bare(id);
            self.mark(")");
        } else {
            self.bare(id);
        }
    }

    fn level(&self, id: Id) -> u8 {
        match self.arena.op(id) {
            Op::Number(Number::Exact(value)) if !value.is_integer() && Number::Exact(*value).to_string().contains('/') => level::PRODUCT,
            Op::Number(value) if value.is_negative() => level::UNARY,
            Op::Length(dim) => {
                let text = self.arena.dims.show(*dim);
                if text.contains(' ') {
                    level::SUM
                } else if text.contains('*') {
                    level::PRODUCT
                } else {
                    level::ATOM
                }
            }
            Op::Call(..) => scattered(self.arena, id).map_or(level::ATOM, |form| form.sign.level()),
            Op::Add(coefficients) if coefficients.len() > 1 => level::SUM,
            Op::Add(_) | Op::Multiply | Op::MatMul => level::PRODUCT,
            Op::Power(exponent) if *exponent == Number::HALF => level::ATOM,
            Op::Power(exponent) if exponent.is_negative() => level::PRODUCT,
            Op::Power(_) => level::POWER,
            Op::Broadcast(_) if self.divisor(id).is_some() => level::PRODUCT,
            Op::Apply(function) => match function.primitive().spelling {
                Spelling::Call => level::ATOM,
                Spelling::Prefix(_) => level::UNARY,
                Spelling::Infix("**") => level::POWER,
                Spelling::Infix("&") => level::AND,
                Spelling::Infix("|") => level::OR,
                Spelling::Infix(_) => level::COMPARE,
            },
            _ => level::ATOM,
        }
    }

    fn mark(&mut self, sign: &'static str) {
        self.out.push(Token::Mark(sign));
    }

    fn verbatim(&mut self, text: impl Into<Arc<str>>) {
        self.out.push(Token::Verbatim(text.into()));
    }

    fn length(&mut self, dim: Dim) {
        let text = self.arena.dims.show(dim);
        self.out.push(Token::Length(self.unshadowed(dim, text).into()));
    }

    /// In an expression a variable wins over a dimension of its name: such a length is written by an array that has it.
    fn unshadowed(&self, dim: Dim, text: String) -> String {
        let variable = |name: &str| self.arena.variables.contains(name);
        if !self.arena.dims.names_in(dim).any(variable) {
            return text;
        }
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        let mut out = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let word: usize = rest.chars().take_while(|c| letter(*c)).map(char::len_utf8).sum();
            let end = if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) };
            let part = &rest[..end];
            rest = &rest[end..];
            let named = self.arena.dims.find(part).filter(|_| word > 0 && variable(part));
            let axis = named.and_then(|named| {
                let inputs = self.arena.symbols.iter().filter(|s| matches!(s.kind, SymbolKind::Input));
                inputs.filter_map(|s| Some((s, s.shape.iter().position(|d| *d == named)?))).next()
            });
            match axis {
                Some((symbol, axis)) => out.push_str(&format!("{}.shape[{axis}]", symbol.name)),
                None => out.push_str(part),
            }
        }
        out
    }

    fn call(&mut self, name: &'static str, args: &[Id], rest: &str) {
        self.out.push(Token::Function(name));
        self.mark("(");
        for (place, &arg) in args.iter().enumerate() {
            if place > 0 {
                self.mark(",");
            }
            self.expression(arg, level::ANY);
        }
        if !rest.is_empty() {
            self.mark(",");
            self.verbatim(rest);
        }
        self.mark(")");
    }

    /// A function of whole arrays: its operands, then what it says besides, where that is not the default.
    fn whole(&mut self, id: Id, function: Function, args: &[Id], attributes: &[Attribute], keep: bool) {
        if !keep && self.moved(id, function, args, attributes) {
            return;
        }
        let entry = function.entry();
        let list = function.whole().takes_list();
        self.out.push(Token::Function(entry.names[0]));
        self.mark("(");
        if list {
            self.mark("[");
        }
        for (place, &arg) in args.iter().enumerate() {
            if place > 0 {
                self.mark(",");
            }
            self.expression(arg, level::ANY);
        }
        if list {
            self.mark("]");
        }
        let rank = args.first().map_or(0, |&arg| self.arena.shape(arg).len());
        let declared = entry.parameters.split(", ").skip(if list { 1 } else { args.len() });
        let mut first = args.is_empty();
        for (parameter, attribute) in declared.zip(attributes) {
            let (name, default) = parameter.split_once('=').unwrap_or((parameter, ""));
            if attribute.is_written(default, rank) {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.mark(",");
            }
            if !default.is_empty() {
                self.verbatim(format!("{name}="));
            }
            self.attribute(attribute);
        }
        if keep {
            self.mark(",");
            self.verbatim("keepdims=True");
        }
        self.mark(")");
    }

    fn attribute(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::None => self.verbatim("None"),
            Attribute::Flag(truth) => self.verbatim(if *truth { "True" } else { "False" }),
            Attribute::Number(number) => self.verbatim(number.to_string()),
            Attribute::Length(dim) => self.length(*dim),
            Attribute::Axes(axes) => self.verbatim(axis_list(axes.iter().fold(0, |mask, axis| mask | 1 << axis), usize::MAX)),
            Attribute::Lengths(lengths) => self.shape(lengths),
            Attribute::Cuts(_) => {}
            Attribute::Pairs(pairs) => {
                self.mark("(");
                for (place, &(before, behind)) in pairs.iter().enumerate() {
                    if place > 0 {
                        self.mark(",");
                    }
                    self.shape(&[before, behind]);
                }
                self.verbatim(if pairs.len() == 1 { ",)" } else { ")" });
            }
            Attribute::Text(text) => self.verbatim(format!("'{text}'")),
        }
    }

    fn bare(&mut self, id: Id) {
        let args = self.arena.args(id);
        match self.arena.op(id) {
            Op::Number(value) => self.out.push(number(*value)),
            Op::Constant(constant) => self.verbatim(match constant {
                Constant::Pi => "pi",
                Constant::E => "e",
                Constant::Infinity => "inf",
            }),
            Op::Length(dim) => self.length(*dim),
            Op::Variable(id) => self.out.push(symbol(self.arena, *id)),
            Op::Eye(dim) => {
                self.out.push(Token::Function("eye"));
                self.mark("(");
                self.length(*dim);
                self.mark(")");
            }
            Op::Add(coefficients) if coefficients.len() == 1 => self.product(coefficients[0], args),
            Op::Add(coefficients) => {
                for (place, (coefficient, &arg)) in coefficients.iter().zip(args).enumerate() {
                    let negative = coefficient.is_negative();
                    match (place, negative) {
                        (0, false) => {}
                        (0, true) => self.out.push(Token::Tight("-")),
                        (_, false) => self.out.push(Token::Operator("+")),
                        (_, true) => self.out.push(Token::Operator("-")),
                    }
                    self.term(coefficient.absolute(), arg, negative);
                }
            }
            Op::Multiply => self.product(Number::ONE, args),
            Op::Power(exponent) if exponent.is_negative() => self.product(Number::ONE, &[id]),
            Op::Power(exponent) => self.power(args[0], *exponent),
            Op::MatMul => {
                for (place, &arg) in args.iter().enumerate() {
                    if place > 0 {
                        self.out.push(Token::Operator("@"));
                    }
                    self.expression(arg, level::UNARY);
                }
            }
            Op::Permute(order) => self.permute(order, args[0]),
            Op::Sum { .. } => self.reduction("sum", id),
            Op::Unsqueeze(mask) => {
                let (arena, inner) = (self.arena, args[0]);
                if let Op::Call(function, attributes) = arena.op(inner) {
                    let operands = arena.args(inner);
                    let dropped = |&y: &Id| function.dropped(attributes, arena.shape(y).len());
                    if operands.first().and_then(dropped) == Some(*mask) {
                        return self.whole(id, *function, operands, attributes, true);
                    }
                }
                self.expression(args[0], level::ATOM);
                let rank = self.arena.shape(args[0]).len();
                self.verbatim(new_axes(*mask, rank));
            }
            Op::Squeeze(mask) => match entry_of(self.arena, *mask, args[0]) {
                Some(cuts) => self.part(self.arena.args(args[0])[0], cuts, *mask),
                None => self.cut(args[0], *mask),
            },
            Op::Broadcast(shape) if self.divisor(id).is_some() => {
                self.out.push(Token::Function("ones"));
                self.shape(shape);
                if let Some(divisor) = self.divisor(id) {
                    self.out.push(Token::Operator("/"));
                    self.expression(divisor, level::UNARY);
                }
            }
            Op::Broadcast(shape) => {
                let filled = self.arena.as_number(args[0]).and_then(|n| n.to_integer());
                if let Some(value @ (0 | 1)) = filled {
                    self.out.push(Token::Function(if value == 1 { "ones" } else { "zeros" }));
                    self.shape(shape);
                } else {
                    self.out.push(Token::Function("broadcast_to"));
                    self.mark("(");
                    self.expression(args[0], level::ANY);
                    self.mark(",");
                    self.shape(shape);
                    self.mark(")");
                }
            }
            Op::Diag | Op::Diagonal => self.call("diag", args, ""),
            Op::Trace => self.call("trace", args, ""),
            Op::Outer => self.call("outer", args, ""),
            Op::Einsum { inputs, output } => self.einsum(id, inputs, output, args),
            Op::Call(function, attributes) => self.whole(id, *function, args, attributes, false),
            Op::Apply(function) => {
                let primitive = function.primitive();
                match primitive.spelling {
                    Spelling::Call => {
                        let shown = self.without_defaults(function.entry().parameters, args);
                        self.call(function.entry().names[0], &args[..shown], "");
                    }
                    Spelling::Prefix(sign) => {
                        self.out.push(Token::Tight(sign));
                        self.expression(args[0], level::UNARY);
                    }
                    Spelling::Infix("**") => {
                        self.expression(args[0], level::ATOM);
                        self.out.push(Token::Tight("**"));
                        self.expression(args[1], if self.dialect.powers_in_order() { level::ATOM } else { level::POWER });
                    }
                    Spelling::Infix(sign) => {
                        // comparisons do not chain, so neither side may be one
                        let side = match sign {
                            "&" => level::AND + 1,
                            "|" => level::OR + 1,
                            _ => level::COMPARE + 1,
                        };
                        self.expression(args[0], side);
                        self.out.push(Token::Operator(sign));
                        self.expression(args[1], side);
                    }
                }
            }
        }
    }

    /// `x[:, 0]`; `squeeze(x, axis=1)` where `x` is long, for a line may end inside of a call.
    fn cut(&mut self, x: Id, mask: u32) {
        let start = self.out.len();
        self.expression(x, level::ATOM);
        let written: usize = self.out[start..].iter().map(|token| super::word(token, super::Charset::Unicode).len()).sum();
        if mask == 0 {
            return;
        }
        if written <= LONGEST_CUT {
            return self.verbatim(only_places(mask));
        }
        let bracketed = self.name(x).is_none() && self.level(x) < level::ATOM;
        if bracketed && matches!(self.out.last(), Some(Token::Mark(")"))) {
            self.out.pop();
        } else {
            self.out.insert(start, Token::Mark("("));
        }
        self.out.insert(start, Token::Function("squeeze"));
        self.mark(",");
        self.verbatim(format!("axis={}", axis_list(mask, 32)));
        self.mark(")");
    }

    /// One summand, its sign already written.
    fn term(&mut self, coefficient: Number, x: Id, after_minus: bool) {
        let inner = if after_minus { level::PRODUCT } else { level::SUM };
        if coefficient.is_one() {
            return self.expression(x, inner);
        }
        if self.arena.as_number(x).is_some_and(Number::is_one) {
            return self.out.push(number(coefficient));
        }
        self.product(coefficient, &[x]);
    }

    /// Numerators, then `/` and denominators.
    fn product(&mut self, coefficient: Number, args: &[Id]) {
        let args = match args {
            [one] if matches!(self.arena.op(*one), Op::Multiply) && self.name(*one).is_none() => self.arena.args(*one),
            many => many,
        };
        let inverse = |x: &Id| matches!(self.arena.op(*x), Op::Power(e) if e.is_negative());
        let mean = self.mean(args);
        let kept = args.iter().copied().filter(|x| mean.is_none_or(|(_, count)| count != *x));
        let (below, above): (SmallVec<[Id; 8]>, SmallVec<[Id; 8]>) = kept.partition(inverse);
        let negative = coefficient.is_negative();
        if negative {
            self.out.push(Token::Tight("-"));
        }
        let size = coefficient.absolute();
        let mut started = false;
        if !size.is_one() || above.is_empty() {
            self.out.push(number(size));
            started = true;
        }
        let mut arrays = false;
        for (place, &x) in above.iter().enumerate() {
            let array = self.is_array(x);
            if started {
                self.out.push(Token::Operator(if arrays && array { self.dialect.entrywise() } else { "*" }));
            }
            arrays |= array;
            started = true;
            // `2 * s * A @ x` is read as `((2 * s) * A) @ x`, which is the same where all before is scalar
            let scalars_before = above[..place].iter().all(|y| self.arena.shape(*y).is_empty());
            let product = matches!(self.arena.op(x), Op::MatMul) || scattered(self.arena, x).is_some_and(|form| form.sign != Sign::Times);
            let open = product && place + 1 == above.len() && scalars_before;
            if mean.is_some_and(|(sum, _)| sum == x) {
                self.reduction("mean", x);
                continue;
            }
            self.expression(x, if open { level::PRODUCT } else { level::UNARY });
        }
        if below.is_empty() {
            return;
        }
        self.out.push(Token::Operator(if below.iter().any(|&x| self.is_array(x)) { self.dialect.quotient() } else { "/" }));
        if below.len() > 1 {
            self.mark("(");
        }
        for (place, &x) in below.iter().enumerate() {
            if place > 0 {
                self.out.push(Token::Operator(self.dialect.entrywise()));
            }
            if let Op::Power(exponent) = self.arena.op(x) {
                let base = self.arena.args(x)[0];
                match exponent.negated() {
                    one if one.is_one() => self.expression(base, level::UNARY),
                    exponent => self.power(base, exponent),
                }
            }
        }
        if below.len() > 1 {
            self.mark(")");
        }
    }

    /// Whether it has an axis along which there is more than one entry.
    fn is_array(&self, x: Id) -> bool {
        self.arena.shape(x).iter().any(|&dim| dim != Dim::ONE)
    }

    fn power(&mut self, base: Id, exponent: Number) {
        if exponent == Number::HALF {
            return self.call("sqrt", &[base], "");
        }
        self.expression(base, level::ATOM);
        self.out.push(Token::Tight("**"));
        let text = number(exponent);
        if exponent.is_negative() || matches!(&text, Token::Number(text) if text.contains('/')) {
            self.out.extend([Token::Mark("("), text, Token::Mark(")")]);
        } else {
            self.out.push(text);
        }
    }

    fn permute(&mut self, order: &[u8], x: Id) {
        let rank = order.len();
        let kept = order[..rank - 2].iter().enumerate().all(|(at, &axis)| at == axis as usize);
        if kept && order[rank - 1] as usize == rank - 2 {
            self.expression(x, level::ATOM);
            self.out.push(Token::Transpose { batch: rank > 2 });
        } else if order.iter().enumerate().all(|(at, &axis)| at + axis as usize == rank - 1) {
            self.expression(x, level::ATOM);
            self.verbatim(".T");
        } else {
            let list: Vec<String> = order.iter().map(u8::to_string).collect();
            self.call("permute", &[x], &format!("({})", list.join(", ")));
        }
    }

    /// The length by which ones are divided, in an array that has 1 / length everywhere.
    fn divisor(&self, id: Id) -> Option<Id> {
        let scalar = self.arena.args(id)[0];
        let length = *self.arena.args(scalar).first()?;
        let inverse = matches!(self.arena.op(scalar), Op::Power(p) if *p == Number::MINUS_ONE);
        (inverse && matches!(self.arena.op(length), Op::Length(_))).then_some(length)
    }

    fn shape(&mut self, shape: &[Dim]) {
        self.mark("(");
        for (place, &dim) in shape.iter().enumerate() {
            if place > 0 {
                self.mark(",");
            }
            self.length(dim);
        }
        if shape.len() == 1 {
            self.verbatim(",");
        }
        self.mark(")");
    }

    fn einsum(&mut self, id: Id, inputs: &[Axes], output: &Axes, args: &[Id]) {
        // the dimensions' own letters where they tell the indices apart
        let lengths: Vec<String> =
            self.arena.signature(id).map_or(vec![], |s| s.lengths.iter().map(|&dim| self.arena.dims.show(dim)).collect());
        let own = lengths
            .iter()
            .enumerate()
            .all(|(k, name)| name.len() == 1 && name.as_bytes()[0].is_ascii_alphabetic() && !lengths[..k].contains(name));
        // an axis of length 1 that broadcasts has a letter to itself: the sum over it has one term
        let taken = |c: &char| own && lengths.iter().any(|name| name.starts_with(*c));
        let mut spare = (if own { 0 } else { lengths.len() }..).map(letter).filter(|c| !taken(c));
        let mut spelled = |axes: &Axes| -> String {
            let name = |&a: &Axis| match a {
                UNIT => spare.next().map_or(String::new(), String::from),
                a if own => lengths[a as usize].clone(),
                a => letter(a as usize).to_string(),
            };
            axes.iter().map(name).collect()
        };
        let left: Vec<String> = inputs.iter().map(&mut spelled).collect();
        self.out.push(Token::Function("einsum"));
        self.mark("(");
        self.verbatim(format!("\"{}->{}\"", left.join(","), spelled(output)));
        for &arg in args {
            self.mark(",");
            self.expression(arg, level::ANY);
        }
        self.mark(")");
    }

    /// `sum(x, axis=0, keepdims=True)`, or `mean` of the same.
    fn reduction(&mut self, name: &'static str, sum: Id) {
        let Op::Sum { axes, keep } = self.arena.op(sum) else { return };
        let args = self.arena.args(sum);
        let axes = axis_list(*axes, self.arena.shape(args[0]).len());
        let rest = match (axes.is_empty(), keep) {
            (true, false) => String::new(),
            (true, true) => "keepdims=True".into(),
            (false, false) => format!("axis={axes}"),
            (false, true) => format!("axis={axes}, keepdims=True"),
        };
        self.call(name, args, &rest);
    }

    /// A sum among the factors that is divided by how many entries it adds up, and that divisor.
    fn mean(&self, args: &[Id]) -> Option<(Id, Id)> {
        args.iter().find_map(|&sum| {
            let Op::Sum { axes, .. } = self.arena.op(sum) else { return None };
            let shape = self.arena.shape(self.arena.args(sum)[0]);
            let count = args.iter().copied().find(|&x| match (self.arena.op(x), self.arena.args(x)) {
                (Op::Power(e), [length]) if *e == Number::MINUS_ONE => match self.arena.op(*length) {
                    Op::Length(dim) => {
                        let summed = (0..shape.len()).filter(|k| axes >> k & 1 == 1).map(|k| shape[k]);
                        self.arena.dims.is_product(*dim, summed)
                    }
                    _ => false,
                },
                _ => false,
            })?;
            Some((sum, count))
        })
    }

    /// How many arguments to write: those at the end that are the default need not be.
    fn without_defaults(&self, parameters: &str, args: &[Id]) -> usize {
        let declared: Vec<&str> = parameters.split(", ").collect();
        let mut shown = args.len();
        while shown > 0 {
            let default = declared.get(shown - 1).and_then(|p| p.split_once('=')).and_then(|(_, text)| Number::parse(text));
            if default.is_none() || default != self.arena.as_number(args[shown - 1]) {
                break;
            }
            shown -= 1;
        }
        shown
    }
}

/// A number as one token; most have one digit.
fn number(value: Number) -> Token {
    const DIGITS: &str = "0123456789";
    Token::Number(match value.to_integer() {
        Some(digit @ 0..=9) => DIGITS[digit as usize..][..1].into(),
        _ => value.to_string().into(),
    })
}

/// The letter of an index: `i, j, k, ...`, as people number indices; past the Latin ones Greek ones, and then any others.
pub fn letter(index: usize) -> char {
    const LETTERS: &[u8; 52] = b"ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH";
    const MORE: [(char, usize); 2] = [('α', 17), ('一', 20_000)];
    let mut rest = index;
    if let Some(&letter) = LETTERS.get(rest) {
        return char::from(letter);
    }
    rest -= LETTERS.len();
    for (first, count) in MORE {
        if rest < count {
            return char::from_u32(first as u32 + rest as u32).unwrap_or(first);
        }
        rest -= count;
    }
    // no contraction has so many indices (MAX_LABELS)
    char::REPLACEMENT_CHARACTER
}

/// `0`, `(0, 2)`; nothing for all axes.
pub(crate) fn axis_list(mask: u32, rank: usize) -> String {
    let axes: Vec<String> = (0..32).filter(|k| mask >> k & 1 == 1).map(|k| k.to_string()).collect();
    match axes.as_slice() {
        all if all.len() == rank => String::new(),
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}

/// How long an operand may be, in bytes, that has its places behind it.
const LONGEST_CUT: usize = 60;

/// `[:, 0]`, `[0]`: of each of these axes the one place that it has.
fn only_places(mask: u32) -> String {
    let parts: Vec<&str> = (0..32 - mask.leading_zeros()).map(|k| if mask >> k & 1 == 1 { "0" } else { ":" }).collect();
    format!("[{}]", parts.join(", "))
}

/// `[:, None]`, `[None, :]`, `[..., None]`
pub(crate) fn new_axes(mask: u32, rank: usize) -> String {
    let total = rank + mask.count_ones() as usize;
    let only_last = mask == 1 << (total - 1);
    if only_last && rank > 1 {
        return "[..., None]".into();
    }
    let parts: Vec<&str> = (0..total).map(|k| if mask >> k & 1 == 1 { "None" } else { ":" }).collect();
    format!("[{}]", parts.join(", "))
}
