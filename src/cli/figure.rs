//! `pullback figure PROGRAM`; `explain` and `shapes` with `--format svg`.

use super::args::{ExplainArgs, FigureArgs, Source};
use super::output::{Output, charset};
use super::{End, Misuse, explain, input};
use crate::answer::{Options, answer, shapes_in};
use crate::page::{Figures, Part, figures, shapes_figures};
use crate::render::svg::picture;

pub(super) fn run(args: &FigureArgs, output: &Output) -> Result<End, Misuse> {
    if let Some(ending) = args.source.to.file().and_then(|file| file.extension()).filter(|ending| !ending.eq_ignore_ascii_case("svg")) {
        return Err(Misuse::new(format!("a figure is written as SVG, not as `{}`", ending.to_string_lossy()))
            .hint("`-o FILE.svg`; browsers, Inkscape and rsvg-convert make other formats of it"));
    }
    let wanted = args.show.iter().copied().reduce(Figures::with).unwrap_or(Figures::DEFAULT);
    draw(&args.source, &args.wrt, &args.dims, false, wanted, output)
}

/// The figures of an explanation: of its parts, the loop is one, and shapes and results are drawn as boxes.
pub(super) fn explained(args: &ExplainArgs, output: &Output) -> Result<End, Misuse> {
    let mut wanted = Figures::DEFAULT;
    if !args.show.is_empty() {
        let shows = |part| args.show.contains(&part);
        wanted = Figures { rings: shows(Part::Loop), boxes: shows(Part::Shapes) || shows(Part::Result), ..Figures::NONE };
    }
    if wanted == Figures::NONE {
        return Err(Misuse::new("nothing of this can be drawn").hint("of the parts, `loop`, `shapes` and `result` have figures"));
    }
    draw(&args.common.source, &args.wrt, &args.dims, args.no_check, wanted, output)
}

/// A program's arrays to scale: `pullback shapes PROGRAM --format svg`.
pub(super) fn shapes(source: &Source, output: &Output) -> Result<End, Misuse> {
    let origin = match input::read(source)? {
        Ok(origin) => origin,
        Err(unread) => return Ok(output.diagnostics(std::slice::from_ref(&unread.1), &unread.0, source.to.ascii)),
    };
    let drawn = shapes_in(&origin.source, source.dialect)
        .and_then(|model| shapes_figures(&model, &origin.source).map(|drawn| (model, drawn)).map_err(|wrong| vec![wrong]));
    match drawn {
        Ok((model, drawn)) => {
            output.result(&picture(&drawn, charset(source.to.ascii)), source.to.file())?;
            Ok(output.diagnostics(&model.warnings, &origin, source.to.ascii))
        }
        Err(wrong) => Ok(output.diagnostics(&wrong, &origin, source.to.ascii)),
    }
}

fn draw(
    source: &Source,
    wrt: &[String],
    dims: &[(String, usize)],
    unchecked: bool,
    wanted: Figures,
    output: &Output,
) -> Result<End, Misuse> {
    explain::each_once(dims)?;
    let origin = match input::read(source)? {
        Ok(origin) => origin,
        Err(unread) => return Ok(output.diagnostics(std::slice::from_ref(&unread.1), &unread.0, source.to.ascii)),
    };
    let wrt = (!wrt.is_empty()).then(|| wrt.to_vec());
    let options = Options { wrt, dims: dims.to_vec(), unchecked, unexplained: true, dialect: source.dialect };
    let found = match answer(&origin.source, &options) {
        Ok(found) => found,
        Err(wrong) => {
            let given = !dims.is_empty() && wrong.iter().all(|d| d.code == "E0501");
            let end = output.diagnostics(&wrong, &origin, source.to.ascii);
            // no lengths fit: those that were given are to blame
            return Ok(if given { End::Misused } else { end });
        }
    };
    match figures(&found, wanted) {
        Ok(drawn) => output.result(&picture(&drawn, charset(source.to.ascii)), source.to.file())?,
        Err(too_large) => return Ok(output.diagnostics(&[too_large], &origin, source.to.ascii)),
    };
    Ok(output.diagnostics(found.warnings(), &origin, source.to.ascii))
}
