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
