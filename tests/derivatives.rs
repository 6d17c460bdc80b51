//! Jacobians and Hessians of every program that the gradients are tested with: confirmed by numbers, and at one with both directions.

use pullback::answer::{Derivatives, Higher, Options, hessian, jacobian};
use pullback::formula::{self, Charset};
use pullback::numeric::{Array, Domain, Sample};

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
fn names_of_the_textbook_forms() {
    let text = |found: &Derivatives, k: usize| formula::text(found.derivation.arena(), found.found[k].derivative.value, Charset::Unicode);
    let found = hessian("f = sum((A @ x - y)**2)", &Options { wrt: Some(vec!["x".into()]), ..Options::default() }, &Higher::default());
    assert_eq!(text(&found.unwrap_or_else(|wrong| panic!("{}", titles(wrong))), 0), "2 * Aᵀ @ A");
}
