//! The metrics that gates know, as data.

use super::metric::{Better, Derive, Kind, Metric};
use crate::model::history::TableId;
use crate::model::unit::Unit;

const BROKEN: &[&str] = &["failure", "timed_out", "startup_failure"];
const ENDED: &[&str] = &["success", "failure", "timed_out", "startup_failure"];
const RESTORED: &[&str] = &["exact", "partial", "miss"];
const PROBED: &[&str] = &["up", "degraded", "down"];

/// A metric from which the others differ in some fields.
const PLAIN: Metric = Metric {
    name: "",
    summary: "",
    table: TableId::Measurements,
    derive: Derive::Measured,
    only: &[],
    series: &[],
    labels: &[],
    unit: Unit::Seconds,
    better: Better::Lower,
    kind: Kind::Sample,
};

/// A duration of one of the tables about runs.
const fn duration(
    name: &'static str,
    summary: &'static str,
    table: TableId,
    column: &'static str,
    series: &'static [&'static str],
) -> Metric {
    Metric { name, summary, table, derive: Derive::Worst(column), series, labels: &["event"], ..PLAIN }
}

/// A value that `measurements.csv` names.
const fn measured(name: &'static str, summary: &'static str, unit: Unit, better: Better, kind: Kind) -> Metric {
    Metric { name, summary, unit, better, kind, ..PLAIN }
}

/// A measurement that people named themselves.
pub static OWN: Metric = measured("*", "A measurement of one's own", Unit::Other, Better::BySeries, Kind::State);

