//! From the text of a program with claims to what becomes of each.

use super::case::{Names, case, cut_off};
use super::catalogue::ordered;
use super::chain::{self, Chain};
use super::condition::{Trial, conditions};
use super::witness::witness;
use super::{Case, Cause, Condition, Judged, Judgement, Options, Proof, Subject, Verdict, edit, mistaken, read};
use crate::derive::{Derivative, derive};
use crate::diagnostic::{Diagnostic, Span};
use crate::error::ShapeError;
use crate::expr::{Arena, Id, Number, SymbolId};
use crate::formula::{self, Charset, Formula};
use crate::limits::MAX_CHAIN_LINES;
use crate::numeric::{Array, Sample};
use crate::ops::Fault;
use crate::shape::{Lengths, Scope, Shape, infer};
use crate::syntax::{Claim, Line, NodeId, Program, parse_expression_in, parse_in};
use std::sync::Arc;

/// Up to what difference, relative to the largest entry, two values are the same: both are formulas, so only rounding keeps them apart.
const TOLERANCE: f64 = 1e-8;
/// Entries smaller than this are rounding in formulas of ordinary size.
const SMALL: f64 = 1e-3;

/// Judges the claims in a program: lines such as `dL/dX = dL/dY @ W.T`, with or without the word `claim` before them.
///
/// # Errors
/// What is wrong with the program, what the numbers do not confirm, a claim about something that the program does not have; no claim.
///
/// ```
/// use pullback::claim::{Options, Verdict, judge};
/// let judged = judge("Y = X @ W; dL/dX = (W @ dL/dY.T).T; dL/dW = dL/dY @ X.T", &Options::default()).unwrap();
/// assert!(matches!(judged.judgements[0].verdict, Verdict::Right(_)));
/// assert!(matches!(judged.judgements[1].verdict, Verdict::Clash(_)));
/// ```
pub fn judge(source: &str, options: &Options) -> Result<Judged, Vec<Diagnostic>> {
    let program = parse_in(source, options.dialect)?;
    let report = |fault: Fault| vec![fault.diagnostic(source, options.dialect.transpose())];
    let claims: Vec<&Claim> =
        program.lines.iter().filter_map(|line| if let Line::Claim(claim) = line { Some(claim) } else { None }).collect();
    let whole = case(&program, source, options)?;
    if claims.is_empty() {
        let end = source.trim_end().len();
        return Err(report(Box::new(ShapeError::NoClaim { span: Span::new(end, end), example: example(&whole) })));
    }
    // the whole program, and what it is cut off behind
    let mut cases: Vec<(Option<Arc<str>>, Case)> = vec![(None, whole)];
    let mut judgements = Vec::with_capacity(claims.len());
    for claim in claims {
        let Some(names) = Names::of(&program, claim) else { continue };
        let earlier = names.earlier(&cases[0].1.derivation).and(names.above.clone());
        let place = match cases.iter().position(|(name, _)| *name == earlier) {
            Some(place) => place,
            None => {
                let part = cut_off(&program, earlier.as_deref().unwrap_or_default());
                cases.push((earlier.clone(), case(&part, source, options)?));
                cases.len() - 1
            }
        };
        let case = &mut cases[place].1;
        let subject = names.subject(case).map_err(report)?;
        let reading = Reading { program: &program, source, claim, place: (claim.first, claim.value) };
        judgements.push(reading.judgement(case, place, subject, options).map_err(report)?);
    }
    let cases = cases.into_iter().map(|(_, case)| case).collect();
    Ok(Judged { source: source.into(), cases, judgements, numerator: options.numerator })
}

/// A claim that could be made.
fn example(case: &Case) -> String {
    let d = &case.derivation;
    let shown =
        |g: &crate::derive::Gradient| format!("{} = {}", d.arena().info(g.symbol).name, formula::text(d.arena(), g.value, Charset::Ascii));
    d.wanted().next().map_or_else(String::new, shown)
}

/// A claim in its text.
struct Reading<'a> {
    program: &'a Program,
    source: &'a str,
    claim: &'a Claim,
    /// The nodes of the claimed value.
    place: (NodeId, NodeId),
}

