//! Small examples, written out entry by entry: of every operation, and the gradient that they add up to against its formula, in numbers.

use pullback::answer::{Answer, Explanation, Options, answer};
use pullback::derive::UseExplanation;
use pullback::explicit::{Explicit, Factor, NotExplicit, Polynomial, explicit};
use pullback::numeric::{Array, Domain, Sample, choose_lengths};
use pullback::ops::{self, Call};
use std::collections::BTreeSet;

const OPERATIONS: &str = include_str!("gradients/operations.txt");
const TEXTBOOK: &str = include_str!("gradients/textbook.txt");

/// Those that are not written out: how a power or an exponential of a matrix changes is no sum over entries.
const REFUSED: [&str; 4] = ["expm", "expm_frechet", "matpow", "matpow_frechet"];

/// Every program with the operation that it is there for; those of textbooks have none.
fn programs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut heading = "";
    let operations = OPERATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(move |line| {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => {
                heading = name;
                None
            }
            None => Some((heading, line)),
        }
    });
    let textbook = TEXTBOOK.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' ']));
    operations.chain(textbook.map(|line| ("", line)))
}

fn answered(program: &str) -> Answer {
    let options = Options { unchecked: true, ..Options::default() };
    answer(program, &options).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"))
}

/// A factor in numbers.
fn number(answer: &Answer, sample: &Sample, factor: &Factor) -> Option<f64> {
    let arena = answer.derivation.arena();
    match factor {
        Factor::Entry((symbol, place)) => sample.values.get(symbol)?.get(place.as_slice()).copied(),
        Factor::Of(id, place) => sample.value(arena, *id)?.get(place.as_slice()).copied(),
        Factor::Inverse(id, place) => {
            let matrix = sample.value(arena, *id)?;
            let inverse = (ops::find("inv")?.whole().value.float)(&Call { args: &[&matrix], settings: &[], shape: matrix.shape() })?;
            inverse.get(place.as_slice()).copied()
        }
        Factor::Sum(_) | Factor::Apply(..) => None,
    }
}

/// Whether entries have these values.
fn agree(answer: &Answer, sample: &Sample, entries: &[Polynomial], wanted: &Array) -> bool {
    let largest = wanted.iter().fold(1.0, |largest: f64, x| largest.max(x.abs()));
    let close = |(sum, wanted): (&Polynomial, &f64)| {
        let found = sum.value(&|factor| number(answer, sample, factor));
        found.is_some_and(|found| (found - wanted).abs() <= 1e-8 * largest)
    };
    entries.len() == wanted.len() && entries.iter().zip(wanted).all(close)
}

/// A draw of the whole program at the lengths of the example.
fn drawn(answer: &Answer, found: &Explicit) -> Option<Sample> {
    let arena = answer.derivation.arena();
    let shapes: Vec<_> = arena.symbols.iter().map(|symbol| symbol.shape.as_slice()).collect();
    let lengths = choose_lengths(arena, &shapes, &found.lengths)?;
    Domain::TRIED
        .into_iter()
        .flat_map(|domain| [1, 2].map(|seed| (domain, seed)))
        .find_map(|(domain, seed)| Sample::draw(&answer.derivation, &lengths, domain, seed, &[]))
}

/// What was written out of one program, or refused.
fn examples(answer: &Answer) -> impl Iterator<Item = (&UseExplanation, Result<Explicit, NotExplicit>)> {
    let explained = answer.derivation.gradients.iter().zip(&answer.explanations);
    explained.flat_map(move |(gradient, explanation)| {
        let uses = if let Explanation::Uses(uses) = explanation { uses.as_slice() } else { &[] };
        uses.iter().map(move |used| (used, explicit(&answer.derivation, gradient.of, used, &[])))
    })
}

#[test]
fn every_operation_is_written_out() {
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    let mut written: BTreeSet<&str> = BTreeSet::new();
    let (mut count, mut long) = (0, 0);
    for (operation, program) in programs() {
        missing.insert(operation);
        let answer = answered(program);
        for (used, found) in examples(&answer) {
            let found = match found {
                Ok(found) => found,
                Err(NotExplicit::TooLong) => {
                    long += 1;
                    continue;
                }
                Err(NotExplicit::NoEntries(function)) if REFUSED.contains(&function) => continue,
                Err(why) => panic!("{program}: {why}"),
            };
            written.insert(operation);
            let sample = drawn(&answer, &found).unwrap_or_else(|| panic!("{program}: no value at {:?}", found.lengths));
            let wanted = sample.value(answer.derivation.arena(), used.total).expect("the gradient has a value");
            if !found.paired.is_empty() {
                assert!(agree(&answer, &sample, &found.paired, &wanted), "{program}");
                count += 1;
            }
        }
    }
    // what has no gradient has nothing to write out
    missing.retain(|operation| !written.contains(operation) && !REFUSED.contains(operation));
    assert_eq!(missing, BTreeSet::new());
    assert!(count > 1700 && long < 30, "{count} gradients compared, {long} too long");
}

#[test]
fn refusals_name_their_reason() {
    let why = |program: &str| examples(&answered(program)).find_map(|(_, found)| found.err());
    assert_eq!(why("A: (n, n); Y = expm(A)"), Some(NotExplicit::NoEntries("expm_frechet")));
    assert_eq!(why("X: (20, 3); Y = X * X"), Some(NotExplicit::TooLong));
    assert_eq!(why("Y = X @ W"), None);
}

#[test]
fn what_is_equal_by_another_rounding_is_equal() {
    for program in ["X: (n, m); Y = max(degrees(X / 50), axis=0)", "X: (n, m); Y = X / 3 * (X / 3 == X / 3)"] {
        let answer = answered(program);
        assert!(examples(&answer).all(|(_, found)| found.is_ok()), "{program}");
    }
}
