//! From rows to series: the values of one metric over runs, commits or probes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::history::{History, Row};
use crate::model::pattern::matches;
use crate::model::unit::Unit;

use super::jobs::Jobs;
use super::metric::{Better, Derive, Metric};
use super::metrics::CATEGORIES;
use super::selector::Selector;

/// Conclusions that say nothing about how long things take or whether they work.
const LEFT_OUT: &[&str] = &["cancelled", "skipped", "action_required", "stale", "neutral"];

/// The values of one metric with the same labels, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// The name with its labels.
    pub(super) name: String,
    /// The name without them.
    pub(super) base: String,
    /// The labels that tell it from others of the name.
    pub(super) labels: Vec<(String, String)>,
    /// The unit of the values.
    pub(super) unit: Unit,
    /// The unit as the rows name it.
    pub(super) unit_text: String,
    /// Whether more is better.
    pub(super) better: Better,
    /// The values.
    pub(super) points: Vec<Point>,
    /// What the series shares its runs with: the workflow, or the series alone.
    pub(super) group: String,
}

/// The value of one run, commit or probe.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// What the value is of.
    pub(super) key: PointKey,
    /// When it was.
    pub(super) at: Option<Timestamp>,
    /// The run it comes from.
    pub(super) run: Option<i64>,
    /// The commit.
    pub(super) commit: String,
    /// The branch; empty where there is none.
    pub(super) branch: String,
    /// The event that started the run; empty where there is none.
    pub(super) event: String,
    /// The job, of several of one run the first; empty where there is none.
    pub(super) job: String,
    workflow: String,
    top: f64,
    bottom: f64,
}

/// What a value is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PointKey {
    /// A run, all its jobs together.
    Run(i64),
    /// A commit, where there is no run.
    Commit(String),
    /// A row of its own: a probe, a deployment.
    Row(String),
}

impl Point {
    /// Returns the value: a quotient for shares, whose lower half is 1 otherwise.
    pub(super) fn value(&self) -> f64 {
        self.top / self.bottom
    }

    /// Returns the value of several points together: the mean, or the share over all of them.
    pub(super) fn pooled(points: &[&Self]) -> f64 {
        let (top, bottom) =
            points.iter().fold((0.0, 0.0), |(top, bottom), point| (top + point.top, bottom + point.bottom));
        top / bottom
    }
}

/// What one row adds to one series.
struct Share {
    name: String,
    labels: Vec<(String, String)>,
    unit: Unit,
    unit_text: String,
    better: Better,
    top: f64,
    bottom: f64,
}

/// Makes the series of a metric that a selector asks for, sorted by name.
pub(super) fn collect(metric: &Metric, selector: &Selector, history: &History) -> Vec<Series> {
    let rows: Vec<&Row> = history.rows(metric.table.table().id).iter().filter(|row| counts(metric, row)).collect();
    let jobs = Jobs::new(metric, selector, history);
    let mut series: BTreeMap<String, (Series, BTreeMap<PointKey, Point>)> = BTreeMap::new();
    for row in chosen_attempts(&rows) {
        for share in shares(metric, selector, row, &jobs) {
            let name = full_name(&share.name, &share.labels);
            let (found, points) =
                series.entry(name.clone()).or_insert_with(|| (series_of(name, &share), BTreeMap::new()));
            let key = point_key(metric, row);
            let fold = Fold { metric, better: found.better };
            match points.get_mut(&key) {
                Some(point) => fold.add(point, row, share.top, share.bottom),
                None => drop(points.insert(key.clone(), point(key, row, share.top, share.bottom))),
            }
        }
    }
    series.into_values().map(|(series, points)| finished(metric, series, points)).collect()
}

/// Makes a series that has no points yet.
fn series_of(name: String, share: &Share) -> Series {
    Series {
        name,
        base: share.name.clone(),
        labels: share.labels.clone(),
        unit: share.unit,
        unit_text: share.unit_text.clone(),
        better: share.better,
        points: Vec::new(),
        group: String::new(),
    }
}

/// Writes a name with its labels as selectors do.
fn full_name(name: &str, labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return name.to_owned();
    }
    let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
    format!("{name}{{{}}}", labels.join(","))
}

/// Puts the points in the order of time.
fn finished(metric: &Metric, mut series: Series, points: BTreeMap<PointKey, Point>) -> Series {
    // A value of a moment nobody knows is never the latest one.
    series.points = points.into_values().collect();
    series.points.sort_by(|left, right| (left.at, &left.key).cmp(&(right.at, &right.key)));
    series.group = if !metric.is_of_runs() {
        series.name.clone()
    } else if metric.series.contains(&"workflow") || matches!(metric.derive, Derive::Measured) {
        series.points.last().map(|point| point.workflow.clone()).unwrap_or_default()
    } else {
        String::new()
    };
    series
}

