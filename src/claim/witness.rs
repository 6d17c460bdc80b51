//! The simplest numbers at which a claimed value is wrong, with a central difference that settles it.

use super::subject::{Case, Subject};
use crate::expr::{Id, SymbolId};
use crate::numeric::{Array, Domain, Sample, same};
use rustc_hash::FxHashMap;

/// Half the distance over which the difference is taken.
const STEP: f64 = 1e-4;

/// How many lengths are made longer one by one.
const MAX_LENGTHENED: usize = 8;

/// Numbers to fill arrays with in turn, the simplest first.
const PATTERNS: [&[f64]; 3] = [&[1.0, 2.0, 3.0], &[2.0, 1.0, -1.0, 3.0, -2.0], &[0.5, 0.25, 0.75]];

/// An entry of the claimed value that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The length of each dimension.
    pub lengths: Vec<(String, usize)>,
    /// Inputs, and what arrives at the output where it is no scalar.
    pub values: Vec<(SymbolId, Array)>,
    /// Which entry, each place counted from 0.
    pub entry: Vec<usize>,
    /// What the claim says it is.
    pub claimed: f64,
    /// What the gradient says.
    pub right: f64,
    /// What the program itself says: the difference of its values on both sides, over the distance.
    pub difference: f64,
}

/// The first place at which the claim is wrong, from short lengths and simple numbers on.
pub(super) fn witness(case: &Case, subject: Subject, claimed: Id) -> Option<Witness> {
    let lengths = choices(case);
    let simple = lengths.iter().flat_map(|lengths| PATTERNS.iter().filter_map(move |pattern| filled(case, lengths, pattern)));
    simple.chain(case.samples.iter().cloned()).find_map(|sample| differs(case, subject, claimed, &sample))
}

/// Lengths to try: all 1, one of them 2, all 2, and those of the draws.
fn choices(case: &Case) -> Vec<FxHashMap<String, usize>> {
    let names: Vec<&String> = {
        let mut names: Vec<&String> = case.samples[0].lengths.keys().collect();
        names.sort();
        names
    };
    let with = |two: &dyn Fn(&str) -> bool| names.iter().map(|name| ((*name).clone(), if two(name) { 2 } else { 1 })).collect();
    // with very many lengths that alone would be quadratic
    let one = names.iter().take(MAX_LENGTHENED).map(|longer| with(&|name| name == longer.as_str()));
    let all: FxHashMap<String, usize> = with(&|_| true);
    [with(&|_| false)].into_iter().chain(one).chain([all]).chain(case.samples.iter().map(|sample| sample.lengths.clone())).collect()
}

/// A draw in which everything that is free to be so is made of the pattern's numbers.
fn filled(case: &Case, lengths: &FxHashMap<String, usize>, pattern: &[f64]) -> Option<Sample> {
    let d = &case.derivation;
    // what has a property keeps it
    let mut sample = Domain::TRIED.into_iter().find_map(|domain| Sample::draw(d, lengths, domain, 1, &[]))?;
    let mut numbers = pattern.iter().copied().cycle();
    let mut fill = |value: &mut Array| value.iter_mut().for_each(|x| *x = numbers.next().unwrap_or(1.0));
    for &input in &d.model.inputs {
        let free = d.arena().info(input).properties.iter().all(|p| matches!(&**p, "const" | "positive"));
        let value = sample.values.get_mut(&input)?;
        match free {
            true => fill(value),
            false => value.mapv_inplace(|x| (x * 100.0).round() / 100.0),
        }
    }
    sample.forward(d)?;
    let mut upstream = Array::ones(sample.values.get(&d.model.output)?.raw_dim());
    if !d.model.scalar {
        fill(&mut upstream);
    }
    sample.backward(d, upstream)?;
    Some(sample)
}

fn differs(case: &Case, subject: Subject, claimed: Id, sample: &Sample) -> Option<Witness> {
    let d = &case.derivation;
    let right = case.wanted(subject, sample)?;
    let found = sample.value(d.arena(), claimed)?;
    if found.shape() != right.shape() || found.iter().any(|x| !x.is_finite()) || same(&right, &found) {
        return None;
    }
    let size = right.iter().fold(1.0f64, |size, x| size.max(x.abs()));
    let (entry, _) = right.indexed_iter().find(|(at, x)| (*x - found[at]).abs() > 1e-6 * size)?;
    let entry: Vec<usize> = (0..right.ndim()).map(|axis| entry[axis]).collect();
    let difference = difference(case, subject, sample, &entry)?;
    let agrees = (difference - right[&entry[..]]).abs() <= 1e-4 * size;
    let upstream = d.gradient(d.model.output).filter(|_| !d.model.scalar && matches!(subject, Subject::Gradient(_))).map(|g| g.symbol);
    let values = d.model.inputs.iter().copied().chain(upstream);
    let mut lengths: Vec<(String, usize)> = sample.lengths.iter().map(|(name, n)| (name.clone(), *n)).collect();
    lengths.sort_by_key(|(name, _)| case.agreement.lengths.iter().position(|(known, _)| known == name));
    agrees.then(|| Witness {
        lengths,
        values: values.map(|symbol| (symbol, sample.values[&symbol].clone())).collect(),
        claimed: found[&entry[..]],
        right: right[&entry[..]],
        difference,
        entry,
    })
}

/// How the objective (or, of a Jacobian, an entry of the output) changes with one entry of the variable.
pub(super) fn difference(case: &Case, subject: Subject, sample: &Sample, entry: &[usize]) -> Option<f64> {
    let d = &case.derivation;
    let own = sample.values.get(&subject.of())?.ndim();
    let (output, moved) = entry.split_at(entry.len().checked_sub(own)?);
    let at = |step: f64| -> Option<f64> {
        let mut sample = sample.clone();
        *sample.values.get_mut(&subject.of())?.get_mut(moved)? += step;
        sample.forward_from(d, subject.of())?;
        let value = sample.values.get(&d.model.output)?;
        match (subject, d.gradient(d.model.output)) {
            (Subject::Jacobian(_), _) => value.get(output).copied(),
            (_, Some(top)) => Some(value.iter().zip(sample.values.get(&top.symbol)?).map(|(y, g)| y * g).sum()),
            _ => Some(value.sum()),
        }
    };
    Some((at(STEP)? - at(-STEP)?) / (2.0 * STEP))
}
