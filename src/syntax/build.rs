//! Events to arena: one loop with stacks of its own, so neither length nor nesting of the text uses the native stack.
//!
//! Operands and operators wait on two stacks until a looser operator, or the end of the expression, takes them. Every
//! node is pushed once and stays, except a dropped `.astype(...)`'s arguments, which are the last in the arena.

use super::ast::*;
use super::fault::{self, Fault};
use super::grammar::{Event, Rule};
use super::operators::{self, Level};
use crate::diagnostic::Span;
use crate::expr::Number;

/// An operator that waits for its right operand.
enum Pending {
    Prefix(Span),
    Infix(Binary),
}

/// A construct that has begun: where its own operands, operators and arguments begin on the stacks.
struct Frame {
    start: usize,
    nodes: usize,
    operands: usize,
    arguments: usize,
    name: Option<Ident>,
    module: Option<Span>,
    object: Option<NodeId>,
    called: bool,
    trailing: bool,
    colons: usize,
    parts: [Option<NodeId>; 3],
}

/// Grows a program line by line.
pub struct Builder<'a> {
    source: &'a str,
    /// Names that this program gives to variables although libraries have them too.
    bound: &'a [&'a str],
    /// What has been built.
    pub program: Program,
    operands: Vec<NodeId>,
    operators: Vec<(Pending, Level)>,
    bases: Vec<usize>,
    arguments: Vec<Argument>,
    frames: Vec<Frame>,
    names: Vec<Ident>,
    properties: Vec<Ident>,
    shape: Vec<NodeId>,
    shape_span: Span,
    claim_word: bool,
    holes: Vec<Span>,
}

