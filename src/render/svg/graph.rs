//! A program as a graph in layers: values flow down along full lines, gradients flow back up along broken ones beside them.
//!
//! The method of Sugiyama, Tagawa and Toda (*Methods for Visual Understanding of Hierarchical System Structures*, 1981) in its plainest
//! form: layers by the longest way, order within a layer by the mean place of neighbours, and places that are as near to that mean as the
//! widths allow. A line that passes a layer by has a place in it like a node, so that it crosses none. In the strip right above a node all
//! lines are upright, each with room for its shape beside it: no label meets a line.

use super::scene::{Frame, Ink, Label, Point, Scene, Shape};
use super::text::{self, Line, fitted, formula, shape};
use super::{BODY, LABEL, MARGIN, SMALL_PRINT, captioned};
use crate::formula::Charset;
use crate::render::figure::{Graph, Kind};

/// The widest text in a node; more is cut, and the whole of it stands in the description.
const WIDEST: f64 = 400.0;
/// Between nodes of one layer.
const APART: f64 = 26.0;
/// Where lines bend, and where shapes stand, between two layers.
const BEND: f64 = 40.0;
const STRIP: f64 = 30.0;
/// Half the distance of the two lines of a link.
const HALF: f64 = 4.0;
/// How often places are improved.
const SWEEPS: usize = 8;

/// A node, or a place that a line passes through.
struct Spot {
    layer: usize,
    /// Which node; none for a place of passage.
    node: Option<usize>,
    width: f64,
    x: f64,
    /// Pieces of links that arrive and that leave, in order from left to right.
    above: Vec<usize>,
    below: Vec<usize>,
}

/// A piece of a link, from one layer to the next.
struct Piece {
    from: usize,
    to: usize,
    link: usize,
}

struct Text {
    value: Line,
    gradient: Option<Line>,
}

struct Layout {
    spots: Vec<Spot>,
    pieces: Vec<Piece>,
    /// The spots of each layer from left to right.
    layers: Vec<Vec<usize>>,
}

pub(super) fn layout(graph: &Graph, charset: Charset) -> Scene {
    let texts: Vec<Text> = graph
        .nodes
        .iter()
        .map(|node| Text {
            value: fitted(formula(&node.value, charset), LABEL, WIDEST),
            gradient: node.gradient.as_ref().map(|g| fitted(formula(g, charset), SMALL_PRINT, WIDEST)),
        })
        .collect();
    let shapes: Vec<Line> = graph.links.iter().map(|link| shape(&link.shape)).collect();
    let mut found = layered(graph);
    for _ in 0..SWEEPS {
        order(&mut found);
    }
    widen(&mut found, &texts, &shapes);
    for _ in 0..SWEEPS {
        settle(&mut found);
    }
    let scene = draw(graph, &found, &texts, &shapes);
    captioned(scene.trimmed(MARGIN), &graph.caption, charset)
}

/// Layers: what is computed stands below all that it is computed from, an input right above what uses it first.
fn layered(graph: &Graph) -> Layout {
    let mut layer = vec![0usize; graph.nodes.len()];
    for link in &graph.links {
        layer[link.to] = layer[link.to].max(layer[link.from] + 1);
    }
    let mut first = vec![usize::MAX; graph.nodes.len()];
    for link in &graph.links {
        first[link.from] = first[link.from].min(layer[link.to]);
    }
    for (place, node) in graph.nodes.iter().enumerate() {
        if node.kind == Kind::Input && first[place] != usize::MAX {
            layer[place] = first[place] - 1;
        }
    }
    let depth = layer.iter().max().map_or(0, |deepest| deepest + 1);
    let spot = |layer, node| Spot { layer, node, width: 0.0, x: 0.0, above: vec![], below: vec![] };
    let mut spots: Vec<Spot> = layer.iter().enumerate().map(|(node, &layer)| spot(layer, Some(node))).collect();
    let mut pieces = vec![];
    for (link, ends) in graph.links.iter().enumerate() {
        let mut from = ends.from;
        for passed in layer[ends.from] + 1..layer[ends.to] {
            spots.push(spot(passed, None));
            pieces.push(Piece { from, to: spots.len() - 1, link });
            from = spots.len() - 1;
        }
        pieces.push(Piece { from, to: ends.to, link });
    }
    for (place, piece) in pieces.iter().enumerate() {
        spots[piece.from].below.push(place);
        spots[piece.to].above.push(place);
    }
    let mut layers = vec![vec![]; depth];
    for (place, spot) in spots.iter().enumerate() {
        layers[spot.layer].push(place);
    }
    let mut found = Layout { spots, pieces, layers };
    number(&mut found);
    found
}

