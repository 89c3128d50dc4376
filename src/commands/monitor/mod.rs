//! Watches a machine, or what was deployed.

pub mod health;
pub mod resources;

use crate::error::Failure;
use crate::outcome::Outcome;
use crate::world::World;

/// What is watched.
#[derive(Debug)]
pub enum Options {
    /// How deployed endpoints are.
    Health(Box<health::Options>),
    /// What a machine and a command on it use.
    Resources(Box<resources::Options>),
}

/// Watches.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    match options {
        Options::Health(options) => health::run(options, world),
        Options::Resources(options) => resources::run(options, world),
    }
}
