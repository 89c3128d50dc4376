//! Finds files of the working folder: by pattern, and how large they are.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use globset::GlobBuilder;
use ignore::WalkBuilder;
use sha2::{Digest as _, Sha256};

use crate::model::encoding::Encoding;
use crate::system;

/// Files that cannot be found or read.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The pattern is not one.
    #[error("`{pattern}` is not a pattern for files")]
    Pattern {
        /// As it was given.
        pattern: String,
        /// The reason.
        source: globset::Error,
    },
    /// No file matches.
    #[error("no file matches `{0}`")]
    Nothing(String),
    /// The system refused.
    #[error("cannot read {}", path.display())]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is too large to be what was asked for.
    #[error("{} is larger than {} MiB", path.display(), limit >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
}

/// Finds the files that match a pattern, sorted; a plain path matches itself. Ignored and hidden
/// files count as well: reports are seldom committed.
///
/// # Errors
/// The pattern is wrong or matches nothing.
pub fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, WorkspaceError> {
    let special = |character| matches!(character, '*' | '?' | '[' | '{');
    let written = pattern;
    let pattern = system::with_slashes(pattern);
    let Some(first) = pattern.find(special) else {
        let path = folder.join(written);
        return if path.is_file() { Ok(vec![path]) } else { Err(WorkspaceError::Nothing(written.to_owned())) };
    };
    // Only the folder before the first special character can hold a match.
    let start = pattern.get(..first).and_then(|plain| plain.rfind('/')).map_or(0, |slash| slash + 1);
    let (base, rest) = pattern.split_at(start);
    let wrong = |source| WorkspaceError::Pattern { pattern: written.to_owned(), source };
    let matcher = GlobBuilder::new(rest).literal_separator(true).build().map_err(wrong)?.compile_matcher();
    let base = folder.join(base);
    let entries = WalkBuilder::new(&base).standard_filters(false).build().flatten();
    let is_match = |path: &Path| path.strip_prefix(&base).is_ok_and(|below| matcher.is_match(below));
    let mut found: Vec<PathBuf> =
        entries.map(ignore::DirEntry::into_path).filter(|path| is_match(path) && path.is_file()).collect();
    found.sort_unstable();
    if found.is_empty() { Err(WorkspaceError::Nothing(written.to_owned())) } else { Ok(found) }
}

/// Reads a file that is not larger than a limit.
///
/// # Errors
/// The system refuses, or the file is too large.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, WorkspaceError> {
    let refused = |source| WorkspaceError::Refused { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(refused)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(refused)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(WorkspaceError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Opens a file.
///
/// # Errors
/// The system refuses.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub fn open<'file>(path: &Path) -> io::Result<Box<dyn Read + 'file>> {
    Ok(Box::new(std::fs::File::open(path)?))
}

/// Returns a file's SHA-256 digest.
///
/// # Errors
/// The system refuses.
pub fn digest(path: &Path) -> Result<[u8; 32], WorkspaceError> {
    let refused = |source| WorkspaceError::Refused { path: path.to_owned(), source };
    let mut reader = open(path).map_err(refused)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = reader.read(&mut buffer).map_err(refused)?;
        if read == 0 {
            return Ok(digest.finalize().into());
        }
        digest.update(buffer.get(..read).unwrap_or_default());
    }
}

/// Returns a file's size in bytes, as it is or compressed, or the sizes of all files below a folder added up.
/// Links are followed where they are named, not where they are found.
///
/// # Errors
/// There is no such file, or the system refuses.
pub fn size(path: &Path, encoding: Option<Encoding>) -> Result<u64, WorkspaceError> {
    let refused = |source| WorkspaceError::Refused { path: path.to_owned(), source };
    let metadata = std::fs::metadata(path).map_err(refused)?;
    if !metadata.is_dir() {
        return match encoding {
            None => Ok(metadata.len()),
            Some(encoding) => compressed_size(path, encoding).map_err(refused),
        };
    }
    let mut total = 0_u64;
    for entry in std::fs::read_dir(path).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let kind = entry.file_type().map_err(refused)?;
        if kind.is_dir() || kind.is_file() {
            total = total.saturating_add(size(&entry.path(), encoding)?);
        }
    }
    Ok(total)
}

/// Counts what is written, and keeps nothing of it.
#[derive(Default)]
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compresses a file as servers of static files do, where time is no matter, and counts the bytes.
fn compressed_size(path: &Path, encoding: Encoding) -> io::Result<u64> {
    let mut file = open(path)?;
    match encoding {
        Encoding::Gzip => {
            let mut encoder = GzEncoder::new(Count::default(), Compression::best());
            io::copy(&mut file, &mut encoder)?;
            Ok(encoder.finish()?.0)
        }
        Encoding::Brotli => {
            let mut encoder = brotli::CompressorWriter::new(Count::default(), 1 << 16, 11, 22);
            io::copy(&mut file, &mut encoder)?;
            Ok(encoder.into_inner().0)
        }
        Encoding::Zstd => {
            let mut encoder = zstd::Encoder::new(Count::default(), 19)?;
            io::copy(&mut file, &mut encoder)?;
            Ok(encoder.finish()?.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests write files")]
    fn folder() -> TempDir {
        let folder = TempDir::new().unwrap();
        for path in ["a/TEST-1.xml", "a/b/TEST-2.xml", "a/.hidden/TEST-3.xml", ".gitignore", "x.xml"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "*\n").unwrap();
        }
        folder
    }

    #[test]
    fn patterns_find_ignored_and_hidden_files_in_order() {
        let folder = folder();
        let found = |pattern: &str| -> Vec<String> {
            let found = matching(folder.path(), pattern).unwrap_or_default();
            let below = |path: &PathBuf| crate::sources::repository::relative(folder.path(), path);
            found.iter().map(below).collect()
        };
        assert_eq!(found("a/**/TEST-*.xml"), ["a/.hidden/TEST-3.xml", "a/TEST-1.xml", "a/b/TEST-2.xml"]);
        assert_eq!(found("a/*.xml"), ["a/TEST-1.xml"]);
        assert_eq!(found("x.xml"), ["x.xml"]);
        assert_eq!(found("{x,y}.xml"), ["x.xml"]);
        assert_eq!(matching(folder.path(), "no/*.xml").unwrap_err().to_string(), "no file matches `no/*.xml`");
        assert_eq!(matching(folder.path(), "a[").unwrap_err().to_string(), "`a[` is not a pattern for files");
    }

    #[test]
    fn sizes_add_up_and_limits_hold() {
        let folder = folder();
        let size_of = |path: &str, encoding| size(&folder.path().join(path), encoding);
        assert_eq!(size_of("a", None).unwrap(), 6);
        assert_eq!(size_of("x.xml", None).unwrap(), 2);
        // Ten bytes before and eight behind what two bytes come to, without the file's name and time.
        assert_eq!(size_of("x.xml", Some(Encoding::Gzip)).unwrap(), 22);
        assert_eq!(size_of("a", Some(Encoding::Gzip)).unwrap(), 66);
        assert!(size_of("none", None).is_err());
        assert_eq!(read(&folder.path().join("x.xml"), 2).unwrap(), b"*\n");
        assert!(matches!(read(&folder.path().join("x.xml"), 1), Err(WorkspaceError::TooLarge { .. })));
    }
}
