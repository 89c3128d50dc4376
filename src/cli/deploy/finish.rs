//! `plimsoll deploy finish`.

use clap::Args;

use super::CommonArguments;
use crate::commands::deploy::finish::{Options, State};

/// Record how a deployment ended that others did
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,

    /// The deployment's number at GitHub, where another machine has begun it
    #[arg(long, value_name = "ID")]
    id: Option<u64>,

    /// How it ended
    #[arg(long, value_enum, default_value = "verified")]
    state: State,

    /// Where it can be seen [default: the environment's `url`]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { common: arguments.common.into(), id: arguments.id, state: arguments.state, url: arguments.url }
    }
}
