//! Finds a repository's files and reads them as text, within limits.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::system;

/// The largest file that is read as text. Workflows are at most 0.5 MB and every file that a
/// criterion looks into is smaller.
pub const MOST_BYTES: u64 = 16 << 20;

/// Why a file could not be read as text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refuses.
    #[error("cannot be read")]
    Refused(#[from] io::Error),
    /// It is larger than [`MOST_BYTES`].
    #[error("is larger than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// It is no UTF-8 text.
    #[error("is not UTF-8 text (byte {offset})")]
    NotText {
        /// The first byte that is not UTF-8.
        offset: usize,
    },
}

/// What may stand in front of a text without being a part of it.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Reads a file as text; a byte order mark is dropped.
///
/// # Errors
/// The file cannot be read, is too large, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, ReadError> {
    read_marked(path).map(|(_, text)| text)
}

/// Returns how many bytes a file has, or zero where the system does not say.
pub fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |about| about.len())
}

/// Reads a file as [`read`] does, and returns its byte order mark, or nothing, before the text.
///
/// # Errors
/// As [`read`].
#[expect(clippy::disallowed_methods, reason = "the one place where repositories' files are read")]
pub fn read_marked(path: &Path) -> Result<(&'static str, String), ReadError> {
    let file = std::fs::File::open(path)?;
    // One byte more than the file holds, so that its end shows without another growth.
    let length = file.metadata()?.len().min(MOST_BYTES) + 1;
    limited(file, Vec::with_capacity(usize::try_from(length).unwrap_or(0)))
}

/// Reads text from a stream, as [`read_marked`] does from a file.
///
/// # Errors
/// As [`read`].
pub fn text_marked(stream: impl io::Read) -> Result<(&'static str, String), ReadError> {
    limited(stream, Vec::new())
}

fn limited(stream: impl io::Read, mut bytes: Vec<u8>) -> Result<(&'static str, String), ReadError> {
    stream.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ReadError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        ReadError::NotText { offset }
    })?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (BYTE_ORDER_MARK, rest.to_owned()),
        None => ("", text),
    })
}

/// Returns the nearest folder upwards that holds `.git`, else the folder itself.
pub fn root(folder: &Path) -> PathBuf {
    folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(folder).to_owned()
}

/// Returns a path relative to the root, with slashes; a path outside it stays as it is.
pub fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let text = inside.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

/// Returns a folder's path below the root, with slashes and with links resolved; nothing where it
/// lies elsewhere, or in git's own folder.
///
/// # Errors
/// The system cannot say where the folder is.
pub fn below(root: &Path, folder: &Path) -> io::Result<Option<String>> {
    let (root, folder) = (root.canonicalize()?, folder.canonicalize()?);
    let Ok(inside) = folder.strip_prefix(&root) else { return Ok(None) };
    let hidden = inside.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
    let text = inside.to_str().map(|text| text.replace('\\', "/"));
    Ok(text.filter(|_| !hidden))
}

/// Tells whether a path is a link, whatever it leads to.
pub fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink())
}

/// Tells whether a file's owner may run it, which is what git keeps; not so where the system knows of no
/// such permission.
pub fn is_executable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| system::permission_bits(&about).is_some_and(|bits| bits & 0o100 != 0))
}

/// Lists all files below a folder in order of their path, hidden folders such as `.github`
/// included; `.git` and what `.gitignore` names are left out, and links are not followed.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    files_that(folder, |_| true)
}

/// Lists the files of [`files`] that are wanted.
pub fn files_that(folder: &Path, is_wanted: impl Fn(&Path) -> bool + Sync) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build_parallel();
    let (sender, receiver) = mpsc::channel();
    walk.run(|| {
        let (sender, is_wanted) = (sender.clone(), &is_wanted);
        Box::new(move |entry| {
            // A folder that cannot be entered holds nothing that could be judged.
            let file = entry.ok().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
            match file.map(DirEntry::into_path).filter(|path| is_wanted(path)).map(|path| sender.send(path)) {
                Some(Err(_)) => WalkState::Quit,
                Some(Ok(())) | None => WalkState::Continue,
            }
        })
    });
    drop(sender);
    let mut files: Vec<PathBuf> = receiver.into_iter().collect();
    files.sort();
    files
}
