//! What is wanted, what has been tried, what has been found.

use super::forest::{Forest, operands};
use crate::claim::mistakes::{Cause, Mistake};
use crate::claim::subject::{Case, Subject};
use crate::expr::Id;
use crate::formula::{Charset, text_for};
use crate::limits::{MAX_CHECK_ENTRIES, MAX_EDITS};
use crate::numeric::{Array, same};
use crate::shape::{Scope, Shape};
use crate::syntax::{Node, NodeId, Program};
use rustc_hash::FxHashSet;

/// What a claim has to be.
#[derive(Clone, Copy)]
pub(in crate::claim) struct Wanted<'a> {
    /// What it is about.
    pub subject: Subject,
    /// The shape of that.
    pub shape: &'a Shape,
    /// Its value as the tool writes it, in each of its forms.
    pub ours: &'a [Id],
}

/// An edited claim that is right at the first draw.
struct Found {
    root: NodeId,
    mistake: &'static Mistake,
    detail: String,
    /// Twice as many nodes as the edited claim has, and what the kind of edit counts.
    size: usize,
}

/// A search for one claim.
pub(super) struct Search<'a> {
    pub case: &'a Case,
    pub forest: Forest<'a>,
    /// The shape and, at the first draw, the value of the gradient.
    pub shape: &'a Shape,
    pub wanted: Array,
    /// Its value at every draw.
    pub everywhere: Vec<Array>,
    /// The gradient as the tool writes it.
    pub ours: &'a [Id],
    /// The claim's arrays, those inside indices, shapes and keywords left out, the root first.
    pub sites: Vec<NodeId>,
    tried: FxHashSet<Id>,
    left: usize,
    found: Vec<Found>,
    /// Edited claims that are a multiple of the gradient at the first draw.
    multiples: Vec<Found>,
    /// Whether those are looked for.
    pub pairs: bool,
    /// How many nodes an edit of this kind counts beside those that it makes.
    pub bias: usize,
}

impl<'a> Search<'a> {
    pub fn new(
        case: &'a Case,
        Wanted { subject, shape, ours }: Wanted<'a>,
        scope: &'a Scope,
        program: &Program,
        place: (NodeId, NodeId),
        source: &str,
    ) -> Option<Self> {
        let forest = Forest::new(case, scope, program, place, source);
        let everywhere: Vec<Array> = case.samples.iter().map(|sample| case.wanted(subject, sample)).collect::<Option<_>>()?;
        let wanted = everywhere.first()?.clone();
        let largest = case.samples[0].values.values().map(Array::len).max().unwrap_or(1).max(wanted.len());
        let left = (MAX_CHECK_ENTRIES / largest.max(1)).min(MAX_EDITS);
        let sites = sites(&forest);
        let tried = forest.array(forest.root()).into_iter().collect();
        Some(Search {
            case,
            forest,
            shape,
            wanted,
            everywhere,
            ours,
            sites,
            tried,
            left,
            found: vec![],
            multiples: vec![],
            pairs: true,
            bias: 0,
        })
    }

    /// The nodes that are the same expression as this one.
    fn twins(&self, at: NodeId) -> Vec<NodeId> {
        let id = self.forest.array(at);
        self.sites.iter().copied().filter(|site| *site == at || id.is_some() && self.forest.array(*site) == id).collect()
    }

    /// Tries `new` in one place, and wherever else the same stands.
    pub fn offer(&mut self, at: NodeId, new: NodeId, mistake: &'static Mistake) {
        let detail = self.exchange(at, new);
        self.offer_all(&[(at, new)], mistake, &detail);
        let twins = self.twins(at);
        if twins.len() > 1 {
            let edits: Vec<_> = twins.into_iter().map(|twin| (twin, new)).collect();
            self.offer_all(&edits, mistake, &detail);
        }
    }

