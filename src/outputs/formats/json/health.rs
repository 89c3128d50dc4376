//! How deployed endpoints are, as JSON: the report, and lines for logs.

use serde::Serialize;

use crate::model::health::{Alert, Component, Count, HealthReport, Probe, Status};

/// Renders the report.
pub fn render(report: &HealthReport) -> String {
    let endpoints = report.latest.iter().zip(&report.counts);
    super::document(&Document {
        version: 1,
        healthy: report.count(Status::Up),
        degraded: report.count(Status::Degraded),
        unhealthy: report.count(Status::Down),
        endpoints: endpoints.map(|(probe, count)| Endpoint { count: (*count).into(), probe: probe.into() }).collect(),
        alerts: report.alerts.iter().map(AlertFields::from).collect(),
        notes: &report.notes,
    })
}

/// Renders a probe as one line.
pub fn probe_line(probe: &Probe) -> String {
    super::line(&ProbeFields::from(probe))
}

/// Renders an alert as one line.
pub fn alert_line(alert: &Alert) -> String {
    super::line(&AlertFields::from(alert))
}

#[derive(Serialize)]
struct Document<'report> {
    version: u32,
    healthy: usize,
    degraded: usize,
    unhealthy: usize,
    endpoints: Vec<Endpoint<'report>>,
    alerts: Vec<AlertFields<'report>>,
    notes: &'report [String],
}

#[derive(Serialize)]
struct Endpoint<'report> {
    count: CountFields,
    probe: ProbeFields<'report>,
}

#[derive(Serialize)]
struct CountFields {
    probes: u64,
    failed: u64,
}

impl From<Count> for CountFields {
    fn from(count: Count) -> Self {
        Self { probes: count.probes, failed: count.failed }
    }
}

#[derive(Serialize)]
struct ProbeFields<'report> {
    at: String,
    environment: &'report str,
    endpoint: &'report str,
    status: &'static str,
    http_status: Option<u16>,
    total_ms: Option<f64>,
    dns_ms: Option<f64>,
    connect_ms: Option<f64>,
    tls_ms: Option<f64>,
    first_byte_ms: Option<f64>,
    certificate_days: Option<i64>,
    failures_in_a_row: u64,
    error: Option<&'report str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<ComponentFields<'report>>,
}

impl<'report> From<&'report Probe> for ProbeFields<'report> {
    fn from(probe: &'report Probe) -> Self {
        let rounded = |time: Option<f64>| time.map(|time| (time * 1000.0).round() / 1000.0);
        Self {
            at: probe.at.to_string(),
            environment: &probe.name.environment,
            endpoint: &probe.name.endpoint,
            status: probe.status.word(),
            http_status: probe.http_status,
            total_ms: rounded(probe.total_ms),
            dns_ms: rounded(probe.dns_ms),
            connect_ms: rounded(probe.connect_ms),
            tls_ms: rounded(probe.tls_ms),
            first_byte_ms: rounded(probe.first_byte_ms),
            certificate_days: probe.certificate_days,
            failures_in_a_row: probe.failures_in_a_row,
            error: probe.error.as_deref(),
            components: probe.components.iter().map(ComponentFields::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct ComponentFields<'report> {
    name: &'report str,
    status: &'static str,
    latency: Option<&'report str>,
}

impl<'report> From<&'report Component> for ComponentFields<'report> {
    fn from(part: &'report Component) -> Self {
        Self { name: &part.name, status: part.status.word(), latency: part.latency.as_deref() }
    }
}

#[derive(Serialize)]
struct AlertFields<'report> {
    at: String,
    environment: &'report str,
    endpoint: &'report str,
    alert: &'static str,
    reason: &'report str,
}

impl<'report> From<&'report Alert> for AlertFields<'report> {
    fn from(alert: &'report Alert) -> Self {
        Self {
            at: alert.at.to_string(),
            environment: &alert.name.environment,
            endpoint: &alert.name.endpoint,
            alert: alert.kind.word(),
            reason: &alert.reason,
        }
    }
}
