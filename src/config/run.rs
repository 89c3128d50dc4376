//! The section `run`.

use super::section::Value;

/// Which parts `plimsoll run` goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each part is switched on its own")]
pub struct Run {
    /// Lints the workflows.
    pub lint: bool,
    /// Scores the repository.
    pub score: bool,
    /// Collects runs and results.
    pub collect: bool,
    /// Judges by the gates.
    pub gate: bool,
    /// Writes the report.
    pub report: bool,
}

impl Default for Run {
    fn default() -> Self {
        Self { lint: true, score: true, collect: true, gate: true, report: true }
    }
}

pub(super) fn read(value: Value<'_>) -> Run {
    let section = value.section(&["lint", "score", "collect", "gate", "report"]);
    let mut run = Run::default();
    section.set("lint", &mut run.lint, Value::boolean);
    section.set("score", &mut run.score, Value::boolean);
    section.set("collect", &mut run.collect, Value::boolean);
    section.set("gate", &mut run.gate, Value::boolean);
    section.set("report", &mut run.report, Value::boolean);
    run
}
