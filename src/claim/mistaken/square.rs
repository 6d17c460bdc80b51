//! A claim whose shapes clash, looked at where all lengths are equal: there it has a value.

use super::steps::{Edge, Ways};
use super::{Findings, Instead, findings, step};
use crate::claim::read;
use crate::claim::subject::{Case, Options};
use crate::derive::{Derivation, derive};
use crate::diagnostic::Span;
use crate::expr::SymbolId;
use crate::formula::{self, Charset};
use crate::numeric::{Agreement, Sample};
use crate::shape::{Dim, Lengths, infer};
use crate::syntax::{Line, parse_in};
use std::fmt::Write;

/// What is found of the claim typed at `claim` about the variable `of` when every length has the same name; nothing where the program
/// makes no sense then.
pub(in crate::claim) fn squared(case: &mut Case, source: &str, claim: Span, of: SymbolId, options: &Options) -> Option<Findings> {
    let d = &case.derivation;
    let mut text = String::new();
    for &input in &d.model.inputs {
        let info = d.arena().info(input);
        let length = |dim: &Dim| if d.arena().dims.names_in(*dim).next().is_some() { "n".into() } else { d.arena().dims.show(*dim) };
        let lengths: Vec<String> = info.shape.iter().map(length).collect();
        let properties: String = info.properties.iter().filter(|p| &***p != "index").map(|p| format!(" {p}")).collect();
        let _ = writeln!(text, "{}: ({}{}){properties}", info.name, lengths.join(", "), if lengths.len() == 1 { "," } else { "" });
    }
    for statement in d.model.statements.iter().filter(|s| !s.made) {
        let _ = writeln!(text, "{}", statement.span.slice(source));
    }
    let _ = writeln!(text, "{}", claim.slice(source));
    let program = parse_in(&text, options.dialect).ok()?;
    let typed = program.lines.iter().find_map(|line| if let Line::Claim(claim) = line { Some(claim) } else { None })?;
    let model = infer(&program, &text, Lengths::Declared).ok()?;
    let name = d.arena().info(of).name.clone();
    let inputs = model.inputs.iter().filter(|s| !model.arena.info(**s).has("index"));
    let names: Vec<String> = inputs.map(|&s| model.arena.info(s).name.to_string()).collect();
    let derivation = derive(model, Some(&names)).ok()?;
    let samples = Sample::several(&derivation, &[]);
    let agreement = Agreement { ..case.agreement.clone() };
    let mut square =
        Case { derivation, agreement, samples, exact: Default::default(), given: vec![], lengths: vec![], more: vec![], gradient_of: None };
    let of = square.derivation.find(&name)?;
    let scope = read::scope(&mut square);
    let rank = square.derivation.arena().info(of).shape.len();
    let place = (typed.first, typed.value);
    let claimed = read::typed(&mut square.derivation.algebra.arena, &scope, &program, place, &text, rank).ok()?;
    let mut found = findings(&mut square, of, claimed, &mut |_, _| false);
    // its nodes are those of another program
    found.left_at = found.left_at.and_then(|left| {
        let text = |d: &Derivation, id| formula::text(d.arena(), id, Charset::Ascii);
        let there = (text(&square.derivation, left.node), text(&square.derivation, left.to));
        let of = case.derivation.find(&name)?;
        let ways = Ways::new(&mut case.derivation, of)?;
        let d = &case.derivation;
        let alike = |e: &&Edge| e.statement == left.statement && (text(d, e.contribution.user), text(d, e.to)) == there;
        ways.edges.iter().find(alike).map(|edge| step(edge, Instead::Unknown))
    });
    Some(found)
}
