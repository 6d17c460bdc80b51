//! Pieces become runs of styled text and the places where a line may end.

use std::borrow::Cow;

use anstyle::Style as Ink;

use super::ink::{self, Run};
use super::wrap::Item;
use crate::render::characters::{ascii, visible};
use crate::render::document::{Piece, Side};
use crate::render::formula::{Charset, Token, spell};

/// The rank of a place inside a formula: the deeper in brackets, and at equal depth the tighter the sign binds, the later.
fn rank(depth: usize, binds: usize) -> usize {
    1 + 4 * depth + binds
}

/// The rank of a place where a line ends only if there is no other.
const LAST_RESORT: usize = usize::MAX;

/// The items of a line, without blanks at its ends.
pub(super) fn items(text: &[Piece], charset: Charset) -> Vec<Item> {
    let mut items = Vec::new();
    for piece in text {
        match piece {
            Piece::Words(words) => push_words(&mut items, words, ink::PLAIN, charset),
            Piece::Strong(words) => push_words(&mut items, words, ink::STRONG, charset),
            Piece::Muted(words) => push_words(&mut items, words, ink::MUTED, charset),
            Piece::Good(words) => push_words(&mut items, if words.is_empty() { "✓" } else { words }, ink::GOOD, charset),
            Piece::Bad(words) => push_words(&mut items, if words.is_empty() { "✗" } else { words }, ink::BAD, charset),
            Piece::Formula(formula) => push_formula(&mut items, formula, charset),
            Piece::Shape(sides) => push_shape(&mut items, sides),
            Piece::Side(side) => items.push(Item::Run(run(side))),
        }
    }
    let is_run = |item: &Item| matches!(item, Item::Run(_));
    items.truncate(items.iter().rposition(is_run).map_or(0, |last| last + 1));
    items.drain(..items.iter().position(is_run).unwrap_or(0));
    items
}

/// The same, bold.
pub(super) fn bold(text: &[Piece], charset: Charset) -> Vec<Item> {
    restyle(items(text, charset), |style| style.bold())
}

/// The same, dim.
pub(super) fn muted(text: &[Piece], charset: Charset) -> Vec<Item> {
    restyle(items(text, charset), |style| style.dimmed())
}

fn restyle(mut items: Vec<Item>, restyle: fn(Ink) -> Ink) -> Vec<Item> {
    for item in &mut items {
        if let Item::Run(run) = item {
            run.style = restyle(run.style);
        }
    }
    items
}

/// A line of the user's own, blanks at its start included.
pub(super) fn verbatim(line: &str) -> Vec<Item> {
    let line = line.replace('\t', "    ");
    let code = line.trim_start_matches(' ');
    let mut items = vec![Item::Run(Run::spaces(line.len() - code.len()))];
    push_broken(&mut items, code, ink::PLAIN, 0);
    items
}

/// A dimension in its colour.
pub(super) fn run(side: &Side) -> Run {
    Run::new(visible(&side.name), ink::hue(side.hue))
}

fn push_words(items: &mut Vec<Item>, words: &str, style: Ink, charset: Charset) {
    push_broken(items, &ours(words, charset), style, 0);
}

/// The tool's own text, as opposed to names and literals out of the program.
fn ours(text: &str, charset: Charset) -> Cow<'_, str> {
    if charset == Charset::Ascii { ascii(text) } else { Cow::Borrowed(text) }
}

/// Text that may be broken at its blanks (not at no-break spaces).
fn push_broken(items: &mut Vec<Item>, text: &str, style: Ink, rank: usize) {
    let blank = |c: char| c.is_whitespace() && c != '\u{a0}';
    let mut rest = text;
    while !rest.is_empty() {
        let word = &rest[..rest.find(blank).unwrap_or(rest.len())];
        rest = &rest[word.len()..];
        if !word.is_empty() {
            items.push(Item::Run(Run::new(visible(word), style)));
        }
        let after = rest.trim_start_matches(blank);
        let columns = rest[..rest.len() - after.len()].chars().count();
        if columns > 0 {
            items.push(Item::Space { columns, rank });
        }
        rest = after;
    }
}

fn push_shape(items: &mut Vec<Item>, sides: &[Side]) {
    let mark = |text: &str| Item::Run(Run::new(text, ink::PLAIN));
    items.push(mark("("));
    for (i, side) in sides.iter().enumerate() {
        if i > 0 {
            items.push(Item::Space { columns: 1, rank: 1 });
        }
        items.push(Item::Run(run(side)));
        if i + 1 < sides.len() || sides.len() == 1 {
            items.push(mark(","));
        }
    }
    items.push(mark(")"));
}

/// A formula, spelled token by token; a line may end before an operator and after a comma, rather outside a bracket than inside.
pub(super) fn push_formula(items: &mut Vec<Item>, formula: &[Token], charset: Charset) {
    let mut depth = 0usize;
    for token in formula {
        let text = spell(std::slice::from_ref(token), charset);
        let mut push = |text: &str| items.push(Item::Run(Run::new(visible(text), ink::PLAIN)));
        match token {
            Token::Operator(sign) => {
                let binds = match *sign {
                    "+" | "-" => 1,
                    "@" | "*" => 2,
                    _ => 0,
                };
                items.push(Item::Space { columns: 1, rank: rank(depth, binds) });
                // The blank after the sign belongs to it: no line ends there.
                items.push(Item::Run(Run::new(ours(text.trim_start(), charset), ink::PLAIN)));
            }
            Token::Mark(",") => {
                push(",");
                items.push(Item::Space { columns: 1, rank: rank(depth, 3) });
            }
            Token::Mark(sign) => {
                match *sign {
                    "(" | "[" | "⟨" => depth += 1,
                    ")" | "]" | "⟩" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                push(&ours(&text, charset));
            }
            Token::Summation(_) => push_broken(items, &ours(&text, charset), ink::PLAIN, LAST_RESORT),
            Token::Tight(_) | Token::Indices(_) => push(&ours(&text, charset)),
            Token::Verbatim(_) => push_broken(items, &ours(&text, charset), ink::PLAIN, rank(depth, 3)),
            _ => push(&text),
        }
    }
}
