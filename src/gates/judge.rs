//! Holds every series of every gate against its bounds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::history::History;
use crate::model::levels::Levels;
use crate::model::unit::Unit;
use crate::model::verdict::{Basis, GateReport, GateVerdict, Verdict};
use crate::stats::{Percent, Sample};

use super::accepted::Acceptance;
use super::bounds::{Check, Observed};
use super::metric::{Better, Kind, Metric};
use super::past::{Past, basis};
use super::series::{Point, PointKey, Series, collect};
use super::settings::{Accepted, Gate, Statistic, WINDOW};

/// What is held against the tables.
#[derive(Clone, Copy, Debug)]
pub struct Gates<'config> {
    /// The gates.
    pub gates: &'config [Gate],
    /// The levels that are accepted.
    pub accepted: &'config [Accepted],
    /// The goals, each a gate of its own, which takes no preset's place.
    pub goals: &'config [Gate],
    /// The saved baselines that gates and goals name.
    pub saved: &'config BTreeMap<String, Levels>,
    /// What time it is, for goals.
    pub now: Timestamp,
}

static NOTHING_SAVED: BTreeMap<String, Levels> = BTreeMap::new();

impl<'config> Gates<'config> {
    /// Takes gates alone.
    pub fn only(gates: &'config [Gate]) -> Self {
        Self { gates, accepted: &[], goals: &[], saved: &NOTHING_SAVED, now: Timestamp::UNIX_EPOCH }
    }
}

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
pub fn judge(gates: &Gates<'_>, history: &History, moment: &Moment) -> GateReport {
    let acceptance = Acceptance::new(gates.accepted, history);
    let judge_one = |gate: &Gate| judge_one(gate, gates, &acceptance, history, moment);
    let (own, preset): (Vec<&Gate>, Vec<&Gate>) = gates.gates.iter().partition(|gate| gate.origin.position.is_some());
    let mut verdicts: Vec<GateVerdict> = own.iter().copied().flat_map(judge_one).collect();
    let judged: BTreeSet<String> =
        verdicts.iter().flat_map(|verdict| [verdict.series.clone(), verdict.metric.clone()]).collect();
    for gate in preset.iter().filter(|gate| !judged.contains(&gate.selector.to_string())) {
        let further = judge_one(gate);
        verdicts.extend(further.into_iter().filter(|verdict| !judged.contains(&verdict.series)));
    }
    verdicts.extend(gates.goals.iter().flat_map(judge_one));
    verdicts.sort_by_key(|verdict| std::cmp::Reverse(verdict.verdict));
    let judged = match (moment.occasion, moment.run) {
        (Occasion::AtHand, Some(run)) => format!("run {run}"),
        (Occasion::AtHand, None) => "the newest rows".to_owned(),
        (Occasion::OverTime, _) if moment.base.is_empty() => "rows without a branch".to_owned(),
        (Occasion::OverTime, _) => format!("the latest runs of {}", moment.base),
    };
    GateReport { judged, preset: String::new(), remarks: acceptance.remarks(), verdicts }
}

fn judge_one(
    gate: &Gate,
    gates: &Gates<'_>,
    acceptance: &Acceptance<'_>,
    history: &History,
    moment: &Moment,
) -> Vec<GateVerdict> {
    let mut verdicts = Vec::new();
    for metric in &gate.metrics {
        let all = collect(metric, &gate.selector, history);
        let scope = Scope { gate, metric, moment, gates, acceptance, history, all: &all };
        let before = verdicts.len();
        verdicts.extend(all.iter().filter_map(|series| scope.judge(series)));
        if verdicts.len() == before {
            verdicts.push(scope.nothing());
        }
    }
    verdicts
}

/// One gate on one metric, with all the series it found.
pub(super) struct Scope<'all> {
    pub(super) gate: &'all Gate,
    pub(super) metric: &'all Metric,
    pub(super) moment: &'all Moment,
    gates: &'all Gates<'all>,
    acceptance: &'all Acceptance<'all>,
    pub(super) history: &'all History,
    pub(super) all: &'all [Series],
}

