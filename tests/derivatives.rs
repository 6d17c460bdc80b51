//! Jacobians and Hessians of every program that the gradients are tested with: confirmed by numbers, and at one with both directions.

use pullback::answer::{Derivatives, Higher, Options, answer, hessian, jacobian};
use pullback::claim::{self, Proof, Verdict, judge};
use pullback::derive::{Derivation, Map};
use pullback::expr::{Contraction, Id, Number, SymbolId};
use pullback::formula::{self, Charset};
use pullback::numeric::{Array, Domain, Evaluator, Random, Sample};
use pullback::rewrite::Algebra;
use rustc_hash::FxHashMap;

const OPERATIONS: &str = include_str!("gradients/operations.txt");
const TEXTBOOK: &str = include_str!("gradients/textbook.txt");

/// One in so many programs is taken, each test others: all of them take minutes, and `PULLBACK_EVERY=1` asks for that.
const EVERY: usize = 6;

/// Programs of the lists, from a place on.
fn programs(from: usize) -> Vec<&'static str> {
    let plain = |line: &&str| !line.is_empty() && !line.starts_with(['#', ' ', '[']);
    let every = std::env::var("PULLBACK_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(EVERY);
    OPERATIONS.lines().chain(TEXTBOOK.lines()).filter(plain).skip(from % every).step_by(every).collect()
}

fn options(unchecked: bool) -> Options {
    Options { unchecked, ..Options::default() }
}

fn titles(wrong: Vec<pullback::diagnostic::Diagnostic>) -> String {
    wrong.iter().map(|d| format!("{} {}", d.code, d.title)).collect::<Vec<_>>().join("; ")
}

/// Programs that have no such derivative, by what the diagnostic says; all others must have one.
fn refused(code: &str) -> bool {
    ["E0501", "E0503", "E0504", "E0505", "E0506", "E0507"].contains(&code)
}

fn all(
    derive: fn(&str, &Options, &Higher) -> Result<Derivatives, Vec<pullback::diagnostic::Diagnostic>>,
    from: usize,
) -> (usize, Vec<String>) {
    let (mut confirmed, mut failures) = (0, vec![]);
    for program in programs(from) {
        match derive(program, &options(false), &Higher { along: Some("v".into()), ..Higher::default() }) {
            Ok(found) => confirmed += usize::from(found.agreement.is_some()),
            Err(wrong) if wrong.iter().all(|d| refused(d.code)) => {}
            Err(wrong) => failures.push(format!("{program}: {}", titles(wrong))),
        }
    }
    (confirmed, failures)
}

#[test]
fn jacobians_agree_with_central_differences() {
    let (confirmed, failures) = all(jacobian, 0);
    assert!(failures.is_empty(), "{} of {confirmed}\n{}", failures.len(), failures.join("\n"));
    assert!(confirmed > 120, "{confirmed}");
}

#[test]
fn hessians_agree_with_central_differences_of_the_gradient() {
    let (confirmed, failures) = all(hessian, 1);
    assert!(failures.is_empty(), "{} of {confirmed}\n{}", failures.len(), failures.join("\n"));
    assert!(confirmed > 30, "{confirmed}");
}

/// The map's parts with one more factor, summed up: paired with what arrives from above, or acting on a direction.
fn contracted(algebra: &mut Algebra, map: &Map, with: Id, from_the_left: bool) -> Id {
    let terms = map.parts.iter().map(|part| {
        let (own, output) = if from_the_left { (&part.out, &part.of) } else { (&part.of, &part.out) };
        let factors = [(with, own.clone())].into_iter().chain(part.factors.iter().cloned()).collect();
        let lengths = part.lengths.clone();
        algebra.tensor(Contraction { coefficient: part.coefficient, factors, output: output.clone(), lengths })
    });
    let terms: Vec<(Number, Id)> = terms.collect::<Vec<_>>().into_iter().map(|id| (Number::ONE, id)).collect();
    let shape = if from_the_left { map.of.clone() } else { map.out.clone() };
    let sum = if terms.is_empty() { algebra.zeros(&shape) } else { algebra.add(&terms) };
    algebra.broadcast_to(sum, &shape)
}

