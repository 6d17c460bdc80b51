//! What is asked of a text. Each function panics where the tool is at fault, and says how.
//!
//! Nothing but the library's public interface is used, and nothing of libFuzzer: `tests/fuzz.rs` runs the same functions over every input
//! that has ever failed.

#[path = "targets/python.rs"]
mod python;
#[path = "targets/tree.rs"]
mod tree;

use std::sync::LazyLock;

use pullback::answer::{Answer, Higher, Options, answer, hessian, jacobian, shapes_in};
use pullback::claim::{self, Judgement, Verdict, judge};
use pullback::diagnostic::Diagnostic;
use pullback::formula::{Charset, text};
use pullback::notes::{Request, Written, derive, fill, with_mathml};
use pullback::page::{self, Figures, Parts};
use pullback::record;
use pullback::render::code::{Of, TARGETS, derivatives, module};
use pullback::render::document::Document;
use pullback::render::report::report;
use pullback::render::terminal::{self, Style};
use pullback::render::{html, latex, markdown, svg, typst};
use pullback::syntax::{self, Dialect, Line};

/// How wide a page of text is here.
const STYLE: Style = Style { width: 80, charset: Charset::Unicode, color: true };
/// The same without a character beyond ASCII.
const ASCII: Style = Style { width: 60, charset: Charset::Ascii, color: false };

/// A number that a text always has: which of several ways it goes. A tenth of the time for each way is worth more than all ways for a text
/// of ten.
fn way(text: &str, ways: u64) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) / 7 % ways
}

/// A program, through one of the subcommands in all its formats.
pub fn programs(program: &str) {
    one_way(program, way(program, WAYS));
}

/// How many ways a program can go.
pub const WAYS: u64 = 9;

/// A program, through the subcommand of a number.
pub fn one_way(program: &str, way: u64) {
    let options = Options::default();
    let plain = |order| Higher { order, ..Higher::default() };
    let along = |order| Higher { order, along: Some("v".into()), ..Higher::default() };
    let wrong = match way {
        0 => answer(program, &options).map(|mut answer| {
            every_format(&page::explain(&answer, Parts::FULL));
            let _ = record::record(&mut answer).json();
        }),
        1 => shapes_in(program, Dialect::Numpy).map(|mut model| {
            every_format(&page::shapes(&model, program));
            let drawn = page::shapes_figures(&model, program).map(|drawn| svg::picture(&drawn, Charset::Unicode));
            let _ = drawn.map_err(|wrong| told(&[wrong], program));
            let _ = record::shapes(program, &mut model).json();
        }),
        2 => answer(program, &Options { unexplained: true, ..options }).map(|answer| {
            every_format(&page::explain(&answer, Parts::BRIEF));
            let drawn = page::figures(&answer, Figures::DEFAULT).map(|drawn| svg::picture(&drawn, Charset::Ascii));
            let _ = drawn.map_err(|wrong| told(&[wrong], program));
        }),
        3 | 4 => jacobian(program, &options, &if way == 3 { plain(1) } else { along(1) }).map(|found| {
            every_format(&page::jacobian(&found, way == 4));
            let _ = record::derivatives(&found).json();
        }),
        5..=7 => hessian(program, &options, &[plain(2), along(2), plain(3)][way as usize - 5]).map(|found| {
            every_format(&page::hessian(&found));
            let _ = record::derivatives(&found).json();
        }),
        _ => answer(program, &Options { dialect: Dialect::Matlab, ..options }).map(|answer| {
            every_format(&page::explain(&answer, Parts::DEFAULT));
        }),
    };
    if let Err(wrong) = wrong {
        told(&wrong, program);
        let dialect = if way == 8 { Dialect::Matlab } else { Dialect::Numpy };
        let _ = record::failure(program, dialect, &wrong).json();
    }
}

/// Every format that a document is written in.
fn every_format(document: &Document) {
    for style in [STYLE, ASCII] {
        let _ = terminal::render(document, &style);
    }
    let _ = markdown::render(document, &markdown::Style::default());
    let _ = latex::render(document, true);
    let _ = typst::render(document, true);
    let page = html::render(document, true);
    assert!(!page.contains("merror"), "a formula that MathML has no sign for");
}

/// Draws what is wrong; no program may be the tool's own fault, every code has its page, and every fix can be applied.
fn told(wrong: &[Diagnostic], source: &str) {
    assert!(!wrong.is_empty(), "refused without a word");
    for diagnostic in wrong {
        assert!(pullback::explain::page(diagnostic.code).is_some(), "{} has no page", diagnostic.code);
        assert!(lenient() || !OWN_FAULTS.contains(&diagnostic.code), "a fault of the tool's own: {}", diagnostic.title);
        for fix in &diagnostic.fixes {
            let _ = fix.apply(source);
        }
    }
    let _ = report(wrong, source, "program", &ASCII);
}

/// Whether `FUZZ_LENIENT` is set: a run looks for what ends the process, and passes over what is only said to be a fault.
fn lenient() -> bool {
    static LENIENT: LazyLock<bool> = LazyLock::new(|| std::env::var_os("FUZZ_LENIENT").is_some());
    *LENIENT
}

/// What the tool itself calls its own fault.
const OWN_FAULTS: [&str; 3] = ["E0901", "E0902", "E0903"];

