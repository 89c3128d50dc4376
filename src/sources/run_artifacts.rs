//! Files that a run's jobs uploaded: which there are, and what is in those that are wanted.
//!
//! An artifact goes through files without names, a file of it at a time, so that its size costs no
//! memory and nothing is left of it.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use jiff::Timestamp;
use serde::Deserialize;

use super::archive::{Archive, ArchiveError, unnamed};
use crate::github::{Client, DownloadError, RequestError, Route};
use crate::model::repository_name::RepositoryName;
use crate::model::run::RunId;

/// The largest artifact that is downloaded, and the largest file that is taken out of one.
const LARGEST_FILE: u64 = 2 << 30;

/// What an archive begins with: an entry, or the end of one that has none.
const ARCHIVES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// What a job uploaded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Artifact {
    /// The id.
    pub id: u64,
    /// The name; no two of a run share one.
    pub name: String,
    /// Whether it is not kept any more.
    pub expired: bool,
    /// When it was uploaded.
    pub created_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ArtifactsPage {
    artifacts: Vec<Artifact>,
}

/// An artifact that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// It could not be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// It is no archive, or one that does harm.
    #[error("the artifact `{name}` {source}")]
    Archive {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: ArchiveError,
    },
}

/// Which artifacts are wanted, and which files of them: `NAME` or `NAME/FILE`, both with wildcards. No
/// name of an artifact holds a slash.
#[derive(Clone, Debug)]
pub struct Wanted {
    artifact: GlobMatcher,
    file: Option<GlobMatcher>,
}

impl Wanted {
    /// Understands a pattern.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(pattern: &str) -> Result<Self, globset::Error> {
        let glob = |text: &str| Ok(GlobBuilder::new(text).literal_separator(true).build()?.compile_matcher());
        match pattern.split_once('/') {
            Some((artifact, file)) => Ok(Self { artifact: glob(artifact)?, file: Some(glob(file)?) }),
            None => Ok(Self { artifact: glob(pattern)?, file: None }),
        }
    }

    /// Tells whether an artifact is wanted.
    pub fn is_artifact(&self, name: &str) -> bool {
        self.artifact.is_match(name)
    }

    /// Tells whether a file of such an artifact is wanted.
    pub fn is_file(&self, path: &str) -> bool {
        self.file.as_ref().is_none_or(|file| file.is_match(path))
    }

    /// Tells whether it says which files it wants, so that each of them is to be understood.
    pub fn names_files(&self) -> bool {
        self.file.is_some()
    }
}

/// A file that was taken out of an artifact: it may be read again and again.
#[derive(Debug)]
pub struct Taken(File);

impl Taken {
    /// Opens the file from its start. Only one reader of it may be in use at a time.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open<'file>(&self) -> io::Result<Box<dyn Read + 'file>> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Box::new(file))
    }
}

/// Where artifacts are read from.
pub struct Artifacts<'task> {
    /// The connection.
    pub client: &'task Client,
    /// The repository.
    pub repository: &'task RepositoryName,
    /// A folder that a file may be put in while it is read.
    pub scratch: &'task Path,
}

impl Artifacts<'_> {
    /// Lists what the jobs of a run uploaded and what is still kept.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn list(&self, run: RunId) -> Result<Vec<Artifact>, RequestError> {
        let route = Route::repository(self.repository).part("actions/runs").number(run.0).part("artifacts");
        let mut artifacts = Vec::new();
        let read = self.client.pages(&route.query("per_page", "100"), |page: ArtifactsPage| {
            artifacts.extend(page.artifacts.into_iter().filter(|artifact| !artifact.expired));
            ControlFlow::Continue(())
        });
        match read {
            // The run is gone, and everything of it.
            Err(RequestError::Refused { status: 404 | 410, .. }) => Ok(Vec::new()),
            read => read.map(|()| artifacts),
        }
    }

    /// Downloads an artifact, and hands over the files that are wanted, by path. One that is not
    /// there any more has none.
    ///
    /// # Errors
    /// It cannot be had or is refused; files that were handed over by then are true.
    pub fn files(
        &self,
        artifact: &Artifact,
        is_wanted: impl Fn(&str) -> bool,
        mut take: impl FnMut(&str, Taken),
    ) -> Result<(), ArtifactError> {
        let route = Route::repository(self.repository).part("actions/artifacts").number(artifact.id).part("zip");
        let file = match self.client.download(&route, LARGEST_FILE, || unnamed(self.scratch)) {
            Ok(file) => file,
            Err(DownloadError::Request(RequestError::Refused { status: 404 | 410, .. })) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let bad = |source| ArtifactError::Archive { name: artifact.name.clone(), source };
        unpack(file, self.scratch, (&artifact.name, &is_wanted), &mut take).map_err(bad)
    }
}

