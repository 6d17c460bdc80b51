//! What is said, and in which order: an [`Answer`] as a document.
//!
//! Words are here and nowhere else: the layers below hand over data, those above only draw.

mod dims;
mod explicit;
mod figures;
mod gradient;
pub mod hessian;
mod jacobian;
mod kinks;
mod mistakes;
mod operations;
mod parts;
mod pen;
pub mod reading;
mod shapes;
mod verdict;
mod why;

use crate::answer::Answer;
use crate::derive::Derivation;
use crate::formula::Token;
use crate::numeric::{Agreement, Method, TOLERANCE};
use crate::render::document::{Block, Document, Piece, Text, words};
use crate::shape::Model;

pub use dims::product;
pub use figures::{Figures, figures, shapes_figures};
pub use hessian::hessian;
pub use jacobian::jacobian;
pub use mistakes::{mistake, mistakes};
pub use operations::{operation, operations};
pub use parts::{Part, Parts};
pub use pen::Pen;
pub use verdict::check;

/// A program's gradients, with the parts that are asked for.
///
/// ```
/// use pullback::{answer, page, render::terminal};
/// use pullback::formula::Charset;
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let document = page::explain(&answer, page::Parts::BRIEF);
/// let text = terminal::render(&document, &terminal::Style { width: 80, charset: Charset::Unicode, color: false });
/// assert!(text.contains("dL/dX = dL/dY @ Wᵀ"));
/// ```
pub fn explain(answer: &Answer, parts: Parts) -> Document {
    explained(answer, parts, Error::Measured)
}

/// The same for a text that is kept: it says nothing that differs from machine to machine.
///
/// ```
/// use pullback::{answer, page, render::markdown};
/// let answer = answer::answer("Y = X @ W", &answer::Options::default()).unwrap();
/// let text = markdown::render(&page::explain_to_keep(&answer, page::Parts::BRIEF), &markdown::Style::default());
/// assert!(text.ends_with("$m = 4$ (largest error below $10^{-6}$).\n"), "{text}");
/// ```
pub fn explain_to_keep(answer: &Answer, parts: Parts) -> Document {
    explained(answer, parts, Error::Bounded)
}

/// How the largest error of the check is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Error {
    Measured,
    Bounded,
}

fn explained(answer: &Answer, parts: Parts, error: Error) -> Document {
    let derivation = &answer.derivation;
    let pen = Pen::new(derivation.arena()).with_names(&derivation.names);
    let mut blocks = vec![Block::Program(answer.program.lines().map(String::from).collect())];
    if let Some(about) = derivation.model.dialect.about() {
        blocks.push(Block::Paragraph(vec![words(format!("{about}; below, `@` is the matrix product and `*` goes entry by entry"))]));
    }
    if parts.has(Part::Shapes) {
        blocks.push(shapes::statements(&pen, &derivation.model));
        blocks.push(shapes::table(&pen, &derivation.model, &answer.program, true));
    }
    if parts == Parts::BRIEF {
        let places = 0..derivation.gradients.len();
        let names: Vec<_> = places.clone().flat_map(|place| gradient::introduced(&pen, answer, place)).collect();
        if !names.is_empty() {
            blocks.push(Block::Equations(names));
        }
        blocks.push(Block::Equations(places.filter_map(|place| gradient::line(&pen, answer, place)).collect()));
    } else {
        (0..derivation.gradients.len()).for_each(|place| blocks.extend(gradient::section(&pen, answer, place, parts)));
    }
    if parts.has(Part::Result) {
        blocks.extend(kinks(derivation));
    }
    if parts.has(Part::Check) {
        blocks.push(Block::Paragraph(checked(answer.agreement.as_ref(), error)));
    }
    Document { title: title(&pen, derivation), ..pen.document(blocks) }
}

/// How many inputs are named in a title.
const MAX_TITLE: usize = 6;

/// What a document about a program is called.
fn title(pen: &Pen, derivation: &Derivation) -> Text {
    let names: Vec<Piece> = derivation.wanted().map(|gradient| pen.name(gradient.of)).collect();
    if names.len() > MAX_TITLE {
        return vec![words(format!("The gradients with respect to {} inputs", names.len()))];
    }
    let mut text = vec![words(if names.len() == 1 { "The gradient with respect to " } else { "The gradients with respect to " })];
    text.extend(pen::list(names));
    text
}

/// A program's shapes. `source` is its text.
pub fn shapes(model: &Model, source: &str) -> Document {
    let pen = Pen::new(&model.arena);
    let program = Block::Program(source.lines().map(String::from).collect());
    let about = model.dialect.about().map(|about| Block::Paragraph(vec![words(about)]));
    let blocks = [program].into_iter().chain(about).chain([shapes::statements(&pen, model), shapes::table(&pen, model, source, false)]);
    let title = vec![words("Shapes")];
    Document { title, ..pen.document(blocks.collect()) }
}

/// Where a derivative does not exist, or is chosen, or a value: each a paragraph.
fn kinks(derivation: &Derivation) -> Vec<Block> {
    kinks::said(derivation).into_iter().map(|(text, _)| Block::Paragraph(vec![words(text)])).collect()
}

/// `, with lengths 9 for 1000 and 10 for 2000`.
fn instead(literals: &[(u64, usize)]) -> Text {
    const SHOWN: usize = 4;
    let mut text = Text::new();
    for (place, (literal, n)) in literals.iter().take(SHOWN).enumerate() {
        text.push(words(if place == 0 { ", with length " } else { ", " }));
        text.push(pen::piece(vec![Token::Number(n.to_string().into())]));
        text.push(words(" for "));
        text.push(pen::piece(vec![Token::Number(literal.to_string().into())]));
    }
    if literals.len() > SHOWN {
        text.push(words(", ..."));
    }
    text
}

/// What the numbers say.
fn checked(agreement: Option<&Agreement>, error: Error) -> Text {
    let Some(agreement) = agreement else {
        return vec![Piece::Strong("not checked".into()), words(" against numbers: the check was left out.")];
    };
    const SHOWN: usize = 8;
    let mut at = pen::lengths(agreement.lengths.iter().take(SHOWN).map(|(name, n)| (&**name, *n)));
    if agreement.lengths.len() > SHOWN {
        at.push(words(format!(", ... ({} dimensions)", agreement.lengths.len())));
    }
    if !at.is_empty() {
        at.insert(0, words(" at "));
    }
    at.extend(instead(&agreement.literals));
    let how = match agreement.method {
        Method::Entries(_) => String::new(),
        Method::DirectionsEach(n) => format!(" along {n} random directions of each input"),
        Method::Statements => " statement by statement".into(),
        Method::DirectionsAll(n) => format!(" along {n} random directions through all inputs"),
    };
    let figure = |number: f64| pen::piece(vec![Token::Number(format!("{number:.0e}").into())]);
    let error = match error {
        Error::Measured => vec![figure(agreement.max_error)],
        Error::Bounded => vec![words("below "), figure(TOLERANCE)],
    };
    let mut text = vec![Piece::Good(String::new()), words(format!(" agrees with central differences{how}"))];
    text.extend(at);
    text.push(words(" (largest error "));
    text.extend(error);
    text.push(words(")"));
    text
}
