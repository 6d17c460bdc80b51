//! Sums of products of names and unknowns, with integer coefficients.

use super::Atom;
use smallvec::{SmallVec, smallvec};

/// Atoms multiplied, sorted; empty for a constant.
pub(super) type Monomial = SmallVec<[Atom; 2]>;
/// Monomials with their coefficients, none zero, in order.
pub(super) type Polynomial = SmallVec<[(Monomial, i64); 1]>;

pub(super) fn alone(atom: Atom) -> Polynomial {
    smallvec![(smallvec![atom], 1)]
}

/// Terms in order, those with equal monomials added up, those that vanish left out.
pub(super) fn collected(mut terms: Polynomial) -> Polynomial {
    terms.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut sum = Polynomial::new();
    for (monomial, coefficient) in terms {
        match sum.last_mut() {
            Some((last, total)) if *last == monomial => *total = total.saturating_add(coefficient),
            _ => sum.push((monomial, coefficient)),
        }
    }
    sum.retain(|(_, coefficient)| *coefficient != 0);
    sum
}

pub(super) fn combine(a: &Polynomial, b: &Polynomial, sign: i64) -> Polynomial {
    let turned = b.iter().map(|(monomial, coefficient)| (monomial.clone(), coefficient.saturating_mul(sign)));
    collected(a.iter().cloned().chain(turned).collect())
}

pub(super) fn multiply(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut product = Polynomial::new();
    for (left, x) in a {
        for (right, y) in b {
            let mut monomial: Monomial = left.iter().chain(right).copied().collect();
            monomial.sort_unstable();
            product.push((monomial, x.saturating_mul(*y)));
        }
    }
    collected(product)
}

/// The term of the highest degree, of several the first by name.
pub(super) fn leading(polynomial: &Polynomial) -> Option<(Monomial, i64)> {
    polynomial.iter().max_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| b.cmp(a))).cloned()
}

pub(super) fn divide_common(mut polynomial: Polynomial) -> Polynomial {
    while let Some(atom) =
        polynomial.first().and_then(|(first, _)| first.iter().find(|a| polynomial.iter().all(|(m, _)| m.contains(a)))).copied()
    {
        for (monomial, _) in &mut polynomial {
            if let Some(at) = monomial.iter().position(|a| *a == atom) {
                monomial.remove(at);
            }
        }
        // with an unknown alone on one side nothing may be divided away
        if polynomial.len() == 1 {
            break;
        }
    }
    let common = polynomial.iter().fold(0u64, |gcd, (_, c)| greatest_divisor(gcd, c.unsigned_abs()));
    if common > 1 {
        for (_, coefficient) in &mut polynomial {
            *coefficient /= common as i64;
        }
    }
    polynomial.sort();
    polynomial
}

fn greatest_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
