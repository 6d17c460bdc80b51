//! A gradient, and all that is known of it.

use super::Ordered;
use super::flops::flops;
use super::reading::sentence;
use super::step::{Step, steps};
use super::symbol::lengths;
use crate::answer::{Answer, Explanation};
use crate::derive::{Arrangement, Arrangements, Derivation, Gradient, Outcome, UseExplanation, explain};
use crate::expr::{Arena, Id, Symbol, SymbolId, SymbolKind};
use crate::formula::{Charset, Token, factor, formula, spell, text};
use crate::render::latex::latex;
use crate::shape::Dims;
use rustc_hash::{FxHashMap, FxHashSet};

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
    ranks: FxHashMap<Box<str>, usize>,
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
    let mut derived = Ordered::default();
    let mut known = Known::new(answer.derivation.arena());
    for place in 0..answer.derivation.gradients.len() {
        let gradient = answer.derivation.gradients[place].clone();
        if !gradient.wanted {
            continue;
        }
        let uses = match answer.explanations.get(place) {
            Some(Explanation::Uses(uses)) => uses.clone(),
            // a reader of screens looks above; a program wants each gradient whole
            Some(Explanation::Like(_)) => explain(&mut answer.derivation, &gradient, None).unwrap_or_default(),
            _ => Vec::new(),
        };
        let name = answer.derivation.arena().info(gradient.of).name.to_string();
        derived.0.push((name, one(&answer.derivation, &mut known, &gradient, &uses)));
    }
    (derived, intermediates(&answer.derivation, &mut known))
}

fn one(d: &Derivation, known: &mut Known, gradient: &Gradient, uses: &[UseExplanation]) -> Derived {
    let Between { shape, expr, latex, flops } = between(d, known, gradient);
    let arrangements = uses.iter().flat_map(|u| &u.arrangements).flat_map(|a| arranged(d, a)).collect();
    let own = spell(&[crate::formula::symbol(d.arena(), gradient.symbol)], Charset::Ascii);
    let mut reading: Vec<String> = Vec::new();
    for explained in uses {
        let value = &d.arena().info(d.model.statements[explained.statement].symbol).name;
        let above = format!("d{}/d{value}", d.model.objective);
        let sentences = explained.readings.iter().map(|r| sentence(d.arena(), r, gradient.of, &above, &own));
        sentences.for_each(|s| {
            if !reading.contains(&s) {
                reading.push(s)
            }
        });
    }
    Derived { shape, expr, latex, steps: steps(d, gradient, uses), arrangements, reading, flops }
}

/// The formula without gradients of assigned variables where that is short, else with them.
fn best(gradient: &Gradient) -> Id {
    gradient.closed.unwrap_or(gradient.value)
}

fn between(d: &Derivation, known: &mut Known, gradient: &Gradient) -> Between {
    let arena = d.arena();
    let value = best(gradient);
    let rank = |name: &str| known.ranks.get(name).copied();
    let latex = latex(&formula(arena, value), &rank);
    Between {
        shape: lengths(arena, &arena.info(gradient.of).shape),
        expr: text(arena, value, Charset::Ascii),
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
        needed.extend(leaves.filter(|&s| s != gradient.symbol && matches!(d.arena().info(s).kind, SymbolKind::Gradient(..))));
    }
    let given = |g: &&Gradient| !g.wanted && needed.contains(&g.symbol) && d.arena().as_symbol(best(g)) != Some(g.symbol);
    Ordered(d.gradients.iter().filter(given).map(|g| (d.arena().info(g.of).name.to_string(), between(d, known, g))).collect())
}

fn arranged(d: &Derivation, found: &Arrangements) -> Vec<Arranged> {
    let arena = d.arena();
    let product = |a: &Arrangement| -> String {
        let mut tokens: Vec<Token> = Vec::new();
        if a.outer {
            tokens.extend([Token::Function("outer".into()), Token::Mark("(")]);
        }
        for (place, &(which, turned)) in a.order.iter().enumerate() {
            if place > 0 {
                tokens.push(if a.outer { Token::Mark(",") } else { Token::Operator("@") });
            }
            tokens.extend(if turned { transposed(d, found.factors[which]) } else { factor(arena, found.factors[which]) });
        }
        if a.outer {
            tokens.push(Token::Mark(")"));
        }
        spell(&tokens, Charset::Ascii)
    };
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

/// A factor with its transpose mark: a leaf, a call or what stands in brackets takes it as it is.
fn transposed(d: &Derivation, id: Id) -> Vec<Token> {
    let arena = d.arena();
    let mut tokens = formula(arena, id);
    let leaf = arena.args(id).is_empty();
    let call = matches!(tokens.first(), Some(Token::Function(_))) && closes_last(&tokens);
    if !leaf && !call {
        tokens.insert(0, Token::Mark("("));
        tokens.push(Token::Mark(")"));
    }
    tokens.push(Token::Transpose { batch: arena.shape(id).len() > 2 });
    tokens
}

/// Whether the first bracket closes with the last token.
fn closes_last(tokens: &[Token]) -> bool {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark("(") => depth += 1,
            Token::Mark(")") => {
                depth -= 1;
                if depth == 0 {
                    return place + 1 == tokens.len();
                }
            }
            _ => {}
        }
    }
    false
}
