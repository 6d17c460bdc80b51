//! Small programs in folders named for what must happen, and what the reader then sees.
//!
//! A new behaviour is a new file. The snapshots are read line by line before they are accepted.

use pullback::answer::{Derivatives, Higher, Options, answer, hessian, jacobian, length};
use pullback::diagnostic::Diagnostic;
use pullback::formula::Charset;
use pullback::page::{self, Part, Parts, explain};
use pullback::render::report::report;
use pullback::render::terminal::{Style, render};
use pullback::syntax::Dialect;
use std::path::PathBuf;

const STYLE: Style = Style { width: 100, charset: Charset::Unicode, color: false };

/// The folders of programs that fail.
const FAILING: [&str; 3] = ["parse_error", "shape_error", "matlab_error"];

/// How the programs of a folder are read.
fn options(folder: &str) -> Options {
    Options { dialect: if folder.starts_with("matlab") { Dialect::Matlab } else { Dialect::Numpy }, ..Options::default() }
}

/// The files of a folder, by name.
fn cases(folder: &str) -> Vec<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut found: Vec<(String, String)> = std::fs::read_dir(path)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_stem().expect("a case has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a case can be read"))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// What the first line of a case asks for, as on the command line: `# --wrt X --order 3`.
fn asked(program: &str) -> (Options, Higher, bool) {
    let (mut options, mut higher, mut layouts) = (Options::default(), Higher::default(), false);
    let mut words = program.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("").split_whitespace();
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("an option has a value").to_string();
        match word {
            "--dims" => options.dims = value().split(',').map(|dim| length(dim).expect("a length")).collect(),
            "--wrt" => options.wrt = Some(value().split(',').map(String::from).collect()),
            "--dialect" => options.dialect = if value() == "matlab" { Dialect::Matlab } else { Dialect::Numpy },
            "--order" => higher.order = value().parse().expect("a number"),
            "--jvp" | "--hvp" => higher.along = Some(value()),
            "--layout" => layouts = true,
            _ => panic!("no option `{word}`"),
        }
    }
    (options, higher, layouts)
}

fn derived(folder: &str, program: &str) -> Result<Derivatives, Vec<Diagnostic>> {
    let (options, higher, _) = asked(program);
    let derive = if folder.starts_with("jacobian") { jacobian } else { hessian };
    derive(program, &options, &higher)
}

fn check(folder: &str, name: &str, program: &str, seen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(program.trim_end());
    settings.bind(|| insta::assert_snapshot!(name, seen));
}

/// Where the largest error depends on the machine's arithmetic, its digits are left out.
fn without_error(text: &str) -> String {
    let mut text = text.to_string();
    for (start, shown) in [
        ("(largest error ", "(largest error ..."),
        ("(largest\n", "(largest error ..."),
        ("(largest difference ", "(largest difference ..."),
    ] {
        if let Some(at) = text.find(start) {
            let end = text[at..].find(')').map_or(text.len(), |k| at + k);
            text.replace_range(at..end, shown);
        }
    }
    text
}

#[test]
fn programs_that_pass() {
    for folder in ["ok", "matlab"] {
        for (name, program) in cases(folder) {
            let answer = answer(&program, &options(folder)).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"));
            assert!(answer.agreement.is_some(), "{name} is checked");
            let mut seen = without_error(&render(&explain(&answer, Parts::DEFAULT), &STYLE));
            if !answer.warnings().is_empty() {
                seen = format!("{}\n{seen}", report(answer.warnings(), &program, "program", &STYLE));
            }
            check(folder, &name, &program, &seen);
        }
    }
}

#[test]
fn every_entry_written_out() {
    for (name, program) in cases("explicit") {
        let (options, ..) = asked(&program);
        let answer = answer(&program, &options).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"));
        let document = explain(&answer, Parts::of([Part::Explicit]));
        check("explicit", &name, &program, &render(&document, &STYLE));
    }
}

#[test]
fn programs_that_fail() {
    for folder in FAILING {
        for (name, program) in cases(folder) {
            let Err(wrong) = answer(&program, &options(folder)) else { panic!("{folder}/{name} passes") };
            let parses = !wrong[0].code.starts_with("E01");
            assert!(folder == "matlab_error" || parses == (folder == "shape_error"), "{name} is {}", wrong[0].code);
            check(folder, &name, &program, &report(&wrong, &program, "program", &STYLE));
        }
    }
}

#[test]
fn derivatives_paired_with_nothing() {
    for folder in ["jacobian", "hessian"] {
        for (name, program) in cases(folder) {
            let found = derived(folder, &program).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"));
            assert!(found.agreement.is_some(), "{name} is checked");
            let document = if folder == "jacobian" { page::jacobian(&found, asked(&program).2) } else { page::hessian(&found) };
            check(folder, &name, &program, &without_error(&render(&document, &STYLE)));
        }
    }
    for (name, program) in cases("hessian_error") {
        let Err(wrong) = derived("hessian", &program) else { panic!("{name} has a Hessian") };
        check("hessian_error", &name, &program, &report(&wrong, &program, "program", &STYLE));
    }
}

#[test]
fn every_fix_makes_its_program_pass() {
    for folder in FAILING {
        for (name, program) in cases(folder) {
            for fix in answer(&program, &options(folder)).err().into_iter().flatten().flat_map(|d| d.fixes) {
                if !fix.edits.is_empty() {
                    let patched = fix.apply(&program);
                    let again = answer(&patched, &options(folder));
                    assert!(again.is_ok(), "{name}: `{}` gives\n{patched}\n{:#?}", fix.message, again.err());
                }
            }
        }
    }
}

#[test]
fn everything_there_is_to_say() {
    for (name, program) in
        [("matrix_product", "Y = X @ W"), ("linear_layer", "Z = X @ W + b; L = sum((Z - T)**2)"), ("quadratic_form", "f = x @ A @ x")]
    {
        let answer = answer(program, &Options::default()).expect("it passes");
        check("full", name, program, &without_error(&render(&explain(&answer, Parts::FULL), &STYLE)));
    }
}
