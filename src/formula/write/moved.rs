//! Parts of arrays, and what puts them back, in the functions that NumPy and the language share: `X[1:, 0]`, `concat([zeros(1, m), G])`,
//! `one_hot(i, n)ᵀ @ G`.

use super::{Writer, letter, level};
use crate::expr::{Arena, Id, Number, Op};
use crate::formula::Token;
use crate::ops::{Attribute, Cut, Function};
use crate::shape::{Dim, Shape};

impl Writer<'_> {
    /// Writes a function that has no call of its own; whether it is one.
    pub(super) fn moved(&mut self, id: Id, function: Function, args: &[Id], attributes: &[Attribute]) -> bool {
        match (function.entry().names[0], attributes) {
            ("slice", [Attribute::Cuts(cuts)]) => self.part(args[0], cuts, 0),
            ("pad", [Attribute::Pairs(pairs)]) => self.padded(id, args[0], pairs, 0),
            ("concat", [Attribute::Axes(axes)]) => self.joined(axes[0].into(), args, None),
            ("gather", [Attribute::Axes(axes)]) => {
                self.expression(args[0], level::ATOM);
                self.verbatim(format!("[{}", ":, ".repeat(axes[0].into())));
                self.expression(args[1], level::ANY);
                self.mark("]");
            }
            ("scatter_add", _) => match scattered(self.arena, id) {
                Some(form) => self.scattered(args[1], args[2], self.arena.shape(args[0])[form.axis], &form),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// `concat([A, B], axis=1)`, with zeros before and behind where there are some; `stack` where every part has its axis from here.
    fn joined(&mut self, axis: usize, parts: &[Id], zeros: Option<&Zeros>) {
        let stacked = parts.iter().all(|&x| single(self.arena, x, axis).is_some()) && zeros.is_none_or(|z| z.lone(self.arena));
        self.out.push(Token::Function(if stacked { "stack" } else { "concat" }));
        self.mark("(");
        self.mark("[");
        let none = |arena: &Arena, dim: Dim| arena.dims.as_integer(dim) == Some(0);
        let ends = zeros.map(|z| [z.pair.0, z.pair.1].map(|dim| (dim, z)));
        let [before, behind] = ends.map_or([None, None], |ends| ends.map(|(dim, z)| (!none(self.arena, dim)).then_some((dim, z))));
        if let Some((dim, zeros)) = before {
            self.zeros(zeros, dim, stacked);
            self.mark(",");
        }
        match zeros.and_then(|z| z.inner) {
            Some((id, x, pairs, axis)) => self.padded(id, x, pairs, axis),
            None => {
                for (place, &part) in parts.iter().enumerate() {
                    if place > 0 {
                        self.mark(",");
                    }
                    match single(self.arena, part, axis).filter(|_| stacked) {
                        Some((x, Some(cuts))) => self.part(x, cuts, 1 << axis),
                        Some((x, None)) => self.expression(x, level::ANY),
                        None => self.expression(part, level::ANY),
                    }
                }
            }
        }
        if let Some((dim, zeros)) = behind {
            self.mark(",");
            self.zeros(zeros, dim, stacked);
        }
        self.mark("]");
        if axis > 0 {
            self.mark(",");
            self.verbatim(format!("axis={axis}"));
        }
        self.mark(")");
    }

    fn zeros(&mut self, zeros: &Zeros, count: Dim, stacked: bool) {
        let mut shape = zeros.shape.clone();
        match stacked {
            true => drop(shape.remove(zeros.axis)),
            false => shape[zeros.axis] = count,
        }
        self.out.push(Token::Function("zeros"));
        self.shape(&shape);
    }

    /// Zeros joined to an array: from axis `from` on, the first axis outermost.
    fn padded(&mut self, id: Id, x: Id, pairs: &[(Dim, Dim)], from: usize) {
        let dims = &self.arena.dims;
        let some = |axis: &usize| [pairs[*axis].0, pairs[*axis].1].iter().any(|&dim| dims.as_integer(dim) != Some(0));
        let mut axes = (from..pairs.len()).filter(some);
        let Some(axis) = axes.next() else { return self.expression(x, level::ANY) };
        let next = axes.next();
        let (own, whole) = (self.arena.shape(x), self.arena.shape(id));
        // what stands further in has its zeros already
        let shape = (0..pairs.len()).map(|k| if k > axis { whole[k] } else { own[k] }).collect();
        let inner = next.map(|next| (id, x, pairs, next));
        let parts = match self.arena.op(x) {
            Op::Call(function, attributes) if next.is_none() && function.entry().names[0] == "concat" => match &attributes[..] {
                [Attribute::Axes(axes)] if usize::from(axes[0]) == axis => self.arena.args(x),
                _ => &[x][..],
            },
            _ => &[x][..],
        };
        self.joined(axis, parts, Some(&Zeros { shape, axis, pair: pairs[axis], inner }));
    }

    /// Rows added up by index, as the product with the one-hot rows of the index.
    fn scattered(&mut self, i: Id, y: Id, count: Dim, form: &Scattered) {
        let one_hot = |writer: &mut Self| {
            writer.out.push(Token::Function("one_hot"));
            writer.mark("(");
            writer.expression(i, level::ANY);
            writer.mark(",");
            writer.length(count);
            writer.mark(")");
        };
        match form.sign {
            Sign::Left => {
                one_hot(self);
                self.out.extend([Token::Transpose { batch: false }, Token::Operator("@")]);
                // a product of products has no order
                self.expression(y, if matches!(self.arena.op(y), Op::MatMul) { level::PRODUCT } else { level::UNARY });
            }
            Sign::Right | Sign::Times => {
                self.expression(y, if matches!(self.arena.op(y), Op::MatMul) { level::PRODUCT } else { level::UNARY });
                self.out.push(Token::Operator(if form.sign == Sign::Right { "@" } else { "*" }));
                one_hot(self);
            }
            Sign::Outer => {
                self.out.push(Token::Function("outer"));
                self.mark("(");
                one_hot(self);
                self.mark(",");
                self.expression(y, level::ANY);
                self.mark(")");
            }
            Sign::Einsum => {
                let (rank, own) = (self.arena.shape(y).len(), self.arena.shape(i).len());
                let letters: Vec<char> = (0..=rank).map(letter).collect();
                let (looked, new) = (&letters[form.axis..form.axis + own], letters[rank]);
                let text = |list: &[char]| list.iter().collect::<String>();
                let result = [&letters[..form.axis], &[new], &letters[form.axis + own..rank]].concat();
                self.out.push(Token::Function("einsum"));
                self.mark("(");
                self.verbatim(format!("\"{}{new},{}->{}\"", text(looked), text(&letters[..rank]), text(&result)));
                self.mark(",");
                one_hot(self);
                self.mark(",");
                self.expression(y, level::ANY);
                self.mark(")");
            }
        }
    }

    /// `X[1:, 0]`, where the axes in `dropped` have one entry each and are gone.
    pub(super) fn part(&mut self, x: Id, cuts: &[Cut], dropped: u32) {
        self.expression(x, level::ATOM);
        self.mark("[");
        let lengths = self.arena.shape(x);
        let dims = &self.arena.dims;
        let whole = |cut: &Cut, length: Dim| cut.count == length && cut.step == 1;
        let last = (0..cuts.len()).rposition(|k| dropped >> k & 1 == 1 || !whole(&cuts[k], lengths[k])).unwrap_or(0);
        for (axis, (cut, &length)) in cuts.iter().zip(lengths).enumerate().take(last + 1) {
            if axis > 0 {
                self.mark(",");
            }
            // a place is counted from the end where only that makes it a number
            let place = |dim: Dim| match (dims.as_integer(dim), dims.distance(dim, length)) {
                (None, Some(distance)) if distance < 0 => Err(distance),
                _ => Ok(dim),
            };
            let write = |writer: &mut Self, dim: Dim| match place(dim) {
                Err(distance) => writer.verbatim(distance.to_string()),
                Ok(dim) => writer.length(dim),
            };
            if dropped >> axis & 1 == 1 {
                write(self, cut.start);
                continue;
            }
            if dims.as_integer(cut.start) != Some(0) {
                write(self, cut.start);
            }
            self.verbatim(":");
            if !dims.distance(length, cut.stop).is_some_and(|rest| (0..cut.step).contains(&rest)) {
                write(self, cut.stop);
            }
            if cut.step != 1 {
                self.verbatim(format!(":{}", cut.step));
            }
        }
        self.mark("]");
    }
}

/// What an array with one entry along an axis is made of: an array without the axis, or a part of one.
fn single(arena: &Arena, x: Id, axis: usize) -> Option<(Id, Option<&[Cut]>)> {
    let inner = *arena.args(x).first()?;
    match arena.op(x) {
        Op::Unsqueeze(mask) => (*mask == 1 << axis).then_some((inner, None)),
        Op::Broadcast(shape) => (arena.shape(inner).is_empty() && shape[..] == [Dim::ONE]).then_some((inner, None)),
        _ => entry_of(arena, 1 << axis, x).map(|cuts| (inner, Some(cuts))),
    }
}

/// What is yet to be put round an array: the node, its operand, what goes round it, and from which axis on.
type Inner<'a> = (Id, Id, &'a [(Dim, Dim)], usize);

/// Zeros beside an array along an axis.
struct Zeros<'a> {
    /// The shape of the array.
    shape: Shape,
    axis: usize,
    pair: (Dim, Dim),
    /// What stands there if it is not the array itself.
    inner: Option<Inner<'a>>,
}

