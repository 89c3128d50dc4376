//! criterion's `estimates.json`, which stands in `target/criterion/GROUP/…/new/`.

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Estimates {
    median: Option<Estimate>,
    mean: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// Reads the median, in nanoseconds. The file does not say what it measured: its folders do, so the
/// name is that of its place.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let estimates: Estimates = input.json()?;
    let value = estimates.median.unwrap_or(estimates.mean).point_estimate;
    let one = Measurement::new("benchmark.time", value, "ns", Better::Lower).labelled("name", name(&input.path));
    Ok(ToolOutput { measurements: vec![one], ..ToolOutput::default() })
}

/// Makes `group/function/parameter` of `target/criterion/group/function/parameter/new/estimates.json`.
fn name(path: &str) -> String {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    if matches!(folders.last(), Some(&("new" | "base" | "change"))) {
        folders.pop();
    }
    let start = folders.iter().rposition(|folder| *folder == "criterion").map_or(0, |place| place + 1);
    folders.get(start..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_place_is_the_name() {
        let text = br#"{"mean":{"point_estimate":2.5},"median":{"point_estimate":1.5,"standard_error":0.1},"slope":null,"std_dev":{"point_estimate":0}}"#;
        let input = Input::of_bytes("estimates", text).at("target/criterion/sort/stable/1000/new/estimates.json");
        assert_eq!(shown(read(&input)), ["benchmark.time{name=sort/stable/1000} 1.5 ns lower"]);
    }
}
