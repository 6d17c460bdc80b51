//! Losses. Each is made of smaller operations, so that its gradient comes out in the form of the textbook.

use super::build::built;
use super::{Arguments, Entry, Family, Fault, Value};
use crate::shape::Builder;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Network;
    vec![
        built(&["cross_entropy"], "logits, targets, reduction='mean'", Network, "-log of the probability that softmax gives to the targets; the mean over all but the last axis", "Z, T: (n, k); L = cross_entropy(Z, T)", |b, a| {
            let (logits, targets) = (a.array(b, 0)?, a.array(b, 1)?);
            let (one, two) = (b.arena().shape(logits).len(), b.arena().shape(targets).len());
            if one == two + 1 {
                let message = "`cross_entropy` wants targets of the logits' shape, a weight for each class; numbers of classes become that by `one_hot`";
                return Err(a.wrong(a.spans[1], message.into()));
            }
            b.same_shape(logits, targets, a.spans[0], a.spans[1])?;
            reduced(b, a, 2, [
                "-mean(sum(targets * log_softmax(logits), axis=-1))",
                "-sum(targets * log_softmax(logits))",
                "-sum(targets * log_softmax(logits), axis=-1)",
            ])
        }),
        built(&["mse", "mse_loss"], "x, y, reduction='mean'", Network, "the mean squared error", "L = mse(X @ W, T)", |b, a| {
            let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
            b.broadcastable(x, y, a.spans[0], a.spans[1])?;
            reduced(b, a, 2, ["mean((x - y)**2)", "sum((x - y)**2)", "(x - y)**2"])
        }),
    ]
}

/// The expression for the reduction that was asked for: `'mean'`, `'sum'` or `'none'`.
fn reduced(b: &mut Builder, a: &Arguments, place: usize, texts: [&'static str; 3]) -> Result<Value, Fault> {
    let reductions = ["mean", "sum", "none"];
    let text = match a.given(place) {
        false => texts[0],
        true => {
            let wanted = a.text(place)?;
            let found = reductions.iter().position(|r| *r == wanted);
            texts[found.ok_or_else(|| a.wrong(a.spans[place], format!("`reduction` is 'mean', 'sum' or 'none', not '{wanted}'")))?]
        }
    };
    a.expression(b, text)
}
