//! What all series are like now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::gauge::Gauge;
use crate::model::history::{History, Row, TableId};
use crate::model::levels::{Level, Levels};
use crate::model::unit::Unit;
use crate::stats::Sample;

use super::metric::{Kind, Metric};
use super::metrics::{METRICS, OWN};
use super::selector::Selector;
use super::series::{Point, Series, collect};

/// Sums up the latest `runs` values of every series of a branch, to be kept under a name.
pub fn levels(name: &str, history: &History, branch: &str, runs: usize, now: Timestamp) -> Levels {
    let mut series = BTreeMap::new();
    for (metric, found) in all(history) {
        let Some((value, statistic, sample)) = summed_up(metric, &found, branch, runs) else { continue };
        let unit = if found.unit == Unit::Other { found.unit_text } else { found.unit.word().to_owned() };
        let spread = sample.median_absolute_deviation();
        series.insert(found.name, Level { value, statistic: statistic.to_owned(), unit, spread, count: sample.len() });
    }
    Levels { name: name.to_owned(), branch: branch.to_owned(), saved_at: now, series }
}

/// The gauge that tells how old the tables are, as seconds since 1970.
pub const NEWEST_ROW: &str = "newest_row_timestamp_s";

/// Sums up the latest `runs` values of every series of a branch, for a monitoring system, and tells when the
/// newest row of each table is from.
pub fn gauges(history: &History, branch: &str, runs: usize) -> Vec<Gauge> {
    let gauge = |(metric, found): (&Metric, Series)| {
        let (value, statistic, _) = summed_up(metric, &found, branch, runs)?;
        let Series { base, labels, unit, .. } = found;
        Some(Gauge { metric: base, help: metric.summary, unit, labels, statistic, value })
    };
    all(history).into_iter().filter_map(gauge).chain(ages(history)).collect()
}

/// Tells when the newest row of each table is from.
fn ages(history: &History) -> impl Iterator<Item = Gauge> + '_ {
    TableId::all().filter_map(|table| {
        let newest = history.rows(table).iter().filter_map(Row::at).max()?;
        Some(Gauge {
            metric: NEWEST_ROW.to_owned(),
            help: "When the newest row of a table is from",
            unit: Unit::Seconds,
            labels: vec![("table".to_owned(), table.table().name.to_owned())],
            statistic: "last",
            value: newest.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64(),
        })
    })
}

/// Returns every series once, with the metric that tells most of it.
fn all(history: &History) -> Vec<(&'static Metric, Series)> {
    let mut seen = BTreeSet::new();
    let series = METRICS.iter().chain([&OWN]).flat_map(|metric| {
        let selector = Selector { name: metric.name.to_owned(), labels: Vec::new() };
        collect(metric, &selector, history).into_iter().map(move |series| (metric, series))
    });
    series.filter(|(_, series)| seen.insert(series.name.clone())).collect()
}

/// Sums up a series: of what scatters the median, of shares the share over all, of what describes a
/// commit the latest value.
fn summed_up(metric: &Metric, series: &Series, branch: &str, runs: usize) -> Option<(f64, &'static str, Sample)> {
    let of_branch = |point: &&Point| !metric.is_of_runs() || point.branch == branch;
    let mut points: Vec<&Point> = series.points.iter().filter(of_branch).collect();
    points.drain(..points.len().saturating_sub(runs));
    let sample = Sample::new(points.iter().map(|point| point.value()));
    let (value, statistic) = match metric.kind {
        Kind::Sample => (sample.median()?, "median"),
        Kind::Share | Kind::Rate if !points.is_empty() => (Point::pooled(&points), "mean"),
        Kind::Share | Kind::Rate => return None,
        Kind::State => (points.last()?.value(), "last"),
    };
    value.is_finite().then_some((value, statistic, sample))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{builds, built, measured};
    use super::*;

    fn history() -> History {
        let mut rows = builds(30);
        rows.push(built(31, 1, "feature", "success", 9.0));
        rows.push(measured(1, "main", "coverage.line", "", 0.8));
        rows.push(measured(2, "main", "coverage.line", "", 0.9));
        rows.push(measured(2, "main", "bundle.gzip", "route=home", 300.0));
        History::from_rows(rows)
    }

    #[test]
    fn every_series_of_the_branch_is_summed_up() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let levels = levels("spring", &history(), "main", 20, now);
        let build = &levels.series["build.duration_s{workflow=CI}"];
        // The last 20 took 1100 s to 3000 s.
        assert_eq!((build.count, build.spread, build.unit.as_str()), (20, Some(500.0), "s"));
        assert!((build.value - 2050.0).abs() < 1e-9);
        let coverage = &levels.series["coverage.line"];
        assert!((coverage.value - 0.9).abs() < 1e-9 && coverage.statistic == "last" && coverage.count == 2);
        assert!(levels.series.contains_key("bundle.gzip{route=home}"));
        assert!(levels.series.contains_key("stage.duration_s{workflow=CI,stage=build}"));
    }

    #[test]
    fn gauges_keep_names_and_labels_apart() {
        let gauges = gauges(&history(), "main", 20);
        let found = gauges.iter().find(|gauge| gauge.metric == "bundle.gzip").unwrap();
        assert_eq!(found.labels, [("route".to_owned(), "home".to_owned())]);
        assert_eq!(gauges.iter().filter(|gauge| gauge.metric == "coverage.line").count(), 1);
    }
}
