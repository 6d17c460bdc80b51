//! A formula as a row of arrays: its sums, products and contractions taken apart, everything else a box with a name.

use super::Desk;
use crate::derive::is_scaling;
use crate::expr::{Id, Number, Op, SymbolId};
use crate::formula::{Formula, Token, short, short_factor, symbol};
use crate::limits::MAX_ROW;
use crate::render::document::{Text, words};
use crate::render::figure::{Array, Axis, Form, Item, Row};
use crate::shape::Dim;

/// `value = symbol` as a row; nothing where it has too many pieces.
pub(super) fn row(desk: &Desk, value: Id, result: SymbolId) -> Option<Row> {
    let arena = desk.pen.arena;
    let mut maker = Maker { desk, items: vec![], upright: false };
    maker.upright = maker.stands(value);
    maker.sum(value);
    maker.sign("=");
    let shape = &arena.info(result).shape;
    let label = vec![symbol(arena, result)];
    maker.items.push(Item::Array(Array { label, axes: maker.axes(shape), upright: maker.upright, form: Form::Whole }));
    (maker.items.len() <= MAX_ROW).then_some(Row { items: maker.items, caption: vec![] })
}

/// At which lengths the boxes are drawn.
pub(super) fn scale_note(desk: &Desk) -> Option<Text> {
    const SHOWN: usize = 8;
    let lengths = &desk.lengths;
    if lengths.is_empty() {
        return None;
    }
    let mut text = vec![words("drawn at ")];
    for (place, (name, n)) in lengths.iter().take(SHOWN).enumerate() {
        let side = desk.pen.arena.dims.find(name).map_or(words(name.as_str()), |dim| desk.pen.dim(dim));
        text.extend([words(if place > 0 { ", " } else { "" }), side, words(format!(" = {n}"))]);
    }
    if lengths.len() > SHOWN {
        text.push(words(format!(", ... ({} dimensions)", lengths.len())));
    }
    text.push(words("; equal sides have one colour and one pattern"));
    Some(text)
}

struct Maker<'a> {
    desk: &'a Desk<'a>,
    items: Vec<Item>,
    /// How 1-D arrays stand that no product turns.
    upright: bool,
}

