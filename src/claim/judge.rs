//! From the text of a program with claims to what becomes of each.

use super::case::{case, cut_off, second};
use super::chain::{self, Chain};
use super::columns::columns;
use super::condition::conditions;
use super::decide::{Decision, Difference, Grounds, Question, decide};
use super::edit::Wanted;
use super::mistakes::{Cause, Mistake, ordered};
use super::names::{Names, taken};
use super::stored::stored;
use super::witness::{exception, witness};
use super::{Case, Condition, Judged, Judgement, Layout, Options, Proof, Subject, Verdict, edit, jacobian, mistaken, read};
use crate::derive::{Derivative, derive};
use crate::diagnostic::{Diagnostic, Span};
use crate::error::ShapeError;
use crate::expr::{Id, Number, SymbolId};
use crate::formula::{self, Charset, Formula};
use crate::limits::{MAX_CHAIN_LINES, MAX_CHECK_ENTRIES, MAX_COMPUTED_ENTRIES};
use crate::numeric::{Evaluator, Sample, same};
use crate::ops::Fault;
use crate::shape::{Builder, Lengths, Scope, Shape, infer};
use crate::syntax::{Claim, Line, Node, NodeId, Program, parse_expression_in, parse_in};
use std::sync::Arc;

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
        return Err(report(Box::new(ShapeError::NoClaim { span: Span::new(end, end), example: example(&whole), meant: meant(&whole) })));
    }
    let warnings = taken(&program, &whole, &claims).into_iter().collect();
    let mut cases = Cases { program: &program, source, options, known: vec![((None, None), whole)] };
    let mut judgements = Vec::with_capacity(claims.len());
    for claim in claims {
        let Some(names) = Names::of(&program, claim) else { continue };
        let (place, subject) = cases.about(&names)?;
        let reading = Reading { program: &program, source, claim, place: (claim.first, claim.value) };
        judgements.push(reading.judgement(&mut cases.known[place].1, place, subject, options).map_err(report)?);
    }
    let cases = cases.known.into_iter().map(|(_, case)| case).collect();
    Ok(Judged { source: source.into(), cases, judgements, numerator: options.numerator, warnings })
}

/// The whole program, what it is cut off behind, and what goes on to a gradient: each made once.
struct Cases<'a> {
    program: &'a Program,
    source: &'a str,
    options: &'a Options,
    /// By the name of the last value, where that is not the output, and of the variable whose gradient follows.
    known: Vec<(Key, Case)>,
}

type Key = (Option<Arc<str>>, Option<Arc<str>>);

impl Cases<'_> {
    /// The place of the case that a claim belongs to, and what it is about there.
    fn about(&mut self, names: &Names) -> Result<(usize, Subject), Vec<Diagnostic>> {
        let report = |fault: Fault| vec![fault.diagnostic(self.source, self.options.dialect.transpose())];
        let earlier = names.earlier(&self.known[0].1.derivation).and(names.above.clone());
        let part = earlier.as_ref().map(|name| cut_off(self.program, name));
        let part = part.as_ref().unwrap_or(self.program);
        let place = self.place(&(earlier.clone(), None), |all| case(part, all.source, all.options))?;
        let first = &self.known[place].1;
        if names.order == 1 {
            return Ok((place, names.subject(first).map_err(report)?));
        }
        let (one, two) = names.pair(first, self.source).map_err(|wrong| vec![wrong])?;
        let name = |symbol| first.derivation.arena().info(symbol).name.clone();
        let (one, two) = (name(one), name(two));
        let at =
            self.place(&(earlier, Some(one.clone())), |all| second(part, all.source, &one, names.span, all.options, &all.known[place].1))?;
        let case = &self.known[at].1;
        // the variables of both are the same
        let by = case.derivation.find(&two).ok_or_else(Vec::new)?;
        let subject = Subject::Jacobian(by);
        case.confirmed(subject)?;
        Ok((at, subject))
    }

    /// Where a case is; it is made where it is not known.
    fn place(&mut self, key: &Key, make: impl FnOnce(&Self) -> Result<Case, Vec<Diagnostic>>) -> Result<usize, Vec<Diagnostic>> {
        if let Some(place) = self.known.iter().position(|(known, _)| known == key) {
            return Ok(place);
        }
        let made = make(self)?;
        self.known.push((key.clone(), made));
        Ok(self.known.len() - 1)
    }
}

