//! Under which condition a claim would be right: properties and lengths are tried, the weakest first.
//!
//! A condition is sufficient where a claim is decided to be right under it. It is necessary where nothing that lacks it will do: of a
//! property that makes some entries depend on others it is shown that no change out of it leaves the claim right (a linear map without
//! a kernel), of others that every draw without it makes the claim wrong.

use super::decide::{Decision, Question, apart, decide};
use super::subject::{Case, Condition};
use crate::expr::{Id, SymbolId};
use crate::numeric::{Assumption, Balls, Domain, Manner, Point, SAME, SMALL, SUMS_TO_ONE, Sample};
use crate::shape::{SQUARE_PROPERTIES, unfit};
use rustc_hash::FxHashSet;

/// Properties that a claim may silently take for granted, those that say least first.
const TRIED: [&str; 8] = ["symmetric", "stochastic", "unit", "positive", "orthogonal", "orthonormal", "diagonal", "sign"];

/// How many conditions are named.
const MAX_CONDITIONS: usize = 2;

/// A condition to be tried.
struct Trial<'a> {
    condition: &'a Condition,
}

impl Trial<'_> {
    fn assumed(&self) -> Vec<Assumption> {
        match self.condition {
            // what is said of it is that it sums to 1, not that nothing in it is negative
            Condition::Property(symbol, "stochastic") => vec![Assumption { symbol: *symbol, property: SUMS_TO_ONE.into() }],
            Condition::Property(symbol, property) => vec![Assumption { symbol: *symbol, property: (*property).into() }],
            Condition::One(_) => vec![],
        }
    }

    /// Draws in floats of which the condition holds: they tell quickly where it does not help.
    fn samples(&self, case: &Case, one: Option<&str>) -> Vec<Sample> {
        let assumed = self.assumed();
        let draw = |(seed, sample): (usize, &Sample)| {
            let mut lengths = sample.lengths.clone();
            one.into_iter().for_each(|name| {
                lengths.insert(name.into(), 1);
            });
            let domains = [Domain::Normal, Domain::Positive, Domain::Unit, Domain::Oriented];
            domains.into_iter().find_map(|domain| Sample::draw(&case.derivation, &lengths, domain, seed as u64 + 11, &assumed))
        };
        case.samples.iter().enumerate().filter_map(draw).collect()
    }
}

/// The conditions under which a claim is right, those of one kind that is enough; and whether it is right nowhere else.
///
/// Only what stands in one of `formulas` can matter to them.
pub(super) fn conditions(case: &mut Case, question: Question, formulas: &[Id]) -> (Vec<Condition>, bool) {
    let mut found: Vec<Condition> = Vec::new();
    let mut necessary = true;
    for condition in tried(case, question.subject.of(), formulas) {
        // a diagonal matrix is symmetric
        let weaker = |known: &Condition| match (known, &condition) {
            (Condition::Property(one, "symmetric"), Condition::Property(two, "diagonal")) => one == two,
            // with a length of 1 most things are the same
            (Condition::Property(..), Condition::One(_)) => true,
            _ => false,
        };
        if found.len() >= MAX_CONDITIONS || found.iter().any(weaker) {
            continue;
        }
        let name = if let Condition::One(dim) = &condition { Some(case.derivation.arena().dims.show(*dim)) } else { None };
        let trial = Trial { condition: &condition };
        if !helps(case, question, &trial, name.as_deref()) {
            continue;
        }
        let assumed = trial.assumed();
        let under = Question { assumed: &assumed, one: name.as_deref(), ..question };
        if !matches!(decide(case, under), Decision::Same(_)) {
            continue;
        }
        let only = match &condition {
            Condition::Property(symbol, property) => is_necessary(case, question, *symbol, property),
            Condition::One(_) => name.is_some_and(|name| is_necessarily_one(case, question, &name)),
        };
        let of_input = matches!(condition, Condition::Property(symbol, _) if case.derivation.model.inputs.contains(&symbol));
        // that something happens to be right besides tells nothing of lengths, nor of what arrives, which may be anything
        if only || of_input {
            necessary &= only;
            found.push(condition);
        }
    }
    (found, necessary)
}

/// Whether a condition may be what a claim needs: the claim holds in floats, and the gradient has not become nothing.
fn helps(case: &Case, question: Question, trial: &Trial, one: Option<&str>) -> bool {
    let samples = trial.samples(case, one);
    let values =
        |samples: &[Sample]| -> Vec<f64> { samples.iter().filter_map(|sample| case.wanted(question.subject, sample)).flatten().collect() };
    let constant = |samples: &[Sample]| {
        let values = values(samples);
        values.iter().all(|x| (x - values[0]).abs() <= SAME * values[0].abs().max(SMALL))
    };
    // what is as good as zero says nothing
    let telling = |sample: &Sample| case.wanted(question.subject, sample).is_some_and(|wanted| wanted.iter().any(|x| x.abs() > SMALL));
    samples.len() >= case.samples.len().min(2)
        && samples.iter().all(telling)
        && samples.iter().all(|sample| case.agrees_at(question.subject, question.id, sample, None))
        && (!constant(&samples) || constant(&case.samples))
}

