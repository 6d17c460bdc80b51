//! Jacobians and Hessians, read back from their own text, against central differences of what they differentiate.

use super::check::{
    Agreement, CheckError, DIRECTIONS, KINK, Method, PINNED, ROOM, STEP, TOLERANCE, largest, ordered_names, other_way_round, read,
    scope_of, shrunk_lengths, small_lengths, tests_equality, unread,
};
use super::draw::{Domain, Random};
use super::evaluate::{Array, Evaluator};
use super::literals;
use super::sample::Sample;
use super::work::work;
use crate::derive::{Derivation, Derivative, Kronecker, operands, operands_of};
use crate::expr::{Arena, Id, SymbolId};
use crate::formula::{self, Charset};
use crate::limits::{MAX_CHECK_ENTRIES, MAX_CHECK_WORK, MAX_DERIVATIVE_TOKENS, MAX_ENTRYWISE_WORK, MAX_SOURCE_BYTES};
use crate::ops::Value;
use crate::shape::Dim;
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
    let lengths = shrunk_lengths(derivation, &nodes, given).ok_or(CheckError::NoLengths)?;
    let (mut back, scope) = scope_of(derivation);
    let mut formulas = Vec::with_capacity(derivatives.len());
    for derivative in derivatives {
        let text = match operands(arena, derivative.value) <= MAX_DERIVATIVE_TOKENS {
            true => formula::text(arena, derivative.value, Charset::Ascii),
            // what is too long for a reader is not read back: nobody sees it
            false => {
                formulas.push((None, String::new()));
                continue;
            }
        };
        if text.len() > MAX_SOURCE_BYTES {
            return Err(CheckError::TooLong { name: name(derivation, derivative), bytes: text.len() });
        }
        let lowered = read(&mut back, &text, &scope).filter(|lowered| back.shape(*lowered) == arena.shape(derivative.value));
        formulas.push((Some(lowered.ok_or_else(|| unread(name(derivation, derivative), text.clone()))?), text));
    }
    let trial = Trial { derivation, derivatives, nodes: nodes.len(), back: &back, formulas: &formulas };
    let found = trial.at(&lengths);
    if found.is_err() && literals::any(&lengths) {
        let exact = small_lengths(derivation, &nodes, given).ok_or(CheckError::NoLengths)?;
        let evaluator = Evaluator::new(arena, &exact);
        let entries = |shape: &[Dim]| evaluator.shape(shape)?.iter().try_fold(1usize, |count, &n| count.checked_mul(n));
        let moved = derivatives.iter().filter_map(|d| entries(&arena.info(d.below).shape)).sum::<usize>();
        let work = work(arena, &nodes, &exact).and_then(|once| once.checked_mul(2 * moved));
        return work.filter(|work| *work <= MAX_CHECK_WORK).map_or(Err(CheckError::NoLengths), |_| trial.at(&exact));
    }
    match found {
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
    /// How many nodes the program and its derivatives have.
    nodes: usize,
    back: &'a Arena,
    formulas: &'a [(Option<Id>, String)],
}

