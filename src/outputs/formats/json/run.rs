//! What `plimsoll run` came to, as JSON, version 1.

use serde::Serialize;

use crate::model::run_summary::{LeftOut, Part, RunSummary};

#[derive(Serialize)]
struct Document<'summary> {
    version: u8,
    tool: Tool,
    verdict: &'static str,
    parts: Vec<Done<'summary>>,
    left_out: Vec<Undone<'summary>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Done<'summary> {
    part: &'static str,
    verdict: &'static str,
    says: &'summary str,
}

#[derive(Serialize)]
struct Undone<'summary> {
    what: &'summary str,
    why: &'summary str,
}

/// Renders the verdicts and what was left out.
pub fn render(summary: &RunSummary) -> String {
    super::document(&Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        verdict: summary.verdict().word(),
        parts: summary.parts.iter().map(done).collect(),
        left_out: summary.left_out.iter().map(undone).collect(),
    })
}

fn done(part: &Part) -> Done<'_> {
    Done { part: part.name, verdict: part.verdict.word(), says: &part.says }
}

fn undone(left_out: &LeftOut) -> Undone<'_> {
    Undone { what: &left_out.what, why: &left_out.why }
}
