//! Every operation's gradient against central differences, and the formulas that textbooks print.

use pullback::derive::{Derivation, derive};
use pullback::expr::{Id, Number, Op, SymbolKind, UNIT};
use pullback::formula::{self, Charset};
use pullback::numeric::{self, Agreement, CheckError};
use pullback::ops::{self, Meaning};
use pullback::shape::{Dim, Lengths, infer};
use pullback::syntax::{Node, parse};
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: &str = include_str!("gradients/operations.txt");
const TEXTBOOK: &str = include_str!("gradients/textbook.txt");

fn derived(program: &str) -> Result<Derivation, String> {
    let tree = parse(program).map_err(|found| format!("{found:?}"))?;
    let model = infer(&tree, program, Lengths::Declared).map_err(|fault| fault.to_string())?;
    derive(model, None).map_err(|fault| fault.to_string())
}

fn checked(program: &str) -> Result<Derivation, String> {
    let derivation = derived(program)?;
    numeric::check(&derivation, &[]).map_err(|error| error.to_string())?;
    Ok(derivation)
}

/// The gradient of a symbol as text, without gradients of intermediate values where that is short.
fn text(derivation: &Derivation, of: &str) -> String {
    let arena = derivation.arena();
    let found = derivation.gradients.iter().find(|g| *arena.info(g.of).name == *of).expect(of);
    formula::text(arena, found.convolved.or(found.closed).unwrap_or(found.value), Charset::Unicode)
}

/// The cases under each heading `[name]`.
fn operations() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut cases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut heading = "";
    for line in OPERATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => heading = name,
            None => cases.entry(heading).or_default().push(line),
        }
    }
    cases
}

/// Whether the program, as typed, mentions the operation: a sign stands for the one it is short for.
fn mentions(program: &str, entry: &ops::Entry) -> bool {
    let signs: &[&str] = match entry.names[0] {
        "greater" => &[">"],
        "greater_equal" => &[">="],
        "less" => &["<"],
        "less_equal" => &["<="],
        "equal" => &["=="],
        "not_equal" => &["!="],
        "logical_and" => &["&"],
        "logical_or" => &["|"],
        "logical_not" => &["~"],
        "pow" => &["**"],
        "matmul" => &["@"],
        "transpose" => &[".T", ".mT"],
        "expand_dims" => &["None"],
        "slice" => &["[", "]"],
        "split_sizes" => &[".split("],
        "flip" => &["::-1"],
        "gather" => &["[i]", "[:, i]", "[y]"],
        "take_along_axis" => &["[arange(n), y]"],
        _ => &[],
    };
    entry.names.iter().any(|name| program.contains(&format!("{name}("))) || signs.iter().any(|sign| program.contains(sign))
}

/// What the programs of one operation have shown.
#[derive(Default)]
struct Shown {
    /// The shapes of the inputs at which a program agreed.
    shapes: BTreeSet<Vec<Vec<usize>>>,
    /// How many axes the inputs of a program had.
    ranks: BTreeSet<Vec<usize>>,
    equal: bool,
    one: bool,
    broadcast: bool,
    twice: bool,
}

impl Shown {
    /// Checks a program with lengths that all differ, with equal ones, and with a first one of 1.
    fn check(&mut self, program: &str, entry: &ops::Entry) -> Result<(), String> {
        let derivation = derived(program)?;
        let first = numeric::check(&derivation, &[]).map_err(|error| error.to_string())?;
        let names = || first.lengths.iter().map(|(name, _)| name.clone());
        let (equal, one): (Vec<_>, Vec<_>) = (names().zip([3; 9]).collect(), names().zip([1, 4, 2, 3, 5, 6, 7, 8, 9]).collect());
        self.broadcast |= broadcasts(&derivation, entry);
        self.twice |= repeats(program);
        self.note(&derivation, &first);
        for lengths in [equal, one] {
            match numeric::check(&derivation, &lengths) {
                Ok(found) => self.note(&derivation, &found),
                // not every program has a value at every length: `x[2:]`, a spread of one entry
                Err(CheckError::NotFinite | CheckError::Coarse | CheckError::NoLengths) => {}
                Err(error) => return Err(format!("{error} where the lengths are {lengths:?}")),
            }
        }
        Ok(())
    }

