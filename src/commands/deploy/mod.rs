//! Deploys: around a command, or around what others do, with a way back.

mod archive;
mod begin;
mod driver;
mod evidence;
pub mod finish;
mod github;
mod probing;
mod record;
pub mod resume;
mod rollback;
pub mod run;
mod shell;
mod site;
pub mod start;
mod steps;
mod telling;
pub mod verify;
mod webhooks;
mod workflow;

use std::path::PathBuf;

use super::configuration::Configuration;
pub use super::deliver::Format;
use super::online::Network;
pub use crate::deploy::Item;
use crate::error::Failure;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::world::World;

pub use rollback::Options as RollbackOptions;

/// Where rows come from that are written here.
pub(super) const SOURCE: &str = "plimsoll deploy";

/// What `plimsoll deploy` was asked.
#[derive(Debug)]
pub enum Options {
    /// The whole way around a command.
    Run(run::Options),
    /// Begins what others do.
    Start(start::Options),
    /// Watches what was deployed.
    Verify(verify::Options),
    /// Says how it ended.
    Finish(finish::Options),
    /// Brings a version back.
    Rollback(RollbackOptions),
    /// Settles what was cut off.
    Resume(resume::Options),
}

/// What every part of it is asked.
#[derive(Debug)]
pub struct Common {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The environment.
    pub environment: String,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// Whether GitHub is asked.
    pub network: Network,
    /// As whom.
    pub token: Option<Secret>,
    /// `OWNER/NAME`, where the environment does not say.
    pub repository: Option<String>,
    /// How the report is written.
    pub format: Option<Format>,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// Whether what is planned is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is.
    All,
    /// It is only said.
    Nothing,
}

/// What is demanded before something begins.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Boxes that somebody vouches for on the command line, each with who.
    pub attested: Vec<(Item, String)>,
    /// Why gates and the checklist do not hold it up.
    pub force: Option<String>,
}

/// Deploys.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    match options {
        Options::Run(options) => run::run(options, world),
        Options::Start(options) => start::run(options, world),
        Options::Verify(options) => verify::run(options, world),
        Options::Finish(options) => finish::run(options, world),
        Options::Rollback(options) => rollback::run(options, world),
        Options::Resume(options) => resume::run(options, world),
    }
}
