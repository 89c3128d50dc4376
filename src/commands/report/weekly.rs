//! How long jobs take week by week, from a history that may be larger than memory.

use std::path::Path;

use super::damaged;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Row, TableId};
use crate::model::report::WeeklyJob;
use crate::reports::{JobFields, Scope, Weekly};
use crate::sources::history::{self, Damages, Fields, ReadError};

/// Gathers the jobs of a metrics folder.
pub(super) fn jobs(folder: &Path, scope: &Scope) -> Result<Vec<WeeklyJob>, Failure> {
    let files = history::files(folder).kind(FailureKind::Input)?;
    let files: Vec<_> = files.into_iter().filter(|file| file.table == TableId::BuildMetrics).collect();
    let columns = Columns::default();
    let mut weekly = Weekly::default();
    let see = |weekly: &mut Weekly, fields: &Fields<'_>| {
        weekly.take(&columns.job(|at| fields.get(at).unwrap_or_default()), scope);
    };
    let walked = history::walk(folder, &files, see, |part| weekly.append(part)).kind(FailureKind::Input)?;
    if !walked.damages.is_empty() {
        return Err(damaged(ReadError::Damaged(Damages::new(folder, walked.damages))));
    }
    if walked.is_unsorted {
        // A job may stand twice: only its merged row says what is so.
        let stored = history::read_files(folder, &files).kind(FailureKind::Input)?;
        weekly = Weekly::default();
        for row in stored.history.rows(TableId::BuildMetrics) {
            take(&mut weekly, &columns, row, scope);
        }
    }
    Ok(weekly.finish(scope))
}

fn take(weekly: &mut Weekly, columns: &Columns, row: &Row, scope: &Scope) {
    let texts: Vec<String> = row.cells().iter().map(ToString::to_string).collect();
    weekly.take(&columns.job(|at| texts.get(at).map_or(&[][..], String::as_bytes)), scope);
}

/// Where the fields stand.
struct Columns([usize; 8]);

impl Default for Columns {
    fn default() -> Self {
        let table = TableId::BuildMetrics.table();
        let names = ["workflow", "family", "job", "branch", "run_attempt", "started_at", "conclusion", "duration_s"];
        Self(names.map(|name| table.position(name).unwrap_or(usize::MAX)))
    }
}

impl Columns {
    fn job<'row>(&self, field: impl Fn(usize) -> &'row [u8]) -> JobFields<'row> {
        let [workflow, family, job, branch, attempt, started_at, conclusion, duration] = self.0.map(field);
        JobFields { workflow, family, job, branch, attempt, started_at, conclusion, duration }
    }
}
