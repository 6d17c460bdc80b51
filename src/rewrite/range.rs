//! What is known of the entries of every node: between which bounds they are, and whether they are finite numbers at all.
//!
//! Two kinds of facts come beside the operations themselves: the properties that were declared, and what a program takes for granted. A
//! program that divides by `s` has a value only where `s` is not 0; so there a derivative with `1 / s` is finite. What stands behind an
//! operation that may take another branch (`where`, `relu`, `maximum`) is not taken for granted.

use crate::expr::{Arena, Constant, Id, Number, Op, SymbolId};
use crate::limits::MAX_BRANCH;
use crate::ops::{Family, Function, Range};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Ranges of nodes, each found once.
#[derive(Clone, Debug, Default)]
pub struct Ranges {
    /// What variables of the program stand for.
    values: FxHashMap<SymbolId, Id>,
    /// What is taken for granted.
    facts: FxHashMap<Id, Range>,
    /// What has been found.
    found: FxHashMap<Id, Range>,
    /// Whether it is of one branch alone.
    inside: bool,
}

impl Ranges {
    /// From now on `symbol` has the range of `value`.
    pub fn define(&mut self, symbol: SymbolId, value: Id) {
        self.values.insert(symbol, value);
    }

    /// What a variable of the program stands for.
    fn value(&self, arena: &Arena, id: Id) -> Option<&Id> {
        arena.as_symbol(id).and_then(|symbol| self.values.get(&symbol))
    }

    /// Takes for granted what the output of a program needs to be a number: `statements` are its variables and values, the output last.
    ///
    /// ```
    /// use pullback::{ops::Range, rewrite::Ranges, shape::{infer, Lengths}, syntax};
    /// let text = "x: (n,); s: (); y = x / s";
    /// let model = infer(&syntax::parse(text).unwrap(), text, Lengths::Declared).unwrap();
    /// let mut arena = model.arena;
    /// let s = arena.variable(model.inputs[1]);
    /// let mut ranges = Ranges::default();
    /// assert!(ranges.of(&arena, s).zero);
    /// ranges.take_for_granted(&arena, &[(model.output, model.statements[0].value)]);
    /// assert!(!ranges.of(&arena, s).zero);
    /// ```
    pub fn take_for_granted(&mut self, arena: &Arena, statements: &[(SymbolId, Id)]) {
        let Some(&(output, _)) = statements.last() else { return };
        let mut used: FxHashSet<SymbolId> = FxHashSet::from_iter([output]);
        let mut needed: FxHashSet<Id> = FxHashSet::default();
        for &(symbol, value) in statements.iter().rev() {
            if !used.contains(&symbol) {
                continue;
            }
            needed.insert(value);
            for node in arena.reachable(&[value]).into_iter().rev() {
                if !needed.contains(&node) {
                    continue;
                }
                if let Some(symbol) = arena.as_symbol(node) {
                    used.insert(symbol);
                    continue;
                }
                self.fact(node, Range { total: true, ..Range::REAL });
                let args = arena.args(node);
                match *arena.op(node) {
                    Op::Apply(function) | Op::Call(function, _) => {
                        let real = function.real();
                        for &(place, text) in real.needs.iter().filter(|(_, text)| Range::read(text).low <= Range::read(text).high) {
                            self.assume(arena, args[place], Range::read(text));
                        }
                        if !real.absorbs {
                            needed.extend(args);
                        }
                    }
                    Op::Power(exponent) => {
                        self.assume(arena, args[0], domain(exponent));
                        needed.extend(args);
                    }
                    _ => needed.extend(args),
                }
            }
        }
        self.found.clear();
    }

    fn fact(&mut self, node: Id, range: Range) {
        let known = self.facts.entry(node).or_insert(range);
        *known = known.and(range);
    }

    /// Takes a range for granted, and what it says of the operands.
    fn assume(&mut self, arena: &Arena, node: Id, range: Range) {
        let mut waiting: SmallVec<[(Id, Range); 4]> = SmallVec::from_iter([(node, range)]);
        while let Some((node, range)) = waiting.pop() {
            self.fact(node, range);
            waiting.extend(self.value(arena, node).map(|&value| (value, range)));
            let nonzero = Range { zero: false, ..Range::REAL };
            let args = arena.args(node);
            match arena.op(node) {
                Op::Add(coefficients) if args.len() == 1 && !coefficients[0].is_zero() => {
                    let back = coefficients[0].to_f64().recip();
                    waiting.push((args[0], range.times(Range::of(back))));
                }
                Op::Multiply if !range.zero => waiting.extend(args.iter().map(|&arg| (arg, nonzero))),
                Op::Power(exponent) if !range.zero && !exponent.is_negative() => waiting.push((args[0], nonzero)),
                Op::Unsqueeze(_) | Op::Squeeze(_) | Op::Broadcast(_) | Op::Permute(_) => waiting.push((args[0], range)),
                _ => {}
            }
        }
    }

