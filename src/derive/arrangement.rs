//! Dimension analysis: the units say which factors, the shapes say in which order and with which transposes.

use crate::expr::{Arena, Id, Op};
use crate::limits::MAX_ARRANGED_FACTORS;
use crate::shape::{Dim, Shape};
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

/// All ways to write a product of given factors.
#[derive(Clone, Debug)]
pub struct Arrangements {
    /// The factors, without transposes.
    pub factors: Vec<Id>,
    /// Scalars that stand in front and may stand anywhere: no numbers, no lengths.
    pub scalars: Vec<Id>,
    /// Every way.
    pub all: Vec<Arrangement>,
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
    let vectors = shapes.iter().filter(|s| s.len() == 1).count();
    let mut all: Vec<Arrangement> = Vec::new();
    for order in permutations(bases.len()) {
        for mask in 0..1u32 << bases.len() {
            // a 1-D array has no transpose
            if (0..bases.len()).any(|k| mask >> k & 1 == 1 && shapes[order[k]].len() < 2) {
                continue;
            }
            let written: Vec<(usize, bool)> = order.iter().enumerate().map(|(k, &f)| (f, mask >> k & 1 == 1)).collect();
            let outcome = multiply(&written, &shapes, wanted);
            let arrangement = Arrangement { order: written, outer: false, outcome };
            if !all.iter().any(|other| same_product(other, &arrangement, &shapes)) {
                all.push(arrangement);
            }
        }
        if vectors == 2 && bases.len() == 2 {
            let shape: Shape = [shapes[order[0]][0], shapes[order[1]][0]].into_iter().collect();
            let outcome = if shape.as_slice() == wanted { Outcome::Fits } else { Outcome::Gives(shape) };
            all.push(Arrangement { order: order.iter().map(|&f| (f, false)).collect(), outer: true, outcome });
        }
    }
    let written: Vec<(usize, bool)> = list.iter().enumerate().map(|(k, f)| (k, f.1)).collect();
    let found = Arrangement { order: written, outer, outcome: Outcome::Fits };
    let derived = all.iter().position(|a| a.outer == outer && (a.order == found.order || same_product(a, &found, &shapes)))?;
    // the derived way of writing stands for its equals
    all[derived].order = found.order;
    Some(Arrangements { factors: bases, scalars, all, derived, general: None })
}

/// Whether two ways are one product written from its two ends: `x @ A` and `Aᵀ @ x` with a 1-D `x`.
fn same_product(a: &Arrangement, b: &Arrangement, shapes: &[&[Dim]]) -> bool {
    let one_row = a.order.iter().any(|(f, _)| shapes[*f].len() == 1);
    let mirrored = a.order.iter().rev().map(|&(f, t)| (f, if shapes[f].len() < 2 { t } else { !t }));
    one_row && !a.outer && !b.outer && a.order.len() == b.order.len() && mirrored.eq(b.order.iter().copied())
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

/// All orders of `0..n`, the given one first. n is at most [`MAX_ARRANGED_FACTORS`].
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
