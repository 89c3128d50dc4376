//! Generated histories whose truth is known.

use proptest::prelude::*;

use super::*;
use crate::model::history::{Cell, History, Row, TableId};
use crate::stats::Sample;

/// A job of the generated workflow: name, setup and work in seconds, what it needs.
const JOBS: &[(&str, f64, f64, &[usize])] = &[
    ("lint", 20.0, 40.0, &[]),
    ("build", 30.0, 270.0, &[]),
    ("unit", 30.0, 210.0, &[1]),
    ("end-to-end", 60.0, 540.0, &[1]),
    ("docs", 15.0, 60.0, &[0]),
    ("publish", 20.0, 40.0, &[2, 3, 4]),
];

/// Numbers that scatter, the same ones each time.
struct Dice(u64);

impl Dice {
    /// Returns a number from 0 to 1.
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }

    /// Returns a factor around 1 that scatters by so much.
    fn factor(&mut self, spread: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.even()).sum();
        (spread * (sum - 6.0)).exp()
    }
}

/// Makes a history as GitHub would have recorded it: times cut to whole seconds, waits that scatter.
fn history(runs: i64, spread: f64) -> History {
    let mut dice = Dice(42);
    let mut rows = Vec::new();
    for run in 1..=runs {
        let begun = 1_770_000_000 + run * 7_200;
        let mut ends: Vec<f64> = Vec::new();
        for ((name, setup, work, needs), number) in JOBS.iter().zip(0_i64..) {
            let is_missed = *name == "build" && dice.even() < 0.3;
            let free = needs.iter().map(|need| ends[*need]).fold(0.0, f64::max);
            let queued = free + 1.0 + dice.even();
            let started = queued + 2.0 + 6.0 * dice.even();
            let ended = started + (setup + work + if is_missed { 120.0 } else { 0.0 }) * dice.factor(spread);
            ends.push(ended);
            let (queued, started, ended) = (queued.floor(), started.floor(), ended.floor());
            let at = jiff::Timestamp::from_second(begun).unwrap() + jiff::SignedDuration::from_secs_f64(started);
            let of_job = |table| {
                Row::new(table)
                    .with("repository", Cell::text("o/r"))
                    .with("workflow", Cell::text("CI"))
                    .with("run_id", Cell::integer(run))
                    .with("run_attempt", Cell::integer(1))
                    .with("job_id", Cell::integer(run * 100 + number))
                    .with("job", Cell::text(*name))
                    .with("branch", Cell::text("main"))
            };
            let minutes = ((ended - started) / 60.0).ceil();
            rows.push(
                of_job(TableId::BuildMetrics)
                    .with("started_at", Cell::time(at))
                    .with("family", Cell::text(*name))
                    .with("stage", Cell::text(if *name == "build" { "build" } else { "test-unit" }))
                    .with("conclusion", Cell::text("success"))
                    .with("queue_s", Cell::number(started - queued))
                    .with("duration_s", Cell::number(ended - started))
                    .with("billed_minutes", Cell::number(minutes))
                    .with("cost_usd", Cell::number(minutes * 0.006)),
            );
            rows.push(
                of_job(TableId::StageMetrics)
                    .with("started_at", Cell::time(at))
                    .with("stage", Cell::text("setup"))
                    .with("conclusion", Cell::text("success"))
                    .with("duration_s", Cell::number(*setup)),
            );
            let result = if is_missed { "miss" } else { "exact" };
            let cached = of_job(TableId::CacheHits)
                .with("at", Cell::time(at))
                .with("step_number", Cell::integer(2))
                .with("cache", Cell::text("cargo"))
                .with("result", Cell::text(result));
            rows.extend((*name == "build").then_some(cached));
        }
    }
    History::from_rows(rows)
}

fn recorded(runs: i64, spread: f64) -> Vec<RunGraph> {
    graphs(&history(runs, spread), &Declared::default(), &Choice::default())
}

fn try_out(changes: &[&str]) -> crate::model::timing::Forecast {
    let changes: Vec<Change> = changes.iter().map(|change| change.parse().unwrap()).collect();
    forecasts(&recorded(60, 0.06), &changes).remove(0)
}

#[test]
fn needs_are_found_in_times() {
    let runs = recorded(30, 0.06);
    let run = runs.last().unwrap();
    let needs = |name: &str| -> Vec<&str> {
        let job = run.jobs.iter().find(|job| job.name == name).unwrap();
        job.needs.iter().map(|need| run.jobs[*need].name.as_str()).collect()
    };
    assert_eq!((needs("lint"), needs("build"), needs("docs")), (vec![], vec![], vec!["lint"]));
    assert_eq!((needs("unit"), needs("end-to-end")), (vec!["build"], vec!["build"]));
    // `docs` and `unit` end before `publish` is queued in every run, but never hold it up: times do not tell.
    assert_eq!(needs("publish"), ["end-to-end"]);
}

