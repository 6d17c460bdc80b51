//! Inverses, determinants and factors of matrices, batched over the axes before the last two.
//!
//! Differentials: Magnus & Neudecker, *Matrix Differential Calculus*, 3rd ed., chapter 8; Giles, "Collected Matrix Derivative Results", 2008.

use super::build::built;
use super::decompose::Matrix;
use super::linear::rank;
use super::whole::{same, square, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::diagnostic::Span;
use crate::expr::{Id, Op};
use crate::shape::{Builder, Dim, Dims, Shape};
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        // Magnus & Neudecker, theorem 8.3
        whole(&["inv", "inverse"], "A", Linear, "the inverse of a square matrix", "A: (n, n); X = inv(A) @ B", Whole {
            build: square, shape: same, value: arraywise!(|c| each(c, |m| m[0].inverse())), units: Units::Power(-1), kink: "", python: Python::same("{np}.linalg.inv({A})"),
            rules: &[Rule::Differential("-inv(A) @ dA @ inv(A)")],
        }),
        // Magnus & Neudecker, theorem 8.1
        whole(&["det"], "A", Linear, "the determinant", "A: (n, n); f = det(A)", Whole {
            build: square, shape: batch, value: arraywise!(|c| number(c, |a| Some(a.determinant()))), units: Units::Unknown, kink: "", python: Python::same("{np}.linalg.det({A})"),
            rules: &[Rule::Differential("det(A) * trace(inv(A) @ dA)")],
        }),
        // Magnus & Neudecker, theorem 8.2
        whole(&["logdet"], "A", Linear, "the logarithm of the determinant's absolute value", "A: (n, n); f = logdet(A)", Whole {
            build: square, shape: batch, value: arraywise!(|c| number(c, logdet)), units: Units::Unknown, kink: "", python: Python::same("{np}.linalg.slogdet({A})[1]"),
            rules: &[Rule::Differential("trace(inv(A) @ dA)")],
        }),
        built(&["slogdet"], "A", Linear, "the determinant's sign and the logarithm of its absolute value", "A: (n, n); f = slogdet(A)[1]", |b, a| {
            let (x, span) = (a.array(b, 0)?, a.span);
            b.square(x, a.name, a.spans[0])?;
            let names = [("A", Value::Array(x))];
            Ok(Value::Sequence(vec![b.expression("sign(det(A))", &names, span)?, b.expression("logdet(A)", &names, span)?]))
        }),
        // Giles, section 2.3.1
        whole(&["solve"], "A, b", Linear, "the solution x of A @ x = b, or one for each column of b", "A: (n, n); x = solve(A, b)", Whole {
            build: solve, shape: |_, shapes, _| Shape::from(shapes[1]), value: arraywise!(|c| each(c, |m| { m[0].inverse()?; m[0].solve(&m[1]) })),
            units: Units::Unknown, kink: "", python: Python::same("{np}.linalg.solve({A}, {b})"),
            rules: &[Rule::Differential("-solve(A, dA @ solve(A, b))"), Rule::Transpose("solve(A.mT, g)")],
        }),
        // Golub & Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973, equation 4.12
        whole(&["pinv"], "A", Linear, "the pseudo-inverse of Moore and Penrose", "A: (n, d); x = pinv(A) @ b", Whole {
            build: matrix, shape: turned, value: arraywise!(|c| each(c, |m| m[0].pseudo_inverse())), units: Units::Power(-1), kink: "", python: Python::same("{np}.linalg.pinv({A})"),
            rules: &[Rule::Differential("-pinv(A) @ dA @ pinv(A) + pinv(A) @ pinv(A).mT @ dA.mT @ (eye(A.shape[-2]) - A @ pinv(A)) + (eye(A.shape[-1]) - pinv(A) @ A) @ dA.mT @ pinv(A).mT @ pinv(A)")],
        }),
        // Murray, "Differentiation of the Cholesky decomposition", 2016, equations 8 and 10, of (A + Aᵀ)/2 as JAX has it: with
        // M = inv(L) dA inv(L)ᵀ the lower triangle of (M + Mᵀ)/2, the diagonal halved
        whole(&["cholesky"], "A", Linear, "the lower triangular L with L @ Lᵀ = A, of a positive definite A", "A: (n, n) posdef; L = cholesky(A)", Whole {
            build: square, shape: same, value: arraywise!(|c| each(c, |m| m[0].plus(&m[0].transposed()).map(|x| x * 0.5).cholesky())), units: Units::Unknown,
            kink: "`cholesky(A)` is taken of (A + Aᵀ)/2, as in JAX, so its gradient is symmetric",
            python: Python::each("np.linalg.cholesky(({A} + np.swapaxes({A}, -1, -2)) / 2)", "torch.linalg.cholesky(({A} + {A}.mT) / 2)", "jnp.linalg.cholesky({A})"),
            rules: &[Rule::Differential("cholesky(A) @ (tril(inv(cholesky(A)) @ dA @ inv(cholesky(A)).mT) + triu(inv(cholesky(A)) @ dA @ inv(cholesky(A)).mT, 1).mT) / 2")],
        }),
    ]
}

