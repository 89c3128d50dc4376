//! The lines that benchmark.js prints: `name x 1,234 ops/sec ±0.50% (90 runs sampled)`.

use crate::model::tool_output::{Better, Measurement, ToolOutput};
use crate::sources::formats::input::{FormatError, Input, number};

/// Reads the lines.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut measurements = Vec::new();
    input.each_line(|_, line| {
        let one = result(line).map(|(name, rate)| {
            Measurement::new("benchmark.rate", rate, "ops/s", Better::Higher).labelled("name", name)
        });
        measurements.extend(one);
        Ok(())
    })?;
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

/// Tells whether a line is the result of a benchmark.
pub(in crate::sources::formats) fn is_result(line: &str) -> bool {
    result(line).is_some()
}

fn result(line: &str) -> Option<(&str, f64)> {
    let (rest, _) = line.split_once(" ops/sec ")?;
    let (name, rate) = rest.rsplit_once(" x ")?;
    Some((name.trim(), number(rate)?))
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn rates_are_read() {
        let text = "RegExp#test x 4,161,532 ops/sec ±0.99% (89 runs sampled)\nFastest is RegExp#test\n";
        assert_eq!(
            shown(read(&Input::of_bytes("b", text.as_bytes()))),
            ["benchmark.rate{name=RegExp#test} 4161532 ops/s higher"]
        );
    }
}
