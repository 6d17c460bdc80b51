//! `pullback PROGRAM` and `pullback explain PROGRAM`.

use super::args::{Common, ExplainArgs, Format};
use super::format::{is_picture, wanted, write};
use super::output::{Origin, Output};
use super::{End, Misuse, figure, input};
use crate::answer::{Options, answer};
use crate::diagnostic::Diagnostic;
use crate::page;
use crate::record::{failure, record};
use std::mem::ManuallyDrop;

pub(super) fn run(args: &ExplainArgs, output: &Output) -> Result<End, Misuse> {
    let common = &args.common;
    if is_picture(common) {
        return figure::explained(args, output);
    }
    let format = wanted(common)?;
    let options = options(args, format)?;
    let origin = match input::read(&common.source)? {
        Ok(origin) => origin,
        Err(unread) => return refuse(std::slice::from_ref(&unread.1), &unread.0, common, output),
    };
    let mut found = match answer(&origin.source, &options) {
        Ok(found) => found,
        Err(wrong) => {
            let end = refuse(&wrong, &origin, common, output)?;
            // no lengths fit: those that were given are to blame, if any were
            let given = !args.dims.is_empty() && wrong.iter().all(|d| d.code == "E0501");
            return Ok(if given { End::Misused } else { end });
        }
    };
    let style = output.style(common.source.to.file(), common.source.to.ascii);
    // what is written last is not taken apart again, piece by piece: the process ends
    let text = match format {
        Format::Json => ManuallyDrop::new(record(&mut found)).json(),
        _ => write(&ManuallyDrop::new(page::explain(&found, args.parts())), format, common.standalone, &style),
    };
    let found = ManuallyDrop::new(found);
    output.result(&text, common.source.to.file())?;
    Ok(output.diagnostics(found.warnings(), &origin, common.source.to.ascii))
}

/// A program that has no answer: in words on standard error, and as an object where one was asked for.
pub(super) fn refuse(wrong: &[Diagnostic], origin: &Origin, common: &Common, output: &Output) -> Result<End, Misuse> {
    if wanted(common)? == Format::Json {
        output.result(&failure(&origin.source, common.source.dialect, wrong).json(), common.source.to.file())?;
    }
    Ok(output.diagnostics(wrong, origin, common.source.to.ascii))
}

/// Whether each dimension is given one length.
pub(super) fn each_once(dims: &[(String, usize)]) -> Result<(), Misuse> {
    for (place, (name, _)) in dims.iter().enumerate() {
        if dims[..place].iter().any(|(earlier, _)| earlier == name) {
            return Err(Misuse::new(format!("`--dims` gives `{name}` two lengths")));
        }
    }
    Ok(())
}

fn options(args: &ExplainArgs, format: Format) -> Result<Options, Misuse> {
    each_once(&args.dims)?;
    Ok(Options {
        wrt: (!args.wrt.is_empty()).then(|| args.wrt.clone()),
        dims: args.dims.clone(),
        unchecked: args.no_check,
        unexplained: args.brief && format != Format::Json,
        dialect: args.common.source.dialect,
    })
}
