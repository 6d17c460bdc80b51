//! A formula as boxes to scale, in the order in which it is written: matrices are rectangles, 1-D arrays lines, scalars dots.
//!
//! The sides that a product joins are of one length, one hue and one pattern. What is broadcast is drawn where it stands, with broken
//! repeats beside it; what is summed is a broken box, pressed into the line that stays.

use super::scene::{Anchor, Frame, Ink, Label, Scene, Shape};
use super::text::{self, Line, bold, fitted, formula, run, side};
use super::{BODY, LABEL, MARGIN, captioned};
use crate::formula::{Charset, Formula};
use crate::render::figure::{Array, Axis, Form, Item, Row};

/// The longest side, in pixels.
const LONGEST: f64 = 116.0;
/// The shortest.
const SHORTEST: f64 = 26.0;
/// How far the sheets of a stack are apart.
const SHEET: f64 = 7.0;
/// Between the pieces of a row.
const GAP: f64 = 14.0;
/// The widest name below a box; the whole of it stands in the description.
const WIDEST: f64 = 290.0;
/// Between a side and its name.
const BESIDE: f64 = 6.0;

/// From lengths to pixels, the same for all rows of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// The scale for everything that is drawn in some rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Scale {
        let mut scale = Scale { least: f64::INFINITY, most: 1.0 };
        for item in rows.into_iter().flat_map(|row| &row.items) {
            if let Item::Array(array) = item {
                let more: &[(Axis, bool)] = if let Form::Stretched(axes) = &array.form { axes } else { &[] };
                for axis in array.axes.iter().chain(more.iter().map(|a| &a.0)).filter(|axis| axis.length > 1) {
                    scale.least = scale.least.min(axis.length as f64);
                    scale.most = scale.most.max(axis.length as f64);
                }
            }
        }
        scale.least = scale.least.min(scale.most);
        scale
    }

    /// Whether lengths are too different for one scale: they are then drawn by their order of magnitude.
    pub fn bent(self) -> bool {
        self.most / self.least > LONGEST / SHORTEST
    }

    fn pixels(self, length: usize) -> f64 {
        match length {
            0 | 1 => 12.0,
            length if self.bent() => {
                let place = libm::log(length as f64 / self.least) / libm::log(self.most / self.least);
                SHORTEST + (LONGEST - SHORTEST) * place
            }
            // few short lengths need not fill the room
            length => length as f64 * (LONGEST / self.most).min(30.0),
        }
    }
}

/// One piece of a row: its drawing, with the middle line of its box at y = 0, and what is written below it.
struct Block {
    scene: Scene,
    /// Left and right of its box, where its label is centred.
    middle: f64,
    label: Line,
    frame: Frame,
}

pub(super) fn layout(row: &Row, scale: Scale, room: f64, charset: Charset) -> Scene {
    let blocks: Vec<Block> = row.items.iter().map(|item| block(item, scale, charset)).collect();
    let mut scene = Scene::default();
    let mut top = 0.0;
    for line in balanced(&blocks, room - 2.0 * MARGIN) {
        top = draw_line(&mut scene, line, top) + 18.0;
    }
    captioned(scene.trimmed(MARGIN), &row.caption, charset)
}

/// The blocks in as few lines as can be, none much longer than the others.
fn balanced(blocks: &[Block], room: f64) -> Vec<&[Block]> {
    let mut found = lines(blocks, room);
    for part in (10..20).rev() {
        let narrower = lines(blocks, room * f64::from(part) / 20.0);
        if narrower.len() > found.len() {
            break;
        }
        found = narrower;
    }
    found
}

/// The blocks, broken before a sign where a line would be too wide.
fn lines(blocks: &[Block], room: f64) -> Vec<&[Block]> {
    let width = |blocks: &[Block]| blocks.iter().map(|b| b.frame.right - b.frame.left + GAP).sum::<f64>();
    let mut lines = vec![];
    let (mut start, mut at) = (0, 0);
    while at < blocks.len() {
        // a sign stays with what follows it
        let mut end = at + 1;
        while end < blocks.len() && blocks[end - 1].label.is_empty() {
            end += 1;
        }
        if at > start && width(&blocks[start..end]) > room {
            lines.push(&blocks[start..at]);
            start = at;
        }
        at = end;
    }
    lines.push(&blocks[start..]);
    lines
}

/// Draws one line of blocks below `top`; how far down it goes.
fn draw_line(scene: &mut Scene, blocks: &[Block], top: f64) -> f64 {
    let whole = blocks.iter().fold(Frame::EMPTY, |frame, b| frame.with(Frame { left: 0.0, right: 0.0, ..b.frame }));
    let axis = top - whole.top;
    let below = axis + whole.bottom + 6.0 + LABEL;
    let mut x = 0.0;
    let mut deepest: f64 = axis + whole.bottom;
    for block in blocks {
        let left = x - block.frame.left;
        scene.place(block.scene.clone(), (left, axis));
        if !block.label.is_empty() {
            let label = Label { at: (left + block.middle, below), anchor: Anchor::Middle, size: LABEL, line: block.label.clone() };
            deepest = deepest.max(label.frame().bottom);
            scene.write(label);
        }
        x = left + block.frame.right + GAP;
    }
    deepest
}

