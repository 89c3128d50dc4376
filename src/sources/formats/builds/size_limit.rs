//! `size-limit --json`.

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Check {
    name: String,
    size: Option<f64>,
    loading: Option<f64>,
    running: Option<f64>,
}

/// Reads sizes, and times where they were checked.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let checks: Vec<Check> = input.json()?;
    let mut measurements = Vec::new();
    for check in checks {
        let values = [
            ("size.bytes", check.size, "bytes"),
            ("size.loading_s", check.loading, "s"),
            ("size.running_s", check.running, "s"),
        ];
        for (name, value, unit) in values {
            let one = value.map(|value| Measurement::new(name, value, unit, Better::Lower));
            measurements.extend(one.map(|one| one.labelled("name", check.name.as_str())));
        }
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let text = br#"[{"name":"dist/a.js","passed":true,"size":1234,"sizeLimit":2000},{"name":"b","passed":false,"size":5,"running":0.5}]"#;
        let values = read(&Input::of_bytes("s", text)).unwrap().measurements;
        let told: Vec<_> = values.iter().map(|one| (one.name.as_str(), one.written_labels(), one.value)).collect();
        assert_eq!(
            told,
            [
                ("size.bytes", "name=dist/a.js".to_owned(), 1234.0),
                ("size.bytes", "name=b".to_owned(), 5.0),
                ("size.running_s", "name=b".to_owned(), 0.5),
            ]
        );
    }
}
