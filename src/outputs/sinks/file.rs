//! Writes files whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub struct WriteError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Writes a file through a neighbour that is renamed into place, so that nobody ever reads half
/// of it; missing folders are made. A file that holds the same bytes already is left alone.
///
/// # Errors
/// The file, its folder, or the rename is refused by the system.
#[expect(clippy::disallowed_methods, reason = "the one place where files are written")]
pub fn write(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    if std::fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let refused = |source| WriteError { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let mut neighbour = path.as_os_str().to_owned();
    neighbour.push(format!(".{}.tmp", std::process::id()));
    let neighbour = PathBuf::from(neighbour);
    let written = std::fs::write(&neighbour, content).and_then(|()| std::fs::rename(&neighbour, path));
    written.map_err(|source| {
        // The first error is the one to tell; a neighbour that cannot be removed is only litter.
        drop(std::fs::remove_file(&neighbour));
        refused(source)
    })
}
