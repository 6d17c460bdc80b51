//! What is printed reads back as the same program: for fixed programs, and for any program that can be built.

#[path = "../fuzz/src/targets/tree.rs"]
#[allow(dead_code, reason = "programs are built here, not read")]
mod tree;

use proptest::prelude::*;
use pullback::diagnostic::Span;
use pullback::expr::Number;
use pullback::syntax::{
    Argument, Binary, Dialect, Ident, Line, Node, NodeId, Program, Statement, Unary, parse, parse_expression, parse_in, print,
};
use tree::meaning;

/// The contract of the arena: children stand before their parents, and the nodes of a line side by side.
fn sound(program: &Program) {
    assert_eq!(program.nodes.len(), program.spans.len());
    for (at, node) in program.nodes.iter().enumerate() {
        assert!(children(node).iter().all(|child| (child.0 as usize) < at), "{node:?} at {at}");
    }
    let mut end = 0;
    for line in &program.lines {
        let (first, value) = match line {
            Line::Declaration(_) => continue,
            Line::Statement(statement) => (statement.first, statement.value),
            Line::Claim(claim) => (claim.first, claim.value),
        };
        assert!(first.0 >= end && first <= value, "{line:?}");
        let mut used = vec![false; (value.0 - first.0 + 1) as usize];
        for node in &program.nodes[first.0 as usize..=value.0 as usize] {
            for child in children(node) {
                assert!(child >= first, "a node of another line is used");
                used[(child.0 - first.0) as usize] = true;
            }
        }
        assert!(used[..used.len() - 1].iter().all(|used| *used), "a node of the line belongs to nothing");
        end = value.0 + 1;
    }
}

fn children(node: &Node) -> Vec<NodeId> {
    match node {
        Node::Unary(_, x) | Node::Attribute(x, _) => vec![*x],
        Node::Binary(_, x, y) => vec![*x, *y],
        Node::Sequence(items) => items.clone(),
        Node::Call { arguments, .. } => arguments.iter().map(|argument| argument.value).collect(),
        Node::Index(object, items) => std::iter::once(*object).chain(items.iter().copied()).collect(),
        Node::Slice { start, stop, step } => [start, stop, step].into_iter().flatten().copied().collect(),
        _ => vec![],
    }
}

