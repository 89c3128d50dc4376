//! Lists the lint rules.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::outputs::formats::{human, json, markdown};
use crate::outputs::sinks::file;
use crate::rules;
use crate::world::{Color, World};

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
    /// A table a group for documentation
    Markdown,
}

/// Writes the list.
pub(super) fn run(options: Options, world: &mut World) -> Result<Outcome, Failure> {
    let rules = rules::infos();
    // A file is no terminal.
    let color = if options.output.is_some() { Color::Never } else { world.color };
    let text = match options.format {
        Format::Human => human::rules::render(&rules, world.width, color),
        Format::Json => json::rules::render(&rules),
        Format::Markdown => markdown::rules::render(&rules),
    };
    match options.output {
        Some(path) => file::write(&world.folder.join(path), text.as_bytes()).kind(FailureKind::Output)?,
        None => world.stdout.write_all(text.as_bytes()).kind(FailureKind::Output)?,
    }
    Ok(Outcome::Pass)
}
