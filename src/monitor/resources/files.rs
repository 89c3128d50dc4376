//! The kernel's files, opened once and read again and again.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::system;

/// The most bytes that are read of a file: `/proc/stat` of a machine with many processors has some
/// ten thousand.
const MOST: usize = 1 << 20;

/// A file that the kernel writes anew at each look.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    file: Option<File>,
    bytes: Vec<u8>,
}

impl Kept {
    /// Names a file, which need not be there.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, bytes: vec![0; 4096] }
    }

    /// Reads the file; `None` where it is missing or refused, now or for good.
    pub(super) fn read(&mut self) -> Option<&str> {
        let length = self.fill().inspect_err(|_| self.file = None).ok()?;
        // The kernel cuts no character; what is not text says nothing.
        self.bytes.get(..length).and_then(|bytes| str::from_utf8(bytes).ok())
    }

    fn fill(&mut self) -> io::Result<usize> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(open(&self.path)?),
        };
        let mut length = 0;
        loop {
            let room = self.bytes.get_mut(length..).unwrap_or_default();
            let more = system::read_at(file, room, u64::try_from(length).unwrap_or(u64::MAX))?;
            length += more;
            if more == 0 || length >= MOST {
                return Ok(length);
            }
            if length == self.bytes.len() {
                self.bytes.resize(length * 2, 0);
            }
        }
    }
}

/// Reads a small file that is read once; what is no text says nothing.
#[expect(clippy::disallowed_methods, reason = "the monitor reads /proc and /sys")]
pub(super) fn once(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

#[expect(clippy::disallowed_methods, reason = "the monitor reads /proc and /sys")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes the file it reads")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_anew_each_time_and_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stat");
        let mut kept = Kept::new(path.clone());
        assert_eq!(kept.read(), None);
        std::fs::write(&path, "first").unwrap();
        assert_eq!(kept.read(), Some("first"));
        let long = "x".repeat(10_000);
        std::fs::write(&path, &long).unwrap();
        assert_eq!(kept.read(), Some(long.as_str()));
        std::fs::write(&path, b"\xFF").unwrap();
        assert_eq!(kept.read(), None);
    }
}
