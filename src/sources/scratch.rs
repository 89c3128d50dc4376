//! A folder of our own for files that are read once: by other programs, or in place of a checkout.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::system;

/// How many names are tried for the folder.
const MOST_TRIES: usize = 100;

/// A folder that nobody else can enter, and that is gone with all that is in it when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes the folder below another one. A name that somebody has taken already is not used, so
    /// it makes no difference that names can be guessed.
    ///
    /// # Errors
    /// The system refuses, or all names are taken.
    pub fn below(parent: &Path) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in 0..MOST_TRIES {
            let folder = parent.join(format!("plimsoll-{}-{number}", std::process::id()));
            match system::create_private_folder(&folder) {
                Ok(()) => return Ok(Self { folder }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a new file.
    pub(super) fn write(&self, name: &str, content: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(self.folder.join(name))?;
        file.write_all(content.as_bytes())
    }

    /// Removes a file again.
    pub(super) fn remove(&self, name: &str) {
        // What stays behind is gone with the folder.
        drop(std::fs::remove_file(self.folder.join(name)));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing can be done about a folder that cannot be removed.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_our_own_and_leave_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        let entries = || std::fs::read_dir(parent.path()).unwrap().count();
        let (one, two) = (Scratch::below(parent.path()).unwrap(), Scratch::below(parent.path()).unwrap());
        assert_ne!(one.folder(), two.folder());
        one.write("0", "content").unwrap();
        assert_eq!(one.write("0", "other").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        one.remove("0");
        one.write("0", "other").unwrap();
        let bits = system::permission_bits(&one.folder().metadata().unwrap());
        assert!(bits.is_none_or(|bits| bits & 0o777 == 0o700), "{bits:?}");
        assert_eq!(entries(), 2);
        drop((one, two));
        assert_eq!(entries(), 0);
        assert!(Scratch::below(&parent.path().join("nowhere")).is_err());
    }
}
