//! Names for what would be written out again and again in the gradients of a program.

use super::reverse::Gradient;
use crate::expr::{Arena, Id, Op};
use crate::formula::abridged;
use crate::limits::{MAX_ABRIDGED_NODES, MAX_ABRIDGEMENTS};
use rustc_hash::{FxHashMap, FxHashSet};

/// How many tokens a name must save within one formula.
const SAVED: usize = 4;
/// How long what stands in several formulas, once in each, must be.
const LONG: usize = 12;
/// How many tokens a name must save there.
const SAVED_AMONG: usize = 14;

/// The parts that get a name, those first that others are made of.
pub(super) fn abridge(arena: &Arena, gradients: &[Gradient], objective: &str) -> Vec<(Id, String)> {
    let mut names: Vec<(Id, String)> = Vec::new();
    let values: Vec<Id> = gradients.iter().map(|g| g.value).collect();
    if arena.reachable(&values).len() > MAX_ABRIDGED_NODES {
        return names;
    }
    // the same gradient with everything put in is no other formula
    let closed = gradients.iter().filter_map(|g| g.put_in(arena)).map(|root| (root, false));
    let mut texts: Vec<(Id, bool)> = values.iter().map(|&root| (root, true)).chain(closed).collect();
    // what is a gradient as a whole has that one's name
    let mut named: FxHashSet<Id> = values.into_iter().collect();
    while names.len() < MAX_ABRIDGEMENTS {
        // in how many places of one formula, and of all
        let mut places: FxHashMap<Id, (usize, usize)> = FxHashMap::default();
        for &(root, own) in &texts {
            for (id, times) in count(arena, root, &names) {
                let (within, all) = places.entry(id).or_default();
                *within = times.max(*within);
                *all += if own { times } else { 0 };
            }
        }
        let best = places.into_iter().filter_map(|(id, (within, all))| {
            let free = within.max(all) > 1 && may_have_a_name(arena, id) && !named.contains(&id);
            let size = if free { abridged(arena, id, &names).len() } else { 0 };
            // a sum of two names is as easily read as a name
            if size < 4 && !(size == 3 && matches!(arena.op(id), Op::MatMul)) {
                return None;
            }
            let saves = (within.max(1) - 1) * (size - 1) >= SAVED || size >= LONG && all.saturating_sub(1) * (size - 1) >= SAVED_AMONG;
            saves.then(|| ((within.max(all) - 1) * (size - 1), id))
        });
        let Some((_, id)) = best.max() else { break };
        let name = fresh(arena, id, objective, &names);
        names.push((id, name));
        named.insert(id);
        texts.push((id, true));
    }
    names.sort_unstable_by_key(|n| n.0);
    names
}

/// How often each part is written in the formula of `root`, where what has a name is not written out.
fn count(arena: &Arena, root: Id, names: &[(Id, String)]) -> FxHashMap<Id, usize> {
    let mut counts: FxHashMap<Id, usize> = FxHashMap::default();
    counts.insert(root, 1);
    for id in arena.reachable(&[root]).into_iter().rev() {
        let own = counts.get(&id).copied().unwrap_or(0);
        if own == 0 || id != root && names.iter().any(|n| n.0 == id) {
            continue;
        }
        for &arg in arena.args(id) {
            let known = counts.entry(arg).or_default();
            *known = known.saturating_add(own);
        }
    }
    counts
}

/// Whether a name for it would help: it is no leaf, and none of what is only a mark on something else.
fn may_have_a_name(arena: &Arena, id: Id) -> bool {
    match arena.op(id) {
        Op::Add(coefficients) => coefficients.len() > 1,
        // an inverse is as easily read as a name
        Op::Call(function, _) if function.entry().names[0] == "inv" => arena.as_symbol(arena.args(id)[0]).is_none(),
        // a sum may be written as a mean; of a power its base is named
        Op::Power(_) | Op::Permute(_) | Op::Unsqueeze(_) | Op::Squeeze(_) | Op::Broadcast(_) | Op::Sum { .. } => false,
        _ => !arena.args(id).is_empty(),
    }
}

/// A letter that reads well, and that nothing in the program is called.
fn fresh(arena: &Arena, id: Id, objective: &str, names: &[(Id, String)]) -> String {
    let first = match arena.op(id) {
        Op::Call(function, _) | Op::Apply(function) => match function.entry().names[0] {
            "softmax" | "sigmoid" => "P",
            "exp" => "E",
            _ => "H",
        },
        Op::MatMul => "Z",
        Op::Add(_) => "R",
        _ => "S",
    };
    let small = arena.shape(id).len() < 2;
    let letters = [first, "S", "H", "Z", "R", "P", "Q", "U", "V", "M", "A", "B", "C", "D", "F", "K"];
    let spelled = |letter: &str| if small { letter.to_lowercase() } else { letter.to_string() };
    let free = |name: &String| {
        let known = arena.symbols.iter().any(|s| *s.name == **name) || arena.dims.find(name).is_some();
        !known && name != objective && name != "e" && !names.iter().any(|n| n.1 == *name)
    };
    let numbered = (1..).map(|k| format!("{}{k}", spelled(first)));
    letters.into_iter().map(spelled).chain(numbered).find(free).unwrap_or_default()
}
