//! Says what came of it: to people or programs, and to the job.

use super::{Format, Options, Stopped, task};
use crate::commands::{deliver, step};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::committed::{Committed, Fate};
use crate::outputs::formats::{escape, human, json, markdown};
use crate::world::World;

/// Writes the result, the step's outputs, and a notice where nothing was committed on purpose.
pub(super) fn all(committed: &Committed, options: &Options, world: &mut World) -> Result<(), Failure> {
    let output = options.output.as_deref();
    let text = match options.format {
        Format::Human => human::committed::render(committed, world.width, deliver::color(output, world)),
        Format::Json => json::committed::render(committed),
    };
    deliver::write(&text, output, world)?;
    let request = committed.pull_request.as_ref();
    let values = Values {
        committed: committed.fate == Fate::Committed,
        sha: committed.commit.as_deref().unwrap_or_default(),
        branch: committed.branch.as_str(),
        rows: committed.added(),
        conflicts: committed.conflicts,
        tries: committed.tries,
        pull_request: request.map(|request| request.number.to_string()).unwrap_or_default(),
        kept: String::new(),
    };
    values.tell(world)?;
    let Fate::Skipped(reason) = &committed.fate else { return Ok(()) };
    if options.format == Format::Json || !world.environment.in_actions() {
        return Ok(());
    }
    let notice = escape::command_data(&format!("nothing was committed: {reason}"));
    writeln!(world.stdout, "::notice title=plimsoll::{notice}").kind(FailureKind::Output)
}

/// Tells the job that the rows are not on the branch, and where they are.
pub(super) fn stopped(stopped: &Stopped, options: &Options, config: &Config, world: &mut World) -> Result<(), Failure> {
    let Stopped { failure, tries, conflicts, kept } = stopped;
    let branch = task::branch(options, config).map(|branch| branch.to_string()).unwrap_or_default();
    let kept = kept.as_ref().map(|kept| kept.display().to_string()).unwrap_or_default();
    let (tries, conflicts) = (*tries, *conflicts);
    let values = Values {
        committed: false,
        sha: "",
        branch: &branch,
        rows: 0,
        conflicts,
        tries,
        pull_request: String::new(),
        kept: kept.clone(),
    };
    values.tell(world)?;
    step::summary(|| markdown::committed::stopped(&failure.to_string(), failure.hints(), &kept), world)
}

/// The step's outputs.
struct Values<'values> {
    committed: bool,
    sha: &'values str,
    branch: &'values str,
    rows: usize,
    conflicts: u32,
    tries: u32,
    pull_request: String,
    kept: String,
}

impl Values<'_> {
    fn tell(&self, world: &World) -> Result<(), Failure> {
        let numbers = [self.rows.to_string(), self.conflicts.to_string(), self.tries.to_string()];
        let [rows, conflicts, tries] = numbers;
        let outputs = [
            ("committed", if self.committed { "true" } else { "false" }),
            ("sha", self.sha),
            ("branch", self.branch),
            ("rows-added", &rows),
            ("conflicts", &conflicts),
            ("tries", &tries),
            ("pull-request", &self.pull_request),
            ("kept", &self.kept),
        ];
        step::outputs(&outputs, world)
    }
}
