//! The table of operations: one entry each, and nowhere else a word about any of them.
//!
//! To add an operation, add an entry to one of the files here and a case to `tests/cases/ok`. An entry whose meaning is
//! [`Meaning::Primitive`] or [`Meaning::Whole`] states its differential in the input language; one that is [`Meaning::Defined`] or
//! [`Meaning::Built`] is made of smaller operations; in all cases gradient, explanation, printing and check follow.

#[macro_use]
mod valued;
mod action;
mod axes;
mod borders;
mod build;
mod convolution;
mod cutting;
mod decompose;
mod definition;
mod elementwise;
mod indexing;
mod kronecker;
mod linear;
mod loss;
mod matrix;
mod network;
mod normalize;
mod planned;
mod pooling;
mod power;
mod python;
mod range;
mod real;
mod rearrange;
mod reduction;
mod reshape;
mod structure;
mod triangle;
mod whole;

pub use action::Action;
pub use borders::Border;
pub use build::{Arguments, Fault, Value, describe};
pub use python::{Python, Spelled};
pub use range::Range;
pub use real::{Break, Image, QUOTIENT, ROOT_SLOPE, ROOT_VALUE, Real, Spot};
use std::sync::LazyLock;
pub use valued::{Arraywise, Entrywise, Scalar};
pub use whole::{Attribute, Attributes, Call, Cut, Part, Rule, Setting, Whole};

use crate::shape::Builder;
use rustc_hash::FxHashMap;

/// An entry of the table that is a node of its own. An index into [`entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function(pub u16);

impl Function {
    /// The entry.
    pub fn entry(self) -> &'static Entry {
        &ENTRIES.list[self.0 as usize]
    }

    /// What it does to units.
    pub fn units(self) -> Units {
        match &self.entry().meaning {
            Meaning::Primitive(primitive) => primitive.units,
            Meaning::Whole(whole) => whole.units,
            _ => Units::Unknown,
        }
    }

    /// What is taken where its derivative does not exist; empty where it always does.
    pub fn kink(self) -> &'static str {
        let own = match &self.entry().meaning {
            Meaning::Primitive(primitive) => primitive.kink,
            Meaning::Whole(whole) => whole.kink,
            _ => "",
        };
        if own.is_empty() { self.real().breaks.first().map_or("", |known| known.says) } else { own }
    }

    /// What is known of it as a function of whole arrays.
    pub fn whole(self) -> &'static Whole {
        match &self.entry().meaning {
            Meaning::Whole(whole) => whole,
            _ => unreachable!("only a function of whole arrays becomes a call"),
        }
    }

    /// What is known of it as a primitive.
    pub fn primitive(self) -> &'static Primitive {
        match &self.entry().meaning {
            Meaning::Primitive(primitive) => primitive,
            _ => unreachable!("only primitives become nodes"),
        }
    }
}

/// The chapters of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Entry by entry.
    Elementwise,
    /// Masks of 0 and 1.
    Mask,
    /// Over axes.
    Reduction,
    /// Contractions and other linear algebra.
    Linear,
    /// Reordering, cutting, joining.
    Structure,
    /// Pieces of networks.
    Network,
    /// Arrays made of nothing.
    Constant,
}

impl Family {
    /// All of them, in the order of the table.
    pub const ALL: [Family; 7] =
        [Family::Elementwise, Family::Mask, Family::Reduction, Family::Linear, Family::Structure, Family::Network, Family::Constant];

    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Family::Elementwise => "element-wise",
            Family::Mask => "masks",
            Family::Reduction => "reductions",
            Family::Linear => "linear algebra",
            Family::Structure => "structure",
            Family::Network => "networks",
            Family::Constant => "constants",
        }
    }
}

/// How a primitive is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `f(x)`
    Call,
    /// `x > y`; binds as loosely as Python's.
    Infix(&'static str),
    /// `~x`
    Prefix(&'static str),
}

/// What a function does to units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// Neither operand nor result has one: `exp`, `tanh`.
    None,
    /// The operands share one, the result has none: `sign`, `>`.
    Dropped,
    /// The result has that of the operand at this place, which those after it share: `relu`, `maximum`, `where`.
    Kept(usize),
    /// That of the first operand to a power.
    Power(i64),
    /// Nothing is said of it.
    Unknown,
}

