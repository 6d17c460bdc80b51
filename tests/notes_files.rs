//! `pullback notes`: files, exit codes, and what is said.

#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PAGE: &str = "# Notes\n\n```pullback wrt=X brief\nY = X @ W\n```\n\nMore.\n";

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-notes-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("a file");
        path
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

fn notes(files: &[&Path], options: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
    ended(command.env("NO_COLOR", "1").arg("notes").args(files).args(options).stdin(Stdio::null()).output().expect("the program runs"))
}

fn ended(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_page_is_written_printed_and_looked_at() {
    let folder = Folder::new("modes");
    let page = folder.file("page.md", PAGE);
    let (code, printed, error) = notes(&[&page], &[]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        printed.contains("<!-- pullback: begin") && printed.contains(r"W^{\top}") && printed.ends_with("end -->\n\nMore.\n"),
        "{printed}"
    );
    assert_eq!(notes(&[&page], &["--stdout"]).1, printed);
    assert_eq!(fs::read_to_string(&page).unwrap(), PAGE);
    let (code, out, error) = notes(&[&page], &["--check"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("page.md` is stale: the derivation of the program on line 3\n"), "{error}");
    assert!(error.contains("pullback notes --write"), "{error}");
    let (code, out, _) = notes(&[&page], &["--write"]);
    assert_eq!((code, out), (0, format!("{}: 1 of 1 derivations is new\n", page.display())));
    assert_eq!(fs::read_to_string(&page).unwrap(), printed);
    assert_eq!(notes(&[&page], &["--check"]), (0, String::new(), String::new()));
    let before = fs::metadata(&page).unwrap().modified().unwrap();
    assert_eq!(notes(&[&page], &["--write"]), (0, String::new(), String::new()));
    assert_eq!(fs::metadata(&page).unwrap().modified().unwrap(), before, "a page that is as it should be is not written");
    assert_eq!(folder.names(), ["page.md"]);
}

#[test]
fn an_error_stands_in_the_page_and_ends_in_1() {
    let folder = Folder::new("errors");
    let wrong = folder.file(
        "wrong.md",
        "```pullback brief\nY = X\n```\n\n- a\n\n  ```pullback\n  Z = X\n  Y = Z @ 2\n  ```\n\n```pullback wrt=Q\nY = X\n```\n",
    );
    let right = folder.file("right.md", PAGE);
    let (code, out, error) = notes(&[&wrong, &right], &["--write"]);
    assert_eq!(code, 1);
    assert_eq!(out.lines().count(), 2, "{out}");
    let text = fs::read_to_string(&wrong).unwrap();
    assert!(text.contains("  ```text\n  error[E0"), "{text}");
    assert!(text.contains("with central differences") && fs::read_to_string(&right).unwrap().contains("W^{\\top}"));
    // the place is that in the page as it now is
    let line = text.lines().position(|line| line == "  Y = Z @ 2").unwrap() + 1;
    assert!(error.contains(&format!("wrong.md:{line}:11\n")), "{error}");
    assert!(error.contains("`Q` is no input of this program") && error.contains("pullback wrt=Q"), "{error}");
    assert_eq!(notes(&[&wrong], &["--write"]).0, 1);
    assert_eq!(fs::read_to_string(&wrong).unwrap(), text);
    // a page whose errors are known is not stale, and not right
    let (code, _, error) = notes(&[&wrong], &["--check"]);
    assert!(code == 1 && !error.contains("stale") && error.contains("error[E0"), "{error}");
}

#[test]
fn warnings_are_told_and_a_wrong_claim_is_a_result() {
    let folder = Folder::new("warnings");
    let page = folder.file("page.md", "```pullback brief\nY = X\nZ = X * 2\n```\n\n```pullback check\nY = X @ W\ndL/dX = W @ dL/dY\n```\n");
    let (code, out, error) = notes(&[&page], &[]);
    assert_eq!(code, 0);
    assert!(error.contains("warning[W0601]") && error.contains("page.md:2:"), "{error}");
    assert!(out.contains("does not fit"), "{out}");
}

#[test]
fn what_is_no_page_is_said_and_left_alone() {
    let folder = Folder::new("strange");
    let latin = folder.file("latin.md", b"```pullback\nY = X\n```\n\xE4\n");
    let (code, _, error) = notes(&[&latin], &["--write"]);
    assert_eq!(code, 2);
    assert!(error.contains("the text is not UTF-8: byte 0xE4 at line 4, column 1"), "{error}");
    let unbalanced = folder.file("unbalanced.md", format!("{PAGE}\n<!-- pullback: end -->\n"));
    let old = fs::read(&unbalanced).unwrap();
    let (code, out, error) = notes(&[&unbalanced], &["--write"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("E0702") && error.contains("unbalanced.md:9:1") && error.contains("nothing in the page was changed"), "{error}");
    assert_eq!(fs::read(&unbalanced).unwrap(), old);
    let large = folder.file("large.md", vec![b' '; (4 << 20) + 1]);
    assert!(notes(&[&large], &["--check"]).2.contains("E0701"));
    let (code, _, error) = notes(&[&folder.0], &["--write"]);
    assert!(code == 2 && error.contains("is a directory") && error.contains("*.md"), "{error}");
    let (code, out, error) = notes(&[&folder.0.join("none.md"), &folder.file("page.md", PAGE)], &["--write"]);
    assert!(code == 2 && error.contains("none.md` cannot be read") && out.contains("page.md: 1 of 1"), "{error}");
}

#[test]
fn standard_input_is_a_page_too() {
    let run = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
        let command = command.args(["notes", "-"]).args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(PAGE.as_bytes());
        ended(child.wait_with_output().unwrap())
    };
    let (code, out, _) = run(&[]);
    assert!(code == 0 && out.contains("W^{\\top}"));
    assert!(run(&["--write"]).2.contains("standard input is no file"));
}

#[test]
fn the_command_line_is_told() {
    for (options, words) in [
        (&["notes"][..], "FILE"),
        (&["notes", "a.md", "b.md"], "one page at a time"),
        (&["notes", "a.md", "--write", "--check"], "cannot be used with"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_pullback")).args(options).stdin(Stdio::null()).output().unwrap();
        let (code, _, error) = ended(output);
        assert!(code == 2 && error.contains(words), "{options:?}: {error}");
    }
    let help = Command::new(env!("CARGO_BIN_EXE_pullback")).args(["notes", "--help"]).output().unwrap();
    let (code, help, _) = ended(help);
    assert!(code == 0 && help.contains("Examples:") && help.lines().all(|line| line.chars().count() < 100));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    #[test]
    fn links_are_followed_and_permissions_stay() {
        let folder = Folder::new("links");
        let page = folder.file("page.md", PAGE);
        fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.0.join("link.md");
        symlink("page.md", &link).unwrap();
        let owner = fs::metadata(&page).unwrap().uid();
        assert_eq!(notes(&[&link], &["--write"]).0, 0);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&page).unwrap().contains("pullback: begin"));
        let about = fs::metadata(&page).unwrap();
        assert_eq!((about.permissions().mode() & 0o777, about.uid()), (0o640, owner));
        assert_eq!(folder.names(), ["link.md", "page.md"]);
    }

    #[test]
    fn a_page_that_cannot_be_replaced_is_as_it_was() {
        let folder = Folder::new("kept");
        let page = folder.file("page.md", PAGE);
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o555)).unwrap();
        fs::set_permissions(&page, fs::Permissions::from_mode(0o444)).unwrap();
        let (code, _, error) = notes(&[&page], &["--write"]);
        // the superuser may write everywhere
        let refused = fs::metadata(&page).unwrap().uid() != 0;
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
        if refused {
            assert!(code == 2 && error.contains("cannot be written, and is as it was"), "{error}");
            assert_eq!(fs::read_to_string(&page).unwrap(), PAGE);
        }
        assert_eq!(folder.names(), ["page.md"]);
    }

    #[test]
    fn a_crash_leaves_the_old_page() {
        let folder = Folder::new("crash");
        let long = format!("{PAGE}{}", "words\n".repeat(4_000));
        let page = folder.file("page.md", &long);
        // the system ends a process that writes more than a block into any file
        let script = format!("ulimit -f 1; exec '{}' notes --write '{}'", env!("CARGO_BIN_EXE_pullback"), page.display());
        let output = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
        assert_ne!(output.status.code(), Some(0));
        assert_eq!(fs::read_to_string(&page).unwrap(), long);
        assert_eq!(notes(&[&page], &["--write"]).0, 0);
        assert!(fs::read_to_string(&page).unwrap().contains("pullback: begin"));
    }

    #[test]
    fn a_pipe_is_no_file_to_replace() {
        let folder = Folder::new("pipe");
        let pipe = folder.0.join("pipe.md");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let writer = {
            let pipe = pipe.clone();
            std::thread::spawn(move || fs::write(pipe, PAGE))
        };
        let (code, _, error) = notes(&[&pipe], &["--stdout"]);
        assert_eq!((code, error.as_str()), (0, ""));
        writer.join().unwrap().unwrap();
    }

    #[test]
    fn attributes_stay_and_other_names_are_told() {
        let folder = Folder::new("attributes");
        let page = folder.file("page.md", PAGE);
        fs::hard_link(&page, folder.0.join("second.md")).unwrap();
        // not every disk has them
        let attributes = xattr::set(&page, "user.pullback.test", b"kept").is_ok();
        let (code, _, error) = notes(&[&page], &["--write"]);
        let warning = format!("warning: `{}`: another name of the file (a hard link) keeps the old content\n", page.display());
        assert_eq!((code, error), (0, warning));
        assert_eq!(fs::read_to_string(folder.0.join("second.md")).unwrap(), PAGE);
        assert!(!attributes || xattr::get(&page, "user.pullback.test").unwrap().as_deref() == Some(b"kept"));
    }

    #[test]
    fn what_killed_runs_left_goes_away() {
        use rustix::fs::{FlockOperation, flock};
        let folder = Folder::new("left");
        let page = folder.file("page.md", PAGE);
        folder.file(".pullback-abcdef.tmp", "half a page");
        folder.file(".pullback-other.txt", "of somebody else");
        folder.file(".pullback-new000.tmp", "");
        // one that is written at this moment
        let busy = fs::File::open(folder.file(".pullback-busy00.tmp", "half a page")).unwrap();
        flock(&busy, FlockOperation::LockExclusive).unwrap();
        assert_eq!(notes(&[&page], &["--write"]).0, 0);
        assert_eq!(folder.names(), [".pullback-busy00.tmp", ".pullback-new000.tmp", ".pullback-other.txt", "page.md"]);
    }

    /// What another program writes while a page is filled in is there at the end, however it is written and when.
    #[test]
    fn edits_of_other_programs_are_not_lost() {
        let folder = Folder::new("edits");
        let page = folder.file("page.md", PAGE);
        let started = std::time::Instant::now();
        assert_eq!(notes(&[&page], &["--write"]).0, 0);
        let once = started.elapsed();
        for k in 0..30 {
            fs::write(&page, PAGE).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
            let mut child = command.args(["notes", "--write"]).arg(&page).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(once * k / 30);
            if k % 2 == 0 {
                fs::OpenOptions::new().append(true).open(&page).unwrap().write_all(b"An edit.\n").unwrap();
            } else {
                let new = folder.file("new.md", fs::read_to_string(&page).unwrap() + "An edit.\n");
                fs::rename(new, &page).unwrap();
            }
            assert!(child.wait().unwrap().success());
            assert!(fs::read_to_string(&page).unwrap().contains("An edit.\n"), "lost in try {k}");
        }
        assert_eq!(folder.names(), ["page.md"]);
    }
}
