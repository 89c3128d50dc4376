//! `plimsoll deploy start`.

use clap::Args;

use super::{CommonArguments, DemandArguments, doing};
use crate::commands::deploy::start::Options;

/// Begin a deployment that others do, unless a gate fails, another one runs, or a box of the checklist is open
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,

    /// What is deployed is called [default: the tag, the ref, or the commit]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,

    /// The branch, tag or commit that is deployed [default: what is checked out]
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,

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
            version: arguments.version,
            reference: arguments.reference,
            demands: arguments.demands.into(),
            doing: doing(arguments.dry_run),
        }
    }
}
