//! `plimsoll export parquet`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Parquet;
use crate::commands::gate;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Cell, Month, Table, TableFile, TableId};
use crate::outcome::Outcome;
use crate::outputs::formats::parquet::{Batch, File};
use crate::outputs::formats::totals;
use crate::outputs::sinks::file;
use crate::sources::history::{self, Damages, Fields, ReadError};
use crate::world::World;

/// Rows of a block, by the month they are of, in the order of the table.
#[derive(Default)]
struct Months(Vec<(Option<Month>, Batch)>);

impl Months {
    fn push(&mut self, table: &'static Table, fields: &Fields) {
        let field = |at| fields.get(at).unwrap_or_default();
        let month = table.position(table.time).and_then(|at| month(table, field(at)));
        match self.0.last_mut() {
            Some((last, batch)) if *last == month => batch.push(table, field),
            _ => {
                let mut batch = Batch::default();
                batch.push(table, field);
                self.0.push((month, batch));
            }
        }
    }
}

/// Writes every table below the folder of the tables.
pub(super) fn write(asked: &Parquet, world: &mut World) -> Result<Outcome, Failure> {
    let config = asked.configuration.load(&world.folder)?;
    let root = gate::tables_folder(asked.metrics.as_deref(), &config, world)?;
    let folders = history::folders(&root).kind(FailureKind::Input)?;
    if folders.is_empty() {
        let message = format!("no tables are in {}", root.display());
        return Err(Failure::message(FailureKind::Input, message).hint("`plimsoll collect` writes the tables"));
    }
    let output = world.folder.join(&asked.output);
    let mut written = Written::default();
    let mut names: BTreeMap<String, &PathBuf> = BTreeMap::new();
    for below in &folders {
        let name = name(below);
        if let Some(other) = names.insert(name.clone(), below) {
            let (one, two) = (other.display(), below.display());
            let message = format!("the tables of {one} and of {two} would be one file, {name}.parquet");
            return Err(Failure::message(FailureKind::Input, message).hint("rename one of the folders"));
        }
        let folder = root.join(below);
        let files = history::files(&folder).kind(FailureKind::Input)?;
        for table in TableId::all().filter(|table| asked.tables.is_empty() || asked.tables.contains(table)) {
            let files: Vec<_> = files.iter().copied().filter(|file| file.table == table).collect();
            let mut partitions = Partitions::new(table.table(), &output, &name);
            partitions.take_all(&folder, &files)?;
            written.add(&partitions);
        }
    }
    let (rows, files) = (totals::number(written.rows, "row"), totals::number(written.files, "file"));
    writeln!(world.stdout, "{}: {rows} in {files}", asked.output.display()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

/// Names the files of a folder: `octo.boat` for `octo/boat`, and `part` for the folder itself.
fn name(below: &Path) -> String {
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    if parts.is_empty() { "part".to_owned() } else { parts.join(".") }
}

#[derive(Default)]
struct Written {
    rows: usize,
    files: usize,
}

impl Written {
    fn add(&mut self, partitions: &Partitions<'_>) {
        self.rows += partitions.written.rows;
        self.files += partitions.written.files;
    }
}

/// The files of one table of one folder, a month each, of which one is open at a time.
struct Partitions<'all> {
    table: &'static Table,
    output: &'all Path,
    name: &'all str,
    open: Option<(Option<Month>, File)>,
    written: Written,
}

impl<'all> Partitions<'all> {
    fn new(table: &'static Table, output: &'all Path, name: &'all str) -> Self {
        Self { table, output, name, open: None, written: Written::default() }
    }

    /// Writes the rows of a table's files, of whatever size.
    fn take_all(&mut self, folder: &Path, files: &[TableFile]) -> Result<(), Failure> {
        // Nothing is written from a table that is damaged, or before it is known that every row stands once.
        let checked = history::walk(folder, files, |(): &mut (), _| (), |()| ()).kind(FailureKind::Input)?;
        if !checked.damages.is_empty() {
            let damages = ReadError::Damaged(Damages::new(folder, checked.damages));
            return Err(Failure::new(FailureKind::Input, damages));
        }
        if checked.is_unsorted {
            self.take_merged(folder, files)?;
        } else {
            self.take_sorted(folder, files)?;
        }
        self.close()
    }

    /// Writes rows of which some may stand more than once.
    fn take_merged(&mut self, folder: &Path, files: &[TableFile]) -> Result<(), Failure> {
        let stored = history::read_files(folder, files).kind(FailureKind::Input)?;
        for row in stored.history.rows(self.table.id) {
            let texts: Vec<String> = row.cells().iter().map(ToString::to_string).collect();
            let mut batch = Batch::default();
            batch.push(self.table, |at| texts.get(at).map_or(&[][..], String::as_bytes));
            self.take(row.at().map(Month::of), batch)?;
        }
        Ok(())
    }

    /// Writes rows block by block.
    fn take_sorted(&mut self, folder: &Path, files: &[TableFile]) -> Result<(), Failure> {
        let table = self.table;
        let mut taken = Ok(());
        let take = |months: Months| {
            if taken.is_ok() {
                taken = months.0.into_iter().try_for_each(|(month, rows)| self.take(month, rows));
            }
        };
        let see = |months: &mut Months, fields: &Fields| months.push(table, fields);
        history::walk(folder, files, see, take).kind(FailureKind::Input)?;
        taken
    }

    fn take(&mut self, month: Option<Month>, rows: Batch) -> Result<(), Failure> {
        if self.open.as_ref().is_some_and(|(open, _)| *open != month) {
            self.close()?;
        }
        self.written.rows += rows.rows();
        let (_, file) = match &mut self.open {
            Some(open) => open,
            none => none.insert((month, File::new(self.table).kind(FailureKind::Output)?)),
        };
        file.append(rows).kind(FailureKind::Output)
    }

    fn close(&mut self) -> Result<(), Failure> {
        let Some((month, open)) = self.open.take() else { return Ok(()) };
        let bytes = open.finish().kind(FailureKind::Output)?;
        // The name that Hive, and all who read its layout, give to what has no value.
        let (year, month) = month.map_or_else(
            || ("__HIVE_DEFAULT_PARTITION__".to_owned(), "__HIVE_DEFAULT_PARTITION__".to_owned()),
            |month| (month.year().to_string(), month.month().to_string()),
        );
        let path = format!("{}/year={year}/month={month}/{}.parquet", self.table.name, self.name);
        file::write(&self.output.join(path), &bytes).kind(FailureKind::Output)?;
        self.written.files += 1;
        Ok(())
    }
}

fn month(table: &'static Table, field: &[u8]) -> Option<Month> {
    let column = table.column(table.time)?;
    Cell::parse(column, std::str::from_utf8(field).ok()?).ok()?.moment().map(Month::of)
}
