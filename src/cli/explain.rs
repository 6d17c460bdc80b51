//! `pullback PROGRAM` and `pullback explain PROGRAM`.

use super::args::{Common, ExplainArgs, Format};
use super::output::{Origin, Output};
use super::{End, Misuse, input, planned};
use crate::answer::{Options, answer};
use crate::diagnostic::Diagnostic;
use crate::page;
use crate::record::{failure, record};
use crate::render::terminal::render;
use std::mem::ManuallyDrop;

pub(super) fn run(args: &ExplainArgs, output: &Output) -> Result<End, Misuse> {
    let common = &args.common;
    let format = planned::format(common)?;
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
    // what is written last is not taken apart again, piece by piece: the process ends
    let text = match format {
        Format::Json => ManuallyDrop::new(record(&mut found)).json(),
        _ => render(&ManuallyDrop::new(page::explain(&found, args.parts())), &output.style(common.source.to_file(), common.source.ascii)),
    };
    let found = ManuallyDrop::new(found);
    output.result(&text, common.source.to_file())?;
    Ok(output.diagnostics(found.warnings(), &origin, common.source.ascii))
}

/// A program that has no answer: in words on standard error, and as an object where one was asked for.
pub(super) fn refuse(wrong: &[Diagnostic], origin: &Origin, common: &Common, output: &Output) -> Result<End, Misuse> {
    if planned::format(common)? == Format::Json {
        output.result(&failure(&origin.source, common.source.dialect, wrong).json(), common.source.to_file())?;
    }
    Ok(output.diagnostics(wrong, origin, common.source.ascii))
}

fn options(args: &ExplainArgs, format: Format) -> Result<Options, Misuse> {
    for (place, (name, _)) in args.dims.iter().enumerate() {
        if args.dims[..place].iter().any(|(earlier, _)| earlier == name) {
            return Err(Misuse::new(format!("`--dims` gives `{name}` two lengths")));
        }
    }
    Ok(Options {
        wrt: (!args.wrt.is_empty()).then(|| args.wrt.clone()),
        dims: args.dims.clone(),
        unchecked: args.no_check,
        unexplained: args.brief && format == Format::Text,
        dialect: args.common.source.dialect,
    })
}
