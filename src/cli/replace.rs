//! A file that is replaced as a whole: whatever happens on the way, there is the old page or the new one.

use super::Misuse;
use crate::limits::MAX_PAGE_BYTES;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A page, and where it was read.
#[derive(Debug)]
pub(super) struct Page {
    /// The file itself, at the end of all links; none for standard input.
    pub path: Option<PathBuf>,
    pub bytes: Vec<u8>,
}

impl Page {
    /// Reads a file, but at most one byte more than a page may have: one is enough to know that there are too many.
    pub fn open(path: &Path) -> Result<Page, Misuse> {
        let failed = |error: io::Error| Misuse::new(format!("`{}` cannot be read: {error}", path.display()));
        if path.is_dir() {
            return Err(Misuse::new(format!("`{}` is a directory", path.display()))
                .hint(format!("name its pages: `{}`", path.join("*.md").display())));
        }
        let file = path.canonicalize().map_err(failed)?;
        let mut bytes = Vec::new();
        File::open(&file).and_then(|open| open.take(MAX_PAGE_BYTES as u64 + 1).read_to_end(&mut bytes)).map_err(failed)?;
        Ok(Page { path: Some(file), bytes })
    }
}

/// Puts `bytes` in the place of a page, which keeps its permissions and, as far as the system allows it, its owner.
///
/// They are written to a new file beside the old one, which then takes its name in one step. The crate `tempfile` is chosen over
/// `atomic-write-file`, which does the same with more dependencies and by ways that differ between systems.
///
/// # Errors
/// A page that may not be written or has changed since it was read; whatever the system says.
pub(super) fn replace(page: &Page, bytes: &[u8]) -> Result<(), Misuse> {
    let Some(path) = &page.path else { return Err(Misuse::new("standard input is no file")) };
    let failed = |error: io::Error| Misuse::new(format!("`{}` cannot be written, and is as it was: {error}", path.display()));
    // a new name in the folder needs no leave of the file; who may not write it shall not replace it either
    let old = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
    let about = old.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(Misuse::new(format!("`{}` is no file that could be replaced", path.display())).hint("`--stdout` prints the page"));
    }
    let mut now = Vec::with_capacity(page.bytes.len());
    old.take(MAX_PAGE_BYTES as u64 + 1).read_to_end(&mut now).map_err(failed)?;
    if now != page.bytes {
        return Err(Misuse::new(format!("`{}` has changed while it was read, and was not written", path.display())));
    }
    renamed(path, &about, bytes).map_err(failed)
}

fn renamed(path: &Path, about: &Metadata, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // dropped before it has its name, the file goes away
    let mut new = tempfile::Builder::new().prefix(".pullback-").suffix(".tmp").tempfile_in(folder)?;
    new.write_all(bytes)?;
    keep_owner(new.as_file(), about);
    new.as_file().set_permissions(about.permissions())?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    // that the name is on the disk as well; a system that has no such thing has said so by an error
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Only the superuser may give a file away; for everybody else it is theirs already.
#[cfg(unix)]
fn keep_owner(file: &File, about: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(about.uid()), Some(about.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}
