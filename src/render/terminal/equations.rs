//! Equations under one another, and the result.

use super::ink::Run;
use super::page::Page;
use super::piece::{bold, items, items_within, measure, muted};
use super::wrap::{Item, columns, flat, widest, wrap};
use crate::render::characters::ascii;
use crate::render::document::{Equation, Text};
use crate::render::formula::Charset;
use std::ops::Range;

/// How much further in a line goes on.
const HANG: usize = 2;
/// Remarks move to the left where they would have fewer columns.
const ROOM_FOR_WORDS: usize = 36;

/// The columns of a row's cells.
struct Size {
    left: usize,
    relation: usize,
    right: usize,
    reason: usize,
    /// Where the sides stand among all that is spelled, where both are formulas that are written as they are spelled.
    spelled: Option<(Range<usize>, Range<usize>)>,
}

/// Draws the equations: relations under one another, and the reasons in one column at the right or else each below its line.
pub(super) fn draw(page: &mut Page, indent: usize, equations: &[Equation]) {
    let charset = page.style.charset;
    let mut spelled = String::new();
    let mut size = |e: &Equation| {
        let (left, one) = measure(&e.left, charset, &mut spelled);
        let (right, other) = measure(&e.right, charset, &mut spelled);
        let relation = columns(sign(e.relation, charset).as_slice());
        Size { left, relation, right, reason: columns(&muted(&e.reason, charset)), spelled: one.zip(other) }
    };
    // measured first and drawn then: of a thousand rows the text is there at once, but not the items
    let sizes: Vec<Size> = equations.iter().map(&mut size).collect();
    let room = page.room(indent);
    let widest_cell = |cell: fn(&Size) -> usize| sizes.iter().map(cell).max().unwrap_or(0);
    let padded = |columns: usize| if columns > 0 { columns + 1 } else { 0 };
    let (left, relation) = (padded(widest_cell(|s| s.left)), padded(widest_cell(|s| s.relation)));
    let reasons = 3 + sizes.iter().filter(|s| s.reason > 0).map(|s| s.right).max().unwrap_or(0);
    let fits = |s: &Size| left + relation + if s.reason == 0 { s.right } else { reasons + s.reason } <= room;
    let beside = sizes.iter().all(fits);
    let above = equations.iter().zip(&sizes).any(|(e, s)| crowded(left + relation, s.right, || widest(&items(&e.right, charset)), room));
    for (equation, size) in equations.iter().zip(&sizes) {
        // mostly there are two formulas and room for both
        let plain = size
            .spelled
            .as_ref()
            .filter(|_| !above && size.right > 0 && equation.reason.is_empty() && left + relation + size.right <= room);
        if let Some((left_side, right_side)) = plain {
            page.written(indent, |out| {
                out.push_str(&spelled[left_side.clone()]);
                out.push_str(&Run::spaces(left - size.left).text);
                flat(sign(equation.relation, charset).as_slice()).for_each(|run| out.push_str(&run.text));
                out.push_str(&Run::spaces(relation - size.relation).text);
                out.push_str(&spelled[right_side.clone()]);
            });
            continue;
        }
        let start = items_within(&equation.left, charset, room);
        let mut line: Vec<Run> = flat(&start).collect();
        let mut used = size.left;
        let mut at = left;
        if above {
            page.wrapped(indent, HANG, &start);
            (line, used, at) = (Vec::new(), 0, HANG);
        }
        line.push(Run::spaces(at - used));
        let sign = sign(equation.relation, charset);
        line.extend(flat(sign.as_slice()));
        line.push(Run::spaces(relation - size.relation));
        let at = at + relation;
        let right = items_within(&equation.right, charset, room.saturating_sub(at));
        let reason = muted(&equation.reason, charset);
        if beside && size.reason > 0 {
            line.extend(flat(&right));
            line.push(Run::spaces(reasons - size.right));
            line.extend(flat(&reason));
            page.line(indent, 0, line.into_iter());
            continue;
        }
        right_side(page, indent, at, line, &right);
        // Further in than what the right side may go on with.
        if size.reason > 0 {
            page.wrapped(indent + at + 2 * HANG, 0, &reason);
        }
    }
}

/// Draws `left = right` in bold, with the remarks below the right side.
pub(super) fn result<'t>(page: &mut Page, indent: usize, left: &Text, right: &Text, remarks: impl Iterator<Item = &'t Text>) {
    let charset = page.style.charset;
    let left = bold(left, charset);
    let right = bold(right, charset);
    let room = page.room(indent);
    let mut at = columns(&left) + 3;
    let mut line: Vec<Run> = flat(&left).collect();
    if crowded(at, columns(&right), || widest(&right), room) {
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

/// Whether what stands before the right side, whose widest part that is never broken has `word` columns, leaves it so little that a
/// line of its own is better.
fn crowded(before: usize, right: usize, word: impl FnOnce() -> usize, room: usize) -> bool {
    before + right > room && (before > room / 3 || before + HANG + word() > room)
}

/// Ends the line with the right side, which goes on below and further in where it is too long.
fn right_side(page: &mut Page, indent: usize, at: usize, line: Vec<Run>, right: &[Item]) {
    let room = page.room(indent).saturating_sub(at);
    let mut lines = wrap(right, room, room.saturating_sub(HANG));
    page.line(indent, 0, line.into_iter().chain(flat(lines.next().unwrap_or_default())));
    lines.for_each(|rest| page.line(indent, at + HANG, flat(rest)));
}