/// Gives the spots of each layer their place in it as a coordinate.
fn number(found: &mut Layout) {
    for layer in &found.layers {
        for (place, &spot) in layer.iter().enumerate() {
            found.spots[spot].x = place as f64;
        }
    }
}

/// The mean place of a spot's neighbours, or its own where it has none.
fn mean(found: &Layout, spot: usize, up: bool, down: bool) -> f64 {
    let own = &found.spots[spot];
    let above = own.above.iter().filter(|_| up).map(|&p| found.spots[found.pieces[p].from].x);
    let below = own.below.iter().filter(|_| down).map(|&p| found.spots[found.pieces[p].to].x);
    let (sum, count) = above.chain(below).fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    if count > 0.0 { sum / count } else { own.x }
}

/// One sweep down and one up: each layer in the order of its neighbours.
fn order(found: &mut Layout) {
    let depth = found.layers.len();
    for (layer, up) in (0..depth).map(|l| (l, true)).chain((0..depth).rev().map(|l| (l, false))) {
        let mut spots = found.layers[layer].clone();
        spots.sort_by(|&a, &b| mean(found, a, up, !up).total_cmp(&mean(found, b, up, !up)));
        found.layers[layer] = spots;
        number(found);
    }
    let (spots, pieces) = (&mut found.spots, &found.pieces);
    let places: Vec<f64> = spots.iter().map(|s| s.x).collect();
    for spot in spots {
        spot.above.sort_by(|&a, &b| places[pieces[a].from].total_cmp(&places[pieces[b].from]));
        spot.below.sort_by(|&a, &b| places[pieces[a].to].total_cmp(&places[pieces[b].to]));
    }
}

/// The room that a piece takes at its lower end.
fn slot(found: &Layout, piece: usize, shapes: &[Line]) -> f64 {
    let piece = &found.pieces[piece];
    if found.spots[piece.to].node.is_none() { 0.0 } else { 4.0 * HALF + text::width(&shapes[piece.link], SMALL_PRINT) + 12.0 }
}

fn widen(found: &mut Layout, texts: &[Text], shapes: &[Line]) {
    for place in 0..found.spots.len() {
        let spot = &found.spots[place];
        found.spots[place].width = match spot.node {
            None => 6.0 * HALF,
            Some(node) => {
                let own = text::width(&texts[node].value, LABEL);
                let gradient = texts[node].gradient.as_ref().map_or(0.0, |g| text::width(g, SMALL_PRINT));
                let above: f64 = spot.above.iter().map(|&p| slot(found, p, shapes)).sum();
                let below = spot.below.len() as f64 * 6.0 * HALF;
                (own.max(gradient) + 24.0).max(above).max(below).max(44.0)
            }
        };
    }
    // packed from the left to begin with
    for layer in &found.layers {
        let mut x = 0.0;
        for &spot in layer {
            let width = found.spots[spot].width;
            found.spots[spot].x = x + width / 2.0;
            x += width + APART;
        }
    }
}

/// One sweep down and one up: the spots of each layer as near to the mean of their neighbours as their widths allow.
///
/// That is a regression that keeps the order; pooling neighbours that violate it solves it exactly and in one pass (Ayer et al., *An
/// Empirical Distribution Function for Sampling with Incomplete Information*, 1955).
fn settle(found: &mut Layout) {
    let depth = found.layers.len();
    let layers = (0..depth).map(|l| (l, true)).chain((0..depth).rev().map(|l| (l, false)));
    for (layer, up) in layers {
        let list = &found.layers[layer];
        let has = |spot: usize| if up { !found.spots[spot].above.is_empty() } else { !found.spots[spot].below.is_empty() };
        // where a spot stands if all stand as far to the left as the first
        let mut offset = 0.0;
        let mut pools: Vec<(f64, f64, usize)> = vec![];
        let mut offsets = vec![];
        for (place, &spot) in list.iter().enumerate() {
            if place > 0 {
                offset += (found.spots[list[place - 1]].width + found.spots[spot].width) / 2.0 + APART;
            }
            offsets.push(offset);
            // what has no neighbour on this side stays near its other ones, but gives way
            let weight = if has(spot) { 1.0 } else { 0.25 };
            pools.push(((mean(found, spot, has(spot) && up, !(has(spot) && up)) - offset) * weight, weight, 1));
            while let [.., a, b] = pools.as_slice() {
                if a.0 / a.1 <= b.0 / b.1 {
                    break;
                }
                let joined = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
                pools.truncate(pools.len() - 2);
                pools.push(joined);
            }
        }
        let places = pools.iter().flat_map(|&(sum, weight, count)| std::iter::repeat_n(sum / weight, count));
        let moved: Vec<(usize, f64)> = list.iter().copied().zip(places.zip(offsets).map(|(x, offset)| x + offset)).collect();
        for (spot, x) in moved {
            found.spots[spot].x = x;
        }
    }
}

