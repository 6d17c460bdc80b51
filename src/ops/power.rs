//! Functions of square matrices that are power series, and their Fréchet derivatives: how the value moves, to first order, when the
//! matrix moves by `E`.
//!
//! Higham, *Functions of Matrices*, 2008, chapter 3: the derivative is linear in `E`, and the value at the block matrix
//! `[[A, E], [0, A]]` has it in its upper right block (equation 3.16); its transpose is the derivative at the transposed matrix.

use super::decompose::Matrix;
use super::matrix::{each, with_matrices};
use super::whole::{same, square, whole};
use super::{Arguments, Attribute, Call, Entry, Family, Fault, Python, Rule, Scalar, Units, Value, Whole};
use crate::expr::{Id, Op};
use crate::limits::MAX_EXPONENT_NORM;
use crate::shape::{Builder, Shape};
use ndarray::ArrayD;

#[rustfmt::skip]
pub(super) fn entries() -> Vec<Entry> {
    use Family::Linear;
    vec![
        whole(&["expm", "matrix_exp"], "A", Linear, "the matrix exponential: I + A + A @ A / 2 + ...", "A: (n, n); Y = expm(A)", Whole {
            build: square, shape: same, value: arraywise!(|c| each(c, |m| exponential(&m[0]))), units: Units::None, kink: "",
            python: Python::each("scipy.linalg.expm({A})", "torch.linalg.matrix_exp({A})", "jax.scipy.linalg.expm({A})"),
            rules: &[Rule::Differential("expm_frechet(A, dA)")],
        }),
        whole(&["expm_frechet"], "A, E", Linear, "how expm(A) moves when A moves by E: the upper right block of expm of [[A, E], [0, A]]", "A: (n, n); Y = expm_frechet(A, B)", Whole {
            build: |b, a| { let (x, e) = direction(b, a)?; Ok(Value::Array(b.call(a.function, &[x, e], vec![]))) },
            shape: same, value: arraywise!(|c| each(c, |m| block(m, exponential))), units: Units::None, kink: "",
            python: Python::each("scipy.linalg.expm_frechet({A}, {E}, compute_expm=False)", "expm_frechet({A}, {E})", "jax.scipy.linalg.expm_frechet({A}, {E}, compute_expm=False)")
                .defining("", "def expm_frechet(A, E):\n    n = A.shape[-1]\n    return torch.linalg.matrix_exp(torch.cat([torch.cat([A, E], -1), torch.cat([torch.zeros_like(A), A], -1)], -2))[..., :n, n:]\n", ""),
            rules: &[Rule::Differential(concat!(
                "kron(tril(ones(1, 2)), eye(len(A))) @ expm_frechet(kron(eye(2), A) + kron(triu(ones(2, 2), 1), E), kron(eye(2), dA))",
                " @ kron(triu(ones(1, 2), 1), eye(len(A))).T")), Rule::Transpose("expm_frechet(A.mT, g)")],
        }),
        whole(&["matpow", "matrix_power"], "A, k", Linear, "the matrix power: A @ A @ ... @ A for an integer k, the inverse's for a negative one", "A: (n, n); f = trace(matpow(A, 3))", Whole {
            build: matpow, shape: same, value: arraywise!(|c| each(c, |m| power(&m[0], c.integer(0)))), units: Units::Unknown, kink: "",
            python: Python::same("{np}.linalg.matrix_power({A}, {k})"),
            rules: &[Rule::Differential("matpow_frechet(A, dA, k)")],
        }),
        whole(&["matpow_frechet"], "A, E, k", Linear, "how matpow(A, k) moves when A moves by E: the sum of matpow(A, i) @ E @ matpow(A, k - 1 - i) over i", "A: (n, n); Y = matpow_frechet(A, B, 3)", Whole {
            build: |b, a| { let ((x, e), k) = (direction(b, a)?, exponent(b, a, 2)?); Ok(Value::Array(b.call(a.function, &[x, e], vec![k]))) },
            shape: same, value: arraywise!(frechet_of_power), units: Units::Unknown, kink: "",
            python: Python::same("matpow_frechet({A}, {E}, {k})").defining(
                "def matpow_frechet(A, E, k):\n    n = A.shape[-1]\n    return np.linalg.matrix_power(np.block([[A, E], [np.zeros_like(A), A]]), k)[..., :n, n:]\n",
                "def matpow_frechet(A, E, k):\n    n = A.shape[-1]\n    return torch.linalg.matrix_power(torch.cat([torch.cat([A, E], -1), torch.cat([torch.zeros_like(A), A], -1)], -2), k)[..., :n, n:]\n",
                "def matpow_frechet(A, E, k):\n    n = A.shape[-1]\n    return jnp.linalg.matrix_power(jnp.block([[A, E], [jnp.zeros_like(A), A]]), k)[..., :n, n:]\n"),
            rules: &[Rule::Differential(concat!(
                "kron(tril(ones(1, 2)), eye(len(A))) @ matpow_frechet(kron(eye(2), A) + kron(triu(ones(2, 2), 1), E), kron(eye(2), dA), k)",
                " @ kron(triu(ones(1, 2), 1), eye(len(A))).T")), Rule::Transpose("matpow_frechet(A.mT, g, k)")],
        }),
    ]
}

