//! Operands, and the marks, indices and members behind them.

use super::lines::underscored;
use super::{Builder, Frame};
use crate::diagnostic::Span;
use crate::expr::Number;
use crate::syntax::ast::*;
use crate::syntax::fault::{self, Fault};
use crate::syntax::grammar::Rule;
use crate::syntax::operators;

impl Builder<'_> {
    pub(super) fn number(&mut self, text: &str, span: Span) -> Result<(), Fault> {
        let number = Number::parse(text).filter(|number| number.to_f64().is_finite()).ok_or_else(|| fault::huge(span))?;
        self.operand(Node::Number(number), span);
        Ok(())
    }

    pub(super) fn gradient(&mut self, text: &str, span: Span) {
        let name = |part: &str| part.strip_prefix(['d', '∂']).unwrap_or(part).into();
        let (of, wrt) = text.split_once('/').unwrap_or((text, ""));
        let node = Node::Gradient { of: Some(name(of)), wrt: name(wrt) };
        self.operand(node, span);
    }

    /// `d²f/dx²` and the like, with nothing behind it but white space.
    pub(super) fn higher(&mut self, text: &str, span: Span) {
        let (above, below) = text.split_once('/').unwrap_or((text, ""));
        let above = above.trim_start_matches(['d', '∂']).trim_start_matches('^');
        let mut letters = above.chars();
        let order = letters.next().and_then(digit).unwrap_or_default();
        // a piece begins behind white space, or with a sign that no name has
        let spaced = below.trim_matches(['(', ')']).replace('∂', " ∂");
        let wrt = spaced.split_whitespace().map(|piece| piece.strip_prefix(['d', '∂']).unwrap_or(piece).into()).collect();
        self.operand(Node::Higher { of: Some(letters.as_str().into()), order, wrt }, span);
    }

    pub(super) fn name(&mut self, text: &str, span: Span) {
        let ident = Ident { text: text.into(), span };
        match self.frames.last_mut() {
            Some(frame) => frame.name = Some(ident),
            None => self.names.push(ident),
        }
    }

    pub(super) fn module(&mut self, text: &str, span: Span) {
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

    pub(super) fn argument(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(value) = self.operands.pop() else { return };
        self.arguments.push(Argument { keyword: frame.name, value });
    }

    pub(super) fn word(&mut self, span: Span) {
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

    pub(super) fn member(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let Some(object) = self.operands.pop() else { return };
        let span = self.span(object).to(span);
        self.access(frame, object, span);
    }

    pub(super) fn access(&mut self, frame: Frame, object: NodeId, span: Span) {
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

    pub(super) fn group(&mut self, rule: Rule, span: Span) {
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

    pub(super) fn item(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.colons > 0 {
            let start = if self.operands.len() > frame.operands { self.operands.pop() } else { None };
            let [_, stop, step] = frame.parts;
            self.operand(Node::Slice { start, stop, step }, span);
        }
    }

    pub(super) fn index(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let items = self.operands.split_off(frame.operands);
        let Some(object) = self.operands.pop() else { return };
        let span = self.span(object).to(span);
        self.operand(Node::Index(object, items), span);
    }

    pub(super) fn norm(&mut self, span: Span) {
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

    pub(super) fn mark(&mut self, operator: Unary, mark: Span) {
        let Some(operand) = self.operands.pop() else { return };
        let span = self.span(operand).to(mark);
        self.operand(Node::Unary(operator, operand), span);
    }

    pub(super) fn superscript(&mut self, text: &str, span: Span) {
        let Some(base) = self.operands.pop() else { return };
        let digits: String = text.chars().filter_map(raised).collect();
        let Some(number) = Number::parse(&digits) else { return };
        let mut exponent = self.push(Node::Number(number), span);
        if text.starts_with('⁻') {
            exponent = self.push(Node::Unary(Unary::Negative, exponent), span);
        }
        let whole = self.span(base).to(span);
        let raised = operators::binary("^", self.program.dialect).unwrap_or(Binary::Caret);
        self.binary(raised, base, exponent, whole);
    }
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

/// The value of a digit, raised or not.
pub(crate) fn digit(c: char) -> Option<u32> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|raised| raised == c).map(|place| place as u32).or(c.to_digit(10))
}