impl Zeros<'_> {
    /// Whether there is one at most on either side, so that it may be stacked.
    fn lone(&self, arena: &Arena) -> bool {
        let few = |dim: Dim| arena.dims.as_integer(dim).is_some_and(|count| count <= 1);
        self.inner.is_none() && few(self.pair.0) && few(self.pair.1)
    }
}

/// By which operation.
#[derive(PartialEq)]
pub(super) enum Sign {
    Left,
    Right,
    Times,
    Outer,
    Einsum,
}

impl Sign {
    pub(super) fn level(&self) -> u8 {
        if matches!(self, Sign::Outer | Sign::Einsum) { level::ATOM } else { level::PRODUCT }
    }
}

/// How rows that are added to zeros by index are written.
pub(super) struct Scattered {
    axis: usize,
    pub(super) sign: Sign,
}

pub(super) fn scattered(arena: &Arena, id: Id) -> Option<Scattered> {
    let Op::Call(function, attributes) = arena.op(id) else { return None };
    let args = arena.args(id);
    let [Attribute::Axes(axes)] = &attributes[..] else { return None };
    let zeros = |x: Id| matches!(arena.op(x), Op::Broadcast(_)) && arena.as_number(arena.args(x)[0]).is_some_and(Number::is_zero);
    if function.entry().names[0] != "scatter_add" || !zeros(args[0]) {
        return None;
    }
    let (axis, rank) = (usize::from(axes[0]), arena.shape(args[2]).len());
    let sign = match arena.shape(args[1]).len() {
        1 if axis == 0 && rank <= 2 => Sign::Left,
        1 if axis + 1 == rank => Sign::Right,
        0 if rank == 0 => Sign::Times,
        0 if rank == 1 && axis == 0 => Sign::Outer,
        _ => Sign::Einsum,
    };
    Some(Scattered { axis, sign })
}

/// What a part of an array takes, if the axes that are dropped have one entry each by it: `X[0]`.
pub(super) fn entry_of(arena: &Arena, dropped: u32, x: Id) -> Option<&[Cut]> {
    match arena.op(x) {
        Op::Call(_, attributes) => match &attributes[..] {
            [Attribute::Cuts(cuts)] if (0..cuts.len()).all(|k| dropped >> k & 1 == 0 || cuts[k].count == Dim::ONE) => Some(cuts),
            _ => None,
        },
        _ => None,
    }
}
