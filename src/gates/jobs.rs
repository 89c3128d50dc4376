//! What a job's own row says of rows that belong to the job, such as its runner.

use std::collections::BTreeMap;

use crate::model::history::{History, Row, TableId};

use super::metric::{JOB_LABELS, Metric};
use super::selector::Selector;

/// The rows of jobs by run, attempt and job, as far as a selector asks for what only they know.
pub(super) struct Jobs<'history>(BTreeMap<JobKey, &'history Row>);

type JobKey = (Option<i64>, Option<i64>, Option<i64>);

impl<'history> Jobs<'history> {
    pub(super) fn new(metric: &Metric, selector: &Selector, history: &'history History) -> Self {
        let table = metric.table.table();
        let asks = |label: &str| JOB_LABELS.contains(&label) && table.position(label).is_none();
        if !selector.labels.iter().any(|condition| asks(&condition.label)) {
            return Self(BTreeMap::new());
        }
        Self(history.rows(TableId::BuildMetrics).iter().map(|row| (key(row), row)).collect())
    }

    /// Returns the value of a label: the row's own, or else the job's; empty where neither has one.
    pub(super) fn label<'row>(&self, row: &'row Row, label: &str) -> &'row str
    where
        'history: 'row,
    {
        let own = row.text(label);
        if own.is_empty() { self.0.get(&key(row)).map_or("", |job| job.text(label)) } else { own }
    }
}

fn key(row: &Row) -> JobKey {
    (row.integer("run_id"), row.integer("run_attempt"), row.integer("job_id"))
}
