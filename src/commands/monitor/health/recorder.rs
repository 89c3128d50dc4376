//! Takes probes in: rows for the table, lines for the logs, alerts for people.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::blame;
use super::incidents::Incidents;
use crate::commands::webhooks::slack_plain;
use crate::commands::{append, webhooks};
use crate::config::{Webhook, WebhookForm};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::health::{Alert, AlertKind, Count, EndpointName, HealthReport, Probe, Status};
use crate::model::history::{Cell, Row, TableId};
use crate::monitor::health::{Endpoint, Patience, Standing};
use crate::outputs::formats::{github, json};
use crate::outputs::sinks::append::Log;
use crate::sources::history;
use crate::world::World;

/// How many probes of an endpoint are looked back on, so that runs of a schedule go on from one
/// another.
const LOOK_BACK: usize = 20;

/// How long rows wait before they are written, at least.
const PATIENT: SignedDuration = SignedDuration::from_mins(1);

/// Writing takes at most one part in so many of the time.
const SELDOM: i32 = 100;

/// Where what is found goes.
pub(super) struct Keeping {
    /// The folder of the tables.
    pub(super) metrics: PathBuf,
    /// The folder of the logs.
    pub(super) logs: PathBuf,
    /// `OWNER/NAME`, where it is known.
    pub(super) repository: Option<String>,
    /// How many probes in a row it takes.
    pub(super) patience: Patience,
    /// Who is told of alerts, each with the request that does it.
    pub(super) webhooks: Vec<(Webhook, Endpoint)>,
    /// The issues of incidents, where they are kept.
    pub(super) incidents: Option<Incidents>,
}

/// Keeps what probes found.
pub(super) struct Recorder {
    keeping: Keeping,
    standings: BTreeMap<EndpointName, Standing>,
    latest: BTreeMap<EndpointName, (Probe, Count)>,
    alerts: Vec<Alert>,
    rows: Vec<Row>,
    next_save: Timestamp,
    /// The log of a day, by its name.
    log: Option<(PathBuf, Log)>,
    is_log_broken: bool,
}

impl Recorder {
    /// Reads how the endpoints stood at their last probes.
    ///
    /// # Errors
    /// The table cannot be read, or is damaged.
    pub(super) fn open(keeping: Keeping, world: &World) -> Result<Self, Failure> {
        let standings = standings(&keeping.metrics, keeping.patience)?;
        let next_save = world.clock.now().checked_add(PATIENT).unwrap_or(Timestamp::MAX);
        Ok(Self {
            keeping,
            standings,
            latest: BTreeMap::new(),
            alerts: Vec::new(),
            rows: Vec::new(),
            next_save,
            log: None,
            is_log_broken: false,
        })
    }

    /// Takes a probe in; returns the requests that tell somebody of it.
    pub(super) fn take(&mut self, mut probe: Probe, world: &mut World) -> Vec<Arc<Endpoint>> {
        if webhooks::is_answer(&probe) {
            webhooks::took(("health", "nobody was told of the alert there"), &probe, world);
            return Vec::new();
        }
        let standing = self.standings.entry(probe.name.clone()).or_default();
        let alert = standing.observe(&mut probe, self.keeping.patience);
        self.rows.push(row(&probe, self.keeping.repository.as_deref()));
        self.write(probe.at, &json::health::probe_line(&probe), world);
        let told = alert.map(|alert| self.alert(alert, world)).unwrap_or_default();
        let (latest, count) =
            self.latest.entry(probe.name.clone()).or_insert_with(|| (probe.clone(), Count::default()));
        count.probes += 1;
        count.failed += u64::from(probe.status == Status::Down);
        *latest = probe;
        if world.clock.now() >= self.next_save
            && let Err(failure) = self.save(world)
        {
            append::warn(&failure, world);
        }
        told
    }

    /// Writes the rows that wait.
    ///
    /// # Errors
    /// The table cannot be written; the rows go on waiting.
    pub(super) fn save(&mut self, world: &World) -> Result<(), Failure> {
        let start = world.clock.now();
        let saved = append::rows(&self.keeping.metrics, self.rows.clone());
        if saved.is_ok() {
            self.rows.clear();
        }
        let end = world.clock.now();
        let pause = end.duration_since(start).checked_mul(SELDOM).unwrap_or(PATIENT).max(PATIENT);
        self.next_save = end.checked_add(pause).unwrap_or(Timestamp::MAX);
        saved
    }

    /// Waits until the issues of incidents are written, and ties them to deployments; returns their addresses.
    pub(super) fn end_incidents(&mut self, world: &mut World) -> Vec<String> {
        let told = self.keeping.incidents.take().map(|incidents| incidents.end(world)).unwrap_or_default();
        if let Err(failure) = blame::record(&told, &self.keeping.metrics) {
            append::warn(&failure, world);
        }
        let mut urls: Vec<String> = told.into_iter().map(|told| told.issue.url).collect();
        urls.dedup();
        urls
    }

