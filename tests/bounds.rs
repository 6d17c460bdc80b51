//! Every bound past the text: at it, one past it, far past it. The whole way from text to page, in a debug build on 1 MiB of stack.

use pullback::answer::{Answer, Explanation, Options, answer, shapes};
use pullback::derive::UseExplanation;
use pullback::explicit::{NotExplicit, explicit};
use pullback::limits::*;
use pullback::numeric::Method;
use pullback::page::{Parts, explain};
use pullback::render::terminal::{Style, render};

/// Runs `work` on a small stack.
fn small<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work);
    thread.expect("a thread starts").join().expect("nothing panics or overflows")
}

/// The whole way with every part asked for; the answer, or the codes of what is wrong.
fn whole(program: &str, dims: &[(&str, usize)]) -> Result<Answer, Vec<&'static str>> {
    let options = Options { dims: dims.iter().map(|(name, n)| (name.to_string(), *n)).collect(), ..Options::default() };
    let program = program.to_string();
    small(move || {
        let answer = answer(&program, &options).map_err(|wrong| wrong.iter().map(|d| d.code).collect::<Vec<_>>())?;
        let style = Style { width: 80, charset: pullback::formula::Charset::Unicode, color: true };
        assert!(!render(&explain(&answer, Parts::FULL), &style).is_empty());
        Ok(answer)
    })
}

fn passes(program: &str) -> Answer {
    whole(program, &[]).unwrap_or_else(|codes| panic!("{codes:?}: {}", program.chars().take(80).collect::<String>()))
}

fn codes(program: &str) -> Vec<&'static str> {
    whole(program, &[]).err().unwrap_or_default()
}

/// The first use of the first gradient that is explained.
fn first(answer: &Answer) -> &UseExplanation {
    let mut uses = answer.explanations.iter().filter_map(|e| if let Explanation::Uses(uses) = e { uses.first() } else { None });
    uses.next().expect("a gradient is explained")
}

fn joined(count: usize, sign: &str, name: &str) -> String {
    (0..count).map(|k| format!("{name}{k}")).collect::<Vec<_>>().join(sign)
}

#[test]
fn depth() {
    for (open, close) in [("tanh(", ")"), ("(1 + ", ")"), ("(2 * ", ")"), ("sum(X * ", ")"), ("(X @ ", ")"), ("-(", ")"), ("exp(-", ")")] {
        for depth in [MAX_NESTING / 2, MAX_NESTING - 1] {
            let program = format!("X: (n, n); Y = {}X{}", open.repeat(depth), close.repeat(depth));
            // numbers may overflow on the way: then there is a diagnostic
            let found = codes(&program);
            assert!(found.is_empty() || found == ["E0503"], "{open} {depth}: {found:?}");
        }
        assert_eq!(codes(&format!("Y = {}X{}", open.repeat(10_000), close.repeat(10_000))), ["E0110"], "{open}");
    }
    for run in ["-", "+"] {
        passes(&format!("Y = {}X", run.repeat(MAX_RUN)));
    }
    passes(&format!("Y = X{}", ".T".repeat(MAX_RUN)));
}

#[test]
fn axes() {
    let declared = |count: usize| format!("X: ({}); Y = X * 2", joined(count, ", ", "a"));
    let ones = |count: usize| format!("X: ({}); Y = X * 2", vec!["1"; count].join(", "));
    assert!(small(move || shapes(&declared(MAX_AXES)).is_ok()));
    passes(&ones(MAX_AXES));
    for count in [MAX_AXES + 1, 40, 10_000] {
        assert_eq!(codes(&declared(count)), ["E0307"], "{count}");
    }
    // one more by broadcasting, indexing or einsum
    let grown = format!("X: ({}); Y = X[None]", vec!["1"; MAX_AXES].join(", "));
    assert_eq!(codes(&grown), ["E0307"]);
}

#[test]
fn lengths() {
    let product = |count: usize| {
        let factors: Vec<String> = (0..count).map(|k| format!("(a{k} + b{k})")).collect();
        format!("x: ({},); Y = x * 2", factors.join("*"))
    };
    let fits = MAX_LENGTH_TERMS.ilog2() as usize;
    assert!(small({
        let program = product(fits);
        move || shapes(&program).is_ok()
    }));
    for count in [fits + 1, 60, 1000] {
        let program = product(count);
        let found = small(move || shapes(&program).err().map(|wrong| wrong[0].code));
        assert!(found.is_some(), "{count} factors are too many");
    }
}

