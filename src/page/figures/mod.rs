//! What is drawn of an answer: loops, boxes and the program as a graph, with their words.

mod boxes;
mod graph;
mod ring;

use super::gradient;
use super::pen::{Pen, piece};
use crate::answer::Answer;
use crate::derive::Gradient;
use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, SymbolId};
use crate::formula::{Token, symbol};
use crate::limits::{MAX_FIGURES, MAX_GRAPH_LINKS, MAX_GRAPH_NODES};
use crate::render::document::{Piece, Text, words};
use crate::render::figure::{Figure, Group, Picture};
use crate::shape::Model;

/// Which figures are drawn.
///
/// ```
/// use pullback::page::Figures;
/// assert_eq!(Figures::find("boxes"), Some(Figures { boxes: true, ..Figures::NONE }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// For every gradient the loop with its variable cut out.
    pub rings: bool,
    /// Every formula as boxes to scale.
    pub boxes: bool,
    /// The program as a graph; not for a single statement, unless it is asked for.
    pub graph: Option<bool>,
}

impl Figures {
    /// Nothing.
    pub const NONE: Figures = Figures { rings: false, boxes: false, graph: Some(false) };
    /// Loops and boxes, and the graph of a program of more than one statement.
    pub const DEFAULT: Figures = Figures { rings: true, boxes: true, graph: None };
    /// The names on the command line.
    pub const NAMES: [&str; 3] = ["loop", "boxes", "graph"];

    /// The figures of this name.
    pub fn find(name: &str) -> Option<Figures> {
        Some(match name {
            "loop" => Figures { rings: true, ..Figures::NONE },
            "boxes" => Figures { boxes: true, ..Figures::NONE },
            "graph" => Figures { graph: Some(true), ..Figures::NONE },
            _ => return None,
        })
    }

    /// All of both.
    pub fn with(self, other: Figures) -> Figures {
        let graph = if self.graph == Some(true) || other.graph == Some(true) { Some(true) } else { self.graph.and(other.graph) };
        Figures { rings: self.rings || other.rings, boxes: self.boxes || other.boxes, graph }
    }
}

/// What the parts of a picture have in common.
struct Desk<'a> {
    pen: Pen<'a>,
    model: &'a Model,
    /// The length that each dimension's name is drawn at, in the order of the program.
    lengths: Vec<(String, usize)>,
}

impl Desk<'_> {
    fn name(&self, id: SymbolId) -> Vec<Token> {
        vec![symbol(self.pen.arena, id)]
    }
}

/// The figures of an answer, in one picture. Sides are drawn at the lengths of the numeric check.
///
/// # Errors
/// A program that is too large for a picture that can be read.
///
/// ```
/// use pullback::{answer, page, render::figure::Figure};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let picture = page::figures(&answer, page::Figures::DEFAULT).unwrap();
/// let loops = picture.groups.iter().flat_map(|g| &g.figures).filter(|f| matches!(f, Figure::Loop(_))).count();
/// assert_eq!(loops, 2);
/// ```
pub fn figures(answer: &Answer, wanted: Figures) -> Result<Picture, Diagnostic> {
    let derivation = &answer.derivation;
    let lengths = answer.agreement.as_ref().map_or_else(|| small(derivation.arena(), &answer.dims), |found| found.lengths.clone());
    let pen = Pen::new(derivation.arena()).with_names(&derivation.names);
    let desk = Desk { pen, model: &derivation.model, lengths };
    let many = derivation.model.statements.len() > 1;
    // what only arrives from above is not drawn
    let has_figures = |gradient: &Gradient| gradient.wanted || !gradient.uses.is_empty();
    let drawn: Vec<usize> = (0..derivation.gradients.len()).filter(|&place| has_figures(&derivation.gradients[place])).collect();
    let count =
        if wanted.rings || wanted.boxes { drawn.len() + if wanted.boxes { derivation.model.statements.len() } else { 0 } } else { 0 };
    if count > MAX_FIGURES {
        return Err(too_large(format!("this program has {count} formulas to draw, and a picture holds {MAX_FIGURES}"))
            .note("`--wrt X` draws what leads to one input alone"));
    }
    let mut picture = Picture { title: titled(&answer.program), groups: vec![] };
    let large = derivation.model.statements.len() + derivation.model.inputs.len() > MAX_GRAPH_NODES;
    let graph = if wanted.graph.unwrap_or(many) && !large { Some(graph::graph(&desk, answer)) } else { None };
    let tangled = graph.as_ref().is_some_and(|graph| graph.links.len() > MAX_GRAPH_LINKS);
    if wanted.graph == Some(true) && (large || tangled) {
        let limits = format!("{MAX_GRAPH_NODES} values and {MAX_GRAPH_LINKS} arrows");
        return Err(too_large(format!("the graph of this program is too large to be followed: it may have {limits}"))
            .note("`--show loop,boxes` draws its formulas one by one"));
    }
    if let Some(graph) = graph.filter(|_| !tangled) {
        let heading = vec![words("Values flow forward, gradients flow back")];
        picture.groups.push(Group { heading, figures: vec![Figure::Graph(graph)], notes: vec![] });
    }
    if wanted.boxes {
        picture.groups.push(forward(&desk));
    }
    if wanted.rings || wanted.boxes {
        picture.groups.extend(drawn.into_iter().map(|place| backward(&desk, answer, place, wanted)));
    }
    if answer.agreement.is_none() {
        picture.groups.push(Group { heading: super::checked(None, super::Error::Bounded), figures: vec![], notes: vec![] });
    }
    Ok(picture)
}

