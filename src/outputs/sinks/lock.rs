//! Keeps programs that change the same files from doing so at once.

use std::fs::{File, TryLockError};
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

/// Locks the folder, which is made where it is missing, unless another process has it: then nothing
/// comes back.
///
/// # Errors
/// The folder cannot be made or opened.
#[expect(clippy::disallowed_methods, reason = "a lock is taken on an open file")]
pub fn try_folder(path: &Path) -> io::Result<Option<Locked>> {
    owner::make_folder(path)?;
    let folder = File::open(path)?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(Locked { _folder: Some(folder) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(_)) => Ok(Some(Locked { _folder: None })),
    }
}
