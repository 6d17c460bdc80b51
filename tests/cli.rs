//! The program as it is run: streams, exit codes, files, colours.

#![cfg(feature = "cli")]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = "Y = X @ W";

/// The program with nothing in its environment that could change what it prints.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program runs")
}

fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(arguments).envs(variables.iter().copied()).output().expect("the program runs")
}

fn run_on(input: &[u8], arguments: &[&str]) -> Output {
    let mut child = command(arguments).stdin(Stdio::piped()).spawn().expect("the program runs");
    // it may stop reading before the end
    let _ = child.stdin.take().expect("its input").write_all(input);
    child.wait_with_output().expect("the program ends")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("text")
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("text")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", out(output)))
}

/// A file that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("a scratch file");
        Scratch(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path of text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Asserts that the command line is refused, with these words.
fn refused(arguments: &[&str], words: &[&str]) {
    let output = run(arguments);
    assert_eq!(code(&output), 2, "{arguments:?}: {}", err(&output));
    assert_eq!(out(&output), "", "{arguments:?}");
    for word in words {
        assert!(err(&output).contains(word), "{arguments:?} lacks {word:?}: {}", err(&output));
    }
}

#[test]
fn results_and_diagnostics_have_their_own_streams() {
    let fine = run(&[PROGRAM]);
    assert_eq!((code(&fine), err(&fine)), (0, ""));
    let wrong = run(&["X: (n, d); W: (m, d); Y = X @ W"]);
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert!(err(&wrong).contains("error[E0301]") && err(&wrong).contains("X @ W.T"), "{}", err(&wrong));
    let warned = run(&["Y = X @ W; Z = X * 2", "--format", "json"]);
    assert_eq!(code(&warned), 0);
    assert!(err(&warned).contains("warning[W0601]"));
    assert!(json(&warned)["gradients"]["X"]["expr"].is_string());
}

#[test]
fn parts_are_chosen() {
    let brief = run(&[PROGRAM, "--brief"]);
    assert!(out(&brief).contains("dL/dX = dL/dY @ Wᵀ") && out(&brief).contains("central differences"), "{}", out(&brief));
    let lines = |arguments: &[&str]| out(&run(&[&[PROGRAM], arguments].concat())).lines().count();
    assert!(lines(&["--brief"]) < lines(&[]) && lines(&[]) <= lines(&["--full"]));
    assert!(lines(&["--wrt", "W"]) < lines(&[]));
    assert!(lines(&["--show", "result"]) < lines(&["--show", "result, shapes"]));
    let ascii = run(&[PROGRAM, "--brief", "--ascii"]);
    assert!(out(&ascii).contains("dL/dX = dL/dY @ W.T"), "{}", out(&ascii));
    let lengths = run(&[PROGRAM, "--brief", "--dims", "n=5,m=6"]);
    assert!(out(&lengths).contains("n=5") && out(&lengths).contains("m=6"), "{}", out(&lengths));
}

#[test]
fn a_check_left_out_is_said() {
    for arguments in [&[PROGRAM, "--no-check"][..], &[PROGRAM, "--no-check", "--brief"]] {
        let output = run(arguments);
        assert!(!out(&output).contains("central differences"), "{}", out(&output));
        assert!(out(&output).contains("check"), "{}", out(&output));
    }
}

#[test]
fn shapes_alone() {
    let output = run(&["shapes", "Z = X @ W + b"]);
    assert_eq!((code(&output), err(&output)), (0, ""));
    assert!(out(&output).contains("(n, d)") && !out(&output).contains("dL/dX"), "{}", out(&output));
}

#[test]
fn a_program_comes_from_arguments_a_file_or_standard_input() {
    let wanted = out(&run(&["Z = X @ W\nY = tanh(Z)", "--format", "json"])).to_string();
    assert!(wanted.contains("tanh"));
    assert_eq!(out(&run(&["Z = X @ W", "Y = tanh(Z)", "--format", "json"])), wanted);
    assert_eq!(out(&run(&["explain", "Z = X @ W", "Y = tanh(Z)", "--format", "json"])), wanted);
    let file = Scratch::new("layer.pb", b"Z = X @ W\nY = tanh(Z)");
    assert_eq!(out(&run(&["-f", file.path(), "--format", "json"])), wanted);
    for arguments in
        [&["--format", "json"][..], &["-", "--format", "json"], &["-f", "-", "--format", "json"], &["explain", "-", "--format=json"]]
    {
        let output = run_on(b"Z = X @ W\nY = tanh(Z)", arguments);
        assert_eq!((code(&output), out(&output)), (0, wanted.as_str()), "{arguments:?}");
    }
}

#[test]
fn diagnostics_name_where_the_program_comes_from() {
    let file = Scratch::new("wrong.pb", b"Y = X @ 2");
    let output = run(&["-f", file.path()]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains(&format!("{}:1:9", file.path())), "{}", err(&output));
    assert!(err(&run_on(b"Y = X @ 2", &[])).contains("standard input:1:9"));
}

#[test]
fn lines_may_begin_with_a_minus() {
    let wanted = json(&run(&["Y = -X @ W", "--format", "json"]))["gradients"].clone();
    for arguments in [&["-X @ W", "--format", "json"][..], &["--format", "json", "-X @ W"], &["--format", "json", "--", "-X @ W"]] {
        let output = run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", err(&output));
        assert_eq!(json(&output)["gradients"], wanted);
    }
}

#[test]
fn wrong_bytes_are_wrong_programs() {
    let output = run_on(b"Y = X @ \xff", &[]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("E0108"), "{}", err(&output));
    let output = run_on(&vec![b' '; 3 << 20], &["--format", "json"]);
    assert_eq!(code(&output), 1);
    assert_eq!(json(&output)["diagnostics"][0]["code"], "E0109");
}

#[test]
fn a_wrong_command_line_ends_in_2() {
    refused(&[PROGRAM, "--wrt", "V"], &["E0204", "`V`"]);
    refused(&[PROGRAM, "--wrt", ""], &["--wrt"]);
    refused(&[PROGRAM, "--dims", "q=3"], &["E0502", "`q`"]);
    refused(&["X: (n, d); Y = X * 2", "--dims", "n=10000,d=10000"], &["E0501"]);
    for dims in ["n", "n=", "n=0", "n=-1", "=3", "n=x", "n=2,n=3"] {
        refused(&[PROGRAM, "--dims", dims], &["--dims"]);
    }
    refused(&[PROGRAM, "--show", "lop"], &["did you mean `loop`?"]);
    refused(&[PROGRAM, "--brief", "--full"], &["--brief", "--full"]);
    refused(&[PROGRAM, "--show", "loop", "--brief"], &["--brief"]);
    refused(&[PROGRAM, "--frob"], &["--frob"]);
    refused(&[PROGRAM, "--color", "sometimes"], &["sometimes", "always"]);
    refused(&[PROGRAM, "-f", "layer.pb"], &["--file"]);
    refused(&["-f", "no/such/file.pb"], &["no/such/file.pb", "cannot be read"]);
    refused(&["-f", "."], &["directory"]);
    refused(&[PROGRAM, "-o", "no/such/folder/out.txt"], &["cannot be written"]);
    refused(&[PROGRAM, "-o", "why.pdf"], &["`.pdf`", ".tex", "--format"]);
    refused(&["shapes", PROGRAM, "-o", "why.docx"], &["`.docx`", ".html"]);
    refused(&["--explain", "E9999"], &["no code `E9999`"]);
    refused(&["--explain", "E0301", PROGRAM], &["--explain"]);
}

#[test]
fn no_argument_acts_on_the_terminal() {
    for bad in ["a\u{1b}[31mb", "--\u{1b}]0;t\u{7}", "-\u{9b}2J", "x\r\u{8}y", "\u{202e}abc\u{2066}", "\u{feff}\u{200b}"] {
        for line in [
            vec![bad],
            vec!["ops", bad],
            vec!["mistakes", bad],
            vec!["--explain", bad],
            vec!["-f", bad],
            vec!["code", "--target", bad, "Y = X"],
            vec!["code", "Y = X", "-o", "none/\u{1b}[2J"],
            vec!["check", "Y = X", bad],
            vec!["--wrt", bad, "Y = X"],
            vec!["completions", bad],
            vec!["notes", bad],
            vec!["Y = X", "--format", "json", "--wrt", bad],
        ] {
            let seen = run(&line);
            let acts = |c: char| c != '\n' && c.is_control() || "\u{202e}\u{2066}\u{feff}\u{200b}".contains(c);
            assert!(matches!(code(&seen), 1 | 2), "{line:?}");
            assert!(!out(&seen).contains(acts) && !err(&seen).contains(acts), "{line:?}: {:?}", err(&seen));
        }
    }
}

#[test]
fn no_text_of_a_program_acts_in_a_figure_or_an_object() {
    let program = "Y = X @ W # \u{1b}\u{9b}\u{202e}\u{ffff}]]></title><script>";
    let figure = run(&["figure", program]);
    assert!(out(&figure).contains("\\u{1b}\\u{9b}\\u{202e}\\u{ffff}]]&gt;&lt;/title&gt;&lt;script&gt;"), "{}", out(&figure));
    let object = run(&["--format", "json", program]);
    assert!(out(&object).contains("\\u001b\\u009b\\u202e\\uffff]]"), "{}", out(&object));
    assert_eq!(json(&object)["program"], program);
}

#[test]
fn code_is_written() {
    let module = run(&["code", PROGRAM]);
    assert_eq!((code(&module), err(&module)), (0, ""));
    assert!(out(&module).contains("import numpy as np\n") && out(&module).contains("def backward(X, W, dL_dY):"));
    assert!(out(&run(&["code", "-t", "jax", PROGRAM, "--wrt", "W"])).contains("return {\"W\": dL_dW}"));
    assert!(out(&run(&["code", "--dims", "n=7", PROGRAM])).contains("n, d, m = 7, 2, 3"));
    assert_eq!(out(&run_on(b"Y = X @ W", &["code", "-"])), out(&module));
    let file = Scratch::new("layer.py", b"");
    assert_eq!(out(&run(&["code", PROGRAM, "-o", file.path()])), "");
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), out(&module));
    assert!(out(&run(&["code", "--help"])).contains("Examples:"));
    refused(&["code", PROGRAM, "--target", "nunpy"], &["did you mean `numpy`?"]);
    refused(&["code", PROGRAM, "--autograd"], &["--autograd", "--target torch --autograd"]);
    refused(&["code", PROGRAM, "--wrt", "Q"], &["Q"]);
    let wrong = run(&["code", "X: (n, d); W: (m, d); Y = X @ W"]);
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert!(err(&wrong).contains("E0301"));
}

