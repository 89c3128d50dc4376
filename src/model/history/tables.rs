//! The definitions of all tables. Columns are only ever added at the end of a table.

use super::column::{Column, Unit};
use super::table::{Table, TableId};

const REPOSITORY: Column = Column::text("repository", "The repository, as OWNER/NAME.");
const WORKFLOW: Column = Column::text("workflow", "The workflow's name.");
const RUN_ID: Column = Column::id("run_id", "The run; 0 outside GitHub Actions.");
const RUN_ATTEMPT: Column = Column::id("run_attempt", "Which attempt of the run, from 1.");
const JOB_ID: Column =
    Column::id("job_id", "The job; where no run is known, a number made from the commit and the input.");
const JOB: Column = Column::text("job", "The job's full name, matrix values included.");
const EVENT: Column = Column::text("event", "The event that started the run, such as `push`.");
const BRANCH: Column = Column::text("branch", "The branch the commit is on.");
const COMMIT: Column = Column::text("commit", "The commit's full hash.");
const STARTED_AT: Column = Column::time("started_at", "When it started.");
const AT: Column = Column::time("at", "When it was observed.");
const WORKFLOW_PATH: Column = Column::text("workflow_path", "The workflow's file, as the repository names it.");
const RUN_NUMBER: Column = Column::id("run_number", "The number of the run within its workflow.");
const CONCLUSION: Column =
    Column::text("conclusion", "How it ended, such as `success`, in lower case; empty while it has not.");
const DURATION: Column = Column::seconds("duration_s", "How long it took; empty while it has not ended.");
const BILLED: Column =
    Column::number("billed_minutes", Unit::Minutes, "Minutes of GitHub's runners, each job rounded up.");
const COST: Column = Column::number("cost_usd", Unit::Dollars, "What the minutes cost at list price.");
const STAGE: Column = Column::text(
    "stage",
    "What the work is for: setup, build, test-unit, test-integration, test-e2e, lint, security, bench, package, docs, deploy or other.",
);
const STEP_NUMBER: Column = Column::id("step_number", "The step's number within its job, from 1.");
const SUITE: Column = Column::text("suite", "The test suite's name.");
const SOURCE: Column = Column::text("source", "Where the values come from, such as a file or a tool.");
const ENVIRONMENT: Column = Column::text("environment", "The environment, such as `production`.");

/// The columns of a table about a job: the run columns, then its own.
macro_rules! job_columns {
    ($($column:expr),+ $(,)?) => {
        &[REPOSITORY, WORKFLOW, RUN_ID, RUN_ATTEMPT, JOB_ID, JOB, EVENT, BRANCH, COMMIT, $($column),+]
    };
}

pub(super) static RUN_METRICS: Table = Table {
    id: TableId::RunMetrics,
    name: "run_metrics",
    summary: "one attempt of a run",
    columns: &[
        REPOSITORY,
        WORKFLOW,
        RUN_ID,
        RUN_ATTEMPT,
        EVENT,
        BRANCH,
        COMMIT,
        STARTED_AT,
        WORKFLOW_PATH,
        RUN_NUMBER,
        Column::id("pull_request", "The pull request's number."),
        CONCLUSION,
        Column::seconds("queue_s", "From the attempt's start to its first job's start."),
        Column::seconds("wall_s", "From the first job's start to the last job's end."),
        Column::seconds("critical_path_s", "The longest chain of jobs that need each other."),
        Column::count("jobs", "Jobs of the attempt."),
        Column::count("jobs_failed", "Jobs that failed or timed out."),
        BILLED,
        COST,
    ],
    key: &["run_id", "run_attempt"],
    time: "started_at",
    finished: Some("conclusion"),
};

pub(super) static BUILD_METRICS: Table = Table {
    id: TableId::BuildMetrics,
    name: "build_metrics",
    summary: "one job of an attempt of a run",
    columns: job_columns![
        STARTED_AT,
        WORKFLOW_PATH,
        RUN_NUMBER,
        Column::text("family", "The job's name without its matrix values."),
        Column::text("matrix", "The matrix values in the job's name."),
        STAGE,
        CONCLUSION,
        Column::seconds("queue_s", "How long the job waited for a runner; empty where that cannot be trusted."),
        DURATION,
        Column::text("runner_os", "The runner's operating system: linux, windows or macos."),
        Column::text("runner_arch", "The runner's architecture: x64 or arm64."),
        Column::text("runner_label", "The labels the job asked for."),
        Column::text("runner_group", "The runner group; `GitHub Actions` is GitHub's own."),
        BILLED,
        COST,
    ],
    key: &["run_id", "run_attempt", "job_id"],
    time: "started_at",
    finished: Some("conclusion"),
};

