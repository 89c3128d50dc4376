//! `plimsoll explain`.

use clap::Args;

use crate::commands::explain::Options;

/// Tell all about a lint rule: why it matters, examples, how to fix what it finds
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The rule's id, as `plimsoll rules` lists it
    rule: String,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { rule: arguments.rule }
    }
}
