//! `plimsoll deploy start`.

use clap::Args;

use super::{CommonArguments, DemandArguments, SubjectArguments, doing};
use crate::commands::deploy::start::Options;

/// Begin a deployment that others do, unless a gate fails, another one runs, or a box of the checklist is open
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,

    #[command(flatten)]
    subject: SubjectArguments,

    /// Look at everything and begin nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    demands: DemandArguments,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            common: arguments.common.into(),
            version: arguments.subject.version,
            reference: arguments.subject.reference,
            demands: arguments.demands.into(),
            doing: doing(arguments.dry_run),
        }
    }
}
