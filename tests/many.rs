//! Programs of many like parts: no rule goes from one part to the next by calling itself. From text to page without explanations and
//! check, in a debug build on 1 MiB of stack; `tests/bounds.rs` has the bounds themselves.

use pullback::answer::{Options, answer};

/// How many parts: a rule that takes a hundred of them at a call each would not come back.
const PARTS: usize = 500;

/// What stands in a sum, `@` for the part's number; behind it the declarations, `#` for the number of parts.
const TERMS: [(&str, &str); 33] = [
    ("exp(x[@])", "x: (#,)"),
    ("sum(exp(X[@]))", "X: (#, d)"),
    ("sum(exp(X[:, @]))", "X: (d, #)"),
    ("sum(exp(X[@:@ + 1] * X[@]))", "X: (#, d)"),
    ("sum(exp(reshape(X, (k, #))[:, @] * A[:, @]))", "X: (#, k); A: (k, #)"),
    ("a@ • W • x", ""),
    ("a@ • W • x@", ""),
    ("x • A@ • x", ""),
    ("tr(A@ • X)", ""),
    ("tr(X.T • A@ • X)", ""),
    ("sum((X - A@)**2)", ""),
    ("sum(X * A@)", ""),
    ("sum(x * A@)", ""),
    ("sum(X * sum(A@, axis=0))", ""),
    ("einsum('ij,i,j->', X, a@, b@)", ""),
    ("norm(x - a@)", ""),
    ("sum(where(X > A@, X, A@))", ""),
    ("sum(relu(X - A@))", ""),
    ("max(x - a@)", ""),
    ("tr(inv(X + A@))", ""),
    ("logdet(X + A@)", ""),
    ("a@ • softmax(x * b@)", ""),
    ("sum(roll(x, @) * a@)", ""),
    ("sum(flip(x) * a@)", ""),
    ("sum(X[i@])", ""),
    ("alpha**2 * x@ • x@", ""),
    ("log(1 + exp(-a@ • x))", ""),
    ("tr(diag(x) • A@)", ""),
    ("sum(diag(A@) * x)", ""),
    ("sum(kron(X, A@))", ""),
    ("sum(exp(pad(x, (@, 0))))", "x: (n,)"),
    ("cumsum(x) • a@", ""),
    ("sum(X.T * A@)", ""),
];

/// What a statement makes of the one before, `H`.
const STEPS: [&str; 22] = [
    "tanh(H)",
    "H.T",
    "H * B + X",
    "H @ W",
    "W @ H",
    "H @ X",
    "inv(H)",
    "softmax(H)",
    "roll(H, 1)",
    "H[::-1]",
    "cumsum(H, axis=0)",
    "reshape(H, (n*n,)).reshape(n, n)",
    "concat([H, B])[n:] + H",
    "pad(H, ((1, 1), (0, 0)))[1:n + 1]",
    "where(H > 0, H, B)",
    "H / norm(H)",
    "H - mean(H, axis=1, keepdims=True)",
    "H * x + b",
    "diag(diag(H))",
    "outer(diag(H), x)",
    "stack([H, B])[0]",
    "split(H, 1)[0]",
];

fn ends(program: String) {
    let start: String = program.chars().take(120).collect();
    let work = move || answer(&program, &Options { unchecked: true, unexplained: true, ..Options::default() }).map(|_| ());
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread starts");
    let wrong = thread.join().unwrap_or_else(|_| panic!("{start}"));
    assert!(wrong.is_ok(), "{start}: {:?}", wrong.err());
}

#[test]
fn sums_of_many_terms() {
    for (term, declared) in TERMS {
        let terms: Vec<String> = (0..PARTS).map(|k| term.replace('@', &k.to_string())).collect();
        ends(format!("{declared}\nf = {}", terms.join(" + ")).replace('#', &PARTS.to_string()));
    }
}

#[test]
fn chains_of_many_steps() {
    for step in STEPS {
        let steps: Vec<String> = (0..PARTS).map(|k| format!("H{} = {}", k + 1, step.replace('H', &format!("H{k}")))).collect();
        ends(format!("X, W, B: (n, n); x, b: (n,); H0 = X\n{}", steps.join("\n")));
    }
}