#[test]
fn figures_are_drawn() {
    let drawn = run(&["figure", PROGRAM]);
    assert_eq!((code(&drawn), err(&drawn)), (0, ""));
    assert!(out(&drawn).starts_with("<svg ") && out(&drawn).ends_with("</svg>\n"));
    let loops = |arguments: &[&str]| out(&run(arguments)).matches(", cut out").count();
    assert_eq!(loops(&["figure", PROGRAM]), 2);
    assert_eq!(loops(&["figure", PROGRAM, "--wrt", "W", "--show", "loop"]), 1);
    assert_eq!(loops(&["figure", PROGRAM, "--show", "boxes,graph"]), 0);
    assert_eq!(loops(&["explain", PROGRAM, "--format", "svg"]), 2);
    assert_eq!(loops(&[PROGRAM, "--show", "result", "--format", "svg"]), 0);
    assert!(out(&run(&["shapes", PROGRAM, "--format", "svg"])).starts_with("<svg "));
    assert!(out(&run(&[PROGRAM, "--format", "svg", "--no-check"])).contains("not checked"));
    // the lengths that are asked for are those that are drawn
    assert!(out(&run(&["figure", PROGRAM, "--dims", "n=7,d=5"])).contains(" = 7"));
    let ascii = run(&["figure", "-f", "tests/cases/ok/attention.pb", "--ascii"]);
    assert!(out(&ascii).is_ascii(), "{:?}", out(&ascii).chars().find(|c| !c.is_ascii()));

    refused(&["figure", PROGRAM, "-o", "loop.png"], &["SVG", "png", "-o FILE.svg"]);
    refused(&["figure", PROGRAM, "--show", "loops"], &["did you mean `loop`?", "loop, boxes, graph"]);
    refused(&["figure", PROGRAM, "--dims", "n=2,n=3"], &["two lengths"]);
    refused(&[PROGRAM, "--show", "check", "--format", "svg"], &["nothing of this can be drawn"]);
    refused(&["check", PROGRAM, "dL/dX = W", "--format", "svg"], &["no picture", "pullback figure"]);
    let wrong = run(&["figure", "X: (n, d); W: (m, d); Y = X @ W"]);
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert!(err(&wrong).contains("E0301"));
}

