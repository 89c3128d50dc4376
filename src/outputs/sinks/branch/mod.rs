//! A branch: read at its head, and moved on only if nobody else was faster.
//!
//! Both ways, [`Git`] and [`Api`], compare and swap: they say where the branch was when it was
//! read, and the other side refuses what was made of something older. What to do then is the
//! caller's to decide, from [`BranchError::again`].

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::github::{LimitKind, NetworkTrouble, RequestError, RouteError};
use crate::model::committed::WayKind;
use crate::model::identity::Identity;
use crate::model::repository_path::RepositoryPath;

mod api;
mod blob;
mod git;
mod interrupted;
mod program;
mod words;

pub use api::{Api, How, MergeMethod, PullRequest, Requested};
pub use blob::{LARGEST_FILE, blob_id};
pub use git::{Depth, Git};
pub use program::{GitError, Program};
pub use words::Rule;

/// A branch that is committed to, and the commits of its repository.
pub trait Branch {
    /// Asks where the branch is; nothing where there is none.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn head(&self) -> Result<Option<String>, BranchError>;

    /// Tells whether a commit can be read.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn knows(&self, commit: &str) -> Result<bool, BranchError>;

    /// Lists the files below a folder at a commit that is known, by their paths below the root; the
    /// empty folder is the root. A folder that is not there holds nothing.
    ///
    /// # Errors
    /// What is there is no folder, or see [`BranchError`].
    fn files(&self, commit: &str, folder: &str) -> Result<BTreeMap<String, Entry>, BranchError>;

    /// Returns what stands at a path at a commit that is known.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn entry(&self, commit: &str, path: &RepositoryPath) -> Result<Option<Entry>, BranchError>;

    /// Reads a file whole.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn read(&self, path: &str, entry: &Entry) -> Result<Vec<u8>, BranchError>;

    /// Reads what a commit says about itself.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn past(&self, commit: &str) -> Result<Past, BranchError>;

    /// Returns the name of the repository's default branch; nothing where that is not known.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn default_branch(&self) -> Result<Option<String>, BranchError>;

    /// Makes a commit, and moves the branch there if it is still where the draft expects it. The
    /// commit's name is handed over as soon as it is known, before the branch has moved.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn write(&self, draft: &Draft<'_>, made: &mut Option<String>) -> Result<Written, BranchError>;
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The name that git gives its content.
    pub id: String,
    /// The size of a file in bytes, where it is known.
    pub size: Option<u64>,
}

/// What can stand at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File(Mode),
    /// A link.
    Link,
    /// A folder.
    Folder,
    /// Another repository's commit.
    Repository,
}

/// What a file may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is read.
    #[default]
    Plain,
    /// It can be run.
    Executable,
}

/// What a commit says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The commits it was made from, the one it continues first.
    pub parents: Vec<String>,
    /// The message.
    pub message: String,
}

/// What is to be put on a branch.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'draft> {
    /// The commit whose files stay, but for those of the draft; none where the draft's are all.
    pub base: Option<&'draft str>,
    /// The commit that the new one continues; none for a beginning.
    pub parent: Option<&'draft str>,
    /// Where the branch is; none where there is none.
    pub expected: Option<&'draft str>,
    /// The files.
    pub files: &'draft [NewFile],
    /// The paths of the base's files that do not stay; there are none unless history is replaced.
    pub gone: &'draft [RepositoryPath],
    /// The commit's message.
    pub message: &'draft str,
    /// Who wrote it, where that is not who commits.
    pub author: Option<&'draft Identity>,
}

/// A file that is put on a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Where.
    pub path: RepositoryPath,
    /// What.
    pub bytes: Vec<u8>,
    /// What it may do.
    pub mode: Mode,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The commit.
    pub commit: String,
    /// By which way.
    pub by: WayKind,
    /// What a person should know about that.
    pub note: Option<String>,
}

