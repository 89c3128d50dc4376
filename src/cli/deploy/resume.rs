//! `plimsoll deploy resume`.

use clap::Args;

use super::CommonArguments;
use crate::commands::deploy::resume::Options;

/// Settle a deployment that a killed call has left behind: go on with it, or take it back
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { common: arguments.common.into() }
    }
}
