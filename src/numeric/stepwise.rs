//! Differences statement by statement, for programs of many statements.
//!
//! Through a long chain of statements differences of the whole program say nothing: what a small change of an early input becomes
//! grows or fades exponentially with the statements it passes (random layers are chaotic, or they forget), past all digits of a float.
//! No scale of the inputs cures that at every depth. The chain rule does: the gradient of `X` is the sum, over the statements that
//! use `X`, of the gradients of their values carried over to `X`. Where this holds for every variable, all gradients are right, by
//! induction from the output. So each such sum is compared with differences of these statements alone. Formulas are linear in the
//! gradients they refer to, so these are drawn at random: errors neither grow nor fade on the way, at any depth.

use super::check::{CheckError, STEP, TOLERANCE, Trial, largest};
use super::draw::{Domain, Random};
use super::evaluate::{Array, Evaluator};
use crate::expr::SymbolId;
use rustc_hash::{FxHashMap, FxHashSet};

/// From this size on a variable is moved by a part of itself.
const LARGE: f64 = 1e3;
/// Differences to the two sides that are further apart than this, relative to the gradient, stand at a kink. An error no larger than that
/// distance is the kink's; smooth statements have one of about [`STEP`].
const KINK: f64 = 1e-2;
/// What a value weighs less than this, relative to what it is made of, is lost in rounding when differences are taken.
const ROUNDING: f64 = 1e-4;

/// What was compared.
pub(super) struct Compared {
    /// The largest error.
    pub worst: f64,
    /// Whether most comparisons would have shown a wrong gradient.
    pub telling: bool,
}

type Arrays = FxHashMap<SymbolId, Array>;

