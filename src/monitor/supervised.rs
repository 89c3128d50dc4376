//! Runs a command in a group of processes of its own, under a limit of time, so that none of it is
//! left behind: not when the time is over, and not when this program was killed.
//!
//! A command starts only when it is told to. So whoever keeps the process's number first can be killed
//! at any moment, and the number of every command that has begun is known.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::model::deployment::Process;
use crate::system;

/// How long a command may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(10);

/// Waits for the word to begin, and becomes the command; nobody is there to answer what it asks.
const GATE: &str = r#"read -r go && [ "$go" = go ] && exec "$@" </dev/null"#;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with the exit code as a shell tells it.
    Code(u8),
    /// It took too long, and was ended.
    TooLong,
    /// A signal asked this program to end, and it was passed on.
    Asked,
}

/// A command that could not be run.
#[derive(Debug, thiserror::Error)]
pub enum SupervisedError {
    /// There is no shell that starts it.
    #[error("cannot start a command: there is no /bin/sh here, as in the container of the actions and on Windows")]
    NoShell,
    /// The system refuses.
    #[error("cannot run `{program}`")]
    System {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
}

/// Refuses where no command can be run: better before anything is done than in the middle of it.
///
/// # Errors
/// There is no shell.
pub fn check_shell() -> Result<(), SupervisedError> {
    let is_there = system::SHELL.is_some_and(|shell| Path::new(shell).exists());
    is_there.then_some(()).ok_or(SupervisedError::NoShell)
}

/// Runs a command to its end. `begun` is told its process before anything of it runs; standard output
/// goes where standard error goes.
///
/// # Errors
/// It cannot be started, or `begun` refuses.
pub fn run(
    command: &[String],
    folder: &Path,
    variables: &[(String, String)],
    limit: Duration,
    begun: impl FnOnce(Process) -> io::Result<()>,
) -> Result<End, SupervisedError> {
    let shell = system::SHELL.ok_or(SupervisedError::NoShell)?;
    let program = command.first().cloned().unwrap_or_default();
    let failed = |source: io::Error| SupervisedError::System { program: program.clone(), source };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let mut gated = Command::new(shell);
        system::lead_group(&mut gated);
        let spawned = gated
            .args(["-c", GATE, "sh"])
            .args(command)
            .current_dir(folder)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(io::stderr())
            .spawn();
        let has_no_shell = |source: &io::Error| source.kind() == io::ErrorKind::NotFound && folder.is_dir();
        let mut child =
            spawned.map_err(|source| if has_no_shell(&source) { SupervisedError::NoShell } else { failed(source) })?;
        let asked = system::asked_to_end();
        tokio::pin!(asked);
        let id = child.id().unwrap_or_default();
        begun(Process { id, started: started(id).unwrap_or_default() }).map_err(failed)?;
        if let Some(mut gate) = child.stdin.take() {
            // It may have been ended meanwhile; its status tells.
            drop(gate.write_all(b"go\n").await);
        }
        let over = sleep(limit);
        tokio::pin!(over);
        tokio::select! {
            status = child.wait() => {
                let end = End::Code(system::exit_code(status.map_err(failed)?));
                Ok(end)
            }
            () = &mut over => {
                end_child(&mut child, id).await;
                Ok(End::TooLong)
            }
            _ = &mut asked => {
                end_child(&mut child, id).await;
                Ok(End::Asked)
            }
        }
    })
}

/// Ends a group of processes that a killed program has left behind; tells whether there was one.
pub fn end_left_behind(process: Process) -> bool {
    let is_there = || started(process.id) == Some(process.started);
    if !is_there() {
        return false;
    }
    system::ask_group_to_end(process.id);
    let until = Instant::now() + GRACE;
    while is_there() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    if is_there() {
        system::kill_group(process.id);
        std::thread::sleep(Duration::from_millis(100));
    }
    true
}

async fn end_child(child: &mut Child, id: u32) {
    system::ask_group_to_end(id);
    if timeout(GRACE, child.wait()).await.is_err() {
        system::kill_group(id);
        drop(child.wait().await);
    }
}

/// Reads when a process started, in ticks since the system did: see proc(5). One that has ended and
/// that nobody has asked about yet counts as gone.
#[expect(clippy::disallowed_methods, reason = "the monitor reads /proc")]
fn started(id: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold anything, parentheses and blanks too.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    if fields.next() == Some("Z") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}
