//! The summaries of `turbo run … --summarize`, in `.turbo/runs/`.

use serde::Deserialize;

use crate::model::tool_output::{Better, CacheCount, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    execution: Execution,
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Execution {
    start_time: i64,
    end_time: i64,
}

#[derive(Deserialize)]
struct Task {
    cache: Cache,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cache {
    status: String,
    #[serde(default)]
    time_saved: f64,
}

/// Reads how many tasks the cache answered, how long the run took and what it saved.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let summary: Summary = input.json()?;
    let with = |status: &str| summary.tasks.iter().filter(|task| task.cache.status == status).count() as u64;
    let saved: f64 = summary.tasks.iter().map(|task| task.cache.time_saved).sum();
    #[expect(clippy::cast_precision_loss, reason = "no run takes 2^53 milliseconds")]
    let took = (summary.execution.end_time - summary.execution.start_time) as f64;
    Ok(ToolOutput {
        caches: vec![CacheCount::new("turbo", "tasks", with("HIT"), with("MISS"))],
        measurements: vec![
            Measurement::new("turbo.run_s", took / 1000.0, "s", Better::Lower),
            Measurement::new("turbo.saved_s", saved / 1000.0, "s", Better::Higher),
        ],
        ..ToolOutput::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_and_times_are_read() {
        let text = br#"{"turboVersion":"2","execution":{"cached":1,"attempted":2,"startTime":1000,"endTime":3500},
            "tasks":[{"taskId":"a","cache":{"local":true,"status":"HIT","timeSaved":1086}},{"taskId":"b","cache":{"status":"MISS"}}]}"#;
        let output = read(&Input::of_bytes("t", text)).unwrap();
        assert_eq!(output.caches, [CacheCount::new("turbo", "tasks", 1, 1)]);
        assert_eq!(output.measurements.iter().map(|one| one.value).collect::<Vec<_>>(), [2.5, 1.086]);
    }
}
