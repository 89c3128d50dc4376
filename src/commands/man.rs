//! Writes the manual.

use std::path::PathBuf;

use clap_mangen::Man;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::outputs::sinks::file;
use crate::world::World;

/// What `plimsoll man` was asked.
#[derive(Debug)]
pub struct Options {
    /// The folder for a page for each command; without it the main page goes to standard output.
    pub folder: Option<PathBuf>,
    /// The command line to describe.
    pub command: clap::Command,
}

/// Writes the pages.
pub(super) fn run(options: Options, world: &mut World) -> Result<Outcome, Failure> {
    let Some(folder) = options.folder else {
        Man::new(options.command).render(&mut world.stdout).kind(FailureKind::Output)?;
        return Ok(Outcome::Pass);
    };
    let folder = world.folder.join(folder);
    let mut pages = vec![("plimsoll.1".to_owned(), options.command.clone())];
    add_pages("plimsoll", &options.command, &mut pages);
    for (file, command) in pages {
        let mut page = Vec::new();
        Man::new(command).render(&mut page).kind(FailureKind::Output)?;
        file::write(&folder.join(file), &page).kind(FailureKind::Output)?;
    }
    Ok(Outcome::Pass)
}

/// Adds the pages of a command's verbs, and of theirs.
fn add_pages(above: &str, command: &clap::Command, pages: &mut Vec<(String, clap::Command)>) {
    for verb in command.get_subcommands() {
        let name = format!("{above}-{}", verb.get_name());
        pages.push((format!("{name}.1"), verb.clone().name(name.clone())));
        add_pages(&name, verb, pages);
    }
}
