//! A scorecard as annotations, the worst gaps first.

use super::room::{Kind, Room};
use crate::model::scorecard::{Judged, Priority, Scorecard, Status};
use crate::outputs::formats::escape::{command_data, command_property, log_line};

/// Renders the gaps as workflow commands and the score as a line. A critical gap that is missing
/// is an error, what is critical or high beside that a warning, and the rest notices; of each the
/// worst, as far as the step has room for them.
pub fn render(scorecard: &Scorecard, room: &mut Room) -> String {
    let mut out = String::new();
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        for judged in scorecard.gaps().filter(|judged| kind_of(judged) == kind) {
            if room.take(kind) {
                out.push_str(&annotation(kind, judged));
            }
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

fn kind_of(judged: &Judged) -> Kind {
    if judged.blocks() {
        Kind::Error
    } else if judged.priority >= Priority::High {
        Kind::Warning
    } else {
        Kind::Notice
    }
}

fn annotation(kind: Kind, judged: &Judged) -> String {
    let place = judged.verdict.evidence.first().map(|evidence| {
        let (line, column) = (evidence.position.line, evidence.position.column);
        format!("file={},line={line},col={column},", command_property(&evidence.path))
    });
    let message = format!("{}. {} Close with {}", judged.verdict.because, judged.impact, judged.closes_with);
    format!(
        "::{} {}title={}::{}\n",
        kind.command(),
        place.unwrap_or_default(),
        command_property(judged.id),
        command_data(&message)
    )
}
