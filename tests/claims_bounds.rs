//! Claims of any size and kind end in a verdict or in a diagnostic: in debug builds, on a stack of 1 MiB.

use pullback::claim::{Options, judge};
use pullback::limits::{MAX_EDITED_NODES, MAX_NESTING, MAX_RUN};
use pullback::numeric::Random;
use pullback::syntax::Dialect;

/// The verdict's name, or the first diagnostic's code.
fn end(source: String) -> &'static str {
    end_in(source, Dialect::Numpy)
}

fn end_in(source: String, dialect: Dialect) -> &'static str {
    let work = move || match judge(&source, &Options { dialect, ..Options::default() }) {
        Ok(judged) => judged.judgements[0].verdict.name(),
        Err(wrong) => wrong[0].code,
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread").join().expect("no panic")
}

/// The claim `dL/dX = dL/dY @ W.T` with `terms` pairs of terms that cancel, and another term.
fn sum(terms: usize, last: &str) -> String {
    format!("Y = X @ W\ndL/dX = dL/dY @ W.T{}{last}", " + X - X".repeat(terms))
}

#[test]
fn long_claims() {
    // a term with its sign is two nodes
    let most = (MAX_EDITED_NODES - 8) / 4;
    for terms in [most, most + 1, 10 * most, 1000] {
        assert_eq!(end(sum(terms, "")), "right", "{terms}");
        assert_eq!(end(sum(terms, " + X")), "wrong value", "{terms}");
        assert_eq!(end(sum(terms, " + W")), "shapes clash", "{terms}");
    }
}

#[test]
fn deep_claims() {
    let deep = MAX_NESTING - 1;
    assert_eq!(end(format!("Y = X @ W\ndL/dX = {}dL/dY @ W.T{}", "(".repeat(deep), ")".repeat(deep))), "right");
    assert_eq!(end(format!("Y = X @ W\ndL/dX = {}dL/dY @ W.T{}", "(".repeat(9999), ")".repeat(9999))), "E0110");
    assert_eq!(end(format!("Y = X @ W\ndL/dX = (dL/dY @ W.T){}", ".T".repeat(MAX_RUN / 2 * 2 - 2))), "right");
    assert_eq!(end(format!("Y = X @ W\ndL/dX = (dL/dY @ W.T){}", ".T".repeat(9999))), "E0110");
    assert_eq!(end(format!("y = x\ndL/dx = {}dL/dy", "-".repeat(MAX_RUN))), "right");
}

#[test]
fn claims_about_long_programs() {
    let network = |layers: usize| {
        let lines: String = (1..=layers).map(|k| format!("A{k} = tanh(A{} @ W{k})\n", k - 1)).collect();
        format!("{lines}dL/dW1 = A0.T @ (dL/dA1 * (1 - A1**2))")
    };
    for layers in [1, 100, 200] {
        assert_eq!(end(network(layers)), "right", "{layers}");
        assert_eq!(end(network(layers).replace("1 - A1**2", "1 - A1")), "wrong value", "{layers}");
    }
}

