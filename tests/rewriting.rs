//! Rules of rewriting: whatever they are used on, the value stays.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use pullback::derive::derive;
use pullback::expr::{Arena, Args, Id, Number, Op, Symbol, SymbolId, SymbolKind};
use pullback::numeric::{self, Array, Evaluator, Random};
use pullback::ops::{self, Attribute, Cut};
use pullback::rewrite::Algebra;
use pullback::shape::{Dim, Dims, Lengths, Shape, infer};
use pullback::syntax::parse;
use std::collections::{BTreeSet, HashMap};

/// Names of lengths are single letters here.
const LENGTHS: [(&str, usize); 3] = [("n", 3), ("d", 4), ("b", 2)];

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

fn close(a: &Array, b: &Array) -> bool {
    let scale = a.iter().chain(b).fold(1.0f64, |worst, x| worst.max(x.abs()));
    a.shape() == b.shape() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-9 * scale)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

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

/// The same draws each time, so that what they reach can be counted.
fn sampled(count: usize) -> Vec<Vec<Draw>> {
    let (mut runner, draws) = (TestRunner::deterministic(), draws());
    (0..count).filter_map(|_| draws.new_tree(&mut runner).ok()).map(|tree| tree.current()).collect()
}

#[test]
fn the_random_expressions_reach_most_rules() {
    let mut rules = BTreeSet::new();
    for draws in sampled(2000) {
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

/// Rules whose left side hardly comes about by chance: the text, and the rule that it is an example of.
const EXAMPLES: [(&str, &str); 19] = [
    ("outer(x, v) + outer(exp(x), v)", "outer(x, z) + outer(y, z) = outer(x + y, z)"),
    ("2 * s * outer(x, v) - s * outer(x, exp(v))", "outer(x, z) + outer(y, z) = outer(x + y, z)"),
    ("exp(C)[:, 0][None, :]", "x[:, 0][None, :] = xᵀ"),
    ("exp(C) / (exp(C) + ones(n, 1)) * x[:, None]", "exp(x) / (1 + exp(x)) = sigmoid(x)"),
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
        let program =
            format!("s: (); x: (n,); v: (d,); X: (n, d); W: (d, n); T: (n, d) stochastic; M: (n, d) binary; C: (n, 1); Y = {text}");
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

/// Rules that undid each other made these overflow the stack.
#[test]
fn rules_do_not_undo_each_other() {
    for source in ["Y = cumsum(X, axis=1) / X[0] / X[:, ::-1] / X", "Y = X[0] / X[:, ::-1] / X"] {
        let model = infer(&parse(source).expect(source), source, Lengths::Declared).expect(source);
        assert!(derive(model, None).is_ok(), "{source}");
    }
}
