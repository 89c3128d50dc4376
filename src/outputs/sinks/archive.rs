//! Archives: tar, gzipped. The same files make the same bytes, whoever packs them and when.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use super::{file, owner};
use crate::system;

/// An archive that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file cannot be packed.
    #[error("cannot pack {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The archive cannot be written.
    #[error("cannot write {}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What belongs to it cannot be written.
    #[error(transparent)]
    Beside(#[from] file::WriteError),
}

/// What an archive is called and says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Label<'text> {
    /// The name of what is packed.
    pub name: &'text str,
    /// Its version.
    pub version: &'text str,
    /// The commit; empty where it is not known.
    pub commit: &'text str,
    /// The time that all files have, in seconds since 1970.
    pub time: u64,
}

#[derive(Serialize)]
struct Manifest<'text> {
    version_of_file: u32,
    name: &'text str,
    version: &'text str,
    commit: &'text str,
    files: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    path: String,
    size: u64,
    executable: bool,
    sha256: String,
}

/// Packs files below a folder, in the order given, with a manifest as first entry; writes the
/// manifest and the archive's SHA-256 beside it. Returns the checksum.
///
/// # Errors
/// A file cannot be read, or the archive cannot be written; then no archive of that name is left that
/// was not there before.
#[expect(clippy::disallowed_methods, reason = "an archive is too large to be made in memory")]
pub fn pack(archive: &Path, root: &Path, files: &[PathBuf], label: Label<'_>) -> Result<String, ArchiveError> {
    let manifest = manifest(root, files, label)?;
    let refused = |source| ArchiveError::Archive { path: archive.to_owned(), source };
    owner::make_folder(archive.parent().unwrap_or(Path::new(""))).map_err(refused)?;
    let mut neighbour = archive.as_os_str().to_owned();
    neighbour.push(".tmp");
    let neighbour = PathBuf::from(neighbour);
    let file = File::create(&neighbour).map_err(refused)?;
    let mut builder = Builder::new(GzEncoder::new(Digesting::new(file), Compression::default()));
    let text = manifest.as_bytes();
    let size = u64::try_from(text.len()).unwrap_or(0);
    let mut header = header(size, 0o644, label.time);
    builder.append_data(&mut header, "manifest.json", text).map_err(refused)?;
    for path in files {
        let failed = |source| ArchiveError::File { path: path.clone(), source };
        let file = File::open(root.join(path)).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        let mode = if is_executable(&about) { 0o755 } else { 0o644 };
        let mut header = self::header(about.len(), mode, label.time);
        // A file that grows meanwhile must not run over into the next one.
        builder.append_data(&mut header, path, file.take(about.len())).map_err(failed)?;
    }
    let digesting = builder.into_inner().and_then(GzEncoder::finish).map_err(refused)?;
    let (file, sum) = digesting.into_parts();
    file.sync_all().and_then(|()| std::fs::rename(&neighbour, archive)).map_err(refused)?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let beside = |ending: &str| archive.with_file_name(format!("{name}{ending}"));
    file::write(&beside(".sha256"), format!("{sum}  {name}\n").as_bytes())?;
    file::write(&beside(".manifest.json"), text)?;
    Ok(sum)
}

fn header(size: u64, mode: u32, time: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(mode);
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    header
}

#[expect(clippy::disallowed_methods, reason = "files are read to be written into an archive")]
fn manifest(root: &Path, files: &[PathBuf], label: Label<'_>) -> Result<String, ArchiveError> {
    let entry = |path: &PathBuf| {
        let failed = |source| ArchiveError::File { path: path.clone(), source };
        let mut file = File::open(root.join(path)).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        let mut digesting = Digesting::new(io::sink());
        let size = io::copy(&mut file, &mut digesting).map_err(failed)?;
        let (_, sha256) = digesting.into_parts();
        Ok(Entry { path: path.to_string_lossy().into_owned(), size, executable: is_executable(&about), sha256 })
    };
    let files = files.iter().map(entry).collect::<Result<Vec<Entry>, ArchiveError>>()?;
    let Label { name, version, commit, .. } = label;
    let manifest = Manifest { version_of_file: 1, name, version, commit, files };
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    Ok(text + "\n")
}

fn is_executable(about: &std::fs::Metadata) -> bool {
    system::permission_bits(about).is_some_and(|bits| bits & 0o111 != 0)
}

/// Hands bytes on and knows their SHA-256.
struct Digesting<W> {
    inner: W,
    digest: Sha256,
}

impl<W> Digesting<W> {
    fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new() }
    }

    fn into_parts(self) -> (W, String) {
        let sum = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        (self.inner, sum)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
