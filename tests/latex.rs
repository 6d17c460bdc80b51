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
    let outer = r"\left(\frac{\mathrm{d}L}{\mathrm{d}y} \otimes w\right) \odot [X > 0]";
    assert_eq!(of("y = relu(X) @ w", "X"), outer);
    assert_eq!(of("Y = X * (A @ B)", "X"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot A B");
}

#[test]
fn signs_reach_as_far_as_they_are_meant_to() {
    // a minus before a sum, and a negation of a whole condition
    assert_eq!(of("X: (n, d); b: (d,); f = sum(exp(-(X + b)))", "X"), r"-\exp(-(X + b))");
    let neither = r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot \lnot [X > Z]";
    assert_eq!(of("Y = X * ~(X > Z) + 0 * Z", "X"), neither);
    // a relation that is a value is 1 or 0
    assert_eq!(of("f = sum(relu(x))", "x"), "[x > 0]");
}

#[test]
fn a_column_is_turned_before_it_stands_before_something() {
    assert_eq!(of("s: (); y = (A @ x) * s", "s"), r"(A x)^{\top} \frac{\mathrm{d}L}{\mathrm{d}y}");
    // what functions of whole arrays have as axes
    assert_eq!(of("Y = one_hot(t, 4) @ W", "W"), r"(\operatorname{one\ hot}(t,\, 4))^{\top} \frac{\mathrm{d}L}{\mathrm{d}Y}");
    assert_eq!(of("Y = det(A) * X", "X"), r"\det(A)\,\frac{\mathrm{d}L}{\mathrm{d}Y}");
    assert_eq!(of("h: (t, d); Y = h[1:] * h[1:] * W", "W"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot (h\texttt{[1:]})^{\odot 2}");
    // an index array among what is taken, a shape, a list, a number to the power of an array
    assert!(of("i: (d,); X: (n, m); f = sum(X[:, i]**2 * W)", "W").contains(r"(X\texttt{[:, i]})^{\odot 2}"));
    assert_eq!(of("X: (n, d); f = sum(reshape(X, (d, n))**2 * W)", "W"), r"(\operatorname{reshape}(X,\, (d,\, n)))^{\odot 2}");
    assert_eq!(of("A, B: (n, d); f = sum(concat([A, B])**2 * W)", "W"), r"(\operatorname{concat}([A,\, B]))^{\odot 2}");
    assert_eq!(of("Y = 2**X * W", "W"), r"\frac{\mathrm{d}L}{\mathrm{d}Y} \odot 2^{\odot X}");
    // three axes in reverse are no matrices turned
    assert_eq!(of("T: (b, n, d); Y = T.T", "T"), r"\operatorname{transpose}\left(\frac{\mathrm{d}L}{\mathrm{d}Y}\right)");
    assert_eq!(of("y = roll(x, 1)", "x"), r"\operatorname{roll}\left(\frac{\mathrm{d}L}{\mathrm{d}y},\, -1\right)");
}

#[test]
fn sums_and_scales() {
    assert_eq!(of("Z: (n, m); b: (m,); Y = Z + b", "b"), r"\sum_{n} \frac{\mathrm{d}L}{\mathrm{d}Y}");
    assert_eq!(of("loss = sum(X * X)", "X"), r"2\,X");
}

#[test]
fn axes_stand_below_the_sign_that_goes_along_them() {
    let upstream = r"\frac{\mathrm{d}L}{\mathrm{d}Y}";
    // a product under a sum has brackets, a sum beside a product too
    assert_eq!(of("X: (n, m); s: (); Y = X * s", "s"), r"\sum \left(\frac{\mathrm{d}L}{\mathrm{d}Y} \odot X\right)");
    assert_eq!(of("X: (n, m); a: (m,); Y = X * a", "a"), r"\sum_{n} \left(\frac{\mathrm{d}L}{\mathrm{d}Y} \odot X\right)");
    // an axis that stays has the shape below a brace, and the name of the length where that tells the axes apart
    let softmax = |below: &str, shape: &str| format!(r"\underbrace{{\sum_{{{below}}} \left({upstream} \odot Y\right)}}_{{{shape}}}");
    assert!(of("X: (n, m); Y = softmax(X)", "X").contains(&softmax("m", r"n \times 1")));
    assert!(of("X: (n, n); Y = softmax(X)", "X").contains(&softmax("n", r"n \times 1")));
    let rows = of("X: (n, n); Y = X - sum(X, axis=0, keepdims=True)", "X");
    assert!(rows.contains(r"\sum_{\text{axis 0}} \frac{\mathrm{d}L}{\mathrm{d}Y}"), "{rows}");
    // where names cannot tell them, the axis is counted as in the program
    assert_eq!(of("X: (n, n); b: (n,); Y = X + b", "b"), format!(r"\sum_{{\text{{axis 0}}}} {upstream}"));
    assert_eq!(of("X: (3, 4); b: (4,); Y = X + b", "b"), format!(r"\sum_{{\text{{axis 0}}}} {upstream}"));
    let several = of("X: (b, t, d); a: (d,); Y = X + a", "a");
    assert_eq!(several, format!(r"\sum_{{b,t}} {upstream}"));
}

#[test]
fn what_is_repeated_and_what_gets_an_axis_show_their_shapes() {
    assert_eq!(
        of("X: (n, m); y = sum(X, axis=1)", "X"),
        r"\underbrace{\underset{n \times 1}{\frac{\mathrm{d}L}{\mathrm{d}y}}}_{\to n \times m}"
    );
    assert!(of("X: (n, m); x: (n,); Y = x[:, None] * X", "X").contains(r"\underset{n \times 1}{x}"));
    assert_eq!(of("X: (n, m); f = sum(X)", "X"), r"1_{n \times m}");
}

#[test]
fn contractions_are_sums_over_indices() {
    let found = of("A: (n, m, k); B: (k, m, p); Y = einsum('abc,cbd->abd', A, B)", "A");
    assert_eq!(found, r"\left[\sum_{p} \frac{\mathrm{d}L}{\mathrm{d}Y_{n m p}}\,B_{k m p}\right]_{n m k}");
    // what is an operand by itself is in brackets before it gets an index
    let found = of("A: (n, m, k); B: (k, m, p); Y = einsum('abc,cbd->abd', A, B + B * B)", "A");
    assert!(found.contains(r"_{k m p}\right]"), "{found}");
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