#[test]
fn runs_are_chosen_from_the_end() {
    let history = history(10, 0.0);
    let chosen = |choice: &Choice<'_>| -> Vec<i64> {
        graphs(&history, &Declared::default(), choice).iter().map(|run| run.run_id).collect()
    };
    assert_eq!(chosen(&Choice { last: Some(2), ..Choice::default() }), [9, 10]);
    assert_eq!(chosen(&Choice { branch: Some("other"), ..Choice::default() }), [0_i64; 0]);
    assert_eq!(chosen(&Choice { workflow: Some("C*"), last: Some(1), ..Choice::default() }), [10]);
    let since = jiff::Timestamp::from_second(1_770_000_000 + 8 * 7_200).ok();
    assert_eq!(chosen(&Choice { since, ..Choice::default() }), [8, 9, 10]);
}

#[test]
fn known_runs_are_predicted() {
    for spread in [0.0, 0.06, 0.15] {
        let accuracy = accuracy(&recorded(80, spread), &Declared::default()).remove(0);
        assert!(accuracy.runs == 80 && accuracy.replayed <= 0.05, "{spread}: {accuracy:?}");
        assert!(accuracy.replayed_p90 <= 0.05 && accuracy.forecast < 0.15, "{spread}: {accuracy:?}");
    }
}

/// The truth is the generator itself, run with the change.
#[test]
fn changes_give_what_the_generator_gives() {
    let dropped = try_out(&["drop:end-to-end>build"]);
    // build 300 s, then unit 240 s and publish 60 s; end-to-end 600 s is now beside all of it: 600 s + publish.
    assert!((dropped.then.wall_s - 672.0).abs() < 672.0 * 0.05, "{dropped:?}");
    assert!((dropped.now.wall_s - 1000.0).abs() < 1000.0 * 0.05, "{dropped:?}");
    assert!((dropped.now.minutes - dropped.then.minutes).abs() < 1e-9);
    let split = try_out(&["split:end-to-end=3"]);
    // 60 s of setup and 180 s of work instead of 540: then unit takes as long.
    assert!((split.then.wall_s - 640.0).abs() < 640.0 * 0.05, "{split:?}");
    assert!(split.then.minutes > split.now.minutes && split.then.dollars > split.now.dollars);
    let joined = try_out(&["join:lint+docs"]);
    assert!(joined.then.minutes < joined.now.minutes, "{joined:?}");
    let fast = try_out(&["speed:end-to-end=2", "price:end-to-end=0.012"]);
    assert!((fast.then.wall_s - 730.0).abs() < 730.0 * 0.05, "{fast:?}");
    let narrow = try_out(&["at-once:1"]);
    let all: f64 = JOBS.iter().map(|(_, setup, work, _)| setup + work).sum();
    assert!(narrow.then.wall_s > all && narrow.then.wall_s < all * 1.1, "{narrow:?}");
    let filtered = try_out(&["filter:C*=25%"]);
    assert!((filtered.then.minutes / filtered.now.minutes - 0.75).abs() < 1e-9);
}

#[test]
fn warm_caches_save_what_misses_cost() {
    let runs = recorded(60, 0.0);
    let warm = forecasts(&runs, &["warm:*".parse().unwrap()]).remove(0);
    // Two minutes in three of ten runs.
    let saved = warm.now.minutes - warm.then.minutes;
    assert!((0.3..=0.9).contains(&saved), "{warm:?}");
    let spent = spent(&runs, &history(60, 0.0)).remove(0);
    let missed = runs.iter().flat_map(|run| &run.jobs).filter(|job| job.missed == Some(true)).count();
    let lost = spent.lost.cache_s.unwrap();
    assert!((lost / crate::stats::count(missed) - 120.0).abs() < 2.0, "{spent:?}");
}

#[test]
fn retries_are_those_of_the_runs_that_are_looked_at() {
    let again = |run: i64, seconds: f64| {
        Row::new(TableId::BuildMetrics)
            .with("repository", Cell::text("o/r"))
            .with("workflow", Cell::text("CI"))
            .with("run_id", Cell::integer(run))
            .with("run_attempt", Cell::integer(2))
            .with("job_id", Cell::integer(run * 100 + 50))
            .with("started_at", Cell::time(jiff::Timestamp::from_second(1_770_000_000 + run * 7_200).unwrap()))
            .with("duration_s", Cell::number(seconds))
    };
    let mut all = history(20, 0.0);
    all.merge([again(3, 1000.0), again(18, 70.0), again(20, 5.0)]);
    let choice = Choice { last: Some(5), ..Choice::default() };
    let runs = graphs(&all, &Declared::default(), &choice);
    assert_eq!(runs.len(), 5);
    assert!((spent(&runs, &all).remove(0).lost.retry_s - 75.0).abs() < 1e-9);
}

