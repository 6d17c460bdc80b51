//! Examples of matrixcalculus.org: the form of each derivative, never longer than that of the books, and those that have no form as a
//! matrix shown and explained.

use pullback::answer::{Higher, Options, answer, hessian, jacobian};
use pullback::expr::{Arena, Id};
use pullback::formula::{Charset, text};
use pullback::page;
use pullback::render::terminal::{Style, render};
use pullback::syntax::Dialect;

const EXAMPLES: &str = include_str!("derivatives/matrixcalculus.txt");

/// A program and the lines that follow it, each as its fields.
fn examples() -> Vec<(Options, &'static str, Vec<Vec<&'static str>>)> {
    let mut found: Vec<(Options, &str, Vec<Vec<&str>>)> = Vec::new();
    for line in EXAMPLES.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(derivative) => found.last_mut().expect("a program comes first").2.push(derivative.split(" | ").collect()),
            None => {
                let (dialect, program) = line.split_once(' ').expect("a dialect and a program");
                let dialect = if dialect == "matlab" { Dialect::Matlab } else { Dialect::Numpy };
                found.push((Options { dialect, ..Options::default() }, program, vec![]));
            }
        }
    }
    found
}

/// What somebody reads: the form, without axes of length 1, or the page.
fn read(program: &str, options: &Options, what: &str) -> String {
    let written = |arena: &Arena, id: Id| text(arena, id, Charset::Unicode);
    let words: Vec<&str> = what.split(' ').collect();
    let options = Options { wrt: Some(words[1..].iter().map(|w| w.to_string()).collect()), ..options.clone() };
    let fault = |wrong: Vec<pullback::diagnostic::Diagnostic>| -> String { panic!("{program}, {what}: {wrong:#?}") };
    match words[0] {
        "gradient" => match answer(program, &options) {
            Ok(answer) => {
                assert!(answer.agreement.is_some());
                let gradient = answer.derivation.wanted().next().expect("a gradient");
                written(answer.derivation.arena(), gradient.closed.unwrap_or(gradient.value))
            }
            Err(wrong) => fault(wrong),
        },
        kind => match (if kind == "hessian" { hessian } else { jacobian })(program, &options, &Higher::default()) {
            Ok(found) => {
                assert!(found.agreement.is_some());
                let arena = found.derivation.arena();
                let place = |name: &str| found.gradients.iter().position(|g| &*arena.info(g.0).name == name).unwrap_or(0);
                let (block, column) = (place(words[1]) * found.gradients.len(), place(words[words.len() - 1]));
                let known = &found.found[block + column];
                match kind {
                    "page" => render(&page::jacobian(&found, false), &Style { width: 500, charset: Charset::Unicode, color: false }),
                    _ => written(arena, known.bare.unwrap_or(known.derivative.value)),
                }
            }
            Err(wrong) => fault(wrong),
        },
    }
}

/// How many names, numbers and operations a formula has; brackets and commas cost nothing.
fn tokens(formula: &str) -> usize {
    let mut count = 0;
    let mut before = ' ';
    for c in formula.replace("**", "^").replace("->", "").chars() {
        let word = |c: char| c.is_alphanumeric() || "._".contains(c);
        count += usize::from(word(c) && !word(before) || "+-*/@^'ᵀ".contains(c));
        before = c;
    }
    count
}

#[test]
fn examples_have_the_form_of_the_books_or_a_shorter_one() {
    let (mut wrong, mut compared) = (vec![], 0);
    for (options, program, derivatives) in examples() {
        for fields in derivatives {
            let found = read(program, &options, fields[0]);
            let right = if fields[0].starts_with("page") { found.contains(fields[1]) } else { found == fields[1] };
            if !right {
                wrong.push(format!("{program}\n    {} | {found}", fields[0]));
            }
            if let Some(book) = fields.get(2) {
                compared += 1;
                if tokens(&found) > tokens(book) {
                    wrong.push(format!("{program}: {found} is longer than {book}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 40, "{compared}");
}
