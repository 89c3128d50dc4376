//! Probes endpoints, and tells of them: in the tables, in logs, in the job, to webhooks.

mod blame;
pub(in crate::commands) mod endpoints;
mod incidents;
mod recorder;
pub(in crate::commands) mod runner;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::commands::configuration::Configuration;
pub use crate::commands::deliver::Format;
use crate::commands::online::check_certificates;
use crate::commands::{append, deliver, step, webhooks};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::health::{AlertKind, HealthReport, Status};
use crate::model::secret::Secret;
use crate::monitor::health::Prober;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{github, human, json, markdown};
use crate::world::World;

use recorder::{Keeping, Recorder};

/// What `plimsoll monitor health` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where settings come from.
    pub configuration: Configuration,
    /// A single address that is probed instead of the configuration's endpoints.
    pub url: Option<String>,
    /// The environments that are probed; all where none is named.
    pub environments: Vec<String>,
    /// How long to probe; once where it is not said.
    pub length: Option<Duration>,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// The folder of the logs.
    pub log: Option<PathBuf>,
    /// `OWNER/NAME`, where the environment does not say.
    pub repository: Option<String>,
    /// How the report is written; in a job as workflow commands, else for people.
    pub format: Option<Format>,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
    /// Whether each incident has an issue, whatever the configuration says.
    pub issues: bool,
    /// The token to keep issues with; the environment's where none is given.
    pub token: Option<Secret>,
}

/// Probes, keeps what was found, and tells of it.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let targets = endpoints::targets(options, &config, world)?;
    let webhooks = webhooks::of("health", &config.health.webhooks, world)?;
    let folder = append::folder(options.metrics.as_deref(), &options.configuration, world)?;
    check_certificates(&world.environment, &world.folder)?;
    let (localhost, note) = runner::localhost(&targets, world);
    let logs = options.log.as_ref().map_or_else(|| folder.join("health"), |log| world.folder.join(log));
    let repository =
        options.repository.clone().or_else(|| world.environment.get("GITHUB_REPOSITORY").map(str::to_owned));
    let incidents = incidents(options, &config, repository.as_deref(), world);
    let patience = config.health.patience;
    let keeping = Keeping { metrics: folder, logs, repository, patience, webhooks, incidents };
    let mut recorder = Recorder::open(keeping, world)?;
    let prober = Prober::new(world.clock.clone(), localhost).kind(FailureKind::Network)?;
    let targets: Vec<Arc<_>> = targets.into_iter().map(Arc::new).collect();
    match options.length {
        None => prober.once(&targets, |probe| recorder.take(probe, world)),
        Some(length) => {
            prober.watch(&targets, length, |probe| recorder.take(probe, world)).kind(FailureKind::Network)?;
        }
    }
    prober.end();
    let saved = recorder.save(world);
    let issues = recorder.end_incidents(world);
    step::outputs(&[("issues", &issues.join("\n"))], world)?;
    let mut report = recorder.into_report();
    report.notes.extend(note);
    tell(options, &report, world)?;
    saved?;
    Ok(outcome(&report))
}

/// Begins to keep the issues of incidents, where that is asked for. Where it cannot be done, probing goes on.
fn incidents(
    options: &Options,
    config: &Config,
    repository: Option<&str>,
    world: &mut World,
) -> Option<incidents::Incidents> {
    if !options.issues && !config.health.issues {
        return None;
    }
    let opened = incidents::Incidents::open(&config.health, options.token.as_ref(), repository, world);
    opened.map_err(|failure| append::warn(&failure, world)).ok()
}

/// An endpoint that is down is critical, and so is one that was down for long in between.
fn outcome(report: &HealthReport) -> Outcome {
    let alerted = report.alerts.iter().any(|alert| alert.kind != AlertKind::Recovered);
    if report.is_critical() || alerted { Outcome::Fail } else { Outcome::Pass }
}

fn tell(options: &Options, report: &HealthReport, world: &mut World) -> Result<(), Failure> {
    let output = options.output.as_deref();
    let rendered = match options.format.unwrap_or_else(|| Format::usual(world)) {
        Format::Human => human::health::render(report, world.width, deliver::color(output, world)),
        Format::Github => github::health::render(report, &mut Room::default()),
        Format::Json => json::health::render(report),
        Format::Markdown => markdown::health::render(report),
    };
    deliver::write(&rendered, output, world)?;
    let count = |status| report.count(status).to_string();
    let (down, degraded) = (count(Status::Down), count(Status::Degraded));
    let alerts = report.alerts.iter().filter(|alert| alert.kind != AlertKind::Recovered).count().to_string();
    step::outputs(&[("down", &down), ("degraded", &degraded), ("alerts", &alerts)], world)?;
    step::summary(|| markdown::health::render(report), world)
}
