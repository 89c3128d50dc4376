//! The five figures.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::delivery::{Commit, Delivery, DeliveryMetric, Figure};
use crate::model::history::{Cell, History, Row, TableId};
use crate::model::unit::Unit;
use crate::stats::{Percent, Sample, count};

use super::deployments::{Deployment, Deployments};
use super::levels::{LevelSet, at_least, at_most};
use super::pull_requests::phases;
use super::settings::Settings;
use super::shipped::{Graph, Shipped};

/// Tells how software was delivered in the days before the newest deployment-related row; `None`
/// where there is no deployment at all. `commits` are those of the repository, as far as known.
pub fn delivery(history: &History, settings: &Settings, base: &str, commits: &[Commit]) -> Option<Delivery> {
    let graph = Graph::new(commits);
    let deployments = Deployments::find(history, settings, base, &graph);
    let last = deployments.all.last()?;
    // A period that nothing was deployed in for long ends with the last run, not the last deployment.
    let runs = history.rows(TableId::RunMetrics).iter().filter_map(Row::at).max();
    let end = runs.unwrap_or(last.at).max(last.at);
    let start = end.checked_sub(SignedDuration::from_hours(i64::from(settings.days) * 24)).unwrap_or(Timestamp::MIN);
    let levels = settings.levels.set();
    let period = Period {
        deployments: &deployments,
        graph: &graph,
        start,
        days: f64::from(settings.days),
        levels: levels.as_ref(),
    };
    let now = period.deployments();
    Some(Delivery {
        counted: deployments.counted.clone(),
        period: (start, end),
        deployments: now.len(),
        failed: now.iter().filter(|deployment| deployment.failed).count(),
        marks: deployments.marks.iter().map(|mark| mark.word()).collect(),
        commit: last.commit.clone(),
        metrics: period.metrics(),
        phases: phases(history, settings, base, commits, start),
        levels: levels.map(|levels| levels.source).unwrap_or_default(),
    })
}

/// Makes rows of the metrics that were measured, as gates judge them.
pub fn measurements(delivery: &Delivery, repository: &str, branch: &str) -> Vec<Row> {
    let row = |metric: &DeliveryMetric| {
        let Figure::Measured { value, .. } = metric.figure else { return None };
        let row = Row::new(TableId::Measurements)
            .with("repository", Cell::text(repository))
            .with("run_id", Cell::integer(0))
            .with("branch", Cell::text(branch))
            .with("commit", Cell::text(delivery.commit.as_str()))
            .with("at", Cell::time(delivery.period.1))
            .with("name", Cell::text(metric.name))
            .with("value", Cell::number(value))
            .with("unit", Cell::text(metric.unit.word()))
            .with("source", Cell::text("dora"));
        Some(row)
    };
    delivery.metrics.iter().filter_map(row).collect()
}

struct Period<'all> {
    deployments: &'all Deployments,
    graph: &'all Graph<'all>,
    start: Timestamp,
    days: f64,
    levels: Option<&'all LevelSet>,
}

