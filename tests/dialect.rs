//! The dialect of MATLAB and matrixcalculus.org: what its users paste is read as they mean it, and what is printed reads alike in both.

use proptest::prelude::*;
use pullback::answer::{Answer, Options, answer};
use pullback::expr::{Arena, Id, SymbolId};
use pullback::numeric::{Array, Domain, Evaluator, Random, choose_lengths};
use pullback::ops::Value;
use pullback::record::record;
use pullback::shape::{Builder, Scope, lower};
use pullback::syntax::{Dialect, Line, parse_expression_in};
use rustc_hash::FxHashMap;

/// Programs with the gradients they have, as their users would write them; rows of `program`, then pairs of an input and its gradient.
const KNOWN: &[(&str, &[(&str, &str)])] = &[
    ("0.5*x'*A*x", &[("x", "0.5*(A + A')*x"), ("A", "0.5*x*x'")]),
    ("(y.*v)'*x", &[("x", "y.*v"), ("y", "x.*v"), ("v", "x.*y")]),
    ("a^b", &[("a", "b*a^(b - 1)"), ("b", "log(a)*a^b")]),
    ("sum(log(exp(-y.*(X*w)) + vector(1)))", &[("w", "-X'*(y.*exp(-y.*(X*w))./(exp(-y.*(X*w)) + vector(1)))")]),
    ("tr(A*X'*B*X*C)", &[("X", "B*X*C*A + B'*X*A'*C'"), ("B", "X*A'*C'*X'")]),
    ("c*sin(y)'*x", &[("c", "sin(y)'*x"), ("y", "c*x.*cos(y)"), ("x", "c*sin(y)")]),
    ("sum((A*x - y).^2)", &[("x", "2*A'*(A*x - y)"), ("y", "2*(y - A*x)")]),
    ("(x'*A*x)/(x'*x)", &[("x", "(A*x + A'*x)/(x'*x) - 2*(x'*A*x)/(x'*x)^2*x")]),
    ("log(1 + exp(-g*(w'*x)))", &[("w", "-g*exp(-g*(w'*x))/(1 + exp(-g*(w'*x)))*x")]),
    ("exp(-(x - y)'*(x - y)/(2*d^2))", &[("x", "-exp(-(x - y)'*(x - y)/(2*d^2))*(x - y)/d^2")]),
    ("tr((A*X - B)'*(A*X - B)) + c*tr(X'*X)", &[("X", "2*A'*(A*X - B) + 2*c*X"), ("c", "tr(X'*X)")]),
    ("tr(X^2)", &[("X", "2*X'")]),
    ("(A*x)'*(A*x) + e", &[("x", "2*A'*A*x"), ("e", "1")]),
    ("sum(matrix(1).*X)", &[("X", "matrix(1) + 0*X")]),
    ("sum((diag(x)*A).^2)", &[("x", "2*x.*sum(A.^2, axis=1, keepdims=True)"), ("A", "2*diag(x)*diag(x)*A")]),
    ("x.^3'*y", &[("x", "3*x.^2.*y"), ("y", "x.^3")]),
    ("tr(X.^2'*Y)", &[("X", "2*X.*Y"), ("Y", "X.^2")]),
    ("sum(x.^-2')", &[("x", "-2*x.^(-3)")]),
    ("sum(2.^x.^3)", &[("x", "3*log(2)*8.^x")]),
    ("dot(A*x, y)", &[("A", "y*x'"), ("x", "A'*y"), ("y", "A*x")]),
    ("x.'*A*x", &[("x", "(A + A.')*x"), ("A", "x*x.'")]),
    ("h'*X^3*k", &[("h", "X^3*k"), ("k", "(X^3)'*h")]),
];

fn read(program: &str) -> Answer {
    let options = Options { dialect: Dialect::Matlab, ..Options::default() };
    answer(program, &options).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"))
}

/// A copy of an answer's arena to put further expressions into, with numbers for all its variables and gradients.
struct Trial<'a> {
    found: &'a Answer,
    arena: Arena,
    lengths: FxHashMap<String, usize>,
    values: FxHashMap<SymbolId, Array>,
}

