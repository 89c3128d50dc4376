//! The tables on a branch: read at its head, and replaced there only if nobody else was faster.
//!
//! Both ways, [`Git`] and [`Contents`], compare and swap: they say what they have read, and the
//! other side refuses what was made of something older. What to do then is the caller's to
//! decide, from [`BranchError::again`].

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::github::{LimitKind, NetworkTrouble, RequestError, RouteError};
use crate::model::history::TableFile;

mod contents;
mod git;
mod program;
mod words;

pub use contents::Contents;
pub use git::{Git, Identity};
pub use program::{GitError, Program};

/// A branch that tables are kept on.
pub trait Branch {
    /// Reads the branch's head anew.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn head(&self) -> Result<Head, BranchError>;

    /// Lists the tables at a commit; none, where the commit is not known there.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn at(&self, commit: &str) -> Result<BTreeMap<TableFile, Blob>, BranchError>;

    /// Reads a table that was listed at a commit.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn read(&self, commit: &str, file: TableFile, blob: &Blob) -> Result<Vec<u8>, BranchError>;

    /// Puts tables on the branch, if its head is still the one that was read. The commits are
    /// added to `commits` one by one, so that they are known even when a later one fails.
    ///
    /// # Errors
    /// See [`BranchError`].
    fn write(&self, draft: &Draft<'_>, commits: &mut Vec<String>) -> Result<(), BranchError>;
}

/// A branch's head as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whether the branch is there.
    pub presence: Presence,
    /// The commit to build on; none for a branch that begins with nothing.
    pub commit: Option<String>,
    /// The tables there.
    pub files: BTreeMap<TableFile, Blob>,
}

/// Whether a branch is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Present,
    /// It would be made.
    Absent,
}

/// A file's content, by the name that git gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The hash.
    pub id: String,
    /// The size in bytes, where it is known.
    pub size: Option<u64>,
}

/// What is to be put on a branch.
#[derive(Debug)]
pub struct Draft<'draft> {
    /// The head that the tables were made from.
    pub head: &'draft Head,
    /// The tables, in the order in which they are written where that cannot be done at once.
    pub files: &'draft [(TableFile, Vec<u8>)],
    /// The commit's message.
    pub message: &'draft str,
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
    /// What is on the branch is not what tables are kept in.
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
}

fn again(error: &RequestError) -> Again {
    match error {
        RequestError::RateLimited { until: Some(until), .. } => Again::At(*until),
        RequestError::RateLimited { kind: LimitKind::Secondary, until: None, .. } => Again::Later,
        RequestError::Refused { status: 500.., .. }
        | RequestError::Unreachable { trouble: NetworkTrouble::Timeout | NetworkTrouble::Broken, .. } => Again::Soon,
        RequestError::RateLimited { kind: LimitKind::Primary, until: None, .. }
        | RequestError::Unreachable { .. }
        | RequestError::Refused { .. }
        | RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => Again::No,
    }
}
