//! The loop of dimensions: its nodes on a circle, the way that is left over the top, the variable that is cut out below.
//!
//! ```text
//!            dL/dY
//!          .--->---(m)
//!         /          \ Wᵀ
//!       (n)           (d)
//!         `- - X - - -´
//! ```

use super::scene::{Frame, Ink, Label, Scene, Shape, on_circle};
use super::text::{self, Line, Look, bold, formula, run, side};
use super::{BODY, LABEL, MARGIN, SMALL_PRINT, captioned};
use crate::formula::Charset;
use crate::render::document::Side;
use crate::render::figure::Ring;
use std::f64::consts::{PI, TAU};

/// The least radius: large enough for a loop of two.
const RADIUS: f64 = 66.0;
/// No loop that can be read is larger: beyond it, labels may be cut.
const MAX_RADIUS: f64 = 2_400.0;
/// Between the circle and a factor's name.
const GAP: f64 = 18.0;
/// A gap around every node in which no line is drawn.
const AIR: f64 = 4.0;

/// What stands where for one radius.
struct Placed {
    radius: f64,
    nodes: Vec<(f64, Node)>,
    labels: Vec<Label>,
    middle: Vec<Label>,
}

#[derive(Clone)]
struct Node {
    frame: Frame,
    hue: Option<u8>,
    /// `None` for the dot where a 1-D array ends.
    name: Option<Line>,
}

pub(super) fn layout(ring: &Ring, charset: Charset) -> Scene {
    let placed = fitting(ring, charset);
    let mut scene = Scene::default();
    let centre = (0.0, 0.0);
    let count = placed.nodes.len();
    for (place, (angle, node)) in placed.nodes.iter().enumerate() {
        let next = &placed.nodes[(place + 1) % count];
        let last = place + 1 == count;
        let until = if next.0 > *angle { next.0 } else { next.0 + TAU };
        let start = leaves(placed.radius, *angle, until, &node.frame);
        let end = leaves(placed.radius, until, *angle, &next.1.frame);
        if last {
            // the two cuts, and between them what is taken out
            scene.draw(Shape::Arc(centre, placed.radius, start, end), Ink::Broken);
            for (at, tilt) in [(start, 0.07), (end, -0.07)] {
                let tilt = tilt * RADIUS / placed.radius;
                let (inner, outer) = (on_circle(centre, placed.radius - 8.0, at), on_circle(centre, placed.radius + 8.0, at + tilt));
                scene.draw(Shape::Line(vec![inner, outer]), Ink::Thin);
            }
        } else {
            // the line ends inside the arrow's head, so that its tip stays sharp
            let size = 11.0;
            scene.draw(Shape::Arc(centre, placed.radius, start, end - 0.7 * size / placed.radius), Ink::Strong);
            let tip = on_circle(centre, placed.radius, end);
            let from = on_circle(centre, placed.radius, end - size / placed.radius);
            scene.draw(Shape::Head(tip, (tip.0 - from.0, tip.1 - from.1), size), Ink::Solid);
        }
    }
    for (_, node) in placed.nodes {
        let middle = middle_of(node.frame);
        match node.name {
            None => scene.draw(Shape::Dot(middle, 4.5), Ink::Solid),
            Some(name) => {
                scene.draw(Shape::Box(node.frame, (node.frame.bottom - node.frame.top) / 2.0), Ink::Side(node.hue));
                scene.write(Label::centred(middle, BODY, name));
            }
        }
    }
    placed.labels.into_iter().chain(placed.middle).for_each(|label| scene.write(label));
    captioned(scene.symmetric(MARGIN), &ring.caption, charset)
}

