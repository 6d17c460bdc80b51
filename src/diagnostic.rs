//! What is wrong, as plain data: a code, a title that alone tells the news, labels, notes and fixes.
//!
//! Nothing here draws; [`crate::render::report`] does.

use serde::Serialize;

/// A range of bytes in the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from byte `start` up to, not including, byte `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text in this range, or nothing where the range lies outside `source`.
    ///
    /// ```
    /// use pullback::diagnostic::Span;
    /// assert_eq!(Span::new(4, 5).slice("Y = X"), "X");
    /// ```
    pub fn slice(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// How bad it is: an error stops the work, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No answer is given.
    Error,
    /// An answer is given, but the reader should know.
    Warning,
}

/// A remark at a place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub text: String,
    /// Whether this is the place of the fault itself (the others explain it).
    pub primary: bool,
}

/// One replacement in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A change to type. Where it is attached to a shape error it has been applied and re-checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, in the imperative.
    pub message: String,
    /// The edits, in order and without overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The source with the edits made.
    ///
    /// ```
    /// use pullback::diagnostic::{Edit, Fix, Span};
    /// let fix = Fix {
    ///     message: "transpose `W`".into(),
    ///     edits: vec![Edit { span: Span::new(9, 9), replacement: ".T".into() }],
    /// };
    /// assert_eq!(fix.apply("Y = X @ W"), "Y = X @ W.T");
    /// ```
    pub fn apply(&self, source: &str) -> String {
        let mut text = String::with_capacity(source.len() + 16);
        let mut at = 0;
        for edit in &self.edits {
            text.push_str(source.get(at..edit.span.start as usize).unwrap_or(""));
            text.push_str(&edit.replacement);
            at = edit.span.end as usize;
        }
        text.push_str(source.get(at..).unwrap_or(""));
        text
    }
}

/// One message for the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable, such as `E0301`; `pullback --explain E0301` tells more.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Lower case, no full stop, code in backticks; tells the news with both shapes where there are two.
    pub title: String,
    /// The places, the primary one first.
    pub labels: Vec<Label>,
    /// Further sentences.
    pub notes: Vec<String>,
    /// What to type instead.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error with nothing but its title.
    pub fn error(code: &'static str, title: impl Into<String>) -> Self {
        Diagnostic { code, severity: Severity::Error, title: title.into(), labels: Vec::new(), notes: Vec::new(), fixes: Vec::new() }
    }

    /// A warning with nothing but its title.
    pub fn warning(code: &'static str, title: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Self::error(code, title) }
    }

    /// Adds the place of the fault.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a place that explains the fault.
    pub fn see(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a sentence.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a change to type.
    pub fn fix(mut self, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { message: message.into(), edits });
        self
    }
}
