//! Jacobians, Hessians and Hessian-vector products as Python.

use super::check::second_script;
use super::inert::Inert;
use super::target::Target;
use super::{Module, assemble, block, lengths};
use crate::answer::Derivatives;
use crate::expr::{Id, SymbolId};
use crate::shape::Dim;
use std::collections::BTreeSet;

/// What a module computes beside `forward`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The derivative of the output by each input.
    Jacobian,
    /// The second derivative of a scalar by each pair of inputs.
    Hessian,
    /// The Hessian times a direction.
    Hvp,
}

impl Of {
    /// All of them.
    pub const ALL: [Of; 3] = [Of::Jacobian, Of::Hessian, Of::Hvp];

    /// The name of its function.
    pub fn name(self) -> &'static str {
        match self {
            Of::Jacobian => "jacobian",
            Of::Hessian => "hessian",
            Of::Hvp => "hvp",
        }
    }
}

/// A module with `forward` and one of the functions.
///
/// ```
/// use pullback::{answer::{self, Higher}, render::code::{self, Of, Target}};
/// let found = answer::hessian("f = x @ A @ x", &Default::default(), &Higher { unread: true, ..Higher::default() }).unwrap();
/// let module = code::derivatives(found, Of::Hessian, Target::find("numpy").unwrap());
/// assert!(module.contains("def hessian(x, A):") && module.contains("A + A.T"));
/// ```
pub fn derivatives(found: Derivatives, of: Of, target: &'static Target) -> String {
    let directions = found.directions.clone();
    let (answer, named) = found.named();
    let extra: Vec<(SymbolId, Id)> = named.iter().map(|(symbol, value, _)| (*symbol, *value)).collect();
    let mut module = Module::with(&answer, target, extra);
    let vector = module.names.take("v");
    for &(_, direction) in &directions {
        let name = module.names.take(&answer.derivation.arena().info(direction).name);
        module.variables.insert(direction, name);
    }
    let wanted: Vec<SymbolId> = named.iter().map(|(symbol, ..)| *symbol).collect();
    let (forward, body) = (module.forward(), module.body(&wanted));
    // NumPy has nothing to compare second derivatives with but the gradient
    let backward = (of != Of::Jacobian && target.name == "numpy").then(|| module.backward());
    let used: BTreeSet<String> =
        [Some(&forward), Some(&body), backward.as_ref()].into_iter().flatten().flat_map(|b| b.used.iter().cloned()).collect();
    let (_, missing) = lengths::reveal(module.arena(), &module.shapes, &used, &module.lengths);
    let mut functions = vec![module.function("forward", &forward, &missing)];
    functions.extend(backward.map(|backward| module.function("backward", &backward, &missing)));
    let mut parameters: Vec<&str> = module.inputs();
    if of == Of::Hvp {
        parameters.push(&vector);
    }
    if !missing.is_empty() {
        parameters.push("*");
        parameters.extend(missing.iter().map(|name| module.lengths[name].as_str()));
    }
    let arena = module.arena();
    let (read, _) = lengths::reveal(arena, &module.shapes, &body.used, &module.lengths);
    let mut text = format!("def {}({}):\n    \"\"\"{}\"\"\"\n", of.name(), parameters.join(", "), sentence(&module, of, &named));
    read.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    let leaves: BTreeSet<SymbolId> =
        arena.reachable(&named.iter().map(|n| n.1).collect::<Vec<_>>()).into_iter().filter_map(|id| arena.as_symbol(id)).collect();
    for (input, direction) in directions.iter().filter(|(_, direction)| leaves.contains(direction)) {
        text.push_str(&format!("    {} = {vector}[{}]\n", module.variables[direction], module.key(*input)));
    }
    text += &block(&body.lines, 4);
    let entry = |(symbol, _, keys): &(SymbolId, Id, Vec<SymbolId>)| {
        let keys: Vec<String> = keys.iter().map(|key| module.key(*key)).collect();
        let key = if let [one] = keys.as_slice() { one.clone() } else { format!("({})", keys.join(", ")) };
        format!("{key}: {}", module.variables[symbol])
    };
    let entries: Vec<String> = named.iter().map(entry).collect();
    let line = format!("    return {{{}}}\n", entries.join(", "));
    text +=
        &if line.len() <= super::MAX_WIDTH { line } else { format!("    return {{\n        {},\n    }}\n", entries.join(",\n        ")) };
    functions.push(text);
    let body = module.defined() + &functions.join("\n\n") + &second_script(&module, &missing, of);
    let purpose = format!("forward and {} as pullback derives them; run as a script, this file checks {}", of.name(), of.name());
    assemble(&answer, target, &purpose, &body)
}

/// The shapes of what comes out, and how much room explicit second derivatives take, before they are made.
fn sentence(module: &Module, of: Of, named: &[(SymbolId, Id, Vec<SymbolId>)]) -> String {
    let arena = module.arena();
    let shape = |id: Id| {
        let sides: Vec<String> = arena.shape(id).iter().map(|&dim| arena.dims.show(dim)).collect();
        if let [one] = sides.as_slice() { format!("({one},)") } else { format!("({})", sides.join(", ")) }
    };
    let entry = |(_, value, keys): &(SymbolId, Id, Vec<SymbolId>)| {
        let keys: Vec<&str> = keys.iter().map(|key| &*arena.info(*key).name).collect();
        format!("{}: {}", keys.join(", "), shape(*value))
    };
    let entries: Vec<String> = named.iter().map(entry).collect();
    let text = Inert::quoted(&entries.join("; "));
    if of == Of::Hvp {
        return format!("The Hessian times v, a dictionary of directions; by input: {text}");
    }
    let size = |id: Id| {
        let sides: Vec<String> = arena.shape(id).iter().filter(|dim| **dim != Dim::ONE).map(|&dim| side(&arena.dims.show(dim))).collect();
        if sides.is_empty() { "1".into() } else { sides.join("*") }
    };
    let sizes: Vec<String> = named.iter().map(|(_, value, _)| size(*value)).collect();
    format!(
        "By input{}: {text}\n\n    Memory, in numbers: {}\n    ",
        if of == Of::Hessian { "s" } else { "" },
        Inert::quoted(&sizes.join(" + "))
    )
}

fn side(text: &str) -> String {
    if text.contains(' ') { format!("({text})") } else { text.into() }
}
