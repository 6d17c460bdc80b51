//! Jacobians and Hessians, read back from their own text, against central differences of what they differentiate.

use super::check::{Agreement, CheckError, Method, STEP, TOLERANCE, largest, ordered_names, other_way_round, read, scope_of, small_lengths};
use super::draw::Domain;
use super::evaluate::{Array, Evaluator};
use super::sample::Sample;
use crate::derive::{Derivation, Derivative};
use crate::expr::{Arena, Id};
use crate::formula::{self, Charset};
use crate::limits::{MAX_CHECK_ENTRIES, MAX_SOURCE_BYTES};
use ndarray::{Axis, IxDyn};
use rustc_hash::FxHashMap;

/// Compares derivatives with central differences: of the program's value, or of the gradient's formula where a gradient is
/// differentiated (which has been compared with the program before). Entry by entry of the variable.
///
/// # Errors
/// As [`check`](super::check()).
pub fn check_derivatives(derivation: &Derivation, derivatives: &[Derivative], given: &[(String, usize)]) -> Result<Agreement, CheckError> {
    let arena = derivation.arena();
    let values: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).chain(derivatives.iter().map(|d| d.value)).collect();
    let nodes = arena.reachable(&values);
    let lengths = small_lengths(derivation, &nodes, given).ok_or(CheckError::NoLengths)?;
    let (mut back, scope) = scope_of(derivation);
    let mut formulas = Vec::with_capacity(derivatives.len());
    for derivative in derivatives {
        let text = formula::text(arena, derivative.value, Charset::Ascii);
        if text.len() > MAX_SOURCE_BYTES {
            return Err(CheckError::TooLong { name: name(derivation, derivative), bytes: text.len() });
        }
        let lowered = read(&mut back, &text, &scope).filter(|lowered| back.shape(*lowered) == arena.shape(derivative.value));
        formulas.push((lowered.ok_or_else(|| CheckError::Unreadable { name: name(derivation, derivative), formula: text.clone() })?, text));
    }
    let trial = Trial { derivation, derivatives, back: &back, formulas: &formulas };
    match trial.at(&lengths) {
        Err(error @ (CheckError::NotFinite | CheckError::Coarse)) => trial.at(&other_way_round(&lengths, given)).map_err(|_| error),
        found => found,
    }
}

/// What is differentiated by what, as in a message.
fn name(derivation: &Derivation, derivative: &Derivative) -> String {
    let arena = derivation.arena();
    format!("{} of {}", arena.info(derivative.below).name, arena.info(derivative.above).name)
}

struct Trial<'a> {
    derivation: &'a Derivation,
    derivatives: &'a [Derivative],
    back: &'a Arena,
    formulas: &'a [(Id, String)],
}

impl Trial<'_> {
    fn at(&self, lengths: &FxHashMap<String, usize>) -> Result<Agreement, CheckError> {
        let (mut first, mut agreed, mut count) = (None, Vec::new(), 0);
        for domain in Domain::TRIED {
            for seed in 1..=3 {
                match self.run(lengths, domain, seed) {
                    Err(CheckError::NotFinite) => break,
                    Err(error @ (CheckError::NoLengths | CheckError::Unreadable { .. })) => return Err(error),
                    // one draw in thousands lands on a kink: two others must then agree
                    Err(error) => first = first.or(Some(error)),
                    Ok((worst, entries)) => {
                        agreed.push(worst);
                        count = entries;
                    }
                }
                if agreed.len() > usize::from(first.is_some()) {
                    let max_error = agreed.iter().copied().fold(0.0, f64::max);
                    let lengths = ordered_names(self.derivation, lengths);
                    return Ok(Agreement { lengths, max_error, method: Method::Entries(count) });
                }
            }
            if let Some(error) = first.take() {
                return Err(error);
            }
        }
        Err(CheckError::NotFinite)
    }

    /// The largest error at one draw, and how many entries were moved.
    fn run(&self, lengths: &FxHashMap<String, usize>, domain: Domain, seed: u64) -> Result<(f64, usize), CheckError> {
        let d = self.derivation;
        let sample = Sample::draw(d, lengths, domain, seed, &[]).ok_or(CheckError::NotFinite)?;
        let evaluator = Evaluator::new(self.back, lengths);
        let (mut worst, mut entries) = (0.0f64, 0);
        for (derivative, (id, text)) in self.derivatives.iter().zip(self.formulas) {
            if evaluator.entries(*id).is_none_or(|entries| entries > MAX_CHECK_ENTRIES) {
                return Err(CheckError::NoLengths);
            }
            let found = sample.value(self.back, *id).filter(|v| v.iter().all(|x| x.is_finite())).ok_or(CheckError::NotFinite)?;
            let wanted = difference(d, derivative, &sample, STEP)?;
            let size = largest(wanted.iter().copied()).max(1.0);
            let error = largest(wanted.iter().zip(&found).map(|(a, b)| a - b)) / size;
            if found.shape() != wanted.shape() || error.is_nan() || error > TOLERANCE {
                // half the step must tell the same, or the difference is not to be believed
                let half = difference(d, derivative, &sample, STEP / 2.0)?;
                let steady = largest(wanted.iter().zip(&half).map(|(a, b)| a - b)) / size <= TOLERANCE;
                let (name, formula) = (name(d, derivative), text.clone());
                return Err(if steady { CheckError::Disagrees { name, formula, error } } else { CheckError::Coarse });
            }
            worst = worst.max(error);
            entries += sample.values[&derivative.below].len();
        }
        Ok((worst, entries))
    }
}

/// Central differences of `above` by every entry of `below`, with the axes of both.
pub fn difference(d: &Derivation, derivative: &Derivative, sample: &Sample, step: f64) -> Result<Array, CheckError> {
    let below = sample.values.get(&derivative.below).ok_or(CheckError::NotFinite)?;
    let above = sample.values.get(&derivative.above).ok_or(CheckError::NotFinite)?;
    let upstream = d.gradient(d.model.output).and_then(|top| sample.values.get(&top.symbol)).ok_or(CheckError::NotFinite)?;
    let gradient = d.arena().info(derivative.above).is_gradient();
    let at = |place: usize, by: f64| -> Option<Array> {
        let mut moved = sample.clone();
        *moved.values.get_mut(&derivative.below)?.iter_mut().nth(place)? += by;
        moved.forward_from(d, derivative.below)?;
        if gradient {
            moved.backward(d, upstream.clone())?;
        }
        moved.values.remove(&derivative.above)
    };
    let mut columns = Array::zeros(IxDyn(&[above.len(), below.len()]));
    for place in 0..below.len() {
        let (up, down) = (at(place, step).ok_or(CheckError::NotFinite)?, at(place, -step).ok_or(CheckError::NotFinite)?);
        let slope = (up - down) / (2.0 * step);
        columns.index_axis_mut(Axis(1), place).iter_mut().zip(&slope).for_each(|(to, from)| *to = *from);
    }
    let shape: Vec<usize> = above.shape().iter().chain(below.shape()).copied().collect();
    columns.into_shape_with_order(IxDyn(&shape)).map_err(|_| CheckError::NoLengths)
}
