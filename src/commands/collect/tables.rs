//! The metrics folder: rows are taken in, damaged lines moved away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Options;
use crate::config::{Config, Rotation};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::{Collected, CollectedTable, Writing};
use crate::model::history::{Cell, Change, History, Month, Row, TableFile, TableId, closed_files, deal_out};
use crate::model::repository_name::RepositoryName;
use crate::outputs::formats::csv;
use crate::outputs::sinks::file;
use crate::sources::history::{self, Damage, Damages, Planned, ReadError, Splice, Update};
use crate::sources::{repository, workspace};
use crate::world::World;

/// Tables whose rows are observed where they are collected.
const OBSERVED: [TableId; 6] = [
    TableId::TestMetrics,
    TableId::TestCases,
    TableId::CacheHits,
    TableId::Measurements,
    TableId::LintHistory,
    TableId::ScoreHistory,
];

/// How large the file of rejected lines may grow, in bytes.
const LARGEST_REJECTED: u64 = 1 << 30;

/// The tables of a metrics folder, and rows on their way into them.
pub(in crate::commands) struct Store {
    /// The folder on disk, and as the person named it.
    folder: PathBuf,
    named: PathBuf,
    files: Vec<TableFile>,
    writing: Writing,
    /// Whether damaged lines are moved away.
    quarantine: bool,
    /// Months before this one get files of their own.
    closed_before: Option<Month>,
    now: Timestamp,
    /// Rows that are in no file yet.
    pending: Vec<Row>,
    /// All rows, those on their way included, once somebody has asked for them.
    history: Option<History>,
    /// What came of the rows that were written, and how many their tables have.
    done: BTreeMap<TableId, (Change, usize)>,
    /// Damaged lines that were moved out of the tables.
    rejected: usize,
    /// Whether tables that no row arrives for are known to be sound, with their months closed.
    is_checked: bool,
}

/// What is to be written.
#[derive(Default)]
struct Work {
    /// Whole files: those of rejected lines, then tables that are written anew.
    files: Vec<(PathBuf, Vec<u8>)>,
    splices: Vec<Splice>,
}

impl Store {
    /// Finds the folder's files. Damaged lines are a failure unless they are to be moved away.
    pub(in crate::commands) fn open(options: &Options, config: &Config, world: &World) -> Result<Self, Failure> {
        Self::open_at(Self::places(options, config, world), options, config, world)
    }

    /// Finds the files of one of several repositories, which has a folder of its own in the folder.
    pub(super) fn open_part(
        name: &RepositoryName,
        options: &Options,
        config: &Config,
        world: &World,
    ) -> Result<Self, Failure> {
        let name = name.to_string();
        let places = Self::places(options, config, world).map(|folder| folder.join(&name));
        Self::open_at(places, options, config, world)
    }

    /// Returns the folder on disk, and as the person named it.
    fn places(options: &Options, config: &Config, world: &World) -> [PathBuf; 2] {
        match &options.metrics {
            Some(named) => [world.folder.join(named), named.clone()],
            None => [repository::root(&world.folder).join(&config.metrics), config.metrics.clone()],
        }
    }

    fn open_at(
        [folder, named]: [PathBuf; 2],
        options: &Options,
        config: &Config,
        world: &World,
    ) -> Result<Self, Failure> {
        let now = world.clock.now();
        Ok(Self {
            files: history::files(&folder).kind(FailureKind::Input)?,
            folder,
            named,
            writing: options.writing,
            quarantine: options.quarantine,
            closed_before: (config.collect.rotation == Rotation::Monthly).then(|| Month::of(now)),
            now,
            pending: Vec::new(),
            history: None,
            done: BTreeMap::new(),
            rejected: 0,
            is_checked: false,
        })
    }

    /// Takes rows in. They are in the files when those are [written](Self::write).
    pub(in crate::commands) fn merge(&mut self, rows: Vec<Row>) {
        if let Some(mut history) = self.history.take() {
            history.merge(self.timed(rows.clone(), &history));
            self.history = Some(history);
        }
        self.pending.extend(rows);
    }

    /// Tells whether rows were taken in that may be news.
    pub(in crate::commands) fn is_changed(&self) -> bool {
        !self.pending.is_empty() || self.done.values().any(|(change, _)| change.is_change())
    }

    /// Returns the folder on disk.
    pub(in crate::commands) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns all rows, what was taken in included. They are read once, and kept.
    pub(in crate::commands) fn history(&mut self) -> Result<&History, Failure> {
        if self.history.is_none() {
            let mut stored = history::read_files(&self.folder, &self.files).kind(FailureKind::Input)?;
            if !self.quarantine {
                stored = stored.sound(&self.named).map_err(damaged)?;
            }
            let mut history = stored.history;
            history.merge(self.timed(self.pending.clone(), &history));
            self.history = Some(history);
        }
        Ok(self.history.get_or_insert_default())
    }

