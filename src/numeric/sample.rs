//! One draw of every variable of a program: its inputs, what the statements assign, and the gradients.

use super::check::{other_way_round, shrunk_lengths, small_lengths};
use super::domain::suitable;
use super::draw::{Domain, Random};
use super::evaluate::{Array, Evaluator};
use super::literals;
use super::point::Point;
use crate::derive::Derivation;
use crate::expr::{Arena, Constant, Id, Op, SymbolId};
use crate::limits::MAX_COMPUTED_ENTRIES;
use crate::real::Ball;
use crate::shape::Dim;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A property that a draw has although it was not declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Of an input, or of the upstream gradient.
    pub symbol: SymbolId,
    /// One of [`PROPERTIES`](crate::shape::PROPERTIES).
    pub property: Arc<str>,
}

/// The value of each variable and gradient of a program, for lengths of its dimensions.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The length of each dimension's name.
    pub lengths: FxHashMap<String, usize>,
    /// Of inputs, of what is assigned, and of gradients.
    pub values: FxHashMap<SymbolId, Array>,
    /// Whether values in between may be infinite.
    infinite: bool,
}

impl Sample {
    /// A draw; `None` where lengths do not fit or a value is not finite.
    ///
    /// ```
    /// use pullback::{derive::derive, numeric::{Domain, Sample}, shape::{Lengths, infer}, syntax::parse};
    /// let source = "Y = X @ W";
    /// let derivation = derive(infer(&parse(source).unwrap(), source, Lengths::Declared).unwrap(), None).unwrap();
    /// let lengths = [("n", 2), ("d", 3), ("m", 4)].map(|(name, n)| (name.to_string(), n)).into_iter().collect();
    /// let sample = Sample::draw(&derivation, &lengths, Domain::Normal, 1, &[]).unwrap();
    /// let gradient = derivation.wanted().next().unwrap();
    /// assert_eq!(sample.values[&gradient.symbol].shape(), [2, 3]);
    /// ```
    pub fn draw(
        derivation: &Derivation,
        lengths: &FxHashMap<String, usize>,
        domain: Domain,
        seed: u64,
        assumed: &[Assumption],
    ) -> Option<Sample> {
        let evaluator = Evaluator::new(derivation.arena(), lengths);
        let mut random = Random::new(seed);
        let values = inputs(derivation, &evaluator, &mut random, domain, assumed)?;
        let mut sample = Sample { lengths: lengths.clone(), values, infinite: writes_infinity(derivation) };
        sample.forward(derivation)?;
        let model = &derivation.model;
        let upstream = match derivation.gradient(model.output) {
            Some(top) if !model.scalar => drawn(derivation.arena(), &evaluator, &mut random, top.symbol, Domain::Normal, assumed)?,
            _ => Array::ones(sample.values[&model.output].raw_dim()),
        };
        sample.backward(derivation, upstream)?;
        Some(sample)
    }

