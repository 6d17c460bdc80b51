//! A derivation as a Python module: `forward`, `backward`, and a check of the one against the other.
//!
//! One writer serves every library; what differs is data ([`Target`]).

mod arithmetic;
mod autograd;
mod call;
mod chain;
mod check;
mod derivatives;
mod inert;
mod jax;
mod lengths;
mod lines;
mod lower;
mod names;
mod numpy;
mod pairs;
mod target;
mod text;
mod torch;
mod whole;

use crate::answer::Answer;
use crate::derive::{Derivation, operands};
use crate::expr::{Arena, Id, Op, SymbolId};
use crate::formula::{Charset, text as written};
use crate::limits::MAX_DERIVATIVE_TOKENS;
use crate::rewrite::Algebra;
use crate::shape::Shape;
use inert::{HEAD, Inert, sealed};
use lines::{Item, Line, lines};
use names::Names;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use text::{Kind, Writer};

pub use derivatives::{Of, derivatives};
pub use target::{TARGETS, Target};

/// A line that is longer than this has its comment above it.
const MAX_WIDTH: usize = 110;
/// Comments stand below each other where the code is no longer than this.
const MAX_ALIGNED: usize = 56;

/// The module: what it computes is the answer's derivation, statement by statement.
///
/// ```
/// use pullback::{answer, render::code};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let module = code::module(&answer, code::Target::find("numpy").unwrap(), false);
/// assert!(module.contains("def backward(X, W, dL_dY):"));
/// assert!(module.contains("dL_dX = dL_dY @ W.T"));
/// ```
pub fn module(answer: &Answer, target: &'static Target, autograd: bool) -> String {
    let module = Module::new(answer, target);
    let (forward, backward) = (module.forward(), module.backward());
    let used: BTreeSet<String> = forward.used.union(&backward.used).cloned().collect();
    let (_, missing) = lengths::reveal(module.arena(), &module.shapes, &used, &module.lengths);
    let mut functions = vec![module.function("forward", &forward, &missing)];
    if !(autograd && target.has_autograd()) {
        functions.push(module.function("backward", &backward, &missing));
    }
    let body = module.defined() + &functions.join("\n\n") + &check::script(&module, &missing, autograd);
    let purpose = "forward and backward as pullback derives them; run as a script, this file checks backward";
    assemble(answer, target, purpose, &body)
}

/// Two lines of ours, the program as a comment, what is imported, and the functions.
fn assemble(answer: &Answer, target: &Target, purpose: &str, body: &str) -> String {
    let comment = |line: &str| format!("# {}", Inert::comment(line)).trim_end().to_string() + "\n";
    let program: String = answer.program.trim_end().lines().map(comment).collect();
    let imports = target.imports.iter().filter(|(_, word)| body.contains(word)).map(|(line, _)| format!("{line}\n"));
    sealed(format!("{HEAD}\n# {purpose}\n#\n{program}\n{}\n\n{body}", imports.collect::<String>()))
}

/// Lines with their comments, so far to the right.
fn block<'a>(lines: impl IntoIterator<Item = &'a Line>, indent: usize) -> String {
    let lines: Vec<(&Line, String)> =
        lines.into_iter().map(|line| (line, format!("{:indent$}{} = {}", "", line.name, line.code))).collect();
    let lengths = lines.iter().map(|(_, code)| code.chars().count());
    let width = lengths.filter(|&n| n <= MAX_ALIGNED).max().unwrap_or(0);
    let mut text = String::new();
    for (line, code) in &lines {
        let length = code.chars().count().max(width) + line.comment.columns() + 4;
        match length <= MAX_WIDTH {
            true => text.push_str(&format!("{code:width$}  # {}\n", line.comment)),
            false => text.push_str(&format!("{:indent$}# {}\n{code}\n", "", line.comment)),
        }
    }
    text
}

/// Convolutions for what is made of windows, in an arena of its own; nothing where there are none.
fn in_convolutions(arena: &Arena, values: &mut [(SymbolId, Id)]) -> Option<Arena> {
    let windows = crate::ops::find("windows")?;
    let roots: Vec<Id> = values.iter().map(|(_, value)| *value).collect();
    if !arena.reachable(&roots).into_iter().any(|id| matches!(arena.op(id), Op::Call(function, _) if *function == windows)) {
        return None;
    }
    let mut algebra = Algebra::new(arena.clone());
    for (_, value) in values {
        *value = algebra.in_convolutions(*value).unwrap_or(*value);
    }
    Some(algebra.arena)
}

