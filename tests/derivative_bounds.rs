//! Every bound of Jacobians and Hessians: at it, one past it, far past it; from text to page, in a debug build on 1 MiB of stack.

use pullback::answer::{Derivatives, Higher, Options, hessian, jacobian};
use pullback::derive::operands;
use pullback::formula::Charset;
use pullback::limits::{
    MAX_BLOCKS, MAX_DERIVATIVE_TOKENS, MAX_HESSIAN_STEPS, MAX_JACOBIAN_STEPS, MAX_JACOBIANS, MAX_MAP_FACTORS, MAX_MAP_PARTS, MAX_ORDER,
};
use pullback::page;
use pullback::render::terminal::{Style, render};

/// The derivatives and their page; the codes of what is wrong.
fn whole(program: &str, second: bool, options: &Options, higher: &Higher) -> Result<Derivatives, Vec<&'static str>> {
    let (program, options, higher) = (program.to_string(), options.clone(), higher.clone());
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let derive = if second { hessian } else { jacobian };
        let found = derive(&program, &options, &higher).map_err(|wrong| wrong.iter().map(|d| d.code).collect::<Vec<_>>())?;
        let document = if second { page::hessian(&found) } else { page::jacobian(&found, true) };
        assert!(!render(&document, &Style { width: 80, charset: Charset::Unicode, color: true }).is_empty());
        Ok(found)
    });
    thread.expect("a thread starts").join().expect("nothing panics or overflows")
}

fn by(name: &str) -> Options {
    Options { wrt: Some(vec![name.into()]), ..Options::default() }
}

fn list(count: usize, sign: &str) -> String {
    (0..count).map(|k| format!("a{k}")).collect::<Vec<_>>().join(sign)
}

#[test]
fn parts() {
    let program = |count: usize| {
        let factors: Vec<String> = (0..count).map(|k| format!("X @ A{k}")).collect();
        let matrices: Vec<String> = (0..count).map(|k| format!("A{k}")).collect();
        format!("X, {}: (n, n); Y = {}", matrices.join(", "), factors.join(" @ "))
    };
    for (count, parts) in [(MAX_MAP_PARTS, MAX_MAP_PARTS), (MAX_MAP_PARTS + 1, 1), (2 * MAX_MAP_PARTS, 0)] {
        let unread = Higher { unread: true, ..Higher::default() };
        let found = whole(&program(count), false, &by("X"), &unread).expect("it is derived");
        let kept = found.found[0].derivative.map.parts.len();
        assert!(kept == parts || parts == 0 && kept <= MAX_MAP_PARTS, "{count}: {kept}");
        assert!(found.agreement.is_some());
    }
}

#[test]
fn factors() {
    for count in [MAX_MAP_FACTORS - 1, MAX_MAP_FACTORS, MAX_MAP_FACTORS + 1, 3 * MAX_MAP_FACTORS] {
        let program = format!("x, {}: (n,); y = x * {}", list(count, ", "), list(count, " * "));
        let found = whole(&program, false, &by("x"), &Higher::default()).expect("it is derived");
        assert!(found.agreement.is_some(), "{count}");
    }
}

#[test]
fn blocks() {
    let side = MAX_BLOCKS.isqrt();
    let product = |count: usize| format!("{}: (); f = {}", list(count, ", "), list(count, " * "));
    assert_eq!(whole(&product(side), true, &Options::default(), &Higher::default()).expect("at the bound").found.len(), MAX_BLOCKS);
    for count in [side + 1, 20 * side] {
        assert_eq!(whole(&product(count), true, &Options::default(), &Higher::default()).err(), Some(vec!["E0506"]), "{count}");
    }
    // an action on a direction has no blocks
    let alone = Higher { along: Some("v".into()), actions_alone: true, ..Higher::default() };
    assert_eq!(whole(&product(side + 1), true, &Options::default(), &alone).expect("no blocks").actions.len(), side + 1);
}

#[test]
fn length() {
    let program = |terms: usize| {
        let sines: Vec<String> = (0..terms).map(|k| format!("sin(x + {k})")).collect();
        format!("x: (n,); y = {}", sines.join(" + "))
    };
    let unread = Higher { unread: true, ..Higher::default() };
    let size = |depth: usize| {
        let found = whole(&program(depth), false, &Options { unchecked: true, ..by("x") }, &unread).expect("it is derived");
        operands(found.derivation.arena(), found.found[0].derivative.value)
    };
    let (mut fits, mut longer) = (1, 10_000);
    assert!(size(longer) > MAX_DERIVATIVE_TOKENS);
    while longer - fits > 1 {
        let middle = (fits + longer) / 2;
        *(if size(middle) <= MAX_DERIVATIVE_TOKENS { &mut fits } else { &mut longer }) = middle;
    }
    assert_eq!(whole(&program(fits), false, &by("x"), &Higher::default()).err(), None, "{fits}");
    for terms in [longer, 10 * longer] {
        assert_eq!(whole(&program(terms), false, &by("x"), &Higher::default()).err(), Some(vec!["E0507"]), "{terms}");
    }
}

