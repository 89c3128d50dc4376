//! Runs a command in this program's place: its streams are our own, signals reach it, and how it
//! ended and what it used is told.
//!
//! What a child used is known to the kernel alone, which tells it through getrusage(2); the crate
//! `nix` wraps that call without `unsafe` on our side.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::task::Poll;
use std::time::Duration;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeValLike as _;
use nix::unistd::{Pid, getpgrp, tcgetpgrp};
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind};
use tokio::time::{Instant, Interval, MissedTickBehavior};

/// How a command ended, and what it and its children used.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// The exit code as a shell tells it: 128 and the signal's number where a signal ended it.
    pub code: u8,
    /// From its start to its end.
    pub wall: Duration,
    /// Processor time in programs.
    pub user: Duration,
    /// Processor time in the kernel.
    pub system: Duration,
    /// Most bytes that one of its processes had resident.
    pub peak_memory: u64,
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
    let before = children();
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .envs(variables.iter().cloned())
        .spawn()
        .map_err(failed)?;
    let status = watch(&mut child, &mut signals, ticker).await.map_err(failed)?;
    let wall = started.elapsed();
    let after = children();
    Ok(Ended {
        code: code(status),
        wall,
        user: after.user.saturating_sub(before.user),
        system: after.system.saturating_sub(before.system),
        peak_memory: after.peak_memory,
    })
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
    let asked = asked_to_end();
    tokio::pin!(over, asked);
    loop {
        tokio::select! {
            () = &mut over => return Ok(()),
            asked = &mut asked => return asked,
            () = ticker.wait() => (ticker.call)(),
        }
    }
}

/// Waits until a signal asks for the end.
///
/// # Errors
/// The system refuses to hand signals over.
pub async fn asked_to_end() -> io::Result<()> {
    const ENDING: [Signal; 4] = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM];
    let mut signals = Signals::listen()?;
    while !ENDING.contains(&signals.next().await) {}
    Ok(())
}

async fn watch(child: &mut Child, signals: &mut Signals, ticker: &mut Ticker<'_>) -> io::Result<ExitStatus> {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    loop {
        tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => {
                if let Some(pid) = pid.filter(|_| !comes_from_terminal(signal)) {
                    // A child that has just ended needs no signal.
                    let _ended_meanwhile = kill(pid, signal);
                }
            }
            () = ticker.wait() => (ticker.call)(),
        }
    }
}

/// Tells whether a terminal has sent the signal to the child as well: it sends what its keys mean
/// to all processes in its foreground.
fn comes_from_terminal(signal: Signal) -> bool {
    let by_key = matches!(signal, Signal::SIGINT | Signal::SIGQUIT);
    by_key && tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}

/// The signals that are passed on.
const PASSED: [Signal; 6] =
    [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGUSR1, Signal::SIGUSR2];

/// Streams of the signals that were not ignored when the program started: what `nohup` has its
/// command ignore stays ignored.
struct Signals([Option<unix::Signal>; PASSED.len()]);

impl Signals {
    fn listen() -> io::Result<Self> {
        let ignored = ignored();
        let mut streams = [const { None }; PASSED.len()];
        for (stream, signal) in streams.iter_mut().zip(PASSED) {
            let number = signal as i32;
            if ignored & (1 << (number - 1)) == 0 {
                *stream = Some(unix::signal(SignalKind::from_raw(number))?);
            }
        }
        Ok(Self(streams))
    }

    async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let mut streams = self.0.iter_mut().zip(PASSED);
            let arrived =
                streams.find_map(|(stream, signal)| stream.as_mut()?.poll_recv(context).is_ready().then_some(signal));
            arrived.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Reads the mask of ignored signals, see proc(5).
#[expect(clippy::disallowed_methods, reason = "the monitor reads /proc")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

pub(super) fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// What all children that have ended used.
struct Used {
    user: Duration,
    system: Duration,
    peak_memory: u64,
}

fn children() -> Used {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
    let time = |time: fn(&Usage) -> nix::sys::time::TimeVal| {
        let microseconds = usage.as_ref().map_or(0, |usage| time(usage).num_microseconds());
        Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
    };
    // Linux counts it in KiB, macOS in bytes (getrusage(2) of each).
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let largest = usage.as_ref().map_or(0, Usage::max_rss);
    Used {
        user: time(Usage::user_time),
        system: time(Usage::system_time),
        peak_memory: u64::try_from(largest).unwrap_or(0).saturating_mul(unit),
    }
}
