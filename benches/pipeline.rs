//! What a program costs, step by step, and how that grows with its length.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pullback::answer::{Answer, Explanation};
use pullback::derive::{Derivation, derive};
use pullback::formula::{self, Charset};
use pullback::numeric;
use pullback::page::{self, Parts};
use pullback::render::document::Document;
use pullback::render::terminal::{Style, render};
use pullback::shape::{Lengths, Model, infer};
use pullback::syntax::{Program, parse};
use std::fmt::Write;
use std::hint::black_box;

/// A program of the given length.
type Family = fn(usize) -> String;

/// `A1 = tanh(X @ W1); A2 = tanh(A1 @ W2); ...`
fn network(layers: usize) -> String {
    let mut source = String::from("X: (n, d)\n");
    let mut before = String::from("X");
    for layer in 1..=layers {
        let _ = writeln!(source, "A{layer} = tanh({before} @ W{layer})");
        before = format!("A{layer}");
    }
    source
}

/// `f = A1 @ X @ B1 + A2 @ X @ B2 + ...`
fn products(terms: usize) -> String {
    let terms: Vec<String> = (1..=terms).map(|k| format!("A{k} @ X @ B{k}")).collect();
    format!("Y = {}", terms.join(" + "))
}

/// `y = x1 + x2 + ...`
fn inputs(terms: usize) -> String {
    let terms: Vec<String> = (1..=terms).map(|k| format!("x{k}")).collect();
    format!("y = {}", terms.join(" + "))
}

fn read(source: &str) -> Program {
    parse(source).unwrap_or_else(|found| panic!("{found:?}"))
}

fn inferred(program: &Program, source: &str) -> Model {
    infer(program, source, Lengths::Declared).unwrap_or_else(|fault| panic!("{fault}"))
}

fn derived(model: Model) -> Derivation {
    derive(model, None).unwrap_or_else(|fault| panic!("{fault}"))
}

/// All gradients as text, those without intermediate ones included.
fn spelled(derivation: &Derivation) -> usize {
    let ids = derivation.gradients.iter().flat_map(|g| [Some(g.value), g.closed].into_iter().flatten());
    ids.map(|id| formula::text(derivation.arena(), id, Charset::Unicode).len()).sum()
}

/// What `--brief --no-check` shows, before it is drawn.
fn document(answer: &Answer) -> Document {
    page::explain(answer, Parts::BRIEF)
}

/// The answer without explanations and without a check.
fn brief(source: &str, derivation: Derivation) -> Answer {
    let explanations = derivation.gradients.iter().map(|_| Explanation::Nothing).collect();
    Answer { program: source.into(), derivation, explanations, dims: vec![], agreement: None }
}

fn pipeline(c: &mut Criterion) {
    let families: [(&str, Family); 3] = [("network", network), ("products", products), ("inputs", inputs)];
    for (name, family) in families {
        let mut group = c.benchmark_group(name);
        group.sample_size(10);
        for size in [10, 100, 1_000, 10_000] {
            let source = family(size);
            let program = read(&source);
            let model = inferred(&program, &source);
            let derivation = derived(model.clone());
            group.throughput(Throughput::Elements(size as u64));
            group.bench_with_input(BenchmarkId::new("infer", size), &size, |b, _| b.iter(|| inferred(black_box(&program), &source)));
            group.bench_with_input(BenchmarkId::new("derive", size), &size, |b, _| {
                b.iter_batched(|| model.clone(), derived, BatchSize::LargeInput);
            });
            group.bench_with_input(BenchmarkId::new("spell", size), &size, |b, _| b.iter(|| spelled(black_box(&derivation))));
            group.bench_with_input(BenchmarkId::new("parse", size), &size, |b, _| b.iter(|| read(black_box(&source))));
            if size <= 1_000 || name == "network" {
                group.bench_with_input(BenchmarkId::new("check", size), &size, |b, _| {
                    b.iter(|| numeric::check(black_box(&derivation), &[]))
                });
            }
            let answer = brief(&source, derivation);
            let page = document(&answer);
            let style = Style { width: 80, charset: Charset::Unicode, color: false };
            group.bench_with_input(BenchmarkId::new("page", size), &size, |b, _| b.iter(|| document(black_box(&answer))));
            group.bench_with_input(BenchmarkId::new("render", size), &size, |b, _| b.iter(|| render(black_box(&page), &style)));
        }
        group.finish();
    }
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