fn block(item: &Item, scale: Scale, charset: Charset) -> Block {
    match item {
        Item::Sign(sign) => sign_block(sign, charset),
        Item::Array(array) => {
            let mut scene = Scene::default();
            let frame = draw(&mut scene, array, scale, charset);
            let label = fitted(formula(&array.label, charset), LABEL, WIDEST, charset);
            let middle = (frame.left + frame.right) / 2.0;
            let half = text::width(&label, LABEL) / 2.0;
            let mut all = scene.frame();
            all.left = all.left.min(middle - half);
            all.right = all.right.max(middle + half);
            Block { scene, middle, label, frame: all }
        }
    }
}

fn sign_block(sign: &Formula, charset: Charset) -> Block {
    let mut line = formula(sign, charset);
    if let Some(first) = line.first_mut() {
        first.text = first.text.trim_start().into();
    }
    if let Some(last) = line.last_mut() {
        last.text = last.text.trim_end().into();
    }
    let label = Label::centred((0.0, 0.0), LABEL + 3.0, line);
    let frame = label.frame();
    let mut scene = Scene::default();
    scene.write(label);
    Block { scene, middle: 0.0, label: vec![], frame }
}

/// An axis as it lies in the picture.
#[derive(Clone, Copy)]
struct Lie<'a> {
    axis: &'a Axis,
    /// Whether the array has it by itself, rather than by being repeated.
    own: bool,
    summed: bool,
}

/// Draws the array around the line y = 0, its box from x = 0; where the box lies.
fn draw(scene: &mut Scene, array: &Array, scale: Scale, charset: Charset) -> Frame {
    let lies: Vec<Lie> = match &array.form {
        Form::Whole => array.axes.iter().map(|axis| Lie { axis, own: true, summed: false }).collect(),
        Form::Stretched(axes) => axes.iter().map(|(axis, own)| Lie { axis, own: *own, summed: false }).collect(),
        Form::Squeezed(summed) => array.axes.iter().zip(summed).map(|(axis, &summed)| Lie { axis, own: true, summed }).collect(),
    };
    let (stack, rows, columns) = match lies.as_slice() {
        [] => (&[][..], None, None),
        [one] if array.upright => (&[][..], Some(*one), None),
        [one] => (&[][..], None, Some(*one)),
        [stack @ .., rows, columns] => (stack, Some(*rows), Some(*columns)),
    };
    let length = |lie: Option<Lie>| lie.map_or(0.0, |lie| scale.pixels(lie.axis.length));
    let frame = Frame { left: 0.0, top: -length(rows) / 2.0, right: length(columns), bottom: length(rows) / 2.0 };
    if rows.is_none() && columns.is_none() {
        scene.draw(Shape::Dot((0.0, 0.0), 4.5), Ink::Solid);
        return Frame::around((0.0, 0.0), 9.0, 9.0);
    }
    let sheets = stack.iter().filter(|lie| lie.axis.length > 1).count().min(3);
    for sheet in (1..=sheets).rev() {
        let by = SHEET * sheet as f64;
        let moved = Frame { left: frame.left + by, top: frame.top - by, right: frame.right + by, bottom: frame.bottom - by };
        // what shows of the sheets behind: their upper and right edges
        let corner = vec![(moved.left, moved.top), (moved.right, moved.top), (moved.right, moved.bottom)];
        scene.draw(Shape::Line(corner), Ink::Thin);
        scene.draw(Shape::Line(vec![(moved.left, moved.top), (moved.left, moved.top + SHEET)]), Ink::Thin);
        scene.draw(Shape::Line(vec![(moved.right - SHEET, moved.bottom), (moved.right, moved.bottom)]), Ink::Thin);
    }
    inside(scene, frame, rows, columns);
    let back = SHEET * sheets as f64;
    names(scene, frame, (rows, columns), stack, back, charset);
    frame
}

