//! Judges the tables by the gates.

use std::path::{Path, PathBuf};

use super::configuration::Configuration;
pub use super::deliver::Format;
use super::{baseline, deliver, delivery, notify, step};
use crate::config::{Config, Preset};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::gates::{Gate, Gates, Moment, Occasion, judge, unknown_names};
use crate::model::delivery::Delivery;
use crate::model::history::History;
use crate::model::run_summary::PartVerdict;
use crate::model::secret::Secret;
use crate::model::verdict::{GateReport, GateVerdict, Verdict};
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::verdicts;
use crate::reports::costs::MONTH;
use crate::reports::{budgets, usual_branch};
use crate::sources::{event, history, repository};
use crate::world::{Color, World};

/// What `plimsoll gate` was asked.
#[derive(Debug, Default)]
pub struct Options {
    /// Where the gates are written.
    pub configuration: Configuration,
    /// The folder of the tables, relative to the working folder; the configuration's, where it is
    /// not given.
    pub metrics: Option<PathBuf>,
    /// The preset; the configuration's, where it is not given.
    pub preset: Option<Preset>,
    /// The branch that windows and baselines are of.
    pub branch: Option<String>,
    /// How the verdicts are written; in a job as workflow commands, else for people.
    pub format: Option<Format>,
    /// The file they are written to instead of standard output.
    pub output: Option<PathBuf>,
    /// Who is told beside the log and the summary.
    pub notify: notify::Options,
    /// The token to tell GitHub with; the environment's where none is given.
    pub token: Option<Secret>,
    /// `OWNER/NAME`; by default `GITHUB_REPOSITORY`.
    pub repository: Option<String>,
}

/// Judges, writes the verdicts, and tells the job about them.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let telling = notify::Telling {
        verb: "gate",
        options: &options.notify,
        settings: &config.notify,
        token: options.token.as_ref(),
        repository: options.repository.as_deref(),
    };
    let report = match evaluate(&config, options, world) {
        Ok(report) => report,
        Err(failure) => return Err(notify::tell_failure(&telling, "Gates", failure, world)),
    };
    let output = options.output.as_deref();
    let rendered =
        render(&report, options.format.unwrap_or_else(|| Format::usual(world)), deliver::color(output, world));
    deliver::write(&rendered, output, world)?;
    if let Some(path) = output {
        writeln!(world.stderr, "gates: {} ({})", report.summary(), path.display()).kind(FailureKind::Output)?;
    }
    tell_job(&report, world)?;
    notify::tell(&telling, || verdicts::notice(&report, part_verdict(&report)), world);
    Ok(outcome(&report))
}

/// Returns the verdict over all gates, as that of a part of a run.
pub(super) fn part_verdict(report: &GateReport) -> PartVerdict {
    match (outcome(report), report.overall()) {
        (Outcome::Unknown | Outcome::Command(_), _) => PartVerdict::Unknown,
        (Outcome::Fail, _) => PartVerdict::Fail,
        (Outcome::Pass, Verdict::Pass) => PartVerdict::Pass,
        (Outcome::Pass, Verdict::Warn | Verdict::Fail | Verdict::NoData) => PartVerdict::Warn,
    }
}

/// Judges the tables by a configuration's gates.
///
/// # Errors
/// The tables cannot be read.
pub fn evaluate(config: &Config, options: &Options, world: &World) -> Result<GateReport, Failure> {
    let folder = tables_folder(options.metrics.as_deref(), config, world)?;
    let stored = history::read(&folder).and_then(|stored| stored.sound(&folder)).kind(FailureKind::Input)?;
    let preset = options.preset.unwrap_or(config.preset);
    let asked = Asked { preset, branch: options.branch.as_deref(), folder: &folder };
    judge_history(config, &asked, &stored.history, world)
}

/// Returns the folder of the tables: the one that was named, which must be there, or else the
/// configuration's.
pub(super) fn tables_folder(named: Option<&Path>, config: &Config, world: &World) -> Result<PathBuf, Failure> {
    let Some(named) = named else { return Ok(repository::root(&world.folder).join(&config.metrics)) };
    let folder = world.folder.join(named);
    if !folder.is_dir() {
        let message = format!("there is no folder {}", named.display());
        return Err(Failure::message(FailureKind::Input, message).hint("`plimsoll collect` writes the tables"));
    }
    Ok(folder)
}

/// What tables are judged by, beside the configuration.
pub(super) struct Asked<'options> {
    /// The preset.
    pub(super) preset: Preset,
    /// The branch that windows and baselines are of, where it is named.
    pub(super) branch: Option<&'options str>,
    /// The folder of the tables, which has the saved baselines.
    pub(super) folder: &'options Path,
}

/// Judges tables that were read already.
///
/// # Errors
/// A gate names a metric that neither the program nor the tables know, or a baseline that is not
/// there.
pub(super) fn judge_history(
    config: &Config,
    asked: &Asked<'_>,
    history: &History,
    world: &World,
) -> Result<GateReport, Failure> {
    let gates = config.all_gates(asked.preset);
    let unknown: Vec<String> =
        [&gates, &config.goals].into_iter().flat_map(|gates| unknown_names(gates, history)).collect();
    if !unknown.is_empty() {
        return Err(Failure::message(FailureKind::Configuration, unknown.join("\n")));
    }
    let saved = baseline::read(gates.iter().chain(&config.goals), asked.folder)?;
    let gates = Gates {
        gates: &gates,
        accepted: &config.accepted,
        goals: &config.goals,
        saved: &saved,
        now: world.clock.now(),
    };
    let moment = moment(asked.branch, history, world);
    let delivery = delivery::of(config, &moment.base, history, world);
    let report = judge_whole(config, &gates, (history, delivery.as_ref()), &moment);
    Ok(GateReport { preset: asked.preset.word().to_owned(), ..report })
}

