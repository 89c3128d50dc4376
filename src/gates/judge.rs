//! Holds every series of every gate against its bounds.

use std::collections::BTreeSet;

use crate::model::history::History;
use crate::model::unit::Unit;
use crate::model::verdict::{Baseline, Basis, GateReport, GateVerdict, Verdict};
use crate::stats::{Percent, Sample};

use super::bounds::{Baselines, Check, Observed};
use super::metric::{Better, Kind, Metric};
use super::series::{Point, PointKey, Series, collect};
use super::settings::{Gate, Statistic, WINDOW};

/// When the gates are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What is judged where a gate does not say.
    pub occasion: Occasion,
    /// The run at hand.
    pub run: Option<i64>,
    /// The branch that windows and baselines are of.
    pub base: String,
}

/// What is judged where a gate does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The run at hand, as in a pull request or a push.
    AtHand,
    /// The latest runs of the base branch, as in a scheduled job.
    OverTime,
}

/// Judges by the gates of a configuration first; those of a preset leave out what these judge.
pub fn judge(gates: &[Gate], history: &History, moment: &Moment) -> GateReport {
    let (own, preset): (Vec<&Gate>, Vec<&Gate>) = gates.iter().partition(|gate| gate.origin.position.is_some());
    let mut verdicts: Vec<GateVerdict> = own.iter().flat_map(|gate| judge_one(gate, history, moment)).collect();
    let judged: BTreeSet<String> =
        verdicts.iter().flat_map(|verdict| [verdict.series.clone(), verdict.metric.clone()]).collect();
    for gate in preset.iter().filter(|gate| !judged.contains(&gate.selector.to_string())) {
        let further = judge_one(gate, history, moment);
        verdicts.extend(further.into_iter().filter(|verdict| !judged.contains(&verdict.series)));
    }
    verdicts.sort_by_key(|verdict| std::cmp::Reverse(verdict.verdict));
    let judged = match (moment.occasion, moment.run) {
        (Occasion::AtHand, Some(run)) => format!("run {run}"),
        (Occasion::AtHand, None) => "the newest rows".to_owned(),
        (Occasion::OverTime, _) if moment.base.is_empty() => "rows without a branch".to_owned(),
        (Occasion::OverTime, _) => format!("the latest runs of {}", moment.base),
    };
    GateReport { judged, preset: String::new(), verdicts }
}

fn judge_one(gate: &Gate, history: &History, moment: &Moment) -> Vec<GateVerdict> {
    let mut verdicts = Vec::new();
    for metric in &gate.metrics {
        let all = collect(metric, &gate.selector, history);
        let scope = Scope { gate, metric, moment, all: &all };
        let before = verdicts.len();
        verdicts.extend(all.iter().filter_map(|series| scope.judge(series)));
        if verdicts.len() == before {
            verdicts.push(scope.nothing());
        }
    }
    verdicts
}

/// One gate on one metric, with all the series it found.
struct Scope<'all> {
    gate: &'all Gate,
    metric: &'all Metric,
    moment: &'all Moment,
    all: &'all [Series],
}

/// What is taken of a series.
enum Taking<'gate> {
    /// The value of the run at hand, or the newest.
    AtHand,
    /// The values of the latest runs of a branch.
    Window(usize, &'gate str),
}