/// Why a branch could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BranchError {
    /// Somebody else was faster.
    #[error("somebody else changed the branch at the same time ({0})")]
    Overtaken(String),
    /// The other side said no, in a way that may pass.
    #[error("the remote declined: {0}")]
    Declined(String),
    /// The branch takes no direct commits.
    #[error("the branch is protected: {0}")]
    Protected(String),
    /// Who asks may not.
    #[error("no permission to write: {0}")]
    Forbidden(String),
    /// What is on the branch, or is to be put there, is not what it should be.
    #[error("{0}")]
    Shape(String),
    /// The git program failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A path cannot stand in an address.
    #[error(transparent)]
    Route(#[from] RouteError),
}

/// Whether another try is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It would end the same.
    No,
    /// After a moment.
    Soon,
    /// Not before this time.
    At(Timestamp),
    /// After a minute, as GitHub asks for.
    Later,
}

impl Entry {
    /// Tells whether it is a file.
    pub fn is_file(&self) -> bool {
        matches!(self.kind, EntryKind::File(_))
    }

    /// Understands the mode that git writes.
    fn from_mode(mode: &str, id: String, size: Option<u64>) -> Option<Self> {
        let kind = match mode {
            "100755" => EntryKind::File(Mode::Executable),
            "120000" => EntryKind::Link,
            "160000" => EntryKind::Repository,
            "040000" | "40000" => EntryKind::Folder,
            // Old repositories hold files that a group may write.
            _ if mode.starts_with("100") => EntryKind::File(Mode::Plain),
            _ => return None,
        };
        Some(Self { kind, id, size })
    }
}

impl EntryKind {
    /// Returns the words for what it is.
    pub fn words(self) -> &'static str {
        match self {
            Self::File(_) => "a file",
            Self::Link => "a link",
            Self::Folder => "a folder",
            Self::Repository => "another repository",
        }
    }
}

impl Mode {
    fn digits(self) -> &'static str {
        match self {
            Self::Plain => "100644",
            Self::Executable => "100755",
        }
    }
}

impl Draft<'_> {
    /// Tells whether it adds a commit to where the branch is, and does nothing else.
    fn is_addition(&self) -> bool {
        self.expected.is_some() && self.base == self.expected && self.parent == self.expected
    }

    /// Tells whether a part of the branch's history is replaced.
    fn is_rewriting(&self) -> bool {
        self.expected.is_some() && self.parent != self.expected
    }
}

impl BranchError {
    /// Tells whether another try is of use.
    ///
    /// A request whose answer was lost may have taken effect. Trying again does no harm: what
    /// was written is then found on the branch.
    pub fn again(&self) -> Again {
        match self {
            Self::Overtaken(_) | Self::Declined(_) => Again::Soon,
            Self::Git(error) if error.may_pass() => Again::Soon,
            Self::Request(error) => again(error),
            Self::Protected(_) | Self::Forbidden(_) | Self::Shape(_) | Self::Git(_) | Self::Route(_) => Again::No,
        }
    }

    /// Tells whether it is for certain that nothing was written.
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Overtaken(_) | Self::Declined(_) | Self::Protected(_) | Self::Forbidden(_) => true,
            Self::Shape(_) | Self::Git(_) | Self::Request(_) | Self::Route(_) => false,
        }
    }
}

fn again(error: &RequestError) -> Again {
    match error {
        RequestError::RateLimited { until: Some(until), .. } => Again::At(*until),
        RequestError::RateLimited { kind: LimitKind::Secondary, until: None, .. } => Again::Later,
        RequestError::Refused { status: 500.., .. }
        | RequestError::Unreachable { trouble: NetworkTrouble::Timeout | NetworkTrouble::Broken, .. } => Again::Soon,
        // An error without a word for it is GitHub's own trouble.
        RequestError::Denied { kind, .. } if matches!(kind.as_str(), "" | "INTERNAL" | "SERVICE_UNAVAILABLE") => {
            Again::Soon
        }
        RequestError::RateLimited { kind: LimitKind::Primary, until: None, .. }
        | RequestError::Unreachable { .. }
        | RequestError::Refused { .. }
        | RequestError::Denied { .. }
        | RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => Again::No,
    }
}
