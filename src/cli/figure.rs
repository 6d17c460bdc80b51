//! `pullback figure PROGRAM`.

use super::args::FigureArgs;
use super::output::{Output, charset};
use super::{End, Misuse, explain, input};
use crate::answer::{Options, answer};
use crate::page::{Figures, figures};
use crate::render::svg::picture;

pub(super) fn run(args: &FigureArgs, output: &Output) -> Result<End, Misuse> {
    let source = &args.source;
    explain::each_once(&args.dims)?;
    if let Some(ending) = source.to_file().and_then(|file| file.extension()).filter(|ending| !ending.eq_ignore_ascii_case("svg")) {
        return Err(Misuse::new(format!("a figure is written as SVG, not as `{}`", ending.to_string_lossy()))
            .hint("`-o FILE.svg`; browsers, Inkscape and rsvg-convert make other formats of it"));
    }
    let origin = match input::read(source)? {
        Ok(origin) => origin,
        Err(unread) => return Ok(output.diagnostics(std::slice::from_ref(&unread.1), &unread.0, source.ascii)),
    };
    let wrt = (!args.wrt.is_empty()).then(|| args.wrt.clone());
    let options = Options { wrt, dims: args.dims.clone(), unchecked: false, unexplained: true, dialect: source.dialect };
    let found = match answer(&origin.source, &options) {
        Ok(found) => found,
        Err(wrong) => return Ok(output.diagnostics(&wrong, &origin, source.ascii)),
    };
    let wanted = args.show.iter().copied().reduce(Figures::with).unwrap_or(Figures::DEFAULT);
    match figures(&found, wanted) {
        Ok(drawn) => output.result(&picture(&drawn, charset(source.ascii)), source.to_file())?,
        Err(too_large) => return Ok(output.diagnostics(&[too_large], &origin, source.ascii)),
    };
    Ok(output.diagnostics(found.warnings(), &origin, source.ascii))
}
