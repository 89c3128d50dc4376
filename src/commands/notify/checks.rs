//! The check run and the status of the commit.

use super::{Desk, Outputs, Untold, say};
use crate::model::notice::Notice;
use crate::model::run_summary::PartVerdict;
use crate::outputs::formats::comment;
use crate::outputs::sinks::checks::{self, CheckRun, Conclusion, MOST_ANNOTATIONS, Status};
use crate::world::World;

/// Makes the check run.
pub(super) fn check_run(desk: &Desk<'_>, notice: &Notice, name: &str, world: &mut World) -> Result<Outputs, Untold> {
    let Some(commit) = desk.place.source.commit.as_deref() else { return Ok(no_commit("check run", world)) };
    let check = CheckRun {
        name,
        commit,
        conclusion: match notice.verdict {
            PartVerdict::Pass => Conclusion::Success,
            PartVerdict::Warn => Conclusion::Neutral,
            PartVerdict::Fail | PartVerdict::Unknown => Conclusion::Failure,
        },
        title: &notice.headline,
        summary: &comment::check(notice, &desk.place.source),
        details_url: desk.place.source.run.as_deref(),
        annotations: &notice.annotations,
    };
    let url = checks::check_run(&desk.client, &desk.place.repository, &check)?;
    let more = notice.annotations.len().saturating_sub(MOST_ANNOTATIONS);
    if more > 0 {
        say(&format!("the check run has the first {MOST_ANNOTATIONS} annotations; {more} more are in the log"), world);
    }
    Ok(vec![("check-run-url", url)])
}

/// Gives the commit its status.
pub(super) fn status(desk: &Desk<'_>, notice: &Notice, context: &str) -> Result<Outputs, Untold> {
    let Some(commit) = desk.place.source.commit.as_deref() else { return Ok(Outputs::new()) };
    let status = Status {
        context,
        state: match notice.verdict {
            PartVerdict::Pass | PartVerdict::Warn => "success",
            PartVerdict::Fail => "failure",
            PartVerdict::Unknown => "error",
        },
        description: &notice.headline,
        target_url: desk.place.source.run.as_deref(),
    };
    checks::status(&desk.client, &desk.place.repository, commit, status)?;
    Ok(Outputs::new())
}

fn no_commit(what: &str, world: &mut World) -> Outputs {
    say(&format!("no {what} was made: nobody says of which commit, as GITHUB_SHA does in a job"), world);
    Outputs::new()
}
