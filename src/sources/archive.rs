//! Archives that were downloaded. Nothing in them is believed: not their names, which are only
//! compared; not their sizes, since what comes out is counted.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::system;

/// How many times its size an archive may come to. Logs repeat themselves, but a bomb more.
pub(super) const LARGEST_RATIO: u64 = 200;

/// What an archive may come to whatever its size is.
pub(super) const HARMLESS: u64 = 64 << 20;

/// How many entries an archive may have: 256 jobs of a matrix with some hundred steps each are fewer.
const MOST_ENTRIES: usize = 100_000;

/// An archive that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is none, or damaged.
    #[error("cannot be read: {0}")]
    Damaged(String),
    /// It would do harm.
    #[error("is refused: {0}")]
    Refused(String),
}

/// An archive whose names lead nowhere else.
pub(super) struct Archive {
    entries: ZipArchive<File>,
    names: Vec<String>,
    size: u64,
    /// How many bytes may still come out of it.
    left: u64,
}

impl Archive {
    /// Looks at an archive's names.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub(super) fn open(file: File) -> Result<Self, ArchiveError> {
        let size = file.metadata().map_err(damaged)?.len();
        let entries = ZipArchive::new(rewound(file).map_err(damaged)?).map_err(damaged)?;
        if entries.len() > MOST_ENTRIES {
            return Err(ArchiveError::Refused(format!("it has {} entries", entries.len())));
        }
        let names: Result<Vec<String>, ZipError> = entries.file_names().map(|name| Ok(name?.into_owned())).collect();
        let names = names.map_err(damaged)?;
        if let Some(name) = names.iter().find(|name| is_outside(name)) {
            return Err(ArchiveError::Refused(format!("its entry `{}` leads out of it", name.escape_debug())));
        }
        let left = size.saturating_mul(LARGEST_RATIO).max(HARMLESS);
        Ok(Self { entries, names, size, left })
    }

    /// Returns the names of the entries.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// It cannot be read, or more comes out of the archive than does good; what `read` saw by then
    /// is true.
    pub(super) fn read(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn Read) -> io::Result<()>,
    ) -> Result<(), ArchiveError> {
        let entry = self.entries.by_name(name).map_err(damaged)?;
        // One more than is left, so that what is too much is seen.
        let mut entry = entry.take(self.left.saturating_add(1));
        read(&mut entry).map_err(damaged)?;
        let unread = entry.limit();
        if unread == 0 {
            let reason = format!("{} bytes of it come to more than {LARGEST_RATIO} times as much", self.size);
            return Err(ArchiveError::Refused(reason));
        }
        self.left = unread.saturating_sub(1);
        Ok(())
    }
}

fn damaged(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

/// Tells whether a name would be written somewhere else by whoever unpacks the archive.
pub(super) fn is_outside(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\']) || drive || name.split(['/', '\\']).any(|part| part == "..")
}

/// Goes back to a file's start.
pub(super) fn rewound(mut file: File) -> io::Result<File> {
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Makes a file that is gone when it is closed: its name is taken away at once.
pub(super) fn unnamed(folder: &Path) -> io::Result<File> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 0..100 {
        let path: PathBuf = folder.join(format!(".plimsoll-{}-{number}.tmp", std::process::id()));
        match system::create_passing(&path) {
            Ok(file) => return Ok(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Writes an archive for tests.
#[cfg(test)]
pub(super) fn packed(entries: &[(&str, &[u8])]) -> File {
    use std::io::Write as _;

    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};

    let mut writer = ZipWriter::new(unnamed(&std::env::temp_dir()).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap()
}