#[test]
fn labels() {
    // one letter an index: any letter will do
    let letters: Vec<char> = ('\u{4e00}'..).take(MAX_LABELS + 1).collect();
    let program = |count: usize| {
        let list: Vec<String> = letters[..count].chunks(2).map(|pair| pair.iter().collect()).collect();
        format!("Y = einsum('{}->', {})", list.join(","), joined(list.len(), ", ", "A"))
    };
    let found = codes(&program(MAX_LABELS));
    assert!(!found.contains(&"E0305"), "{found:?}");
    assert_eq!(codes(&program(MAX_LABELS + 1)), ["E0305"]);
}

#[test]
fn factors() {
    for count in [MAX_FACTORS, MAX_FACTORS + 1, 300] {
        for sign in [" @ ", " * "] {
            let found = codes(&format!("Y = {}", joined(count, sign, "A")));
            assert!(found.is_empty() || found == ["E0503"], "{count}{sign}: {found:?}");
        }
    }
    let chain = |count: usize| passes(&format!("Y = {} @ X", joined(count, " @ ", "A")));
    // the gradient of one factor is made of all others and of what arrives from above
    assert_eq!(first(&chain(MAX_ENUMERATED_FACTORS - 1)).arrangements[0].total, 384);
    assert_eq!(first(&chain(MAX_ENUMERATED_FACTORS)).arrangements[0].total, 3840);
    assert_eq!(first(&chain(MAX_ARRANGED_FACTORS - 1)).arrangements.len(), 1);
    assert_eq!(first(&chain(MAX_ARRANGED_FACTORS)).arrangements.len(), 0);
    // ten million fit, and the search for them ends
    let square = format!("{}: (n, n); Y = {}", joined(MAX_ARRANGED_FACTORS, ", ", "A"), joined(MAX_ARRANGED_FACTORS, " @ ", "A"));
    assert!(first(&passes(&square)).arrangements[0].fitting() <= MAX_WALKED);
}

#[test]
fn statements() {
    let sum = |count: usize| passes(&format!("Y = {}", joined(count, " + ", "x")));
    assert!(!sum(MAX_WHOLE_STATEMENT - 1).derivation.model.statements[0].long);
    assert!(sum(MAX_WHOLE_STATEMENT).derivation.model.statements[0].long);
    let nested = |count: usize| passes(&format!("Y = {}", (0..count).fold("x".to_string(), |inner, k| format!("tanh(x{k} * {inner})"))));
    let made = |answer: &Answer| answer.derivation.model.statements.iter().filter(|s| s.made).count();
    assert_eq!(made(&nested(MAX_STATEMENT_NODES as usize / 2)), 0);
    assert!(made(&nested(MAX_NESTING - 1)) > 0);
    assert!(first(&nested(3)).components.is_some());
    assert!(first(&nested(MAX_STATEMENT_NODES as usize / 2)).components.is_none(), "more than {MAX_EXPLAINED_NODES} nodes");
    let network = |count: usize| {
        let lines: Vec<String> = (1..=count).map(|k| format!("A{k} = tanh(A{} @ W{k})", k - 1)).collect();
        passes(&format!("A0: (n, d); {}", lines.join("; ")))
    };
    let closed = |answer: &Answer| answer.derivation.wanted().filter(|g| g.closed.is_some()).count();
    let (short, long) = (network(3), network(100));
    assert_eq!(closed(&short), 4);
    assert!(closed(&long) < 60 && closed(&long) > 0, "at most {MAX_CLOSED_TOKENS} operands");
}

#[test]
fn depth_of_closed_gradients() {
    let doubled = |statements: usize| {
        let steps: Vec<String> = (0..statements).map(|k| format!("H{} = tile(H{k}, (2, 1))[:n]", k + 1)).collect();
        format!("X: (n, n); H0 = X; {}", steps.join("; "))
    };
    let closed = |statements: usize| passes(&doubled(statements)).derivation.wanted().filter(|g| g.closed.is_some()).count();
    assert_eq!(closed(2), 1);
    assert_eq!(closed(MAX_CLOSED_DEPTH), 0);
    assert_eq!(closed(10 * MAX_CLOSED_DEPTH), 0);
    // in one statement there is no other form: what it is cannot be read back
    let nested = format!("X: (n, n); {}X{}", "tile(".repeat(45), ", (2, 1))[:n]".repeat(45));
    assert_eq!(codes(&nested), ["E0504"]);
}

