//! What is equal is right however it is written, and what differs never is.
//!
//! Gradients of the programs in `tests/gradients` are rewritten backwards, and changed in one place. A short run makes a thousand of each, about a minute;
//! `VERDICT_CASES=3000 cargo test --release --test verdicts` makes a long one.

use pullback::claim::{Chain, Condition, Judged, Options, Proof, Verdict, judge};
use pullback::derive::{Derivation, derive};
use pullback::expr::{Arena, Args, Constant, Id, Number, Op};
use pullback::formula::{self, Charset};
use pullback::numeric::{Array, Domain, Sample};
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;
use std::collections::HashMap;

const OPERATIONS: &str = include_str!("gradients/operations.txt");
const TEXTBOOK: &str = include_str!("gradients/textbook.txt");
/// How many claims of each kind a short run makes.
const SHORT: usize = 1_000;

fn cases() -> usize {
    std::env::var("VERDICT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(SHORT)
}

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % count.max(1) as u64) as usize
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.below(from.len())].clone())
    }

    fn shuffled<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

fn programs() -> Vec<&'static str> {
    let own = |line: &&str| !line.is_empty() && !line.starts_with(['#', '[', ' ']);
    TEXTBOOK.lines().chain(OPERATIONS.lines()).filter(own).collect()
}

fn derived(program: &str) -> Option<Derivation> {
    derive(infer(&parse(program).ok()?, program, Lengths::Declared).ok()?, None).ok()
}

fn flip(arena: &mut Arena, x: Id) -> Id {
    let rank = arena.shape(x).len() as u8;
    let mut order: Vec<u8> = (0..rank).collect();
    order.swap(rank as usize - 1, rank as usize - 2);
    arena.intern(Op::Permute(order.into_iter().collect()), Args::from_slice(&[x]))
}

fn node(arena: &mut Arena, op: Op, args: &[Id]) -> Id {
    arena.intern(op, Args::from_slice(args))
}

fn scaled(arena: &mut Arena, number: Number, x: Id) -> Id {
    node(arena, Op::Add([number].into_iter().collect()), &[x])
}

/// `root` with `new` where `old` stands.
fn replaced(arena: &mut Arena, root: Id, old: Id, new: Id) -> Id {
    let mut map: HashMap<Id, Id> = HashMap::from([(old, new)]);
    for id in arena.reachable(&[root]) {
        if id != old {
            let args: Args = arena.args(id).iter().map(|arg| map[arg]).collect();
            let op = arena.op(id).clone();
            let same = args.as_slice() == arena.args(id);
            let after = if same { id } else { arena.intern(op, args) };
            map.insert(id, after);
        }
    }
    map[&root]
}

