//! Samples what a machine uses: around a command, or beside a job until it is told to end.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::commands::collect::origin;
use crate::commands::configuration::Configuration;
use crate::commands::online::{Network, connect, failure};
use crate::commands::time::{LOG_VARIABLE, check_name, not_started, runtime, startable};
use crate::commands::{append, step};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::repository_name::RepositoryName;
use crate::model::resources::{Mark, Profile, Sample, Subject, Timeline};
use crate::model::secret::Secret;
use crate::monitor::command::{self, StartError, Ticker};
use crate::monitor::resources::{Groups, Places, Sampler, profile, read, row, sample_line};
use crate::outcome::Outcome;
use crate::outputs::formats::{human, markdown, svg};
use crate::outputs::sinks::append::{AppendError, Log};
use crate::outputs::sinks::file;
use crate::sources::api_runs::FetchError;
use crate::sources::{api_steps, workspace};
use crate::world::World;

/// How large a log may be that is read: a week of samples a second.
const LARGEST_LOG: u64 = 1 << 30;

/// What `plimsoll monitor resources` was asked.
#[derive(Debug)]
pub struct Options {
    /// The command that is watched; nothing is started where it is empty.
    pub command: Vec<OsString>,
    /// What is watched, as it is called in the table.
    pub scope: Option<String>,
    /// The time between two looks.
    pub interval: Duration,
    /// How long to watch without a command.
    pub length: Option<Duration>,
    /// A log that is summed up instead of watching.
    pub from: Option<PathBuf>,
    /// The log that is written.
    pub log: Option<PathBuf>,
    /// The picture that is written.
    pub svg: Option<PathBuf>,
    /// Where the machine's processes are mounted.
    pub proc: PathBuf,
    /// The control group's folder.
    pub cgroup: Option<PathBuf>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// The folder of the tables.
    pub metrics: Option<PathBuf>,
    /// The job's id.
    pub job_id: Option<u64>,
    /// `OWNER/NAME`, where the environment does not say.
    pub repository: Option<String>,
    /// Whether GitHub is asked for the job's steps.
    pub network: Network,
    /// The token for it.
    pub token: Option<Secret>,
}

/// Where results go.
struct Files {
    metrics: PathBuf,
    log: PathBuf,
    svg: PathBuf,
}

/// Watches, or reads what was watched, and writes row and picture.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let scope = scope(options)?;
    let files = files(options, &scope, world)?;
    if let Some(from) = &options.from {
        conclude(options, &scope, &world.folder.join(from), &files, world)?;
        return Ok(Outcome::Pass);
    }
    let code = match watch(options, &files, world)? {
        Ok(code) => code,
        Err(error) => return Ok(not_started(error, world)),
    };
    let concluded = conclude(options, &scope, &files.log, &files, world);
    match (concluded, code) {
        (concluded, None) => concluded.map(|()| Outcome::Pass),
        (Ok(()), Some(code)) => Ok(Outcome::Command(code)),
        (Err(failure), Some(code)) => {
            append::warn(&failure.hint("the command has run, but what it used is not recorded"), world);
            Ok(Outcome::Command(code))
        }
    }
}

fn scope(options: &Options) -> Result<String, Failure> {
    let program = options.command.first().map(|program| Path::new(program).file_name().unwrap_or(program));
    let usual = program.map_or_else(|| "job".to_owned(), |program| program.to_string_lossy().into_owned());
    let scope = options.scope.clone().unwrap_or(usual);
    check_name(&scope)?;
    Ok(scope)
}

fn files(options: &Options, scope: &str, world: &World) -> Result<Files, Failure> {
    let metrics = append::folder(options.metrics.as_deref(), &options.configuration, world)?;
    let plain = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    let name: String = scope.chars().map(plain).collect();
    let beside = |ending: &str| metrics.join("resources").join(format!("{}.{ending}", name.trim_start_matches('.')));
    let named = |path: &Option<PathBuf>| path.as_ref().map(|path| world.folder.join(path));
    Ok(Files {
        log: named(&options.log).unwrap_or_else(|| beside("jsonl")),
        svg: named(&options.svg).unwrap_or_else(|| beside("svg")),
        metrics,
    })
}

