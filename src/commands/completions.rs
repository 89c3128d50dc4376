//! Writes a shell's completion script.

use clap_complete::Shell;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::world::World;

/// What `plimsoll completions` was asked.
#[derive(Debug)]
pub struct Options {
    /// The shell to write for.
    pub shell: Shell,
    /// The command line to complete.
    pub command: clap::Command,
}

/// Writes the script to standard output.
pub(super) fn run(mut options: Options, world: &mut World) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut options.command, "plimsoll", &mut script);
    world.stdout.write_all(&script).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}
