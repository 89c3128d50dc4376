//! The metrics folder: opened, merged into, saved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Options;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::{Collected, CollectedTable, Writing};
use crate::model::history::{Cell, Changes, History, Row, TableFile, TableId, deal_out};
use crate::outputs::formats::csv;
use crate::outputs::sinks::file;
use crate::sources::history::{self, Damage, Stored};
use crate::sources::workspace;
use crate::world::World;

/// Tables whose rows are observed where they are collected.
const OBSERVED: [TableId; 5] =
    [TableId::TestMetrics, TableId::TestCases, TableId::Measurements, TableId::LintHistory, TableId::ScoreHistory];

/// How large the file of rejected lines may grow, in bytes.
const LARGEST_REJECTED: u64 = 1 << 30;

/// The tables of a metrics folder while they are changed.
pub(in crate::commands) struct Store {
    stored: Stored,
    /// The folder on disk, and as the person named it.
    folder: PathBuf,
    named: PathBuf,
    writing: Writing,
    /// What was merged so far.
    changes: Changes,
    /// Tables that differ from their files.
    unsaved: BTreeSet<TableId>,
    /// Damaged lines that were moved out of the tables.
    rejected: usize,
}

impl Store {
    /// Reads the folder. Damaged lines are a failure unless they are to be moved away.
    pub(in crate::commands) fn open(options: &Options, world: &World) -> Result<Self, Failure> {
        let folder = world.folder.join(&options.metrics);
        let mut stored = history::read(&folder).kind(FailureKind::Input)?;
        if !options.quarantine {
            stored = stored.sound(&options.metrics).map_err(|error| {
                Failure::new(FailureKind::Input, error)
                    .hint("nothing was written; mend the lines, or move them to NAME.rejected.csv with --quarantine")
            })?;
        }
        let unsaved = stored.damages.iter().map(|damage| damage.file.table).collect();
        let (named, writing) = (options.metrics.clone(), options.writing);
        Ok(Self { stored, folder, named, writing, changes: Changes::new(), unsaved, rejected: 0 })
    }

    /// Takes rows in. A row that does not know when it was observed keeps the time it has in its
    /// table, or else gets the time now: so collecting twice changes nothing.
    pub(in crate::commands) fn merge(&mut self, mut rows: Vec<Row>, now: Timestamp) {
        let history = &self.stored.history;
        let timed: BTreeMap<TableId, BTreeSet<Vec<Cell>>> =
            OBSERVED.map(|table| (table, timed_keys(history, table))).into();
        for row in &mut rows {
            let Some(timed) = timed.get(&row.table().id) else { continue };
            if row.at().is_none() && !timed.contains(&row.key()) {
                row.set(row.table().time, Cell::time(now));
            }
        }
        for (table, change) in self.stored.history.merge(rows) {
            if change.is_change() {
                self.unsaved.insert(table);
            }
            let total = self.changes.entry(table).or_default();
            total.added += change.added;
            total.updated += change.updated;
            total.unchanged += change.unchanged;
        }
    }

    /// Tells whether rows were merged that the tables did not have.
    pub(in crate::commands) fn is_changed(&self) -> bool {
        !self.unsaved.is_empty() || self.changes.values().any(|change| change.is_change())
    }

    /// Returns the folder on disk.
    pub(in crate::commands) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the rows, what was merged included.
    pub(in crate::commands) fn history(&self) -> &History {
        &self.stored.history
    }

    /// Writes the files that changed since they were written last, after all of them were rendered.
    /// What rejected lines go to comes first, so that a line is never in neither; the runs come
    /// last, since a run that has its row is taken for known.
    pub(in crate::commands) fn write(&mut self) -> Result<(), Failure> {
        let mut files: Vec<(PathBuf, Vec<u8>)> = self.rejected()?;
        for table in std::mem::take(&mut self.unsaved).into_iter().rev() {
            let history = &self.stored.history;
            for (file, rows) in deal_out(table, history.rows(table), &self.stored.files) {
                let bytes = csv::table(table.table(), history.extra_columns(table), rows);
                files.push((self.folder.join(file.to_string()), bytes));
            }
        }
        self.rejected += std::mem::take(&mut self.stored.damages).len();
        for (path, bytes) in files.iter().filter(|_| self.writing == Writing::Real) {
            file::write(path, bytes).kind(FailureKind::Output)?;
        }
        Ok(())
    }

    /// Writes what is not written yet, and tells what was merged.
    pub(in crate::commands) fn save(mut self) -> Result<Collected, Failure> {
        self.write()?;
        let table = |(table, change): (&TableId, &_)| CollectedTable {
            table: table.name().to_owned(),
            file: self.named.join(table.table().file_name()).display().to_string(),
            change: *change,
            total: self.stored.history.rows(*table).len(),
        };
        let tables = self.changes.iter().map(table).collect();
        Ok(Collected { tables, rejected: self.rejected, writing: self.writing })
    }

    /// Renders the files of rejected lines, with the lines that are in them already.
    fn rejected(&self) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
        let mut by_file: BTreeMap<TableFile, Vec<&Damage>> = BTreeMap::new();
        for damage in &self.stored.damages {
            by_file.entry(damage.file).or_default().push(damage);
        }
        let mut files = Vec::new();
        for (file, damages) in by_file {
            let name = file.to_string();
            let path = self.folder.join(format!("{}.rejected.csv", name.trim_end_matches(".csv")));
            let mut text = if path.exists() {
                workspace::read(&path, LARGEST_REJECTED).kind(FailureKind::Input)?
            } else {
                b"line,column,reason,content\n".to_vec()
            };
            for damage in damages {
                let fields = [
                    damage.line.to_string(),
                    damage.column.to_string(),
                    damage.reason.clone(),
                    visible(&damage.content),
                ];
                let mut record = String::new();
                csv::record(&mut record, fields);
                text.extend_from_slice(record.as_bytes());
            }
            files.push((path, text));
        }
        Ok(files)
    }
}

fn timed_keys(history: &History, table: TableId) -> BTreeSet<Vec<Cell>> {
    history.rows(table).iter().filter(|row| row.at().is_some()).map(Row::key).collect()
}

/// Makes text of a line's bytes; those that are no text become `\xNN`, so that nothing is lost.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\0', "\\x00"));
        for byte in chunk.invalid() {
            text.push_str(&format_args!("\\x{byte:02X}").to_string());
        }
    }
    text
}