fn unpack(
    file: File,
    scratch: &Path,
    (name, is_wanted): (&str, &dyn Fn(&str) -> bool),
    take: &mut dyn FnMut(&str, Taken),
) -> Result<(), ArchiveError> {
    let damaged = |error: io::Error| ArchiveError::Damaged(error.to_string());
    let file = Taken(file);
    if !is_archive(&file).map_err(damaged)? {
        // A file may be uploaded as it is; then it is called like the artifact.
        if is_wanted(name) {
            take(name, file);
        }
        return Ok(());
    }
    let mut archive = Archive::open(file.0)?;
    let mut names: Vec<String> = archive.names().to_vec();
    names.retain(|name| !name.ends_with('/') && is_wanted(name));
    names.sort_unstable();
    for name in names {
        let mut target = unnamed(scratch).map_err(damaged)?;
        let mut copied = 0;
        archive.read(&name, |entry| {
            copied = io::copy(&mut entry.take(LARGEST_FILE + 1), &mut target)?;
            Ok(())
        })?;
        if copied > LARGEST_FILE {
            return Err(ArchiveError::Refused(format!("`{name}` in it is larger than {} MiB", LARGEST_FILE >> 20)));
        }
        take(&name, Taken(target));
    }
    Ok(())
}

fn is_archive(file: &Taken) -> io::Result<bool> {
    let mut head = Vec::new();
    file.open()?.take(4).read_to_end(&mut head)?;
    Ok(ARCHIVES.contains(&head.as_slice()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::archive::packed;
    use super::*;

    fn read(file: File, pattern: &str) -> Result<Vec<(String, String)>, String> {
        let wanted = Wanted::parse(pattern).unwrap();
        let mut found = Vec::new();
        let mut take = |name: &str, file: Taken| {
            let text = || io::read_to_string(file.open().unwrap()).unwrap();
            assert_eq!(text(), text());
            found.push((name.to_owned(), text()));
        };
        let is_wanted = |path: &str| wanted.is_file(path);
        unpack(file, &std::env::temp_dir(), ("results", &is_wanted), &mut take).map_err(|error| error.to_string())?;
        Ok(found)
    }

    fn files(found: &[(&str, &str)]) -> Vec<(String, String)> {
        found.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn files_that_match_are_taken_out() {
        let archive = || packed(&[("b/two.xml", b"2"), ("a.xml", b"1"), ("b/", b""), ("b/log.txt", b"x")]);
        assert_eq!(
            read(archive(), "results").unwrap(),
            files(&[("a.xml", "1"), ("b/log.txt", "x"), ("b/two.xml", "2")])
        );
        assert_eq!(read(archive(), "r*/*.xml").unwrap(), files(&[("a.xml", "1")]));
        assert_eq!(read(archive(), "r*/**/*.xml").unwrap(), files(&[("a.xml", "1"), ("b/two.xml", "2")]));
        let wanted = Wanted::parse("res*/x").unwrap();
        assert!(wanted.is_artifact("results") && !wanted.is_artifact("other") && wanted.names_files());
    }

    #[test]
    fn a_file_may_be_uploaded_as_it_is() {
        let mut file = unnamed(&std::env::temp_dir()).unwrap();
        file.write_all(b"<testsuite/>").unwrap();
        assert_eq!(read(file, "*").unwrap(), files(&[("results", "<testsuite/>")]));
    }

    #[test]
    fn what_would_do_harm_is_refused() {
        let error = read(packed(&[("../a.xml", b"x")]), "*").unwrap_err();
        assert!(error.starts_with("is refused: its entry `../a.xml` leads out of it"), "{error}");
        let zeros = vec![0_u8; 80 << 20];
        let error = read(packed(&[("a.xml", &zeros)]), "*").unwrap_err();
        assert!(error.ends_with("come to more than 200 times as much"), "{error}");
        let mut file = unnamed(&std::env::temp_dir()).unwrap();
        file.write_all(b"PK\x05\x06").unwrap();
        assert!(read(file, "*").unwrap_err().starts_with("cannot be read: "));
    }
}