#[test]
fn what_is_yet_to_come_says_so() {
    for name in ["quiz", "repl"] {
        refused(&[name], &[name, "not supported yet"]);
        refused(&[name, PROGRAM, "--target", "torch", "-x"], &["not supported yet"]);
        refused(&[name, "--help"], &["not supported yet"]);
        let help = run(&["--help"]);
        assert!(!out(&help).lines().any(|line| line.trim_start().starts_with(&format!("{name} "))), "{name}");
    }
    refused(&[PROGRAM, "--format", "yaml"], &["[possible values: text, markdown, latex, typst, html, json]"]);
}

#[test]
fn a_file_is_written_in_the_format_of_its_ending() {
    for (ending, begins, whole) in [
        ("md", "```\nY = X @ W\n```\n", "# The gradients with respect to $X$ and $W$\n"),
        ("tex", "% needs amsmath and amssymb\n", "\\documentclass"),
        ("typ", "#raw(block: true", "#set page("),
        ("html", "<article class=\"pullback\" lang=\"en\">", "<!doctype html>\n"),
    ] {
        let file = Scratch::new(&format!("derivation.{ending}"), b"");
        assert_eq!(out(&run(&[PROGRAM, "-o", file.path()])), "");
        let part = std::fs::read_to_string(file.path()).unwrap();
        assert!(part.starts_with(begins), "{part}");
        run(&[PROGRAM, "--standalone", "-o", file.path()]);
        let document = std::fs::read_to_string(file.path()).unwrap();
        assert!(document.starts_with(whole), "{document}");
        assert!(part.ends_with('\n') && document.ends_with('\n'));
    }
    refused(&[PROGRAM, "--standalone"], &["--standalone", "markdown, latex, typst and html"]);
}

