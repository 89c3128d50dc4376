//! The page that `cargo build --timings` writes. It has no stable form for programs: the data stand in
//! its script.

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, json_error};

/// What stands in front of the data.
pub(in crate::sources::formats) const DATA: &str = "const UNIT_DATA = ";

/// How many of the slowest units are named.
const SLOWEST: usize = 10;

#[derive(Deserialize)]
struct Unit {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    mode: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    start: f64,
    #[serde(default)]
    duration: f64,
}

/// Reads how long the build took, how many units it had, and its slowest units.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let text = input.text()?;
    let Some((before, data)) = text.split_once(DATA) else {
        return Err(FormatError::at(1, 1, "the page holds no `UNIT_DATA`"));
    };
    let first = serde_json::Deserializer::from_str(data).into_iter::<Vec<Unit>>().next();
    let mut units = match first {
        Some(Ok(units)) => units,
        Some(Err(error)) => return Err(json_error(&error, before.matches('\n').count())),
        None => Vec::new(),
    };
    let end = units.iter().map(|unit| unit.start + unit.duration).fold(0.0, f64::max);
    units.sort_by(|one, two| two.duration.total_cmp(&one.duration).then_with(|| one.name.cmp(&two.name)));
    #[expect(clippy::cast_precision_loss, reason = "no build has 2^53 units")]
    let count = units.len() as f64;
    let mut measurements = vec![
        Measurement::new("cargo.build_s", end, "s", Better::Lower),
        Measurement::new("cargo.units", count, "count", Better::Unknown),
    ];
    for unit in units.iter().take(SLOWEST) {
        // Newer pages say it in the target, too.
        let is_told = unit.target.ends_with("(run)");
        let kind = if unit.mode == "run-custom-build" && !is_told { " (run)" } else { "" };
        let name = format!("{} {}{}{kind}", unit.name, unit.version, unit.target);
        measurements.push(Measurement::new("cargo.unit_s", unit.duration, "s", Better::Lower).labelled("unit", name));
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_are_found_in_the_page() {
        let page = "<html>\n<script>\nconst UNIT_DATA = [\n {\"name\":\"serde\",\"version\":\"1.0.0\",\"mode\":\"todo\",\"target\":\"\",\"start\":0.5,\"duration\":2.5,\"sections\":null},\n\
            {\"name\":\"demo\",\"version\":\"0.1.0\",\"mode\":\"run-custom-build\",\"target\":\" build-script\",\"start\":3,\"duration\":1.5,\"rmeta_time\":1}];\nconst CPU_USAGE = [];</script>";
        let output = read(&Input::of_bytes("t", page.as_bytes())).unwrap();
        let told: Vec<_> =
            output.measurements.iter().map(|one| (one.name.as_str(), one.written_labels(), one.value)).collect();
        let label = |text: &str| text.to_owned();
        assert_eq!(
            told,
            [
                ("cargo.build_s", label(""), 4.5),
                ("cargo.units", label(""), 2.0),
                ("cargo.unit_s", label("unit=serde 1.0.0"), 2.5),
                ("cargo.unit_s", label("unit=demo 0.1.0 build-script (run)"), 1.5),
            ]
        );
        let error = read(&Input::of_bytes("t", b"<html>\nconst UNIT_DATA = [{\"name\": 1}]")).unwrap_err();
        assert_eq!((error.position.line, error.reason.contains("invalid type")), (2, true), "{error}");
    }
}
