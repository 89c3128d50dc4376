//! A repository's files from the API, laid out like a checkout: one archive of the default branch, and
//! file by file what the archive leaves out.
//!
//! Nothing in the archive is believed: no name leads out of the folder, no link is made, and what comes
//! out is counted. Only what criteria look into has its content; of other files the name is enough.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;
use tar::{Archive, Entry};

use super::archive::{ArchiveError, HARMLESS, LARGEST_RATIO, is_outside, rewound, unnamed};
use super::inventory::{self, MOST_BYTES};
use super::scratch::Scratch;
use crate::github::{Client, DownloadError, RequestError, Route, RouteError};
use crate::model::repository_name::RepositoryName;

/// The largest archive that is downloaded, in bytes.
const LARGEST_ARCHIVE: u64 = 1 << 30;

/// What the files that are looked into may come to, in bytes.
const MOST_CONTENT: u64 = 1 << 30;

/// How many entries an archive may have. The largest public repositories have a third of it.
const MOST_ENTRIES: usize = 500_000;

/// How many files are asked for one by one.
const MOST_BLOBS: usize = 100;

/// Files that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum RemoteFilesError {
    /// The archive could not be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// What the archive leaves out could not be read.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A name cannot stand in an address.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The archive is damaged, or does harm.
    #[error("the archive of the repository {0}")]
    Archive(#[from] ArchiveError),
}

/// A repository's files in a folder of our own, which is gone with this.
#[derive(Debug)]
pub struct Checkout {
    folder: Scratch,
    commit: Option<String>,
    left_out: usize,
}

impl Checkout {
    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        self.folder.folder()
    }

    /// Returns the commit's hash, where the archive says it.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// Returns how many files that criteria look into could not be had.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

#[derive(Deserialize)]
struct Tree {
    #[serde(default)]
    tree: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    #[serde(default, rename = "type")]
    kind: String,
    /// A link's is 120000.
    #[serde(default)]
    mode: String,
    sha: String,
    #[serde(default)]
    size: u64,
}

#[derive(Deserialize)]
struct Blob {
    #[serde(default)]
    content: String,
}

/// Reads the files of the default branch: a request for the archive, one for the list of files, and one
/// for each of at most a hundred files, or `besides` if that is less, that `export-ignore` keeps out of archives
/// and criteria look into.
///
/// # Errors
/// See [`RemoteFilesError`].
pub fn fetch(
    client: &Client,
    repository: &RepositoryName,
    scratch: &Path,
    besides: Option<usize>,
) -> Result<Checkout, RemoteFilesError> {
    let route = || Route::repository(repository);
    let file = client.download(&route().part("tarball/HEAD"), LARGEST_ARCHIVE, || unnamed(scratch))?;
    let mut checkout = lay_out(file, scratch)?;
    let at = checkout.commit.as_deref().unwrap_or("HEAD");
    let listed: Tree = client.get(&route().part("git/trees").text(at)?.query("recursive", "1"))?;
    let mut blobs = besides.unwrap_or(MOST_BLOBS).min(MOST_BLOBS);
    for entry in listed.tree.into_iter().filter(|entry| entry.kind == "blob" && entry.mode != "120000") {
        let Some(path) = inside(checkout.folder(), &entry.path)?.filter(|path| !path.exists()) else { continue };
        let is_wanted = is_looked_into(&entry.path) && entry.size <= as_u64(MOST_BYTES);
        let content = if is_wanted && blobs > 0 {
            blobs -= 1;
            let blob: Blob = client.get(&route().part("git/blobs").text(&entry.sha)?)?;
            let digits: Vec<u8> = blob.content.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64_STANDARD.decode(digits).map_err(|error| ArchiveError::Damaged(error.to_string()))?
        } else {
            checkout.left_out += usize::from(is_wanted);
            Vec::new()
        };
        write(&path, &mut content.as_slice()).map_err(damaged)?;
    }
    Ok(checkout)
}

fn lay_out(file: File, below: &Path) -> Result<Checkout, ArchiveError> {
    let most = file.metadata().map_err(damaged)?.len().saturating_mul(LARGEST_RATIO).max(HARMLESS);
    let packed = io::BufReader::new(rewound(file).map_err(damaged)?);
    let mut archive = Archive::new(Counted { from: GzDecoder::new(packed), left: most });
    let folder = Scratch::below(below).map_err(damaged)?;
    let (mut commit, mut entries, mut content) = (None, 0_usize, 0_u64);
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        entries += 1;
        if entries > MOST_ENTRIES || content > MOST_CONTENT {
            let reason = format!("it has more than {MOST_ENTRIES} entries or {} MiB to look into", MOST_CONTENT >> 20);
            return Err(ArchiveError::Refused(reason));
        }
        let kind = entry.header().entry_type();
        // Folders come with their files, and links lead elsewhere.
        if kind.is_file() {
            content += place(&mut entry, folder.folder())?;
        } else if kind.is_pax_global_extensions() {
            commit = commit.or(commit_of(&mut entry).map_err(damaged)?);
        }
    }
    Ok(Checkout { folder, commit, left_out: 0 })
}

