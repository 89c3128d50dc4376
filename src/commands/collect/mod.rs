//! Collects runs, test reports and sizes into the tables.
//!
//! Everything is read and merged first; files are written only when all of it went well, each
//! whole or not at all. Collecting the same twice changes no byte.

mod artifacts;
mod delivery;
mod from_runs;
mod logs;
mod many;
mod online;
pub(super) mod origin;
pub(super) mod tables;
mod workspace;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

pub use crate::pipeline::rows::Steps;
pub use online::{Online, Since};

use super::configuration::Configuration;
use super::{deliver, step};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::{Collected, Writing};
use crate::model::encoding::Encoding;
use crate::model::repository_name::RepositoryName;
use crate::outcome::Outcome;
use crate::outputs::formats::{human, json, markdown};
use crate::pipeline::rows::{self, Settings};
use crate::sources::recorded;
use crate::world::World;
use workspace::Named;

/// What `plimsoll collect` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// Whether each step has a row; the configuration's say where it is not typed.
    pub steps: Option<Steps>,
    /// Whether logs are read for what caches did; the configuration says where it is not typed.
    pub logs: bool,
    /// Patterns for artifacts of the runs that are read; the configuration's where none are typed.
    pub artifacts: Vec<String>,
    /// The folder with recorded API answers.
    pub from: Option<PathBuf>,
    /// The metrics folder; the configuration's, where it is not given.
    pub metrics: Option<PathBuf>,
    /// Patterns for test reports.
    pub junit: Vec<String>,
    /// Patterns for files of any format that is known, of which the format may be said.
    pub inputs: Vec<String>,
    /// What to measure, as `NAME=PATH`.
    pub sizes: Vec<String>,
    /// How files are compressed where their size is measured once more, beside what the configuration says.
    pub encodings: Vec<Encoding>,
    /// `OWNER/NAME` of records that do not say.
    pub repository: Option<String>,
    /// What is read from the API.
    pub online: Online,
    /// Which repositories, where there are several.
    pub many: super::many::Many,
    /// The job that reports and sizes belong to.
    pub job_id: Option<u64>,
    /// Whether damaged lines are moved away.
    pub quarantine: bool,
    /// Whether files are written.
    pub writing: Writing,
    /// When they are.
    pub saving: Saving,
    /// How what changed is written.
    pub format: Format,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// When files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Again and again, so that whoever is stopped can go on from there.
    AsCollected,
    /// When everything is done, by whoever asked.
    AtTheEnd,
}

/// How what changed can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    Human,
    /// JSON for programs
    Json,
}

/// Collects, writes the tables, and says what changed.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    check(options)?;
    let config = options.configuration.load(&world.folder)?;
    if options.many.is_asked() {
        let (collected, failure) = many::collect(options, &config, world)?;
        show(&collected, options, world)?;
        return failure.map_or(Ok(Outcome::Pass), Err);
    }
    let mut store = tables::Store::open(options, &config, world)?;
    let gathered = gather(&options.with(&config), &config, &mut store, world).and_then(|gathered| {
        // Of files of which none could be read nothing is to be said but that.
        let is_something = gathered.rows > 0 || gathered.problems.is_empty();
        if is_something { Ok(gathered) } else { Err(gathered.failure()) }
    });
    if gathered.is_err() && !store.is_changed() {
        return gathered.map(|_| Outcome::Unknown);
    }
    let collected = store.save()?;
    show(&collected, options, world)?;
    // What was had is in the tables; that it is not everything must be seen all the same.
    let gathered = gathered?;
    for problem in &gathered.problems {
        writeln!(world.stderr, "error: {problem}").kind(FailureKind::Output)?;
    }
    Ok(if gathered.problems.is_empty() { Outcome::Pass } else { Outcome::Unknown })
}

