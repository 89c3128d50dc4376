//! Keeps programs that change the same files from doing so at once.

use std::fs::File;
use std::io;
use std::path::Path;

use super::owner;

/// A folder that other processes wait for. It is free again when this is dropped, or when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct Locked {
    /// `None` where the file system has no locks: then nobody waits, as before.
    _folder: Option<File>,
}

/// Waits until no other process has locked the folder, which is made where it is missing, and
/// locks it. The lock is on the folder itself and leaves no file.
///
/// # Errors
/// The folder cannot be made or opened.
#[expect(clippy::disallowed_methods, reason = "a lock is taken on an open file")]
pub fn folder(path: &Path) -> io::Result<Locked> {
    owner::make_folder(path)?;
    let folder = File::open(path)?;
    let locked = folder.lock().is_ok();
    Ok(Locked { _folder: locked.then_some(folder) })
}
