//! First axes of length 1, which operands that broadcast against each other get anyway.

use super::Algebra;
use super::view::keeps;
use crate::expr::{Id, Number, Op};
use crate::shape::{Dim, Shape};
use smallvec::SmallVec;

type Factors = SmallVec<[Id; 4]>;

/// Whether the axes are the first ones.
pub(super) fn leading(mask: u32) -> bool {
    mask & (mask + 1) == 0
}

/// `x` without its first axes, where these have length 1 and another form of `x` lacks them.
fn without_leading(a: &mut Algebra, x: Id) -> Option<Id> {
    let inner: Factors = a.arena.args(x).iter().copied().collect();
    match a.arena.op(x).clone() {
        Op::Unsqueeze(mask) if leading(mask) => Some(inner[0]),
        Op::Unsqueeze(mask) if mask & 1 == 1 && !keeps(a, mask, inner[0]) => {
            Some(a.node(Op::Unsqueeze(mask >> mask.trailing_ones()), &inner))
        }
        Op::Sum { axes, keep: true } if leading(axes) => Some(a.node(Op::Sum { axes, keep: false }, &inner)),
        Op::Power(exponent) => {
            let base = without_leading(a, inner[0])?;
            Some(a.node(Op::Power(exponent), &[base]))
        }
        Op::Add(coefficients) => {
            let mut terms: Vec<(Number, Id)> = coefficients.into_iter().zip(inner).collect();
            for (_, term) in &mut terms {
                if !a.is_scalar(*term) {
                    *term = without_leading(a, *term)?;
                }
            }
            Some(a.add(&terms))
        }
        Op::Multiply => {
            let mut factors = inner;
            for factor in &mut factors {
                if !a.is_scalar(*factor) {
                    *factor = without_leading(a, *factor)?;
                }
            }
            Some(a.multiply(&factors))
        }
        _ => None,
    }
}

/// Leaves out axes that operands which broadcast against each other get anyway; whether there were any.
pub(super) fn drop_leading(a: &mut Algebra, operands: &mut [Id]) -> bool {
    let squeezed = restore_leading(a, operands);
    if operands.len() < 2 || !operands.iter().any(|&x| a.arena.shape(x).first() == Some(&Dim::ONE)) {
        return squeezed;
    }
    let together = |a: &Algebra, all: &[Id]| all.iter().fold(Shape::new(), |shape, &x| a.arena.broadcast(&shape, a.arena.shape(x)));
    let whole = together(a, operands);
    // in a long list one operand that has all axes is enough for the others
    let full = operands.iter().position(|&x| a.arena.shape(x) == whole.as_slice());
    let mut changed = squeezed;
    for at in 0..operands.len() {
        let before = operands[at];
        let shape = a.arena.shape(before);
        if full == Some(at) || shape.first() != Some(&Dim::ONE) || shape.len() == whole.len() && whole[0] == Dim::ONE {
            continue;
        }
        if full.is_none() && operands.len() > FEW {
            break;
        }
        let Some(bare) = without_leading(a, before) else { continue };
        operands[at] = bare;
        if full.is_some() || together(a, operands) == whole {
            changed = true;
        } else {
            operands[at] = before;
        }
    }
    changed
}

/// First axes of length 1 need not be dropped where others have more.
fn restore_leading(a: &mut Algebra, operands: &mut [Id]) -> bool {
    let rank = operands.iter().map(|&x| a.arena.shape(x).len()).max().unwrap_or(0);
    let mut changed = false;
    for x in operands {
        if let Some(whole) = with_leading(a, *x, rank) {
            (*x, changed) = (whole, true);
        }
    }
    changed
}

/// The array of at most `rank` axes that `x` is without its first axes, all of length 1.
fn with_leading(a: &mut Algebra, x: Id, rank: usize) -> Option<Id> {
    let whole = match (a.arena.op(x), a.arena.args(x)) {
        (&Op::Power(exponent), &[base]) => {
            let base = with_leading(a, base, rank)?;
            return Some(a.node(Op::Power(exponent), &[base]));
        }
        (Op::Squeeze(mask), &[inner]) if leading(*mask) => inner,
        // what a reduction dropped is kept instead, and so are the first axes
        (&Op::Unsqueeze(mask), &[inner]) if matches!(a.arena.op(inner), Op::Multiply) => {
            let own = a.arena.shape(x).len();
            let factors: Factors = a.arena.args(inner).iter().copied().filter(|&f| !a.is_scalar(f)).collect();
            let all = (1..=rank.saturating_sub(own)).map(|lead| (mask << lead) | ((1 << lead) - 1));
            let full = all.into_iter().find(|&full| factors.iter().all(|&f| keeps(a, full, f)))?;
            a.node(Op::Unsqueeze(full), &[inner])
        }
        // some of the axes that were dropped are put back
        (Op::Unsqueeze(_), &[inner]) if matches!(a.arena.op(inner), Op::Squeeze(_)) => a.arena.args(inner)[0],
        _ => return None,
    };
    let (all, kept) = (a.arena.shape(whole), a.arena.shape(x));
    let first = all.len().checked_sub(kept.len()).filter(|_| all.len() <= rank)?;
    (all[first..] == *kept && all[..first].iter().all(|d| *d == Dim::ONE)).then_some(whole)
}

/// So many operands may each be looked at together with all others.
const FEW: usize = 8;
