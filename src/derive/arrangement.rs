//! Dimension analysis: the units say which factors, the shapes say in which order and with which transposes.

use crate::expr::{Arena, Id, Op};
use crate::limits::{MAX_ARRANGED_FACTORS, MAX_ENUMERATED_FACTORS, MAX_WALKED};
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// What comes of writing the factors in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has the wanted shape.
    Fits,
    /// Two neighbouring dimensions should be one.
    Joint(Dim, Dim),
    /// It is a product, but of another shape.
    Gives(Shape),
}

/// Factors in one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Which factor, and whether it is transposed.
    pub order: Vec<(usize, bool)>,
    /// An outer product of two 1-D arrays rather than a matrix product.
    pub outer: bool,
    /// What comes of it.
    pub outcome: Outcome,
}

impl Arrangement {
    /// Whether it has the wanted shape.
    pub fn fits(&self) -> bool {
        self.outcome == Outcome::Fits
    }
}

/// The ways to write a product of given factors.
#[derive(Clone, Debug)]
pub struct Arrangements {
    /// The factors, without transposes.
    pub factors: Vec<Id>,
    /// Scalars that stand in front and may stand anywhere: no numbers, no lengths.
    pub scalars: Vec<Id>,
    /// Every way, or, where these are too many, those that fit and those that one change leads to from the derived one.
    pub all: Vec<Arrangement>,
    /// How many ways there are.
    pub total: usize,
    /// The one that the derivation found.
    pub derived: usize,
    /// With the most general shapes of the same statement: which still fit. Absent where the given shapes leave only one.
    pub general: Option<General>,
}

/// What is left when only those lengths are equal that must be.
#[derive(Clone, Debug)]
pub struct General {
    /// Each variable's name with its most general shape, drawn.
    pub shapes: Vec<(String, String)>,
    /// The places in [`Arrangements::all`] that still fit.
    pub fits: Vec<usize>,
}

impl Arrangements {
    /// How many have the wanted shape.
    pub fn fitting(&self) -> usize {
        self.all.iter().filter(|a| a.fits()).count()
    }

    /// The factors of an arrangement, in its order.
    pub fn written<'a>(&'a self, arrangement: &'a Arrangement) -> impl DoubleEndedIterator<Item = (Id, bool)> + 'a {
        arrangement.order.iter().map(|&(f, t)| (self.factors[f], t))
    }
}

/// A product of matrices and 1-D arrays.
pub struct Product {
    /// Each factor without its transpose, and whether it has one.
    pub factors: Vec<(Id, bool)>,
    /// Whether it is an outer product.
    pub outer: bool,
    /// Scalars in front.
    pub scalars: Vec<Id>,
}

/// The factors of a product of matrices and 1-D arrays, each with whether it is transposed; numbers and scalars in front left out.
/// `None` where the expression is no such product of two to [`MAX_ARRANGED_FACTORS`] factors.
pub fn factors(arena: &Arena, value: Id) -> Option<Product> {
    let mut core = value;
    let mut scalars = Vec::new();
    loop {
        match arena.op(core) {
            Op::Add(c) if c.len() == 1 => core = arena.args(core)[0],
            Op::Multiply => {
                let (arrays, front): (Vec<Id>, Vec<Id>) = arena.args(core).iter().partition(|x| !arena.shape(**x).is_empty());
                let &[array] = arrays.as_slice() else { return None };
                let counts = |x: &Id| arena.reachable(&[*x]).iter().any(|&leaf| arena.as_symbol(leaf).is_some());
                scalars.extend(front.into_iter().filter(counts));
                core = array;
            }
            _ => break,
        }
    }
    let outer = matches!(arena.op(core), Op::Outer);
    if !outer && !matches!(arena.op(core), Op::MatMul) || arena.args(core).len() > MAX_ARRANGED_FACTORS {
        return None;
    }
    let list = arena.args(core).iter().map(|&x| match arena.op(x) {
        Op::Permute(order) => {
            let swap = order.len() >= 2 && order[order.len() - 1] as usize == order.len() - 2;
            if swap { (arena.args(x)[0], true) } else { (x, false) }
        }
        _ => (x, false),
    });
    Some(Product { factors: list.collect(), outer, scalars })
}

/// Writes the factors in every order and with every transpose, and says what comes of each.
pub fn arrange(arena: &Arena, value: Id, wanted: &[Dim]) -> Option<Arrangements> {
    let Product { factors: list, outer, scalars } = factors(arena, value)?;
    let bases: Vec<Id> = list.iter().map(|f| f.0).collect();
    let shapes: Vec<&[Dim]> = bases.iter().map(|&f| arena.shape(f)).collect();
    let mut table = Table { bases: &bases, shapes, wanted, all: Vec::new(), places: FxHashMap::default() };
    let found: Order = list.iter().enumerate().map(|(k, f)| (k, f.1)).collect();
    let total = if bases.len() <= MAX_ENUMERATED_FACTORS { table.every() } else { table.fitting_and_near(&found) };
    let derived = table.place(&found, outer)?;
    // the derived way of writing stands for its equals
    table.all[derived].order = found;
    let all = table.all;
    Some(Arrangements { factors: bases, scalars, all, total, derived, general: None })
}

type Order = Vec<(usize, bool)>;

struct Table<'a> {
    bases: &'a [Id],
    shapes: Vec<&'a [Dim]>,
    wanted: &'a [Dim],
    all: Vec<Arrangement>,
    /// Where each is in `all`.
    places: FxHashMap<Key, usize>,
}

/// Whether a product is an outer one, and its factors with their transposes.
type Key = (bool, Vec<(Id, bool)>);

