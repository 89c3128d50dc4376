//! What a repository's automation does, where, on which occasions, and whether a failure of it
//! would be noticed.
//!
//! A tool is recognised by a command, an action or an image, never by a word in a comment or an
//! `echo`; steps and jobs that can never run are left out; local workflows, local actions, scripts,
//! builds of images and what containers start are followed.

mod beside;
mod checkouts;
mod fed;
mod folders;
mod idle;
mod walk;
mod written;

use std::collections::BTreeSet;

use super::runs::{JobRun, job_runs};
pub use super::silence::Silence;
use super::when::When;
use crate::knowledge::tools::{Kind, Tool};
use crate::model::place::Position;
use crate::model::repository::Repository;
use crate::model::workflow::Step;
use crate::model::yaml::Text;

/// One thing that runs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Activity<'model> {
    /// The tools it is recognised as; none for a command that is not known.
    pub tools: Vec<&'static Tool>,
    /// The command, program first; empty for an action.
    pub words: Vec<String>,
    /// The variables set in front of the command, as `NAME=value`.
    pub assignments: Vec<String>,
    /// The step it belongs to; `None` for a call of a reusable workflow.
    pub step: Option<&'model Step>,
    /// The file that it is written in: the workflow, or a file that a step leads to.
    pub path: &'model str,
    /// Where in the file.
    pub position: Position,
    /// What stands there, or in the step, and what it leads to.
    pub seen: String,
    /// Why a failure of it would not be noticed.
    pub silence: Option<Silence>,
    /// The occasions it runs on.
    pub when: BTreeSet<When>,
    /// The run of a job that it belongs to, as an index.
    pub run: usize,
    /// Where the step stands in its job.
    pub order: usize,
    /// How many activities come before it, of all jobs.
    pub number: usize,
    /// Whether it runs while an image is built, and not in the job itself.
    pub in_image_build: bool,
    /// Whether it works on a checkout of another repository.
    pub foreign: bool,
    /// Whether it only runs when a step before it failed.
    pub on_failure: bool,
    /// Whether it is the condition of `if` or the like.
    pub tested: bool,
}

impl Activity<'_> {
    /// Tells whether it does a kind of work.
    pub fn is(&self, kind: Kind) -> bool {
        self.tools.iter().any(|tool| tool.kinds.contains(&kind))
    }

    /// Returns an input of the action.
    pub fn input(&self, name: &str) -> Option<&Text> {
        self.step.and_then(|step| step.input(name))
    }

    /// Tells whether the command holds a word.
    pub fn has_word(&self, accept: impl Fn(&str) -> bool) -> bool {
        self.words.iter().any(|word| accept(word))
    }
}

/// What a repository's automation does.
#[derive(Clone, Debug)]
pub struct Activities<'model> {
    /// The jobs that run.
    pub runs: Vec<JobRun<'model>>,
    /// What runs in them, job by job, in order.
    pub all: Vec<Activity<'model>>,
}

/// Finds out what a repository's automation does.
pub fn activities(repository: &Repository) -> Activities<'_> {
    let runs = job_runs(repository);
    let all = walk::all(repository, &runs);
    Activities { runs, all }
}
