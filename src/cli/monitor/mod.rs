//! `plimsoll monitor`.

mod health;
mod resources;

use clap::{Args, Subcommand};

use crate::commands::monitor::Options;

/// Watch what was deployed, and what a machine and its commands use
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    watched: Watched,
}

#[derive(Debug, Subcommand)]
enum Watched {
    Health(Box<health::Arguments>),
    Resources(Box<resources::Arguments>),
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        match arguments.watched {
            Watched::Health(arguments) => Self::Health(Box::new((*arguments).into())),
            Watched::Resources(arguments) => Self::Resources(Box::new((*arguments).into())),
        }
    }
}
