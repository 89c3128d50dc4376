//! Runs a command in this program's place: its streams are our own, signals reach it, and how it
//! ended and what it used is told.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::system::{self, Signals, Usage};

/// How a command ended, and what it and its children used.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// The exit code as a shell tells it: 128 and the signal's number where a signal ended it.
    pub code: u8,
    /// From its start to its end.
    pub wall: Duration,
    /// What it and its children used, where the system tells.
    pub used: Option<Usage>,
}

/// A command that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start `{program}`")]
pub struct StartError {
    program: String,
    source: io::Error,
}

impl StartError {
    /// Returns the exit code that a shell would end with: 127 where there is no such program, and
    /// 126 where it cannot be run.
    pub fn code(&self) -> u8 {
        if self.source.kind() == io::ErrorKind::NotFound { 127 } else { 126 }
    }
}

/// Calls back in equal steps while something is waited for.
pub struct Ticker<'call> {
    interval: Option<Interval>,
    call: Box<dyn FnMut() + 'call>,
}

impl<'call> Ticker<'call> {
    /// Never calls.
    pub fn never() -> Self {
        Self { interval: None, call: Box::new(|| {}) }
    }

    /// Calls after each step of time.
    pub fn every(step: Duration, call: impl FnMut() + 'call) -> Self {
        let mut interval = tokio::time::interval_at(Instant::now() + step, step);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval: Some(interval), call: Box::new(call) }
    }

    async fn wait(&mut self) {
        match &mut self.interval {
            Some(interval) => drop(interval.tick().await),
            None => std::future::pending().await,
        }
    }
}

/// Runs a command to its end; `variables` are added to its environment.
///
/// # Errors
/// The command cannot be started.
pub async fn run(
    command: &[OsString],
    folder: &Path,
    variables: &[(&str, OsString)],
    ticker: &mut Ticker<'_>,
) -> Result<Ended, StartError> {
    let [program, arguments @ ..] = command else {
        let source = io::Error::new(io::ErrorKind::NotFound, "no command was given");
        return Err(StartError { program: String::new(), source });
    };
    let failed = |source| StartError { program: program.to_string_lossy().into_owned(), source };
    // Who listens before the child is there loses no signal; the child itself starts with none
    // caught, and with those ignored that were ignored for us.
    let mut signals = Signals::listen().map_err(failed)?;
    let before = system::children_used();
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .envs(variables.iter().cloned())
        .spawn()
        .map_err(failed)?;
    let status = watch(&mut child, &mut signals, ticker).await.map_err(failed)?;
    let wall = started.elapsed();
    let used = before.zip(system::children_used()).map(|(before, after)| Usage {
        user: after.user.saturating_sub(before.user),
        system: after.system.saturating_sub(before.system),
        peak_memory: after.peak_memory,
    });
    Ok(Ended { code: system::exit_code(status), wall, used })
}

/// Waits until a signal asks for the end, or for as long as was said; calls back meanwhile.
///
/// # Errors
/// The system refuses to hand signals over.
pub async fn wait(limit: Option<Duration>, ticker: &mut Ticker<'_>) -> io::Result<()> {
    let over = async move {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let asked = system::asked_to_end();
    tokio::pin!(over, asked);
    loop {
        tokio::select! {
            () = &mut over => return Ok(()),
            asked = &mut asked => return asked.map(drop),
            () = ticker.wait() => (ticker.call)(),
        }
    }
}

async fn watch(child: &mut Child, signals: &mut Signals, ticker: &mut Ticker<'_>) -> io::Result<ExitStatus> {
    loop {
        tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => signal.pass_on(child),
            () = ticker.wait() => (ticker.call)(),
        }
    }
}
