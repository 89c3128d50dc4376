//! Writes a configuration and the two workflows that most repositories want.

use std::path::{Path, PathBuf};

use crate::config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::outcome::Outcome;
use crate::outputs::sinks::file;
use crate::sources::{git_head, repository};
use crate::templates::{self, Facts, Template};
use crate::world::World;

/// What `plimsoll init` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the repository; by default the one around the world's folder.
    pub folder: Option<PathBuf>,
    /// The default branch; by default the one that is checked out.
    pub branch: Option<String>,
    /// What happens to files that are there already.
    pub existing: Existing,
    /// Whether anything is written.
    pub mode: Mode,
}

/// What happens to files that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They stay as they are.
    Keep,
    /// They are written anew.
    Overwrite,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The files are written.
    Write,
    /// The files are only shown.
    Show,
}

/// Writes or shows the files, and says what it did with each.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let root = match &options.folder {
        Some(folder) => world.folder.join(folder),
        None => repository::root(&world.folder),
    };
    if !root.is_dir() {
        let message = format!("{} is not a folder", root.display());
        return Err(Failure::message(FailureKind::Input, message).hint("name a repository's folder"));
    }
    let branch = options.branch.clone().or_else(|| git_head::read(&root).branch);
    let facts = Facts { default_branch: branch.unwrap_or_else(|| "main".to_owned()) };
    let configuration = Template {
        path: "plimsoll.yml",
        purpose: "says what is checked, and how strictly",
        content: config::DEFAULT.to_owned(),
    };
    let mut said = String::new();
    for template in std::iter::once(configuration).chain(templates::workflows(&facts)) {
        said += &match options.mode {
            Mode::Show => shown(&template),
            Mode::Write => written(&template, &root, options.existing)?,
        };
    }
    world.stdout.write_all(said.as_bytes()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

fn shown(template: &Template) -> String {
    format!("# {}: {}\n\n{}\n", template.path, template.purpose, template.content)
}

fn written(template: &Template, root: &Path, existing: Existing) -> Result<String, Failure> {
    let path = root.join(template.path);
    let kept = existing == Existing::Keep && path.exists();
    if !kept {
        file::write(&path, template.content.as_bytes()).kind(FailureKind::Output)?;
    }
    let did = if kept { "kept   " } else { "written" };
    Ok(format!("{did}  {:<30}  {}\n", template.path, template.purpose))
}
