//! Puts the tables' rows on a branch, with nothing lost, doubled or clobbered.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::configuration::Configuration;
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::branch_name::BranchName;
use crate::model::collected::Writing;
use crate::model::committed::{Committed, Fate};
use crate::model::identity::Identity;
use crate::model::repository_name::RepositoryName;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::world::World;

mod derived;
mod explain;
mod given;
mod ground;
mod merge;
mod message;
mod policy;
mod publish;
mod request;
mod task;
mod tell;
mod way;
mod work_tree;

use task::Task;

/// What `plimsoll commit` was asked; what is not given is taken from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables, relative to the working folder.
    pub metrics: Option<PathBuf>,
    /// Reports that are made anew and committed with the tables, relative to the working folder.
    pub reports: Vec<PathBuf>,
    /// Other files that are committed with the tables, relative to the working folder.
    pub files: Vec<PathBuf>,
    /// The branch to commit to.
    pub branch: Option<BranchName>,
    /// What the commit says about itself.
    pub saying: Saying,
    /// The way to the branch.
    pub via: Via,
    /// The repository, for the API.
    pub repository: Option<RepositoryName>,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
    /// Which jobs commit.
    pub jobs: Jobs,
    /// Whether a pull request carries the commit.
    pub request: Option<Request>,
    /// What becomes of the branch's history.
    pub history: Option<Rewriting>,
    /// How long it is tried.
    pub patience: Patience,
    /// Whether anything is written.
    pub writing: Writing,
    /// How what happened is written.
    pub format: Format,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// What a commit says about itself.
#[derive(Clone, Debug, Default)]
pub struct Saying {
    /// The message, with places for what is known when it is made.
    pub message: Option<String>,
    /// Who wrote it, where that is not who commits.
    pub author: Option<Identity>,
    /// Who took part.
    pub co_authors: Vec<Identity>,
    /// Whether who commits signs it off.
    pub sign_off: SignOff,
    /// Whether workflows are kept from running for it.
    pub ci: Ci,
}

/// Whether who commits signs a commit off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignOff {
    /// No.
    #[default]
    No,
    /// Yes.
    Yes,
}

/// Whether workflows run for a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ci {
    /// As the configuration says, which by default does not keep them from it.
    #[default]
    AsConfigured,
    /// The message keeps them from running.
    Skipped,
}

/// The ways to the branch that can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// The API where there is a token and a repository is named, else git
    #[default]
    Auto,
    /// One GraphQL mutation: a verified commit by whom the token stands for
    Graphql,
    /// GitHub's git data API: large files, modes, other authors, own servers
    GitData,
    /// The git program and the remote `origin`, with the identity of git's configuration
    Git,
}

/// Which jobs commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jobs {
    /// Those that run for the default branch.
    #[default]
    OfDefaultBranch,
    /// All, pull requests too.
    All,
}

/// A pull request that carries the commit.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The branch it asks to be merged into; the default branch if none is named.
    pub base: Option<BranchName>,
    /// Whether it is merged by itself as soon as it may be, and how.
    pub auto_merge: Option<AutoMerge>,
}

/// How a pull request is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AutoMerge {
    /// By a merge commit
    Merge,
    /// As one commit
    Squash,
    /// Commit by commit
    Rebase,
}

/// What becomes of the branch's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewriting {
    /// The commit replaces one that was made like this earlier on the same day.
    Daily,
    /// The commit replaces all others; closed months get files of their own.
    Compact,
}

/// How long it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often at most.
    pub tries: u32,
    /// For how long at most.
    pub time: Duration,
}

/// How what happened can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table and a sentence for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

/// What keeps rows from the branch, and how much was tried before.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub failure: Failure,
    /// How often it was tried.
    pub tries: u32,
    /// How often somebody else was faster.
    pub conflicts: u32,
    /// The folder that keeps the rows, relative to the working folder.
    pub kept: Option<PathBuf>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 20, time: Duration::from_mins(10) }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { failure, tries: 0, conflicts: 0, kept: None }
    }
}

/// Commits, and says what came of it.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    match commit(options, &config, world) {
        Ok(committed) => {
            tell::all(&committed, options, world)?;
            Ok(Outcome::Pass)
        }
        Err(stopped) => {
            tell::stopped(&stopped, options, &config, world)?;
            Err(stopped.failure)
        }
    }
}

/// Commits as a configuration says.
///
/// # Errors
/// Tables are damaged on either side, there is no way to the branch, or it does not take the
/// rows. Then nothing is lost: the tables in the work tree are never touched.
pub fn commit(options: &Options, config: &Config, world: &World) -> Result<Committed, Stopped> {
    let branch = task::branch(options, config)?;
    let objection = (options.jobs == Jobs::OfDefaultBranch).then(|| policy::objection(&world.environment)).flatten();
    if let Some(reason) = objection {
        let note = "to commit from here all the same, use --allow-branch".to_owned();
        return Ok(Committed { notes: vec![note], ..nothing(Fate::Skipped(reason), branch) });
    }
    let Some(task) = Task::new(options, config, world)? else {
        let note = format!("there is no folder {}: `plimsoll collect` writes the tables", config.metrics.display());
        return Ok(Committed { notes: vec![note], ..nothing(Fate::Unchanged, branch) });
    };
    let chosen = way::choose(options, &task, world)?;
    publish::publish(&task, &chosen, options, world)
}

fn nothing(fate: Fate, branch: BranchName) -> Committed {
    Committed {
        fate,
        branch,
        way: None,
        tables: Vec::new(),
        files: Vec::new(),
        commit: None,
        tries: 0,
        conflicts: 0,
        pull_request: None,
        diff: String::new(),
        notes: Vec::new(),
    }
}

/// Reads a branch's name that the configuration holds.
fn named(name: &str) -> Result<BranchName, Failure> {
    name.parse().kind(FailureKind::Configuration)
}
