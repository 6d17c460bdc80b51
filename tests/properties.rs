//! What holds for every program, expression and length.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use pullback::derive::derive;
use pullback::expr::{Arena, Args, Id, Number, Op, Symbol, SymbolId, SymbolKind};
use pullback::numeric::{self, Array, Evaluator, Random};
use pullback::ops::{self, Attribute, Cut};
use pullback::rewrite::Algebra;
use pullback::shape::{Dim, Dims, Lengths, Shape, infer};
use pullback::syntax::{Dialect, parse, parse_in};
use std::collections::{BTreeSet, HashMap};

mod programs {
    //! Random programs whose shapes fit, with a value of known shape after every step.

    use proptest::prelude::*;

    /// How one statement makes a value out of earlier ones; the numbers choose among those that fit.
    #[derive(Clone, Debug)]
    pub struct Step(pub u8, pub usize, pub usize, pub bool);

    pub fn steps() -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<bool>()).prop_map(|(a, b, c, d)| Step(a, b, c, d)), 1..7)
    }

    type Values = Vec<(String, Vec<char>)>;

    /// The program of these steps.
    pub fn written(steps: &[Step]) -> String {
        let mut values: Values = [("X", "nd"), ("W", "dn"), ("A", "nn"), ("T", "bnd"), ("x", "n"), ("v", "d"), ("alpha", "")]
            .into_iter()
            .map(|(name, shape)| (name.to_string(), shape.chars().collect()))
            .collect();
        let mut text = String::new();
        for (name, shape) in &values {
            let sides: Vec<String> = shape.iter().map(char::to_string).collect();
            text.push_str(&format!("{name}: ({}{})\n", sides.join(", "), if sides.len() == 1 { "," } else { "" }));
        }
        for (place, step) in steps.iter().enumerate() {
            let Some((value, shape)) = made(step, &values) else { continue };
            let name = format!("Y{place}");
            text.push_str(&format!("{name} = {value}\n"));
            values.push((name, shape));
        }
        // something to derive, whatever was drawn
        let last = values[values.len() - 1].0.clone();
        text + &format!("Z = tanh({last})\n")
    }

    fn made(Step(kind, one, two, flag): &Step, values: &Values) -> Option<(String, Vec<char>)> {
        // later values more often than early ones
        let pick = |n: usize| &values[values.len() - 1 - n % values.len().min(5 + n % 5)];
        let (x, shape) = pick(*one);
        let fitting = |fits: &dyn Fn(&[char]) -> bool| {
            let found: Vec<&(String, Vec<char>)> = values.iter().filter(|(_, s)| fits(s)).collect();
            (!found.is_empty()).then(|| found[two % found.len()])
        };
        let rank = shape.len();
        Some(match kind % 14 {
            12 if rank >= 1 => {
                let axis = two % rank;
                let name = ["roll(V, 1, axis=K)", "roll(V, -2, axis=K)", "cumsum(V, axis=K)", "flip(V, axis=K)"][one % 4];
                (name.replace('V', x).replace('K', &axis.to_string()), shape.clone())
            }
            13 if rank >= 1 => {
                let (y, _) = fitting(&|s| s == shape)?;
                let cut = if *flag { format!("{}:", shape[0]) } else { format!(":{}", shape[0]) };
                (format!("concat([{x}, {y}])[{cut}]"), shape.clone())
            }
            0 | 1 if rank == 2 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[1])?;
                (format!("{x} @ {y}"), vec![shape[0], other[1]])
            }
            2 if rank == 2 => {
                let (y, _) = fitting(&|s| s == [shape[1]])?;
                (format!("{x} @ {y}"), vec![shape[0]])
            }
            2 if rank == 1 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[0])?;
                (format!("{x} @ {y}"), vec![other[1]])
            }
            1 | 2 if rank == 3 => {
                let (y, other) = fitting(&|s| s.len() == 2 && s[0] == shape[2])?;
                (format!("{x} @ {y}"), vec![shape[0], shape[1], other[1]])
            }
            3 if rank >= 2 => {
                let mut turned = shape.clone();
                turned.swap(rank - 1, rank - 2);
                (format!("{x}.mT"), turned)
            }
            4 | 5 => {
                // an operand with fewer axes broadcasts
                let (y, _) = fitting(&|s| shape.ends_with(s))?;
                let sign = if *flag { "+" } else { "-" };
                (format!("{x} {sign} 2 * {y}"), shape.clone())
            }
            6 | 7 => {
                let (y, _) = fitting(&|s| shape.ends_with(s))?;
                (if *flag { format!("{x} * {y}") } else { format!("{x} / (2 + {y} * {y})") }, shape.clone())
            }
            8 if rank >= 1 => {
                let axis = two % rank;
                let mut rest = shape.clone();
                rest.remove(axis);
                (format!("{}({x}, axis={axis})", if *flag { "sum" } else { "mean" }), rest)
            }
            9 if rank >= 1 => {
                let axis = two % rank;
                (format!("{x} - mean({x}, axis={axis}, keepdims=True)"), shape.clone())
            }
            10 if rank == 1 => {
                let (y, other) = fitting(&|s| s.len() == 1)?;
                if *flag {
                    (format!("outer({x}, {y})"), vec![shape[0], other[0]])
                } else {
                    (format!("diag({x}) @ diag({x})"), vec![shape[0]; 2])
                }
            }
            10 if rank == 2 && shape[0] == shape[1] => {
                if *flag {
                    (format!("trace({x}) * {x}"), shape.clone())
                } else {
                    (format!("diag({x})"), vec![shape[0]])
                }
            }
            _ => (format!("{}({x})", ["tanh", "sigmoid", "sin", "softplus"][two % 4]), shape.clone()),
        })
    }
}