/// A program with claims in it; and a program without, about which the tool's own gradients are claimed: they are right.
pub fn claims(source: &str) {
    match judge(source, &claim::Options { numerator: way(source, 2) == 1, ..claim::Options::default() }) {
        Ok(judged) => {
            every_format(&page::check(&judged));
            let _ = record::claims(&judged).json();
            told_if_any(&judged.warnings, source);
        }
        Err(wrong) => {
            told(&wrong, source);
            own_claims(source);
        }
    }
}

fn told_if_any(warnings: &[Diagnostic], source: &str) {
    if !warnings.is_empty() {
        told(warnings, source);
    }
}

/// What the tool derives is claimed in its own words.
fn own_claims(program: &str) {
    let claimed = |line: &Line| matches!(line, Line::Claim(_));
    if !syntax::parse(program).is_ok_and(|read| !read.lines.iter().any(claimed)) {
        return;
    }
    let Ok(answer) = answer(program, &Options { unexplained: true, ..Options::default() }) else { return };
    let mut source = program.to_string();
    let derived = gradients(&answer);
    if derived.is_empty() || derived.iter().any(|(_, formula)| formula.len() > 400) {
        return;
    }
    for (name, formula) in &derived {
        source.push_str(&format!("\n{name} = {formula}"));
    }
    match judge(&source, &claim::Options::default()) {
        Ok(judged) => {
            // what is undecided is said so, and is no false verdict
            let stands = |judgement: &Judgement| judgement.holds(false) || matches!(judgement.verdict, Verdict::Undecided(_));
            let page = || terminal::render(&page::check(&judged), &ASCII);
            assert!(judged.judgements.iter().all(stands), "an own gradient is called wrong:\n{source}\n{}", page());
        }
        Err(wrong) => panic!("own gradients cannot be judged:\n{source}\n{}", report(&wrong, &source, "claims", &ASCII)),
    }
}

/// Names and texts of the gradients of an answer that are in terms of what the program has names for.
fn gradients(answer: &Answer) -> Vec<(String, String)> {
    let d = &answer.derivation;
    let named = |of| format!("d{}/d{}", d.model.objective, d.arena().info(of).name);
    d.wanted().map(|gradient| (named(gradient.of), text(d.arena(), gradient.closed.unwrap_or(gradient.value), Charset::Unicode))).collect()
}

/// A text as a program, or as an expression, in one of the dialects: what is printed is read as the same, and printed alike. The gradients of
/// some programs too.
pub fn formulas(source: &str) {
    // what is no program costs most: changes are looked for that make it one
    let dialect = [Dialect::Numpy, Dialect::Matlab][way(source, 2) as usize];
    match syntax::parse_in(source, dialect) {
        Ok(program) => tree::prints_as_itself(&program, dialect),
        Err(wrong) => told(&wrong, source),
    }
    let one = source.lines().next().and_then(|line| line.split(" = ").last()).unwrap_or("");
    if let Ok(expression) = syntax::parse_expression_in(one, dialect) {
        tree::expression_prints_as_itself(&expression, dialect);
    }
    if way(source, 16) == 0 {
        let options = Options { unchecked: true, unexplained: true, ..Options::default() };
        let Ok(answer) = answer(source, &options) else { return };
        for (_, formula) in gradients(&answer) {
            match syntax::parse_expression(&formula) {
                Ok(read) => tree::expression_prints_as_itself(&read, Dialect::Numpy),
                Err(wrong) => panic!("a gradient cannot be read: {formula}\n{}", report(&wrong, &formula, "gradient", &ASCII)),
            }
        }
    }
}

/// A page of notes: filled, it is as it was but between the markers, and filled again it stays as it is.
pub fn notes(page: &str) {
    let mut derived = |asked: &Request<'_>| {
        let written = derive(asked)?;
        let _ = with_mathml(&written.markdown);
        Ok(Written { warnings: vec![], ..written })
    };
    let filled = match fill(page, &mut derived) {
        Ok(filled) => filled,
        Err(wrong) => return told(&wrong, page),
    };
    let _ = filled.diagnostics(pullback::notes::When::Before);
    let again = fill(&filled.text, &mut derived).unwrap_or_else(|wrong| {
        panic!("what was filled cannot be filled again:\n{}\n{}", filled.text, report(&wrong, &filled.text, "page", &ASCII))
    });
    assert_eq!(again.text, filled.text, "filled again, the page is another");
    assert_eq!(again.programs, filled.programs, "filled again, the page has other programs");
    assert!(again.stale.is_empty(), "filled, the page is stale");
}

/// A module that is emitted for a program is Python, and imports nothing but what its target is.
pub fn python(program: &str) {
    one_module(program, way(program, MODULES));
}

/// How many modules there are for a program: of each target its gradients twice, and what else `--of` names.
pub const MODULES: u64 = (TARGETS.len() * (2 + Of::ALL.len())) as u64;

/// The module of a number.
pub fn one_module(program: &str, which: u64) {
    let options = Options { unexplained: true, unchecked: true, ..Options::default() };
    let (of, target) = (which as usize / TARGETS.len(), &TARGETS[which as usize % TARGETS.len()]);
    let text = match Of::ALL.get(of) {
        Some(&of) => {
            let higher = Higher { along: (of == Of::Hvp).then(|| "v".into()), order: 2, unread: true, actions_alone: of == Of::Hvp };
            let derive = if of == Of::Jacobian { jacobian } else { hessian };
            derive(program, &options, &higher).map(|found| derivatives(found, of, target))
        }
        None => answer(program, &options).map(|answer| module(&answer, target, of == Of::ALL.len() && target.has_autograd())),
    };
    match text {
        Ok(text) => python::compiles(&text, target.name),
        Err(wrong) => told(&wrong, program),
    }
}
