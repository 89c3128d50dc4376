//! Writes files whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::owner;
use crate::system;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub struct WriteError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Writes a file through a neighbour that is renamed into place, so that nobody ever reads half
/// of it; missing folders are made. A file that holds the same bytes already is left alone, and
/// one that is replaced keeps its owner and permissions.
///
/// # Errors
/// The file, its folder, or the rename is refused by the system.
#[expect(clippy::disallowed_methods, reason = "the one place where files are written")]
pub fn write(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    if std::fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    write_with(path, |file| file.write_all(content))
}

/// Writes a file as [`write()`] does, piece by piece: for what is larger than memory.
///
/// # Errors
/// The file, its folder, or the rename is refused by the system, or `pour` fails.
pub fn write_with(path: &Path, pour: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), WriteError> {
    let refused = |source| WriteError { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new(""));
    owner::make_folder(folder).map_err(refused)?;
    let mut neighbour = path.as_os_str().to_owned();
    neighbour.push(format!(".{}.tmp", std::process::id()));
    let neighbour = PathBuf::from(neighbour);
    let written = create(&neighbour, pour)
        .and_then(|()| resemble(&neighbour, path, folder))
        .and_then(|()| std::fs::rename(&neighbour, path));
    written.map_err(|source| {
        // The first error is the one to tell; a neighbour that cannot be removed is only litter.
        drop(std::fs::remove_file(&neighbour));
        refused(source)
    })
}

/// Writes a file as [`write()`] does, and waits until the disk has it: it is there after a power cut too.
///
/// # Errors
/// See [`write()`].
pub fn write_durably(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    write(path, content)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    system::sync(path, folder).map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Lets everybody run a file who may read it.
///
/// # Errors
/// The system refuses.
pub fn make_executable(path: &Path) -> Result<(), WriteError> {
    system::make_executable(path).map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Writes a file that must be new: a link that somebody laid in its place is not followed.
fn create(path: &Path, pour: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let open = || OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match open() {
        // A run that was killed left it behind; in a container every run has the same number.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => std::fs::remove_file(path).and_then(|()| open()),
        opened => opened,
    }?;
    pour(&mut file)
}

/// Gives the neighbour what the file that it replaces has, or else its folder's owner.
fn resemble(neighbour: &Path, path: &Path, folder: &Path) -> io::Result<()> {
    let Ok(present) = std::fs::metadata(path) else { return system::hand_over(neighbour, folder) };
    std::fs::set_permissions(neighbour, present.permissions())?;
    system::hand_over(neighbour, path)
}

#[cfg(test)]
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the tests look at what was written")]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

    use super::*;

    fn owner(path: &Path) -> (u32, u32) {
        let metadata = std::fs::metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    }

    /// A folder of another account where the test may make one, and of our own elsewhere.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        drop(chown(folder.path(), Some(1001), Some(1002)));
        folder
    }

    #[test]
    fn new_files_and_folders_belong_to_the_folders_owner() {
        let folder = folder();
        let path = folder.path().join("a/b/c.txt");
        write(&path, b"new").unwrap();
        for made in ["a", "a/b", "a/b/c.txt"] {
            assert_eq!(owner(&folder.path().join(made)), owner(folder.path()), "{made}");
        }
    }

    #[test]
    fn a_replaced_file_keeps_owner_and_permissions() {
        let folder = folder();
        let path = folder.path().join("hook");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
        drop(chown(&path, Some(1003), Some(1004)));
        let before = owner(&path);
        write(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(owner(&path), before);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o750);
    }

    #[test]
    fn a_link_in_the_neighbours_place_is_not_followed() {
        let folder = folder();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "untouched").unwrap();
        let path = folder.path().join("report");
        symlink(&victim, folder.path().join(format!("report.{}.tmp", std::process::id()))).unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read(&victim).unwrap(), b"untouched");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = folder();
        std::fs::create_dir(folder.path().join("taken")).unwrap();
        let error = write(&folder.path().join("taken"), b"new").unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
