//! Every bound of the text: at it, one past it, far past it. All on a thread with a small stack, as an embedder may have.

use pullback::diagnostic::Diagnostic;
use pullback::limits::{MAX_NESTING, MAX_RUN, MAX_SOURCE_BYTES};
use pullback::syntax::{Line, Node, Program, decode, parse, parse_expression, print};

/// Reads `source` with 1 MiB of stack, prints it and reads it again.
fn read(source: &str) -> Result<Program, Vec<Diagnostic>> {
    let source = source.to_string();
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let program = parse(&source)?;
        let text = print(&program);
        if text.len() <= MAX_SOURCE_BYTES {
            assert_eq!(parse(&text).expect("what was printed is read").nodes.len(), program.nodes.len());
        }
        Ok(program)
    });
    thread.expect("a thread starts").join().expect("nothing panics or overflows")
}

/// The codes of what is wrong with `source`.
fn codes(source: &str) -> Vec<&'static str> {
    read(source).map(|_| vec![]).unwrap_or_else(|faults| faults.iter().map(|fault| fault.code).collect())
}

#[test]
fn nesting() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("f(a=", ")"),
        ("x[", "]"),
        ("‖", "‖"),
        ("x.f(1, ", ")"),
        ("x[a:", "]"),
        ("np.f(-", ")"),
        ("x.f(1, a=", ")"),
        ("x[0, a:b:", "]"),
        ("(1, -", ")"),
    ] {
        let nested = |depth: usize| format!("Y = {}x{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(codes(&nested(MAX_NESTING)), [""; 0], "{open}");
        assert_eq!(codes(&nested(MAX_NESTING + 1)), ["E0110"], "{open}");
        assert_eq!(codes(&nested(10_000)), ["E0110"], "{open}");
        assert!(matches!(codes(&open.repeat(10_000))[..], ["E0110"]), "{open}");
        assert_eq!(codes(&format!("Y = {}x", open.repeat(MAX_NESTING)))[..], ["E0103"], "{open}");
    }
}