impl Scope<'_> {
    /// Judges one series; `None` when it has no part in what is judged.
    fn judge(&self, series: &Series) -> Option<GateVerdict> {
        let (statistic, taking) = self.plan(series.better);
        let points = self.points(series, &taking);
        let newest = points.last()?;
        let window = match taking {
            Taking::AtHand => None,
            Taking::Window(runs, _) => Some(runs).filter(|_| statistic != Statistic::Last),
        };
        let judged: Vec<&Point> = if window.is_some() { points.clone() } else { vec![newest] };
        let mut verdict = self.blank(series, statistic);
        verdict.basis = basis(&judged, window);
        let least = self.gate.min_samples.min(window.unwrap_or(1));
        if judged.len() < least {
            verdict.why = format!("{} of at least {least} values that the window needs", judged.len());
            return Some(verdict);
        }
        let value = summarize(statistic, &judged)?;
        verdict.observed = Some(value);
        let observed = Observed { value, unit: series.unit, unit_text: &series.unit_text, better: series.better };
        let checks = observed.checks(self.gate, &self.baselines(series, &newest.key));
        Some(with_worst(verdict, checks))
    }

    /// Settles what is judged: what the gate says, or what is usual for the kind of metric.
    fn plan(&self, better: Better) -> (Statistic, Taking<'_>) {
        let window = || {
            let window = self.gate.window.as_ref();
            let branch = window.and_then(|window| window.branch.as_deref()).unwrap_or(&self.moment.base);
            Taking::Window(window.map_or(WINDOW, |window| window.runs), branch)
        };
        let p95 = Percent::new(95).unwrap_or(Percent::MEDIAN);
        let high = Statistic::Quantile(if better == Better::Higher { p95.mirrored() } else { p95 });
        // A gate that only compares judges the newest value: its window is the baseline's, and a
        // percentile of the very runs it is compared with would hide what changed.
        let compares = self.gate.warn.is_none() && self.gate.fail.is_none();
        let at_hand = self.moment.occasion == Occasion::AtHand && (self.gate.window.is_none() || compares);
        let rate = self.metric.kind == Kind::Rate;
        if at_hand && matches!((self.gate.statistic, rate), (Some(Statistic::Last), _) | (None, false)) {
            return (Statistic::Last, Taking::AtHand);
        }
        let usual = match self.metric.kind {
            Kind::Sample | Kind::Share | Kind::State if compares => Statistic::Last,
            Kind::Rate | Kind::Share => Statistic::Mean,
            Kind::State if self.gate.window.is_none() => Statistic::Last,
            Kind::Sample | Kind::State => high,
        };
        (self.gate.statistic.unwrap_or(usual), window())
    }

    /// Takes the points that are judged, oldest first; none when the series has no part in them,
    /// as a job that was removed has none in the latest runs.
    fn points<'series>(&self, series: &'series Series, taking: &Taking<'_>) -> Vec<&'series Point> {
        let keys: BTreeSet<&PointKey> = match taking {
            Taking::AtHand => {
                let here = |point: &&Point| self.moment.run.is_some() && point.run == self.moment.run;
                let at_hand: BTreeSet<&PointKey> =
                    self.all.iter().flat_map(|series| &series.points).filter(here).map(|point| &point.key).collect();
                if at_hand.is_empty() { self.latest(series, 1, None) } else { at_hand }
            }
            Taking::Window(runs, branch) => self.latest(series, *runs, Some(branch)),
        };
        series.points.iter().filter(|point| keys.contains(&point.key)).collect()
    }

    /// Returns the latest runs of a branch in which any series of the same group has a value.
    fn latest(&self, series: &Series, runs: usize, branch: Option<&str>) -> BTreeSet<&PointKey> {
        let together = self.all.iter().filter(|other| other.group == series.group);
        let mut points: Vec<&Point> =
            together.flat_map(|other| &other.points).filter(|point| self.is_of(point, branch)).collect();
        points.sort_by(|left, right| (right.at, &right.key).cmp(&(left.at, &left.key)));
        let mut keys = BTreeSet::new();
        for point in points {
            if keys.len() == runs && !keys.contains(&point.key) {
                break;
            }
            keys.insert(&point.key);
        }
        keys
    }

    fn is_of(&self, point: &Point, branch: Option<&str>) -> bool {
        !self.metric.is_of_runs() || branch.is_none_or(|branch| point.branch == branch)
    }

    /// Finds what relative bounds compare with: values of the base branch other than the one judged.
    fn baselines(&self, series: &Series, judged: &PointKey) -> Baselines {
        let base = Some(self.moment.base.as_str());
        let earlier: Vec<&Point> =
            series.points.iter().filter(|point| point.key != *judged && self.is_of(point, base)).collect();
        let branch = &self.moment.base;
        let latest = match earlier.last() {
            Some(point) => Ok(Baseline {
                value: point.value(),
                statistic: "last".to_owned(),
                spread: None,
                basis: basis(&[point], None),
            }),
            None => Err(format!("{branch} has no value to compare with")),
        };
        let runs = self.gate.window.as_ref().map_or(WINDOW, |window| window.runs);
        let recent: Vec<&Point> = earlier.iter().skip(earlier.len().saturating_sub(runs)).copied().collect();
        let sample = Sample::new(recent.iter().map(|point| point.value()));
        let enough = sample.len() >= self.gate.min_samples.min(runs);
        let median = match sample.median().filter(|_| enough) {
            Some(value) => {
                let spread = sample.median_absolute_deviation();
                let basis = basis(&recent, Some(runs));
                Ok(Baseline { value, statistic: "median".to_owned(), spread, basis })
            }
            None => Err(format!(
                "{branch} has {} of at least {} values to compare with",
                sample.len(),
                self.gate.min_samples
            )),
        };
        Baselines { latest, median }
    }

    /// The verdict when no series has a value to judge.
    fn nothing(&self) -> GateVerdict {
        let (statistic, taking) = self.plan(self.metric.better);
        let file = self.metric.table.table().file_name();
        let why = match (self.all.is_empty(), taking) {
            (false, Taking::Window(_, branch)) => format!("{file} has no value of it on branch {branch}"),
            (false, Taking::AtHand) | (true, _) => format!("{file} has no value of it"),
        };
        let none = Series {
            name: self.gate.selector.to_string(),
            unit: self.metric.unit,
            unit_text: String::new(),
            better: self.metric.better,
            points: Vec::new(),
            group: String::new(),
        };
        GateVerdict { why, ..self.blank(&none, statistic) }
    }

    /// A verdict that has not been reached yet.
    fn blank(&self, series: &Series, statistic: Statistic) -> GateVerdict {
        GateVerdict {
            metric: self.gate.selector.to_string(),
            series: series.name.clone(),
            verdict: Verdict::NoData,
            on_no_data: self.gate.on_no_data,
            statistic: statistic.word(),
            observed: None,
            unit: series.unit,
            unit_text: if series.unit == Unit::Other { series.unit_text.clone() } else { String::new() },
            threshold: self.gate.first_bound(),
            basis: Basis::default(),
            baseline: None,
            why: String::new(),
            origin: self.gate.origin.clone(),
        }
    }
}