#[test]
fn nothing_is_printed_of_a_wrong_program_in_any_format() {
    for format in ["markdown", "latex", "typst", "html"] {
        for subcommand in ["explain", "shapes", "check"] {
            let wrong = run(&[subcommand, "X: (n, d); W: (m, d); Y = X @ W", "--format", format, "--standalone"]);
            assert_eq!((code(&wrong), out(&wrong)), (1, ""), "{subcommand} {format}");
            assert!(err(&wrong).contains("E0301"));
        }
        let verdict = run(&["check", PROGRAM, "dL/dX = W @ dL/dY", "--format", format]);
        assert_eq!((code(&verdict), err(&verdict)), (1, ""), "{format}");
        assert!(out(&verdict).contains("does not fit"), "{format}");
    }
}

#[test]
fn operations_are_listed_and_told_about() {
    let table = run(&["ops"]);
    assert_eq!((code(&table), err(&table)), (0, ""));
    assert!(out(&table).contains("sigmoid") && out(&table).contains("no rule yet"), "{}", out(&table));
    let one = run(&["ops", "np.tanh"]);
    assert!(out(&one).starts_with("tanh(x)\n") && out(&one).contains("dL/dX = dL/dY * (1 - Y**2)"), "{}", out(&one));
    assert!(out(&run(&["ops", ">"])).starts_with("x > y\n"));
    assert_eq!(json(&run(&["ops", "tr", "--format", "json"]))["operations"][0]["names"][0], "trace");
    let unknown = run(&["ops", "sigmod"]);
    assert_eq!((code(&unknown), out(&unknown)), (1, ""));
    assert!(err(&unknown).contains("there is no operation `sigmod`") && err(&unknown).contains("did you mean `pullback ops sigmoid`?"));
    assert!(err(&run(&["ops", "frobnicate"])).contains("`pullback ops` lists them all"));
    assert!(out(&run(&["ops", "exp", "--format", "markdown"])).contains("exp"));
}

#[test]
fn a_dialect_is_an_option_of_every_subcommand() {
    let program = "x'*A*x + c";
    let explained = run(&["--dialect", "matlab", "--brief", program]);
    assert_eq!((code(&explained), err(&explained)), (0, ""));
    assert!(out(&explained).contains("read as MATLAB") && out(&explained).contains("dY/dx = (A + Aᵀ) @ x"), "{}", out(&explained));
    let shapes = run(&["shapes", program, "--dialect", "matlab"]);
    assert!(out(&shapes).contains("(n, 1)   input, taken for a column by its initial from h to z"), "{}", out(&shapes));
    for arguments in [&["--dialect", "matlab", "--format", "json", program][..], &["shapes", "--dialect=matlab", "--format=json", program]]
    {
        assert_eq!(json(&run(arguments))["dialect"], "matlab");
    }
    let wrong = run(&["--dialect", "matlab", "--format", "json", "x*y"]);
    assert_eq!((code(&wrong), &json(&wrong)["dialect"]), (1, &"matlab".into()));
    assert!(err(&wrong).contains("x' * y") || err(&wrong).contains("x'*y"), "{}", err(&wrong));
    assert_eq!(out(&run(&[PROGRAM, "--dialect", "numpy"])), out(&run(&[PROGRAM])));
    refused(&[program, "--dialect", "matlap"], &["a similar value exists: 'matlab'"]);
}

