//! `plimsoll init`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::init::{Closings, Existing, Mode, Options};
use crate::commands::migrate::Peer;

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

    /// Write the files that close this gap of the scorecard, by its criterion, or that deploy in this way: backup,
    /// blue-green, canary, kubernetes, migration or systemd; files that are there stay
    #[arg(long, value_name = "CRITERION", conflicts_with_all = ["plan", "force"])]
    close: Vec<String>,

    /// Write all files that close gaps of the scorecard; files that are there stay
    #[arg(long, conflicts_with = "force")]
    plan: bool,

    /// Carry over the settings and values of another tool, instead of writing the defaults; may be repeated
    #[arg(long, value_name = "TOOL", value_enum, conflicts_with_all = ["plan", "close"])]
    from: Vec<Peer>,

    /// The file in which github-action-benchmark keeps its values [default: looked for]
    #[arg(long, value_name = "FILE", requires = "from")]
    data: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            folder: arguments.path,
            branch: arguments.branch,
            existing: if arguments.force { Existing::Overwrite } else { Existing::Keep },
            mode: if arguments.dry_run { Mode::Show } else { Mode::Write },
            closing: match (arguments.plan, arguments.close) {
                (true, _) => Closings::Plan,
                (false, gaps) if gaps.is_empty() => Closings::None,
                (false, gaps) => Closings::Of(gaps),
            },
            from: arguments.from,
            data: arguments.data,
        }
    }
}
