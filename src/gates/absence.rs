//! Series that the run at hand should have a value of, and has not.

use std::collections::BTreeSet;

use crate::model::history::{Row, TableId};

use super::judge::Scope;
use super::metric::Derive;
use super::series::{Point, PointKey, Series};

impl Scope<'_> {
    /// Says that the run at hand lacks a series which every one of the latest runs like it had: of
    /// the same workflow and started by the same event. `None` where that cannot be told: nothing
    /// of the run is at hand, it is not over, or there are fewer than `min_samples` runs like it.
    pub(super) fn absence(&self, series: &Series) -> Option<String> {
        let at_hand: Vec<&Point> = self.at_hand().collect();
        let run = self.moment.run?;
        let here = at_hand.iter().find(|point| self.is_of_group(point, series))?;
        if !self.is_complete(run, series) {
            return None;
        }
        let keys: BTreeSet<&PointKey> = at_hand.iter().map(|point| &point.key).collect();
        let like_it = |point: &Point| point.event == here.event && !keys.contains(&point.key);
        let latest = self.latest(series, self.gate.min_samples, like_it);
        let has_it = |key: &&&PointKey| series.points.iter().any(|point| point.key == ***key);
        let count = latest.len();
        if count < self.gate.min_samples || latest.iter().filter(has_it).count() < count {
            return None;
        }
        let event = if here.event.is_empty() { String::new() } else { format!(" {}", here.event) };
        Some(format!("run {run} has no value of it, though the last {count}{event} runs before it had"))
    }

    fn is_of_group(&self, point: &Point, series: &Series) -> bool {
        let group = self.all.iter().filter(|other| other.group == series.group);
        group.flat_map(|other| &other.points).any(|other| other.key == point.key)
    }

    /// Tells whether further rows of the series cannot be expected: the run is over, or, for named
    /// values, the job that brings them has brought others.
    fn is_complete(&self, run: i64, series: &Series) -> bool {
        let of_run = |table| self.history.rows(table).iter().filter(move |row| row.integer("run_id") == Some(run));
        if of_run(TableId::RunMetrics).any(Row::is_finished) {
            return true;
        }
        let job = series.points.last().map_or("", |point| point.job.as_str());
        matches!(self.metric.derive, Derive::Measured) && of_run(self.metric.table).any(|row| row.text("job") == job)
    }
}
