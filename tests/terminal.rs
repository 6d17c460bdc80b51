//! What a reader sees at a terminal. The snapshots read alone: each is one screen.

use proptest::prelude::*;
use pullback::diagnostic::{Diagnostic, Edit, Fix, Label, Severity, Span};
use pullback::render::document::{Block, Document, Edge, Equation, Loop, Piece, Side, Text, table, words};
use pullback::render::formula::{Charset, Formula, Token};
use pullback::render::report::report;
use pullback::render::terminal::{Style, render};
use unicode_width::UnicodeWidthChar;

macro_rules! screen {
    ($name:expr, $text:expr) => {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots/terminal");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $text));
    };
}

const PLAIN: Style = Style { width: 100, charset: Charset::Unicode, color: false };
const ASCII: Style = Style { charset: Charset::Ascii, ..PLAIN };

/// A formula out of blank-separated tokens: `dL/dY @ W '` is a product with a transpose.
fn tokens(text: &str) -> Formula {
    let token = |word: &str| match word {
        "@" => Token::Operator("@"),
        "+" => Token::Operator("+"),
        "'" => Token::Transpose { batch: false },
        "," => Token::Mark(","),
        "⟨" => Token::Mark("⟨"),
        "⟩" => Token::Mark("⟩"),
        "(" => Token::Mark("("),
        ")" => Token::Mark(")"),
        "Σij" => Token::Summation("ij".into()),
        "_" => Token::Verbatim(" ".into()),
        _ if word.starts_with('[') => Token::Indices(word.trim_matches(['[', ']']).into()),
        _ => match word.split_once('/') {
            Some((of, by)) => Token::gradient(&of[1..], &by[1..]),
            None if word.len() > 1 && word.starts_with('d') => Token::Change(word[1..].into()),
            None => Token::Name(word.into()),
        },
    };
    text.split(' ').map(token).collect()
}

fn formula(text: &str) -> Piece {
    Piece::Formula(tokens(text))
}

/// A dimension whose hue is the place of its first letter in `ndm`, or none.
fn side(name: &str) -> Side {
    Side { name: name.into(), hue: "ndm".find(name.get(..1).unwrap_or("?")).map(|i| i as u8) }
}

fn shape(sides: &[&str]) -> Piece {
    Piece::Shape(sides.iter().map(|name| side(name)).collect())
}

fn product(left: &[&str], right: &[&str]) -> Text {
    vec![shape(left), words(" @ "), shape(right)]
}

fn differ(left: &str, right: &str) -> Text {
    vec![Piece::Bad(String::new()), words("  "), Piece::Side(side(left)), words("\u{a0}≠\u{a0}"), Piece::Side(side(right))]
}

fn equation(left: &str, right: &str, reason: &str) -> Equation {
    let left = if left.is_empty() { vec![] } else { vec![formula(left)] };
    Equation { left, relation: "=", right: vec![formula(right)], reason: if reason.is_empty() { vec![] } else { vec![words(reason)] } }
}

fn loop_of(cut: &str, from: &str, way: &[(&str, &str)]) -> Block {
    let way = way.iter().map(|(factor, to)| Edge { factor: tokens(factor), to: side(to) }).collect();
    Block::Loop(Loop { cut: tokens(cut), from: side(from), way })
}

