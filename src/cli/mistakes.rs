//! `pullback mistakes` and `pullback mistakes NAME`.

use super::args::{Format, MistakesArgs};
use super::format::{wanted_of, write};
use super::output::Output;
use super::{End, Misuse};
use crate::claim::{Mistake, mistakes};
use crate::ops::nearest_of;
use crate::page;
use crate::record;

pub(super) fn run(args: &MistakesArgs, output: &Output) -> Result<End, Misuse> {
    let format = wanted_of(args.told.format, args.told.to.output.as_deref())?;
    let name = args.name.join(" ");
    let chosen: Vec<&Mistake> = mistakes().filter(|mistake| name.is_empty() || mistake.name == name).collect();
    if chosen.is_empty() {
        output.misuse(&unknown(&name));
        return Ok(End::Wrong);
    }
    let file = args.told.to.file();
    let text = match (format, chosen.as_slice()) {
        (Format::Json, chosen) => record::mistakes(chosen),
        (_, [one]) if !name.is_empty() => write(&page::mistake(one), format, false, &output.style(file, args.told.to.ascii)),
        _ => write(&page::mistakes(), format, false, &output.style(file, args.told.to.ascii)),
    };
    output.result(&text, file)
}

fn unknown(name: &str) -> Misuse {
    let misuse = Misuse::new(format!("there is no mistake called `{name}`"));
    let holding = mistakes().map(|mistake| mistake.name).find(|known| known.contains(name));
    match holding.or_else(|| nearest_of(name, mistakes().map(|mistake| mistake.name))) {
        Some(near) => misuse.hint(format!("did you mean `pullback mistakes {near}`?")),
        None => misuse.hint("`pullback mistakes` lists them all"),
    }
}
