//! What committing the tables came to.

use super::branch_name::BranchName;
use super::history::Change;

/// What committing the tables came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// What happened to the branch.
    pub fate: Fate,
    /// The branch.
    pub branch: BranchName,
    /// Which way was taken; none where nothing was to be committed at all.
    pub way: Option<Way>,
    /// What the rows did to the branch's tables, for the tables the work tree has.
    pub tables: Vec<CommittedTable>,
    /// The commits, oldest first.
    pub commits: Vec<String>,
    /// How often it was tried.
    pub tries: u32,
    /// What a person should know beside it, sentence by sentence.
    pub notes: Vec<String>,
}

/// What happened to the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has the rows now.
    Committed,
    /// It had every row already.
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
    /// The git program and the remote `origin`.
    Git,
    /// GitHub's contents API.
    Contents,
}

/// What the rows did to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedTable {
    /// The table's name.
    pub table: String,
    /// What changed.
    pub change: Change,
    /// How many rows it has now.
    pub total: usize,
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
            Self::Git => "git",
            Self::Contents => "contents",
        }
    }
}
