//! The programs that claims are about.

use super::decide::lengths_of;
use super::subject::{Case, Options, Subject};
use super::witness::difference;
use crate::derive::{Derivation, derive};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::SymbolId;
use crate::limits::MAX_CHECK_WHOLE;
use crate::numeric::{Agreement, Array, CheckError, Domain, Sample, check};
use crate::ops::Fault;
use crate::shape::{Lengths, Model, infer, leave_free};
use crate::syntax::{Line, Program};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// The program with the gradients of all its inputs, checked.
pub(super) fn case(program: &Program, source: &str, options: &Options) -> Result<Case, Vec<Diagnostic>> {
    let fault = |error: Fault| vec![error.diagnostic(source, options.dialect.transpose())];
    let model = infer(program, source, Lengths::Declared).map_err(fault)?;
    let names = differentiable(&model);
    let derivation = derive(model, Some(&names)).map_err(fault)?;
    let agreement = check(&derivation, &options.dims).map_err(|error| vec![unconfirmed(&error)])?;
    drawn(derivation, agreement, None, options)
}

/// A derivation with the draws at which claims are judged.
fn drawn(derivation: Derivation, agreement: Agreement, gradient_of: Option<SymbolId>, options: &Options) -> Result<Case, Vec<Diagnostic>> {
    let samples = Sample::several(&derivation, &options.dims);
    if samples.is_empty() {
        return Err(vec![unconfirmed(&CheckError::NotFinite)]);
    }
    let more = more(&derivation, &samples);
    let drawn: Vec<_> = samples.iter().map(|sample| &sample.lengths).collect();
    let lengths = lengths_of(&drawn, &options.dims);
    Ok(Case { derivation, agreement, samples, exact: OnceCell::new(), given: options.dims.clone(), lengths, more, gradient_of })
}

/// The program that goes on to the gradient of its scalar output by the variable `first`. `known` is the case of the program itself, in
/// which that gradient has been checked.
pub(super) fn second(
    program: &Program,
    source: &str,
    first: &str,
    claim: Span,
    options: &Options,
    known: &Case,
) -> Result<Case, Vec<Diagnostic>> {
    let d = &known.derivation;
    if !d.model.scalar {
        let output = &d.arena().info(d.model.output).name;
        return Err(vec![
            Diagnostic::error("E0505", format!("a second derivative belongs to a scalar, and `{output}` is none"))
                .at(claim, "this second derivative")
                .note(format!("`f = sum({output})` is a scalar; the first derivative `d{output}/d{first}` can be claimed as it is")),
        ]);
    }
    let fault = |error: Fault| vec![error.diagnostic(source, options.dialect.transpose())];
    let mut model = infer(program, source, Lengths::Declared).map_err(fault)?;
    let bound = leave_free(&mut model);
    let names = differentiable(&model);
    let once = derive(model, Some(&names)).map_err(fault)?;
    let of = once.find(first);
    let Some((of, model)) = of.and_then(|of| Some((of, once.onward(of)?))) else { return Err(vec![unconfirmed(&CheckError::NotFinite)]) };
    let mut derivation = derive(model, Some(&names)).map_err(fault)?;
    for (symbol, properties) in bound {
        derivation.algebra.arena.symbols[symbol.0 as usize].properties = properties;
    }
    drawn(derivation, known.agreement.clone(), Some(of), options)
}

/// The inputs that are no indices.
fn differentiable(model: &Model) -> Vec<String> {
    let inputs = model.inputs.iter().map(|&input| model.arena.info(input)).filter(|input| !input.has("index"));
    inputs.map(|input| input.name.to_string()).collect()
}

/// How many entries of a second derivative are compared with differences.
const MAX_CONFIRMED: usize = 256;

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
    /// That what a claim on a second derivative is compared with agrees with differences of the gradient.
    pub(super) fn confirmed(&self, subject: Subject) -> Result<(), Vec<Diagnostic>> {
        let sample = &self.samples[0];
        let right = self.wanted(subject, sample).ok_or_else(|| vec![unconfirmed(&CheckError::NotFinite)])?;
        let size = right.iter().fold(1.0f64, |size, x| size.max(x.abs()));
        for (at, x) in right.indexed_iter().take(MAX_CONFIRMED) {
            let entry: Vec<usize> = (0..right.ndim()).map(|axis| at[axis]).collect();
            if difference(self, subject, sample, &entry).is_none_or(|found| (found - x).abs() > 1e-4 * size) {
                return Err(vec![unconfirmed(&CheckError::Coarse)]);
            }
        }
        Ok(())
    }

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