/// Names of lengths are single letters here.
const LENGTHS: [(&str, usize); 3] = [("n", 3), ("d", 4), ("b", 2)];

fn some_cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

/// Which operation on which nodes.
type Draw = (u8, usize, usize, i8);

/// An algebra with some inputs, and how to make further nodes out of earlier ones.
struct Pool {
    algebra: Algebra,
    nodes: Vec<Id>,
    inputs: Vec<SymbolId>,
}

impl Pool {
    fn new() -> Pool {
        let mut arena = Arena::default();
        let (n, d) = (arena.dims.named("n"), arena.dims.named("d"));
        let shapes: [(&str, &[Dim], &[&str]); 14] = [
            ("s", &[], &[]),
            ("x", &[n], &[]),
            ("v", &[d], &[]),
            ("X", &[n, d], &[]),
            ("W", &[d, n], &[]),
            ("A", &[n, n], &[]),
            ("S", &[n, n], &["symmetric"]),
            ("Q", &[n, n], &["orthogonal"]),
            ("R", &[Dim::ONE, d], &[]),
            ("P", &[n, n], &["posdef"]),
            ("L", &[n, n], &["lower"]),
            ("T", &[n, d], &["onehot"]),
            ("u", &[n], &["unit"]),
            ("g", &[d], &["sign"]),
        ];
        let mut inputs = vec![];
        for (name, shape, properties) in shapes {
            let properties = properties.iter().map(|p| (*p).into()).collect();
            let symbol =
                Symbol { name: name.into(), kind: SymbolKind::Input, shape: Shape::from(shape), properties, span: Default::default() };
            inputs.push(arena.symbol(symbol));
        }
        let mut nodes: Vec<Id> = inputs.iter().map(|&s| arena.variable(s)).collect();
        nodes.extend([0, 1, 2, -1].map(|value| arena.number(Number::integer(value))));
        nodes.push(arena.intern(Op::Eye(n), Args::new()));
        Pool { algebra: Algebra::new(arena), nodes, inputs }
    }

    fn shape(&self, id: Id) -> Shape {
        Shape::from(self.algebra.arena.shape(id))
    }

