//! The steps that lead to a gradient.

use crate::derive::components::{Entry, named, write};
use crate::derive::{Components, Derivation, Gradient, UseExplanation};
use crate::expr::{Id, SymbolId};
use crate::formula::{Charset, spell, text};

/// One step, from one formula to the next. Formulas are ASCII.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What is applied: `chain rule`, or a rewriting rule such as `(A @ B)ᵀ = Bᵀ @ Aᵀ`.
    pub rule: String,
    /// `differential`, `transposition`, `components`, `rewrite` or `sum`.
    pub kind: &'static str,
    /// A sentence.
    pub text: String,
    /// The formula before.
    pub before: String,
    /// The formula after.
    pub after: String,
}

/// The steps of one gradient: for each statement that uses the variable its differential, the transposition, the rewriting rules and
/// the components, and at last the sum over all uses.
pub(super) fn steps(d: &Derivation, gradient: &Gradient, uses: &[UseExplanation]) -> Vec<Step> {
    let name = &d.arena().info(gradient.of).name;
    let objective = &d.model.objective;
    let shown = |id: Id| text(d.arena(), id, Charset::Ascii);
    let mut steps = Vec::new();
    for explained in uses {
        let statement = &d.model.statements[explained.statement];
        let value = &d.arena().info(statement.symbol).name;
        if let Some(differential) = explained.differential {
            let change = shown(differential);
            steps.push(Step {
                rule: "differential".into(),
                kind: "differential",
                text: format!("how {value} changes when only {name} does"),
                before: format!("{value} = {}", shown(statement.value)),
                after: format!("d{value} = {change}"),
            });
            steps.push(Step {
                rule: "chain rule".into(),
                kind: "transposition",
                text: format!("what multiplies d{name}, entry by entry, is the gradient"),
                before: if statement.symbol == d.model.output && d.model.scalar {
                    format!("d{objective} = {change}")
                } else {
                    format!("d{objective} = sum(d{objective}/d{value} * ({change}))")
                },
                after: format!("d{objective}/d{name} = {}", shown(explained.total)),
            });
        }
        for known in &explained.known {
            let call = shown(known.call);
            if let Some(definition) = known.definition {
                let (rule, text) = ("definition".to_string(), "by definition".to_string());
                steps.push(Step { rule, kind: "rewrite", text, before: call.clone(), after: shown(definition) });
            }
            if let Some(differential) = known.differential {
                let (rule, text) = ("differential of a function".to_string(), "how the function changes with its operand".to_string());
                steps.push(Step {
                    rule,
                    kind: "differential",
                    text,
                    before: call.clone(),
                    after: format!("d{call} = {}", shown(differential)),
                });
            }
        }
        for applied in &explained.rules {
            let (before, after) = (shown(applied.before), shown(applied.after));
            if !applied.rule.is_empty() && before != after {
                steps.push(Step { rule: applied.rule.into(), kind: "rewrite", text: applied.rule.into(), before, after });
            }
        }
        if let Some(components) = &explained.components {
            steps.push(by_components(d, statement.symbol, gradient, components));
        }
    }
    let places: Vec<Id> = uses.iter().flat_map(|u| u.contributions.iter().copied()).collect();
    if places.len() > 1 {
        steps.push(Step {
            rule: "product rule".into(),
            kind: "sum",
            text: format!("{name} stands in {} places: vary one at a time and add", places.len()),
            before: places.iter().map(|&id| format!("({})", shown(id))).collect::<Vec<_>>().join(" + "),
            after: shown(gradient.value),
        });
    }
    steps
}

fn by_components(d: &Derivation, value: SymbolId, gradient: &Gradient, components: &Components) -> Step {
    let arena = d.arena();
    let name = |id: SymbolId, indices: &[char]| {
        let entry = Entry { symbol: id, indices: indices.to_vec() };
        spell(&named(arena, &entry), Charset::Ascii)
    };
    let right = |terms| spell(&write(arena, terms), Charset::Ascii);
    Step {
        rule: "components".into(),
        kind: "components",
        text: format!("what multiplies d{} in the index line", name(gradient.of, &components.indices)),
        before: format!("{} = {}", name(value, &components.value_indices), right(&components.value)),
        after: format!("{} = {}", name(gradient.symbol, &components.indices), right(&components.gradient)),
    }
}
