//! The index line of a gradient says the same as the index line of its statement, differentiated entry by entry: exactly, as polynomials
//! in the entries, at small lengths. So the explanation is held to the derivation by more than its look.

use pullback::answer::{Answer, Explanation, Options, answer};
use pullback::derive::{Explicit, Monomial, Polynomial, UseExplanation, explicit, places};
use pullback::expr::{Number, SymbolId, SymbolKind};
use std::collections::BTreeMap;

type Normal = BTreeMap<Vec<(SymbolId, Vec<usize>)>, Number>;

/// Entries in order, equal products joined, zeros left out.
fn normal(sum: impl IntoIterator<Item = Monomial>) -> Normal {
    let mut normal = Normal::new();
    for Monomial { coefficient, mut entries } in sum {
        entries.sort();
        let known = normal.entry(entries).or_insert(Number::ZERO);
        *known = known.plus(coefficient);
    }
    normal.retain(|_, coefficient| !coefficient.is_zero());
    normal
}

/// `Σ dL/dY[i,j] dY[i,j]/dX[0,0]`, or the change alone where the value is the objective.
fn paired(found: &Explicit, upstream: Option<SymbolId>) -> Polynomial {
    let mut sum = Polynomial::new();
    for (number, change) in found.changes.iter().enumerate() {
        for one in change {
            let mut entries = one.entries.clone();
            entries.extend(upstream.map(|g| (g, places(number, &found.shape))));
            sum.push(Monomial { coefficient: one.coefficient, entries });
        }
    }
    sum
}

/// The symbol of the gradient that arrives at the statement.
fn upstream(answer: &Answer, used: &UseExplanation) -> Option<SymbolId> {
    let arena = answer.derivation.arena();
    arena.as_symbol(used.upstream).filter(|&s| matches!(arena.info(s).kind, SymbolKind::Gradient(..)))
}

/// Euler's theorem: every product of entries, times how often `X` stands in it, is the sum of its changes with each entry of `X` times that
/// entry. So all sums that are written out are compared, not the first alone.
fn euler(found: &Explicit, of: SymbolId, upstream: Option<SymbolId>, program: &str) {
    let changes = found.paired.iter().enumerate().flat_map(|(number, sum)| {
        let place = (of, places(number, &found.own));
        sum.iter().map(move |m| Monomial { coefficient: m.coefficient, entries: [m.entries.clone(), vec![place.clone()]].concat() })
    });
    let degrees = found.value.iter().enumerate().flat_map(|(number, sum)| {
        let arrives = upstream.map(|g| (g, places(number, &found.shape)));
        sum.iter().map(move |m| {
            let degree = m.entries.iter().filter(|(symbol, _)| *symbol == of).count();
            let entries = m.entries.iter().cloned().chain(arrives.clone()).collect();
            Monomial { coefficient: m.coefficient.times(Number::integer(degree as i64)), entries }
        })
    });
    assert_eq!(normal(changes), normal(degrees), "{program}");
}

fn check(program: &str) -> usize {
    let answer = answer(program, &Options::default()).unwrap_or_else(|wrong| panic!("{program}: {wrong:#?}"));
    let mut checked = 0;
    for (gradient, explanation) in answer.derivation.gradients.iter().zip(&answer.explanations) {
        let Explanation::Uses(uses) = explanation else { continue };
        for used in uses {
            let small = ["n", "d", "m", "k"].map(|name| (name.to_string(), 2));
            let written = explicit(&answer.derivation, gradient.of, used, &[]);
            let Ok(found) = written.or_else(|_| explicit(&answer.derivation, gradient.of, used, &small)) else { continue };
            if let Some(own) = &found.gradient {
                let wanted = normal(paired(&found, upstream(&answer, used)));
                let name = &answer.derivation.arena().info(gradient.of).name;
                assert_eq!(normal(own.clone()), wanted, "{program}: d/d{name}");
                // the first of all the sums that are written out is that one
                if let Some(first) = found.paired.first() {
                    assert_eq!(normal(first.clone()), wanted, "{program}: d/d{name}");
                    let entries: usize = found.own.iter().product();
                    assert_eq!(found.paired.len(), entries, "{program}: d/d{name}");
                    euler(&found, gradient.of, upstream(&answer, used), program);
                }
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn gradients_say_what_statements_say() {
    for (program, uses) in [
        ("Y = X @ W", 2),
        ("X: (d,); W: (d, m); Y = X @ W", 2),
        ("X: (n, d); W: (m, d); Y = X @ W.T", 2),
        ("Y = X @ W + b", 3),
        ("f = x @ A @ x", 1),
        ("Y = A @ X @ B @ X @ C", 4),
        ("Y = A @ (X * B) @ C", 4),
        ("Z = X @ W; Y = Z * X; L = sum(Y)", 5),
        ("f = trace(A @ X @ B)", 3),
        ("Y = outer(x, y)", 2),
        ("X: (n, d); c: (n,); Y = X * c[:, None]", 2),
        ("X: (n, d); y = sum(X, axis=1)", 1),
        ("Y = einsum('ij,jk->ik', A, B)", 2),
        ("Y = einsum('ii->i', A)", 1),
        ("Y = diag(x) @ A", 2),
        ("A: (b, n, d); B: (d, m); Y = A @ B", 2),
        ("Y = 2 * X - X.T @ B", 2),
        ("X: (n, 1); Y: (n, m); Z = X * Y", 2),
        ("X: (n, d); Y = X - mean(X, axis=1, keepdims=True)", 1),
        ("X: (n, d); y = sum(X) / n", 1),
    ] {
        assert_eq!(check(program), uses, "{program}: how many index lines were compared");
    }
}
