//! What there is to draw: figures that have a meaning, no geometry and no colour.

use super::document::{Loop, Side, Text};
use crate::formula::Formula;

/// Figures that belong together, in one picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What it shows, for those who cannot see it: a title, then a sentence for each figure.
    pub title: String,
    /// In order.
    pub groups: Vec<Group>,
}

impl Picture {
    /// Its rows of boxes, which are drawn to one scale.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        let figures = self.groups.iter().flat_map(|group| &group.figures);
        figures.filter_map(|figure| if let Figure::Boxes(row) = figure { Some(row) } else { None })
    }
}

/// Figures under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub heading: Text,
    /// In order.
    pub figures: Vec<Figure>,
    /// What is to be said below them.
    pub notes: Vec<Text>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The loop of dimensions with a variable cut out of it.
    Loop(Ring),
    /// A formula as boxes to scale.
    Boxes(Row),
    /// The program as a graph.
    Graph(Graph),
}

/// A loop, and what is written beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The loop itself. A 1-D array has one end where nothing is left: a [`Side`] of length `1`, which is drawn as a dot.
    pub ring: Loop,
    /// What is written in the middle: the gradient's name and shape, and what holds for the whole loop.
    pub middle: Vec<Text>,
    /// What is written below.
    pub caption: Vec<Text>,
}

/// An axis with the length that it is drawn at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The dimension.
    pub side: Side,
    /// Its length.
    pub length: usize,
}

/// A formula as a row of arrays with signs between them: `X @ W = Y`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// From left to right.
    pub items: Vec<Item>,
    /// What is written below.
    pub caption: Vec<Text>,
}

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A sign, a number or a bracket.
    Sign(Formula),
    /// An array.
    Array(Array),
}

/// An array as a box: a rectangle, a line (1-D) or a dot (scalar); a stack of rectangles where it has more axes than two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// What is written below it.
    pub label: Formula,
    /// Its axes in order.
    pub axes: Vec<Axis>,
    /// Whether a 1-D array stands upright, as the right operand of a product does.
    pub upright: bool,
    /// What is done to it.
    pub form: Form,
}

/// What is done to an array in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing.
    Whole,
    /// It is repeated to this shape: broadcasting. For each of its axes, whether the array itself has it.
    Stretched(Vec<(Axis, bool)>),
    /// It is added up along some of its axes: those are marked.
    Squeezed(Vec<bool>),
}

/// A program as a graph: values flow forward, gradients flow back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Each before those that it leads to.
    pub nodes: Vec<Node>,
    /// In the order of the nodes that they lead to.
    pub links: Vec<Link>,
    /// What is written below.
    pub caption: Vec<Text>,
}

/// A value of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// `X`, or `Y = X @ W`.
    pub value: Formula,
    /// `dL/dX = dL/dY @ Wᵀ`; nothing where no gradient flows.
    pub gradient: Option<Formula>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Given from outside.
    Input,
    /// Assigned.
    Value,
    /// The objective, a scalar.
    Objective,
}

/// From one value to another that is computed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which node is used.
    pub from: usize,
    /// By which.
    pub to: usize,
    /// The shape of what flows, both ways.
    pub shape: Vec<Side>,
    /// Whether a gradient flows back.
    pub back: bool,
}

/// The lengths of the sides of rows that are drawn alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The least length above 1.
    pub least: usize,
    /// The greatest.
    pub most: usize,
}

impl Span {
    /// How many times as long as the shortest side the longest can be, with both drawn to one scale.
    pub const MOST_TIMES: usize = 5;

    /// Of all sides in some rows.
    ///
    /// ```
    /// use pullback::render::{document::Side, figure::{Array, Axis, Form, Item, Row, Span}};
    /// let axis = |length| Axis { side: Side { name: "n".into(), hue: None }, length };
    /// let array = Array { label: vec![], axes: vec![axis(2), axis(1), axis(30)], upright: false, form: Form::Whole };
    /// let span = Span::of([&Row { items: vec![Item::Array(array)], caption: vec![] }]);
    /// assert_eq!((span.least, span.most, span.is_to_scale()), (2, 30, false));
    /// ```
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Span {
        let mut span = Span { least: usize::MAX, most: 1 };
        for item in rows.into_iter().flat_map(|row| &row.items) {
            if let Item::Array(array) = item {
                let more: &[(Axis, bool)] = if let Form::Stretched(axes) = &array.form { axes } else { &[] };
                for axis in array.axes.iter().chain(more.iter().map(|a| &a.0)).filter(|axis| axis.length > 1) {
                    span = Span { least: span.least.min(axis.length), most: span.most.max(axis.length) };
                }
            }
        }
        Span { least: span.least.min(span.most), ..span }
    }

    /// Whether sides are drawn in proportion; else they grow with the logarithm of their lengths.
    pub fn is_to_scale(self) -> bool {
        self.most / Self::MOST_TIMES <= self.least
    }
}
