//! What a Jacobian's indices say: which entry depends on which, and the same as a matrix between columns of stacked entries.

use super::map::{Map, Part};
use crate::expr::{Axes, Axis, Contraction, Id, Number, Op, UNIT};
use crate::rewrite::Algebra;
use crate::shape::Shape;
use smallvec::SmallVec;

/// Which axes of the value follow which of the variable: an index on one of each is a Kronecker delta.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// An axis of the value, and the axis of the variable that has the same index in every part.
    pub pairs: Vec<(usize, usize)>,
    /// Whether nothing but the deltas depends on those indices: every block is the same.
    pub constant: bool,
}

/// One Kronecker product: `coefficient * kron(left, right)`, on `vec(X)` or on `vec(Xᵀ)`.
#[derive(Clone, Debug)]
pub struct Kronecker {
    /// The number in front.
    pub coefficient: Number,
    /// Between columns; nothing where the matrix is `diag(vec(right))`.
    pub left: Option<Id>,
    /// Between rows.
    pub right: Id,
    /// Whether it acts on `vec(Xᵀ)`.
    pub turned: bool,
}

impl Map {
    /// What the labels of the parts say.
    ///
    /// ```
    /// use pullback::derive::Map;
    /// use pullback::shape::Dims;
    /// let mut dims = Dims::default();
    /// let n = dims.named("n");
    /// assert_eq!(Map::identity(&[n, n]).structure().pairs, [(0, 0), (1, 1)]);
    /// ```
    pub fn structure(&self) -> Structure {
        let Some(first) = self.parts.first() else { return Structure::default() };
        let shared = |part: &Part, out: usize, of: usize| part.out[out] != UNIT && part.out[out] == part.of[of];
        let all = (0..first.out.len()).flat_map(|out| (0..first.of.len()).map(move |of| (out, of)));
        let pairs: Vec<(usize, usize)> = all.filter(|&(out, of)| self.parts.iter().all(|part| shared(part, out, of))).collect();
        let constant = self.parts.iter().all(|part| {
            let held = |label: Axis| part.factors.iter().any(|(_, axes)| axes.contains(&label));
            pairs.iter().all(|&(out, _)| !held(part.out[out]))
        });
        Structure { pairs, constant }
    }

    /// One of the equal blocks that the map consists of, where it does and a block is a vector or a matrix.
    pub fn block(&self, a: &mut Algebra) -> Option<Id> {
        let Structure { pairs, constant: true } = self.structure() else { return None };
        let mut block = self.clone();
        let [out, of]: [Vec<usize>; 2] = [pairs.iter().map(|pair| pair.0).collect(), pairs.iter().map(|pair| pair.1).collect()];
        // an axis that goes along with two, as in `diag(x)`, leaves a band and no block
        let twice = |axes: &[usize]| axes.iter().enumerate().any(|(k, axis)| axes[..k].contains(axis));
        if twice(&out) || twice(&of) {
            return None;
        }
        let keep = |axes: &Axes, gone: &[usize]| -> Axes { (0..axes.len()).filter(|k| !gone.contains(k)).map(|k| axes[k]).collect() };
        let left = |shape: &Shape, gone: &[usize]| -> Shape { (0..shape.len()).filter(|k| !gone.contains(k)).map(|k| shape[k]).collect() };
        (block.out, block.of) = (left(&block.out, &out), left(&block.of, &of));
        for part in &mut block.parts {
            (part.out, part.of) = (keep(&part.out, &out), keep(&part.of, &of));
        }
        let few = (1..=2).contains(&block.shape().len());
        (few && !pairs.is_empty()).then(|| block.array(a))
    }

    /// The same map from `vec(X)` to `vec(Y)`, columns stacked, for two matrices; nothing where it is no sum of Kronecker products.
    ///
    /// Magnus and Neudecker, *Matrix Differential Calculus*, 3rd edition, chapter 2, theorem 2: `vec(A X B) = (Bᵀ ⊗ A) vec(X)`.
    pub fn kronecker(&self, a: &mut Algebra) -> Option<Vec<Kronecker>> {
        if self.out.len() != 2 || self.of.len() != 2 || self.parts.is_empty() {
            return None;
        }
        self.parts.iter().map(|part| part.kronecker(a)).collect()
    }
}

impl Part {
    fn kronecker(&self, a: &mut Algebra) -> Option<Kronecker> {
        let (&[i, j], &[p, q]) = (self.out.as_slice(), self.of.as_slice()) else { return None };
        if [i, j, p, q].contains(&UNIT) || i == j || p == q {
            return None;
        }
        // entry by entry, with a matrix in between
        if (i, j) == (p, q) && !self.factors.is_empty() {
            if let Some((left, right)) = self.halves(a, [j, q], [i, p]) {
                return Some(Kronecker { coefficient: self.coefficient, left: Some(left), right, turned: false });
            }
            let output: Axes = [i, j].into_iter().collect();
            let right = a.notate(self.contraction(&self.factors, output));
            return Some(Kronecker { coefficient: self.coefficient, left: None, right, turned: false });
        }
        [(p, q, false), (q, p, true)].into_iter().find_map(|(row, column, turned)| {
            let (left, right) = self.halves(a, [j, column], [i, row])?;
            Some(Kronecker { coefficient: self.coefficient, left: Some(left), right, turned })
        })
    }

    /// The factors in two groups, one for each pair of labels, each as a matrix; nothing where one factor has indices of both.
    fn halves(&self, a: &mut Algebra, left: [Axis; 2], right: [Axis; 2]) -> Option<(Id, Id)> {
        if left.iter().any(|label| right.contains(label)) {
            return None;
        }
        let mut sides: Vec<Option<bool>> = vec![None; self.lengths.len()];
        left.iter().for_each(|&label| sides[label as usize] = Some(true));
        right.iter().for_each(|&label| sides[label as usize] = Some(false));
        // indices that are summed go with what they meet
        loop {
            let mut changed = false;
            for (_, axes) in &self.factors {
                let named = || axes.iter().filter(|label| **label != UNIT);
                let Some(side) = named().find_map(|&label| sides[label as usize]) else { continue };
                for &label in named() {
                    match sides[label as usize] {
                        Some(other) if other != side => return None,
                        Some(_) => {}
                        None => {
                            sides[label as usize] = Some(side);
                            changed = true;
                        }
                    }
                }
            }
            if !changed {
                break;
            }
        }
        let of = |wanted: bool| -> SmallVec<[(Id, Axes); 4]> {
            let side = |axes: &Axes| axes.iter().find(|l| **l != UNIT).and_then(|&l| sides[l as usize]).unwrap_or(true);
            self.factors.iter().filter(|(_, axes)| side(axes) == wanted).cloned().collect()
        };
        let mut matrix = |factors: SmallVec<[(Id, Axes); 4]>, [row, column]: [Axis; 2]| match (row == column, factors.is_empty()) {
            (true, true) => a.arena.intern(Op::Eye(self.lengths[row as usize]), crate::expr::Args::new()),
            _ => a.tensor(self.contraction(&factors, [row, column].into_iter().collect())),
        };
        Some((matrix(of(true), left), matrix(of(false), right)))
    }

    fn contraction(&self, factors: &[(Id, Axes)], output: Axes) -> Contraction {
        Contraction { coefficient: Number::ONE, factors: factors.iter().cloned().collect(), output, lengths: self.lengths.clone() }
    }
}