/// The box itself: its sides where the array is, broken lines where it is repeated, arrows where it is pressed together.
fn inside(scene: &mut Scene, f: Frame, rows: Option<Lie>, columns: Option<Lie>) {
    let (left, right, top, bottom) = (f.left, f.right, f.top, f.bottom);
    let across = |y: f64| Shape::Line(vec![(left, y), (right, y)]);
    let down = |x: f64| Shape::Line(vec![(x, top), (x, bottom)]);
    let ink = |lie: Lie| Ink::Side(lie.axis.side.hue);
    let (rows, columns) = match (rows, columns) {
        (Some(rows), Some(columns)) => (rows, columns),
        (Some(one), None) | (None, Some(one)) => {
            let upright = rows.is_some();
            let line = if upright { down(left) } else { across(0.0) };
            let start = if upright { (left, top) } else { (left, 0.0) };
            let end = if upright { (left, bottom) } else { (right, 0.0) };
            match (one.own, one.summed) {
                (true, false) => scene.draw(line, ink(one)),
                (false, _) => {
                    scene.draw(line, Ink::Broken);
                    scene.draw(Shape::Dot(start, 4.5), Ink::Solid);
                }
                (true, true) => pressed(scene, start, end),
            }
            return;
        }
        (None, None) => return,
    };
    if rows.own && columns.own && !rows.summed && !columns.summed {
        scene.draw(Shape::Box(f, 0.0), Ink::Wash);
        for x in [left, right] {
            scene.draw(down(x), ink(rows));
        }
        for y in [top, bottom] {
            scene.draw(across(y), ink(columns));
        }
        return;
    }
    scene.draw(Shape::Box(f, 0.0), Ink::Broken);
    const REPEATS: usize = 4;
    let steps = |lie: Lie| lie.axis.length.clamp(2, REPEATS);
    match (rows.own, columns.own) {
        // one row, again and again
        (false, true) => {
            let count = steps(rows);
            (1..count).for_each(|k| scene.draw(across(top + (bottom - top) * k as f64 / count as f64), Ink::Broken));
            scene.draw(across(top), ink(columns));
            arrow(scene, (left + (right - left) / 2.0, top + 4.0), (left + (right - left) / 2.0, bottom - 1.0));
        }
        (true, false) => {
            let count = steps(columns);
            (1..count).for_each(|k| scene.draw(down(left + (right - left) * k as f64 / count as f64), Ink::Broken));
            scene.draw(down(left), ink(rows));
            arrow(scene, (left + 4.0, 0.0), (right - 1.0, 0.0));
        }
        (false, false) => {
            scene.draw(Shape::Dot((left, top), 4.5), Ink::Solid);
            arrow(scene, (left + 5.0, top + 5.0), (right - 4.0, bottom - 4.0));
        }
        (true, true) => match (rows.summed, columns.summed) {
            (true, false) => {
                for part in [0.25, 0.5, 0.75] {
                    let x = left + (right - left) * part;
                    arrow(scene, (x, top + 3.0), (x, bottom - 2.0));
                }
                scene.draw(across(bottom), ink(columns));
            }
            (false, true) => {
                for part in [0.25, 0.5, 0.75] {
                    let y = top + (bottom - top) * part;
                    arrow(scene, (left + 3.0, y), (right - 2.0, y));
                }
                scene.draw(down(right), ink(rows));
            }
            _ => {
                let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
                for corner in [(left, top), (right, top), (left, bottom), (right, bottom)] {
                    // from the corner to just before the middle
                    let at = |part: f64| (corner.0 + (x - corner.0) * part, corner.1 + (y - corner.1) * part);
                    arrow(scene, at(0.12), at(0.74));
                }
                scene.draw(Shape::Dot((x, y), 4.5), Ink::Solid);
            }
        },
    }
}

fn pressed(scene: &mut Scene, start: (f64, f64), end: (f64, f64)) {
    scene.draw(Shape::Line(vec![start, end]), Ink::Broken);
    arrow(scene, start, end);
    scene.draw(Shape::Dot(end, 4.5), Ink::Solid);
}

fn arrow(scene: &mut Scene, from: (f64, f64), to: (f64, f64)) {
    const SIZE: f64 = 7.0;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = libm::hypot(dx, dy).max(1e-9);
    let neck = (to.0 - dx / length * SIZE * 0.7, to.1 - dy / length * SIZE * 0.7);
    scene.draw(Shape::Line(vec![from, neck]), Ink::Thin);
    scene.draw(Shape::Head(to, (dx, dy), SIZE), Ink::Solid);
}

/// The names of the sides: rows at the left, columns above, those of a stack at its upper right corner.
fn names(scene: &mut Scene, f: Frame, (rows, columns): (Option<Lie>, Option<Lie>), stack: &[Lie], back: f64, charset: Charset) {
    if let Some(rows) = rows {
        let line = bold(side(&rows.axis.side, charset));
        let half = text::width(&line, BODY) / 2.0;
        scene.write(Label::centred((f.left - BESIDE - half, (f.top + f.bottom) / 2.0), BODY, line));
    }
    if let Some(columns) = columns {
        let line = bold(side(&columns.axis.side, charset));
        let half = text::width(&line, BODY) / 2.0;
        let y = f.top - back - BESIDE - 0.66 * BODY;
        scene.write(Label::centred((((f.left + f.right) / 2.0).max(half), y), BODY, line));
    }
    if !stack.is_empty() {
        let mut line = Line::new();
        for (place, lie) in stack.iter().enumerate() {
            if place > 0 {
                line.push(run(", ", text::Look::PLAIN));
            }
            line.extend(bold(side(&lie.axis.side, charset)));
        }
        let half = text::width(&line, BODY) / 2.0;
        scene.write(Label::centred((f.right + back + BESIDE + half, f.top - back + 0.66 * BODY), BODY, line));
    }
}