/// The first screen of a matrix product.
fn first_screen() -> Document {
    let symbol = |name: &str, sides: &[&str], text: Text| vec![vec![formula(name)], vec![shape(sides)], text];
    let mut output = symbol("Y", &["n", "m"], product(&["n", "d"], &["d", "m"]));
    output.push(vec![words("inner "), Piece::Side(side("d")), words(" = "), Piece::Side(side("d"))]);
    Document::new(vec![
        Block::Heading(0, vec![words("Y = X @ W")]),
        table(
            &[],
            vec![
                symbol("X", &["n", "d"], vec![words("input, a matrix by its upper-case name")]),
                symbol("W", &["d", "m"], vec![words("input, likewise")]),
                output,
                symbol("dL/dY", &["n", "m"], vec![words("upstream: a gradient has the shape of its variable")]),
            ],
        ),
        Block::Heading(1, vec![formula("dL/dX"), words("  must be "), shape(&["n", "d"])]),
        Block::Heading(
            2,
            vec![
                words("What can it be made of?   [dL/dX] = [L]/[X] = [dL/dY]·[W], so "),
                formula("dL/dY"),
                words(" and "),
                formula("W"),
                words(", once each."),
            ],
        ),
        Block::Inner(vec![table(
            &[],
            vec![
                vec![vec![formula("W @ dL/dY")], product(&["d", "m"], &["n", "m"]), differ("m", "n")],
                vec![vec![formula("W ' @ dL/dY")], product(&["m", "d"], &["n", "m"]), differ("d", "n")],
                vec![vec![formula("dL/dY @ W")], product(&["n", "m"], &["d", "m"]), differ("m", "d")],
                vec![
                    vec![formula("dL/dY @ W '")],
                    product(&["n", "m"], &["m", "d"]),
                    vec![Piece::Good(String::new()), words("  "), shape(&["n", "d"])],
                    vec![words("the only fit of 8")],
                ],
            ],
        )]),
        Block::Heading(2, vec![words("Why is that so?")]),
        Block::Inner(vec![
            Block::Equations(vec![
                equation("dL", "⟨ dL/dY , dY ⟩", "chain rule: ⟨,⟩ multiplies entry by entry and adds up"),
                equation("", "⟨ dL/dY , dX @ W ⟩", "only X changes"),
                equation("", "⟨ dL/dY @ W ' , dX ⟩", "W crosses to the other slot, transposed"),
            ]),
            Block::Paragraph(vec![words("by components")]),
            Block::Equations(vec![
                equation("dL", "Σij dL/dY [i,j] _ dY [i,j]", ""),
                equation("dL/dX [i,k]", "Σij dL/dY [i,j] _ W [k,j]", "what multiplies dX[i,k]"),
                equation("", "( dL/dY @ W ' ) [i,k]", "W is walked from m back to d: a transpose"),
            ]),
            loop_of("X", "n", &[("dL/dY", "m"), ("W '", "d")]),
            Block::Paragraph(vec![
                words("Cut "),
                formula("X"),
                words(" out of the loop: from "),
                Piece::Side(side("n")),
                words(" to "),
                Piece::Side(side("d")),
                words(" the way left is "),
                formula("dL/dY"),
                words(", then "),
                formula("W"),
                words(" backwards."),
            ]),
        ]),
        Block::Result {
            left: vec![formula("dL/dX")],
            right: vec![formula("dL/dY @ W '")],
            shapes: vec![shape(&["n", "m"]), words(" @ "), shape(&["m", "d"]), words(" → "), shape(&["n", "d"])],
            remarks: vec![vec![words("row i of dL/dX needs row i of dL/dY alone: each example has its own gradient")]],
        },
    ])
}

#[test]
fn one_matrix_product() {
    let document = first_screen();
    screen!("wide", render(&document, &PLAIN));
    screen!("width_60", render(&document, &Style { width: 60, ..PLAIN }));
    screen!("width_30", render(&document, &Style { width: 30, ..PLAIN }));
    screen!("ascii", render(&document, &ASCII));
    let coloured = render(&document, &Style { color: true, ..PLAIN });
    screen!("colour", coloured.replace('\u{1b}', "␛"));
    assert_eq!(uncoloured(&coloured), render(&document, &PLAIN), "colour changes nothing but colour");
}

#[test]
fn a_last_cell_goes_on_below_itself() {
    let cells = |last: &str| vec![vec![words("dL/dY @ Wᵀ, and some more")], vec![words("(n, m) @ (m, d)")], vec![words(last)]];
    let rows = vec![cells("it goes on and on until the line is full, and then some"), cells("short")];
    screen!("table_70", render(&Document::new(vec![table(&[], rows)]), &Style { width: 70, ..PLAIN }));
}

#[test]
fn loops() {
    let one = loop_of("X", "n", &[("dL/dX", "m")]);
    let two = loop_of("X", "n", &[("dL/dY", "m"), ("W '", "d")]);
    let four = loop_of("weights", "batch", &[("dL/dY", "m"), ("C ' @ B", "k"), ("B '", "hidden"), ("A '", "d")]);
    let blocks = vec![one, two, four, loop_of("权重", "批", &[("X", "维度")]), loop_of("X", "n", &[])];
    let document = Document::new(blocks);
    screen!("loops", render(&document, &PLAIN));
    screen!("loops_ascii", render(&document, &ASCII));
    screen!("loops_width_40", render(&document, &Style { width: 40, ..PLAIN }));
}

