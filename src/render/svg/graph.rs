//! A program as a graph in layers: values flow down along full lines, gradients flow back up along broken ones beside them.
//!
//! The method of Sugiyama, Tagawa and Toda (*Methods for Visual Understanding of Hierarchical System Structures*, 1981) in its plainest
//! form: layers by the longest way, order within a layer by the mean place of neighbours, and places that are as near to that mean as the
//! widths allow. A line that passes a layer by has a place in it like a node, so that it crosses none. In the strip right above a node all
//! lines are upright, each with room for its shape beside it: no label meets a line.

use super::scene::{Frame, Ink, Label, Point, Scene, Shape};
use super::text::{self, Line, folded, formula, shape};
use super::{LABEL, MARGIN, SMALL_PRINT, captioned};
use crate::formula::Charset;
use crate::render::figure::{Graph, Kind};

/// The widest text in a node; what is longer goes on below.
const WIDEST: f64 = 250.0;
/// How many lines a formula has in a node; what is longer is cut, and the whole of it stands in the description.
const LINES: usize = 3;
/// Between nodes of one layer.
const APART: f64 = 26.0;
/// Where lines bend between two layers: the further they go across, the more room they have, so that they stay apart.
const BEND: f64 = 40.0;
const MOST_BEND: f64 = 110.0;
const STEEPNESS: f64 = 0.12;
/// Where shapes stand, above a layer.
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

/// What is written in a node.
struct Text {
    value: Vec<Line>,
    gradient: Vec<Line>,
}

impl Text {
    fn width(&self) -> f64 {
        let of = |lines: &[Line], size: f64| lines.iter().map(|line| text::width(line, size)).fold(0.0, f64::max);
        of(&self.value, LABEL).max(of(&self.gradient, SMALL_PRINT))
    }

    fn height(&self) -> f64 {
        1.35 * (LABEL * self.value.len() as f64 + SMALL_PRINT * self.gradient.len() as f64) + 12.0
    }
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
            value: folded(formula(&node.value, charset), LABEL, WIDEST, LINES, charset),
            gradient: node.gradient.as_ref().map_or(vec![], |g| folded(formula(g, charset), SMALL_PRINT, WIDEST, LINES, charset)),
        })
        .collect();
    let shapes: Vec<Line> = graph.links.iter().map(|link| shape(&link.shape, charset)).collect();
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
                let above: f64 = spot.above.iter().map(|&p| slot(found, p, shapes)).sum();
                // one that arrives alone stands in the middle, its shape at its right
                let above = if spot.above.len() == 1 { 2.0 * above } else { above };
                let below = spot.below.len() as f64 * 6.0 * HALF;
                (texts[node].width() + 24.0).max(above).max(below).max(44.0)
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
    if list.len() == 1 {
        return own.x;
    }
    let room = |p: usize| if arrives { slot(found, p, shapes) } else { 6.0 * HALF };
    let all: f64 = list.iter().map(|&p| room(p)).sum();
    let before: f64 = list.iter().take_while(|&&p| p != piece).map(|&p| room(p)).sum();
    own.x - all / 2.0 + before + if arrives { 2.0 * HALF } else { 3.0 * HALF }
}

fn draw(graph: &Graph, found: &Layout, texts: &[Text], shapes: &[Line]) -> Scene {
    let mut scene = Scene::default();
    // for each layer its top, its bottom, and where the lines below it have bent
    let mut tops = vec![];
    let mut bends = vec![];
    let mut y = 0.0;
    for layer in &found.layers {
        let tallest = layer.iter().filter_map(|&s| found.spots[s].node).map(|n| texts[n].height()).fold(20.0, f64::max);
        let across = |&p: &usize| {
            let piece = &found.pieces[p];
            (port(found, piece.to, p, true, shapes) - port(found, piece.from, p, false, shapes)).abs()
        };
        let furthest = layer.iter().flat_map(|&s| &found.spots[s].below).map(across).fold(0.0, f64::max);
        let bend = (furthest * STEEPNESS).clamp(BEND, MOST_BEND);
        tops.push((y, y + tallest));
        bends.push((y + tallest, y + tallest + bend));
        y += tallest + bend + STRIP;
    }
    let frame = |spot: &Spot, node: usize| {
        let (top, bottom) = tops[spot.layer];
        Frame::around((spot.x, (top + bottom) / 2.0), spot.width, texts[node].height())
    };
    for (place, piece) in found.pieces.iter().enumerate() {
        let (from, to) = (&found.spots[piece.from], &found.spots[piece.to]);
        let start = (port(found, piece.from, place, false, shapes), from.node.map_or(tops[from.layer].1, |n| frame(from, n).bottom));
        let end = (port(found, piece.to, place, true, shapes), to.node.map_or(tops[to.layer].1, |n| frame(to, n).top));
        draw_piece(&mut scene, start, bends[from.layer], end, (from.node.is_some(), to.node.is_some()), graph.links[piece.link].back);
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
        let round = if kind == Kind::Value { 4.0 } else { ((frame.bottom - frame.top) / 2.0).min(22.0) };
        scene.draw(Shape::Box(frame, round), Ink::Wash);
        scene.draw(Shape::Box(frame, round), if kind == Kind::Objective { Ink::Strong } else { Ink::Thin });
        let mut y = frame.top + 6.0;
        let lines = text.value.iter().map(|line| (LABEL, line)).chain(text.gradient.iter().map(|line| (SMALL_PRINT, line)));
        for (size, line) in lines {
            scene.write(Label::centred((spot.x, y + 0.675 * size), size, line.clone()));
            y += 1.35 * size;
        }
    }
    scene
}

/// One piece: the value down along a full line, and the gradient up along a broken one beside it.
fn draw_piece(scene: &mut Scene, start: Point, bends: (f64, f64), end: Point, ends: (bool, bool), back: bool) {
    const HEAD: f64 = 10.0;
    let by = if back { HALF } else { 0.0 };
    // where the lines run level, one runs above the other, so that they stay apart
    let slope = ((end.0 - start.0) / 40.0).clamp(-1.0, 1.0);
    let mut way = |side: f64, ink: Ink, bottom: f64| {
        let (a, b) = (start.0 + side, end.0 + side);
        let (high, low) = (bends.0 + HALF - slope * side, bends.1 - HALF - slope * side);
        let half = (high + low) / 2.0;
        scene.draw(Shape::Line(vec![(a, start.1), (a, high)]), ink);
        scene.draw(Shape::Bend([(a, high), (a, half), (b, half), (b, low)]), ink);
        scene.draw(Shape::Line(vec![(b, low), (b, bottom)]), ink);
    };
    way(-by, Ink::Strong, if ends.1 { end.1 - HEAD * 0.7 } else { end.1 });
    if back {
        way(by, Ink::Back, end.1);
    }
    if ends.1 {
        scene.draw(Shape::Head((end.0 - by, end.1), (0.0, 1.0), HEAD), Ink::Solid);
    }
    if back && ends.0 {
        scene.draw(Shape::Head((start.0 + by, start.1 + 1.0), (0.0, -1.0), HEAD), Ink::Back);
    }
}
