//! The table of operations for other programs; `schema/pullback-ops-v1.schema.json` describes it.

use super::VERSION;
use crate::ops::{Entry, Stated};
use std::collections::BTreeMap;

/// The table, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
struct Table {
    version: u32,
    operations: Vec<Operation>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
struct Operation {
    /// The one that is printed, then aliases.
    names: &'static [&'static str],
    /// How it is written.
    written: String,
    /// As Python declares them.
    parameters: &'static str,
    family: &'static str,
    sentence: &'static str,
    /// The differential, a term for each operand; nothing where smaller operations bring theirs.
    differential: Vec<&'static str>,
    /// For each operand in which it is linear, what arrives there when `g` arrives at the result.
    transposes: BTreeMap<&'static str, &'static str>,
    /// What is taken where there is no derivative; empty where there always is one.
    kink: &'static str,
    /// A program; empty where the rule is yet to come.
    example: &'static str,
    /// Whether it can be differentiated, or is known by name only.
    planned: bool,
}

/// Entries of the table as one object, as text with a line feed at its end.
///
/// ```
/// use pullback::{ops, record};
/// let text = record::operations(&ops::entries()[..1]);
/// assert!(text.contains("\"dx * exp(x)\""));
/// ```
pub fn operations(entries: &[Entry]) -> String {
    let operation = |entry: &Entry| {
        let stated = entry.stated();
        let planned = stated == Stated::Planned;
        let (differential, transposes, kink) = match stated {
            Stated::Differential { lines, transposes, kink } => (lines, transposes.into_iter().collect(), kink),
            Stated::Composed | Stated::Planned => (Vec::new(), BTreeMap::new(), ""),
        };
        Operation {
            names: entry.names,
            written: entry.written(),
            parameters: entry.parameters,
            family: entry.family.title(),
            sentence: entry.sentence,
            differential,
            transposes,
            kink,
            example: entry.example,
            planned,
        }
    };
    let table = Table { version: VERSION, operations: entries.iter().map(operation).collect() };
    super::json::text(&table)
}
