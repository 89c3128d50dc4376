//! Runs as graphs of jobs, from the tables.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::declared::Declared;
use super::inference::{Inferred, infer};
use crate::model::history::{History, Row, TableId};
use crate::model::pattern::matches;

/// One run: a first attempt that succeeded or failed.
#[derive(Clone, Debug, PartialEq)]
pub struct RunGraph {
    /// The workflow's name.
    pub workflow: String,
    /// The workflow's file.
    pub path: String,
    /// The run.
    pub run_id: i64,
    /// The branch.
    pub branch: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// Its jobs.
    pub jobs: Vec<JobNode>,
}

/// One job of it. Times are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct JobNode {
    /// The name, matrix values included.
    pub name: String,
    /// The name without them.
    pub family: String,
    /// What it does most.
    pub stage: String,
    /// The places of the jobs that it needs.
    pub needs: Vec<usize>,
    /// From the end of what it needs, or from the run's beginning, to its queuing.
    pub lag_s: f64,
    /// From its queuing to its start.
    pub queue_s: f64,
    /// From its start to its end.
    pub run_s: f64,
    /// What of that is checking out, installing, restoring.
    pub setup_s: f64,
    /// Whether one of its caches missed; `None` where none was asked.
    pub missed: Option<bool>,
    /// The label of its runner.
    pub runner: String,
    /// US dollars a minute; `None` where that is not known. Nothing on runners of one's own.
    pub price: Option<f64>,
    /// Whether its minutes are billed.
    pub billing: Billing,
    /// When it really was.
    pub recorded: Recorded,
}

/// Whether minutes are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billing {
    /// Rounded up to whole minutes.
    ByMinute,
    /// Nothing.
    Free,
}

/// When a job really was, in seconds from the run's beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recorded {
    /// When it was queued.
    pub queued: f64,
    /// When it started.
    pub started: f64,
    /// When it ended.
    pub ended: f64,
}

/// Which runs are made graphs of.
#[derive(Clone, Debug, Default)]
pub struct Choice<'asked> {
    /// Only runs of this branch.
    pub branch: Option<&'asked str>,
    /// Only runs of workflows with this name, which may hold `*`.
    pub workflow: Option<&'asked str>,
    /// Only runs that began then or later.
    pub since: Option<Timestamp>,
    /// Only so many of the latest runs of each workflow.
    pub last: Option<usize>,
}

/// Makes the graphs of the chosen runs that are recorded completely, oldest first.
pub fn graphs(history: &History, declared: &Declared, choice: &Choice<'_>) -> Vec<RunGraph> {
    let mut graphs = without_needs(history, choice);
    let inferred = infer(graphs.iter());
    for graph in &mut graphs {
        connect(graph, declared, &inferred);
    }
    graphs
}

/// Puts the needs in, and the lags that follow from them.
pub(super) fn connect(graph: &mut RunGraph, declared: &Declared, inferred: &Inferred) {
    let families: Vec<&str> = graph.jobs.iter().map(|job| job.family.as_str()).collect();
    let by_family = inferred.get(&graph.workflow);
    let from_times = || {
        let of = |family: &&str| {
            let needs = by_family.and_then(|by_family| by_family.get(*family));
            let is_needed = |other: &&str| needs.is_some_and(|needs| needs.contains(*other));
            families.iter().enumerate().filter(|(_, other)| is_needed(other)).map(|(at, _)| at).collect()
        };
        families.iter().map(of).collect()
    };
    let needs: Vec<Vec<usize>> = declared.needs(&graph.path, &families).unwrap_or_else(from_times);
    let ends: Vec<f64> = graph.jobs.iter().map(|job| job.recorded.ended).collect();
    for (job, needs) in graph.jobs.iter_mut().zip(needs) {
        let free = needs.iter().filter_map(|need| ends.get(*need)).copied().fold(0.0, f64::max);
        job.lag_s = (job.recorded.queued - free).max(0.0);
        job.needs = needs;
    }
}

/// A run and its attempt.
type Attempt = (i64, i64);

/// Finds the first attempts of the chosen runs. Nothing is made of the others: histories are long, and reports look at
/// their end.
fn chosen<'history>(history: &'history History, choice: &Choice<'_>) -> BTreeMap<i64, Vec<&'history Row>> {
    let mut runs: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for row in since(history, TableId::BuildMetrics, choice.since).iter().rev() {
        let (run, number) = attempt(row);
        if number != 1 || run == 0 || choice.since.is_some() && row.at().is_none() {
            continue;
        }
        if let Some(rows) = runs.get_mut(&run) {
            rows.push(row);
            continue;
        }
        let is_chosen = choice.branch.is_none_or(|branch| row.text("branch") == branch)
            && choice.workflow.is_none_or(|pattern| matches(pattern, row.text("workflow")));
        let count = taken.entry(row.text("workflow")).or_default();
        if is_chosen && choice.last.is_none_or(|last| *count < last) {
            *count += 1;
            runs.insert(run, vec![row]);
        }
    }
    runs
}

fn since(history: &History, table: TableId, start: Option<Timestamp>) -> &[Row] {
    start.map_or_else(|| history.rows(table), |start| history.since(table, start))
}