    /// Takes for granted that a condition holds, or that it does not, where its operands are numbers.
    fn under(&mut self, arena: &Arena, condition: Id, holds: bool) {
        let mut waiting: SmallVec<[(Id, bool); 4]> = SmallVec::from_iter([(condition, holds)]);
        while let Some((mask, holds)) = waiting.pop() {
            let mask = self.value(arena, mask).copied().unwrap_or(mask);
            let Op::Apply(function) = *arena.op(mask) else { continue };
            if function.entry().family != Family::Mask {
                continue;
            }
            let args = arena.args(mask);
            let name = function.entry().names[0];
            match (name, holds) {
                ("logical_not", _) => waiting.push((args[0], !holds)),
                ("logical_and", true) | ("logical_or", false) => waiting.extend(args.iter().map(|&arg| (arg, holds))),
                ("logical_and" | "logical_or", _) => {}
                _ => {
                    let (x, y) = (self.of(arena, args[0]), self.of(arena, args[1]));
                    // what is no number is not above, and not below
                    if !(holds || x.total && y.total) {
                        continue;
                    }
                    let above = |r: Range, open: bool| Range { low: r.low, open: (open || r.open.0, true), ..Range::REAL }.and(Range::REAL);
                    let below =
                        |r: Range, open: bool| Range { high: r.high, open: (true, open || r.open.1), ..Range::REAL }.and(Range::REAL);
                    let bounds = match (name, holds) {
                        ("greater", true) => Some((above(y, true), below(x, true))),
                        ("greater_equal", true) => Some((above(y, false), below(x, false))),
                        ("less", true) => Some((below(y, true), above(x, true))),
                        ("less_equal", true) => Some((below(y, false), above(x, false))),
                        ("greater", false) => Some((below(y, false), above(x, false))),
                        ("greater_equal", false) => Some((below(y, true), above(x, true))),
                        ("less", false) => Some((above(y, false), below(x, false))),
                        ("less_equal", false) => Some((above(y, true), below(x, true))),
                        ("equal", true) | ("not_equal", false) => Some((y, x)),
                        ("not_equal", true) | ("equal", false) if y == Range::of(0.0) => Some((Range { zero: false, ..Range::REAL }, y)),
                        _ => None,
                    };
                    if let Some((one, two)) = bounds {
                        self.assume(arena, args[0], Range { total: x.total, ..one });
                        self.assume(arena, args[1], Range { total: y.total, ..two });
                    }
                }
            }
        }
    }

    /// What is known of a node.
    pub fn of(&mut self, arena: &Arena, root: Id) -> Range {
        let mut waiting: SmallVec<[Id; 16]> = SmallVec::from_iter([root]);
        while let Some(&id) = waiting.last() {
            if self.found.contains_key(&id) {
                waiting.pop();
                continue;
            }
            let from = waiting.len();
            let below = self.value(arena, id).map_or(arena.args(id), std::slice::from_ref);
            waiting.extend(below.iter().copied().filter(|below| !self.found.contains_key(below)));
            if waiting.len() > from {
                continue;
            }
            waiting.pop();
            let own = match self.value(arena, id) {
                Some(value) => self.found[value],
                None => self.node(arena, id),
            };
            let known = self.facts.get(&id).map_or(own, |fact| own.and(*fact));
            self.found.insert(id, known);
        }
        self.found[&root]
    }

    /// What is known of a node whose operands are known.
    fn node(&self, arena: &Arena, id: Id) -> Range {
        let args = arena.args(id);
        let of = |k: usize| self.found[&args[k]];
        match arena.op(id) {
            Op::Number(value) => Range::of(value.to_f64()),
            Op::Constant(Constant::Pi) => Range::of(std::f64::consts::PI),
            Op::Constant(Constant::E) => Range::of(std::f64::consts::E),
            Op::Constant(Constant::Infinity) => Range { total: false, ..Range::REAL },
            Op::Length(dim) => match arena.dims.as_integer(*dim) {
                Some(length) => Range::of(length as f64),
                None => Range::read("[1, inf)"),
            },
            Op::Eye(_) => Range::read("[0, 1]"),
            Op::Variable(symbol) => {
                let info = arena.info(*symbol);
                let bounds = [
                    ("positive", "(0, inf)"),
                    ("binary", "[0, 1]"),
                    ("onehot", "[0, 1]"),
                    ("stochastic", "[0, 1]"),
                    ("unit", "[-1, 1]"),
                    ("orthogonal", "[-1, 1]"),
                    ("orthonormal", "[-1, 1]"),
                    ("sign", "[-1, 1]"),
                    ("index", "[0, inf)"),
                ];
                let known = bounds.iter().filter(|(property, _)| info.has(property)).map(|(_, text)| Range::read(text));
                let range = known.fold(Range::REAL, Range::and);
                if info.has("sign") { Range { zero: false, ..range } } else { range }
            }
            Op::Add(coefficients) => {
                let terms = coefficients.iter().zip(0..).map(|(c, k)| of(k).times(Range::of(c.to_f64())));
                terms.reduce(Range::plus).unwrap_or(Range::of(0.0))
            }
            Op::Multiply => args.iter().map(|arg| self.found[arg]).reduce(Range::times).unwrap_or(Range::of(1.0)),
            Op::Power(exponent) => of(0).power(*exponent),
            Op::Permute(_) | Op::Unsqueeze(_) | Op::Squeeze(_) | Op::Broadcast(_) | Op::Diagonal => of(0),
            Op::Diag => of(0).or(Range::of(0.0)),
            Op::Sum { .. } if self.counts_largest(arena, args[0]) => Range { low: 1.0, zero: false, ..of(0).summed() },
            Op::Sum { .. } | Op::Trace => of(0).summed(),
            Op::Outer => of(0).times(of(1)),
            Op::MatMul | Op::Einsum { .. } => {
                let square = args.len() == 2 && args[0] == args[1] && arena.shape(id).is_empty();
                let product = args.iter().map(|arg| self.found[arg]).reduce(Range::times).unwrap_or(Range::REAL);
                if square && matches!(arena.op(id), Op::MatMul) { of(0).power(Number::integer(2)).summed() } else { product.summed() }
            }
            Op::Apply(function) if function.entry().names[0] == "where" => self.chosen(arena, args),
            Op::Apply(function) | Op::Call(function, _) => {
                let operands: SmallVec<[Range; 4]> = args.iter().map(|arg| self.found[arg]).collect();
                self.regular(arena, *function, args, function.real().range(&operands))
            }
        }
    }