impl Reading<'_> {
    /// # Errors
    /// A claim that speaks of what is not there.
    fn judgement(&self, case: &mut Case, place: usize, subject: Subject, options: &Options) -> Result<Judgement, Fault> {
        let scope = read::scope(case);
        if let Some(fault) = read::unknown(case, &scope, self.program, self.place) {
            return Err(fault);
        }
        case.level(subject);
        let shape = case.shape(subject);
        let typed = read::typed(&mut case.derivation.algebra.arena, &scope, self.program, self.place, self.source, shape.len());
        let (claimed, mut verdict) = match typed {
            Err(fault) => (None, Verdict::Clash(Box::new(fault.diagnostic(self.source, options.dialect.transpose())))),
            Ok(id) => {
                self.circular(case, subject, id)?;
                (Some(id), self.verdict(case, subject, &shape, id, &scope))
            }
        };
        let value_span = self.program.span(self.claim.value);
        let edits = match verdict {
            Verdict::Right(_) => vec![],
            _ => edit::causes(case, subject, &shape, &scope, self.program, self.place, self.source),
        };
        let mistaken = self.mistaken(case, subject, claimed, &verdict, &scope, options);
        let mut causes = ordered(edits, mistaken.causes);
        for cause in &mut causes {
            cause.mended = cause.patch.as_ref().and_then(|text| reread(case, &scope, text, shape.len(), options));
        }
        if causes.is_empty() && matches!(verdict, Verdict::WrongValue) {
            causes.extend(claimed.and_then(|id| self.half_right(case, subject, id)));
        }
        // with a length of 1 many mistakes make no difference
        let short = matches!(&verdict, Verdict::OnlyIf(all) if all.iter().all(|one| matches!(one, Condition::One(_))));
        if short && !causes.is_empty() {
            verdict = Verdict::WrongValue;
        }
        let left_at = mistaken.left_at;
        let under = match &verdict {
            Verdict::OnlyIf(conditions) => conditions.first().and_then(|condition| self.under(case, subject, condition)),
            _ => None,
        };
        let derivative = match (subject, &verdict) {
            (_, Verdict::Right(_)) | (Subject::Gradient(_), _) => None,
            (Subject::Jacobian(of), _) => self.derivative(case, of),
        };
        if let (Subject::Jacobian(_), Some(id), Verdict::WrongValue) = (subject, claimed, &verdict) {
            causes.extend(diagonal_alone(case, subject, id));
        }
        let valued = claimed.filter(|_| matches!(verdict, Verdict::WrongValue | Verdict::OnlyIf(_)));
        let witness = valued.and_then(|id| witness(case, subject, id));
        let span = self.claim.span;
        Ok(Judgement { span, value_span, case: place, subject, shape, claimed, verdict, causes, derivative, under, witness, left_at })
    }

    fn derivative(&self, case: &mut Case, of: SymbolId) -> Option<Derivative> {
        let output = case.derivation.model.output;
        case.derivation.derivatives(&[output], of).ok()?.pop()
    }

    /// How the claim comes about when the derivation has a mistake in it.
    fn mistaken(
        &self,
        case: &mut Case,
        subject: Subject,
        claimed: Option<Id>,
        verdict: &Verdict,
        scope: &Scope,
        options: &Options,
    ) -> mistaken::Findings {
        let Subject::Gradient(of) = subject else { return mistaken::Findings::default() };
        match (verdict, claimed) {
            (Verdict::Right(_) | Verdict::OtherLayout, _) => mistaken::Findings::default(),
            (_, Some(id)) => mistaken::findings(case, of, id, &mut |case, text| {
                let fits = |case: &Case, id| *case.derivation.arena().shape(id) == *case.shape(subject);
                reread(case, scope, text, case.shape(subject).len(), options)
                    .is_some_and(|id| fits(case, id) && case.agrees(subject, id, false))
            }),
            (_, None) => mistaken::squared(case, self.source, self.claim.span, of, options).unwrap_or_default(),
        }
    }

    /// A claim with the wrong sign, or with a factor 2, that needs a condition besides: `t - p` for `p - t`, which is `sum(t) * p - t` as long
    /// as nothing says that `t` sums to 1.
    fn half_right(&self, case: &mut Case, subject: Subject, id: Id) -> Option<Cause> {
        let times = [(Number::MINUS_ONE, "times -1"), (Number::integer(2), "times 2"), (Number::HALF, "times 1/2")];
        times.into_iter().find_map(|(factor, detail)| {
            let other = case.derivation.algebra.scale(factor, id);
            let condition = self.conditions(case, subject, other).into_iter().find(|found| matches!(found, Condition::Property(..)))?;
            let mistake = edit::constant(factor);
            Some(Cause { mistake, detail: detail.into(), patch: None, mended: None, condition: Some(condition) })
        })
    }

    /// Under which conditions an expression is the gradient.
    fn conditions(&self, case: &mut Case, subject: Subject, id: Id) -> Vec<Condition> {
        let ours = case.derivation.gradient(subject.of()).into_iter().flat_map(|g| [Some(g.value), g.closed]);
        let formulas: Vec<Id> = ours.flatten().chain([id]).collect();
        conditions(case, &formulas, &mut |case, trial| holds(case, subject, id, trial))
    }

    /// The gradient derived once more, with the property that the claim needs.
    fn under(&self, case: &Case, subject: Subject, condition: &Condition) -> Option<Formula> {
        let (Condition::Property(symbol, property), Subject::Gradient(of)) = (condition, subject) else { return None };
        let name = |symbol| case.derivation.arena().info(symbol).name.clone();
        let output = name(case.derivation.model.output);
        let mut model = infer(&cut_off(self.program, &output), self.source, Lengths::Declared).ok()?;
        let input = model.inputs.iter().copied().find(|&s| model.arena.info(s).name == name(*symbol))?;
        model.arena.symbols[input.0 as usize].properties.push((*property).into());
        let wanted = model.find(&name(of))?;
        let inputs: Vec<String> = model.inputs.iter().map(|&s| model.arena.info(s).name.to_string()).collect();
        let derivation = derive(model, Some(&inputs)).ok()?;
        let gradient = derivation.gradient(wanted)?;
        Some(formula::formula(derivation.arena(), gradient.closed.unwrap_or(gradient.value)))
    }

    fn circular(&self, case: &Case, subject: Subject, id: Id) -> Result<(), Fault> {
        let arena = case.derivation.arena();
        let Some(own) = case.derivation.gradient(subject.of()).map(|g| g.symbol) else { return Ok(()) };
        let itself = arena.reachable(&[id]).into_iter().any(|node| arena.as_symbol(node) == Some(own));
        if !itself || matches!(subject, Subject::Jacobian(_)) {
            return Ok(());
        }
        let gradient = arena.info(own).name.to_string();
        Err(Box::new(ShapeError::Circular { gradient, span: self.program.span(self.claim.value) }))
    }

    fn verdict(&self, case: &mut Case, subject: Subject, shape: &Shape, id: Id, scope: &Scope) -> Verdict {
        let found: Shape = case.derivation.arena().shape(id).into();
        if found == *shape && case.agrees(subject, id, false) {
            return Verdict::Right(self.proof(case, subject, id, scope));
        }
        if turned(shape) == found && case.agrees(subject, id, true) {
            return Verdict::OtherLayout;
        }
        if found != *shape {
            return Verdict::WrongShape;
        }
        match self.conditions(case, subject, id) {
            conditions if conditions.is_empty() => Verdict::WrongValue,
            conditions => Verdict::OnlyIf(conditions),
        }
    }

    fn proof(&self, case: &mut Case, subject: Subject, id: Id, scope: &Scope) -> Proof {
        let samples = case.samples.len();
        if let Subject::Jacobian(of) = subject {
            let ours = self.derivative(case, of).map(|derivative| derivative.value);
            let rank = case.shape(subject).len();
            return match read::simplified(case, scope, self.program, self.place, self.source, rank) {
                _ if ours == Some(id) => Proof::Same,
                Ok((found, rules)) if ours == Some(found) => {
                    chain::shown(case, rules, MAX_CHAIN_LINES).map_or(Proof::Numbers(samples), Proof::Rewritten)
                }
                _ => Proof::Numbers(samples),
            };
        }
        let (rank, gradient) = (case.shape(subject).len(), case.derivation.gradient(subject.of()).cloned());
        let (Subject::Gradient(_), Some(gradient)) = (subject, gradient) else { return Proof::Numbers(samples) };
        let ours = [Some(gradient.value), gradient.closed];
        if ours.contains(&Some(id)) {
            return Proof::Same;
        }
        let Ok((found, rules)) = read::simplified(case, scope, self.program, self.place, self.source, rank) else {
            return Proof::Numbers(samples);
        };
        let chain = match ours.contains(&Some(found)) {
            true => chain::shown(case, rules, MAX_CHAIN_LINES).map(|claim| Chain { claim, ours: vec![] }),
            false => chain::joined(case, found, gradient.value, rules),
        };
        match chain {
            None => Proof::Numbers(samples),
            Some(Chain { claim, ours }) if claim.is_empty() && ours.is_empty() => Proof::Same,
            Some(Chain { claim, ours }) if ours.is_empty() => Proof::Rewritten(claim),
            Some(chain) => Proof::Joined(chain),
        }
    }
}