#[test]
fn runs() {
    type Run = (&'static str, fn(usize) -> String);
    let runs: [Run; 14] = [
        ("-", |n| format!("{}x", "-".repeat(n))),
        ("- ", |n| format!("{}x", "- ".repeat(n))),
        ("~", |n| format!("{}x", "~".repeat(n))),
        ("√", |n| format!("{}x", "√".repeat(n))),
        ("**", |n| format!("x{}", "**x".repeat(n))),
        ("^", |n| format!("x{}", " ^ x".repeat(n))),
        (".^", |n| format!("x{}", ".^x".repeat(n))),
        (".T", |n| format!("x{}", ".T".repeat(n))),
        ("ᵀ", |n| format!("x{}", "ᵀ".repeat(n))),
        ("'", |n| format!("x{}", "'".repeat(n))),
        ("^T", |n| format!("x{}", "^T".repeat(n))),
        ("⁻¹", |n| format!("x{}", "⁻¹".repeat(n))),
        ("[0]", |n| format!("x{}", "[0]".repeat(n))),
        (".f()", |n| format!("x{}", ".f()".repeat(n))),
    ];
    for (name, run) in runs {
        // `⁻¹` is two characters of a run, `.f()` a name and a bracket: at the bound half as many are sure to fit.
        let fits = match name {
            "⁻¹" | ".f()" => MAX_RUN / 2,
            // Roots are printed as calls.
            "√" => MAX_NESTING,
            _ => MAX_RUN,
        };
        assert_eq!(codes(&run(fits)), [""; 0], "{name}");
        assert_eq!(codes(&run(MAX_RUN + 1)), ["E0110"], "{name}");
        assert_eq!(codes(&run(100_000)), ["E0110"], "{name}");
    }
}

#[test]
fn nesting_and_runs_together() {
    let nested = |count: usize| {
        let part = format!("{}(", "-2**-x**".repeat(count));
        format!("Y = {}x{}", part.repeat(60), ")".repeat(60))
    };
    // 240 powers in all: brackets that only group do not end a run, since they need not be printed.
    assert_eq!(codes(&nested(2)), [""; 0]);
    assert_eq!(codes(&nested(3)), ["E0110"]);
}

#[test]
fn length() {
    let terms = |count: usize| format!("Y = x{}", "+x".repeat(count - 1));
    let most = (MAX_SOURCE_BYTES - 3) / 2;
    assert_eq!(read(&terms(most)).expect("as many terms as fit are read").nodes.len(), 2 * most - 1);
    assert_eq!(codes(&terms(1_000_000)), ["E0109"]);
    assert_eq!(codes(&"x".repeat(MAX_SOURCE_BYTES)), [""; 0]);
    assert_eq!(codes(&"x".repeat(MAX_SOURCE_BYTES + 1)), ["E0109"]);
    assert_eq!(codes(&"x + ".repeat(5 << 20)), ["E0109"]);
    assert_eq!(decode(&vec![b'x'; 20 << 20]).expect_err("20 MB are too many").code, "E0109");
}

#[test]
fn many_parts() {
    let fits = MAX_SOURCE_BYTES / 16;
    for (open, part, close) in [
        ("Y = f(", "x,", "x)"),
        ("Y = (", "x,", ")"),
        ("Y = x[", "0,", "0]"),
        ("", "a = b\n", ""),
        ("", "X: (n, d); ", ""),
        ("", ";", ""),
        ("", "\n", ""),
        ("", "# nothing\n", ""),
        ("Y = (x", "+\n x", ")"),
        ("X: (n", ", d*2 + 1", ")"),
        ("a", ", a", " = f(x)"),
        ("Y = '", "i", "'"),
        ("Y = 1", "0", ""),
        ("Y = x", "*-x", ""),
        ("Y = x", "ᵀ@x", ""),
        ("Y = x", " ** 2 / x", ""),
        ("Y = x", " < x.T", ""),
        ("X: (n,)", " const", ""),
    ] {
        let source = format!("{open}{}{close}", part.repeat(fits / part.len()));
        let faults = codes(&source);
        assert!(faults.is_empty() || faults == ["E0114"], "{open}{part}{close}: {faults:?}");
    }
}

#[test]
fn endless_garbage() {
    for part in [
        "(", ")", "[", "'", "\"", "‖", "=", ",", ":", ".", "?", "_", "@", "x ", "\0", "×", "“", "$", "\u{202E}", "dL/d", "1e", "x=", "x:",
        "^", "f(x ", "é", "∂", "\\",
    ] {
        for count in [1, 2, 3, 3_000] {
            if part.len() * count <= MAX_SOURCE_BYTES {
                let _ = codes(&part.repeat(count));
            }
        }
    }
}

#[test]
fn bytes() {
    assert_eq!(decode(b"\xEF\xBB\xBFY = X").expect("a mark is dropped"), "Y = X");
    let fault = decode(b"Y = X\nZ = \xC3\xA9\xFF").expect_err("no UTF-8");
    assert_eq!((fault.code, fault.title.contains("line 2, column 6")), ("E0108", true), "{}", fault.title);
    assert_eq!(decode(b"\xFF\xFEY\0").expect_err("UTF-16").code, "E0108");
    assert_eq!(decode(b"").expect("nothing is text"), "");
    assert_eq!(codes("Y = X\0"), ["E0105"]);
    assert_eq!(codes("Y = \u{7}X"), ["E0105"]);
}

#[test]
fn nothing() {
    for source in ["", " ", "\n", "\r\n\r\n", ";;;", "# a remark", "\n# a\n  # b\n;", "\t\u{A0}"] {
        assert!(read(source).expect("nothing is a program").lines.is_empty(), "{source:?}");
    }
    assert_eq!(parse_expression("").expect_err("nothing is no expression")[0].code, "E0101");
    assert_eq!(parse_expression("x\ny").expect_err("two lines are no expression")[0].code, "E0113");
}

#[test]
fn names_of_any_script() {
    for name in ["שלום", "سلام", "重み", "вес", "x̂", "W₁₂", "λ", "Δx", "é", "e\u{301}", "नमस्ते", "x_1", "_x", "__", "ℓ"]
    {
        let program = read(&format!("{name} = {name}ᵀ @ {name}'")).expect(name);
        assert_eq!(program.nodes[0], Node::Name(name.into()));
        assert!(matches!(&program.lines[..], [Line::Statement(line)] if &*line.targets[0].text == name));
    }
}

/// Every subcommand, not the reader alone, ends on 1 MiB with a result or a diagnostic: nothing recurses as deep as a program is long.
#[cfg(unix)]
#[test]
fn every_subcommand_on_a_small_stack() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().join("\n");
    let joined = |count: usize, sign: &str, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<Vec<_>>().join(sign);
    let chain = |count: usize| format!("x0: (n,)\n{}\nf = sum(x{count})", lines(count, &|k| format!("x{} = x{k} + sin(x{k})", k + 1)));
    let net = |count: usize| {
        format!("W: (n, n) const; X0: (n, n)\n{}\nf = sum(X{count})", lines(count, &|k| format!("X{} = tanh(W @ X{k} @ W)", k + 1)))
    };
    let linear =
        |count: usize| format!("W: (n, n) const; X0: (n, n)\n{}\nf = sum(X{count})", lines(count, &|k| format!("X{} = X{k} @ W", k + 1)));
    let programs = [
        chain(60),
        net(60),
        linear(60),
        format!("f = sum({}x{})", "sin(".repeat(MAX_NESTING - 2), ")".repeat(MAX_NESTING - 2)),
        format!("y = {}", joined(200, " * ", &|_| "x".into())),
        format!("Y = {}", joined(80, " @ ", &|k| format!("X{k}"))),
        format!("y = {}", joined(80, " / ", &|k| format!("x{k}"))),
        format!("f = sum({})", joined(150, " + ", &|k| format!("x{k}"))),
        format!("Y = concat([{}])", joined(60, ", ", &|k| format!("X{k}"))),
        format!("f = einsum('{}->', {})", joined(60, ",", &|_| "ij".into()), joined(60, ", ", &|k| format!("X{k}"))),
        format!("x: (2000,); y = x[[{}]]", joined(150, ",", &|k| k.to_string())),
    ];
    let subcommands: [&[&str]; 12] = [
        &["explain", "--full"],
        &["explain", "--brief", "--format", "json"],
        &["explain", "--format", "html"],
        &["shapes"],
        &["code"],
        &["code", "--target", "torch", "--autograd"],
        &["code", "--of", "jacobian"],
        &["code", "--of", "hessian"],
        &["code", "--of", "hvp"],
        &["jacobian", "--jvp", "V"],
        &["hessian", "--hvp", "V"],
        &["figure"],
    ];
    let run = |arguments: &[&str], program: &str| {
        let script = "ulimit -s 1024 && exec \"$0\" \"$@\"";
        let mut command = std::process::Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_pullback")]).args(arguments).arg(program);
        let ended = command.output().expect("it starts");
        // 1: the program is refused, as with a formula that is too long
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{arguments:?}\n{}\n{told}", &program[..60]);
        assert!(!told.contains("E09"), "{arguments:?}\n{}\n{told}", &program[..60]);
    };
    for program in &programs {
        subcommands.iter().for_each(|arguments| run(arguments, program));
        let claim = format!("{program}\nclaim {} = 0", if program.starts_with("W") { "df/dX0" } else { "dL/dx" });
        run(&["check"], &claim);
    }
}