#[test]
fn names_of_other_widths() {
    let rows = [("权重", "维度"), ("Wé", "d"), ("e\u{301}\u{302}", "n"), ("λ", "m"), ("a\u{1b}[31mb", "x\u{202e}y"), ("W", "d")];
    let row = |(name, dim): &(&str, &str)| {
        vec![
            vec![Piece::Formula(vec![Token::Name((*name).into())])],
            vec![shape(&[dim, "m"])],
            vec![words("输入的矩阵 ≠ 输出，"), words("an input")],
        ]
    };
    let document = Document::new(vec![Block::Program(vec!["  λ = é ↦ 权重\u{7}".into()]), table(&[], rows.iter().map(row).collect())]);
    screen!("names", render(&document, &PLAIN));
    screen!("names_ascii", render(&document, &ASCII));
    screen!("names_width_30", render(&document, &Style { width: 30, ..PLAIN }));
}

#[test]
fn long_right_sides_break_at_their_outer_operators() {
    let term = "f ( alpha @ beta , gamma + delta ) @ epsilon";
    let sum = format!("{term} + {term} + {term}");
    let mut document = Document::new(vec![
        Block::Equations(vec![equation("df/dx", &sum, "a sum has the sum of the gradients"), equation("", "x", "")]),
        Block::Result { left: vec![formula("df/dx")], right: vec![formula(&sum)], shapes: vec![], remarks: vec![vec![words("all of it")]] },
    ]);
    screen!("long_60", render(&document, &Style { width: 60, ..PLAIN }));
    screen!("long_25", render(&document, &Style { width: 25, ..PLAIN }));
    document.blocks.truncate(1);
    assert!(render(&document, &Style { width: 300, ..PLAIN }).lines().count() == 2);
}

fn shape_error() -> (&'static str, Diagnostic) {
    let source = "X: (n, d); W: (m, d)\nY = X @ W";
    let wrong = Diagnostic::error("E0301", "the inner dimensions of `X @ W` do not agree: (n, d) @ (m, d), d ≠ m")
        .at(Span::new(27, 28), "needs d = m")
        .see(Span::new(25, 26), "X is (n, d): d columns")
        .see(Span::new(29, 30), "W is (m, d): m rows")
        .note("`W` is stored one row per output, which is the convention of Ng's course and of `torch.nn.Linear`, where the layer is written `X @ Wᵀ`")
        .fix("transpose `W`", vec![Edit { span: Span::new(30, 30), replacement: ".T".into() }]);
    (source, wrong)
}

#[test]
fn reports() {
    let (source, wrong) = shape_error();
    let minor = Diagnostic::warning("W0102", "`m` is declared but never used").at(Span::new(15, 16), "").fix("leave it out", vec![]);
    let all = [wrong, minor];
    screen!("report", report(&all, source, "program", &PLAIN));
    screen!("report_ascii", report(&all, source, "program", &ASCII));
    screen!("report_width_60", report(&all, source, "program", &Style { width: 60, ..PLAIN }));
    screen!("report_colour", report(&all, source, "program", &Style { color: true, ..PLAIN }).replace('\u{1b}', "␛"));
}

#[test]
fn reports_on_odd_sources() {
    let at = |start, end| Diagnostic::error("E0001", "expected an operand").at(Span::new(start, end), "here");
    let long = format!("Y = {}", "X + ".repeat(500));
    let mut text = String::new();
    for (source, start, end) in [
        ("", 0, 0),
        ("Y = ", 4, 4),
        ("Y = X\r\nZ = \r\n", 11, 11),
        ("维度 = 权\u{1b}[2J 重", 9, 13),
        ("a\rb\tc = \u{202e}d", 2, 20),
        (&long, 900, 901),
    ] {
        text += &report(&[at(start, end)], source, "program", &PLAIN);
        text += "\n";
    }
    screen!("report_odd", text);
    assert_eq!(report(&[], "Y = X", "program", &PLAIN), "");
}

