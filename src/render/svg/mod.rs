//! Draws figures as SVG.
//!
//! Three steps: what there is to draw ([`figure`](super::figure)), where everything lies ([`Scene`], plain geometry that is tested for
//! overlaps), and the text. One hue per dimension, the same as in a terminal, and a pattern of dashes with it, so that everything reads in
//! black and white; every dimension also stands beside its side by name.
//!
//! A picture alone brings its paper, light or dark as the reader has it; an inline figure has the colour of the text around it, no style
//! sheet, and no id but those of its title, which begin with what the caller gives.

mod boxes;
mod graph;
mod page;
mod ring;
mod scene;
mod signs;
mod text;
mod write;

pub use self::scene::{Anchor, Frame, Ink, Label, Mark, Point, Scene, Shape};
pub use self::text::{Level, Line, Look, Run};

use self::write::{Setting, write};
use super::document::{Loop, Text, spoken};
use super::figure::{Figure, Item, Picture, Ring, Row};
use crate::formula::{Charset, spell};

/// The size of what is written in nodes and on sides.
const BODY: f64 = 17.0;
/// The size of names.
const LABEL: f64 = 19.0;
/// The size of captions.
const SMALL_PRINT: f64 = 14.5;
/// Around every figure.
const MARGIN: f64 = 8.0;
/// The widest picture, as long as no figure in it is wider.
const WIDTH: f64 = 1_080.0;

/// A picture of figures, for a file of its own.
///
/// ```
/// use pullback::{answer, page, formula::Charset, render::svg};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let picture = page::figures(&answer, page::Figures::DEFAULT).unwrap();
/// let drawn = svg::picture(&picture, Charset::Unicode);
/// assert!(drawn.starts_with("<svg ") && drawn.contains("role=\"img\""));
/// ```
pub fn picture(picture: &Picture, charset: Charset) -> String {
    let desc: Vec<String> = picture.groups.iter().flat_map(|g| &g.figures).map(|figure| described(figure, charset)).collect();
    write(&page::layout(picture, charset), Setting::Alone, "picture", &picture.title, &desc.join(" "))
}

/// One figure, to stand inline in a page. Ids in it begin with `id`, which is to be unique in the page.
///
/// ```
/// use pullback::formula::{Charset, Token};
/// use pullback::render::{figure::{Figure, Graph, Kind, Node}, svg};
/// let node = Node { kind: Kind::Input, value: vec![Token::Name("X".into())], gradient: None };
/// let figure = Figure::Graph(Graph { nodes: vec![node], ..Graph::default() });
/// let drawn = svg::inline(&figure, "f1", Charset::Unicode);
/// assert!(drawn.contains("id=\"f1-title\"") && !drawn.contains("<style"));
/// ```
pub fn inline(figure: &Figure, id: &str, charset: Charset) -> String {
    write(&scene(figure, charset), Setting::Inline, id, titled(figure), &described(figure, charset))
}

/// The loop of a document, to stand inline in a page. Ids in it begin with `id`, which is to be unique in the page.
///
/// ```
/// use pullback::{answer, page, formula::Charset, render::{document::Block, svg}};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let document = page::explain(&answer, page::Parts::of([page::Part::Loop]));
/// let mut blocks: Vec<&Block> = document.blocks.iter().collect();
/// let mut drawn = vec![];
/// while let Some(block) = blocks.pop() {
///     match block {
///         Block::Inner(inner) => blocks.extend(inner),
///         Block::Loop(found) => drawn.push(svg::loop_figure(found, &format!("loop-{}", drawn.len()), Charset::Unicode)),
///         _ => {}
///     }
/// }
/// assert_eq!(drawn.len(), 2);
/// assert!(drawn[1].contains("id=\"loop-1-title\""));
/// ```
pub fn loop_figure(found: &Loop, id: &str, charset: Charset) -> String {
    inline(&Figure::Loop(Ring { ring: found.clone(), middle: vec![], caption: vec![] }), id, charset)
}

/// Where everything in a picture lies.
pub fn layout(picture: &Picture, charset: Charset) -> Scene {
    page::layout(picture, charset)
}

/// Where everything in one figure lies.
pub fn scene(figure: &Figure, charset: Charset) -> Scene {
    match figure {
        Figure::Loop(ring) => ring::layout(ring, charset),
        Figure::Boxes(row) => boxes::layout(row, boxes::Scale::of([row]), WIDTH, charset),
        Figure::Graph(graph) => graph::layout(graph, charset),
    }
}

fn titled(figure: &Figure) -> &'static str {
    match figure {
        Figure::Loop(_) => "A loop of dimensions",
        Figure::Boxes(_) => "A formula as boxes to scale",
        Figure::Graph(_) => "The program as a graph",
    }
}

/// The figure in a sentence or two.
fn described(figure: &Figure, charset: Charset) -> String {
    let arrow = if charset == Charset::Unicode { "→" } else { "->" };
    match figure {
        Figure::Loop(Ring { ring, middle, .. }) => {
            let mut text =
                format!("A loop of dimensions with {} cut out of it. The way left: {}", spell(&ring.cut, charset), ring.from.name);
            for edge in &ring.way {
                text.push_str(&format!(" {arrow} {} {arrow} {}", spell(&edge.factor, charset), edge.to.name));
            }
            let about: Vec<String> = middle.iter().map(|text| spoken(text, charset)).collect();
            format!("{text}. {}.", about.join("; "))
        }
        Figure::Boxes(Row { items, .. }) => {
            let one = |item: &Item| match item {
                Item::Sign(sign) => spell(sign, charset),
                Item::Array(array) => {
                    let sides: Vec<&str> = array.axes.iter().map(|axis| axis.side.name.as_str()).collect();
                    format!("{} of shape ({})", spell(&array.label, charset), sides.join(", "))
                }
            };
            format!("Boxes to scale: {}.", items.iter().map(one).collect::<Vec<_>>().join(" "))
        }
        Figure::Graph(graph) => {
            let one = |node: &super::figure::Node| {
                let back = node.gradient.as_ref().map_or(String::new(), |g| format!(", and back {}", spell(g, charset)));
                format!("{}{back}", spell(&node.value, charset))
            };
            format!("A graph: {}.", graph.nodes.iter().map(one).collect::<Vec<_>>().join("; "))
        }
    }
}

/// A drawing with lines of words below it, under its middle.
fn captioned(scene: Scene, caption: &[Text], charset: Charset) -> Scene {
    /// Words are not broken into lines shorter than this.
    const ROOM: f64 = 420.0;
    let room = scene.width.max(ROOM);
    let lines: Vec<Line> = caption.iter().flat_map(|text| text::wrapped(text::line(text, charset), SMALL_PRINT, room)).collect();
    let widest = lines.iter().map(|line| text::width(line, SMALL_PRINT) + 2.0 * MARGIN).fold(scene.width, f64::max);
    let mut whole = Scene::default();
    let mut y = scene.height;
    whole.place(scene.clone(), ((widest - scene.width) / 2.0, 0.0));
    for line in lines {
        y += SMALL_PRINT * 1.4;
        whole.write(Label { at: (widest / 2.0, y - SMALL_PRINT * 0.35), anchor: Anchor::Middle, size: SMALL_PRINT, line });
    }
    let below = if caption.is_empty() { 0.0 } else { MARGIN };
    Scene { width: widest, height: y + below, ..whole }
}
