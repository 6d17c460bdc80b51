//! Formulas in textbook signs, whatever the format spells them in.
//!
//! Tokens carry no tree, so they are read once more by precedence ([`reader`]); how the pieces found become one, and where brackets
//! stand, is the same for LaTeX, Typst and MathML ([`part`]), which differ in the spelling alone ([`Speller`]).

mod call;
mod name;
mod part;
mod reader;

pub(super) use name::{GREEK, Glyph, glyph, named};
pub(super) use part::Chunk;

use super::document::Side;
use super::formula::{Higher, Token};

/// The spelling of formulas in one format. Every text is a piece that may stand anywhere in a formula.
pub(super) trait Speller {
    /// A letter or a word.
    fn glyph(&self, glyph: Glyph) -> String;
    /// Digits, and a point in them.
    fn digits(&self, text: &str) -> String;
    /// Anything, as it stands, in typewriter type.
    fn verbatim(&self, text: &str) -> String;
    /// Words inside of a formula.
    fn words(&self, text: &str) -> String;
    /// The name of a function.
    fn function(&self, name: &str) -> String;
    /// A sign, by the character that it is drawn as.
    fn sign(&self, sign: char) -> String;
    /// What stands between two factors side by side.
    fn beside(&self, room: Room) -> &'static str;
    /// A comma, and the room behind it.
    fn comma(&self) -> &'static str;
    /// The `d` of a change.
    fn change(&self, of: &str) -> String;
    /// `above` over `below`.
    fn fraction(&self, above: &str, below: &str) -> String;
    /// `base` with an exponent.
    fn raised(&self, base: &str, exponent: &str) -> String;
    /// `base` with an index.
    fn lowered(&self, base: &str, index: &str) -> String;
    /// What stands in brackets, which grow with it where it is higher than a line.
    fn enclosed(&self, open: char, inner: &str, close: char, tall: bool) -> String;
    /// A bracket by itself, of a size that suits a line.
    fn bracket(&self, sign: char, tall: bool) -> String;
    /// A square root.
    fn root(&self, inner: &str) -> String;
    /// A large sign, `∑` or `∏`, over what stands below it; over everything where nothing does.
    fn large(&self, sign: char, below: &str) -> String;
    /// The name of a function with the axes that it goes along below it.
    fn limited(&self, name: &str, below: &str) -> String;
    /// `base` over a brace, and this below it.
    fn braced(&self, base: &str, below: &str) -> String;
    /// `base` with a shape below it.
    fn shaped(&self, base: &str, shape: &[Side]) -> String;
    /// A length; the same name has the same colour everywhere.
    fn length(&self, name: &str, written: String) -> String;
    /// Several pieces as one.
    fn row(&self, pieces: &str) -> String;
}

/// The room between two factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Matrices.
    None,
    /// Scalars and changes.
    Thin,
    /// Factors with shapes below them.
    Wide,
}

/// How many axes a variable has, where that is known.
pub(super) type Ranks<'a> = dyn Fn(&str) -> Option<usize> + 'a;

/// The formula as pieces between which a line may end.
pub(super) fn chunks(tokens: &[Token], ranks: &Ranks, speller: &dyn Speller) -> Vec<Chunk> {
    reader::read(tokens, ranks, speller, false)
}

/// The same behind an equals sign, or at a place of an array.
pub(super) fn value_chunks(tokens: &[Token], ranks: &Ranks, speller: &dyn Speller) -> Vec<Chunk> {
    reader::read(tokens, ranks, speller, true)
}

/// A value in one piece.
pub(super) fn value(tokens: &[Token], ranks: &Ranks, speller: &dyn Speller) -> String {
    value_chunks(tokens, ranks, speller).into_iter().map(|chunk| chunk.text).collect()
}

/// What stands above the line of a second or third derivative, and what below it.
pub(super) fn above_and_below(higher: &Higher, speller: &dyn Speller) -> (String, String) {
    let order = speller.digits(&higher.by.len().to_string());
    let name = |text: &str| name::spelled(text, speller);
    let above = format!("{} {}", speller.raised(&speller.change(""), &order), name(&higher.of));
    let below = match higher.same() {
        Some(same) => speller.change(&speller.raised(&name(same), &order)),
        None => higher.by.iter().map(|by| speller.change(&name(by))).collect::<Vec<_>>().join(speller.beside(Room::Thin)),
    };
    (above, below)
}

/// `n`, `h*k`, `n + 1`
pub(super) fn length(text: &str, speller: &dyn Speller) -> String {
    let words = text.split(' ').map(|word| match word {
        "+" => speller.sign('+'),
        "-" => speller.sign('-'),
        factors => {
            let (minus, factors) = factors.strip_prefix('-').map_or((String::new(), factors), |rest| (speller.sign('-'), rest));
            minus + &factors.split('*').map(|f| name::spelled(f, speller)).collect::<Vec<_>>().join(speller.beside(Room::Thin))
        }
    });
    speller.length(text, words.collect::<Vec<_>>().join(" "))
}

/// The sides of a shape; a sum is in brackets.
pub(super) fn sides(shape: &[Side], speller: &dyn Speller) -> Vec<String> {
    let side = |side: &Side| {
        let text = length(&side.name, speller);
        if side.name.contains(' ') { format!("{}{text}{}", speller.sign('('), speller.sign(')')) } else { text }
    };
    shape.iter().map(side).collect()
}

/// A shape as one piece: `n × m`.
pub(super) fn shape(shape: &[Side], speller: &dyn Speller) -> String {
    sides(shape, speller).join(&format!(" {} ", speller.sign('×')))
}

/// A name as a piece.
pub(super) fn name(text: &str, speller: &dyn Speller) -> String {
    name::spelled(text, speller)
}

/// Lines none of which is wider than there is room, as far as there are places to break; rather outside of a bracket than inside.
pub(super) fn lines(chunks: Vec<Chunk>, first: f32, rest: f32) -> Vec<Vec<Chunk>> {
    let mut lines = Vec::new();
    let mut left = chunks;
    let mut room = first;
    loop {
        let mut used = 0.0;
        let fit = left.iter().take_while(|c| {
            used += c.width;
            used <= room
        });
        let fit = fit.count().max(1);
        if fit >= left.len() {
            lines.push(left);
            return lines;
        }
        // the outermost place, and of several the last
        let at = (1..=fit).min_by_key(|&k| (left[k].rank, std::cmp::Reverse(k))).unwrap_or(fit);
        let more = left.split_off(at);
        lines.push(left);
        left = more;
        room = rest;
    }
}
