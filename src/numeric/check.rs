//! Every printed formula, read back from its own text, against central differences of the program.

use super::draw::{Domain, Random, choose_beside, choose_lengths};
use super::evaluate::{Array, Evaluator};
use super::literals::{self, Lengths};
use super::sample::inputs;
use super::sample::{usable, writes_infinity};
use super::work::work;
use crate::derive::Derivation;
use crate::expr::{Arena, Id, Op, SymbolId};
use crate::formula::{self, Charset};
use crate::limits::{
    MAX_CHECK_DIRECTIONS_INPUTS, MAX_CHECK_ENTRIES, MAX_CHECK_ENTRYWISE, MAX_CHECK_WHOLE, MAX_CHECK_WORK, MAX_LITERAL_WORK,
    MAX_SOURCE_BYTES,
};
use crate::ops::Value;
use crate::shape::{Builder, Dim, Scope, lower};
use crate::syntax::{self, Line};
use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

/// Half the distance over which differences are taken.
pub(super) const STEP: f64 = 1e-5;
/// The largest error that counts as agreement, relative to the largest entry (or to 1).
pub const TOLERANCE: f64 = 1e-6;
/// How many times the rounding of one operation a whole program's is taken to be.
const ROUNDINGS: f64 = 16.0;
/// Properties that give entries a value of their own, which may be one where the program has no derivative.
pub(super) const PINNED: [&str; 10] =
    ["binary", "onehot", "sign", "diagonal", "lower", "upper", "stochastic", "unit", "orthogonal", "orthonormal"];
/// Slopes to both sides that are further apart than this, relative to the gradient, stand at a kink.
pub(super) const KINK: f64 = 1e-2;
/// How far a slope to one side may be off, relative to it.
pub(super) const ROOM: f64 = 1e-3;
/// Directions for each input, or for all inputs together.
pub(super) const DIRECTIONS: usize = 3;

/// How differences were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One difference for each entry of each input.
    Entries(usize),
    /// Along random directions, each within one input.
    DirectionsEach(usize),
    /// Along random directions through all inputs at once.
    DirectionsAll(usize),
    /// Statement by statement, along a random direction of each variable.
    Statements,
}

/// The numbers agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The length of each dimension.
    pub lengths: Vec<(String, usize)>,
    /// What was taken in the place of each literal length that is too large.
    pub literals: Vec<(u64, usize)>,
    /// The largest difference between formula and central difference, relative to the largest entry where that exceeds 1.
    pub max_error: f64,
    /// How the differences were taken.
    pub method: Method,
}

impl Agreement {
    /// The length of each dimension, and of each literal that another number stands for.
    pub(super) fn taken(&self) -> Lengths {
        let literals = self.literals.iter().map(|(literal, n)| (literal.to_string(), *n));
        self.lengths.iter().cloned().chain(literals).collect()
    }
}

/// The numbers do not agree, or there are none.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CheckError {
    /// A formula that is wrong.
    #[error("the derived d/d{name} = {formula} differs from central differences by {error:.1e}")]
    Disagrees {
        /// The variable.
        name: String,
        /// Its gradient's formula.
        formula: String,
        /// By how much.
        error: f64,
    },
    /// A formula that the tool does not read.
    #[error("the derived d/d{name} = {formula} cannot be read back")]
    Unreadable {
        /// The variable.
        name: String,
        /// The text.
        formula: String,
    },
    /// No inputs were found at which the program and its gradients have finite values.
    #[error("there are no finite numbers to compare at any of the inputs tried")]
    NotFinite,
    /// A formula that is longer than what is read.
    #[error("the derived d/d{name} is {bytes} bytes long, more than are read back")]
    TooLong {
        /// The variable.
        name: String,
        /// The length of its text.
        bytes: usize,
    },
    /// A formula whose brackets nest deeper than is read.
    #[error("the derived d/d{name} nests deeper than is read back")]
    TooDeep {
        /// The variable.
        name: String,
    },
    /// Rounding, or how fast the program changes, hides the differences.
    #[error("the values of this program are too large, or change too fast, for differences to show its gradients")]
    Coarse,
    /// A length is not positive.
    #[error("no small lengths fit the dimensions of the program")]
    NoLengths,
}

/// A formula that was read back: where it is, what it is made of, and whose gradient it is.
pub(super) struct Formula {
    pub of: SymbolId,
    pub symbol: SymbolId,
    pub text: String,
    pub schedule: Vec<Id>,
    pub closed: bool,
}

