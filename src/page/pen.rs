//! Pieces of lines, with the hue that each dimension has on this page.

use crate::expr::{Arena, Id, Op, Symbol, SymbolId, SymbolKind};
use crate::formula::{Formula, Names, Token, formula, shaped, short, short_atom, short_factor, symbol};
use crate::render::document::{Block, Document, Equation, Piece, Side, Text, table, words};
use crate::rewrite::Application;
use crate::shape::Dim;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// Below how many operands of one formula shapes are drawn.
const MAX_SHAPED: usize = 6;

/// Writes names, formulas and shapes of one arena.
pub struct Pen<'a> {
    /// What is written about.
    pub arena: &'a Arena,
    /// What is written by a name that was introduced.
    pub names: &'a Names,
    /// The hue of each dimension, found out where the first is drawn.
    hues: OnceCell<FxHashMap<String, u8>>,
    /// How many names of the program are the same in small letters.
    alike: OnceCell<FxHashMap<String, usize>>,
}

impl<'a> Pen<'a> {
    /// A pen for the names and dimensions of a program.
    pub fn new(arena: &'a Arena) -> Self {
        Pen { arena, names: &[], hues: OnceCell::new(), alike: OnceCell::new() }
    }

    /// The same pen, which writes what has one of these names by it.
    pub fn with_names(self, names: &'a Names) -> Self {
        Pen { names, ..self }
    }

    /// What was written, with what its reader needs to know of the variables.
    pub fn document(&self, blocks: Vec<Block>) -> Document {
        let arena = self.arena;
        let symbols = self.of_program().map(|s| (s.name.clone(), s.shape.len() as u8));
        let names = self.names.iter().map(|(id, name)| (name.as_str().into(), arena.shape(*id).len() as u8));
        Document { blocks, ranks: symbols.chain(names).collect(), ..Document::default() }
    }

    /// What the program names.
    fn of_program(&self) -> impl Iterator<Item = &'a Symbol> {
        self.arena.symbols.iter().filter(|s| matches!(s.kind, SymbolKind::Input | SymbolKind::Intermediate))
    }

    /// How many names of the program are this one in small letters.
    pub fn alike(&self, small: &str) -> usize {
        let count = || {
            let mut alike: FxHashMap<String, usize> = FxHashMap::default();
            self.of_program().for_each(|symbol| *alike.entry(symbol.name.to_lowercase()).or_default() += 1);
            alike
        };
        self.alike.get_or_init(count).get(small).copied().unwrap_or(0)
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

    /// The sides of a shape.
    pub fn sides(&self, shape: &[Dim]) -> Box<[Side]> {
        shape.iter().map(|&dim| self.side(dim)).collect()
    }

    /// An expression with the shapes of its operands below them, where it has some that can be told apart.
    pub fn with_shapes(&self, id: Id) -> Option<Formula> {
        let marked = |x: Id| (x, self.sides(self.arena.shape(x)));
        let list = match (operands(self.arena, id), self.arena.op(id), self.arena.args(id)) {
            (Some((sign, list)), ..) => {
                let inner = |&x: &Id| match operands(self.arena, x) {
                    Some(("@", factors)) if sign == "+" => factors,
                    _ => vec![x],
                };
                list.iter().flat_map(inner).collect()
            }
            (None, Op::Sum { .. }, args) => args.to_vec(),
            (None, _, []) if !self.arena.shape(id).is_empty() => vec![id],
            _ => return None,
        };
        if list.len() > MAX_SHAPED {
            return None;
        }
        let marks: Vec<_> = list.into_iter().filter(|&x| !self.arena.shape(x).is_empty()).map(marked).collect();
        shaped(self.arena, id, self.names, &marks)
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

    /// The rules that were applied: a table on a screen, and a chain of formulas in running text.
    pub fn rules(&self, rules: &[Application]) -> Vec<Block> {
        let row =
            |a: &Application| vec![vec![words(a.rule)], vec![self.formula(a.before)], vec![Piece::Sign("→")], vec![self.formula(a.after)]];
        let line = |relation, id, reason| Equation { left: vec![], relation, right: vec![self.formula(id)], reason };
        let step = |a: &Application| [line("", a.before, vec![]), line("→", a.after, vec![words(a.rule)])];
        vec![
            Block::Screen(vec![table(&[], rules.iter().map(row).collect())]),
            Block::Prose(vec![Block::Equations(rules.iter().flat_map(step).collect())]),
        ]
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

/// Words, with what stands between backticks as code.
pub fn quoted(text: &str) -> Text {
    let part = |(place, part): (usize, &str)| if place % 2 == 1 { Piece::Code(part.into()) } else { words(part) };
    text.split('`').enumerate().filter(|(_, part)| !part.is_empty()).map(part).collect()
}

/// Lengths: `n=2, d=3`.
pub fn lengths<'l>(list: impl Iterator<Item = (&'l str, usize)>) -> Text {
    let mut text = Text::new();
    for (name, length) in list {
        if !text.is_empty() {
            text.push(words(", "));
        }
        text.push(piece(vec![Token::Length(name.into()), Token::Tight("="), Token::Number(length.to_string().into())]));
    }
    text
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
                    _ => return Some(("*", arrays)),
                }
            }
            Op::MatMul => return Some(("@", args.to_vec())),
            Op::Outer => return Some(("⊗", args.to_vec())),
            Op::Add(_) => return Some(("+", args.iter().copied().filter(|&a| !arena.shape(a).is_empty()).collect())),
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
