//! The simplest numbers at which a claimed value is wrong, with a central difference that settles it.

use super::decide::{Difference, Exception, Place, Question, apart, watched};
use super::subject::{Case, Subject};
use crate::expr::SymbolId;
use crate::numeric::{Array, Balls, Manner, Point, Sample, is_literal};
use crate::real::Ball;
use ndarray::IxDyn;
use rustc_hash::FxHashMap;

/// Half the distance over which a difference in floats is taken.
const STEP: f64 = 1e-4;
/// The same in balls, relative to the size of the entry.
const FINE: f64 = 1.0 / (1u64 << 36) as f64;
/// How near a difference in balls must come.
const NEAR: f64 = 1e-6;

/// From what difference on, relative to the larger number or to 1, two numbers are plainly apart.
const PLAIN: f64 = 1e-3;

/// How many lengths are made longer one by one.
const MAX_LENGTHENED: usize = 8;

/// Numbers to fill arrays with in turn, the simplest first.
const PATTERNS: [&[f64]; 3] = [&[1.0, 2.0, 3.0], &[2.0, 1.0, -1.0, 3.0, -2.0], &[0.5, 0.25, 0.75]];

/// The same for what stands at a border: zeros and equal entries.
const BORDERS: [&[f64]; 4] = [&[0.0], &[0.0, 1.0, 2.0], &[1.0], &[1.0, 1.0, 2.0]];

/// An entry of the claimed value that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The length of each dimension.
    pub lengths: Vec<(String, usize)>,
    /// Inputs, and what arrives at the output where it is no scalar.
    pub values: Vec<(SymbolId, Array)>,
    /// Which entry, each place counted from 0.
    pub entry: Vec<usize>,
    /// What the claim says it is; nothing where it has no value there.
    pub claimed: Option<f64>,
    /// What the gradient says.
    pub right: f64,
    /// What the program itself says: the difference of its values on both sides, over the distance; nothing at a border, where a
    /// convention decides.
    pub difference: Option<f64>,
}

/// The first place at which the claim is wrong, from short lengths and simple numbers on; in the end the one at which it was found to be.
pub(super) fn witness(case: &Case, question: Question, found: Option<&Difference>) -> Option<Witness> {
    let (d, subject) = (&case.derivation, question.subject);
    let borders = watched(case, question.id);
    let simple = |lengths: &FxHashMap<String, usize>, pattern: &[f64]| {
        let mut point = filled(case, lengths, pattern)?;
        let (entry, claimed, right) = apart(d, &mut point, question)?;
        let inside = !borders.iter().any(|border| border.is_met(d.arena(), &point));
        (inside && claimed.is_finite()).then_some(Difference { point, entry, claimed, right })
    };
    let lengths = choices(case);
    let all = lengths.iter().flat_map(|lengths| PATTERNS.iter().filter_map(move |pattern| simple(lengths, pattern)));
    // a difference that shows in the first digits tells more than one that does not
    let mut faint = None;
    for witness in all.chain(found.cloned()).filter_map(|difference| told(case, subject, &difference)) {
        let apart = |claimed: f64| (claimed - witness.right).abs() > PLAIN * claimed.abs().max(witness.right.abs()).max(1.0);
        if witness.claimed.is_some_and(apart) {
            return Some(witness);
        }
        faint.get_or_insert(witness);
    }
    faint
}

/// A difference in numbers that can be shown, where the program confirms it.
fn told(case: &Case, subject: Subject, found: &Difference) -> Option<Witness> {
    let difference = slope(case, subject, found)?;
    let (right, claimed) = (found.right.to_f64(), found.claimed.to_f64());
    let off = (difference - right).abs();
    if off.is_nan() || off > NEAR * right.abs().max((claimed - right).abs()) {
        return None;
    }
    Some(shown(case, subject, found, Some(difference)))
}

/// The simplest point at which a claim is not the gradient, of those at a border; in the end the one that was found.
pub(super) fn exception(case: &Case, question: Question, found: &Exception) -> Witness {
    let d = &case.derivation;
    let borders = watched(case, question.id);
    let simple = |lengths: &FxHashMap<String, usize>, pattern: &[f64]| {
        let mut point = filled(case, lengths, pattern)?;
        let (entry, claimed, right) = apart(d, &mut point, question)?;
        let place = |place: &Place| borders.iter().any(|border| border.place() == *place && border.is_met(d.arena(), &point));
        found.places.iter().any(place).then_some(Difference { point, entry, claimed, right })
    };
    let lengths = choices(case);
    let mut all = lengths.iter().flat_map(|lengths| BORDERS.iter().filter_map(move |pattern| simple(lengths, pattern)));
    let first = all.next();
    shown(case, question.subject, first.as_ref().unwrap_or(&found.at), None)
}