impl Trial<'_> {
    fn at(&self, lengths: &FxHashMap<String, usize>) -> Result<Agreement, CheckError> {
        let (mut first, mut agreed, mut method) = (None, Vec::new(), Method::Entries(0));
        for domain in Domain::TRIED {
            for seed in 1..=3 {
                match self.run(lengths, domain, seed) {
                    Err(CheckError::NotFinite) => break,
                    Err(error @ (CheckError::NoLengths | CheckError::Unreadable { .. })) => return Err(error),
                    // one draw in thousands lands on a kink: two others must then agree
                    Err(error) => first = first.or(Some(error)),
                    Ok((worst, moved)) => {
                        agreed.push(worst);
                        method = moved;
                    }
                }
                if agreed.len() > usize::from(first.is_some()) {
                    let max_error = agreed.iter().copied().fold(0.0, f64::max);
                    let (lengths, literals) = (ordered_names(self.derivation, lengths), literals::taken(lengths));
                    return Ok(Agreement { lengths, literals, max_error, method });
                }
            }
            if let Some(error) = first.take() {
                return Err(error);
            }
        }
        Err(CheckError::NotFinite)
    }

    /// The largest error at one draw, and what was moved.
    fn run(&self, lengths: &FxHashMap<String, usize>, domain: Domain, seed: u64) -> Result<(f64, Method), CheckError> {
        let d = self.derivation;
        let sample = Sample::draw(d, lengths, domain, seed, &[]).ok_or(CheckError::NotFinite)?;
        let moved: usize = self.derivatives.iter().filter_map(|one| Some(sample.values.get(&one.below)?.len())).sum();
        let inputs = self.derivatives.iter().all(|one| d.model.inputs.contains(&one.below));
        if moved * self.nodes > MAX_ENTRYWISE_WORK && inputs && d.blocks.is_empty() {
            match self.along(&sample, seed) {
                // a sum along a direction does not show a kink: entry by entry is seen whose fault it is
                Err(CheckError::Disagrees { .. } | CheckError::Coarse) => {}
                found => return Ok((found?, Method::DirectionsAll(DIRECTIONS))),
            }
        }
        let (mut worst, mut entries) = (0.0f64, 0);
        for (derivative, (id, text)) in self.derivatives.iter().zip(self.formulas) {
            let (arena, id) = id.map_or((d.arena(), derivative.value), |id| (self.back, id));
            if Evaluator::new(arena, lengths).entries(id).is_none_or(|entries| entries > MAX_CHECK_ENTRIES) {
                return Err(CheckError::NoLengths);
            }
            let found = sample.value(arena, id).filter(|v| v.iter().all(|x| x.is_finite())).ok_or(CheckError::NotFinite)?;
            let wanted = difference(d, derivative, &sample, STEP)?;
            let size = largest(wanted.iter().copied()).max(1.0);
            let error = largest(wanted.iter().zip(&found).map(|(a, b)| a - b)) / size;
            if found.len() == wanted.len() && error > TOLERANCE && at_kinks(d, derivative, &sample, &wanted, &found)? {
                continue;
            }
            if found.len() != wanted.len() || error.is_nan() || error > TOLERANCE {
                // half the step must tell the same, and not come nearer, or the difference is not to be believed
                let half = difference(d, derivative, &sample, STEP / 2.0)?;
                let limits = half.iter().zip(&wanted).map(|(half, whole)| [2.0 * half - whole, (4.0 * half - whole) / 3.0]);
                let nearer = |(limits, found): ([f64; 2], &f64)| limits.iter().any(|limit| (limit - found).abs() <= TOLERANCE * size);
                if found.len() == wanted.len() && limits.zip(&found).all(nearer) {
                    continue;
                }
                let away = |from: &Array| largest(half.iter().zip(from).map(|(a, b)| a - b)) / size;
                let steady = away(&wanted) <= TOLERANCE && away(&found) > error / 2.0;
                let (name, formula) = (name(d, derivative), text.clone());
                return Err(if steady { CheckError::Disagrees { name, formula, error } } else { CheckError::Coarse });
            }
            worst = worst.max(error);
            entries += sample.values[&derivative.below].len();
        }
        Ok((worst, Method::Entries(entries)))
    }

    /// The largest error along random directions through all inputs at once.
    fn along(&self, sample: &Sample, seed: u64) -> Result<f64, CheckError> {
        let d = self.derivation;
        let mut random = Random::new(seed);
        let found = self.derivatives.iter().zip(self.formulas).map(|(derivative, (id, _))| {
            let (arena, id) = id.map_or((d.arena(), derivative.value), |id| (self.back, id));
            Evaluator::new(arena, &sample.lengths).entries(id).filter(|n| *n <= MAX_CHECK_ENTRIES).ok_or(CheckError::NoLengths)?;
            sample.value(arena, id).filter(|v| v.iter().all(|x| x.is_finite())).ok_or(CheckError::NotFinite)
        });
        let found: Vec<Array> = found.collect::<Result<_, CheckError>>()?;
        let upstream = d.gradient(d.model.output).and_then(|top| sample.values.get(&top.symbol));
        let gradients = self.derivatives.iter().any(|one| d.arena().info(one.above).is_gradient());
        let mut worst = 0.0f64;
        for _ in 0..DIRECTIONS {
            let mut directions: FxHashMap<SymbolId, Array> = FxHashMap::default();
            for one in self.derivatives {
                directions.entry(one.below).or_insert_with(|| random.array(sample.values[&one.below].shape(), Domain::Normal));
            }
            let at = |by: f64| -> Option<Sample> {
                let mut moved = sample.clone();
                for (input, direction) in &directions {
                    moved.values.get_mut(input)?.scaled_add(by, direction);
                }
                moved.forward(d)?;
                if gradients {
                    moved.backward(d, upstream?.clone())?;
                }
                Some(moved)
            };
            let slopes = |step: f64| Some((at(step)?, at(-step)?));
            let (whole, half) = (slopes(STEP).ok_or(CheckError::NotFinite)?, slopes(STEP / 2.0).ok_or(CheckError::NotFinite)?);
            let mut sums: FxHashMap<SymbolId, Vec<f64>> = FxHashMap::default();
            let mut first: FxHashMap<(SymbolId, SymbolId), usize> = FxHashMap::default();
            for (place, one) in self.derivatives.iter().enumerate() {
                // another form of one that is known has the same entries
                if let Some(&known) = first.get(&(one.above, one.below)) {
                    let error = largest(found[known].iter().zip(&found[place]).map(|(a, b)| a - b));
                    let error = error / largest(found[known].iter().copied()).max(1.0);
                    if found[known].len() != found[place].len() || error.is_nan() || error > TOLERANCE {
                        let formula = self.formulas[place].1.clone();
                        return Err(CheckError::Disagrees { name: name(d, one), formula, error });
                    }
                    continue;
                }
                first.insert((one.above, one.below), place);
                let direction = &directions[&one.below];
                let sum = sums.entry(one.above).or_insert_with(|| vec![0.0; found[place].len() / direction.len().max(1)]);
                let entries: Vec<f64> = found[place].iter().copied().collect();
                for (sum, row) in sum.iter_mut().zip(entries.chunks(direction.len().max(1))) {
                    *sum += row.iter().zip(direction).map(|(entry, along)| entry * along).sum::<f64>();
                }
            }
            for (above, sum) in &sums {
                let slope = |(up, down): &(Sample, Sample), step: f64| (&up.values[above] - &down.values[above]) / (2.0 * step);
                let (wanted, half) = (slope(&whole, STEP), slope(&half, STEP / 2.0));
                let size = largest(wanted.iter().copied()).max(1.0);
                let away = |from: &Array| largest(from.iter().zip(sum).map(|(a, b)| a - b)) / size;
                let error = away(&wanted);
                if wanted.len() != sum.len() || error.is_nan() || error > TOLERANCE {
                    let steady = largest(half.iter().zip(&wanted).map(|(a, b)| a - b)) / size <= TOLERANCE && away(&half) > error / 2.0;
                    let one = self.derivatives.iter().position(|one| one.above == *above).unwrap_or(0);
                    let (name, formula) = (name(d, &self.derivatives[one]), self.formulas[one].1.clone());
                    return Err(if steady { CheckError::Disagrees { name, formula, error } } else { CheckError::Coarse });
                }
                worst = worst.max(error);
            }
        }
        Ok(worst)
    }
}