/// What `source` prints as, after checking that this reads back.
fn printed(source: &str) -> String {
    let program = parse(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
    sound(&program);
    let text = print(&program);
    let again = parse(&text).unwrap_or_else(|faults| panic!("{source} printed as {text}: {faults:?}"));
    assert_eq!(meaning(&program), meaning(&again), "{source} printed as {text}");
    text
}

#[test]
fn cases() {
    for (source, wanted) in [
        ("Y=X@W+b", "Y = X @ W + b"),
        ("a < b | c & d + e * -f ** g", "a < b | c & d + e * -f ** g"),
        ("((a < b) | c) & d", "((a < b) | c) & d"),
        ("-x**2", "-x ** 2"),
        ("(-x)**2", "(-x) ** 2"),
        ("2**-x**-y", "2 ** -x ** -y"),
        ("(a**b)**c", "(a ** b) ** c"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("a / (b * c) / d", "a / (b * c) / d"),
        ("a − b • c · d ⋅ e ⊙ f ∘ g .* h ./ i ⊘ j .^ k", "a - b · c · d · e .* f .* g .* h ./ i ./ j ** k"),
        ("X.T + X.mT + Xᵀ + X⊤ + X' + X^T + X ᵀ", "X.T + X.mT + X.mT + X.mT + X.mT + X.mT + X.mT"),
        ("A⁻¹ + A^-1 + A^(-1) + A ^ -1 + A⁻ᵀ + A^-T", "A⁻¹ + A⁻¹ + A⁻¹ + A⁻¹ + A⁻¹.mT + A⁻¹.mT"),
        ("A^-10 + A^-1.5 + A^T2 + A ^ T + A ** -1", "A ^ -10 + A ^ -1.5 + A ^ T2 + A ^ T + A ** -1"),
        ("X² + X⁻² + X¹⁰ᵀ + -x²", "X ^ 2 + X ^ -2 + (X ^ 10).mT + -x ^ 2"),
        ("2.*x + 1./x + 2.^x + 2.**x + 2.", "2 .* x + 1 ./ x + 2 ** x + 2 ** x + 2"),
        ("1e-5 + .5 + 0.125 + 1_000 + 2.5e3 + 1E2", "0.00001 + 0.5 + 0.125 + 1000 + 2500 + 100"),
        ("‖x‖ + ‖x‖₁² + ‖x‖_2 + ‖X‖_F^2 + ‖ ‖x‖ * y ‖₂", "norm(x) + norm1(x) ^ 2 + norm2(x) + norm(X) ^ 2 + norm2(norm(x) * y)"),
        ("√x + √(x + y) + √x² + 2**√x + σ(x) + σ", "sqrt(x) + sqrt(x + y) + sqrt(x ^ 2) + 2 ** sqrt(x) + sigmoid(x) + σ"),
        ("X.sum(axis=0).T[0]", "X.sum(axis=0).T[0]"),
        (
            "np.linalg.inv(X) + torch.nn.functional.relu(x) + F.relu(x) + jnp.pi",
            "np.linalg.inv(X) + torch.nn.functional.relu(x) + F.relu(x) + pi",
        ),
        ("F.T + F.sum(axis=0) + F.softmax(dim=1) + F.reshape(2, 3)", "(F).T + (F).sum(axis=0) + (F).softmax(dim=1) + (F).reshape(2, 3)"),
        ("F: (n, n); F.relu(X)", "F: (n, n)\n(F).relu(X)"),
        ("X[np.newaxis, :, ..., 1:, :2, ::-1, a:b:c, -1, None]", "X[None, :, ..., 1:, :2, ::-1, a:b:c, -1, None]"),
        ("x.astype(np.float32).T + y.float() + z.double()", "x.T + y + z"),
        ("X.t() + X.shape[0] + X.size + X.ndim", "X.t() + X.shape[0] + X.size + X.ndim"),
        ("dL/dX @ dL_dY + ∂L/∂X.T + grad(X) + dL / dX + dL/dX(y)", "dL/dX @ dL/dY + dL/dX.T + grad(X) + dL / dX + dL / dX(y)"),
        ("data_dim + d_dim + dropout_dim + dx", "data_dim + d_dim + dropout_dim + dx"),
        ("dL/dX = dL/dY @ W.T", "dL/dX = dL/dY @ W.T"),
        ("claim dL_dX = A; ∂L/∂W₁ = B; grad(X) = C", "dL/dX = A\ndL/dW₁ = B\ngrad(X) = C"),
        ("claim = claims + 1", "claim = claims + 1"),
        ("A, B = split(X, 2)", "A, B = split(X, 2)"),
        ("X, W: (n, d*2 + 1) const symmetric", "X, W: (n, d * 2 + 1) const symmetric"),
        (
            "a: (d); b: (d,); c: (); e: scalar positive; f: (_, ?k, (n+1)*2)",
            "a: (d,)\nb: (d,)\nc: ()\ne: () positive\nf: (_, ?k, (n + 1) * 2)",
        ),
        ("f((x), (x,), (), [x], [x, y], (x, y,), True, False, None)", "f(x, (x,), (), (x,), (x, y), (x, y), True, False, None)"),
        ("einsum('ij,jk', A, B, C=\"don't\", )", "einsum('ij,jk', A, B, C=\"don't\")"),
        ("f(a == b, axis=1, x != y)", "f(a == b, axis=1, x != y)"),
        ("Y = (a # the first\n  + b\r\n  + c)\r\n# done", "Y = a + b + c"),
        ("lambda + import + 2 * if", "lambda + import + 2 * if"),
        ("mean = mean(X, axis=0)", "mean = mean(X, axis=0)"),
        ("- - -x + ~~y + +z", "---x + ~~y + +z"),
        ("x'' @ (y)'", "x.mT.mT @ y.mT"),
    ] {
        assert_eq!(printed(source), format!("{wanted}\n"), "{source}");
    }
}

#[test]
fn signs_of_the_other_dialect() {
    for (source, wanted) in [
        ("f=0.5*x'*A*x", "f = 0.5 * x.mT * A * x"),
        ("f = x.*y./z.^2 + a/b^2 + A^-1*x²", "f = x .* y ./ z ** 2 + a / b ^ 2 + A⁻¹ * x ^ 2"),
        ("Y = A @ B • C ⊙ D", "Y = A @ B · C .* D"),
        ("X: (h*k, n+1); f = vector(1)'*X*vector(1)", "X: (h * k, n + 1)\nf = vector(1).mT * X * vector(1)"),
    ] {
        let program = parse_in(source, Dialect::Matlab).expect(source);
        let text = print(&program);
        assert_eq!(text.trim_end(), wanted);
        assert_eq!(meaning(&program), meaning(&parse_in(&text, Dialect::Matlab).expect(&text)), "{source} printed as {text}");
    }
}

#[test]
fn numbers_stay_exact() {
    for text in
        ["0.1", "1e-30", "1e-50", "123456789012345678901234567890", "1e40", "1e300", "0.1000000000000000000000000000000000000000000000000"]
    {
        let program = parse_expression(text).expect(text);
        let again = parse_expression(&print(&program)).expect(text);
        assert_eq!(
            (&program.nodes[0], Node::Number(Number::parse(text).expect(text))),
            (&again.nodes[0], program.nodes[0].clone()),
            "{text}"
        );
    }
}

#[test]
fn spans_hold_a_node_and_its_brackets() {
    let source = "Y = (a + b) @ f(x, (y)).T - ‖z‖₁²";
    let program = parse(source).expect(source);
    let found: Vec<&str> = program.spans.iter().map(|span| span.slice(source)).collect();
    let wanted = ["a", "b", "(a + b)", "x", "(y)", "f(x, (y))", "f(x, (y)).T", "(a + b) @ f(x, (y)).T", "z", "‖z‖₁", "²", "‖z‖₁²"];
    assert_eq!(found[..12], wanted);
    assert_eq!(found[12], &source[4..]);
}

#[test]
fn faults() {
    for (source, code, fixes) in [
        ("Y = X @", "E0101", &[][..]),
        ("Y = f(x,, y)", "E0101", &[]),
        ("Y =", "E0101", &[]),
        ("Y = X.", "E0101", &[]),
        ("Y = Xᵀ X", "E0102", &["Y = Xᵀ @ X", "Y = Xᵀ * X"]),
        ("Y = 2x y", "E0102", &["Y = 2 * x * y"]),
        ("X W: (n, d)", "E0106", &["X, W: (n, d)"]),
        ("Y = f(X]", "E0103", &["Y = f(X)"]),
        ("Y = f(X\nZ = 2", "E0103", &["Y = f(X)\nZ = 2"]),
        ("Y = X)", "E0103", &["Y = X"]),
        ("f = norm(x, 'fro", "E0104", &[]),
        ("f = 'fro", "E0104", &["f = 'fro'"]),
        ("Y = X × W", "E0105", &["Y = X * W", "Y = X @ W"]),
        ("Y = f(“ij”)", "E0105", &["Y = f('ij')"]),
        ("Y = X\u{200B} @ W", "E0105", &["Y = X @ W"]),
        ("X: n, d", "E0106", &["X: (n, d)"]),
        ("X: (n, d), const", "E0106", &["X: (n, d) const"]),
        ("X: (n / 2,)", "E0106", &[]),
        ("X @ W = Y", "E0107", &["Y = X @ W"]),
        ("X += 1", "E0107", &["X_new = X + 1"]),
        ("Y := X", "E0107", &["Y = X"]),
        ("2 = 3", "E0107", &[]),
        ("Y = _", "E0111", &[]),
        ("import numpy as np", "E0112", &[]),
        ("return X", "E0112", &["X"]),
        ("m = a and b", "E0112", &["m = a & b"]),
        ("Y = 1e999", "E0114", &[]),
        ("Y = a // b", "E0115", &["Y = a / b"]),
        ("Y = A, B", "E0116", &["Y = (A, B)"]),
    ] {
        let faults = parse(source).map(|_| ()).expect_err(source);
        let fault = &faults[0];
        assert_eq!(fault.code, code, "{source}: {}", fault.title);
        let found: Vec<String> = fault.fixes.iter().map(|fix| fix.apply(source)).collect();
        assert_eq!(found, fixes, "{source}: {}", fault.title);
    }
}

#[test]
fn each_line_has_its_own_fault() {
    let faults = parse("A = X @\nB = A\nC = A A\nD = ").map(|_| ()).expect_err("three lines are wrong");
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["E0101", "E0102", "E0101"]);
}

/// One step of building an expression over the operands that are there.
#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    name: u8,
    width: u8,
    choice: u8,
}

