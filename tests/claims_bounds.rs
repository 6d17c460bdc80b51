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
