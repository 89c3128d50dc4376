//! What coverage tools write. Totals are counted from the lines where a report has them.

pub(super) mod clover;
pub(super) mod cobertura;
pub(super) mod go;
pub(super) mod jacoco;
pub(super) mod lcov;
pub(super) mod llvm;

use std::collections::BTreeMap;

use super::input::FormatError;
use crate::model::tool_output::{Better, Measurement, ToolOutput};

/// How many of some things there are, and how many of them tests reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    covered: u64,
    all: u64,
}

impl Count {
    fn add(&mut self, covered: u64, all: u64) {
        self.covered = self.covered.saturating_add(covered.min(all));
        self.all = self.all.saturating_add(all);
    }
}

/// The lines and branches of a source file that a report tells of, perhaps several times.
#[derive(Debug, Default)]
struct SourceLines {
    /// Whether a line is reached.
    lines: BTreeMap<u32, bool>,
    /// For each branch whether it is taken.
    branches: BTreeMap<(u32, String), bool>,
    /// For lines that only say how many of their branches are taken: the most of all, and how many
    /// there are.
    counted: BTreeMap<u32, (u64, u64)>,
}

impl SourceLines {
    fn line(&mut self, line: u32, is_hit: bool) {
        *self.lines.entry(line).or_default() |= is_hit;
    }

    fn branch(&mut self, line: u32, branch: String, is_taken: bool) {
        *self.branches.entry((line, branch)).or_default() |= is_taken;
    }

    fn branches_of_line(&mut self, line: u32, taken: u64, all: u64) {
        let count = self.counted.entry(line).or_default();
        *count = (count.0.max(taken), count.1.max(all));
    }

    fn total(files: &BTreeMap<String, Self>) -> (Count, Count) {
        let (mut lines, mut branches) = (Count::default(), Count::default());
        for file in files.values() {
            for is_hit in file.lines.values().copied() {
                lines.add(u64::from(is_hit), 1);
            }
            for is_taken in file.branches.values().copied() {
                branches.add(u64::from(is_taken), 1);
            }
            for (taken, all) in file.counted.values().copied() {
                branches.add(taken, all);
            }
        }
        (lines, branches)
    }
}

/// Makes the measurements of the counts there are. A report in which nothing can be covered says
/// nothing, and that is an error: a coverage of nothing is no coverage.
fn output(counts: &[(&str, Count)]) -> Result<ToolOutput, FormatError> {
    let known = counts.iter().filter(|(_, count)| count.all > 0);
    let measurements: Vec<Measurement> =
        known.map(|(name, count)| Measurement::new(*name, ratio(*count), "ratio", Better::Higher)).collect();
    if measurements.is_empty() {
        return Err(FormatError::at(1, 1, "the report holds no line that could be covered"));
    }
    Ok(ToolOutput { measurements, ..ToolOutput::default() })
}

#[expect(clippy::cast_precision_loss, reason = "no program has 2^53 lines")]
fn ratio(count: Count) -> f64 {
    count.covered as f64 / count.all as f64
}

/// Shows what a test expects: names with their values, rounded.
#[cfg(test)]
fn shown(output: Result<ToolOutput, FormatError>) -> String {
    match output {
        Ok(output) => {
            let one = |one: &Measurement| format!("{} {}", one.name, (one.value * 1000.0).round() / 1000.0);
            output.measurements.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Err(error) => error.to_string(),
    }
}
