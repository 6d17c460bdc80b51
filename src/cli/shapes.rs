//! `pullback shapes PROGRAM`.

use super::args::{Format, ShapesArgs};
use super::explain::refuse;
use super::output::Output;
use super::{End, Misuse, input, planned};
use crate::answer::shapes_in;
use crate::page;
use crate::record;
use crate::render::terminal::render;

pub(super) fn run(args: &ShapesArgs, output: &Output) -> Result<End, Misuse> {
    let common = &args.common;
    let format = planned::format(common)?;
    let origin = match input::read(&common.source)? {
        Ok(origin) => origin,
        Err(unread) => return refuse(std::slice::from_ref(&unread.1), &unread.0, common, output),
    };
    let mut model = match shapes_in(&origin.source, common.source.dialect) {
        Ok(model) => model,
        Err(wrong) => return refuse(&wrong, &origin, common, output),
    };
    let text = match format {
        Format::Json => record::shapes(&origin.source, &mut model).json(),
        _ => render(&page::shapes(&model, &origin.source), &output.style(common.source.to_file(), common.source.ascii)),
    };
    output.result(&text, common.source.to_file())?;
    Ok(output.diagnostics(&model.warnings, &origin, common.source.ascii))
}
