//! Both sides at one point.

use super::settled::{Outcome, Question};
use crate::claim::subject::Subject;
use crate::derive::Derivation;
use crate::numeric::{Balls, Point, acting};
use crate::real::{Ball, Unknown};
use ndarray::{Dimension, IxDyn};

/// How much smaller than what they hold balls must be for both sides to be called the same: as powers of two.
const DIGITS: i64 = 40;

/// What a claim must be equal to at a point.
pub(in crate::claim) fn wanted(d: &Derivation, point: &Point, subject: Subject) -> Option<Balls> {
    let gradient = |point: &Point| match d.gradient(subject.of()) {
        Some(gradient) => point.values.get(&gradient.symbol).cloned(),
        None => Some(Balls::from_elem(point.values.get(&subject.of())?.raw_dim(), Ball::ZERO)),
    };
    let Subject::Jacobian(of) = subject else { return gradient(point) };
    let output = point.values.get(&d.model.output)?;
    let input = point.values.get(&of)?;
    let mut entries = Vec::with_capacity(output.len() * input.len());
    let mut one = point.clone();
    for place in 0..output.len() {
        let mut upstream = Balls::from_elem(output.raw_dim(), Ball::ZERO);
        upstream.as_slice_mut()?[place] = Ball::from(1.0);
        one.backward(d, upstream)?;
        entries.extend(gradient(&one)?.iter());
    }
    let shape: Vec<usize> = output.shape().iter().chain(input.shape()).copied().collect();
    Balls::from_shape_vec(IxDyn(&shape), entries).ok()
}

/// What is found at a point.
pub(super) fn outcome(d: &Derivation, point: &mut Point, question: Question) -> Outcome {
    let Some(right) = wanted(d, point, question.subject) else { return Outcome::Unsettled };
    let of = question.subject.of();
    let Some(found) = point.value(d.arena(), question.id).cloned() else { return Outcome::Unsettled };
    let own = d.arena().info(of).shape.len();
    if let Some(layout) = question.layout {
        return same(&layout.arranged(right, question.subject, own), &found, None);
    }
    let x = &point.values[&of];
    let declared = d.arena().info(of).properties.iter().map(|p| &**p);
    let assumed = question.assumed.iter().filter(|a| a.symbol == of).map(|a| &*a.property);
    let acting = |difference: Balls| declared.chain(assumed).fold(difference, |part, property| acting(property, x, &part).unwrap_or(part));
    same(&right, &found, Some(Box::new(acting)))
}

type Acting<'a> = Box<dyn FnOnce(Balls) -> Balls + 'a>;

/// Whether two values are the same, but for what acts on nothing.
pub(super) fn same(right: &Balls, found: &Balls, acting: Option<Acting>) -> Outcome {
    if right.shape() != found.shape() {
        return Outcome::Unsettled;
    }
    // what the gradient itself does not know is not judged
    let unknown = |x: &Ball| if x.is_finite() { None } else { Some(x.unknown()) };
    let mut unsettled = false;
    let mut difference = found.clone();
    difference.zip_mut_with(right, |found, right| {
        if !right.is_finite() {
            unsettled |= right.unknown() == Some(Unknown::Undecided);
            *found = Ball::ZERO;
            return;
        }
        *found = *found - *right;
    });
    let size = right.iter().chain(found).filter(|x| x.is_finite()).map(|x| x.size().0).max().unwrap_or(0);
    let entry = |at: IxDyn| at.slice().to_vec();
    // where the claim has no value
    for (at, x) in found.indexed_iter() {
        match (unknown(x), right[&at].is_finite()) {
            (Some(None | Some(Unknown::Undefined)), true) => {
                let right = right[&at];
                return Outcome::Differs(entry(at), *x, right);
            }
            (Some(Some(Unknown::Undecided)), true) => unsettled = true,
            _ => {}
        }
    }
    if difference.iter().any(|x| !x.is_finite()) {
        return Outcome::Unsettled;
    }
    let other = difference.iter().any(|x| !x.may_be_zero());
    if let Some(acting) = acting {
        difference = acting(difference);
    }
    for (at, x) in difference.indexed_iter() {
        if !x.may_be_zero() {
            let (claimed, right) = (found[&at], right[&at]);
            return Outcome::Differs(entry(at), claimed, right);
        }
        unsettled |= x.size().0 > size - DIGITS && !x.is_exact();
    }
    if unsettled { Outcome::Unsettled } else { Outcome::Same(other) }
}
