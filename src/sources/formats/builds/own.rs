//! Measurements of one's own: JSON such as `[{"name": "boot_s", "value": 1.5, "unit": "s"}]`, which is
//! what other benchmark actions take as well, or lines such as `boot_s=1.5 s`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct One {
    name: String,
    value: f64,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    better: Word,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Lower,
    Higher,
    #[default]
    #[serde(rename = "")]
    Unknown,
}

/// Reads the JSON: a list of measurements.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let list: Vec<One> = input.json()?;
    let measurements = list.into_iter().map(|one| {
        let better = match one.better {
            Word::Lower => Better::Lower,
            Word::Higher => Better::Higher,
            Word::Unknown => Better::Unknown,
        };
        let value = Measurement::new(one.name, one.value, one.unit, better);
        one.labels.into_iter().fold(value, |value, (label, text)| value.labelled(&label, text))
    });
    Ok(ToolOutput { measurements: measurements.collect(), ..ToolOutput::default() })
}

/// Reads the lines. Empty ones and those that begin with `#` are skipped.
pub(in crate::sources::formats) fn read_lines(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut measurements = Vec::new();
    input.each_line(|number, line| {
        if !is_comment(line) {
            let one = line_value(line).ok_or_else(|| {
                FormatError::at(number, 1, "the line is not `name=value unit` or `name{label=text}=value unit`")
            })?;
            measurements.push(one);
        }
        Ok(())
    })?;
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

/// Tells whether a line is a measurement.
pub(in crate::sources::formats) fn is_value(line: &str) -> bool {
    line_value(line).is_some()
}

/// Tells whether a line says nothing.
pub(in crate::sources::formats) fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn line_value(line: &str) -> Option<Measurement> {
    let (name, value) = line.trim().rsplit_once('=')?;
    let (value, unit) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let value: f64 = value.parse().ok().filter(|value: &f64| value.is_finite())?;
    let name = name.trim();
    let (name, labels) = match name.strip_suffix('}') {
        Some(rest) => rest.split_once('{')?,
        None => (name, ""),
    };
    let is_name = |name: &str| {
        !name.is_empty() && !name.contains(|character: char| character.is_whitespace() || "{},=\"".contains(character))
    };
    if !is_name(name) {
        return None;
    }
    let mut one = Measurement::new(name, value, unit.trim(), Better::Unknown);
    for label in labels.split(',').filter(|label| !label.trim().is_empty()) {
        let (label, text) = label.split_once('=')?;
        one = one.labelled(label.trim(), text.trim().trim_matches('"'));
    }
    Some(one)
}

#[cfg(test)]
mod tests {
    use super::super::super::benchmarks::shown;
    use super::*;

    #[test]
    fn json_and_lines_say_the_same() {
        let json = br#"[{"name":"boot_s","value":1.5,"unit":"s","better":"lower","range":"x"},{"name":"n","value":3,"labels":{"os":"linux"}}]"#;
        assert_eq!(shown(read(&Input::of_bytes("o", json))), ["boot_s{} 1.5 s lower", "n{os=linux} 3  "]);
        let lines = b"# ours\nboot_s=1.5 s\n\nn{os=\"linux\"} = 3\n";
        assert_eq!(shown(read_lines(&Input::of_bytes("o", lines))), ["boot_s{} 1.5 s ", "n{os=linux} 3  "]);
        let error = read_lines(&Input::of_bytes("o", b"a=1\nb=x\n")).unwrap_err();
        assert_eq!(error.to_string(), "2:1: the line is not `name=value unit` or `name{label=text}=value unit`");
        assert!(!is_value("a b=1") && !is_value("=1") && !is_value("a=NaN"));
    }
}
