//! Completions and manual pages, read by the shells and by `man` where they are installed.

#![cfg(feature = "cli")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn pullback(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pullback")).args(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// What a program says to some input; nothing where it is not installed.
fn said(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let mut command = Command::new(program);
    command.args(arguments).env("MANWIDTH", "100").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(input.as_bytes()).ok()?;
    child.wait_with_output().ok()
}

#[test]
fn shells_take_their_completions() {
    for (shell, arguments) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["-n", "/dev/stdin"])] {
        let script = text(&pullback(&["completions", shell]));
        for word in ["notes", "explain", "--wrt", "--dialect"] {
            // fish says the name of an option without its dashes
            assert!(script.contains(word.trim_start_matches('-')), "{shell} {word}");
        }
        match said(shell, arguments, &script) {
            Some(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            None => eprintln!("{shell} is not installed: its completions were not read by it"),
        }
    }
    for shell in ["elvish", "powershell"] {
        assert!(text(&pullback(&["completions", shell])).contains("notes"));
    }
    let wrong = pullback(&["completions", "bsh"]);
    assert!(wrong.status.code() == Some(2) && String::from_utf8_lossy(&wrong.stderr).contains("bash"));
}

#[test]
fn bash_completes_a_subcommand_and_an_option() {
    let script = text(&pullback(&["completions", "bash"]));
    let ask = |words: &str, place: usize| {
        let input = format!(
            "{script}\nCOMP_WORDS=({words})\nCOMP_CWORD={place}\n_pullback pullback \"${{COMP_WORDS[{place}]}}\" \"${{COMP_WORDS[{place}-1]}}\"\necho \"${{COMPREPLY[@]}}\"\n"
        );
        said("bash", &[], &input).map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if let Some(found) = ask("pullback no", 1) {
        assert_eq!(found.trim(), "notes");
        assert_eq!(ask("pullback notes --w", 2).unwrap().trim(), "--write");
        assert_eq!(ask("pullback completions f", 2).unwrap().trim(), "fish");
    }
}

#[test]
fn man_reads_the_page_and_keeps_its_lines() {
    for (arguments, words) in [
        (&["man"][..], &["SYNOPSIS", "--dialect", "pullback-notes(1)", "softplus", "Exit status: 0 fine"][..]),
        (&["man", "notes"], &["--check", "  ```pullback continue=layer brief"]),
        (&["man", "shapes"], &["--format"]),
    ] {
        let page = text(&pullback(arguments));
        assert!(page.contains(".TH "));
        let Some(output) = said("man", &["--warnings", "-l", "-"], &page) else { return };
        if !output.status.success() {
            eprintln!("man cannot read pages here");
            return;
        }
        let (shown, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(complaints, "", "{arguments:?}");
        for word in words {
            assert!(shown.contains(word), "{arguments:?} lacks {word}: {shown}");
        }
    }
    let wrong = pullback(&["man", "note"]);
    assert!(wrong.status.code() == Some(2) && String::from_utf8_lossy(&wrong.stderr).contains("did you mean `pullback man notes`?"));
    assert_eq!(pullback(&["man", "quiz"]).status.code(), Some(2));
}
