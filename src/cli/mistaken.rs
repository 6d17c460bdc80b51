//! Programs that look like something else: a subcommand, or a file.

use super::Misuse;
use super::args::SUBCOMMANDS;
use super::shield::unprotect;
use crate::ops::nearest_of;
use std::ffi::OsString;
use std::path::Path;

/// Refuses lines that are a file's name, and (where no subcommand stands in front) a subcommand, misspelt or behind options.
///
/// Behind `--` everything is a program.
pub(super) fn check(program: &[OsString], subcommands: bool, arguments: &[OsString]) -> Result<(), Misuse> {
    if arguments.iter().any(|a| a == "--") {
        return Ok(());
    }
    for (place, line) in program.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(unprotect(line)) else { continue };
        if subcommands {
            subcommand(text, place)?;
        }
        file(text, program.len() == 1)?;
    }
    Ok(())
}

fn subcommand(text: &str, place: usize) -> Result<(), Misuse> {
    let word = text.len() >= 3 && text.bytes().all(|b| b.is_ascii_lowercase());
    if word && SUBCOMMANDS.contains(&text) {
        let misuse = Misuse::new(format!("the subcommand `{text}` stands behind options or a program"));
        return Err(misuse.hint(format!("write it first: `pullback {text} ...`")));
    }
    match nearest_of(text, SUBCOMMANDS.iter().copied()) {
        Some(near) if word && place == 0 => Err(Misuse::new(format!("there is no subcommand `{text}`"))
            .hint(format!("did you mean `pullback {near}`?"))
            .hint(format!("if it is a program: `pullback -- {text}`"))),
        _ => Ok(()),
    }
}

fn file(text: &str, alone: bool) -> Result<(), Misuse> {
    let bare = !text.contains(char::is_whitespace) && text != "-";
    if bare && (alone || text.contains(['.', '/', '\\'])) && Path::new(text).is_file() {
        let misuse = Misuse::new(format!("`{text}` is a file, not a program"));
        return Err(misuse.hint(format!("to read the program in it: `pullback -f {text}`")));
    }
    if bare && alone && text.ends_with(".pb") {
        let misuse = Misuse::new(format!("`{text}` looks like a file, but there is none of this name"));
        return Err(misuse.hint("a file is read with `-f FILE`"));
    }
    Ok(())
}