fn middle_of(frame: Frame) -> (f64, f64) {
    ((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0)
}

/// The first angle on the way from one angle to another at which the circle has left a frame.
fn leaves(radius: f64, from: f64, to: f64, frame: &Frame) -> f64 {
    const STEPS: usize = 400;
    let frame = frame.wider(AIR);
    let angle = |k: usize| from + (to - from) * k as f64 / STEPS as f64;
    let outside = (0..=STEPS).map(angle).find(|&a| !frame.holds(on_circle((0.0, 0.0), radius, a)));
    outside.unwrap_or((from + to) / 2.0)
}

/// The smallest loop in which nothing lies upon anything else.
///
/// Labels keep their size while distances grow with the radius, so this ends; each try costs the square of the number of labels.
fn fitting(ring: &Ring, charset: Charset) -> Placed {
    let mut radius = RADIUS;
    loop {
        let placed = placed(ring, charset, radius);
        if radius > MAX_RADIUS || clear(&placed) {
            return placed;
        }
        radius *= 1.08;
    }
}

fn clear(placed: &Placed) -> bool {
    let labels = placed.labels.iter().map(Label::frame);
    let frames: Vec<Frame> = labels.clone().chain(placed.nodes.iter().map(|n| n.1.frame)).map(|f| f.wider(4.0)).collect();
    let apart = frames.iter().enumerate().all(|(k, a)| frames[..k].iter().all(|b| !a.meets(*b)));
    let outside = labels.clone().all(|frame| distance(frame) >= placed.radius + 4.0);
    let inner = placed.middle.iter().map(Label::frame).fold(Frame::EMPTY, Frame::with);
    let corners = [(inner.left, inner.top), (inner.right, inner.top), (inner.left, inner.bottom), (inner.right, inner.bottom)];
    let inside = placed.middle.is_empty() || corners.iter().all(|&(x, y)| libm::hypot(x, y) <= placed.radius - 10.0);
    let free = placed.middle.is_empty() || placed.nodes.iter().all(|n| !n.1.frame.wider(6.0).meets(inner));
    // each piece of the loop has room for an arrow
    let gaps = placed.nodes.windows(2).all(|w| {
        let (start, end) = (leaves(placed.radius, w[0].0, w[1].0, &w[0].1.frame), leaves(placed.radius, w[1].0, w[0].0, &w[1].1.frame));
        (end - start) * placed.radius >= 26.0
    });
    apart && outside && inside && free && gaps
}

/// How far a frame is from the middle.
fn distance(frame: Frame) -> f64 {
    let nearest = |low: f64, high: f64| 0.0f64.clamp(low, high);
    libm::hypot(nearest(frame.left, frame.right), nearest(frame.top, frame.bottom))
}

fn placed(ring: &Ring, charset: Charset, radius: f64) -> Placed {
    let ends: Vec<&Side> = std::iter::once(&ring.ring.from).chain(ring.ring.way.iter().map(|edge| &edge.to)).collect();
    let part = TAU / ends.len() as f64;
    // clockwise from the top; the piece that is cut out is at the bottom
    let angle = |place: f64| PI + (place + 0.5) * part;
    let nodes =
        ends.iter().enumerate().map(|(place, end)| (angle(place as f64), node(end, radius, angle(place as f64), charset))).collect();
    let beside = |place: usize, line: Line| label(radius, angle(place as f64 + 0.5), line);
    let mut labels: Vec<Label> = ring.ring.way.iter().enumerate().map(|(k, edge)| beside(k, formula(&edge.factor, charset))).collect();
    let mut cut = formula(&ring.ring.cut, charset);
    cut.push(run(", cut out", Look { muted: true, ..Look::PLAIN }));
    labels.push(label(radius, PI, cut));
    let lines: Vec<Line> = ring.middle.iter().map(|t| text::line(t, charset)).collect();
    let size = |k: usize| if k == 0 { LABEL } else { SMALL_PRINT };
    let height: f64 = (0..lines.len()).map(|k| 1.4 * size(k)).sum();
    let mut y = -height / 2.0;
    let middle = lines.into_iter().enumerate().map(|(k, line)| {
        y += 1.4 * size(k);
        Label::centred((0.0, y - 0.7 * size(k)), size(k), line)
    });
    Placed { radius, nodes, labels, middle: middle.collect() }
}

fn node(end: &Side, radius: f64, angle: f64, charset: Charset) -> Node {
    let at = on_circle((0.0, 0.0), radius, angle);
    if end.name == "1" {
        return Node { frame: Frame::around(at, 9.0, 9.0), hue: None, name: None };
    }
    let name = bold(side(end, charset));
    let width = (text::width(&name, BODY) + 18.0).max(34.0);
    Node { frame: Frame::around(at, width, 34.0), hue: end.hue, name: Some(name) }
}

/// A name outside the circle, beside the point at an angle: it grows away from the circle.
fn label(radius: f64, angle: f64, line: Line) -> Label {
    let (x, y) = on_circle((0.0, 0.0), radius + GAP, angle);
    let width = text::width(&line, LABEL);
    let across = (libm::sin(angle) / 0.35).clamp(-1.0, 1.0);
    let height = LABEL * 1.32;
    Label::centred((x + across * width / 2.0, y - libm::cos(angle) * height / 2.0), LABEL, line)
}
