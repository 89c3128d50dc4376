//! `plimsoll init`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::init::{Existing, Mode, Options};

/// Write a commented plimsoll.yml and workflows for pull requests and for scheduled metrics
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The repository's folder [default: this repository]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,

    /// The default branch [default: the one that is checked out]
    #[arg(long)]
    branch: Option<String>,

    /// Write files anew that are there already
    #[arg(long)]
    force: bool,

    /// Show the files, but write nothing
    #[arg(long)]
    dry_run: bool,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            folder: arguments.path,
            branch: arguments.branch,
            existing: if arguments.force { Existing::Overwrite } else { Existing::Keep },
            mode: if arguments.dry_run { Mode::Show } else { Mode::Write },
        }
    }
}