    /// An operation on earlier nodes, if the one that was drawn fits them.
    fn grown(&mut self, (kind, one, two, number): Draw) -> Option<(Op, Args)> {
        let pick = |n: usize| self.nodes[self.nodes.len() - 1 - n % self.nodes.len()];
        let (x, y) = (pick(one), pick(two));
        let (a, b) = (self.shape(x), self.shape(y));
        let broadcasts = a.iter().rev().zip(b.iter().rev()).all(|(p, q)| p == q || *p == Dim::ONE || *q == Dim::ONE);
        let pair: Args = [x, y].into_iter().collect();
        let single: Args = [x].into_iter().collect();
        let square = a.len() == 2 && a[0] == a[1];
        let of_matrix = |name: &str, attributes: &[Attribute]| ops::find(name).map(|function| Op::Call(function, attributes.into()));
        let axis = number.unsigned_abs() as usize;
        let function = |name: &str| ops::find(name).expect(name);
        let call = |name: &str, attributes: Vec<Attribute>| Op::Call(function(name), attributes.into());
        let axes = |axis: usize| Attribute::Axes([axis as u8].into_iter().collect());
        let dims = &mut self.algebra.arena.dims;
        Some(match kind % 28 {
            18 if !a.is_empty() => (call("flip", vec![axes(axis % a.len())]), single),
            19 if !a.is_empty() => {
                let shift = dims.integer(number.into());
                (call("roll", vec![Attribute::Length(shift), axes(axis % a.len())]), single)
            }
            20 if a.len() == b.len() && !a.is_empty() && a[1..] == b[1..] => (call("concat", vec![axes(0)]), pair),
            21 if !a.is_empty() => {
                // from 0 or 1 to the end or one before
                let cut = |k: usize, dims: &mut Dims| {
                    let (from, to) = if k == axis % a.len() && a[k] != Dim::ONE { (axis % 2, axis / 2 % 2) } else { (0, 0) };
                    let (start, behind) = (dims.integer(from as i64), dims.integer(to as i64));
                    let stop = dims.minus(a[k], behind);
                    Cut { start, stop, step: 1, count: dims.minus(stop, start) }
                };
                (call("slice", vec![Attribute::Cuts((0..a.len()).map(|k| cut(k, dims)).collect())]), single)
            }
            22 if !a.is_empty() => {
                let mut pair = |k: usize| (dims.integer(((axis >> k) % 2) as i64), dims.integer(((one >> k) % 2) as i64));
                (call("pad", vec![Attribute::Pairs((0..a.len()).map(&mut pair).collect())]), single)
            }
            23 if a.len() == 2 => {
                let shape =
                    if axis.is_multiple_of(2) { Shape::from_slice(&[dims.times(a[0], a[1])]) } else { Shape::from_slice(&[a[1], a[0]]) };
                (call("reshape", vec![Attribute::Lengths(shape)]), single)
            }
            0 | 1 if broadcasts => (Op::Add([Number::ONE, Number::integer(i64::from(number % 3))].into_iter().collect()), pair),
            2 | 3 if broadcasts => (Op::Multiply, pair),
            4 | 5 if !a.is_empty() && !b.is_empty() && a[a.len() - 1] == b[b.len().saturating_sub(2)] => (Op::MatMul, pair),
            6 if a.len() == 2 => (Op::Permute([1, 0].into_iter().collect()), single),
            7 if !a.is_empty() => (Op::Sum { axes: 1 << (axis % a.len()), keep: one % 2 == 0 }, single),
            8 if a.len() == 1 => (if axis.is_multiple_of(2) { Op::Diag } else { Op::Unsqueeze(1 + axis as u32 % 3 % 2) }, single),
            8 | 9 if a.len() == 2 && a[0] == a[1] => (if axis.is_multiple_of(2) { Op::Trace } else { Op::Diagonal }, single),
            10 if a.len() == 1 && b.len() == 1 => (Op::Outer, pair),
            11 => (Op::Power(Number::integer(i64::from(number % 3))), single),
            12 if broadcasts && b.len() >= a.len() && a.iter().rev().zip(b.iter().rev()).all(|(p, q)| p == q || *p == Dim::ONE) => {
                (Op::Broadcast(b), single)
            }
            12 if a.contains(&Dim::ONE) => (Op::Squeeze(1 << a.iter().position(|d| *d == Dim::ONE)?), single),
            13 => (Op::Add([Number::integer(i64::from(number % 4))].into_iter().collect()), single),
            14 => (Op::Apply(function(["abs", "sign", "relu", "sign"][axis % 4])), single),
            15 => {
                // the first node behind the inputs
                let zero = self.nodes[self.inputs.len()];
                (Op::Apply(function(["greater", "less_equal", "not_equal", "greater"][axis % 4])), [x, zero].into_iter().collect())
            }
            16 if broadcasts => (Op::Apply(function(["maximum", "equal", "less"][axis % 3])), pair),
            17 if !a.is_empty() => {
                let over =
                    if axis.is_multiple_of(3) { Attribute::None } else { Attribute::Axes([(axis % a.len()) as u8].into_iter().collect()) };
                (Op::Call(function(["max", "min", "prod"][two % 3]), vec![over].into()), single)
            }
            24 | 25 if square => (of_matrix(["inv", "pinv", "det", "expm", "logdet"][axis % 5], &[])?, single),
            26 if square && !b.is_empty() && b.len() <= 2 && b[0] == a[0] => (of_matrix("solve", &[])?, pair),
            26 if square => (of_matrix("matpow", &[Attribute::Number(Number::integer(i64::from(number % 4)))])?, single),
            27 if square && a == b => {
                (of_matrix("matpow_frechet", &[Attribute::Number(Number::integer(i64::from(number % 4).abs()))])?, pair)
            }
            27 if a.len() == 2 => {
                (of_matrix(["tril", "triu"][axis % 2], &[Attribute::Number(Number::integer(i64::from(number % 3)))])?, single)
            }
            _ => return None,
        })
    }

