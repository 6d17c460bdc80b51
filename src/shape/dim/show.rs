//! Lengths and shapes as text.

use super::polynomial::Monomial;
use super::{Dim, Dims, Meaning};
use smallvec::SmallVec;
use std::fmt::Write;

impl Dims {
    /// The length as text that the language reads: `n`, `3`, `h*k`, `n + 1`. Unknowns are drawn as `?`.
    pub fn show(&self, dim: Dim) -> String {
        self.show_as(dim, &|name| name.into())
    }

    /// The same with other names.
    pub fn show_as(&self, dim: Dim, rename: &dyn Fn(&str) -> String) -> String {
        let mut text = String::new();
        let polynomial = &self.polynomials[dim.0 as usize];
        if polynomial.is_empty() {
            return "0".into();
        }
        // a constant reads better last: n + 1
        let mut order: SmallVec<[&(Monomial, i64); 4]> = polynomial.iter().collect();
        // and a sum does not begin with a minus sign where it need not
        order.sort_by_key(|(monomial, _)| monomial.is_empty());
        if let Some(at) = order.iter().position(|(_, coefficient)| *coefficient > 0) {
            order[..=at].rotate_right(1);
        }
        for (position, (monomial, coefficient)) in order.into_iter().enumerate() {
            match (position, *coefficient < 0) {
                (0, true) => text.push('-'),
                (0, false) => {}
                (_, true) => text.push_str(" - "),
                (_, false) => text.push_str(" + "),
            }
            let magnitude = coefficient.unsigned_abs();
            if magnitude != 1 || monomial.is_empty() {
                let _ = write!(text, "{magnitude}");
                if !monomial.is_empty() {
                    text.push('*');
                }
            }
            for (place, atom) in monomial.iter().enumerate() {
                if place > 0 {
                    text.push('*');
                }
                match &self.atoms[atom.0 as usize] {
                    Meaning::Rigid(name) => text.push_str(&rename(name)),
                    Meaning::Bound(value) => text.push_str(&self.show_as(*value, rename)),
                    Meaning::Unknown => text.push('?'),
                }
            }
        }
        text
    }

    /// A shape as the reader writes it: `(n, d)`, `(d,)`, `()`.
    pub fn show_shape(&mut self, shape: &[Dim]) -> String {
        let sides: Vec<String> = shape
            .iter()
            .map(|&dim| {
                let dim = self.resolve(dim);
                self.show(dim)
            })
            .collect();
        match sides.as_slice() {
            [one] => format!("({one},)"),
            _ => format!("({})", sides.join(", ")),
        }
    }
}
