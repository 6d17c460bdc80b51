//! `pullback --explain CODE`.

use super::args::Common;
use super::output::Output;
use super::{End, Misuse};
use crate::explain;
use crate::render::terminal::render;

pub(super) fn run(code: &str, common: &Common, output: &Output) -> Result<End, Misuse> {
    let code = code.trim().to_ascii_uppercase();
    let Some(page) = explain::page(&code) else {
        let misuse = Misuse::new(format!("there is no code `{code}`"));
        return Err(match crate::ops::nearest_of(&code, explain::codes()) {
            Some(near) => misuse.hint(format!("did you mean {near}?")),
            None => misuse.hint("codes look like E0301; an error names its own"),
        });
    };
    let file = common.to_file();
    let style = output.style(file, common.ascii);
    let sections: Vec<String> = explain::sections(page).iter().map(|section| render(section, &style)).collect();
    output.result(&sections.join("\n"), file)
}
