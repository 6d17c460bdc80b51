//! Emitted Python, read line by line before a snapshot is accepted. `tests/readers/code_runs.py` runs it.

use pullback::answer::{Options, answer};
use pullback::render::code::{TARGETS, Target, module};

fn emitted(program: &str, target: &str, autograd: bool) -> String {
    let answer = answer(program, &Options::default()).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"));
    module(&answer, Target::find(target).expect("a target"), autograd)
}

/// The two functions without the script behind them.
fn functions(program: &str, target: &str) -> String {
    let text = emitted(program, target, false);
    let start = text.find("def forward").expect("there is a forward");
    text[start..text.find("\n\ndef check").expect("there is a check")].into()
}

fn check(name: &str, program: &str, seen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/code");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(program);
    settings.bind(|| insta::assert_snapshot!(name, seen));
}

#[test]
fn whole_modules() {
    let layer = "Z = X @ W + b; A = relu(Z); L = mean((A - T)**2)";
    for target in TARGETS {
        check(&format!("layer_{}", target.name), layer, &emitted(layer, target.name, false));
    }
    let scaled = "X: (n, h*k); T: (n, h*k) const; c: (); Y = X * (h + c) + T";
    check("autograd_torch", scaled, &emitted(scaled, "torch", true));
    check("autograd_jax", scaled, &emitted(scaled, "jax", true));
    let drawn = "A: (n, n) posdef; t: (n, k) onehot; s: (n,) sign; f = s @ A @ s + sum(log(t + 1))";
    check("properties", drawn, &emitted(drawn, "numpy", false));
}

#[test]
fn every_library_has_its_own_words() {
    let masks = "m = (X > 0) & ~(X > b); Y = where(m, 2 * X, 1/3) * sum(m) + gelu(maximum(X, 0))";
    let convolution = "X: (b, c, n); W: (o, c, k); Y = conv1d(X, W)";
    for target in TARGETS {
        check(&format!("masks_{}", target.name), masks, &functions(masks, target.name));
        check(&format!("convolution_{}", target.name), convolution, &functions(convolution, target.name));
    }
}

#[test]
fn a_library_is_not_believed_where_it_has_no_number() {
    let (guarded, plain) = ("x: (n,); y = where(x > 0, sqrt(x), 0)", "x: (n,); y = where(x > 0, tanh(x), 0)");
    for (target, said) in [("numpy", "np.seterr("), ("torch", "grad.isnan()"), ("jax", "jnp.isnan(grad)")] {
        assert!(emitted(guarded, target, false).contains(said) && !emitted(plain, target, false).contains(said), "{target}");
    }
}

#[test]
fn names_are_valid_and_shadow_nothing() {
    for (name, program) in [
        ("keywords", "lambda: (n,); np: (n,); sum: (n, n); f = lambda @ sum @ np"),
        ("python_folds", "φ = α * x; ϕ = β * φ; x₁ = ϕ @ ϕ; f = x₁ * x1; x1: ()"),
        ("length_and_variable", "b: (b,); X: (n, b); Y = (X + b) / b.shape[0]"),
        ("helpers", "_standardize: (n, d); sum: (n, d); Y = layer_norm(_standardize) * sum"),
        ("temporaries", "t1 = X @ W; Y = exp(t1 * t1) / sum(exp(t1 * t1))"),
    ] {
        check(name, program, &functions(program, "numpy"));
    }
}

#[test]
fn a_module_imports_its_library_alone() {
    for (target, allowed) in [("numpy", &["numpy", "scipy", "scipy.linalg"][..]), ("torch", &["torch"]), ("jax", &["jax", "jax.numpy"])] {
        for program in ["Y = erf(X) @ W", "Y = logsumexp(X, axis=1)", "Y = softmax(X)", "L = cross_entropy(X, T)", "A: (n, n); Y = expm(A)"]
        {
            let text = emitted(program, target, false);
            let imports = text.lines().filter(|line| line.starts_with("import ") || line.starts_with("from "));
            for line in imports {
                let library = line.split_whitespace().nth(1).unwrap_or_default();
                assert!(allowed.contains(&library), "{target}: {line}");
            }
        }
    }
}

#[test]
fn functions_have_the_signatures_that_are_promised() {
    for target in TARGETS {
        let text = functions("T: (n, m) const; Y = X @ W - T; Z = Y * Y", target.name);
        // in order of first appearance, which is that of the declarations where there are any
        assert!(text.contains("def forward(T, X, W):"), "{text}");
        assert!(text.contains("def backward(T, X, W, dL_dZ):"), "{text}");
        assert!(text.contains("return {\"X\": dL_dX, \"W\": dL_dW}"), "{text}");
        assert!(
            ["grad(", "backward(", "requires_grad"].iter().all(|word| text.matches(word).count() == usize::from(*word == "backward(")),
            "{text}"
        );
        let scalar = functions("f = x @ A @ x", target.name);
        assert!(scalar.contains("def backward(x, A):"), "{scalar}");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (place, line) in
            lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#') && !line.ends_with(".shape"))
        {
            assert!(line.contains("  # (") || lines[place - 1].starts_with("# ("), "{line}");
        }
    }
}

