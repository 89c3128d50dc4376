//! Exports for the systems that people watch and ask with.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;

use super::configuration::Configuration;
use super::{deliver, delivery, gate};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::exports::otlp::{self, Origin};
use crate::exports::{self, File};
use crate::gates::gauges;
use crate::gates::settings::WINDOW;
use crate::model::history::TableId;
use crate::model::suggest::did_you_mean;
use crate::outcome::Outcome;
use crate::outputs::formats::totals;
use crate::sources::history;
use crate::world::World;

mod collector;
mod parquet;

/// What `plimsoll export` was asked.
#[derive(Debug)]
pub enum Options {
    /// Alert rules.
    Alerts(Alerts),
    /// Dashboards.
    Dashboard(Dashboard),
    /// Telemetry.
    Otlp(Box<Otlp>),
    /// Tables for warehouses.
    Parquet(Parquet),
}

/// What `plimsoll export alerts` was asked.
#[derive(Debug)]
pub struct Alerts {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder for all files; the rules go to standard output where it is not given.
    pub output: Option<PathBuf>,
}

/// What `plimsoll export dashboard` was asked.
#[derive(Debug)]
pub struct Dashboard {
    /// Where settings come from.
    pub configuration: Configuration,
    /// Which one; all of them if `None`.
    pub name: Option<String>,
    /// The folder for the files; one goes to standard output where it is not given.
    pub output: Option<PathBuf>,
}

/// What `plimsoll export otlp` was asked.
#[derive(Debug)]
pub struct Otlp {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// What is exported.
    pub signal: Signal,
    /// Since when runs are exported.
    pub since: Option<Timestamp>,
    /// The branch that metrics are of.
    pub branch: Option<String>,
    /// The file for the messages.
    pub output: Option<PathBuf>,
    /// The collector that gets them.
    pub endpoint: Option<String>,
}

/// What `plimsoll export parquet` was asked.
#[derive(Debug)]
pub struct Parquet {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables, or of many repositories' folders.
    pub metrics: Option<PathBuf>,
    /// Which tables; all of them if empty.
    pub tables: Vec<TableId>,
    /// The folder for the files.
    pub output: PathBuf,
}

/// What of telemetry is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Signal {
    /// Traces and metrics
    All,
    /// A trace for each run
    Traces,
    /// How often and how long, and what series are like now
    Metrics,
}

/// Writes what was asked for.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    match options {
        Options::Alerts(asked) => {
            let config = asked.configuration.load(&world.folder)?;
            let files = exports::alert_files(&config.export);
            match &asked.output {
                Some(folder) => write_all(&files, folder, world)?,
                None => deliver::write(files.first().map_or("", |file| file.content.as_str()), None, world)?,
            }
        }
        Options::Dashboard(asked) => {
            let config = asked.configuration.load(&world.folder)?;
            let files = chosen(exports::dashboard_files(&config.export), asked.name.as_deref())?;
            match (&asked.output, files.as_slice()) {
                (Some(folder), files) => write_all(files, folder, world)?,
                (None, [one]) => deliver::write(&one.content, None, world)?,
                (None, _) => {
                    return Err(Failure::message(FailureKind::Usage, "several dashboards do not fit into one output")
                        .hint("name one of ci, delivery and service, or a folder with --output"));
                }
            }
        }
        Options::Otlp(asked) => return otlp(asked, world),
        Options::Parquet(asked) => return parquet::write(asked, world),
    }
    Ok(Outcome::Pass)
}

fn chosen(files: Vec<File>, name: Option<&str>) -> Result<Vec<File>, Failure> {
    let Some(name) = name else { return Ok(files) };
    let meant = did_you_mean(name, files.iter().map(|file| file.path.trim_end_matches(".json")));
    let one: Vec<File> = files.into_iter().filter(|file| file.path.trim_end_matches(".json") == name).collect();
    if one.is_empty() {
        let message = format!("there is no dashboard `{name}`{meant}; known are ci, delivery and service");
        return Err(Failure::message(FailureKind::Usage, message));
    }
    Ok(one)
}

fn write_all(files: &[File], folder: &Path, world: &mut World) -> Result<(), Failure> {
    for file in files {
        deliver::write(&file.content, Some(&folder.join(&file.path)), world)?;
    }
    let count = totals::number(files.len(), "file");
    writeln!(world.stdout, "{}: {count}", folder.display()).kind(FailureKind::Output)
}

fn otlp(asked: &Otlp, world: &mut World) -> Result<Outcome, Failure> {
    let config = asked.configuration.load(&world.folder)?;
    let folder = gate::tables_folder(asked.metrics.as_deref(), &config, world)?;
    let stored = history::read(&folder).and_then(|stored| stored.sound(&folder)).kind(FailureKind::Input)?;
    let history = &stored.history;
    let server = world.environment.get("GITHUB_SERVER_URL").unwrap_or("https://github.com");
    let origin = Origin { server: server.trim_end_matches('/').to_owned(), version: env!("CARGO_PKG_VERSION") };
    let mut messages = Vec::new();
    if asked.signal != Signal::Metrics {
        let traces = otlp::traces(history, asked.since, &origin);
        messages.extend(traces.into_iter().map(|message| (collector::Path::Traces, message)));
    }
    if asked.signal != Signal::Traces {
        let base = gate::moment(asked.branch.as_deref(), history, world).base;
        let delivery = delivery::of(&config, &base, history, world);
        let together = delivery::together(&config, delivery.as_ref(), &base, history);
        let gauges = gauges(&together, &base, WINDOW);
        let message = otlp::metrics(history, &gauges, world.clock.now(), &origin);
        messages.push((collector::Path::Metrics, message));
    }
    if let Some(endpoint) = &asked.endpoint {
        collector::send(endpoint, &messages, world)?;
        return Ok(Outcome::Pass);
    }
    let lines: String = messages.iter().map(|(_, message)| message.to_string() + "\n").collect();
    deliver::write(&lines, asked.output.as_deref(), world)?;
    Ok(Outcome::Pass)
}