#[test]
fn what_looks_like_something_else_is_told() {
    refused(&["shaps", "Y = X"], &["did you mean `pullback shapes`?"]);
    refused(&["explian", "Y = X"], &["did you mean `pullback explain`?"]);
    refused(&["chek", "Y = X @ W", "dL/dX = dL/dY @ W.T"], &["did you mean `pullback check`?"]);
    refused(&["--brief", "shapes", PROGRAM], &["write it first", "pullback shapes"]);
    let file = Scratch::new("net.pb", b"Y = X @ W");
    refused(&[file.path()], &["is a file", "pullback -f "]);
    refused(&["shapes", file.path()], &["is a file", "pullback -f "]);
    refused(&["layer.pb"], &["-f FILE"]);
    // a program that is one, behind `--`
    assert_eq!(code(&run(&["--", "shaps"])), 0);
}

#[test]
fn help_and_version() {
    let version = run(&["--version"]);
    assert_eq!((code(&version), out(&version)), (0, concat!("pullback ", env!("CARGO_PKG_VERSION"), "\n")));
    let (short, long) = (run(&["-h"]), run(&["--help"]));
    assert_eq!((code(&short), code(&long)), (0, 0));
    assert!(out(&short).contains("Examples:") && !out(&short).contains("softplus"));
    for word in ["Examples:", "--wrt", "Functions:", "softplus", "Known, no rule yet:", "einsum", "Exit status"] {
        assert!(out(&long).contains(word), "{word}");
    }
    let (known, planned) = out(&long).split_once("Known, no rule yet:").unwrap();
    let last = known.rsplit_once("Functions:").unwrap().1;
    for entry in pullback::ops::entries() {
        let place = if matches!(entry.meaning, pullback::ops::Meaning::Planned) { planned } else { last };
        let sign = !entry.names[0].starts_with(|c: char| c.is_alphabetic()) || entry.family == pullback::ops::Family::Mask;
        assert!(sign || place.contains(entry.names[0]), "{}", entry.names[0]);
    }
    assert!(out(&long).lines().all(|line| line.chars().count() <= 100));
    assert!(out(&run(&["shapes", "--help"])).contains("Usage: pullback shapes"));
    assert_eq!(out(&run(&["help"])), out(&long));
    assert_eq!(out(&run(&["help", "shapes"])), out(&run(&["shapes", "--help"])));
    refused(&["help", "quiz"], &["not supported yet"]);
    assert_eq!(out(&run(&["-X @ W", "--help"])), out(&long));
    // `--help` of a subcommand is its own
    assert!(!out(&run(&["shapes", "--help"])).contains("Functions:"));
}

#[test]
fn colour_is_decided_for_each_stream() {
    let wrong = "Y = X @ 2";
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = run_with(arguments, variables);
        (out(&output).contains('\x1b'), err(&output).contains('\x1b'))
    };
    // both streams are pipes here
    assert_eq!(colored(&[wrong], &[]), (false, false));
    assert_eq!(colored(&[wrong], &[("CLICOLOR_FORCE", "1")]), (false, true));
    assert_eq!(colored(&[wrong], &[("CLICOLOR_FORCE", "0")]), (false, false));
    assert_eq!(colored(&[wrong], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), (false, false));
    assert_eq!(colored(&[wrong], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), (false, true));
    assert_eq!(colored(&[wrong], &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]), (false, true));
    assert_eq!(colored(&[wrong, "--color", "always"], &[("NO_COLOR", "1"), ("TERM", "dumb")]), (false, true));
    assert_eq!(colored(&[wrong, "--color=never"], &[("CLICOLOR_FORCE", "1")]), (false, false));
    assert_eq!(colored(&["--explain", "E0301", "--color", "always"], &[]), (true, false));
    assert_eq!(colored(&["--help", "--color", "always"], &[]), (true, false));
    assert_eq!(colored(&["--help"], &[]), (false, false));
    assert_eq!(colored(&["--frob", "--color", "always"], &[]), (false, true));
    assert_eq!(colored(&["shaps", "--color", "always"], &[]), (false, true));
    assert_eq!(colored(&[PROGRAM], &[("CLICOLOR_FORCE", "1")]), (true, false));
    assert_eq!(colored(&[PROGRAM], &[]), (false, false));
    assert_eq!(colored(&[PROGRAM, "--format", "json", "--color", "always"], &[]), (false, false));
}

