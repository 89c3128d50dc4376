//! The metrics folder: opened, merged into, saved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

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
        Ok(Self { stored, folder, named: options.metrics.clone() })
    }

    /// Takes rows in. A row that does not know when it was observed keeps the time it has in its
    /// table, or else gets the time now: so collecting twice changes nothing.
    pub(in crate::commands) fn merge(&mut self, mut rows: Vec<Row>, now: Timestamp) -> Changes {
        let history = &self.stored.history;
        let timed: BTreeMap<TableId, BTreeSet<Vec<Cell>>> =
            OBSERVED.map(|table| (table, timed_keys(history, table))).into();
        for row in &mut rows {
            let Some(timed) = timed.get(&row.table().id) else { continue };
            if row.at().is_none() && !timed.contains(&row.key()) {
                row.set(row.table().time, Cell::time(now));
            }
        }
        self.stored.history.merge(rows)
    }

    /// Returns the rows, what was merged included.
    pub(in crate::commands) fn history(&self) -> &History {
        &self.stored.history
    }

    /// Writes the files that changed, after all of them were rendered.
    pub(in crate::commands) fn save(self, changes: &Changes, writing: Writing) -> Result<Collected, Failure> {
        let damaged: BTreeSet<TableId> = self.stored.damages.iter().map(|damage| damage.file.table).collect();
        let touched = changes.iter().filter(|(_, change)| change.is_change()).map(|(table, _)| *table);
        let tables: BTreeSet<TableId> = touched.chain(damaged).collect();
        let mut files: Vec<(PathBuf, Vec<u8>)> = self.rejected()?;
        for table in tables {
            let history = &self.stored.history;
            for (file, rows) in deal_out(table, history.rows(table), &self.stored.files) {
                let bytes = csv::table(table.table(), history.extra_columns(table), rows);
                files.push((self.folder.join(file.to_string()), bytes));
            }
        }
        if writing == Writing::Real {
            for (path, bytes) in &files {
                file::write(path, bytes).kind(FailureKind::Output)?;
            }
        }
        let table = |(table, change): (&TableId, &_)| CollectedTable {
            table: table.name().to_owned(),
            file: self.named.join(table.table().file_name()).display().to_string(),
            change: *change,
            total: self.stored.history.rows(*table).len(),
        };
        Ok(Collected { tables: changes.iter().map(table).collect(), rejected: self.stored.damages.len(), writing })
    }

    /// Renders the files of rejected lines, with the lines that are in them already. They are
    /// written before the tables, so that a line is never in neither.
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