    /// Sums up what was taken in.
    pub(super) fn into_report(self) -> HealthReport {
        let (latest, counts) = self.latest.into_values().unzip();
        HealthReport { latest, counts, alerts: self.alerts, notes: Vec::new() }
    }

    fn alert(&mut self, alert: Alert, world: &mut World) -> Vec<Arc<Endpoint>> {
        let line = json::health::alert_line(&alert);
        self.write(alert.at, &line, world);
        let history = Log::open(&self.keeping.logs.join("alerts.jsonl")).and_then(|mut log| log.line(&line));
        if let Err(error) = history {
            append::warn(&Failure::new(FailureKind::Output, error), world);
        }
        let told = github::health::alert(&alert, world.environment.in_actions());
        // Standard output is the report's; nothing is left to tell where standard error is closed.
        drop(world.stderr.write_all(told.as_bytes()));
        if let Some(incidents) = &self.keeping.incidents {
            incidents.tell(&alert);
        }
        let requests = webhooks::requests(&self.keeping.webhooks, |form| message(&alert, form));
        self.alerts.push(alert);
        requests
    }

    /// Adds a line to the log of its day.
    fn write(&mut self, at: Timestamp, line: &str, world: &mut World) {
        let path = self.keeping.logs.join(format!("{}.jsonl", at.strftime("%Y-%m-%d")));
        let written = match &mut self.log {
            Some((open, log)) if *open == path => log.line(line),
            other => Log::open(&path).and_then(|mut log| {
                log.line(line)?;
                *other = Some((path, log));
                Ok(())
            }),
        };
        if let Err(error) = written
            && !self.is_log_broken
        {
            self.is_log_broken = true;
            append::warn(&Failure::new(FailureKind::Output, error), world);
        }
    }
}

/// Runs the last probes of the table through, so that an alert of an earlier run is known.
fn standings(metrics: &Path, patience: Patience) -> Result<BTreeMap<EndpointName, Standing>, Failure> {
    let mut stored = history::read(metrics).kind(FailureKind::Input)?;
    stored.damages.retain(|damage| damage.file.table == TableId::HealthChecks);
    let stored = stored.sound(metrics).kind(FailureKind::Input)?;
    let mut probes: BTreeMap<EndpointName, VecDeque<Probe>> = BTreeMap::new();
    for probe in stored.history.rows(TableId::HealthChecks).iter().filter_map(known) {
        let last = probes.entry(probe.name.clone()).or_default();
        last.push_back(probe);
        if last.len() > LOOK_BACK {
            last.pop_front();
        }
    }
    let standing = |probes: VecDeque<Probe>| {
        let mut standing = Standing::default();
        for mut probe in probes {
            standing.observe(&mut probe, patience);
        }
        standing
    };
    Ok(probes.into_iter().map(|(name, probes)| (name, standing(probes))).collect())
}

fn known(row: &Row) -> Option<Probe> {
    let statuses = [Status::Up, Status::Degraded, Status::Down];
    let status = statuses.into_iter().find(|status| status.word() == row.text("status"))?;
    let name =
        EndpointName { environment: row.text("environment").to_owned(), endpoint: row.text("endpoint").to_owned() };
    Some(Probe::new(name, row.at()?, status))
}

fn row(probe: &Probe, repository: Option<&str>) -> Row {
    let milliseconds = |time: Option<f64>| Cell::from_option(time, Cell::rounded);
    Row::new(TableId::HealthChecks)
        .with("repository", Cell::from_option(repository, Cell::text))
        .with("at", Cell::time(probe.at))
        .with("environment", Cell::text(probe.name.environment.as_str()))
        .with("endpoint", Cell::text(probe.name.endpoint.as_str()))
        .with("status", Cell::text(probe.status.word()))
        .with("http_status", Cell::from_option(probe.http_status, Cell::integer))
        .with("total_ms", milliseconds(probe.total_ms))
        .with("dns_ms", milliseconds(probe.dns_ms))
        .with("connect_ms", milliseconds(probe.connect_ms))
        .with("tls_ms", milliseconds(probe.tls_ms))
        .with("first_byte_ms", milliseconds(probe.first_byte_ms))
        .with("certificate_days", Cell::from_option(probe.certificate_days, Cell::integer))
        .with("failures_in_a_row", Cell::integer(probe.failures_in_a_row))
        .with("error", Cell::from_option(probe.error.as_deref(), Cell::text))
}

/// Writes what a webhook is sent.
fn message(alert: &Alert, form: WebhookForm) -> String {
    let mark = if alert.kind == AlertKind::Recovered { "✅" } else { "🔴" };
    let value = match form {
        WebhookForm::Slack => {
            let name = slack_plain(&alert.name.to_string());
            json!({"text": format!("{mark} {name} is {}: {}", alert.kind.word(), slack_plain(&alert.reason))})
        }
        WebhookForm::Json => json!({
            "environment": alert.name.environment,
            "endpoint": alert.name.endpoint,
            "kind": alert.kind.word(),
            "at": alert.at.to_string(),
            "reason": alert.reason,
        }),
    };
    value.to_string()
}