#[test]
fn time_is_told_by_jobs_and_losses() {
    let runs = recorded(40, 0.06);
    let spent = spent(&runs, &History::default()).remove(0);
    let path: Vec<&str> = spent.path.iter().map(|job| job.job.as_str()).collect();
    assert_eq!(path, ["end-to-end", "build", "publish"]);
    assert!(spent.path.iter().all(|job| (job.share - 1.0).abs() < 1e-9));
    assert!(spent.parallelism > 1.2 && spent.parallelism < 2.0 && spent.efficiency < 0.8, "{spent:?}");
    assert!((spent.lost.setup_s.unwrap() - 40.0 * 175.0).abs() < 1e-6);
    let gantt = gantt(&runs, &[spent]).unwrap();
    let critical: Vec<&str> = gantt.bars.iter().filter(|bar| bar.is_critical).map(|bar| bar.job.as_str()).collect();
    assert_eq!(critical, ["build", "end-to-end", "publish"]);
}

#[test]
fn wrong_changes_are_explained() {
    for text in [
        "",
        "drop:a",
        "split:a=1",
        "split:a",
        "join:a",
        "at-once:0",
        "speed:a=-1",
        "filter:a=3",
        "filter:a=130%",
        "x:y",
    ] {
        let error = text.parse::<Change>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{text}` is no change: ")), "{error}");
    }
}

proptest! {
    #[test]
    fn nothing_is_faster_than_its_longest_chain(at_once in 1_usize..5, speed in 1.0_f64..4.0) {
        let runs = recorded(3, 0.1);
        let run = &runs[0];
        let free = timeline(run, None);
        let capped = timeline(run, Some(at_once));
        prop_assert!(capped.wall_s() >= free.wall_s() - 1e-9);
        prop_assert!(capped.most_at_once() <= at_once.max(1));
        let chain: f64 = free.critical(run).iter().map(|at| run.jobs[*at].run_s).sum();
        prop_assert!(free.wall_s() >= chain - 1e-9);
        let change = Change::Speed { job: "*".to_owned(), factor: speed };
        let forecast = forecasts(&runs, &[change]);
        prop_assert!(forecast.iter().all(|one| one.then.wall_s <= one.now.wall_s + 1e-9));
        let walls = Sample::new(runs.iter().map(|run| timeline(run, None).wall_s()));
        prop_assert!(walls.len() == 3);
    }
}

#[test]
fn other_runners_are_advised_with_what_they_bring() {
    let used = |job: &str, busy: f64| {
        let job = job.to_owned();
        (1..=4).map(move |run| {
            Row::new(TableId::ResourceUsage)
                .with("workflow", Cell::text("CI"))
                .with("run_id", Cell::integer(run))
                .with("job_id", Cell::integer(run * 100 + i64::try_from(job.len()).unwrap()))
                .with("job", Cell::text(job.as_str()))
                .with("scope", Cell::text("job"))
                .with("cpu_mean", Cell::number(busy))
                .with("cpu_p95", Cell::number(busy + 0.04))
                .with("memory_max_bytes", Cell::integer(100))
                .with("memory_total_bytes", Cell::integer(1000))
        })
    };
    let mut history = history(60, 0.0);
    history.merge(used("build", 0.1).chain(used("end-to-end", 0.95)).chain(used("unit", 0.5)));
    let runs = graphs(&history, &Declared::default(), &Choice::default());
    let found = recommendations(&runs, &[], &history, "main");
    let of = |title: &str| found.iter().find(|one| one.title == title).unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(found.len(), 2, "{found:#?}");
    let (smaller, larger) = (of("Take a smaller runner for `build`"), of("Take a larger runner for `end-to-end`"));
    // Five or seven minutes a run, at half the price; nothing becomes longer.
    let month = 365.25 / 12.0 * 12.0 * 60.0 / 59.0;
    let a_run = smaller.saves_dollars.unwrap() / month;
    assert!((5.0 * 0.003..7.0 * 0.003).contains(&a_run) && smaller.saves_s.is_none(), "{a_run} {smaller:?}");
    // 540 s of work take 300; 10 minutes at one price become 6 at twice of it.
    assert!((larger.saves_s.unwrap() - 240.0).abs() < 3.0, "{larger:?}");
    assert!((larger.saves_dollars.unwrap() / month - (0.06 - 0.072)).abs() < 0.013, "{larger:?}");
    let free = history.rows(TableId::BuildMetrics).iter().cloned().map(|row| row.with("cost_usd", Cell::number(0.0)));
    let free = graphs(&History::from_rows(free), &Declared::default(), &Choice::default());
    let found = recommendations(&free, &[], &history, "main");
    assert!(found.len() == 2 && found.iter().all(|one| one.saves_dollars.is_none()), "{found:#?}");
}