/// An element-wise function with its differential.
#[derive(Debug)]
pub struct Primitive {
    /// How it is written.
    pub spelling: Spelling,
    /// For each operand, the differential in the language: linear in `d` + the operand's name. Empty text: no gradient.
    pub differential: &'static [&'static str],
    /// The value at one entry.
    pub value: Entrywise,
    /// What it does to units.
    pub units: Units,
    /// What is taken where the derivative does not exist; empty where it always does.
    pub kink: &'static str,
    /// Makes the call where its arguments are more than operands that broadcast; what it leaves is made of these.
    pub build: Option<Overload>,
}

/// Makes some calls of a function out of others.
pub type Overload = fn(&mut Builder, &Arguments) -> Result<Option<Value>, Fault>;

/// What an entry is.
#[derive(Debug)]
pub enum Meaning {
    /// A node of its own.
    Primitive(Primitive),
    /// A node of its own, of whole arrays.
    Whole(Whole),
    /// Made of smaller operations: an expression of the language over the parameters.
    Defined(&'static str),
    /// Made of smaller operations, by this.
    Built(fn(&mut Builder, &Arguments) -> Result<Value, Fault>),
    /// Known by name; its rule is yet to come, and a diagnostic says so.
    Planned,
}

/// How an operation is spelled in emitted Python: the name that a library calls it by, or a template where `{0}` is the first operand,
/// `{0!}` the same bound as tightly as a name, `{0&}` the same as a mask, and `{0?}` the same where a plain number may stand although the
/// library wants arrays. A word in braces is a keyword argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Template {
    /// With NumPy, and `scipy.special` as `special`.
    pub numpy: &'static str,
    /// With PyTorch.
    pub torch: &'static str,
    /// With JAX.
    pub jax: &'static str,
}

/// All knowledge of one operation.
#[derive(Debug)]
pub struct Entry {
    /// Its names, the one that is printed first.
    pub names: &'static [&'static str],
    /// Its parameters as Python declares them: `x, axis=None, keepdims=False`; `*x` takes the rest.
    pub parameters: &'static str,
    /// Its chapter.
    pub family: Family,
    /// A sentence for the reader.
    pub sentence: &'static str,
    /// A program that uses it.
    pub example: &'static str,
    /// What it is.
    pub meaning: Meaning,
    /// How emitted Python spells it; nothing where each library calls it by its first name.
    pub python: Option<Template>,
}

impl Entry {
    /// The entry with a spelling of its own in emitted Python.
    pub(crate) fn spelled(self, numpy: &'static str, torch: &'static str, jax: &'static str) -> Self {
        Entry { python: Some(Template { numpy, torch, jax }), ..self }
    }
}

/// What an entry says of its derivative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// The differential in the language, a line for each operand that has a gradient.
    Differential {
        /// Linear in `d` + the operand's name.
        lines: Vec<&'static str>,
        /// The operands in which it is linear, and what arrives at each where `g` arrives at the result.
        transposes: Vec<(&'static str, &'static str)>,
        /// What is taken where there is none; empty where there always is one.
        kink: &'static str,
    },
    /// That of the smaller operations it is made of.
    Composed,
    /// Nothing so far.
    Planned,
}

