//! hyperfine's `--export-json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, median};

#[derive(Deserialize)]
struct Export {
    results: Vec<Timed>,
}

#[derive(Deserialize)]
struct Timed {
    command: String,
    mean: f64,
    median: Option<f64>,
    user: Option<f64>,
    system: Option<f64>,
    #[serde(default)]
    memory_usage_byte: Vec<f64>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
}

/// Reads the medians.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let export: Export = input.json()?;
    let mut measurements = Vec::new();
    for mut timed in export.results {
        let memory = median(&mut timed.memory_usage_byte);
        let seconds = [
            ("benchmark.time", Some(timed.median.unwrap_or(timed.mean))),
            ("benchmark.user_time", timed.user),
            ("benchmark.system_time", timed.system),
        ];
        let all =
            seconds.into_iter().map(|(name, value)| (name, value, "s")).chain([("benchmark.memory", memory, "bytes")]);
        for (name, value, unit) in all {
            let Some(value) = value else { continue };
            let one = Measurement::new(name, value, unit, Better::Lower).labelled("name", timed.command.as_str());
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let parameters = timed.parameters.iter();
            measurements.push(parameters.fold(one, |one, (name, value)| one.labelled(name, text(value))));
        }
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn medians_and_parameters_are_read() {
        let text = r#"{"results":[{"command":"sort a, b","mean":0.6,"stddev":null,"median":0.5,"user":0.4,"system":0.1,"min":0.49,"max":0.52,
            "times":[0.5],"memory_usage_byte":[10,30,20],"exit_codes":[0],"parameters":{"n":"1"}},{"command":"x","mean":1.5}]}"#;
        assert_eq!(
            shown(read(&Input::of_bytes("h", text.as_bytes()))),
            [
                "benchmark.time{n=1,name=sort a%2C b} 0.5 s lower",
                "benchmark.user_time{n=1,name=sort a%2C b} 0.4 s lower",
                "benchmark.system_time{n=1,name=sort a%2C b} 0.1 s lower",
                "benchmark.memory{n=1,name=sort a%2C b} 20 bytes lower",
                "benchmark.time{name=x} 1.5 s lower",
            ]
        );
        assert!(shown(read(&Input::of_bytes("h", b"{\"results\":[{}]}")))[0].contains("missing field `command`"));
    }
}