/// The same meeting in formulas. What the pairing from the left leaves is a right claim on the gradient, mostly by rules and not by numbers
/// alone; what is left from the right is often the very node that the forward direction derived.
#[test]
fn pairings_are_the_formulas_of_each_direction() {
    let (mut compared, mut proved, mut same) = (0, 0, 0);
    for program in programs(3) {
        let Ok(mut found) = jacobian(program, &options(true), &Higher { along: Some("v".into()), ..Higher::default() }) else { continue };
        let ([known], [(_, direction)]) = (found.found.as_slice(), found.directions.as_slice()) else { continue };
        let (d, map) = (&mut found.derivation, &known.derivative.map);
        if d.model.scalar {
            continue;
        }
        let above = d.gradient(d.model.output).expect("what arrives").symbol;
        let [above, direction] = [above, *direction].map(|symbol| d.algebra.arena.variable(symbol));
        let left = contracted(&mut d.algebra, map, above, true);
        let gradient = d.arena().info(d.gradient(known.derivative.below).expect("a gradient").symbol).name.clone();
        let claim = format!("{program}\n{gradient} = {}", formula::text(d.arena(), left, Charset::Ascii));
        same += usize::from(contracted(&mut d.algebra, map, direction, false) == found.actions[0].value);
        let judged = judge(&claim, &claim::Options::default()).unwrap_or_else(|wrong| panic!("{claim}: {}", titles(wrong)));
        match &judged.judgements[0].verdict {
            Verdict::Right(Proof::Numbers(_)) => {}
            Verdict::Right(_) => proved += 1,
            wrong => panic!("{claim}: {}", wrong.name()),
        }
        compared += 1;
    }
    println!("{compared} compared: {proved} proved from the left, {same} the same node from the right");
    assert!(compared > 60 && 2 * proved > compared && 3 * same > compared, "{compared} {proved} {same}");
}

/// Forward and backward differentiation meet in the Jacobian: paired from the left it is the gradient, from the right the pushed-forward
/// change of the output.
#[test]
fn a_jacobian_paired_from_either_side_is_what_each_direction_derives() {
    let mut met = 0;
    for program in programs(2) {
        let Ok(found) = jacobian(program, &options(true), &Higher { along: Some("v".into()), ..Higher::default() }) else { continue };
        let d = &found.derivation;
        let arena = d.arena();
        let nodes = arena.symbols.iter().map(|s| s.shape.as_slice()).collect::<Vec<_>>();
        let Some(lengths) = pullback::numeric::choose_lengths(arena, &nodes, &[]) else { continue };
        let Some(mut sample) = Domain::TRIED.into_iter().find_map(|domain| Sample::draw(d, &lengths, domain, 5, &[])) else { continue };
        let mut random = pullback::numeric::Random::new(3);
        for &(input, direction) in &found.directions {
            let value = random.array(sample.values[&input].shape(), Domain::Normal);
            sample.values.insert(direction, value);
        }
        let upstream = sample.values[&d.gradient(d.model.output).expect("what arrives").symbol].clone();
        let mut pushed = Array::zeros(upstream.raw_dim());
        for known in &found.found {
            let Some(value) = sample.value(arena, known.derivative.value) else { continue };
            let (out, below) = (upstream.len(), sample.values[&known.derivative.below].clone());
            let matrix = value.to_shape((out, below.len())).expect("both axes").to_owned();
            let gradient = &sample.values[&d.gradient(known.derivative.below).expect("a gradient").symbol];
            for (column, wanted) in gradient.iter().enumerate() {
                let paired: f64 = matrix.column(column).iter().zip(&upstream).map(|(j, g)| j * g).sum();
                assert!((paired - wanted).abs() <= 1e-8 * wanted.abs().max(1.0), "{program}: from the left {paired}, backward {wanted}");
            }
            let direction = found.directions.iter().find(|(input, _)| *input == known.derivative.below).expect("a direction").1;
            let moved = &sample.values[&direction];
            for (row, to) in pushed.iter_mut().enumerate() {
                *to += matrix.row(row).iter().zip(moved).map(|(j, v)| j * v).sum::<f64>();
            }
        }
        if let Some(forward) = found.actions.first().and_then(|action| sample.value(arena, action.value)) {
            for (paired, wanted) in pushed.iter().zip(&forward) {
                assert!((paired - wanted).abs() <= 1e-8 * wanted.abs().max(1.0), "{program}: from the right {paired}, forward {wanted}");
            }
            met += 1;
        }
    }
    assert!(met > 120, "{met}");
}