/// Makes the node of a function of the last two axes.
fn matrix(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = with_matrices(b, a, 0)?;
    Ok(Value::Array(b.call(a.function, &[x], vec![])))
}

/// An operand with two axes or more.
pub(super) fn with_matrices(b: &mut Builder, a: &Arguments, place: usize) -> Result<Id, Fault> {
    let x = a.array(b, place)?;
    if b.arena().shape(x).len() < 2 { Err(rank(b, a, x, "two axes or more")) } else { Ok(x) }
}

/// NumPy 2: a 1-D `b` is a vector, everything else a stack of matrices; batch axes broadcast.
fn solve(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let (x, y) = (with_matrices(b, a, 0)?, a.array(b, 1)?);
    b.square(x, a.name, a.spans[0])?;
    b.check_matmul(x, y, a.spans[0], a.spans[1])?;
    let vector = b.arena().shape(y).len() == 1;
    let batched = b.arena().shape(x).len() > 2;
    let column = if vector && batched { b.unsqueeze(y, 2, a.span)? } else { y };
    let (x, column) = if vector && !batched { (x, column) } else { batch_alike(b, x, column, a.span)? };
    let solution = b.call(a.function, &[x, column], vec![]);
    let last = b.arena().shape(solution).len() - 1;
    Ok(Value::Array(if vector && batched { b.node(Op::Squeeze(1 << last), &[solution]) } else { solution }))
}

/// Two stacks of matrices repeated to the same batch axes.
fn batch_alike(b: &mut Builder, x: Id, y: Id, span: Span) -> Result<(Id, Id), Fault> {
    let (one, two) = (b.resolved(x), b.resolved(y));
    let core = |shape: &Shape| shape.len() - 2;
    let batch = b.broadcast_shapes(&one[..core(&one)], &two[..core(&two)], span, span)?;
    let mut stretch = |z: Id, shape: Shape| {
        let whole = batch.iter().chain(&shape[core(&shape)..]).copied().collect();
        b.broadcast_to(z, whole, span)
    };
    Ok((stretch(x, one)?, stretch(y, two)?))
}

/// The shape without the last two axes.
fn batch(_: &mut Dims, shapes: &[&[Dim]], _: &[Attribute]) -> Shape {
    Shape::from(&shapes[0][..shapes[0].len() - 2])
}

/// The shape with the last two axes exchanged.
fn turned(_: &mut Dims, shapes: &[&[Dim]], _: &[Attribute]) -> Shape {
    let mut shape = Shape::from(shapes[0]);
    let rank = shape.len();
    shape.swap(rank - 1, rank - 2);
    shape
}

/// The matrices of a batch, one after the other; of a 1-D array its one column.
fn matrices<T: Scalar>(x: &ArrayD<T>) -> impl Iterator<Item = Matrix<T>> + '_ {
    let (rows, columns) = match x.shape() {
        [.., rows, columns] => (*rows, *columns),
        _ => (x.len(), 1),
    };
    x.as_slice().unwrap_or(&[]).chunks(rows * columns).map(move |data| Matrix::new(rows, columns, data.to_vec()))
}

/// A matrix for each matrix, or for each that stand at the same place in several operands.
pub(super) fn each<T: Scalar>(c: &Call<T>, f: impl Fn(&[Matrix<T>]) -> Option<Matrix<T>>) -> Option<ArrayD<T>> {
    let mut stacks: Vec<_> = c.args.iter().map(|x| matrices(x)).collect();
    let mut data = Vec::new();
    while let Some(now) = stacks.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>() {
        data.extend(f(&now)?.into_data());
    }
    ArrayD::from_shape_vec(c.shape, data).ok()
}

/// A number for each matrix.
fn number<T: Scalar>(c: &Call<T>, f: impl Fn(Matrix<T>) -> Option<T>) -> Option<ArrayD<T>> {
    ArrayD::from_shape_vec(c.shape, matrices(c.args[0]).map(f).collect::<Option<_>>()?).ok()
}

fn logdet<T: Scalar>(a: Matrix<T>) -> Option<T> {
    a.inverse()?;
    Some(a.determinant().abs().ln())
}
