//! `pullback check PROGRAM CLAIM...`.

use super::args::{CheckArgs, Format, Layout};
use super::explain::refuse;
use super::format::{wanted, write};
use super::output::Output;
use super::{End, Misuse, input};
use crate::claim::{Options, judge};
use crate::page;
use crate::record;

pub(super) fn run(args: &CheckArgs, output: &Output) -> Result<End, Misuse> {
    let common = &args.common;
    let format = wanted(common)?;
    let origin = match input::read_more(&common.source)? {
        Ok(origin) => origin,
        Err(unread) => return refuse(std::slice::from_ref(&unread.1), &unread.0, common, output),
    };
    let options = Options { dims: args.dims.clone(), dialect: common.source.dialect, numerator: args.layout == Layout::Numerator };
    let judged = match judge(&origin.source, &options) {
        Ok(judged) => judged,
        Err(wrong) => return refuse(&wrong, &origin, common, output),
    };
    if !args.quiet {
        let style = output.style(common.source.to.file(), common.source.to.ascii);
        let text = match format {
            Format::Json => record::claims(&judged).json(),
            _ => write(&page::check(&judged), format, common.standalone, &style),
        };
        output.result(&text, common.source.to.file())?;
        output.diagnostics(&judged.warnings, &origin, common.source.to.ascii);
    }
    Ok(if judged.all_hold() { End::Fine } else { End::Wrong })
}
