//! What is written below a program: its derivation as Markdown.

use super::fill::{Request, Written};
use super::settings::{Command, Settings};
use crate::answer::{self, Options};
use crate::claim;
use crate::diagnostic::Diagnostic;
use crate::page::{self, Parts};
use crate::render::document::{Block, Document};
use crate::render::markdown::{self, Style};

/// The deepest level of a heading that leaves room for one below it.
const DEEPEST: u8 = 5;

/// The derivation of a program of a page, as its options want it: for [`fill`](super::fill()).
///
/// It says nothing that differs from machine to machine, so that a page stays as it is until a program changes.
///
/// # Errors
/// What is wrong with the program, or what the numbers do not confirm. A claim that is wrong is none: its verdict is what is asked for.
///
/// ```
/// use pullback::notes::{derive, fill};
/// let page = "```pullback wrt=W brief\nY = X @ W\n```\n";
/// let filled = fill(page, &mut derive).unwrap();
/// assert!(filled.is_whole() && filled.text.contains(r"X^{\top} \frac{\mathrm{d}L}{\mathrm{d}Y}"), "{}", filled.text);
/// ```
pub fn derive(asked: &Request<'_>) -> Result<Written, Vec<Diagnostic>> {
    let Request { program, settings, heading } = *asked;
    let dialect = settings.dialect.unwrap_or_default();
    let (document, warnings) = match settings.command {
        Command::Explain => {
            let found = answer::answer(program, &options(settings))?;
            (page::explain_to_keep(&found, settings.parts), found.warnings().to_vec())
        }
        Command::Shapes => {
            let model = answer::shapes_in(program, dialect)?;
            (page::shapes(&model, program), model.warnings)
        }
        Command::Check => {
            let options = claim::Options { dims: settings.dims.clone(), dialect, numerator: settings.numerator };
            (page::check(&claim::judge(program, &options)?), Vec::new())
        }
    };
    let style = Style { level: (heading + 1).clamp(2, DEEPEST), ..Style::default() };
    Ok(Written { markdown: markdown::render(&below_program(document), &style), warnings })
}

fn options(settings: &Settings) -> Options {
    Options {
        wrt: settings.wrt.clone(),
        dims: settings.dims.clone(),
        unchecked: settings.unchecked,
        unexplained: settings.parts == Parts::BRIEF,
        dialect: settings.dialect.unwrap_or_default(),
    }
}

/// The document without the program, which stands right above it.
fn below_program(mut document: Document) -> Document {
    document.blocks.retain(|block| !matches!(block, Block::Program(_)));
    document
}
