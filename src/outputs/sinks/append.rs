//! Logs that grow line by line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::owner;
use crate::system;

/// A log that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot append to {}", path.display())]
pub struct AppendError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// An open log. A line is handed to the system in one piece, so that lines of several writers do
/// not mix.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Opens a log for more lines; the file and its folder are made where they are missing, and
    /// belong to the owner of the folder above.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open(path: &Path) -> Result<Self, AppendError> {
        let refused = |source| AppendError { path: path.to_owned(), source };
        let folder = path.parent().unwrap_or(Path::new(""));
        owner::make_folder(folder).map_err(refused)?;
        let is_new = !path.exists();
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(refused)?;
        if is_new {
            system::hand_over(path, folder).map_err(refused)?;
        }
        Ok(Self { path: path.to_owned(), file })
    }

    /// Opens a log that starts anew.
    ///
    /// # Errors
    /// The system refuses.
    pub fn create(path: &Path) -> Result<Self, AppendError> {
        let log = Self::open(path)?;
        log.file.set_len(0).map_err(|source| AppendError { path: path.to_owned(), source })?;
        Ok(log)
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The system refuses.
    pub fn line(&mut self, line: &str) -> Result<(), AppendError> {
        let refused = |source| AppendError { path: self.path.clone(), source };
        self.file.write_all(format!("{line}\n").as_bytes()).map_err(refused)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test looks at what was written")]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_or_start_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.log");
        Log::open(&path).unwrap().line("one").unwrap();
        let mut log = Log::open(&path).unwrap();
        log.line("two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
        Log::create(&path).unwrap().line("new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new\n");
        let error = Log::open(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot append to "), "{error}");
    }
}
