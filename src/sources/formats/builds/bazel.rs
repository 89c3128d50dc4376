//! Bazel's build events, as `--build_event_json_file` writes them: one a line. Only the metrics at the
//! end are of interest.

use serde::Deserialize;
use serde_json::Value;

use crate::model::tool_output::{Better, CacheCount, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, json_error};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    build_metrics: Option<Metrics>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metrics {
    action_summary: Summary,
    timing_metrics: Timing,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Summary {
    runner_count: Vec<Runner>,
    action_cache_statistics: Option<Statistics>,
}

/// How many actions ran in a way, such as `linux-sandbox` or `remote cache hit`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Runner {
    name: String,
    count: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statistics {
    hits: Value,
    misses: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Timing {
    wall_time_in_ms: Value,
}

/// Reads how many actions were answered from a cache, and how long the build took.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut output = ToolOutput::default();
    input.each_line(|number, line| {
        // Events of other kinds may be many and long.
        if line.contains("\"buildMetrics\"") {
            let event: Event = serde_json::from_str(line).map_err(|error| json_error(&error, number - 1))?;
            if let Some(metrics) = &event.build_metrics {
                take(metrics, &mut output);
            }
        }
        Ok(())
    })?;
    Ok(output)
}

fn take(metrics: &Metrics, output: &mut ToolOutput) {
    let (mut hits, mut misses) = (0_u64, 0_u64);
    for runner in &metrics.action_summary.runner_count {
        let count = number(&runner.count).unwrap_or(0);
        match runner.name.as_str() {
            "total" | "internal" => {}
            name if name.ends_with("cache hit") => hits = hits.saturating_add(count),
            _ => misses = misses.saturating_add(count),
        }
    }
    output.caches.push(CacheCount::new("bazel", "actions", hits, misses));
    // The cache of the output folder, which a build in a fresh checkout does not have.
    if let Some(statistics) = &metrics.action_summary.action_cache_statistics {
        let (hits, misses) = (number(&statistics.hits), number(&statistics.misses));
        output.caches.push(CacheCount::new("bazel", "local actions", hits.unwrap_or(0), misses.unwrap_or(0)));
    }
    #[expect(clippy::cast_precision_loss, reason = "no build takes 2^53 milliseconds")]
    let seconds = number(&metrics.timing_metrics.wall_time_in_ms).map(|millis| millis as f64 / 1000.0);
    output.measurements.extend(seconds.map(|seconds| Measurement::new("bazel.build_s", seconds, "s", Better::Lower)));
}

/// Reads a number; those of 64 bits are written as texts.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_at_the_end_are_read() {
        let text = r#"{"id":{"started":{}},"children":[],"started":{"uuid":"x"}}
{"id":{"progress":{}},"progress":{"stderr":"INFO: 11 processes"}}
{"id":{"buildMetrics":{}},"buildMetrics":{"actionSummary":{"actionsExecuted":"11","runnerCount":[{"name":"total","count":11},{"name":"remote cache hit","count":6},{"name":"internal","count":3},{"name":"linux-sandbox","count":2,"execKind":"Local"}],"actionCacheStatistics":{"hits":4,"misses":7}},"timingMetrics":{"cpuTimeInMs":"1","wallTimeInMs":"12500"}}}
"#;
        let output = read(&Input::of_bytes("t", text.as_bytes())).unwrap();
        let caches = [CacheCount::new("bazel", "actions", 6, 2), CacheCount::new("bazel", "local actions", 4, 7)];
        assert_eq!(output.caches, caches);
        assert_eq!(output.measurements, [Measurement::new("bazel.build_s", 12.5, "s", Better::Lower)]);
        let error = read(&Input::of_bytes("t", b"{}\n{\"buildMetrics\": 1}")).unwrap_err();
        assert_eq!(error.position.line, 2, "{error}");
    }
}