/// Rows and columns among which changes of a matrix are looked at.
const CIRCLE: usize = 4;

/// How many points without a property are looked at.
const WITHOUT: u64 = 6;

/// Whether a claim that is right with a property is wrong without it.
fn is_necessary(case: &mut Case, question: Question, symbol: SymbolId, property: &'static str) -> bool {
    let directions: Option<fn(usize, usize) -> bool> = match property {
        "symmetric" => Some(|row, column| row < column),
        "diagonal" => Some(|row, column| row != column),
        _ => None,
    };
    if let Some(directions) = directions {
        return moves_always(case, question, symbol, property, directions).unwrap_or(false);
    }
    let d = &case.derivation;
    let lengths = &case.samples[0].lengths;
    let lacking = |point: &Point| match property {
        "positive" => point.values[&symbol].iter().any(|x| x.to_f64() <= 0.0),
        _ => true,
    };
    // zeros are not positive either
    let draws =
        (0..WITHOUT).map(|seed| (Manner::Normal(1.0), seed)).chain([(Manner::All(0.0), 0)].into_iter().filter(|_| property == "positive"));
    let points = draws.filter_map(|(manner, seed)| Point::draw(d, lengths, &manner, seed + 401, &[]));
    let mut points: Vec<Point> = points.filter(lacking).collect();
    !points.is_empty() && points.iter_mut().all(|point| apart(d, point, question).is_some())
}

/// Whether every change of a matrix out of a property makes a claim wrong: the difference of both sides is a linear map of such changes
/// (which is tried), and has no kernel for all draws of the rest together.
fn moves_always(case: &Case, question: Question, symbol: SymbolId, property: &str, out: fn(usize, usize) -> bool) -> Option<bool> {
    let d = &case.derivation;
    let assumed = [Assumption { symbol, property: property.into() }];
    let mut columns: Vec<Vec<f64>> = Vec::new();
    // of two rows and columns there is one antisymmetric change; with four they can go round in a circle
    let mut lengths = case.samples[0].lengths.clone();
    let own = d.arena().info(symbol).shape.iter().flat_map(|&dim| d.arena().dims.names_in(dim)).map(|name| name.to_string());
    let free: Vec<String> = own.filter(|name| case.given.iter().all(|(given, _)| given != name)).collect();
    lengths.extend(free.into_iter().map(|name| (name, CIRCLE)));
    for seed in 0..3 {
        let manners = [Manner::Normal(1.0), Manner::Between(0.5, 2.0), Manner::Matrices(Domain::Definite)];
        let point = manners.iter().find_map(|manner| Point::draw(d, &lengths, manner, seed + 501, &assumed))?;
        let shape = point.values.get(&symbol)?.shape().to_vec();
        let [rows, width] = shape.as_slice() else { return None };
        let changes: Vec<(usize, usize)> =
            (0..rows * width).map(|at| (at / width, at % width)).filter(|(row, column)| out(*row, *column)).collect();
        columns.resize(changes.len(), vec![]);
        let antisymmetric = property == "symmetric";
        let difference = |changes: &[(usize, usize)]| -> Option<Vec<f64>> {
            let mut moved = point.values.get(&symbol)?.clone();
            for &(row, column) in changes {
                moved[[row, column]] = moved[[row, column]] + 0.25;
                if antisymmetric {
                    moved[[column, row]] = moved[[column, row]] - 0.25;
                }
            }
            let mut point = with(case, &point, symbol, moved)?;
            let right = super::decide::wanted(d, &point, question.subject)?;
            let found = point.value(d.arena(), question.id)?;
            Some(right.iter().zip(found).map(|(right, found)| (*found - *right).to_f64()).collect())
        };
        let each: Vec<Vec<f64>> = changes.iter().map(|change| difference(&[*change])).collect::<Option<_>>()?;
        // linear: what two changes do together is the sum of what each does
        if let [one, two, ..] = changes.as_slice() {
            let both = difference(&[*one, *two])?;
            let size = each.iter().flatten().fold(0.0f64, |size, x| size.max(x.abs()));
            if both.iter().zip(each[0].iter().zip(&each[1])).any(|(both, (a, b))| (both - a - b).abs() > SAME * size) {
                return Some(each.iter().all(|one| one.iter().any(|x| x.abs() > 1e-12)));
            }
        }
        columns.iter_mut().zip(each).for_each(|(column, more)| column.extend(more));
    }
    let wanted = columns.len();
    Some(wanted > 0 && rank(columns) == wanted)
}

