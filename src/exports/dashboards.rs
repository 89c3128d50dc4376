//! What the dashboards show.

/// A dashboard.
#[derive(Debug)]
pub struct Dashboard {
    /// Its id in addresses, and the name of its file.
    pub uid: &'static str,
    /// The title.
    pub title: &'static str,
    /// How often it is asked anew.
    pub refresh: &'static str,
    /// How far back it looks at first.
    pub from: &'static str,
    /// The panels, row by row.
    pub panels: &'static [Panel],
}

/// A panel.
#[derive(Debug)]
pub struct Panel {
    /// The title.
    pub title: &'static str,
    /// How it is drawn.
    pub kind: Kind,
    /// The unit, as Grafana names it.
    pub unit: &'static str,
    /// The queries: the legend, and the query in `PromQL`.
    pub queries: &'static [(&'static str, &'static str)],
}

/// How a panel is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines over time.
    Lines,
    /// One large number.
    Number,
    /// The latest values as bars.
    Bars,
}

const fn lines(title: &'static str, unit: &'static str, queries: &'static [(&'static str, &'static str)]) -> Panel {
    Panel { title, kind: Kind::Lines, unit, queries }
}

const fn figure(title: &'static str, unit: &'static str, queries: &'static [(&'static str, &'static str)]) -> Panel {
    Panel { title, kind: Kind::Number, unit, queries }
}

const fn bars(title: &'static str, unit: &'static str, queries: &'static [(&'static str, &'static str)]) -> Panel {
    Panel { title, kind: Kind::Bars, unit, queries }
}

/// All dashboards.
pub static DASHBOARDS: &[Dashboard] = &[
    Dashboard { uid: "service", title: "Service health", refresh: "30s", from: "now-6h", panels: SERVICE },
    Dashboard { uid: "delivery", title: "Delivery", refresh: "15m", from: "now-90d", panels: DELIVERY },
    Dashboard { uid: "ci", title: "CI", refresh: "15m", from: "now-30d", panels: CI },
];

const SERVICE: &[Panel] = &[
    figure("Instances up", "percentunit", &[("up", "avg(up{job=\"{service}\"})")]),
    figure("Requests a second", "reqps", &[("requests", "sum(rate(http_requests_total{job=\"{service}\"}[5m]))")]),
    figure(
        "Errors",
        "percentunit",
        &[(
            "errors",
            "sum(rate(http_requests_total{job=\"{service}\",status=~\"5..\"}[5m])) / sum(rate(http_requests_total{job=\"{service}\"}[5m]))",
        )],
    ),
    figure("Alerts firing", "short", &[("alerts", "count(ALERTS{alertstate=\"firing\"}) or vector(0)")]),
    lines("Requests", "reqps", &[("{{status}}", "sum by (status) (rate(http_requests_total{job=\"{service}\"}[5m]))")]),
    lines(
        "Latency",
        "s",
        &[
            (
                "p50",
                "histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"{service}\"}[5m])))",
            ),
            (
                "p95",
                "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"{service}\"}[5m])))",
            ),
            (
                "p99",
                "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"{service}\"}[5m])))",
            ),
        ],
    ),
    lines("Endpoints: answered", "percentunit", &[("{{environment}} {{endpoint}}", "plimsoll_health_uptime_ratio")]),
    lines("Endpoints: time", "s", &[("{{environment}} {{endpoint}}", "plimsoll_health_total_seconds")]),
    lines(
        "Processors",
        "percentunit",
        &[("{{instance}}", "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))")],
    ),
    lines(
        "Memory",
        "percentunit",
        &[("{{instance}}", "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes")],
    ),
    lines(
        "Disks",
        "percentunit",
        &[(
            "{{instance}} {{mountpoint}}",
            "1 - node_filesystem_avail_bytes{fstype!~\"tmpfs|overlay\"} / node_filesystem_size_bytes",
        )],
    ),
    lines(
        "Network",
        "Bps",
        &[
            ("{{instance}} {{device}} in", "rate(node_network_receive_bytes_total{device!=\"lo\"}[5m])"),
            ("{{instance}} {{device}} out", "-rate(node_network_transmit_bytes_total{device!=\"lo\"}[5m])"),
        ],
    ),
    lines(
        "Connections of the database",
        "short",
        &[
            ("{{instance}} {{state}}", "sum by (instance, state) (pg_stat_activity_count)"),
            ("{{instance}} at most", "pg_settings_max_connections"),
        ],
    ),
    lines(
        "Pauses of the garbage collector",
        "s",
        &[
            (
                "Java {{instance}}",
                "rate(jvm_gc_collection_seconds_sum[5m]) / rate(jvm_gc_collection_seconds_count[5m])",
            ),
            ("Go {{instance}}", "go_gc_duration_seconds{quantile=\"1\"}"),
        ],
    ),
    lines("Messages waiting", "short", &[("{{queue}}", "rabbitmq_queue_messages_ready")]),
    lines("Connections of nginx", "short", &[("{{instance}}", "nginx_connections_active")]),
    lines("Memory of Redis", "bytes", &[("{{instance}}", "redis_memory_used_bytes")]),
    bars(
        "Certificates: days left",
        "d",
        &[
            ("{{environment}} {{endpoint}}", "plimsoll_health_certificate_days"),
            ("{{instance}}", "(probe_ssl_earliest_cert_expiry - time()) / 86400"),
        ],
    ),
];