/// A node written otherwise; nothing where this way does not fit it.
fn otherwise(d: &mut Derivation, random: &mut Random, x: Id) -> Option<Id> {
    let arena = &mut d.algebra.arena;
    let args: Vec<Id> = arena.args(x).to_vec();
    let rank = arena.shape(x).len();
    let matrices = args.iter().all(|&a| arena.shape(a).len() == 2);
    let op = arena.op(x).clone();
    // `2 * inf - inf` is not `inf`
    if arena.reachable(&[x]).into_iter().any(|id| matches!(arena.op(id), Op::Constant(Constant::Infinity))) {
        return None;
    }
    match (random.below(12), op) {
        (0, _) if rank >= 2 => {
            let turned = flip(arena, x);
            Some(flip(arena, turned))
        }
        (1, _) => {
            let one = arena.number(Number::ONE);
            Some(node(arena, Op::Multiply, &[one, x]))
        }
        (2, _) => {
            let zero = arena.number(Number::ZERO);
            Some(node(arena, Op::Add([Number::ONE, Number::ONE].into_iter().collect()), &[x, zero]))
        }
        (3, _) => {
            let half = scaled(arena, Number::HALF, x);
            Some(scaled(arena, Number::integer(2), half))
        }
        (4, Op::Variable(symbol)) => {
            let assigned = d.model.statements.iter().find(|s| s.symbol == symbol).map(|s| s.value);
            assigned.or_else(|| d.gradients.iter().find(|g| g.symbol == symbol).map(|g| g.value)).filter(|value| *value != x)
        }
        (5, Op::Multiply) => {
            let mut args = args;
            random.shuffled(&mut args);
            Some(node(arena, Op::Multiply, &args))
        }
        (5, Op::Add(coefficients)) => {
            let mut terms: Vec<(Number, Id)> = coefficients.into_iter().zip(args).collect();
            random.shuffled(&mut terms);
            let (coefficients, args): (Vec<Number>, Vec<Id>) = terms.into_iter().unzip();
            Some(node(arena, Op::Add(coefficients.into_iter().collect()), &args))
        }
        (6, Op::MatMul) if matrices => {
            let turned: Vec<Id> = args.iter().rev().map(|&a| flip(arena, a)).collect();
            let product = node(arena, Op::MatMul, &turned);
            Some(flip(arena, product))
        }
        (7, Op::MatMul) if matrices && args.len() > 2 => {
            let rest = node(arena, Op::MatMul, &args[1..]);
            Some(node(arena, Op::MatMul, &[args[0], rest]))
        }
        (8, Op::MatMul) if args.len() == 2 && matrices => {
            let labels = |a: u8, b: u8| [a, b].into_iter().collect();
            Some(node(arena, Op::Einsum { inputs: vec![labels(0, 1), labels(1, 2)], output: labels(0, 2) }, &args))
        }
        (7 | 8, Op::MatMul) if args.len() == 2 && arena.shape(args[0]).len() == 2 && arena.shape(args[1]).len() == 1 => {
            let turned = flip(arena, args[0]);
            Some(node(arena, Op::MatMul, &[args[1], turned]))
        }
        (9, Op::MatMul) => {
            let mut args = args;
            args[0] = scaled(arena, Number::integer(3), args[0]);
            let product = node(arena, Op::MatMul, &args);
            Some(scaled(arena, Number::fraction(1, 3), product))
        }
        (10, Op::Multiply | Op::MatMul) => {
            let sum = args.iter().position(|&a| matches!(arena.op(a), Op::Add(c) if c.len() > 1))?;
            let Op::Add(coefficients) = arena.op(args[sum]).clone() else { return None };
            let terms: Vec<Id> = arena.args(args[sum]).to_vec();
            // what broadcasts among the terms stays in brackets
            if terms.iter().any(|&t| arena.shape(t) != arena.shape(args[sum])) {
                return None;
            }
            let products: Vec<Id> = terms
                .into_iter()
                .map(|term| {
                    let mut args = args.clone();
                    args[sum] = term;
                    node(arena, op_of(arena, x), &args)
                })
                .collect();
            Some(node(arena, Op::Add(coefficients), &products))
        }
        (11, _) => {
            let two = Number::integer(2);
            Some(node(arena, Op::Add([two, Number::MINUS_ONE].into_iter().collect()), &[x, x]))
        }
        _ => None,
    }
}

fn op_of(arena: &Arena, x: Id) -> Op {
    arena.op(x).clone()
}

/// A node with one mistake.
fn mistaken(d: &mut Derivation, random: &mut Random, x: Id) -> Option<Id> {
    let arena = &mut d.algebra.arena;
    let mut args: Vec<Id> = arena.args(x).to_vec();
    let shape = arena.shape(x).to_vec();
    let found = match (random.below(7), arena.op(x).clone()) {
        (0, Op::Permute(_)) => args[0],
        (1, Op::MatMul) => {
            args.swap(0, 1);
            if !args.iter().all(|&a| matches!(arena.shape(a), [n, m] if n == m)) {
                return None;
            }
            node(arena, Op::MatMul, &args)
        }
        (2, Op::Add(mut coefficients)) => {
            let at = random.below(coefficients.len());
            coefficients[at] = coefficients[at].times(random.pick(&[Number::MINUS_ONE, Number::HALF, Number::integer(2)])?);
            node(arena, Op::Add(coefficients), &args)
        }
        (3, Op::Add(mut coefficients)) if args.len() > 1 => {
            let at = random.below(args.len());
            args.remove(at);
            coefficients.remove(at);
            node(arena, Op::Add(coefficients), &args)
        }
        (4, Op::Multiply) if args.len() > 1 => {
            args.remove(random.below(args.len()));
            if args.len() == 1 { args[0] } else { node(arena, Op::Multiply, &args) }
        }
        (5, Op::Power(exponent)) => node(arena, Op::Power(exponent.plus(Number::ONE)), &args),
        (6, _) if matches!(shape.as_slice(), [n, m] if n == m) => flip(arena, x),
        (6, Op::Variable(_)) => {
            let inputs: Vec<Id> = d.model.inputs.iter().map(|&s| arena.variable(s)).collect();
            let others: Vec<Id> = inputs.into_iter().filter(|&v| v != x && arena.shape(v) == shape).collect();
            random.pick(&others)?
        }
        _ => return None,
    };
    (found != x && arena.shape(found) == shape).then_some(found)
}