pub(super) static STAGE_METRICS: Table = Table {
    id: TableId::StageMetrics,
    name: "stage_metrics",
    summary: "one stage inside a job, its steps' time added up",
    columns: job_columns![
        STARTED_AT,
        STAGE,
        Column::text("variant", "Which of several builds: `native`, `wasm`, an image, a target."),
        CONCLUSION,
        DURATION,
        Column::count("steps", "Steps of the stage."),
    ],
    key: &["run_id", "run_attempt", "job_id", "stage", "variant"],
    time: "started_at",
    finished: Some("conclusion"),
};

pub(super) static STEP_METRICS: Table = Table {
    id: TableId::StepMetrics,
    name: "step_metrics",
    summary: "one step of a job (off by default)",
    columns: job_columns![
        STARTED_AT,
        STEP_NUMBER,
        Column::text("step", "The step's name."),
        STAGE,
        CONCLUSION,
        DURATION,
    ],
    key: &["run_id", "run_attempt", "job_id", "step_number"],
    time: "started_at",
    finished: Some("conclusion"),
};

pub(super) static TEST_METRICS: Table = Table {
    id: TableId::TestMetrics,
    name: "test_metrics",
    summary: "one test suite in one job",
    columns: job_columns![
        Column::time("started_at", "When the suite started, or where that is not known, when it was collected."),
        SUITE,
        Column::text("kind", "What the suite tests: unit, integration or e2e."),
        Column::count("tests", "Test cases, skipped ones included."),
        Column::count("passed", "Test cases that passed."),
        Column::count("failed", "Test cases that failed."),
        Column::count("errors", "Test cases that broke outside the test itself."),
        Column::count("skipped", "Test cases that were skipped."),
        Column::count("flaky", "Test cases that failed and passed on another try."),
        DURATION,
        SOURCE,
        Column::count("quarantined", "Test cases that failed, which is known and does not count."),
    ],
    key: &["run_id", "run_attempt", "job_id", "suite"],
    time: "started_at",
    finished: None,
};

pub(super) static TEST_CASES: Table = Table {
    id: TableId::TestCases,
    name: "test_cases",
    summary: "a test case that failed, was flaky, or is among the slowest",
    columns: job_columns![
        AT,
        SUITE,
        Column::text("case", "The test case, with its class where that says more."),
        Column::text(
            "status",
            "How it ended: passed, failed, error, skipped, or quarantined where its failure is known."
        ),
        Column::text("flaky", "`true` where it failed and passed on another try, else `false`."),
        DURATION,
        Column::text("message", "What it failed with, shortened to one line."),
    ],
    key: &["run_id", "run_attempt", "job_id", "suite", "case"],
    time: "at",
    finished: None,
};

pub(super) static CACHE_HITS: Table = Table {
    id: TableId::CacheHits,
    name: "cache_hits",
    summary: "one attempt to restore a cache, or one tool's statistics",
    columns: job_columns![
        AT,
        STEP_NUMBER,
        Column::text("cache", "The cache's name, or the start of its key."),
        Column::text("tool", "The tool that asked for it."),
        Column::text("result", "exact, partial, miss, lookup or unknown."),
        Column::count("hits", "Requests that the tool's cache answered."),
        Column::count("misses", "Requests that it did not."),
        Column::text("saved", "`true` where the cache was saved afterwards, `false` where not."),
        Column::bytes("size_bytes", "The cache's size."),
        Column::seconds("restore_s", "How long restoring took."),
    ],
    key: &["run_id", "run_attempt", "job_id", "step_number", "cache"],
    time: "at",
    finished: None,
};

