//! Ties incidents to deployments, so that DORA counts them: an incident is that of the last deployment to
//! its environment, and the last one before it was over mends it.

use std::path::Path;

use jiff::Timestamp;

use super::incidents::Told;
use crate::commands::append;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Cell, Row, TableId};
use crate::sources::history;

/// The states of a deployment that arrived.
const ARRIVED: [&str; 2] = ["success", "inactive"];

/// Writes the incidents that began or ended to the rows of their deployments.
///
/// # Errors
/// The table is damaged, or cannot be read or written.
pub(super) fn record(told: &[Told], metrics: &Path) -> Result<(), Failure> {
    if !told.iter().any(|told| told.begins() || told.ends()) {
        return Ok(());
    }
    let mut stored = history::read(metrics).kind(FailureKind::Input)?;
    stored.damages.retain(|damage| damage.file.table == TableId::Deployments);
    let stored = stored.sound(metrics).kind(FailureKind::Input)?;
    let mut rows = stored.history.rows(TableId::Deployments).to_vec();
    let changed: Vec<Row> = told.iter().filter_map(|told| tie(&mut rows, told)).collect();
    if changed.is_empty() { Ok(()) } else { append::rows(metrics, changed) }
}

/// Ties an incident to the deployment that it came with, or that mended it.
fn tie(rows: &mut [Row], told: &Told) -> Option<Row> {
    let (incident, environment) = (format!("#{}", told.issue.number), told.alert.name.environment.to_lowercase());
    let caused = |row: &Row| row.text("incident") == incident;
    if told.begins() == rows.iter().any(caused) {
        return None;
    }
    let since = rows.iter().filter(|row| caused(row)).filter_map(arrived).max();
    let fits = |row: &&mut Row| {
        let at = arrived(row).filter(|at| *at <= told.alert.at && since.is_none_or(|since| *at > since));
        at.is_some() && row.text("environment").to_lowercase() == environment && row.text("incident").is_empty()
    };
    if !told.begins() && !told.ends() {
        return None;
    }
    let row = rows.iter_mut().filter(fits).max_by_key(|row| arrived(row))?;
    *row = row.clone().with("incident", Cell::text(incident.as_str()));
    Some(row.clone())
}

/// Returns when a deployment arrived; nothing for one that did not.
fn arrived(row: &Row) -> Option<Timestamp> {
    let at = row.time("finished_at").or_else(|| row.at());
    at.filter(|_| ARRIVED.contains(&row.text("state")))
}