    /// Of matrices a property tells that they are regular.
    fn regular(&self, arena: &Arena, function: Function, args: &[Id], range: Range) -> Range {
        let (name, declared) = (function.entry().names[0], |property| {
            args.first().and_then(|&x| arena.as_symbol(x)).is_some_and(|s| arena.info(s).has(property))
        });
        let regular = declared("posdef") || declared("orthogonal");
        match name {
            "inv" | "logdet" | "cholesky" | "pinv" if regular => Range { total: true, ..range },
            "solve" if regular => Range { total: self.found[&args[1]].total, ..range },
            _ => range,
        }
    }

    /// `sum(x == max(x))` counts one or more.
    fn counts_largest(&self, arena: &Arena, mask: Id) -> bool {
        let value = |x: Id| self.value(arena, x).copied().unwrap_or(x);
        let Op::Apply(function) = arena.op(value(mask)) else { return false };
        let [x, y] = arena.args(value(mask)) else { return false };
        if function.entry().names[0] != "equal" || !self.found.get(x).is_some_and(|r| r.total) {
            return false;
        }
        let bare = if let Op::Unsqueeze(_) = arena.op(value(*y)) { arena.args(value(*y))[0] } else { *y };
        let extreme = |f: &Function| matches!(f.entry().names[0], "max" | "min");
        matches!(arena.op(value(bare)), Op::Call(f, _) if extreme(f)) && arena.args(value(bare)) == [*x]
    }

    /// `where(c, x, y)`: `x` as it is where `c` holds, `y` as it is elsewhere.
    fn chosen(&self, arena: &Arena, args: &[Id]) -> Range {
        let branch = |place: usize| -> Range {
            let plain = self.found[&args[place]];
            // one condition at a time: branches inside of branches would be looked at again and again
            let part = if plain.total || self.inside { None } else { self.branch(arena, args[0], place == 1, args[place]) };
            part.map_or(plain, |mut part| part.of(arena, args[place]))
        };
        branch(1).or(branch(2))
    }

    /// What is known of `root` and its parts where a condition holds, or where it does not; nothing where these are many.
    pub fn branch(&self, arena: &Arena, condition: Id, holds: bool, root: Id) -> Option<Ranges> {
        let mut part = self.part(arena, [condition, root])?;
        part.under(arena, condition, holds);
        part.found.clear();
        Some(part)
    }

    /// What is known without the rest of the program, where these are small.
    fn part(&self, arena: &Arena, roots: [Id; 2]) -> Option<Ranges> {
        let mut part = Ranges { inside: true, ..Ranges::default() };
        let mut waiting: Vec<Id> = roots.to_vec();
        let mut seen: FxHashSet<Id> = FxHashSet::default();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > MAX_BRANCH {
                return None;
            }
            part.facts.extend(self.facts.get(&id).map(|&fact| (id, fact)));
            let value = self.value(arena, id);
            part.values.extend(value.and_then(|&value| Some((arena.as_symbol(id)?, value))));
            waiting.extend(value.map_or(arena.args(id), std::slice::from_ref));
        }
        Some(part)
    }
}

/// Of what a power with this exponent has a value.
pub(super) fn domain(exponent: Number) -> Range {
    match (exponent.to_integer(), exponent.is_negative()) {
        (Some(_), false) => Range::REAL,
        (Some(_), true) => Range { zero: false, ..Range::REAL },
        (None, false) => Range::read("[0, inf)"),
        (None, true) => Range::read("(0, inf)"),
    }
}
