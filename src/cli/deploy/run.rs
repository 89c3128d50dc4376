//! `plimsoll deploy run`.

use clap::Args;

use super::{CommonArguments, DemandArguments, SubjectArguments, doing};
use crate::commands::deploy::run::Options;

/// Build, test, package, back up, run a command, verify what came of it, and roll back where it is not well
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The command that deploys, with its arguments [default: the environment's `command`]
    #[arg(value_name = "COMMAND", last = true, num_args = 1..)]
    command: Vec<String>,

    #[command(flatten)]
    common: CommonArguments,

    #[command(flatten)]
    subject: SubjectArguments,

    /// Show every step and touch nothing
    #[arg(long)]
    dry_run: bool,

    /// Leave the tests out, which is recorded
    #[arg(long)]
    skip_tests: bool,

    /// Make no back-up, which is recorded
    #[arg(long)]
    no_backup: bool,

    #[command(flatten)]
    demands: DemandArguments,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            common: arguments.common.into(),
            version: arguments.subject.version,
            reference: arguments.subject.reference,
            command: arguments.command,
            skip_tests: arguments.skip_tests,
            no_backup: arguments.no_backup,
            demands: arguments.demands.into(),
            doing: doing(arguments.dry_run),
        }
    }
}
