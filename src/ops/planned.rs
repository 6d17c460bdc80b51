//! Names whose rule is yet to come: they parse, and a diagnostic names them.

use super::{Entry, Family, Meaning};

fn planned(names: &'static [&'static str], family: Family, sentence: &'static str) -> Entry {
    Entry { names, parameters: "*x", family, sentence, example: "", meaning: Meaning::Planned }
}

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::{Network, Reduction, Structure};
    vec![
        planned(&["prod"], Reduction, "the product over axes"),
        planned(&["max", "amax"], Reduction, "the largest entry over axes"),
        planned(&["min", "amin"], Reduction, "the smallest entry over axes"),
        planned(&["var"], Reduction, "the variance over axes"),
        planned(&["std"], Reduction, "the standard deviation over axes"),
        planned(&["norm"], Reduction, "the norm"),
        planned(&["norm1"], Reduction, "the sum of the absolute values"),
        planned(&["norm2"], Reduction, "the root of the sum of the squares"),
        planned(&["argmax"], Reduction, "the place of the largest entry"),
        planned(&["argmin"], Reduction, "the place of the smallest entry"),
        planned(&["argsort"], Reduction, "the order of the entries"),
        planned(&["reshape", "view", "flatten", "ravel"], Structure, "the same entries in another shape"),
        planned(&["concat", "concatenate", "cat", "hstack", "vstack"], Structure, "arrays joined along an axis"),
        planned(&["stack"], Structure, "arrays joined along a new axis"),
        planned(&["split", "chunk"], Structure, "an array cut into parts"),
        planned(&["roll"], Structure, "entries moved round"),
        planned(&["cumsum"], Structure, "running sums"),
        planned(&["gather", "take"], Structure, "entries by index"),
        planned(&["one_hot"], Structure, "rows with a single 1"),
        planned(&["cross_entropy"], Network, "the cross-entropy of logits and targets"),
        planned(&["layer_norm"], Network, "layer normalisation"),
        planned(&["batch_norm"], Network, "batch normalisation"),
        planned(&["attention", "scaled_dot_product_attention"], Network, "scaled dot-product attention"),
        planned(&["conv1d"], Network, "one-dimensional convolution"),
        planned(&["conv2d"], Network, "two-dimensional convolution"),
    ]
}
