//! Reports on the collected tables.

mod weekly;

use std::mem::ManuallyDrop;
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;

use super::configuration::Configuration;
use super::{deliver, delivery, gate, notify, step};
use crate::config::{Config, Notify};
use crate::error::{Failure, FailureKind};
use crate::gates::gauges;
use crate::gates::settings::WINDOW;
use crate::model::gauge::Gauge;
use crate::model::history::History;
use crate::model::report::Report;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::outputs::formats::escape::uri_path as address;
use crate::outputs::formats::markdown::report::Shown;
use crate::outputs::formats::svg::report::Picture;
use crate::outputs::formats::{csv, html, json, markdown, openmetrics, svg};
pub use crate::reports::Since;
use crate::reports::{self, Scope};
use crate::sources::history::{self, ReadError};
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
    /// Since when rows are reported on, instead of the weeks.
    pub since: Option<Since>,
    /// The branch that is reported on; all of them if `None`.
    pub branch: Option<String>,
    /// The form of the output.
    pub format: Format,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Where the HTML page goes in addition.
    pub html: Option<PathBuf>,
    /// The folder that charts go to as pictures, which the Markdown shows.
    pub charts: Option<PathBuf>,
    /// Who is told beside the log and the summary.
    pub notify: notify::Options,
    /// The token to tell GitHub with; the environment's where none is given.
    pub token: Option<Secret>,
    /// `OWNER/NAME`; by default `GITHUB_REPOSITORY`.
    pub repository: Option<String>,
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
    /// A line for each workflow, job and week, of a history of any size
    Csv,
}

/// Writes the report.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    if options.format == Format::Csv {
        return write_weekly(options, world);
    }
    let made = make(options, world)?;
    let pictures = match &options.charts {
        Some(folder) => draw(&made.report, folder, options.output.as_deref(), world)?,
        None => Vec::new(),
    };
    let rendered = match options.format {
        Format::Markdown | Format::Csv => markdown::report::render_with(&made.report, &pictures),
        Format::Html => html::report::render(&made.report),
        Format::Json => json::report::render(&made.report),
        Format::Openmetrics => openmetrics::render(&made.gauges),
    };
    deliver::write(&rendered, options.output.as_deref(), world)?;
    if let Some(page) = &options.html {
        deliver::write(&html::report::render(&made.report), Some(page), world)?;
    }
    step::summary(|| markdown::report::render(&made.report), world)?;
    let telling = notify::Telling {
        verb: "report",
        options: &options.notify,
        settings: &made.notify,
        token: options.token.as_ref(),
        repository: options.repository.as_deref(),
    };
    notify::tell(&telling, || markdown::report::notice(&made.report), world);
    Ok(Outcome::Pass)
}

/// Writes the charts as pictures into a folder, and returns where they are from the page's place.
fn draw(report: &Report, folder: &Path, page: Option<&Path>, world: &mut World) -> Result<Vec<Shown>, Failure> {
    let beside = page.and_then(Path::parent).unwrap_or(Path::new(""));
    let place = relative(&world.folder.join(folder), &world.folder.join(beside));
    let mut shown = Vec::new();
    for Picture { file, title, svg } in svg::report::pictures(report) {
        deliver::write(&svg, Some(&folder.join(&file)), world)?;
        let address = address(&format!("{place}{file}"));
        shown.push(Shown { title, address });
    }
    Ok(shown)
}

/// Tells the way from one folder to another, with slashes, and one behind it unless it is no way at all.
fn relative(to: &Path, from: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let named = path.components().filter(|part| *part != Component::CurDir);
        named.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let (to, from) = (parts(to), parts(from));
    let common = to.iter().zip(&from).take_while(|(one, two)| one == two).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to.iter().skip(common).map(String::as_str)).flat_map(|part| [part, "/"]).collect()
}

/// What the tables come to.
struct Made {
    report: Report,
    /// What every series is like now, where that is asked for.
    gauges: Vec<Gauge>,
    /// What is configured of whom to tell.
    notify: Notify,
}

/// Writes how long jobs take week by week. Only their table is read, and not into memory.
fn write_weekly(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    if options.since.is_some() {
        let message = "a table of weeks begins with a week: --since and --last are for the other formats";
        return Err(Failure::message(FailureKind::Usage, message).hint("--weeks says how many"));
    }
    let (config, folder) = tables(options, world)?;
    let jobs = weekly::jobs(&folder, &scope(options, &config))?;
    deliver::write(&csv::weekly(&jobs), options.output.as_deref(), world)?;
    Ok(Outcome::Pass)
}

/// Reads the tables and makes the report.
fn make(options: &Options, world: &World) -> Result<Made, Failure> {
    let (config, folder) = tables(options, world)?;
    let stored = history::read(&folder).and_then(|stored| stored.sound(&folder)).map_err(damaged)?;
    // The report is the last thing that is done: to give back millions of cells one by one would only take time.
    let stored = ManuallyDrop::new(stored);
    let history = &stored.history;
    let report = of(&config, &scope(options, &config), (&folder, history), world)?;
    let report = Report { title: options.title.clone().unwrap_or(report.title), ..report };
    let gauges = if options.format == Format::Openmetrics {
        let base = gate::moment(options.branch.as_deref(), history, world).base;
        gauges(&delivery::together(&config, report.delivery.as_ref(), &base, history), &base, WINDOW)
    } else {
        Vec::new()
    };
    Ok(Made { report, gauges, notify: config.notify.of_verbs_beside_gates() })
}

/// Reports on a history: what its tables hold, how delivery does, and how far goals are reached. The folder has
/// the saved baselines.
pub(super) fn of(
    config: &Config,
    scope: &Scope,
    (folder, history): (&Path, &History),
    world: &World,
) -> Result<Report, Failure> {
    let title = config.report.title.as_deref().unwrap_or("How CI is doing");
    let branch = scope.branch.as_deref();
    let asked = gate::Asked { preset: config.preset, branch, folder };
    let delivery = delivery::of(config, &gate::moment(branch, history, world).base, history, world);
    let goals = gate::goals(config, &asked, (history, delivery.as_ref()), world)?;
    Ok(Report { delivery, goals, ..reports::report(title, history, scope) })
}

/// Finds the folder of the tables.
fn tables(options: &Options, world: &World) -> Result<(Config, PathBuf), Failure> {
    let config = options.configuration.load(&world.folder)?;
    let folder = gate::tables_folder(options.metrics.as_deref(), &config, world)?;
    Ok((config, folder))
}

fn damaged(error: ReadError) -> Failure {
    Failure::new(FailureKind::Input, error)
}

fn scope(options: &Options, config: &Config) -> Scope {
    let usual = config.scope();
    let weeks = options.weeks.map_or(usual.weeks, usize::from);
    Scope { branch: options.branch.clone(), weeks, since: options.since, ..usual }
}