#[test]
fn ascii_is_ascii() {
    for arguments in [
        &[PROGRAM, "--full"][..],
        &["Z = X @ W + b", "Y = tanh(Z)"],
        &["shapes", "Z = X @ W + b"],
        &["X: (n, d); W: (m, d); Y = X @ W"],
        &["Y = X @ W; Z = X * 2"],
        &["--explain", "E0301"],
    ] {
        let output = run(&[arguments, &["--ascii"]].concat());
        assert!(output.stdout.is_ascii(), "{arguments:?}: {}", out(&output));
        assert!(output.stderr.is_ascii(), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn lines_are_as_wide_as_wanted() {
    for columns in ["30", "60", "500"] {
        for arguments in [&["--explain", "E0301"][..], &["shapes", PROGRAM]] {
            let output = run_with(arguments, &[("COLUMNS", columns)]);
            let widest = out(&output).lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(widest <= columns.parse::<usize>().unwrap().min(100), "{columns}: {widest}");
        }
    }
}

#[test]
fn a_page_for_every_code() {
    for name in pullback::explain::codes() {
        for typed in [name.to_string(), name.to_lowercase()] {
            let output = run(&["--explain", &typed]);
            assert_eq!(code(&output), 0, "{typed}");
            assert!(out(&output).starts_with(&format!("{name}: ")), "{typed}: {}", out(&output));
        }
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../schema/pullback-v1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (arguments, wanted) in [
        (&[PROGRAM][..], 0),
        (&["Z = X @ W", "Y = tanh(Z)", "--no-check"], 0),
        (&["shapes", PROGRAM], 0),
        (&["X: (n, d); W: (m, d); Y = X @ W"], 1),
        (&["shapes", "Y = frob(X)"], 1),
        (&["Y = X @"], 1),
        (&[PROGRAM, "--wrt", "V"], 2),
    ] {
        let output = run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(code(&output), wanted, "{arguments:?}");
        let faults: Vec<String> = schema.iter_errors(&json(&output)).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{arguments:?}: {faults:?}");
        assert_eq!(wanted == 0, err(&output).is_empty(), "{arguments:?}: {}", err(&output));
    }
    assert!(json(&run(&[PROGRAM, "--no-check", "--format", "json"]))["check"].is_null());
    assert_eq!(json(&run(&[PROGRAM, "--dims", "n=5", "--format", "json"]))["check"]["dims"]["n"], 5);
    let one = json(&run(&[PROGRAM, "--wrt", "W", "--format", "json"]));
    assert_eq!(one["gradients"].as_object().map(|g| g.keys().cloned().collect::<Vec<_>>()), Some(vec!["W".to_string()]));
}

#[test]
fn a_file_takes_the_result() {
    let file = Scratch::new("result.json", b"before");
    let output = run(&[PROGRAM, "-o", file.path()]);
    assert_eq!((code(&output), out(&output)), (0, ""));
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&file.0).unwrap()).expect("JSON by its ending");
    assert_eq!(written["gradients"]["X"]["expr"], "dL/dY @ W.T");
    // the format that is asked for comes before the ending
    let text = Scratch::new("result.txt", b"");
    assert_eq!(code(&run(&[PROGRAM, "-o", text.path(), "--format", "json"])), 0);
    assert!(std::fs::read(&text.0).unwrap().starts_with(b"{"));
    // a wrong program leaves the file as it is
    let kept = Scratch::new("kept.txt", b"before");
    assert_eq!(code(&run(&["Y = X @ 2", "-o", kept.path()])), 1);
    assert_eq!(std::fs::read(&kept.0).unwrap(), b"before");
    assert!(out(&run(&[PROGRAM, "-o", "-", "--format", "json"])).starts_with('{'));
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let mut program = String::from("A0 = X\n");
    for k in 1..=60 {
        program.push_str(&format!("A{k} = tanh(A{} @ W{k} + b{k})\n", k - 1));
    }
    for arguments in
        [&[program.as_str(), "--no-check"][..], &[&program, "--format", "json", "--no-check"], &["--help"], &["--explain", "E0301"]]
    {
        let mut child = command(arguments).spawn().expect("the program runs");
        let mut first = [0u8; 1];
        child.stdout.as_mut().expect("its output").read_exact(&mut first).expect("one byte");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!((code(&output), err(&output)), (0, ""), "{}", arguments[0]);
    }
}

#[test]
fn a_closed_standard_error_is_no_fault() {
    let mut child = command(&["Y = X @ 2"]).spawn().expect("the program runs");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(1));
}

#[test]
fn claims_are_judged() {
    let right = run(&["check", PROGRAM, "dL/dX = dL/dY @ W.T", "dL/dW = (dL/dY.T @ X).T"]);
    assert_eq!((code(&right), err(&right)), (0, ""));
    assert_eq!(out(&right).matches('✓').count(), 2, "{}", out(&right));
    let wrong = run(&["check", PROGRAM, "dL/dX = W @ dL/dY"]);
    assert_eq!((code(&wrong), err(&wrong)), (1, ""));
    assert!(out(&wrong).contains("(d, m) @ (n, m)") && out(&wrong).contains("✓ dL/dX = dL/dY @ W.T"), "{}", out(&wrong));
    let quiet = run(&["check", "--quiet", PROGRAM, "dL/dX = W @ dL/dY"]);
    assert_eq!((code(&quiet), out(&quiet), err(&quiet)), (1, "", ""));
    let layout = &["check", "X: (n, m); A: (m, n); f = tr(X @ A)", "df/dX = A"];
    assert_eq!(code(&run(layout)), 1);
    assert_eq!(code(&run(&[layout as &[&str], &["--layout", "numerator"]].concat())), 0);
    // claims in the program itself, in a file, behind a file
    let file = Scratch::new("claims.pb", b"Y = X @ W\nclaim dL/dX = dL/dY @ W.T\n");
    assert_eq!(code(&run(&["check", "-f", file.path()])), 0);
    assert_eq!(code(&run(&["check", "-f", file.path(), "dL/dW = dL/dY"])), 1);
    let value = json(&run(&["check", PROGRAM, "dL/dX = W @ dL/dY", "--format", "json"]));
    assert_eq!((&value["claims"][0]["verdict"], &value["claims"][0]["expr"]), (&"shapes clash".into(), &"dL/dY @ W.T".into()));
    // what is wrong with the program, or is no claim, is a diagnostic
    let nothing = run(&["check", PROGRAM]);
    assert_eq!((code(&nothing), out(&nothing)), (1, ""));
    assert!(err(&nothing).contains("E0211") && err(&nothing).contains("dL/dX = dL/dY @ W.T"), "{}", err(&nothing));
    assert_eq!(code(&run(&["check", "X: (n, d); Y = X @ X", "dL/dX = X"])), 1);
}

#[test]
fn mistakes_are_listed_and_shown() {
    let all = run(&["mistakes"]);
    assert_eq!((code(&all), err(&all)), (0, ""));
    assert!(pullback::claim::mistakes().all(|mistake| out(&all).contains(mistake.name)));
    let one = run(&["mistakes", "transpose", "missing"]);
    assert!(out(&one).contains("✓ dL/da = W.T @ dL/dz"), "{}", out(&one));
    assert_eq!(json(&run(&["mistakes", "sign", "--format", "json"]))["mistakes"][0]["name"], "sign");
    let unknown = run(&["mistakes", "transpose misssing"]);
    assert_eq!((code(&unknown), out(&unknown)), (1, ""));
    assert!(err(&unknown).contains("did you mean `pullback mistakes transpose missing`?"), "{}", err(&unknown));
}

/// `-o FILE` replaces a file as a whole, and never the program by accident.
#[cfg(unix)]
mod files {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    /// A folder that goes away with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
            fs::create_dir_all(&path).expect("a folder");
            fs::write(path.join("p.pb"), "Y = X @ W\n").expect("a program");
            Folder(path)
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.0.join(name)).unwrap_or_default()
        }

        /// Runs a line of the shell, in which `$P` is the program.
        fn shell(&self, line: &str) -> Output {
            let mut command = Command::new("sh");
            command.current_dir(&self.0).env("P", env!("CARGO_BIN_EXE_pullback")).env("NO_COLOR", "1").args(["-c", line]);
            command.stdin(Stdio::null()).output().expect("a shell")
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_result_is_not_written_over_its_program() {
        let folder = Folder::new("over");
        symlink("p.pb", folder.0.join("soft.txt")).unwrap();
        fs::hard_link(folder.0.join("p.pb"), folder.0.join("hard.txt")).unwrap();
        for line in [
            "$P -f p.pb -o ./p.pb --format text",
            "$P shapes -f p.pb -o soft.txt",
            "$P code -f p.pb -o hard.txt",
            "$P check -f p.pb -o hard.txt 'dL/dX = X'",
            "$P explain - -o hard.txt < p.pb",
            "$P -o soft.txt < p.pb",
        ] {
            let output = folder.shell(line);
            assert_eq!((code(&output), out(&output)), (2, ""), "{line}: {}", err(&output));
            assert_eq!(folder.read("p.pb"), "Y = X @ W\n", "{line}");
        }
        assert!(err(&folder.shell("$P -f p.pb -o hard.txt")).contains("`-o hard.txt` would write the result over the program"));
        // a file of the same content is another file
        fs::write(folder.0.join("other.txt"), "Y = X @ W\n").unwrap();
        assert_eq!(code(&folder.shell("$P -f p.pb -o other.txt")), 0);
        // where it is meant, the file has another name
        let meant = folder.shell("$P -f p.pb -o soft.txt --force --brief");
        assert!(code(&meant) == 0 && folder.read("p.pb").contains("dL/dX = dL/dY @ Wᵀ"), "{}", err(&meant));
        assert_eq!(err(&meant), "warning: `soft.txt`: another name of the file (a hard link) keeps the old content\n");
        assert_eq!(folder.read("hard.txt"), "Y = X @ W\n");
    }

    #[test]
    fn what_cannot_be_written_whole_is_not_written() {
        let folder = Folder::new("whole");
        fs::write(folder.0.join("old.txt"), "old").unwrap();
        // no file may be longer than a block; what ends the process would be an error of the disk elsewhere
        for (line, ends) in
            [("ulimit -f 1; $P -f p.pb --full -o old.txt", false), ("trap '' XFSZ; ulimit -f 1; $P -f p.pb --full -o old.txt", true)]
        {
            let output = folder.shell(line);
            assert!(!output.status.success());
            assert_eq!(folder.read("old.txt"), "old");
            assert!(!ends || err(&output).contains("`old.txt` cannot be written, and is as it was: "), "{}", err(&output));
        }
        assert!(!folder.shell("trap '' XFSZ; ulimit -f 1; $P -f p.pb --full -o new.txt").status.success());
        let full = folder.shell("$P -f p.pb -o /dev/full");
        assert!(!Path::new("/dev/full").exists() || code(&full) == 2 && err(&full).contains("`/dev/full` cannot be written"));
        // what the killed run has left goes with the next one
        assert_eq!(code(&folder.shell("$P -f p.pb --brief -o old.txt")), 0);
        assert_eq!(folder.names(), ["old.txt", "p.pb"]);
    }

    #[test]
    fn links_and_permissions_stay_and_streams_go_on() {
        let folder = Folder::new("streams");
        let plain = folder.shell("umask 027; $P -f p.pb --brief -o new.txt; $P -f p.pb --brief");
        let text = out(&plain).to_string();
        assert_eq!(folder.read("new.txt"), text);
        assert_eq!(fs::metadata(folder.0.join("new.txt")).unwrap().permissions().mode() & 0o777, 0o640);
        fs::write(folder.0.join("old.txt"), "old").unwrap();
        fs::set_permissions(folder.0.join("old.txt"), fs::Permissions::from_mode(0o604)).unwrap();
        symlink("old.txt", folder.0.join("soft.txt")).unwrap();
        symlink("none.txt", folder.0.join("dangling.txt")).unwrap();
        folder.shell("$P -f p.pb --brief -o soft.txt; $P -f p.pb --brief -o dangling.txt");
        assert!(fs::symlink_metadata(folder.0.join("soft.txt")).unwrap().is_symlink());
        assert_eq!(fs::metadata(folder.0.join("old.txt")).unwrap().mode() & 0o777, 0o604);
        assert_eq!((folder.read("old.txt"), folder.read("none.txt")), (text.clone(), text.clone()));
        // what is no file of its own is not replaced by one
        assert_eq!(out(&folder.shell("$P -f p.pb --brief -o /dev/stdout | cat")), text);
        folder.shell("{ echo one; $P -f p.pb --brief -o /dev/stdout; echo two; } > both.txt");
        assert_eq!(folder.read("both.txt"), format!("one\n{text}two\n"));
        assert_eq!(out(&folder.shell("mkfifo pipe; cat pipe & $P -f p.pb --brief -o pipe; wait")), text);
        assert_eq!(code(&folder.shell("$P -f p.pb -o /dev/null && test -c /dev/null")), 0);
    }
}

#[test]
fn a_direction_has_a_name_of_the_language() {
    for name in ["_", "None", "True", "x²", "1", "a*b"] {
        refused(&["hessian", "--hvp", name, "x: (n,); f = sum(x**3)"], &["the name of a direction belongs here"]);
    }
    assert_eq!(code(&run(&["hessian", "--hvp", "v_1", "x: (n,); f = sum(x**3)"])), 0);
}