#[test]
fn ten_thousand_rows() {
    let Block::Table { rows, .. } = &first_screen().blocks[1] else { unreachable!() };
    let rows: Vec<_> = rows.iter().cycle().take(10_000).cloned().collect();
    let equations = vec![equation("dL", "⟨ dL/dY , dY ⟩", "chain rule"); 10_000];
    let sum = tokens(&"x + ".repeat(10_000));
    let blocks = vec![table(&[], rows), Block::Equations(equations), Block::Paragraph(vec![Piece::Formula(sum)])];
    assert!(render(&Document::new(blocks), &PLAIN).lines().count() > 20_000);
}

fn uncoloured(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or("", |(_, rest)| rest))
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z]{1,6}", 1 => "[a-z]{20,40}", 1 => "[权重é\u{301}λ\u{1b}\u{202e}]{0,4}"]
}

fn any_words() -> impl Strategy<Value = String> {
    // a blank that does not break cannot be told from one that does once it is drawn, so there is none here
    prop_oneof![4 => "[a-z ,✓≠→Σ²]{0,80}", 1 => "\\PC{0,40}", 1 => ".{0,20}"].prop_map(|text: String| text.replace('\u{a0}', ""))
}

fn any_side() -> impl Strategy<Value = Side> {
    (any_name(), proptest::option::of(any::<u8>())).prop_map(|(name, hue)| Side { name, hue })
}

fn any_formula() -> impl Strategy<Value = Formula> {
    let sign = proptest::sample::select(vec!["+", "-", "*", "@", "≠"]);
    let mark = proptest::sample::select(vec!["(", ")", "[", "]", ",", "⟨", "⟩"]);
    let token = prop_oneof![
        any_name().prop_map(|name| Token::Name(name.into())),
        (any_name(), any_name()).prop_map(|(of, by)| Token::gradient(&of, &by)),
        sign.prop_map(Token::Operator),
        mark.prop_map(Token::Mark),
        "[0-9]{1,5}".prop_map(|digits| Token::Number(digits.into())),
        Just(Token::Transpose { batch: true }),
        "[ij]{1,2}".prop_map(|indices| Token::Summation(indices.into())),
        Just(Token::Delta),
        proptest::collection::vec(any_side(), 0..3).prop_map(|sides| Token::Shape(sides.into())),
        any_words().prop_map(|words| Token::Verbatim(words.into())),
    ];
    proptest::collection::vec(token, 0..24)
}

fn any_piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        any_words().prop_map(Piece::Words),
        any_words().prop_map(Piece::Strong),
        any_words().prop_map(Piece::Muted),
        any_words().prop_map(Piece::Good),
        Just(Piece::Bad(String::new())),
        any_formula().prop_map(Piece::Formula),
        proptest::collection::vec(any_side(), 0..4).prop_map(Piece::Shape),
        any_side().prop_map(Piece::Side),
        any_words().prop_map(Piece::Code),
        proptest::sample::select(vec!["@", "→", "≠"]).prop_map(Piece::Sign),
        Just(Piece::Gap),
    ]
}

fn any_text() -> impl Strategy<Value = Text> {
    proptest::collection::vec(any_piece(), 0..4)
}

fn any_block() -> impl Strategy<Value = Block> {
    let relation = proptest::sample::select(vec!["", "=", "→"]);
    let equation = (any_text(), relation, any_text(), any_text());
    let equation = equation.prop_map(|(left, relation, right, reason)| Equation { left, relation, right, reason });
    let edge = (any_formula(), any_side()).prop_map(|(factor, to)| Edge { factor, to });
    let figure = (any_formula(), any_side(), proptest::collection::vec(edge, 0..5));
    let result = (any_text(), any_text(), any_text(), proptest::collection::vec(any_text(), 0..3));
    let rows = proptest::collection::vec(proptest::collection::vec(any_formula(), 0..4), 0..4);
    let leaf = prop_oneof![
        (0..4u8, any_text()).prop_map(|(level, text)| Block::Heading(level, text)),
        any_text().prop_map(Block::Paragraph),
        proptest::collection::vec("[ -~λ权\t]{0,60}", 0..4).prop_map(Block::Program),
        proptest::collection::vec(proptest::collection::vec(any_text(), 0..5), 0..5).prop_map(|rows| table(&["a title"], rows)),
        proptest::collection::vec(equation, 0..4).prop_map(Block::Equations),
        figure.prop_map(|(cut, from, way)| Block::Loop(Loop { cut, from, way })),
        result.prop_map(|(left, right, shapes, remarks)| Block::Result { left, right, shapes, remarks }),
        (any_text(), rows).prop_map(|(left, rows)| Block::Matrix { left, rows }),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let list = || proptest::collection::vec(inner.clone(), 0..4);
        prop_oneof![list().prop_map(Block::Inner), list().prop_map(Block::Screen), list().prop_map(Block::Prose)]
    })
}

