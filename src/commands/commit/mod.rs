//! Puts the tables' rows on a branch, with nothing lost, doubled or clobbered.

use std::path::PathBuf;

use clap::ValueEnum;

use super::configuration::Configuration;
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::branch_name::BranchName;
use crate::model::collected::Writing;
use crate::model::committed::{Committed, Fate};
use crate::model::repository_name::RepositoryName;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::world::World;

mod merge;
mod policy;
mod publish;
mod tell;
mod way;
mod work_tree;

use work_tree::WorkTree;

/// What `plimsoll commit` was asked.
#[derive(Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables, relative to the working folder; the configuration's, where it is
    /// not given.
    pub metrics: Option<PathBuf>,
    /// The branch to commit to; the configuration's, where it is not given.
    pub branch: Option<BranchName>,
    /// The commit's message; the configuration's, where it is not given.
    pub message: Option<String>,
    /// The way to the branch.
    pub via: Via,
    /// The repository, for the API.
    pub repository: Option<RepositoryName>,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
    /// Which jobs commit.
    pub jobs: Jobs,
    /// Whether anything is written.
    pub writing: Writing,
    /// How what happened is written.
    pub format: Format,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// The ways to the branch that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// Git in a clone with a remote `origin`, else the contents API
    Auto,
    /// The git program and the remote `origin`, with the identity of git's configuration
    Git,
    /// GitHub's contents API, one commit a file
    Contents,
}

/// Which jobs commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// Those that run for the default branch.
    OfDefaultBranch,
    /// All, pull requests too.
    All,
}

/// How what happened can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table and a sentence for people
    Human,
    /// JSON for programs
    Json,
}

/// What is to be put where.
#[derive(Debug)]
struct Task {
    branch: BranchName,
    message: String,
    work_tree: WorkTree,
}

/// Commits, and says what came of it.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let committed = commit(options, &config, world)?;
    tell::all(&committed, options, world)?;
    Ok(Outcome::Pass)
}

/// Commits as a configuration says.
///
/// # Errors
/// Tables are damaged on either side, there is no way to the branch, or it does not take the
/// rows. Then nothing is lost: the tables in the work tree are never touched.
pub fn commit(options: &Options, config: &Config, world: &World) -> Result<Committed, Failure> {
    let branch = match &options.branch {
        Some(branch) => branch.clone(),
        None => config.commit.branch.parse().kind(FailureKind::Configuration)?,
    };
    let objection = (options.jobs == Jobs::OfDefaultBranch).then(|| policy::objection(&world.environment)).flatten();
    if let Some(reason) = objection {
        let note = "to commit from here all the same, use --allow-branch".to_owned();
        return Ok(Committed { notes: vec![note], ..nothing(Fate::Skipped(reason), branch) });
    }
    let Some(work_tree) = WorkTree::read(options.metrics.as_deref(), &config.metrics, world)? else {
        let note = format!("there is no folder {}: `plimsoll collect` writes the tables", config.metrics.display());
        return Ok(Committed { notes: vec![note], ..nothing(Fate::Unchanged, branch) });
    };
    let message = options.message.clone().unwrap_or_else(|| config.commit.message.clone());
    let task = Task { branch, message, work_tree };
    let chosen = way::choose(options, &task, world)?;
    publish::publish(&task, chosen, options, world)
}

fn nothing(fate: Fate, branch: BranchName) -> Committed {
    Committed { fate, branch, way: None, tables: Vec::new(), commits: Vec::new(), tries: 0, notes: Vec::new() }
}
