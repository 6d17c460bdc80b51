//! What a result means, in sentences.

use super::pen::Pen;
use crate::derive::{Gradient, Reading, UseExplanation};
use crate::formula::{Along, Token};
use crate::render::document::{Piece, Text, words};

/// What the result means, by the readings in `said`; a sentence that holds for several uses stands once.
pub fn sentences(pen: &Pen, gradient: &Gradient, uses: &[UseExplanation], said: impl Fn(&Reading) -> bool) -> Vec<Text> {
    let mut lines: Vec<Text> = Vec::new();
    for used in uses {
        let upstream = pen.formula(used.upstream);
        // running sums from the other end are turned round twice on the way
        let turned = |r: &Reading| matches!(r, Reading::PutBack(f) if f.entry().names[0] == "flip") && used.readings.iter().any(sums);
        for reading in used.readings.iter().filter(|r| !turned(r) && said(r) && (uses.len() == 1 || r.holds_in_part())) {
            let line = sentence(pen, reading, gradient, &upstream);
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

fn sums(reading: &Reading) -> bool {
    matches!(reading, Reading::PutBack(f) if f.entry().names[0] == "cumsum")
}

/// What one reading says of the gradient `gradient`, when `upstream` arrives from above.
fn sentence(pen: &Pen, reading: &Reading, gradient: &Gradient, upstream: &Piece) -> Text {
    let own = pen.name(gradient.symbol);
    let gradient = gradient.of;
    match reading {
        Reading::PassesThrough { axis: 0, rank: 2, dim } => vec![
            words("row i of "),
            own,
            words(" needs row i of "),
            upstream.clone(),
            words(" alone: each of the "),
            pen.dim(*dim),
            words(" has a gradient of its own"),
        ],
        Reading::PassesThrough { dim, .. } => {
            vec![
                words("along "),
                pen.dim(*dim),
                words(" nothing is mixed: each of the "),
                pen.dim(*dim),
                words(" has a gradient of its own"),
            ]
        }
        Reading::AddsUp { dim, axis: 0, rank: 2 } => {
            vec![pen.dim(*dim), words(" is summed: the contributions of the "), pen.dim(*dim), words(" rows add up")]
        }
        Reading::AddsUp { dim, axis: 1, rank: 2 } => {
            vec![pen.dim(*dim), words(" is summed: the contributions of the "), pen.dim(*dim), words(" columns add up")]
        }
        Reading::AddsUp { dim, .. } => {
            vec![pen.dim(*dim), words(" is summed: all "), pen.dim(*dim), words(" contributions add up")]
        }
        Reading::Combination { factor, columns, rows, dim, along } => {
            let parts = if *columns { " columns of " } else { " rows of " };
            let whose = if pen.arena.info(gradient).shape.len() < 2 {
                vec![own]
            } else {
                vec![words(if *rows { "each row of " } else { "each column of " }), own]
            };
            let mut text = whose;
            text.extend([
                words(" is a combination of the "),
                pen.dim(*dim),
                words(parts),
                pen.name(*factor),
                words(", with weights from "),
                upstream.clone(),
                words(": what came out along "),
                pen.dim(*dim),
                words(" goes back to "),
                pen.dim(*along),
                words(" along the directions that made it"),
            ]);
            text
        }
        Reading::Outer { factor } => {
            let (x, g) = (*factor, gradient);
            let shape = &pen.arena.info(g).shape;
            let one = crate::shape::Dim::ONE;
            let upstream = match upstream {
                Piece::Formula(tokens) => tokens.clone(),
                _ => vec![],
            };
            let factor = vec![crate::formula::symbol(pen.arena, x)];
            let first = pen.arena.info(x).shape.first() == shape.first();
            let (mut left, mut right) = if first { (factor, upstream) } else { (upstream, factor) };
            let axes = |typed: &str, shape: &[crate::shape::Dim]| {
                Token::Axes(Box::new(Along { typed: typed.into(), axes: vec![], shape: pen.sides(shape), kept: true }))
            };
            left.push(axes("[:, None]", &[shape[0], one]));
            right.push(axes("[None, :]", &[one, shape[1]]));
            let mut product = left;
            product.push(Token::Operator("@"));
            product.extend(right);
            vec![
                words("with the axes made visible it is a matrix product: "),
                Piece::Formula(product),
                words(", "),
                pen.shape(&[shape[0], one]),
                Piece::Sign("@"),
                pen.shape(&[one, shape[1]]),
            ]
        }
        Reading::PutBack(function) => match function.entry().names[0] {
            "pad" => vec![words("a padded array: what comes back goes to where it was cut out, zeros elsewhere")],
            "dilate" => vec![words("zeros stand between: no entry was taken there")],
            "concat" => vec![words("each part goes back to where it was cut out")],
            "slice" => vec![words("of what comes back "), own, words(" gets the part that "), pen.name(gradient), words(" became")],
            "scatter_add" => {
                vec![words(
                    "a scatter-add: each row goes back to where it was taken from, rows with the same index add up, the rest gets 0",
                )]
            }
            "gather" => vec![words("each row comes back from the place to which it was added")],
            "reshape" => vec![words("the same entries in the same order, put back into the shape they had")],
            "roll" => vec![words("what was moved on is moved back")],
            "cumsum" => {
                vec![words("an entry is part of every running sum from its own place on, so what comes back from there on adds up")]
            }
            "flip" => vec![words("what was turned round is turned back")],
            _ => vec![],
        },
        Reading::Entrywise => {
            vec![words("entry by entry: each entry of "), own, words(" needs that entry of "), upstream.clone(), words(" alone")]
        }
    }
}
