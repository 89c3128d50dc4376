//! JMH's `-rf json`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Benchmark {
    #[serde(rename = "benchmark")]
    name: String,
    mode: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    primary_metric: Metric,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    score: f64,
    score_unit: String,
}

/// Reads the scores. The mode decides the direction: of throughput more is better.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let benchmarks: Vec<Benchmark> = input.json()?;
    let one = |one: Benchmark| {
        let (name, better) =
            if one.mode == "thrpt" { ("benchmark.rate", Better::Higher) } else { ("benchmark.time", Better::Lower) };
        let value = Measurement::new(name, one.primary_metric.score, one.primary_metric.score_unit, better);
        let value = value.labelled("name", one.name).labelled("mode", one.mode);
        one.params.into_iter().fold(value, |value, (name, text)| value.labelled(&name, text))
    };
    Ok(ToolOutput { measurements: benchmarks.into_iter().map(one).collect(), ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_mode_decides_the_direction() {
        let text = r#"[{"benchmark":"c.m","mode":"thrpt","params":{"n":"5"},"primaryMetric":{"score":1.5,"scoreError":"NaN","scoreUnit":"ops/ms"}},
            {"benchmark":"c.m","mode":"avgt","primaryMetric":{"score":2,"scoreUnit":"us/op"}}]"#;
        assert_eq!(
            shown(read(&Input::of_bytes("j", text.as_bytes()))),
            [
                "benchmark.rate{mode=thrpt,n=5,name=c.m} 1.5 ops/ms higher",
                "benchmark.time{mode=avgt,name=c.m} 2 us/op lower"
            ]
        );
    }
}
