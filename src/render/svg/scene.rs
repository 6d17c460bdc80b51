//! What is drawn where: plain geometry, which tests look at before it becomes text.

use super::text::{self, Line};

/// A place, in pixels: x to the right, y down.
pub type Point = (f64, f64);

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Least x.
    pub left: f64,
    /// Least y.
    pub top: f64,
    /// Greatest x.
    pub right: f64,
    /// Greatest y.
    pub bottom: f64,
}

impl Frame {
    /// The frame that holds nothing yet.
    pub const EMPTY: Frame = Frame { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    /// From its middle and its size.
    pub(super) fn around((x, y): Point, width: f64, height: f64) -> Frame {
        Frame { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    /// The smallest frame that holds both.
    pub fn with(self, other: Frame) -> Frame {
        Frame {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Larger by a margin on every side.
    pub(super) fn wider(self, by: f64) -> Frame {
        Frame { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Whether a point lies inside.
    pub(super) fn holds(self, (x, y): Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// Whether two frames have an area in common.
    pub fn meets(self, other: Frame) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// How a shape is drawn. Colour stands for a dimension and for nothing else; each has a pattern of dashes too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A strong line: the way that is left, what flows forward.
    Strong,
    /// A thin line.
    Thin,
    /// A faint broken line: what is cut out, what is only repeated.
    Broken,
    /// A broken line of its own weight: what flows back.
    Back,
    /// Filled.
    Solid,
    /// Filled so lightly that it is only told from the page.
    Wash,
    /// A side that a dimension measures.
    Side(Option<u8>),
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Straight pieces.
    Line(Vec<Point>),
    /// A line that bends: start, two handles, end.
    Bend([Point; 4]),
    /// A part of a circle, clockwise: middle, radius, two angles clockwise from the top.
    Arc(Point, f64, f64, f64),
    /// A rectangle with rounded corners.
    Box(Frame, f64),
    /// A disc.
    Dot(Point, f64),
    /// The head of an arrow: its tip, the direction it points to, its size.
    Head(Point, Point, f64),
}

/// Where a label's place is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its start.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// Letters at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where: on the base line.
    pub at: Point,
    /// Where in the label that is.
    pub anchor: Anchor,
    /// The size of the letters.
    pub size: f64,
    /// The letters.
    pub line: Line,
}

/// Above the base line, in sizes: room for what is raised.
pub(super) const ASCENT: f64 = 1.0;
/// Below it: room for what is lowered.
pub(super) const DESCENT: f64 = 0.32;

impl Label {
    /// A label around a middle point.
    pub(super) fn centred((x, y): Point, size: f64, line: Line) -> Label {
        Label { at: (x, y + size * (ASCENT - DESCENT) / 2.0), anchor: Anchor::Middle, size, line }
    }

    /// A label that begins here, on the base line.
    pub(super) fn starting(at: Point, size: f64, line: Line) -> Label {
        Label { at, anchor: Anchor::Start, size, line }
    }

    /// The room that it takes at most.
    pub fn frame(&self) -> Frame {
        let width = text::width(&self.line, self.size);
        let left = match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - width / 2.0,
            Anchor::End => self.at.0 - width,
        };
        Frame { left, top: self.at.1 - ASCENT * self.size, right: left + width, bottom: self.at.1 + DESCENT * self.size }
    }
}

/// A shape with its ink, or letters.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A shape.
    Drawn(Shape, Ink),
    /// Letters.
    Written(Label),
}

impl Mark {
    /// The room that it takes.
    pub fn frame(&self) -> Frame {
        let of = |points: &[Point]| {
            points.iter().fold(Frame::EMPTY, |frame, &(x, y)| frame.with(Frame { left: x, top: y, right: x, bottom: y }))
        };
        match self {
            Mark::Written(label) => label.frame(),
            Mark::Drawn(shape, _) => match shape {
                Shape::Line(points) => of(points),
                Shape::Bend(points) => of(points),
                Shape::Arc(middle, radius, from, to) => {
                    const PARTS: usize = 24;
                    let at = |k: usize| on_circle(*middle, *radius, from + (to - from) * k as f64 / PARTS as f64);
                    of(&(0..=PARTS).map(at).collect::<Vec<_>>())
                }
                Shape::Box(frame, _) => *frame,
                Shape::Dot(middle, radius) => Frame::around(*middle, 2.0 * radius, 2.0 * radius),
                Shape::Head(tip, _, size) => Frame::around(*tip, 2.0 * size, 2.0 * size),
            }
            .wider(2.0),
        }
    }

    fn shift(&mut self, dx: f64, dy: f64) {
        let move_ = |point: &mut Point| *point = (point.0 + dx, point.1 + dy);
        match self {
            Mark::Written(label) => move_(&mut label.at),
            Mark::Drawn(shape, _) => match shape {
                Shape::Line(points) => points.iter_mut().for_each(move_),
                Shape::Bend(points) => points.iter_mut().for_each(move_),
                Shape::Arc(middle, ..) | Shape::Dot(middle, _) => move_(middle),
                Shape::Box(frame, _) => {
                    *frame = Frame { left: frame.left + dx, top: frame.top + dy, right: frame.right + dx, bottom: frame.bottom + dy }
                }
                Shape::Head(tip, ..) => move_(tip),
            },
        }
    }
}

/// A point of a circle, at an angle clockwise from the top.
pub(super) fn on_circle((x, y): Point, radius: f64, angle: f64) -> Point {
    (x + radius * libm::sin(angle), y - radius * libm::cos(angle))
}

/// A drawing of a size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Its width, in pixels.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// What is drawn, from the back to the front.
    pub marks: Vec<Mark>,
}

impl Scene {
    pub(super) fn draw(&mut self, shape: Shape, ink: Ink) {
        self.marks.push(Mark::Drawn(shape, ink));
    }

    pub(super) fn write(&mut self, label: Label) {
        self.marks.push(Mark::Written(label));
    }

    /// Puts another drawing into this one, its corner here.
    pub(super) fn place(&mut self, other: Scene, (x, y): Point) {
        self.marks.extend(other.marks.into_iter().map(|mut mark| {
            mark.shift(x, y);
            mark
        }));
        self.width = self.width.max(x + other.width);
        self.height = self.height.max(y + other.height);
    }

    /// Its labels.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.marks.iter().filter_map(|mark| if let Mark::Written(label) = mark { Some(label) } else { None })
    }

    /// The room that all marks take.
    pub fn frame(&self) -> Frame {
        self.marks.iter().fold(Frame::EMPTY, |frame, mark| frame.with(mark.frame()))
    }

    /// The same with as much room left of x = 0 as right of it.
    pub(super) fn symmetric(self, margin: f64) -> Scene {
        let frame = self.frame();
        let half = (-frame.left).max(frame.right) + margin;
        let trimmed = self.trimmed(margin);
        let left = half + frame.left - margin;
        let mut whole = Scene { width: 2.0 * half, ..Scene::default() };
        whole.place(Scene { width: 0.0, ..trimmed }, (left, 0.0));
        whole
    }

    /// The same moved so that everything lies inside, a margin from the edge.
    pub(super) fn trimmed(mut self, margin: f64) -> Scene {
        if self.marks.is_empty() {
            return self;
        }
        let frame = self.frame().wider(margin);
        self.marks.iter_mut().for_each(|mark| mark.shift(-frame.left, -frame.top));
        self.width = frame.right - frame.left;
        self.height = frame.bottom - frame.top;
        self
    }
}