/// All metrics, in the order people read them.
pub static METRICS: &[Metric] = &[
    duration("run.wall_s", "Time of a run", TableId::RunMetrics, "wall_s", &["workflow"]),
    duration("run.queue_s", "Time a run waited", TableId::RunMetrics, "queue_s", &["workflow"]),
    Metric {
        name: "run.failure_rate",
        summary: "Share of runs that failed",
        table: TableId::RunMetrics,
        derive: Derive::Share("conclusion", BROKEN, ENDED),
        series: &["workflow"],
        labels: &["event"],
        unit: Unit::Ratio,
        kind: Kind::Rate,
        ..PLAIN
    },
    Metric {
        only: &[("stage", &["build"])],
        labels: &["job", "event"],
        ..duration(
            "build.duration_s",
            "Time of the build stage",
            TableId::StageMetrics,
            "duration_s",
            &["workflow", "variant"],
        )
    },
    Metric {
        labels: &["job", "event"],
        ..duration(
            "stage.duration_s",
            "Time of a stage",
            TableId::StageMetrics,
            "duration_s",
            &["workflow", "stage", "variant"],
        )
    },
    Metric {
        labels: &["family", "stage", "runner_os", "runner_arch", "event"],
        ..duration("job.duration_s", "Time of a job", TableId::BuildMetrics, "duration_s", &["workflow", "job"])
    },
    Metric {
        labels: &["family", "stage", "runner_os", "runner_arch", "event"],
        ..duration("job.queue_s", "Time a job waited", TableId::BuildMetrics, "queue_s", &["workflow", "job"])
    },
    Metric {
        only: &[("stage", &["test-*"])],
        labels: &["job", "event"],
        ..duration(
            "test.duration_s",
            "Time of the test stages",
            TableId::StageMetrics,
            "duration_s",
            &["workflow", "stage", "variant"],
        )
    },
    Metric {
        name: "test.failed",
        summary: "Test cases that failed",
        table: TableId::TestMetrics,
        derive: Derive::Sum("failed"),
        series: &["workflow"],
        labels: &["job", "suite", "kind", "event"],
        unit: Unit::Count,
        kind: Kind::State,
        ..PLAIN
    },
    Metric {
        name: "test.flaky_rate",
        summary: "Share of test cases that failed and passed on another try",
        table: TableId::TestMetrics,
        derive: Derive::SumShare("flaky", "tests"),
        series: &["workflow"],
        labels: &["job", "suite", "kind", "event"],
        unit: Unit::Ratio,
        kind: Kind::Share,
        ..PLAIN
    },
    Metric {
        name: "cache.hit_rate",
        summary: "Share of caches restored exactly",
        table: TableId::CacheHits,
        derive: Derive::Share("result", &["exact"], RESTORED),
        labels: &["workflow", "job", "cache", "tool", "event"],
        unit: Unit::Ratio,
        better: Better::Higher,
        kind: Kind::Share,
        ..PLAIN
    },
    Metric {
        name: "cache.partial_rate",
        summary: "Share of caches restored by a fallback key",
        table: TableId::CacheHits,
        derive: Derive::Share("result", &["partial"], RESTORED),
        labels: &["workflow", "job", "cache", "tool", "event"],
        unit: Unit::Ratio,
        kind: Kind::Share,
        ..PLAIN
    },
    measured("coverage.line", "Share of lines covered by tests", Unit::Ratio, Better::Higher, Kind::State),
    measured("coverage.branch", "Share of branches covered by tests", Unit::Ratio, Better::Higher, Kind::State),
    measured("size.bytes", "Size of a file", Unit::Bytes, Better::Lower, Kind::State),
    measured("benchmark.*", "A benchmark", Unit::Other, Better::BySeries, Kind::Sample),
    measured("load.p95_s", "95th percentile of response times under load", Unit::Seconds, Better::Lower, Kind::Sample),
    measured("load.error_rate", "Share of requests that failed under load", Unit::Ratio, Better::Lower, Kind::Sample),
    Metric {
        name: "resource.cpu",
        summary: "Share of all processors in use (95th percentile)",
        table: TableId::ResourceUsage,
        derive: Derive::Worst("cpu_p95"),
        series: &["workflow", "job", "scope"],
        labels: &["event"],
        unit: Unit::Ratio,
        ..PLAIN
    },
    Metric {
        name: "resource.memory",
        summary: "Share of the memory in use at most",
        table: TableId::ResourceUsage,
        derive: Derive::Quotient("memory_max_bytes", "memory_total_bytes"),
        series: &["workflow", "job", "scope"],
        labels: &["event"],
        unit: Unit::Ratio,
        ..PLAIN
    },
    Metric {
        name: "health.total_ms",
        summary: "Time of a probe",
        table: TableId::HealthChecks,
        derive: Derive::Worst("total_ms"),
        series: &["environment", "endpoint"],
        unit: Unit::Milliseconds,
        ..PLAIN
    },
    Metric {
        name: "api.total_ms",
        summary: "Time of a probe of an endpoint whose name has `api` in it",
        table: TableId::HealthChecks,
        derive: Derive::Worst("total_ms"),
        only: &[("endpoint", &["*api*"])],
        series: &["environment", "endpoint"],
        unit: Unit::Milliseconds,
        ..PLAIN
    },
    Metric {
        name: "health.uptime",
        summary: "Share of probes that were answered",
        table: TableId::HealthChecks,
        derive: Derive::Share("status", &["up", "degraded"], PROBED),
        series: &["environment", "endpoint"],
        unit: Unit::Ratio,
        better: Better::Higher,
        kind: Kind::Rate,
        ..PLAIN
    },
    Metric {
        name: "health.error_rate",
        summary: "Share of probes that failed",
        table: TableId::HealthChecks,
        derive: Derive::Share("status", &["down"], PROBED),
        series: &["environment", "endpoint"],
        unit: Unit::Ratio,
        kind: Kind::Rate,
        ..PLAIN
    },
    Metric {
        name: "health.certificate_days",
        summary: "Days until a certificate expires",
        table: TableId::HealthChecks,
        derive: Derive::Worst("certificate_days"),
        series: &["environment", "endpoint"],
        unit: Unit::Count,
        better: Better::Higher,
        kind: Kind::State,
        ..PLAIN
    },
    measured(
        "health.error_budget_left",
        "Share of the error budget that is left; `health.objective` says what may fail",
        Unit::Ratio,
        Better::Higher,
        Kind::State,
    ),
    Metric {
        name: "deploy.duration_s",
        summary: "Time of a deployment",
        table: TableId::Deployments,
        derive: Derive::Worst("duration_s"),
        only: &[("rollback_of", &[""])],
        series: &["environment"],
        ..PLAIN
    },
    Metric {
        name: "rollback.duration_s",
        summary: "Time of a rollback",
        table: TableId::Deployments,
        derive: Derive::Worst("duration_s"),
        only: &[("rollback_of", &["?*"])],
        series: &["environment"],
        ..PLAIN
    },
    Metric {
        name: "deploy.failed",
        summary: "Whether a deployment failed: 1, or 0",
        table: TableId::Deployments,
        derive: Derive::Share("state", &["failure", "error"], &["success", "inactive", "failure", "error"]),
        series: &["environment"],
        unit: Unit::Count,
        kind: Kind::State,
        ..PLAIN
    },
    measured("dora.deployment_frequency", "Deployments a day", Unit::PerDay, Better::Higher, Kind::State),
    measured("dora.lead_time_s", "From commit to production", Unit::Seconds, Better::Lower, Kind::State),
    measured(
        "dora.change_fail_rate",
        "Share of deployments that had to be mended",
        Unit::Ratio,
        Better::Lower,
        Kind::State,
    ),
    measured("dora.recovery_s", "From a failed deployment to a good one", Unit::Seconds, Better::Lower, Kind::State),
    measured("dora.rework_rate", "Share of deployments nobody planned", Unit::Ratio, Better::Lower, Kind::State),
    Metric {
        name: "cost.usd",
        summary: "What a run cost",
        table: TableId::BuildMetrics,
        derive: Derive::Sum("cost_usd"),
        series: &["workflow"],
        labels: &["event", "job", "family"],
        unit: Unit::Dollars,
        ..PLAIN
    },
    Metric {
        name: "billed.minutes",
        summary: "Minutes a run was billed for",
        table: TableId::BuildMetrics,
        derive: Derive::Sum("billed_minutes"),
        series: &["workflow"],
        labels: &["event", "job", "family"],
        unit: Unit::Minutes,
        ..PLAIN
    },
    measured("cost.month_usd", "What the month cost so far", Unit::Dollars, Better::Lower, Kind::State),
    measured(
        "cost.month_projected_usd",
        "What the month will have cost at this pace",
        Unit::Dollars,
        Better::Lower,
        Kind::State,
    ),
    measured("billed.month_minutes", "Minutes billed in the month so far", Unit::Minutes, Better::Lower, Kind::State),
    measured(
        "billed.plan_used",
        "Share of the plan's minutes that the month used",
        Unit::Ratio,
        Better::Lower,
        Kind::State,
    ),
    Metric {
        name: "score.overall",
        summary: "The scorecard's overall score",
        table: TableId::ScoreHistory,
        derive: Derive::Worst("overall"),
        series: &["profile"],
        unit: Unit::Points,
        better: Better::Higher,
        kind: Kind::State,
        ..PLAIN
    },
    Metric {
        name: "score.gaps",
        summary: "Missing criteria of a priority",
        table: TableId::ScoreHistory,
        derive: Derive::Columns(
            "priority",
            &[("critical", "gaps_critical"), ("high", "gaps_high"), ("medium", "gaps_medium"), ("low", "gaps_low")],
        ),
        series: &["profile"],
        unit: Unit::Count,
        kind: Kind::State,
        ..PLAIN
    },
    Metric {
        name: "score.*",
        summary: "The scorecard's score of a category",
        table: TableId::ScoreHistory,
        derive: Derive::Category,
        series: &["profile"],
        unit: Unit::Points,
        better: Better::Higher,
        kind: Kind::State,
        ..PLAIN
    },
    Metric {
        name: "lint.findings",
        summary: "Findings of the linter",
        table: TableId::LintHistory,
        derive: Derive::Tally("findings"),
        labels: &["severity", "group"],
        unit: Unit::Count,
        kind: Kind::State,
        ..PLAIN
    },
];

