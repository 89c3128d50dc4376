//! Looks at the surroundings: the machine, the job, the way to GitHub, and the token.

mod machine;
mod proxies;
mod server;
mod token;

use std::path::PathBuf;

use clap::ValueEnum;

use super::configuration::Configuration;
use super::deliver;
use super::online::Network;
use crate::error::Failure;
use crate::model::diagnosis::Diagnosis;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::outputs::formats::{human, json};
use crate::world::World;

/// What `plimsoll doctor` was asked.
#[derive(Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// Whether GitHub is asked.
    pub network: Network,
    /// The token for it.
    pub token: Option<Secret>,
    /// `OWNER/NAME`, where the environment does not say.
    pub repository: Option<String>,
    /// How what was found is written.
    pub format: Format,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// How a diagnosis can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    Human,
    /// JSON for programs
    Json,
}

/// Looks at everything, and fails where something will not work.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let mut checks = machine::checks(&options.configuration, world);
    checks.extend(proxies::checks(world));
    checks.extend(server::checks(options, world));
    let diagnosis = Diagnosis { checks };
    let output = options.output.as_deref();
    let text = match options.format {
        Format::Human => human::diagnosis::render(&diagnosis, world.width, deliver::color(output, world)),
        Format::Json => json::diagnosis::render(&diagnosis),
    };
    deliver::write(&text, output, world)?;
    Ok(if diagnosis.is_wrong() { Outcome::Fail } else { Outcome::Pass })
}
