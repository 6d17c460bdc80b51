//! What a claim says it is about, by the names in it.

use super::subject::{Case, Subject};
use crate::derive::Derivation;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::error::ShapeError;
use crate::expr::SymbolId;
use crate::ops::{Fault, nearest_of};
use crate::syntax::{Claim, Node, NodeId, Program, digit};
use std::sync::Arc;

/// The left side of one claim.
pub(super) struct Names {
    /// Above the line, where it was typed.
    pub above: Option<Arc<str>>,
    /// Below it; of a second derivative as typed, `x2` or `xdy`.
    below: Vec<Arc<str>>,
    /// How often is differentiated.
    pub order: u32,
    pub span: Span,
}

impl Names {
    pub fn of(program: &Program, claim: &Claim) -> Option<Names> {
        let span = program.span(claim.gradient);
        match program.node(claim.gradient) {
            Node::Gradient { of, wrt } => Some(Names { above: of.clone(), below: vec![wrt.clone()], order: 1, span }),
            Node::Higher { of, order, wrt } => Some(Names { above: of.clone(), below: wrt.clone(), order: *order, span }),
            _ => None,
        }
    }

    /// The value that is differentiated, where the program assigns one of this name before its last line.
    pub fn earlier(&self, d: &Derivation) -> Option<SymbolId> {
        let above = self.above.as_deref()?;
        let assigned = d.model.statements.iter().map(|s| s.symbol).find(|&s| *d.arena().info(s).name == *above)?;
        (assigned != d.model.output).then_some(assigned)
    }

    /// What the claim is about, in a case whose output is what it differentiates.
    pub fn subject(&self, case: &Case) -> Result<Subject, Fault> {
        let d = &case.derivation;
        let of = self.symbol(d, &self.below[0])?;
        let output = &*d.arena().info(d.model.output).name;
        let jacobian = !d.model.scalar && self.above.as_deref() == Some(output);
        Ok(if jacobian { Subject::Jacobian(of) } else { Subject::Gradient(of) })
    }

    /// By what a second derivative differentiates, in a case whose output is what is differentiated.
    pub fn pair(&self, case: &Case, source: &str) -> Result<(SymbolId, SymbolId), Diagnostic> {
        if self.order != 2 {
            return Err(Diagnostic::error(
                "E0213",
                format!("a claim is about a first or a second derivative, and this is one of order {}", self.order),
            )
            .at(self.span, "this derivative")
            .note("`pullback hessian --order 3 PROGRAM` derives third derivatives"));
        }
        let d = &case.derivation;
        let (one, two) = self.split(d).ok_or_else(|| self.unreadable(d))?;
        let fault = |fault: Fault| fault.diagnostic(source, d.model.dialect.transpose());
        Ok((self.symbol(d, &one).map_err(fault)?, self.symbol(d, &two).map_err(fault)?))
    }

    /// The two names below the line: `x2` is `x` twice, `xdy` is `x` and `y`, where the program has these.
    fn split(&self, d: &Derivation) -> Option<(Arc<str>, Arc<str>)> {
        let known = |name: &str| d.find(name).is_some();
        match self.below.as_slice() {
            [one, two] => Some((one.clone(), two.clone())),
            [both] => {
                let mut before = both.chars();
                let twice = before.next_back().and_then(digit).filter(|order| *order == 2).map(|_| before.as_str().trim_end_matches('^'));
                let mut pairs = both.match_indices('d').map(|(at, d)| (&both[..at], &both[at + d.len()..]));
                let pair = pairs.find(|(one, two)| known(one) && known(two));
                let twice = twice.map(|name| (name, name));
                let pair = twice.filter(|(name, _)| known(name)).or(pair).or(twice);
                pair.map(|(one, two)| (one.into(), two.into()))
            }
            _ => None,
        }
    }

    fn unreadable(&self, d: &Derivation) -> Diagnostic {
        let above = self.above.as_deref().unwrap_or(&d.model.objective);
        let name = d.model.inputs.first().map_or("x", |&input| &d.arena().info(input).name);
        Diagnostic::error("E0214", "it is not clear by which two variables this differentiates")
            .at(self.span, "two variables of the program belong below the line")
            .note(format!("a second derivative is written `d2{above}/d{name}2`, or `d2{above}/d{name} dy` with two variables"))
    }

    /// A variable of the program.
    fn symbol(&self, d: &Derivation, name: &str) -> Result<SymbolId, Fault> {
        if let Some(found) = d.find(name) {
            return Ok(found);
        }
        let variables = d.model.inputs.iter().copied().chain(d.model.statements.iter().map(|s| s.symbol));
        let names: Vec<&str> = variables.map(|s| &*d.arena().info(s).name).collect();
        let near = nearest_of(name, names.iter().copied()).map(String::from);
        Err(Box::new(ShapeError::Unknown { name: name.to_string(), near, still: false, span: self.span }))
    }
}

/// A warning where claims write `dL/dX` and `L` is an input of the program: it is read as the gradient of the objective, which has another
/// name then.
pub(super) fn taken(program: &Program, case: &Case, claims: &[&Claim]) -> Option<Diagnostic> {
    let d = &case.derivation;
    let is_input = |name: &str| d.model.inputs.iter().any(|&input| *d.arena().info(input).name == *name);
    let nodes = claims.iter().flat_map(|claim| (claim.first.0..=claim.value.0).map(NodeId).chain([claim.gradient]));
    let meant = nodes.filter_map(|id| match program.node(id) {
        Node::Gradient { of: Some(of), wrt } if is_input(of) => Some((of.clone(), wrt.clone(), program.span(id))),
        _ => None,
    });
    let mut meant: Vec<(Arc<str>, Arc<str>, Span)> = meant.collect();
    meant.sort_by_key(|(.., span)| span.start);
    let (name, wrt, first) = meant.first()?;
    let objective = &d.model.objective;
    let edits = meant.iter().map(|(_, wrt, span)| Edit { span: *span, replacement: format!("d{objective}/d{wrt}") }).collect();
    let warning = Diagnostic::warning("W0607", format!("`{name}` is an input of this program, which depends on nothing"))
        .at(*first, format!("read as `d{objective}/d{wrt}`, the gradient by {wrt}"));
    Some(warning.fix(format!("call the objective `{objective}`"), edits))
}