    fn note(&mut self, derivation: &Derivation, agreement: &Agreement) {
        let arena = derivation.arena();
        let length = |name: &str| agreement.lengths.iter().find(|(known, _)| known == name).map(|(_, length)| *length);
        let shape = |shape: &[Dim]| shape.iter().filter_map(|&dim| arena.dims.evaluate(dim, &length)).map(|n| n as usize).collect();
        let shapes: Vec<Vec<usize>> = derivation.model.inputs.iter().map(|&input| shape(&arena.info(input).shape)).collect();
        let lengths: BTreeSet<usize> = agreement.lengths.iter().map(|(_, length)| *length).collect();
        self.equal |= lengths.len() < agreement.lengths.len();
        self.one |= lengths.contains(&1);
        self.ranks.insert(shapes.iter().map(Vec::len).collect());
        self.shapes.insert(shapes);
    }

    fn missing(&self) -> impl Iterator<Item = &'static str> {
        let tried = [
            ("fewer than three shapes", self.shapes.len() >= 3),
            ("one number of axes", self.ranks.len() >= 2),
            ("no equal lengths", self.equal),
            ("no length of 1", self.one),
            ("nothing broadcast", self.broadcast),
            ("nothing used twice", self.twice),
        ];
        tried.into_iter().filter(|(_, shown)| !shown).map(|(what, _)| what)
    }
}

/// Whether an array that is no number is stretched in the program: by the operation itself where it broadcasts its operands.
fn broadcasts(derivation: &Derivation, entry: &ops::Entry) -> bool {
    let arena = derivation.arena();
    let values: Vec<Id> = derivation.model.statements.iter().map(|s| s.value).collect();
    let own = matches!(&entry.meaning, Meaning::Primitive(primitive) if primitive.differential.len() > 1);
    let stretched =
        |id: Id, arg: Id| !matches!(arena.op(arg), Op::Number(_) | Op::Constant(_) | Op::Length(_)) && arena.shape(arg) != arena.shape(id);
    arena.reachable(&values).into_iter().any(|id| {
        let mut args = arena.args(id).iter().copied();
        let rank = arena.shape(id).len();
        match arena.op(id) {
            Op::Apply(function) if own => function.entry().names == entry.names && args.any(|arg| stretched(id, arg)),
            _ if own => false,
            Op::Add(_) | Op::Multiply | Op::Apply(_) | Op::Broadcast(_) => args.any(|arg| stretched(id, arg)),
            Op::MatMul if rank > 2 => args.any(|arg| !arena.shape(arg).starts_with(&arena.shape(id)[..rank - 2])),
            Op::Einsum { inputs, .. } => inputs.iter().any(|labels| labels.contains(&UNIT)),
            _ => false,
        }
    })
}

/// Whether the program mentions a variable in two places.
fn repeats(program: &str) -> bool {
    let tree = parse(program).expect("it was read before");
    let nodes = tree.statements().flat_map(|s| &tree.nodes[s.first.0 as usize..=s.value.0 as usize]);
    let mut seen = BTreeSet::new();
    nodes.filter_map(Node::name).any(|name| !seen.insert(name))
}