fn any_document() -> impl Strategy<Value = Document> {
    proptest::collection::vec(any_block(), 0..6).prop_map(Document::new)
}

fn any_diagnostic() -> impl Strategy<Value = Diagnostic> {
    let span = || (0..60u32, 0..60u32).prop_map(|(start, end)| Span { start, end });
    let label = (span(), any_words(), any::<bool>()).prop_map(|(span, text, primary)| Label { span, text, primary });
    let edit = (span(), any_words()).prop_map(|(span, replacement)| Edit { span, replacement });
    let fix = (any_words(), proptest::collection::vec(edit, 0..3)).prop_map(|(message, edits)| Fix { message, edits });
    let parts = (
        any_words(),
        proptest::collection::vec(label, 0..4),
        proptest::collection::vec(any_words(), 0..3),
        proptest::collection::vec(fix, 0..3),
        any::<bool>(),
    );
    parts.prop_map(|(title, labels, notes, fixes, error)| {
        let severity = if error { Severity::Error } else { Severity::Warning };
        Diagnostic { code: "E0301", severity, title, labels, notes, fixes }
    })
}

/// Whether nothing in the text steers a terminal.
fn harmless(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)))
}

/// What was found by chance: a right side without an entry, and a reason that takes no column.
#[test]
fn equations_with_nothing_in_them_are_lines() {
    let formula = |text: &str| vec![Piece::Formula(vec![Token::Name(text.into())])];
    let equation = |right: Text, reason: Text| Equation { left: formula("a"), relation: "=", right, reason };
    let empty = Block::Equations(vec![equation(vec![Piece::Formula(vec![])], vec![])]);
    assert_eq!(render(&Document::new(vec![empty]), &PLAIN), "  a =\n");
    let thin = vec![words("\u{301}")];
    let long = Block::Equations(vec![equation(formula("b"), vec![words("why")]), equation(formula("a_much_longer_name"), thin)]);
    let text = render(&Document::new(vec![long]), &PLAIN);
    assert!(text.contains("a = b") && text.contains("why") && text.contains("a_much_longer_name"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_fit(document in any_document(), width in 20..140usize) {
        let style = Style { width, ..PLAIN };
        let text = render(&document, &style);
        for line in text.lines() {
            prop_assert_eq!(line.trim_end(), line);
            // A word that is alone on its line, after an indentation, a relation or the start of a figure, has nowhere else to go.
            let words = line.split(' ').filter(|w| !matches!(*w, "" | "=" | "→" | "+" | "-" | "*" | "@" | "≠")).count();
            prop_assert!(columns(line) <= width || words <= 1, "{width} < {}: {line}", columns(line));
        }
        prop_assert!(harmless(&text));
        prop_assert_eq!(uncoloured(&render(&document, &Style { color: true, ..style })), text);
    }

    #[test]
    fn ascii_is_ascii(document in any_document(), width in 20..140usize) {
        let text = render(&document, &Style { width, ..ASCII });
        // What is left of other scripts came from the names.
        prop_assert!(text.chars().all(|c| c.is_ascii() || !"✓✗ᵀδ≠→⟨⟩─►╌╰╯–—²".contains(c)), "{text}");
    }

    #[test]
    fn reports_never_panic(diagnostics in proptest::collection::vec(any_diagnostic(), 0..3), source in "([ -~]|[\r\n\t\u{1b}\u{202e}权é\u{301}]|.){0,50}", width in 0..140usize) {
        for style in [Style { width, ..PLAIN }, Style { width, ..ASCII }] {
            let text = report(&diagnostics, &source, "program", &style);
            prop_assert!(harmless(&text), "{text:?}");
            prop_assert!(text.lines().all(|line| line.trim_end() == line));
        }
    }
}
