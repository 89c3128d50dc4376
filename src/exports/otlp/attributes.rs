//! Attributes, resources and scopes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Origin;

/// Attributes under way; those without a value are left out.
#[derive(Clone, Default)]
pub(super) struct Attributes(Vec<Value>);

impl Attributes {
    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.push(json!({"key": key, "value": {"stringValue": value}}));
        }
        self
    }

    pub(super) fn whole(mut self, key: &str, value: Option<i64>) -> Self {
        // 64-bit integers are texts in Protobuf's JSON.
        self.0.extend(value.map(|value| json!({"key": key, "value": {"intValue": value.to_string()}})));
        self
    }

    pub(super) fn number(mut self, key: &str, value: Option<f64>) -> Self {
        let value = value.filter(|value| value.is_finite());
        self.0.extend(value.map(|value| json!({"key": key, "value": {"doubleValue": value}})));
        self
    }

    pub(super) fn into_value(self) -> Value {
        Value::Array(self.0)
    }
}

/// Returns the attributes of a repository as a source of telemetry.
pub(super) fn resource(repository: &str, origin: &Origin) -> Value {
    let (owner, name) = repository.split_once('/').unwrap_or(("", repository));
    let url = if repository.is_empty() { String::new() } else { format!("{}/{repository}", origin.server) };
    let service = if repository.is_empty() { "github-actions" } else { repository };
    let attributes = Attributes::default()
        .text("service.name", service)
        .text("vcs.provider.name", "github")
        .text("vcs.owner.name", owner)
        .text("vcs.repository.name", name)
        .text("vcs.repository.url.full", &url);
    json!({"attributes": attributes.into_value()})
}

pub(super) fn scope(origin: &Origin) -> Value {
    json!({"name": "plimsoll", "version": origin.version})
}

/// Writes a moment as the protocol does: nanoseconds since 1970, as a text.
pub(super) fn nanoseconds(at: Timestamp) -> String {
    at.as_nanosecond().max(0).to_string()
}

/// Returns the conventions' word for how something ended.
pub(super) fn result(conclusion: &str) -> &'static str {
    match conclusion {
        "success" | "neutral" => "success",
        "failure" => "failure",
        "cancelled" | "stale" => "cancellation",
        "skipped" => "skip",
        "timed_out" => "timeout",
        _ => "error",
    }
}

/// Tells whether an end is an error of what was run, or of what ran it.
pub(super) fn is_error(result: &str) -> bool {
    matches!(result, "failure" | "timeout" | "error")
}
