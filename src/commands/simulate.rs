//! What-if: recorded runs, simulated with changes.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use super::configuration::Configuration;
use super::{deliver, gate};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::source_file::Content;
use crate::outcome::Outcome;
use crate::outputs::formats::{json, markdown};
use crate::simulation::{self, ChangeError, Choice, Declared};
use crate::sources::{history, repository, workflows};
use crate::world::World;

/// What `plimsoll simulate` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// What is tried; where nothing is, the simulator itself is checked.
    pub changes: Vec<Change>,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// The branch whose runs are simulated; all of them if `None`.
    pub branch: Option<String>,
    /// The workflows whose runs are simulated; all of them if `None`.
    pub workflow: Option<String>,
    /// How many of the latest runs of each workflow are simulated.
    pub last: usize,
    /// The form of the output.
    pub format: Format,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
}

/// A change with the words it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    words: String,
    change: simulation::Change,
}

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(words: &str) -> Result<Self, ChangeError> {
        Ok(Self { words: words.to_owned(), change: words.parse()? })
    }
}

/// The forms of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Markdown, for a terminal, a summary or a file
    Markdown,
    /// JSON, version 1
    Json,
}

/// Simulates, and writes what comes out.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let folder = gate::tables_folder(options.metrics.as_deref(), &config, world)?;
    let stored = history::read(&folder).and_then(|stored| stored.sound(&folder)).kind(FailureKind::Input)?;
    let declared = declared(&repository::root(&world.folder));
    let (branch, workflow) = (options.branch.as_deref(), options.workflow.as_deref());
    let choice = Choice { branch, workflow, since: None, last: Some(options.last) };
    let runs = simulation::graphs(&stored.history, &declared, &choice);
    if runs.is_empty() {
        let message = "the tables have no complete run to simulate";
        return Err(
            Failure::message(FailureKind::Input, message).hint("`plimsoll collect` gathers runs and their jobs")
        );
    }
    let words: Vec<String> = options.changes.iter().map(|change| change.words.clone()).collect();
    let rendered = if options.changes.is_empty() {
        let accuracy = simulation::accuracy(&runs, &declared);
        match options.format {
            Format::Markdown => markdown::timing::accuracy(&accuracy),
            Format::Json => json::timing::accuracy(&accuracy),
        }
    } else {
        let changes: Vec<simulation::Change> = options.changes.iter().map(|change| change.change.clone()).collect();
        let forecasts = simulation::forecasts(&runs, &changes);
        match options.format {
            Format::Markdown => markdown::timing::forecasts(&words, &forecasts),
            Format::Json => json::timing::forecasts(&words, &forecasts),
        }
    };
    deliver::write(&rendered, options.output.as_deref(), world)?;
    super::step::summary(|| rendered, world)?;
    Ok(Outcome::Pass)
}

/// Reads what workflow files say about needs. Files that cannot be read say nothing: times do then.
pub(super) fn declared(root: &Path) -> Declared {
    let mut declared = Declared::default();
    for path in workflows::find(&root.join(".github")) {
        let Ok(file) = workflows::read(root, &path) else { continue };
        if let Content::Workflow(workflow) = &file.content {
            declared.add(&file.path, workflow);
        }
    }
    declared
}