/// Judges tables with what is told of all of them: the metrics of delivery, the cost of the month, error budgets.
pub(super) fn judge_whole(
    config: &Config,
    gates: &Gates<'_>,
    (history, delivery): (&History, Option<&Delivery>),
    moment: &Moment,
) -> GateReport {
    // Tables are long, and are not copied where nothing is added to them.
    let together = if gates.gates.iter().chain(gates.goals).any(is_of_all) {
        Some(delivery::together(config, delivery, &moment.base, history))
    } else {
        delivery.map(|delivery| delivery::measured(delivery, &moment.base, history))
    };
    judge(gates, together.as_ref().unwrap_or(history), moment)
}

/// Tells whether a gate judges what is told of many rows together.
fn is_of_all(gate: &Gate) -> bool {
    let names = |name: &&str| gate.selector.names(name);
    MONTH.iter().chain([&budgets::METRIC]).any(names)
}

/// Tells how far the goals of a configuration are reached.
///
/// # Errors
/// A goal names a baseline that is not there.
pub(super) fn goals(
    config: &Config,
    asked: &Asked<'_>,
    (history, delivery): (&History, Option<&Delivery>),
    world: &World,
) -> Result<Vec<GateVerdict>, Failure> {
    if config.goals.is_empty() {
        return Ok(Vec::new());
    }
    let saved = baseline::read(&config.goals, asked.folder)?;
    let gates = Gates { goals: &config.goals, saved: &saved, now: world.clock.now(), ..Gates::only(&[]) };
    Ok(judge_whole(config, &gates, (history, delivery), &moment(asked.branch, history, world)).verdicts)
}

/// Returns what the verdicts come to.
pub fn outcome(report: &GateReport) -> Outcome {
    let failed = report.verdicts.iter().any(GateVerdict::fails);
    let unknown = report.verdicts.iter().any(GateVerdict::is_inconclusive);
    let failed = if failed { Outcome::Fail } else { Outcome::Pass };
    failed.and(if unknown { Outcome::Unknown } else { Outcome::Pass })
}

/// Finds out what is judged: in a job that was scheduled, and outside of jobs, the latest runs of
/// the default branch; in every other job the run at hand, which is the run that has ended where a job was
/// started by that.
pub(super) fn moment(branch: Option<&str>, history: &History, world: &World) -> Moment {
    let environment = &world.environment;
    let at_hand = environment.in_actions() && environment.get("GITHUB_EVENT_NAME") != Some("schedule");
    let run = run_at_hand(world).filter(|_| at_hand);
    let base = branch.or_else(|| environment.get("GITHUB_BASE_REF")).map(str::to_owned);
    let base = base.or_else(|| {
        let path = environment.get("GITHUB_EVENT_PATH").filter(|_| environment.in_actions())?;
        event::default_branch(Path::new(path))
    });
    // GitHub starts scheduled workflows on the default branch only.
    let base = base.or_else(|| environment.get("GITHUB_REF_NAME").filter(|_| !at_hand).map(str::to_owned));
    Moment {
        occasion: if at_hand { Occasion::AtHand } else { Occasion::OverTime },
        run,
        base: base.unwrap_or_else(|| usual_branch(history)),
    }
}

/// Returns the run at hand: that of the job, or the one that it was started for by its end.
pub(super) fn run_at_hand(world: &World) -> Option<i64> {
    let environment = &world.environment;
    let of_event = environment
        .get("GITHUB_EVENT_PATH")
        .filter(|_| environment.in_actions() && environment.get("GITHUB_EVENT_NAME") == Some("workflow_run"));
    let ended = of_event.and_then(|path| event::read(Path::new(path))?.workflow_run);
    match ended {
        Some(run) => i64::try_from(run.id).ok(),
        None => environment.get("GITHUB_RUN_ID").and_then(|run| run.parse().ok()),
    }
}

fn render(report: &GateReport, format: Format, color: Color) -> String {
    match format {
        Format::Human => verdicts::human(report, color),
        Format::Github => verdicts::github(report, &mut Room::default()),
        Format::Json => verdicts::json(report),
        Format::Markdown => verdicts::markdown(report),
    }
}

/// Sets the step's outputs and adds to the job's summary, where the runner wants them.
fn tell_job(report: &GateReport, world: &mut World) -> Result<(), Failure> {
    let count = |count: usize| count.to_string();
    let failed = count(report.verdicts.iter().filter(|verdict| verdict.fails()).count());
    let warned = count(report.verdicts.iter().filter(|verdict| verdict.warns()).count());
    step::outputs(&[("verdict", report.overall().word()), ("failed", &failed), ("warned", &warned)], world)?;
    step::summary(|| verdicts::markdown(report), world)
}
