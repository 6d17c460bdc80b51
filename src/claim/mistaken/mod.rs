//! Causes found by deriving wrongly on purpose.
//!
//! Every step of the derivation is made with one mistake, the rest as it should be; where exactly the claim comes out, at every draw, that
//! is how it was derived. A gradient is linear in what each step hands on, so only the difference is carried down to the variable.

#[macro_use]
mod words;
mod axes;
mod changes;
mod make;
mod rules;
mod square;
mod steps;
mod uses;
mod whole;

use super::mistakes::{self as known, Cause, Mistake};
use super::subject::Case;
use crate::expr::{Id, Number, Op, SymbolId};
use crate::formula::{Charset, text};
use crate::limits::{MAX_MISTAKEN_CAUSES, MAX_MISTAKEN_TRIALS, MAX_MISTAKEN_USES};
use crate::numeric::{Array, Sample, same};
use crate::shape::Shape;
use steps::{Edge, Way, Ways};

pub(super) use square::squared;

/// A step of the derivation.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The statement, counted from 0.
    pub statement: usize,
    /// The part of it that the step goes through.
    pub node: Id,
    /// The operand that it leads to.
    pub to: Id,
    /// What arrives.
    pub upstream: Id,
    /// What goes on to the operand.
    pub right: Id,
    /// What goes on in the claim.
    pub wrong: Instead,
}

/// What a claim has in place of what is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing: the step is left out.
    Nothing,
    /// Something else.
    This(Id),
    /// It was not found out.
    Unknown,
}

/// What was found.
#[derive(Default)]
pub(super) struct Findings {
    pub causes: Vec<Cause>,
    pub left_at: Option<Step>,
}

/// How a claim about a gradient comes about.
///
/// `mended` says whether a text is a value that the claim may have.
pub(super) fn findings(case: &mut Case, of: SymbolId, claimed: Id, mended: &mut dyn FnMut(&mut Case, &str) -> bool) -> Findings {
    let Some(mut search) = Search::new(case, of, claimed) else { return Findings::default() };
    search.all_uses(mended);
    search.steps(mended);
    search.updated();
    search.other_axes();
    search.multiple();
    let mut found = search.found;
    found.causes.truncate(MAX_MISTAKEN_CAUSES);
    found
}

/// How a claim that lacks what arrives comes about besides, where it has the shape of that.
pub(super) fn without_upstream(case: &mut Case, of: SymbolId, claimed: Id) -> Option<Findings> {
    let d = &mut case.derivation;
    let top = d.gradient(d.model.output).filter(|_| !d.model.scalar)?.symbol;
    let arena = &mut d.algebra.arena;
    let speaks = |id: &Id| arena.as_symbol(*id).is_some_and(|symbol| arena.info(symbol).is_gradient());
    if arena.info(top).shape != arena.info(of).shape || arena.reachable(&[claimed]).iter().any(speaks) {
        return None;
    }
    let upstream = arena.variable(top);
    let name = arena.info(top).name.clone();
    let shape = Shape::from_slice(d.arena().shape(upstream));
    let one = d.algebra.number(Number::ONE);
    let ones = d.algebra.broadcast_to(one, &shape);
    let with = d.algebra.multiply(&[upstream, claimed]);
    let mut found = findings(case, of, with, &mut |_, _| false);
    for cause in &mut found.causes {
        let apart = if cause.detail.is_empty() { "" } else { "; and " };
        cause.detail = format!("{}{apart}{name}, which arrives from above, is missing besides", cause.detail);
        cause.derived = cause.derived.and_then(|derived| make::replaced(&mut case.derivation.algebra.arena, derived, &[(upstream, ones)]));
    }
    found.left_at = None;
    Some(found).filter(|found| !found.causes.is_empty())
}

struct Search<'a> {
    case: &'a mut Case,
    of: SymbolId,
    ways: Ways,
    /// The draws, with room for what arrives at a step.
    samples: Vec<Sample>,
    claimed: Vec<Array>,
    right: Vec<Array>,
    /// Whether the claim has the variable's shape.
    fits: bool,
    /// Whether one step alone leads to the variable.
    alone: bool,
    claim: Id,
    trials: usize,
    found: Findings,
}

