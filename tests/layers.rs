//! The layers of the house: who may know of whom, and who may know of the world outside.

use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom; the modules on one line may know each other.
const LAYERS: &[&[&str]] = &[
    &["limits", "diagnostic", "real", "visible"],
    // shapes, expressions, operations and the text that declares them speak of each other: one room with several desks
    &["syntax", "error", "expr", "shape", "ops"],
    &["rewrite", "formula"],
    &["derive"],
    &["numeric"],
    &["claim", "explicit"],
    // everything that is known of one program
    &["answer"],
    &["document", "render"],
    &["page", "explain"],
    &["record"],
    &["notes"],
    &["cli"],
];

/// Within the room of the language: who knows whom. The reader of text knows numbers, and nothing of shapes or operations.
const DESKS: &[(&str, &[&str])] = &[
    ("syntax", &["error", "expr"]),
    ("error", &["expr", "shape"]),
    ("expr", &["ops", "shape"]),
    ("ops", &["error", "expr", "shape"]),
    ("shape", &["error", "expr", "ops", "syntax"]),
];

/// What a binary or the crate's root may join together as it likes.
const ROOTS: [&str; 2] = ["lib", "main"];

/// Words of the world outside, and who may say them.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("std::io", &["cli"]),
    ("std::env", &["cli"]),
    ("std::fs", &["cli"]),
    ("std::time", &["cli"]),
    ("std::process", &["cli"]),
    ("std::thread", &["cli"]),
    ("std::net", &["cli"]),
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("print!", &["cli"]),
    ("eprint!", &["cli"]),
    ("dbg!", &[]),
    ("clap::", &["cli"]),
    ("colored::", &["cli"]),
    ("terminal_size::", &["cli"]),
    ("annotate_snippets::", &["render"]),
    ("ndarray::", &["numeric", "ops", "explicit", "claim"]),
    ("pulldown_cmark::", &["notes"]),
    ("pulldown_latex::", &["notes"]),
    ("tempfile::", &["cli"]),
    ("clap_complete::", &["cli"]),
    ("clap_mangen::", &["cli"]),
    ("mdbook_preprocessor::", &["cli"]),
    // beside the grammar its tables of what kinds of characters there are
    ("pest", &["syntax/grammar", "visible", "render/code/names"]),
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).expect("inside src").with_extension("");
                let name: Vec<String> = name.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                found.push((name.join("/"), code(&fs::read_to_string(&path).expect("text"))));
            }
        }
    }
    found.sort();
    assert!(found.len() > 20, "the sources were found");
    found
}

/// The text without comments and without the tests inside it.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or(text);
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" // ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file)
}