/// The variable by which a line such as `dX = ...` differentiates, where it means that.
fn meant(case: &Case) -> Option<String> {
    let d = &case.derivation;
    let assigned = d.model.statements.iter().map(|s| &d.arena().info(s.symbol).name);
    assigned.filter_map(|name| name.strip_prefix('d')).find(|of| d.find(of).is_some()).map(String::from)
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
        let mut scope = read::scope(case);
        self.jacobians(case, subject, &mut scope);
        if let Some(fault) = read::unknown(case, &scope, self.program, self.place) {
            return Err(fault);
        }
        case.level(subject);
        let shape = case.shape(subject);
        let entries = |sample: &Sample| {
            let lengths = Evaluator::new(case.derivation.arena(), &sample.lengths).shape(&shape)?;
            lengths.into_iter().try_fold(1usize, usize::checked_mul)
        };
        if !case.samples.iter().all(|sample| entries(sample).is_some_and(|entries| entries <= MAX_CHECK_ENTRIES)) {
            return Err(Box::new(ShapeError::TooManyEntries { span: self.program.span(self.claim.gradient) }));
        }
        let derivative = if let Subject::Jacobian(of) = subject { self.derivative(case, of) } else { None };
        let typed = read::typed(&mut case.derivation.algebra.arena, &scope, self.program, self.place, self.source, shape.len());
        let mut apart = None;
        let drawn = case.samples.len();
        let (claimed, mut verdict) = match typed {
            Err(fault) => (None, Verdict::Clash(Box::new(fault.diagnostic(self.source, options.dialect.transpose())))),
            Ok(id) => {
                self.circular(case, subject, id)?;
                let arena = case.derivation.arena();
                let nodes = arena.reachable(&[id]);
                if !case.samples.iter().all(|s| Evaluator::new(arena, &s.lengths).is_small(&nodes, MAX_COMPUTED_ENTRIES)) {
                    return Err(Box::new(ShapeError::TooManyEntries { span: self.program.span(self.claim.value) }));
                }
                let (verdict, difference) = self.verdict(case, subject, &shape, id, &scope, derivative.as_ref());
                apart = difference;
                // what is tried to explain it must see it: where no draw does, it looks at that point too
                let blind = apart.is_some() && found_alike(case, subject, id, &shape);
                let near = apart.as_deref().filter(|_| blind).and_then(|apart| Sample::near(&case.derivation, &apart.point));
                case.samples.extend(near);
                (Some(id), verdict)
            }
        };
        // what floats do not tell from the gradient is explained by nothing that is tried in floats
        let blind = apart.is_some() && claimed.is_some_and(|id| found_alike(case, subject, id, &shape));
        let value_span = self.program.span(self.claim.value);
        let edits = match verdict {
            Verdict::Right(_) | Verdict::Except(_) | Verdict::Undecided(_) => vec![],
            _ if blind => vec![],
            _ => {
                let ours = ours(case, subject, derivative.as_ref());
                let wanted = Wanted { subject, shape: &shape, ours: &ours };
                edit::causes(case, wanted, &scope, self.program, self.place, self.source)
            }
        };
        let mistaken = match blind {
            true => mistaken::Findings::default(),
            false => self.mistaken(case, subject, claimed, &verdict, &scope, options),
        };
        let elsewhere = match (&verdict, subject) {
            _ if blind => None,
            (Verdict::Right(_) | Verdict::OtherLayout(_) | Verdict::Except(_) | Verdict::Undecided(_), _) | (_, Subject::Jacobian(_)) => {
                None
            }
            (_, Subject::Gradient(of)) => stored(case, of, &scope, self.program, self.place, self.source),
        };
        let derived = mistaken.causes.into_iter().chain(elsewhere).collect();
        let mut causes = ordered(derived, edits);
        for cause in &mut causes {
            cause.mended = cause.patch.as_ref().and_then(|text| reread(case, &scope, text, shape.len(), options));
        }
        // what is offered in place of the claim is decided as the claim is
        causes.retain(|cause| {
            cause.mended.is_none_or(|id| {
                let fits = *case.derivation.arena().shape(id) == *shape;
                fits && matches!(decide(case, Question::plain(subject, id)), Decision::Same(_) | Decision::Except(_))
            })
        });
        if causes.is_empty() && matches!(verdict, Verdict::WrongValue) {
            causes.extend(claimed.and_then(|id| self.half_right(case, subject, id)));
        }
        // with a length of 1, or where a mask lets everything pass, many mistakes make no difference
        let masked = causes.iter().any(|cause| edit::is_mask(cause.mistake));
        let vain = |one: &Condition| match one {
            Condition::One(_) => true,
            Condition::Property(_, property) => masked && *property == "positive",
        };
        if !causes.is_empty() && matches!(&verdict, Verdict::OnlyIf(all) | Verdict::If(all) if all.iter().all(vain)) {
            verdict = Verdict::WrongValue;
        }
        case.samples.truncate(drawn);
        let left_at = mistaken.left_at;
        let under = match &verdict {
            Verdict::OnlyIf(conditions) | Verdict::If(conditions) => {
                conditions.first().and_then(|condition| self.under(case, subject, condition))
            }
            _ => None,
        };
        let valued = claimed.filter(|_| matches!(verdict, Verdict::WrongValue | Verdict::OnlyIf(_) | Verdict::If(_)));
        let witness = valued.and_then(|id| witness(case, Question::plain(subject, id), apart.as_deref()));
        let witness = match (&verdict, claimed) {
            (Verdict::Except(found), Some(id)) => Some(exception(case, Question::plain(subject, id), found)),
            _ => witness,
        };
        let wrong = !matches!(verdict, Verdict::Right(_) | Verdict::Except(_) | Verdict::Undecided(_));
        let again = |text: &str, options: &Options| judge(text, options).is_ok_and(|judged| judged.all_hold());
        let columns = if wrong { columns(case, self.source, self.claim.span, options, again) } else { None };
        let span = self.claim.span;
        Ok(Judgement {
            span,
            value_span,
            case: place,
            subject,
            shape,
            claimed,
            verdict,
            causes,
            derivative,
            under,
            columns,
            witness,
            left_at,
        })
    }

    /// Derivatives of variables by each other that stand in the claim. Not the one that it is about: that would say nothing.
    fn jacobians(&self, case: &mut Case, subject: Subject, scope: &mut Scope) {
        let d = &mut case.derivation;
        for node in (self.place.0.0..=self.place.1.0).map(NodeId) {
            let Node::Gradient { of: Some(above), wrt } = self.program.node(node) else { continue };
            let (Some(one), Some(two)) = (d.find(above), d.find(wrt)) else { continue };
            let own = matches!(subject, Subject::Jacobian(of) if of == two && one == d.model.output);
            // an input of that name is no function of anything: what is meant is the objective
            let given = d.model.inputs.contains(&one);
            let objective = d.model.scalar && one == d.model.output;
            let key = (above.clone(), wrt.clone());
            if own || given || objective || case.gradient_of.is_some() || scope.jacobians.contains_key(&key) {
                continue;
            }
            if let Some(derivative) = d.derivatives(&[one], two).ok().and_then(|mut found| found.pop()) {
                scope.jacobians.insert(key, derivative.value);
            }
        }
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
        let of = match (subject, claimed) {
            (Subject::Gradient(of), _) => of,
            (Subject::Jacobian(of), Some(id))
                if matches!(verdict, Verdict::WrongValue | Verdict::WrongShape | Verdict::OnlyIf(_) | Verdict::If(_)) =>
            {
                return jacobian::mistaken(case, of, id);
            }
            _ => return mistaken::Findings::default(),
        };
        match (verdict, claimed) {
            (Verdict::Right(_) | Verdict::OtherLayout(_) | Verdict::Except(_) | Verdict::Undecided(_), _) => mistaken::Findings::default(),
            (_, Some(id)) => {
                let found = mistaken::findings(case, of, id, &mut |case, text| {
                    let fits = |case: &Case, id| *case.derivation.arena().shape(id) == *case.shape(subject);
                    reread(case, scope, text, case.shape(subject).len(), options)
                        .is_some_and(|id| fits(case, id) && case.agrees(subject, id, None))
                });
                if found.causes.is_empty() { mistaken::without_upstream(case, of, id).unwrap_or(found) } else { found }
            }
            (_, None) => mistaken::squared(case, self.source, self.claim.span, of, options).unwrap_or_default(),
        }
    }

    /// A claim with the wrong sign, with a factor 2 or without the 1/n of a mean, that needs a condition besides: `t - p` for `p - t`, which
    /// is `sum(t) * p - t` as long as nothing says that `t` sums to 1.
    fn half_right(&self, case: &mut Case, subject: Subject, id: Id) -> Option<Cause> {
        let times = [(Number::MINUS_ONE, "times -1"), (Number::integer(2), "times 2"), (Number::HALF, "times 1/2")];
        let mut tried: Vec<(Id, &'static Mistake, String)> =
            times.map(|(factor, detail)| (case.derivation.algebra.scale(factor, id), edit::constant(factor), detail.into())).into();
        let a = &mut case.derivation.algebra;
        for dim in
            Shape::from_slice(a.arena.shape(id)).into_iter().filter(|dim| a.arena.dims.as_integer(*dim).is_none()).collect::<Vec<_>>()
        {
            let detail = format!("times 1/{}", a.arena.dims.show(dim));
            tried.push((Builder::new(&mut a.arena, "").over_length(id, dim), edit::count_missing(), detail));
        }
        tried.into_iter().find_map(|(other, mistake, detail)| {
            let condition = self.conditions(case, subject, other).0.into_iter().find(|found| matches!(found, Condition::Property(..)))?;
            Some(Cause { condition: Some(condition), ..Cause::new(mistake, detail, None) })
        })
    }

    /// Under which conditions an expression is the gradient, and whether it is only there.
    fn conditions(&self, case: &mut Case, subject: Subject, id: Id) -> (Vec<Condition>, bool) {
        let ours = case.derivation.gradient(subject.of()).into_iter().flat_map(|g| [Some(g.value), g.closed]);
        let formulas: Vec<Id> = ours.flatten().chain([id]).collect();
        conditions(case, Question::plain(subject, id), &formulas)
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

    fn verdict(
        &self,
        case: &mut Case,
        subject: Subject,
        shape: &Shape,
        id: Id,
        scope: &Scope,
        derivative: Option<&Derivative>,
    ) -> (Verdict, Option<Box<Difference>>) {
        let found: Shape = case.derivation.arena().shape(id).into();
        let plain = Question::plain(subject, id);
        let decision = (found == *shape).then(|| decide(case, plain));
        match decision {
            Some(Decision::Same(grounds)) => return (Verdict::Right(self.proof(case, subject, id, scope, derivative, grounds)), None),
            Some(Decision::Except(exception)) => return (Verdict::Except(exception), None),
            _ => {}
        }
        for layout in Layout::ALL {
            let fits = layout.shape(case, subject).is_some_and(|shape| shape == found);
            if fits && matches!(decide(case, Question { layout: Some(layout), ..plain }), Decision::Same(_)) {
                return (Verdict::OtherLayout(layout), None);
            }
        }
        match decision {
            None => (Verdict::WrongShape, None),
            Some(Decision::Undecided(why)) => (Verdict::Undecided(why), None),
            Some(Decision::Differs(difference)) => {
                let (conditions, necessary) = self.conditions(case, subject, id);
                let verdict = match (conditions.is_empty(), necessary) {
                    (true, _) => Verdict::WrongValue,
                    (false, true) => Verdict::OnlyIf(conditions),
                    (false, false) => Verdict::If(conditions),
                };
                (verdict, Some(difference))
            }
            Some(Decision::Same(_) | Decision::Except(_)) => unreachable!("these have returned"),
        }
    }

    fn proof(&self, case: &mut Case, subject: Subject, id: Id, scope: &Scope, derivative: Option<&Derivative>, grounds: Grounds) -> Proof {
        if let Subject::Jacobian(_) = subject {
            let ours = derivative.map(|derivative| derivative.value);
            let rank = case.shape(subject).len();
            return match read::simplified(case, scope, self.program, self.place, self.source, rank) {
                _ if ours == Some(id) => Proof::Same,
                Ok((found, rules)) if ours == Some(found) => {
                    chain::shown(case, rules, MAX_CHAIN_LINES).map_or(Proof::Numbers(grounds), Proof::Rewritten)
                }
                _ => Proof::Numbers(grounds),
            };
        }
        let (rank, gradient) = (case.shape(subject).len(), case.derivation.gradient(subject.of()).cloned());
        let (Subject::Gradient(_), Some(gradient)) = (subject, gradient) else { return Proof::Numbers(grounds) };
        let ours = [Some(gradient.value), gradient.closed];
        if ours.contains(&Some(id)) {
            return Proof::Same;
        }
        let Ok((found, rules)) = read::simplified(case, scope, self.program, self.place, self.source, rank) else {
            return Proof::Numbers(grounds);
        };
        let chain = match ours.contains(&Some(found)) {
            true => chain::shown(case, rules, MAX_CHAIN_LINES).map(|claim| Chain { claim, ours: vec![] }),
            false => chain::joined(case, found, gradient.value, rules),
        };
        match chain {
            None => Proof::Numbers(grounds),
            Some(Chain { claim, ours }) if claim.is_empty() && ours.is_empty() => Proof::Same,
            Some(Chain { claim, ours }) if ours.is_empty() => Proof::Rewritten(claim),
            Some(chain) => Proof::Joined(chain),
        }
    }
}

/// Whether floats do not tell a claim from the gradient.
fn found_alike(case: &Case, subject: Subject, id: Id, shape: &Shape) -> bool {
    *case.derivation.arena().shape(id) == **shape && case.agrees(subject, id, None)
}

/// What is right as the tool writes it, in each of its forms.
fn ours(case: &Case, subject: Subject, derivative: Option<&Derivative>) -> Vec<Id> {
    let gradient = case.derivation.gradient(subject.of()).filter(|_| matches!(subject, Subject::Gradient(_)));
    let forms = gradient.map(|g| [Some(g.value), g.put_in(case.derivation.arena())]);
    derivative.map(|d| d.value).into_iter().chain(forms.into_iter().flatten().flatten()).collect()
}

/// What a text says, in the arena of its case.
fn reread(case: &mut Case, scope: &Scope, text: &str, rank: usize, options: &Options) -> Option<Id> {
    let program = parse_expression_in(text, options.dialect).ok()?;
    let Some(Line::Statement(line)) = program.lines.first() else { return None };
    read::typed(&mut case.derivation.algebra.arena, scope, &program, (line.first, line.value), text, rank).ok()
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

    /// Whether an expression has the wanted value at every draw, in another layout where one is given.
    pub(super) fn agrees(&self, subject: Subject, id: Id, layout: Option<Layout>) -> bool {
        self.samples.iter().chain(&self.more).all(|sample| self.agrees_at(subject, id, sample, layout))
    }

    pub(super) fn agrees_at(&self, subject: Subject, id: Id, sample: &Sample, layout: Option<Layout>) -> bool {
        let arena = self.derivation.arena();
        let own = arena.info(subject.of()).shape.len();
        let both = self.wanted(subject, sample).zip(sample.value(arena, id));
        both.is_some_and(|(wanted, found)| match layout {
            None => same(&wanted, &found),
            Some(layout) => same(&layout.arranged(wanted, subject, own), &found),
        })
    }
}