impl Maker<'_> {
    /// Whether the 1-D value of an expression comes out of a product upright: from `A @ x`.
    fn stands(&self, id: Id) -> bool {
        let arena = self.desk.pen.arena;
        match arena.op(id) {
            Op::Add(_) | Op::Multiply => arena.args(id).iter().any(|&arg| self.stands(arg)),
            Op::MatMul => {
                let args = arena.args(id);
                arena.shape(args[args.len() - 1]).len() == 1 && arena.shape(id).len() == 1
            }
            _ => false,
        }
    }

    fn sign(&mut self, sign: &'static str) {
        self.items.push(Item::Sign(vec![Token::Operator(sign)]));
    }

    fn axes(&self, shape: &[Dim]) -> Vec<Axis> {
        let pen = &self.desk.pen;
        let value = |name: &str| self.desk.lengths.iter().find(|(known, _)| known == name).map(|(_, n)| *n);
        let length = |dim: Dim| pen.arena.dims.evaluate(dim, &value).and_then(|n| usize::try_from(n).ok()).unwrap_or(3);
        shape.iter().map(|&dim| Axis { side: pen.side(dim), length: length(dim) }).collect()
    }

    /// An array by its name or formula, repeated to `shape` where its own is another.
    fn array(&mut self, label: Formula, id: Id, shape: &[Dim], upright: bool) {
        let own = self.desk.pen.arena.shape(id);
        let mut form = Form::Whole;
        if own != shape {
            let offset = shape.len() - own.len();
            let has = |k: usize| k >= offset && own[k - offset] == shape[k];
            form = Form::Stretched(self.axes(shape).into_iter().enumerate().map(|(k, axis)| (axis, has(k))).collect());
        }
        let axes = self.axes(own);
        self.items.push(Item::Array(Array { label, axes, upright, form }));
    }

    /// Terms with their signs.
    fn sum(&mut self, id: Id) {
        let arena = self.desk.pen.arena;
        let Op::Add(coefficients) = arena.op(id) else { return self.product(id, arena.shape(id)) };
        // a positive term stands first, as it is written
        let mut terms: Vec<(Number, Id)> = coefficients.iter().copied().zip(arena.args(id).iter().copied()).collect();
        if let Some(first) = terms.iter().position(|term| !term.0.is_negative()) {
            terms[..=first].rotate_right(1);
        }
        for (place, &(coefficient, arg)) in terms.iter().enumerate() {
            let size = if coefficient.is_negative() { coefficient.negated() } else { coefficient };
            match (coefficient.is_negative(), place) {
                (true, _) => self.sign("-"),
                (false, 0) => {}
                (false, _) => self.sign("+"),
            }
            if !size.is_one() {
                self.items.push(Item::Sign(vec![Token::Number(size.to_string().into())]));
                self.sign("*");
            }
            self.product(arg, arena.shape(id));
        }
    }

    /// Factors with signs between them; what is repeated is repeated to `shape`.
    fn product(&mut self, id: Id, shape: &[Dim]) {
        let arena = self.desk.pen.arena;
        let args = arena.args(id);
        let named = self.desk.pen.names.iter().any(|(known, _)| *known == id);
        match arena.op(id) {
            _ if named => self.leaf(id, shape),
            Op::Multiply => self.factors(id, shape),
            Op::MatMul => {
                let last = args.len() - 1;
                for (place, &arg) in args.iter().enumerate() {
                    if place > 0 {
                        self.sign("@");
                    }
                    self.array(short_factor(arena, arg, self.desk.pen.names), arg, arena.shape(arg), place == last);
                }
            }
            Op::Outer => {
                self.array(short_factor(arena, args[0], self.desk.pen.names), args[0], arena.shape(args[0]), true);
                self.sign("⊗");
                self.array(short_factor(arena, args[1], self.desk.pen.names), args[1], arena.shape(args[1]), false);
            }
            Op::Sum { axes, .. } => {
                let summed = (0..arena.shape(args[0]).len()).map(|axis| axes >> axis & 1 == 1).collect();
                let label = short(arena, id, self.desk.pen.names);
                let axes = self.axes(arena.shape(args[0]));
                self.items.push(Item::Array(Array { label, axes, upright: false, form: Form::Squeezed(summed) }));
            }
            Op::Broadcast(_) => self.array(short(arena, args[0], self.desk.pen.names), args[0], shape, self.upright),
            _ => self.leaf(id, shape),
        }
    }

    fn leaf(&mut self, id: Id, shape: &[Dim]) {
        let label = short_factor(self.desk.pen.arena, id, self.desk.pen.names);
        if self.desk.pen.arena.shape(id).is_empty() && !self.has_symbols(id) && self.desk.pen.arena.shape(id) == shape {
            self.items.push(Item::Sign(label));
        } else {
            self.array(label, id, shape, self.upright);
        }
    }

    fn has_symbols(&self, id: Id) -> bool {
        let arena = self.desk.pen.arena;
        arena.reachable(&[id]).iter().any(|&leaf| arena.as_symbol(leaf).is_some())
    }

    /// Factors and divisors with signs between them.
    fn factors(&mut self, id: Id, shape: &[Dim]) {
        let arena = self.desk.pen.arena;
        let divisor = |arg: Id| if let Op::Power(e) = arena.op(arg) { Some(e.negated()).filter(|e| !e.is_negative()) } else { None };
        let mut args = arena.args(id).to_vec();
        // what divides stands behind a factor, as it is written
        match args.iter().position(|&arg| divisor(arg).is_none()) {
            Some(first) => args[..=first].rotate_right(1),
            None => self.items.push(Item::Sign(vec![Token::Number("1".into())])),
        }
        let alone = arena.shape(id).is_empty() || is_scaling(arena, id).is_some();
        for (place, &arg) in args.iter().enumerate() {
            let divides = divisor(arg);
            match (divides, place) {
                (Some(_), _) => self.sign("/"),
                (None, 0) => {}
                (None, _) => self.sign("*"),
            }
            // beside scalars alone a product needs no brackets
            let opens = alone && divides.is_none() && matches!(arena.op(arg), Op::MatMul | Op::Outer | Op::Sum { .. });
            if opens {
                self.product(arg, arena.shape(arg));
                continue;
            }
            let (label, base) = match divides {
                Some(exponent) => self.root(arena.args(arg)[0], exponent),
                None => (short_factor(arena, arg, self.desk.pen.names), arg),
            };
            if arena.shape(base).is_empty() && !self.has_symbols(base) {
                self.items.push(Item::Sign(label));
            } else {
                // a scalar that scales stays a dot
                let to = if arena.shape(base).is_empty() { arena.shape(base) } else { shape };
                self.array(label, base, to, self.upright);
            }
        }
    }

    /// `base`, `sqrt(base)`, `base**2`
    fn root(&self, base: Id, exponent: Number) -> (Formula, Id) {
        let (arena, names) = (self.desk.pen.arena, self.desk.pen.names);
        let label = if exponent.is_one() {
            short_factor(arena, base, names)
        } else if exponent == Number::HALF {
            let inner = short(arena, base, names);
            [vec![Token::Function("sqrt"), Token::Mark("(")], inner, vec![Token::Mark(")")]].concat()
        } else {
            let mut label = crate::formula::short_atom(arena, base, names);
            label.extend([Token::Tight("**"), Token::Number(exponent.to_string().into())]);
            label
        };
        (label, base)
    }
}
