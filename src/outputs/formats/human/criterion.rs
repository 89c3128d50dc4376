//! All about one criterion in one repository, for people.

use super::table::{Align, Cell, Table};
use super::text::{Tone, flat, paint, wrap};
use crate::model::color::Color;
use crate::model::scorecard::{Judged, Status};

/// Renders what was asked, what was looked for and where, what was found, and what closes it.
pub fn render(judged: &Judged, width: usize, color: Color) -> String {
    let mut out = String::new();
    for line in wrap(&flat(&format!("{}: {}", judged.id, judged.title)), width) {
        out.push_str(&paint(&line, Tone::Strong, color));
        out.push('\n');
    }
    out.push('\n');
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    let mut row = |name: &str, value: Cell| table.row([Cell::new(name, Tone::Faint), value]);
    let tone = match judged.verdict.status {
        Status::Present => Tone::Good,
        Status::Partial => Tone::Warning,
        Status::Missing => Tone::Error,
        Status::NotApplicable => Tone::Faint,
    };
    row("status", Cell::new(judged.verdict.status.word(), tone));
    row("because", judged.verdict.because.replace('`', "").into());
    for evidence in &judged.verdict.evidence {
        let (line, column) = (evidence.position.line, evidence.position.column);
        row("found", format!("{}:{line}:{column}: {}", evidence.path, evidence.seen).into());
    }
    for place in &judged.verdict.looked_for {
        row("looked for", place.replace('`', "").into());
    }
    row("worth", format!("{} of the points of `{}`", judged.points, judged.category.id()).replace('`', "").into());
    row("priority", judged.priority.word().into());
    row("effort", format!("{} (S a line or a file, M a day, L a week)", judged.effort.word()).into());
    row("without it", judged.impact.into());
    row("close with", judged.closes_with.replace('`', "").into());
    if let Some(file) = &judged.writes {
        row("or write", format!("plimsoll init --close {} writes {file}", judged.id).into());
    }
    out + &table.render(width, color)
}
