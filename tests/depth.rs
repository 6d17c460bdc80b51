//! Programs of very many statements: what is right passes the check, and what is wrong does not.

use pullback::derive::{Derivation, derive};
use pullback::expr::Number;
use pullback::numeric::{CheckError, Method, check};
use pullback::shape::{Lengths, infer};
use pullback::syntax::parse;

/// `A1 = f(X @ W1); A2 = f(A1 @ W2); ...`
fn network(layers: usize, function: &str) -> Derivation {
    let mut source = String::from("X: (n, d)\n");
    let mut before = String::from("X");
    for layer in 1..=layers {
        source.push_str(&format!("A{layer} = {function}({before} @ W{layer})\n"));
        before = format!("A{layer}");
    }
    let program = parse(&source).unwrap();
    derive(infer(&program, &source, Lengths::Declared).unwrap(), None).unwrap()
}

/// Makes the gradient with respect to `name` a thousandth too large.
fn spoil(derivation: &mut Derivation, name: &str) {
    let of = derivation.find(name).unwrap();
    let gradient = derivation.gradients.iter_mut().find(|g| g.of == of).unwrap();
    gradient.value = derivation.algebra.scale(Number::fraction(1001, 1000), gradient.value);
    gradient.closed = None;
}

#[test]
fn deep_networks_agree() {
    for (function, layers) in [("tanh", 65), ("sigmoid", 300), ("", 300), ("relu", 300), ("tanh", 3_000)] {
        let agreement = check(&network(layers, function), &[]).unwrap_or_else(|error| panic!("{layers} layers of {function}: {error}"));
        assert_eq!(agreement.method, Method::Statements);
        assert!(agreement.max_error < 1e-6);
    }
}

#[test]
fn a_wrong_gradient_anywhere_in_a_deep_network_is_refused() {
    let refused = |function, layers, name: &str| {
        let mut wrong = network(layers, function);
        spoil(&mut wrong, name);
        let found = check(&wrong, &[]);
        assert!(matches!(found, Err(CheckError::Disagrees { .. })), "{layers} layers of {function}, {name}: {found:?}");
    };
    ["X", "W1", "A1", "A150", "W300"].into_iter().for_each(|name| refused("tanh", 300, name));
    ["W2", "A150"].into_iter().for_each(|name| refused("relu", 300, name));
    refused("tanh", 3_000, "A1500");
}

/// A difference that comes nearer with half the step speaks of the step, not of a fault.
#[test]
fn steep_functions_are_no_fault_of_the_tool() {
    let program = |terms: usize| (2..terms + 2).map(|k| format!("sin({k} * x)")).collect::<Vec<_>>().join(" + ");
    for terms in [100, 300] {
        let source = format!("x: (n,); y = {}", program(terms));
        let derivation = derive(infer(&parse(&source).unwrap(), &source, Lengths::Declared).unwrap(), None).unwrap();
        let checked = check(&derivation, &[]);
        assert!(matches!(checked, Ok(_) | Err(CheckError::Coarse)), "{terms}: {checked:?}");
        let mut spoiled = derivation;
        spoil(&mut spoiled, "x");
        assert!(check(&spoiled, &[]).is_err(), "{terms}");
    }
}