/// A derivation with its names in Python.
struct Module<'a> {
    answer: &'a Answer,
    arena: Cow<'a, Arena>,
    /// Values, gradients, and what is computed beside these; libraries have convolutions, so what is made of windows is written by them.
    values: Vec<(SymbolId, Id)>,
    target: &'static Target,
    variables: FxHashMap<SymbolId, String>,
    lengths: FxHashMap<String, String>,
    shapes: Vec<(Shape, String)>,
    reference: String,
    names: Names,
    /// What is computed beside values and gradients, by these names.
    extra: Vec<(SymbolId, Id)>,
}

/// What stands between the head and the `return` of a function.
struct Body {
    lines: Vec<Line>,
    used: BTreeSet<String>,
}

impl<'a> Module<'a> {
    fn new(answer: &'a Answer, target: &'static Target) -> Self {
        Module::with(answer, target, vec![])
    }

    /// The same for a module that computes more; each of these has a symbol of its own.
    fn with(answer: &'a Answer, target: &'static Target, extra: Vec<(SymbolId, Id)>) -> Self {
        let d = &answer.derivation;
        let mut names = Names::new();
        let statements = d.model.statements.iter().map(|s| (s.symbol, s.value));
        let gradients = d.gradients.iter().map(|g| (g.symbol, g.value));
        let mut values: Vec<(SymbolId, Id)> = statements.chain(gradients).chain(extra.iter().copied()).collect();
        let owned = in_convolutions(d.arena(), &mut values);
        let own = owned.map_or(Cow::Borrowed(d.arena()), Cow::Owned);
        let arena: &Arena = &own;
        let roots: Vec<Id> = values.iter().map(|(_, value)| *value).collect();
        whole::defined(arena, &roots, target).iter().for_each(|text| names.reserve(text));
        let mut variables: FxHashMap<SymbolId, String> = FxHashMap::default();
        let assigned = d.model.statements.iter().map(|s| s.symbol);
        for symbol in d.model.inputs.iter().copied().chain(assigned) {
            variables.insert(symbol, names.take(&arena.info(symbol).name));
        }
        for gradient in &d.gradients {
            let name = format!("d{}_d{}", d.model.objective, arena.info(gradient.of).name);
            variables.insert(gradient.symbol, names.take(&name));
        }
        for &(symbol, _) in &extra {
            variables.insert(symbol, names.take(&arena.info(symbol).name));
        }
        let mut lengths: FxHashMap<String, String> = FxHashMap::default();
        for name in arena.symbols.iter().flat_map(|s| s.shape.iter()).flat_map(|&dim| arena.dims.names_in(dim)) {
            if !lengths.contains_key(name) {
                lengths.insert(name.into(), names.take(name));
            }
        }
        let shapes: Vec<(Shape, String)> = d.model.inputs.iter().map(|s| (arena.info(*s).shape.clone(), variables[s].clone())).collect();
        let reference = d.wanted().next().map_or_else(String::new, |g| variables[&g.of].clone());
        Module { answer, arena: own, values, target, variables, lengths, shapes, reference, names, extra }
    }

    fn derivation(&self) -> &Derivation {
        &self.answer.derivation
    }

    fn arena(&self) -> &Arena {
        &self.arena
    }

    /// The functions that stand before all others.
    fn defined(&self) -> String {
        let roots: Vec<Id> = self.values.iter().map(|(_, value)| *value).collect();
        let texts = whole::defined(self.arena(), &roots, self.target);
        texts.into_iter().map(|text| format!("{}\n\n\n", text.trim_end())).collect()
    }

    /// The upstream gradient's name; nothing where the output is itself the objective.
    fn upstream(&self) -> Option<&str> {
        let model = &self.derivation().model;
        let top = self.derivation().gradient(model.output).filter(|_| !model.scalar)?;
        self.variables.get(&top.symbol).map(String::as_str)
    }

    /// The inputs' names, in order of appearance.
    fn inputs(&self) -> Vec<&str> {
        self.shapes.iter().map(|(_, name)| name.as_str()).collect()
    }

    fn forward(&self) -> Body {
        let output = self.derivation().model.output;
        self.body(&[output])
    }

    fn backward(&self) -> Body {
        let wanted: Vec<SymbolId> = self.derivation().wanted().map(|g| g.symbol).collect();
        self.body(&wanted)
    }

    /// The output and all gradients.
    fn both(&self) -> Body {
        let d = self.derivation();
        let wanted: Vec<SymbolId> = std::iter::once(d.model.output).chain(d.wanted().map(|g| g.symbol)).collect();
        self.body(&wanted)
    }

