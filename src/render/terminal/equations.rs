//! Equations under one another, and the result.

use super::ink::Run;
use super::page::Page;
use super::piece::{bold, items, muted};
use super::wrap::{Item, columns, flat, widest, wrap};
use crate::render::characters::ascii;
use crate::render::document::{Equation, Text};
use crate::render::formula::Charset;

/// How much further in a line goes on.
const HANG: usize = 2;
/// Remarks move to the left where they would have fewer columns.
const ROOM_FOR_WORDS: usize = 36;

struct Row<'t> {
    left: Vec<Item<'t>>,
    relation: Option<Item<'t>>,
    right: Vec<Item<'t>>,
    reason: Vec<Item<'t>>,
}

/// The columns of a row's cells, and of the widest part of its right side that is never broken.
struct Size {
    left: usize,
    relation: usize,
    right: usize,
    reason: usize,
    word: usize,
}

impl Size {
    fn of(row: &Row) -> Self {
        Size {
            left: columns(&row.left),
            relation: columns(row.relation.as_slice()),
            right: columns(&row.right),
            reason: columns(&row.reason),
            word: widest(&row.right),
        }
    }
}

/// Draws the equations: relations under one another, and the reasons in one column at the right or else each below its line.
pub(super) fn draw<'t>(page: &mut Page, indent: usize, equations: &'t [Equation]) {
    let charset = page.style.charset;
    let row = |e: &'t Equation| Row {
        left: items(&e.left, charset),
        relation: sign(e.relation, charset),
        right: items(&e.right, charset),
        reason: muted(&e.reason, charset),
    };
    // measured first and drawn then, each row made twice, so that a thousand of them are never there at once
    let sizes: Vec<Size> = equations.iter().map(|e| Size::of(&row(e))).collect();
    let room = page.room(indent);
    let widest = |cell: fn(&Size) -> usize| sizes.iter().map(cell).max().unwrap_or(0);
    let padded = |columns: usize| if columns > 0 { columns + 1 } else { 0 };
    let (left, relation) = (padded(widest(|s| s.left)), padded(widest(|s| s.relation)));
    let reasons = 3 + sizes.iter().filter(|s| s.reason > 0).map(|s| s.right).max().unwrap_or(0);
    let fits = |s: &Size| left + relation + if s.reason == 0 { s.right } else { reasons + s.reason } <= room;
    let beside = sizes.iter().all(fits);
    let above = sizes.iter().any(|s| crowded(left + relation, s.right, s.word, room));
    for row in equations.iter().map(row) {
        let mut line: Vec<Run> = flat(&row.left).collect();
        let mut used = columns(&row.left);
        let mut at = left;
        if above {
            page.wrapped(indent, HANG, &row.left);
            (line, used, at) = (Vec::new(), 0, HANG);
        }
        line.push(Run::spaces(at - used));
        line.extend(flat(row.relation.as_slice()));
        line.push(Run::spaces(relation - columns(row.relation.as_slice())));
        let at = at + relation;
        if beside && !row.reason.is_empty() {
            line.extend(flat(&row.right));
            line.push(Run::spaces(reasons - columns(&row.right)));
            line.extend(flat(&row.reason));
            page.line(indent, 0, line.into_iter());
            continue;
        }
        right_side(page, indent, at, line, &row.right);
        // Further in than what the right side may go on with.
        page.wrapped(indent + at + 2 * HANG, 0, &row.reason);
    }
}

/// Draws `left = right` in bold, with the remarks below the right side.
pub(super) fn result(page: &mut Page, indent: usize, left: &Text, right: &Text, remarks: &[Text]) {
    let charset = page.style.charset;
    let left = bold(left, charset);
    let right = bold(right, charset);
    let room = page.room(indent);
    let mut at = columns(&left) + 3;
    let mut line: Vec<Run> = flat(&left).collect();
    if crowded(at, columns(&right), widest(&right), room) {
        page.wrapped(indent, HANG, &left);
        (line, at) = (Vec::new(), HANG + 2);
        line.push(Run::spaces(HANG));
    } else {
        line.push(Run::spaces(1));
    }
    line.push(Run::new("= ", super::ink::STRONG));
    right_side(page, indent, at, line, &right);
    let below = if room < at + ROOM_FOR_WORDS { HANG + 2 } else { at };
    for remark in remarks {
        page.wrapped(indent + below, HANG, &items(remark, charset));
    }
}

/// A relation; nothing where there is none.
fn sign(relation: &'static str, charset: Charset) -> Option<Item<'static>> {
    let text = if charset == Charset::Ascii { ascii(relation) } else { relation.into() };
    (!relation.is_empty()).then(|| Item::Run(Run::new(text, super::ink::PLAIN)))
}

/// Whether what stands before the right side leaves it so little that a line of its own is better.
fn crowded(before: usize, right: usize, word: usize, room: usize) -> bool {
    before + right > room && (before > room / 3 || before + HANG + word > room)
}

/// Ends the line with the right side, which goes on below and further in where it is too long.
fn right_side(page: &mut Page, indent: usize, at: usize, line: Vec<Run>, right: &[Item]) {
    let room = page.room(indent).saturating_sub(at);
    let mut lines = wrap(right, room, room.saturating_sub(HANG));
    page.line(indent, 0, line.into_iter().chain(flat(lines.next().unwrap_or_default())));
    lines.for_each(|rest| page.line(indent, at + HANG, flat(rest)));
}
