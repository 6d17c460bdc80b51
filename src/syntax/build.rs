//! Events to arena: one loop with stacks of its own, so neither length nor nesting of the text uses the native stack.
//!
//! Operands and operators wait on two stacks until a looser operator, or the end of the expression, takes them. Every
//! node is pushed once and stays, except a dropped `.astype(...)`'s arguments, which are the last in the arena.

use super::ast::*;
use super::dialect::Dialect;
use super::fault::Fault;
use super::grammar::{Event, Rule};
use super::operators::{self, Level};
use crate::diagnostic::Span;
use crate::expr::Number;
pub(crate) use operands::digit;
use std::sync::Arc;

mod lines;
mod operands;

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
    /// Where the rules that have begun did so.
    starts: Vec<usize>,
    names: Vec<Ident>,
    properties: Vec<Ident>,
    shape: Vec<NodeId>,
    shape_span: Span,
    claim_word: bool,
    holes: Vec<Span>,
}

impl<'a> Builder<'a> {
    /// An empty program over `source`, to be read in `dialect`.
    pub fn new(source: &'a str, bound: &'a [&'a str], dialect: Dialect) -> Self {
        Builder {
            source,
            bound,
            program: Program { dialect, ..Program::default() },
            operands: vec![],
            operators: vec![],
            bases: vec![],
            arguments: vec![],
            frames: vec![],
            starts: vec![],
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
        // Where the last part ended that has no white space at its end.
        let mut last = 0;
        for event in events {
            match event {
                Event::Start(rule, at) => {
                    self.starts.push(at);
                    match rule {
                        Rule::value => first = self.begin_value(),
                        _ => self.begin(rule, at),
                    }
                }
                Event::End(rule, at) => {
                    last = if trails(rule) { last } else { at };
                    let at = last;
                    let span = Span::new(self.starts.pop().unwrap_or(at), at);
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
        self.starts.clear();
        self.holes.clear();
    }

    fn begin(&mut self, rule: Rule, at: usize) {
        match rule {
            Rule::element => self.bases.push(self.operators.len()),
            Rule::word
            | Rule::simple
            | Rule::member
            | Rule::group
            | Rule::list
            | Rule::index
            | Rule::item
            | Rule::norm
            | Rule::argument => {
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
            Rule::higher => self.higher(text, span),
            Rule::hessian_of => {
                let mut wrt: Vec<Arc<str>> = self.names.drain(..).map(|name| name.text).collect();
                wrt.extend((wrt.len() == 1).then(|| wrt[0].clone()));
                self.operand(Node::Higher { of: None, order: 2, wrt }, span);
            }
            Rule::claim_word => self.claim_word = true,
            Rule::hole => {
                self.holes.push(span);
                self.operand(Node::Hole(Some(text[1..].into())), span);
            }
            Rule::name | Rule::plain => self.name(text, span),
            Rule::module => self.module(text, span),
            Rule::keyword => {
                let name = text.trim_end_matches('=').trim_end();
                let name = Ident { text: name.into(), span: Span::new(span.start as usize, span.start as usize + name.len()) };
                self.top(|frame| frame.name = Some(name));
            }
            Rule::element => self.element(),
            Rule::argument => self.argument(),
            Rule::word | Rule::simple => self.word(span),
            Rule::member => self.member(span),
            Rule::trailing => self.top(|frame| frame.trailing = true),
            Rule::group | Rule::list => self.group(rule, span),
            Rule::colon => self.top(|frame| frame.colons += 1),
            Rule::ellipsis => self.operand(Node::Ellipsis, span),
            Rule::item => self.item(span),
            Rule::index => self.index(span),
            Rule::norm_kind => self.top(|frame| frame.name = Some(Ident { text: text.into(), span })),
            Rule::norm => self.norm(span),
            Rule::quote => {
                self.powers();
                self.mark(Unary::Transpose, span);
            }
            Rule::transpose => self.mark(Unary::Transpose, span),
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
            self.apply();
        }
    }

    /// Gives its operands to the operator that waits last.
    fn apply(&mut self) {
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

    /// Takes the powers that wait for an exponent with the signs before it, where a dialect reads them before what follows.
    fn powers(&mut self) {
        if !self.program.dialect.powers_in_order() {
            return;
        }
        let base = self.bases.last().copied().unwrap_or(0);
        loop {
            let signs = self.operators[base..].iter().rev().take_while(|(pending, _)| matches!(pending, Pending::Prefix(_))).count();
            let infix = self.operators.len().checked_sub(signs + 1).filter(|at| *at >= base);
            if infix.is_none_or(|at| self.operators[at].1 != Level::Power) {
                return;
            }
            (0..=signs).for_each(|_| self.apply());
        }
    }

    fn infix(&mut self, sign: &str) {
        let Some(operator) = operators::binary(sign, self.program.dialect) else { return };
        let power = operators::level(operator);
        // Powers group from the right, everything else from the left.
        if power == Level::Power {
            self.powers();
        }
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
        if matches!(operator, Binary::Caret | Binary::Raise) {
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
}

/// Whether the grammar lets white space stand at the end of `rule`; what it tells of ends where its last part does.
fn trails(rule: Rule) -> bool {
    matches!(rule, Rule::line | Rule::lone | Rule::claim | Rule::assignment | Rule::value | Rule::element | Rule::argument | Rule::item)
}
