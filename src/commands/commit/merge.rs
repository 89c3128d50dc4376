//! The rows of the work tree merged into the tables of the branch: by key, never as text.
//!
//! Only files that differ from the branch's are looked at, so that a history of years costs no more
//! requests than one of a month.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use super::ground::{self, Ground};
use super::task::Task;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::committed::CommittedTable;
use crate::model::history::{Cell, History, Month, Row, TableFile, TableId, deal_out, difference, joined_columns};
use crate::model::repository_path::{RepositoryPath, RepositoryPathError};
use crate::outputs::formats::csv;
use crate::outputs::sinks::branch::{BranchError, Entry, EntryKind, LARGEST_FILE, Mode};
use crate::sources::history::{self, Stored};

/// A table of more bytes than this gets files for its closed months: GitHub warns above 50 MB.
const LARGE_FILE: usize = LARGEST_FILE / 2;

/// What the branch is to hold.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The files that change.
    pub(super) changes: Vec<Change>,
    /// The files whose rows are all too old to be kept, with what they hold.
    pub(super) gone: BTreeMap<RepositoryPath, Vec<u8>>,
    /// What changes in the tables.
    pub(super) tables: Vec<CommittedTable>,
    /// What a person should know.
    pub(super) notes: Vec<String>,
}

/// A file that changes.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: RepositoryPath,
    /// What is there.
    pub(super) before: Option<Vec<u8>>,
    /// What is to be there.
    pub(super) after: Vec<u8>,
    pub(super) mode: Mode,
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

impl From<RepositoryPathError> for Stop {
    fn from(error: RepositoryPathError) -> Self {
        Self::Failure(Failure::new(FailureKind::Usage, error))
    }
}

/// How tables are laid out in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// As they are.
    Kept,
    /// Every month before the one of this moment has a file of its own.
    Closed(Timestamp),
}

/// Merges every table that the work tree, or a pull request, has rows of.
pub(super) fn merge(task: &Task, ground: &Ground<'_>, layout: Layout, now: Timestamp) -> Result<Merged, Stop> {
    let oldest = task.config.commit.retention.map(|months| Month::of(now).before(months));
    let merging = Merging { task, ground, layout, now, oldest };
    let mut merged = Merged::default();
    let mut old = 0;
    for table in TableId::all() {
        old += merging.table(table, &mut merged)?;
    }
    if let (Some(oldest), 1..) = (oldest, old) {
        let rows = if old == 1 { "row is".to_owned() } else { format!("{old} rows are") };
        merged.notes.push(format!("{rows} left out, being of before {oldest} (commit.retention_months)"));
    }
    merged.changes.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(merged)
}

struct Merging<'task> {
    task: &'task Task,
    ground: &'task Ground<'task>,
    layout: Layout,
    now: Timestamp,
    /// The oldest month whose rows are kept; all are if `None`.
    oldest: Option<Month>,
}

/// The files that have to be looked at.
struct Files {
    /// Those of the work tree that the branch has not.
    ours: BTreeSet<TableFile>,
    /// Those of a pull request that its base has not.
    pending: BTreeSet<TableFile>,
}

