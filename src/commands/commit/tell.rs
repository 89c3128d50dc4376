//! Says what came of it: to people or programs, and to the job.

use super::{Format, Options};
use crate::commands::{deliver, step};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::committed::{Committed, Fate};
use crate::outputs::formats::{escape, human, json};
use crate::world::World;

/// Writes the result, the step's outputs, and a notice where nothing was committed on purpose.
pub(super) fn all(committed: &Committed, options: &Options, world: &mut World) -> Result<(), Failure> {
    let output = options.output.as_deref();
    let text = match options.format {
        Format::Human => human::committed::render(committed, world.width, deliver::color(output, world)),
        Format::Json => json::committed::render(committed),
    };
    deliver::write(&text, output, world)?;
    let done = if committed.fate == Fate::Committed { "true" } else { "false" };
    let commit = committed.commits.last().map_or("", String::as_str);
    step::outputs(&[("committed", done), ("commit", commit), ("branch", committed.branch.as_str())], world)?;
    let Fate::Skipped(reason) = &committed.fate else { return Ok(()) };
    if options.format == Format::Json || !world.environment.in_actions() {
        return Ok(());
    }
    let notice = escape::command_data(&format!("nothing was committed: {reason}"));
    writeln!(world.stdout, "::notice title=plimsoll::{notice}").kind(FailureKind::Output)
}
