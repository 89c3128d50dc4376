//! What is worth changing: each with what was seen, the change, and what the simulator expects of it.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Change;
use super::forecasts::{by_workflow, forecasts};
use super::graph::RunGraph;
use crate::model::history::{History, Row, TableId};
use crate::model::timing::{Forecast, Recommendation, TimeSpent};
use crate::model::unit::Unit;
use crate::stats::{Percent, Sample, count};

/// The least share of a run's time that a change must save to be worth telling.
const WORTH: f64 = 0.05;

/// How many times faster twice the processors make a job that keeps its own busy: not all of it runs side by side.
const FASTER: f64 = 1.8;

/// The most recommendations: what comes after them saves less than these.
const MOST: usize = 12;

/// Finds what is worth changing, what saves most first. `base` is the default branch.
pub fn recommendations(runs: &[RunGraph], spent: &[TimeSpent], history: &History, base: &str) -> Vec<Recommendation> {
    let mut found = Vec::new();
    for (workflow, runs) in by_workflow(runs) {
        let Some(spent) = spent.iter().find(|spent| spent.workflow == workflow) else { continue };
        let own: Vec<RunGraph> = runs.into_iter().cloned().collect();
        found.extend(waits(&own, spent));
        found.extend(shards(&own, spent));
        found.extend(caches(&own, spent));
        found.extend(small_jobs(&own, spent));
    }
    found.extend(superseded(runs, base));
    found.extend(runners(runs, history));
    found.extend(flaky(history));
    let gain = |one: &Recommendation| one.saves_s.unwrap_or(0.0) / 60.0 + one.saves_minutes.unwrap_or(0.0) / 100.0;
    found.sort_by(|left, right| gain(right).total_cmp(&gain(left)).then_with(|| left.title.cmp(&right.title)));
    found.truncate(MOST);
    found
}

fn forecast(runs: &[RunGraph], changes: &[Change]) -> Option<Forecast> {
    forecasts(runs, changes).into_iter().next()
}

fn advised(title: String, evidence: String, change: String, forecast: &Forecast) -> Recommendation {
    Recommendation {
        title,
        workflow: forecast.workflow.clone(),
        evidence,
        change,
        saves_s: Some(forecast.now.wall_s - forecast.then.wall_s),
        saves_minutes: forecast.saved_minutes(),
        saves_dollars: forecast.saved_dollars(),
    }
}

fn is_worth(forecast: &Forecast) -> bool {
    forecast.now.wall_s - forecast.then.wall_s >= WORTH * forecast.now.wall_s
}

/// The job of the critical path that waits for another one although it could begin with it.
fn waits(runs: &[RunGraph], spent: &TimeSpent) -> Option<Recommendation> {
    let pairs: BTreeSet<(String, String)> = runs
        .iter()
        .flat_map(|run| run.jobs.iter().map(move |job| (run, job)))
        .filter(|(_, job)| spent.path.iter().any(|on_path| on_path.job == job.family && on_path.share >= 0.5))
        // What packages and deploys has to wait for tests; what tests often waits for no reason.
        .filter(|(_, job)| job.stage.starts_with("test") || matches!(job.stage.as_str(), "lint" | "security" | "docs"))
        .flat_map(|(run, job)| {
            let need =
                |need: &usize| run.jobs.get(*need).filter(|need| need.stage != "setup").map(|need| need.family.clone());
            job.needs.iter().filter_map(need).map(|need| (job.family.clone(), need)).collect::<Vec<_>>()
        })
        .collect();
    let tried = pairs.into_iter().filter_map(|(job, need)| {
        let forecast = forecast(runs, &[Change::DropNeed { job: job.clone(), need: need.clone() }])?;
        is_worth(&forecast).then_some((job, need, forecast))
    });
    let (job, need, forecast) = tried.min_by(|left, right| left.2.then.wall_s.total_cmp(&right.2.then.wall_s))?;
    let evidence = format!(
        "`{job}` waits for `{need}`, and runs wait for `{job}`; a run takes {}",
        Unit::Seconds.show(forecast.now.wall_s)
    );
    let change = format!("remove `{need}` from `needs` of `{job}`, unless it takes something that `{need}` makes");
    Some(advised(format!("Let `{job}` begin without `{need}`"), evidence, change, &forecast))
}