const NAMES: [&str; 10] = ["X", "W_hh", "λ", "x̂", "F", "np", "e", "T", "重み", "dX"];
const FUNCTIONS: [&str; 6] = ["sum", "sqrt", "relu", "norm", "f", "T2"];
const BINARY: [Binary; 18] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Hadamard,
    Binary::Divide,
    Binary::HadamardDivide,
    Binary::MatMul,
    Binary::Dot,
    Binary::Power,
    Binary::Caret,
    Binary::Greater,
    Binary::GreaterEqual,
    Binary::Less,
    Binary::LessEqual,
    Binary::Equal,
    Binary::NotEqual,
    Binary::And,
    Binary::Or,
];
const UNARY: [Unary; 6] = [Unary::Negative, Unary::Positive, Unary::Not, Unary::TransposeAll, Unary::Transpose, Unary::Inverse];

/// A program of one statement. Steps are followed on a tree of boxes, which is then laid out in reading order.
fn build(steps: &[Step]) -> Program {
    let mut stack: Vec<Tree> = vec![];
    for step in steps {
        let pick = |list: &[&str]| list[step.name as usize % list.len()].to_string();
        let take = |stack: &mut Vec<Tree>| stack.pop().unwrap_or(Tree(Node::Name(pick(&NAMES).into()), vec![]));
        let zero = NodeId(0);
        let ident = |text: &str| Ident { text: text.into(), span: Span::default() };
        let tree = match step.kind % 14 {
            0 | 1 => Tree(Node::Name(pick(&NAMES).into()), vec![]),
            2 => Tree(
                Node::Number(Number::parse(["0", "1", "2.5", "1e-7", "1e60", "0.044715"][step.name as usize % 6]).expect("a number")),
                vec![],
            ),
            3..=5 => {
                let (right, left) = (take(&mut stack), take(&mut stack));
                let operator = BINARY[step.choice as usize % BINARY.len()];
                let inverse = operator == Binary::Caret
                    && matches!(&right.0, Node::Unary(Unary::Negative, _) if right.1[0].0 == Node::Number(Number::ONE));
                if inverse {
                    Tree(Node::Unary(Unary::Inverse, zero), vec![left])
                } else {
                    Tree(Node::Binary(operator, zero, zero), vec![left, right])
                }
            }
            6 | 7 => Tree(Node::Unary(UNARY[step.choice as usize % UNARY.len()], zero), vec![take(&mut stack)]),
            8 => {
                let items: Vec<Tree> = (0..step.width % 4).map(|_| take(&mut stack)).collect();
                Tree(Node::Sequence(vec![]), items)
            }
            9 => {
                let method = step.choice % 2 == 0;
                let items: Vec<Tree> = (0..step.width % 4 + u8::from(method)).map(|_| take(&mut stack)).collect();
                let arguments = items.iter().enumerate().map(|(at, _)| Argument {
                    keyword: (at > 0 && step.choice & 2 > 0).then(|| ident(["axis", "keepdims", "λ"][at % 3])),
                    value: zero,
                });
                let prefix =
                    (!method && step.choice & 4 > 0).then(|| ["np", "torch.nn.functional", "np.linalg"][step.name as usize % 3].into());
                let arguments = arguments.collect();
                Tree(Node::Call { function: ident(&pick(&FUNCTIONS)), prefix, method, arguments }, items)
            }
            10 => {
                let object = take(&mut stack);
                let mut items = vec![object];
                for place in 0..=step.width % 3 {
                    items.push(match (step.choice >> place) % 4 {
                        0 => Tree(Node::Ellipsis, vec![]),
                        1 => Tree(Node::None, vec![]),
                        2 => take(&mut stack),
                        _ => {
                            let bits = step.name >> place;
                            let part = |bit: u8| (bits & bit > 0).then_some(zero);
                            let slice = Node::Slice { start: part(1), stop: part(2), step: part(4) };
                            let parts = (0..(bits & 7).count_ones()).map(|_| take(&mut stack)).collect();
                            Tree(slice, parts)
                        }
                    });
                }
                Tree(Node::Index(zero, vec![]), items)
            }
            11 => Tree(Node::Attribute(zero, ident(["shape", "size", "e5", "Tt"][step.choice as usize % 4])), vec![take(&mut stack)]),
            12 => {
                let of = (step.choice % 2 == 0).then(|| NAMES[step.choice as usize % NAMES.len()].into());
                Tree(Node::Gradient { of, wrt: pick(&NAMES).into() }, vec![])
            }
            _ => match step.choice % 4 {
                0 => Tree(Node::Text(["ij,jk->ik", "don't", "say \"so\"", ""][step.name as usize % 4].into()), vec![]),
                1 => Tree(Node::Boolean(step.name % 2 == 0), vec![]),
                2 => Tree(Node::None, vec![]),
                _ => Tree(Node::Name("inf".into()), vec![]),
            },
        };
        stack.push(tree);
    }
    let root = stack.pop().unwrap_or(Tree(Node::None, vec![]));
    let mut program = Program::default();
    let value = root.lay(&mut program);
    program.spans = vec![Span::default(); program.nodes.len()];
    let targets = vec![Ident { text: "Y".into(), span: Span::default() }];
    program.lines.push(Line::Statement(Statement { targets, first: NodeId(0), value, span: Span::default() }));
    program
}

