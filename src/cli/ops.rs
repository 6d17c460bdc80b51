//! `pullback ops` and `pullback ops NAME`.

use super::args::{Format, OpsArgs};
use super::format::{wanted_of, write};
use super::output::Output;
use super::{End, Misuse};
use crate::ops::{Entry, entries, find_written, nearest};
use crate::page;
use crate::record;

pub(super) fn run(args: &OpsArgs, output: &Output) -> Result<End, Misuse> {
    let format = wanted_of(args.told.format, args.told.to.output.as_deref())?;
    let chosen: Option<&'static Entry> = match args.name.as_deref().map(|name| (name, bare(name))) {
        None => None,
        Some((typed, name)) => match find_written(name) {
            Some(function) => Some(function.entry()),
            None => {
                output.misuse(&unknown(typed, name));
                return Ok(End::Wrong);
            }
        },
    };
    let file = args.told.to.file();
    let text = match (format, chosen) {
        (Format::Json, chosen) => record::operations(chosen.map_or(entries(), std::slice::from_ref)),
        (_, Some(entry)) => write(&page::operation(entry), format, false, &output.style(file, args.told.to.ascii)),
        (_, None) => write(&page::operations(), format, false, &output.style(file, args.told.to.ascii)),
    };
    output.result(&text, file)
}

/// The name without the library that it is taken from: a program may have that too.
fn bare(name: &str) -> &str {
    name.trim().rsplit('.').next().unwrap_or(name)
}

fn unknown(typed: &str, name: &str) -> Misuse {
    let misuse = Misuse::new(format!("there is no operation `{typed}`"));
    match nearest(name) {
        Some(near) => misuse.hint(format!("did you mean `pullback ops {near}`?")),
        None => misuse.hint("`pullback ops` lists them all"),
    }
}
