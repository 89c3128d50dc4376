//! The series that exporters give, as far as rules and dashboards ask for them, and the test that nothing
//! else is asked for.

use std::collections::BTreeSet;

use super::alerts;
use super::dashboards::DASHBOARDS;
use super::settings::Settings;
use crate::gates::metrics::METRICS;
use crate::outputs::formats::openmetrics;

/// Exporters, with the names of series.
static EXPORTERS: &[(&str, &[&str])] = &[
    ("Prometheus", &["up", "ALERTS"]),
    (
        "the service itself",
        &[
            "http_requests_total",
            "http_request_duration_seconds_bucket",
            "login_attempts_total",
            "backup_last_success_timestamp_seconds",
        ],
    ),
    (
        "client libraries",
        &[
            "go_gc_duration_seconds",
            "jvm_gc_collection_seconds_count",
            "jvm_gc_collection_seconds_sum",
            "process_start_time_seconds",
        ],
    ),
    (
        "node_exporter",
        &[
            "node_cpu_seconds_total",
            "node_filesystem_avail_bytes",
            "node_filesystem_size_bytes",
            "node_memory_MemAvailable_bytes",
            "node_memory_MemTotal_bytes",
            "node_network_receive_bytes_total",
            "node_network_receive_errs_total",
            "node_network_speed_bytes",
            "node_network_transmit_bytes_total",
            "node_network_transmit_errs_total",
            "node_timex_offset_seconds",
        ],
    ),
    (
        "postgres_exporter",
        &["pg_replication_lag_seconds", "pg_settings_max_connections", "pg_stat_activity_count", "pg_up"],
    ),
    ("redis_exporter", &["redis_memory_used_bytes", "redis_up"]),
    ("nginx-prometheus-exporter", &["nginx_connections_active", "nginx_up"]),
    ("blackbox_exporter", &["probe_ssl_earliest_cert_expiry"]),
    ("RabbitMQ", &["rabbitmq_queue_messages_ready"]),
    ("kubelet", &["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"]),
];

/// Words of the language itself.
const WORDS: &[&str] = &[
    "abs",
    "absent",
    "and",
    "avg",
    "avg_over_time",
    "by",
    "changes",
    "count",
    "histogram_quantile",
    "max",
    "or",
    "predict_linear",
    "rate",
    "stddev_over_time",
    "sum",
    "time",
    "topk",
    "vector",
];

/// Returns the names of series in a query: words outside of braces, brackets and lists of labels that are no
/// functions.
fn names(query: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut depth, mut word, mut before) = (0_u32, String::new(), String::new());
    let mut labels = false;
    for character in query.chars().chain([' ']) {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ if depth > 0 => continue,
            letter if letter.is_ascii_alphanumeric() || letter == '_' || letter == ':' => {
                word.push(letter);
                continue;
            }
            '(' if word.is_empty() && before == "by" => labels = true,
            ')' if labels => {
                labels = false;
                word.clear();
                before.clear();
            }
            _ => {}
        }
        if !word.is_empty() {
            let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic());
            if is_name && !labels && !WORDS.contains(&word.as_str()) {
                names.insert(word.clone());
            }
            before = std::mem::take(&mut word);
        }
    }
    names
}

#[test]
fn names_are_found_in_queries() {
    let found =
        names("sum by (instance, le) (rate(a_total{job=\"x\"}[5m])) / (b:c > 0) > 0.5 or time() - max(d) < 1e3");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a_total", "b:c", "d"]);
}

#[test]
fn every_query_asks_for_series_that_exist() {
    let mut known: BTreeSet<String> =
        EXPORTERS.iter().flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned())).collect();
    known.extend(METRICS.iter().map(|metric| openmetrics::name(metric.name, metric.unit)));
    known.insert(openmetrics::name(crate::gates::NEWEST_ROW, crate::model::unit::Unit::Seconds));
    let settings = Settings::default();
    let of_alerts = alerts::all().map(|alert| (alert.name, settings.query(alert)));
    let of_panels = DASHBOARDS
        .iter()
        .flat_map(|dashboard| dashboard.panels)
        .flat_map(|panel| panel.queries.iter().map(|(_, query)| (panel.title, settings.fill(query))));
    let mut asked = BTreeSet::new();
    for (title, query) in of_alerts.chain(of_panels) {
        let names = names(&query);
        assert!(!names.is_empty(), "{title}");
        for name in names {
            assert!(known.contains(&name), "{title}: nothing gives {name}");
            asked.insert(name);
        }
    }
    let idle = EXPORTERS.iter().flat_map(|(_, names)| names.iter()).find(|name| !asked.contains(**name));
    assert_eq!(idle, None);
}