/// What a text says, in the arena of its case.
fn reread(case: &mut Case, scope: &Scope, text: &str, rank: usize, options: &Options) -> Option<Id> {
    let program = parse_expression_in(text, options.dialect).ok()?;
    let Some(Line::Statement(line)) = program.lines.first() else { return None };
    read::typed(&mut case.derivation.algebra.arena, scope, &program, (line.first, line.value), text, rank).ok()
}

/// Whether the claim holds at every draw of a trial.
fn holds(case: &Case, subject: Subject, id: Id, trial: &Trial) -> bool {
    let samples = trial.samples(case);
    // what is as good as zero says nothing
    let telling = |sample: &Sample| case.wanted(subject, sample).is_some_and(|wanted| wanted.iter().any(|x| x.abs() > SMALL));
    samples.len() >= case.samples.len().min(2)
        && samples.iter().all(telling)
        && samples.iter().all(|sample| case.agrees_at(subject, id, sample, false))
        && !is_trivial(case, subject, &samples)
        && trial.more(case).iter().all(|sample| case.agrees_at(subject, id, sample, false))
}

/// Whether under a condition nothing is left to be claimed: the gradient is the same number everywhere, which it is not otherwise.
fn is_trivial(case: &Case, subject: Subject, samples: &[Sample]) -> bool {
    let constant = |samples: &[Sample]| {
        let values: Vec<f64> = samples.iter().filter_map(|sample| case.wanted(subject, sample)).flatten().collect();
        values.iter().all(|x| (x - values[0]).abs() <= TOLERANCE * values[0].abs().max(SMALL))
    };
    constant(samples) && !constant(&case.samples)
}

