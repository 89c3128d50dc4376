//! How much of what may fail has not failed yet: the error budget of each endpoint that is probed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::history::{Cell, History, Row, TableId};

/// The metric's name.
pub const METRIC: &str = "health.error_budget_left";

/// What share of the probes is to be answered, and over which time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// The share that is to be answered, above 0 and below 1.
    pub uptime: f64,
    /// The time that it is counted over, back from the newest probe.
    pub window: SignedDuration,
}

impl Default for Objective {
    /// 99.9 % over 30 days: 43 minutes may fail.
    fn default() -> Self {
        Self { uptime: 0.999, window: SignedDuration::from_hours(30 * 24) }
    }
}

impl Objective {
    /// Returns the share of the error budget that is left: 1 − (failed ÷ all) ÷ (1 − objective), as the Site Reliability
    /// Workbook has it (chapter 2, "Implementing SLOs"). It is negative where more failed than may; `None` without probes.
    pub fn left(&self, failed: u32, all: u32) -> Option<f64> {
        let allowed = 1.0 - self.uptime;
        (all > 0 && allowed > 0.0).then(|| 1.0 - f64::from(failed) / f64::from(all) / allowed)
    }
}

/// The objectives of all environments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objectives {
    /// What holds where an environment has none of its own.
    pub usual: Objective,
    /// Those of environments, by name.
    pub environments: BTreeMap<String, Objective>,
}

impl Objectives {
    /// Returns the objective of an environment.
    pub fn of(&self, environment: &str) -> &Objective {
        self.environments.get(environment).unwrap_or(&self.usual)
    }
}

/// Makes a measurement of each endpoint, which gates can judge. `base` is the branch that windows are of.
pub fn measurements(history: &History, objectives: &Objectives, base: &str) -> Vec<Row> {
    let mut probes: BTreeMap<(&str, &str), Vec<(&Row, Timestamp)>> = BTreeMap::new();
    for row in history.rows(TableId::HealthChecks) {
        if let Some(at) = row.at() {
            probes.entry((row.text("environment"), row.text("endpoint"))).or_default().push((row, at));
        }
    }
    let measurement = |((environment, endpoint), probes): ((&str, &str), Vec<(&Row, Timestamp)>)| {
        let objective = objectives.of(environment);
        let newest = probes.iter().map(|(_, at)| *at).max()?;
        let (mut failed, mut all) = (0, 0);
        for (row, _) in probes.iter().filter(|(_, at)| newest.duration_since(*at) < objective.window) {
            match row.text("status") {
                "down" => (failed, all) = (failed + 1, all + 1),
                "up" | "degraded" => all += 1,
                _ => {}
            }
        }
        let repository = probes.last().map_or("", |(row, _)| row.text("repository"));
        Some(
            Row::new(TableId::Measurements)
                .with("repository", Cell::text(repository))
                .with("run_id", Cell::integer(0))
                .with("branch", Cell::text(base))
                .with("at", Cell::time(newest))
                .with("name", Cell::text(METRIC))
                .with("labels", Cell::text(format!("environment={environment},endpoint={endpoint}")))
                .with("value", Cell::number(objective.left(failed, all)?))
                .with("unit", Cell::text("ratio"))
                .with("better", Cell::text("higher"))
                .with("source", Cell::text("health_checks")),
        )
    };
    probes.into_iter().filter_map(measurement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(environment: &str, minute: i64, status: &str) -> Row {
        Row::new(TableId::HealthChecks)
            .with("at", Cell::time(Timestamp::from_second(1_770_000_000 + minute * 60).unwrap()))
            .with("environment", Cell::text(environment))
            .with("endpoint", Cell::text("web"))
            .with("status", Cell::text(status))
    }

    fn left(rows: Vec<Row>, objectives: &Objectives) -> Vec<(String, f64)> {
        let rows = measurements(&History::from_rows(rows), objectives, "main");
        rows.iter().map(|row| (row.text("labels").to_owned(), row.number("value").unwrap())).collect()
    }

    #[test]
    fn what_fails_takes_from_what_may() {
        let check = |failed, all, expected: Option<f64>| {
            let left = Objective { uptime: 0.99, ..Objective::default() }.left(failed, all);
            let close = left.zip(expected).map_or(left == expected, |(one, other)| (one - other).abs() < 1e-9);
            assert!(close, "{failed} of {all}: {left:?}");
        };
        check(0, 1000, Some(1.0));
        check(5, 1000, Some(0.5));
        check(10, 1000, Some(0.0));
        check(25, 1000, Some(-1.5));
        check(1, 1, Some(-99.0));
        check(0, 0, None);
    }

    #[test]
    fn each_environment_has_its_own_objective_and_window() {
        let strict = Objective { uptime: 0.9, window: SignedDuration::from_mins(10) };
        let objectives = Objectives { environments: [("a".to_owned(), strict)].into(), ..Objectives::default() };
        // Probes of environment `a` that are older than its window do not count: one of ten failed.
        let statuses = |minute: i64| if minute < 10 || minute == 15 { "down" } else { "degraded" };
        let mut rows: Vec<Row> = (0..20).map(|minute| probe("a", minute, statuses(minute))).collect();
        rows.extend((0..1000).map(|minute| probe("b", minute, if minute == 7 { "down" } else { "up" })));
        let left = left(rows, &objectives);
        assert_eq!(left[0].0, "environment=a,endpoint=web");
        assert!(left[0].1.abs() < 1e-9 && left[1].1.abs() < 1e-9 && left.len() == 2, "{left:?}");
    }

    #[test]
    fn nothing_is_told_of_nothing() {
        assert!(left(vec![probe("a", 0, "")], &Objectives::default()).is_empty());
        assert!(left(Vec::new(), &Objectives::default()).is_empty());
    }
}
