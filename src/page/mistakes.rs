//! The mistakes that have a name.

use super::verdict::check;
use crate::claim::{self, Mistake, Options, judge};
use crate::render::document::{Block, Document, words};

/// Every mistake with an example.
///
/// ```
/// use pullback::{formula::Charset, page, render::terminal};
/// let style = terminal::Style { width: 80, charset: Charset::Ascii, color: false };
/// assert!(terminal::render(&page::mistakes(), &style).contains("transpose missing"));
/// ```
pub fn mistakes() -> Document {
    let more = words("`pullback mistakes NAME` shows what `pullback check` says to the example");
    let blocks = claim::mistakes().flat_map(|mistake| [heading(mistake), Block::Inner(stated(mistake))]);
    Document::new(blocks.chain([Block::Paragraph(vec![more])]).collect())
}

/// One mistake, and what becomes of its example.
///
/// ```
/// use pullback::{claim, formula::Charset, page, render::terminal};
/// let style = terminal::Style { width: 80, charset: Charset::Ascii, color: false };
/// let mistake = claim::mistakes().find(|mistake| mistake.name == "transpose missing").unwrap();
/// assert!(terminal::render(&page::mistake(mistake), &style).contains("W.T in place"));
/// ```
pub fn mistake(mistake: &Mistake) -> Document {
    let mut blocks = vec![heading(mistake), Block::Inner(stated(mistake))];
    if let Ok(judged) = judge(&format!("{}\n{}", mistake.program, mistake.claim), &Options::default()) {
        blocks.extend(check(&judged).blocks);
    }
    Document::new(blocks)
}

fn heading(mistake: &Mistake) -> Block {
    Block::Heading(1, vec![words(mistake.name)])
}

fn stated(mistake: &Mistake) -> Vec<Block> {
    vec![Block::Paragraph(vec![words(mistake.sentence)]), Block::Program(vec![mistake.program.into(), mistake.claim.into()])]
}
