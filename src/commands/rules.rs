//! Lists the lint rules.

use std::path::PathBuf;

use clap::ValueEnum;

use super::deliver;
use crate::error::Failure;
use crate::outcome::Outcome;
use crate::outputs::formats::{human, json, markdown};
use crate::rules;
use crate::world::World;

/// What `plimsoll rules` was asked.
#[derive(Debug)]
pub struct Options {
    /// How the list is written.
    pub format: Format,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// How a list of rules can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    Human,
    /// JSON for programs
    Json,
    /// A table for each group, for documentation
    Markdown,
}

/// Writes the list.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let rules = rules::infos();
    let output = options.output.as_deref();
    let text = match options.format {
        Format::Human => human::rules::render(&rules, world.width, deliver::color(output, world)),
        Format::Json => json::rules::render(&rules),
        Format::Markdown => markdown::rules::render(&rules),
    };
    deliver::write(&text, output, world)?;
    Ok(Outcome::Pass)
}