/// What is taken of a series.
enum Taking<'gate> {
    /// The value of the run at hand, or the newest.
    AtHand,
    /// The values of the latest runs of a branch; of all of them within the window's time where it counts none.
    Window(Option<usize>, &'gate str),
}

impl Scope<'_> {
    /// Judges one series; `None` when it has no part in what is judged.
    fn judge(&self, series: &Series) -> Option<GateVerdict> {
        let (statistic, taking) = self.plan(series.better);
        let points = self.points(series, &taking);
        let mut verdict = self.blank(series, statistic);
        let Some(newest) = points.last() else {
            verdict.why = self.absence(series).filter(|_| matches!(taking, Taking::AtHand))?;
            return Some(verdict);
        };
        let window = match taking {
            Taking::AtHand => None,
            Taking::Window(runs, _) => Some(runs.unwrap_or(points.len())).filter(|_| statistic != Statistic::Last),
        };
        let judged: Vec<&Point> = if window.is_some() { points.clone() } else { vec![*newest] };
        verdict.basis = basis(&judged, window);
        let room = if let Taking::Window(None, _) = taking { usize::MAX } else { window.unwrap_or(1) };
        let least = self.gate.min_samples.min(room);
        if judged.len() < least {
            verdict.why = format!("{} of at least {least} values that the window needs", judged.len());
            return Some(verdict);
        }
        let value = summarize(statistic, &judged)?;
        verdict.observed = Some(value);
        let observed =
            |value| Observed { value, unit: series.unit, unit_text: &series.unit_text, better: series.better };
        let past = self.past(series, newest);
        let mut checks = observed(value).checks(self.gate, self.metric.kind, &past);
        let saved = |name: &str| self.gates.saved.get(name);
        let goal = self.gate.goal.as_ref();
        checks.extend(
            goal.map(|goal| observed(value).on_the_way(goal, &series.name, saved(goal.from()), self.gates.now)),
        );
        let verdict = with_worst(verdict, checks);
        let Some(compare) = &self.gate.compare else { return Some(verdict) };
        // A comparison is about the newest value, whatever is made of the window for other bounds.
        let compared = match &compare.to {
            None => observed(newest.value()).compared(compare, &past),
            Some(name) => observed(newest.value()).compared_with_saved(compare, name, &series.name, saved(name)),
        };
        let newest = GateVerdict {
            statistic: Statistic::Last.word(),
            observed: Some(newest.value()),
            basis: basis(&[*newest], None),
            ..self.blank(series, Statistic::Last)
        };
        Some(worse(verdict, with_worst(newest, vec![compared]), self.gate.has_bound_but_comparison()))
    }

    /// Settles what is judged: what the gate says, or what is usual for the kind of metric.
    fn plan(&self, better: Better) -> (Statistic, Taking<'_>) {
        if self.gate.goal.is_some() {
            // A goal is about the level, as its baseline is.
            let statistic = match self.metric.kind {
                Kind::Sample => Statistic::Quantile(Percent::MEDIAN),
                Kind::Share | Kind::Rate => Statistic::Mean,
                Kind::State => Statistic::Last,
            };
            return (statistic, Taking::Window(Some(WINDOW), &self.moment.base));
        }
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
        let window = self.gate.window.as_ref();
        let branch = window.and_then(|window| window.branch.as_deref()).unwrap_or(&self.moment.base);
        let is_timed = window.is_some_and(|window| window.time.is_some());
        let runs = window.and_then(|window| window.runs).or((!is_timed).then_some(WINDOW));
        (self.gate.statistic.unwrap_or(usual), Taking::Window(runs, branch))
    }

    /// Takes the points that are judged, oldest first; none when the series has no part in them,
    /// as a job that was removed has none in the latest runs.
    fn points<'series>(&self, series: &'series Series, taking: &Taking<'_>) -> Vec<&'series Point> {
        let keys: BTreeSet<&PointKey> = match taking {
            Taking::AtHand => {
                let at_hand: BTreeSet<&PointKey> = self.at_hand().map(|point| &point.key).collect();
                if at_hand.is_empty() { self.latest(series, 1, |_| true) } else { at_hand }
            }
            Taking::Window(runs, branch) => {
                self.latest(series, runs.unwrap_or(usize::MAX), |point| self.is_counted(point, branch))
            }
        };
        series.points.iter().filter(|point| keys.contains(&point.key)).collect()
    }

    /// Returns the points of the run at hand, of all series.
    pub(super) fn at_hand(&self) -> impl Iterator<Item = &Point> {
        let here = |point: &&Point| self.moment.run.is_some() && point.run == self.moment.run;
        self.all.iter().flat_map(|series| &series.points).filter(here)
    }

    /// Returns the latest runs that count in which any series of the same group has a value.
    pub(super) fn latest(&self, series: &Series, runs: usize, counts: impl Fn(&Point) -> bool) -> BTreeSet<&PointKey> {
        let together = self.all.iter().filter(|other| other.group == series.group);
        let mut points: Vec<&Point> = together.flat_map(|other| &other.points).filter(|point| counts(point)).collect();
        points.sort_by(|left, right| (right.at, &right.key).cmp(&(left.at, &left.key)));
        let time = self.gate.window.as_ref().and_then(|window| window.time);
        let newest = points.first().and_then(|newest| newest.at);
        let since = time.zip(newest).and_then(|(time, newest)| newest.checked_sub(time).ok());
        let mut keys = BTreeSet::new();
        for point in points {
            if since.is_some() && point.at <= since || keys.len() == runs && !keys.contains(&point.key) {
                break;
            }
            keys.insert(&point.key);
        }
        keys
    }

    /// Tells whether a point is of a branch, and of the event that the window asks for.
    fn is_counted(&self, point: &Point, branch: &str) -> bool {
        let event = self.gate.window.as_ref().and_then(|window| window.event.as_deref());
        !self.metric.is_of_runs() || point.branch == branch && event.is_none_or(|event| point.event == event)
    }

    /// Finds what relative bounds compare with: values of the base branch before the judged one.
    fn past<'past>(&'past self, series: &'past Series, newest: &'past Point) -> Past<'past> {
        let base = self.moment.base.as_str();
        let accepted = self.acceptance.of(series);
        let on_base = newest.branch == base || !self.metric.is_of_runs();
        let counts = |point: &&Point| {
            let before = if on_base { place(point) < place(newest) } else { point.key != newest.key };
            let current = accepted.as_ref().is_none_or(|level| level.covers(point));
            self.is_counted(point, base) && before && current
        };
        let same_branch = |point: &&Point| point.branch == newest.branch && place(point) <= place(newest);
        let usual = || self.gate.compare.as_ref().and_then(|compare| compare.test).map_or(WINDOW, |test| test.window());
        Past {
            branch: base,
            all: series.points.iter().filter(counts).collect(),
            runs: self.gate.window.as_ref().and_then(|window| window.runs).unwrap_or_else(usual),
            min_samples: self.gate.min_samples,
            judged: series.points.iter().filter(same_branch).collect(),
            accepted: accepted.map(|level| level.words()).unwrap_or_default(),
        }
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
            base: String::new(),
            labels: Vec::new(),
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

