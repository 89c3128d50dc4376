//! The JSON of `llvm-cov export`, as `cargo llvm-cov --json` writes it.

use serde::Deserialize;

use super::{Count, output};
use crate::model::tool_output::ToolOutput;
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Export {
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    totals: Totals,
}

#[derive(Deserialize)]
struct Totals {
    lines: Option<Total>,
    branches: Option<Total>,
    functions: Option<Total>,
    regions: Option<Total>,
}

#[derive(Clone, Copy, Deserialize)]
struct Total {
    count: u64,
    covered: u64,
}

/// Reads the totals.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let export: Export = input.json()?;
    let total = |pick: fn(&Totals) -> Option<Total>| {
        let mut count = Count::default();
        let totals = export.data.iter().filter_map(|data| pick(&data.totals));
        totals.for_each(|total| count.add(total.covered, total.count));
        count
    };
    output(&[
        ("coverage.line", total(|totals| totals.lines)),
        ("coverage.branch", total(|totals| totals.branches)),
        ("coverage.function", total(|totals| totals.functions)),
        ("coverage.region", total(|totals| totals.regions)),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn totals_are_read() {
        let text = r#"{"type":"llvm.coverage.json.export","version":"3.0.1","data":[{"totals":{"lines":{"count":100,"covered":81,"percent":81.0},
            "functions":{"count":4,"covered":2,"percent":50},"regions":{"count":10,"covered":9,"notcovered":1},"branches":{"count":0,"covered":0}},"files":[]}]}"#;
        let told = |text: &str| shown(read(&Input::of_bytes("llvm", text.as_bytes())));
        assert_eq!(told(text), "coverage.line 0.81, coverage.function 0.5, coverage.region 0.9");
        assert!(
            told("{\"data\":[{\n}]}").starts_with("2:1: the JSON is not what it should be: missing field `totals`"),
            "{}",
            told("{\"data\":[{\n}]}")
        );
    }
}
