//! The table of operations as `pullback ops` shows it.

use pullback::formula::Charset;
use pullback::ops::{Entry, Stated, entries};
use pullback::page::{operation, operations};
use pullback::record;
use pullback::render::terminal::{Style, render};
use serde_json::Value;

const STYLE: Style = Style { width: 100, charset: Charset::Unicode, color: false };

fn page(entry: &Entry) -> String {
    render(&operation(entry), &STYLE)
}

#[test]
fn every_operation_stands_in_the_table_and_what_is_planned_apart() {
    let table = render(&operations(), &STYLE);
    let (working, planned) = table.split_once("no rule yet").unwrap_or((&table, ""));
    for entry in entries() {
        let name = entry.sign().unwrap_or(entry.names[0]);
        let shown = |part: &str| part.split_whitespace().any(|word| word == name);
        assert_eq!((shown(working), shown(planned)), (entry.stated() != Stated::Planned, entry.stated() == Stated::Planned), "{name}");
    }
    assert!(table.lines().count() <= 40, "{} lines are more than a screen", table.lines().count());
}

#[test]
fn every_page_shows_what_the_tool_makes_of_its_example() {
    for entry in entries() {
        let (page, name) = (page(entry), entry.names[0]);
        let plain = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&entry.sentence.split_whitespace().collect::<Vec<_>>().join(" ")), "{name}: {page}");
        assert!(entry.aliases().iter().all(|alias| plain.contains(alias)), "{name}: {page}");
        match entry.stated() {
            Stated::Planned => assert!(page.contains("yet to come"), "{name}: {page}"),
            Stated::Composed => assert!(page.contains(" changes") && page.contains("agrees with"), "{name}: {page}"),
            Stated::Differential { lines, transposes, kink } => {
                let lines = lines.into_iter().chain(transposes.into_iter().map(|(_, text)| text)).collect::<Vec<_>>();
                assert!(lines.iter().all(|line| plain.contains(line)) && plain.contains(kink), "{name}: {page}");
                assert!(plain.matches(kink).count() == 1 || kink.is_empty(), "{name} says twice: {page}");
                assert!(page.contains("agrees with"), "{name}: {page}");
            }
        }
    }
}

#[test]
fn the_table_for_other_programs() {
    let value: Value = serde_json::from_str(&record::operations(entries())).expect("an object");
    let schema: Value = serde_json::from_str(include_str!("../schema/pullback-ops-v1.schema.json")).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    assert!(jsonschema::validator_for(&schema).expect("it compiles").is_valid(&value));
    let list = value["operations"].as_array().expect("a list");
    assert_eq!((value["version"].as_u64(), list.len()), (Some(1), entries().len()));
    for (entry, found) in entries().iter().zip(list) {
        assert_eq!(found["names"][0], entry.names[0]);
        assert_eq!(found["planned"], entry.stated() == Stated::Planned);
        assert_eq!(found["example"] == "", entry.stated() == Stated::Planned);
    }
}
