//! `plimsoll deploy verify`.

use clap::Args;

use super::CommonArguments;
use crate::commands::deploy::verify::{Options, Otherwise};

/// Watch what was deployed against thresholds and against how it was before, and try it
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,

    /// The deployment's number at GitHub, where another machine has begun it
    #[arg(long, value_name = "ID")]
    id: Option<u64>,

    /// Take it back where it is not well
    #[arg(long)]
    roll_back: bool,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let otherwise = if arguments.roll_back { Otherwise::RolledBack } else { Otherwise::Told };
        Self { common: arguments.common.into(), id: arguments.id, otherwise }
    }
}
