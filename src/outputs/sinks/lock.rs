//! Keeps programs that change the same files from doing so at once.

use std::io;
use std::path::Path;

use super::owner;
pub use crate::system::FolderLock;

/// Waits until no other process has locked the folder, which is made where it is missing, and
/// locks it.
///
/// # Errors
/// The folder cannot be made or opened.
pub fn folder(path: &Path) -> io::Result<FolderLock> {
    owner::make_folder(path)?;
    FolderLock::wait(path)
}

/// Locks the folder, which is made where it is missing, unless another process has it: then nothing
/// comes back.
///
/// # Errors
/// The folder cannot be made or opened.
pub fn try_folder(path: &Path) -> io::Result<Option<FolderLock>> {
    owner::make_folder(path)?;
    FolderLock::attempt(path)
}