/// Compares every gradient of a derivation with central differences of its program, at small lengths (those in `given`, and for other
/// dimensions 2, 3, 4, ...) and random inputs.
///
/// # Errors
/// Disagreement; a formula that does not read back; no finite value; no lengths.
pub fn check(derivation: &Derivation, given: &[(String, usize)]) -> Result<Agreement, CheckError> {
    let arena = derivation.arena();
    let values: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).collect();
    let nodes = arena.reachable(&values);
    let lengths = shrunk_lengths(derivation, &nodes, given).ok_or(CheckError::NoLengths)?;
    let (back, formulas) = read_back(derivation)?;
    let forward: Vec<Vec<Id>> = derivation.model.statements.iter().map(|s| arena.reachable(&[s.value])).collect();
    let infinite = writes_infinity(derivation);
    let trial = |lengths: &FxHashMap<String, usize>| {
        let trial = Trial { derivation, lengths, back: &back, formulas: &formulas, forward: forward.clone(), infinite };
        check_at(&trial, &nodes)
    };
    let found = trial(&lengths);
    // a formula that counts, as in `sum(ones(1000)) = 1000`, holds at the lengths that are written alone
    if found.is_err() && literals::any(&lengths) {
        let exact = small_lengths(derivation, &nodes, given).ok_or(CheckError::NoLengths)?;
        let evaluations = 2 * DIRECTIONS * derivation.model.inputs.len().clamp(1, MAX_CHECK_DIRECTIONS_INPUTS);
        let all: Vec<Id> = formulas.iter().filter_map(|formula| formula.schedule.last().copied()).collect();
        let formulas = work(&back, &back.reachable(&all), &exact).unwrap_or(usize::MAX);
        let work = work(arena, &nodes, &exact).and_then(|once| once.checked_mul(evaluations)?.checked_add(formulas));
        return work.filter(|work| *work <= MAX_CHECK_WORK).map_or(Err(CheckError::NoLengths), |_| trial(&exact));
    }
    match found {
        // a product such as Xᵀ @ X is regular only where X has no fewer rows than columns
        Err(error @ (CheckError::NotFinite | CheckError::Coarse)) => trial(&other_way_round(&lengths, given)).map_err(|_| error),
        found => found,
    }
}

/// Small lengths, pairwise different where they can be, for a program of these nodes.
pub(crate) fn small_lengths(derivation: &Derivation, nodes: &[Id], given: &[(String, usize)]) -> Option<FxHashMap<String, usize>> {
    choose_lengths(derivation.arena(), &shapes_of(derivation, nodes), given)
}

/// Small lengths for a program of these nodes, with smaller ones for its literal lengths where evaluation would take long with them.
/// A literal stands in the map under its digits.
pub fn shrunk_lengths(derivation: &Derivation, nodes: &[Id], given: &[(String, usize)]) -> Option<Lengths> {
    let arena = derivation.arena();
    let exact = small_lengths(derivation, nodes, given);
    if exact.as_ref().is_some_and(|exact| work(arena, nodes, exact).is_some_and(|work| work <= MAX_LITERAL_WORK)) {
        return exact;
    }
    let shapes = shapes_of(derivation, nodes);
    literals::choices(arena, nodes).into_iter().find_map(|literals| choose_beside(arena, &shapes, given, &literals)).or(exact)
}

/// The shapes of all variables and nodes. Those of the values in between come last: names are taken in the order of the symbols.
fn shapes_of<'d>(derivation: &'d Derivation, nodes: &[Id]) -> Vec<&'d [Dim]> {
    let arena = derivation.arena();
    let mut seen: FxHashSet<&[Dim]> = FxHashSet::default();
    let symbols = arena.symbols.iter().map(|s| s.shape.as_slice());
    symbols.chain(nodes.iter().map(|&id| arena.shape(id))).filter(|shape| seen.insert(shape)).collect()
}

