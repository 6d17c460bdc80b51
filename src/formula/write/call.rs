//! Functions: their operands, and what they say besides.

use super::moved::entry_of;
use super::{Writer, level};
use crate::expr::{Id, Number, Op, SymbolKind};
use crate::formula::{Along, Side, Token};
use crate::ops::{Attribute, Function};
use crate::shape::Dim;

impl Writer<'_> {
    pub(super) fn call(&mut self, name: &'static str, args: &[Id], rest: Option<Token>) {
        self.out.push(Token::Function(name));
        self.mark("(");
        for (place, &arg) in args.iter().enumerate() {
            if place > 0 {
                self.mark(",");
            }
            self.expression(arg, level::ANY);
        }
        if let Some(rest) = rest {
            self.mark(",");
            self.out.push(rest);
        }
        self.mark(")");
    }

    /// What is said of these axes of an operand, where `id` is what comes out.
    pub(super) fn along(&self, typed: String, axes: u32, operand: Id, id: Id, kept: bool) -> Token {
        let arena = self.arena;
        let own = arena.shape(operand);
        let name = |dim: Dim| arena.dims.show(dim);
        let plain = |name: &str| name.starts_with(char::is_alphabetic) && !name.contains([' ', '*']);
        // where the axes stay, the shape tells which they are
        let told = |dim: Dim| kept || own.iter().filter(|other| **other == dim).count() == 1;
        let axis = |k: usize| Some(name(own[k])).filter(|name| plain(name) && told(own[k])).unwrap_or_else(|| format!("axis {k}"));
        let axes = (0..own.len()).filter(|k| axes >> k & 1 == 1).map(axis).collect();
        let shape = arena.shape(id).iter().map(|&dim| Side { name: name(dim), hue: None }).collect();
        Token::Axes(Box::new(Along { typed, axes, shape, kept }))
    }

    /// A function of whole arrays: its operands, then what it says besides, where that is not the default.
    pub(super) fn whole(&mut self, id: Id, function: Function, args: &[Id], attributes: &[Attribute], keep: bool) {
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
            if let (Attribute::Axes(axes), "axis", &[operand]) = (attribute, name, args) {
                let axes = axes.iter().fold(0, |mask, axis| mask | 1 << axis);
                let token = self.along(format!("axis={}", axis_list(axes, usize::MAX)), axes, operand, id, keep);
                self.out.push(token);
                continue;
            }
            if !default.is_empty() {
                self.verbatim(format!("{name}="));
            }
            self.attribute(attribute);
        }
        if keep {
            self.mark(",");
            let token = args.first().map(|&operand| self.along("keepdims=True".into(), 0, operand, id, true));
            self.out.extend(token);
        }
        self.mark(")");
    }

    /// With new axes: `x[:, None]`, or the function that left them out and may keep them.
    pub(super) fn unsqueezed(&mut self, id: Id, mask: u32) {
        let inner = self.arena.args(id)[0];
        if let Op::Call(function, attributes) = self.arena.op(inner) {
            let operands = self.arena.args(inner);
            let dropped = |&y: &Id| function.dropped(attributes, self.arena.shape(y).len());
            if operands.first().and_then(dropped) == Some(mask) {
                return self.whole(id, *function, operands, attributes, true);
            }
        }
        self.expression(inner, level::ATOM);
        let typed = new_axes(mask, self.arena.shape(inner).len());
        let token = self.along(typed, 0, inner, id, true);
        self.out.push(token);
    }

    /// Without axes of length 1: `X[0]`, or `squeeze`.
    pub(super) fn squeezed(&mut self, id: Id, mask: u32) {
        let args = self.arena.args(id);
        match entry_of(self.arena, mask, args[0]) {
            Some(cuts) => self.part(self.arena.args(args[0])[0], cuts, mask),
            None => self.cut(args[0], mask),
        }
    }

    /// `x[:, 0]`; `squeeze(x, axis=1)` where `x` is long, for a line may end inside of a call.
    fn cut(&mut self, x: Id, mask: u32) {
        let start = self.out.len();
        self.expression(x, level::ATOM);
        let written: usize =
            self.out[start..].iter().map(|token| crate::formula::word(token, crate::formula::Charset::Unicode).len()).sum();
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

    pub(super) fn attribute(&mut self, attribute: &Attribute) {
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

    /// How many arguments to write: those at the end that are the default need not be.
    pub(super) fn without_defaults(&self, parameters: &str, args: &[Id]) -> usize {
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

    /// `sum(x, axis=0, keepdims=True)`, or `mean` of the same.
    pub(super) fn reduction(&mut self, name: &'static str, sum: Id) {
        let Op::Sum { axes, keep } = self.arena.op(sum) else { return };
        let args = self.arena.args(sum);
        let typed = axis_list(*axes, self.arena.shape(args[0]).len());
        let typed = match (typed.is_empty(), keep) {
            (true, false) => return self.call(name, args, None),
            (true, true) => "keepdims=True".into(),
            (false, false) => format!("axis={typed}"),
            (false, true) => format!("axis={typed}, keepdims=True"),
        };
        let all = (1u64 << self.arena.shape(args[0]).len()) - 1;
        // all of them need no names
        let named = if u64::from(*axes) == all { 0 } else { *axes };
        let rest = self.along(typed, named, args[0], sum, *keep);
        self.call(name, args, Some(rest));
    }

    pub(super) fn shape(&mut self, shape: &[Dim]) {
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

    pub(super) fn length(&mut self, dim: Dim) {
        let text = self.arena.dims.show(dim);
        self.out.push(Token::Length(self.unshadowed(dim, text).into()));
    }

    /// In an expression a variable wins over a dimension of its name: such a length is written by an array that has it.
    pub(super) fn unshadowed(&self, dim: Dim, text: String) -> String {
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
