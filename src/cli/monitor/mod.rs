//! `plimsoll monitor`.

mod resources;

use clap::{Args, Subcommand};

use crate::commands::monitor::Options;

/// Watch what a machine and its commands use
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    watched: Watched,
}

#[derive(Debug, Subcommand)]
enum Watched {
    Resources(Box<resources::Arguments>),
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        match arguments.watched {
            Watched::Resources(arguments) => Self::Resources(Box::new((*arguments).into())),
        }
    }
}