#[test]
fn deltas_end_as_identities_diagonals_traces_and_lengths() {
    for line in include_str!("derivatives/deltas.txt").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(" | ").collect();
        let (kind, wrt) = fields[0].split_once(' ').expect("what is differentiated by what");
        let derive = if kind == "hessian" { hessian } else { jacobian };
        let options = Options { wrt: Some(vec![wrt.into()]), ..options(false) };
        let found = derive(fields[1], &options, &Higher::default()).unwrap_or_else(|wrong| panic!("{line}: {}", titles(wrong)));
        assert_eq!(formula::text(found.derivation.arena(), found.found[0].derivative.value, Charset::Ascii), fields[2], "{line}");
        assert!(found.agreement.is_some(), "{line}");
    }
}

/// The values of a program's statements, whatever they are.
fn evaluated(d: &Derivation, lengths: &FxHashMap<String, usize>, values: &mut FxHashMap<SymbolId, Array>) {
    for statement in &d.model.statements {
        let schedule = d.arena().reachable(&[statement.value]);
        let value = Evaluator::new(d.arena(), lengths).value(&schedule, values).expect("a value");
        values.insert(statement.symbol, value);
    }
}

#[test]
fn gradients_are_numbers_where_a_branch_that_is_not_taken_has_none() {
    for line in include_str!("derivatives/conditions.txt").lines().filter(|line| !line.starts_with('#')) {
        let (program, entries) = line.split_once(" | ").expect(line);
        let entries: Vec<f64> = entries.split_whitespace().map(|number| number.parse().expect(line)).collect();
        let answer = answer(program, &options(true)).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"));
        let d = &answer.derivation;
        let arena = d.arena();
        let lengths: FxHashMap<String, usize> = ["n", "d", "m"].map(|name| (name.to_string(), entries.len())).into_iter().collect();
        let mut random = Random::new(7);
        let mut values: FxHashMap<SymbolId, Array> = FxHashMap::default();
        for &input in &d.model.inputs {
            let info = arena.info(input);
            let shape: Vec<usize> = info.shape.iter().map(|_| entries.len()).collect();
            values.insert(input, random.input(info, &shape, Domain::Normal));
        }
        let x = d.find("x").expect(line);
        let point = Array::from_shape_vec(vec![entries.len()], entries.clone()).expect(line);
        values.insert(x, point.clone());
        let inputs = values.clone();
        evaluated(d, &lengths, &mut values);
        let upstream = random.array(values[&d.model.output].shape(), Domain::Normal);
        let upstream = if d.model.scalar { Array::ones(upstream.raw_dim()) } else { upstream };
        let slope = |at: usize| {
            let objective = |step: f64| -> f64 {
                let mut moved = inputs.clone();
                let mut there = point.clone();
                there[at] += step;
                moved.insert(x, there);
                evaluated(d, &lengths, &mut moved);
                moved[&d.model.output].iter().zip(&upstream).map(|(y, g)| y * g).sum()
            };
            // a place on the border of what has a value is left to the inside
            let (ahead, behind) = (objective(1e-6), objective(-1e-6));
            if behind.is_nan() { (ahead - objective(0.0)) / 1e-6 } else { (ahead - behind) / 2e-6 }
        };
        let evaluator = Evaluator::new(arena, &lengths);
        for gradient in &d.gradients {
            let value = match gradient.of == d.model.output {
                true => upstream.clone(),
                false => evaluator.value(&arena.reachable(&[gradient.value]), &values).expect(line),
            };
            values.insert(gradient.symbol, value.clone());
            if gradient.of != x {
                continue;
            }
            let closed = gradient.closed.map(|closed| evaluator.value(&arena.reachable(&[closed]), &values).expect(line));
            for found in [Some(value), closed].into_iter().flatten() {
                for (at, found) in found.iter().enumerate() {
                    let wanted = slope(at);
                    assert!((found - wanted).abs() < 1e-5 * wanted.abs().max(1.0), "{program}: at {at} {found}, by differences {wanted}");
                }
            }
        }
    }
}
