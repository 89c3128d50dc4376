//! What a step of a job tells GitHub's runner beside its log: outputs and a summary.
//!
//! Outside a job, and where the runner names no file, nothing is told.

use std::io::Write as _;
use std::path::PathBuf;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::outputs::sinks::runner::{self, Appended};
use crate::world::World;

/// Sets outputs of the step.
///
/// # Errors
/// The runner's file cannot be written.
pub(super) fn outputs(outputs: &[(&str, &str)], world: &World) -> Result<(), Failure> {
    let Some(path) = file("GITHUB_OUTPUT", world) else { return Ok(()) };
    runner::outputs(&path, outputs).kind(FailureKind::Output)
}

/// Adds Markdown to the step's summary, as much as the runner takes; the log says when it was cut.
/// It is written only where there is a summary to add it to.
///
/// # Errors
/// The runner's file cannot be written.
pub(super) fn summary(markdown: impl FnOnce() -> String, world: &mut World) -> Result<(), Failure> {
    let Some(path) = file("GITHUB_STEP_SUMMARY", world) else { return Ok(()) };
    match runner::summary(&path, &markdown()).kind(FailureKind::Output)? {
        Appended::Whole => Ok(()),
        Appended::Cut | Appended::Nothing => {
            let notice = "notice: the step's summary is cut, since GitHub shows at most 1 MiB of it\n";
            world.stderr.write_all(notice.as_bytes()).kind(FailureKind::Output)
        }
    }
}

/// Sets the output `outcome`, which every action has.
///
/// # Errors
/// The runner's file cannot be written.
pub(crate) fn outcome(outcome: Outcome, world: &World) -> Result<(), Failure> {
    let value = match outcome {
        Outcome::Pass | Outcome::Command(0) => "pass",
        Outcome::Fail | Outcome::Command(_) => "fail",
        Outcome::Unknown => "unknown",
    };
    outputs(&[("outcome", value)], world)
}

fn file(name: &str, world: &World) -> Option<PathBuf> {
    world.environment.get(name).filter(|_| world.environment.in_actions()).map(PathBuf::from)
}
