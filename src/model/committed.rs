//! What committing came to.

use super::branch_name::BranchName;
use super::history::Change;

/// What committing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// What happened to the branch.
    pub fate: Fate,
    /// The branch.
    pub branch: BranchName,
    /// Which way was taken; none where nothing was to be committed at all.
    pub way: Option<Way>,
    /// What the rows did to the branch's tables.
    pub tables: Vec<CommittedTable>,
    /// The files that the commit changes.
    pub files: Vec<CommittedFile>,
    /// The commit.
    pub commit: Option<String>,
    /// How often it was tried.
    pub tries: u32,
    /// How often somebody else was faster.
    pub conflicts: u32,
    /// The pull request that carries the commit.
    pub pull_request: Option<OpenRequest>,
    /// What would change, line by line; empty but for a dry run.
    pub diff: String,
    /// What a person should know beside it, sentence by sentence.
    pub notes: Vec<String>,
}

/// What happened to the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has the rows now.
    Committed,
    /// It had everything already.
    Unchanged,
    /// It would have got them.
    Dry,
    /// This job is none that commits, for the reason given.
    Skipped(String),
}

/// A way to a branch, and why it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The way.
    pub kind: WayKind,
    /// Why this one.
    pub reason: String,
}

/// The ways to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayKind {
    /// One GraphQL mutation.
    GraphQl,
    /// GitHub's git data API, object by object.
    GitData,
    /// The git program and the remote `origin`.
    Git,
}

/// What the rows did to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedTable {
    /// The table's name.
    pub table: String,
    /// What changed.
    pub change: Change,
}

/// A file that a commit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedFile {
    /// The path below the repository's root.
    pub path: String,
    /// How large it is, in bytes.
    pub bytes: usize,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// The number.
    pub number: u64,
    /// The address for people.
    pub url: String,
}

impl Committed {
    /// Returns how many rows the branch did not have.
    pub fn added(&self) -> usize {
        self.tables.iter().map(|table| table.change.added).sum()
    }

    /// Returns how many rows say something else now.
    pub fn updated(&self) -> usize {
        self.tables.iter().map(|table| table.change.updated).sum()
    }
}

impl Fate {
    /// Returns the word for what happened.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Unchanged => "unchanged",
            Self::Dry => "dry-run",
            Self::Skipped(_) => "skipped",
        }
    }
}

impl WayKind {
    /// Returns the word for the way, as it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::GraphQl => "graphql",
            Self::GitData => "git-data",
            Self::Git => "git",
        }
    }
}
