//! A gradient, and all that is known of it.

use super::Ordered;
use super::flops::flops;
use super::step::{Step, steps};
use super::symbol::lengths;
use crate::answer::{Answer, Explanation};
use crate::derive::{Arrangement, Arrangements, Derivation, Gradient, Outcome, UseExplanation, explain, in_common_terms};
use crate::expr::{Arena, Id, Symbol, SymbolId, SymbolKind};
use crate::formula::{Charset, formula, spell, text_for};
use crate::page::{Pen, reading::sentences};
use crate::render::document::spoken;
use crate::render::latex::latex;
use crate::shape::Dims;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The factors of a gradient in one order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Arranged {
    /// The product.
    pub expr: String,
    /// Whether it has the gradient's shape.
    pub fits: bool,
    /// Why not; empty where it fits.
    pub why: String,
}

/// The gradient of an assigned variable.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Between {
    /// One length an axis.
    pub shape: Vec<String>,
    /// ASCII text that the tool reads again.
    pub expr: String,
    /// The same for LaTeX's math mode.
    pub latex: String,
    /// The arithmetic that `expr` takes.
    pub flops: String,
}

/// The gradient of an input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Derived {
    /// One length an axis.
    pub shape: Vec<String>,
    /// ASCII text that the tool reads again.
    pub expr: String,
    /// The same for LaTeX's math mode.
    pub latex: String,
    /// How it was found.
    pub steps: Vec<Step>,
    /// The products of its factors in all orders, where it is such a product.
    pub arrangements: Vec<Arranged>,
    /// What it means.
    pub reading: Vec<String>,
    /// The arithmetic that `expr` takes.
    pub flops: String,
}

/// What is looked up for every gradient.
struct Known {
    ranks: FxHashMap<Arc<str>, usize>,
    dims: Dims,
}

impl Known {
    fn new(arena: &Arena) -> Self {
        let named = |symbol: &&Symbol| matches!(symbol.kind, SymbolKind::Input | SymbolKind::Intermediate);
        let ranks = arena.symbols.iter().filter(named).map(|s| (s.name.clone(), s.shape.len())).collect();
        Known { ranks, dims: arena.dims.clone() }
    }
}

/// The gradients that were asked for, and those of assigned variables that stand in them.
pub(super) fn gradients(answer: &mut Answer) -> (Ordered<Derived>, Ordered<Between>) {
    let wanted: Vec<usize> = (0..answer.derivation.gradients.len()).filter(|&k| answer.derivation.gradients[k].wanted).collect();
    let mut uses: Vec<Vec<UseExplanation>> = Vec::with_capacity(wanted.len());
    for &place in &wanted {
        uses.push(match answer.explanations.get(place) {
            Some(Explanation::Uses(uses)) => uses.clone(),
            // a reader of screens looks above; a program wants each gradient whole
            Some(Explanation::Like(_)) => {
                let gradient = answer.derivation.gradients[place].clone();
                explain(&mut answer.derivation, &gradient, None).unwrap_or_default()
            }
            _ => Vec::new(),
        });
    }
    let d = &answer.derivation;
    let pen = Pen::new(d.arena());
    let mut known = Known::new(d.arena());
    let named = |(&place, uses): (&usize, &Vec<UseExplanation>)| {
        let gradient = &d.gradients[place];
        (d.arena().info(gradient.of).name.to_string(), one(&pen, d, &mut known, gradient, uses))
    };
    let derived = Ordered(wanted.iter().zip(&uses).map(named).collect());
    (derived, intermediates(d, &mut known))
}

fn one(pen: &Pen, d: &Derivation, known: &mut Known, gradient: &Gradient, uses: &[UseExplanation]) -> Derived {
    let Between { shape, expr, latex, flops } = between(d, known, gradient);
    let arrangements = uses.iter().flat_map(|u| &u.arrangements).flat_map(|a| arranged(pen, a)).collect();
    let reading = sentences(pen, gradient, uses, |_| true).iter().map(|line| spoken(line, Charset::Ascii)).collect();
    Derived { shape, expr, latex, steps: steps(d, gradient, uses), arrangements, reading, flops }
}

/// The formula without gradients of assigned variables where that is short, else with them; in convolutions rather than windows.
fn best(gradient: &Gradient) -> Id {
    gradient.convolved.or(gradient.closed).unwrap_or(gradient.value)
}

fn between(d: &Derivation, known: &mut Known, gradient: &Gradient) -> Between {
    let arena = d.arena();
    let value = best(gradient);
    let rank = |name: &str| known.ranks.get(name).copied();
    let latex = latex(&formula(arena, value), &rank);
    // other programs read this one: it speaks of nothing that they do not know
    let common = in_common_terms(arena, value);
    let (written, root) = common.as_ref().map_or((arena, value), |(arena, id)| (arena, *id));
    Between {
        shape: lengths(arena, &arena.info(gradient.of).shape),
        expr: text_for(written, root, Charset::Ascii, d.model.dialect),
        latex,
        flops: flops(arena, &mut known.dims, value),
    }
}

/// The gradients of assigned variables that the wanted ones refer to, directly or through each other. The upstream gradient is given.
fn intermediates(d: &Derivation, known: &mut Known) -> Ordered<Between> {
    let mut needed: FxHashSet<SymbolId> = FxHashSet::default();
    // those of inputs are found last, and each refers only to gradients that were found before it
    for gradient in d.gradients.iter().rev() {
        if !gradient.wanted && !needed.contains(&gradient.symbol) {
            continue;
        }
        let leaves = d.arena().reachable(&[best(gradient)]).into_iter().filter_map(|id| d.arena().as_symbol(id));
        needed.extend(leaves.filter(|&s| s != gradient.symbol && d.arena().info(s).is_gradient()));
    }
    let given = |g: &&Gradient| !g.wanted && needed.contains(&g.symbol) && d.arena().as_symbol(best(g)) != Some(g.symbol);
    Ordered(d.gradients.iter().filter(given).map(|g| (d.arena().info(g.of).name.to_string(), between(d, known, g))).collect())
}

fn arranged(pen: &Pen, found: &Arrangements) -> Vec<Arranged> {
    let arena = pen.arena;
    let product = |a: &Arrangement| spell(&crate::page::product(pen, found, a), Charset::Ascii);
    let why = |outcome: &Outcome| match outcome {
        Outcome::Fits => String::new(),
        Outcome::Joint(one, two) => format!("{} ≠ {}", arena.dims.show(*one), arena.dims.show(*two)),
        Outcome::Gives(shape) => match lengths(arena, shape).as_slice() {
            [one] => format!("gives ({one},)"),
            sides => format!("gives ({})", sides.join(", ")),
        },
    };
    found.all.iter().map(|a| Arranged { expr: product(a), fits: a.fits(), why: why(&a.outcome) }).collect()
}
