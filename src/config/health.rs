//! The section `health`.

use std::time::Duration;

use jiff::SignedDuration;

use super::notify;
use super::section::Value;
use super::webhook::{self, Webhook};
use crate::gates::quantity::Quantity;
use crate::model::health::EndpointName;
use crate::model::unit::Unit;
use crate::monitor::health::{Endpoint, Expect, Form, Patience, Redirects, Shape, address};
use crate::reports::budgets::{Objective, Objectives};

/// What is probed, and who is told.
#[derive(Clone, Debug)]
pub struct Health {
    /// The endpoints, in the order of the file.
    pub targets: Vec<Target>,
    /// How many probes in a row it takes.
    pub patience: Patience,
    /// Who is told of alerts.
    pub webhooks: Vec<Webhook>,
    /// What share of the probes is to be answered.
    pub objectives: Objectives,
    /// Whether each incident has an issue.
    pub issues: bool,
    /// The issue's labels; by the first one it is found again.
    pub labels: Vec<String>,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            patience: Patience::default(),
            webhooks: Vec::new(),
            objectives: Objectives::default(),
            issues: false,
            labels: vec!["incident".to_owned()],
        }
    }
}

/// An endpoint whose headers still name variables.
#[derive(Clone, Debug)]
pub struct Target {
    /// The endpoint, without its headers.
    pub endpoint: Endpoint,
    /// Headers, with `${VARIABLE}` where the environment is asked.
    pub headers: Vec<(String, String)>,
}

/// The environment whose endpoints are looked at more often.
const PRODUCTION: &str = "production";

/// The methods that a probe may use: none of them is meant to change anything but POST, which some
/// services ask for.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];

const ENDPOINT: &[&str] = &[
    "url",
    "method",
    "headers",
    "body",
    "expect",
    "timeout",
    "degraded",
    "down",
    "api",
    "redirects",
    "max_bytes",
    "metrics",
    "components",
];

/// Bounds for endpoints of programs, which are expected to be faster.
const API: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(1));

/// The largest answer that may be asked for: it is kept in memory.
const MOST_BYTES: usize = 64 << 20;

pub(super) fn read(value: Value<'_>) -> Health {
    let keys = &["environments", "alert_after", "recover_after", "webhooks", "objective", "issues", "labels"];
    let section = value.section(keys);
    let mut health = Health::default();
    let count = |value: Value<'_>| value.whole(1, 1000).and_then(|count| u64::try_from(count).ok());
    section.set("alert_after", &mut health.patience.failures, count);
    section.set("recover_after", &mut health.patience.successes, count);
    section.set("issues", &mut health.issues, Value::boolean);
    section.set("labels", &mut health.labels, notify::labels);
    section.set("webhooks", &mut health.webhooks, |value| Some(webhook::read(value)));
    let usual =
        section.get("objective").map_or_else(Objective::default, |value| objective(value, Objective::default()));
    health.objectives.usual = usual;
    for (key, value) in section.get("environments").map(Value::entries).unwrap_or_default() {
        if !is_name(key.text()) {
            key.wrong("an environment's name must not be empty nor hold , = { } or a control character");
        }
        environment(key.text(), value, &mut health);
    }
    health
}

fn environment(name: &str, value: Value<'_>, health: &mut Health) {
    let section = value.section(&["interval", "endpoints", "objective"]);
    if let Some(value) = section.get("objective") {
        health.objectives.environments.insert(name.to_owned(), objective(value, health.objectives.usual));
    }
    let mut interval = Duration::from_secs(if name == PRODUCTION { 15 } else { 30 });
    section.set("interval", &mut interval, |value| time(value, Duration::from_secs(1)));
    let endpoints = section.get("endpoints").map(Value::entries).unwrap_or_default();
    if endpoints.is_empty() {
        value.wrong("an environment needs `endpoints`: a name and an address each");
    }
    for (key, value) in endpoints {
        if !is_name(key.text()) {
            key.wrong("an endpoint's name must not be empty nor hold , = { } or a control character");
        }
        let name = EndpointName { environment: name.to_owned(), endpoint: key.text().to_owned() };
        if let Some(target) = target(name, value) {
            health.targets.push(Target { endpoint: Endpoint { interval, ..target.endpoint }, ..target });
        }
    }
}

/// Reads an objective; what it does not say is as usual.
fn objective(value: Value<'_>, usual: Objective) -> Objective {
    let mut objective = usual;
    let section = value.section(&["uptime", "window"]);
    section.set("uptime", &mut objective.uptime, |value| {
        let share = value.parse(Quantity::parse)?.to_unit(Unit::Ratio).ok();
        // 99.9 times a hundredth is a hair more than 0.999.
        let share = share.map(|share| (share * 1e12).round() / 1e12).filter(|share| *share > 0.0 && *share < 1.0);
        if share.is_none() {
            value.wrong("a share below 100% was expected, such as `99.9%`: of 100% nothing is left that may fail");
        }
        share
    });
    section.set("window", &mut objective.window, super::gates::time);
    objective
}

