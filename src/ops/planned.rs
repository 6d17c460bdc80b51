//! Names whose rule is yet to come: they parse, and a diagnostic names them.

use super::{Entry, Family, Meaning};

fn planned(names: &'static [&'static str], family: Family, sentence: &'static str) -> Entry {
    Entry { names, parameters: "*x", family, sentence, example: "", meaning: Meaning::Planned, python: None }
}

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Linear, Reduction, Structure};
    vec![
        planned(&["svd"], Linear, "the singular value decomposition"),
        planned(&["qr"], Linear, "the QR decomposition"),
        planned(&["eigh", "eigvalsh"], Linear, "the eigenvalues of a symmetric matrix"),
        planned(&["median"], Reduction, "the middle entry over axes"),
        planned(&["sort"], Structure, "the entries in order"),
    ]
}
