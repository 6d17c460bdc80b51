//! The loop of dimensions: the way that is left as a straight line, and below it, broken, the variable that is cut out.
//!
//! ```text
//! n ── dL/dY ──► m ── Wᵀ ──► d
//! ╰╌╌╌╌╌╌╌╌ X, cut out ╌╌╌╌╌╌╯
//! ```
//!
//! Every sign here is one column wide wherever box drawing is, and none has an emoji form (which rules out `✂` and `▶`).

use super::ink::{MUTED, PLAIN, Run};
use super::page::Page;
use super::piece::{items, push_formula, run};
use super::wrap::{Item, columns, flat};
use crate::render::document::{Loop, Piece, words};
use crate::render::formula::{Charset, Token};

struct Signs {
    line: &'static str,
    arrow: &'static str,
    dash: &'static str,
    corners: [&'static str; 2],
}

const UNICODE: Signs = Signs { line: "─", arrow: "►", dash: "╌", corners: ["╰", "╯"] };
const ASCII: Signs = Signs { line: "-", arrow: ">", dash: ".", corners: ["`", "'"] };

/// Draws the figure where there is room, else says the same in words.
pub(super) fn draw(page: &mut Page, indent: usize, figure: &Loop) {
    let charset = page.style.charset;
    let signs = if charset == Charset::Unicode { UNICODE } else { ASCII };
    let plain = |text: String| Run::new(text, PLAIN);
    let formula = |tokens| formula_items(tokens, charset);

    let cut = formula(&figure.cut);
    let mut label = vec![Run::spaces(1)];
    label.extend(flat(&cut));
    label.push(plain(", cut out ".into()));
    let label_width: usize = label.iter().map(|r| r.columns).sum();

    let factors: Vec<_> = figure.way.iter().map(|edge| formula(&edge.factor)).collect();
    let from = run(&figure.from);
    let ends: Vec<Run> = figure.way.iter().map(|edge| run(&edge.to)).collect();
    let Some(last) = ends.last() else { return in_words(page, indent, figure) };

    // The corners stand under the middle of the two outer dimensions.
    let (start, back) = (from.columns.saturating_sub(1) / 2, last.columns / 2);
    let natural = from.columns + factors.iter().map(|f| columns(f) + 9).sum::<usize>() + ends.iter().map(|e| e.columns).sum::<usize>();
    let short = (start + label_width + 8 + back + usize::from(last.columns == 0)).saturating_sub(natural);
    let width = natural + short;
    if width > page.room(indent) {
        return in_words(page, indent, figure);
    }

    let mut top = vec![from];
    for (i, (factor, end)) in factors.iter().zip(&ends).enumerate() {
        let extra = short / ends.len() + usize::from(i < short % ends.len());
        top.push(plain(format!(" {} ", signs.line.repeat(2 + extra / 2))));
        top.extend(flat(factor));
        top.push(plain(format!(" {}{} ", signs.line.repeat(2 + extra - extra / 2), signs.arrow)));
        top.push(end.clone());
    }
    let dashes = width - start - back.max(1) - label_width - 1;
    let dash = |n: usize| Run::new(signs.dash.repeat(n), MUTED);
    let mut bottom = vec![Run::spaces(start), Run::new(signs.corners[0], MUTED), dash(dashes / 2)];
    bottom.extend(label);
    bottom.extend([dash(dashes - dashes / 2), Run::new(signs.corners[1], MUTED)]);
    page.line(indent, 0, top.into_iter());
    page.line(indent, 0, bottom.into_iter());
}

fn formula_items(tokens: &[Token], charset: Charset) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    push_formula(&mut items, tokens, charset);
    items
}

/// `n –dL/dY→ m –Wᵀ→ d; X, which closes the loop, is cut out`
fn in_words(page: &mut Page, indent: usize, figure: &Loop) {
    let mut text = vec![Piece::Side(figure.from.clone())];
    for edge in &figure.way {
        text.extend([words(" –"), Piece::Formula(edge.factor.clone()), words("→ "), Piece::Side(edge.to.clone())]);
    }
    text.extend([words("; "), Piece::Formula(figure.cut.clone()), words(", which closes the loop, is cut out")]);
    page.wrapped(indent, 2, &items(&text, page.style.charset));
}
