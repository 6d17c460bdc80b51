//! What a whole line becomes: a declaration, a statement or a claim.

use super::Builder;
use crate::diagnostic::Span;
use crate::syntax::ast::*;
use crate::syntax::fault::{self, Fault};

impl Builder<'_> {
    /// The value of a line begins. `dL_dX = ...` has been read as an assignment, but it is a claim.
    pub(super) fn begin_value(&mut self) -> usize {
        if let [target] = &self.names[..] {
            if let Some((of, wrt)) = underscored(&target.text) {
                let (node, span) = (Node::Gradient { of: Some(of.into()), wrt: wrt.into() }, target.span);
                self.names.clear();
                self.operand(node, span);
            }
        }
        self.program.nodes.len()
    }

    pub(super) fn shape(&mut self, span: Span) -> Result<(), Fault> {
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

    pub(super) fn declaration(&mut self, span: Span) -> Result<(), Fault> {
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
    pub(super) fn first_of_shape(&self) -> usize {
        self.program.nodes.len() - self.program.spans.iter().rev().take_while(|span| span.start >= self.shape_span.start).count()
    }

    pub(super) fn assignment(&mut self, first: usize, span: Span) -> Result<(), Fault> {
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

    pub(super) fn bare(&mut self, first: usize) -> Result<(), Fault> {
        let Some(value) = self.operands.pop() else { return Ok(()) };
        fault::hole(&self.holes)?;
        let span = self.span(value);
        self.program.lines.push(Line::Statement(Statement { targets: vec![], first: NodeId(first as u32), value, span }));
        Ok(())
    }
}

/// `dL_dX` taken apart.
pub(super) fn underscored(text: &str) -> Option<(&str, &str)> {
    let (of, wrt) = text.strip_prefix(['d', '∂'])?.split_once("_d")?;
    (symbol(of) && symbol(wrt)).then_some((of, wrt))
}

/// Whether a part of `dL_dX` looks like the name of a variable rather than like a piece of a word (`data_dim`).
pub(super) fn symbol(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return false };
    !first.is_ascii_lowercase() && first != '_'
        || matches!(text, "loss" | "cost")
        || !letters.next().is_some_and(|c| c.is_ascii_lowercase())
}