    /// Takes the rows that are pending into the files: finds out everything first, then writes what
    /// changes. What rejected lines go to comes first, so that a line is never in neither; the runs
    /// come last, since a run that has its row is taken for known.
    pub(in crate::commands) fn write(&mut self) -> Result<(), Failure> {
        let mut arriving: BTreeMap<TableId, Vec<Row>> = BTreeMap::new();
        for row in std::mem::take(&mut self.pending) {
            arriving.entry(row.table().id).or_default().push(row);
        }
        let mut work = Work::default();
        let mut damages: Vec<Damage> = Vec::new();
        let tables: Vec<TableId> = TableId::all().collect();
        for table in tables.into_iter().rev() {
            let rows = arriving.remove(&table);
            let is_asked = rows.is_some();
            if !is_asked && self.is_checked {
                continue;
            }
            let rows = rows.unwrap_or_default();
            let files = self.files_of(table);
            let planned = self.update(table, &files).plan(rows.clone(), csv::line).kind(FailureKind::Input)?;
            let Planned { mut change, mut total, damages: wrong, splices, must_rewrite } = planned;
            if must_rewrite || (self.quarantine && !wrong.is_empty()) {
                (change, total) = self.rewrite(table, &files, (rows, !wrong.is_empty()), &mut work)?;
            }
            damages.extend(wrong);
            work.splices.extend(splices);
            if is_asked {
                let (all, rows) = self.done.entry(table).or_default();
                all.added += change.added;
                all.updated += change.updated;
                all.unchanged += change.unchanged;
                *rows = total;
            }
        }
        if !damages.is_empty() && !self.quarantine {
            damages.sort_by_key(|damage| (damage.file, damage.line));
            return Err(damaged(ReadError::Damaged(Damages::new(&self.named, damages))));
        }
        self.rejected += damages.len();
        self.is_checked = true;
        if self.writing == Writing::Real {
            work.files.splice(0..0, self.rejected(&damages)?);
            self.write_files(&work)?;
            self.files = history::files(&self.folder).kind(FailureKind::Input)?;
        }
        Ok(())
    }

    /// Writes what is not written yet, and tells what was taken in.
    pub(in crate::commands) fn save(mut self) -> Result<Collected, Failure> {
        self.write()?;
        let table = |(table, (change, total)): (&TableId, &(Change, usize))| CollectedTable {
            table: table.name().to_owned(),
            file: self.named.join(table.table().file_name()).display().to_string(),
            change: *change,
            total: *total,
        };
        let tables = self.done.iter().map(table).collect();
        Ok(Collected { tables, rejected: self.rejected, writing: self.writing })
    }

    fn files_of(&self, table: TableId) -> Vec<TableFile> {
        self.files.iter().filter(|file| file.table == table).copied().collect()
    }

    fn update<'all>(&'all self, table: TableId, files: &'all [TableFile]) -> Update<'all> {
        let observed = if OBSERVED.contains(&table) { Cell::time(self.now) } else { Cell::Empty };
        Update { folder: &self.folder, files, table, closed_before: self.closed_before, observed }
    }

    /// Reads a table that is not as it should be, merges, and makes all of its files anew.
    fn rewrite(
        &self,
        table: TableId,
        files: &[TableFile],
        (rows, was_damaged): (Vec<Row>, bool),
        work: &mut Work,
    ) -> Result<(Change, usize), Failure> {
        let mut history = history::read_files(&self.folder, files).kind(FailureKind::Input)?.history;
        let rows = self.timed(rows, &history);
        let change = history.merge(rows).remove(&table).unwrap_or_default();
        let rows = history.rows(table);
        let mut targets: BTreeSet<TableFile> = files.iter().copied().collect();
        targets.extend(self.closed_before.map(|before| closed_files(table, rows, before)).unwrap_or_default());
        if change.is_change() || was_damaged || targets.len() > files.len() {
            let mut made: Vec<_> = deal_out(table, rows, &targets).into_iter().collect();
            // A row that moves to its month is at no time in neither file.
            made.sort_by_key(|(file, _)| (file.month.is_none(), *file));
            for (file, rows) in made {
                let bytes = csv::table(table.table(), history.extra_columns(table), rows);
                work.files.push((self.folder.join(file.to_string()), bytes));
            }
        }
        Ok((change, rows.len()))
    }

    /// A row that does not know when it was observed keeps the time it has in its table, or else
    /// gets the time now: so collecting twice changes nothing.
    fn timed(&self, mut rows: Vec<Row>, history: &History) -> Vec<Row> {
        let timed: BTreeMap<TableId, BTreeSet<Vec<Cell>>> =
            OBSERVED.map(|table| (table, timed_keys(history, table))).into();
        for row in &mut rows {
            let Some(timed) = timed.get(&row.table().id) else { continue };
            if row.at().is_none() && !timed.contains(&row.key()) {
                row.set(row.table().time, Cell::time(self.now));
            }
        }
        rows
    }

    fn write_files(&self, work: &Work) -> Result<(), Failure> {
        for (path, bytes) in &work.files {
            file::write(path, bytes).kind(FailureKind::Output)?;
        }
        for splice in &work.splices {
            let path = self.folder.join(splice.file.to_string());
            file::write_with(&path, |file| splice.copy_to(&self.folder, file)).kind(FailureKind::Output)?;
        }
        Ok(())
    }

    /// Renders the files of rejected lines, with the lines that are in them already.
    fn rejected(&self, damages: &[Damage]) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
        let mut by_file: BTreeMap<TableFile, Vec<&Damage>> = BTreeMap::new();
        for damage in damages {
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

fn damaged(error: ReadError) -> Failure {
    let is_damage = matches!(error, ReadError::Damaged(_));
    let failure = Failure::new(FailureKind::Input, error);
    if !is_damage {
        return failure;
    }
    failure.hint("nothing was written; mend the lines, or move them to NAME.rejected.csv with --quarantine")
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