/// The same lengths, the longest for the dimension that had the shortest.
pub(super) fn other_way_round(lengths: &FxHashMap<String, usize>, given: &[(String, usize)]) -> FxHashMap<String, usize> {
    let free = |name: &String| !literals::is_one(name) && given.iter().all(|(g, _)| g != name);
    let mut free: Vec<(&String, usize)> = lengths.iter().filter(|(name, _)| free(name)).map(|(name, length)| (name, *length)).collect();
    free.sort_by_key(|&(name, length)| (length, name));
    let mut turned = lengths.clone();
    turned.extend(free.iter().zip(free.iter().rev()).map(|((name, _), (_, length))| ((*name).clone(), *length)));
    turned
}

/// The same at the lengths of the trial; `nodes` are those of the program's values.
fn check_at(trial: &Trial, nodes: &[Id]) -> Result<Agreement, CheckError> {
    let (derivation, lengths) = (trial.derivation, trial.lengths);
    let arena = derivation.arena();
    let evaluator = Evaluator::new(arena, lengths);
    if !evaluator.is_small(nodes, MAX_CHECK_ENTRIES) {
        return Err(CheckError::NoLengths);
    }
    let mut first: Option<CheckError> = None;
    let mut coarse = false;
    let mut agreed: Vec<(f64, Method)> = Vec::new();
    let mut silent: Option<(f64, Method)> = None;
    let accept = |(max_error, method)| Agreement {
        lengths: ordered_names(derivation, lengths),
        literals: literals::taken(lengths),
        max_error,
        method,
    };
    let level = trial.is_long().then_some(Domain::Level);
    for domain in level.into_iter().chain(Domain::TRIED) {
        for seed in 1..=3 {
            match trial.run(domain, seed) {
                Err(CheckError::NotFinite) => break,
                Err(CheckError::Coarse) => {
                    coarse = true;
                    break;
                }
                // one draw in thousands lands on a kink: two others must then agree
                Err(error) => first = first.or(Some(error)),
                // what could not have failed says little: elsewhere there may be more to see
                Ok((found, false)) => {
                    silent = silent.or(Some(found));
                    break;
                }
                Ok((found, true)) => agreed.push(found),
            }
            let enough = if first.is_none() { 1 } else { 2 };
            if agreed.len() >= enough {
                let worst = agreed.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0));
                return Ok(accept(worst.unwrap_or((0.0, Method::Entries(0)))));
            }
        }
        if let Some(error) = first {
            return Err(error);
        }
    }
    silent.map(accept).ok_or(if coarse { CheckError::Coarse } else { CheckError::NotFinite })
}

/// The lengths in the order in which the program mentions the dimensions.
pub(super) fn ordered_names(derivation: &Derivation, lengths: &FxHashMap<String, usize>) -> Vec<(String, usize)> {
    let arena = derivation.arena();
    let mut seen = rustc_hash::FxHashSet::default();
    let dims = arena.symbols.iter().flat_map(|s| s.shape.iter().copied());
    let names = dims.flat_map(|dim| arena.dims.names_in(dim)).filter(|name| seen.insert(name.to_string()));
    names.filter_map(|name| lengths.get(name).map(|n| (name.to_string(), *n))).collect()
}

/// An arena of its own with the program's symbols, and what its formulas may speak of.
pub(super) fn scope_of(derivation: &Derivation) -> (Arena, Scope) {
    let arena = derivation.arena();
    let mut back = Arena::default();
    back.symbols = arena.symbols.clone();
    back.dims = arena.dims.clone();
    let mut scope = Scope::default();
    let model = &derivation.model;
    for symbol in model.inputs.iter().copied().chain(model.statements.iter().map(|s| s.symbol)) {
        let leaf = back.variable(symbol);
        scope.names.insert(back.info(symbol).name.clone(), Value::Array(leaf));
    }
    for gradient in &derivation.gradients {
        let leaf = back.variable(gradient.symbol);
        scope.gradients.insert(back.info(gradient.of).name.clone(), leaf);
    }
    (back, scope)
}