impl<'a> Trial<'a> {
    fn new(found: &'a Answer) -> Self {
        let (d, mut random) = (&found.derivation, Random::new(7));
        let arena = d.arena().clone();
        let shapes: Vec<_> = arena.symbols.iter().map(|s| s.shape.as_slice()).collect();
        let lengths = choose_lengths(&arena, &shapes, &[]).expect("lengths");
        let mut trial = Trial { found, arena, lengths, values: FxHashMap::default() };
        for &input in &d.model.inputs {
            let shape: Vec<usize> = trial.shape(input);
            trial.values.insert(input, random.input(d.arena().info(input), &shape, Domain::Positive));
        }
        for statement in &d.model.statements {
            let value = trial.value(statement.value);
            trial.values.insert(statement.symbol, value);
        }
        for gradient in &d.gradients {
            let shape = trial.shape(gradient.of);
            let given = d.arena().as_symbol(gradient.value) == Some(gradient.symbol);
            let value = if given { random.array(&shape, Domain::Normal) } else { trial.value(gradient.value) };
            trial.values.insert(gradient.symbol, value);
        }
        trial
    }

    fn shape(&self, symbol: SymbolId) -> Vec<usize> {
        let evaluator = Evaluator::new(&self.arena, &self.lengths);
        evaluator.shape(&self.arena.info(symbol).shape).expect("lengths for all dimensions")
    }

    fn value(&self, id: Id) -> Array {
        Evaluator::new(&self.arena, &self.lengths).value(&self.arena.reachable(&[id]), &self.values).expect("a value")
    }

    /// The value of an expression in a dialect.
    fn read(&mut self, text: &str, dialect: Dialect) -> Array {
        let (d, mut scope) = (&self.found.derivation, Scope::default());
        for symbol in d.model.inputs.iter().copied().chain(d.model.statements.iter().map(|s| s.symbol)) {
            let leaf = self.arena.variable(symbol);
            scope.names.insert(self.arena.info(symbol).name.clone(), Value::Array(leaf));
        }
        for gradient in &d.gradients {
            let leaf = self.arena.variable(gradient.symbol);
            scope.gradients.insert(self.arena.info(gradient.of).name.clone(), leaf);
        }
        let program = parse_expression_in(text, dialect).unwrap_or_else(|wrong| panic!("{text}: {wrong:#?}"));
        let Some(Line::Statement(statement)) = program.lines.first() else { panic!("{text} is no expression") };
        let mut builder = Builder::new(&mut self.arena, text);
        match lower(&mut builder, &program, statement.first, statement.value, &scope, &mut |_, id| id) {
            Ok(Value::Array(id)) => self.value(id),
            other => panic!("{text} in {dialect:?}: {other:?}"),
        }
    }
}

fn far(one: &Array, two: &Array) -> bool {
    let size = one.iter().fold(1.0, |size: f64, entry| size.max(entry.abs()));
    one.len() != two.len() || one.iter().zip(two).any(|(x, y)| (x - y).is_nan() || (x - y).abs() > 1e-9 * size)
}

#[test]
fn gradients_are_those_of_the_known_formulas() {
    for (program, gradients) in KNOWN {
        let found = read(program);
        for (input, formula) in *gradients {
            let d = &found.derivation;
            let gradient = d.wanted().find(|g| *d.arena().info(g.of).name == **input).expect(input);
            let mut trial = Trial::new(&found);
            let ours = trial.values[&gradient.symbol].clone();
            let known = trial.read(formula, Dialect::Matlab);
            assert!(!far(&ours, &known), "{program}: d/d{input} is not {formula}: {ours} {known}");
        }
    }
}

