//! What benchmark and load-test tools write. Where a tool tells several values of a benchmark, the
//! median counts: single runs that were disturbed do not move it.

pub(super) mod benchmarkjs;
pub(super) mod criterion;
pub(super) mod go;
pub(super) mod google;
pub(super) mod hyperfine;
pub(super) mod jmh;
pub(super) mod k6;
pub(super) mod pytest;

/// Shows what a test expects: name, labels, value, unit and direction.
#[cfg(test)]
pub(super) fn shown(output: Result<crate::model::tool_output::ToolOutput, super::input::FormatError>) -> Vec<String> {
    let one = |one: &crate::model::tool_output::Measurement| {
        format!("{}{{{}}} {} {} {}", one.name, one.written_labels(), one.value, one.unit, one.better.word())
    };
    output.map_or_else(|error| vec![error.to_string()], |output| output.measurements.iter().map(one).collect())
}
