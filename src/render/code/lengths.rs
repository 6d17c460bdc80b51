//! Lengths, read from the shapes of inputs.

use crate::expr::Arena;
use crate::shape::{Dim, Shape};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Inputs as Python knows them.
pub(super) type Inputs = [(Shape, String)];

/// The lines that read the lengths that are used, and the names of those that no shape reveals.
pub(super) fn reveal(
    arena: &Arena,
    inputs: &Inputs,
    used: &BTreeSet<String>,
    names: &FxHashMap<String, String>,
) -> (Vec<String>, Vec<String>) {
    let mut dims = arena.dims.clone();
    let alone = |dim: Dim| {
        let name = arena.dims.show(dim);
        (arena.dims.find(&name) == Some(dim)).then_some(name)
    };
    let python = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.into());
    let mut known: BTreeSet<String> = inputs.iter().flat_map(|(shape, _)| shape.iter().filter_map(|&dim| alone(dim))).collect();
    let mut used = used.clone();
    let mut solved: Vec<String> = Vec::new();
    let axes: Vec<(Dim, String)> = inputs
        .iter()
        .flat_map(|(shape, name)| shape.iter().enumerate().map(move |(k, &dim)| (dim, format!("{name}.shape[{k}]"))))
        .collect();
    let mut missing: Vec<String> = used.iter().filter(|name| !known.contains(*name)).cloned().collect();
    // one that is solved for may help the next
    while let Some((at, line, needs)) = missing.iter().enumerate().find_map(|(at, name)| {
        axes.iter().find_map(|(dim, text)| {
            let (factor, rest) = dims.solve(*dim, name)?;
            let needs: Vec<String> = [factor, rest].iter().flat_map(|&d| dims.names_in(d).map(String::from).collect::<Vec<_>>()).collect();
            let show = |dim: Dim| match dims.show_as(dim, &python) {
                text if text.contains([' ', '*']) => format!("({text})"),
                text => text,
            };
            let difference = if dims.as_integer(rest) == Some(0) { text.clone() } else { format!("{text} - {}", show(rest)) };
            let quotient = match (factor == Dim::ONE, difference.contains(' ')) {
                (true, _) => difference,
                (_, true) => format!("({difference}) // {}", show(factor)),
                _ => format!("{difference} // {}", show(factor)),
            };
            needs.iter().all(|n| known.contains(n)).then(|| (at, format!("{} = {quotient}", python(name)), needs))
        })
    }) {
        known.insert(missing.remove(at));
        used.extend(needs);
        solved.push(line);
    }
    let mut lines = Vec::new();
    let mut read: BTreeSet<String> = BTreeSet::new();
    for (shape, input) in inputs {
        let axes: Vec<Option<String>> = shape.iter().map(|&dim| alone(dim).filter(|name| used.contains(name))).collect();
        let fresh: Vec<&String> = axes.iter().flatten().filter(|name| !read.contains(*name)).collect();
        let distinct = fresh.iter().collect::<BTreeSet<_>>().len() == shape.len();
        if distinct && shape.len() > 1 {
            lines.push(format!("{} = {input}.shape", fresh.iter().map(|name| python(name)).collect::<Vec<_>>().join(", ")));
            read.extend(axes.into_iter().flatten());
            continue;
        }
        for (axis, name) in axes.into_iter().enumerate().filter_map(|(axis, name)| Some((axis, name?))) {
            if read.insert(name.clone()) {
                lines.push(format!("{} = {input}.shape[{axis}]", python(&name)));
            }
        }
    }
    lines.extend(solved);
    (lines, missing)
}