fn read_back(derivation: &Derivation) -> Result<(Arena, Vec<Formula>), CheckError> {
    let arena = derivation.arena();
    let (mut back, mut scope) = scope_of(derivation);
    let mut formulas = Vec::new();
    // names for readers stand for what their texts say; where a text with them is another expression than without, both are checked
    let names = &derivation.names;
    for (place, (id, name)) in names.iter().enumerate() {
        let text = formula::spell(&formula::abridged(arena, *id, &names[..place]), Charset::Ascii);
        let lowered = read(&mut back, &text, &scope).ok_or_else(|| unread(name.clone(), text))?;
        scope.names.insert(name.as_str().into(), Value::Array(lowered));
    }
    for gradient in &derivation.gradients {
        let name = || arena.info(gradient.of).name.to_string();
        let closed = gradient.closed.filter(|closed| *closed != gradient.value && gradient.wanted);
        for (id, closed) in [(Some(gradient.value), false), (closed, true), (gradient.convolved, true)] {
            let Some(id) = id.filter(|id| arena.as_symbol(*id) != Some(gradient.symbol)) else { continue };
            let text = formula::text(arena, id, Charset::Ascii);
            if text.len() > MAX_SOURCE_BYTES {
                return Err(CheckError::TooLong { name: name(), bytes: text.len() });
            }
            let mut texts = vec![text];
            if !names.is_empty() {
                texts.push(formula::spell(&formula::abridged(arena, id, names), Charset::Ascii));
            }
            let mut first = None;
            for text in texts {
                let lowered = read(&mut back, &text, &scope).filter(|lowered| back.shape(*lowered) == arena.shape(gradient.value));
                let Some(lowered) = lowered else { return Err(unread(name(), text)) };
                if first == Some(lowered) {
                    continue;
                }
                let schedule = back.reachable(&[lowered]);
                formulas.push(Formula { of: gradient.of, symbol: gradient.symbol, text, schedule, closed: closed || first.is_some() });
                first = Some(lowered);
            }
        }
    }
    Ok((back, formulas))
}

/// Why a formula was not read: only its depth is no fault.
pub(super) fn unread(name: String, formula: String) -> CheckError {
    let deep = syntax::parse_expression(&formula).is_err_and(|faults| faults.iter().any(|fault| fault.code == "E0110"));
    if deep { CheckError::TooDeep { name } } else { CheckError::Unreadable { name, formula } }
}

/// The expression that a text says.
pub(super) fn read(back: &mut Arena, text: &str, scope: &Scope) -> Option<Id> {
    let program = syntax::parse_expression(text).ok()?;
    let Some(Line::Statement(statement)) = program.lines.first() else { return None };
    let mut builder = Builder::new(back, text);
    match lower(&mut builder, &program, statement.first, statement.value, scope, &mut |_, id| id) {
        Ok(Value::Array(lowered)) => Some(lowered),
        _ => None,
    }
}

pub(super) struct Trial<'a> {
    pub derivation: &'a Derivation,
    pub lengths: &'a FxHashMap<String, usize>,
    pub back: &'a Arena,
    pub formulas: &'a [Formula],
    pub forward: Vec<Vec<Id>>,
    /// Whether values on the way may be infinite.
    pub infinite: bool,
}

