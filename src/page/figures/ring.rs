//! The loops of a gradient.

use super::Desk;
use crate::derive::{Gradient, Walk, walk};
use crate::expr::{Id, Op};
use crate::page::pen::list;
use crate::render::document::{Edge, Loop, Side, Text, words};
use crate::render::figure::Ring;
use crate::shape::Dim;

/// One for each contribution that is a product.
pub(super) fn rings(desk: &Desk, gradient: &Gradient) -> Vec<Ring> {
    let shape = &desk.pen.arena.info(gradient.of).shape;
    let contributions = gradient.uses.iter().flat_map(|used| &used.contributions).map(|c| c.value);
    let walks: Vec<Walk> = contributions.filter_map(|value| walk(desk.pen.arena, value, shape)).collect();
    walks.iter().map(|walk| ring(desk, gradient, walk)).collect()
}

fn ring(desk: &Desk, gradient: &Gradient, walk: &Walk) -> Ring {
    let pen = &desk.pen;
    let end = |dim: Option<Dim>| dim.map_or(Side { name: "1".into(), hue: None }, |dim| pen.side(dim));
    let way = walk.way.iter().map(|leg| Edge { factor: pen.factor(leg.factor, leg.turned), to: end(leg.to) });
    let found = Loop { cut: desk.name(gradient.of), from: end(walk.from), way: way.collect() };
    let mut middle: Vec<Text> = vec![vec![pen.name(gradient.symbol)], vec![pen.shape(&pen.arena.info(gradient.of).shape)]];
    let axes = |dims: &[Dim]| list(dims.iter().map(|&dim| pen.dim(dim)).collect());
    if !walk.each.is_empty() {
        middle.push([vec![words("for each ")], axes(&walk.each)].concat());
    }
    if !walk.summed.is_empty() {
        middle.push([vec![words("summed over ")], axes(&walk.summed)].concat());
    }
    let mut caption = vec![caption(desk, walk)];
    if walk.from.is_none() || walk.way.iter().any(|leg| leg.to.is_none()) {
        caption.push(vec![words("the dot: where a 1-D array ends")]);
    }
    Ring { ring: found, middle, caption }
}

/// `the way left: dL/dY, then W backwards`
fn caption(desk: &Desk, walk: &Walk) -> Text {
    let mut text = vec![words("the way left: ")];
    for (place, leg) in walk.way.iter().enumerate() {
        if place > 0 {
            text.push(words(", then "));
        }
        text.push(desk.pen.short(leg.factor));
        if leg.turned {
            text.push(words(" backwards"));
        }
    }
    text
}

/// Why there is no loop.
pub(super) fn no_loop(desk: &Desk, gradient: &Gradient) -> Text {
    let arena = desk.pen.arena;
    let name = desk.pen.name(gradient.of);
    if gradient.uses.is_empty() {
        return vec![words("No loop: the output does not depend on "), name, words(".")];
    }
    let contributions: Vec<Id> = gradient.uses.iter().flat_map(|used| &used.contributions).map(|c| c.value).collect();
    let product =
        |&id: &Id| arena.reachable(&[id]).iter().any(|&node| matches!(arena.op(node), Op::MatMul | Op::Outer | Op::Einsum { .. }));
    if !contributions.iter().any(product) {
        return vec![words("No loop: no product of matrices leads back to "), name, words(", so there is nothing to walk round.")];
    }
    vec![words("No loop: what comes back to "), name, words(" is more than one product of matrices in a row.")]
}
