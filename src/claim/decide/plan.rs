//! Which points are looked at: lengths, and manners of drawing.

use super::settled::{Looked, Question};
use crate::claim::subject::Case;
use crate::expr::{Id, Number, Op};
use crate::limits::{MAX_DECIDE_ENTRIES, MAX_DECIDE_WORK};
use crate::numeric::{Domain, Evaluator, Manner, Point, is_literal};
use rustc_hash::{FxHashMap, FxHashSet};

type Lengths = FxHashMap<String, usize>;

/// How many names are made 1 one by one.
const MAX_ONES: usize = 4;
/// How many lengths that a mask asks about are looked at.
const MAX_ASKED: usize = 8;
/// How many different numbers a program's constants are made of.
const MAX_CONSTANTS: usize = 48;
/// How many draws are tried at lengths other than the first, and how many are kept.
const ELSEWHERE: usize = 3;

/// What a question is decided by.
pub(super) struct Plan {
    /// The choices of lengths, the ordinary ones first.
    pub lengths: Vec<Lengths>,
    /// All nodes of program, gradients and claim, operands first.
    pub nodes: Vec<Id>,
    manners: Vec<Manner>,
    most: usize,
}

impl Plan {
    /// For a question, at the case's lengths or at these alone.
    pub fn new(case: &Case, question: Question, exact: Option<Lengths>) -> Plan {
        let d = &case.derivation;
        let arena = d.arena();
        let nodes = nodes(case, question.id);
        let alone = exact.is_some();
        let mut lengths = exact.map_or_else(|| case.lengths.clone(), |exact| vec![exact]);
        if let Some(one) = question.one {
            lengths.iter_mut().filter(|lengths| lengths.contains_key(one)).for_each(|lengths| {
                lengths.insert(one.into(), 1);
            });
            lengths.dedup();
        }
        for more in asked(case, &nodes, question.id).into_iter().filter(|_| question.one.is_none() && !alone) {
            if !lengths.contains(&more) {
                lengths.push(more);
            }
        }
        let small = |lengths: &Lengths| Evaluator::new(arena, lengths).is_small(&nodes, MAX_DECIDE_ENTRIES);
        let first = lengths.first().cloned();
        lengths.retain(|lengths| Some(lengths) == first.as_ref() || small(lengths));
        let work = first.map_or(1, |first| work(case, &nodes, &first)).max(1);
        let long = d.model.statements.len() > crate::limits::MAX_CHECK_WHOLE;
        let manners = if long { vec![Manner::Level] } else { manners(constants(case, &nodes)) };
        Plan { lengths, nodes, manners, most: (MAX_DECIDE_WORK / work).max(3) }
    }

    /// The points, each with the place of its lengths.
    pub fn points(&self, case: &Case, question: Question) -> Vec<(usize, Point)> {
        let d = &case.derivation;
        let mut points = Vec::new();
        let mut most = self.most;
        for (at, lengths) in self.lengths.iter().enumerate() {
            let kept = if at == 0 { usize::MAX } else { ELSEWHERE };
            let drawn = self
                .manners
                .iter()
                .enumerate()
                .filter_map(|(seed, manner)| Point::draw(d, lengths, manner, (seed + 64 * at) as u64 + 1, question.assumed));
            // where a point costs much, two at each choice of lengths say more than all at the first
            let share = if most < self.manners.len() && at == 0 { most.div_ceil(2) } else { most };
            let before = points.len();
            points.extend(drawn.take(kept.min(share)).map(|point| (at, point)));
            most = most.saturating_sub(points.len() - before);
        }
        points
    }

    /// The name whose length is 1 at every point of the first kind, and at none of the others.
    pub fn one_alone(&self, apart: &[&Looked], inside: &[&Looked]) -> Option<String> {
        let is_one = |l: &Looked, name: &String| self.lengths[l.lengths].get(name) == Some(&1);
        let mut names: Vec<&String> = self.lengths.first()?.keys().collect();
        names.sort();
        let differs = |l: &Looked| apart.iter().any(|other| other.place == l.place);
        let alone =
            |name: &&&String| apart.iter().all(|l| is_one(l, name)) && inside.iter().filter(|l| !is_one(l, name)).any(|l| !differs(l));
        names.iter().find(alone).map(|name| (**name).clone())
    }
}

/// All nodes of a program, its gradients and a claim, operands first.
pub(super) fn nodes(case: &Case, claim: Id) -> Vec<Id> {
    let d = &case.derivation;
    let statements = d.model.statements.iter().map(|s| s.value);
    let roots: Vec<Id> = statements.chain(d.gradients.iter().map(|g| g.value)).chain([claim]).collect();
    d.arena().reachable(&roots)
}

/// The choices of lengths for a case: those of its draws, all 1, and each of a few 1; given ones stay.
pub(in crate::claim) fn lengths_of(drawn: &[&Lengths], given: &[(String, usize)]) -> Vec<Lengths> {
    let Some(first) = drawn.first() else { return vec![] };
    // what stands for a literal is no name
    let free = |name: &String| !is_literal(name) && given.iter().all(|(g, _)| g != name);
    let mut names: Vec<&String> = first.keys().filter(|name| free(name)).collect();
    names.sort();
    let ones = |which: &dyn Fn(&String) -> bool| -> Lengths {
        first.iter().map(|(name, n)| (name.clone(), if free(name) && which(name) { 1 } else { *n })).collect()
    };
    let mut all: Vec<Lengths> = drawn.iter().map(|lengths| (*lengths).clone()).collect();
    let each = names.iter().take(MAX_ONES).map(|one| ones(&|name| name == *one));
    for more in [ones(&|_| true)].into_iter().chain(each) {
        if !all.contains(&more) {
            all.push(more);
        }
    }
    all
}