/// A program's arrays, to scale.
///
/// # Errors
/// A program that is too large for a picture that can be read.
///
/// ```
/// use pullback::{answer, page};
/// let model = answer::shapes("Y = X @ W").unwrap();
/// assert_eq!(page::shapes_figures(&model, "Y = X @ W").unwrap().groups[0].figures.len(), 1);
/// ```
pub fn shapes_figures(model: &Model, source: &str) -> Result<Picture, Diagnostic> {
    let count = model.statements.len();
    if count > MAX_FIGURES {
        return Err(too_large(format!("this program has {count} formulas to draw, and a picture holds {MAX_FIGURES}")));
    }
    let desk = Desk { pen: Pen::new(&model.arena), model, lengths: small(&model.arena, &[]) };
    Ok(Picture { title: titled(source), groups: vec![forward(&desk)] })
}

fn titled(program: &str) -> String {
    format!("Figures for {}", program.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The lengths that were asked for, and for other dimensions small ones that differ.
fn small(arena: &Arena, asked: &[(String, usize)]) -> Vec<(String, usize)> {
    let mut lengths: Vec<(String, usize)> = vec![];
    for name in arena.symbols.iter().flat_map(|symbol| &symbol.shape).flat_map(|&dim| arena.dims.names_in(dim)) {
        if !lengths.iter().any(|(known, _)| known == name) {
            let asked = asked.iter().find(|(known, _)| known == name).map(|(_, n)| *n);
            lengths.push((name.to_string(), asked.unwrap_or(lengths.len() + 2)));
        }
    }
    lengths
}

fn too_large(title: String) -> Diagnostic {
    Diagnostic::error("E0510", title)
}

/// The statements as boxes.
fn forward(desk: &Desk) -> Group {
    let mut figures = vec![];
    let mut left_out: Vec<Piece> = vec![];
    for statement in &desk.model.statements {
        let row = if statement.long { None } else { boxes::row(desk, statement.value, statement.symbol) };
        match row {
            Some(row) => figures.push(Figure::Boxes(row)),
            None => left_out.push(desk.pen.name(statement.symbol)),
        }
    }
    let mut notes = vec![];
    if !left_out.is_empty() {
        let mut text: Text = super::pen::list(left_out);
        text.push(words(": too long to be drawn as one row of boxes"));
        notes.push(text);
    }
    notes.extend(boxes::scale_note(desk));
    Group { heading: vec![words("The program, with its arrays to scale")], figures, notes }
}

/// A gradient: its loops, and its formula as boxes.
fn backward(desk: &Desk, answer: &Answer, place: usize, wanted: Figures) -> Group {
    let gradient = &answer.derivation.gradients[place];
    let arena = desk.pen.arena;
    let own = desk.name(gradient.symbol);
    let value = crate::formula::abridged(arena, gradient.value, desk.pen.names);
    let mut heading = own.clone();
    heading.push(Token::Operator("="));
    heading.extend(value);
    let mut figures = vec![];
    let mut notes: Vec<Text> = vec![];
    for equation in gradient::introduced(&desk.pen, answer, place) {
        let sides = [equation.left, vec![words(format!(" {} ", equation.relation))], equation.right];
        notes.push(sides.concat());
    }
    if wanted.rings {
        let found = ring::rings(desk, gradient);
        if found.is_empty() {
            notes.push(ring::no_loop(desk, gradient));
        }
        figures.extend(found.into_iter().map(Figure::Loop));
    }
    if wanted.boxes {
        match boxes::row(desk, gradient.value, gradient.symbol) {
            Some(row) => figures.push(Figure::Boxes(row)),
            None => notes.push(vec![words("Its formula is too long to be drawn as one row of boxes.")]),
        }
    }
    let shape = desk.pen.shape(&arena.info(gradient.of).shape);
    Group { heading: vec![piece(heading), Piece::Muted("  of shape ".into()), shape], figures, notes }
}