/// The longest test job of the critical path, split.
fn shards(runs: &[RunGraph], spent: &TimeSpent) -> Option<Recommendation> {
    let is_test = |family: &str| {
        runs.iter().flat_map(|run| &run.jobs).any(|job| job.family == family && job.stage.starts_with("test"))
    };
    let slow = spent.path.iter().find(|job| job.share >= 0.5 && job.p50_s >= 300.0 && is_test(&job.job))?;
    let tried = [2, 3, 4].into_iter().filter_map(|parts| {
        let forecast = forecast(runs, &[Change::Split { job: slow.job.clone(), parts }])?;
        Some((parts, forecast))
    });
    // The fewest parts that bring most of what can be had.
    let tried: Vec<(u32, Forecast)> = tried.filter(|(_, forecast)| is_worth(forecast)).collect();
    let best = tried.iter().map(|(_, forecast)| forecast.then.wall_s).fold(f64::INFINITY, f64::min);
    let (parts, forecast) = tried.iter().find(|(_, forecast)| forecast.then.wall_s <= best * 1.1)?;
    let job = &slow.job;
    let evidence = format!(
        "`{job}` takes {} and {:.0} % of the runs wait for it",
        Unit::Seconds.show(slow.p50_s),
        slow.share * 100.0
    );
    let change = format!("run `{job}` as a matrix of {parts} shards, each with its part of the tests");
    Some(advised(format!("Split `{job}` into {parts}"), evidence, change, forecast))
}

/// Caches that miss often and cost time.
fn caches(runs: &[RunGraph], spent: &TimeSpent) -> Option<Recommendation> {
    let lost = spent.lost.cache_s?;
    let forecast = forecast(runs, &[Change::Warm { job: "*".to_owned() }])?;
    let asked = runs.iter().flat_map(|run| &run.jobs).filter(|job| job.missed.is_some()).count();
    let missed = runs.iter().flat_map(|run| &run.jobs).filter(|job| job.missed == Some(true)).count();
    let saves = forecast.now.minutes - forecast.then.minutes;
    if !(is_worth(&forecast) || saves >= WORTH * forecast.now.minutes) {
        return None;
    }
    let evidence = format!(
        "{missed} of {asked} jobs with a cache missed it, which took {} in {} runs",
        Unit::Seconds.show(lost),
        spent.runs
    );
    let change = "make the key from lock files alone, add `restore-keys`, and save on the default branch".to_owned();
    Some(advised("Let caches hit".to_owned(), evidence, change, &forecast))
}

/// Jobs so short that rounding to whole minutes is most of their bill.
fn small_jobs(runs: &[RunGraph], spent: &TimeSpent) -> Option<Recommendation> {
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for job in runs.iter().flat_map(|run| &run.jobs).filter(|job| job.price.is_some_and(|price| price > 0.0)) {
        times.entry(job.family.as_str()).or_default().push(job.run_s);
    }
    let small: Vec<String> = times
        .into_iter()
        .filter(|(family, times)| {
            let usual = Sample::new(times.iter().copied()).median();
            usual.is_some_and(|usual| usual <= 30.0) && spent.path.iter().all(|job| job.job != *family)
        })
        .map(|(family, _)| family.to_owned())
        .collect();
    if small.len() < 2 {
        return None;
    }
    let forecast = forecast(runs, &[Change::Join { jobs: small.clone() }])?;
    let saves = forecast.now.minutes - forecast.then.minutes;
    if saves < WORTH * forecast.now.minutes || forecast.then.wall_s > forecast.now.wall_s * 1.02 {
        return None;
    }
    let names = small.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let evidence = format!("{names} take at most 30 s each, and each is billed a whole minute");
    Some(advised(
        format!("Join {} short jobs", small.len()),
        evidence,
        format!("make one job with the steps of {names}"),
        &forecast,
    ))
}

