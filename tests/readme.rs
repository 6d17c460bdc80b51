//! The README: its console blocks are run, and its picture is what the program prints.
//!
//! A block is a command, `? 1` where it exits with another status than 0, and what it prints. `README_UPDATE=1` writes the output anew.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Commands that the README shows but that build and test the project themselves.
const BUILDS: &str = "$ cargo ";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a command of a block prints, and its exit status. The shell sees `pullback` on its path, 100 columns, and no colour.
fn run(command: &str) -> (String, i32) {
    let folder = Path::new(env!("CARGO_BIN_EXE_pullback")).parent().expect("the binary is in a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .env("PATH", path)
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .current_dir(root())
        .output()
        .expect("a shell runs");
    (String::from_utf8(output.stdout).expect("it prints UTF-8"), output.status.code().unwrap_or(-1))
}

/// The last digits of an error depend on the machine.
fn without_error(text: &str) -> String {
    let mut parts = text.split("(largest error ");
    let mut joined = parts.next().unwrap_or_default().to_string();
    for part in parts {
        joined.push_str("(largest error ");
        joined.push_str(part.split_once(')').map_or(part, |p| p.1));
    }
    joined
}

/// The README with each block's output as it is now.
fn as_it_is(readme: &str) -> (String, usize) {
    let (mut text, mut ran) = (String::new(), 0);
    let mut lines = readme.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        for (place, command) in block.iter().enumerate().filter(|(_, line)| line.starts_with("$ ")) {
            text.push_str(command);
            text.push('\n');
            if command.starts_with(BUILDS) {
                continue;
            }
            let wanted = block.get(place + 1).and_then(|next| next.strip_prefix("? ")).map_or(0, |s| s.parse().expect("a status"));
            let (printed, status) = run(&command[2..]);
            assert_eq!(status, wanted, "{command}\n{printed}");
            if wanted != 0 {
                text.push_str(&format!("? {wanted}\n"));
            }
            text.push_str(&printed);
            ran += 1;
        }
        text.push_str("```\n");
    }
    (text, ran)
}

#[test]
fn blocks_print_what_they_show() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("there is a README");
    let (now, ran) = as_it_is(&readme);
    assert!(ran >= 10, "{ran} blocks were run");
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(&path, &now).expect("the README can be written");
    }
    assert_eq!(without_error(&readme), without_error(&now), "README_UPDATE=1 writes it anew");
}

#[test]
fn it_names_the_test_command_that_runs_everything() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    assert!(readme.lines().any(|line| line == "$ cargo test --all-features"));
}

#[test]
fn the_picture_is_what_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_pullback"))
        .args(["--wrt", "X", "--color", "always", "Y = X @ W"])
        .env("COLUMNS", "92")
        .env_remove("NO_COLOR")
        .output()
        .expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("it prints UTF-8");
    let printed = without_error(&printed).replace("(largest error ", "");
    let picture = anstyle_svg::Term::new().render_svg(&format!("$ pullback --wrt X 'Y = X @ W'\n{printed}"));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/readme");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_binary_snapshot!("picture.svg", picture.into_bytes()));
}