#[test]
fn every_name_of_the_module_may_be_a_users_name() {
    for target in TARGETS {
        for autograd in [false, true] {
            let text = emitted(
                "ctx: (n,); saved: (n,); above: (n,); Pullback: (n,); f = sum(ctx * saved * above * Pullback)",
                target.name,
                autograd,
            );
            let definition = |start: &str| text.lines().filter(|line| line.trim_start().starts_with(start)).collect::<Vec<_>>().join("\n");
            assert!(definition("def forward(").contains("(ctx, saved, above, Pullback)"), "{text}");
            if autograd && target.has_autograd() {
                assert!(text.contains("Pullback_"), "{text}");
                assert!(text.contains("above_ * df_dctx"), "{text}");
            }
        }
    }
}

#[test]
fn with_autograd_nothing_is_computed_again() {
    let program = "H = tanh(X @ W); Y = exp(H @ V)";
    for target in ["torch", "jax"] {
        let text = emitted(program, target, true);
        let start = text.find(if target == "torch" { "class Pullback" } else { "def Pullback_forward" }).expect("there is a function");
        let function = &text[start..text.find("\n\ndef check").expect("there is a check")];
        for (code, times) in [("tanh(X @ W)", 1), ("exp(H @ V)", 1), ("def backward(X", 0)] {
            let lines = function.lines().map(|line| line.split('#').next().unwrap_or_default());
            assert_eq!(lines.filter(|line| line.contains(code)).count(), times, "{code} in\n{function}");
        }
    }
}

#[test]
fn long_programs_are_long_in_proportion() {
    let layers = |count: usize| {
        let layer = |k: usize| format!("X{} = tanh(X{k} @ W{k} + b{k}); W{k}: (d, d); b{k}: (d,)\n", k + 1);
        format!("X0: (n, d)\n{}", (0..count).map(layer).collect::<String>())
    };
    let (short, long) = (emitted(&layers(100), "numpy", false).len(), emitted(&layers(400), "numpy", false).len());
    assert!(long < 5 * short, "{short} and {long} bytes");
}

#[test]
fn a_line_may_end_as_on_windows_and_hold_quotes() {
    let text = emitted("X: (n, d)\r\nY = X * 2 # \"\"\" \\\r\n", "numpy", false);
    let head: Vec<&str> = text.lines().take_while(|line| !line.starts_with("import")).filter(|line| !line.is_empty()).collect();
    assert!(!text.contains('\r') && head.iter().all(|line| line.starts_with('#')), "{text}");
}

/// Comments that would run as code, were they read in another encoding or past what ends a line for somebody.
const HOSTILE: &[&str] = &[
    "# coding: unicode_escape\n# \\nimport os; os.system(\"false\")",
    "# -*- coding: utf-7 -*-\n# +AAo-import os",
    "#!/bin/sh\n# vim: set fileencoding=unicode_escape :",
    "# \rimport os",
    "# \u{b}import os\u{c}import os\u{1c}\u{1d}\u{1e}\u{85}import os\u{2028}import os\u{2029}import os",
    "# \0\u{1b}]0;title\u{7}\u{9b}31m\u{7f}",
    "# \u{202e}\u{202a}\u{2066}\u{2069}\u{200e}\u{61c}\u{feff}\u{200b}\u{ad}\u{e0041}\u{ffff}\u{3164}",
    "# \"\"\" ''' \\",
    "# {__import__('os')} $rng {draws} %s",
    "# /// script\n# dependencies = [\"x\"]\n# ///",
];

#[test]
fn no_comment_of_the_program_gets_out_of_its_comment() {
    for hostile in HOSTILE {
        for (target, autograd) in [("numpy", false), ("torch", false), ("torch", true), ("jax", false), ("jax", true)] {
            let plain = emitted("Y = X @ W", target, autograd);
            for program in [format!("{hostile}\nY = X @ W"), format!("Y = X @ W {hostile}"), format!("Y = (X {hostile}\n@ W)")] {
                let text = emitted(&program, target, autograd);
                let lines: Vec<&str> = text.split('\n').collect();
                assert_eq!(lines[..3], ["# -*- coding: utf-8 -*-", plain.split('\n').nth(1).unwrap(), "#"], "{program:?}");
                let begin = lines.iter().position(|line| line.starts_with("import")).expect("an import");
                assert!(lines[3..begin].iter().all(|line| line.is_empty() || line.starts_with("# ")), "{text}");
                // what follows does not know of the comment
                assert_eq!(lines[begin..].join("\n"), plain[plain.find("\nimport").unwrap() + 1..], "{program:?}");
                let unseen = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{2066}\u{feff}\u{200b}\u{2028}\u{ffff}".contains(c);
                assert!(!text.contains(unseen), "{text:?}");
                assert!(!text.replace("\\\\", "").contains("\\n"), "{text}");
            }
        }
    }
}

