//! Figures of one picture, group by group: beside each other where there is room, else below.

use super::boxes::{self, Scale};
use super::scene::{Frame, Ink, Label, Scene, Shape};
use super::text::{line, wrapped};
use super::{LABEL, MARGIN, SMALL_PRINT, WIDTH, graph, ring};
use crate::formula::Charset;
use crate::render::figure::{Figure, Picture};

/// Around the picture.
const EDGE: f64 = 18.0;
/// Between figures that stand beside each other.
const BETWEEN: f64 = 26.0;

pub(super) fn layout(picture: &Picture, charset: Charset) -> Scene {
    let figures = || picture.groups.iter().flat_map(|group| &group.figures);
    let rows = || figures().filter_map(|figure| if let Figure::Boxes(row) = figure { Some(row) } else { None });
    let scale = Scale::of(rows());
    let mut scene = Scene::default();
    let mut rules = vec![];
    let mut y = EDGE;
    for (place, group) in picture.groups.iter().enumerate() {
        if place > 0 {
            rules.push(y + 2.0);
            y += 16.0;
        }
        for heading in wrapped(line(&group.heading, charset), LABEL, WIDTH - 2.0 * EDGE) {
            y += LABEL * 1.35;
            scene.write(Label::starting((EDGE, y - LABEL * 0.32), LABEL, heading));
        }
        y = flow(&mut scene, &group.figures, &|figure, room| draw(figure, scale, room, charset), y);
        for note in &group.notes {
            for note in wrapped(line(note, charset), SMALL_PRINT, WIDTH - 2.0 * EDGE) {
                y += SMALL_PRINT * 1.45;
                scene.write(Label::starting((EDGE, y - SMALL_PRINT * 0.35), SMALL_PRINT, note));
            }
        }
        y += MARGIN;
    }
    let frame = scene.labels().map(Label::frame).fold(Frame::EMPTY, Frame::with);
    let width = scene.width.max(frame.right).max(2.0 * EDGE) + EDGE;
    for rule in rules {
        scene.draw(Shape::Line(vec![(EDGE, rule), (width - EDGE, rule)]), Ink::Broken);
    }
    Scene { width, height: y + EDGE / 2.0, ..scene }
}

fn draw(figure: &Figure, scale: Scale, room: f64, charset: Charset) -> Scene {
    match figure {
        Figure::Loop(found) => ring::layout(found, charset),
        Figure::Boxes(row) => boxes::layout(row, scale, room, charset),
        Figure::Graph(found) => graph::layout(found, charset),
    }
}

/// Puts figures from left to right, and begins a new line where one does not fit; how far down they go.
fn flow(scene: &mut Scene, figures: &[Figure], draw: &dyn Fn(&Figure, f64) -> Scene, mut y: f64) -> f64 {
    const ROOM: f64 = WIDTH - 2.0 * EDGE;
    let mut line: Vec<Scene> = vec![];
    let mut flush = |line: &mut Vec<Scene>, y: &mut f64| {
        let tallest = line.iter().map(|s| s.height).fold(0.0, f64::max);
        let mut x = EDGE;
        for drawing in line.drain(..) {
            let (width, height) = (drawing.width, drawing.height);
            scene.place(drawing, (x, *y + (tallest - height) / 2.0));
            x += width + BETWEEN;
        }
        *y += tallest;
    };
    let (mut used, mut loops) = (0.0, true);
    for figure in figures {
        let mut drawing = draw(figure, ROOM);
        if !line.is_empty() && used + drawing.width > ROOM {
            // beside loops a row may go on in more lines, as long as it stays as low as they are
            let narrow = Some(draw(figure, ROOM - used)).filter(|_| matches!(figure, Figure::Boxes(_)) && loops);
            let tallest = line.iter().map(|s| s.height).fold(0.0, f64::max);
            match narrow.filter(|narrow| used + narrow.width <= ROOM && narrow.height <= 1.1 * tallest) {
                Some(narrow) => drawing = narrow,
                None => {
                    flush(&mut line, &mut y);
                    used = 0.0;
                    loops = true;
                }
            }
        }
        loops &= matches!(figure, Figure::Loop(_));
        used += drawing.width + BETWEEN;
        line.push(drawing);
    }
    flush(&mut line, &mut y);
    y
}