    /// The lines for these variables and gradients, and for all that they need.
    fn body(&self, wanted: &[SymbolId]) -> Body {
        let d = self.derivation();
        let given = self.upstream().and_then(|_| d.gradient(d.model.output)).map(|g| g.symbol);
        let order: Vec<(SymbolId, Id)> = self.values.iter().copied().filter(|(symbol, _)| Some(*symbol) != given).collect();
        let values: FxHashMap<SymbolId, Id> = order.iter().copied().collect();
        let mut needed: FxHashSet<SymbolId> = FxHashSet::default();
        let mut stack: Vec<SymbolId> = wanted.to_vec();
        while let Some(symbol) = stack.pop() {
            if let Some(&value) = values.get(&symbol).filter(|_| needed.insert(symbol)) {
                stack.extend(self.arena().reachable(&[value]).into_iter().filter_map(|id| self.arena().as_symbol(id)));
            }
        }
        let order: Vec<(SymbolId, Id)> = order.into_iter().filter(|(symbol, _)| needed.contains(symbol)).collect();
        let roots: Vec<Id> = order.iter().map(|(_, value)| *value).collect();
        let mut arena = self.arena().clone();
        let nodes = lower::lower(&mut arena, &roots);
        let item = |(&(symbol, value), node): (&(SymbolId, Id), Id)| {
            // what is long is not written as one formula: it may share very many parts with itself
            let short = operands(self.arena(), value) <= MAX_DERIVATIVE_TOKENS;
            let written = if short { written(self.arena(), value, Charset::Unicode) } else { "...".into() };
            let formula = format!("{} = {written}", self.arena().info(symbol).name);
            let gradient = self.arena().info(symbol).is_gradient() || self.extra.iter().any(|e| e.0 == symbol);
            Item { symbol, gradient, float: gradient || symbol == d.model.output, node, name: self.variables[&symbol].clone(), formula }
        };
        let items: Vec<Item> = order.iter().zip(nodes).map(item).collect();
        let mut writer = self.writer(&arena);
        let lines = lines(&mut writer, &items, &mut self.names.clone());
        Body { lines, used: writer.used.into_inner() }
    }

    fn writer<'b>(&'b self, arena: &'b Arena) -> Writer<'b> {
        Writer {
            arena,
            target: self.target,
            variables: &self.variables,
            lengths: &self.lengths,
            shapes: &self.shapes,
            reference: &self.reference,
            kinds: self
                .derivation()
                .model
                .inputs
                .iter()
                .filter(|s| self.arena().info(**s).has("index"))
                .map(|s| (*s, Kind::Places))
                .collect(),
            raw: Cell::default(),
            named: FxHashMap::default(),
            used: RefCell::default(),
        }
    }

    fn function(&self, name: &str, body: &Body, missing: &[String]) -> String {
        let backward = name == "backward";
        let mut parameters = self.inputs();
        parameters.extend(self.upstream().filter(|_| backward));
        if !missing.is_empty() {
            parameters.push("*");
            parameters.extend(missing.iter().map(|name| self.lengths[name].as_str()));
        }
        let (read, _) = lengths::reveal(self.arena(), &self.shapes, &body.used, &self.lengths);
        let mut text = format!("def {name}({}):\n    \"\"\"{}\"\"\"\n", parameters.join(", "), self.sentence(backward));
        read.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
        text + &block(&body.lines, 4) + &self.returned(backward)
    }

    fn returned(&self, backward: bool) -> String {
        let d = self.derivation();
        if !backward {
            return format!("    return {}\n", self.variables[&d.model.output]);
        }
        let entries: Vec<String> = d.wanted().map(|g| format!("{}: {}", self.key(g.of), self.variables[&g.symbol])).collect();
        format!("    return {{{}}}\n", entries.join(", "))
    }

    /// A variable's name as a key of a dictionary.
    fn key(&self, symbol: SymbolId) -> String {
        format!("\"{}\"", Inert::quoted(&self.arena().info(symbol).name))
    }

    /// The shapes of what goes in and comes out.
    fn sentence(&self, backward: bool) -> Inert {
        let d = self.derivation();
        let with_shape = |symbol: SymbolId| {
            let info = self.arena().info(symbol);
            let sides: Vec<String> = info.shape.iter().map(|&dim| self.arena().dims.show(dim)).collect();
            let comma = if sides.len() == 1 { "," } else { "" };
            format!("{}: ({}{comma})", info.name, sides.join(", "))
        };
        let list = |symbols: &mut dyn Iterator<Item = SymbolId>| symbols.map(with_shape).collect::<Vec<_>>().join(", ");
        if !backward {
            return Inert::quoted(&format!("{} -> {}", list(&mut d.model.inputs.iter().copied()), with_shape(d.model.output)));
        }
        let top = d.gradient(d.model.output).filter(|_| !d.model.scalar).map(|g| with_shape(g.symbol) + " -> ");
        Inert::quoted(&(top.unwrap_or_default() + &list(&mut d.wanted().map(|g| g.symbol))))
    }
}