/// Puts a file in its place, and returns how many bytes of it were written.
fn place(entry: &mut Entry<'_, impl Read>, folder: &Path) -> Result<u64, ArchiveError> {
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    // All is below a folder that is called like the repository and the commit.
    let Some((_, name)) = name.split_once('/') else { return Ok(0) };
    let Some(path) = inside(folder, name)?.filter(|path| !path.exists()) else { return Ok(0) };
    let size = entry.size();
    if !is_looked_into(name) {
        return write(&path, &mut io::empty()).map_err(damaged);
    }
    if size > as_u64(MOST_BYTES) {
        // It is told to be too large by who looks into it.
        write(&path, &mut io::empty()).map_err(damaged)?;
        let file = OpenOptions::new().write(true).open(&path).map_err(damaged)?;
        return file.set_len(as_u64(MOST_BYTES) + 1).map(|()| 0).map_err(damaged);
    }
    write(&path, &mut entry.take(size)).map_err(damaged)
}

/// Tells whether a file's content is of use: criteria or the linter look into it.
fn is_looked_into(path: &str) -> bool {
    path.starts_with(".github/") || inventory::is_read(path)
}

/// Finds a file's place in the folder; none for what would be git's own.
fn inside(folder: &Path, name: &str) -> Result<Option<PathBuf>, ArchiveError> {
    if is_outside(name) {
        return Err(ArchiveError::Refused(format!("its entry `{}` leads out of it", name.escape_debug())));
    }
    let is_odd =
        |part: &str| part.is_empty() || part == "." || part.eq_ignore_ascii_case(".git") || part.contains('\0');
    Ok((!name.split('/').any(is_odd)).then(|| folder.join(name)))
}

fn write(path: &Path, content: &mut dyn Read) -> io::Result<u64> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = io::copy(content, &mut file)?;
    file.flush().map(|()| written)
}

/// Reads the commit that `git archive` writes as the archive's comment.
fn commit_of(entry: &mut Entry<'_, impl Read>) -> io::Result<Option<String>> {
    let mut text = String::new();
    entry.take(1024).read_to_string(&mut text)?;
    let mut comments = text.lines().filter_map(|line| line.split_once(" comment=").map(|(_, value)| value));
    let is_hash = |text: &&str| matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(comments.find(is_hash).map(str::to_owned))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn damaged(error: io::Error) -> ArchiveError {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return ArchiveError::Refused(format!("it comes to more than {LARGEST_RATIO} times its size"));
    }
    ArchiveError::Damaged(error.to_string())
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A reader that fails where more comes out of it than does good.
struct Counted<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        match self.left.checked_sub(as_u64(count)) {
            Some(left) => self.left = left,
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, EntryType, Header};

    use super::*;

    /// Packs entries without a look at their names.
    fn packed(entries: &[(EntryType, &str, &[u8])]) -> File {
        let mut builder = Builder::new(GzEncoder::new(unnamed(&std::env::temp_dir()).unwrap(), Compression::fast()));
        for (kind, name, content) in entries {
            let mut header = Header::new_ustar();
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            if kind.is_symlink() {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn laid(entries: &[(EntryType, &str, &[u8])]) -> Result<Checkout, String> {
        lay_out(packed(entries), &std::env::temp_dir()).map_err(|error| error.to_string())
    }

    #[test]
    fn files_are_laid_out_like_a_checkout() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let comment = format!("52 comment={commit}\n");
        let large = vec![b'#'; MOST_BYTES + 7];
        let checkout = laid(&[
            (EntryType::XGlobalHeader, "pax_global_header", comment.as_bytes()),
            (EntryType::Directory, "o-r-0123456/", b""),
            (EntryType::Regular, "o-r-0123456/.github/workflows/ci.yml", b"on: push\n"),
            (EntryType::Regular, "o-r-0123456/src/list.rs", b"fn main() {}\n"),
            (EntryType::Regular, "o-r-0123456/large.md", &large),
            (EntryType::Regular, "o-r-0123456/.git/config", b"x"),
            (EntryType::Symlink, "o-r-0123456/link.md", b""),
        ])
        .unwrap();
        assert_eq!(checkout.commit.as_deref(), Some(commit));
        let sizes = [".github/workflows/ci.yml", "src/list.rs", "large.md", ".git/config", "link.md"];
        let sizes = sizes.map(|path| fs::symlink_metadata(checkout.folder().join(path)).ok().map(|about| about.len()));
        assert_eq!(sizes, [Some(9), Some(0), Some(as_u64(MOST_BYTES) + 1), None, None]);
        let folder = checkout.folder().to_owned();
        drop(checkout);
        assert!(!folder.exists());
    }

    #[test]
    fn what_would_do_harm_is_refused() {
        for name in ["r/../../a.md", "r//etc/a.md", "r/C:/a.md", "r/a\\..\\b.md"] {
            let error = laid(&[(EntryType::Regular, name, b"x")]).unwrap_err();
            assert!(error.ends_with("leads out of it"), "{name}: {error}");
        }
        let zeros = vec![0_u8; 80 << 20];
        let error = laid(&[(EntryType::Regular, "r/a.bin", &zeros), (EntryType::Regular, "r/b.md", b"x")]).unwrap_err();
        assert_eq!(error, "is refused: it comes to more than 200 times its size");
        let error = laid(&[(EntryType::Regular, "r/a.md", b"x"), (EntryType::Regular, "r/a.md/b.md", b"x")]);
        assert!(error.unwrap_err().starts_with("cannot be read: "));
        let mut file = unnamed(&std::env::temp_dir()).unwrap();
        file.write_all(b"<html>").unwrap();
        assert!(lay_out(file, &std::env::temp_dir()).is_err());
    }
}