pub(super) static RESOURCE_USAGE: Table = Table {
    id: TableId::ResourceUsage,
    name: "resource_usage",
    summary: "the resource profile of a job or of one wrapped command",
    columns: job_columns![
        STARTED_AT,
        Column::text("scope", "`job`, or the command's name."),
        Column::count("samples", "How often it was looked at."),
        Column::seconds("interval_s", "How long between two looks."),
        Column::ratio("cpu_mean", "Mean share of all processors in use."),
        Column::ratio("cpu_p95", "The share that 95 % of the samples stay below."),
        Column::ratio("cpu_max", "The highest share."),
        Column::bytes("memory_mean_bytes", "Mean memory in use."),
        Column::bytes("memory_max_bytes", "Most memory in use."),
        Column::bytes("memory_total_bytes", "Memory there is."),
        Column::bytes("disk_read_bytes", "Bytes read from disks."),
        Column::bytes("disk_write_bytes", "Bytes written to disks."),
        Column::ratio("disk_used_ratio", "Share of the disk in use at the end."),
        Column::bytes("net_rx_bytes", "Bytes received."),
        Column::bytes("net_tx_bytes", "Bytes sent."),
        Column::ratio("pressure_cpu", "Share of time in which work waited for a processor."),
        Column::ratio("pressure_io", "Share of time in which work waited for disks."),
        Column::ratio("pressure_memory", "Share of time in which work waited for memory."),
        Column::text("top_process", "The process that used most."),
    ],
    key: &["run_id", "run_attempt", "job_id", "scope"],
    time: "started_at",
    finished: None,
};

pub(super) static MEASUREMENTS: Table = Table {
    id: TableId::Measurements,
    name: "measurements",
    summary: "one named value: coverage, a size, a benchmark, a metric of one's own",
    columns: job_columns![
        AT,
        Column::text("name", "What is measured, such as `size.bytes`."),
        Column::text("labels", "What tells it from others of the name, as `key=value`, comma-separated."),
        Column::number("value", Unit::None, "The value, in full precision."),
        Column::text("unit", "The value's unit."),
        Column::text("better", "`lower`, `higher`, or empty."),
        SOURCE,
    ],
    key: &["run_id", "run_attempt", "job_id", "name", "labels"],
    time: "at",
    finished: None,
};

pub(super) static LINT_HISTORY: Table = Table {
    id: TableId::LintHistory,
    name: "lint_history",
    summary: "findings of one commit by group and severity",
    columns: job_columns![
        AT,
        Column::text("group", "The rules' group."),
        Column::text("severity", "error, warning or info."),
        Column::count("findings", "How many."),
    ],
    key: &["commit", "group", "severity"],
    time: "at",
    finished: None,
};

pub(super) static SCORE_HISTORY: Table = Table {
    id: TableId::ScoreHistory,
    name: "score_history",
    summary: "one scorecard result",
    columns: job_columns![
        AT,
        Column::text("profile", "What kind of repository was judged."),
        Column::number("overall", Unit::Points, "The overall score."),
        Column::number("ci_pipeline", Unit::Points, "CI pipeline."),
        Column::number("testing_quality", Unit::Points, "Testing and quality."),
        Column::number("security", Unit::Points, "Security."),
        Column::number("deployment", Unit::Points, "Deployment automation."),
        Column::number("infrastructure", Unit::Points, "Infrastructure as code."),
        Column::number("observability", Unit::Points, "Monitoring and observability."),
        Column::number("release", Unit::Points, "Release management."),
        Column::number("recovery", Unit::Points, "Disaster recovery."),
        Column::count("gaps_critical", "Missing criteria of critical priority."),
        Column::count("gaps_high", "Missing criteria of high priority."),
        Column::count("gaps_medium", "Missing criteria of medium priority."),
        Column::count("gaps_low", "Missing criteria of low priority."),
    ],
    key: &["repository", "commit", "profile"],
    time: "at",
    finished: None,
};

