//! What a commit is built on: the branch as it was read, and the commit whose files stay.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::merge::Stop;
use super::task::Task;
use super::way::Chosen;
use super::{Rewriting, message};
use crate::model::history::TableFile;
use crate::model::repository_path::RepositoryPath;
use crate::outputs::sinks::branch::{Branch, BranchError, Entry};

/// What a commit is built on.
pub(super) struct Ground<'task> {
    pub(super) branch: &'task dyn Branch,
    /// What the branch is called.
    pub(super) name: String,
    /// Where the branch is.
    pub(super) head: Option<String>,
    /// The commit whose files stay.
    pub(super) base: Option<String>,
    /// The commit that is continued.
    pub(super) parent: Option<String>,
    /// The tables at the base.
    pub(super) listed: BTreeMap<TableFile, Entry>,
    /// The tables of a pull request that is not merged yet, and its commit.
    pub(super) pending: BTreeMap<TableFile, Entry>,
    /// The commit that is checked out, where it is one of the branch.
    pub(super) checked_out: Option<String>,
    task: &'task Task,
}

impl<'task> Ground<'task> {
    /// Reads where the branch is, and what is on it.
    pub(super) fn read(task: &'task Task, chosen: &'task Chosen, now: Timestamp) -> Result<Self, Stop> {
        let branch = chosen.branch.as_ref();
        let head = branch.head()?;
        let mut ground = Self {
            branch,
            name: task.branch.to_string(),
            base: head.clone(),
            parent: head.clone(),
            head,
            listed: BTreeMap::new(),
            pending: BTreeMap::new(),
            checked_out: task.work_tree.commit.clone().filter(|_| chosen.is_checked_out),
            task,
        };
        match (&chosen.base, task.history) {
            (Some(base), _) => ground.stand_on(base.branch.as_ref(), base.name.as_str())?,
            (None, Some(Rewriting::Daily)) => ground.replace_todays(now)?,
            (None, Some(Rewriting::Compact)) => ground.parent = None,
            (None, None) => {}
        }
        if let Some(base) = &ground.base {
            ground.listed = tables(task, branch, base)?;
        }
        Ok(ground)
    }

    /// Builds on another branch, and takes in what a pull request into it holds already.
    fn stand_on(&mut self, base: &dyn Branch, name: &str) -> Result<(), BranchError> {
        let Some(commit) = base.head()? else {
            return Err(BranchError::Shape(format!("there is no branch {name} to ask for a merge into")));
        };
        if let Some(head) = &self.head {
            self.pending = tables(self.task, self.branch, head)?;
        }
        (self.base, self.parent) = (Some(commit.clone()), Some(commit));
        Ok(())
    }

    /// Replaces the head if it says that it is this day's.
    fn replace_todays(&mut self, now: Timestamp) -> Result<(), BranchError> {
        let Some(head) = &self.head else { return Ok(()) };
        let past = self.branch.past(head)?;
        let is_todays = past.message.lines().any(|line| line == message::day(now));
        if let (true, [] | [_]) = (is_todays, past.parents.as_slice()) {
            self.parent = past.parents.into_iter().next();
        }
        Ok(())
    }

    /// Reads a table of the base, or from here where the work tree has the same.
    pub(super) fn table(&self, file: TableFile, entry: &Entry) -> Result<Vec<u8>, BranchError> {
        if let Some(local) = self.task.work_tree.same(&entry.id) {
            return Ok(local.to_vec());
        }
        self.branch.read(&file.to_string(), entry)
    }

    /// Reads a file of the base.
    pub(super) fn content(&self, path: &RepositoryPath) -> Result<Option<Vec<u8>>, BranchError> {
        let Some(base) = &self.base else { return Ok(None) };
        let Some(entry) = self.branch.entry(base, path)? else { return Ok(None) };
        if !entry.is_file() {
            let kind = entry.kind.words();
            return Err(BranchError::Shape(format!("`{path}` is not a file on the branch, but {kind}")));
        }
        self.branch.read(path.as_str(), &entry).map(Some)
    }
}

/// Lists the tables at a commit.
pub(super) fn tables(
    task: &Task,
    branch: &dyn Branch,
    commit: &str,
) -> Result<BTreeMap<TableFile, Entry>, BranchError> {
    let folder = &task.work_tree.below;
    let mut tables = BTreeMap::new();
    for (path, entry) in branch.files(commit, folder)? {
        let inside = if folder.is_empty() { Some(path.as_str()) } else { path.strip_prefix(&format!("{folder}/")) };
        let Some(file) = inside.and_then(TableFile::from_path) else { continue };
        if !entry.is_file() {
            let kind = entry.kind.words();
            return Err(BranchError::Shape(format!("`{path}` is not a file on the branch, but {kind}")));
        }
        tables.insert(file, entry);
    }
    Ok(tables)
}

/// Returns a moment's day, in UTC.
pub(super) fn date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).date().to_string()
}
