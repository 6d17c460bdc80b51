//! The program: from arguments, a file or standard input.

use super::Misuse;
use super::args;
use super::output::Origin;
use super::shield::unprotect;
use crate::diagnostic::Diagnostic;
use crate::limits::MAX_SOURCE_BYTES;
use crate::syntax::decode;
use same_file::Handle;
use std::ffi::OsString;
use std::fs::File;
use std::io::{IsTerminal, Read, Write, stderr, stdin};
use std::path::Path;

/// The length of a byte order mark.
const BYTE_ORDER_MARK: u64 = 3;

/// What was read: a program, or bytes that are none.
pub(super) type Source = Result<Origin, Box<(Origin, Diagnostic)>>;

/// Reads the program that the arguments name.
pub(super) fn read(common: &args::Source) -> Result<Source, Misuse> {
    apart(common)?;
    let (name, bytes) = match (&common.file, common.program.as_slice()) {
        (Some(path), [line, ..]) => {
            return Err(Misuse::new(format!("there are two programs: `{}` and that of `--file {}`", show(line), path.display()))
                .hint("lines behind `-f FILE` are claims: `pullback check -f FILE CLAIM`"));
        }
        (Some(path), _) if path.as_os_str() == "-" => standard_input()?,
        (Some(path), _) => (path.display().to_string(), file(path)?),
        (None, []) if stdin().is_terminal() => {
            return Err(Misuse::new("there is no program")
                .hint("write one behind the options: `'Y = X @ W'`")
                .hint("or read one: `-f FILE`, or `-` for standard input"));
        }
        (None, []) => standard_input()?,
        (None, [only]) if only == "-" => standard_input()?,
        (None, lines) => ("program".into(), joined(lines)),
    };
    Ok(decoded(name, &bytes))
}

/// The same where lines may follow what is read: the arguments behind `-f FILE` or `-`.
pub(super) fn read_more(common: &args::Source) -> Result<Source, Misuse> {
    apart(common)?;
    let (first, more) = match (&common.file, common.program.as_slice()) {
        (Some(path), more) if path.as_os_str() == "-" => (standard_input()?, more),
        (Some(path), more) => ((path.display().to_string(), file(path)?), more),
        (None, [first, more @ ..]) if first == "-" => (standard_input()?, more),
        _ => return read(common),
    };
    let (name, mut bytes) = first;
    if !more.is_empty() {
        bytes.push(b'\n');
        bytes.extend(joined(more));
    }
    Ok(decoded(name, &bytes))
}

/// Refuses to write the result in the place of the program, by whatever names, unless `--force` says that it is meant.
fn apart(common: &args::Source) -> Result<(), Misuse> {
    // a terminal or a pipe may well be both, and a pipe is opened but once
    let Some(to) = common.to.file().filter(|to| !common.to.force && to.is_file()) else { return Ok(()) };
    let from = match (&common.file, common.program.as_slice()) {
        (Some(path), _) if path.as_os_str() != "-" => path.is_file().then(|| Handle::from_path(path)),
        (None, [first, ..]) if first != "-" => None,
        _ => Some(Handle::stdin()),
    };
    // what cannot be opened is told where it is read or written
    if !from.is_some_and(|from| from.is_ok_and(|from| Handle::from_path(to).is_ok_and(|to| from == to))) {
        return Ok(());
    }
    Err(Misuse::new(format!("`-o {}` would write the result over the program", to.display()))
        .hint("name another file; without `-o` the result is printed")
        .hint("with `--force` the program is lost"))
}

/// An argument as it was typed.
fn show(line: &OsString) -> String {
    String::from_utf8_lossy(unprotect(line)).into_owned()
}

/// Arguments as lines.
fn joined(lines: &[OsString]) -> Vec<u8> {
    lines.iter().map(|line| unprotect(line)).collect::<Vec<&[u8]>>().join(&b'\n')
}

fn decoded(name: String, bytes: &[u8]) -> Source {
    match decode(bytes) {
        Ok(source) => Ok(Origin { name, source }),
        Err(diagnostic) => Err(Box::new((Origin { name, source: String::new() }, diagnostic))),
    }
}

fn standard_input() -> Result<(String, Vec<u8>), Misuse> {
    if stdin().is_terminal() {
        // a terminal that waits in silence looks like a program that hangs
        let _ = stderr().write_all(b"reading a program from the terminal; end it with Ctrl-D\n");
    }
    let bytes = bounded(stdin().lock()).map_err(|error| Misuse::new(format!("standard input cannot be read: {error}")))?;
    Ok(("standard input".into(), bytes))
}

fn file(path: &Path) -> Result<Vec<u8>, Misuse> {
    let failed = |error: std::io::Error| Misuse::new(format!("`{}` cannot be read: {error}", path.display()));
    if path.is_dir() {
        return Err(Misuse::new(format!("`{}` is a directory: `-f` wants a file", path.display())));
    }
    File::open(path).and_then(bounded).map_err(failed)
}

/// All bytes, but at most one more than a program may have (behind a byte order mark): one is enough to know that there are too many.
fn bounded(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_SOURCE_BYTES as u64 + BYTE_ORDER_MARK + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