/// `expr` is read by other programs: with the option and without it, and it means the same.
#[test]
fn formulas_read_alike_in_both_dialects() {
    let more =
        ["A*exp(x)", "(X.*Y)*z", "X.*Y./Z", "s = x'*y; s*A", "y.*(X*w)/c", "1./(x.*x)", "x.^2 + y", "sqrt(x'*x)*tanh(X*y)", "X*vector(1)"];
    for program in KNOWN.iter().map(|(program, _)| *program).chain(more) {
        let mut found = read(program);
        let record = record(&mut found);
        assert_eq!(record.dialect, "matlab");
        for (name, gradient) in &record.gradients.0 {
            let mut trial = Trial::new(&found);
            let [ours, theirs] = [Dialect::Numpy, Dialect::Matlab].map(|dialect| trial.read(&gradient.expr, dialect));
            let d = &found.derivation;
            let derived = d.wanted().find(|g| *d.arena().info(g.of).name == **name).expect(name);
            assert!(!far(&ours, &theirs) && !far(&ours, &trial.values[&derived.symbol]), "{program}: d/d{name} is {}", gradient.expr);
        }
    }
}

const OPERANDS: &[&str] = &[
    "x",
    "y",
    "x'",
    "A",
    "A'",
    "B",
    "c",
    "2",
    "vector(1)",
    "matrix(1)",
    "(x'*y)",
    "(x'*A*y)",
    "sum(x)",
    "tanh(A*x)",
    "exp(y)",
    "(A + c*B)",
    "A^2",
    "(c + x'*x)",
    "tr(A)",
    "diag(x)",
    "(x > 0)",
];
const JOINTS: &[&str] = &["*", "*", "*", ".*", " + ", " - ", "/", "./"];

fn formula() -> impl Strategy<Value = String> {
    let pair = (prop::sample::select(OPERANDS), prop::sample::select(JOINTS)).prop_map(|(operand, joint)| format!("{operand}{joint}"));
    (prop::collection::vec(pair, 0..4), prop::sample::select(OPERANDS)).prop_map(|(pairs, last)| format!("{}{last}", pairs.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever passes is confirmed by its numbers, and its formulas read alike; whatever does not is the program's fault.
    #[test]
    fn any_program(formula in formula()) {
        let options = Options { dialect: Dialect::Matlab, ..Options::default() };
        match answer(&formula, &options) {
            Ok(mut found) => {
                let gradients = record(&mut found).gradients;
                for (name, gradient) in &gradients.0 {
                    let [ours, theirs] = [Dialect::Numpy, Dialect::Matlab].map(|dialect| Trial::new(&found).read(&gradient.expr, dialect));
                    prop_assert!(!far(&ours, &theirs), "{}: d/d{} is {}", formula, name, gradient.expr);
                }
            }
            Err(wrong) => prop_assert!(wrong.iter().all(|d| !d.code.starts_with("E09")), "{formula}: {wrong:#?}"),
        }
    }
}

/// What matrixcalculus.org's documentation shows and has no rule here yet says so, and nothing else.
#[test]
fn what_has_no_rule_yet_says_so() {
    let options = Options { dialect: Dialect::Matlab, ..Options::default() };
    for program in
        ["norm1(A*x-y)", "norm2(A*x-y)^2", "norm2(X*w-y)^2 + c*norm2(w)^2", "log(det(inv(X)))", "logdet(X)", "X^-1*y", "tr(inv(X'*X))"]
    {
        let codes: Vec<&str> = answer(program, &options).err().into_iter().flatten().map(|d| d.code).collect();
        assert!(codes.is_empty() || codes == ["E0402"], "{program}: {codes:?}");
    }
}

#[test]
fn names_are_ranked_as_matrixcalculus_ranks_them() {
    let found = read("f = a + e + g + sum(h) + sum(z) + sum(A) + sum(Z) + lambda + λ");
    let d = &found.derivation;
    let axes: Vec<usize> = d.model.inputs.iter().map(|&i| d.arena().info(i).shape.len()).collect();
    assert_eq!(axes, [0, 0, 0, 2, 2, 2, 2, 0, 0]);
    // pi is a number in every dialect, and e only where no scalar can be meant
    assert!(answer("f = sum(x) * e * pi", &Options::default()).unwrap().derivation.model.inputs.len() == 1);
    assert!(read("f = sum(x) * e * pi").derivation.model.inputs.len() == 2);
}
