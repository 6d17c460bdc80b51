//! A file that is replaced as a whole: whatever happens on the way, there is the old one or the new one.
//!
//! The new content is written to a file beside the old one, which then takes its name in one step. The crate `tempfile` is chosen over
//! `atomic-write-file`, which does the same with more dependencies and by ways that differ between systems.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// How the names of files begin that are on their way.
const PREFIX: &str = ".pullback-";
/// How they end.
const SUFFIX: &str = ".tmp";

/// What became of the new content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Replaced {
    /// It is the file's, of which these things could not be kept.
    Done(Vec<Cut>),
    /// The file is no longer what it was when it was read: another program has written it, and it was left alone.
    Changed,
    /// The new content is the file's, but another program had the old file open and has just written this into it.
    Overtaken(Vec<u8>),
}

/// What a new file has not of the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Its other names: so many keep the old content.
    Links(u64),
    /// Extended attributes, by name.
    Attributes(Vec<String>),
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cut::Links(1) => write!(f, "another name of the file (a hard link) keeps the old content"),
            Cut::Links(others) => write!(f, "{others} other names of the file (hard links) keep the old content"),
            Cut::Attributes(names) => write!(f, "extended attributes could not be kept: {}", names.join(", ")),
        }
    }
}

/// Makes `bytes` the content of a file, which keeps its permissions, its extended attributes and, as far as the system allows it, its
/// owner. At the end of a symbolic link, it is the file there that is replaced. With `known`, only where that is what the file holds.
///
/// # Errors
/// Whatever the system says; the file is then as it was.
pub(super) fn replace(path: &Path, bytes: &[u8], known: Option<&[u8]>) -> io::Result<Replaced> {
    let path = &path.canonicalize()?;
    // a new name in the folder needs no leave of the file; who may not write it shall not replace it either
    let about = OpenOptions::new().write(true).open(path)?.metadata()?;
    let (mut new, folder) = beside(path)?;
    new.write_all(bytes)?;
    keep_owner(new.as_file(), &about);
    let mut cut: Vec<Cut> = attributes_lost(path, new.as_file()).into_iter().collect();
    new.as_file().set_permissions(about.permissions())?;
    new.as_file().sync_all()?;
    // whoever has given the file another content meanwhile, in its place or by a new file, has written what nobody here has read
    let mut old = File::open(path)?;
    if let Some(known) = known
        && content(&mut old)? != known
    {
        return Ok(Replaced::Changed);
    }
    let exchanged = known.is_some() && exchange(new.path(), path);
    match exchanged {
        // what has been in its place to the last moment
        true => old = File::open(new.path())?,
        false => drop(new.persist(path)?),
    }
    synced(folder);
    cut.extend(others(&about).map(Cut::Links));
    // whoever has opened that before, writes to it still
    Ok(match known.map(|known| content(&mut old).map(|now| (now != known).then_some(now))) {
        Some(Ok(Some(late))) => Replaced::Overtaken(late),
        _ => Replaced::Done(cut),
    })
}

/// All that a file holds.
fn content(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Gives two files each other's name in one step, where the system and the disk can do that.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Makes a file of `bytes` where there is none.
///
/// # Errors
/// Whatever the system says; there is then no file.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (mut new, folder) = beside(path)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    synced(folder);
    Ok(())
}

/// The cause of an error, without the name of a file on its way, which `tempfile` adds.
pub(super) fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" at path \"").map_or(&*text, |(cause, _)| cause).to_string()
}

/// A new file in the folder of another one, locked as long as it is written; dropped before it has its name, it goes away.
fn beside(path: &Path) -> io::Result<(tempfile::NamedTempFile, &Path)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sweep(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let new = builder.tempfile_in(folder)?;
    lock(new.as_file());
    Ok((new, folder))
}

/// Removes what runs have left behind that were killed: files with such a name that nobody writes.
///
/// A file that is written is locked. One that is empty may have been made a moment ago, and stays for a minute.
fn sweep(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let Some(about) = ours.then(|| entry.metadata().ok()).flatten().filter(Metadata::is_file) else { continue };
        let old = about.modified().ok().and_then(|time| time.elapsed().ok()).is_some_and(|age| age.as_secs() >= 60);
        if (about.len() > 0 || old) && File::open(entry.path()).is_ok_and(|file| lock(&file)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// That the name is on the disk as well; a system that has no such thing has said so by an error.
fn synced(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Locks a file until it is closed, also by the end of the process; not where it is locked already.
///
/// `File::try_lock` of the standard library is younger than the oldest compiler that builds this.
#[cfg(unix)]
fn lock(file: &File) -> bool {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Without locks, nothing is known of who writes a file, and none is removed.
#[cfg(not(unix))]
fn lock(_: &File) -> bool {
    false
}

/// Only the superuser may give a file away; for everybody else it is theirs already.
#[cfg(unix)]
fn keep_owner(file: &File, about: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(about.uid()), Some(about.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// How many other names a file has.
#[cfg(unix)]
fn others(about: &Metadata) -> Option<u64> {
    std::os::unix::fs::MetadataExt::nlink(about).checked_sub(1).filter(|&others| others > 0)
}

#[cfg(not(unix))]
fn others(_: &Metadata) -> Option<u64> {
    None
}

/// Gives a new file the extended attributes of the old one; those that it could not have.
#[cfg(unix)]
fn attributes_lost(old: &Path, new: &File) -> Option<Cut> {
    use xattr::FileExt;
    let kept = |name: &std::ffi::OsStr| {
        let value = xattr::get(old, name).ok().flatten();
        value.is_some_and(|value| new.get_xattr(name).is_ok_and(|has| has.as_ref() == Some(&value)) || new.set_xattr(name, &value).is_ok())
    };
    let lost: Vec<String> = xattr::list(old).ok()?.filter(|name| !kept(name)).map(|name| name.to_string_lossy().into_owned()).collect();
    (!lost.is_empty()).then_some(Cut::Attributes(lost))
}

#[cfg(not(unix))]
fn attributes_lost(_: &Path, _: &File) -> Option<Cut> {
    None
}
