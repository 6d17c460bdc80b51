//! Pieces of lines, with the hue that each dimension has on this page.

use crate::expr::{Arena, Id, Op, SymbolId};
use crate::formula::{Formula, Names, Token, formula, short, short_atom, short_factor, symbol};
use crate::render::document::{Piece, Side, Text, words};
use crate::shape::Dim;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// Writes names, formulas and shapes of one arena.
pub struct Pen<'a> {
    /// What is written about.
    pub arena: &'a Arena,
    /// What is written by a name that was introduced.
    pub names: &'a Names,
    /// The hue of each dimension, found out where the first is drawn.
    hues: OnceCell<FxHashMap<String, u8>>,
}

impl<'a> Pen<'a> {
    /// A pen for the names and dimensions of a program.
    pub fn new(arena: &'a Arena) -> Self {
        Pen { arena, names: &[], hues: OnceCell::new() }
    }

    /// The same pen, which writes what has one of these names by it.
    pub fn with_names(self, names: &'a Names) -> Self {
        Pen { names, ..self }
    }

    /// One dimension.
    pub fn side(&self, dim: Dim) -> Side {
        let name = self.arena.dims.show(dim);
        let hue = self.hues.get_or_init(|| hues(self.arena)).get(&name).copied();
        Side { name, hue }
    }

    /// One dimension, as a piece.
    pub fn dim(&self, dim: Dim) -> Piece {
        Piece::Side(self.side(dim))
    }

    /// A shape.
    pub fn shape(&self, shape: &[Dim]) -> Piece {
        Piece::Shape(shape.iter().map(|&dim| self.side(dim)).collect())
    }

    /// The shape of an expression.
    pub fn shape_of(&self, id: Id) -> Piece {
        self.shape(self.arena.shape(id))
    }

    /// A name.
    pub fn name(&self, id: SymbolId) -> Piece {
        Piece::Formula(vec![symbol(self.arena, id)])
    }

    /// An expression.
    pub fn formula(&self, id: Id) -> Piece {
        Piece::Formula(formula(self.arena, id))
    }

    /// An expression, with the names that were introduced.
    pub fn short(&self, id: Id) -> Piece {
        Piece::Formula(short(self.arena, id, self.names))
    }

    /// An expression as a factor of a product, transposed or not.
    pub fn factor(&self, id: Id, transposed: bool) -> Formula {
        if !transposed {
            return short_factor(self.arena, id, self.names);
        }
        let mut tokens = short_atom(self.arena, id, self.names);
        tokens.push(Token::Transpose { batch: self.arena.shape(id).len() > 2 });
        tokens
    }

    /// `⟨left, right⟩`; the right side alone where there is no left one.
    pub fn pairing(&self, left: Option<Formula>, right: Formula) -> Formula {
        let Some(left) = left else { return right };
        let mut tokens = vec![Token::Mark("⟨")];
        tokens.extend(left);
        tokens.push(Token::Mark(","));
        tokens.extend(right);
        tokens.push(Token::Mark("⟩"));
        tokens
    }

    /// Whether the expression is the number 1: the upstream gradient of the objective itself.
    pub fn is_one(&self, id: Id) -> bool {
        self.arena.as_number(id).is_some_and(crate::expr::Number::is_one)
    }
}

/// A hue for each dimension of the program, in the order in which they are met.
fn hues(arena: &Arena) -> FxHashMap<String, u8> {
    let mut hues = FxHashMap::default();
    let mut seen = FxHashSet::default();
    for dim in arena.symbols.iter().flat_map(|s| s.shape.iter().copied()) {
        if seen.insert(dim) && arena.dims.as_integer(dim).is_none() {
            let next = hues.len() as u8;
            hues.entry(arena.dims.show(dim)).or_insert(next);
        }
    }
    hues
}

/// A formula as a piece.
pub fn piece(tokens: Formula) -> Piece {
    Piece::Formula(tokens)
}

/// The operands of the last operation and the sign between them, numbers and scalars in front left aside; nothing where that operation
/// has no sign of its own.
pub fn operands(arena: &Arena, id: Id) -> Option<(&'static str, Vec<Id>)> {
    let mut core = id;
    loop {
        let args = arena.args(core);
        match arena.op(core) {
            Op::Add(coefficients) if coefficients.len() == 1 => core = args[0],
            Op::Multiply => {
                let arrays: Vec<Id> = args.iter().copied().filter(|&a| !arena.shape(a).is_empty()).collect();
                match arrays.as_slice() {
                    [] => return None,
                    [one] => core = *one,
                    _ => return Some(("\u{a0}*\u{a0}", arrays)),
                }
            }
            Op::MatMul => return Some(("\u{a0}@\u{a0}", args.to_vec())),
            Op::Outer => return Some(("\u{a0}⊗\u{a0}", args.to_vec())),
            Op::Add(_) => return Some(("\u{a0}+\u{a0}", args.iter().copied().filter(|&a| !arena.shape(a).is_empty()).collect())),
            _ => return None,
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: Vec<Piece>) -> Text {
    let count = items.len();
    let mut text = Vec::new();
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            text.push(words(if place + 1 == count { " and " } else { ", " }));
        }
        text.push(item);
    }
    text
}