    /// Tries edits in several places at once.
    pub fn offer_all(&mut self, edits: &[(NodeId, NodeId)], mistake: &'static Mistake, detail: &dyn Fn(&Forest) -> String) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if let Some(root) = self.forest.replaced(edits) {
            self.offer_root(root, mistake, detail);
        }
    }

    /// Tries a tree in the place of the claim.
    pub fn offer_root(&mut self, root: NodeId, mistake: &'static Mistake, detail: &dyn Fn(&Forest) -> String) {
        let Some(id) = self.forest.array(root) else { return };
        if !self.tried.insert(id) || self.forest.arena().shape(id) != self.shape.as_slice() {
            return;
        }
        let wanted = &self.wanted;
        let Some(value) = self.forest.value(root) else { return };
        let right = same(wanted, value);
        if right || self.pairs && quotient(wanted, value).is_some() {
            let size = 2 * self.forest.size(root) + self.bias;
            let detail = detail(&self.forest);
            let list = if right { &mut self.found } else { &mut self.multiples };
            list.push(Found { root, mistake, detail, size });
        }
    }

    /// The shortest edited claims that are a multiple of the gradient, with what was edited.
    pub fn multiples(&mut self) -> Vec<(NodeId, &'static Mistake, String)> {
        let mut found = std::mem::take(&mut self.multiples);
        found.sort_by_key(|found| found.size);
        found.into_iter().map(|Found { root, mistake, detail, .. }| (root, mistake, detail)).collect()
    }

    /// `new in place of old`, where both are short.
    pub fn exchange(&self, at: NodeId, new: NodeId) -> impl Fn(&Forest) -> String + use<> {
        move |forest| {
            let (old, new) = (forest.text(at), forest.text(new));
            if at == forest.root() || old.len().max(new.len()) > 40 { String::new() } else { format!("{new} in place of {old}") }
        }
    }

    /// What has been found and holds at every draw, read back from its text; the shortest first.
    pub fn confirmed(&mut self) -> Vec<Cause> {
        let mut found = std::mem::take(&mut self.found);
        if found.len() > 1 {
            // of several forms the one that the tool writes itself
            let ours = self.our_texts();
            for found in &mut found {
                let text: String = self.forest.text(found.root).split_whitespace().collect();
                if ours.contains(&text) {
                    found.size = found.size.saturating_sub(5);
                }
            }
        }
        found.sort_by_key(|found| found.size);
        let mut causes: Vec<Cause> = Vec::new();
        let shortest = found.first().map_or(0, |found| found.size);
        for Found { root, mistake, detail, size } in found {
            let told = causes.iter().any(|cause| cause.mistake == mistake);
            if told || !causes.is_empty() && size > shortest {
                continue;
            }
            let patch = self.forest.text(root);
            if self.is_right(&patch) {
                causes.push(Cause::new(mistake, detail, Some(patch)));
            }
        }
        causes
    }

    /// The gradient as the tool writes it, without spaces.
    fn our_texts(&self) -> Vec<String> {
        let arena = self.case.derivation.arena();
        let charset = if self.forest.text(self.forest.root()).contains('ᵀ') { Charset::Unicode } else { Charset::Ascii };
        let text = |&id: &Id| text_for(arena, id, charset, self.forest.dialect()).split_whitespace().collect();
        self.ours.iter().map(text).collect()
    }

    pub fn is_right(&mut self, patch: &str) -> bool {
        let Some(id) = self.forest.read(patch).and_then(|root| self.forest.array(root)) else { return false };
        self.forest.arena().shape(id) == self.shape.as_slice() && self.is_wanted(id)
    }

    /// Whether a value is the gradient at every draw.
    pub fn is_wanted(&self, id: Id) -> bool {
        let draws = self.case.samples.iter().zip(&self.everywhere);
        draws.into_iter().all(|(sample, wanted)| sample.value(self.forest.arena(), id).is_some_and(|value| same(wanted, &value)))
    }
}

/// The number by which one array is the multiple of another.
pub(super) fn quotient(wanted: &Array, found: &Array) -> Option<f64> {
    if wanted.shape() != found.shape() {
        return None;
    }
    let (most, least) = wanted.iter().zip(found).max_by(|(_, x), (_, y)| x.abs().total_cmp(&y.abs()))?;
    let ratio = most / least;
    (ratio.is_finite() && ratio != 0.0 && same(wanted, &(found * ratio))).then_some(ratio)
}

/// The nodes that are arrays, or would be if they fitted.
fn sites(forest: &Forest) -> Vec<NodeId> {
    let mut waiting = vec![forest.root()];
    let mut found = Vec::new();
    while let Some(id) = waiting.pop() {
        let node = forest.node(id);
        match node {
            Node::Sequence(_) => {}
            _ => found.push(id),
        }
        match node {
            Node::Index(x, _) => waiting.push(*x),
            Node::Attribute(..) => {}
            Node::Call { function, arguments, .. } => {
                let shapes = matches!(&*function.text, "ones" | "zeros" | "eye");
                // of most functions the arguments behind the first are arrays too, where they are arrays at all
                waiting.extend(arguments.iter().filter(|a| !shapes && a.keyword.is_none()).map(|a| a.value).filter(
                    |x| match forest.node(*x) {
                        Node::Sequence(items) => items.iter().any(|item| forest.rank(*item).is_some_and(|rank| rank > 0)),
                        _ => true,
                    },
                ));
            }
            _ => waiting.extend(operands(node)),
        }
    }
    found
}