/// Samples into the log until the command or the time is over; returns the command's exit code.
fn watch(options: &Options, files: &Files, world: &mut World) -> Result<Result<Option<u8>, StartError>, Failure> {
    let group = match &options.cgroup {
        Some(folder) => Groups::Named(world.folder.join(folder)),
        // Without a command the group would be that of the sampler alone.
        None if options.command.is_empty() => Groups::None,
        None => Groups::Own,
    };
    let places = Places { proc: options.proc.clone(), group, disk: world.folder.clone() };
    let mut log = Log::create(&files.log).kind(FailureKind::Output)?;
    let mut sampler = Sampler::new(&places);
    if sampler.is_blind() {
        let message = format!("what this machine uses cannot be read: {} does not tell it", places.proc.display());
        let failure = Failure::message(FailureKind::Input, message);
        append::warn(
            &failure.hint("Linux tells it there, and other systems tell it nowhere; the command's time is recorded"),
            world,
        );
    }
    let clock = world.clock.clone();
    let written = RefCell::new(Ok(()));
    let mut look = || {
        let seen = sampler.sample(clock.now());
        let mut written = written.borrow_mut();
        if written.is_ok() {
            *written = write(&mut log, &seen);
        }
    };
    let watched = runtime()?.block_on(async {
        let mut ticker = Ticker::every(options.interval, &mut look);
        if options.command.is_empty() {
            return command::wait(options.length, &mut ticker).await.map(|()| Ok(None)).kind(FailureKind::Input);
        }
        let log = [(LOG_VARIABLE, files.log.clone().into_os_string())];
        let ended = command::run(&startable(&options.command, world), &world.folder, &log, &mut ticker).await;
        Ok(ended.map(|ended| Some(ended.code)))
    });
    look();
    if let Err(error) = written.into_inner() {
        append::warn(&Failure::new(FailureKind::Output, error), world);
    }
    watched
}

fn write(log: &mut Log, samples: &[Sample]) -> Result<(), AppendError> {
    samples.iter().try_for_each(|sample| log.line(&sample_line(sample)))
}

/// Sums a log up: rows, picture, and what people read.
fn conclude(options: &Options, scope: &str, log: &Path, files: &Files, world: &mut World) -> Result<(), Failure> {
    let bytes = workspace::read(log, LARGEST_LOG).kind(FailureKind::Input)?;
    let text = String::from_utf8_lossy(&bytes);
    let place = |error| anyhow::Error::new(error).context(log.display().to_string());
    let mut timeline = read(&text).map_err(place).kind(FailureKind::Input)?;
    match steps(options, world) {
        Ok(steps) => timeline.marks.extend(steps),
        Err(failure) => append::warn(&failure.hint("the steps are not marked"), world),
    }
    timeline.marks.sort_by_key(|mark| (mark.start, mark.end));
    let profiles = profiles(scope, &timeline);
    let Some((_, host)) = profiles.first() else {
        let message = format!("{} holds no sample", log.display());
        return Err(Failure::message(FailureKind::Input, message).hint("a second passes before the first one"));
    };
    let origin = origin::of(options.repository.as_deref(), options.job_id, world);
    let input = append::observation(host.started_at, world);
    let rows = profiles.iter().map(|(scope, profile)| row(profile, scope, &origin, &input)).collect();
    append::rows(&files.metrics, rows)?;
    let picture = svg::timeline::render(&format!("What {scope} used"), &timeline, host);
    file::write(&files.svg, picture.as_bytes()).kind(FailureKind::Output)?;
    let told = human::resources::render(&profiles);
    if options.command.is_empty() {
        world.stdout.write_all(told.as_bytes()).kind(FailureKind::Output)?;
    } else {
        // Standard output is the command's.
        world.stderr.write_all(told.as_bytes()).kind(FailureKind::Output)?;
    }
    step::summary(|| markdown::resources::render(&profiles, &timeline), world)
}

/// Returns the profile of the machine, and that of the control group where it was looked at.
fn profiles(scope: &str, timeline: &Timeline) -> Vec<(String, Profile)> {
    let of = |subject, name: String| {
        let samples: Vec<&Sample> = timeline.of(subject).collect();
        profile(&samples).map(|profile| (name, profile))
    };
    let machine = of(Subject::Host, scope.to_owned());
    machine.into_iter().chain(of(Subject::Group, format!("{scope}@cgroup"))).collect()
}

/// Asks GitHub for the job's steps, where it may be asked and the job is known.
fn steps(options: &Options, world: &World) -> Result<Vec<Mark>, Failure> {
    let token = options.token.as_ref();
    let Some(job) = options.job_id.filter(|_| options.network.is_asked(token, world)) else { return Ok(Vec::new()) };
    let repository = options.repository.as_deref().or_else(|| world.environment.get("GITHUB_REPOSITORY"));
    let Some(repository) = repository else { return Ok(Vec::new()) };
    let repository: RepositoryName = repository.parse().kind(FailureKind::Usage)?;
    let client = connect(token, world)?;
    api_steps::fetch(&client, &repository, job).map_err(|error| match error {
        FetchError::Request(error) => failure(error, token, world),
        FetchError::Route(_) | FetchError::Record(_) => Failure::new(FailureKind::Network, error),
    })
}