/// Takes the worst of the checks over; of equally bad ones the first, which is the strictest.
fn with_worst(mut verdict: GateVerdict, checks: Vec<Check>) -> GateVerdict {
    let baseline = checks.iter().find_map(|check| check.baseline.clone());
    let worst = checks.into_iter().rev().max_by_key(|check| check.verdict);
    if let Some(check) = worst {
        verdict.verdict = check.verdict;
        verdict.threshold = check.bound;
        verdict.why = check.why;
        verdict.baseline = check.baseline.or(baseline);
    }
    verdict
}

fn summarize(statistic: Statistic, points: &[&Point]) -> Option<f64> {
    let sample = || Sample::new(points.iter().map(|point| point.value()));
    match statistic {
        Statistic::Last => points.last().map(|point| point.value()),
        Statistic::Mean => Some(Point::pooled(points)),
        Statistic::Quantile(percent) => sample().quantile(percent),
        Statistic::Max => sample().max(),
        Statistic::Min => sample().min(),
    }
}

fn basis(points: &[&Point], window: Option<usize>) -> Basis {
    let branches: BTreeSet<&str> = points.iter().map(|point| point.branch.as_str()).collect();
    let newest = points.last();
    Basis {
        count: points.len(),
        window,
        branch: branches.into_iter().collect::<Vec<_>>().join(", "),
        run: newest.and_then(|point| point.run),
        commit: newest.map(|point| point.commit.clone()).unwrap_or_default(),
        at: newest.and_then(|point| point.at),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::selector::Selector;
    use super::super::settings::{Compare, MIN_SAMPLES, Tolerance, Window};
    use super::super::threshold::{Threshold, Worsening};
    use super::*;
    use crate::model::history::{Cell, Row, TableId};
    use crate::model::place::Position;
    use crate::model::verdict::{OnNoData, Origin};

    fn gate(metric: &str) -> Gate {
        let (selector, metrics) = Selector::parse(metric).unwrap();
        Gate {
            selector,
            metrics,
            statistic: None,
            window: None,
            warn: None,
            fail: None,
            no_drop: None,
            no_rise: None,
            compare: None,
            min_samples: MIN_SAMPLES,
            on_no_data: OnNoData::Warn,
            origin: Origin { file: "p.yml".to_owned(), position: Some(Position { line: 1, column: 1 }) },
        }
    }

    fn failing(metric: &str, bound: &str) -> Gate {
        Gate { fail: Some(Threshold::parse(bound).unwrap()), ..gate(metric) }
    }

    fn at_hand(run: i64) -> Moment {
        Moment { occasion: Occasion::AtHand, run: Some(run), base: "main".to_owned() }
    }

    fn over_time() -> Moment {
        Moment { occasion: Occasion::OverTime, run: None, base: "main".to_owned() }
    }

    fn row(table: TableId, run: i64, attempt: i64, branch: &str) -> Row {
        let time = jiff::Timestamp::from_second(1_770_000_000 + run * 3600 + attempt).unwrap();
        Row::new(table)
            .with("workflow", Cell::text("CI"))
            .with("run_id", Cell::integer(run))
            .with("run_attempt", Cell::integer(attempt))
            .with("job_id", Cell::integer(run * 100 + attempt))
            .with("job", Cell::text("build"))
            .with("branch", Cell::text(branch))
            .with("commit", Cell::text(format!("{run:040x}")))
            .with(table.table().time, Cell::time(time))
    }

    fn built(run: i64, attempt: i64, branch: &str, conclusion: &str, seconds: f64) -> Row {
        row(TableId::StageMetrics, run, attempt, branch)
            .with("stage", Cell::text("build"))
            .with("conclusion", Cell::text(conclusion))
            .with("duration_s", Cell::number(seconds))
    }

    fn measured(run: i64, branch: &str, name: &str, labels: &str, value: f64) -> Row {
        row(TableId::Measurements, run, 1, branch)
            .with("job_id", Cell::integer(run * 100 + i64::from(u8::from(!labels.is_empty()))))
            .with("name", Cell::text(name))
            .with("labels", Cell::text(labels))
            .with("value", Cell::number(value))
    }

    /// Builds of 100 s, 200 s, … on main.
    fn builds(count: i32) -> Vec<Row> {
        (1..=count).map(|run| built(run.into(), 1, "main", "success", 100.0 * f64::from(run))).collect()
    }

    fn judged(gate: Gate, rows: Vec<Row>, moment: &Moment) -> Vec<GateVerdict> {
        judge(&[gate], &History::from_rows(rows), moment).verdicts
    }

    fn one(gate: Gate, rows: Vec<Row>, moment: &Moment) -> GateVerdict {
        let mut verdicts = judged(gate, rows, moment);
        assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
        verdicts.remove(0)
    }

    #[test]
    fn a_run_at_hand_is_judged_by_itself() {
        let mut rows = builds(10);
        rows.push(built(11, 1, "feature", "success", 3000.0));
        let verdict = one(failing("build.duration_s", "> 40min"), rows.clone(), &at_hand(11));
        assert_eq!((verdict.verdict, verdict.observed, verdict.basis.run), (Verdict::Fail, Some(3000.0), Some(11)));
        assert_eq!(verdict.series, "build.duration_s{workflow=CI}");
        assert_eq!(verdict.why, "50min is above 40min");
        let other = one(failing("build.duration_s", "> 40min"), rows, &at_hand(99));
        assert_eq!((other.observed, other.basis.branch.as_str()), (Some(3000.0), "feature"), "the newest stands in");
    }

    #[test]
    fn over_time_the_latest_runs_of_the_base_branch_are_judged() {
        let mut rows = builds(30);
        rows.push(built(31, 1, "feature", "success", 99_999.0));
        let verdict = one(failing("build.duration_s", "> 40min"), rows.clone(), &over_time());
        assert_eq!((verdict.statistic.as_str(), verdict.basis.count, verdict.basis.window), ("p95", 20, Some(20)));
        // The last 20 are 1100 s to 3000 s; the 95th percentile lies at rank 19 · 0.95 = 18.05.
        assert!((verdict.observed.unwrap() - 2905.0).abs() < 1e-9);
        let window = Window { runs: 3, branch: Some("feature".to_owned()) };
        let gate = Gate { window: Some(window), min_samples: 1, ..failing("build.duration_s", "> 40min") };
        assert_eq!(one(gate, rows, &at_hand(30)).observed, Some(99_999.0));
    }

    #[test]
    fn too_few_values_are_no_data_and_say_so() {
        let verdict = one(failing("build.duration_s", "> 1s"), builds(4), &over_time());
        assert_eq!(verdict.verdict, Verdict::NoData);
        assert_eq!(verdict.why, "4 of at least 5 values that the window needs");
        let small = Gate { window: Some(Window { runs: 4, branch: None }), ..failing("build.duration_s", "> 1s") };
        assert_eq!(one(small, builds(4), &over_time()).verdict, Verdict::Fail, "a window of four cannot hold five");
    }

    #[test]
    fn reruns_and_cancelled_jobs_are_left_out() {
        let rows = vec![
            built(1, 1, "main", "failure", 10.0),
            built(1, 2, "main", "success", 500.0),
            built(1, 3, "main", "success", 900.0),
            built(2, 1, "main", "cancelled", 9999.0),
            built(3, 1, "main", "failure", 20.0),
            built(3, 2, "main", "failure", 30.0),
            built(4, 1, "main", "", 9999.0),
        ];
        let gate = Gate { statistic: Some(Statistic::Max), min_samples: 2, ..failing("build.duration_s", "> 1h") };
        let verdict = one(gate.clone(), rows.clone(), &over_time());
        assert_eq!((verdict.observed, verdict.basis.count), (Some(500.0), 2));
        let least = Gate { statistic: Some(Statistic::Min), ..gate };
        assert_eq!(one(least, rows, &over_time()).observed, Some(30.0));
    }

    #[test]
    fn every_series_is_judged_and_stale_ones_are_not() {
        let mut rows = vec![measured(1, "main", "benchmark.gone", "", 1.0)];
        for run in 2..9 {
            rows.push(measured(run, "main", "benchmark.parse", "", 10.0));
            rows.push(
                measured(run, "main", "benchmark.print", "size=large", 10.0).with("better", Cell::text("higher")),
            );
        }
        rows.push(measured(9, "feature", "benchmark.parse", "", 15.1));
        rows.push(measured(9, "feature", "benchmark.print", "size=large", 6.7).with("better", Cell::text("higher")));
        let compare = Compare { warn: None, fail: Some(Worsening::parse("+50%").unwrap()) };
        let gate = Gate { compare: Some(compare), ..gate("benchmark.*") };
        let verdicts = judged(gate, rows, &at_hand(9));
        let found: Vec<(&str, Verdict)> =
            verdicts.iter().map(|verdict| (verdict.series.as_str(), verdict.verdict)).collect();
        assert_eq!(found, [("benchmark.parse", Verdict::Fail), ("benchmark.print{size=large}", Verdict::Pass)]);
        let baseline = verdicts[0].baseline.as_ref().unwrap();
        assert_eq!((baseline.value, baseline.spread, baseline.basis.count), (10.0, Some(0.0), 7));
    }

    #[test]
    fn a_baseline_with_too_few_values_is_refused() {
        let rows = vec![measured(1, "main", "benchmark.a", "", 1.0), measured(2, "feature", "benchmark.a", "", 9.0)];
        let compare = Compare { warn: None, fail: Some(Worsening::parse("+50%").unwrap()) };
        let verdict = one(Gate { compare: Some(compare), ..gate("benchmark.*") }, rows, &at_hand(2));
        assert_eq!(
            (verdict.verdict, verdict.why.as_str()),
            (Verdict::NoData, "main has 1 of at least 5 values to compare with")
        );
    }

    #[test]
    fn a_gate_that_only_compares_judges_the_newest_value() {
        let mut rows: Vec<Row> = (1..=20).map(|run| measured(run, "main", "benchmark.a", "", 10.0)).collect();
        rows.push(measured(21, "main", "benchmark.a", "", 20.0));
        let compare = Some(Compare { warn: None, fail: Some(Worsening::parse("+50%").unwrap()) });
        let gate = Gate { compare, ..gate("benchmark.*") };
        let windowed = Gate { window: Some(Window { runs: 10, branch: None }), ..gate.clone() };
        for (gate, count) in [(gate, 20), (windowed, 10)] {
            for moment in [over_time(), at_hand(21)] {
                let verdict = one(gate.clone(), rows.clone(), &moment);
                assert_eq!((verdict.verdict, verdict.observed), (Verdict::Fail, Some(20.0)));
                assert_eq!(verdict.baseline.unwrap().basis.count, count);
            }
        }
    }

    #[test]
    fn drops_and_rises_are_held_against_the_latest_of_the_base_branch() {
        let drop = |text: &str| Some(Tolerance::parse(text).unwrap());
        let rows = |value: f64| {
            vec![
                measured(1, "main", "coverage.line", "", 0.95),
                measured(2, "main", "coverage.line", "", 0.85),
                measured(3, "feature", "coverage.line", "", value),
            ]
        };
        let gate = Gate { no_drop: drop("0.5%"), ..gate("coverage.line") };
        assert_eq!(one(gate.clone(), rows(0.845), &at_hand(3)).verdict, Verdict::Pass);
        let failed = one(gate.clone(), rows(0.84), &at_hand(3));
        assert_eq!((failed.verdict, failed.why.as_str()), (Verdict::Fail, "84% is 1% lower than 85% on main"));
        let alone = one(gate, vec![measured(3, "feature", "coverage.line", "", 0.5)], &at_hand(3));
        assert_eq!(alone.why, "main has no value to compare with");
        let sizes = vec![
            measured(1, "main", "size.bytes", "name=app", 1000.0),
            measured(2, "feature", "size.bytes", "name=app", 1021.0),
        ];
        let gate = Gate { no_rise: drop("2%"), ..self::gate("size.bytes{name=app}") };
        assert_eq!(one(gate, sizes, &at_hand(2)).verdict, Verdict::Fail, "a percentage of what is none is relative");
    }

    #[test]
    fn shares_are_pooled() {
        let restored = |run: i64, step: i64, result: &str| {
            row(TableId::CacheHits, run, 1, "main")
                .with("step_number", Cell::integer(step))
                .with("cache", Cell::text("cargo"))
                .with("result", Cell::text(result))
        };
        let mut rows: Vec<Row> = (1..=9).map(|step| restored(1, step, "exact")).collect();
        rows.extend([restored(1, 10, "lookup"), restored(2, 1, "miss")]);
        let gate = Gate { min_samples: 2, ..failing("cache.hit_rate", "< 80%") };
        let verdict = one(gate.clone(), rows.clone(), &over_time());
        assert_eq!((verdict.observed, verdict.verdict), (Some(0.9), Verdict::Pass), "9 of 10, not the mean of 1 and 0");
        assert_eq!(one(gate, rows, &at_hand(2)).observed, Some(0.0));
    }

    #[test]
    fn rates_of_runs_need_a_window_even_for_a_run_at_hand() {
        let ended = |run: i64, word: &str| row_of_run(run).with("conclusion", Cell::text(word));
        let rows = (1..=10).map(|run| ended(run, if run == 10 { "failure" } else { "success" })).collect();
        let verdict = one(failing("run.failure_rate", "> 5%"), rows, &at_hand(10));
        assert_eq!((verdict.observed, verdict.statistic.as_str()), (Some(0.1), "mean"));
    }

    fn row_of_run(run: i64) -> Row {
        let time = jiff::Timestamp::from_second(1_770_000_000 + run * 3600).unwrap();
        Row::new(TableId::RunMetrics)
            .with("workflow", Cell::text("CI"))
            .with("run_id", Cell::integer(run))
            .with("run_attempt", Cell::integer(1))
            .with("branch", Cell::text("main"))
            .with("started_at", Cell::time(time))
    }

    #[test]
    fn findings_nobody_has_are_none_rather_than_unknown() {
        let found = |severity: &str, findings: i64| {
            row(TableId::LintHistory, 7, 1, "main")
                .with("group", Cell::text("syntax"))
                .with("severity", Cell::text(severity))
                .with("findings", Cell::integer(findings))
        };
        let gate = || failing("lint.findings{severity=error}", "> 0");
        assert_eq!(one(gate(), vec![found("warning", 3)], &at_hand(7)).observed, Some(0.0));
        assert_eq!(one(gate(), vec![found("warning", 3), found("error", 2)], &at_hand(7)).observed, Some(2.0));
        assert_eq!(one(gate(), Vec::new(), &at_hand(7)).verdict, Verdict::NoData);
    }

    #[test]
    fn scores_are_found_by_category() {
        let score = row(TableId::ScoreHistory, 7, 1, "main")
            .with("profile", Cell::text("service"))
            .with("overall", Cell::number(6.6))
            .with("ci_pipeline", Cell::number(9.0))
            .with("security", Cell::number(5.0));
        let verdict = one(failing("score.overall", "< 7.0"), vec![score.clone()], &over_time());
        assert_eq!((verdict.verdict, verdict.why.as_str()), (Verdict::Fail, "6.6 is below 7"));
        assert_eq!(one(failing("score.ci_pipeline", "< 7"), vec![score.clone()], &over_time()).verdict, Verdict::Pass);
        assert_eq!(judged(failing("score.*", "< 7"), vec![score], &over_time()).len(), 2);
    }

    #[test]
    fn a_configured_gate_replaces_the_presets() {
        let preset = |gate: Gate| Gate { origin: Origin { file: "standard".to_owned(), position: None }, ..gate };
        let rows = History::from_rows([
            measured(1, "main", "size.bytes", "name=a", 5.0),
            measured(1, "main", "size.bytes", "name=b", 5.0).with("job_id", Cell::integer(7)),
        ]);
        let gates = [
            failing("size.bytes{name=a}", "> 10 B"),
            failing("coverage.line", "< 50%"),
            preset(failing("size.bytes", "> 1 B")),
            preset(failing("coverage.line", "< 80%")),
        ];
        let report = judge(&gates, &rows, &at_hand(1));
        let found: Vec<(&str, &str, Verdict)> = report
            .verdicts
            .iter()
            .map(|verdict| (verdict.series.as_str(), verdict.threshold.as_str(), verdict.verdict))
            .collect();
        assert_eq!(
            found,
            [
                ("size.bytes{name=b}", "> 1 B", Verdict::Fail),
                ("coverage.line", "< 50%", Verdict::NoData),
                ("size.bytes{name=a}", "> 10 B", Verdict::Pass),
            ]
        );
    }

    #[test]
    fn a_bound_that_does_not_fit_a_series_is_no_data() {
        let rows = vec![measured(1, "main", "benchmark.a", "", 5.0).with("unit", Cell::text("ns"))];
        let verdict = one(failing("benchmark.a", "> 1us"), rows.clone(), &at_hand(1));
        assert_eq!((verdict.verdict, verdict.why.as_str()), (Verdict::Pass, "5 ns is not above 1000 ns"));
        let verdict = one(failing("benchmark.a", "> 1 MB"), rows, &at_hand(1));
        assert!(verdict.verdict == Verdict::NoData && verdict.why.contains("a duration was expected"));
    }

    proptest! {
        #[test]
        fn a_worse_value_never_gives_a_better_verdict(
            value in 0.0..100.0_f64, further in 0.0..100.0_f64, warn in 0_u32..100, fail in 0_u32..100,
            base in prop::collection::vec(1.0..100.0_f64, 0..8), higher in any::<bool>()
        ) {
            let sign = if higher { "<" } else { ">" };
            let threshold = |bound: u32| Some(Threshold::parse(&format!("{sign} {bound}")).unwrap());
            let tolerance = Some(Tolerance::parse("5").unwrap());
            let gate = Gate {
                warn: threshold(warn),
                fail: threshold(fail),
                no_drop: tolerance.clone().filter(|_| higher),
                no_rise: tolerance.filter(|_| !higher),
                compare: Some(Compare { warn: Some(Worsening::parse("10%").unwrap()), fail: Some(Worsening::parse("50%").unwrap()) }),
                ..gate("benchmark.*")
            };
            let verdict = |value: f64| {
                let better = Cell::text(if higher { "higher" } else { "lower" });
                let mut rows: Vec<Row> = (1..).zip(&base).map(|(run, value)| measured(run, "main", "benchmark.a", "", *value)).collect();
                rows.push(measured(99, "feature", "benchmark.a", "", value));
                let rows = rows.into_iter().map(|row| row.with("better", better.clone())).collect();
                one(gate.clone(), rows, &at_hand(99)).verdict
            };
            let worse = if higher { value - further } else { value + further };
            prop_assert!(verdict(worse) >= verdict(value));
        }

        #[test]
        fn a_longer_build_never_helps_any_statistic(
            values in prop::collection::vec(1.0..5000.0_f64, 1..25), at in 0_usize..25, further in 0.0..5000.0_f64,
            percent in 1_u8..100
        ) {
            let statistics = [Statistic::Last, Statistic::Mean, Statistic::Max, Statistic::Min, Statistic::Quantile(Percent::new(percent).unwrap())];
            for statistic in statistics {
                let gate = Gate { statistic: Some(statistic), min_samples: 1, ..failing("build.duration_s", "> 2000s") };
                let verdict = |values: &[f64]| {
                    let rows = (1..).zip(values).map(|(run, value)| built(run, 1, "main", "success", *value)).collect();
                    one(gate.clone(), rows, &over_time()).verdict
                };
                let mut worse = values.clone();
                let place = at % worse.len();
                worse[place] += further;
                prop_assert!(verdict(&worse) >= verdict(&values));
            }
        }
    }
}
