//! `pullback mdbook`, spoken to as mdBook 0.5 does. A real build stands in tests/readers/mdbook_reads.py.

#![cfg(feature = "cli")]

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pullback"))
        .env("NO_COLOR", "1")
        .arg("mdbook")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn chapter(name: &str, content: &str, inside: Value) -> Value {
    let path = format!("{name}.md");
    json!({"Chapter": {"name": name, "content": content, "number": [1], "sub_items": inside, "path": path, "source_path": path, "parent_names": []}})
}

/// A book of two chapters, the second inside the first.
fn book(first: &str, second: &str, renderer: &str, options: Value) -> String {
    let mut table = json!({"command": "pullback mdbook"});
    table.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let context = json!({
        "root": "/book", "config": {"book": {"title": "Notes", "src": "src"}, "preprocessor": {"pullback": table}},
        "renderer": renderer, "mdbook_version": "0.5.4"
    });
    let items = json!([chapter("one", first, json!([chapter("two", second, json!([]))])), "Separator", {"PartTitle": "Part"}]);
    json!([context, {"items": items}]).to_string()
}

const FIRST: &str = "# One\n\n```pullback brief\nY = X @ W\n```\n\nOn $W$ and \\\\( X \\\\).\n";
const SECOND: &str = "> ```pullback shapes\n> Y = X * 2\n> ```\n";

fn contents(book: &str) -> (String, String) {
    let book: Value = serde_json::from_str(book).unwrap_or_else(|e| panic!("{e}: {book}"));
    let first = &book["items"][0]["Chapter"];
    let text = |value: &Value| value["content"].as_str().expect("content").to_string();
    (text(first), text(&first["sub_items"][0]["Chapter"]))
}

#[test]
fn every_renderer_is_supported() {
    for renderer in ["html", "epub", "typst-pdf"] {
        assert_eq!(run(&["supports", renderer], ""), (0, String::new(), String::new()));
    }
}

#[test]
fn chapters_are_filled_and_all_else_stays() {
    let typed = book(FIRST, SECOND, "html", json!({}));
    let (code, out, error) = run(&[], &typed);
    assert_eq!((code, error.as_str()), (0, ""));
    let (first, second) = contents(&out);
    assert!(
        first.contains("<math") && first.contains("<!-- pullback: begin") && !first.contains("$$") && !first.contains("merror"),
        "{first}"
    );
    assert!(first.ends_with("\n\nOn $W$ and \\\\( X \\\\).\n"), "{first}");
    assert!(second.contains("> | <math"), "{second}");
    // everything but the two contents is as it came
    let mut given: Value = serde_json::from_str(&typed).unwrap();
    let mut taken: Value = serde_json::from_str(&out).unwrap();
    for book in [&mut given[1], &mut taken] {
        let first = &mut book["items"][0]["Chapter"];
        first["content"] = Value::Null;
        first["sub_items"][0]["Chapter"]["content"] = Value::Null;
    }
    assert_eq!(taken, given[1]);
}

#[test]
fn formulas_are_written_for_the_renderer() {
    for (renderer, options, math) in [
        ("html", json!({}), true),
        ("epub", json!({}), true),
        ("html", json!({"math": "dollars"}), false),
        ("markdown", json!({}), false),
        ("markdown", json!({"math": "mathml"}), true),
    ] {
        let (_, out, _) = run(&[], &book(FIRST, "", renderer, options.clone()));
        let (first, _) = contents(&out);
        assert_eq!((first.contains("<math"), first.contains("\n$$\n")), (math, !math), "{renderer} {options}");
    }
}

#[test]
fn a_book_with_an_error_is_not_built_unless_asked_for() {
    let wrong = "# Two\n\n```pullback\nZ = X\nY = Z @ 2\n```\n";
    let (code, out, error) = run(&[], &book(FIRST, wrong, "html", json!({})));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(error.contains("src/two.md:5:9") && error.contains("the book is not built"), "{error}");
    let (code, out, error) = run(&[], &book(FIRST, wrong, "html", json!({"errors": "show"})));
    assert!(code == 0 && error.contains("src/two.md:5:9"), "{error}");
    assert!(contents(&out).1.contains("error[E0"), "{out}");
    let (code, _, error) = run(&[], &book("<!-- pullback: end -->\n", "", "html", json!({})));
    assert!(code == 1 && error.contains("E0702"), "{error}");
}

#[test]
fn what_is_no_book_is_said() {
    for input in ["", "{}", "[]", "[1, 2]", &"[".repeat(100_000), "[{\"root\": 1}, {}]"] {
        let (code, out, error) = run(&[], input);
        assert_eq!((code, out.as_str()), (2, ""), "{error}");
        assert!(error.contains("this is no book of mdBook 0.5"), "{error}");
    }
    let (code, _, error) = run(&[], &book("", "", "html", json!({"math": "latex"})));
    assert!(code == 2 && error.contains("[preprocessor.pullback]") && error.contains("`dollars` in `math`"), "{error}");
}

#[test]
fn another_mdbook_is_told_and_served() {
    for (version, other) in [("0.5.4", false), ("0.5.99", false), ("0.4.52", true), ("0.6.0", true), ("no version", true)] {
        let typed =
            book(FIRST, "", "html", json!({})).replace("\"mdbook_version\":\"0.5.4\"", &format!("\"mdbook_version\":\"{version}\""));
        assert!(typed.contains(version));
        let (code, out, error) = run(&[], &typed);
        assert_eq!((code, error.starts_with("warning: this is a book of mdBook ")), (0, other), "{version}: {error}");
        assert!(contents(&out).0.contains("<math"));
    }
}
