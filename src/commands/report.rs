//! Reports on the collected tables.

use std::path::PathBuf;

use clap::ValueEnum;

use super::configuration::Configuration;
use super::{deliver, delivery, gate, step};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::gates::gauges;
use crate::gates::settings::WINDOW;
use crate::model::gauge::Gauge;
use crate::model::report::Report;
use crate::outcome::Outcome;
use crate::outputs::formats::{html, json, markdown, openmetrics};
use crate::reports::{self, Scope};
use crate::sources::history;
use crate::world::World;

/// What `plimsoll report` was asked; what is not given is taken from the configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// The heading.
    pub title: Option<String>,
    /// How many weeks are reported on.
    pub weeks: Option<u16>,
    /// The branch that is reported on; all of them if `None`.
    pub branch: Option<String>,
    /// The form of the output.
    pub format: Format,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Where the HTML page goes in addition.
    pub html: Option<PathBuf>,
}

/// The forms that a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Markdown, for a summary, a file or a terminal
    Markdown,
    /// One page with charts that needs nothing but itself
    Html,
    /// JSON, version 1
    Json,
    /// What every series is like now, as gauges for Prometheus
    Openmetrics,
}

/// Writes the report.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let (report, gauges) = make(options, world)?;
    let rendered = match options.format {
        Format::Markdown => markdown::report::render(&report),
        Format::Html => html::report::render(&report),
        Format::Json => json::report::render(&report),
        Format::Openmetrics => openmetrics::render(&gauges),
    };
    deliver::write(&rendered, options.output.as_deref(), world)?;
    if let Some(page) = &options.html {
        deliver::write(&html::report::render(&report), Some(page), world)?;
    }
    step::summary(|| markdown::report::render(&report), world)?;
    Ok(Outcome::Pass)
}

/// Reads the tables and makes the report, and gauges where they are asked for.
fn make(options: &Options, world: &World) -> Result<(Report, Vec<Gauge>), Failure> {
    let config = options.configuration.load(&world.folder)?;
    let folder = gate::tables_folder(options.metrics.as_deref(), &config, world)?;
    let stored = history::read(&folder).kind(FailureKind::Input)?;
    let stored = stored.sound(&folder).kind(FailureKind::Input)?;
    let title = options.title.as_deref().or(config.report.title.as_deref());
    let history = &stored.history;
    let report = reports::report(title.unwrap_or("How CI is doing"), history, &scope(options, &config));
    let base = gate::moment(options.branch.as_deref(), history, world).base;
    let asked = gate::Asked { preset: config.preset, branch: options.branch.as_deref(), folder: &folder };
    let goals = gate::goals(&config, &asked, history, world)?;
    let delivery = delivery::of(&config, &base, history, world);
    let gauges = if options.format == Format::Openmetrics { gauges(history, &base, WINDOW) } else { Vec::new() };
    Ok((Report { delivery, goals, ..report }, gauges))
}

fn scope(options: &Options, config: &Config) -> Scope {
    let weeks = options.weeks.map_or(config.report.weeks, usize::from);
    Scope { branch: options.branch.clone(), weeks }
}
