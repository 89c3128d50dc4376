//! pytest-benchmark's `--benchmark-json`.

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Export {
    benchmarks: Vec<Benchmark>,
}

#[derive(Deserialize)]
struct Benchmark {
    name: String,
    fullname: Option<String>,
    group: Option<String>,
    stats: Stats,
}

#[derive(Deserialize)]
struct Stats {
    median: Option<f64>,
    mean: f64,
}

/// Reads the medians.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let export: Export = input.json()?;
    let one = |one: Benchmark| {
        let value = one.stats.median.unwrap_or(one.stats.mean);
        Measurement::new("benchmark.time", value, "s", Better::Lower)
            .labelled("name", one.fullname.unwrap_or(one.name))
            .labelled("group", one.group.unwrap_or_default())
    };
    Ok(ToolOutput { measurements: export.benchmarks.into_iter().map(one).collect(), ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn medians_are_read() {
        let text = r#"{"machine_info":{},"benchmarks":[{"group":null,"name":"test_b","fullname":"test_x.py::test_b","stats":{"mean":2e-6,"median":1e-6,"data":[1]}}]}"#;
        assert_eq!(
            shown(read(&Input::of_bytes("p", text.as_bytes()))),
            ["benchmark.time{name=test_x.py::test_b} 0.000001 s lower"]
        );
    }
}
