//! Watches a machine, or what was deployed.

pub mod resources;

use crate::error::Failure;
use crate::outcome::Outcome;
use crate::world::World;

/// What is watched.
#[derive(Debug)]
pub enum Options {
    /// What a machine and a command on it use.
    Resources(Box<resources::Options>),
}

/// Watches.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    match options {
        Options::Resources(options) => resources::run(options, world),
    }
}