impl Period<'_> {
    fn deployments(&self) -> Vec<&Deployment> {
        self.deployments.all.iter().filter(|deployment| deployment.at >= self.start).collect()
    }

    fn metrics(&self) -> Vec<DeliveryMetric> {
        let metric = |name, title, unit, figure| DeliveryMetric { name, title, unit, figure };
        vec![
            metric("dora.lead_time_s", "Change lead time", Unit::Seconds, self.lead_time()),
            metric("dora.deployment_frequency", "Deployment frequency", Unit::PerDay, self.frequency()),
            metric("dora.recovery_s", "Failed deployment recovery time", Unit::Seconds, self.recovery()),
            metric("dora.change_fail_rate", "Change fail rate", Unit::Ratio, self.fail_rate()),
            metric("dora.rework_rate", "Deployment rework rate", Unit::Ratio, self.rework_rate()),
        ]
    }

    /// From a commit to its deployment: of every commit that a deployment of the period brought,
    /// merges left out, which bring no change of their own.
    fn lead_time(&self) -> Figure {
        if self.graph.is_empty() {
            return not_measurable("it needs the commits: run in a clone with the whole history (fetch-depth: 0)");
        }
        let mut shipped = Shipped::new(self.graph);
        let mut unknown = 0;
        let mut seconds = Vec::new();
        for deployment in self.deployments.all.iter().filter(|deployment| deployment.arrived()) {
            unknown += usize::from(!self.graph.knows(&deployment.commit));
            let brought = shipped.take(&deployment.target, &deployment.commit).unwrap_or_default();
            let changes = brought.into_iter().filter(|commit| commit.parents.len() < 2 && deployment.at >= self.start);
            // A clock that was wrong must not make a change arrive before it was made.
            seconds
                .extend(changes.map(|commit| deployment.at.duration_since(commit.authored_at).as_secs_f64().max(0.0)));
        }
        let none = match unknown {
            0 => "no deployment of the period brought a commit, the first one to a target left out".to_owned(),
            _ => format!("the commits of {unknown} deployments are not in this clone (fetch-depth: 0 fetches them)"),
        };
        duration(seconds, &none, self.levels.map(|levels| levels.lead_time))
    }

    fn frequency(&self) -> Figure {
        let arrived = self.deployments().into_iter().filter(|deployment| deployment.arrived()).count();
        let value = count(arrived) / self.days;
        let level = self.levels.map(|levels| at_least(value, levels.frequency));
        Figure::Measured { value, p95: None, count: arrived, level }
    }

    /// From the first of some failed deployments in a row to the next one that did.
    fn recovery(&self) -> Figure {
        if self.deployments.marks.is_empty() {
            return unmarked();
        }
        let targets: BTreeSet<&str> =
            self.deployments.all.iter().map(|deployment| deployment.target.as_str()).collect();
        let seconds: Vec<f64> = targets.into_iter().flat_map(|target| self.recoveries(target)).collect();
        let none = "no failed deployment of the period has been mended yet, or none failed";
        duration(seconds, none, self.levels.map(|levels| levels.recovery))
    }

    /// Returns how long each row of failures at a target lasted, of those that began in the period.
    fn recoveries(&self, target: &str) -> Vec<f64> {
        let mut since: Option<Timestamp> = None;
        let mut seconds = Vec::new();
        for deployment in self.deployments.all.iter().filter(|deployment| deployment.target == target) {
            if deployment.failed {
                since = since.or(Some(deployment.at));
                continue;
            }
            let began = since.take().filter(|began| *began >= self.start);
            seconds.extend(began.map(|began| deployment.at.duration_since(began).as_secs_f64()));
        }
        seconds
    }

    fn fail_rate(&self) -> Figure {
        self.share(|deployment| deployment.failed, self.levels.map(|levels| levels.fail_rate))
    }

    fn rework_rate(&self) -> Figure {
        self.share(|deployment| deployment.mends, None)
    }

    fn share(&self, is: impl Fn(&Deployment) -> bool, levels: Option<[f64; 3]>) -> Figure {
        let all = self.deployments();
        if self.deployments.marks.is_empty() {
            return unmarked();
        }
        if all.is_empty() {
            return not_measurable("nothing was deployed in the period");
        }
        let value = count(all.iter().filter(|deployment| is(deployment)).count()) / count(all.len());
        let level = levels.map(|ends| at_most(value, ends));
        Figure::Measured { value, p95: None, count: all.len(), level }
    }
}

fn unmarked() -> Figure {
    not_measurable(
        "nothing marks failures: no deployment of the tables failed, was rolled back, has an incident or a hotfix \
         (`dora.marks` names what would)",
    )
}

fn not_measurable(why: &str) -> Figure {
    Figure::NotMeasurable(why.to_owned())
}