/// Runs that a newer run of the same branch overtook.
fn superseded(runs: &[RunGraph], base: &str) -> Vec<Recommendation> {
    let mut found = Vec::new();
    for (workflow, runs) in by_workflow(runs) {
        let mut by_branch: BTreeMap<&str, Vec<&RunGraph>> = BTreeMap::new();
        for run in runs.iter().filter(|run| !run.branch.is_empty() && run.branch != base) {
            by_branch.entry(&run.branch).or_default().push(run);
        }
        let (mut overtaken, mut minutes, mut dollars) = (0_usize, 0.0, Some(0.0));
        for pair in by_branch.values().flat_map(|runs| runs.windows(2)) {
            let [older, newer] = pair else { continue };
            let at = newer.started_at.duration_since(older.started_at).as_secs_f64();
            let wasted =
                |job: &super::graph::JobNode| (job.recorded.ended - job.recorded.started.max(at)).max(0.0) / 60.0;
            let of_run: f64 = older.jobs.iter().map(wasted).sum();
            if of_run > 0.0 {
                overtaken += 1;
                minutes += of_run;
                let cost: Option<f64> = older.jobs.iter().map(|job| job.price.map(|price| price * wasted(job))).sum();
                dollars = dollars.zip(cost).map(|(sum, cost)| sum + cost);
            }
        }
        let all: f64 = runs.iter().flat_map(|run| &run.jobs).map(|job| job.run_s / 60.0).sum();
        if overtaken < 2 || minutes < WORTH / 5.0 * all {
            continue;
        }
        let days = runs
            .first()
            .zip(runs.last())
            .map_or(0.0, |(first, last)| last.started_at.duration_since(first.started_at).as_secs_f64() / 86_400.0);
        let monthly = |value: f64| (days >= 1.0).then(|| value * 365.25 / 12.0 / days);
        found.push(Recommendation {
            title: "Cancel superseded runs".to_owned(),
            workflow: workflow.to_owned(),
            evidence: format!("{overtaken} runs went on for {} after a newer commit of their branch had started another", Unit::Minutes.show(minutes)),
            change: "add `concurrency: {group: ${{ github.workflow }}-${{ github.ref }}, cancel-in-progress: ${{ github.event_name == 'pull_request' }}}`".to_owned(),
            saves_s: None,
            saves_minutes: monthly(minutes),
            saves_dollars: dollars.and_then(monthly),
        });
    }
    found
}

