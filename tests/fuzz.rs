//! Every input that ever failed in `fuzz/`, and its seeds, through the same functions that libFuzzer calls there: on 1 MiB of stack.

#[path = "../fuzz/src/targets.rs"]
#[allow(dead_code, reason = "a fuzzer goes one way for each text, the tests go all of them")]
mod targets;

use std::fs;
use std::path::Path;

/// The texts of a folder, with their names; a folder that is not there has none.
fn texts(folder: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let Ok(entries) = fs::read_dir(path) else { return vec![] };
    let read = |entry: fs::DirEntry| (entry.path().display().to_string(), fs::read_to_string(entry.path()).expect("inputs are text"));
    let mut texts: Vec<_> = entries.map(|entry| read(entry.expect("a file"))).collect();
    texts.sort();
    texts
}

/// Runs a target over folders, each text on a small stack; gives how many there were.
fn passes(folders: &[&str], target: fn(&str)) -> usize {
    let texts: Vec<_> = folders.iter().flat_map(|folder| texts(folder)).collect();
    for (name, text) in &texts {
        let text = text.clone();
        let run = std::thread::Builder::new().stack_size(1 << 20).spawn(move || target(&text)).expect("a thread");
        assert!(run.join().is_ok(), "{name}");
    }
    texts.len()
}

#[test]
fn programs() {
    // a fuzzer goes one way for each text; here there is time for all
    let every_way = |text: &str| (0..targets::WAYS).for_each(|way| targets::one_way(text, way));
    assert!(passes(&["regressions/programs", "regressions/python", "seeds/programs"], every_way) > 6);
}

#[test]
fn claims() {
    assert!(passes(&["regressions/claims", "seeds/claims", "seeds/programs"], targets::claims) > 8);
}

#[test]
fn notes() {
    passes(&["regressions/notes", "../tests/cases/notes"], targets::notes);
}

#[test]
fn formulas() {
    assert!(passes(&["regressions/formulas", "regressions/programs", "seeds/programs", "seeds/claims"], targets::formulas) > 8);
}

#[test]
fn python() {
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        eprintln!("left out: there is no python3");
        return;
    }
    let every_module = |text: &str| (0..targets::MODULES).for_each(|which| targets::one_module(text, which));
    assert!(passes(&["regressions/python", "regressions/programs", "seeds/programs"], every_module) > 6);
}