type Change = fn(&mut Derivation, &mut Random, Id) -> Option<Id>;

/// A program with a claim: a gradient changed in so many places, and the two values.
struct Made {
    source: String,
    d: Derivation,
    value: Id,
    claimed: Id,
}

fn made(random: &mut Random, programs: &[&str], change: Change, times: usize) -> Option<Made> {
    let program = random.pick(programs)?;
    let mut d = derived(program)?;
    let gradients: Vec<_> = d.wanted().cloned().collect();
    let gradient = random.pick(&gradients)?;
    let value = gradient.value;
    let mut claimed = value;
    for _ in 0..times {
        let place = random.pick(&d.arena().reachable(&[claimed]))?;
        if let Some(new) = (0..8).find_map(|_| change(&mut d, random, place)) {
            claimed = replaced(&mut d.algebra.arena, claimed, place, new);
        }
    }
    if claimed == value {
        return None;
    }
    let name = d.arena().info(gradient.symbol).name.clone();
    let text = formula::text(d.arena(), claimed, Charset::Ascii);
    (text.len() < 2_000).then(|| Made { source: format!("{program}\n{name} = {text}"), d, value, claimed })
}

/// The largest difference of the two values at fresh draws, relative to the largest entry; nothing where there is no firm value.
fn difference(made: &Made) -> Option<f64> {
    let samples = Sample::several(&made.d, &[]);
    let mut largest: f64 = 0.0;
    let mut any = false;
    for (seed, sample) in samples.iter().enumerate() {
        for domain in [Domain::Normal, Domain::Positive, Domain::Unit, Domain::Definite] {
            let Some(fresh) = Sample::draw(&made.d, &sample.lengths, domain, 1_000 + seed as u64, &[]) else { continue };
            let (Some(one), Some(two)) = (fresh.value(made.d.arena(), made.value), fresh.value(made.d.arena(), made.claimed)) else {
                continue;
            };
            if one.shape() != two.shape() {
                return Some(f64::INFINITY);
            }
            let size = one.iter().chain(two.iter()).fold(1e-3, |size: f64, x| size.max(x.abs()));
            let apart = one.iter().zip(&two).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
            if size.is_finite() {
                (any, largest) = (true, largest.max(apart / size));
                break;
            }
        }
    }
    any.then_some(largest)
}

fn same(a: &Array, b: &Array) -> bool {
    let size = a.iter().chain(b).fold(1e-3, |size: f64, x| size.max(x.abs()));
    a.shape() == b.shape() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-7 * size)
}

