//! Aligned columns, and what becomes of them where there is no room.

use super::equations;
use super::ink::Run;
use super::page::Page;
use super::piece::{items, push_formula};
use super::wrap::{Item, columns, flat, widest, wrap};
use crate::render::document::{Formula, Text, entries, words};
use crate::render::formula::Charset;

/// A row's last cell has at least so many columns, or the rows are stacked.
const LAST: usize = 24;

/// Draws the rows. A row's last cell runs on to the right edge and is wrapped there; it does not widen the column that it starts in.
pub(super) fn draw(page: &mut Page, indent: usize, rows: &[Vec<Vec<Item>>]) {
    let room = page.room(indent);
    let filled = |row: &[Vec<Item>]| row.iter().rposition(|cell| !cell.is_empty());
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        let inner = filled(row).unwrap_or(0);
        widths.resize(widths.len().max(inner), 0);
        for (width, cell) in widths.iter_mut().zip(&row[..inner]) {
            *width = columns(cell).max(*width);
        }
    }
    let starts = |gap: usize| {
        let next = |at: &mut usize, width: &usize| {
            *at += if *width > 0 { width + gap } else { 0 };
            Some(*at)
        };
        std::iter::once(0).chain(widths.iter().scan(0, next)).collect::<Vec<_>>()
    };
    let fits = |starts: &Vec<usize>| {
        let fits = |row: &Vec<Vec<Item>>| {
            filled(row).is_none_or(|last| starts[last] + columns(&row[last]).min(LAST).max(widest(&row[last])) <= room)
        };
        rows.iter().all(fits)
    };
    let Some(starts) = [3, 2].into_iter().map(starts).find(fits) else { return stack(page, indent, rows) };
    for row in rows {
        let Some(last) = filled(row) else { continue };
        let mut line: Vec<Run> = Vec::new();
        let mut used = 0;
        for (cell, start) in row[..last].iter().zip(&starts) {
            line.push(Run::spaces(start - used));
            line.extend(flat(cell));
            used = start + columns(cell);
        }
        line.push(Run::spaces(starts[last] - used));
        let room = room - starts[last];
        let mut lines = wrap(&row[last], room, room);
        line.extend(flat(lines.next().unwrap_or_default()));
        page.line(indent, 0, line.into_iter());
        lines.for_each(|rest| page.line(indent, starts[last], flat(rest)));
    }
}

/// Draws `left = [ ... ]`, a column of brackets at each side.
pub(super) fn matrix(page: &mut Page, indent: usize, left: &Text, rows: &[Vec<Formula>]) {
    let charset = page.style.charset;
    let start: Text = left.iter().cloned().chain([words(" =")]).collect();
    let (open, close) = (vec![words("[")], vec![words("]")]);
    let nothing = Text::new();
    let across = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|entry| width(entry, charset)).max().unwrap_or(0);
    let inner: usize = (0..across).map(|place| 2 + widest(place)).sum();
    if columns(&items(&start, charset)) + 2 + inner + 4 > page.room(indent) {
        return equations::draw(page, indent, &entries(left, rows));
    }
    let rows = rows.iter().enumerate().map(|(place, row)| {
        let entries = row.iter().map(|entry| {
            let mut cell = Vec::new();
            push_formula(&mut cell, entry, charset);
            cell
        });
        let start = items(if place == 0 { &start } else { &nothing }, charset);
        [start, items(&open, charset)].into_iter().chain(entries).chain([items(&close, charset)]).collect()
    });
    draw(page, indent, &rows.collect::<Vec<Vec<_>>>());
}

fn width(entry: &Formula, charset: Charset) -> usize {
    let mut cell = Vec::new();
    push_formula(&mut cell, entry, charset);
    columns(&cell)
}

/// The item as a part of something longer.
fn within(item: Item<'_>) -> Item<'_> {
    match item {
        Item::Space { columns, rank } => Item::Space { columns, rank: rank.saturating_add(1) },
        run => run,
    }
}

/// Each row as a short paragraph: its first cell, and below it the others, further in, each on one line where it fits.
fn stack(page: &mut Page, indent: usize, rows: &[Vec<Vec<Item>>]) {
    for row in rows {
        let mut cells = row.iter().filter(|cell| !cell.is_empty());
        let Some(first) = cells.next() else { continue };
        page.wrapped(indent, 2, first);
        let mut rest = Vec::new();
        for cell in cells {
            rest.extend(cell.iter().cloned().map(within));
            rest.push(Item::Space { columns: 2, rank: 0 });
        }
        page.wrapped(indent + 2, 0, &rest);
    }
}
