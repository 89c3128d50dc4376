//! How much JavaScript the routes of a Next.js build load: since version 16 from
//! `.next/diagnostics/route-bundle-stats.json`, before that from what the build prints.

use serde::Deserialize;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, number};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Route {
    route: String,
    first_load_uncompressed_js_bytes: f64,
}

/// Reads the file.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let routes: Vec<Route> = input.json()?;
    let one = |route: Route| value(&route.route, route.first_load_uncompressed_js_bytes, "none");
    Ok(ToolOutput { measurements: routes.into_iter().map(one).collect(), ..ToolOutput::default() })
}

/// Reads the table: `┌ ○ /   5.2 kB   87 kB`, whose last size is that of the first load, compressed.
pub(in crate::sources::formats) fn read_table(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut measurements = Vec::new();
    let mut is_table = false;
    input.each_line(|_, line| {
        is_table |= is_header(line);
        if let Some((route, bytes)) = route(line).filter(|_| is_table) {
            measurements.push(value(route, bytes, "gzip"));
        }
        Ok(())
    })?;
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

/// Tells whether a line is the table's header.
pub(in crate::sources::formats) fn is_header(line: &str) -> bool {
    (line.contains("Route (app)") || line.contains("Route (pages)")) && line.contains("First Load JS")
}

fn value(route: &str, bytes: f64, encoding: &str) -> Measurement {
    let one = Measurement::new("size.bytes", bytes, "bytes", Better::Lower);
    one.labelled("name", route).labelled("kind", "first-load-js").labelled("encoding", encoding)
}

fn route(line: &str) -> Option<(&str, f64)> {
    if !line.trim_start().starts_with(['┌', '├', '└', '+', '─']) {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let [.., count, unit] = words.as_slice() else { return None };
    let factor = match *unit {
        "B" => 1.0,
        "kB" => 1000.0,
        "MB" => 1_000_000.0,
        _ => return None,
    };
    let bytes = number(count)? * factor;
    if line.contains("shared by all") {
        return Some(("shared by all", bytes));
    }
    words.iter().find(|word| word.starts_with('/')).map(|route| (*route, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(output: &ToolOutput) -> Vec<(String, f64)> {
        output.measurements.iter().map(|one| (one.written_labels(), one.value)).collect()
    }

    #[test]
    fn routes_are_read_from_both() {
        let json = br#"[{"route":"/","firstLoadUncompressedJsBytes":457070,"firstLoadChunkPaths":["a.js"]}]"#;
        let labels = |encoding: &str, name: &str| format!("encoding={encoding},kind=first-load-js,name={name}");
        assert_eq!(told(&read(&Input::of_bytes("n", json)).unwrap()), [(labels("none", "/"), 457_070.0)]);
        let table = "Route (app)                              Size     First Load JS\n\u{1B}[37m┌ ○ /\u{1B}[39m                                    5.2 kB          87 kB\n\
            ├ ƒ /blog/[slug]                         142 B          1.2 MB\n+ First Load JS shared by all            82 kB\n  ├ chunks/23.js                         31.5 kB\n";
        assert_eq!(
            told(&read_table(&Input::of_bytes("n", table.as_bytes())).unwrap()),
            [
                (labels("gzip", "/"), 87_000.0),
                (labels("gzip", "/blog/[slug]"), 1_200_000.0),
                (labels("gzip", "shared by all"), 82_000.0),
            ]
        );
    }
}