impl Table<'_> {
    /// What ways that are one product have in common: with equal factors exchanged, or written from its two ends (`x @ A` and `Aᵀ @ x`
    /// with a 1-D `x`), they are the same.
    fn key(&self, order: &[(usize, bool)], outer: bool) -> Key {
        let named: Vec<(Id, bool)> = order.iter().map(|&(f, t)| (self.bases[f], t && !outer)).collect();
        if outer || !order.iter().any(|&(f, _)| self.is_flat(f)) {
            return (outer, named);
        }
        let mirrored = order.iter().rev().map(|&(f, t)| (self.bases[f], if self.is_flat(f) { t } else { !t })).collect();
        (outer, named.min(mirrored))
    }

    fn place(&self, order: &[(usize, bool)], outer: bool) -> Option<usize> {
        self.places.get(&self.key(order, outer)).copied()
    }

    fn add(&mut self, order: Order, outer: bool) {
        let next = self.all.len();
        if *self.places.entry(self.key(&order, outer)).or_insert(next) != next {
            return;
        }
        let outcome = if outer {
            let shape: Shape = order.iter().map(|&(f, _)| self.shapes[f][0]).collect();
            if shape.as_slice() == self.wanted { Outcome::Fits } else { Outcome::Gives(shape) }
        } else {
            multiply(&order, &self.shapes, self.wanted)
        };
        self.all.push(Arrangement { order, outer, outcome });
    }

    fn is_flat(&self, factor: usize) -> bool {
        self.shapes[factor].len() < 2
    }

    /// All of them; how many these are.
    fn every(&mut self) -> usize {
        let count = self.bases.len();
        let vectors = (0..count).filter(|&f| self.is_flat(f)).count();
        for order in permutations(count) {
            for mask in 0..1u32 << count {
                // a 1-D array has no transpose
                if (0..count).all(|k| mask >> k & 1 == 0 || !self.is_flat(order[k])) {
                    self.add(order.iter().enumerate().map(|(k, &f)| (f, mask >> k & 1 == 1)).collect(), false);
                }
            }
            if vectors == 2 && count == 2 {
                self.add(order.iter().map(|&f| (f, false)).collect(), true);
            }
        }
        self.all.len()
    }

    /// Those that fit, found as walks from the wanted first dimension along every factor once, and those one change away from `found`.
    fn fitting_and_near(&mut self, found: &Order) -> usize {
        let count = self.bases.len();
        self.add(found.clone(), false);
        for k in 0..count {
            let mut turned = found.clone();
            turned[k].1 = !turned[k].1 && !self.is_flat(turned[k].0);
            self.add(turned, false);
            if k > 0 {
                let mut swapped = found.clone();
                swapped.swap(k - 1, k);
                self.add(swapped, false);
            }
        }
        let mut stack: Vec<Order> = vec![vec![]];
        let mut steps = 0;
        while let Some(way) = stack.pop() {
            steps += 1;
            if steps > MAX_WALKED {
                break;
            }
            if way.len() == count {
                self.add(way, false);
                continue;
            }
            for f in (0..count).rev().filter(|f| way.iter().all(|w| w.0 != *f)) {
                for t in [true, false].into_iter().filter(|t| !(*t && self.is_flat(f))) {
                    let mut next = way.clone();
                    next.push((f, t));
                    if !matches!(multiply(&next, &self.shapes, self.wanted), Outcome::Joint(..)) {
                        stack.push(next);
                    }
                }
            }
        }
        let matrices = (0..count).filter(|&f| !self.is_flat(f)).count();
        let equal = |f: usize| (0..=f).filter(|&g| self.bases[g] == self.bases[f]).count();
        let flat = matrices < count;
        ((1..=count).product::<usize>() << matrices) / (0..count).map(equal).product::<usize>() / if flat { 2 } else { 1 }
    }
}

/// NumPy's matmul from the left, as far as it goes.
fn multiply(order: &[(usize, bool)], shapes: &[&[Dim]], wanted: &[Dim]) -> Outcome {
    let turned = |&(f, t): &(usize, bool)| -> Shape {
        let mut shape: Shape = Shape::from(shapes[f]);
        let rank = shape.len();
        if t && rank >= 2 {
            shape.swap(rank - 1, rank - 2);
        }
        shape
    };
    let mut left = turned(&order[0]);
    for next in &order[1..] {
        let right = turned(next);
        if left.is_empty() || right.is_empty() {
            return Outcome::Gives(left);
        }
        let (columns, rows) = (left[left.len() - 1], right[right.len().saturating_sub(2)]);
        if columns != rows {
            return Outcome::Joint(columns, rows);
        }
        let (left_core, right_core) = (left.len().min(2), right.len().min(2));
        let (a, b) = (&left[..left.len() - left_core], &right[..right.len() - right_core]);
        let mut shape: Shape = if a.len() >= b.len() { a.iter().copied().collect() } else { b.iter().copied().collect() };
        if left_core == 2 {
            shape.push(left[left.len() - 2]);
        }
        if right_core == 2 {
            shape.push(right[right.len() - 1]);
        }
        left = shape;
    }
    if left.as_slice() == wanted { Outcome::Fits } else { Outcome::Gives(left) }
}

/// All orders of `0..n`, the given one first. n is at most [`MAX_ENUMERATED_FACTORS`].
fn permutations(n: usize) -> Vec<SmallVec<[usize; 4]>> {
    let mut done: Vec<SmallVec<[usize; 4]>> = vec![SmallVec::new()];
    for _ in 0..n {
        done = done
            .into_iter()
            .flat_map(|p| (0..n).filter(|k| !p.contains(k)).map(|k| p.iter().copied().chain([k]).collect()).collect::<Vec<_>>())
            .collect();
    }
    done
}