/// Whether each step that is shown has the same value before and after, read from its text.
fn steps_hold(judged: &Judged) -> Result<(), String> {
    for judgement in &judged.judgements {
        let steps = match &judgement.verdict {
            Verdict::Right(Proof::Rewritten(steps)) => steps.clone(),
            Verdict::Right(Proof::Joined(Chain { claim, ours })) => [claim.as_slice(), ours].concat(),
            _ => vec![],
        };
        if steps.len() > 12 {
            return Err(format!("{} lines", steps.len()));
        }
        let case = &judged.cases[judgement.case];
        let arena = case.derivation.arena();
        for step in steps {
            for sample in &case.samples {
                let (before, after) = (sample.value(arena, step.before), sample.value(arena, step.after));
                if !matches!((&before, &after), (Some(one), Some(two)) if same(one, two)) {
                    let [one, two] = [step.before, step.after].map(|id| formula::text(arena, id, Charset::Ascii));
                    return Err(format!("{}: {one} is not {two}", step.rule));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn equivalent_forms_are_right() {
    let (programs, mut random) = (programs(), Random(7));
    let (mut done, mut by_numbers, mut undecided, mut failures) = (0, 0, 0, vec![]);
    while done < cases() {
        let times = 1 + random.below(5);
        let Some(made) = made(&mut random, &programs, otherwise, times) else { continue };
        if difference(&made).is_none_or(|apart| apart > 1e-9) {
            continue;
        }
        done += 1;
        match judge(&made.source, &Options::default()) {
            Err(wrong) => failures.push(format!("{}\n    {}", made.source, wrong[0].title)),
            Ok(judged) if matches!(judged.judgements[0].verdict, Verdict::Undecided(_)) => undecided += 1,
            Ok(judged) if !judged.all_hold() => failures.push(format!("{}\n    {}", made.source, judged.judgements[0].verdict.name())),
            Ok(judged) => {
                by_numbers += usize::from(matches!(judged.judgements[0].verdict, Verdict::Right(Proof::Numbers(_))));
                if let Err(error) = steps_hold(&judged) {
                    failures.push(format!("{}\n    {error}", made.source));
                }
                if std::env::var("VERDICT_SHOW").is_ok() && matches!(judged.judgements[0].verdict, Verdict::Right(Proof::Numbers(_))) {
                    println!("{}\n", made.source);
                }
            }
        }
    }
    println!("{by_numbers} of {done} by numbers alone, {undecided} undecided");
    assert!(undecided * 100 <= done, "{undecided} of {done} are undecided");
    assert!(failures.is_empty(), "{} of {done} failed\n{}", failures.len(), failures.join("\n"));
    assert!(by_numbers * 5 < done, "{by_numbers} of {done} are right by numbers alone");
}

/// How many of the mistakes that are named were made: deriving with one gives the claim, or the claim without it is the gradient.
fn named_truly(judged: &Judged) -> Result<usize, String> {
    let judgement = &judged.judgements[0];
    let case = &judged.cases[judgement.case];
    let arena = case.derivation.arena();
    let gradient = case.derivation.gradient(judgement.subject.of()).ok_or("no gradient")?;
    let alike = |one: Id, two: Id| {
        case.samples.iter().all(|sample| match (sample.value(arena, one), sample.value(arena, two)) {
            (Some(one), Some(two)) => same(&one, &two),
            _ => false,
        })
    };
    let mut named = 0;
    for cause in &judgement.causes {
        let derived = cause.derived.zip(judgement.claimed).map(|(derived, claimed)| alike(derived, claimed));
        let mended = cause.mended.map(|mended| alike(mended, gradient.value));
        match (derived, mended) {
            (Some(false), _) | (_, Some(false)) => return Err(format!("{}: {}", cause.mistake.name, cause.detail)),
            (None, None) => {}
            _ => named += 1,
        }
    }
    Ok(named)
}

#[test]
fn mutations_are_never_right() {
    let (programs, mut random) = (programs(), Random(11));
    let (mut done, mut failures, mut conditions, mut named) = (0, vec![], 0, 0);
    while done < cases() {
        let Some(made) = made(&mut random, &programs, mistaken, 1) else { continue };
        if difference(&made).is_none_or(|apart| apart < 1e-4) {
            continue;
        }
        done += 1;
        let Ok(judged) = judge(&made.source, &Options::default()) else { continue };
        // of a matrix that is diagonal, say, two gradients may differ and act alike
        let alike = |proof: &Proof| matches!(proof, Proof::Numbers(grounds) if grounds.alike);
        if judged.judgements.iter().any(|j| matches!(&j.verdict, Verdict::Right(proof) if !alike(proof))) {
            failures.push(made.source.clone());
        }
        match named_truly(&judged) {
            Ok(more) => named += more,
            Err(error) => failures.push(format!("{}\n    {error}", made.source)),
        }
        if let Verdict::OnlyIf(found) | Verdict::If(found) = &judged.judgements[0].verdict {
            conditions += 1;
            if let Some(Condition::Property(_, property)) = found.first() {
                if std::env::var("VERDICT_SHOW").is_ok() {
                    println!("{property}: {}\n", made.source);
                }
            }
        }
    }
    println!("{conditions} of {done} only on a condition; {named} mistakes named, each of them made");
    assert!(failures.is_empty(), "{} of {done} are right, or named a mistake that was not made\n{}", failures.len(), failures.join("\n"));
}
