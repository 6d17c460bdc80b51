//! Random programs composed of the whole table of operations agree with central differences.
//!
//! A short run has a fixed seed; `COMPOSE_CASES=5000 cargo test --release --test compose` makes a long one, with a seed of its own.

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use pullback::derive::derive;
use pullback::numeric::{self, CheckError};
use pullback::ops::{Meaning, entries};
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;
use std::cell::Cell;
use std::collections::BTreeMap;

const PIECES: &str = include_str!("gradients/pieces.txt");
/// How many programs a short run tries.
const SHORT: u32 = 160;

struct Piece {
    operation: &'static str,
    /// The shapes of `{x}` and `{y}`: a letter an axis; `*` is any shape.
    operands: Vec<&'static str>,
    template: &'static str,
    result: &'static str,
}

fn pieces() -> Vec<Piece> {
    let lines = PIECES.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [operation, operands, template, result] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
            Piece { operation, operands: operands.split(',').collect(), template, result }
        })
        .collect()
}

/// What the letters of patterns stand for.
type Bound = BTreeMap<char, char>;

fn fits(pattern: &str, shape: &str, bound: &mut Bound) -> bool {
    pattern.chars().count() == shape.len() && pattern.chars().zip(shape.chars()).all(|(p, s)| *bound.entry(p).or_insert(s) == s)
}

/// Which piece, and which of the values that fit.
type Step = (usize, usize, usize);

/// The program of these steps, and the operations in it.
fn written(pieces: &[Piece], steps: &[Step]) -> (String, Vec<&'static str>) {
    let mut values: Vec<(String, String)> = [("X", "nd"), ("W", "dn"), ("A", "nn"), ("T", "bnd"), ("x", "n"), ("v", "d"), ("U", "nd")]
        .map(|(name, shape)| (name.to_string(), shape.to_string()))
        .to_vec();
    let mut text = String::from("X, U: (n, d); W: (d, n); A: (n, n); T: (b, n, d); x: (n,); v: (d,); i: (n,)\n");
    let mut used = vec![];
    for (place, &(piece, one, two)) in steps.iter().enumerate() {
        let piece = &pieces[piece % pieces.len()];
        let candidates = |pattern: &str, bound: &Bound| -> Vec<(String, String)> {
            // the last values first, so that programs grow long rather than wide
            let fitting = values.iter().rev().filter(|(_, shape)| pattern == "*" || fits(pattern, shape, &mut bound.clone()));
            fitting.cloned().collect()
        };
        let mut bound = Bound::new();
        let found = candidates(piece.operands[0], &bound);
        let Some((x, shape)) = found.get(one % found.len().clamp(1, 3)).cloned() else { continue };
        fits(piece.operands[0], &shape, &mut bound);
        let mut expression = piece.template.replace("{x}", &x);
        if let Some(pattern) = piece.operands.get(1) {
            let mut found = candidates(pattern, &bound);
            found.retain(|(_, other)| *pattern != "*" || *other == shape);
            let Some((y, other)) = found.get(two % found.len().max(1)).cloned() else { continue };
            fits(pattern, &other, &mut bound);
            expression = expression.replace("{y}", &y);
        }
        for (letter, dim) in &bound {
            expression = expression.replace(&format!("{{{letter}}}"), &dim.to_string());
        }
        let result = if piece.result == "*" { shape } else { piece.result.chars().map(|c| bound[&c]).collect() };
        let name = format!("Y{place}");
        text.push_str(&format!("{name} = {expression}\n"));
        values.push((name, result));
        used.push(piece.operation);
    }
    let (last, _) = &values[values.len() - 1];
    (text + &format!("Z = tanh({last})\n"), used)
}

/// Whether the program has a gradient that agrees; programs without a finite or firm value say nothing.
fn agrees(program: &str) -> Result<bool, String> {
    let tree = parse(program).map_err(|found| format!("{found:?}"))?;
    let model = infer(&tree, program, Lengths::Declared).map_err(|fault| fault.to_string())?;
    let derivation = derive(model, None).map_err(|fault| fault.to_string())?;
    let lengths = [("n", 3), ("d", 4), ("b", 2)].map(|(name, length)| (name.to_string(), length));
    match numeric::check(&derivation, &lengths) {
        Ok(_) => Ok(true),
        Err(CheckError::NotFinite | CheckError::Coarse) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn every_operation_has_a_piece() {
    let pieces = pieces();
    let missing: Vec<&str> = entries()
        .iter()
        .filter(|entry| !matches!(entry.meaning, Meaning::Planned))
        .map(|entry| entry.names[0])
        .filter(|name| !pieces.iter().any(|piece| piece.operation == *name || piece.template.contains(&format!("{name}("))))
        .collect();
    assert!(missing.is_empty(), "no piece for {missing:?}");
}

#[test]
fn every_piece_alone_agrees() {
    let pieces = pieces();
    for (at, piece) in pieces.iter().enumerate() {
        let (program, used) = written(&pieces, &[(at, 0, 0)]);
        assert_eq!(used, [piece.operation], "nothing fits {}", piece.template);
        assert_eq!(agrees(&program), Ok(true), "{program}");
    }
}

#[test]
fn composed_programs_agree() {
    let long = std::env::var("COMPOSE_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        failure_persistence: None,
        rng_seed: if long.is_some() { RngSeed::Random } else { RngSeed::Fixed(3) },
        ..ProptestConfig::with_cases(long.unwrap_or(SHORT))
    };
    let pieces = pieces();
    let (tried, firm) = (Cell::new(0), Cell::new(0));
    let steps = prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>()), 1..6);
    let result = TestRunner::new(config).run(&steps, |steps| {
        let (program, _) = written(&pieces, &steps);
        match agrees(&program) {
            Ok(found) => {
                tried.set(tried.get() + 1);
                firm.set(firm.get() + i32::from(found));
                Ok(())
            }
            Err(error) => Err(TestCaseError::fail(format!("{error}\n{program}"))),
        }
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let (tried, firm) = (tried.get(), firm.get());
    assert!(firm * 10 > tried * 9, "only {firm} of {tried} programs could be checked");
}