/// Tells whether a row may count at all: finished, not cancelled, and what the metric is about.
fn counts(metric: &Metric, row: &Row) -> bool {
    let about = metric.only.iter().all(|(column, words)| words.iter().any(|word| matches(word, row.text(column))));
    about && row.is_finished() && !LEFT_OUT.contains(&row.text("conclusion"))
}

/// The rows of one job of one run, by attempt.
type Attempts<'rows> = BTreeMap<i64, Vec<&'rows Row>>;

/// Leaves out re-runs: of every job of a run its first successful attempt counts, and where none
/// was, or where tables do not tell, its last one.
fn chosen_attempts<'rows>(rows: &[&'rows Row]) -> Vec<&'rows Row> {
    let mut attempts: BTreeMap<(i64, Vec<String>), Attempts<'rows>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for &row in rows {
        match (row.integer("run_id"), row.integer("run_attempt")) {
            (Some(run), Some(attempt)) if run != 0 => {
                attempts.entry((run, thing(row))).or_default().entry(attempt).or_default().push(row);
            }
            _ => chosen.push(row),
        }
    }
    for of_one in attempts.into_values() {
        let good = |rows: &Vec<&Row>| rows.iter().all(|row| row.text("conclusion") == "success");
        let first_good = of_one.values().find(|rows| good(rows));
        chosen.extend(first_good.or_else(|| of_one.values().next_back()).into_iter().flatten());
    }
    chosen
}

/// Returns what stays the same when a job is run again.
fn thing(row: &Row) -> Vec<String> {
    let key = row.table().key.iter().filter(|column| !matches!(**column, "run_id" | "run_attempt" | "job_id"));
    std::iter::once(row.text("job").to_owned()).chain(key.map(|column| row.cell(column).to_string())).collect()
}

