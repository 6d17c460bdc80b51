//! Arguments before clap sees them: lines that begin with a minus, and `help`.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

/// Marks an argument as no option. No argument can hold it by itself.
pub(super) const SHIELD: char = '\0';

/// `pullback help shapes` as `pullback shapes --help`.
pub(super) fn asked(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|first| first == "help") {
        arguments.remove(1);
        arguments.truncate(2);
        arguments.push("--help".into());
    }
    arguments
}

/// Shields arguments that begin with a minus but are part of a program, such as `-X @ W`, from being taken for options.
///
/// clap's own `allow_hyphen_values` would take every option behind the first line for a line.
pub(super) fn protected(arguments: &[OsString]) -> impl Iterator<Item = Cow<'_, OsStr>> {
    arguments.iter().map(|argument| {
        let text = argument.to_str().filter(|text| is_program(text));
        text.map_or(Cow::Borrowed(argument.as_os_str()), |text| Cow::Owned(format!("{SHIELD}{text}").into()))
    })
}

/// Whether an argument that begins with a minus is no option.
fn is_program(text: &str) -> bool {
    let body = text.trim_start_matches('-');
    match text.len() - body.len() {
        0 => false,
        // not `-`, `-f`, `-ffile`, `-o`, `-h`, `-V`, nor a letter by itself, of which clap complains
        1 => body.chars().count() > 1 && (body.starts_with("f(") || !body.starts_with(['f', 'o', 'h', 'V'])),
        _ => !body.split('=').next().unwrap_or(body).chars().all(|c| c.is_ascii_lowercase() || c == '-'),
    }
}

/// An argument without its shield, as bytes.
pub(super) fn unprotect(argument: &OsStr) -> &[u8] {
    let bytes = argument.as_encoded_bytes();
    bytes.strip_prefix(&[SHIELD as u8]).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_program;

    #[test]
    fn options_and_programs() {
        for option in ["-", "--", "-f", "-flayer.pb", "-o", "-oout.json", "-h", "-V", "-x", "--wrt", "--wrt=X, W", "--no-check", "Y = -X"] {
            assert!(!is_program(option), "{option}");
        }
        for program in ["-X @ W", "-exp(X)", "-f(X)", "--X", "-2*X", "-x.T", "--X @ W"] {
            assert!(is_program(program), "{program}");
        }
    }
}