#[test]
fn whatever_is_claimed() {
    const PROGRAMS: [&str; 8] = [
        "Y = X @ W",
        "f = x @ A @ x",
        "X: (n, n) symmetric; c: (n,) const; f = sum(inv(X) @ c)",
        "E: (v, d); i: (n,); H = E[i]",
        "Z = X @ W + b; A = softmax(Z, axis=1); L = sum(A * T)",
        "X: (b, h, n, k); Y = X @ X.mT / sqrt(k)",
        "y = 3",
        "x: (5,); y = concat([x[1:], x[:1]])",
    ];
    const PIECES: [&str; 44] = [
        "X",
        "W",
        "Y",
        "x",
        "A",
        "f",
        "c",
        "E",
        "i",
        "H",
        "Z",
        "b",
        "n",
        "d",
        "dL/dY",
        "dL/dX",
        "df/dx",
        "dL/dH",
        "dJ/dY",
        "grad(X)",
        "dY/dX",
        "@",
        "*",
        "+",
        "-",
        "/",
        "**",
        "(",
        ")",
        ".T",
        ".mT",
        "[:, 0]",
        "[None]",
        "sum(",
        ", axis=0)",
        "outer(",
        ",",
        "2",
        "0",
        "1.5",
        "ones(n)",
        "einsum('ij,jk->ik', ",
        "inv(",
        "eye(n)",
    ];
    const LEFT: [&str; 12] = ["dL/dX", "df/dx", "dL/dW", "dY/dX", "df/dA", "dL/dE", "dL/di", "grad(x)", "dJ/dX", "dL_dY", "dL/dc", "∂y/∂x"];
    let mut random = Random::new(5);
    let mut pick = |count: usize| random.uniform(0.0, count as f64) as usize % count;
    for round in 0..600 {
        let program = PROGRAMS[pick(PROGRAMS.len())];
        let count = 1 + pick(9);
        let value: Vec<&str> = (0..count).map(|_| PIECES[pick(PIECES.len())]).collect();
        let claim = format!("{} = {}", LEFT[pick(LEFT.len())], value.join(" "));
        let source = if pick(5) == 0 { format!("{claim}\n{program}") } else { format!("{program}\n{claim}") };
        let dialect = if pick(6) == 0 { Dialect::Matlab } else { Dialect::Numpy };
        assert!(!end_in(source, dialect).is_empty(), "{round}");
    }
}

#[test]
fn second_derivatives_and_jacobians_of_any_kind_end() {
    for claim in [
        "d2f/dx2 = A",
        "d²f/dx² = ",
        "∂²/∂ = 2",
        "d2 f/dx2 = 1",
        "hess() = 1",
        "hess(x, A, x) = 1",
        "d99f/dx99 = 1",
        "d2f/d(x)2 = 1",
        "d2f/dx²² = A",
        "d2f/(dx dA = A",
        "d2f/dx2 = d2f/dx2",
        "claim d2f/dx2 = df/dx",
        "df/dx = kron(kron(A, A), kron(A, A))",
    ] {
        assert_ne!(end(format!("f = x @ A @ x\n{claim}")), "right", "{claim}");
    }
    // what cannot be computed is refused, not called wrong
    for value in ["ones(9999, 9999, 9999, 9999)", "sum(ones(99999, 99999)) * X", "zeros(999999999, 999999999)[0, 0] * X"] {
        assert_eq!(end(format!("Y = X @ W\ndL/dX = {value}")), "E0501", "{value}");
        assert_eq!(end(format!("Y = X @ W\ndY/dX = {value}")), "E0501", "{value}");
    }
}

#[test]
fn arrays_that_are_too_large_are_refused() {
    use pullback::limits::{MAX_CHECK_ENTRIES, MAX_COMPUTED_ENTRIES};
    let sum = |entries: usize| end(format!("Y = X @ W\ndL/dX = sum(ones({entries})) * dL/dY @ W.T"));
    assert_eq!(sum(MAX_CHECK_ENTRIES), "wrong value");
    // what is not decided is not called wrong
    assert_eq!(sum(MAX_CHECK_ENTRIES + 1), "undecided");
    assert_eq!(sum(MAX_COMPUTED_ENTRIES), "undecided");
    assert_eq!(sum(MAX_COMPUTED_ENTRIES + 1), "E0501");
    assert_eq!(sum(1 << 60), "E0501");
    let n = MAX_CHECK_ENTRIES.isqrt();
    let square = |n: usize| end(format!("x: ({n},); y = 2 * x\ndy/dx = 2 * eye({n})"));
    assert_eq!(square(n), "right");
    assert_eq!(square(n + 1), "E0501");
    assert_eq!(square(1 << 14), "E0501");
}

#[test]
fn many_claims_at_once() {
    let claims = |count: usize, claim: &str| format!("f = x @ A @ x\n{}", format!("{claim}\n").repeat(count));
    let judged = judge(&(claims(100, "df/dx = (A + A.T) @ x") + &"d2f/dx2 = A + A.T\n".repeat(100)), &Options::default()).unwrap();
    assert!(judged.judgements.len() == 200 && judged.all_hold());
    // the gradient that follows is derived once
    assert_eq!(judged.cases.len(), 2);
}