    /// Up to three draws with three choices of lengths, each dimension with other lengths than the others, as far as it goes.
    pub fn several(derivation: &Derivation, given: &[(String, usize)]) -> Vec<Sample> {
        let values: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).collect();
        let nodes = derivation.arena().reachable(&values);
        let Some(first) = shrunk_lengths(derivation, &nodes, given) else { return vec![] };
        let named: Vec<(String, usize)> = first.iter().map(|(name, n)| (name.clone(), *n)).collect();
        let domain = suitable(derivation, &named);
        let turned = other_way_round(&first, given);
        let longer = |n: usize, name: &str| if literals::is_one(name) || given.iter().any(|(g, _)| g == name) { n } else { n + 1 };
        let third: FxHashMap<String, usize> = first.iter().map(|(name, n)| (name.clone(), longer(*n, name))).collect();
        // of a single length the order cannot be turned round
        let fourth = third.iter().map(|(name, n)| (name.clone(), longer(*n, name))).collect();
        let mut samples: Vec<Sample> = Vec::new();
        for (lengths, seed) in [(first, 1), (third, 2), (turned, 3), (fourth, 4)] {
            let known = samples.len() == 3 || samples.iter().any(|sample| sample.lengths == lengths);
            samples.extend((!known).then(|| Sample::draw(derivation, &lengths, domain, seed, &[])).flatten());
        }
        samples
    }

    /// The same at the lengths that are written, where smaller ones stand for large literals in [`several`](Self::several); nothing where
    /// none do.
    pub fn exact(derivation: &Derivation, given: &[(String, usize)], seed: u64) -> Option<Sample> {
        let values: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).collect();
        let nodes = derivation.arena().reachable(&values);
        shrunk_lengths(derivation, &nodes, given).filter(literals::any)?;
        let lengths = small_lengths(derivation, &nodes, given)?;
        Domain::TRIED.into_iter().find_map(|domain| Sample::draw(derivation, &lengths, domain, seed, &[]))
    }

    /// A point in floats; `None` where a value is not finite there.
    pub fn near(derivation: &Derivation, point: &Point) -> Option<Sample> {
        let float = |symbol: &SymbolId| point.values.get(symbol).map(|value| value.mapv(Ball::to_f64));
        let inputs = derivation.model.inputs.iter();
        let values = inputs.map(|input| Some((*input, float(input)?))).collect::<Option<FxHashMap<_, _>>>()?;
        let mut sample = Sample { lengths: point.lengths.clone(), values, infinite: writes_infinity(derivation) };
        sample.forward(derivation)?;
        let upstream = match derivation.gradient(derivation.model.output) {
            Some(top) if !derivation.model.scalar => float(&top.symbol)?,
            _ => Array::ones(sample.values[&derivation.model.output].raw_dim()),
        };
        sample.backward(derivation, upstream)?;
        Some(sample)
    }

    /// The same without gradients.
    pub(super) fn inputs_and_values(
        derivation: &Derivation,
        lengths: &FxHashMap<String, usize>,
        domain: Domain,
        seed: u64,
    ) -> Option<Sample> {
        let evaluator = Evaluator::new(derivation.arena(), lengths);
        let values = inputs(derivation, &evaluator, &mut Random::new(seed), domain, &[])?;
        let mut sample = Sample { lengths: lengths.clone(), values, infinite: writes_infinity(derivation) };
        sample.forward(derivation)?;
        Some(sample)
    }

    /// Fills in what the statements assign.
    pub fn forward(&mut self, derivation: &Derivation) -> Option<()> {
        self.forward_from(derivation, derivation.model.inputs.first().copied()?)
    }

    /// The same where `kept` has a value of its own, even if a statement assigns it.
    pub fn forward_from(&mut self, derivation: &Derivation, kept: SymbolId) -> Option<()> {
        for statement in derivation.model.statements.iter().filter(|s| s.symbol != kept) {
            let infinite = self.infinite && statement.symbol != derivation.model.output;
            let value = self.value(derivation.arena(), statement.value).filter(|v| usable(v, infinite))?;
            self.values.insert(statement.symbol, value);
        }
        Some(())
    }

    /// Fills in the gradients, from what arrives at the output.
    pub fn backward(&mut self, derivation: &Derivation, upstream: Array) -> Option<()> {
        for gradient in &derivation.gradients {
            let value = match gradient.of == derivation.model.output {
                true => upstream.clone(),
                false => self.value(derivation.arena(), gradient.value).filter(|v| v.iter().all(|x| x.is_finite()))?,
            };
            self.values.insert(gradient.symbol, value);
        }
        Some(())
    }

    /// The value of an expression over these variables, in `arena` (which may be another than the program's own, with the same symbols).
    pub fn value(&self, arena: &Arena, id: Id) -> Option<Array> {
        Evaluator::new(arena, &self.lengths).value(&arena.reachable(&[id]), &self.values)
    }

    /// Adds it to the values that are known, with those of its parts.
    pub fn remember(&self, arena: &Arena, id: Id, known: &mut FxHashMap<Id, Array>) -> Option<()> {
        Evaluator::new(arena, &self.lengths).remember(id, &self.values, known)
    }
}

/// Whether the program writes `inf` itself, as where it hides scores from a softmax.
pub(super) fn writes_infinity(derivation: &Derivation) -> bool {
    let arena = derivation.arena();
    let nodes: Vec<_> = derivation.model.statements.iter().map(|s| s.value).collect();
    arena.reachable(&nodes).into_iter().any(|id| matches!(arena.op(id), Op::Constant(Constant::Infinity)))
}

/// Whether there is a number in every entry, a finite one unless infinite ones are meant.
pub(super) fn usable(value: &Array, infinite: bool) -> bool {
    value.iter().all(|x| x.is_finite() || infinite && !x.is_nan())
}

/// The inputs at one draw.
pub(super) fn inputs(
    derivation: &Derivation,
    evaluator: &Evaluator,
    random: &mut Random,
    domain: Domain,
    assumed: &[Assumption],
) -> Option<FxHashMap<SymbolId, Array>> {
    let arena = derivation.arena();
    let nodes: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).collect();
    let places = arena.places(arena.reachable(&nodes).into_iter());
    let mut values = FxHashMap::default();
    for &input in &derivation.model.inputs {
        let shape = evaluator.shape(&arena.info(input).shape)?;
        // a length may be typed of which there is no memory
        let entries = shape.iter().try_fold(1_usize, |entries, &length| entries.checked_mul(length));
        entries.filter(|&entries| entries <= MAX_COMPUTED_ENTRIES)?;
        let value = match looked_up(evaluator, places.get(&input)) {
            Some(count) => random.places(&shape, count),
            None => drawn(arena, evaluator, random, input, domain, assumed)?,
        };
        values.insert(input, value);
    }
    Some(values)
}

/// Below what the entries of an index stay, given the axes that it looks up; nothing for what is no index.
pub(crate) fn looked_up(evaluator: &Evaluator, axes: Option<&Vec<Dim>>) -> Option<usize> {
    axes?.iter().filter_map(|&length| evaluator.length(length)).min()
}

fn drawn(arena: &Arena, e: &Evaluator, random: &mut Random, symbol: SymbolId, domain: Domain, assumed: &[Assumption]) -> Option<Array> {
    let info = arena.info(symbol);
    let shape = e.shape(&info.shape)?;
    let more: Vec<Arc<str>> = assumed.iter().filter(|a| a.symbol == symbol).map(|a| a.property.clone()).collect();
    if more.is_empty() {
        return Some(random.input(info, &shape, domain));
    }
    let mut info = info.clone();
    info.properties.extend(more);
    Some(random.input(&info, &shape, domain))
}
