//! Inverses, determinants and factors of one matrix, in any kind of number.
//!
//! Golub & Van Loan, *Matrix Computations*, 4th ed.: 3.4 (elimination with pivots), 4.2 (Cholesky), 5.5 (the pseudo-inverse from a
//! factorisation of full rank); Higham, *Functions of Matrices*, 2008, chapter 10 (the exponential by scaling and squaring).

use super::Scalar;

/// A pivot this much smaller than the largest entry is taken for zero: in floats it is nothing but rounding.
const SINGULAR: f64 = 1e-12;

/// A matrix, row after row.
#[derive(Clone, Debug)]
pub(super) struct Matrix<T> {
    rows: usize,
    columns: usize,
    data: Vec<T>,
}

impl<T: Scalar> Matrix<T> {
    /// Of these entries, row after row.
    pub fn new(rows: usize, columns: usize, data: Vec<T>) -> Self {
        Matrix { rows, columns, data }
    }

    /// By a function of row and column.
    pub fn from_fn(rows: usize, columns: usize, f: impl Fn(usize, usize) -> T) -> Self {
        Matrix { rows, columns, data: (0..rows * columns).map(|at| f(at / columns, at % columns)).collect() }
    }

    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |i, j| T::from(if i == j { 1.0 } else { 0.0 }))
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The entries, row after row.
    pub fn into_data(self) -> Vec<T> {
        self.data
    }

    pub fn at(&self, row: usize, column: usize) -> T {
        self.data[row * self.columns + column]
    }

    fn set(&mut self, row: usize, column: usize, value: T) {
        self.data[row * self.columns + column] = value;
    }

    pub fn map(&self, f: impl Fn(T) -> T) -> Self {
        Matrix { rows: self.rows, columns: self.columns, data: self.data.iter().map(|x| f(*x)).collect() }
    }

    pub fn transposed(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self.at(j, i))
    }

    pub fn plus(&self, other: &Self) -> Self {
        Matrix { rows: self.rows, columns: self.columns, data: self.data.iter().zip(&other.data).map(|(a, b)| *a + *b).collect() }
    }

    pub fn times(&self, other: &Self) -> Self {
        let zero = T::from(0.0);
        Self::from_fn(self.rows, other.columns, |i, j| (0..self.columns).fold(zero, |sum, k| sum + self.at(i, k) * other.at(k, j)))
    }

    /// Raised to a natural number.
    pub fn power(&self, exponent: u64) -> Self {
        let (mut power, mut square, mut left) = (Self::identity(self.rows), self.clone(), exponent);
        while left > 0 {
            if left & 1 == 1 {
                power = power.times(&square);
            }
            left >>= 1;
            if left > 0 {
                square = square.times(&square);
            }
        }
        power
    }

    /// A part, from this row and column on.
    pub fn part(&self, row: usize, column: usize, rows: usize, columns: usize) -> Self {
        Self::from_fn(rows, columns, |i, j| self.at(row + i, column + j))
    }

    /// The largest size of an entry, as a float.
    pub fn largest(&self) -> f64 {
        self.data.iter().fold(0.0, |most, x| {
            let size = x.abs().to_f64();
            if size.is_nan() { f64::NAN } else { most.max(size) }
        })
    }

    fn is_finite(&self) -> bool {
        self.data.iter().all(|x| x.to_f64().is_finite())
    }

    fn swap_rows(&mut self, one: usize, two: usize) {
        for column in 0..self.columns {
            self.data.swap(one * self.columns + column, two * self.columns + column);
        }
    }

    /// Takes multiples of the pivot's row from the rows below, in this matrix and in `beside`.
    fn eliminate(&mut self, at: usize, column: usize, beside: &mut Self) {
        for row in at + 1..self.rows {
            let factor = self.at(row, column) / self.at(at, column);
            for k in column..self.columns {
                self.set(row, k, self.at(row, k) - factor * self.at(at, k));
            }
            for k in 0..beside.columns {
                beside.set(row, k, beside.at(row, k) - factor * beside.at(at, k));
            }
        }
    }

    /// The row, from this one on, whose entry in the column is the largest, with that.
    fn pivot(&self, from: usize, column: usize) -> (usize, f64) {
        let sizes = (from..self.rows).map(|row| (row, self.at(row, column).abs().to_f64()));
        sizes.fold((from, -1.0), |best, now| if now.1 > best.1 { now } else { best })
    }

    /// The solution `X` of `self @ X = b`; nothing where this is singular, or next to it.
    pub fn solve(&self, b: &Self) -> Option<Self> {
        let (mut a, mut x) = (self.clone(), b.clone());
        let n = self.rows;
        let size = self.largest();
        for column in 0..n {
            let (row, pivot) = a.pivot(column, column);
            if pivot.is_nan() || size.is_nan() || pivot <= size * SINGULAR {
                return None;
            }
            a.swap_rows(column, row);
            x.swap_rows(column, row);
            a.eliminate(column, column, &mut x);
        }
        for row in (0..n).rev() {
            for k in 0..x.columns {
                let known = (row + 1..n).fold(x.at(row, k), |rest, j| rest - a.at(row, j) * x.at(j, k));
                x.set(row, k, known / a.at(row, row));
            }
        }
        Some(x)
    }

    /// The inverse; nothing where there is none, or next to none.
    pub fn inverse(&self) -> Option<Self> {
        let inverse = self.solve(&Self::identity(self.rows))?;
        (inverse.largest() * self.largest() * SINGULAR < 1.0).then_some(inverse)
    }

    /// The determinant.
    pub fn determinant(&self) -> T {
        let mut a = self.clone();
        let mut none = Self::new(self.rows, 0, vec![]);
        let mut product = T::from(1.0);
        for column in 0..self.rows {
            let (row, pivot) = a.pivot(column, column);
            if pivot == 0.0 {
                return product * a.at(row, column);
            }
            if row != column {
                a.swap_rows(column, row);
                product = -product;
            }
            product = product * a.at(column, column);
            a.eliminate(column, column, &mut none);
        }
        product
    }

    /// The lower triangular `L` with `L @ Lᵀ` equal to this; nothing where this is not positive definite.
    pub fn cholesky(&self) -> Option<Self> {
        let n = self.rows;
        let mut l = self.map(|_| T::from(0.0));
        for j in 0..n {
            let rest = (0..j).fold(self.at(j, j), |rest, k| rest - l.at(j, k) * l.at(j, k));
            if rest.to_f64().is_nan() || rest.to_f64() <= 0.0 {
                return None;
            }
            let root = rest.sqrt();
            l.set(j, j, root);
            for i in j + 1..n {
                let rest = (0..j).fold(self.at(i, j), |rest, k| rest - l.at(i, k) * l.at(j, k));
                l.set(i, j, rest / root);
            }
        }
        Some(l)
    }

    /// The pseudo-inverse of Moore and Penrose: of `B @ C`, both of full rank, it is `Cᵀ (C Cᵀ)⁻¹ (Bᵀ B)⁻¹ Bᵀ`.
    pub fn pseudo_inverse(&self) -> Option<Self> {
        if !self.is_finite() {
            return None;
        }
        // rows of the echelon form, and the columns in which they begin
        let (mut c, mut none) = (self.clone(), Self::new(self.rows, 0, vec![]));
        let size = self.largest();
        let (mut rank, mut pivots) = (0, vec![]);
        for column in 0..self.columns {
            if rank == self.rows {
                break;
            }
            let (row, pivot) = c.pivot(rank, column);
            if pivot > size * SINGULAR {
                c.swap_rows(rank, row);
                c.eliminate(rank, column, &mut none);
                pivots.push(column);
                rank += 1;
            }
        }
        if rank == 0 {
            return Some(self.transposed());
        }
        // the matrix is its pivot columns times the reduced echelon form: that is what the pivot columns make of it
        let b = Self::from_fn(self.rows, rank, |i, k| self.at(i, pivots[k]));
        let gram = b.transposed().times(&b);
        let left = gram.solve(&b.transposed())?;
        let c = left.times(self);
        let right = c.times(&c.transposed()).solve(&c)?.transposed();
        Some(right.times(&left))
    }

    /// The exponential: the series at a power of two less, squared as often.
    pub fn exponential(&self) -> Self {
        let norm = self.largest() * self.rows as f64;
        let halvings = if norm > 0.25 { (norm * 4.0).log2().ceil().max(0.0) as i32 } else { 0 };
        let scale = T::from(2f64.powi(-halvings));
        let small = self.map(|x| x * scale);
        // with a norm of 1/4: the thirtieth term is below 2^-165
        let terms = 30;
        let one = Self::identity(self.rows);
        let mut sum = one.clone();
        for n in (1..terms).rev() {
            let n = T::from(f64::from(n));
            sum = one.plus(&small.times(&sum).map(|x| x / n));
        }
        for _ in 0..halvings {
            sum = sum.times(&sum);
        }
        sum.map(|x| x.blurred(2f64.powi(-150)))
    }
}
