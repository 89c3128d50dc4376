//! Sends messages to a collector of OpenTelemetry, as JSON over HTTP.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::health::EndpointName;
use crate::model::secret::Secret;
use crate::monitor::health::{Endpoint, Prober, address};
use crate::outputs::formats::totals;
use crate::world::World;

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

/// Sends the messages one after the other, and says how many were taken.
///
/// # Errors
/// The address is none, or the collector did not take a message.
pub(super) fn send(endpoint: &str, messages: &[(Path, Value)], world: &mut World) -> Result<(), Failure> {
    let headers = headers(world.environment.get("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default());
    let prober = Prober::new(world.clock.clone(), None).kind(FailureKind::Network)?;
    for (path, message) in messages {
        let target = format!("{}/{}", endpoint.trim_end_matches('/'), path.word());
        let url = address(&target).map_err(|error| Failure::message(FailureKind::Usage, error))?;
        let name = EndpointName { environment: "collector".to_owned(), endpoint: path.word().to_owned() };
        let request = Endpoint {
            method: "POST".to_owned(),
            headers: headers.clone(),
            body: Some(message.to_string()),
            timeout: PATIENCE,
            too_slow: PATIENCE,
            ..Endpoint::new(name, url)
        };
        let mut refused = None;
        prober.once(&[Arc::new(request)], |probe| {
            if !probe.http_status.is_some_and(|status| (200..300).contains(&status)) {
                let status = probe.http_status.map(|status| format!(" with {status}")).unwrap_or_default();
                refused = Some(format!("the collector refused {target}{status}: {}", probe.error.unwrap_or_default()));
            }
            Vec::new()
        });
        if let Some(message) = refused {
            return Err(Failure::message(FailureKind::Network, message.trim_end_matches([':', ' ']))
                .hint("the address is the collector's own, such as http://localhost:4318, without v1/traces"));
        }
    }
    prober.end();
    let count = totals::number(messages.len(), "message");
    writeln!(world.stdout, "{endpoint}: {count} sent").kind(FailureKind::Output)
}

/// Reads `name=value` pairs between commas, values percent-encoded, as the specification of the variable says.
fn headers(text: &str) -> Vec<(String, Secret)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_owned(), Secret::new(&decoded(value.trim()))))
    };
    let mut headers = vec![("content-type".to_owned(), Secret::new("application/json"))];
    headers.extend(text.split(',').filter_map(pair));
    headers
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
        let found: Vec<(String, String)> = headers("api-key=a%20b%2, x = y,broken")
            .into_iter()
            .map(|(name, value)| (name, value.expose_for_sending().to_owned()))
            .collect();
        let expected = [("content-type", "application/json"), ("api-key", "a b%2"), ("x", "y")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