pub(super) static HEALTH_CHECKS: Table = Table {
    id: TableId::HealthChecks,
    name: "health_checks",
    summary: "one probe of an endpoint",
    columns: &[
        REPOSITORY,
        AT,
        ENVIRONMENT,
        Column::text("endpoint", "The endpoint's name."),
        Column::text("status", "`up`, `degraded` or `down`."),
        Column::id("http_status", "The answer's status code."),
        Column::number("total_ms", Unit::Milliseconds, "From the first packet to the last byte."),
        Column::number("dns_ms", Unit::Milliseconds, "Resolving the name."),
        Column::number("connect_ms", Unit::Milliseconds, "Opening the connection."),
        Column::number("tls_ms", Unit::Milliseconds, "Agreeing on encryption."),
        Column::number("first_byte_ms", Unit::Milliseconds, "From the request to the answer's first byte."),
        Column::whole("certificate_days", Unit::Days, "Days until the certificate expires."),
        Column::count("failures_in_a_row", "Failed probes up to this one."),
        Column::text("error", "What went wrong."),
    ],
    key: &["environment", "endpoint", "at"],
    time: "at",
    finished: None,
};

pub(super) static DEPLOYMENTS: Table = Table {
    id: TableId::Deployments,
    name: "deployments",
    summary: "one deployment to an environment",
    columns: &[
        REPOSITORY,
        Column::id("deployment_id", "The deployment."),
        ENVIRONMENT,
        Column::text("ref", "The branch, tag or commit that was asked for."),
        COMMIT,
        Column::time("created_at", "When it was asked for."),
        Column::time("finished_at", "When it ended; empty while it has not."),
        Column::text("state", "Its last state, in lower case."),
        DURATION,
        Column::text("rollback_of", "The deployment or commit it takes back."),
        Column::text("incident", "The incident it caused or ends."),
        SOURCE,
        Column::text("version", "What it is called, where that is not its ref."),
        Column::text("omitted", "What was left out on purpose: tests, backup, gates, checklist."),
    ],
    key: &["deployment_id"],
    time: "created_at",
    finished: Some("finished_at"),
};

pub(super) static PULL_REQUESTS: Table = Table {
    id: TableId::PullRequests,
    name: "pull_requests",
    summary: "one merged pull request",
    columns: &[
        REPOSITORY,
        Column::id("pull_request", "The pull request's number."),
        Column::text("base", "The branch it was merged into."),
        Column::text("commit", "The commit that the merge made, by its full hash."),
        Column::time("created_at", "When it was opened."),
        Column::time("first_commit_at", "When the author made its first commit."),
        Column::time(
            "first_review_at",
            "When somebody else than the author first reviewed it or commented on its changes.",
        ),
        Column::time("merged_at", "When it was merged."),
        SOURCE,
    ],
    key: &["repository", "pull_request"],
    time: "created_at",
    finished: Some("merged_at"),
};

/// All tables, in the order people read them.
pub static TABLES: &[&Table] = &[
    &RUN_METRICS,
    &BUILD_METRICS,
    &STAGE_METRICS,
    &STEP_METRICS,
    &TEST_METRICS,
    &TEST_CASES,
    &CACHE_HITS,
    &RESOURCE_USAGE,
    &MEASUREMENTS,
    &LINT_HISTORY,
    &SCORE_HISTORY,
    &HEALTH_CHECKS,
    &DEPLOYMENTS,
    &PULL_REQUESTS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::column::Kind;
    use super::*;

    #[test]
    fn every_table_is_sound() {
        let ids: BTreeSet<TableId> = TABLES.iter().map(|table| table.id).collect();
        assert_eq!((TABLES.len(), ids.len()), (14, 14));
        for table in TABLES {
            assert_eq!(table.id.table().name, table.name);
            assert_eq!(table.file_name().parse(), Ok(table.id));
            let names: BTreeSet<&str> = table.header().collect();
            assert_eq!(names.len(), table.columns.len(), "{}: a column stands twice", table.name);
            assert!(table.key.iter().chain(&table.finished).all(|name| names.contains(name)), "{}", table.name);
            assert_eq!(table.column(table.time).map(|column| column.kind), Some(Kind::Time), "{}", table.name);
            for column in table.columns {
                assert!(column.description.ends_with('.'), "{}.{}", table.name, column.name);
                assert!(
                    column.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                );
            }
        }
    }

    #[test]
    fn unknown_tables_are_refused() {
        assert_eq!("jobs".parse::<TableId>().unwrap_err().to_string(), "there is no table `jobs`");
    }
}
