//! k6's end-of-test summary: `--summary-export`, or `handleSummary(data)` written as it is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Summary {
    metrics: BTreeMap<String, Value>,
}

/// How a metric of k6 becomes one of ours: its name, the value in it, a factor, our name, unit and
/// direction.
type Meaning = (&'static str, &'static [&'static str], f64, &'static str, &'static str, Better);

const MEANINGS: &[Meaning] = &[
    ("http_req_duration", &["p(95)"], 0.001, "load.p95_s", "s", Better::Lower),
    ("http_req_duration", &["med"], 0.001, "load.p50_s", "s", Better::Lower),
    ("http_req_duration", &["avg"], 0.001, "load.mean_s", "s", Better::Lower),
    ("http_req_duration", &["p(99)"], 0.001, "load.p99_s", "s", Better::Lower),
    ("http_req_failed", &["rate", "value"], 1.0, "load.error_rate", "ratio", Better::Lower),
    ("http_reqs", &["rate"], 1.0, "load.requests_per_s", "1/s", Better::Higher),
    ("checks", &["rate", "value"], 1.0, "load.check_rate", "ratio", Better::Higher),
];

/// Reads what there is of response times, failures and rates. In the older form the values stand
/// directly in the metric.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let summary: Summary = input.json()?;
    let mut measurements = Vec::new();
    for (metric, names, factor, name, unit, better) in MEANINGS {
        let Some(metric) = summary.metrics.get(*metric) else { continue };
        let values = metric.get("values").unwrap_or(metric);
        let value = names.iter().find_map(|name| values.get(*name).and_then(Value::as_f64));
        measurements.extend(value.map(|value| Measurement::new(*name, value * factor, *unit, *better)));
    }
    if measurements.is_empty() {
        return Err(FormatError::at(1, 1, "the summary holds no metric of HTTP requests and no checks"));
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let new = r#"{"metrics":{"http_req_duration":{"type":"trend","contains":"time","values":{"avg":150,"med":125,"p(95)":250},"thresholds":{}},
            "http_req_failed":{"type":"rate","values":{"rate":0.02}},"vus":{"type":"gauge"}},"root_group":{}}"#;
        let old = r#"{"metrics":{"http_req_duration":{"avg":150,"med":125,"p(95)":250},"http_req_failed":{"value":0.02,"passes":1}},"root_group":{}}"#;
        let expected = [
            "load.p95_s{} 0.25 s lower",
            "load.p50_s{} 0.125 s lower",
            "load.mean_s{} 0.15 s lower",
            "load.error_rate{} 0.02 ratio lower",
        ];
        for text in [new, old] {
            assert_eq!(shown(read(&Input::of_bytes("k6", text.as_bytes()))), expected);
        }
        assert_eq!(
            shown(read(&Input::of_bytes("k6", b"{\"metrics\":{}}"))),
            ["1:1: the summary holds no metric of HTTP requests and no checks"]
        );
    }
}