/// Whether all entries that differ are those at a kink at which the variable stands because of what was declared of it, and between the
/// slopes to both sides.
fn at_kinks(d: &Derivation, derivative: &Derivative, sample: &Sample, wanted: &Array, found: &Array) -> Result<bool, CheckError> {
    if !PINNED.iter().any(|property| d.arena().info(derivative.below).has(property)) {
        return Ok(false);
    }
    if tests_equality(d) {
        return Ok(true);
    }
    let [ahead, behind] = [between(d, derivative, sample, STEP, 0.0)?, between(d, derivative, sample, 0.0, -STEP)?];
    let (size, sides) = (largest(found.iter().copied()).max(1.0), ahead.iter().zip(&behind));
    Ok(wanted.iter().zip(found).zip(sides).all(|((wanted, found), (ahead, behind))| {
        let room = ROOM * size.max(ahead.abs()).max(behind.abs());
        let chosen = (ahead - behind).abs() > KINK * size && (ahead.min(*behind) - room..=ahead.max(*behind) + room).contains(found);
        chosen || (wanted - found).abs() <= TOLERANCE * size
    }))
}

/// Central differences of `above` by every entry of `below`, with the axes of both.
pub fn difference(d: &Derivation, derivative: &Derivative, sample: &Sample, step: f64) -> Result<Array, CheckError> {
    between(d, derivative, sample, step, -step)
}