#[test]
fn order() {
    assert_eq!(MAX_ORDER, 3);
    let ask = |order: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_pullback")).args(["hessian", "f = sum(x**4)", "--order", order]).output();
        let run = run.expect("it runs");
        (run.status.code(), String::from_utf8_lossy(&run.stdout).contains("d3f/dx3"))
    };
    assert_eq!(ask("2"), (Some(0), false));
    assert_eq!(ask("3"), (Some(0), true));
    for order in ["4", "1000", "1", "-1"] {
        assert_eq!(ask(order), (Some(2), false), "{order}");
    }
}

#[test]
fn depth() {
    for layers in [3, 300] {
        let mut program = String::from("a0: (n,); W: (n, n) const\n");
        (1..=layers).for_each(|k| program.push_str(&format!("a{k} = tanh(W @ a{})\n", k - 1)));
        match whole(&program, false, &Options { unchecked: true, ..Options::default() }, &Higher::default()) {
            Ok(found) => assert_eq!(found.found.len(), 1),
            Err(codes) => assert!(layers > 3 && codes == ["E0507"], "{codes:?}"),
        }
    }
}

/// How much memory an array takes is told in front of the lines that make it.
#[test]
fn memory_is_said_before_it_is_made() {
    let emitted = |of: &str, program: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_pullback")).args(["code", "--of", of, program]).output().expect("it runs");
        String::from_utf8(run.stdout).expect("text")
    };
    for (of, program, memory) in [
        ("hessian", "X: (n, d); f = sum(X**3)", "Memory, in numbers: n*d*n*d"),
        ("hessian", "A: (n, n) const; x: (n,); f = x @ A @ x", "Memory, in numbers: n*n"),
        ("jacobian", "Y = X @ W", "Memory, in numbers: n*m*n*d + n*m*d*m"),
    ] {
        let text = emitted(of, program);
        // the last function's docstring, and the line in which that function ends
        let (said, made) = (text.find(memory), text.rfind("    return {"));
        assert!(said.is_some() && said < made, "{program}\n{text}");
    }
    assert!(!emitted("hvp", "X: (n, d); f = sum(X**3)").contains("Memory"), "an action makes no such array");
}

/// What would be longer than anyone reads is refused before it is made; its action on a direction is not.
#[test]
fn steps() {
    // without the page, for which the formulas are too long
    let derived = |program: &str, second: bool, options: &Options, higher: &Higher| {
        let derive = if second { hessian } else { jacobian };
        derive(program, options, higher).map_err(|wrong| wrong.iter().map(|d| d.code).collect::<Vec<_>>())
    };
    let chain = |count: usize| {
        let lines: Vec<String> = (0..count).map(|k| format!("x{} = x{k} + sin(x{k})", k + 1)).collect();
        format!("x0: (n,)\n{}\nf = sum(x{count})", lines.join("\n"))
    };
    let unread = Higher { unread: true, ..Higher::default() };
    let along = Higher { along: Some("v".into()), actions_alone: true, unread: true, ..Higher::default() };
    // two operations a line, and the sum
    let most = (MAX_HESSIAN_STEPS - 1) / 2;
    assert!(derived(&chain(most), true, &Options::default(), &unread).is_ok());
    for count in [most + 1, 2 * most] {
        assert_eq!(derived(&chain(count), true, &Options::default(), &unread).err(), Some(vec!["E0507"]), "{count}");
        assert!(derived(&chain(count), true, &Options::default(), &along).is_ok(), "{count}");
    }
    // one line has one operation on the way from each of its inputs
    let sum = |count: usize| format!("y = {}", list(count, " + "));
    assert_eq!(derived(&sum(MAX_JACOBIANS), false, &Options::default(), &unread).expect("at the bound").found.len(), MAX_JACOBIANS);
    assert_eq!(derived(&sum(MAX_JACOBIANS + 1), false, &Options::default(), &unread).err(), Some(vec!["E0506"]));
    assert!(derived(&sum(MAX_JACOBIANS + 1), false, &by("a7"), &unread).is_ok());
    let net = |count: usize| {
        let lines: Vec<String> = (0..count).map(|k| format!("X{} = tanh(X{k} @ W{k})", k + 1)).collect();
        format!("X0: (n, d)\n{}", lines.join("\n"))
    };
    // each layer has two operations and one input more
    let steps = |count: usize| (count + 1) * (0..count).map(|k| 2 * (k + 2)).sum::<usize>();
    let most = (1..).take_while(|&count| steps(count) <= MAX_JACOBIAN_STEPS).count();
    assert_eq!(derived(&net(most + 1), false, &Options::default(), &Higher::default()).err(), Some(vec!["E0507"]));
    assert!(derived(&net(most + 1), false, &by("X0"), &unread).is_ok());
}
