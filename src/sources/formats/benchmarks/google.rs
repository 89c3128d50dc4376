//! Google Benchmark's `--benchmark_format=json`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, median};

#[derive(Deserialize)]
struct Export {
    benchmarks: Vec<Benchmark>,
}

#[derive(Deserialize)]
struct Benchmark {
    name: String,
    run_name: Option<String>,
    run_type: Option<String>,
    aggregate_name: Option<String>,
    real_time: Option<f64>,
    cpu_time: Option<f64>,
    #[serde(default)]
    time_unit: String,
    items_per_second: Option<f64>,
    bytes_per_second: Option<f64>,
    #[serde(default)]
    error_occurred: bool,
}

/// Reads the median of repetitions: that which the tool computed, or else our own.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let export: Export = input.json()?;
    let mut runs: BTreeMap<String, Vec<Benchmark>> = BTreeMap::new();
    for run in export.benchmarks.into_iter().filter(|run| !run.error_occurred) {
        let name = run.run_name.clone().unwrap_or_else(|| run.name.clone());
        runs.entry(name).or_default().push(run);
    }
    let mut measurements = Vec::new();
    for (name, mut runs) in runs {
        let is_median = |run: &Benchmark| run.aggregate_name.as_deref() == Some("median");
        if runs.iter().any(is_median) {
            runs.retain(is_median);
        } else {
            runs.retain(|run| run.run_type.as_deref() != Some("aggregate"));
        }
        let Some(unit) = runs
            .first()
            .map(|run| run.time_unit.clone())
            .map(|unit| if unit.is_empty() { "ns".to_owned() } else { unit })
        else {
            continue;
        };
        for (metric, pick, unit, better) in [
            ("benchmark.time", (|run| run.real_time) as fn(&Benchmark) -> Option<f64>, unit.as_str(), Better::Lower),
            ("benchmark.cpu_time", |run| run.cpu_time, unit.as_str(), Better::Lower),
            ("benchmark.rate", |run| run.items_per_second, "items/s", Better::Higher),
            ("benchmark.byte_rate", |run| run.bytes_per_second, "bytes/s", Better::Higher),
        ] {
            let mut values: Vec<f64> = runs.iter().filter_map(pick).collect();
            let one = median(&mut values).map(|value| Measurement::new(metric, value, unit, better));
            measurements.extend(one.map(|one| one.labelled("name", name.as_str())));
        }
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn repetitions_become_one_value() {
        let text = r#"{"context":{"num_cpus":2},"benchmarks":[
            {"name":"BM_A","run_name":"BM_A","run_type":"iteration","real_time":1,"cpu_time":1,"time_unit":"us","items_per_second":5},
            {"name":"BM_A","run_name":"BM_A","run_type":"iteration","real_time":3,"cpu_time":2,"time_unit":"us"},
            {"name":"BM_A_stddev","run_name":"BM_A","run_type":"aggregate","aggregate_name":"stddev","real_time":99,"cpu_time":99,"time_unit":"us"},
            {"name":"BM_B_median","run_name":"BM_B","run_type":"aggregate","aggregate_name":"median","real_time":7,"time_unit":"ns"},
            {"name":"BM_B","run_name":"BM_B","run_type":"iteration","real_time":1000,"time_unit":"ns"},
            {"name":"BM_C","error_occurred":true}]}"#;
        assert_eq!(
            shown(read(&Input::of_bytes("g", text.as_bytes()))),
            [
                "benchmark.time{name=BM_A} 2 us lower",
                "benchmark.cpu_time{name=BM_A} 1.5 us lower",
                "benchmark.rate{name=BM_A} 5 items/s higher",
                "benchmark.time{name=BM_B} 7 ns lower",
            ]
        );
    }
}