    /// Makes a further node; what each rule did on the way, and what all of them did together.
    fn grow(&mut self, draw: Draw) -> Vec<(&'static str, Id, Id)> {
        let Some((op, args)) = self.grown(draw) else { return vec![] };
        let raw = self.algebra.arena.intern(op.clone(), args.clone());
        let lengths = LENGTHS.iter().map(|(name, length)| (name.to_string(), *length)).collect();
        let entries = Evaluator::new(&self.algebra.arena, &lengths).shape(&self.shape(raw));
        // nothing is left of it, or too much
        if self.shape(raw).len() > 4 || entries.is_none_or(|shape| shape.contains(&0) || shape.iter().product::<usize>() > 4096) {
            return vec![];
        }
        self.algebra.start_trace();
        let after = self.algebra.make(op, args);
        self.nodes.push(after);
        let applications = self.algebra.take_trace().into_iter().map(|a| (a.rule, a.before, a.after));
        applications.chain([("all of them", raw, after)]).collect()
    }

    fn value(&self, id: Id, seed: u64) -> Option<Array> {
        let lengths = LENGTHS.iter().map(|(name, length)| (name.to_string(), *length)).collect();
        let arena = &self.algebra.arena;
        let evaluator = Evaluator::new(arena, &lengths);
        let mut random = Random::new(seed);
        let values = self.inputs.iter().map(|&input| {
            let info = arena.info(input);
            let shape = evaluator.shape(&info.shape).expect("named lengths");
            (input, random.input(info, &shape, numeric::Domain::Normal))
        });
        let (schedule, values) = (arena.reachable(&[id]), values.collect());
        // rounding grows with the largest value on the way
        let calls = schedule.iter().any(|id| matches!(arena.op(*id), Op::Call(..)));
        if calls && evaluator.largest(&schedule, &values)? > 1e4 {
            return None;
        }
        evaluator.value(&schedule, &values)
    }
}

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    prop::collection::vec(any::<Draw>(), 1..14)
}

/// Words in any order; operands and what stands between them in turn.
fn rows() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 1..16).prop_map(|words| words.concat());
    let pair = (prop::sample::select(OPERANDS), prop::sample::select(JOINTS)).prop_map(|(operand, joint)| format!("{operand}{joint}"));
    let sums = prop::collection::vec(pair, 0..6).prop_map(|pairs| format!("Y = {}X", pairs.concat()));
    prop_oneof![words, sums]
}

fn close(a: &Array, b: &Array) -> bool {
    let scale = a.iter().chain(b).fold(1.0f64, |worst, x| worst.max(x.abs()));
    a.shape() == b.shape() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-9 * scale)
}

