//! What a report tells: how long things take, how often they fail, and where that is going.

use jiff::Timestamp;
use jiff::civil::Date;

use super::costs::Costs;
use super::delivery::Delivery;
use super::timing::{Gantt, Recommendation, TimeSpent};
use super::verdict::GateVerdict;

/// A report over the rows of the tables, in the order it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The heading.
    pub title: String,
    /// The repositories the rows are about, sorted.
    pub repositories: Vec<String>,
    /// The times of the first and the last row.
    pub period: Option<(Timestamp, Timestamp)>,
    /// Everything together.
    pub total: Group,
    /// The Mondays of the weeks from the first to the last row, without gaps; all `weeks` below
    /// have one entry for each of these.
    pub weeks: Vec<Date>,
    /// The workflows, the one with the most total time first.
    pub workflows: Vec<Group>,
    /// The jobs, matrix legs folded together, the one with the most total time first.
    pub jobs: Vec<Group>,
    /// The stages, the one with the most total time first.
    pub stages: Vec<Group>,
    /// The slowest single jobs, slowest first.
    pub slowest: Vec<SlowJob>,
    /// The caches, the one with the most attempts first.
    pub caches: Vec<CacheRate>,
    /// Test cases that failed or were flaky, the one with the most trouble first, and the slowest.
    pub tests: Vec<TestHistory>,
    /// The steps, the one with the most total time first; empty where steps have no rows.
    pub steps: Vec<Group>,
    /// Where the time of workflows goes, the one with most work first.
    pub time: Vec<TimeSpent>,
    /// One run as bars.
    pub run: Option<Gantt>,
    /// What is worth changing, what saves most first.
    pub recommendations: Vec<Recommendation>,
    /// What runs cost; `None` where no job says.
    pub costs: Option<Costs>,
    /// The scorecard's results, oldest first.
    pub scores: Vec<(Timestamp, f64)>,
    /// Billed minutes of all jobs; `None` where no job says.
    pub billed_minutes: Option<f64>,
    /// How software reached its users; `None` where nothing was deployed.
    pub delivery: Option<Delivery>,
    /// How far the goals are reached.
    pub goals: Vec<GateVerdict>,
}

/// What is told of a workflow, a job or a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The name of the workflow that it belongs to; empty for a workflow.
    pub workflow: String,
    /// How often it ran to an end, cancelled and skipped ones left out.
    pub runs: usize,
    /// How many of these failed.
    pub failed: usize,
    /// How many of these were repeated attempts.
    pub reruns: usize,
    /// How long it took, in seconds, first attempts that succeeded or failed.
    pub duration: Distribution,
    /// How long it waited, in seconds.
    pub queue: Distribution,
    /// How long it took, week by week.
    pub by_week: Vec<Distribution>,
    /// The places in the weeks where the level of the weekly medians changed.
    pub shifts: Vec<usize>,
    /// How many ran and failed, week by week.
    pub failures_by_week: Vec<(usize, usize)>,
    /// The seconds of all attempts together.
    pub total_s: f64,
}

impl Group {
    /// Returns the share that failed; `None` where nothing ran.
    pub fn failure_rate(&self) -> Option<f64> {
        rate(self.failed, self.runs)
    }
}

/// Returns `part` of `whole`; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn rate(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A sample in a few numbers; all `None` for an empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distribution {
    /// How many values.
    pub count: usize,
    /// The median.
    pub p50: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
    /// The arithmetic mean.
    pub mean: Option<f64>,
}

/// How long a job takes in one week.
#[derive(Clone, Debug, PartialEq)]
pub struct WeeklyJob {
    /// The workflow's name.
    pub workflow: String,
    /// The job's name, the legs of a matrix together.
    pub job: String,
    /// The week's Monday.
    pub week: Date,
    /// First attempts that succeeded or failed.
    pub runs: usize,
    /// How many of these failed.
    pub failed: usize,
    /// How long they took, in seconds.
    pub duration: Distribution,
}

/// One job that took long.
#[derive(Clone, Debug, PartialEq)]
pub struct SlowJob {
    /// The workflow's name.
    pub workflow: String,
    /// The job's full name.
    pub job: String,
    /// The run.
    pub run_id: i64,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// How it ended.
    pub conclusion: String,
    /// How long it took, in seconds.
    pub duration_s: f64,
}

/// What is told of a test case over all its runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestHistory {
    /// The suite it is in.
    pub suite: String,
    /// Its name.
    pub case: String,
    /// How often it failed.
    pub failed: usize,
    /// How often it failed and passed: in one run, or on one commit.
    pub flaky: usize,
    /// How often it failed while that was known.
    pub quarantined: usize,
    /// The median of its durations that are known, in seconds.
    pub p50_s: Option<f64>,
    /// When it said last why it failed.
    pub failed_at: Option<Timestamp>,
    /// What it said then.
    pub message: String,
}

/// How often a cache had what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheRate {
    /// The cache's name.
    pub cache: String,
    /// The tool that it belongs to.
    pub tool: String,
    /// Exact hits.
    pub exact: usize,
    /// Partial hits.
    pub partial: usize,
    /// Misses.
    pub miss: usize,
}

impl CacheRate {
    /// Returns how often it was asked.
    pub fn attempts(&self) -> usize {
        self.exact + self.partial + self.miss
    }

    /// Returns the share of exact hits; `None` where it was never asked.
    pub fn hit_rate(&self) -> Option<f64> {
        rate(self.exact, self.attempts())
    }
}