/// A square matrix and a change of it.
fn direction(b: &mut Builder, a: &Arguments) -> Result<(Id, Id), Fault> {
    let (x, e) = (with_matrices(b, a, 0)?, a.array(b, 1)?);
    b.square(x, a.name, a.spans[0])?;
    b.same_shape(x, e, a.spans[0], a.spans[1])?;
    Ok((x, e))
}

/// An integer, or a length made of declared dimensions.
fn exponent(b: &mut Builder, a: &Arguments, place: usize) -> Result<Attribute, Fault> {
    let id = a.array(b, place)?;
    if let Some(number) = b.arena().as_number(id).filter(|n| n.to_integer().is_some()) {
        return Ok(Attribute::Number(number));
    }
    match b.dim_of(id) {
        Some(dim) => Ok(Attribute::Length(dim)),
        None => Err(a.wrong(a.spans[place], format!("the exponent of `{}` is an integer or a declared dimension", a.name))),
    }
}

fn matpow(b: &mut Builder, a: &Arguments) -> Result<Value, Fault> {
    let x = with_matrices(b, a, 0)?;
    b.square(x, a.name, a.spans[0])?;
    let k = exponent(b, a, 1)?;
    let names = [("A", Value::Array(x))];
    let literal = if let Attribute::Number(number) = k { number.to_integer() } else { None };
    match literal {
        Some(0) => {
            let shape: Shape = b.resolved(x);
            let eye = b.node(Op::Eye(shape[shape.len() - 1]), &[]);
            b.broadcast_to(eye, shape, a.span).map(Value::Array)
        }
        Some(1) => Ok(Value::Array(x)),
        Some(-1) => b.expression("inv(A)", &names, a.span),
        Some(k) if k < 0 => {
            let inverse = b.expression("inv(A)", &names, a.span)?;
            let size = Value::Array(b.integer(-k));
            b.expression("matpow(A, k)", &[("A", inverse), ("k", size)], a.span)
        }
        _ => Ok(Value::Array(b.call(a.function, &[x], vec![k]))),
    }
}

fn power<T: Scalar>(a: &Matrix<T>, k: i64) -> Option<Matrix<T>> {
    let base = if k < 0 { a.inverse()? } else { a.clone() };
    Some(base.power(k.unsigned_abs()))
}

/// What a function of the block matrix `[[A, E], [0, A]]` has in its upper right block.
fn block<T: Scalar>(pair: &[Matrix<T>], f: impl Fn(&Matrix<T>) -> Option<Matrix<T>>) -> Option<Matrix<T>> {
    let n = pair[0].rows();
    let whole = Matrix::from_fn(2 * n, 2 * n, |i, j| match (i < n, j < n) {
        (true, false) => pair[1].at(i, j - n),
        (false, true) => T::from(0.0),
        _ => pair[0].at(i % n, j % n),
    });
    Some(f(&whole)?.part(0, n, n, n))
}

/// The matrix exponential, where it can be computed.
fn exponential<T: Scalar>(a: &Matrix<T>) -> Option<Matrix<T>> {
    // squared as often as it was halved: what is as large, or no number, leads nowhere
    (a.largest() < MAX_EXPONENT_NORM).then(|| a.exponential())
}

fn frechet_of_power<T: Scalar>(c: &Call<T>) -> Option<ArrayD<T>> {
    let k = c.integer(0);
    each(c, |pair| {
        if k < 0 {
            pair[0].inverse()?;
        }
        block(pair, |whole| power(whole, k))
    })
}
