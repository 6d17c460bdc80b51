//! Lengths: they add and multiply as numbers do, and what unifies stays equal.

use proptest::prelude::*;
use pullback::shape::{Dim, Dims};
use std::collections::HashMap;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn lengths_add_and_multiply_as_numbers_do(terms in prop::collection::vec((0..6usize, 0..6usize, any::<bool>()), 1..8), values in prop::array::uniform3(1..9usize)) {
        let mut dims = Dims::default();
        let mut made: Vec<(Dim, i64)> = ["n", "d", "m"].iter().zip(values).map(|(name, value)| (dims.named(name), value as i64)).collect();
        made.push((dims.integer(2), 2));
        for (one, two, product) in terms {
            let ((a, x), (b, y)) = (made[one % made.len()], made[two % made.len()]);
            let next = if product { (dims.times(a, b), x * y) } else { (dims.plus(a, b), x + y) };
            // the same in the other order, and taken back again
            let turned = if product { dims.times(b, a) } else { dims.plus(b, a) };
            prop_assert_eq!(next.0, turned);
            let listed = if product { dims.product([a, b]) } else { dims.sum([a, b]) };
            prop_assert_eq!(next.0, listed);
            if product {
                prop_assert!(dims.is_product(next.0, [a, b]));
            } else {
                prop_assert_eq!(dims.minus(next.0, b), a);
            }
            if next.1 < 1 << 30 {
                made.push(next);
            }
        }
        let lookup: HashMap<&str, usize> = ["n", "d", "m"].into_iter().zip(values).collect();
        for (dim, value) in made {
            prop_assert_eq!(dims.evaluate(dim, &|name| lookup.get(name).copied()), Some(value));
            prop_assert!(dims.unify(dim, dim));
        }
    }

    #[test]
    fn what_unifies_is_equal_and_stays_so(pairs in prop::collection::vec((0..8usize, 0..8usize, 0..3u8), 1..20)) {
        let mut dims = Dims::default();
        let (n, d) = (dims.named("n"), dims.named("d"));
        let mut atoms = vec![n, d, dims.integer(3)];
        atoms.extend((0..5).map(|_| dims.unknown()));
        let mut equal: Vec<(Dim, Dim)> = vec![];
        for (one, two, kind) in pairs {
            let (a, b) = (atoms[one], atoms[two]);
            let (left, right) = match kind {
                0 => (a, b),
                1 => (dims.times(n, a), dims.times(n, b)),
                _ => (dims.plus(a, d), dims.plus(b, d)),
            };
            if dims.unify(left, right) {
                equal.push((left, right));
            }
            for &(x, y) in &equal {
                prop_assert_eq!(dims.resolve(x), dims.resolve(y));
            }
            let (n_still, d_still) = (dims.resolve(n), dims.resolve(d));
            prop_assert_eq!((n_still, d_still), (n, d), "names are rigid");
        }
        for dim in atoms {
            let once = dims.resolve(dim);
            prop_assert_eq!(dims.resolve(once), once);
        }
    }
}