/// Differences of `above` by every entry of `below`, between two places on either side of it or at it.
fn between(d: &Derivation, derivative: &Derivative, sample: &Sample, ahead: f64, behind: f64) -> Result<Array, CheckError> {
    let below = sample.values.get(&derivative.below).ok_or(CheckError::NotFinite)?;
    let block = d.blocks.iter().find(|(symbol, _)| *symbol == derivative.above).map(|(_, value)| *value);
    let above = match block {
        Some(value) => sample.value(d.arena(), value),
        None => sample.values.get(&derivative.above).cloned(),
    };
    let above = above.ok_or(CheckError::NotFinite)?;
    // of an output that does not depend on the variable nothing arrives
    let upstream = d.gradient(d.model.output).and_then(|top| sample.values.get(&top.symbol));
    let gradient = d.arena().info(derivative.above).is_gradient();
    let at = |place: usize, by: f64| -> Option<Array> {
        let mut moved = sample.clone();
        *moved.values.get_mut(&derivative.below)?.iter_mut().nth(place)? += by;
        moved.forward_from(d, derivative.below)?;
        if gradient || block.is_some() {
            moved.backward(d, upstream?.clone())?;
        }
        match block {
            Some(value) => moved.value(d.arena(), value),
            None => moved.values.remove(&derivative.above),
        }
    };
    let mut columns = Array::zeros(IxDyn(&[above.len(), below.len()]));
    for place in 0..below.len() {
        let (up, down) = (at(place, ahead).ok_or(CheckError::NotFinite)?, at(place, behind).ok_or(CheckError::NotFinite)?);
        let slope = (up - down) / (ahead - behind);
        columns.index_axis_mut(Axis(1), place).iter_mut().zip(&slope).for_each(|(to, from)| *to = *from);
    }
    let shape: Vec<usize> = above.shape().iter().chain(below.shape()).copied().collect();
    columns.into_shape_with_order(IxDyn(&shape)).map_err(|_| CheckError::NoLengths)
}

/// A draw at the lengths at which formulas were confirmed.
fn drawn(d: &Derivation, agreement: &Agreement, seed: u64) -> Option<Sample> {
    let lengths = agreement.taken();
    Domain::TRIED.into_iter().find_map(|domain| Sample::draw(d, &lengths, domain, seed, &[]))
}

/// The largest difference between a Hessian and its transpose, relative to its largest entry; `blocks` are all pairs of inputs, row by row.
/// Nothing where there is no draw.
pub fn asymmetry(d: &Derivation, blocks: &[&Derivative], agreement: &Agreement) -> Option<f64> {
    let sample = drawn(d, agreement, 7)?;
    let values: Vec<Array> = blocks.iter().map(|block| sample.value(d.arena(), block.value)).collect::<Option<_>>()?;
    let count = values.len().isqrt();
    let size = values.iter().map(|value| largest(value.iter().copied())).fold(1.0, f64::max);
    let mut worst = 0.0f64;
    for (row, column) in (0..count).flat_map(|row| (row..count).map(move |column| (row, column))) {
        let (one, two) = (&values[row * count + column], &values[column * count + row]);
        // the axes of the first variable, then those of the second
        let first = blocks[row * count + column].map.out.len();
        let order: Vec<usize> = (first..one.ndim()).chain(0..first).collect();
        let turned = one.clone().permuted_axes(IxDyn(&order));
        worst = worst.max(largest(turned.iter().zip(two).map(|(a, b)| a - b)) / size);
    }
    Some(worst)
}

