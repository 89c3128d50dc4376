//! The rows of the work tree merged into the tables of the branch: by key, never as text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Task;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::committed::CommittedTable;
use crate::model::history::{Cell, History, Row, TableFile, TableId, deal_out, difference, joined_columns};
use crate::outputs::formats::csv;
use crate::outputs::sinks::branch::{Blob, Branch, BranchError, Head};
use crate::sources::history::{self, Stored};

/// What the branch is to hold.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The files that change, those of closed months first: a row that moves from the open file
    /// to its month's is then at no time in neither.
    pub(super) files: Vec<(TableFile, Vec<u8>)>,
    /// What changes in the tables.
    pub(super) tables: Vec<CommittedTable>,
}

/// Why nothing could be merged.
#[derive(Debug)]
pub(super) enum Stop {
    /// The branch could not be read; another try may do.
    Branch(BranchError),
    /// It is of no use to try again.
    Failure(Failure),
}

impl From<BranchError> for Stop {
    fn from(error: BranchError) -> Self {
        Self::Branch(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// The branch at one moment, and the rows that go there.
struct Merging<'task> {
    task: &'task Task,
    branch: &'task dyn Branch,
    head: &'task Head,
}

/// Merges every table that the work tree has rows of.
pub(super) fn merge(task: &Task, branch: &dyn Branch, head: &Head) -> Result<Merged, Stop> {
    let merging = Merging { task, branch, head };
    let mut merged = Merged::default();
    for (table, rows) in task.work_tree.history.tables() {
        if !rows.is_empty() {
            merging.table(table, rows, &mut merged)?;
        }
    }
    merged.files.sort_by_key(|(file, _)| (file.month.is_none(), *file));
    Ok(merged)
}

impl Merging<'_> {
    fn table(&self, table: TableId, ours: &[Row], merged: &mut Merged) -> Result<(), Stop> {
        let work_tree = &self.task.work_tree;
        let contents = self.contents(table, &self.head.files, self.head.commit.as_deref())?;
        let Stored { history: mut theirs, files, .. } = self.sound(&contents)?;
        let columns = columns(table, &work_tree.history, &theirs)?;
        let rows = self.rows(table, ours, theirs.rows(table))?;
        let change = theirs.merge(rows).remove(&table).unwrap_or_default();
        let total = theirs.rows(table).len();
        merged.tables.push(CommittedTable { table: table.name().to_owned(), change, total });
        if !change.is_change() {
            return Ok(());
        }
        let existing: BTreeSet<TableFile> = files.union(&work_tree.files).copied().collect();
        for (file, rows) in deal_out(table, theirs.rows(table), &existing) {
            let bytes = csv::table(table.table(), &columns, rows);
            if contents.get(&file) != Some(&bytes) {
                merged.files.push((file, bytes));
            }
        }
        Ok(())
    }

    /// Finds the rows to add. What was checked out is looked at only if a row differs on both
    /// sides: it tells who changed it.
    fn rows(&self, table: TableId, ours: &[Row], theirs: &[Row]) -> Result<Vec<Row>, Stop> {
        let news = difference(ours, theirs, &[]);
        let keys: BTreeSet<Vec<Cell>> = theirs.iter().map(Row::key).collect();
        let Some(commit) = &self.task.work_tree.commit else { return Ok(news) };
        if !news.iter().any(|row| keys.contains(&row.key())) {
            return Ok(news);
        }
        let files = self.branch.at(commit)?;
        let base = history::parse(&self.contents(table, &files, Some(commit))?).history;
        Ok(difference(ours, theirs, base.rows(table)))
    }

    /// Reads a table's files at a commit.
    fn contents(
        &self,
        table: TableId,
        files: &BTreeMap<TableFile, Blob>,
        commit: Option<&str>,
    ) -> Result<BTreeMap<TableFile, Vec<u8>>, BranchError> {
        let Some(commit) = commit else { return Ok(BTreeMap::new()) };
        let files = files.iter().filter(|(file, _)| file.table == table);
        files.map(|(file, blob)| Ok((*file, self.branch.read(commit, *file, blob)?))).collect()
    }

    /// Understands the branch's files of a table, or refuses to write over what it does not
    /// understand.
    fn sound(&self, contents: &BTreeMap<TableFile, Vec<u8>>) -> Result<Stored, Failure> {
        let place = PathBuf::from(format!("{}:{}", self.task.branch, self.task.work_tree.below));
        history::parse(contents).sound(&place).kind(FailureKind::Input).map_err(|failure| {
            failure.hint("nothing was committed over the damaged table: mend it on the branch, then commit again")
        })
    }
}

/// Joins the columns that this version does not know.
fn columns(table: TableId, ours: &History, theirs: &History) -> Result<Vec<String>, Failure> {
    let (ours, theirs) = (ours.extra_columns(table), theirs.extra_columns(table));
    let Some(columns) = joined_columns(ours, theirs) else {
        let message = format!(
            "the columns behind those of {table} differ: `{}` here, `{}` on the branch",
            ours.join(","),
            theirs.join(",")
        );
        return Err(Failure::message(FailureKind::Input, message)
            .hint("nothing was committed; give both the same columns in the same order"));
    };
    Ok(columns.to_vec())
}
