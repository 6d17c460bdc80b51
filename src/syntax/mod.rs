//! From text to a [`Program`] and back.
//!
//! One pass of `guard` bounds the text and splits it into lines, the grammar reads each line, and `build` makes nodes of it.
//! Nothing on the way recurses on the length of the text, so a program is bounded by memory and never by the stack.

mod ast;
mod build;
mod characters;
mod diagnose;
mod dialect;
mod fault;
mod grammar;
mod guard;
mod operators;
mod print;

pub use ast::*;
pub(crate) use build::digit;
pub use dialect::{Dialect, Kind};
pub use print::{print, print_expression};

use crate::diagnostic::{Diagnostic, Edit, Fix, Span};
use crate::limits::MAX_SOURCE_BYTES;
use grammar::{Failure, Rule};

/// So many faulty lines are reported.
const MAX_FAULTS: usize = 20;

/// Reads a program.
///
/// # Errors
/// Everything that keeps it from being one, in the order of the text. Each fix has been made and read again: the lines
/// that it touches are then without fault.
///
/// ```
/// use pullback::syntax::{parse, print};
/// let program = parse("X: (n, d); Y = X•W'").unwrap();
/// assert_eq!(print(&program), "X: (n, d)\nY = X · W.mT\n");
/// assert_eq!(parse("Y = X @").unwrap_err()[0].code, "E0101");
/// ```
pub fn parse(source: &str) -> Result<Program, Vec<Diagnostic>> {
    parse_in(source, Dialect::default())
}

/// Reads a program of a dialect.
///
/// # Errors
/// As [`parse`].
///
/// ```
/// use pullback::syntax::{Dialect, parse_in, print};
/// assert_eq!(print(&parse_in("f=x'*A*x", Dialect::Matlab).unwrap()), "f = x.mT * A * x\n");
/// ```
pub fn parse_in(source: &str, dialect: Dialect) -> Result<Program, Vec<Diagnostic>> {
    let read = |text: &str| read(text, dialect);
    read(source).map_err(|faults| proven(source, faults, &read))
}

/// Reads one expression: a program whose one line is a statement without a target.
///
/// # Errors
/// As [`parse`]; a second line is an error.
pub fn parse_expression(source: &str) -> Result<Program, Vec<Diagnostic>> {
    parse_expression_in(source, Dialect::default())
}

/// Reads one expression of a dialect.
///
/// # Errors
/// As [`parse_expression`].
pub fn parse_expression_in(source: &str, dialect: Dialect) -> Result<Program, Vec<Diagnostic>> {
    let read = |text: &str| read_expression(text, dialect);
    read(source).map_err(|faults| proven(source, faults, &read))
}

/// The text of a file: UTF-8, with or without a byte order mark.
///
/// # Errors
/// Where the first byte that is no UTF-8 stands, or that there are too many bytes.
pub fn decode(bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.len() > MAX_SOURCE_BYTES + 3 {
        return Err(guard::too_large(bytes.len()));
    }
    utf8(bytes).map(|text| text.strip_prefix('\u{FEFF}').unwrap_or(text).to_string())
}

/// Bytes as the text that they are in UTF-8.
///
/// # Errors
/// Where the first byte that is no UTF-8 stands.
pub fn utf8(bytes: &[u8]) -> Result<&str, Diagnostic> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or("");
        let line = good.matches('\n').count() + 1;
        let column = good[good.rfind('\n').map_or(0, |at| at + 1)..].chars().count() + 1;
        let byte = bytes[error.valid_up_to()];
        let fault = Diagnostic::error("E0108", format!("the text is not UTF-8: byte 0x{byte:02X} at line {line}, column {column}"));
        let utf16 = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        fault.note(if utf16 { "it begins like UTF-16: save it as UTF-8" } else { "save the file as UTF-8" })
    })
}

fn read(source: &str, dialect: Dialect) -> Result<Program, Vec<Diagnostic>> {
    let lines = guard::lines(source, dialect)?;
    let bound = bound(source, &lines);
    let mut builder = build::Builder::new(source, &bound, dialect);
    let mut faults = Vec::new();
    for line in lines {
        if let Err(fault) = read_line(&mut builder, source, line, Rule::line) {
            faults.push(fault);
        }
        if faults.len() == MAX_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(builder.program) } else { Err(faults) }
}

fn read_expression(source: &str, dialect: Dialect) -> Result<Program, Vec<Diagnostic>> {
    let lines = guard::lines(source, dialect)?;
    let line = match lines[..] {
        [line] => line,
        [] => return Err(vec![Diagnostic::error("E0101", "an expression is missing").at(Span::default(), "nothing stands here")]),
        [_, second, ..] => {
            let fault = Diagnostic::error("E0113", "one expression is wanted, and there are several lines");
            return Err(vec![fault.at(second, "the second one")]);
        }
    };
    let mut builder = build::Builder::new(source, &[], dialect);
    read_line(&mut builder, source, line, Rule::lone).map_err(|fault| vec![fault])?;
    Ok(builder.program)
}

fn read_line(builder: &mut build::Builder<'_>, source: &str, line: Span, rule: Rule) -> Result<(), Diagnostic> {
    match grammar::read(rule, line.slice(source), line.start as usize) {
        Ok(events) => builder.line(events).map_err(|fault| *fault),
        Err(failure) => Err(diagnose::diagnose(source, line, &failure, builder.program.dialect, &|text| trial(text, rule))),
    }
}

/// Where `text`, one line, stops being readable, if it does.
fn trial(text: &str, rule: Rule) -> Result<(), Failure> {
    grammar::read(rule, text, 0).map(|_| ())
}

/// Names that are declared or assigned and that libraries have too, such as `F`.
fn bound<'a>(source: &'a str, lines: &[Span]) -> Vec<&'a str> {
    let mut bound = Vec::new();
    for line in lines {
        let text = line.slice(source);
        let end = text.find([':', '=', '(', '.', '[']).unwrap_or(0);
        if text[end..].starts_with([':', '=']) {
            bound.extend(text[..end].split(',').map(str::trim).filter(|name| grammar::LIBRARIES.contains(name)));
        }
    }
    bound.sort_unstable();
    bound.dedup();
    bound
}

/// Keeps of each fault the fixes that leave no fault on the lines they touch.
fn proven(source: &str, mut faults: Vec<Diagnostic>, read: &dyn Fn(&str) -> Result<Program, Vec<Diagnostic>>) -> Vec<Diagnostic> {
    for fault in &mut faults {
        fault.fixes.retain(|fix| {
            let text = fix.apply(source);
            let touched = touched(&text, fix);
            read(&text).err().into_iter().flatten().all(|left| {
                left.labels
                    .iter()
                    .filter(|label| label.primary)
                    .all(|label| label.span.end < touched.start || label.span.start > touched.end)
            })
        });
    }
    faults
}

/// The lines of `text`, in which `fix` has been made, that it has changed.
fn touched(text: &str, fix: &Fix) -> Span {
    let start = fix.edits.first().map_or(0, |edit| edit.span.start as usize);
    let grown = |edit: &Edit| edit.replacement.len() as isize - (edit.span.end - edit.span.start) as isize;
    let last = fix.edits.last().map_or(0, |edit| edit.span.end as usize);
    let end = last.saturating_add_signed(fix.edits.iter().map(grown).sum());
    let start = text.get(..start).and_then(|before| before.rfind(['\n', ';'])).map_or(0, |at| at + 1);
    let end = text.get(end..).and_then(|behind| behind.find(['\n', ';'])).map_or(text.len(), |at| end + at);
    Span::new(start, end)
}