/// A Jacobian of which the claim has the diagonal, and nothing beside it.
fn diagonal_alone(case: &Case, subject: Subject, id: Id) -> Option<Cause> {
    let alone = case.samples.iter().all(|sample| {
        let both = case.wanted(subject, sample).zip(value(sample, case.derivation.arena(), id));
        both.is_some_and(|(mut wanted, found)| {
            if wanted.ndim() != 2 {
                return false;
            }
            wanted.indexed_iter_mut().filter(|(at, _)| at[0] != at[1]).for_each(|(_, entry)| *entry = 0.0);
            same(&wanted, &found)
        })
    });
    alone.then(|| Cause { mistake: mistaken::diagonal(), detail: String::new(), patch: None, mended: None, condition: None })
}

/// The shape with its last two axes exchanged; that of a 1-D array has no other.
fn turned(shape: &Shape) -> Shape {
    let mut turned = shape.clone();
    if let [.., a, b] = turned.as_mut_slice() {
        std::mem::swap(a, b);
    }
    turned
}

impl Case {
    /// The shape that what is claimed must have.
    pub(super) fn shape(&self, subject: Subject) -> Shape {
        let arena = self.derivation.arena();
        let own = arena.info(subject.of()).shape.iter().copied();
        match subject {
            Subject::Gradient(_) => own.collect(),
            Subject::Jacobian(_) => arena.info(self.derivation.model.output).shape.iter().copied().chain(own).collect(),
        }
    }

    /// Whether an expression, or its transpose, has the wanted value at every draw.
    pub(super) fn agrees(&self, subject: Subject, id: Id, transposed: bool) -> bool {
        self.samples.iter().chain(&self.more).all(|sample| self.agrees_at(subject, id, sample, transposed))
    }

    fn agrees_at(&self, subject: Subject, id: Id, sample: &Sample, transposed: bool) -> bool {
        let wanted = self.wanted(subject, sample);
        let found = value(sample, self.derivation.arena(), id);
        match (wanted, found) {
            (Some(wanted), Some(found)) if transposed => {
                let mut found = found;
                let rank = found.ndim();
                if rank < 2 {
                    return false;
                }
                found.swap_axes(rank - 1, rank - 2);
                same(&wanted, &found)
            }
            (Some(wanted), Some(found)) => same(&wanted, &found),
            _ => false,
        }
    }
}

fn value(sample: &Sample, arena: &Arena, id: Id) -> Option<Array> {
    sample.value(arena, id)
}

/// Whether two values are the same but for rounding.
pub(super) fn same(a: &Array, b: &Array) -> bool {
    let size = a.iter().chain(b.iter()).fold(SMALL, |size: f64, x| size.max(x.abs()));
    a.shape() == b.shape() && size.is_finite() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= TOLERANCE * size)
}
