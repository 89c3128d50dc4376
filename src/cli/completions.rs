//! `plimsoll completions`.

use clap::Args;
use clap_complete::Shell;

use crate::commands::completions::Options;

/// Write a shell's completion script to standard output
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The shell to write for
    shell: Shell,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { shell: arguments.shell, command: super::command() }
    }
}
