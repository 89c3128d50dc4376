//! Folds rows into groups by a name.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::history::Row;
use crate::model::report::{Distribution, Group};
use crate::stats::{Confidence, Percent, Sample, change_points};

/// Folds rows of one table into groups, the one with the most total time first.
///
/// `weeks` are the Mondays of weeks without gaps, `duration` is the column that says how long a row took, and `name`
/// gives the workflow and the name of a row's group.
pub(super) fn groups<'row>(
    weeks: &[Date],
    rows: &[&'row Row],
    duration: &str,
    name: impl Fn(&'row Row) -> (&'row str, &'row str),
) -> Vec<Group> {
    let start = weeks.first().and_then(|monday| monday.to_zoned(TimeZone::UTC).ok()).map(|monday| monday.timestamp());
    let week_of = |at: Timestamp| usize::try_from((at.as_second() - start?.as_second()).div_euclid(WEEK_S)).ok();
    let mut by_name: BTreeMap<(&str, &str), Gathered> = BTreeMap::new();
    for row in rows {
        let group = by_name.entry(name(row)).or_insert_with(|| Gathered {
            by_week: vec![Vec::new(); weeks.len()],
            failures_by_week: vec![(0, 0); weeks.len()],
            ..Gathered::default()
        });
        group.take(row, duration, row.at().and_then(week_of));
    }
    let mut groups: Vec<Group> = by_name.into_iter().map(|(name, gathered)| gathered.finish(name)).collect();
    groups.retain(|group| group.runs > 0);
    groups.sort_by(|a, b| {
        b.total_s.total_cmp(&a.total_s).then_with(|| (&a.workflow, &a.name).cmp(&(&b.workflow, &b.name)))
    });
    groups
}

/// The seconds of a week.
const WEEK_S: i64 = 604_800;

#[derive(Default)]
struct Gathered {
    runs: usize,
    failed: usize,
    reruns: usize,
    durations: Vec<f64>,
    queues: Vec<f64>,
    by_week: Vec<Vec<f64>>,
    failures_by_week: Vec<(usize, usize)>,
    total_s: f64,
}

impl Gathered {
    fn take(&mut self, row: &Row, duration: &str, week: Option<usize>) {
        let conclusion = row.text("conclusion");
        let failed = matches!(conclusion, "failure" | "timed_out" | "startup_failure");
        let seconds = row.number(duration);
        self.total_s += seconds.unwrap_or(0.0);
        if !failed && conclusion != "success" {
            return;
        }
        self.runs += 1;
        self.failed += usize::from(failed);
        if let Some((runs, failures)) = week.and_then(|week| self.failures_by_week.get_mut(week)) {
            *runs += 1;
            *failures += usize::from(failed);
        }
        if row.integer("run_attempt").unwrap_or(1) > 1 {
            self.reruns += 1;
            return;
        }
        // Not every table has a queue.
        if row.table().column("queue_s").is_some() {
            self.queues.extend(row.number("queue_s"));
        }
        if let Some(seconds) = seconds {
            self.durations.push(seconds);
            if let Some(values) = week.and_then(|week| self.by_week.get_mut(week)) {
                values.push(seconds);
            }
        }
    }

    fn finish(self, (workflow, name): (&str, &str)) -> Group {
        Group {
            name: name.to_owned(),
            workflow: workflow.to_owned(),
            runs: self.runs,
            failed: self.failed,
            reruns: self.reruns,
            duration: distribution(&Sample::new(self.durations)),
            queue: distribution(&Sample::new(self.queues)),
            by_week: self.by_week.into_iter().map(Sample::new).map(|week| distribution(&week)).collect(),
            shifts: Vec::new(),
            failures_by_week: self.failures_by_week,
            total_s: self.total_s,
        }
    }
}

/// The most weeks in which changes of level are looked for: the time grows with their square.
const SHIFT_WEEKS: usize = 104;

/// Finds the weeks from which on the weekly medians have another level (E-divisive, at 99 %); weeks without a run are
/// left out.
pub(super) fn shifts(weeks: &[Distribution]) -> Vec<usize> {
    let old = weeks.len().saturating_sub(SHIFT_WEEKS);
    let known: Vec<(usize, f64)> =
        weeks.iter().enumerate().skip(old).filter_map(|(at, week)| Some((at, week.p50?))).collect();
    let medians: Vec<f64> = known.iter().map(|(_, median)| *median).collect();
    let places = Confidence::new(0.99).map(|confidence| change_points(&medians, confidence)).unwrap_or_default();
    places.into_iter().filter_map(|place| known.get(place).map(|(week, _)| *week)).collect()
}

/// Tells a sample in a few numbers.
pub(super) fn distribution(sample: &Sample) -> Distribution {
    let p95 = Percent::new(95).and_then(|percent| sample.quantile(percent));
    Distribution { count: sample.len(), p50: sample.median(), p95, mean: sample.mean() }
}
