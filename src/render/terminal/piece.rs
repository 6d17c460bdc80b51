//! Pieces become runs of styled text and the places where a line may end.

use std::borrow::Cow;
use std::ops::Range;

use anstyle::Style as Ink;
use unicode_width::UnicodeWidthChar;

use super::ink::{self, Run};
use super::wrap::{Item, columns};
use crate::formula::spell_to;
use crate::render::characters::ascii;
use crate::render::document::{Piece, Side};
use crate::render::formula::{Charset, Token, plain, word};
use crate::visible::{steers, visible};

/// The rank of a place inside a formula: the deeper in brackets, and at equal depth the tighter the sign binds, the later.
fn rank(depth: usize, binds: usize) -> usize {
    1 + 4 * depth + binds
}

/// The rank of a place where a line ends only if there is no other.
const LAST_RESORT: usize = usize::MAX;

/// The items of a line, without blanks at its ends.
pub(super) fn items(text: &[Piece], charset: Charset) -> Vec<Item<'_>> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut items = Vec::with_capacity(16);
    for (place, piece) in text.iter().enumerate() {
        match piece {
            Piece::Words(words) => push_words(&mut items, words, ink::PLAIN, charset),
            Piece::Strong(words) => push_words(&mut items, words, ink::STRONG, charset),
            Piece::Muted(words) => push_words(&mut items, words, ink::MUTED, charset),
            Piece::Good(words) => push_words(&mut items, if words.is_empty() { "✓" } else { words }, ink::GOOD, charset),
            Piece::Bad(words) => push_words(&mut items, if words.is_empty() { "✗" } else { words }, ink::BAD, charset),
            Piece::Formula(formula) => push_formula(&mut items, formula, charset),
            Piece::Shape(sides) => push_shape(&mut items, sides),
            Piece::Side(side) => items.push(Item::Run(run(side))),
            Piece::Code(code) => push_broken(&mut items, ours(code.as_str().into(), charset), ink::PLAIN, rank(0, 3)),
            Piece::Sign(sign) => {
                // with the blanks round it, of which the second belongs to it: nothing but a lack of room ends a line there
                if place > 0 {
                    items.push(Item::Space { columns: 1, rank: LAST_RESORT });
                }
                let sign = if place + 1 < text.len() { before_blank(plain(sign, charset)) } else { plain(sign, charset).into() };
                items.push(Item::Run(Run::new(ours(sign, charset), ink::PLAIN)));
            }
            Piece::Gap => items.push(Item::Space { columns: 3, rank: 0 }),
        }
    }
    let is_run = |item: &Item| matches!(item, Item::Run(_));
    items.truncate(items.iter().rposition(is_run).map_or(0, |last| last + 1));
    items.drain(..items.iter().position(is_run).unwrap_or(0));
    items
}

/// The same, as one run where the text is a formula of at most `room` columns: it is not broken, so that its places do not matter.
pub(super) fn items_within(text: &[Piece], charset: Charset, room: usize) -> Vec<Item<'_>> {
    let mut spelled = String::new();
    match whole(text, charset, &mut spelled) {
        Some((columns, _)) if columns <= room => vec![Item::Run(Run { text: spelled.into(), columns, style: ink::PLAIN })],
        _ => items(text, charset),
    }
}

/// The columns of the items of a line; where it is a formula that is written as it is spelled, it is added to `spelled`, in this range.
pub(super) fn measure(text: &[Piece], charset: Charset, spelled: &mut String) -> (usize, Option<Range<usize>>) {
    match whole(text, charset, spelled) {
        Some((columns, range)) => (columns, Some(range)),
        None => (columns(&items(text, charset)), None),
    }
}

/// Spells a formula at once, behind what is spelled, and gives its columns and its range; nothing where the text is more than a formula,
/// or has signs that its items change.
fn whole(text: &[Piece], charset: Charset, out: &mut String) -> Option<(usize, Range<usize>)> {
    let [Piece::Formula(tokens)] = text else { return None };
    let start = out.len();
    spell_to(out, tokens, charset);
    let spelled = &out[start..];
    let changed = spelled.starts_with(' ') || spelled.ends_with(' ') || (charset == Charset::Ascii && !spelled.is_ascii());
    let columns = |sum: usize, c: char| match c {
        ' '..='~' | 'ᵀ' => Some(sum + 1),
        c if steers(c) || c.is_whitespace() => None,
        c => Some(sum + c.width().unwrap_or(0)),
    };
    if changed {
        return None;
    }
    // names and signs are ASCII up to the first transpose
    let plain = spelled.bytes().take_while(|byte| matches!(byte, b' '..=b'~')).count();
    let columns = spelled[plain..].chars().try_fold(plain, columns)?;
    Some((columns, start..out.len()))
}

/// The same, bold.
pub(super) fn bold(text: &[Piece], charset: Charset) -> Vec<Item<'_>> {
    restyle(items(text, charset), |style| style.bold())
}

