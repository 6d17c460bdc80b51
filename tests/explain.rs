//! The pages of the diagnostic codes: complete, and true.

use pullback::answer::{Options, answer, hessian};
use pullback::claim;
use pullback::explain::{Fence, codes, fences, page};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Codes that no program can show, and why.
const NOT_BY_A_PROGRAM: &[&str] = &[
    "E0108", // bytes that are no text
    "E0109", // a mebibyte would not fit the page
    "E0110", // nor would hundreds of brackets
    "E0113", // a program is no single expression
    "E0510", // dozens of statements would not fit the page
    "E0701", "E0702", "E0703", "E0704", "E0705", "E0706", // pages of notes: tests/notes.rs
    "E0404", // every linear function of the table says how it acts
    "E0901", "E0902", "E0903", // faults of the tool: no program is known
];

/// Codes of claims.
const OF_CLAIMS: &[&str] = &["E0209", "E0210", "E0211", "E0213", "E0214", "W0607"];

/// Codes of second derivatives.
const OF_HESSIANS: &[&str] = &["E0505", "E0506", "E0507"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every code that stands in the sources as a string.
fn used() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|path| !path.ends_with("explain/mod.rs")) {
        let text = std::fs::read_to_string(file).expect("a source");
        for word in text.split('"') {
            let code = word.len() == 5 && word.starts_with(['E', 'W']) && word[1..].bytes().all(|b| b.is_ascii_digit());
            if code {
                found.insert(word.to_string());
            }
        }
    }
    found
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    assert_eq!(used(), codes().map(String::from).collect());
}

#[test]
fn every_file_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain");
    let names = std::fs::read_dir(folder).expect("the folder").flatten().map(|e| e.file_name().into_string().expect("a name"));
    let files: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".md").map(String::from)).collect();
    assert_eq!(files, codes().map(String::from).collect());
}

/// The codes that a block's program ends in.
fn codes_of(fence: &Fence) -> Vec<&'static str> {
    let mut options = Options::default();
    let mut words = fence.options.split_whitespace();
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match option {
            "--wrt" => options.wrt = Some(value.split(',').map(String::from).collect()),
            "--dims" => {
                let lengths = value.split(',').map(|pair| pair.split_once('=').expect("a pair"));
                options.dims = lengths.map(|(name, value)| (name.to_string(), value.parse().expect("a length"))).collect();
            }
            other => panic!("the option {other} on a page"),
        }
    }
    if fence.info.starts_with("pullback,check") {
        let options = claim::Options { dims: options.dims, ..claim::Options::default() };
        return match claim::judge(fence.body, &options) {
            Ok(judged) if judged.all_hold() => judged.warnings.iter().map(|d| d.code).collect(),
            Ok(judged) => judged.judgements.iter().map(|j| j.verdict.name()).collect(),
            Err(wrong) => wrong.into_iter().map(|d| d.code).collect(),
        };
    }
    if fence.info.starts_with("pullback,hessian") {
        return match hessian(fence.body, &options, &Default::default()) {
            Ok(found) => found.warnings().iter().map(|d| d.code).collect(),
            Err(wrong) => wrong.into_iter().map(|d| d.code).collect(),
        };
    }
    let found = match answer(fence.body, &options) {
        Ok(found) => found.warnings().to_vec(),
        Err(wrong) => wrong,
    };
    found.into_iter().map(|d| d.code).collect()
}

#[test]
fn programs_on_the_pages_do_as_they_say() {
    for code in codes() {
        let page = page(code).unwrap();
        let fences = fences(page);
        let kinds: Vec<&str> = fences.iter().map(|f| f.info).collect();
        let expected = match code {
            _ if NOT_BY_A_PROGRAM.contains(&code) => ["text", "pullback,works"],
            _ if OF_CLAIMS.contains(&code) => ["pullback,check-fails", "pullback,check-works"],
            _ if OF_HESSIANS.contains(&code) => ["pullback,hessian-fails", "pullback,hessian-works"],
            _ => ["pullback,fails", "pullback,works"],
        };
        assert_eq!(kinds, expected, "{code}");
        if expected[0] != "text" {
            assert_eq!(codes_of(&fences[0]), [code], "{code}");
        }
        assert_eq!(codes_of(&fences[1]), [""; 0], "{code}");
    }
}

#[test]
fn pages_are_short_and_well_formed() {
    for code in codes() {
        let page = page(code).unwrap();
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        assert!(page.ends_with("```\n"), "{code}");
        assert!(page.lines().count() < 40, "{code}");
        let prose = page.split("```").step_by(2).collect::<String>();
        assert_eq!(prose.matches('`').count() % 2, 0, "{code}");
        for word in ["simply", "clearly", "easy"] {
            assert!(!prose.contains(word), "{code} says {word}");
        }
    }
}
