//! Every rule that states a transpose states the right one: `⟨L x, y⟩ = ⟨x, L' y⟩` at random shapes, for every call that the cases of
//! the table make.

use pullback::derive::{Differential, derive};
use pullback::expr::{Arena, Args, Id, Op, Symbol, SymbolId, SymbolKind};
use pullback::numeric::{Array, Domain, Evaluator, Random, choose_lengths};
use pullback::ops::{self, Meaning, Rule};
use pullback::rewrite::Algebra;
use pullback::shape::{Lengths, Shape, infer};
use pullback::syntax::parse;
use std::collections::{BTreeMap, HashMap};

const OPERATIONS: &str = include_str!("gradients/operations.txt");
/// How often the lengths are drawn for each call.
const DRAWS: u64 = 6;

fn is_linear(rule: Rule) -> bool {
    matches!(rule, Rule::Transpose(_) | Rule::Parts(_) | Rule::Linear(_))
}

fn variable(algebra: &mut Algebra, shape: &Shape) -> (SymbolId, Id) {
    let (kind, shape) = (SymbolKind::Input, shape.clone());
    let symbol = algebra.arena.symbol(Symbol { name: "v".into(), kind, shape, properties: vec![], span: Default::default() });
    (symbol, algebra.arena.variable(symbol))
}

/// Random lengths for which the nodes have values.
fn lengths(arena: &Arena, random: &mut Random) -> Option<HashMap<String, usize>> {
    let shapes: Vec<_> = arena.symbols.iter().map(|s| s.shape.as_slice()).collect();
    let names: Vec<String> = shapes.iter().copied().flatten().flat_map(|&dim| arena.dims.names_in(dim)).map(String::from).collect();
    let given: Vec<(String, usize)> = names.into_iter().map(|name| (name, random.uniform(1.0, 7.0) as usize)).collect();
    Some(choose_lengths(arena, &shapes, &given)?.into_iter().collect())
}

fn inner(a: &Array, b: &Array) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// How often the two sides agreed; an error where they did not.
fn agreements(algebra: &mut Algebra, node: Id, place: usize) -> Result<usize, String> {
    let Op::Call(function, attributes) = algebra.arena.op(node).clone() else { return Ok(0) };
    let shape = |algebra: &Algebra, id: Id| Shape::from(algebra.arena.shape(id));
    let mut operands: Args = algebra.arena.args(node).iter().copied().collect();
    let own = shape(algebra, operands[place]);
    let (x, x_leaf) = variable(algebra, &own);
    for k in 0..operands.len() {
        let others = shape(algebra, operands[k]);
        if k == place {
            operands[k] = x_leaf;
        } else if is_linear(function.whole().rule(k)) && !matches!(function.whole().rule(k), Rule::Transpose(_)) {
            operands[k] = algebra.zeros(&others);
        }
    }
    let linear = algebra.arena.intern(Op::Call(function, attributes), operands);
    let above = shape(algebra, linear);
    let (y, y_leaf) = variable(algebra, &above);
    let found = Differential::default().reverse(algebra, linear, y_leaf, &|symbol| symbol == x).map_err(|fault| fault.to_string())?;
    let terms: Vec<_> = found.iter().flat_map(|(_, found)| found).map(|c| (pullback::expr::Number::ONE, c.value)).collect();
    let back = if terms.is_empty() { algebra.zeros(&own) } else { algebra.add(&terms) };
    let arena = &algebra.arena;
    let schedules = [arena.reachable(&[linear]), arena.reachable(&[back])];
    let places = arena.places(schedules[0].iter().copied());
    let mut count = 0;
    for seed in 0..DRAWS {
        let mut random = Random::new(seed);
        let Some(lengths) = lengths(arena, &mut random) else { continue };
        let lengths = lengths.into_iter().collect();
        let evaluator = Evaluator::new(arena, &lengths);
        let mut values = rustc_hash::FxHashMap::default();
        for symbol in schedules.iter().flatten().filter_map(|&id| arena.as_symbol(id)) {
            let shape = evaluator.shape(&arena.info(symbol).shape).ok_or("a shape without lengths")?;
            let limit = places.get(&symbol).and_then(|dims| dims.iter().filter_map(|&dim| evaluator.length(dim)).min());
            values.entry(symbol).or_insert_with(|| match limit {
                Some(limit) => random.places(&shape, limit),
                None => random.input(arena.info(symbol), &shape, Domain::Normal),
            });
        }
        let value = |schedule: &[Id]| evaluator.value(schedule, &values).ok_or("no value");
        let (forth, back) = (value(&schedules[0])?, value(&schedules[1])?);
        let zero = Array::zeros(back.raw_dim());
        let (one, two) = (inner(&forth, values.get(&y).unwrap_or(&forth)), inner(&back, values.get(&x).unwrap_or(&zero)));
        if (one - two).abs() > 1e-9 * (1.0 + one.abs()) {
            return Err(format!("{one} is not {two} with {lengths:?}"));
        }
        count += 1;
    }
    Ok(count)
}

#[test]
fn every_transpose_is_the_adjoint_of_its_function() {
    let mut seen: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    let mut failures = vec![];
    let examples = ops::entries().iter().map(|entry| entry.example);
    let cases = OPERATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
    for program in cases.chain(examples).filter(|program| !program.is_empty()) {
        let Ok(tree) = parse(program) else { continue };
        // what does not pass is another test's business
        let Ok(Ok(derivation)) = infer(&tree, program, Lengths::Declared).map(|model| derive(model, None)) else { continue };
        // convolutions stand in gradients only
        let convolved = derivation.gradients.iter().filter_map(|gradient| gradient.convolved);
        let roots: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).chain(convolved).collect();
        let mut algebra = derivation.algebra;
        for node in algebra.arena.reachable(&roots) {
            let Op::Call(function, _) = algebra.arena.op(node).clone() else { continue };
            for place in 0..algebra.arena.args(node).len() {
                if !is_linear(function.whole().rule(place)) {
                    continue;
                }
                let name = function.entry().names[0];
                match agreements(&mut algebra, node, place) {
                    Ok(count) => *seen.entry((name, place)).or_default() += count,
                    Err(error) => failures.push(format!("{program}\n    `{name}`, operand {place}: {error}")),
                }
            }
        }
    }
    for entry in ops::entries() {
        let Meaning::Whole(whole) = &entry.meaning else { continue };
        for place in (0..whole.rules.len()).filter(|&place| is_linear(whole.rules[place])) {
            if seen.get(&(entry.names[0], place)).is_none_or(|count| *count < 2) {
                failures.push(format!("`{}`, operand {place}: never tried", entry.names[0]));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}