impl Entry {
    /// Its parameters, each with its default.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.split(',').map(str::trim_ascii_start)
    }

    fn kink(&self) -> &'static str {
        find(self.names[0]).map_or("", Function::kink)
    }

    /// What it says of its derivative.
    ///
    /// ```
    /// use pullback::ops::{Stated, find};
    /// let Stated::Differential { lines, .. } = find("sin").unwrap().entry().stated() else { unreachable!() };
    /// assert_eq!(lines, ["dx * cos(x)"]);
    /// ```
    pub fn stated(&self) -> Stated {
        match &self.meaning {
            Meaning::Primitive(primitive) => Stated::Differential {
                lines: primitive.differential.iter().copied().filter(|line| !line.is_empty()).collect(),
                transposes: vec![],
                kink: self.kink(),
            },
            Meaning::Whole(whole) => {
                let operands = self.parameters.split(", ").map(|p| p.split('=').next().unwrap_or(p));
                let (mut lines, mut transposes) = (vec![], vec![]);
                for (operand, rule) in operands.zip(whole.rules) {
                    match rule {
                        Rule::Differential(text) => lines.push(*text),
                        Rule::Transpose(text) => transposes.push((operand, *text)),
                        _ => {}
                    }
                }
                Stated::Differential { lines, transposes, kink: self.kink() }
            }
            Meaning::Defined(_) | Meaning::Built(_) => Stated::Composed,
            Meaning::Planned => Stated::Planned,
        }
    }

    /// The sign that is typed for it, where there is one: `>`, `~`, `**`.
    pub fn sign(&self) -> Option<&'static str> {
        match &self.meaning {
            Meaning::Primitive(Primitive { spelling: Spelling::Infix(sign) | Spelling::Prefix(sign), .. }) => Some(sign),
            _ => None,
        }
    }

    /// How it is written: `leaky_relu(x, negative_slope=0.01)`, `x > y`; the name alone while nothing is known of its parameters.
    pub fn written(&self) -> String {
        match (self.sign(), self.parameters.split_once(", ")) {
            _ if self.stated() == Stated::Planned => self.names[0].into(),
            (Some(sign), Some((left, right))) => format!("{left} {sign} {right}"),
            (Some(sign), None) => format!("{sign}{}", self.parameters),
            (None, _) => format!("{}({})", self.names[0], self.parameters),
        }
    }

    /// The names beside the one by which it is written.
    pub fn aliases(&self) -> &'static [&'static str] {
        if self.sign().is_some() { self.names } else { &self.names[1..] }
    }
}

struct Entries {
    list: Vec<Entry>,
    names: FxHashMap<&'static str, Function>,
}

static ENTRIES: LazyLock<Entries> = LazyLock::new(|| {
    let list: Vec<Entry> = [
        elementwise::entries(),
        linear::entries(),
        matrix::entries(),
        power::entries(),
        triangle::entries(),
        kronecker::entries(),
        structure::entries(),
        rearrange::entries(),
        reduction::entries(),
        reshape::entries(),
        cutting::entries(),
        network::entries(),
        loss::entries(),
        normalize::entries(),
        convolution::entries(),
        pooling::entries(),
        planned::entries(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut names = FxHashMap::default();
    for (place, entry) in list.iter().enumerate() {
        for name in entry.names {
            names.entry(*name).or_insert(Function(place as u16));
        }
    }
    Entries { list, names }
});

/// The whole table.
pub fn entries() -> &'static [Entry] {
    &ENTRIES.list
}

/// The operation with this name or alias.
///
/// ```
/// use pullback::ops;
/// assert_eq!(ops::find("tr").unwrap().entry().names[0], "trace");
/// ```
pub fn find(name: &str) -> Option<Function> {
    ENTRIES.names.get(name).copied()
}

/// The operation with this name, or with this sign: `>`, `~`, `**`.
///
/// ```
/// use pullback::ops;
/// assert_eq!(ops::find_written(">=").unwrap().entry().names[0], "greater_equal");
/// ```
pub fn find_written(name: &str) -> Option<Function> {
    let signed = || entries().iter().position(|entry| entry.sign() == Some(name));
    find(name).or_else(|| signed().map(|place| Function(place as u16)))
}

/// The known name nearest to `name`, if one is near: at most a third of its letters differ.
pub fn nearest(name: &str) -> Option<&'static str> {
    nearest_of(name, ENTRIES.names.keys().copied())
}

/// The candidate with the fewest letters to insert, drop, replace or swap, if these are at most a third of the letters; of several the
/// one nearest in length.
pub fn nearest_of<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    // of two that are equally near, the one that is as long: letters are exchanged more often than lost
    let length = |text: &str| text.chars().count();
    let near = candidates.map(|c| (distance(name, c), length(c).abs_diff(length(name)), c));
    near.filter(|(d, _, c)| *d <= limit && *d < length(c)).min().map(|(_, _, c)| c)
}

/// Damerau's distance (optimal string alignment), on letters. Names are short; longer ones are not compared.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let substitute = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = substitute.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut seen = rustc_hash::FxHashSet::default();
        for name in entries().iter().flat_map(|entry| entry.names) {
            assert!(seen.insert(name), "`{name}` stands twice");
        }
    }

    #[test]
    fn near_names() {
        assert_eq!(nearest("sofmax"), Some("softmax"));
        assert_eq!(nearest("tahn"), Some("tanh"));
        assert_eq!(nearest("frobnicate"), None);
    }
}