/// A difference in floats.
fn shown(case: &Case, subject: Subject, found: &Difference, difference: Option<f64>) -> Witness {
    let d = &case.derivation;
    let upstream = d.gradient(d.model.output).filter(|_| !d.model.scalar && matches!(subject, Subject::Gradient(_))).map(|g| g.symbol);
    let values = d.model.inputs.iter().copied().chain(upstream);
    let named = found.point.lengths.iter().filter(|(name, _)| !is_literal(name));
    let mut lengths: Vec<(String, usize)> = named.map(|(name, n)| (name.clone(), *n)).collect();
    lengths.sort_by_key(|(name, _)| case.agreement.lengths.iter().position(|(known, _)| known == name));
    Witness {
        lengths,
        values: values.map(|symbol| (symbol, found.point.values[&symbol].mapv(Ball::to_f64))).collect(),
        entry: found.entry.clone(),
        claimed: found.claimed.is_finite().then(|| found.claimed.to_f64()),
        right: found.right.to_f64(),
        difference,
    }
}

/// How the objective (or, of a Jacobian, an entry of the output) changes with one entry of the variable, in balls.
fn slope(case: &Case, subject: Subject, found: &Difference) -> Option<f64> {
    let d = &case.derivation;
    let of = subject.of();
    let own = found.point.values.get(&of)?.ndim();
    let (output, entry) = found.entry.split_at(found.entry.len().checked_sub(own)?);
    let here = found.point.values.get(&of)?.get(entry)?.to_f64().abs();
    let step = Ball::from(if here > 0.0 { 2f64.powi(here.log2().floor() as i32) } else { 1.0 } * FINE);
    let at = |by: Ball| -> Option<Ball> {
        let moved = found.point.moved(d, of, entry, by)?;
        let value = moved.values.get(&d.model.output)?;
        match (subject, d.gradient(d.model.output)) {
            (Subject::Jacobian(_), _) => value.get(output).copied(),
            (_, Some(top)) => {
                let upstream = found.point.values.get(&top.symbol)?;
                Some(value.iter().zip(upstream).fold(Ball::ZERO, |sum, (y, g)| sum + *y * *g))
            }
            _ => Some(value.iter().fold(Ball::ZERO, |sum, y| sum + *y)),
        }
    };
    let slope = ((at(step)? - at(-step)?) / (step + step)).to_f64();
    slope.is_finite().then_some(slope)
}

/// Lengths to try: all 1, one of them 2, all 2, and those of the draws.
fn choices(case: &Case) -> Vec<FxHashMap<String, usize>> {
    // what stands for a literal is no name, and stays
    let known = &case.samples[0].lengths;
    let is_name = |name: &str| !is_literal(name);
    let mut names: Vec<&String> = known.keys().filter(|name| is_name(name)).collect();
    names.sort();
    let with = |two: &dyn Fn(&str) -> bool| -> FxHashMap<String, usize> {
        let length = |name: &str, n: usize| {
            if !is_name(name) {
                n
            } else if two(name) {
                2
            } else {
                1
            }
        };
        known.iter().map(|(name, &n)| (name.clone(), length(name, n))).collect()
    };
    // with very many lengths that alone would be quadratic
    let one = names.iter().take(MAX_LENGTHENED).map(|longer| with(&|name| name == longer.as_str()));
    let all: FxHashMap<String, usize> = with(&|_| true);
    [with(&|_| false)].into_iter().chain(one).chain([all]).chain(case.samples.iter().map(|sample| sample.lengths.clone())).collect()
}

/// A point in which everything that is free to be so is made of the pattern's numbers; what has a property keeps it.
fn filled(case: &Case, lengths: &FxHashMap<String, usize>, pattern: &[f64]) -> Option<Point> {
    let d = &case.derivation;
    let drawn = [Manner::Normal(1.0), Manner::Between(0.5, 2.0), Manner::Between(0.125, 0.875), Manner::Between(1.5, 3.0)];
    let point = drawn.iter().find_map(|manner| Point::draw(d, lengths, manner, 1, &[]))?;
    let mut numbers = pattern.iter().copied().cycle();
    let mut fill = |shape: &[usize]| Balls::from_shape_fn(IxDyn(shape), |_| Ball::from(numbers.next().unwrap_or(1.0)));
    let mut inputs = FxHashMap::default();
    for &input in &d.model.inputs {
        let value = &point.values[&input];
        let free = d.arena().info(input).properties.iter().all(|p| matches!(&**p, "const" | "positive"));
        inputs.insert(
            input,
            if free { fill(value.shape()).mapv(|x| positive(d.arena().info(input).has("positive"), x)) } else { value.clone() },
        );
    }
    Point::of(d, lengths, inputs, |_, shape, _| Some(fill(shape)))
}

fn positive(wanted: bool, x: Ball) -> Ball {
    if wanted { x.abs() } else { x }
}

/// How the objective (or, of a Jacobian, an entry of the output) changes with one entry of the variable, in floats.
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