/// Whether Kronecker products are the derivative between stacked columns.
pub fn stacked(d: &Derivation, derivative: &Derivative, stack: &[Kronecker], agreement: &Agreement) -> bool {
    let agrees = || -> Option<bool> {
        let sample = drawn(d, agreement, 7)?;
        let whole = sample.value(d.arena(), derivative.value)?;
        let [n, m, k, l] = *whole.shape() else { return None };
        let mut found = Array::zeros(whole.raw_dim());
        for one in stack {
            let factor = one.coefficient.to_f64();
            let right = sample.value(d.arena(), one.right)?;
            let left = one.left.map(|left| sample.value(d.arena(), left));
            for (i, j, p, q) in (0..n * m * k * l).map(|at| (at / (m * k * l), at / (k * l) % m, at / l % k, at % l)) {
                let (row, column) = if one.turned { (q, p) } else { (p, q) };
                found[[i, j, p, q]] += factor
                    * match &left {
                        None if (i, j) == (p, q) => right[[i, j]],
                        None => 0.0,
                        Some(left) => left.as_ref()?[[j, column]] * right[[i, row]],
                    };
            }
        }
        let size = largest(whole.iter().copied()).max(1.0);
        Some(largest(whole.iter().zip(&found).map(|(a, b)| a - b)) <= TOLERANCE * size)
    };
    agrees().unwrap_or(false)
}

/// Compares actions of derivatives on directions, read back from their text, with central differences along those directions: of a value
/// that a statement assigns, or of a gradient by its formula. The largest error.
///
/// # Errors
/// As [`check_derivatives`].
pub fn check_actions(
    d: &Derivation,
    actions: &[(SymbolId, Id)],
    directions: &[(SymbolId, SymbolId)],
    agreement: &Agreement,
) -> Result<f64, CheckError> {
    if actions.is_empty() {
        return Ok(0.0);
    }
    // where a value changes fast, a difference along a direction tells little: then two other draws must agree
    let mut first = None;
    let mut agreed = Vec::new();
    for seed in 7..12 {
        match actions_at(d, actions, directions, agreement, seed) {
            Ok(worst) => agreed.push(worst),
            Err(error @ CheckError::Unreadable { .. }) => return Err(error),
            Err(error) => first = first.or(Some(error)),
        }
        if agreed.len() > usize::from(first.is_some()) {
            return Ok(agreed.into_iter().fold(0.0, f64::max));
        }
    }
    Err(first.unwrap_or(CheckError::NotFinite))
}

fn actions_at(
    d: &Derivation,
    actions: &[(SymbolId, Id)],
    directions: &[(SymbolId, SymbolId)],
    agreement: &Agreement,
    seed: u64,
) -> Result<f64, CheckError> {
    let arena = d.arena();
    let mut sample = drawn(d, agreement, seed).ok_or(CheckError::NotFinite)?;
    let upstream = d.gradient(d.model.output).and_then(|top| sample.values.get(&top.symbol).cloned());
    let (mut back, mut scope) = scope_of(d);
    let mut random = Random::new(seed);
    for &(input, direction) in directions {
        let leaf = back.variable(direction);
        scope.names.insert(arena.info(direction).name.clone(), Value::Array(leaf));
        let value = random.array(sample.values[&input].shape(), Domain::Normal);
        sample.values.insert(direction, value);
    }
    let gradients = actions.iter().any(|(above, _)| arena.info(*above).is_gradient());
    let at = |by: f64| -> Option<Sample> {
        let mut moved = sample.clone();
        for (input, direction) in directions {
            let direction = moved.values[direction].clone();
            moved.values.get_mut(input)?.scaled_add(by, &direction);
        }
        moved.forward(d)?;
        if gradients {
            moved.backward(d, upstream.clone()?)?;
        }
        Some(moved)
    };
    let (up, down) = (at(STEP).ok_or(CheckError::NotFinite)?, at(-STEP).ok_or(CheckError::NotFinite)?);
    let roots: Vec<Id> = actions.iter().map(|action| action.1).collect();
    let sizes = operands_of(arena, &roots);
    // actions on one direction share most of their parts
    let mut known: FxHashMap<Id, Array> = FxHashMap::default();
    let mut worst = 0.0f64;
    for &(above, id) in actions {
        let name = arena.info(above).name.to_string();
        let (text, found) = if sizes[&id] <= MAX_DERIVATIVE_TOKENS {
            let text = formula::text(arena, id, Charset::Ascii);
            let lowered = read(&mut back, &text, &scope).filter(|lowered| back.shape(*lowered) == arena.shape(id));
            let lowered = lowered.ok_or_else(|| unread(name.clone(), text.clone()))?;
            (text, sample.value(&back, lowered))
        } else {
            (String::new(), sample.remember(arena, id, &mut known).and_then(|()| known.get(&id).cloned()))
        };
        let found = found.ok_or(CheckError::NotFinite)?;
        let wanted = (&up.values[&above] - &down.values[&above]) / (2.0 * STEP);
        let error = largest(wanted.iter().zip(&found).map(|(a, b)| a - b)) / largest(wanted.iter().copied()).max(1.0);
        if error.is_nan() || error > TOLERANCE {
            return Err(CheckError::Disagrees { name, formula: text, error });
        }
        worst = worst.max(error);
    }
    Ok(worst)
}

