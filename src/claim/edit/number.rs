//! Exponents and numbers.

use super::search::Search;
use crate::claim::mistakes::*;
use crate::expr::Number;
use crate::syntax::{Binary, Node, Unary};

/// Exponents one higher or lower, squares of what is none.
pub(super) fn powers(s: &mut Search) {
    for at in s.sites.clone() {
        let norm = |s: &Search, x| s.forest.is_call(x, &["norm"]).is_some();
        match *s.forest.node(at) {
            Node::Binary(op @ (Binary::Power | Binary::Caret), x, y) => {
                let Some(exponent) = s.forest.is_number(y).and_then(Number::to_integer) else { continue };
                if s.forest.square(x) {
                    let new = s.forest.call("matpow", &[x, y]);
                    s.offer(at, new, &MATRIX_POWER);
                }
                let mistake = if norm(s, x) { &NORM_SQUARED } else { &POWER };
                for other in [exponent - 1, exponent + 1] {
                    let new = if other == 1 {
                        x
                    } else {
                        let other = s.forest.number(other);
                        s.forest.binary(op, x, other)
                    };
                    s.offer(at, new, mistake);
                }
            }
            Node::Name(_) | Node::Call { .. } => {
                let mistake = if norm(s, at) { &NORM_SQUARED } else { &SQUARE };
                let two = s.forest.number(2);
                let new = s.forest.binary(Binary::Power, at, two);
                s.offer(at, new, mistake);
                let new = s.forest.call("sqrt", &[at]);
                s.offer(at, new, &ROOT_MISSING);
            }
            _ => {}
        }
    }
}

/// A number by another.
pub(super) fn numbers(s: &mut Search) {
    for at in s.sites.clone() {
        let Node::Number(value) = *s.forest.node(at) else { continue };
        let integer = |value| Number::integer(value);
        for other in
            [value.plus(integer(-1)), value.plus(integer(1)), value.times(integer(2)), value.times(Number::HALF), value.times(integer(4))]
        {
            let new = s.forest.add(Node::Number(other.absolute()));
            let new = if other.is_negative() { s.forest.add(Node::Unary(Unary::Negative, new)) } else { new };
            s.offer(at, new, &NUMBER);
        }
    }
}