/// The scorecard's categories, which are columns of its table.
pub const CATEGORIES: &[&str] = &[
    "ci-pipeline",
    "testing-quality",
    "security",
    "deployment",
    "infrastructure",
    "observability",
    "release",
    "recovery",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_names_columns_that_exist() {
        let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
        for metric in METRICS {
            let table = metric.table.table();
            let mut columns: Vec<&str> = metric.series.iter().chain(metric.labels).copied().collect();
            columns.extend(metric.only.iter().map(|(column, _)| *column));
            match metric.derive {
                Derive::Worst(column) | Derive::Sum(column) | Derive::Tally(column) | Derive::Share(column, ..) => {
                    columns.push(column);
                }
                Derive::Quotient(top, bottom) | Derive::SumShare(top, bottom) => columns.extend([top, bottom]),
                Derive::Columns(_, counted) => columns.extend(counted.iter().map(|(_, column)| *column)),
                Derive::Category => assert!(metric.family().is_some()),
                Derive::Measured => assert_eq!(metric.table, TableId::Measurements),
            }
            for column in columns {
                assert!(table.position(column).is_some(), "{}: {} has no column {column}", metric.name, table.name);
            }
        }
    }

    #[test]
    fn every_category_is_a_column() {
        let table = TableId::ScoreHistory.table();
        assert!(CATEGORIES.iter().all(|category| table.position(&category.replace('-', "_")).is_some()));
    }
}
