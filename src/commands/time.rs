//! Times a command: its streams and its exit code are passed through, and what it took becomes
//! measurements.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::append;
use super::collect::origin;
use super::configuration::Configuration;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::resources::Mark;
use crate::model::unit::Unit;
use crate::monitor::command::{self, Ended, StartError, Ticker};
use crate::monitor::resources::mark_line;
use crate::outcome::Outcome;
use crate::outputs::sinks::append::Log;
use crate::system::{self, Usage};
use crate::world::World;

/// The variable that names the log of a sampler that watches, for marks.
pub(super) const LOG_VARIABLE: &str = "PLIMSOLL_RESOURCE_LOG";

/// What `plimsoll time` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the measurements are called.
    pub name: String,
    /// The command.
    pub command: Vec<OsString>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// `OWNER/NAME`, where the environment does not say.
    pub repository: Option<String>,
    /// The job's id.
    pub job_id: Option<u64>,
    /// Whether the figures are told.
    pub telling: Telling,
}

/// Whether figures are told on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// In one line, when the command has ended.
    Line,
    /// Never: standard error is the command's alone.
    Nothing,
}

/// Runs the command and records what it took. Whatever becomes of the record, the exit code is
/// the command's.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    check_name(&options.name)?;
    let started_at = world.clock.now();
    let command = startable(&options.command, world);
    let ended = match runtime()?.block_on(command::run(&command, &world.folder, &[], &mut Ticker::never())) {
        Ok(ended) => ended,
        Err(error) => return Ok(not_started(error, world)),
    };
    if let Err(failure) = record(options, &ended, started_at, world) {
        let failure = failure.hint("the command has run, but its time is not recorded");
        append::warn(&failure, world);
    }
    if options.telling == Telling::Line {
        let line = format!("{}: {}\n", options.name, sentence(&ended));
        world.stderr.write_all(line.as_bytes()).kind(FailureKind::Output)?;
    }
    Ok(Outcome::Command(ended.code))
}

/// Returns a command as the system can start it.
pub(super) fn startable<'command>(command: &'command [OsString], world: &World) -> Cow<'command, [OsString]> {
    system::startable(command, &world.folder, world.environment.get("PATH").unwrap_or_default())
}

/// Makes the runtime that waits for a command and for signals.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().kind(FailureKind::Input)
}

/// Explains a command that could not be started, and ends as a shell would.
pub(super) fn not_started(error: StartError, world: &mut World) -> Outcome {
    let code = error.code();
    super::explain_failure(&Failure::new(FailureKind::Input, error), world);
    Outcome::Command(code)
}

/// Refuses a name that would end the label it becomes.
pub(super) fn check_name(name: &str) -> Result<(), Failure> {
    if !name.is_empty() && !name.contains([',', '=', '{', '}']) && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("`{name}` cannot be a name");
    Err(Failure::message(FailureKind::Usage, message).hint("a name is not empty and holds no `,`, `=`, `{` or `}`"))
}

fn record(options: &Options, ended: &Ended, started_at: Timestamp, world: &World) -> Result<(), Failure> {
    if let Some(log) = world.environment.get(LOG_VARIABLE) {
        mark(Path::new(log), &options.name, started_at, ended.wall)?;
    }
    let origin = origin::of(options.repository.as_deref(), options.job_id, world);
    let input = format!("time\0{}\0{}", options.name, append::observation(started_at, world));
    let folder = append::folder(options.metrics.as_deref(), &options.configuration, world)?;
    append::rows(&folder, rows(&options.name, ended, started_at, &origin, &input))
}

fn mark(log: &Path, name: &str, start: Timestamp, wall: Duration) -> Result<(), Failure> {
    let mark = Mark { name: name.to_owned(), start, end: start.checked_add(wall).ok() };
    let mut log = Log::open(log).kind(FailureKind::Output)?;
    log.line(&mark_line(&mark)).kind(FailureKind::Output)
}

fn rows(name: &str, ended: &Ended, at: Timestamp, origin: &Origin, input: &str) -> Vec<Row> {
    let seconds = |metric, time: Duration| (metric, time.as_secs_f64(), Unit::Seconds, "lower");
    #[expect(clippy::cast_precision_loss, reason = "no command has 2^53 bytes of memory")]
    let memory = |used: Usage| ("command.peak_memory_bytes", used.peak_memory as f64, Unit::Bytes, "lower");
    // What the system does not tell has no row.
    let values = [
        Some(seconds("command.wall_s", ended.wall)),
        ended.used.map(|used| seconds("command.user_s", used.user)),
        ended.used.map(|used| seconds("command.system_s", used.system)),
        ended.used.map(memory),
        Some(("command.exit_code", ended.code.into(), Unit::Other, "")),
    ];
    let row = |(metric, value, unit, better): (&str, f64, Unit, &str)| {
        origin
            .row(TableId::Measurements, input.as_bytes())
            .with("at", Cell::time(at))
            .with("name", Cell::text(metric))
            .with("labels", Cell::text(format!("name={name}")))
            .with("value", Cell::number((value * 1e6).round() / 1e6))
            .with("unit", Cell::text(unit.word()))
            .with("better", Cell::text(better))
            .with("source", Cell::text("plimsoll time"))
    };
    values.into_iter().flatten().map(row).collect()
}

fn sentence(ended: &Ended) -> String {
    let seconds = |time: Duration| Unit::Seconds.show(time.as_secs_f64());
    let (wall, code) = (seconds(ended.wall), ended.code);
    let Some(used) = ended.used else { return format!("{wall}, exit code {code}") };
    #[expect(clippy::cast_precision_loss, reason = "it is shown with three digits")]
    let memory = Unit::Bytes.show(used.peak_memory as f64);
    format!("{wall} (user {}, system {}), {memory} at most, exit code {code}", seconds(used.user), seconds(used.system))
}
