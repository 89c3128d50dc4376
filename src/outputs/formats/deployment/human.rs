//! A deployment, for people.

use super::{notes, seconds, sentence};
use crate::model::color::Color;
use crate::model::deployment::{DeploymentReport, Standing, StepResult};
use crate::model::unit::Unit;
use crate::outputs::formats::human::table::{Align, Cell, Table};
use crate::outputs::formats::human::text::{Tone, flat};

/// Renders the steps that are to come or were gone through, the checklist, and a closing sentence.
pub fn human(report: &DeploymentReport, width: usize, color: Color) -> String {
    let mut text = String::new();
    for table in [plan(report), steps(report), checklist(report)] {
        if !table.is_empty() {
            text.push_str(&table.render(width, color));
            text.push('\n');
        }
    }
    for refusal in &report.refusals {
        text.push_str(&flat(&format!("refused: {refusal}")));
        text.push('\n');
    }
    for note in notes(report) {
        text.push_str(&flat(&format!("note: {note}")));
        text.push('\n');
    }
    text.push_str(&flat(&sentence(report)));
    text.push('\n');
    text
}

fn plan(report: &DeploymentReport) -> Table {
    let mut table = Table::new(&[("Step", Align::Left), ("Would do", Align::Left)]);
    for planned in &report.plan {
        table.row([Cell::from(planned.step.word().to_owned()), Cell::from(planned.what.clone())]);
    }
    table
}

fn steps(report: &DeploymentReport) -> Table {
    let mut table =
        Table::new(&[("Step", Align::Left), ("Result", Align::Left), ("Time", Align::Right), ("Note", Align::Left)]);
    for done in report.deployment.iter().flat_map(|deployment| &deployment.done) {
        let tone = match done.result {
            StepResult::Passed => Tone::Good,
            StepResult::Interrupted => Tone::Warning,
            StepResult::Failed => Tone::Error,
        };
        table.row([
            Cell::from(done.step.word().to_owned()),
            Cell::new(done.result.word(), tone),
            Cell::from(Unit::Seconds.show(seconds(done))),
            Cell::from(done.note.clone()),
        ]);
    }
    table
}

fn checklist(report: &DeploymentReport) -> Table {
    let mut table = Table::new(&[("Box", Align::Left), ("Standing", Align::Left), ("Evidence", Align::Left)]);
    for ticked in &report.checklist {
        let (word, what) = ticked.standing.parts();
        let tone = match ticked.standing {
            Standing::Proven(_) => Tone::Good,
            Standing::Attested(_) => Tone::Info,
            Standing::Open(_) => Tone::Error,
        };
        table.row([Cell::from(ticked.name.to_owned()), Cell::new(word, tone), Cell::from(what.to_owned())]);
    }
    table
}
