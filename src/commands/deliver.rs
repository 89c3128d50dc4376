//! Hands over what a format made: to standard output, or to the file that was named.

use std::path::Path;

use clap::ValueEnum;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outputs::sinks::file;
use crate::world::{Color, World};

/// How verdicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    Human,
    /// Workflow commands
    Github,
    /// JSON, version 1
    Json,
    /// A Markdown table
    Markdown,
}

impl Format {
    /// Returns the format that is taken where none is asked for: workflow commands in a job.
    pub(super) fn usual(world: &World) -> Self {
        if world.environment.in_actions() { Self::Github } else { Self::Human }
    }
}

/// Writes what was rendered to the file that was named, or to standard output.
///
/// # Errors
/// The file or the stream cannot be written.
pub(super) fn write(rendered: &str, output: Option<&Path>, world: &mut World) -> Result<(), Failure> {
    match output {
        Some(path) => file::write(&world.folder.join(path), rendered.as_bytes()).kind(FailureKind::Output),
        None => world.stdout.write_all(rendered.as_bytes()).kind(FailureKind::Output),
    }
}

/// Returns whether output for people is coloured: never in a file.
pub(super) fn color(output: Option<&Path>, world: &World) -> Color {
    if output.is_some() { Color::Never } else { world.color }
}