impl Search<'_> {
    fn new(case: &mut Case, of: SymbolId, claim: Id) -> Option<Search<'_>> {
        let samples = case.samples.clone();
        let claimed = samples.iter().map(|s| s.value(case.derivation.arena(), claim)).collect::<Option<Vec<_>>>()?;
        let gradient = case.derivation.gradient(of)?.symbol;
        let right = samples.iter().map(|s| s.values.get(&gradient).cloned()).collect::<Option<Vec<_>>>()?;
        let fits = case.derivation.arena().shape(claim) == &*case.derivation.arena().info(of).shape;
        let ways = Ways::new(&mut case.derivation, of)?;
        let ends = |edge: &&Edge| case.derivation.arena().as_symbol(edge.to) == Some(of);
        let alone = ways.edges.iter().filter(ends).count() == 1;
        Some(Search { case, of, ways, samples, claimed, right, fits, alone, claim, trials: 0, found: Findings::default() })
    }

    fn text(&self, id: Id) -> String {
        text(self.case.derivation.arena(), id, Charset::Ascii)
    }

    fn enough(&self) -> bool {
        self.found.causes.len() >= MAX_MISTAKEN_CAUSES || self.trials >= MAX_MISTAKEN_TRIALS
    }

    fn note(&mut self, mistake: &'static Mistake, detail: String, patch: Option<String>, derived: Option<Id>, step: Option<Step>) {
        if self.found.causes.iter().any(|cause| cause.mistake == mistake) {
            return;
        }
        self.found.causes.push(Cause { derived, ..Cause::new(mistake, detail, patch) });
        if self.found.left_at.is_none() {
            self.found.left_at = step;
        }
    }

    /// The uses of the variable, and of every inner part that is used more than once.
    fn all_uses(&mut self, mended: &mut dyn FnMut(&mut Case, &str) -> bool) {
        let arena = self.case.derivation.arena();
        let mut arrivals: Vec<(Option<usize>, Id, Vec<Edge>)> = Vec::new();
        for edge in &self.ways.edges {
            // a variable is used by all statements, a part of one by that one
            let statement = arena.as_symbol(edge.to).is_none().then_some(edge.statement);
            match arrivals.iter_mut().find(|(at, to, _)| (*at, *to) == (statement, edge.to)) {
                Some((_, _, edges)) => edges.push(*edge),
                None => arrivals.push((statement, edge.to, vec![*edge])),
            }
        }
        for (_, to, edges) in arrivals {
            let own = self.case.derivation.arena().as_symbol(to) == Some(self.of);
            if self.fits && (own || edges.len() > 1) && edges.len() <= MAX_MISTAKEN_USES && !self.enough() {
                self.uses(to, edges, mended);
            }
        }
    }

    /// The claim as a sum of what the uses of a node contribute.
    fn uses(&mut self, to: Id, ends: Vec<Edge>, mended: &mut dyn FnMut(&mut Case, &str) -> bool) {
        // those that contribute the same are told apart by nothing
        let mut groups: Vec<Vec<Edge>> = Vec::new();
        for edge in ends {
            match groups.iter_mut().find(|group| group[0].contribution.value == edge.contribution.value) {
                Some(group) => group.push(edge),
                None => groups.push(vec![edge]),
            }
        }
        let mut carried = Vec::new();
        for group in &groups {
            let edge = &group[0];
            carried.push(match self.ways.carry(&mut self.case.derivation, edge.statement, edge.to, edge.contribution.value) {
                Some(id) => id,
                None => return,
            });
        }
        let Some(counted) = self.counted(&groups, &carried) else { return };
        let all = groups.iter().map(Vec::len).sum::<usize>();
        let whole: Vec<Option<usize>> = counted.iter().map(|&(p, q)| (q == 1).then(|| p.try_into().ok()).flatten()).collect();
        let times = |k: usize| whole[k];
        let missing: Vec<usize> = (0..groups.len()).filter(|&k| times(k).is_some_and(|t| t < groups[k].len())).collect();
        let often: Vec<usize> = (0..groups.len()).filter(|&k| times(k).is_some_and(|t| t > groups[k].len())).collect();
        let odd = whole.iter().any(Option::is_none);
        let derived = self.derived_with(&counted, &groups, &carried);
        let name = self.text(to);
        let value = |k: usize| carried[k];
        let some = (0..groups.len()).any(|k| times(k) > Some(0));
        if all > 1 && !odd && some && !missing.is_empty() && often.is_empty() {
            let kept: Vec<usize> = (0..groups.len()).filter(|k| times(*k) > Some(0)).collect();
            let from_there = |s: &Self, k: usize| s.place(&groups[k][0]);
            let statements: Vec<usize> = kept.iter().flat_map(|&k| groups[k].iter().map(|e| e.statement)).collect();
            let path = missing.iter().all(|&k| !statements.contains(&groups[k][0].statement));
            let mut words = Vec::new();
            let mut terms = Vec::new();
            for &k in &missing {
                let left = groups[k].len() - times(k).unwrap_or(0);
                let what = if left > 1 { format!("{left} times {}", self.text(value(k))) } else { self.text(value(k)) };
                words.push(match (path, groups[k].len()) {
                    (true, _) => format!("the path through {} is missing: it adds {what}", self.statement(groups[k][0].statement)),
                    (false, 1) => format!("the use of {name} {} is missing: it adds {what}", from_there(self, k)),
                    (false, n) => format!("{name} stands in {n} places that each contribute {}; {left} missing", self.text(value(k))),
                });
                terms.push((Number::integer(left as i64), value(k)));
            }
            if let [one] = kept.as_slice() {
                if groups[*one].len() == 1 {
                    words.push(format!("the claim has only {}, from {name} {}", self.text(value(*one)), from_there(self, *one)));
                }
            }
            let missing_text: Vec<String> = terms
                .iter()
                .map(|&(c, id)| {
                    let id = self.case.derivation.algebra.scale(c, id);
                    self.text(id)
                })
                .collect();
            let patch = missing_text.iter().fold(self.text(self.claim), |sum, term| match term.strip_prefix('-') {
                // a term is a product, so that its sign is that of the first factor
                Some(term) => format!("{sum} - {term}"),
                None => format!("{sum} + {term}"),
            });
            let patch = mended(self.case, &patch).then_some(patch);
            let mistake = if path { &known::PATH } else { &known::USE };
            let left = step(&groups[missing[0]][0], Instead::Nothing);
            self.note(mistake, words.join("; "), patch, derived, Some(left));
        } else if all > 1 && !odd && missing.is_empty() && !often.is_empty() {
            let k = often[0];
            let detail = format!(
                "{} is counted {} times, but {name} contributes it {}",
                self.text(value(k)),
                times(k).unwrap_or(0),
                many(groups[k].len())
            );
            self.note(&known::TWICE, detail, None, derived, Some(step(&groups[k][0], Instead::Unknown)));
        } else if !odd && often.len() == 1 && !missing.is_empty() && times(often[0]) == Some(all) {
            let others: Vec<String> = missing.iter().map(|&k| self.text(value(k))).collect();
            let k = often[0];
            let detail = format!(
                "{name} is used {}; the claim counts {} {}, where {} has to stand beside it",
                many(all),
                self.text(value(k)),
                many(all),
                others.join(" and ")
            );
            let wrong = groups[k][0].contribution.value;
            self.note(&known::ONE_FOR_ALL, detail, None, derived, Some(step(&groups[missing[0]][0], Instead::This(wrong))));
        } else if counted.iter().zip(&groups).all(|(&c, g)| c == (-(g.len() as i64), 1)) {
            self.note(&known::SIGN, "all of it has the other sign".into(), None, derived, None);
        } else if let Some(k) = (0..groups.len()).find(|&k| {
            counted[k] == (-(groups[k].len() as i64), 1)
                && (0..groups.len()).all(|other| other == k || times(other) == Some(groups[other].len()))
        }) {
            let detail = format!("what comes {} is {}", self.place(&groups[k][0]), self.text(value(k)));
            let right = groups[k][0].contribution.value;
            let wrong = self.case.derivation.algebra.scale(Number::MINUS_ONE, right);
            self.note(&known::TERM_SIGN, detail, None, derived, Some(step(&groups[k][0], Instead::This(wrong))));
        }
    }

    /// The gradient with what each group contributes counted as often as the claim does.
    fn derived_with(&mut self, counted: &[(i64, i64)], groups: &[Vec<Edge>], carried: &[Id]) -> Option<Id> {
        let right = self.case.derivation.gradient(self.of)?.value;
        let missing = counted.iter().zip(groups).map(|(&(p, q), group)| Number::fraction(p - q * group.len() as i64, q));
        let terms: Vec<(Number, Id)> = missing.zip(carried.iter().copied()).chain([(Number::ONE, right)]).collect();
        Some(self.case.derivation.algebra.add(&terms))
    }

    /// The gradient with `wrong` handed on in one step.
    fn derived_by(&mut self, edge: &Edge, wrong: Id) -> Option<Id> {
        if !self.fits {
            return Some(wrong);
        }
        let d = &mut self.case.derivation;
        let gradient = d.gradient(self.of)?.value;
        let difference = d.algebra.add(&[(Number::ONE, wrong), (Number::MINUS_ONE, edge.contribution.value)]);
        let carried = match d.arena().as_symbol(edge.to) {
            Some(symbol) if symbol == self.of => difference,
            _ => self.ways.carry(d, edge.statement, edge.to, difference)?,
        };
        Some(d.algebra.add(&[(Number::ONE, gradient), (Number::ONE, carried)]))
    }

    /// How often the claim counts what each group contributes: one sum for all draws together.
    fn counted(&self, groups: &[Vec<Edge>], carried: &[Id]) -> Option<Vec<(i64, i64)>> {
        let arena = self.case.derivation.arena();
        let part = |id: &Id| {
            let parts = self.samples.iter().map(|sample| sample.value(arena, *id));
            parts.collect::<Option<Vec<_>>>().and_then(|parts| joined(&parts))
        };
        let parts: Vec<Array> = carried.iter().map(part).collect::<Option<_>>()?;
        let (right, claimed) = (joined(&self.right)?, joined(&self.claimed)?);
        let rest = parts.iter().zip(groups).fold(right, |rest, (part, group)| rest - part * group.len() as f64);
        let found = uses::coefficients(&parts, &(&claimed - &rest))?;
        let sum = parts.iter().zip(&found).fold(rest, |sum, (part, c)| sum + part * *c);
        found.iter().map(|&c| uses::simple(c)).collect::<Option<_>>().filter(|_| same(&sum, &claimed))
    }

    /// The gradient times a number.
    fn multiple(&mut self) {
        if !self.fits || !self.found.causes.is_empty() {
            return;
        }
        let (Some(right), Some(claimed)) = (joined(&self.right), joined(&self.claimed)) else { return };
        let Some(found) = uses::coefficients(std::slice::from_ref(&right), &claimed) else { return };
        // so near to 1 it is a number that was rounded
        let factor = uses::simple(found[0]).filter(|factor| *factor != (1, 1));
        if let Some((p, q)) = factor.filter(|_| same(&(right * found[0]), &claimed)) {
            let times = if q == 1 { p.to_string() } else { format!("{p}/{q}") };
            self.note(&known::FACTOR, format!("it is {times} times the gradient: a factor"), None, None, None);
        }
    }

    /// One mistake in one step.
    fn steps(&mut self, mended: &mut dyn FnMut(&mut Case, &str) -> bool) {
        for edge in self.ways.edges.clone() {
            if self.enough() {
                return;
            }
            let ends = self.case.derivation.arena().as_symbol(edge.to) == Some(self.of);
            if !(self.fits || ends && self.alone) {
                continue;
            }
            let Some(way) = self.ways.way(&mut self.case.derivation, edge.statement, edge.to) else { continue };
            self.step(&edge, way, mended);
        }
    }

    fn step(&mut self, edge: &Edge, way: Way, mended: &mut dyn FnMut(&mut Case, &str) -> bool) -> Option<()> {
        let c = edge.contribution;
        let shape = Shape::from_slice(self.case.derivation.arena().shape(c.user));
        let symbol = steps::leaf(&mut self.case.derivation, "what arrives here", shape);
        let g = self.case.derivation.algebra.arena.variable(symbol);
        let (_, variants) = rules::variants(&mut self.case.derivation, edge, g)?;
        let mut handed = Vec::new();
        for sample in &mut self.samples {
            let arrived = sample.value(self.case.derivation.arena(), c.upstream)?;
            let lengths = crate::numeric::Evaluator::new(self.case.derivation.arena(), &sample.lengths)
                .shape(self.case.derivation.arena().shape(g))?;
            let arrived = arrived.broadcast(lengths)?.to_owned().as_standard_layout().into_owned();
            sample.values.insert(symbol, arrived);
            handed.push(sample.value(self.case.derivation.arena(), c.value)?);
        }
        if self.fits && !matches!(way, Way::Here) && self.found.causes.is_empty() {
            self.dropped(edge, way, &handed, mended);
        }
        for variant in variants {
            if self.enough() {
                return None;
            }
            if self.comes_out(&handed, way, variant.rule) {
                let d = &mut self.case.derivation;
                let wrong = words::simplest(&mut d.algebra, variant.rule, g, c.upstream);
                let words = words::written(d, &variant.words, g, c.upstream);
                let derived = self.derived_by(edge, wrong);
                self.note(variant.mistake, words, None, derived, Some(step(edge, Instead::This(wrong))));
                // another mistake in the same step that comes to the same is no better explanation
                return None;
            }
        }
        if self.fits {
            self.early(edge, way, &handed);
        }
        Some(())
    }

    /// The factor of this step multiplied in before one that comes later in the program.
    fn early(&mut self, edge: &Edge, way: Way, handed: &[Array]) -> Option<()> {
        let c = edge.contribution;
        let d = &mut self.case.derivation;
        if !matches!(d.arena().op(c.user), Op::Apply(_) | Op::Power(_) | Op::Multiply) {
            return None;
        }
        let shape = Shape::from_slice(d.arena().shape(c.user));
        let one = d.algebra.number(Number::ONE);
        let ones = d.algebra.broadcast_to(one, &shape);
        let factor = d.differential.pull(&mut d.algebra, c.user, c.place, ones).ok()??;
        let assigned = d.model.statements[edge.statement].symbol;
        let whole = d.model.statements[edge.statement].value == c.user;
        for later in self.ways.edges.clone() {
            let d = &mut self.case.derivation;
            let follows =
                later.to == c.user && later.statement == edge.statement || whole && d.arena().as_symbol(later.to) == Some(assigned);
            if !follows || self.trials >= MAX_MISTAKEN_TRIALS {
                continue;
            }
            let l = later.contribution;
            if *d.arena().shape(l.user) != *d.arena().shape(factor) {
                continue;
            }
            let shape = Shape::from_slice(d.arena().shape(l.user));
            let arrived = d.algebra.broadcast_to(l.upstream, &shape);
            let scaled = d.algebra.multiply(&[arrived, factor]);
            let Ok(Some(wrong)) = d.differential.pull(&mut d.algebra, l.user, l.place, scaled) else { continue };
            if self.comes_out(handed, way, wrong) {
                let detail = format!("the factor {} belongs behind {}", self.text(factor), self.text(l.value));
                let derived = self.derived_by(edge, wrong);
                self.note(&known::EARLY, detail, None, derived, Some(step(edge, Instead::This(wrong))));
            }
        }
        Some(())
    }

    /// A sum of a variable and something with a gradient in it where the variable alone has to stand.
    fn updated(&mut self) {
        if !self.fits || !self.found.causes.is_empty() {
            return;
        }
        for node in self.case.derivation.arena().reachable(&[self.claim]) {
            let arena = self.case.derivation.arena();
            let Op::Add(_) = arena.op(node) else { continue };
            let terms = arena.args(node).to_vec();
            let with_gradient =
                |id: &Id| arena.reachable(&[*id]).iter().any(|n| arena.as_symbol(*n).is_some_and(|s| arena.info(s).is_gradient()));
            let plain = terms.iter().copied().find(|&id| arena.as_symbol(id).is_some_and(|s| !arena.info(s).is_gradient()));
            let Some(plain) = plain.filter(|_| terms.iter().any(with_gradient)) else { continue };
            let Some(mended) = make::replaced(&mut self.case.derivation.algebra.arena, self.claim, &[(node, plain)]) else { continue };
            if self.is_right(mended) {
                let (shown, patch) = (self.text(node), self.text(mended));
                self.note(&known::UPDATED, format!("{shown} stands in place of {}", self.text(plain)), Some(patch), None, None);
            }
        }
    }

    /// All sums of the gradient over other axes.
    fn other_axes(&mut self) {
        if !self.fits || !self.found.causes.is_empty() {
            return;
        }
        let Some(formula) = self.case.derivation.gradient(self.of).map(|g| g.closed.unwrap_or(g.value)) else { return };
        let (tried, names) = axes::other_axes(&mut self.case.derivation.algebra.arena, formula);
        for wrong in tried {
            let arena = self.case.derivation.arena();
            let value = |k: usize| self.samples[k].value(arena, wrong);
            if (0..self.samples.len()).all(|k| value(k).is_some_and(|found| same(&found, &self.claimed[k]))) {
                let detail = format!("the axis that is reduced in the program is {names}");
                return self.note(&known::OTHER_AXIS, detail, None, Some(wrong), None);
            }
        }
    }

    fn is_right(&self, id: Id) -> bool {
        let arena = self.case.derivation.arena();
        self.samples.iter().zip(&self.right).all(|(sample, right)| sample.value(arena, id).is_some_and(|found| same(&found, right)))
    }

    /// An inner way taken as if it were not there.
    fn dropped(&mut self, edge: &Edge, way: Way, handed: &[Array], mended: &mut dyn FnMut(&mut Case, &str) -> bool) {
        let zero = handed.iter().map(|h| Array::zeros(h.raw_dim())).collect::<Vec<_>>();
        if self.matches(handed, &zero, way) {
            let c = edge.contribution;
            let missing = self.ways.carry(&mut self.case.derivation, edge.statement, edge.to, c.value);
            let mut detail = format!("{} was held constant {}", self.text(edge.to), self.place(edge));
            let mut patch = None;
            if let Some(missing) = missing {
                let missing = self.text(missing);
                detail += &format!("; its path adds {missing}");
                let text = format!("{} + {missing}", self.text(self.claim));
                patch = mended(self.case, &text).then_some(text);
            }
            let nothing = self.case.derivation.algebra.scale(Number::ZERO, c.value);
            let derived = self.derived_by(edge, nothing);
            self.note(&known::PATH, detail, patch, derived, Some(step(edge, Instead::Nothing)));
        }
    }

    /// Whether the claim comes out with this rule at every draw.
    fn comes_out(&mut self, handed: &[Array], way: Way, rule: Id) -> bool {
        for (k, right) in handed.iter().enumerate() {
            self.trials += 1;
            let Some(wrong) = self.samples[k].value(self.case.derivation.arena(), rule) else { return false };
            let fine = if self.fits {
                wrong.shape() == right.shape() && self.matches_at(k, right, &wrong, way)
            } else {
                wrong.shape() == self.claimed[k].shape() && same(&wrong, &self.claimed[k])
            };
            if !fine {
                return false;
            }
        }
        true
    }

    fn matches(&mut self, handed: &[Array], wrong: &[Array], way: Way) -> bool {
        (0..self.samples.len()).all(|k| self.matches_at(k, &handed[k], &wrong[k], way))
    }

    /// Whether the claim is what is right but for this difference.
    fn matches_at(&mut self, k: usize, handed: &Array, wrong: &Array, way: Way) -> bool {
        let difference = wrong - handed;
        let carried = match way {
            Way::Here => Some(difference),
            Way::Through(symbol, id) => {
                self.samples[k].values.insert(symbol, difference);
                self.samples[k].value(self.case.derivation.arena(), id)
            }
        };
        carried.is_some_and(|carried| carried.shape() == self.right[k].shape() && same(&(&self.right[k] + &carried), &self.claimed[k]))
    }

    /// Where an operand stands, in words.
    fn place(&self, edge: &Edge) -> String {
        let c = edge.contribution;
        let arena = self.case.derivation.arena();
        let twice = arena.args(c.user).iter().filter(|arg| **arg == edge.to).count() > 1;
        let node = self.text(c.user);
        let ordinal = ["first", "second", "third", "fourth"].get(c.place).copied().unwrap_or("last");
        if twice { format!("as the {ordinal} factor of {node}") } else { format!("in {node}") }
    }

    fn statement(&self, at: usize) -> String {
        let statement = &self.case.derivation.model.statements[at];
        format!("{} = {}", self.case.derivation.arena().info(statement.symbol).name, self.text(statement.value))
    }
}

fn step(edge: &Edge, wrong: Instead) -> Step {
    let c = edge.contribution;
    Step { statement: edge.statement, node: c.user, to: edge.to, upstream: c.upstream, right: c.value, wrong }
}

/// The entries of all, one behind the other.
fn joined(parts: &[Array]) -> Option<Array> {
    let entries: Vec<f64> = parts.iter().flatten().copied().collect();
    Array::from_shape_vec(vec![entries.len()], entries).ok()
}

fn many(times: usize) -> String {
    match times {
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{n} times"),
    }
}
