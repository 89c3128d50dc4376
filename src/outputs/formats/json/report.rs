//! A report as JSON, version 1.

use serde::Serialize;
use serde_json::json;

use super::delivery::Delivered;
use super::timing;
use crate::model::report::{CacheRate, Distribution, Group, Report, SlowJob, TestHistory};
use crate::outputs::formats::verdicts::verdict_json;

#[derive(Serialize)]
struct Page<'report> {
    version: u32,
    tool: Tool,
    title: &'report str,
    repositories: &'report [String],
    from: Option<String>,
    to: Option<String>,
    weeks: Vec<String>,
    total: Measured<'report>,
    workflows: Vec<Measured<'report>>,
    jobs: Vec<Measured<'report>>,
    stages: Vec<Measured<'report>>,
    slowest: Vec<Slow<'report>>,
    tests: Vec<Test<'report>>,
    caches: Vec<Cache<'report>>,
    steps: Vec<Measured<'report>>,
    time: Vec<serde_json::Value>,
    run: Option<serde_json::Value>,
    recommendations: Vec<serde_json::Value>,
    costs: Option<serde_json::Value>,
    scores: Vec<serde_json::Value>,
    billed_minutes: Option<f64>,
    delivery: Option<Delivered<'report>>,
    goals: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Measured<'report> {
    name: &'report str,
    workflow: Option<&'report str>,
    runs: usize,
    failed: usize,
    failure_rate: Option<f64>,
    reruns: usize,
    total_s: f64,
    duration_s: Quantiles,
    queue_s: Quantiles,
    weeks: Vec<Quantiles>,
    level_changes_at_weeks: Vec<usize>,
}

#[derive(Serialize)]
struct Quantiles {
    count: usize,
    p50: Option<f64>,
    p95: Option<f64>,
    mean: Option<f64>,
}

#[derive(Serialize)]
struct Slow<'report> {
    workflow: &'report str,
    job: &'report str,
    run_id: i64,
    started_at: Option<String>,
    conclusion: &'report str,
    duration_s: f64,
}

#[derive(Serialize)]
struct Test<'report> {
    suite: &'report str,
    case: &'report str,
    failed: usize,
    flaky: usize,
    quarantined: usize,
    p50_s: Option<f64>,
    failed_at: Option<String>,
    message: &'report str,
}

#[derive(Serialize)]
struct Cache<'report> {
    #[serde(rename = "cache")]
    name: &'report str,
    tool: &'report str,
    exact: usize,
    partial: usize,
    miss: usize,
    hit_rate: Option<f64>,
}

/// Renders the report.
pub fn render(report: &Report) -> String {
    let page = Page {
        version: 1,
        tool: Tool { name: "plimsoll", version: env!("CARGO_PKG_VERSION") },
        title: &report.title,
        repositories: &report.repositories,
        from: report.period.map(|(first, _)| first.to_string()),
        to: report.period.map(|(_, last)| last.to_string()),
        weeks: report.weeks.iter().map(ToString::to_string).collect(),
        total: measured(&report.total),
        workflows: report.workflows.iter().map(measured).collect(),
        jobs: report.jobs.iter().map(measured).collect(),
        stages: report.stages.iter().map(measured).collect(),
        slowest: report.slowest.iter().map(slow).collect(),
        tests: report.tests.iter().map(test).collect(),
        caches: report.caches.iter().map(cache).collect(),
        steps: report.steps.iter().map(measured).collect(),
        time: report.time.iter().map(timing::spent).collect(),
        run: report.run.as_ref().map(timing::gantt),
        recommendations: report.recommendations.iter().map(timing::recommendation).collect(),
        costs: report.costs.as_ref().map(timing::costs),
        scores: report.scores.iter().map(|(at, score)| json!({"at": at.to_string(), "overall": score})).collect(),
        billed_minutes: report.billed_minutes,
        delivery: report.delivery.as_ref().map(Delivered::from),
        goals: report.goals.iter().map(verdict_json).collect(),
    };
    super::document(&page)
}

fn measured(group: &Group) -> Measured<'_> {
    Measured {
        name: &group.name,
        workflow: Some(group.workflow.as_str()).filter(|workflow| !workflow.is_empty()),
        runs: group.runs,
        failed: group.failed,
        failure_rate: group.failure_rate(),
        reruns: group.reruns,
        total_s: group.total_s,
        duration_s: quantiles(&group.duration),
        queue_s: quantiles(&group.queue),
        weeks: group.by_week.iter().map(quantiles).collect(),
        level_changes_at_weeks: group.shifts.clone(),
    }
}

fn quantiles(distribution: &Distribution) -> Quantiles {
    let Distribution { count, p50, p95, mean } = *distribution;
    Quantiles { count, p50, p95, mean }
}

fn slow(job: &SlowJob) -> Slow<'_> {
    Slow {
        workflow: &job.workflow,
        job: &job.job,
        run_id: job.run_id,
        started_at: job.started_at.map(|at| at.to_string()),
        conclusion: &job.conclusion,
        duration_s: job.duration_s,
    }
}

fn test(test: &TestHistory) -> Test<'_> {
    Test {
        suite: &test.suite,
        case: &test.case,
        failed: test.failed,
        flaky: test.flaky,
        quarantined: test.quarantined,
        p50_s: test.p50_s,
        failed_at: test.failed_at.map(|at| at.to_string()),
        message: &test.message,
    }
}

fn cache(cache: &CacheRate) -> Cache<'_> {
    Cache {
        name: &cache.cache,
        tool: &cache.tool,
        exact: cache.exact,
        partial: cache.partial,
        miss: cache.miss,
        hit_rate: cache.hit_rate(),
    }
}
