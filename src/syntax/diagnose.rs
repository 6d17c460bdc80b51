//! Why a line could not be read, in the reader's words.

use super::grammar::Failure;
use crate::diagnostic::{Diagnostic, Span};

/// The fault of `line`, which could not be read past `failure`.
pub fn diagnose(source: &str, line: Span, failure: &Failure, _read: &dyn Fn(&str) -> Result<(), Failure>) -> Diagnostic {
    let _ = source;
    Diagnostic::error("E0101", format!("{:?}", failure.expected)).at(Span::new(failure.at, line.end as usize), "")
}
