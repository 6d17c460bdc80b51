//! `pullback --explain CODE`.

use super::args::Source;
use super::output::Output;
use super::{End, Misuse};
use crate::explain;
use crate::render::document::{Block, Document, Piece, words};
use crate::render::terminal::render;

pub(super) fn run(code: &str, source: &Source, output: &Output) -> Result<End, Misuse> {
    let code = code.trim().to_ascii_uppercase();
    let Some(page) = explain::page(&code) else {
        let misuse = Misuse::new(format!("there is no code `{code}`"));
        return Err(match crate::ops::nearest_of(&code, explain::codes()) {
            Some(near) => misuse.hint(format!("did you mean {near}?")),
            None => misuse.hint("codes look like E0301; an error names its own"),
        });
    };
    let file = source.to.file();
    let style = output.style(file, source.to.ascii);
    let sections: Vec<String> = sections(page).iter().map(|section| render(section, &style)).collect();
    output.result(&sections.join("\n"), file)
}

/// A page as documents to draw one below the other: of Markdown it knows a title, paragraphs, `code` in them and fenced blocks.
fn sections(page: &str) -> Vec<Document> {
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
    sections.into_iter().map(Document::new).collect()
}

/// A fenced block; where it has options, as it is typed at a prompt.
fn program(mark: &str, inside: &[&str]) -> Vec<Block> {
    let (info, options) = mark.split_once(' ').unwrap_or((mark, ""));
    let lines = match options {
        "" => inside.iter().map(|line| format!("  {line}")).collect(),
        _ => vec![format!("  pullback '{}' {options}", inside.join("; "))],
    };
    let title = match info {
        "pullback,fails" | "pullback,check-fails" | "pullback,hessian-fails" => {
            Some(Block::Paragraph(vec![Piece::Bad(String::new()), words(" This does not pass:")]))
        }
        "pullback,works" | "pullback,check-works" | "pullback,hessian-works" => {
            Some(Block::Paragraph(vec![Piece::Good(String::new()), words(" This passes:")]))
        }
        _ => None,
    };
    title.into_iter().chain([Block::Program(lines)]).collect()
}

/// Words, with what stands between backticks standing out; the backticks stay, for a reader without colour.
fn inline(text: &str) -> Vec<Piece> {
    let part = |(place, part): (usize, &str)| if place % 2 == 1 { Piece::Strong(format!("`{part}`")) } else { words(part) };
    text.split('`').enumerate().filter(|(_, part)| !part.is_empty()).map(part).collect()
}