/// The same, dim.
pub(super) fn muted(text: &[Piece], charset: Charset) -> Vec<Item<'_>> {
    restyle(items(text, charset), |style| style.dimmed())
}

fn restyle(mut items: Vec<Item<'_>>, restyle: fn(Ink) -> Ink) -> Vec<Item<'_>> {
    for item in &mut items {
        if let Item::Run(run) = item {
            run.style = restyle(run.style);
        }
    }
    items
}

/// A line of the user's own, blanks at its start included.
pub(super) fn verbatim(line: &str) -> Vec<Item<'_>> {
    let line = if line.contains('\t') { Cow::Owned(line.replace('\t', "    ")) } else { Cow::Borrowed(line) };
    let code = line.trim_start_matches(' ').len();
    // a word and a blank take three or more columns
    let mut items = Vec::with_capacity(2 + line.len() / 2);
    items.push(Item::Run(Run::spaces(line.len() - code)));
    let code = part(&line, line.len() - code..line.len());
    push_broken(&mut items, code, ink::PLAIN, 0);
    items
}

/// A dimension in its colour.
pub(super) fn run(side: &Side) -> Run<'_> {
    Run::new(visible(side.name.as_str()), ink::hue(side.hue))
}

fn push_words<'t>(items: &mut Vec<Item<'t>>, words: &'t str, style: Ink, charset: Charset) {
    push_broken(items, ours(words.into(), charset), style, 0);
}

/// The tool's own text, as opposed to names and literals out of the program.
fn ours(text: Cow<'_, str>, charset: Charset) -> Cow<'_, str> {
    if charset == Charset::Ascii && !text.is_ascii() { Cow::Owned(ascii(&text).into_owned()) } else { text }
}

/// A part of a text, borrowed from wherever the text is.
fn part<'t>(text: &Cow<'t, str>, range: Range<usize>) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].into()),
    }
}

/// Text that may be broken at its blanks (not at no-break spaces).
fn push_broken<'t>(items: &mut Vec<Item<'t>>, text: Cow<'t, str>, style: Ink, rank: usize) {
    let blank = |c: char| c.is_whitespace() && c != '\u{a0}';
    let mut at = 0;
    while at < text.len() {
        let word = text[at..].find(blank).unwrap_or(text.len() - at);
        if word > 0 {
            items.push(Item::Run(Run::new(visible(part(&text, at..at + word)), style)));
        }
        let rest = &text[at + word..];
        let blanks = rest.len() - rest.trim_start_matches(blank).len();
        if blanks > 0 {
            items.push(Item::Space { columns: rest[..blanks].chars().count(), rank });
        }
        at += word + blanks;
    }
}

fn push_shape<'t>(items: &mut Vec<Item<'t>>, sides: &'t [Side]) {
    let mark = |text: &'static str| Item::Run(Run::new(text, ink::PLAIN));
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

/// The sign of an operator with the blank behind it.
fn before_blank(sign: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(match sign {
        "+" => "+ ",
        "-" => "- ",
        "@" => "@ ",
        "*" => "* ",
        "/" => "/ ",
        "=" => "= ",
        sign => return Cow::Owned(format!("{sign} ")),
    })
}

/// A formula, spelled token by token; a line may end before an operator and after a comma, rather outside a bracket than inside.
pub(super) fn push_formula<'t>(items: &mut Vec<Item<'t>>, formula: &'t [Token], charset: Charset) {
    items.reserve(2 * formula.len());
    let mut depth = 0usize;
    for token in formula {
        let mut push = |text: Cow<'t, str>| items.push(Item::Run(Run::new(visible(text), ink::PLAIN)));
        match token {
            Token::Operator(sign) => {
                let binds = match *sign {
                    "+" | "-" => 2,
                    "@" | "*" => 3,
                    _ => 1,
                };
                items.push(Item::Space { columns: 1, rank: rank(depth, binds) });
                // The blank after the sign belongs to it: no line ends there.
                items.push(Item::Run(Run::new(ours(before_blank(plain(sign, charset)), charset), ink::PLAIN)));
            }
            Token::Mark(",") => {
                push(",".into());
                items.push(Item::Space { columns: 1, rank: rank(depth, 0) });
            }
            Token::Mark(sign) => {
                match *sign {
                    "(" | "[" | "⟨" => depth += 1,
                    ")" | "]" | "⟩" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                push(ours(word(token, charset), charset));
            }
            Token::Shape(_) => {}
            Token::Summation(_) => push_broken(items, ours(word(token, charset), charset), ink::PLAIN, LAST_RESORT),
            Token::Tight(_) | Token::Indices(_) => push(ours(word(token, charset), charset)),
            Token::Verbatim(_) | Token::Axes(_) => push_broken(items, ours(word(token, charset), charset), ink::PLAIN, rank(depth, 3)),
            _ => push(word(token, charset)),
        }
    }
}
