//! `pullback shapes PROGRAM`.

use super::args::{Format, ShapesArgs};
use super::explain::refuse;
use super::format::{is_picture, wanted, write};
use super::output::Output;
use super::{End, Misuse, figure, input};
use crate::answer::shapes_in;
use crate::page;
use crate::record;

pub(super) fn run(args: &ShapesArgs, output: &Output) -> Result<End, Misuse> {
    let common = &args.common;
    if is_picture(common) {
        return figure::shapes(&common.source, output);
    }
    let format = wanted(common)?;
    let origin = match input::read(&common.source)? {
        Ok(origin) => origin,
        Err(unread) => return refuse(std::slice::from_ref(&unread.1), &unread.0, common, output),
    };
    let mut model = match shapes_in(&origin.source, common.source.dialect) {
        Ok(model) => model,
        Err(wrong) => return refuse(&wrong, &origin, common, output),
    };
    let style = output.style(common.source.to.file(), common.source.to.ascii);
    let text = match format {
        Format::Json => record::shapes(&origin.source, &mut model).json(),
        _ => write(&page::shapes(&model, &origin.source), format, common.standalone, &style),
    };
    output.result(&text, common.source.to.file())?;
    Ok(output.diagnostics(&model.warnings, &origin, common.source.to.ascii))
}