/// Writes what changed, and tells the job.
fn show(collected: &Collected, options: &Options, world: &mut World) -> Result<(), Failure> {
    let output = options.output.as_deref();
    let text = match options.format {
        Format::Human => human::collected::render(collected, world.width, deliver::color(output, world)),
        Format::Json => json::collected::render(collected),
    };
    deliver::write(&text, output, world)?;
    tell_job(collected, world)
}

/// Says what rows are made of: what was typed goes before the configuration.
fn settings(options: &Options, config: &Config) -> Settings {
    let collect = &config.collect;
    let steps = options.steps.unwrap_or(collect.steps);
    Settings { prices: collect.prices.clone(), steps, stages: collect.stages.clone() }
}

/// What was collected.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// How many rows.
    pub(super) rows: usize,
    /// Files that could not be read; the others' rows are there.
    pub(super) problems: Vec<String>,
}

impl Gathered {
    fn failure(&self) -> Failure {
        Failure::message(FailureKind::Input, self.problems.join("\n"))
    }
}

impl Options {
    /// Adds what the configuration names, where nothing is named here.
    fn with(&self, config: &Config) -> Self {
        let mut options = self.clone();
        if !self.is_local() && self.from.is_none() && !self.online.is_asked() {
            options.junit.clone_from(&config.collect.junit);
            options.inputs.clone_from(&config.collect.inputs);
            options.sizes = config.collect.named_sizes();
        }
        options
    }

    /// Tells whether files or sizes are named.
    pub(super) fn is_local(&self) -> bool {
        !self.junit.is_empty() || !self.inputs.is_empty() || !self.sizes.is_empty()
    }
}

/// Tells the job how many rows changed, and shows the tables on its page.
fn tell_job(collected: &Collected, world: &mut World) -> Result<(), Failure> {
    let (added, updated) = (collected.added().to_string(), collected.updated().to_string());
    step::outputs(&[("added", &added), ("updated", &updated)], world)?;
    step::summary(|| markdown::collected::render(collected), world)
}

fn check(options: &Options) -> Result<(), Failure> {
    let Some(repository) = &options.repository else { return Ok(()) };
    repository.parse::<RepositoryName>().map(drop).kind(FailureKind::Usage)
}

/// Tells whether the API is asked: for what only it can answer, or when nothing else is named.
fn is_online(options: &Options) -> bool {
    options.from.is_none() && (options.online.is_asked() || !(options.is_local() || options.quarantine))
}

/// Takes everything that was named into the tables, and returns how many rows it came to. What
/// the API gave before it failed is in the tables too; of all else nothing is, when one thing
/// fails.
pub(super) fn gather(
    options: &Options,
    config: &Config,
    store: &mut tables::Store,
    world: &mut World,
) -> Result<Gathered, Failure> {
    let mut rows = Vec::new();
    if let Some(folder) = &options.from {
        let runs = recorded::read(&world.folder.join(folder), options.repository.as_deref());
        rows.extend(rows::rows(&runs.kind(FailureKind::Input)?, &settings(options, config)));
    }
    let mut problems = Vec::new();
    if options.is_local() {
        let origin = origin::of(options.repository.as_deref(), options.job_id, world);
        let junit = options.junit.iter().map(|pattern| Named::junit(pattern));
        let named: Vec<Named> = options.inputs.iter().map(|text| Named::parse(text)).chain(junit).collect();
        let encodings: BTreeSet<Encoding> =
            options.encodings.iter().chain(&config.collect.encodings).copied().collect();
        rows.extend(workspace::sizes(&options.sizes, &encodings, &origin, &world.folder)?);
        let outputs = workspace::outputs(&named, &config.collect.quarantine, &origin, &world.folder)?;
        rows.extend(outputs.rows);
        problems = outputs.problems;
    }
    let local = rows.len();
    store.merge(rows);
    let online = if is_online(options) { online::collect(options, config, store, world)? } else { 0 };
    Ok(Gathered { rows: local + online, problems })
}
