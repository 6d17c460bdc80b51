//! What is infinite, no number, or near overflow ends in a value or in none: no operation panics at it, or goes on without end.

use pullback::derive::derive;
use pullback::numeric::Sample;
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;
use pullback::{answer, ops};

const OPERATIONS: &str = include_str!("gradients/operations.txt");
const VALUES: [f64; 6] = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, -1e300, 0.0];

#[test]
fn every_operation_survives_them() {
    let examples = ops::entries().iter().map(|entry| entry.example);
    let cases = OPERATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
    let mut count = 0;
    for program in cases.chain(examples).filter(|program| !program.is_empty()) {
        let Ok(tree) = parse(program) else { continue };
        let Ok(Ok(derivation)) = infer(&tree, program, Lengths::Declared).map(|model| derive(model, None)) else { continue };
        let Some(drawn) = Sample::several(&derivation, &[]).into_iter().next() else { continue };
        for value in VALUES {
            for one in [true, false] {
                let mut sample = drawn.clone();
                for symbol in &derivation.model.inputs {
                    let Some(x) = sample.values.get_mut(symbol) else { continue };
                    match one {
                        true => x.iter_mut().take(1).for_each(|entry| *entry = value),
                        false => x.fill(value),
                    }
                }
                let upstream = drawn.values[&derivation.model.output].clone();
                if sample.forward(&derivation).is_some() {
                    sample.backward(&derivation, upstream);
                }
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "{count} programs");
}

#[test]
fn a_program_without_a_finite_value_says_so() {
    for program in ["Y = pinv(X / 0)", "Y = pinv(log(0 * X))", "Y = expm(X / 0)", "Y = expm(1e300 * X)", "Y = expm_frechet(W, 1e200 * X)"] {
        let wrong = answer::answer(program, &answer::Options::default()).expect_err(program);
        assert_eq!(wrong.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0503"], "{program}");
    }
}

#[test]
fn what_is_no_number_is_not_passed_over() {
    // NumPy, PyTorch and JAX give no number here; so emitted modules are not run at such inputs
    for program in [
        "Y = relu(log(-exp(X)))",
        "Y = maximum(log(-exp(X)), 1)",
        "Y = minimum(1, sqrt(-exp(X)))",
        "Y = clip(log(-exp(X)), -1, 1)",
        "y = max(log(-exp(X)), axis=0)",
    ] {
        told(program);
    }
}

/// The title and all labels and notes.
fn told(program: &str) -> String {
    let wrong = answer::answer(program, &answer::Options::default()).expect_err(program);
    assert_eq!(wrong.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0503"], "{program}");
    let labels = wrong[0].labels.iter().map(|label| format!("[{}] {}", label.span.slice(program), label.text));
    std::iter::once(wrong[0].title.clone()).chain(labels).chain(wrong[0].notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_not_finite_is_named_and_placed() {
    for (program, said) in [
        ("X: (n, d); D = norm(X[:, None] - X[None], axis=-1)", "[norm(X[:, None] - X[None], axis=-1)] at 0 `norm` has no derivative"),
        ("X: (n, d); D = norm(X[:, None] - X[None], axis=-1)", "the entries on the diagonal, with two equal indices, of"),
        ("X: (n, d); E = X[:, None] - X[None]; D = sqrt(sum(E * E, axis=-1))", "`sqrt(sum(E * E, axis=2))` are 0"),
        ("a: (n,); y = det(outer(a, a))", "[det(outer(a, a))] where the matrix is singular `det` has a derivative"),
        ("x: (n,); y = 0 ** x", "[0 ** x] the derivative of a power whose exponent is no constant has the logarithm"),
        ("x: (n,); y = inv(outer(x, x))", "`inv(outer(x, x))` has no finite value"),
        ("X: (n, d); Z = X - X; y = std(Z, axis=1)", "[std(Z, axis=1)] where all entries are equal `std` has no derivative"),
    ] {
        let told = told(program);
        assert!(told.contains(said), "{program}: {told}");
        // the value is finite or not: only one of the two is said
        assert_eq!(told.contains("the program has finite values"), !said.contains("has no finite value"), "{told}");
    }
}
