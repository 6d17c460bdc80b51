//! Conditions in products with indices: `(c[i] > 0) / X[i,j]` is no number where `X` is 0, also where the condition does not hold.

use super::map::Part;
use crate::expr::{Axes, Id, Op, UNIT};
use crate::rewrite::Algebra;
use crate::shape::Dim;
use smallvec::SmallVec;

impl Part {
    /// Each factor that may be no number, under the conditions on its own axes: `where(c[i] > 0, 1 / X[i,j], 0)`.
    pub(super) fn guarded(mut self, a: &mut Algebra) -> Part {
        let conditions: SmallVec<[(usize, Id, Axes); 2]> =
            self.factors.iter().enumerate().filter_map(|(at, (id, axes))| Some((at, a.condition(*id)?, axes.clone()))).collect();
        let mut kept: SmallVec<[bool; 4]> = SmallVec::from_elem(true, self.factors.len());
        for (at, condition, axes) in conditions {
            for k in (0..self.factors.len()).filter(|&k| k != at) {
                let (factor, own) = self.factors[k].clone();
                if a.condition(factor) == Some(factor) || a.range(factor).total {
                    continue;
                }
                let Some(aligned) = aligned(a, condition, &axes, factor, &own) else { continue };
                self.factors[k].0 = a.under(aligned, factor);
                // what is 0 there already needs no mask beside it
                kept[at] = condition != self.factors[at].0;
            }
        }
        let mut kept = kept.into_iter();
        self.factors.retain(|_| kept.next().unwrap_or(true));
        self
    }
}

/// The condition with the axes of another array, where these are among them, in the same order.
fn aligned(a: &mut Algebra, condition: Id, axes: &Axes, factor: Id, own: &Axes) -> Option<Id> {
    // axes of length 1 go, and come where the other array has more
    let units = axes.iter().zip(a.arena.shape(condition)).enumerate().filter(|(_, (label, dim))| **label == UNIT || **dim == Dim::ONE);
    let units = units.fold(0u32, |mask, (axis, _)| mask | 1 << axis);
    let bare = if units == 0 { condition } else { a.node(Op::Squeeze(units), &[condition]) };
    let mut labels = axes.iter().enumerate().filter(|(axis, _)| units >> axis & 1 == 0).map(|(_, &label)| label).peekable();
    let mut missing = 0u32;
    for (axis, label) in own.iter().enumerate() {
        match labels.next_if_eq(label) {
            Some(_) => {}
            None => missing |= 1 << axis,
        }
    }
    let fits = labels.next().is_none() && a.arena.shape(factor).len() == own.len();
    fits.then(|| if missing == 0 { bare } else { a.node(Op::Unsqueeze(missing), &[bare]) })
}
