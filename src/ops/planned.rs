//! Names whose rule is yet to come: they parse, and a diagnostic names them.

use super::{Entry, Family, Meaning};

fn planned(names: &'static [&'static str], family: Family, sentence: &'static str) -> Entry {
    Entry { names, parameters: "*x", family, sentence, example: "", meaning: Meaning::Planned, python: None }
}

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Elementwise, Linear, Network, Reduction, Structure};
    vec![
        planned(&["svd"], Linear, "the singular value decomposition"),
        planned(&["qr"], Linear, "the QR decomposition"),
        planned(&["eigh", "eigvalsh"], Linear, "the eigenvalues of a symmetric matrix"),
        planned(&["median"], Reduction, "the middle entry over axes"),
        planned(&["sort", "topk"], Structure, "the entries in order"),
        planned(&["cumprod"], Reduction, "products of all entries so far; along one axis `exp(cumsum(log(x)))` where they are positive"),
        planned(&["dropout"], Network, "what is dropped is drawn at random; multiply by a mask of your own, `X * M / (1 - p)`"),
        planned(&["detach", "stop_gradient"], Structure, "a value through which no gradient passes; make it an input of its own that is `const`"),
        planned(&["floor", "ceil", "round", "trunc"], Elementwise, "whole numbers, which change only in jumps"),
        planned(&["remainder", "mod", "fmod"], Elementwise, "what a division leaves"),
    ]
}
