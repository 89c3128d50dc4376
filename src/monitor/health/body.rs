//! What a body tells: components of a service, and whether it is metrics. Pure.

use serde_json::Value;

use super::settings::Shape;
use crate::model::health::{Component, Status};

/// The most components that are read of an answer.
const MOST: usize = 200;

/// The most characters of a name or a latency that are kept.
const LONGEST: usize = 100;

/// What a JSON body tells of a service: the whole, and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) status: Option<Status>,
    pub(super) components: Vec<Component>,
}

/// Reads a JSON body.
///
/// # Errors
/// It is no JSON, or no object.
pub(super) fn components(body: &[u8], shape: &Shape) -> Result<Told, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| format!("the body is no JSON: {error}"))?;
    if !value.is_object() {
        return Err("the body is JSON, but no object".to_owned());
    }
    let status = value.get(&shape.status).and_then(word);
    let list = value.get(&shape.list);
    let components = match list {
        Some(Value::Array(list)) => list.iter().take(MOST).map(|value| component(None, value, shape)).collect(),
        // Such as Spring's `components`: the keys are the names.
        Some(Value::Object(list)) => {
            list.iter().take(MOST).map(|(name, value)| component(Some(name), value, shape)).collect()
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    };
    if status.is_none() && components.is_empty() {
        return Err(format!("the body has neither `{}` nor `{}`", shape.status, shape.list));
    }
    Ok(Told { status, components })
}

fn component(key: Option<&String>, value: &Value, shape: &Shape) -> Component {
    let text = |key: &str| value.get(key).and_then(shown);
    let name = key.map(|key| short(key)).or_else(|| text(&shape.name)).unwrap_or_else(|| "?".to_owned());
    // A component may be its status alone, as in `{"database": "ok"}`.
    let status = value.get(&shape.status).or(Some(value)).and_then(word).unwrap_or(Status::Down);
    Component { name, status, latency: text(&shape.latency) }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(short(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// Understands the words that services use; one that nobody knows is bad news.
fn word(value: &Value) -> Option<Status> {
    match value {
        Value::Bool(true) => Some(Status::Up),
        Value::Bool(false) => Some(Status::Down),
        Value::String(text) => Some(match text.to_ascii_lowercase().as_str() {
            "up" | "ok" | "pass" | "passing" | "healthy" | "success" | "green" | "available" => Status::Up,
            "degraded" | "warn" | "warning" | "yellow" | "slow" => Status::Degraded,
            _ => Status::Down,
        }),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Checks that a body is metrics in the text format of Prometheus or `OpenMetrics`
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>), and counts its samples.
///
/// # Errors
/// The first line that is none, or that there is no sample.
pub(super) fn metrics(body: &[u8]) -> Result<usize, String> {
    let text = str::from_utf8(body).ok().ok_or("the metrics are no UTF-8")?;
    let mut samples = 0;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if sample(line).is_none() {
            return Err(format!("line {number} of the metrics is no sample"));
        }
        samples += 1;
    }
    if samples == 0 { Err("the metrics hold no sample".to_owned()) } else { Ok(samples) }
}

/// Reads the metric with a name from metrics; samples with different labels are added up.
///
/// # Errors
/// They are no metrics, or none has the name.
pub(super) fn figure(body: &[u8], wanted: &str) -> Result<f64, String> {
    metrics(body)?;
    let text = str::from_utf8(body).unwrap_or_default();
    let samples = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let values: Vec<f64> =
        samples.filter_map(sample).filter(|(name, _)| *name == wanted).map(|(_, value)| value).collect();
    if values.is_empty() { Err(format!("the metrics have no `{wanted}`")) } else { Ok(values.iter().sum()) }
}

/// Reads `name{label="value",…} number [more]`.
fn sample(line: &str) -> Option<(&str, f64)> {
    let letter = |character: char| character.is_ascii_alphabetic() || "_:".contains(character);
    let end = line.find(|character: char| !letter(character) && !character.is_ascii_digit()).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let rest = match rest.strip_prefix('{') {
        Some(labels) => labels_end(labels),
        None => Some(rest),
    };
    let value = rest?.split_whitespace().next().and_then(number)?;
    name.starts_with(letter).then_some((name, value))
}

/// Returns what follows the labels.
fn labels_end(text: &str) -> Option<&str> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match (character, quoted) {
            _ if escaped => escaped = false,
            ('\\', true) => escaped = true,
            ('"', _) => quoted = !quoted,
            ('}', false) => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

/// Reads a number; the standard library knows the words for those that are none, too.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Told, String> {
        components(text.as_bytes(), &Shape::default())
    }

    #[test]
    fn components_are_read_in_the_forms_that_services_have() {
        let found = told(r#"{"status":"degraded","checks":[{"name":"db","status":"ok","latency":12},{"name":"queue","status":"warn"},{"name":"x"}]}"#).unwrap();
        let parts: Vec<_> = found.components.iter().map(|part| (part.name.as_str(), part.status)).collect();
        assert_eq!(parts, [("db", Status::Up), ("queue", Status::Degraded), ("x", Status::Down)]);
        assert_eq!((found.status, found.components[0].latency.as_deref()), (Some(Status::Degraded), Some("12")));
        let shape = Shape { list: "components".to_owned(), ..Shape::default() };
        let spring = br#"{"status":"UP","components":{"db":{"status":"UP"},"disk":"DOWN","flag":true}}"#;
        let parts = components(spring, &shape).unwrap().components;
        assert_eq!(parts.iter().map(|part| part.status).collect::<Vec<_>>(), [Status::Up, Status::Down, Status::Up]);
    }

    #[test]
    fn what_tells_nothing_is_an_error() {
        assert!(told("<html>").unwrap_err().starts_with("the body is no JSON"));
        assert_eq!(told("[1]"), Err("the body is JSON, but no object".to_owned()));
        assert_eq!(told("{}"), Err("the body has neither `status` nor `checks`".to_owned()));
    }

    #[test]
    fn metrics_are_samples() {
        let text =
            "# HELP a b\n# TYPE a counter\na_total{x=\"y}\\\"\",z=\"\"} 1.5e3 1700000000\nup 1\nbig +Inf\n# EOF\n";
        assert_eq!(metrics(text.as_bytes()), Ok(3));
        for (text, line) in [("<html>\n", 1), ("a 1\nb\n", 2), ("a{x=\"1\" 1\n", 1), ("a one\n", 1), ("1a 1\n", 1)] {
            assert_eq!(metrics(text.as_bytes()), Err(format!("line {line} of the metrics is no sample")), "{text}");
        }
        assert!(metrics(b"# EOF\n").is_err() && metrics(b"\xFF").is_err());
        let two = b"rss{pid=\"1\"} 5\nrss{pid=\"2\"} 7 1700000000\nrss_max 9\n";
        assert_eq!(figure(two, "rss"), Ok(12.0));
        assert_eq!(figure(two, "cpu"), Err("the metrics have no `cpu`".to_owned()));
    }
}