/// Returns the worse verdict, the comparison's where there is no other bound.
fn worse(bounds: GateVerdict, comparison: GateVerdict, has_bounds: bool) -> GateVerdict {
    if !has_bounds || comparison.verdict > bounds.verdict {
        return comparison;
    }
    let baseline = bounds.baseline.clone().or(comparison.baseline);
    GateVerdict { baseline, ..bounds }
}

/// Returns what points are ordered by.
fn place(point: &Point) -> (Option<Timestamp>, &PointKey) {
    (point.at, &point.key)
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

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::super::own::unknown_names;
    use super::super::samples::{
        at_hand, builds, built, failing, gate, judged, measured, one, over_time, row, worse_than,
    };
    use super::super::selector::Selector;
    use super::super::settings::{Compare, Mark, Tolerance, Window};
    use super::super::threshold::{Threshold, Worsening};
    use super::*;
    use crate::model::history::{Cell, Row, TableId};
    use crate::model::place::Position;
    use crate::model::verdict::Origin;

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
        let window = Window { runs: Some(3), time: None, branch: Some("feature".to_owned()), event: None };
        let gate = Gate { window: Some(window), min_samples: 1, ..failing("build.duration_s", "> 40min") };
        assert_eq!(one(gate, rows, &at_hand(30)).observed, Some(99_999.0));
    }

    #[test]
    fn a_window_of_time_takes_what_is_no_older() {
        let within = |hours: i64| {
            let time = Some(SignedDuration::from_hours(hours));
            let window = Some(Window { runs: None, time, branch: None, event: None });
            one(Gate { window, ..failing("build.duration_s", "> 40min") }, builds(30), &over_time())
        };
        // A run an hour, each a hundred seconds longer than the one before.
        let verdict = within(10);
        assert_eq!((verdict.basis.count, verdict.basis.window), (10, Some(10)));
        assert!((verdict.observed.unwrap() - 2955.0).abs() < 1e-9, "{verdict:?}");
        assert_eq!(within(24 * 365).basis.count, 30);
        assert_eq!(within(3).why, "3 of at least 5 values that the window needs");
    }

    #[test]
    fn too_few_values_are_no_data_and_say_so() {
        let verdict = one(failing("build.duration_s", "> 1s"), builds(4), &over_time());
        assert_eq!(verdict.verdict, Verdict::NoData);
        assert_eq!(verdict.why, "4 of at least 5 values that the window needs");
        let small = Gate {
            window: Some(Window { runs: Some(4), time: None, branch: None, event: None }),
            ..failing("build.duration_s", "> 1s")
        };
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
        let compare = worse_than("+50%");
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
        let compare = worse_than("+50%");
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
        let compare = Some(worse_than("+50%"));
        let gate = Gate { compare, ..gate("benchmark.*") };
        let windowed =
            Gate { window: Some(Window { runs: Some(10), time: None, branch: None, event: None }), ..gate.clone() };
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
        let time = Timestamp::from_second(1_770_000_000 + run * 3600).unwrap();
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
    fn gaps_are_told_apart_by_their_priority() {
        let score = row(TableId::ScoreHistory, 7, 1, "main")
            .with("profile", Cell::text("service"))
            .with("gaps_critical", Cell::integer(0))
            .with("gaps_high", Cell::integer(2))
            .with("gaps_medium", Cell::integer(5));
        let told = |selector: &str| {
            let verdicts = judged(failing(selector, "> 0"), vec![score.clone()], &over_time());
            verdicts.iter().map(|verdict| (verdict.series.clone(), verdict.verdict)).collect::<Vec<_>>()
        };
        let named = |priority: &str| format!("score.gaps{{profile=service,priority={priority}}}");
        assert_eq!(told("score.gaps{priority=critical}"), [(named("critical"), Verdict::Pass)]);
        assert_eq!(told("score.gaps{priority=high}"), [(named("high"), Verdict::Fail)]);
        assert_eq!(told("score.gaps{profile=service,priority!=high}").len(), 2);
        // A row of before these columns tells nothing of them.
        assert_eq!(told("score.gaps").len(), 3);
        assert_eq!(told("score.gaps{priority=low}").first().map(|(_, verdict)| *verdict), Some(Verdict::NoData));
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
        let report = judge(&Gates::only(&gates), &rows, &at_hand(1));
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

    fn accepted(metric: &str, mark: Mark) -> Accepted {
        let (selector, metrics) = Selector::parse(metric).unwrap();
        let origin = Origin { file: "p.yml".to_owned(), position: Some(Position { line: 9, column: 5 }) };
        Accepted { selector, metrics, mark, reason: "a new machine".to_owned(), origin }
    }

    #[test]
    fn what_came_before_an_accepted_level_is_no_baseline() {
        let rows: Vec<Row> = (1..=20)
            .map(|run| measured(run, "main", "benchmark.a", "", if run <= 10 { 10.0 } else { 20.0 }))
            .chain([measured(21, "feature", "benchmark.a", "", 21.0)])
            .collect();
        let history = History::from_rows(rows);
        let gates = [Gate { compare: Some(worse_than("+20%")), ..gate("benchmark.*") }];
        let judged = |accepted: &[Accepted]| {
            let report = judge(&Gates { accepted, ..Gates::only(&gates) }, &history, &at_hand(21));
            (report.verdicts[0].clone(), report.remarks)
        };
        let (plain, remarks) = judged(&[]);
        assert_eq!((plain.verdict, remarks.len()), (Verdict::Fail, 0));
        let hash = |run: u32| format!("{run:040x}");
        for (mark, count) in [
            (Mark::Since(hash(11)), 10),
            (Mark::After(hash(10)), 10),
            (Mark::From(Timestamp::from_second(1_770_000_000 + 15 * 3600).unwrap()), 6),
        ] {
            let (verdict, remarks) = judged(&[accepted("benchmark.a", mark)]);
            let baseline = verdict.baseline.unwrap();
            assert_eq!(
                (verdict.verdict, baseline.value, baseline.basis.count, remarks.len()),
                (Verdict::Pass, 20.0, count, 0)
            );
            assert!(baseline.accepted.ends_with(": a new machine"));
        }
        let (verdict, _) = judged(&[accepted("benchmark.*", Mark::After(hash(18)))]);
        assert_eq!(verdict.why, "main has 2 of at least 5 values to compare with since its level was accepted");
        let (verdict, remarks) = judged(&[accepted("benchmark.a", Mark::Since("fffffff".to_owned()))]);
        assert_eq!(verdict.verdict, Verdict::Fail);
        assert_eq!(remarks, ["p.yml:9:5: the accepted level of benchmark.a since fffffff fits no value"]);
    }

    #[test]
    fn a_ratchet_holds_the_best_level_there_ever_was() {
        let allowed = |text: &str| Some(Tolerance::parse(text).unwrap());
        let sizes = |newest: f64| {
            let values = [100.0, 90.0, 95.0];
            let main = (1..).zip(values).map(|(run, value)| measured(run, "main", "size.bytes", "name=app", value));
            main.chain([measured(9, "feature", "size.bytes", "name=app", newest)]).collect::<Vec<Row>>()
        };
        let gate = Gate { ratchet: allowed("2%"), ..gate("size.bytes") };
        assert_eq!(one(gate.clone(), sizes(91.5), &at_hand(9)).verdict, Verdict::Pass);
        let failed = one(gate.clone(), sizes(92.0), &at_hand(9));
        assert_eq!((failed.verdict, failed.threshold.as_str()), (Verdict::Fail, "best ever, 2% allowed"));
        assert_eq!(failed.baseline.map(|baseline| baseline.value), Some(90.0));
        // Of what scatters a single lucky value is no level.
        let mut rows = builds(10);
        rows.extend([built(11, 1, "main", "success", 1.0), built(12, 1, "feature", "success", 310.0)]);
        let gate = Gate { ratchet: allowed("10%"), ..self::gate("build.duration_s") };
        let found = one(gate, rows, &at_hand(12));
        assert_eq!((found.verdict, found.baseline.unwrap().value), (Verdict::Pass, 300.0));
    }

    #[test]
    fn a_series_that_the_run_at_hand_lacks_is_named() {
        let mut rows = Vec::new();
        for run in 1..=6 {
            rows.push(measured(run, "main", "benchmark.kept", "", 10.0));
            rows.push(measured(run, "main", "benchmark.removed", "", 10.0));
        }
        rows.push(measured(7, "feature", "benchmark.kept", "", 10.0));
        let gate = Gate { compare: Some(worse_than("+50%")), ..gate("benchmark.*") };
        let found = judged(gate.clone(), rows.clone(), &at_hand(7));
        let words: Vec<(&str, Verdict)> =
            found.iter().map(|verdict| (verdict.series.as_str(), verdict.verdict)).collect();
        assert_eq!(words, [("benchmark.removed", Verdict::NoData), ("benchmark.kept", Verdict::Pass)]);
        assert_eq!(found[0].why, "run 7 has no value of it, though the last 5 runs before it had");
        // Runs that something else started may lack it for good reasons.
        let pushed = rows
            .into_iter()
            .map(|row| if row.integer("run_id") == Some(7) { row } else { row.with("event", Cell::text("push")) });
        assert_eq!(judged(gate, pushed.collect(), &at_hand(7)).len(), 1);
    }

    #[test]
    fn a_window_can_be_of_one_event() {
        let rows: Vec<Row> = (1..=20)
            .map(|run| {
                let (event, seconds) = if run % 2 == 0 { ("push", 10.0) } else { ("schedule", 1000.0) };
                built(run, 1, "main", "success", seconds).with("event", Cell::text(event))
            })
            .collect();
        let of = |event: Option<&str>| {
            let window = Window { runs: None, time: None, branch: None, event: event.map(str::to_owned) };
            one(Gate { window: Some(window), ..failing("build.duration_s", "> 1min") }, rows.clone(), &over_time())
                .verdict
        };
        assert_eq!([of(None), of(Some("push")), of(Some("schedule"))], [Verdict::Fail, Verdict::Pass, Verdict::Fail]);
    }

    #[test]
    fn stages_are_selected_by_the_runner_of_their_job() {
        let mut rows = Vec::new();
        for (run, label, seconds) in [(1, "ubuntu-latest", 60.0), (2, "windows-latest", 6000.0)] {
            rows.push(built(run, 1, "main", "success", seconds));
            rows.push(
                row(TableId::BuildMetrics, run, 1, "main")
                    .with("conclusion", Cell::text("success"))
                    .with("runner_label", Cell::text(label)),
            );
        }
        let of = |label: &str| {
            one(failing(&format!("build.duration_s{{runner_label={label}*}}"), "> 40min"), rows.clone(), &at_hand(9))
        };
        assert_eq!(
            [of("ubuntu").verdict, of("windows").verdict, of("macos").verdict],
            [Verdict::Pass, Verdict::Fail, Verdict::NoData]
        );
    }

    #[test]
    fn measurements_of_ones_own_are_judged_and_slips_are_told() {
        let rows = vec![measured(1, "main", "bundle.gzip", "route=home", 300.0).with("unit", Cell::text("bytes"))];
        let gate = || failing("bundle.gzip", "> 200 B");
        assert_eq!(one(gate(), rows.clone(), &at_hand(1)).why, "300 B is above 200 B");
        let slip = failing("bundle.gzp", "> 200 B");
        let names = |gate: Gate, rows: Vec<Row>| unknown_names(&[gate], &History::from_rows(rows));
        let expected =
            "p.yml:1:1: there is no metric `bundle.gzp`, and no measurement of that name, did you mean `bundle.gzip`?";
        assert_eq!(names(slip.clone(), rows.clone()), [expected]);
        assert_eq!(names(gate(), rows), Vec::<String>::new());
        assert_eq!(names(slip, Vec::new()), Vec::<String>::new(), "the first run has yet to come");
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
                compare: Some(Compare { warn: Some(Worsening::parse("10%").unwrap()), ..worse_than("50%") }),
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