/// Where the piece at a place in a spot's list meets the spot.
fn port(found: &Layout, spot: usize, piece: usize, arrives: bool, shapes: &[Line]) -> f64 {
    let own = &found.spots[spot];
    if own.node.is_none() {
        return own.x;
    }
    let list = if arrives { &own.above } else { &own.below };
    let room = |p: usize| if arrives { slot(found, p, shapes) } else { 6.0 * HALF };
    let all: f64 = list.iter().map(|&p| room(p)).sum();
    let before: f64 = list.iter().take_while(|&&p| p != piece).map(|&p| room(p)).sum();
    own.x - all / 2.0 + before + if arrives { 2.0 * HALF } else { 3.0 * HALF }
}

fn draw(graph: &Graph, found: &Layout, texts: &[Text], shapes: &[Line]) -> Scene {
    let mut scene = Scene::default();
    let height = |text: &Text| if text.gradient.is_some() { 2.6 * BODY + 14.0 } else { LABEL + 18.0 };
    let mut tops = vec![];
    let mut y = 0.0;
    for layer in &found.layers {
        let tallest = layer.iter().filter_map(|&s| found.spots[s].node).map(|n| height(&texts[n])).fold(20.0, f64::max);
        tops.push((y, y + tallest));
        y += tallest + BEND + STRIP;
    }
    let frame = |spot: &Spot, node: usize| {
        let (top, bottom) = tops[spot.layer];
        Frame::around((spot.x, (top + bottom) / 2.0), spot.width, height(&texts[node]))
    };
    for (place, piece) in found.pieces.iter().enumerate() {
        let (from, to) = (&found.spots[piece.from], &found.spots[piece.to]);
        let start = (port(found, piece.from, place, false, shapes), from.node.map_or(tops[from.layer].1, |n| frame(from, n).bottom));
        let end = (port(found, piece.to, place, true, shapes), to.node.map_or(tops[to.layer].1, |n| frame(to, n).top));
        let bends = tops[from.layer].1;
        draw_piece(&mut scene, start, bends, end, (from.node.is_some(), to.node.is_some()), graph.links[piece.link].back);
        if to.node.is_some() {
            let at = (end.0 + 2.0 * HALF + 2.0, tops[to.layer].0 - STRIP / 2.0 + SMALL_PRINT * 0.35);
            scene.write(Label::starting(at, SMALL_PRINT, shapes[piece.link].clone()));
        }
    }
    for spot in &found.spots {
        let Some(node) = spot.node else { continue };
        let frame = frame(spot, node);
        let text = &texts[node];
        let kind = graph.nodes[node].kind;
        let round = if kind == Kind::Value { 4.0 } else { (frame.bottom - frame.top) / 2.0 };
        scene.draw(Shape::Box(frame, round), Ink::Wash);
        scene.draw(Shape::Box(frame, round), if kind == Kind::Objective { Ink::Strong } else { Ink::Thin });
        let middle = (frame.top + frame.bottom) / 2.0;
        let half = if text.gradient.is_some() { 0.66 * BODY } else { 0.0 };
        scene.write(Label::centred((spot.x, middle - half), LABEL, text.value.clone()));
        if let Some(gradient) = &text.gradient {
            scene.write(Label::centred((spot.x, middle + half + 2.0), SMALL_PRINT, gradient.clone()));
        }
    }
    scene
}

/// One piece: the value down along a full line, and the gradient up along a broken one beside it.
fn draw_piece(scene: &mut Scene, start: Point, bends: f64, end: Point, ends: (bool, bool), back: bool) {
    const HEAD: f64 = 10.0;
    let by = if back { HALF } else { 0.0 };
    let upright = bends + BEND;
    let mut way = |side: f64, ink: Ink, top: f64, bottom: f64| {
        let (a, b) = (start.0 + side, end.0 + side);
        scene.draw(Shape::Line(vec![(a, top), (a, bends)]), ink);
        scene.draw(Shape::Bend([(a, bends), (a, bends + BEND * 0.55), (b, upright - BEND * 0.55), (b, upright)]), ink);
        scene.draw(Shape::Line(vec![(b, upright), (b, bottom)]), ink);
    };
    way(-by, Ink::Strong, start.1, if ends.1 { end.1 - HEAD * 0.7 } else { end.1 });
    if back {
        way(by, Ink::Back, start.1, end.1);
    }
    if ends.1 {
        scene.draw(Shape::Head((end.0 - by, end.1), (0.0, 1.0), HEAD), Ink::Solid);
    }
    if back && ends.0 {
        scene.draw(Shape::Head((start.0 + by, start.1 + 1.0), (0.0, -1.0), HEAD), Ink::Back);
    }
}