impl Trial<'_> {
    /// Compares the gradient of every variable on the way from a wanted input to the output. `values` has all inputs and statements.
    pub(super) fn stepwise(
        &self,
        evaluator: &Evaluator,
        values: &mut Arrays,
        upstream: &Array,
        random: &mut Random,
    ) -> Result<Compared, CheckError> {
        let arrived = self.arrived(values, upstream, random)?;
        let uses = self.uses();
        let formulas: FxHashMap<SymbolId, _> = self.formulas.iter().filter(|f| !f.closed).map(|f| (f.of, f)).collect();
        let back = Evaluator::new(self.back, self.lengths);
        let (mut worst, mut telling, mut all) = (0.0f64, 0, 0);
        for of in self.between() {
            let formula = formulas.get(&of);
            let value = formula.map(|f| back.value(&f.schedule, values).ok_or(CheckError::NotFinite)).transpose()?;
            let value = value.unwrap_or_else(|| Array::zeros(values[&of].raw_dim()));
            let size = largest(values[&of].iter().copied().filter(|x| !x.is_infinite()));
            let direction = random.array(value.shape(), Domain::Normal) * if size > LARGE { size } else { 1.0 };
            let terms = || value.iter().zip(&direction).map(|(g, d)| g * d);
            let (wanted, length) = (terms().sum::<f64>(), terms().map(|t| t * t).sum::<f64>().sqrt());
            let using = uses.get(&of).map_or(&[][..], Vec::as_slice);
            let [mut slope, apart, weight] = self.difference(evaluator, values, of, (&direction, STEP), using, &arrived)?;
            let far = |slope: f64| (slope - wanted).abs() > TOLERANCE * length.max(ROUNDING * weight);
            if far(slope) {
                // where a gradient is near 0 the third derivative shows; from two steps it is removed (Richardson)
                let [half, ..] = self.difference(evaluator, values, of, (&direction, STEP / 2.0), using, &arrived)?;
                slope = (4.0 * half - slope) / 3.0;
            }
            all += 1;
            telling += usize::from(length > ROUNDING * weight && apart <= KINK * length);
            let distance = (slope - wanted).abs();
            let error = distance / length.max(ROUNDING * weight).max(f64::MIN_POSITIVE);
            if error > TOLERANCE && distance <= apart {
                continue;
            }
            if error.is_nan() || error > TOLERANCE {
                let name = self.derivation.arena().info(of).name.to_string();
                let formula = formula.map_or("0".to_string(), |f| f.text.clone());
                return Err(CheckError::Disagrees { name, formula, error });
            }
            worst = worst.max(error);
        }
        Ok(Compared { worst, telling: 2 * telling >= all })
    }

    /// The central difference of the statements in `using`, weighted with the gradients of their values, by how much the differences
    /// to both sides are apart, and what the values weigh, both entry by entry.
    fn difference(
        &self,
        evaluator: &Evaluator,
        values: &mut Arrays,
        of: SymbolId,
        (direction, step): (&Array, f64),
        using: &[usize],
        arrived: &Arrays,
    ) -> Result<[f64; 3], CheckError> {
        let start = values[&of].clone();
        let (mut slope, mut apart, mut weight) = (0.0, 0.0, 0.0);
        for &statement in using {
            let symbol = self.derivation.model.statements[statement].symbol;
            let Some(above) = arrived.get(&symbol) else { continue };
            let mut at = |sign: f64| {
                let mut moved = start.clone();
                moved.scaled_add(sign * step, direction);
                values.insert(of, moved);
                evaluator.value(&self.forward[statement], values).ok_or(CheckError::NotFinite)
            };
            let (behind, ahead) = (at(-1.0)?, at(1.0)?);
            let entries = behind.iter().zip(&ahead).zip(&values[&symbol]).zip(above);
            // what is infinite by intention does not move
            for (((behind, ahead), here), g) in entries.filter(|((_, here), _)| !(self.infinite && here.is_infinite())) {
                slope += (ahead - behind) * g / (2.0 * step);
                apart += ((ahead - here) - (here - behind)).abs() * g.abs() / step;
                weight += (here * g).abs();
            }
        }
        values.insert(of, start);
        let found = [slope, apart, weight];
        if found.iter().all(|x| x.is_finite()) { Ok(found) } else { Err(CheckError::NotFinite) }
    }

    /// The gradient of each variable that has one: random, except at the output, and where it is written as another variable or number.
    fn arrived(&self, values: &mut Arrays, upstream: &Array, random: &mut Random) -> Result<Arrays, CheckError> {
        let arena = self.derivation.arena();
        let back = Evaluator::new(self.back, self.lengths);
        let mut arrived = Arrays::default();
        for gradient in &self.derivation.gradients {
            let value = if gradient.of == self.derivation.model.output {
                upstream.clone()
            } else if arena.args(gradient.value).is_empty() {
                let formula = self.formulas.iter().find(|f| f.of == gradient.of);
                formula.and_then(|f| back.value(&f.schedule, values)).ok_or(CheckError::NotFinite)?
            } else {
                random.array(values[&gradient.of].shape(), Domain::Normal)
            };
            values.insert(gradient.symbol, value.clone());
            arrived.insert(gradient.of, value);
        }
        Ok(arrived)
    }

    fn leaves(&self, statement: usize) -> impl Iterator<Item = SymbolId> {
        self.forward[statement].iter().filter_map(|&id| self.derivation.arena().as_symbol(id))
    }

    /// The statements that use each variable.
    fn uses(&self) -> FxHashMap<SymbolId, Vec<usize>> {
        let mut uses: FxHashMap<SymbolId, Vec<usize>> = FxHashMap::default();
        for statement in 0..self.forward.len() {
            self.leaves(statement).for_each(|leaf| uses.entry(leaf).or_default().push(statement));
        }
        uses
    }

    /// The variables that depend on a wanted input and reach the output, the output aside.
    fn between(&self) -> Vec<SymbolId> {
        let model = &self.derivation.model;
        let mut reaching: FxHashSet<SymbolId> = [model.output].into_iter().collect();
        for (place, statement) in model.statements.iter().enumerate().rev() {
            if reaching.contains(&statement.symbol) {
                reaching.extend(self.leaves(place));
            }
        }
        let mut between: Vec<SymbolId> = self.derivation.wanted().map(|g| g.of).collect();
        let mut moving: FxHashSet<SymbolId> = between.iter().copied().collect();
        for (place, statement) in model.statements.iter().enumerate() {
            if self.leaves(place).any(|leaf| moving.contains(&leaf)) {
                moving.insert(statement.symbol);
                between.push(statement.symbol);
            }
        }
        let moves = |symbol: &SymbolId| !self.derivation.arena().info(*symbol).has("index");
        between.retain(|symbol| reaching.contains(symbol) && *symbol != model.output && moves(symbol));
        between
    }
}
