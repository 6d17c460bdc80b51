//! Draws what is wrong, under the lines of the program that it is about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Patch, Renderer, Snippet};
use std::borrow::Cow;
use std::ops::Range;

use super::characters::{ascii, columns};
use super::formula::Charset;
use super::terminal::{MUTED, Style, paint};
use crate::diagnostic::{Diagnostic, Fix, Severity, Span};
use crate::visible::{steers, visible};

/// The diagnostics as text, ready for standard error; `origin` names the source (a file, or words such as `program`).
///
/// Spans need not be right: what lies outside the source, or inside a character, is moved to the nearest place that is not.
///
/// ```
/// use pullback::diagnostic::{Diagnostic, Span};
/// use pullback::render::{formula::Charset, report::report, terminal::Style};
/// let style = Style { width: 80, charset: Charset::Ascii, color: false };
/// let wrong = Diagnostic::error("E0301", "inner dimensions differ: d ≠ m").at(Span::new(4, 9), "here");
/// let text = report(&[wrong], "Y = X @ W", "program", &style);
/// assert!(text.starts_with("error[E0301]: inner dimensions differ: d != m\n --> program:1:5\n"));
/// ```
pub fn report(diagnostics: &[Diagnostic], source: &str, origin: &str, style: &Style) -> String {
    let shown = Shown::new(source);
    let origin = visible(origin);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() }
        .term_width(style.width.max(20))
        .decor_style(if style.charset == Charset::Ascii { DecorStyle::Ascii } else { DecorStyle::Unicode });
    let mut out = String::new();
    let mut codes: Vec<&str> = Vec::new();
    for diagnostic in diagnostics {
        let text = renderer.render(&groups(diagnostic, &shown, &origin, style));
        text.lines().for_each(|line| {
            out.push_str(line.trim_end());
            out.push('\n');
        });
        out.push('\n');
        if diagnostic.severity == Severity::Error && !codes.contains(&diagnostic.code) {
            codes.push(diagnostic.code);
        }
    }
    if let [first, others @ ..] = &codes[..] {
        let likewise = if others.is_empty() { String::new() } else { format!(" (likewise {})", others.join(", ")) };
        paint(&mut out, style.color, &format!("pullback --explain {first} tells more{likewise}"), MUTED);
        out.push('\n');
    } else {
        out.truncate(out.trim_end().len());
        out.push_str(if out.is_empty() { "" } else { "\n" });
    }
    out
}

/// The message itself, and one group for each change that is drawn.
fn groups<'a>(diagnostic: &'a Diagnostic, shown: &'a Shown, origin: &'a str, style: &Style) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut message = Group::with_title(level.primary_title(line(&diagnostic.title, style)).id(diagnostic.code));
    if !diagnostic.labels.is_empty() {
        let annotation = |label: &'a crate::diagnostic::Label| {
            let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = Some(line(&label.text, style)).filter(|text| !text.is_empty());
            kind.span(shown.range(label.span)).label(text)
        };
        let snippet = Snippet::source(shown.text.as_str()).path(origin).annotations(diagnostic.labels.iter().map(annotation));
        message = message.element(snippet);
    }
    message = message.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(wrapped(note, style))));
    let (drawn, told): (Vec<_>, Vec<_>) = diagnostic.fixes.iter().partition(|fix| !fix.edits.is_empty());
    message = message.elements(told.iter().map(|fix| Level::HELP.message(wrapped(&fix.message, style))));
    let change = |fix: &&'a Fix| {
        let snippet = Snippet::source(shown.text.as_str()).path(origin).patches(shown.patches(fix));
        Level::HELP.secondary_title(line(&fix.message, style)).element(Element::from(snippet))
    };
    std::iter::once(message).chain(drawn.iter().map(change)).collect()
}

/// Words on one line.
fn line<'a>(text: &'a str, style: &Style) -> Cow<'a, str> {
    let text = if style.charset == Charset::Ascii { ascii(text) } else { Cow::Borrowed(text) };
    match visible(&*text) {
        Cow::Owned(shown) => Cow::Owned(shown),
        Cow::Borrowed(_) => text,
    }
}

/// A replacement, whose lines are kept.
fn replacement(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n") + if text.ends_with('\n') { "\n" } else { "" }
}

/// A sentence in lines that fit beside the margin and the word `note:`.
fn wrapped(text: &str, style: &Style) -> String {
    let room = style.width.saturating_sub(14).max(20);
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let word = line(word, style);
        let width = columns(&word);
        if used > 0 {
            let fits = used + 1 + width <= room;
            lines.push(if fits { ' ' } else { '\n' });
            used = if fits { used + 1 } else { 0 };
        }
        lines.push_str(&word);
        used += width;
    }
    lines
}

/// The source as it may be shown, and where its bytes have gone.
struct Shown {
    text: String,
    /// For every byte of the source, and for its end, where its character starts in `text`.
    at: Vec<usize>,
    /// For every byte of the source the first byte of the next character.
    next: Vec<usize>,
}

impl Shown {
    fn new(source: &str) -> Self {
        let mut shown = Shown { text: String::with_capacity(source.len()), at: Vec::new(), next: Vec::new() };
        for (i, c) in source.char_indices() {
            let end = i + c.len_utf8();
            shown.at.resize(end, shown.text.len());
            shown.next.resize(end, end);
            match c {
                '\r' if source[end..].starts_with('\n') => {}
                '\n' | '\t' => shown.text.push(c),
                _ if steers(c) => shown.text.extend(c.escape_unicode()),
                _ => shown.text.push(c),
            }
        }
        shown.at.push(shown.text.len());
        shown
    }

    /// The span in the shown text: whole characters, within its bounds, and not backwards.
    fn range(&self, span: Span) -> Range<usize> {
        let last = self.next.len();
        let start = (span.start as usize).min(last);
        let end = (span.end as usize).clamp(start, last);
        // An end inside a character moves behind it.
        let inside = end > start && end < last && self.next[end - 1] > end;
        self.at[start]..self.at[if inside { self.next[end] } else { end }].max(self.at[start])
    }

    /// The edits, in order; of two that overlap the first.
    fn patches<'a>(&self, fix: &'a Fix) -> Vec<Patch<'a>> {
        let mut edits: Vec<_> = fix.edits.iter().map(|edit| (self.range(edit.span), replacement(&edit.replacement))).collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut end = 0;
        edits.retain(|(range, _)| {
            let fits = range.start >= end;
            end = if fits { range.end } else { end };
            fits
        });
        edits.into_iter().map(|(range, text)| Patch::new(range, text)).collect()
    }
}