/// A node, and its children in reading order.
struct Tree(Node, Vec<Tree>);

impl Tree {
    fn lay(self, program: &mut Program) -> NodeId {
        let ids: Vec<NodeId> = self.1.into_iter().map(|child| child.lay(program)).collect();
        let mut next = ids.iter().copied();
        let mut take = || next.next().expect("as many children as places");
        let node = match self.0 {
            Node::Binary(operator, ..) => Node::Binary(operator, take(), take()),
            Node::Unary(operator, _) => Node::Unary(operator, take()),
            Node::Sequence(_) => Node::Sequence(ids),
            Node::Call { function, prefix, method, arguments } => {
                let arguments = arguments.into_iter().map(|argument| Argument { value: take(), ..argument }).collect();
                Node::Call { function, prefix, method, arguments }
            }
            Node::Index(..) => Node::Index(ids[0], ids[1..].to_vec()),
            Node::Slice { start, stop, step } => {
                let (start, stop) = (start.map(|_| take()), stop.map(|_| take()));
                Node::Slice { start, stop, step: step.map(|_| take()) }
            }
            Node::Attribute(_, name) => Node::Attribute(take(), name),
            leaf => leaf,
        };
        program.nodes.push(node);
        NodeId(program.nodes.len() as u32 - 1)
    }
}