const DELIVERY: &[Panel] = &[
    figure("Deployments a day", "short", &[("deployments", "plimsoll_dora_deployment_frequency_per_day")]),
    figure("Change lead time", "s", &[("lead time", "plimsoll_dora_lead_time_seconds")]),
    figure("Change fail rate", "percentunit", &[("failed", "plimsoll_dora_change_fail_ratio")]),
    figure("Recovery time", "s", &[("recovery", "plimsoll_dora_recovery_seconds")]),
    lines("Deployments a day, over time", "short", &[("deployments", "plimsoll_dora_deployment_frequency_per_day")]),
    lines("Change lead time, over time", "s", &[("lead time", "plimsoll_dora_lead_time_seconds")]),
    lines(
        "Failed and reworked changes",
        "percentunit",
        &[("failed", "plimsoll_dora_change_fail_ratio"), ("rework", "plimsoll_dora_rework_ratio")],
    ),
    lines("Recovery time, over time", "s", &[("recovery", "plimsoll_dora_recovery_seconds")]),
    lines(
        "Time of a deployment",
        "s",
        &[
            ("{{environment}} deploy", "plimsoll_deploy_duration_seconds"),
            ("{{environment}} rollback", "plimsoll_rollback_duration_seconds"),
        ],
    ),
    bars("Last deployment failed", "short", &[("{{environment}}", "plimsoll_deploy_failed")]),
    lines("Score", "short", &[("{{profile}}", "plimsoll_score_overall")]),
    lines("Age of the newest rows", "s", &[("{{table}}", "time() - plimsoll_newest_row_timestamp_seconds")]),
];

const CI: &[Panel] = &[
    figure("Median time of a run", "s", &[("{{workflow}}", "plimsoll_run_wall_seconds")]),
    figure("Runs that fail", "percentunit", &[("{{workflow}}", "plimsoll_run_failure_ratio")]),
    figure("Cache hits", "percentunit", &[("hits", "plimsoll_cache_hit_ratio")]),
    figure("Flaky tests", "percentunit", &[("{{workflow}}", "plimsoll_test_flaky_ratio")]),
    lines("Time of a run", "s", &[("{{workflow}}", "plimsoll_run_wall_seconds")]),
    lines("Runs that fail, over time", "percentunit", &[("{{workflow}}", "plimsoll_run_failure_ratio")]),
    bars("Slowest jobs", "s", &[("{{workflow}} {{job}}", "topk(10, plimsoll_job_duration_seconds)")]),
    bars("Longest waits", "s", &[("{{workflow}} {{job}}", "topk(10, plimsoll_job_queue_seconds)")]),
    lines("Builds", "s", &[("{{workflow}} {{variant}}", "plimsoll_build_duration_seconds")]),
    lines("Tests", "s", &[("{{workflow}} {{stage}}", "plimsoll_test_duration_seconds")]),
    lines(
        "Caches",
        "percentunit",
        &[("exact", "plimsoll_cache_hit_ratio"), ("partial", "plimsoll_cache_partial_ratio")],
    ),
    lines(
        "Coverage",
        "percentunit",
        &[("lines", "plimsoll_coverage_line_ratio"), ("branches", "plimsoll_coverage_branch_ratio")],
    ),
    lines("Billed time of a run", "s", &[("{{workflow}}", "plimsoll_billed_seconds")]),
    lines("Cost of a run", "currencyUSD", &[("{{workflow}}", "plimsoll_cost_dollars")]),
    lines(
        "Runners",
        "percentunit",
        &[("{{job}} processors", "plimsoll_resource_cpu_ratio"), ("{{job}} memory", "plimsoll_resource_memory_ratio")],
    ),
    lines("Sizes", "bytes", &[("{{name}}", "plimsoll_size_bytes")]),
    lines("Findings of the linter", "short", &[("findings", "plimsoll_lint_findings")]),
    lines("Failed tests", "short", &[("{{workflow}}", "plimsoll_test_failed")]),
];