/// Runners that are mostly idle, or never are. What another one brings is simulated where the job's price is known: half
/// of it for half the processors at the same speed, or twice as much for [`FASTER`] times the speed.
fn runners(runs: &[RunGraph], history: &History) -> Vec<Recommendation> {
    let mut used: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in history.rows(TableId::ResourceUsage).iter().filter(|row| row.text("scope") == "job") {
        used.entry((row.text("workflow"), row.text("job"))).or_default().push(row);
    }
    let advise = |((workflow, job), rows): ((&str, &str), Vec<&Row>)| {
        let p95 = |value: &dyn Fn(&Row) -> Option<f64>| {
            let sample = Sample::new(rows.iter().filter_map(|row| value(row)));
            Percent::new(95).and_then(|percent| sample.quantile(percent))
        };
        let cpu = p95(&|row| row.number("cpu_p95"))?;
        let busy = Sample::new(rows.iter().filter_map(|row| row.number("cpu_mean"))).median()?;
        let memory = p95(&|row| Some(row.number("memory_max_bytes")? / row.number("memory_total_bytes")?))?;
        let seen = format!(
            "over {} runs the processors of `{job}` were busy for {} on average, {} at p95, and {} of the memory was used",
            rows.len(),
            Unit::Ratio.show(round(busy)),
            Unit::Ratio.show(round(cpu)),
            Unit::Ratio.show(round(memory))
        );
        let (title, change, price, factor) = match () {
            () if rows.len() < 3 => return None,
            () if cpu < 0.3 && memory < 0.4 => (
                "Take a smaller runner",
                "a runner with half the processors; try it with `plimsoll simulate --change price:JOB=DOLLARS`",
                0.5,
                1.0,
            ),
            () if busy > 0.85 || memory > 0.9 => (
                "Take a larger runner",
                "a runner with twice the processors; try it with `plimsoll simulate --change speed:JOB=1.8`",
                2.0,
                // More memory makes nothing faster that has enough of it.
                if busy > 0.85 { FASTER } else { 1.0 },
            ),
            () => return None,
        };
        let other = on_another_runner(runs, workflow, job, (price, factor));
        Some(Recommendation {
            title: format!("{title} for `{job}`"),
            workflow: workflow.to_owned(),
            evidence: seen,
            change: change.replace("JOB", job),
            saves_s: other.as_ref().map(|other| other.now.wall_s - other.then.wall_s).filter(|saved| *saved > 0.0),
            saves_minutes: other.as_ref().and_then(Forecast::saved_minutes).filter(|saved| *saved > 0.0),
            saves_dollars: other.as_ref().and_then(Forecast::saved_dollars),
        })
    };
    used.into_iter().filter_map(advise).collect()
}

/// Simulates a job on a runner with so many times its price and speed; `None` where its price is not known, or it costs
/// nothing.
fn on_another_runner(runs: &[RunGraph], workflow: &str, job: &str, (price, factor): (f64, f64)) -> Option<Forecast> {
    let own: Vec<RunGraph> = runs.iter().filter(|run| run.workflow == workflow).cloned().collect();
    let jobs = own.iter().flat_map(|run| &run.jobs).filter(|node| node.name == job || node.family == job);
    let now = Sample::new(jobs.filter_map(|node| node.price).filter(|price| *price > 0.0)).median()?;
    let job = job.to_owned();
    forecast(&own, &[Change::Speed { job: job.clone(), factor }, Change::Price { job, dollars: now * price }])
}

fn round(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

/// Test cases that fail and pass on another try.
fn flaky(history: &History) -> Vec<Recommendation> {
    let mut seen: BTreeMap<(&str, &str), BTreeSet<i64>> = BTreeMap::new();
    for row in history.rows(TableId::TestCases).iter().filter(|row| row.text("flaky") == "true") {
        seen.entry((row.text("suite"), row.text("case"))).or_default().insert(row.integer("run_id").unwrap_or(0));
    }
    let mut worst: Vec<_> =
        seen.into_iter().map(|(case, runs)| (case, runs.len())).filter(|(_, runs)| *runs >= 2).collect();
    worst.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let Some(((suite, case), most)) = worst.first() else { return Vec::new() };
    let all: usize = worst.iter().map(|(_, runs)| runs).sum();
    let again: Vec<f64> = history
        .rows(TableId::RunMetrics)
        .iter()
        .filter(|row| row.integer("run_attempt").is_some_and(|number| number > 1))
        .filter_map(|row| row.number("billed_minutes"))
        .collect();
    let reruns = Sample::new(again.iter().copied());
    vec![Recommendation {
        title: format!("Quarantine {} flaky tests", worst.len()),
        workflow: String::new(),
        evidence: format!(
            "`{case}` of `{suite}` failed and passed on another try in {most} runs, all of them together {all} times; {:.0} runs were started again, {} each",
            count(again.len()),
            Unit::Minutes.show(reruns.median().unwrap_or(0.0))
        ),
        change:
            "skip them where they run with every change, run them in a scheduled workflow, and open an issue for each"
                .to_owned(),
        saves_s: None,
        saves_minutes: None,
        saves_dollars: None,
    }]
}
