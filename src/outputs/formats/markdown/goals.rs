//! The way to the goals as a section.

use crate::model::verdict::{GateVerdict, Verdict};
use crate::outputs::formats::escape::{markdown as text, markdown_code as code};

/// Renders the section; nothing where there are no goals.
pub(super) fn goals(goals: &[GateVerdict]) -> String {
    if goals.is_empty() {
        return String::new();
    }
    let rows: String = goals.iter().map(row).collect();
    format!("## Goals\n\n| | Series | Now | Goal | How far |\n|---|---|--:|---|---|\n{rows}\n")
}

fn row(goal: &GateVerdict) -> String {
    let now = goal.observed.map(|value| goal.show(value)).unwrap_or_default();
    let sign = match goal.verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️ behind",
        Verdict::NoData => "❔ no data",
        Verdict::Fail => "❌ missed",
    };
    format!("| {sign} | {} | {} | {} | {} |\n", code(&goal.series), text(&now), text(&goal.threshold), text(&goal.why))
}
