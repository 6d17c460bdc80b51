//! A page for every code that a diagnostic can have: a program that fails, why, and the fix.
//!
//! The programs on the pages are run by `tests/explain.rs`: those marked `fails` end in exactly their page's code, those marked `works`
//! pass.

use crate::render::document::{Block, Document, Piece, words};

macro_rules! pages {
    ($($code:literal)*) => {
        const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!($code, ".md")))),*];
    };
}

pages! {
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108" "E0109" "E0110" "E0111" "E0112" "E0113" "E0114" "E0115" "E0116"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309"
    "E0401" "E0402" "E0403"
    "E0501" "E0502" "E0503"
    "E0901" "E0902" "E0903"
    "W0601" "W0602"
}

/// The page of a code, in Markdown.
///
/// ```
/// assert!(pullback::explain::page("E0301").unwrap().starts_with("# E0301: "));
/// assert!(pullback::explain::page("E9999").is_none());
/// ```
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

/// Every code that has a page.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

/// A fenced block of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    /// The first word behind its opening mark: `pullback,fails`.
    pub info: &'a str,
    /// What follows it: options of the command line.
    pub options: &'a str,
    /// Its lines.
    pub body: &'a str,
}

/// The fenced blocks of a page, in order.
///
/// ```
/// use pullback::explain::{fences, page};
/// let fence = fences(page("E0204").unwrap())[0];
/// assert_eq!((fence.info, fence.options, fence.body), ("pullback,fails", "--wrt V", "Y = X @ W"));
/// ```
pub fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut rest = page;
    while let Some((_, opened)) = rest.split_once("\n```") {
        let Some((mark, inside)) = opened.split_once('\n') else { break };
        let Some((body, after)) = inside.split_once("\n```") else { break };
        let (info, options) = mark.split_once(' ').unwrap_or((mark, ""));
        fences.push(Fence { info, options, body });
        rest = after;
    }
    fences
}

/// A page as documents to draw one below the other: of Markdown it knows a title, paragraphs, `code` in them and fenced blocks.
pub fn sections(page: &str) -> Vec<Document> {
    let mut sections: Vec<Vec<Block>> = Vec::new();
    let mut lines = page.lines();
    let mut paragraph = String::new();
    while let Some(line) = lines.next() {
        let fence = line.strip_prefix("```");
        if (line.is_empty() || fence.is_some()) && !paragraph.is_empty() {
            sections.push(vec![Block::Paragraph(inline(&std::mem::take(&mut paragraph)))]);
        }
        if let Some(title) = line.strip_prefix("# ") {
            sections.push(vec![Block::Heading(0, vec![words(title)])]);
        } else if let Some(mark) = fence {
            let inside: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            sections.push(program(mark, &inside));
        } else {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line);
        }
    }
    if !paragraph.is_empty() {
        sections.push(vec![Block::Paragraph(inline(&paragraph))]);
    }
    sections.into_iter().map(|blocks| Document { blocks }).collect()
}

/// A fenced block; where it has options, as it is typed at a prompt.
fn program(mark: &str, inside: &[&str]) -> Vec<Block> {
    let (info, options) = mark.split_once(' ').unwrap_or((mark, ""));
    let lines = match options {
        "" => inside.iter().map(|line| format!("  {line}")).collect(),
        _ => vec![format!("  pullback '{}' {options}", inside.join("; "))],
    };
    let title = match info {
        "pullback,fails" => Some(Block::Paragraph(vec![Piece::Bad(String::new()), words(" This does not pass:")])),
        "pullback,works" => Some(Block::Paragraph(vec![Piece::Good(String::new()), words(" This passes:")])),
        _ => None,
    };
    title.into_iter().chain([Block::Program(lines)]).collect()
}

/// Words, with what stands between backticks standing out; the backticks stay, for a reader without colour.
fn inline(text: &str) -> Vec<Piece> {
    let part = |(place, part): (usize, &str)| if place % 2 == 1 { Piece::Strong(format!("`{part}`")) } else { words(part) };
    text.split('`').enumerate().filter(|(_, part)| !part.is_empty()).map(part).collect()
}
