//! Sends messages to a collector of OpenTelemetry, as JSON over HTTP.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderName, InvalidHeaderValue};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Timeouts, diagnose, foreign_client};
use crate::monitor::health::address;
use crate::outputs::formats::{escape, totals};
use crate::world::World;

/// The largest answer that is read.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The variable that holds a collector's headers.
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";

/// How long a collector may take for one message.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a message is, which is where the protocol wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Traces,
    Metrics,
}

impl Path {
    fn word(self) -> &'static str {
        match self {
            Self::Traces => "v1/traces",
            Self::Metrics => "v1/metrics",
        }
    }
}

/// What a collector answers, as far as it matters.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    /// What it did not take of a message that it took.
    partial_success: Option<Partial>,
    /// Why it refused a whole message.
    message: String,
}

/// What a collector did not take. Numbers of 64 bits may be texts in JSON.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
struct Partial {
    rejected_spans: Value,
    rejected_data_points: Value,
    error_message: String,
}

impl Partial {
    /// Says what was not taken, and why; `None` where all of it was taken and nothing is to be said.
    /// <https://opentelemetry.io/docs/specs/otlp/#partial-success-1>
    fn tell(&self) -> Option<String> {
        let count = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|count| *count > 0);
        let spans = count(&self.rejected_spans).map(|spans| format!("{spans} spans"));
        let points = count(&self.rejected_data_points).map(|points| format!("{points} data points"));
        let rejected: Vec<String> = spans.into_iter().chain(points).collect();
        let why = escape::log_words(&self.error_message);
        match (rejected.is_empty(), why.is_empty()) {
            (true, true) => None,
            (true, false) => Some(format!("took everything, and says: {why}")),
            (false, true) => Some(format!("rejected {}, and does not say why", rejected.join(" and "))),
            (false, false) => Some(format!("rejected {}: {why}", rejected.join(" and "))),
        }
    }
}

/// Sends the messages one after the other, and says how many were taken, and what of them was not.
///
/// # Errors
/// The address is none, or the collector did not take a message.
pub(super) fn send(endpoint: &str, messages: &[(Path, Value)], world: &mut World) -> Result<(), Failure> {
    let headers = headers(world.environment.get(HEADERS).unwrap_or_default())
        .map_err(|error| Failure::message(FailureKind::Usage, error))?;
    let timeouts = Timeouts { read: PATIENCE, total: PATIENCE, ..Timeouts::default() };
    let client = foreign_client(&timeouts).kind(FailureKind::Network)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().kind(FailureKind::Network)?;
    for (path, message) in messages {
        let target = format!("{}/{}", endpoint.trim_end_matches('/'), path.word());
        let url = address(&target).map_err(|error| Failure::message(FailureKind::Usage, error))?;
        let answer = runtime.block_on(exchange(&client, url, &headers, message)).map_err(|why| {
            Failure::message(FailureKind::Network, format!("the collector refused {target}{why}"))
                .hint("the address is the collector's own, such as http://localhost:4318, without v1/traces")
                .hint("proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY")
        })?;
        if let Some(told) = answer.partial_success.and_then(|partial| partial.tell()) {
            writeln!(world.stderr, "{target}: the collector {told}").kind(FailureKind::Output)?;
        }
    }
    let count = totals::number(messages.len(), "message");
    writeln!(world.stdout, "{endpoint}: {count} sent").kind(FailureKind::Output)
}

/// Sends a message and reads what comes back; otherwise says what there was instead, to stand behind the address.
async fn exchange(client: &reqwest::Client, url: Url, headers: &HeaderMap, message: &Value) -> Result<Answer, String> {
    let broken = |error: reqwest::Error| format!(": {}", diagnose(&error).1);
    let request = client.post(url).headers(headers.clone()).body(message.to_string());
    let mut response = request.send().await.map_err(broken)?;
    let mut body = Vec::new();
    while body.len() < LARGEST_ANSWER {
        let Some(chunk) = response.chunk().await.map_err(broken)? else { break };
        body.extend_from_slice(&chunk);
    }
    // An answer that is no JSON says nothing more than its status.
    let answer: Answer = serde_json::from_slice(&body).unwrap_or_default();
    if response.status().is_success() {
        return Ok(answer);
    }
    let why = escape::log_words(&answer.message);
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Err(format!(" with {}{why}", response.status().as_u16()))
}

/// Reads `name=value` pairs between commas, values percent-encoded, as the specification of the variable says.
fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    for (name, value) in text.split(',').filter_map(|pair| pair.split_once('=')) {
        let unfit = |why: &dyn std::fmt::Display| {
            format!("the header `{}` of {HEADERS} cannot be sent: {why}", escape::log_words(name.trim()))
        };
        let known: HeaderName = name.trim().parse().map_err(|why: InvalidHeaderName| unfit(&why))?;
        let mut value: HeaderValue = decoded(value.trim()).parse().map_err(|why: InvalidHeaderValue| unfit(&why))?;
        value.set_sensitive(true);
        headers.insert(known, value);
    }
    Ok(headers)
}

/// Takes percent-encoding away; what is none stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escaped = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = escaped.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_from_the_usual_variable() {
        let found = headers("api-key=a%20b%2, x = y,broken").unwrap();
        let told: Vec<(&str, &str)> =
            found.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(told, [("content-type", "application/json"), ("api-key", "a b%2"), ("x", "y")]);
        assert!(!format!("{found:?}").contains("a b"), "{found:?}");
        for broken in ["a b=c", "a=s3cret%0Ax"] {
            let error = headers(broken).unwrap_err();
            assert!(error.contains("`a") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn what_was_not_taken_is_told() {
        let told = |text: &str| {
            let answer: Answer = serde_json::from_str(text).unwrap();
            answer.partial_success.and_then(|partial| partial.tell()).unwrap_or_default()
        };
        assert_eq!(told("{}") + &told(r#"{"partialSuccess": {}}"#), "");
        assert_eq!(told(r#"{"partialSuccess": {"rejectedSpans": "0", "errorMessage": ""}}"#), "");
        let check = |partial: &str, expected: &str| {
            assert_eq!(told(&format!("{{\"partialSuccess\": {{{partial}}}}}")), expected, "{partial}");
        };
        check(r#""rejectedSpans": "3", "errorMessage": "too\nold""#, "rejected 3 spans: too old");
        check(r#""rejectedDataPoints": 2"#, "rejected 2 data points, and does not say why");
        check(r#""errorMessage": "slow down""#, "took everything, and says: slow down");
    }
}
