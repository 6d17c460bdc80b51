//! The names of a program, those that it lacks, and what a name alone tells.

use crate::diagnostic::Span;
use crate::error::ShapeError;
use crate::ops::Fault;
use crate::syntax::{Dialect, Kind, Line, Node, Program};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::sync::Arc;

/// The names of a program, before anything is known of their values.
pub(super) struct Names {
    /// Assigned names with their places.
    pub(super) assigned: FxHashMap<Arc<str>, Span>,
    /// Declared names with their places.
    pub(super) declared: FxHashMap<Arc<str>, Span>,
    /// Names of dimensions in declarations.
    pub(super) dimensions: FxHashSet<Arc<str>>,
    /// Dimensions that statements mention by their names: their lengths are meant.
    pub(super) lengths: FxHashSet<Arc<str>>,
    /// Every name that is taken in any way.
    pub(super) taken: FxHashSet<Arc<str>>,
    /// For a name the generator was last asked about: how far it got.
    counters: FxHashMap<Arc<str>, usize>,
}

impl Names {
    pub(super) fn collect(program: &Program) -> Result<Names, Fault> {
        let mut names = Names {
            assigned: FxHashMap::with_capacity_and_hasher(program.lines.len(), FxBuildHasher),
            declared: FxHashMap::default(),
            dimensions: FxHashSet::default(),
            lengths: FxHashSet::default(),
            taken: FxHashSet::with_capacity_and_hasher(program.names(), FxBuildHasher),
            counters: FxHashMap::default(),
        };
        // claims speak of lengths by the names that these are about to get
        let mut start = 0;
        for line in &program.lines {
            if let Line::Claim(claim) = line {
                let (first, behind) = (claim.first.0 as usize, claim.value.0 as usize + 1);
                names.taken.extend(program.nodes[start.min(first)..first].iter().filter_map(Node::name).cloned());
                start = behind;
            }
        }
        names.taken.extend(program.nodes[start..].iter().filter_map(Node::name).cloned());
        for declaration in program.declarations() {
            for name in &declaration.names {
                if let Some(&first) = names.declared.get(&name.text) {
                    let error = ShapeError::DeclaredTwice { name: name.text.to_string(), first, second: name.span };
                    return Err(Box::new(error));
                }
                names.declared.insert(name.text.clone(), name.span);
                names.taken.insert(name.text.clone());
            }
            let mut stack = declaration.shape.clone();
            while let Some(node) = stack.pop() {
                match program.node(node) {
                    Node::Name(name) => drop(names.dimensions.insert(name.clone())),
                    Node::Binary(_, x, y) => stack.extend([*x, *y]),
                    _ => {}
                }
            }
        }
        for statement in program.statements() {
            let used = program.nodes[statement.first.0 as usize..=statement.value.0 as usize].iter().filter_map(Node::name);
            names.lengths.extend(used.filter(|name| names.dimensions.contains(*name)).cloned());
            names.taken.extend(statement.targets.iter().map(|target| target.text.clone()));
        }
        for statement in program.statements() {
            for target in &statement.targets {
                let name = target.text.to_string();
                if let Some(&first) = names.assigned.get(&target.text) {
                    let free = names.free(&target.text);
                    return Err(Box::new(ShapeError::AssignedTwice { name, first, second: target.span, free }));
                }
                if let Some(&used) = names.declared.get(&target.text) {
                    let free = names.free(&target.text);
                    return Err(Box::new(ShapeError::InputAssigned { name, used, assigned: target.span, free }));
                }
                names.assigned.insert(target.text.clone(), target.span);
            }
        }
        Ok(names)
    }

    /// `base2`, `base3`, ..., whichever is first free.
    pub(super) fn free(&mut self, base: &str) -> String {
        let mut count = self.counters.get(base).copied().unwrap_or(1);
        let name = loop {
            count += 1;
            let name = format!("{base}{count}");
            if !self.taken.contains(name.as_str()) {
                break name;
            }
        };
        self.counters.insert(base.into(), count);
        self.taken.insert(name.as_str().into());
        name
    }
}

/// Readable names for lengths that nothing names: `n, d, m, k, p, q, ...`, then `n2, d2, ...`.
#[derive(Default)]
pub(super) struct Letters {
    count: usize,
}

impl Letters {
    pub(super) fn next(&mut self, names: &Names) -> String {
        const ORDER: [&str; 12] = ["n", "d", "m", "k", "p", "q", "r", "s", "t", "u", "v", "w"];
        loop {
            let (letter, round) = (ORDER[self.count % ORDER.len()], self.count / ORDER.len());
            self.count += 1;
            let name = if round == 0 { letter.to_string() } else { format!("{letter}{}", round + 1) };
            if !names.taken.contains(name.as_str()) && !names.dimensions.contains(name.as_str()) {
                return name;
            }
        }
    }
}

/// What an undeclared name stands for, with the reason: a Greek one is a scalar, of every other the dialect decides by its initial.
pub(super) fn by_name(name: &str, dialect: Dialect) -> (Kind, &'static str) {
    // `lambda` is a word of Python, so people write `lam`; `eps` is what keeps a quotient finite
    const GREEK: [&str; 27] = [
        "lam",
        "eps",
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
    ];
    let initial = name.chars().next().unwrap_or('x');
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    if matches!(initial, 'α'..='ω' | 'Α'..='Ω' | 'ϑ' | 'ϕ' | 'ϵ') || GREEK.contains(&word) {
        (Kind::Scalar, "scalar: a Greek letter")
    } else {
        dialect.named(initial)
    }
}
