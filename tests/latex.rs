//! Gradients in LaTeX.

use pullback::answer::{Options, answer};
use pullback::record::record;

/// Formulas alone.
fn plain() -> Options {
    Options { unexplained: true, ..Options::default() }
}

/// The gradient of an input, in LaTeX.
fn of(program: &str, input: &str) -> String {
    let mut found = answer(program, &plain()).expect(program);
    record(&mut found).gradients.get(input).unwrap().latex.clone()
}

#[test]
fn products_and_transposes() {
    assert_eq!(of("Y = X @ W_in", "X"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} W_{\mathrm{in}}^{\top}");
    assert_eq!(of("Y = A @ B @ C", "A"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} C^{\top} B^{\top}");
    assert_eq!(of("y = A @ x", "x"), r"A^{\top} \frac{\mathrm{d}L}{\mathrm{d}y}");
    assert_eq!(of("y = A @ x", "A"), r"\frac{\mathrm{d}L}{\mathrm{d}y} \otimes x");
    assert_eq!(of("f = x @ A @ x", "x"), r"(A + A^{\top}) x");
}

#[test]
fn a_row_beside_a_matrix_is_turned() {
    assert_eq!(of("f = x @ A @ y * lambda", "lambda"), r"x^{\top} A y");
}

#[test]
fn element_wise_signs() {
    assert_eq!(of("Y = X * M", "X"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot M");
    assert_eq!(of("Y = lambda * X", "X"), r"\lambda\,\frac{\mathrm{d}L}{\mathrm{d}Y}");
    assert_eq!(of("Y = X / M", "X"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \oslash M");
    assert_eq!(of("A1 = tanh(Z1)", "Z1"), r"\frac{\mathrm{d}L}{\mathrm{d}A_{1}} \odot (1 - A_{1}^{\odot 2})");
}

#[test]
fn brackets_where_signs_would_be_misread() {
    assert_eq!(of("Y = (X * M) @ W", "W"), r"(X \odot M)^{\top} \frac{\mathrm{d}L}{\mathrm{d}Y}");
    assert_eq!(of("Y = (X @ W) * M", "X"), r"\left(\frac{\mathrm{d}L}{\mathrm{d}Y} \odot M\right) W^{\top}");
    let outer = r"\left(\frac{\mathrm{d}L}{\mathrm{d}y} \otimes w\right) \odot (X > 0)";
    assert_eq!(of("y = relu(X) @ w", "X"), outer);
    assert_eq!(of("Y = X * (A @ B)", "X"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot A B");
}

#[test]
fn sums_and_scales() {
    let row = r"\operatorname{sum}\left(\frac{\mathrm{d}L}{\mathrm{d}Y},\, \mathrm{axis}=0\right)";
    assert_eq!(of("Z: (n, m); b: (m,); Y = Z + b", "b"), row);
    assert_eq!(of("loss = sum(X * X)", "X"), r"2\,X");
}

#[test]
fn braces_are_balanced() {
    for program in [
        "Y = relu(X @ W1 + b1) @ W2",
        "f = trace(A @ X.T @ B)",
        "f = sum(exp(-X**2 / 2))",
        "P: (b, i, j); Q: (b, j, k); Y = einsum('bij,bjk->bik', P, Q)",
        "Y = sqrt(X) * (X > 0)",
        "X: (b, n, d); Y = X @ W",
    ] {
        let found = record(&mut answer(program, &plain()).expect(program));
        for (name, gradient) in &found.gradients.0 {
            let latex = &gradient.latex;
            let count = |sign: &str| latex.matches(sign).count();
            assert_eq!(count("{"), count("}"), "{program}, {name}: {latex}");
            assert_eq!((count("("), count(r"\left(")), (count(")"), count(r"\right)")), "{program}, {name}: {latex}");
            assert!(!latex.contains("{}") && !latex.is_empty(), "{program}, {name}: {latex}");
        }
    }
}
