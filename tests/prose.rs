//! Derivations for readers: what a handful of programs become in each format, and what must not break them.

use proptest::prelude::*;
use pullback::answer::{Higher, Options, answer, hessian, jacobian};
use pullback::claim::{self, judge};
use pullback::page::{Part, Parts, check, explain, shapes};
use pullback::render::document::{Block, Document, Piece, words};
use pullback::render::{html, latex, markdown, typst};

/// A format's name, and what writes it.
type Format = (&'static str, fn(&Document) -> String);

const FORMATS: [Format; 4] = [
    ("markdown", |document| markdown::render(document, &markdown::Style::default())),
    ("latex", |document| latex::render(document, false)),
    ("typst", |document| typst::render(document, false)),
    ("html", |document| html::render(document, false)),
];

fn explained(program: &str, parts: Parts, dims: &[(&str, usize)]) -> Document {
    let dims = dims.iter().map(|(name, n)| (name.to_string(), *n)).collect();
    let options = Options { dims, unchecked: true, ..Options::default() };
    explain(&answer(program, &options).expect(program), parts)
}

fn snapshot(name: &str, program: &str, document: &Document) {
    for (format, render) in FORMATS {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("../snapshots/{format}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(program);
        let text = render(document);
        // the style sheet is read in its own file
        let text = match (text.find("<style>"), text.find("</style>\n")) {
            (Some(start), Some(end)) => format!("{}{}", &text[..start], &text[end + "</style>\n".len()..]),
            _ => text,
        };
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn a_handful_of_programs() {
    let parts = Parts::of([Part::Result, Part::Shapes, Part::Dims, Part::Loop, Part::Components, Part::Differential, Part::Reading]);
    for (name, program) in [
        ("matrix_product", "Y = X @ W"),
        ("linear_layer", "Z = X @ W_in + b; loss = mean(relu(Z)**2)"),
        ("quadratic_form", "f = x @ A @ x"),
    ] {
        snapshot(name, program, &explained(program, parts, &[]));
    }
    let program = "Y = X @ W";
    snapshot("johnson", program, &explained(program, Parts::of([Part::Explicit]), &[("n", 2), ("d", 2), ("m", 3)]));
    let judged = judge("Y = X @ W; dL/dX = W @ dL/dY; dL/dW = (dL/dY.T @ X).T", &claim::Options::default()).expect("it is read");
    snapshot("check", "Y = X @ W; dL/dX = W @ dL/dY; dL/dW = (dL/dY.T @ X).T", &check(&judged));
}

#[test]
fn derivatives_paired_with_nothing() {
    let unchecked = Options { unchecked: true, ..Options::default() };
    let by_x = Options { wrt: Some(vec!["X".into()]), ..unchecked.clone() };
    let found = jacobian("Y = X @ W", &by_x, &Higher::default()).expect("it is derived");
    snapshot("jacobian", "Y = X @ W", &pullback::page::jacobian(&found, true));
    let program = "f = x @ A @ x";
    let found = hessian(program, &unchecked, &Higher { order: 3, along: Some("v".into()), ..Higher::default() }).expect("it is derived");
    snapshot("hessian", program, &pullback::page::hessian(&found));
}

#[test]
fn shapes_alone_are_told_in_every_format() {
    let model = pullback::answer::shapes_in("Z = X @ W + b", pullback::syntax::Dialect::Numpy).expect("it is read");
    for (format, render) in FORMATS {
        assert!(render(&shapes(&model, "Z = X @ W + b")).contains("repeats along"), "{format}");
    }
}

/// What a comment holds reaches the page, and no reader takes it for its own.
#[test]
fn what_a_program_holds_is_quoted() {
    let program = "Y = X @ W  # <script>&`$x$ \\end{document} #let *a* [b] ``` \"q\" %";
    let [md, tex, typ, page] = FORMATS.map(|(_, render)| render(&explained(program, Parts::BRIEF, &[])));
    assert!(md.starts_with("````\nY = X @ W  # <script>"), "{md}");
    assert!(tex.contains(r"{\textless}script{\textgreater}\&") && !tex.contains(r"\end{document}") && tex.contains(r"\%"), "{tex}");
    assert!(typ.contains(r#"\\end{document} #let *a* [b] ``` \"q\" %""#), "{typ}");
    assert!(page.contains("# &lt;script&gt;&amp;`$x$") && !page.contains("<script"), "{page}");
}

#[test]
fn odd_names_are_names() {
    let program = "a_b: (n, d); x__y: (d, m); Y_ = lambda * (a_b @ x__y); größe = Y_ * 2";
    let [md, tex, typ, page] = FORMATS.map(|(_, render)| render(&explained(program, Parts::BRIEF, &[])));
    assert!(md.contains(r"a_{b}") && md.contains(r"\lambda") && md.contains(r"\text{größe}"), "{md}");
    assert!(tex.contains(r"x_{y}") && tex.contains(r"\lambda\,"), "{tex}");
    assert!(typ.contains("x_(y)") && typ.contains('λ') && typ.contains("\"größe\""), "{typ}");
    assert!(page.contains("<msub><mi>x</mi><mi>y</mi></msub>") && page.contains("<mi>λ</mi>"), "{page}");
}

/// A reader of Markdown may take a backslash before a sign, a bar, a star or `<` for its own, and GitHub forbids `\operatorname`.
#[test]
fn formulas_in_markdown_have_nothing_that_markdown_reads() {
    for program in
        ["Y = relu(X) * (X > 0)", "Y = X / M; L = sum(abs(Y))", "P = softmax(X); L = sum(P * log(P))", "E: (v, d); i: (n,); H = take(E, i)"]
    {
        let text = markdown::render(&explained(program, Parts::FULL, &[]), &markdown::Style::default());
        for (place, part) in text.split('$').enumerate() {
            // between `$` and `$`, and between `$$` and `$$`, where a line may end in `\\`
            let formula = part.replace("\\\\\n", "\n");
            if place % 2 == 1 || part.contains("\\begin{aligned}") {
                let odd = ["\\,", "\\;", "\\_", "\\{", "\\}", "*", "\n>", "|"];
                assert!(!odd.iter().any(|sign| formula.contains(sign)), "{program}: {formula}");
                // with a blank behind it, it begins no tag
                assert!(formula.match_indices('<').all(|(at, _)| formula[at + 1..].starts_with(' ')), "{program}: {formula}");
            }
        }
    }
}

/// Commands that MathJax 3, KaTeX, pandoc 2.17 and LaTeX all know, each tried with each. What one of them lacks fails there as a whole
/// formula: MathJax has no `\thickspace`, pandoc no `\thinspace` and no `\Bigl`, LaTeX no `\lt`, GitHub no `\operatorname`.
const SHARED: &str =
    "Big Delta Gamma Lambda Omega Phi Pi Psi Sigma Theta Xi alpha arccos arcsin arctan ast backslash begin beta big boxed cdot
    checkmark chi cos cosh delta det end epsilon eta exp frac gamma ge hspace infty iota kappa lVert lambda land langle le left
    leftarrow limits lnot log longrightarrow lor lvert mathop mathrm max min mu ne nu odot omega oslash otimes overset phi pi prod psi
    qquad quad rVert rangle rho right rvert sigma sim sin sinh sqrt sum tan tanh tau text texttt theta times to top underbrace
    underset upsilon vert wedge xi xrightarrow zeta";

#[test]
fn markdown_uses_the_commands_that_its_readers_share() {
    let mut met = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/ok")).unwrap() {
        let program = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let text = markdown::render(&explained(&program, Parts::FULL, &[]), &markdown::Style::default());
        // formulas alone: what is code may have any backslash
        for formula in text.split('$').skip(1).step_by(2).chain(text.split("$$").skip(1).step_by(2)) {
            for command in formula.split('\\').skip(1) {
                let name: String = command.chars().take_while(char::is_ascii_alphabetic).collect();
                assert!(name.is_empty() || SHARED.split_whitespace().any(|known| known == name), "\\{name} in {formula}\n{program}");
                met += usize::from(!name.is_empty());
            }
        }
    }
    assert!(met > 1_000, "{met}");
}

#[test]
fn a_run_of_backticks_is_quoted_by_a_longer_one() {
    let document = Document::new(vec![Block::Paragraph(vec![words("see "), Piece::Code("a ``b`` | c".into())])]);
    assert_eq!(markdown::render(&document, &markdown::Style::default()), "See ```a ``b`` \\| c```.\n");
}

/// Names of every kind: indices, Greek, other scripts, digits, words of Python and of the formats, very long ones.
fn a_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9]{0,3}(_[a-zA-Z0-9]{1,4}){0,3}_?",
        "[αβγλθΩΣπ][0-9]{0,2}",
        "_{1,2}[a-z]{1,3}",
        "[a-zé字яא][ßœ出ж0-9₁₂_]{0,5}",
        "[A-Z]{30,60}",
        prop::sample::select(vec!["lambda", "frac", "sum_", "underbrace", "mono", "limits", "alpha_beta", "end", "math", "W_", "x__y"])
            .prop_map(String::from),
    ]
}

/// Braces that are not escaped, in order.
fn braces_are_balanced(text: &str) -> bool {
    let mut depth = 0i32;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '{' if !escaped => depth += 1,
            '}' if !escaped => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    /// Whatever the program calls its variables, its lengths and its comment, every format stays well-formed, and no name becomes a command.
    #[test]
    fn any_names_are_names(names in prop::collection::hash_set(a_name(), 5), said in "[ -~]{0,24}") {
        let names: Vec<String> = names.into_iter().collect();
        let [x, w, b, n, y] = names.as_slice() else { unreachable!("five") };
        let program = format!("{x}: ({n}, 3); {w}: (3, 4); {b}: (4,)  # {said}\n{y} = softmax({x} @ {w} + {b})");
        // some are words of the language
        let found = answer(&program, &Options::default());
        prop_assume!(found.is_ok());
        let document = explain(&found.unwrap(), Parts::DEFAULT);
        let [md, tex, typ, page] = FORMATS.map(|(_, render)| render(&document));
        prop_assert!(braces_are_balanced(&tex), "{tex}");
        // in the code, the comment stands as it is
        let md = md.replacen(format!("# {said}").trim_end(), "", 1);
        for formula in md.split("$$").skip(1).step_by(2) {
            prop_assert!(braces_are_balanced(formula), "{program}\n{formula}");
        }
        prop_assert_eq!(md.matches("```").count() % 2, 0, "{}", md);
        prop_assert_eq!(typ.replace("\\\\", "").replace("\\\"", "").matches('"').count() % 2, 0, "{}", typ);
        for element in ["math", "mrow", "msub", "munder", "mfrac", "table", "details", "code"] {
            let open = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
            prop_assert_eq!(open, page.matches(&format!("</{element}>")).count(), "{}: {}", element, program);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// Words and code of any kind leave braces balanced, tags closed and nothing that turns the direction of writing.
    #[test]
    fn any_words_are_words(said in "([ -~]|[λ权\u{202e}\u{1b}é🙂]){0,40}", code in "([ -~]|λ){0,20}") {
        let document = Document::new(vec![
            Block::Heading(1, vec![words(said.clone())]),
            Block::Paragraph(vec![words(said.clone()), Piece::Code(code.clone()), Piece::Strong(said)]),
            Block::Program(vec![code]),
        ]);
        for (format, render) in FORMATS {
            let text = render(&document);
            prop_assert!(!text.contains(['\u{202e}', '\u{1b}']), "{format}: {text}");
            if format == "html" {
                let body = text.split_once("</style>").map_or("", |(_, body)| body);
                let count = |sign: &str| body.matches(sign).count();
                prop_assert_eq!(count("<p>"), count("</p>"), "{}", body);
                prop_assert_eq!(count("<"), count(">"), "{}", body);
            }
        }
    }
}

/// A display of LaTeX stays on its page unless it is told that it may go on to the next.
#[test]
fn long_derivations_go_on_to_the_next_page() {
    let page = latex::render(&explained("mu = mean(X, axis=0); Y = (X - mu) / sqrt(var(X, axis=0) + 1e-5)", Parts::FULL, &[]), false);
    let displays: Vec<&str> = page.split("\\begin{align*}").collect();
    let (mut long, mut short) = (0, 0);
    for pair in displays.windows(2) {
        let rows = pair[1].split("\\end{align*}").next().map_or(0, |formula| formula.matches("\\\\\n").count() + 1);
        assert_eq!(pair[0].ends_with("{\\allowdisplaybreaks\n"), rows > 8, "{rows} rows: {}", pair[1]);
        *if rows > 8 { &mut long } else { &mut short } += 1;
    }
    assert!(long > 0 && short > 0, "{long} long, {short} short");
}
