//! The mistakes that have a name.
//!
//! An entry says what the mistake is and shows an example; that a claim makes it is never guessed from its text: [`Cause`] holds what was
//! tried and came out right.

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
}