/// These characters would end the name where gates write it as a label.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([',', '=', '{', '}']) && !name.chars().any(char::is_control)
}

fn target(name: EndpointName, value: Value<'_>) -> Option<Target> {
    if value.is_scalar() {
        return Some(Target { endpoint: Endpoint::new(name, url(value)?), headers: Vec::new() });
    }
    let section = value.section(ENDPOINT);
    let Some(place) = section.get("url") else {
        value.wrong("an endpoint needs a `url`");
        return None;
    };
    let mut endpoint = Endpoint::new(name, url(place)?);
    section.set("method", &mut endpoint.method, method);
    section.set("body", &mut endpoint.body, |value| value.text().map(Some));
    section.set("timeout", &mut endpoint.timeout, |value| time(value, Duration::from_millis(1)));
    if section.get("api").and_then(Value::boolean) == Some(true) {
        (endpoint.slow, endpoint.too_slow) = API;
    }
    section.set("degraded", &mut endpoint.slow, |value| time(value, Duration::from_millis(1)));
    section.set("down", &mut endpoint.too_slow, |value| time(value, Duration::from_millis(1)));
    if endpoint.too_slow < endpoint.slow {
        value.wrong("`down` must not be shorter than `degraded`");
    }
    section.set("redirects", &mut endpoint.redirects, |value| value.word(Redirects::WORDS));
    section.set("max_bytes", &mut endpoint.most_bytes, |value| value.whole(0, MOST_BYTES));
    section.set("expect", &mut endpoint.expect, |value| Some(expect(value)));
    endpoint.expect.form = form(&section)?;
    let headers = section.get("headers").map(headers).unwrap_or_default();
    Some(Target { endpoint, headers })
}

fn form(section: &super::section::Section<'_>) -> Option<Form> {
    let metrics = section.get("metrics").and_then(Value::boolean) == Some(true);
    let components = section.get("components").map(|value| (value, shape(value)));
    match (metrics, components) {
        (true, Some((value, _))) => {
            value.wrong("a body is either metrics or tells of components");
            None
        }
        (true, None) => Some(Form::Metrics),
        (false, Some((_, shape))) => Some(Form::Components(shape)),
        (false, None) => Some(Form::Any),
    }
}

fn shape(value: Value<'_>) -> Shape {
    let section = value.section(&["list", "name", "status", "latency"]);
    let mut shape = Shape::default();
    section.set("list", &mut shape.list, Value::text);
    section.set("name", &mut shape.name, Value::text);
    section.set("status", &mut shape.status, Value::text);
    section.set("latency", &mut shape.latency, Value::text);
    shape
}

fn expect(value: Value<'_>) -> Expect {
    let section = value.section(&["status", "body"]);
    let mut expect = Expect::default();
    let code = |value: Value<'_>| value.whole(100, 599).and_then(|code| u16::try_from(code).ok());
    section.set("status", &mut expect.status, |value| Some(value.items().into_iter().filter_map(code).collect()));
    section.set("body", &mut expect.body, |value| value.text().map(Some));
    expect
}

fn headers(value: Value<'_>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (key, value) in value.entries() {
        if http::HeaderName::from_bytes(key.text().as_bytes()).is_err() {
            key.wrong(format!("`{}` is no name of a header", key.text()));
        }
        if let Some(text) = value.text() {
            headers.push((key.text().to_owned(), text));
        }
    }
    headers
}

fn method(value: Value<'_>) -> Option<String> {
    let text = value.text()?.to_ascii_uppercase();
    if METHODS.contains(&text.as_str()) {
        return Some(text);
    }
    value.wrong(format!("a probe uses one of {}, not `{text}`", METHODS.join(", ")));
    None
}

fn url(value: Value<'_>) -> Option<reqwest::Url> {
    address(&value.text()?).map_err(|error| value.wrong(error)).ok()
}

/// Reads a time as people write it: `500ms`, `15s`, `5m`.
pub(super) fn time(value: Value<'_>, least: Duration) -> Option<Duration> {
    const MOST: Duration = Duration::from_hours(24);
    let text = value.text()?;
    let time = text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    let time = time.filter(|time| (least..=MOST).contains(time));
    if time.is_none() {
        value.wrong(format!("a time from {least:?} to 24h was expected, such as `15s`, not `{text}`"));
    }
    time
}
