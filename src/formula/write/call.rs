//! Functions: their operands, and what they say besides.

use super::{Writer, level};
use crate::expr::{Id, Number, Op, SymbolKind};
use crate::formula::Token;
use crate::ops::{Attribute, Function};
use crate::shape::Dim;

impl Writer<'_> {
    pub(super) fn call(&mut self, name: &'static str, args: &[Id], rest: &str) {
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
        let axes = axis_list(*axes, self.arena.shape(args[0]).len());
        let rest = match (axes.is_empty(), keep) {
            (true, false) => String::new(),
            (true, true) => "keepdims=True".into(),
            (false, false) => format!("axis={axes}"),
            (false, true) => format!("axis={axes}, keepdims=True"),
        };
        self.call(name, args, &rest);
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
