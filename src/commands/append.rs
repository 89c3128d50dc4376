//! Adds rows that were observed here and now to the tables, beside others that do the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Row, TableId, deal_out};
use crate::outputs::formats::{csv, escape};
use crate::outputs::sinks::{file, lock};
use crate::sources::{history, repository};
use crate::world::World;

/// Returns the folder of the tables: the one that was named, or else the configuration's.
///
/// # Errors
/// There is a configuration, and it cannot be used.
pub(super) fn folder(named: Option<&Path>, configuration: &Configuration, world: &World) -> Result<PathBuf, Failure> {
    match named {
        Some(named) => Ok(world.folder.join(named)),
        None => Ok(repository::root(&world.folder).join(configuration.load(&world.folder)?.metrics)),
    }
}

/// Merges rows into the tables of a folder. Only the rows' own tables must be sound, and only
/// their files are written.
///
/// # Errors
/// A table is damaged, or cannot be read or written.
pub(super) fn rows(folder: &Path, rows: Vec<Row>) -> Result<(), Failure> {
    let _locked = lock::folder(folder).kind(FailureKind::Output)?;
    let tables: BTreeSet<TableId> = rows.iter().map(|row| row.table().id).collect();
    let mut stored = history::read(folder).kind(FailureKind::Input)?;
    stored.damages.retain(|damage| tables.contains(&damage.file.table));
    let mut stored = stored.sound(folder).kind(FailureKind::Input)?;
    stored.history.merge(rows);
    for table in tables {
        for (name, rows) in deal_out(table, stored.history.rows(table), &stored.files) {
            let bytes = csv::table(table.table(), stored.history.extra_columns(table), rows);
            file::write(&folder.join(name.to_string()), &bytes).kind(FailureKind::Output)?;
        }
    }
    Ok(())
}

/// What tells one observation from another of the same name where the job's id is not known: the
/// job's own number inside the runner, and elsewhere the time.
pub(super) fn observation(at: jiff::Timestamp, world: &World) -> String {
    let said = |name| world.environment.get(name).unwrap_or_default();
    if world.environment.in_actions() {
        return format!("{}\0{}", said("RUNNER_NAME"), said("RUNNER_TRACKING_ID"));
    }
    at.to_string()
}

/// Says on standard error what went wrong beside the work that was asked for.
pub(super) fn warn(failure: &Failure, world: &mut World) {
    let mut told = failure.to_string();
    for hint in failure.hints() {
        told = format!("{told}\nhint: {hint}");
    }
    let told = escape::terminal(&told);
    let text = if world.environment.in_actions() {
        format!("::warning title=plimsoll::{}\n", escape::command_data(&told))
    } else {
        format!("warning: {told}\n")
    };
    // Nothing is left to tell it to when standard error is closed.
    drop(world.stderr.write_all(text.as_bytes()));
}
