//! Billed minutes and money by event, workflow and runner, and what the month will come to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::costs::{Cost, Costs, MonthCost};
use crate::model::history::{Cell, Row, TableId};

/// What people set about cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Minutes that the plan includes each month.
    pub included: Option<f64>,
    /// Dollars that a month may cost.
    pub budget: Option<f64>,
}

/// Sums the rows of jobs up, each job once; `None` where no job says what was billed. `base` is the default branch.
pub fn costs(jobs: &[&Row], base: &str, settings: &Settings) -> Option<Costs> {
    let billed: Vec<&Row> = jobs.iter().copied().filter(|row| row.number("billed_minutes").is_some()).collect();
    if billed.is_empty() {
        return None;
    }
    let mut total = Cost { name: "all".to_owned(), ..Cost::default() };
    let [mut by_event, mut by_workflow, mut by_runner] = [const { BTreeMap::<&str, Cost>::new() }; 3];
    for row in &billed {
        let (minutes, dollars) = (row.number("billed_minutes").unwrap_or(0.0), row.number("cost_usd"));
        add(&mut total, minutes, dollars);
        add(by_event.entry(event(row, base)).or_default(), minutes, dollars);
        add(by_workflow.entry(row.text("workflow")).or_default(), minutes, dollars);
        add(by_runner.entry(row.text("runner_label")).or_default(), minutes, dollars);
    }
    let sorted = |costs: BTreeMap<&str, Cost>| {
        let named = |(name, cost): (&str, Cost)| Cost { name: name.to_owned(), ..cost };
        let mut costs: Vec<Cost> = costs.into_iter().map(named).collect();
        costs.sort_by(|left, right| {
            (right.dollars, right.minutes)
                .partial_cmp(&(left.dollars, left.minutes))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| left.name.cmp(&right.name))
        });
        costs
    };
    Some(Costs {
        by_event: sorted(by_event),
        by_workflow: sorted(by_workflow),
        by_runner: sorted(by_runner),
        total,
        month: month(&billed),
        budget: settings.budget,
        included: settings.included,
    })
}

fn add(cost: &mut Cost, minutes: f64, dollars: Option<f64>) {
    cost.jobs += 1;
    cost.minutes += minutes;
    match dollars {
        Some(dollars) => cost.dollars += dollars,
        None => cost.unpriced += 1,
    }
}

/// Returns the class of what started a run.
fn event(row: &Row, base: &str) -> &'static str {
    match row.text("event") {
        "pull_request" | "pull_request_target" | "merge_group" => "pull request",
        "schedule" => "schedule",
        "release" | "deployment" => "release",
        "push" if row.text("branch") == base => "default branch",
        _ => "other",
    }
}

/// The least time of a month from which the rest is told.
const LEAST_S: f64 = 86_400.0;

/// Sums the month of the newest row up.
fn month(rows: &[&Row]) -> Option<MonthCost> {
    let newest = rows.iter().filter_map(|row| row.at()).max()?;
    let first = newest.to_zoned(TimeZone::UTC).date().first_of_month();
    let start = midnight(first)?;
    let of_month = || rows.iter().filter(|row| row.at().is_some_and(|at| at >= start));
    // Where recording began within the month, only the days since then tell how it goes on.
    let oldest = rows.iter().filter_map(|row| row.at()).min()?.max(start);
    let passed = newest.duration_since(oldest).as_secs_f64();
    if passed < LEAST_S {
        return None;
    }
    let sum = |column: &str| of_month().filter_map(|row| row.number(column)).sum::<f64>();
    let (minutes, dollars) = (sum("billed_minutes"), sum("cost_usd"));
    let rest = midnight(first.last_of_month())?.duration_since(newest).as_secs_f64() + LEAST_S;
    let on = |value: f64| value + value / passed * rest.max(0.0);
    let multiplied = |row: &&&Row| {
        let factor = match (is_standard(row.text("runner_label")), row.text("runner_os")) {
            (true, "linux") => 1.0,
            (true, "windows") => 2.0,
            (true, "macos") => 10.0,
            _ => 0.0,
        };
        row.number("billed_minutes").unwrap_or(0.0) * factor
    };
    Some(MonthCost {
        first,
        minutes,
        dollars,
        projected_minutes: on(minutes),
        projected_dollars: on(dollars),
        plan_minutes: of_month().map(|row| multiplied(&row)).sum(),
    })
}

fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Tells whether a label is one of the standard runners', which a plan's minutes are for.
fn is_standard(label: &str) -> bool {
    let rest = ["ubuntu-", "windows-", "macos-"].iter().find_map(|prefix| label.strip_prefix(prefix));
    rest.is_some_and(|rest| !rest.ends_with("large") && !rest.contains("core"))
}

/// The names of the measurements of a month.
pub const MONTH: [&str; 4] = ["cost.month_usd", "cost.month_projected_usd", "billed.month_minutes", "billed.plan_used"];

/// Makes measurements of the month, which gates can judge.
pub fn measurements(costs: &Costs, repository: &str, branch: &str, at: Timestamp) -> Vec<Row> {
    let Some(month) = &costs.month else { return Vec::new() };
    let used = costs.included.filter(|included| *included > 0.0).map(|included| month.plan_minutes / included);
    let values = [
        (Some(month.dollars), "usd"),
        (Some(month.projected_dollars), "usd"),
        (Some(month.minutes), "min"),
        (used, "ratio"),
    ];
    let row = |(name, (value, unit)): (&str, (Option<f64>, &str))| {
        Some(
            Row::new(TableId::Measurements)
                .with("repository", Cell::text(repository))
                .with("run_id", Cell::integer(0))
                .with("branch", Cell::text(branch))
                .with("at", Cell::time(at))
                .with("name", Cell::text(name))
                .with("value", Cell::number(value?))
                .with("unit", Cell::text(unit))
                .with("better", Cell::text("lower"))
                .with("source", Cell::text("build_metrics")),
        )
    };
    MONTH.into_iter().zip(values).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: i64, day: &str, event: &str, label: &str, (minutes, dollars): (f64, Option<f64>)) -> Row {
        let os = if label.starts_with("macos") { "macos" } else { "linux" };
        Row::new(TableId::BuildMetrics)
            .with("workflow", Cell::text("CI"))
            .with("job_id", Cell::integer(id))
            .with("event", Cell::text(event))
            .with("branch", Cell::text("main"))
            .with("started_at", Cell::time(format!("{day}T00:00:00Z").parse().unwrap()))
            .with("runner_label", Cell::text(label))
            .with("runner_os", Cell::text(os))
            .with("billed_minutes", Cell::number(minutes))
            .with("cost_usd", Cell::from_option(dollars, Cell::number))
    }

    #[test]
    fn money_is_told_by_what_it_was_for_and_projected() {
        let rows = [
            job(1, "2026-02-20", "push", "ubuntu-latest", (100.0, Some(0.6))),
            job(2, "2026-03-05", "push", "ubuntu-latest", (10.0, Some(0.06))),
            job(3, "2026-03-08", "pull_request", "macos-15", (10.0, Some(0.62))),
            job(4, "2026-03-11", "schedule", "big", (10.0, None)),
        ];
        let settings = Settings { included: Some(2000.0), budget: Some(5.0) };
        let costs = costs(&rows.iter().collect::<Vec<_>>(), "main", &settings).unwrap();
        let events: Vec<&str> = costs.by_event.iter().map(|cost| cost.name.as_str()).collect();
        assert_eq!(events, ["default branch", "pull request", "schedule"]);
        assert_eq!((costs.total.jobs, costs.total.unpriced), (4, 1));
        let month = costs.month.unwrap();
        // Ten of 31 days have passed: three times as much, and a tenth.
        assert!((month.minutes - 30.0).abs() < 1e-9 && (month.projected_minutes - 93.0).abs() < 1e-9, "{month:?}");
        assert!((month.projected_dollars - 0.68 * 3.1).abs() < 1e-9);
        // The larger runner is not covered by the plan, and a minute of macOS counts ten times.
        assert!((month.plan_minutes - 110.0).abs() < 1e-9);
        let names: Vec<String> = measurements(&costs, "o/r", "main", Timestamp::UNIX_EPOCH)
            .iter()
            .map(|row| row.text("name").to_owned())
            .collect();
        assert_eq!(names, MONTH);
    }

    #[test]
    fn nothing_is_told_of_jobs_without_minutes() {
        assert_eq!(costs(&[], "main", &Settings::default()), None);
    }
}