fn without_needs(history: &History, choice: &Choice<'_>) -> Vec<RunGraph> {
    let jobs = chosen(history, choice);
    let setups = setups(since(history, TableId::StageMetrics, choice.since));
    let caches = caches(since(history, TableId::CacheHits, choice.since));
    let mut graphs: Vec<RunGraph> = jobs.values().filter_map(|rows| graph(rows, &setups, &caches)).collect();
    graphs.sort_by_key(|run| (run.started_at, run.run_id));
    graphs
}

/// Makes the graph of a run; `None` where a job that ran has no times, or the run was cancelled.
fn graph(rows: &[&Row], setups: &BTreeMap<JobKey, f64>, caches: &BTreeMap<JobKey, bool>) -> Option<RunGraph> {
    let ran: Vec<&Row> = rows.iter().copied().filter(|row| !matches!(row.text("conclusion"), "skipped")).collect();
    let has_ended = |row: &&Row| matches!(row.text("conclusion"), "success" | "failure" | "timed_out" | "neutral");
    if ran.is_empty() || !ran.iter().all(has_ended) {
        return None;
    }
    let queued = |row: &Row| Some(seconds(row.time("started_at")?) - row.number("queue_s").unwrap_or(0.0));
    let begun =
        ran.iter().map(|row| queued(row)).collect::<Option<Vec<f64>>>()?.into_iter().fold(f64::INFINITY, f64::min);
    let first = ran.first()?;
    let node = |row: &&Row| {
        let (started_s, run_s) = (seconds(row.time("started_at")?) - begun, row.number("duration_s")?);
        let queue_s = row.number("queue_s").unwrap_or(0.0);
        let minutes = row.number("billed_minutes");
        let price = match (minutes, row.number("cost_usd")) {
            (Some(minutes), Some(dollars)) if minutes > 0.0 => Some(dollars / minutes),
            (Some(minutes), _) if minutes <= 0.0 => Some(0.0),
            (Some(_) | None, _) => None,
        };
        let family = if row.text("family").is_empty() { row.text("job") } else { row.text("family") };
        let key = job_key(row);
        Some(JobNode {
            name: row.text("job").to_owned(),
            family: family.to_owned(),
            stage: row.text("stage").to_owned(),
            needs: Vec::new(),
            lag_s: (started_s - queue_s).max(0.0),
            queue_s,
            run_s,
            setup_s: setups.get(&key).copied().unwrap_or(0.0).min(run_s),
            missed: caches.get(&key).copied(),
            runner: row.text("runner_label").to_owned(),
            price,
            billing: if minutes.is_some_and(|minutes| minutes <= 0.0) { Billing::Free } else { Billing::ByMinute },
            recorded: Recorded { queued: started_s - queue_s, started: started_s, ended: started_s + run_s },
        })
    };
    Some(RunGraph {
        workflow: first.text("workflow").to_owned(),
        path: first.text("workflow_path").to_owned(),
        run_id: attempt(first).0,
        branch: first.text("branch").to_owned(),
        started_at: ran.iter().filter_map(|row| row.time("started_at")).min()?,
        jobs: ran.iter().map(node).collect::<Option<Vec<_>>>()?,
    })
}

type JobKey = (i64, i64, i64);

fn job_key(row: &Row) -> JobKey {
    let (run, number) = attempt(row);
    (run, number, row.integer("job_id").unwrap_or(0))
}

fn attempt(row: &Row) -> Attempt {
    (row.integer("run_id").unwrap_or(0), row.integer("run_attempt").unwrap_or(1))
}

fn seconds(at: Timestamp) -> f64 {
    at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64()
}

/// Returns how long jobs took to set up.
fn setups(stages: &[Row]) -> BTreeMap<JobKey, f64> {
    let mut setups: BTreeMap<JobKey, f64> = BTreeMap::new();
    for row in stages.iter().filter(|row| row.text("stage") == "setup") {
        *setups.entry(job_key(row)).or_default() += row.number("duration_s").unwrap_or(0.0);
    }
    setups
}

/// Returns whether a cache of a job missed.
fn caches(hits: &[Row]) -> BTreeMap<JobKey, bool> {
    let mut missed: BTreeMap<JobKey, bool> = BTreeMap::new();
    for row in hits.iter().filter(|row| matches!(row.text("result"), "exact" | "partial" | "miss")) {
        *missed.entry(job_key(row)).or_default() |= row.text("result") == "miss";
    }
    missed
}

/// Sums the seconds of jobs of these runs that were run again, by workflow.
pub(super) fn retries(runs: &[RunGraph], history: &History) -> BTreeMap<String, f64> {
    let ids: BTreeSet<i64> = runs.iter().map(|run| run.run_id).collect();
    let rows = since(history, TableId::BuildMetrics, runs.iter().map(|run| run.started_at).min());
    let mut of_them: Vec<&Row> = rows.iter().filter(|row| ids.contains(&attempt(row).0)).collect();
    of_them.sort_by_key(|row| attempt(row).1);
    let mut seen = BTreeSet::new();
    let mut lost: BTreeMap<String, f64> = BTreeMap::new();
    for row in of_them {
        // A re-run of failed jobs repeats the records of the others.
        let is_new = seen.insert((attempt(row).0, row.integer("job_id")));
        if is_new && attempt(row).1 > 1 {
            *lost.entry(row.text("workflow").to_owned()).or_default() += row.number("duration_s").unwrap_or(0.0);
        }
    }
    lost
}
