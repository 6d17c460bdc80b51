//! Texts of any kind: inference and derivation end without a panic, and enough of the texts reach them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use pullback::derive::derive;
use pullback::shape::{Lengths, infer};
use pullback::syntax::{Dialect, parse, parse_in};

/// Words in any order; operands and what stands between them in turn.
fn rows() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 1..16).prop_map(|words| words.concat());
    let pair = (prop::sample::select(OPERANDS), prop::sample::select(JOINTS)).prop_map(|(operand, joint)| format!("{operand}{joint}"));
    let sums = prop::collection::vec(pair, 0..6).prop_map(|pairs| format!("Y = {}X", pairs.concat()));
    prop_oneof![words, sums]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_text_makes_inference_panic(source in "[A-Zxyn0-3 @+*/=.,:;()\\[\\]'\"|&<>~-]{0,60}") {
        for tree in Dialect::ALL.into_iter().filter_map(|dialect| parse_in(&source, dialect).ok()) {
            let _ = infer(&tree, &source, Lengths::Declared).map(|model| derive(model, None).is_ok());
            let _ = infer(&tree, &source, Lengths::General);
        }
    }

    #[test]
    fn no_row_of_words_makes_inference_panic(source in rows()) {
        for tree in Dialect::ALL.into_iter().filter_map(|dialect| parse_in(&source, dialect).ok()) {
            let _ = infer(&tree, &source, Lengths::Declared).map(|model| derive(model, None).is_ok());
            let _ = infer(&tree, &source, Lengths::General);
        }
    }
}

/// The same draws each time, so that what they reach can be counted.
fn sampled(count: usize) -> Vec<String> {
    let (mut runner, rows) = (TestRunner::deterministic(), rows());
    (0..count).filter_map(|_| rows.new_tree(&mut runner).ok()).map(|tree| tree.current()).collect()
}

#[test]
fn the_random_texts_reach_inference() {
    let (mut read, mut inferred) = (0, 0);
    for source in sampled(1000) {
        if let Ok(tree) = parse(&source) {
            read += 1;
            inferred += usize::from(infer(&tree, &source, Lengths::Declared).is_ok());
        }
    }
    assert!(read > 300 && inferred > 100, "{read} read, {inferred} inferred");
}

const WORDS: &[&str] = &[
    "X",
    "Y",
    "x",
    "W",
    "n",
    "alpha",
    " = ",
    " @ ",
    " * ",
    " + ",
    " - ",
    " / ",
    "**",
    ".T",
    ".mT",
    "(",
    ")",
    ", ",
    ": ",
    "; ",
    "\n",
    "2",
    "-1",
    "0",
    "1/2",
    "sum(",
    "mean(",
    "axis=",
    "keepdims=True",
    "trace(",
    "diag(",
    "einsum(",
    "\"ij,jk->ik\"",
    "\"...i->...\"",
    "None",
    "[:, ",
    "[...]",
    "]",
    "where(",
    "eye(",
    "ones(",
    "len(",
    "outer(",
    "transpose(",
    "squeeze(",
    "(n, d)",
    "(n,)",
    "()",
    " symmetric",
    " const",
    "dL/dX",
    "broadcast_to(",
    "expand_dims(",
    "swapaxes(",
    "maximum(",
    "[1:",
    "[::-1]",
    "[::2, ",
    "[X, ",
    "[0",
    "reshape(",
    "concat([",
    "stack([",
    "split(",
    "roll(",
    "cumsum(",
    "gather(",
    "one_hot(",
    "pad(",
    "tile(",
    "repeat(",
    "arange(",
    "take_along_axis(",
    "scatter_add(",
    "(-1,)",
];

const OPERANDS: &[&str] = &[
    "X",
    "W",
    "x",
    "y",
    "alpha",
    "2",
    "1/2",
    "0",
    "X.T",
    "x[:, None]",
    "X[None, ...]",
    "sum(X)",
    "sum(X, axis=-1)",
    "mean(X, axis=0, keepdims=True)",
    "trace(X)",
    "diag(x)",
    "diag(X)",
    "outer(x, y)",
    "einsum(\"ij,jk->ik\", X, W)",
    "einsum(\"...i\", X)",
    "relu(X)",
    "(X > 0)",
    "len(x)",
    "squeeze(X)",
    "transpose(X, (1, 0))",
    "swapaxes(X, 0, -1)",
    "where(X > W, X, x)",
    "ones_like(x)",
    "sum(X, axis=7)",
    "softmax(X)",
    "X[1:]",
    "X[:, ::-1]",
    "X[0]",
    "X[::2, 1:3]",
    "x[y]",
    "X[arange(n), y]",
    "concat([X, W], axis=1)",
    "stack((x, y))",
    "split(X, 2)[0]",
    "reshape(X, (-1, 2))",
    "X.reshape(-1)",
    "roll(x, 1)",
    "cumsum(X, axis=1)",
    "pad(X, 1)",
    "one_hot(y, 3)",
    "tile(x, (2, 2))",
    "repeat(X, 2)",
];

const JOINTS: &[&str] = &[" @ ", " * ", " + ", " - ", " / ", "**", " > ", "; Z = ", "; "];