#[test]
fn names_that_python_takes_for_one_stay_two() {
    let text = functions("ﬁ: (n,); fi: (n,); ſ: (n,); s: (n,); ｎｐ: (n,); f = sum(ﬁ * fi * ſ * s * ｎｐ)", "numpy");
    assert!(text.contains("def forward(ﬁ, fi_, ſ, s_, ｎｐ_):") && text.contains("\"fi\": "), "{text}");
    // a letter that nobody sees makes no name
    for unseen in ["X\u{3164}", "X\u{200d}", "X\u{fe0f}", "\u{115f}"] {
        assert_eq!(answer(&format!("Y = {unseen} @ W"), &Options::default()).err().map(|wrong| wrong[0].code), Some("E0105"), "{unseen:?}");
    }
}

#[test]
fn lengths_come_from_shapes() {
    for (name, program) in [
        ("lengths_read", "X: (n, d); Y = X / (n * d) - eye(n) @ X"),
        ("lengths_missing", "X: (n, h*k); Y = X * h"),
        ("lengths_solved", "X: (n + 1, h*k); w: (h,); Y = sum(X) * k * n * w"),
    ] {
        check(name, program, &functions(program, "numpy"));
    }
}

#[test]
fn what_is_needed_twice_is_computed_once() {
    for (name, program) in [
        ("shared", "L = sum((A @ x - y)**2)"),
        ("shared_products", "L = sum((X - X @ W @ W.T)**2)"),
        ("shared_with_a_statement", "Y = exp(X) + 1; Z = exp(X) * Y"),
        ("constant_input", "X: (n, d) const; W: (d, m); Y = tanh(X @ W)"),
        ("scalar_output", "f = x @ A @ x"),
        ("unused_line", "Y = X @ W; Z = Y * Y; L = sum(Y)"),
    ] {
        check(name, program, &functions(program, "numpy"));
    }
}

#[test]
fn products_are_taken_in_the_cheapest_order() {
    let forward = |program: &str| {
        let text = functions(program, "numpy");
        let line = text.lines().find(|line| line.trim_start().starts_with("Y =")).expect("a line for Y");
        line.split("  #").next().unwrap_or_default().trim().to_string()
    };
    for (program, code) in [
        ("Y = A @ B @ C @ x", "Y = A @ (B @ (C @ x))"),
        ("Y = x @ A @ B @ C", "Y = x @ A @ B @ C"),
        ("Y = (A @ B) @ x", "Y = A @ (B @ x)"),
        ("Y = (A @ B).T @ x", "Y = B.T @ (A.T @ x)"),
        ("Y = outer(x, y) @ z", "Y = x * (y @ z)"),
        ("Y = outer(x, x) @ A @ outer(y, z)", "Y = np.outer(x * (x @ A @ y), z)"),
        ("Y = A @ outer(x, y)", "Y = np.outer(A @ x, y)"),
        ("x: (n,); Y = trace(A @ outer(x, x))", "Y = A @ x @ x"),
        ("M: (m,); A: (n, d); Y = ones(m, n) @ A + 0 * M[:, None]", "Y = np.broadcast_to(np.sum(A, axis=0), (m, d)) + 0 * M[:, None]"),
        ("Y = diag(x) @ A", "Y = x[:, None] * A"),
        ("Y = trace(A @ B)", "Y = np.sum(A * B.T)"),
        ("Y = 2 * A @ B @ x", "Y = 2 * A @ (B @ x)"),
        ("Y = diag(d) @ A @ diag(c) @ x", "Y = d * (A @ (c * x))"),
        ("Y = trace(A @ X @ B)", "Y = np.sum((A @ X) * B.T)"),
        ("Y = trace(outer(x, y))", "Y = x @ y"),
        ("Y = diag(A @ B)", "Y = np.sum(A * B.T, axis=1)"),
        ("Y = einsum('ij,jk,kl,l->i', A, B, C, x)", "Y = A @ (B @ (C @ x))"),
        ("x: (n,); A: (b, n, m); B: (b, m, k); Y = x @ A @ B", "Y = x @ A @ B"),
        ("x: (n,); A: (b, n, m); y: (m,); Y = x @ A @ y", "Y = x @ A @ y"),
    ] {
        assert_eq!(forward(program), code, "{program}");
    }
}

#[test]
fn no_target_of_another_name() {
    assert!(Target::find("numpy").is_some_and(|target| !target.has_autograd()));
    assert!(Target::find("fortran").is_none());
}