impl Trial<'_> {
    /// Whether there are too many statements for differences of the whole program.
    fn is_long(&self) -> bool {
        self.forward.len() > MAX_CHECK_WHOLE
    }

    /// The largest error, and whether a wrong gradient would have shown.
    fn run(&self, domain: Domain, seed: u64) -> Result<((f64, Method), bool), CheckError> {
        let arena = self.derivation.arena();
        let model = &self.derivation.model;
        let evaluator = Evaluator::new(arena, self.lengths);
        let mut random = Random::new(seed);
        let mut values = inputs(self.derivation, &evaluator, &mut random, domain, &[]).ok_or(CheckError::NoLengths)?;
        self.advance(&evaluator, &mut values)?;
        let output = values.get(&model.output).ok_or(CheckError::NotFinite)?;
        let upstream = if model.scalar { Array::ones(output.raw_dim()) } else { random.array(output.shape(), Domain::Normal) };
        let gradients = self.gradients(&mut values, &upstream)?;
        if self.is_long() {
            let compared = self.stepwise(&evaluator, &mut values, &upstream, &mut random)?;
            return Ok(((compared.worst, Method::Statements), compared.telling));
        }
        self.differences(&evaluator, &values, &upstream, &gradients, &mut random)
    }

    /// Fills in what the statements assign.
    fn advance(&self, evaluator: &Evaluator, values: &mut FxHashMap<SymbolId, Array>) -> Result<(), CheckError> {
        for (statement, schedule) in self.derivation.model.statements.iter().zip(&self.forward) {
            let value = evaluator.value(schedule, values).ok_or(CheckError::NotFinite)?;
            if !usable(&value, self.infinite && statement.symbol != self.derivation.model.output) {
                return Err(CheckError::NotFinite);
            }
            values.insert(statement.symbol, value);
        }
        Ok(())
    }

    /// The gradients by their formulas.
    fn gradients(&self, values: &mut FxHashMap<SymbolId, Array>, upstream: &Array) -> Result<FxHashMap<SymbolId, Array>, CheckError> {
        let evaluator = Evaluator::new(self.back, self.lengths);
        let mut found: FxHashMap<SymbolId, Array> = FxHashMap::default();
        if let Some(top) = self.derivation.gradient(self.derivation.model.output) {
            values.insert(top.symbol, upstream.clone());
        }
        for formula in self.formulas {
            let value = evaluator.value(&formula.schedule, values).ok_or(CheckError::NotFinite)?;
            // through very many statements gradients may leave the range of numbers where no value does
            if !self.is_long() && value.iter().any(|x| !x.is_finite()) {
                return Err(CheckError::NotFinite);
            }
            if formula.closed {
                let open = &found[&formula.of];
                let error = largest(open.iter().zip(&value).map(|(a, b)| a - b)) / scale(open);
                let finite = || open.iter().all(|x| x.is_finite());
                if error > TOLERANCE || error.is_nan() && finite() {
                    return Err(self.disagrees(formula, error));
                }
                continue;
            }
            values.insert(formula.symbol, value.clone());
            found.insert(formula.of, value);
        }
        Ok(found)
    }

    fn differences(
        &self,
        evaluator: &Evaluator,
        values: &FxHashMap<SymbolId, Array>,
        upstream: &Array,
        gradients: &FxHashMap<SymbolId, Array>,
        random: &mut Random,
    ) -> Result<((f64, Method), bool), CheckError> {
        let arena = self.derivation.arena();
        // a place does not move by a little
        let inputs: Vec<SymbolId> = self.derivation.wanted().map(|g| g.of).filter(|&of| !arena.info(of).has("index")).collect();
        let entries: usize = inputs.iter().map(|input| values[input].len()).sum();
        let mut worst = 0.0f64;
        let at = |directions: &[(SymbolId, Array)], step: f64| -> Result<f64, CheckError> {
            let mut moved: FxHashMap<SymbolId, Array> =
                self.derivation.model.inputs.iter().map(|input| (*input, values[input].clone())).collect();
            for (input, direction) in directions {
                if let Some(value) = moved.get_mut(input) {
                    value.scaled_add(step, direction);
                }
            }
            self.advance(evaluator, &mut moved)?;
            let output = &moved[&self.derivation.model.output];
            Ok(output.iter().zip(upstream).map(|(y, g)| y * g).sum())
        };
        let slope = |directions: &[(SymbolId, Array)], step: f64| -> Result<f64, CheckError> {
            Ok((at(directions, step)? - at(directions, -step)?) / (2.0 * step))
        };
        let one_sided = |directions: &[(SymbolId, Array)], step: f64| Ok((at(directions, step)? - at(directions, 0.0)?) / step);
        // whether a difference that does not agree can be believed: no values that swallow the step, and half the step tells the same, and
        // does not come nearer
        let believed = |directions: &[(SymbolId, Array)], found: f64, wanted: f64, scale: f64| -> Result<bool, CheckError> {
            let size = self.forward.iter().filter_map(|schedule| evaluator.largest(schedule, values)).fold(0.0, f64::max);
            let half = slope(directions, STEP / 2.0)?;
            let steady = (half - found).abs() <= TOLERANCE * scale && (half - wanted).abs() > (found - wanted).abs() / 2.0;
            // nor can differences show a slope that would lead out of all values within a step
            let shown = wanted.abs() * STEP <= size.max(1.0);
            Ok(size * f64::EPSILON * ROUNDINGS / STEP <= TOLERANCE * scale && steady && shown)
        };
        // whether two steps show the slope that one is too long for: where a second derivative jumps the error is as long as the step, and
        // where a third is large as its square
        let nearer = |directions: &[(SymbolId, Array)], found: f64, wanted: f64, scale: f64| -> Result<bool, CheckError> {
            let half = slope(directions, STEP / 2.0)?;
            Ok([2.0 * half - found, (4.0 * half - found) / 3.0].iter().any(|limit| (limit - wanted).abs() <= TOLERANCE * scale))
        };
        // whether the inputs stand at a kink because of what was declared of them, and the formula's choice is between the slopes to both sides
        let mut at_kink = false;
        let chosen = |directions: &[(SymbolId, Array)], wanted: f64, scale: f64| -> Result<bool, CheckError> {
            if !directions.iter().any(|(input, _)| PINNED.iter().any(|property| arena.info(*input).has(property))) {
                return Ok(false);
            }
            // at a single point, where `==` holds, slopes to the sides tell nothing of the formula there
            if tests_equality(self.derivation) {
                return Ok(true);
            }
            let [ahead, behind] = [one_sided(directions, STEP)?, one_sided(directions, -STEP)?];
            // slopes to one side are off by about the step
            let room = ROOM * scale.max(ahead.abs()).max(behind.abs());
            Ok((ahead - behind).abs() > KINK * scale && (ahead.min(behind) - room..=ahead.max(behind) + room).contains(&wanted))
        };
        let formula = |of: SymbolId| self.formulas.iter().find(|f| f.of == of);
        let mut compare = |directions: &[(SymbolId, Array)], wanted: f64, scale: f64, of: SymbolId| -> Result<(), CheckError> {
            let found = slope(directions, STEP)?;
            let error = (found - wanted).abs() / scale;
            match formula(of) {
                Some(_) if error > TOLERANCE && chosen(directions, wanted, scale)? => at_kink = true,
                Some(_) if error > TOLERANCE && nearer(directions, found, wanted, scale)? => {}
                Some(formula) if error.is_nan() || error > TOLERANCE => {
                    return match believed(directions, found, wanted, scale)? {
                        true => Err(self.disagrees(formula, error)),
                        false => Err(CheckError::Coarse),
                    };
                }
                _ => worst = worst.max(error),
            }
            Ok(())
        };
        if entries <= MAX_CHECK_ENTRYWISE {
            for &input in &inputs {
                let gradient = &gradients[&input];
                for (place, &wanted) in gradient.iter().enumerate() {
                    let mut direction = Array::zeros(gradient.raw_dim());
                    if let Some(data) = direction.as_slice_mut() {
                        data[place] = 1.0;
                    }
                    compare(&[(input, direction)], wanted, scale(gradient), input)?;
                }
            }
            return Ok(((worst, Method::Entries(entries)), !at_kink));
        }
        let draw = |random: &mut Random, input: SymbolId| (input, random.array(values[&input].shape(), Domain::Normal));
        let pairing = |directions: &[(SymbolId, Array)]| -> (f64, f64) {
            let terms = || directions.iter().flat_map(|(input, d)| d.iter().zip(&gradients[input]).map(|(d, g)| d * g));
            (terms().sum(), terms().map(|t| t * t).sum::<f64>().sqrt().max(1.0))
        };
        if inputs.len() <= MAX_CHECK_DIRECTIONS_INPUTS {
            for &input in &inputs {
                for _ in 0..DIRECTIONS {
                    let directions = [draw(random, input)];
                    let (wanted, scale) = pairing(&directions);
                    compare(&directions, wanted, scale, input)?;
                }
            }
            return Ok(((worst, Method::DirectionsEach(DIRECTIONS)), !at_kink));
        }
        for _ in 0..DIRECTIONS {
            let directions: Vec<(SymbolId, Array)> = inputs.iter().map(|&input| draw(random, input)).collect();
            let (wanted, scale) = pairing(&directions);
            compare(&directions, wanted, scale, inputs[0])?;
        }
        Ok(((worst, Method::DirectionsAll(DIRECTIONS)), !at_kink))
    }

    fn disagrees(&self, formula: &Formula, error: f64) -> CheckError {
        let name = self.derivation.arena().info(formula.of).name.to_string();
        CheckError::Disagrees { name, formula: formula.text.clone(), error }
    }
}

/// Whether the program asks whether entries are equal.
pub(super) fn tests_equality(d: &Derivation) -> bool {
    let values: Vec<Id> = d.model.statements.iter().map(|s| s.value).collect();
    let asks = |id: Id| matches!(d.arena().op(id), Op::Apply(f) if matches!(f.entry().names[0], "equal" | "not_equal"));
    d.arena().reachable(&values).into_iter().any(asks)
}

pub(super) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |worst, x| if x.is_nan() { f64::NAN } else { worst.max(x.abs()) })
}

fn scale(array: &Array) -> f64 {
    largest(array.iter().copied()).max(1.0)
}