/// Whether a formula is the derivative with the axes of the variable in front.
pub fn is_turned(d: &Derivation, derivative: &Derivative, id: Id, agreement: &Agreement) -> bool {
    let first = derivative.map.out.len();
    is_view(d, derivative, id, agreement, |whole| {
        let order: Vec<usize> = (first..whole.ndim()).chain(0..first).collect();
        whole.permuted_axes(IxDyn(&order))
    })
}

/// Whether no entry of a derivative is zero at a draw, with axes long enough for a band of zeros to show.
pub fn is_full(d: &Derivation, derivative: &Derivative, agreement: &Agreement) -> bool {
    let mut longer = agreement.taken();
    longer.extend(agreement.lengths.iter().map(|(name, length)| (name.clone(), length + 2)));
    let value = || {
        let few = Evaluator::new(d.arena(), &longer).entries(derivative.value).is_some_and(|entries| entries <= MAX_CHECK_ENTRIES);
        let sample = Domain::TRIED.into_iter().find_map(|domain| Sample::draw(d, &longer, domain, 7, &[])).filter(|_| few)?;
        sample.value(d.arena(), derivative.value)
    };
    value().is_some_and(|value| value.iter().all(|entry| *entry != 0.0))
}

/// Whether a formula is each of the derivative's equal blocks; the first and the last are looked at.
pub fn is_block(d: &Derivation, derivative: &Derivative, pairs: &[(usize, usize)], id: Id, agreement: &Agreement) -> bool {
    let first = derivative.map.out.len();
    let mut axes: Vec<usize> = pairs.iter().flat_map(|&(out, of)| [out, first + of]).collect();
    axes.sort_unstable_by(|one, two| two.cmp(one));
    let cut = |whole: Array, last: bool| {
        axes.iter().fold(whole, |rest, &axis| {
            let place = if last { rest.len_of(Axis(axis)).saturating_sub(1) } else { 0 };
            rest.index_axis_move(Axis(axis), place)
        })
    };
    [false, true].into_iter().all(|last| is_view(d, derivative, id, agreement, |whole| cut(whole, last)))
}

/// Whether a formula, read back from its text, is what `view` makes of the derivative.
fn is_view(d: &Derivation, derivative: &Derivative, id: Id, agreement: &Agreement, view: impl Fn(Array) -> Array) -> bool {
    let agrees = || -> Option<bool> {
        let sample = drawn(d, agreement, 7)?;
        let (mut back, scope) = scope_of(d);
        let lowered = read(&mut back, &formula::text(d.arena(), id, Charset::Ascii), &scope)?;
        let (whole, found) = (sample.value(d.arena(), derivative.value)?, sample.value(&back, lowered)?);
        let wanted = view(whole);
        let size = largest(wanted.iter().copied()).max(1.0);
        Some(wanted.shape() == found.shape() && largest(wanted.iter().zip(&found).map(|(a, b)| a - b)) <= TOLERANCE * size)
    };
    agrees().unwrap_or(false)
}