fn point_key(metric: &Metric, row: &Row) -> PointKey {
    let by_run = metric.table.table().key.contains(&"run_id");
    match row.integer("run_id").filter(|run| *run != 0) {
        Some(run) if by_run => PointKey::Run(run),
        Some(_) | None if metric.is_of_runs() => PointKey::Commit(row.text("commit").to_owned()),
        Some(_) | None => PointKey::Row(row.key().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn point(key: PointKey, row: &Row, top: f64, bottom: f64) -> Point {
    Point {
        key,
        at: row.at(),
        run: row.integer("run_id").filter(|run| *run != 0),
        commit: row.text("commit").to_owned(),
        branch: row.text("branch").to_owned(),
        event: row.text("event").to_owned(),
        job: row.text("job").to_owned(),
        workflow: row.text("workflow").to_owned(),
        top,
        bottom,
    }
}

/// How rows of the same run become one value.
struct Fold<'metric> {
    metric: &'metric Metric,
    better: Better,
}

impl Fold<'_> {
    fn add(&self, point: &mut Point, row: &Row, top: f64, bottom: f64) {
        if row.at() > point.at {
            point.at = row.at();
            point.run = row.integer("run_id").filter(|run| *run != 0);
        }
        match self.metric.derive {
            Derive::Sum(_) | Derive::Tally(_) => point.top += top,
            Derive::Share(..) | Derive::SumShare(..) => {
                point.top += top;
                point.bottom += bottom;
            }
            Derive::Worst(_) | Derive::Quotient(..) | Derive::Columns(..) | Derive::Category | Derive::Measured => {
                let worse = if self.better == Better::Higher { top < point.top } else { top > point.top };
                if worse {
                    point.top = top;
                }
            }
        }
    }
}

/// Returns what a row adds to which series.
fn shares(metric: &Metric, selector: &Selector, row: &Row, jobs: &Jobs<'_>) -> Vec<Share> {
    if matches!(metric.derive, Derive::Measured) {
        return measured(metric, selector, row, jobs).into_iter().collect();
    }
    if let Derive::Columns(label, columns) = metric.derive {
        return counted(metric, selector, row, (label, columns), jobs);
    }
    let selected = selector.selects(|label| jobs.label(row, label));
    if matches!(metric.derive, Derive::Category) {
        return if selected { categories(metric, selector, row) } else { Vec::new() };
    }
    let value = match metric.derive {
        Derive::Tally(column) => row.number(column).map(|value| (if selected { value } else { 0.0 }, 1.0)),
        _ if !selected => None,
        Derive::Worst(column) | Derive::Sum(column) => row.number(column).map(|value| (value, 1.0)),
        Derive::Quotient(top, bottom) => quotient(row, top, bottom).map(|value| (value, 1.0)),
        Derive::SumShare(top, bottom) => {
            let whole = row.number(bottom).filter(|whole| *whole > 0.0);
            whole.map(|whole| (row.number(top).unwrap_or(0.0), whole))
        }
        Derive::Share(column, hits, among) => {
            let word = row.text(column);
            among.contains(&word).then(|| (if hits.contains(&word) { 1.0 } else { 0.0 }, 1.0))
        }
        Derive::Columns(..) | Derive::Category | Derive::Measured => None,
    };
    let labels = || known_labels(metric.series.iter().map(|label| (*label, row.text(label))));
    value.map(|(top, bottom)| share(metric, metric.name.to_owned(), labels(), (top, bottom))).into_iter().collect()
}

fn share(metric: &Metric, name: String, labels: Vec<(String, String)>, (top, bottom): (f64, f64)) -> Share {
    Share {
        name,
        labels,
        unit: metric.unit,
        unit_text: metric.unit.word().to_owned(),
        better: metric.better,
        top,
        bottom,
    }
}

fn quotient(row: &Row, top: &str, bottom: &str) -> Option<f64> {
    let whole = row.number(bottom).filter(|whole| *whole > 0.0)?;
    row.number(top).map(|part| part / whole)
}

fn categories(metric: &Metric, selector: &Selector, row: &Row) -> Vec<Share> {
    let start = metric.family().unwrap_or_default();
    let labels = known_labels(metric.series.iter().map(|label| (*label, row.text(label))));
    let of_category = |category: &&str| {
        let name = format!("{start}{category}");
        let column = category.replace('-', "_");
        let wanted = selector.names(&name) || selector.names(&format!("{start}{column}"));
        let value = row.number(&column).filter(|_| wanted)?;
        Some(share(metric, name, labels.clone(), (value, 1.0)))
    };
    CATEGORIES.iter().filter_map(of_category).collect()
}

/// Makes a share of each column that has a value and is selected by the label that tells columns apart.
fn counted(
    metric: &Metric,
    selector: &Selector,
    row: &Row,
    (label, columns): (&str, &[(&str, &str)]),
    jobs: &Jobs<'_>,
) -> Vec<Share> {
    let of_column = |(value, column): &(&str, &str)| {
        let is_selected = selector.selects(|asked| if asked == label { value } else { jobs.label(row, asked) });
        let count = row.number(column).filter(|_| is_selected)?;
        let of_row = metric.series.iter().map(|column| (*column, row.text(column)));
        let labels = known_labels(of_row.chain([(label, *value)]));
        Some(share(metric, metric.name.to_owned(), labels, (count, 1.0)))
    };
    columns.iter().filter_map(of_column).collect()
}

fn measured(metric: &Metric, selector: &Selector, row: &Row, jobs: &Jobs<'_>) -> Option<Share> {
    let name = row.text("name");
    if !matches(metric.name, name) || !selector.names(name) {
        return None;
    }
    let labels: BTreeMap<&str, &str> = row
        .text("labels")
        .split(',')
        .filter_map(|label| label.split_once('='))
        .map(|(label, value)| (label.trim(), value.trim()))
        .collect();
    if !selector.selects(|label| labels.get(label).copied().unwrap_or_else(|| jobs.label(row, label))) {
        return None;
    }
    let written = row.text("unit").trim();
    let unit = if metric.unit == Unit::Other { Unit::from_text(written) } else { metric.unit };
    let percent = unit == Unit::Ratio && matches!(written, "%" | "percent");
    let value = row.number("value")?;
    let better = match (metric.better, row.text("better")) {
        (Better::BySeries, "higher") => Better::Higher,
        (Better::BySeries, _) => Better::Lower,
        (known, _) => known,
    };
    let labels = known_labels(labels);
    let top = if percent { value / 100.0 } else { value };
    Some(Share { name: name.to_owned(), labels, unit, unit_text: written.to_owned(), better, top, bottom: 1.0 })
}

/// Keeps labels that have a value.
fn known_labels<'row>(labels: impl IntoIterator<Item = (&'row str, &'row str)>) -> Vec<(String, String)> {
    let known = labels.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(label, value)| (label.to_owned(), value.to_owned())).collect()
}
