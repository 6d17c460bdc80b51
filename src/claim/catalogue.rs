//! The mistakes that have a name.
//!
//! An entry says what the mistake is and shows an example; that a claim makes it is never guessed from its text: [`Cause`] holds what was
//! tried and came out right.

use super::edit::catalogue::{EDITS, LAYOUTS, TWO_USES, VAGUE};
use super::mistaken::catalogue::{BESIDE_CONSTANTS, MISTAKES as DERIVING, TELLING};

use super::Condition;
use crate::expr::Id;

/// A mistake with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A few words by which it is known, such as `transpose missing`.
    pub name: &'static str,
    /// A sentence for somebody who made it: what is wrong, and why.
    pub sentence: &'static str,
    /// A program.
    pub program: &'static str,
    /// A claim about it that makes this mistake, and no other.
    pub claim: &'static str,
}

impl Mistake {
    /// Whether it adds nothing to a mistake in deriving that has been named: that something is missing, too many, or another, or that there
    /// are two uses.
    pub fn adds_little(&self) -> bool {
        VAGUE.iter().chain(&TWO_USES).any(|mistake| mistake.name == self.name)
    }

    /// Whether it is that of the layout alone.
    pub fn is_layout(&self) -> bool {
        LAYOUTS.iter().any(|mistake| mistake.name == self.name)
    }
}

/// Why a claim is wrong, as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The mistake.
    pub mistake: &'static Mistake,
    /// What it is here: `W` in place of `W.T`, the axis that is not summed, the path that is missing; may be empty.
    pub detail: String,
    /// The claim's value with the mistake mended, as text that the tool reads and that has been compared with the gradient; nothing where
    /// no one edit mends it.
    pub patch: Option<String>,
    /// That value in the arena of its case.
    pub mended: Option<Id>,
    /// What must hold besides, where mending the mistake is not enough.
    pub condition: Option<Condition>,
}

/// Every mistake that has a name, each name once.
///
/// ```
/// use pullback::claim::mistakes;
/// assert!(mistakes().any(|mistake| mistake.name == "transpose missing"));
/// ```
pub fn mistakes() -> impl Iterator<Item = &'static Mistake> {
    let known = |name: &str| EDITS.iter().any(|edit| edit.name == name);
    DERIVING.into_iter().filter(move |mistake| !known(mistake.name)).chain(EDITS.iter().copied())
}

/// What was found by editing the claim and by deriving wrongly, what tells most first.
pub(super) fn ordered(edits: Vec<Cause>, derived: Vec<Cause>) -> Vec<Cause> {
    let among = |list: &[&Mistake], cause: &Cause| list.iter().any(|mistake| mistake.name == cause.mistake.name);
    let constant = edits.iter().any(|cause| super::edit::is_constant(cause.mistake));
    let derived = derived.into_iter().filter(|cause| !constant || !among(&BESIDE_CONSTANTS, cause));
    let (telling, other): (Vec<Cause>, Vec<Cause>) = derived.partition(|cause| among(&TELLING, cause));
    let (vague, clear): (Vec<Cause>, Vec<Cause>) = edits.into_iter().partition(|cause| among(&VAGUE, cause));
    telling.into_iter().chain(clear).chain(other).chain(vague).collect()
}
