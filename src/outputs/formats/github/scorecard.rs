//! A scorecard as annotations, the worst gaps first.

use crate::model::scorecard::{Judged, Priority, Scorecard, Status};
use crate::outputs::formats::escape::{command_data, command_property, log_line};

/// The runner keeps so many annotations of a kind for a step.
const KEPT: usize = 10;

/// Renders the gaps as workflow commands and the score as a line. A critical gap that is missing
/// is an error, what is critical or high beside that a warning, and the rest notices; of each the
/// worst ten, since the runner keeps no more.
pub fn render(scorecard: &Scorecard) -> String {
    let mut out = String::new();
    for command in ["error", "warning", "notice"] {
        for judged in scorecard.gaps().filter(|judged| command_of(judged) == command).take(KEPT) {
            out.push_str(&annotation(command, judged));
        }
    }
    let count = |status| scorecard.count(status);
    let summary = format!(
        "readiness {}/10 ({}), {}: {} met, {} partly, {} missing, {} not asked",
        scorecard.overall.shown(),
        scorecard.overall.grade(),
        scorecard.readiness.word(),
        count(Status::Present),
        count(Status::Partial),
        count(Status::Missing),
        count(Status::NotApplicable),
    );
    out.push_str(&log_line(&summary));
    out.push('\n');
    for problem in &scorecard.problems {
        out.push_str(&log_line(&format!("not read: {}: {}", problem.path, problem.message)));
        out.push('\n');
    }
    out
}

fn command_of(judged: &Judged) -> &'static str {
    if judged.blocks() {
        "error"
    } else if judged.priority >= Priority::High {
        "warning"
    } else {
        "notice"
    }
}

fn annotation(command: &str, judged: &Judged) -> String {
    let place = judged.verdict.evidence.first().map(|evidence| {
        let (line, column) = (evidence.position.line, evidence.position.column);
        format!("file={},line={line},col={column},", command_property(&evidence.path))
    });
    let message = format!("{}. {} Close with {}", judged.verdict.because, judged.impact, judged.closes_with);
    format!(
        "::{command} {}title={}::{}\n",
        place.unwrap_or_default(),
        command_property(judged.id),
        command_data(&message)
    )
}