proptest! {
    #![proptest_config(some_cases(192))]

    #[test]
    fn gradients_of_any_program_agree_with_central_differences(steps in programs::steps()) {
        let source = programs::written(&steps);
        let tree = parse(&source).expect("the generator writes the language");
        let model = infer(&tree, &source, Lengths::Declared).map_err(|fault| TestCaseError::fail(format!("{source}{fault}")))?;
        let derivation = derive(model, None).map_err(|fault| TestCaseError::fail(format!("{source}{fault}")))?;
        for gradient in &derivation.gradients {
            let arena = derivation.arena();
            prop_assert_eq!(arena.shape(gradient.value), arena.info(gradient.of).shape.as_slice(), "a gradient has its variable's shape");
        }
        if let Err(error) = numeric::check(&derivation, &[]) {
            return Err(TestCaseError::fail(format!("{source}{error}")));
        }
    }

    #[test]
    fn each_use_of_a_rule_keeps_the_value(draws in draws()) {
        let mut pool = Pool::new();
        for draw in draws {
            for (rule, before, after) in pool.grow(draw) {
                prop_assert_eq!(pool.shape(before), pool.shape(after), "{} keeps the shape", rule);
                // what is nearly singular has no value, and what is large was near it
                let Some(one) = pool.value(before, 7) else { continue };
                let Some(two) = pool.value(after, 7) else { continue };
                // a power of zero may be infinite on both sides
                if one.iter().chain(&two).all(|x| x.is_finite()) {
                    let show = |id: Id| pullback::formula::text(&pool.algebra.arena, id, pullback::formula::Charset::Ascii);
                    prop_assert!(close(&one, &two), "{}: {} is not {}", rule, show(before), show(after));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(some_cases(512))]

    #[test]
    fn no_text_makes_inference_panic(source in "[A-Zxyn0-3 @+*/=.,:;()\\[\\]'\"|&<>~-]{0,60}") {
        for tree in Dialect::ALL.into_iter().filter_map(|dialect| parse_in(&source, dialect).ok()) {
            let _ = infer(&tree, &source, Lengths::Declared).map(|model| derive(model, None).is_ok());
            let _ = infer(&tree, &source, Lengths::General);
        }
    }

    #[test]
    fn no_row_of_words_makes_inference_panic(source in rows()) {
        for tree in Dialect::ALL.into_iter().filter_map(|dialect| parse_in(&source, dialect).ok()) {
            let _ = infer(&tree, &source, Lengths::Declared).map(|model| derive(model, None).is_ok());
            let _ = infer(&tree, &source, Lengths::General);
        }
    }

    #[test]
    fn lengths_add_and_multiply_as_numbers_do(terms in prop::collection::vec((0..6usize, 0..6usize, any::<bool>()), 1..8), values in prop::array::uniform3(1..9usize)) {
        let mut dims = Dims::default();
        let mut made: Vec<(Dim, i64)> = ["n", "d", "m"].iter().zip(values).map(|(name, value)| (dims.named(name), value as i64)).collect();
        made.push((dims.integer(2), 2));
        for (one, two, product) in terms {
            let ((a, x), (b, y)) = (made[one % made.len()], made[two % made.len()]);
            let next = if product { (dims.times(a, b), x * y) } else { (dims.plus(a, b), x + y) };
            // the same in the other order, and taken back again
            let turned = if product { dims.times(b, a) } else { dims.plus(b, a) };
            prop_assert_eq!(next.0, turned);
            let listed = if product { dims.product([a, b]) } else { dims.sum([a, b]) };
            prop_assert_eq!(next.0, listed);
            if product {
                prop_assert!(dims.is_product(next.0, [a, b]));
            } else {
                prop_assert_eq!(dims.minus(next.0, b), a);
            }
            if next.1 < 1 << 30 {
                made.push(next);
            }
        }
        let lookup: HashMap<&str, usize> = ["n", "d", "m"].into_iter().zip(values).collect();
        for (dim, value) in made {
            prop_assert_eq!(dims.evaluate(dim, &|name| lookup.get(name).copied()), Some(value));
            prop_assert!(dims.unify(dim, dim));
        }
    }

    #[test]
    fn what_unifies_is_equal_and_stays_so(pairs in prop::collection::vec((0..8usize, 0..8usize, 0..3u8), 1..20)) {
        let mut dims = Dims::default();
        let (n, d) = (dims.named("n"), dims.named("d"));
        let mut atoms = vec![n, d, dims.integer(3)];
        atoms.extend((0..5).map(|_| dims.unknown()));
        let mut equal: Vec<(Dim, Dim)> = vec![];
        for (one, two, kind) in pairs {
            let (a, b) = (atoms[one], atoms[two]);
            let (left, right) = match kind {
                0 => (a, b),
                1 => (dims.times(n, a), dims.times(n, b)),
                _ => (dims.plus(a, d), dims.plus(b, d)),
            };
            if dims.unify(left, right) {
                equal.push((left, right));
            }
            for &(x, y) in &equal {
                prop_assert_eq!(dims.resolve(x), dims.resolve(y));
            }
            let (n_still, d_still) = (dims.resolve(n), dims.resolve(d));
            prop_assert_eq!((n_still, d_still), (n, d), "names are rigid");
        }
        for dim in atoms {
            let once = dims.resolve(dim);
            prop_assert_eq!(dims.resolve(once), once);
        }
    }
}

/// The same draws each time, so that what they reach can be counted.
fn sampled<T>(strategy: impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).filter_map(|_| strategy.new_tree(&mut runner).ok()).map(|tree| tree.current()).collect()
}

#[test]
fn the_random_expressions_reach_most_rules() {
    let mut rules = BTreeSet::new();
    for draws in sampled(draws(), 2000) {
        let mut pool = Pool::new();
        rules.extend(draws.into_iter().flat_map(|draw| pool.grow(draw)).map(|(rule, ..)| rule));
    }
    assert!(rules.len() > 38, "{} rules: {rules:#?}", rules.len());
}

/// Rules that random expressions seldom reach.
#[test]
fn rules_of_masks_and_axes_keep_the_value() {
    let programs = [
        ("Y = abs(X)**3 * sign(X) * Z", "abs(x) * sign(x) = x"),
        ("Y = X**2 * sign(X) * Z", "x * sign(x) = abs(x)"),
        ("Y = Z * relu(X) * (X > 0)", "relu(x) * (x > 0) = relu(x)"),
        ("Y = Z * maximum(0, X)**2 * where(X == 0, 1/2, X > 0)", "maximum(x, 0) * where(x == 0, 1/2, x > 0) = maximum(x, 0)"),
        ("Y = Z * prod_others(X, axis=1) / prod(X, axis=1, keepdims=True)", "prod_others(x) / prod(x) = 1 / x"),
        ("Y = prod_others(X) / prod(X)**2", "prod_others(x) / prod(x) = 1 / x"),
        ("y = sum((X - mean(X, axis=0)) @ X.T, axis=0)", "sum(A - mean(A)) = 0"),
        ("Y = Z * sinh(X) / cosh(X)", "sinh(x) / cosh(x) = tanh(x)"),
        ("Y = sin(X) / cos(X)**2", "sin(x) / cos(x) = tan(x)"),
        ("Y = Z * exp(X) / (1 + exp(X))**2", "exp(x) / (1 + exp(x)) = sigmoid(x)"),
        ("Y = Z * (-2 * X >= 0)", "(c x > 0) = (x > 0)"),
        ("Y = 2 * Z * (X > 0) - b * (X <= 0)", "A * mask + B * ~mask = where(mask, A, B)"),
        ("Y = Z * (X != b) + X * (X == b) + Z", "A * mask + B * ~mask = where(mask, A, B)"),
        ("Y = X / norm(X) - Z / norm(X)**3", "G * A + G * B = G * (A + B)"),
        ("Y = X / sqrt(exp(b)) - Z / exp(b)**(3/2)", "G * A + G * B = G * (A + B)"),
        ("Y = X - max(X, axis=0, keepdims=True) / 2", "broadcasting repeats by itself"),
        ("Y = X > mean(X, axis=0, keepdims=True)", "broadcasting repeats by itself"),
        ("y = (1 / norm(X, axis=1))[:, None]", "(x**a)[:, None] = x[:, None]**a"),
        ("Y = (norm(X, axis=1) * sum(X, axis=1))[:, None]", "(x * y)[:, None] = x[:, None] * y[:, None]"),
        ("y = squeeze(1 / sum(X, axis=1, keepdims=True), axis=1)", "squeeze(x**a) = squeeze(x)**a"),
    ];
    for (source, wanted) in programs {
        let tree = parse(source).expect(source);
        let model = infer(&tree, source, Lengths::Declared).expect(source);
        let (root, inputs) = (model.statements[0].value, model.inputs);
        let mut algebra = Algebra::new(model.arena);
        let mut made: HashMap<Id, Id> = HashMap::new();
        algebra.start_trace();
        for node in algebra.arena.reachable(&[root]) {
            let args = algebra.arena.args(node).iter().map(|arg| made[arg]).collect();
            let op = algebra.arena.op(node).clone();
            made.insert(node, algebra.make(op, args));
        }
        let used: Vec<&str> = algebra.take_trace().iter().map(|a| a.rule).collect();
        assert!(used.contains(&wanted), "{source}: {used:?}");
        let lengths = [("n".to_string(), 3), ("d".to_string(), 4)].into_iter().collect();
        let evaluator = Evaluator::new(&algebra.arena, &lengths);
        let mut random = Random::new(5);
        let values = inputs.iter().map(|&input| {
            let info = algebra.arena.info(input);
            (input, random.input(info, &evaluator.shape(&info.shape).expect("named lengths"), numeric::Domain::Normal))
        });
        let values = values.collect();
        let [one, two] = [root, made[&root]].map(|id| evaluator.value(&algebra.arena.reachable(&[id]), &values).expect(source));
        assert!(close(&one, &two), "{source}");
    }
}

#[test]
fn the_random_texts_reach_inference() {
    let (mut read, mut inferred) = (0, 0);
    for source in sampled(rows(), 1000) {
        if let Ok(tree) = parse(&source) {
            read += 1;
            inferred += usize::from(infer(&tree, &source, Lengths::Declared).is_ok());
        }
    }
    assert!(read > 300 && inferred > 100, "{read} read, {inferred} inferred");
}

const WORDS: &[&str] = &[
    "X",
    "Y",
    "x",
    "W",
    "n",
    "alpha",
    " = ",
    " @ ",
    " * ",
    " + ",
    " - ",
    " / ",
    "**",
    ".T",
    ".mT",
    "(",
    ")",
    ", ",
    ": ",
    "; ",
    "\n",
    "2",
    "-1",
    "0",
    "1/2",
    "sum(",
    "mean(",
    "axis=",
    "keepdims=True",
    "trace(",
    "diag(",
    "einsum(",
    "\"ij,jk->ik\"",
    "\"...i->...\"",
    "None",
    "[:, ",
    "[...]",
    "]",
    "where(",
    "eye(",
    "ones(",
    "len(",
    "outer(",
    "transpose(",
    "squeeze(",
    "(n, d)",
    "(n,)",
    "()",
    " symmetric",
    " const",
    "dL/dX",
    "broadcast_to(",
    "expand_dims(",
    "swapaxes(",
    "maximum(",
    "[1:",
    "[::-1]",
    "[::2, ",
    "[X, ",
    "[0",
    "reshape(",
    "concat([",
    "stack([",
    "split(",
    "roll(",
    "cumsum(",
    "gather(",
    "one_hot(",
    "pad(",
    "tile(",
    "repeat(",
    "arange(",
    "take_along_axis(",
    "scatter_add(",
    "(-1,)",
];

const OPERANDS: &[&str] = &[
    "X",
    "W",
    "x",
    "y",
    "alpha",
    "2",
    "1/2",
    "0",
    "X.T",
    "x[:, None]",
    "X[None, ...]",
    "sum(X)",
    "sum(X, axis=-1)",
    "mean(X, axis=0, keepdims=True)",
    "trace(X)",
    "diag(x)",
    "diag(X)",
    "outer(x, y)",
    "einsum(\"ij,jk->ik\", X, W)",
    "einsum(\"...i\", X)",
    "relu(X)",
    "(X > 0)",
    "len(x)",
    "squeeze(X)",
    "transpose(X, (1, 0))",
    "swapaxes(X, 0, -1)",
    "where(X > W, X, x)",
    "ones_like(x)",
    "sum(X, axis=7)",
    "softmax(X)",
    "X[1:]",
    "X[:, ::-1]",
    "X[0]",
    "X[::2, 1:3]",
    "x[y]",
    "X[arange(n), y]",
    "concat([X, W], axis=1)",
    "stack((x, y))",
    "split(X, 2)[0]",
    "reshape(X, (-1, 2))",
    "X.reshape(-1)",
    "roll(x, 1)",
    "cumsum(X, axis=1)",
    "pad(X, 1)",
    "one_hot(y, 3)",
    "tile(x, (2, 2))",
    "repeat(X, 2)",
];

const JOINTS: &[&str] = &[" @ ", " * ", " + ", " - ", " / ", "**", " > ", "; Z = ", "; "];

/// Rules whose left side hardly comes about by chance: the text, and the rule that it is an example of.
const EXAMPLES: [(&str, &str); 15] = [
    ("exp(X) / sum(exp(X), axis=1, keepdims=True) * W.T", "exp(X) / sum(exp(X)) = softmax(X)"),
    ("(x / sum(exp(X), axis=1))[:, None] * exp(X)", "exp(X) / sum(exp(X)) = softmax(X)"),
    ("s * exp(x) / sum(exp(x))", "exp(X) / sum(exp(X)) = softmax(X)"),
    ("sum(softmax(X, axis=0), axis=0)", "a distribution adds up to 1"),
    ("sum(softmax(X), axis=(0, 1))", "a distribution adds up to 1"),
    ("sum(T, axis=1, keepdims=True) * X", "a distribution adds up to 1"),
    ("sum(softmax(X) * (W.T - sum(W.T * softmax(X), axis=1, keepdims=True)) * x[:, None], axis=1)", "a distribution adds up to 1"),
    ("softmax(where(M, X, -inf)) * M * W.T", "softmax(where(M, S, -inf)) * M = softmax(where(M, S, -inf))"),
    ("exp(x) / (1 + exp(x))", "exp(x) / (1 + exp(x)) = sigmoid(x)"),
    ("x * (s - X @ v / x)", "x * (A + B / x) = x * A + B"),
    ("x * (1 - X @ v) - (X @ v) * (1 - x)", "x * (1 - y) - y * (1 - x) = x - y"),
    ("sum((x - mean(x)) * s + exp(x))", "sum(A - mean(A)) = 0"),
    ("sum(diag(x), axis=1) * x", "sum(diag(x), axis=1) = x"),
    ("diag(s * ones(n)) @ X", "diag(c 1) = c I"),
    ("sum(X / sum(X * X, axis=1, keepdims=True), axis=1)", "what is constant along a sum goes in front"),
];

#[test]
fn examples_of_rules_keep_their_values() {
    for (text, rule) in EXAMPLES {
        let program = format!("s: (); x: (n,); v: (d,); X: (n, d); W: (d, n); T: (n, d) stochastic; M: (n, d) binary; Y = {text}");
        let tree = parse(&program).expect(text);
        let model = infer(&tree, &program, Lengths::Declared).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        let root = model.statements[0].value;
        let mut algebra = Algebra::new(model.arena.clone());
        algebra.start_trace();
        let mut made: HashMap<Id, Id> = HashMap::new();
        for id in model.arena.reachable(&[root]) {
            let args: Args = model.arena.args(id).iter().map(|arg| made[arg]).collect();
            let after = if args.is_empty() { id } else { algebra.make(model.arena.op(id).clone(), args) };
            made.insert(id, after);
        }
        let rules: Vec<&str> = algebra.take_trace().iter().map(|a| a.rule).collect();
        assert!(rules.contains(&rule), "{text}: {rules:?}");
        let lengths = [("n", 3), ("d", 4)].map(|(name, length)| (name.to_string(), length)).into_iter().collect();
        for seed in 1..4 {
            let evaluator = Evaluator::new(&algebra.arena, &lengths);
            let mut random = Random::new(seed);
            let draw = |&input: &SymbolId| {
                let info = algebra.arena.info(input);
                (input, random.input(info, &evaluator.shape(&info.shape).expect("named lengths"), numeric::Domain::Normal))
            };
            let values = model.inputs.iter().map(draw).collect();
            let value = |id: Id| evaluator.value(&algebra.arena.reachable(&[id]), &values).expect(text);
            assert!(close(&value(root), &value(made[&root])), "{text}, seed {seed}");
        }
    }
}

#[test]
fn definitions_say_what_the_functions_are() {
    let mut count = 0;
    for (place, entry) in ops::entries().iter().enumerate() {
        let text = ops::Function(place as u16).definition();
        if text.is_empty() {
            continue;
        }
        let text = text.replace("axis=axis", "axis=1").replace("keepdims=keepdims", "keepdims=False").replace("eps", "1e-5");
        let text = text.replace(", k)", ", 3)");
        let axis = if entry.parameters.contains("axis") { ", axis=1" } else { "" };
        let call = entry.parameters.replace(", axis=-1, eps=1e-5", axis).replace(", k", ", 3");
        let call = if entry.parameters.starts_with("A, E") { call } else { format!("x{axis}") };
        let program = format!("x: (n, d); A, E: (q, q); Y = {}({call}) - ({text})", entry.names[0]);
        let tree = parse(&program).expect(&program);
        let model = infer(&tree, &program, Lengths::Declared).unwrap_or_else(|fault| panic!("{program}: {fault}"));
        let lengths = [("n", 3), ("d", 4), ("q", 3)].map(|(name, length)| (name.to_string(), length)).into_iter().collect();
        let mut random = Random::new(1);
        let shapes = [vec![3, 4], vec![3, 3], vec![3, 3]];
        let drawn = shapes.iter().map(|shape| random.array(shape, numeric::Domain::Normal));
        let values = model.inputs.iter().copied().zip(drawn).collect();
        let schedule = model.arena.reachable(&[model.statements[0].value]);
        let difference = Evaluator::new(&model.arena, &lengths).value(&schedule, &values).expect(&program);
        assert!(difference.iter().all(|d| d.abs() < 1e-12), "{program}: {difference}");
        count += 1;
    }
    assert!(count > 5, "the table was read");
}

/// Rules that undid each other made these overflow the stack.
#[test]
fn rules_do_not_undo_each_other() {
    for source in ["Y = cumsum(X, axis=1) / X[0] / X[:, ::-1] / X", "Y = X[0] / X[:, ::-1] / X"] {
        let model = infer(&parse(source).expect(source), source, Lengths::Declared).expect(source);
        assert!(derive(model, None).is_ok(), "{source}");
    }
}