fn step() -> impl Strategy<Value = Step> {
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(kind, name, width, choice)| Step { kind, name, width, choice })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_program(steps in prop::collection::vec(step(), 1..40)) {
        let program = build(&steps);
        let text = print(&program);
        let again = parse(&text).map_err(|faults| TestCaseError::fail(format!("{text}: {faults:?}")))?;
        sound(&again);
        prop_assert_eq!(meaning(&program), meaning(&again), "{}", text);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..24)) {
        let source = tokens.concat();
        match parse(&source) {
            Ok(program) => {
                sound(&program);
                let text = print(&program);
                let again = parse(&text).map_err(|faults| TestCaseError::fail(format!("{source:?} as {text:?}: {faults:?}")))?;
                prop_assert_eq!(meaning(&program), meaning(&again), "{} as {}", source, text);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    let code = fault.code.strip_prefix("E01").is_some();
                    prop_assert!(code && !fault.title.is_empty() && !fault.title.ends_with('.') && !fault.title.contains("``"), "{source:?}: {fault:?}");
                    let inside = fault.labels.iter().all(|label| source.get(label.span.start as usize..label.span.end as usize).is_some());
                    prop_assert!(inside && !fault.labels.is_empty(), "{source:?}: {fault:?}");
                }
            }
        }
    }

    #[test]
    fn any_program_of_the_other_dialect(steps in prop::collection::vec(step(), 1..40)) {
        let mut program = build(&steps);
        program.dialect = Dialect::Matlab;
        for node in &mut program.nodes {
            if let Node::Binary(operator, ..) = node {
                *operator = match *operator {
                    Binary::Multiply => Binary::Times,
                    Binary::Divide => Binary::Over,
                    Binary::Caret => Binary::Raise,
                    other => other,
                };
            }
        }
        let text = print(&program);
        let again = parse_in(&text, Dialect::Matlab).map_err(|faults| TestCaseError::fail(format!("{text}: {faults:?}")))?;
        sound(&again);
        prop_assert_eq!(meaning(&program), meaning(&again), "{}", text);
    }

    #[test]
    fn any_text(source in "\\PC{0,40}") {
        if let Ok(program) = parse(&source) {
            sound(&program);
        }
        let _ = parse_expression(&source);
    }
}

const TOKENS: &[&str] = &[
    "X",
    "W",
    "dL/dX",
    "dL_dX",
    "F.relu(",
    "np.",
    "np.pi",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    "=",
    "==",
    ";",
    "\n",
    " ",
    " ",
    "'",
    "\"",
    "ᵀ",
    ".T",
    ".mT",
    "^T",
    "^-1",
    "^",
    "⁻¹",
    "²",
    "⁻",
    "**",
    "*",
    "@",
    "•",
    ".*",
    "./",
    "-",
    "−",
    "+",
    "~",
    "√",
    "‖",
    "‖₁",
    "_",
    "?k",
    "1",
    "2.",
    ".5",
    "1e-5",
    "...",
    ".",
    "|",
    "&",
    "<",
    ">=",
    "!",
    "# x",
    "axis=",
    "None",
    "claim ",
    "grad(",
    "X: (n, d)",
    "scalar",
    "const",
    "×",
    "“",
    "if",
    "lambda",
    "not ",
    "é",
    "\u{301}",
    "\0",
    "\\",
    ".float()",
    ".astype(",
    "f(",
    "A, B = ",
    "import ",
    "return ",
    "$",
    "//",
    "||",
    "+=",
    ":=",
    "->",
];
