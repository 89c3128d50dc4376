//! The text of `go test -bench`.

use std::collections::BTreeMap;

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, median, number};

/// Reads the text.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut lines = Lines::default();
    let mut package = String::new();
    input.each_line(|_, line| {
        if let Some(name) = line.strip_prefix("pkg: ") {
            name.trim().clone_into(&mut package);
        }
        lines.line(line, &package);
        Ok(())
    })?;
    Ok(ToolOutput { measurements: lines.finish(), ..ToolOutput::default() })
}

/// Tells whether a line is the result of a benchmark.
pub(in crate::sources::formats) fn is_result(line: &str) -> bool {
    result(line).is_some()
}

/// Results line by line: with `-count` a benchmark has several.
#[derive(Default)]
pub(in crate::sources::formats) struct Lines {
    values: BTreeMap<(String, String, String), Vec<f64>>,
}

impl Lines {
    /// Takes a line in, if it is a result.
    pub(in crate::sources::formats) fn line(&mut self, line: &str, package: &str) {
        let Some((name, values)) = result(line) else { return };
        for (value, unit) in values {
            let key = (name.to_owned(), package.to_owned(), unit.to_owned());
            self.values.entry(key).or_default().push(value);
        }
    }

    /// Returns the median of each value.
    pub(in crate::sources::formats) fn finish(self) -> Vec<Measurement> {
        let mut measurements = Vec::new();
        for ((name, package, unit), mut values) in self.values {
            let Some(value) = median(&mut values) else { continue };
            let (metric, unit, better) = meaning(&unit);
            let one = Measurement::new(metric, value, unit, better);
            measurements.push(one.labelled("name", name).labelled("package", package));
        }
        measurements.sort_by(|one, two| one.name.cmp(&two.name));
        measurements
    }
}

/// Understands `BenchmarkX-8   1000  1234 ns/op  56 B/op`.
fn result(line: &str) -> Option<(&str, Vec<(f64, &str)>)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.strip_prefix("Benchmark")?;
    words.next()?.parse::<u64>().ok()?;
    // The number of processors is no part of the name.
    let is_count = |(_, count): &(&str, &str)| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.rsplit_once('-').filter(is_count).map_or(name, |(name, _)| name);
    let mut values = Vec::new();
    while let Some((value, unit)) = words.next().and_then(number).zip(words.next()) {
        values.push((value, unit));
    }
    (!values.is_empty()).then_some((name, values))
}

fn meaning(unit: &str) -> (String, &str, Better) {
    match unit {
        "ns/op" => ("benchmark.time".to_owned(), "ns", Better::Lower),
        "B/op" => ("benchmark.bytes".to_owned(), "bytes", Better::Lower),
        "allocs/op" => ("benchmark.allocations".to_owned(), "count", Better::Lower),
        unit if unit.ends_with("/s") => ("benchmark.rate".to_owned(), unit, Better::Higher),
        // A unit of one's own names what is measured.
        unit => (format!("benchmark.{}", unit.replace([',', '{', '}'], "_")), unit, Better::Lower),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn units_decide_what_is_better() {
        let text = "goos: linux\npkg: acme/x\nBenchmarkSum/n=10,w-8 \t 1000\t 100 ns/op\t 12.5 MB/s\t 3 pages/op\nBenchmarkSum/n=10,w-8 1000 300 ns/op\nPASS\nok  \tacme/x\t1.2s\n";
        let labels = "name=Sum/n=10%2Cw,package=acme/x";
        assert_eq!(
            shown(read(&Input::of_bytes("bench", text.as_bytes()))),
            [
                format!("benchmark.pages/op{{{labels}}} 3 pages/op lower"),
                format!("benchmark.rate{{{labels}}} 12.5 MB/s higher"),
                format!("benchmark.time{{{labels}}} 200 ns lower"),
            ]
        );
        assert!(!is_result("Benchmarks are slow") && !is_result("BenchmarkX-8"));
    }
}
