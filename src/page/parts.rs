//! The parts of an explanation that can be asked for.

use crate::ops::nearest_of;

/// One part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Part {
    /// The gradient.
    Result,
    /// The table of shapes, and why they are so.
    Shapes,
    /// Dimension analysis: units, and the table of arrangements.
    Dims,
    /// The loop with the variable cut out.
    Loop,
    /// The index lines.
    Components,
    /// The chain of differentials.
    Differential,
    /// Every entry written out at small lengths.
    Explicit,
    /// The rewriting rules that were applied.
    Rewrite,
    /// What the numbers say.
    Check,
    /// What the result means.
    Reading,
}

impl Part {
    /// Every part, in the order in which they are listed.
    pub const ALL: [Part; 10] = [
        Part::Result,
        Part::Shapes,
        Part::Dims,
        Part::Loop,
        Part::Components,
        Part::Differential,
        Part::Explicit,
        Part::Rewrite,
        Part::Check,
        Part::Reading,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Part::Result => "result",
            Part::Shapes => "shapes",
            Part::Dims => "dims",
            Part::Loop => "loop",
            Part::Components => "components",
            Part::Differential => "differential",
            Part::Explicit => "explicit",
            Part::Rewrite => "rewrite",
            Part::Check => "check",
            Part::Reading => "reading",
        }
    }

    /// The part of this name.
    pub fn find(name: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.name() == name)
    }

    /// The part of this name, for one who may have mistyped it.
    ///
    /// # Errors
    /// That there is none, with the nearest one and the list of all.
    ///
    /// ```
    /// use pullback::page::Part;
    /// assert_eq!(Part::named(" loop "), Ok(Part::Loop));
    /// assert!(Part::named("lop").unwrap_err().contains("did you mean `loop`?"));
    /// ```
    pub fn named(text: &str) -> Result<Part, String> {
        let names = || Part::ALL.into_iter().map(Part::name);
        Part::find(text.trim()).ok_or_else(|| {
            let near = nearest_of(text.trim(), names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            format!("there is no such part; {near}the parts are {}", names().collect::<Vec<_>>().join(", "))
        })
    }
}

/// A set of parts.
///
/// ```
/// use pullback::page::{Part, Parts};
/// assert!(Parts::BRIEF.has(Part::Result) && !Parts::BRIEF.has(Part::Loop));
/// assert!(Parts::of([Part::Loop]).has(Part::Loop));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts(u16);

impl Parts {
    /// Results and the check.
    pub const BRIEF: Parts = Parts(1 << Part::Result as u16 | 1 << Part::Check as u16);
    /// What fits one screen for one matrix product.
    pub const DEFAULT: Parts = Parts(Self::FULL.0 & !(1 << Part::Explicit as u16 | 1 << Part::Rewrite as u16));
    /// Everything.
    pub const FULL: Parts = Parts((1 << Part::ALL.len()) - 1);

    /// The set of these.
    pub fn of(parts: impl IntoIterator<Item = Part>) -> Parts {
        Parts(parts.into_iter().fold(0, |set, part| set | 1 << part as u16))
    }

    /// Whether a part is in the set.
    pub fn has(self, part: Part) -> bool {
        self.0 >> part as u16 & 1 == 1
    }
}