/// A point with another value of one symbol, an input or what arrives.
fn with(case: &Case, point: &Point, symbol: SymbolId, value: Balls) -> Option<Point> {
    let d = &case.derivation;
    let mut inputs: rustc_hash::FxHashMap<SymbolId, Balls> =
        d.model.inputs.iter().map(|input| (*input, point.values[input].clone())).collect();
    let top = d.gradient(d.model.output).map(|g| g.symbol);
    let mut upstream = top.and_then(|top| point.values.get(&top).cloned());
    match inputs.get_mut(&symbol) {
        Some(input) => *input = value,
        None => upstream = Some(value),
    }
    Point::of(d, &point.lengths, inputs, |_, _, _| upstream)
}

/// How many of these are independent of each other, by elimination.
fn rank(mut columns: Vec<Vec<f64>>) -> usize {
    let size = columns.iter().flatten().fold(0.0f64, |size, x| size.max(x.abs()));
    let mut rank = 0;
    let length = columns.first().map_or(0, Vec::len);
    for at in 0..length {
        let Some(best) = (rank..columns.len()).max_by(|&a, &b| columns[a][at].abs().total_cmp(&columns[b][at].abs())) else { break };
        if columns[best][at].abs() <= size * 1e-9 {
            continue;
        }
        columns.swap(rank, best);
        let pivot = columns[rank].clone();
        for column in &mut columns[rank + 1..] {
            let factor = column[at] / pivot[at];
            column.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
        }
        rank += 1;
    }
    rank
}

/// Whether a claim that is right at a length of 1 is wrong at every other, whatever the inputs are: ones, and symmetric matrices, too.
fn is_necessarily_one(case: &Case, question: Question, name: &str) -> bool {
    let d = &case.derivation;
    let matrices =
        d.model.inputs.iter().filter(|input| matches!(d.arena().info(**input).shape.as_slice(), [rows, columns] if rows == columns));
    let symmetric: Vec<Assumption> = matrices.map(|&symbol| Assumption { symbol, property: "symmetric".into() }).collect();
    let draws =
        [(Manner::Normal(1.0), &[][..]), (Manner::All(1.0), &[]), (Manner::Normal(1.0), &symmetric[..]), (Manner::Between(0.5, 2.0), &[])];
    (2..=4).all(|n| {
        let mut lengths = case.samples[0].lengths.clone();
        lengths.insert(name.into(), n);
        let points =
            draws.iter().enumerate().filter_map(|(seed, (manner, assumed))| Point::draw(d, &lengths, manner, seed as u64 + 601, assumed));
        let mut points: Vec<Point> = points.collect();
        !points.is_empty() && points.iter_mut().all(|point| apart(d, point, question).is_some())
    })
}

/// Every condition that fits the program, and that somebody may have meant: labels are 1 or -1, but not what is differentiated by; of what
/// arrives nothing is known but that it may be symmetric.
fn tried(case: &Case, of: SymbolId, formulas: &[Id]) -> Vec<Condition> {
    let d = &case.derivation;
    let arena = d.arena();
    let upstream = d.gradient(d.model.output).filter(|_| !d.model.scalar).map(|g| g.symbol);
    let met: FxHashSet<SymbolId> = arena.reachable(formulas).into_iter().filter_map(|id| arena.as_symbol(id)).collect();
    let free = |s: &SymbolId| met.contains(s) && !arena.info(*s).has("index");
    let symbols: Vec<SymbolId> = d.model.inputs.iter().copied().chain(upstream).filter(free).collect();
    let mut tried = Vec::new();
    for property in TRIED {
        for &symbol in &symbols {
            let info = arena.info(symbol);
            let square = matches!(info.shape.as_slice(), [.., rows, columns] if rows == columns);
            let fits = !info.shape.is_empty()
                && (square || !SQUARE_PROPERTIES.contains(&property))
                && unfit(property, &info.shape, &arena.dims).is_none()
                && !info.has(property)
                && (property != "sign" || symbol != of)
                && (property == "symmetric" || Some(symbol) != upstream);
            // an orthogonal matrix has orthonormal columns: one of the two is enough
            if fits && !(property == "orthonormal" && square) {
                tried.push(Condition::Property(symbol, property));
            }
        }
    }
    // the lengths themselves: 2*n is never 1
    let mut dims = Vec::new();
    for name in symbols.iter().flat_map(|s| arena.info(*s).shape.iter()).flat_map(|&dim| arena.dims.names_in(dim)) {
        if let Some(dim) = arena.dims.find(name).filter(|dim| !dims.contains(dim)) {
            dims.push(dim);
        }
    }
    tried.extend(dims.into_iter().map(Condition::One));
    tried
}
