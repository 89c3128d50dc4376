//! A deployment, for a job's page.

use super::{notes, seconds, sentence};
use crate::model::deployment::{DeploymentReport, Standing, StepResult};
use crate::model::unit::Unit;
use crate::outputs::formats::escape;
use crate::outputs::formats::markdown::table::{Align, heading, row};

/// Renders the steps, the checklist and the closing sentence.
pub fn markdown(report: &DeploymentReport) -> String {
    let mut text = format!("### {}\n", escape::markdown(&capital(&report.title)));
    if !report.plan.is_empty() {
        text.push('\n');
        text.push_str(&heading(&[("Step", Align::Left), ("Would do", Align::Left)]));
        for planned in &report.plan {
            text.push_str(&row([planned.step.word(), &escape::markdown(&planned.what)]));
        }
    }
    if let Some(deployment) = report.deployment.as_ref().filter(|deployment| !deployment.done.is_empty()) {
        text.push('\n');
        text.push_str(&heading(&[
            ("", Align::Left),
            ("Step", Align::Left),
            ("Time", Align::Right),
            ("Note", Align::Left),
        ]));
        for done in &deployment.done {
            let mark = match done.result {
                StepResult::Passed => "✅",
                StepResult::Interrupted => "⚠️",
                StepResult::Failed => "❌",
            };
            let time = Unit::Seconds.show(seconds(done));
            text.push_str(&row([mark, done.step.word(), &time, &escape::markdown(&done.note)]));
        }
    }
    if !report.checklist.is_empty() {
        text.push('\n');
        text.push_str(&heading(&[("", Align::Left), ("Box", Align::Left), ("Evidence", Align::Left)]));
        for ticked in &report.checklist {
            let mark = match ticked.standing {
                Standing::Proven(_) => "✅",
                Standing::Attested(_) => "✍️",
                Standing::Open(_) => "❌",
            };
            text.push_str(&row([mark, ticked.name, &escape::markdown(ticked.standing.parts().1)]));
        }
    }
    for line in report.refusals.iter().map(|refusal| format!("refused: {refusal}")).chain(notes(report)) {
        text.push_str("\n- ");
        text.push_str(&escape::markdown(&line));
    }
    text.push_str("\n\n");
    text.push_str(&escape::markdown_sentence(&capital(&sentence(report))));
    text.push_str(".\n");
    text
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