fn height(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Whether `text` says `word` as a word of its own.
fn says(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The modules that stand after `crate::` in a text, also inside `use crate::{a, b::c}`.
fn uses(text: &str) -> Vec<String> {
    let mut found = vec![];
    for (at, _) in text.match_indices("crate::").filter(|(at, _)| !text[..*at].ends_with('$')) {
        let rest = &text[at + "crate::".len()..];
        let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut item = true;
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => item = true,
                _ if item && !c.is_whitespace() => {
                    found.push(word(&group[at..]));
                    item = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "use crate::expr::{Id, Op};\nuse crate::{shape::{Dim, Shape}, ops};\nlet x = crate::limits::MAX;";
    assert_eq!(uses(text), ["expr", "shape", "ops", "limits"]);
    assert!(says("std::println!(1)", "println!") && !says("eprintln!(1)", "println!"));
}

#[test]
fn layers_import_downwards_only() {
    let mut faults = vec![];
    for (file, text) in sources() {
        let own = room(&file).to_string();
        if ROOTS.contains(&&*own) {
            continue;
        }
        let Some(own_height) = height(&own) else {
            faults.push(format!("src/{file}.rs stands in no layer"));
            continue;
        };
        for used in uses(&text) {
            let neighbour = DESKS.iter().find(|(desk, _)| *desk == own && height(&used) == Some(own_height) && *desk != used);
            match height(&used) {
                Some(_) if neighbour.is_some_and(|(_, known)| !known.contains(&&*used)) => {
                    faults.push(format!("src/{file}.rs knows `{used}`, which `{own}` should not"));
                }
                Some(other) if other <= own_height => {}
                Some(_) => faults.push(format!("src/{file}.rs looks up to `{used}`")),
                // an item of the crate's root
                None => faults.push(format!("src/{file}.rs uses `{used}`, which stands in no layer")),
            }
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The paths behind `use` that are no re-exports, one by one, and those that stand in the text itself.
fn paths(text: &str) -> Vec<String> {
    let (mut found, mut waiting): (Vec<String>, Vec<String>) = (vec![], vec![]);
    for (at, _) in text.match_indices("use ").filter(|(at, _)| *at == 0 || text.as_bytes()[at - 1] == b'\n') {
        waiting.extend(text[at + 4..].split(';').next().map(String::from));
    }
    while let Some(path) = waiting.pop() {
        let Some(open) = path.find('{') else {
            found.push(path.split(" as ").next().unwrap_or(&path).trim().into());
            continue;
        };
        let (mut depth, mut start) = (0, open + 1);
        for (at, c) in path.char_indices().skip_while(|(at, _)| *at < open) {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 || depth == 1 && c == ',' {
                waiting.push(format!("{}{}", &path[..open], path[start..at].trim()));
                start = at + 1;
            }
        }
    }
    let inline = text.match_indices("super::").chain(text.match_indices("crate::claim::"));
    found.extend(inline.map(|(at, _)| text[at..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect()));
    found
}

/// The file below `room` that a path in `file` leads to: the one that declares what the room's own file hands on.
fn target(files: &[(String, String)], file: &str, path: &str) -> Option<String> {
    let known = |module: &str| files.iter().find(|(name, _)| name == module || *name == format!("{module}/mod"));
    let mut module: Vec<&str> = file.trim_end_matches("/mod").split('/').collect();
    let mut parts = path.split("::").peekable();
    match parts.peek()? {
        &"super" | &"self" => {}
        &"crate" => {
            parts.next();
            module.clear();
        }
        // a module of a room that its own file names without more ado
        _ if file.ends_with("/mod") => {}
        _ => return None,
    }
    for part in parts {
        let below = [&module[..], &[part]].concat().join("/");
        match part {
            "super" => {
                module.pop();
            }
            "self" => {}
            _ if known(&below).is_some() => module.push(part),
            item => {
                let (name, text) = known(&module.join("/"))?;
                let handed = text.lines().find(|line| line.contains("pub") && line.contains(" use ") && says(line, item))?;
                let from = handed.split(" use ").nth(1)?.split("::").next()?;
                return Some(format!("{}/{from}", name.trim_end_matches("/mod"))).filter(|found| known(found).is_some());
            }
        }
    }
    known(&module.join("/")).map(|(name, _)| name.clone())
}

#[test]
fn no_files_of_the_claims_look_up_to_each_other_in_a_circle() {
    let files: Vec<(String, String)> = sources().into_iter().filter(|(file, _)| room(file) == "claim").collect();
    let looks = |(file, text): &(String, String)| -> (String, Vec<String>) {
        // what a room's own file defines is told from what it hands on
        let to = paths(text).into_iter().filter_map(|path| target(&files, file, &path).or_else(|| own_of(&files, file, &path)));
        (file.clone(), to.map(|to| if files.iter().any(|(name, _)| *name == to) { to } else { format!("{to}/mod") }).collect())
    };
    let mut edges: Vec<(String, Vec<String>)> = files.iter().map(looks).collect();
    // sums hold products, products hold atoms, and an atom may hold a sum: one type in several files
    let whole = |name: &mut String| name.truncate(if name.starts_with("claim/normal/") { "claim/normal".len() } else { name.len() });
    edges.iter_mut().for_each(|(file, to)| to.iter_mut().chain([file]).for_each(whole));
    edges.iter_mut().for_each(|(file, to)| to.retain(|to| to != file));
    assert!(edges.iter().map(|(_, to)| to.len()).sum::<usize>() > 60, "the imports were found");
    // what looks at nothing that is left stands at the bottom
    loop {
        let left: Vec<String> = edges.iter().map(|(file, _)| file.clone()).collect();
        edges.retain(|(_, to)| to.iter().any(|to| left.contains(to)));
        if edges.len() == left.len() {
            break;
        }
    }
    assert!(edges.is_empty(), "in a circle, or above one: {edges:#?}");
}

/// The room's own file, where a path leads to what it defines.
fn own_of(files: &[(String, String)], file: &str, path: &str) -> Option<String> {
    let (room, item) = path.rsplit_once("::")?;
    let found = target(files, file, room)?;
    let (_, text) = files.iter().find(|(name, _)| *name == found)?;
    ["struct", "enum", "fn", "static", "const", "type", "trait"]
        .iter()
        .any(|kind| text.contains(&format!("{kind} {item}")))
        .then_some(found)
}

#[test]
fn the_world_outside_is_known_in_one_place() {
    let mut faults = vec![];
    for (file, text) in sources() {
        // the binary hands over to the command line
        if file == "main" {
            continue;
        }
        for (word, rooms) in OUTSIDE {
            let allowed = rooms.iter().any(|r| file == *r || file.starts_with(&format!("{r}/")));
            if !allowed && says(&text, word) {
                faults.push(format!("src/{file}.rs says `{word}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    for (file, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 700, "src/{file}.rs has {lines} lines");
    }
}