impl Merging<'_> {
    /// Merges one table, and returns how many rows were too old to be kept.
    fn table(&self, table: TableId, merged: &mut Merged) -> Result<usize, Stop> {
        let files = self.differing(table);
        let is_closing = self.layout != Layout::Kept && self.ground.listed.keys().any(|file| file.table == table);
        if files.ours.is_empty() && files.pending.is_empty() && !is_closing {
            return Ok(0);
        }
        let ours = self.task.work_tree.parse(&files.ours);
        let pending = self.read(&self.ground.pending, &files.pending)?;
        let pending = self.sound(&pending)?.history;
        let needed = self.needed(table, &files, [ours.rows(table), pending.rows(table)]);
        let contents = self.read(&self.ground.listed, &needed)?;
        let Stored { history: mut theirs, .. } = self.sound(&contents)?;
        let columns = self.columns(table, [&ours, &pending, &theirs])?;
        theirs.merge(difference(pending.rows(table), theirs.rows(table), &[]));
        let (new, old) = self.by_age(ours.rows(table));
        let mut left_out = difference(&old, theirs.rows(table), &[]).len();
        let (kept, old) = self.by_age(theirs.rows(table));
        if is_closing && !old.is_empty() {
            left_out += old.len();
            theirs = History::from_rows(kept.into_owned());
        }
        let rows = self.rows(table, &new, theirs.rows(table), &needed)?;
        let change = theirs.merge(rows).remove(&table).unwrap_or_default();
        if !ours.rows(table).is_empty() {
            merged.tables.push(CommittedTable { table: table.name().to_owned(), change });
        }
        if !change.is_change() && files.pending.is_empty() && !is_closing {
            return Ok(left_out);
        }
        let mut existing: BTreeSet<TableFile> = needed.union(&files.ours).copied().collect();
        // A month that is over keeps its file until history is replaced anyway, and gets none.
        existing.retain(|file| !self.is_over(file.month) || (!is_closing && contents.contains_key(file)));
        for (file, before) in contents.iter().filter(|(file, _)| !existing.contains(file)) {
            let path = RepositoryPath::below(&self.task.work_tree.below, &file.to_string())?;
            merged.gone.insert(path, before.clone());
        }
        let shape = Shape { table, columns: &columns, existing };
        for (file, after) in self.dealt(theirs.rows(table), shape, &mut merged.notes)? {
            let before = contents.get(&file);
            if before != Some(&after) {
                let path = RepositoryPath::below(&self.task.work_tree.below, &file.to_string())?;
                let mode = self.ground.listed.get(&file).map_or(Mode::Plain, mode);
                merged.changes.push(Change { path, before: before.cloned(), after, mode });
            }
        }
        Ok(left_out)
    }

    /// Tells whether a month's rows are too old to be kept.
    fn is_over(&self, month: Option<Month>) -> bool {
        self.oldest.zip(month).is_some_and(|(oldest, month)| month < oldest)
    }

    /// Parts the rows that are kept from those that are too old. One without a time is kept.
    fn by_age<'rows>(&self, rows: &'rows [Row]) -> (Cow<'rows, [Row]>, Vec<Row>) {
        let is_old = |row: &Row| self.is_over(row.at().map(Month::of));
        if !rows.iter().any(is_old) {
            return (Cow::Borrowed(rows), Vec::new());
        }
        let (old, kept): (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(is_old);
        (Cow::Owned(kept), old)
    }

    fn differing(&self, table: TableId) -> Files {
        let listed = |file: &TableFile| self.ground.listed.get(file).map(|entry| entry.id.as_str());
        let local = self.task.work_tree.files.iter().filter(|(file, _)| file.table == table);
        let pending = self.ground.pending.iter().filter(|(file, _)| file.table == table);
        Files {
            ours: local.filter(|(file, local)| listed(file) != Some(&local.id)).map(|(file, _)| *file).collect(),
            pending: pending.filter(|(file, entry)| listed(file) != Some(&entry.id)).map(|(file, _)| *file).collect(),
        }
    }

    /// Returns the files of the branch that rows may go to, or have to be compared with.
    fn needed(&self, table: TableId, files: &Files, rows: [&[Row]; 2]) -> BTreeSet<TableFile> {
        let listed = self.ground.listed.keys().copied().filter(|file| file.table == table);
        if self.layout != Layout::Kept {
            return listed.collect();
        }
        let months: BTreeSet<Month> = rows.into_iter().flatten().filter_map(Row::at).map(Month::of).collect();
        let is_needed = |file: &TableFile| match file.month {
            None => true,
            Some(month) => files.ours.contains(file) || files.pending.contains(file) || months.contains(&month),
        };
        listed.filter(is_needed).collect()
    }

    /// Finds the rows to add. What was checked out is looked at only if a row differs on both
    /// sides: it tells who changed it.
    fn rows(
        &self,
        table: TableId,
        ours: &[Row],
        theirs: &[Row],
        needed: &BTreeSet<TableFile>,
    ) -> Result<Vec<Row>, Stop> {
        let news = difference(ours, theirs, &[]);
        let keys: BTreeSet<Vec<Cell>> = theirs.iter().map(Row::key).collect();
        let Some(commit) = &self.task.work_tree.commit else { return Ok(news) };
        if !news.iter().any(|row| keys.contains(&row.key())) || !self.ground.branch.knows(commit)? {
            return Ok(news);
        }
        let listed = ground::tables(self.task, self.ground.branch, commit)?;
        let wanted = listed.keys().copied().filter(|file| file.table == table);
        let wanted = wanted.filter(|file| file.month.is_none() || needed.contains(file)).collect();
        let base = history::parse(&self.read(&listed, &wanted)?).history;
        Ok(difference(ours, theirs, base.rows(table)))
    }

    /// Reads tables that were listed.
    fn read(
        &self,
        listed: &BTreeMap<TableFile, Entry>,
        wanted: &BTreeSet<TableFile>,
    ) -> Result<BTreeMap<TableFile, Vec<u8>>, BranchError> {
        let wanted = wanted.iter().filter_map(|file| listed.get_key_value(file));
        wanted.map(|(file, entry)| Ok((*file, self.ground.table(*file, entry)?))).collect()
    }

    /// Understands the branch's files of a table, or refuses to write over what it does not
    /// understand.
    fn sound(&self, contents: &BTreeMap<TableFile, Vec<u8>>) -> Result<Stored, Failure> {
        let place = PathBuf::from(format!("{}:{}", self.task.branch, self.task.work_tree.below));
        history::parse(contents).sound(&place).kind(FailureKind::Input).map_err(|failure| {
            failure.hint("nothing was committed over the damaged table: mend it on the branch, then commit again")
        })
    }

    /// Joins the columns that this version does not know.
    fn columns(&self, table: TableId, histories: [&History; 3]) -> Result<Vec<String>, Failure> {
        let [ours, pending, theirs] = histories.map(|history| history.extra_columns(table));
        let joined = joined_columns(ours, theirs).and_then(|joined| joined_columns(joined, pending));
        joined.map(<[String]>::to_vec).ok_or_else(|| {
            let message = format!(
                "the columns behind those of {table} differ: `{}` here, `{}` on {}",
                ours.join(","),
                theirs.join(","),
                self.ground.name
            );
            Failure::message(FailureKind::Input, message)
                .hint("nothing was committed; give both the same columns in the same order")
        })
    }

    /// Deals rows out to files. A file that has become large passes its closed months on to files of their
    /// own, which is said.
    fn dealt(&self, rows: &[Row], shape: Shape<'_>, notes: &mut Vec<String>) -> Result<Dealt, Failure> {
        let Shape { table, columns, mut existing } = shape;
        if let Layout::Closed(now) = self.layout {
            existing.extend(closed(table, rows, now));
        }
        let deal = |existing: &BTreeSet<TableFile>| -> Dealt {
            let dealt = deal_out(table, rows, existing).into_iter();
            dealt.map(|(file, rows)| (file, csv::table(table.table(), columns, rows))).collect()
        };
        let mut dealt = deal(&existing);
        let open = TableFile { table, month: None };
        let months = closed(table, rows, self.now);
        let is_large = dealt.get(&open).is_some_and(|bytes| bytes.len() > LARGE_FILE);
        if is_large && !months.is_subset(&existing) {
            existing.extend(months);
            dealt = deal(&existing);
            notes.push(format!("{open} had become large: its closed months have files of their own now"));
        }
        match dealt.iter().find(|(_, bytes)| bytes.len() > LARGEST_FILE) {
            None => Ok(dealt),
            Some((file, bytes)) => {
                let message = format!("{file} would have {} MB, and GitHub takes 100", bytes.len() / 1_000_000);
                Err(Failure::message(FailureKind::Output, message)
                    .hint("collect fewer rows a month: leave steps or test cases out"))
            }
        }
    }
}

/// The files of a table, and what they hold.
type Dealt = BTreeMap<TableFile, Vec<u8>>;

/// What a table's rows are dealt out to.
struct Shape<'columns> {
    table: TableId,
    columns: &'columns [String],
    existing: BTreeSet<TableFile>,
}

fn mode(entry: &Entry) -> Mode {
    match entry.kind {
        EntryKind::File(mode) => mode,
        EntryKind::Link | EntryKind::Folder | EntryKind::Repository => Mode::Plain,
    }
}

/// Names the files of the months before a moment's that rows are of.
fn closed(table: TableId, rows: &[Row], now: Timestamp) -> BTreeSet<TableFile> {
    let months = rows.iter().filter_map(Row::at).map(Month::of).filter(|month| *month < Month::of(now));
    months.map(|month| TableFile { table, month: Some(month) }).collect()
}