fn duration(seconds: Vec<f64>, none: &str, levels: Option<[f64; 3]>) -> Figure {
    let sample = Sample::new(seconds);
    let Some(value) = sample.median() else { return not_measurable(none) };
    let p95 = Percent::new(95).and_then(|percent| sample.quantile(percent));
    Figure::Measured { value, p95, count: sample.len(), level: levels.map(|ends| at_most(value, ends)) }
}

#[cfg(test)]
mod tests {
    use super::super::settings::Mark;
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_770_000_000 + seconds).unwrap()
    }

    fn deployed(id: i64, commit: &str, seconds: i64, state: &str) -> Row {
        Row::new(TableId::Deployments)
            .with("repository", Cell::text("o/r"))
            .with("deployment_id", Cell::integer(id))
            .with("environment", Cell::text("Production"))
            .with("ref", Cell::text("main"))
            .with("commit", Cell::text(commit))
            .with("created_at", Cell::time(at(seconds - 60)))
            .with("finished_at", Cell::time(at(seconds)))
            .with("state", Cell::text(state))
    }

    fn commit(hash: &str, parents: &[&str], seconds: i64, subject: &str) -> Commit {
        let parents = parents.iter().map(|parent| (*parent).to_owned()).collect();
        Commit { hash: hash.to_owned(), parents, authored_at: at(seconds), subject: subject.to_owned() }
    }

    fn figures(rows: Vec<Row>, settings: &Settings, commits: &[Commit]) -> [Figure; 5] {
        let delivery = delivery(&History::from_rows(rows), settings, "main", commits).unwrap();
        let figures: Vec<Figure> = delivery.metrics.into_iter().map(|metric| metric.figure).collect();
        figures.try_into().unwrap()
    }

    fn value(figure: &Figure) -> Option<f64> {
        match figure {
            Figure::Measured { value, .. } => Some(*value),
            Figure::NotMeasurable(_) => None,
        }
    }

    #[test]
    fn lead_time_is_that_of_every_commit_a_deployment_brings() {
        let commits = [
            commit("a", &[], 0, "first"),
            commit("b", &["a"], HOUR, "one"),
            commit("c", &["a"], 2 * HOUR, "other"),
            commit("m", &["b", "c"], 3 * HOUR, "merge"),
            commit("d", &["m"], 9 * HOUR, "later"),
        ];
        let rows = vec![
            deployed(1, "a", HOUR, "inactive"),
            deployed(2, "m", 5 * HOUR, "inactive"),
            // It failed, so what it was to bring comes with the next one.
            deployed(3, "d", 10 * HOUR, "failure"),
            deployed(4, "d", 12 * HOUR, "success"),
        ];
        let [lead_time, frequency, recovery, fail_rate, rework] = figures(rows, &Settings::default(), &commits);
        // b took 4 h, c took 3 h, d took 3 h; the first deployment and the merge do not count.
        let Figure::Measured { value: median, count, level, .. } = lead_time else { panic!("{lead_time:?}") };
        assert_eq!((median, count, level), (3.0 * 3600.0, 3, Some("elite")));
        assert_eq!(value(&frequency), Some(3.0 / 30.0));
        assert_eq!((value(&recovery), value(&fail_rate), value(&rework)), (Some(2.0 * 3600.0), Some(0.25), Some(0.0)));
    }

    #[test]
    fn what_nobody_marks_is_not_zero() {
        let rows = || vec![deployed(1, "a", HOUR, "success"), deployed(2, "b", 2 * HOUR, "success")];
        let [lead_time, _, recovery, fail_rate, rework] = figures(rows(), &Settings::default(), &[]);
        assert!(matches!(&lead_time, Figure::NotMeasurable(why) if why.contains("fetch-depth: 0")), "{lead_time:?}");
        for figure in [recovery, fail_rate, rework] {
            assert!(
                matches!(&figure, Figure::NotMeasurable(why) if why.starts_with("nothing marks failures")),
                "{figure:?}"
            );
        }
        // Who says that states are marks means it: none failed.
        let settings = Settings { marks: Some(vec![Mark::States]), ..Settings::default() };
        let [_, _, recovery, fail_rate, _] = figures(rows(), &settings, &[]);
        assert_eq!((value(&recovery), value(&fail_rate)), (None, Some(0.0)));
    }

    #[test]
    fn rollbacks_incidents_and_hotfixes_mark_what_they_mend() {
        let with = |row: Row, column: &str, text: &str| row.with(column, Cell::text(text));
        let shares = |rows: Vec<Row>, commits: &[Commit]| {
            let [.., fail_rate, rework] = figures(rows, &Settings::default(), commits);
            (value(&fail_rate), value(&rework))
        };
        let three = |last: Row| vec![deployed(1, "a", HOUR, "success"), deployed(2, "b", 2 * HOUR, "success"), last];
        let next = |seconds| deployed(3, "c", seconds, "success");
        let third = Some(1.0 / 3.0);
        assert_eq!(shares(three(with(next(3 * HOUR), "rollback_of", "2")), &[]), (third, third));
        assert_eq!(shares(three(with(next(3 * HOUR), "ref", "hotfix/login")), &[]), (third, third));
        assert_eq!(
            shares(three(with(next(9 * DAY), "ref", "hotfix/login")), &[]),
            (None, None),
            "too late to be about it"
        );
        let reverted =
            [commit("a", &[], 0, "one"), commit("b", &["a"], 0, "two"), commit("c", &["b"], 0, "Revert \"two\"")];
        assert_eq!(shares(three(next(3 * HOUR)), &reverted), (third, third));
        let mut incident = three(with(next(3 * HOUR), "incident", "42"));
        incident[1] = with(incident[1].clone(), "incident", "42");
        assert_eq!(shares(incident, &[]), (third, third));
    }

    #[test]
    fn runs_of_a_workflow_stand_in_for_deployments() {
        let run = |id: i64, branch: &str, conclusion: &str| {
            Row::new(TableId::RunMetrics)
                .with("workflow", Cell::text("Deploy to production"))
                .with("run_id", Cell::integer(id))
                .with("run_attempt", Cell::integer(1))
                .with("branch", Cell::text(branch))
                .with("commit", Cell::text("a"))
                .with("started_at", Cell::time(at(id * DAY)))
                .with("wall_s", Cell::number(60.0))
                .with("conclusion", Cell::text(conclusion))
        };
        let rows = vec![
            run(1, "main", "success"),
            run(2, "main", "failure"),
            run(3, "main", "success"),
            run(4, "other", "success"),
            run(5, "main", "cancelled"),
        ];
        assert_eq!(delivery(&History::from_rows(rows.clone()), &Settings::default(), "main", &[]), None);
        let settings = Settings { workflows: vec!["deploy*".to_owned()], ..Settings::default() };
        let [_, frequency, recovery, fail_rate, _] = figures(rows, &settings, &[]);
        assert_eq!(value(&frequency), Some(2.0 / 30.0));
        assert!((value(&recovery).unwrap() - 86_400.0).abs() < 1e-9);
        assert_eq!(value(&fail_rate), Some(1.0 / 3.0));
    }

    #[test]
    fn measured_figures_become_rows() {
        let rows = vec![deployed(1, "a", HOUR, "failure"), deployed(2, "b", 2 * HOUR, "success")];
        let delivery = delivery(&History::from_rows(rows), &Settings::default(), "main", &[]).unwrap();
        let names: Vec<String> =
            measurements(&delivery, "o/r", "main").iter().map(|row| row.text("name").to_owned()).collect();
        assert_eq!(
            names,
            ["dora.deployment_frequency", "dora.recovery_s", "dora.change_fail_rate", "dora.rework_rate"]
        );
    }
}