#[test]
fn every_operation_agrees_with_central_differences() {
    let mut cases = operations();
    let mut failures = vec![];
    for entry in ops::entries() {
        let name = entry.names[0];
        let programs = cases.remove(name).unwrap_or_default();
        if let Meaning::Planned = entry.meaning {
            failures.extend((!programs.is_empty()).then(|| format!("`{name}` has cases but no rule")));
            continue;
        }
        let mut shown = Shown::default();
        for program in programs.into_iter().chain([entry.example]) {
            if !mentions(program, entry) {
                failures.push(format!("`{program}` does not use `{name}`"));
            }
            if let Err(error) = shown.check(program, entry) {
                failures.push(format!("{program}\n    {error}"));
            }
        }
        failures.extend(shown.missing().map(|what| format!("`{name}`: {what}")));
    }
    failures.extend(cases.into_keys().map(|name| format!("`{name}` is no operation")));
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn an_operation_without_a_rule_says_so() {
    for entry in ops::entries().iter().filter(|entry| matches!(entry.meaning, Meaning::Planned)) {
        let program = format!("Y = {}(X)", entry.names[0]);
        let error = derived(&program).map(|_| ()).expect_err(&program);
        assert!(error.contains(entry.names[0]), "{program}: {error}");
    }
}

#[test]
fn results_read_as_textbooks_print_them() {
    let mut failures = vec![];
    let mut derivation: Option<(&str, Derivation)> = None;
    let mut count = 0;
    for line in TEXTBOOK.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            None => {
                derivation = None;
                match checked(line) {
                    Ok(found) => derivation = Some((line, found)),
                    Err(error) => failures.push(format!("{line}\n    {error}")),
                }
            }
            Some(claim) => {
                let Some((program, derivation)) = &derivation else { continue };
                let (of, wanted) = claim.split_once(": ").expect(line);
                let found = text(derivation, of);
                count += 1;
                if found != wanted {
                    failures.push(format!("{program}\n    {of}: {found}\n    not {wanted}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(count > 60, "the table was read");
}

/// Makes the gradient at this place wrong.
type Mutation = fn(&mut Derivation, usize);

#[test]
fn a_wrong_gradient_is_refused() {
    let mutations: [(&str, &str, Mutation); 4] = [
        ("Y = X @ W", "X", |d, at| {
            let doubled = d.algebra.scale(Number::integer(2), d.gradients[at].value);
            d.gradients[at].value = doubled;
        }),
        // the shapes fit, the transpose is missing
        ("A: (n, n); B: (n, n); Y = A @ B", "A", |d, at| {
            let upstream = d.algebra.arena.symbols.iter().position(|s| matches!(s.kind, SymbolKind::Gradient(..))).expect("dL/dY");
            let upstream = d.algebra.arena.variable(pullback::expr::SymbolId(upstream as u32));
            let other = d.algebra.arena.symbols.iter().position(|s| &*s.name == "B").expect("B");
            let other = d.algebra.arena.variable(pullback::expr::SymbolId(other as u32));
            d.gradients[at].value = d.algebra.matmul(&[upstream, other]);
        }),
        // one of several inputs, wrong by a millionth part too much
        ("y = A @ x + b", "b", |d, at| {
            let off = d.algebra.scale(Number::fraction(100_001, 100_000), d.gradients[at].value);
            d.gradients[at].value = off;
        }),
        // the form that is shown is wrong, the one that it stands for is right
        ("H = tanh(X @ W); Y = H @ V", "X", |d, at| {
            let closed = d.gradients[at].closed.expect("short enough");
            d.gradients[at].closed = Some(d.algebra.scale(Number::MINUS_ONE, closed));
        }),
    ];
    for (program, of, mutate) in mutations {
        let mut derivation = checked(program).expect("right before");
        let place = derivation.gradients.iter().position(|g| *derivation.arena().info(g.of).name == *of).expect(of);
        mutate(&mut derivation, place);
        match numeric::check(&derivation, &[]) {
            Err(CheckError::Disagrees { name, .. }) => assert_eq!(name, of, "{program}"),
            other => panic!("{program}: {other:?}"),
        }
    }
}

#[test]
fn given_lengths_are_those_of_the_check() {
    let derivation = derived("X: (n, d); Y = X @ W").expect("derives");
    let agreement = numeric::check(&derivation, &[("d".into(), 11)]).expect("agrees");
    let length = |name: &str| agreement.lengths.iter().find(|(n, _)| n == name).map(|(_, length)| *length);
    assert_eq!(length("d"), Some(11));
    assert!(length("n").is_some_and(|n| n != 11), "other lengths differ from it");
}

#[test]
fn what_numbers_cannot_show_is_no_fault_of_the_formula() {
    let end = |program: &str| numeric::check(&derived(program).expect(program), &[]).map(drop);
    for program in ["Y = X + 2**1000", "Y = X + 1e50; Z = Y - 1e50"] {
        assert_eq!(end(program), Err(CheckError::Coarse), "{program}");
    }
    let factors: Vec<String> = (0..1000).map(|k| format!("(X + {k})")).collect();
    let long = format!("Y = {}", factors.join(" * "));
    assert!(matches!(end(&long), Err(CheckError::TooLong { .. })));
    // for large literal lengths smaller ones stand
    for program in ["f = sum(eye(1000000)) * x", "X: (n, m); Y = X + sum(ones(1000000, 1000000))"] {
        assert_eq!(end(program), Ok(()), "{program}");
    }
}

#[test]
fn a_claim_about_the_whole_gradient_needs_one_use() {
    let program = "X: (n, d); H = X @ W; m = mean(X, axis=0); Y = H - m @ W";
    let answer = pullback::answer::answer(program, &pullback::answer::Options::default()).expect(program);
    let page = pullback::page::explain(&answer, pullback::page::Parts::FULL);
    assert!(!format!("{page:?}").contains("alone: each of"), "rows of X meet in m");
}

#[test]
fn claims_of_the_page_hold() {
    let page = |program: &str| {
        let answer = pullback::answer::answer(program, &pullback::answer::Options::default()).expect(program);
        format!("{:?}", pullback::page::explain(&answer, pullback::page::Parts::FULL))
    };
    // what divides holds the variable too: the derivative of the value is not that of the other term
    assert!(!page("s: (); x: (n,); Y = x / s + s").contains("1 axis"));
    assert!(!page("Y = sin(x) + x").contains("2 axes"));
    assert!(page("Y = 2 * x").contains("2 axes"));
    // a mean over an axis is not made entry by entry
    assert!(!page("X: (n, d); Y = mean(X, axis=0)").contains("\"entry by entry\""));
    // alike only where the upstream gradient is added up as it is
    assert!(page("X: (n, m); b: (m,); Y = X + b").contains("all of them alike"));
    assert!(!page("X: (n, m); c: (n, 1); Y = X * c").contains("all of them alike"));
}

/// Large literal lengths are not computed with: smaller ones stand for them, and relate to each other as they do.
#[test]
fn large_literal_lengths() {
    let taken = |program: &str| {
        let derivation = derived(program).expect(program);
        let agreement = numeric::check(&derivation, &[]).unwrap_or_else(|error| panic!("{program}: {error}"));
        agreement.literals
    };
    assert_eq!(taken("X, W: (12, 12); Y = X @ W"), []);
    assert_eq!(taken("X, W: (234, 234); Y = X @ W"), [(234, 9)]);
    assert_eq!(taken("X, W: (1000, 1000); Y = X @ W"), [(1000, 9)]);
    assert_eq!(taken("X: (n, 1000); W: (1000, 512); b: (512,); Y = relu(X @ W + b)"), [(512, 9), (1000, 10)]);
    // products, sums and bounds stay what they are
    assert_eq!(taken("X: (784, 784); Y = reshape(X, (784, 28, 28)); f = sum(Y**2)"), [(28, 9), (784, 81)]);
    assert_eq!(taken("X: (500, 500); Y: (500, 134); Z = concat([X @ X, Y], axis=1)"), [(134, 9), (500, 10), (634, 19)]);
    assert_eq!(taken("X: (1000, 900); Y = X[:100] @ X[100:200].T"), [(100, 9), (200, 18), (900, 10), (1000, 19)]);
    assert_eq!(taken("X: (2000, 2000); Y = X[1:] - X[:-1]"), [(1999, 9), (2000, 10)]);
    // what the program counts is the same as what its gradient counts
    assert_eq!(taken("X: (2000, 2000); y = mean(X)"), [(2000, 9)]);
    assert_eq!(taken("A: (300, 300); f = trace(eye(300)) * sum(A @ A)"), [(300, 9)]);
    // names keep their own lengths, and where no smaller lengths fit the literal ones are taken
    assert_eq!(taken("X: (n, 40, 40); f = sum(exp(reshape(X @ X, (n, 64, 25))))"), []);
}

#[test]
fn a_right_program_is_not_called_a_fault_of_the_tool() {
    // entries at which a function has a kink, because of what was declared of them
    for program in [
        "C: (n, m) onehot; Y = relu(C)",
        "C: (n, m) onehot; Y = C * (C > 0)",
        "C: (n, m) onehot; f = sum(relu(C)**2)",
        "D: (n, n) diagonal; Y = abs(D) @ X",
        "s: (n,) sign; y = relu(s) * x + maximum(s, 1)",
        "B: (n, m) binary; Y = clip(B, 0, 1) * X",
        "L: (n, n) lower; Y = relu(L) @ X",
        "C: (n, m) onehot; Y = max(C, axis=1)",
        "X: (n, 3) binary; Y = where(X + X == 2 * Z, Z, sum(X))",
        "x: (3,) sign; y = clip(x, -1, 2)**3 + x * cosh(x)",
        "X: (n, m) onehot; Y = sigmoid(clip(2 + X, 0, 2))",
        "x: (n, 1) stochastic; y2: (n, 1) sign; y = where(x + y2 > 0, x, 2 * x)",
        "x: (n,); y = where(~(log(x) > 0), x, 2 * x)",
    ] {
        checked(program).unwrap_or_else(|error| panic!("{program}: {error}"));
    }
    // slopes near 0 in long chains, where the third derivative shows
    for (line, count) in [("sin", 79), ("sin", 80), ("cos", 64), ("cos", 79), ("cos", 120)] {
        for shape in ["()", "(n,)"] {
            let mut program = format!("x: {shape}\ns0 = x\n");
            (1..=count).for_each(|k| program.push_str(&format!("s{k} = s{0} + {line}(s{0})\n", k - 1)));
            program.push_str(&format!("f = sum(s{count})"));
            checked(&program).unwrap_or_else(|error| panic!("{count} lines with {line} {shape}: {error}"));
        }
    }
}