impl<'a> Builder<'a> {
    /// An empty program over `source`.
    pub fn new(source: &'a str, bound: &'a [&'a str]) -> Self {
        Builder {
            source,
            bound,
            program: Program::default(),
            operands: vec![],
            operators: vec![],
            bases: vec![],
            arguments: vec![],
            frames: vec![],
            names: vec![],
            properties: vec![],
            shape: vec![],
            shape_span: Span::default(),
            claim_word: false,
            holes: vec![],
        }
    }

    /// Adds the line that `events` tell of.
    ///
    /// # Errors
    /// What the grammar lets pass but the language does not have.
    pub fn line(&mut self, events: impl Iterator<Item = Event>) -> Result<(), Fault> {
        self.clear();
        let mut first = self.program.nodes.len();
        let mut starts: Vec<usize> = Vec::new();
        for event in events {
            match event {
                Event::Start(rule, at) => {
                    starts.push(at);
                    match rule {
                        Rule::value => first = self.begin_value(),
                        _ => self.begin(rule, at),
                    }
                }
                Event::End(rule, at) => {
                    let span = Span::new(starts.pop().unwrap_or(at), at);
                    match rule {
                        Rule::value => self.reduce(Level::Open),
                        Rule::declaration => self.declaration(span)?,
                        Rule::claim | Rule::assignment => self.assignment(first, span)?,
                        Rule::line | Rule::lone => self.bare(first)?,
                        _ => self.end(rule, span)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Forgets what an unfinished line has left behind.
    fn clear(&mut self) {
        (self.claim_word, self.shape_span) = (false, Span::default());
        for list in [&mut self.operands, &mut self.shape] {
            list.clear();
        }
        for list in [&mut self.names, &mut self.properties] {
            list.clear();
        }
        self.operators.clear();
        self.bases.clear();
        self.arguments.clear();
        self.frames.clear();
        self.holes.clear();
    }

    /// The value of a line begins. `dL_dX = ...` has been read as an assignment, but it is a claim.
    fn begin_value(&mut self) -> usize {
        if let [target] = &self.names[..] {
            if let Some((of, wrt)) = underscored(&target.text) {
                let (node, span) = (Node::Gradient { of: Some(of.into()), wrt: wrt.into() }, target.span);
                self.names.clear();
                self.operand(node, span);
            }
        }
        self.program.nodes.len()
    }

    fn begin(&mut self, rule: Rule, at: usize) {
        match rule {
            Rule::element => self.bases.push(self.operators.len()),
            Rule::word | Rule::member | Rule::group | Rule::list | Rule::index | Rule::item | Rule::norm | Rule::argument => {
                self.frames.push(Frame {
                    start: at,
                    nodes: self.program.nodes.len(),
                    operands: self.operands.len(),
                    arguments: self.arguments.len(),
                    name: None,
                    module: None,
                    object: None,
                    called: false,
                    trailing: false,
                    colons: 0,
                    parts: [None; 3],
                });
            }
            Rule::arguments => {
                let (nodes, arguments) = (self.program.nodes.len(), self.arguments.len());
                if let Some(frame) = self.frames.last_mut() {
                    (frame.called, frame.nodes, frame.arguments) = (true, nodes, arguments);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, rule: Rule, span: Span) -> Result<(), Fault> {
        let text = span.slice(self.source);
        match rule {
            Rule::infix => self.infix(text),
            Rule::prefix => self.operators.push((Pending::Prefix(span), Level::Prefix)),
            Rule::number => return self.number(text, span),
            Rule::string => self.operand(Node::Text(text[1..text.len() - 1].into()), span),
            Rule::gradient => self.gradient(text, span),
            Rule::gradient_of => {
                let wrt = self.names.pop().map(|name| name.text).unwrap_or_default();
                self.operand(Node::Gradient { of: None, wrt }, span);
            }
            Rule::claim_word => self.claim_word = true,
            Rule::hole => {
                self.holes.push(span);
                self.operand(Node::Hole(Some(text[1..].into())), span);
            }
            Rule::name => self.name(text, span),
            Rule::module => self.module(text, span),
            Rule::keyword => {
                let name = text.trim_end_matches('=').trim_end();
                let name = Ident { text: name.into(), span: Span::new(span.start as usize, span.start as usize + name.len()) };
                self.top(|frame| frame.name = Some(name));
            }
            Rule::element => self.element(),
            Rule::argument => self.argument(),
            Rule::word => self.word(span),
            Rule::member => self.member(span),
            Rule::trailing => self.top(|frame| frame.trailing = true),
            Rule::group | Rule::list => self.group(rule, span),
            Rule::colon => self.top(|frame| frame.colons += 1),
            Rule::ellipsis => self.operand(Node::Ellipsis, span),
            Rule::item => self.item(span),
            Rule::index => self.index(span),
            Rule::norm_kind => self.top(|frame| frame.name = Some(Ident { text: text.into(), span })),
            Rule::norm => self.norm(span),
            Rule::quote | Rule::transpose => self.mark(Unary::Transpose, span),
            Rule::inverse => self.mark(Unary::Inverse, span),
            Rule::inverse_transpose => {
                self.mark(Unary::Inverse, span);
                self.mark(Unary::Transpose, span);
            }
            Rule::superscript => self.superscript(text, span),
            Rule::scalar => self.shape_span = span,
            Rule::shape => self.shape(span)?,
            Rule::property => self.properties.push(Ident { text: text.into(), span }),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, node: Node, span: Span) -> NodeId {
        let id = NodeId(self.program.nodes.len() as u32);
        self.program.nodes.push(node);
        self.program.spans.push(span);
        id
    }

    fn operand(&mut self, node: Node, span: Span) {
        let id = self.push(node, span);
        self.operands.push(id);
    }

    fn top(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.frames.last_mut() {
            change(frame);
        }
    }

    fn span(&self, id: NodeId) -> Span {
        self.program.span(id)
    }

    /// Gives their operands to all waiting operators of this expression that bind at least as tightly as `power`.
    fn reduce(&mut self, power: Level) {
        let base = self.bases.last().copied().unwrap_or(0);
        while self.operators.len() > base && self.operators.last().is_some_and(|(_, waiting)| *waiting >= power) {
            let Some((pending, _)) = self.operators.pop() else { return };
            let Some(right) = self.operands.pop() else { return };
            match pending {
                Pending::Prefix(sign) => self.prefix(sign, right),
                Pending::Infix(operator) => {
                    let Some(left) = self.operands.pop() else { return };
                    let span = self.span(left).to(self.span(right));
                    self.binary(operator, left, right, span);
                }
            }
        }
    }

    fn infix(&mut self, sign: &str) {
        let Some(operator) = operators::binary(sign) else { return };
        let power = operators::level(operator);
        // Powers group from the right, everything else from the left.
        self.reduce(if power == Level::Power { power.tighter() } else { power });
        self.operators.push((Pending::Infix(operator), power));
    }

    fn prefix(&mut self, sign: Span, operand: NodeId) {
        let span = sign.to(self.span(operand));
        match operators::unary(sign.slice(self.source)) {
            Some(operator) => self.operand(Node::Unary(operator, operand), span),
            None => self.call("sqrt", sign, operand, span),
        }
    }

    fn binary(&mut self, operator: Binary, left: NodeId, right: NodeId, span: Span) {
        if operator == Binary::Caret {
            if let Node::Unary(Unary::Negative, one) = *self.program.node(right) {
                if *self.program.node(one) == Node::Number(Number::ONE) {
                    // `X ^ -(1)`: the exponent's two nodes are the last, and give way to the mark.
                    self.forget(one.0 as usize);
                    return self.operand(Node::Unary(Unary::Inverse, left), span);
                }
            }
        }
        self.operand(Node::Binary(operator, left, right), span);
    }

    fn forget(&mut self, nodes: usize) {
        self.program.nodes.truncate(nodes);
        self.program.spans.truncate(nodes);
    }

    /// A sign that stands for a function of one argument.
    fn call(&mut self, function: &str, sign: Span, operand: NodeId, span: Span) {
        let function = Ident { text: function.into(), span: sign };
        let arguments = vec![Argument { keyword: None, value: operand }];
        self.operand(Node::Call { function, prefix: None, method: false, arguments }, span);
    }

    fn number(&mut self, text: &str, span: Span) -> Result<(), Fault> {
        let number = Number::parse(text).filter(|number| number.to_f64().is_finite()).ok_or_else(|| fault::huge(span))?;
        self.operand(Node::Number(number), span);
        Ok(())
    }

    fn gradient(&mut self, text: &str, span: Span) {
        let name = |part: &str| part.strip_prefix(['d', '∂']).unwrap_or(part).into();
        let (of, wrt) = text.split_once('/').unwrap_or((text, ""));
        let node = Node::Gradient { of: Some(name(of)), wrt: name(wrt) };
        self.operand(node, span);
    }

    fn name(&mut self, text: &str, span: Span) {
        let ident = Ident { text: text.into(), span };
        match self.frames.last_mut() {
            Some(frame) => frame.name = Some(ident),
            None => self.names.push(ident),
        }
    }

    fn module(&mut self, text: &str, span: Span) {
        let root = text.split('.').next().unwrap_or(text);
        if !self.bound.contains(&root) {
            return self.top(|frame| frame.module = Some(Span { end: span.end - 1, ..span }));
        }
        // Here the program has a variable of that name, and what follows is its member.
        let mut at = span.start as usize;
        let mut object = None;
        for part in text.split('.').filter(|part| !part.is_empty()) {
            let place = Span::new(at, at + part.len());
            let node = match object {
                None => Node::Name(part.into()),
                Some(object) => Node::Attribute(object, Ident { text: part.into(), span: place }),
            };
            object = Some(self.push(node, Span { start: span.start, ..place }));
            at = place.end as usize + 1;
        }
        self.top(|frame| frame.object = object);
    }

    fn element(&mut self) {
        self.reduce(Level::Open);
        self.bases.pop();
        if let Some(frame) = self.frames.last_mut() {
            // In a place of an index, the colons tell which part of a slice this is.
            if frame.colons > 0 {
                frame.parts[frame.colons.min(2)] = self.operands.pop();
            }
        }
    }

    fn argument(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(value) = self.operands.pop() else { return };
        self.arguments.push(Argument { keyword: frame.name, value });
    }

    fn word(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(object) = frame.object {
            return self.access(frame, object, span);
        }
        let Some(name) = frame.name else { return };
        let prefix = frame.module.map(|module| module.slice(self.source).into());
        if frame.called {
            let arguments = self.arguments.split_off(frame.arguments);
            if let ("grad", None, [Argument { keyword: None, value }]) = (&*name.text, &prefix, &arguments[..]) {
                if let Node::Name(wrt) = self.program.node(*value) {
                    let wrt = wrt.clone();
                    self.forget(value.0 as usize);
                    return self.operand(Node::Gradient { of: None, wrt }, span);
                }
            }
            let function = if &*name.text == "σ" { Ident { text: "sigmoid".into(), ..name } } else { name };
            return self.operand(Node::Call { function, prefix, method: false, arguments }, span);
        }
        let node = match &*name.text {
            "True" => Node::Boolean(true),
            "False" => Node::Boolean(false),
            "None" => Node::None,
            "_" => {
                self.holes.push(name.span);
                Node::Hole(None)
            }
            "newaxis" if prefix.is_some() => Node::None,
            text => match underscored(text) {
                Some((of, wrt)) => Node::Gradient { of: Some(of.into()), wrt: wrt.into() },
                _ => Node::Name(name.text),
            },
        };
        self.operand(node, span);
    }

    fn member(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(object) = self.operands.pop() else { return };
        let span = self.span(object).to(span);
        self.access(frame, object, span);
    }

    fn access(&mut self, frame: Frame, object: NodeId, span: Span) {
        let Some(name) = frame.name else { return };
        if !frame.called {
            let node = match &*name.text {
                "T" => Node::Unary(Unary::TransposeAll, object),
                "mT" => Node::Unary(Unary::Transpose, object),
                _ => Node::Attribute(object, name),
            };
            return self.operand(node, span);
        }
        let given = self.arguments.split_off(frame.arguments);
        if matches!(&*name.text, "astype" | "float" | "double") {
            // A change of the number format means nothing here; its arguments are the last nodes.
            self.forget(frame.nodes);
            self.program.spans[object.0 as usize] = span;
            return self.operands.push(object);
        }
        let arguments = std::iter::once(Argument { keyword: None, value: object }).chain(given).collect();
        self.operand(Node::Call { function: name, prefix: None, method: true, arguments }, span);
    }

    fn group(&mut self, rule: Rule, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let items = self.operands.split_off(frame.operands);
        match items[..] {
            [only] if rule == Rule::group && !frame.trailing => {
                self.program.spans[only.0 as usize] = span;
                self.operands.push(only);
            }
            _ => self.operand(Node::Sequence(items), span),
        }
    }

    fn item(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.colons > 0 {
            let start = if self.operands.len() > frame.operands { self.operands.pop() } else { None };
            let [_, stop, step] = frame.parts;
            self.operand(Node::Slice { start, stop, step }, span);
        }
    }

    fn index(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let items = self.operands.split_off(frame.operands);
        let Some(object) = self.operands.pop() else { return };
        let span = self.span(object).to(span);
        self.operand(Node::Index(object, items), span);
    }

    fn norm(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(operand) = self.operands.pop() else { return };
        let function = match frame.name.as_ref().map(|kind| &*kind.text) {
            Some("₁" | "_1") => "norm1",
            Some("₂" | "_2") => "norm2",
            _ => "norm",
        };
        let bar = Span::new(frame.start, frame.start + '‖'.len_utf8());
        self.call(function, bar, operand, span);
    }

    fn mark(&mut self, operator: Unary, mark: Span) {
        let Some(operand) = self.operands.pop() else { return };
        let span = self.span(operand).to(mark);
        self.operand(Node::Unary(operator, operand), span);
    }

    fn superscript(&mut self, text: &str, span: Span) {
        let Some(base) = self.operands.pop() else { return };
        let digits: String = text.chars().filter_map(raised).collect();
        let Some(number) = Number::parse(&digits) else { return };
        let mut exponent = self.push(Node::Number(number), span);
        if text.starts_with('⁻') {
            exponent = self.push(Node::Unary(Unary::Negative, exponent), span);
        }
        let whole = self.span(base).to(span);
        self.binary(Binary::Caret, base, exponent, whole);
    }

    fn shape(&mut self, span: Span) -> Result<(), Fault> {
        self.shape_span = span;
        let Some(root) = self.operands.pop() else { return Ok(()) };
        // `(n, d)` was read as a tuple, `(d)` as what stands in the brackets.
        self.shape = match self.program.node(root) {
            Node::Sequence(items) => {
                let items = items.clone();
                self.forget(root.0 as usize);
                items
            }
            _ => vec![root],
        };
        self.holes.clear();
        Ok(())
    }

    fn declaration(&mut self, span: Span) -> Result<(), Fault> {
        fault::dimensions(&self.program, &self.shape, self.first_of_shape(), span)?;
        let span = self.names.first().map_or(span, |name| name.span.to(span));
        let line = Declaration {
            names: std::mem::take(&mut self.names),
            shape: std::mem::take(&mut self.shape),
            shape_span: self.shape_span,
            properties: std::mem::take(&mut self.properties),
            span,
        };
        fault::names(&line.names)?;
        self.program.lines.push(Line::Declaration(line));
        Ok(())
    }

    /// Nodes of a shape follow those of the line before it.
    fn first_of_shape(&self) -> usize {
        self.program.nodes.len() - self.program.spans.iter().rev().take_while(|span| span.start >= self.shape_span.start).count()
    }

    fn assignment(&mut self, first: usize, span: Span) -> Result<(), Fault> {
        let Some(value) = self.operands.pop() else { return Ok(()) };
        fault::hole(&self.holes)?;
        let first = NodeId(first as u32);
        let targets = std::mem::take(&mut self.names);
        let claimed = self.operands.pop();
        let left = targets.first().map(|name| name.span).or(claimed.map(|id| self.span(id)));
        let span = left.map_or(span, |left| left.to(span));
        let worded = std::mem::take(&mut self.claim_word);
        if let Some(gradient) = claimed {
            self.program.lines.push(Line::Claim(Claim { gradient, first, value, span }));
            return Ok(());
        }
        fault::names(&targets)?;
        if worded {
            return Err(fault::claim(targets[0].span));
        }
        self.program.lines.push(Line::Statement(Statement { targets, first, value, span }));
        Ok(())
    }

    fn bare(&mut self, first: usize) -> Result<(), Fault> {
        let Some(value) = self.operands.pop() else { return Ok(()) };
        fault::hole(&self.holes)?;
        let span = self.span(value);
        self.program.lines.push(Line::Statement(Statement { targets: vec![], first: NodeId(first as u32), value, span }));
        Ok(())
    }
}

/// `dL_dX` taken apart.
fn underscored(text: &str) -> Option<(&str, &str)> {
    let (of, wrt) = text.strip_prefix(['d', '∂'])?.split_once("_d")?;
    (symbol(of) && symbol(wrt)).then_some((of, wrt))
}

/// Whether a part of `dL_dX` looks like the name of a variable rather than like a piece of a word (`data_dim`).
fn symbol(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return false };
    !first.is_ascii_lowercase() && first != '_'
        || matches!(text, "loss" | "cost")
        || !letters.next().is_some_and(|c| c.is_ascii_lowercase())
}

/// The digit that a raised digit shows.
fn raised(c: char) -> Option<char> {
    Some(match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '\u{2074}'..='\u{2079}' => char::from_digit(c as u32 - 0x2070, 10)?,
        _ => return None,
    })
}
