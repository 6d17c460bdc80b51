//! The programs that claims are about.

use super::{Case, Options, Subject};
use crate::derive::{Derivation, derive};
use crate::diagnostic::{Diagnostic, Span};
use crate::error::ShapeError;
use crate::expr::SymbolId;
use crate::limits::MAX_CHECK_WHOLE;
use crate::numeric::{Array, CheckError, Domain, Sample, check};
use crate::ops::{Fault, nearest_of};
use crate::shape::{Lengths, infer};
use crate::syntax::{Claim, Line, Node, Program};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What one claim says it is about, by its names.
pub(super) struct Names {
    /// Above the line, where it was typed.
    pub above: Option<Arc<str>>,
    /// Below it.
    pub below: Arc<str>,
    pub span: Span,
}

impl Names {
    pub fn of(program: &Program, claim: &Claim) -> Option<Names> {
        match program.node(claim.gradient) {
            Node::Gradient { of, wrt } => Some(Names { above: of.clone(), below: wrt.clone(), span: program.span(claim.gradient) }),
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
        let known = |s: &SymbolId| *d.arena().info(*s).name == *self.below;
        let found = d.model.inputs.iter().chain(d.model.statements.iter().map(|s| &s.symbol)).copied().find(known);
        let Some(of) = found else {
            let variables = d.model.inputs.iter().copied().chain(d.model.statements.iter().map(|s| s.symbol));
            let names: Vec<&str> = variables.map(|s| &*d.arena().info(s).name).collect();
            let near = nearest_of(&self.below, names.iter().copied()).map(String::from);
            return Err(Box::new(ShapeError::Unknown { name: self.below.to_string(), near, still: false, span: self.span }));
        };
        let output = &*d.arena().info(d.model.output).name;
        let jacobian = !d.model.scalar && self.above.as_deref() == Some(output);
        Ok(if jacobian { Subject::Jacobian(of) } else { Subject::Gradient(of) })
    }
}

/// The program with the gradients of all its inputs, checked.
pub(super) fn case(program: &Program, source: &str, options: &Options) -> Result<Case, Vec<Diagnostic>> {
    let fault = |error: Fault| vec![error.diagnostic(source, options.dialect.transpose())];
    let model = infer(program, source, Lengths::Declared).map_err(fault)?;
    let inputs = model.inputs.iter().filter(|s| !model.arena.info(**s).has("index"));
    let names: Vec<String> = inputs.map(|&s| model.arena.info(s).name.to_string()).collect();
    let derivation = derive(model, Some(&names)).map_err(fault)?;
    let agreement = check(&derivation, &options.dims).map_err(|error| vec![unconfirmed(&error)])?;
    let samples = Sample::several(&derivation, &options.dims);
    if samples.is_empty() {
        return Err(vec![unconfirmed(&CheckError::NotFinite)]);
    }
    let more = more(&derivation, &samples);
    Ok(Case { derivation, agreement, samples, more })
}

/// How often a draw is repeated that gives the program no value: a mask may happen to let nothing pass.
const REPEATED: u64 = 8;

/// Draws at the lengths of others, some with entries that are all large.
fn more(d: &Derivation, samples: &[Sample]) -> Vec<Sample> {
    let domains = [Domain::AboveOne, Domain::Normal, Domain::Normal];
    let each = samples.iter().rev().cycle().zip(domains).zip(4..);
    let draw = |lengths: &FxHashMap<String, usize>, domain, seed: u64| {
        (0..REPEATED).find_map(|again| Sample::draw(d, lengths, domain, seed + 16 * again, &[]))
    };
    each.filter_map(|((sample, domain), seed)| draw(&sample.lengths, domain, seed)).collect()
}

fn unconfirmed(error: &CheckError) -> Diagnostic {
    let code = match error {
        CheckError::Disagrees { .. } => "E0902",
        CheckError::Unreadable { .. } => "E0903",
        CheckError::NotFinite => "E0503",
        CheckError::TooLong { .. } | CheckError::TooDeep { .. } | CheckError::Coarse => "E0504",
        CheckError::NoLengths => "E0501",
    };
    Diagnostic::error(code, error.to_string()).note("so there is nothing that the claim could be compared with")
}

/// The program up to the line that assigns `name`, which becomes its output.
pub(super) fn cut_off(program: &Program, name: &str) -> Program {
    let assigns = |line: &Line| matches!(line, Line::Statement(s) if s.targets.iter().any(|target| *target.text == *name));
    let end = program.lines.iter().position(assigns).map_or(program.lines.len(), |at| at + 1);
    let (kept, rest) = program.lines.split_at(end);
    let declarations = rest.iter().filter(|line| matches!(line, Line::Declaration(_)));
    Program { lines: kept.iter().chain(declarations).cloned().collect(), ..program.clone() }
}

impl Case {
    /// In a long program gradients die out or explode; they are linear in what arrives at the output, which is scaled so that the one
    /// that a claim is about has ordinary numbers. Of short programs a small gradient may be one that is zero.
    pub(super) fn level(&mut self, subject: Subject) {
        let d = &self.derivation;
        let (Subject::Gradient(of), Some(top)) = (subject, d.gradient(d.model.output)) else { return };
        let Some(wanted) = d.gradient(of).filter(|_| !d.model.scalar && d.model.statements.len() > MAX_CHECK_WHOLE) else { return };
        for sample in self.samples.iter_mut().chain(&mut self.more) {
            let size = sample.values[&wanted.symbol].iter().fold(0.0, |size: f64, x| size.max(x.abs()));
            if size > 0.0 && size.recip().is_finite() {
                let upstream = &sample.values[&top.symbol] * size.recip();
                let mut scaled = sample.clone();
                if scaled.backward(d, upstream).is_some() {
                    *sample = scaled;
                }
            }
        }
    }

    /// What the claim must be equal to at one draw.
    pub(super) fn wanted(&self, subject: Subject, sample: &Sample) -> Option<Array> {
        let d = &self.derivation;
        match subject {
            Subject::Gradient(of) => match d.gradient(of) {
                Some(gradient) => sample.values.get(&gradient.symbol).cloned(),
                None => Some(Array::zeros(sample.values.get(&of)?.raw_dim())),
            },
            Subject::Jacobian(of) => {
                let output = sample.values.get(&d.model.output)?;
                let input = sample.values.get(&of)?;
                let mut entries = Vec::with_capacity(output.len() * input.len());
                for place in 0..output.len() {
                    let mut upstream = Array::zeros(output.raw_dim());
                    upstream.as_slice_mut()?[place] = 1.0;
                    let mut one = sample.clone();
                    one.backward(d, upstream)?;
                    let row = match d.gradient(of) {
                        Some(gradient) => one.values.get(&gradient.symbol)?.clone(),
                        None => Array::zeros(input.raw_dim()),
                    };
                    entries.extend(row.iter());
                }
                let shape: Vec<usize> = output.shape().iter().chain(input.shape()).copied().collect();
                Array::from_shape_vec(shape, entries).ok()
            }
        }
    }
}
