//! Expressions as formulas: precedence, brackets, and the shortest name of everything.

mod call;
mod contraction;
mod moved;
mod product;

pub(crate) use self::call::{axis_list, new_axes};
pub use self::contraction::letter;
use self::moved::scattered;
use self::product::number;
use super::{Charset, Formula, Side, Token, spell};
use crate::expr::{Arena, Constant, Id, Number, Op, SymbolKind};
use crate::ops::Spelling;
use crate::syntax::Dialect;
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
            Op::Unsqueeze(mask) => self.unsqueezed(id, *mask),
            Op::Squeeze(mask) => self.squeezed(id, *mask),
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
            Op::Diag | Op::Diagonal => self.call("diag", args, None),
            Op::Trace => self.call("trace", args, None),
            Op::Outer => self.call("outer", args, None),
            Op::Einsum { inputs, output } => self.einsum(id, inputs, output, args),
            Op::Call(function, attributes) => self.whole(id, *function, args, attributes, false),
            Op::Apply(function) => {
                let primitive = function.primitive();
                match primitive.spelling {
                    Spelling::Call => {
                        let shown = self.without_defaults(function.entry().parameters, args);
                        self.call(function.entry().names[0], &args[..shown], None);
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
}
