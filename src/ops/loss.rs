//! Losses. Each is made of smaller operations, so that its gradient comes out in the form of the textbook.

use super::build::built;
use super::{Arguments, Entry, Family, Fault, Value};
use crate::expr::Number;
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
            let each = a.expression(b, "-sum(targets * log_softmax(logits), axis=-1)")?;
            reduced(b, a, 2, each)
        }),
        built(&["nll_loss"], "logp, targets, reduction='mean'", Network, "the negative log-probabilities of the classes whose numbers are given", "Z: (n, k); y: (n,); L = nll_loss(log_softmax(Z), y)", |b, a| {
            let (logp, targets) = (a.array(b, 0)?, a.array(b, 1)?);
            let (one, two) = (b.resolved(logp), b.resolved(targets));
            let axis = two.len().min(1);
            let fits = one.len() == two.len() + 1 && one.iter().enumerate().filter(|(at, _)| *at != axis).zip(&two).all(|((_, &x), &y)| b.unify(x, y));
            if !fits {
                let (one, two) = (b.show(logp), b.show(targets));
                let message = format!("`{}` wants the number of a class for each row of classes, which stand on the second axis (on the only one); these are {one} and {two}", a.name);
                return Err(a.wrong(a.spans[1], message));
            }
            let picked = b.pick(logp, targets, axis, false)?;
            let each = b.scaled(Number::MINUS_ONE, picked);
            reduced(b, a, 2, Value::Array(each))
        }),
        built(&["mse", "mse_loss"], "x, y, reduction='mean'", Network, "the mean squared error", "L = mse(X @ W, T)", |b, a| of_two(b, a, 2, "(x - y)**2")),
        built(&["l1_loss"], "x, y, reduction='mean'", Network, "the mean absolute error", "L = l1_loss(X @ W, T)", |b, a| of_two(b, a, 2, "abs(x - y)")),
        // Girshick, "Fast R-CNN", 2015, equation 3; PyTorch's beta
        built(&["smooth_l1_loss"], "x, y, reduction='mean', beta=1", Network, "the mean of (x - y)**2 / (2 beta) where the error is below beta, of its absolute value less beta / 2 elsewhere", "L = smooth_l1_loss(X @ W, T)", |b, a| of_two(b, a, 2, "where(abs(x - y) < beta, (x - y)**2 / (2 * beta), abs(x - y) - beta / 2)")),
        // Huber, "Robust Estimation of a Location Parameter", 1964
        built(&["huber_loss"], "x, y, reduction='mean', delta=1", Network, "the mean of (x - y)**2 / 2 where the error is at most delta, of delta times its absolute value less delta / 2 elsewhere", "L = huber_loss(X @ W, T)", |b, a| of_two(b, a, 2, "where(abs(x - y) <= delta, (x - y)**2 / 2, delta * (abs(x - y) - delta / 2))")),
        built(&["binary_cross_entropy", "bce"], "p, targets, weight=None, reduction='mean'", Network, "the mean of -log of the probability that p gives to the targets", "P: (n, k) positive; T: (n, k) binary; L = binary_cross_entropy(P / (1 + P), T)", |b, a| {
            weighted(b, a, "-(targets * log(p) + (1 - targets) * log(1 - p))", "-weight * (targets * log(p) + (1 - targets) * log(1 - p))")
        }),
        built(&["binary_cross_entropy_with_logits", "bce_with_logits"], "x, targets, weight=None, reduction='mean'", Network, "binary_cross_entropy of sigmoid(x), exact for large x", "T: (n, k) binary; L = binary_cross_entropy_with_logits(Z, T)", |b, a| {
            weighted(b, a, "softplus(x) - targets * x", "weight * (softplus(x) - targets * x)")
        }),
        built(&["kl_div"], "x, targets, reduction='mean', log_target=False", Network, "the divergence of probabilities exp(x) from the targets, which are logarithms too where `log_target` says so; a mean over all entries, or by 'batchmean' over the first axis", "X: (n, k); T: (n, k) stochastic; L = kl_div(log_softmax(X), T, reduction='batchmean')", |b, a| {
            let of_logs = a.boolean(3, false)?;
            if a.given(2) && a.text(2)? == "batchmean" {
                let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
                b.broadcastable(x, y, a.spans[0], a.spans[1])?;
                return a.expression(b, if of_logs { "sum(exp(targets) * (targets - x)) / len(x)" } else { "sum(targets * (log(targets) - x)) / len(x)" });
            }
            of_two(b, a, 2, if of_logs { "exp(targets) * (targets - x)" } else { "targets * (log(targets) - x)" })
        }),
    ]
}

/// A loss of two arrays that broadcast, entry by entry, then reduced as was asked for.
fn of_two(b: &mut Builder, a: &Arguments, reduction: usize, text: &'static str) -> Result<Value, Fault> {
    let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
    b.broadcastable(x, y, a.spans[0], a.spans[1])?;
    let each = a.expression(b, text)?;
    reduced(b, a, reduction, each)
}

/// The same of arrays of one shape, each entry with a weight where there are weights.
fn weighted(b: &mut Builder, a: &Arguments, plain: &'static str, weighted: &'static str) -> Result<Value, Fault> {
    let (x, y) = (a.array(b, 0)?, a.array(b, 1)?);
    b.same_shape(x, y, a.spans[0], a.spans[1])?;
    if a.given(2) {
        let (weight, shape) = (a.array(b, 2)?, b.resolved(x));
        b.broadcast_to(weight, shape, a.spans[2])?;
    }
    let each = a.expression(b, if a.given(2) { weighted } else { plain })?;
    reduced(b, a, 3, each)
}

/// What was asked for of the losses: their `'mean'` or `'sum'`, or `'none'` of these.
fn reduced(b: &mut Builder, a: &Arguments, place: usize, each: Value) -> Result<Value, Fault> {
    let text = match if a.given(place) { a.text(place)? } else { "mean" } {
        "mean" => "mean(x)",
        "sum" => "sum(x)",
        "none" => return Ok(each),
        wanted => return Err(a.wrong(a.spans[place], format!("`reduction` is 'mean', 'sum' or 'none', not '{wanted}'"))),
    };
    b.expression(text, &[("x", each)], a.span)
}