/// Lengths at, below and above the numbers that masks compare lengths with.
fn asked(case: &Case, nodes: &[Id], claim: Id) -> Vec<Lengths> {
    let arena = case.derivation.arena();
    let Some(first) = case.lengths.first() else { return vec![] };
    let mut numbers: Vec<i64> = Vec::new();
    let mut names: FxHashSet<String> = FxHashSet::default();
    let own: FxHashSet<Id> = arena.reachable(&[claim]).into_iter().collect();
    for &node in nodes.iter().filter(|node| own.contains(node)) {
        let Op::Apply(function) = arena.op(node) else { continue };
        let below = arena.reachable(&[node]);
        if function.borders().is_empty() || below.iter().any(|id| arena.as_symbol(*id).is_some()) {
            continue;
        }
        for &id in &below {
            match arena.op(id) {
                Op::Number(number) => numbers.push(number.to_f64().abs().ceil().min(1e9) as i64),
                Op::Length(dim) => names.extend(arena.dims.names_in(*dim).map(|name| name.to_string())),
                _ => names.extend(arena.shape(id).iter().flat_map(|dim| arena.dims.names_in(*dim)).map(|name| name.to_string())),
            }
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    let around = numbers.iter().flat_map(|n| [n - 1, *n, n + 1]).filter(|n| *n > 0);
    let with = |name: &String, n: i64| {
        let mut lengths = first.clone();
        lengths.insert(name.clone(), n as usize);
        lengths
    };
    let mut names: Vec<String> = names.into_iter().filter(|name| first.contains_key(name)).collect();
    names.sort();
    let all = around.flat_map(|n| names.iter().map(move |name| (name, n)));
    all.take(MAX_ASKED * names.len().max(1)).map(|(name, n)| with(name, n)).collect()
}

/// The numbers in program and claim, and what few of them make with each other.
fn constants(case: &Case, nodes: &[Id]) -> Vec<f64> {
    let arena = case.derivation.arena();
    let number = |id: &Id| match arena.op(*id) {
        Op::Number(number) => Some(number.to_f64()),
        _ => None,
    };
    let coefficients = nodes.iter().flat_map(|id| match arena.op(*id) {
        Op::Add(coefficients) => coefficients.iter().map(|c: &Number| c.to_f64()).collect(),
        _ => vec![],
    });
    let mut found: Vec<f64> = Vec::new();
    let mut note = |x: f64| {
        if x.is_finite() && x.abs() < 1e12 && !found.contains(&x) && found.len() < MAX_CONSTANTS {
            found.push(x);
        }
    };
    [0.0, 1.0, -1.0].into_iter().for_each(&mut note);
    let own: Vec<f64> = nodes.iter().filter_map(number).chain(coefficients).take(MAX_CONSTANTS / 4).collect();
    own.iter().flat_map(|&x| [x, -x]).for_each(&mut note);
    for &a in &own {
        own.iter().flat_map(|&b| [a * b, a / b, -a / b, a + b, a - b]).for_each(&mut note);
    }
    found
}

/// How inputs are drawn, what tells most first.
fn manners(constants: Vec<f64>) -> Vec<Manner> {
    vec![
        Manner::Normal(1.0),
        Manner::Whole(-2, 2),
        Manner::Between(0.5, 2.0),
        Manner::Among(constants.clone()),
        Manner::Between(0.125, 0.875),
        Manner::Normal(8.0),
        Manner::Between(1.5, 3.0),
        Manner::Matrices(Domain::Oriented),
        Manner::Matrices(Domain::Definite),
        Manner::Whole(-4, 4),
        Manner::Among(constants.clone()),
        Manner::Normal(1.0 / 64.0),
        Manner::Normal(64.0),
        Manner::Whole(0, 3),
        Manner::Normal(1024.0),
        Manner::Between(8.0, 64.0),
        Manner::Among(constants),
        Manner::Normal(1.0 / 1_048_576.0),
        Manner::Normal(1_048_576.0),
        Manner::All(1.0),
        Manner::All(0.0),
        Manner::Whole(-1, 0),
        Manner::Normal(1.0),
    ]
}

/// About how many products of numbers one point takes.
fn work(case: &Case, nodes: &[Id], lengths: &Lengths) -> usize {
    let arena = case.derivation.arena();
    let evaluator = Evaluator::new(arena, lengths);
    let of = |&id: &Id| {
        let entries = evaluator.entries(id).unwrap_or(1);
        match arena.op(id) {
            Op::Apply(_) | Op::Call(..) | Op::Power(_) => entries.saturating_mul(16),
            _ => {
                let all = arena.signature(id).and_then(|signature| evaluator.shape(&signature.lengths));
                all.map_or(entries, |lengths| lengths.into_iter().fold(1usize, usize::saturating_mul))
            }
        }
    };
    nodes.iter().map(of).fold(0, usize::saturating_add)
}
