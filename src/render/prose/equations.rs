//! Equations under one another: where each is broken, and where its reason stands.

use super::{Setter, spoken_width};
use crate::render::document::{Equation, Text};
use crate::render::math::{Chunk, lines};

/// An equation that has been set.
pub(in crate::render) struct Laid<'a> {
    pub left: String,
    /// The sign between the sides; may be empty.
    pub relation: String,
    /// The right side, in lines.
    pub right: Vec<String>,
    /// Empty where there is none.
    pub reason: &'a Text,
    /// Whether the reason stands at the right of the line, as all do or none, or below it.
    pub beside: bool,
    /// Whether the reason is too long for a line of its own.
    pub long: bool,
}

/// The room between a right side and its reason.
const APART: f32 = 2.0;
/// Reasons are set in small type.
const SMALL: f32 = 0.9;
/// A right side has at least so much room, whatever stands left of it.
const LEAST: f32 = 14.0;

fn right_side(set: &Setter, equation: &Equation) -> Vec<Chunk> {
    if equation.relation == "=" { set.value(&equation.right) } else { set.row(&equation.right) }
}

/// Sets equations in lines that are `room` em wide, as far as there are places to break them.
pub(in crate::render) fn lay<'a>(set: &Setter, equations: &'a [Equation], room: f32) -> Vec<Laid<'a>> {
    let width = |row: &[Chunk]| row.iter().map(|chunk| chunk.width).sum::<f32>();
    let text = |row: Vec<Chunk>| row.into_iter().map(|chunk| chunk.text).collect::<String>();
    let sides: Vec<(Vec<Chunk>, Vec<Chunk>)> = equations.iter().map(|e| (set.row(&e.left), right_side(set, e))).collect();
    let left = sides.iter().map(|(left, _)| width(left)).fold(0.0, f32::max) + 1.3;
    let right = room - left;
    let widest = sides.iter().map(|(_, right)| width(right)).fold(0.0, f32::max);
    let beside = equations.iter().all(|e| e.reason.is_empty() || widest + APART + SMALL * spoken_width(&e.reason) <= right);
    let laid = |(equation, (left, row)): (&'a Equation, (Vec<Chunk>, Vec<Chunk>))| Laid {
        left: text(left),
        relation: if equation.relation.is_empty() {
            String::new()
        } else if equation.relation.chars().count() > 1 {
            set.format.speller().words(equation.relation)
        } else {
            set.format.speller().sign(equation.relation.chars().next().unwrap_or('='))
        },
        right: lines(row, right.max(LEAST), (right - 2.0).max(LEAST)).into_iter().map(text).collect(),
        reason: &equation.reason,
        beside,
        long: !beside && SMALL * spoken_width(&equation.reason) > right - APART,
    };
    equations.iter().zip(sides).map(laid).collect()
}