#[test]
fn check() {
    let program = "Y = x * x";
    let at = |n: usize| whole(program, &[("n", n)]);
    let method = |n: usize| at(n).expect("it is checked").agreement.expect("it is checked").method;
    assert_eq!(method(MAX_CHECK_ENTRYWISE), Method::Entries(MAX_CHECK_ENTRYWISE));
    assert!(matches!(method(MAX_CHECK_ENTRYWISE + 1), Method::DirectionsEach(_)));
    assert!(at(MAX_CHECK_ENTRIES).is_ok());
    for n in [0, MAX_CHECK_ENTRIES + 1, usize::MAX] {
        assert_eq!(at(n).err(), Some(vec!["E0501"]), "{n}");
    }
    let sum = |count: usize| {
        let program = format!("{}: (n, d); Y = {}", joined(count, ", ", "X"), joined(count, " * ", "X"));
        whole(&program, &[("n", 5), ("d", 7)]).expect("it is checked").agreement.expect("it is checked").method
    };
    assert!(matches!(sum(MAX_CHECK_DIRECTIONS_INPUTS), Method::DirectionsEach(_)));
    assert!(matches!(sum(MAX_CHECK_DIRECTIONS_INPUTS + 1), Method::DirectionsAll(_)));
}

#[test]
fn written_out() {
    let at = |program: &str, dims: &[(&str, usize)]| {
        let answer = passes(program);
        let dims: Vec<(String, usize)> = dims.iter().map(|(name, n)| (name.to_string(), *n)).collect();
        let gradient = answer.derivation.wanted().next().expect("a gradient").clone();
        explicit(&answer.derivation, gradient.of, first(&answer), &dims).map(|e| (e.value.len(), e.value[0].0.len()))
    };
    assert_eq!(at("Y = x * x", &[("n", MAX_EXPLICIT_ENTRIES)]), Ok((MAX_EXPLICIT_ENTRIES, 1)));
    assert_eq!(at("Y = x * x", &[("n", MAX_EXPLICIT_ENTRIES + 1)]).err(), Some(NotExplicit::TooLong));
    assert_eq!(at("Y = x * x", &[("n", usize::MAX)]).err(), Some(NotExplicit::TooLong));
    assert_eq!(at("f = sum(x * x)", &[("n", MAX_EXPLICIT_TERMS)]), Ok((1, MAX_EXPLICIT_TERMS)));
    assert_eq!(at("f = sum(x * x)", &[("n", MAX_EXPLICIT_TERMS + 1)]).err(), Some(NotExplicit::TooLong));
    assert_eq!(at("f = sum(x * x)", &[("n", usize::MAX)]).err(), Some(NotExplicit::TooLong));
    let factors = |scalars: usize| {
        let program =
            format!("a, b, c, e: (n,); {}: (); f = sum(a * b * c * e) + {}", joined(scalars, ", ", "s"), joined(scalars, " * ", "s"));
        at(&program, &[("n", MAX_EXPLICIT_TERMS - 1)]).map(|(_, terms)| terms)
    };
    let rest = MAX_EXPLICIT_FACTORS - 4 * (MAX_EXPLICIT_TERMS - 1);
    assert_eq!(factors(rest), Ok(MAX_EXPLICIT_TERMS));
    assert_eq!(factors(rest + 1).err(), Some(NotExplicit::TooLong));
    assert_eq!(factors(10 * rest).err(), Some(NotExplicit::TooLong));
    // a function is a factor, and what stands in it
    assert!(at("f = sum(tanh(x))", &[("n", MAX_EXPLICIT_TERMS)]).is_ok());
    assert_eq!(at("f = sum(tanh(x)) ** 2", &[("n", MAX_EXPLICIT_FACTORS / 2)]).err(), Some(NotExplicit::TooLong));
    // all entries together: MAX_EXPLICIT_ENTRIES of them, each a product
    let each = MAX_EXPLICIT_WHOLE / MAX_EXPLICIT_ENTRIES;
    let whole = |scalars: usize| {
        let program = format!("{}: (); y = x * {}", joined(scalars, ", ", "s"), joined(scalars, " * ", "s"));
        at(&program, &[("n", MAX_EXPLICIT_ENTRIES)]).map(|(entries, _)| entries)
    };
    assert_eq!(whole(each - 1), Ok(MAX_EXPLICIT_ENTRIES));
    assert_eq!(whole(each).err(), Some(NotExplicit::TooLong));
    // an array on the way
    let wide = |n: usize| at("f = sum(x) ** 2 * sum(X[0, :1] * 0 + 1)", &[("n", 2), ("d", n)]);
    assert!(wide(MAX_EXPLICIT_STEPS / 2).is_ok());
    for n in [MAX_EXPLICIT_STEPS / 2 + 1, usize::MAX] {
        assert_eq!(wide(n).err(), Some(NotExplicit::TooLong));
    }
}

#[test]
fn fixes() {
    let program = "X: (n, d); W: (m, d); Y = X @ W";
    let wrong = shapes(program).expect_err("it does not fit");
    assert!(!wrong[0].fixes.is_empty() && wrong[0].fixes.len() <= MAX_FIXES);
}
