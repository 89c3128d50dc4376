//! A process: fed and read at the same time, and ended when it takes too long or writes too much.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// Variables that a program which only reads scripts has no need for, by their names' beginnings.
const PRIVATE: [&str; 4] = ["GITHUB_TOKEN", "GH_TOKEN", "INPUT_", "ACTIONS_"];

/// What a process may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long each of its streams may stay open.
    pub(super) time: Duration,
    /// How many bytes it may write to each.
    pub(super) bytes: u64,
}

/// A program that can be started.
#[derive(Clone)]
pub struct Program {
    path: PathBuf,
    environment: BTreeMap<String, String>,
}

/// How a process ended, and what it wrote.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Why there is nothing to read from a process.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProcessError {
    #[error("cannot be started")]
    Start(#[source] io::Error),
    #[error("cannot be talked to")]
    Talk(#[source] io::Error),
    #[error("did not end within {} s", limit.as_secs_f64())]
    TooLong { limit: Duration },
    #[error("wrote more than {limit} bytes")]
    TooMuch { limit: u64 },
}

impl Program {
    /// Takes the program's path, and the variables that it runs with.
    pub fn new<'variables>(
        path: PathBuf,
        variables: impl IntoIterator<Item = (&'variables str, &'variables str)>,
    ) -> Self {
        let is_private = |name: &str| PRIVATE.iter().any(|start| name.starts_with(start));
        let kept = variables.into_iter().filter(|(name, _)| !is_private(name));
        Self { path, environment: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect() }
    }

    /// Sets a variable.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns the program's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the program in a folder, hands it the input, and returns how it ended.
    #[expect(clippy::disallowed_methods, reason = "sources start processes")]
    pub(super) fn run(
        &self,
        arguments: &[&str],
        folder: &Path,
        input: &[u8],
        limits: Limits,
    ) -> Result<Ended, ProcessError> {
        let mut command = Command::new(&self.path);
        command.args(arguments).current_dir(folder).env_clear().envs(&self.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Running(command.spawn().map_err(ProcessError::Start)?);
        feed(running.0.stdin.take(), input);
        let stdout = drain(running.0.stdout.take(), limits.bytes);
        let stderr = drain(running.0.stderr.take(), limits.bytes);
        let stdout = whole(&stdout, limits)?;
        let stderr = whole(&stderr, limits)?;
        let status = running.wait(limits.time)?;
        Ok(Ended { status, stdout, stderr })
    }
}

impl std::fmt::Debug for Program {
    /// Shows the names of the variables only, since values can be secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.environment.keys().collect();
        formatter.debug_struct("Program").field("path", &self.path).field("environment", &names).finish()
    }
}

/// A process that is ended when nobody wants it any more.
struct Running(Child);

impl Running {
    /// Waits for the end of a process that has closed its streams: it comes at once, or it was not
    /// meant to come.
    fn wait(&mut self, limit: Duration) -> Result<ExitStatus, ProcessError> {
        let mut pause = Duration::from_micros(50);
        let mut waited = Duration::ZERO;
        loop {
            if let Some(status) = self.0.try_wait().map_err(ProcessError::Talk)? {
                return Ok(status);
            }
            if waited >= limit {
                return Err(ProcessError::TooLong { limit });
            }
            thread::sleep(pause);
            waited += pause;
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be ended again, and is waited for all the same.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Writes the input from a thread of its own: a process may write before it has read everything.
fn feed(stdin: Option<impl io::Write + Send + 'static>, input: &[u8]) {
    // Nothing to write is told by closing the stream.
    if !input.is_empty() {
        let input = input.to_vec();
        // A process that does not read its input says itself why.
        thread::spawn(move || drop(stdin.map(|mut stdin| stdin.write_all(&input))));
    }
}

/// Reads a stream from a thread of its own, which ends with the stream.
fn drain(stream: Option<impl Read + Send + 'static>, limit: u64) -> Receiver<io::Result<Vec<u8>>> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stream.map_or(Ok(0), |stream| stream.take(limit.saturating_add(1)).read_to_end(&mut bytes));
        // Nobody listens any more when it took too long.
        drop(tell.send(read.map(|_| bytes)));
    });
    told
}

fn whole(stream: &Receiver<io::Result<Vec<u8>>>, limits: Limits) -> Result<Vec<u8>, ProcessError> {
    let told = stream.recv_timeout(limits.time).ok().ok_or(ProcessError::TooLong { limit: limits.time })?;
    let bytes = told.map_err(ProcessError::Talk)?;
    if bytes.len() as u64 > limits.bytes {
        return Err(ProcessError::TooMuch { limit: limits.bytes });
    }
    Ok(bytes)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(20), bytes: 3 << 20 };

    fn shell(script: &str, input: &[u8], limits: Limits) -> Result<Ended, ProcessError> {
        let path = [("PATH", "/usr/bin:/bin"), ("GITHUB_TOKEN", "secret"), ("INPUT_TOKEN", "secret")];
        Program::new(PathBuf::from("/bin/sh"), path).run(&["-c", script], Path::new("/"), input, limits)
    }

    #[test]
    fn a_megabyte_goes_in_and_out_at_the_same_time() {
        let input = vec![b'x'; 2 << 20];
        let ended = shell("tee /dev/stderr", &input, LIMITS).unwrap();
        assert!(ended.status.success() && ended.stdout == input && ended.stderr == input);
    }

    #[test]
    fn input_that_nobody_reads_does_no_harm() {
        let ended = shell("exit 3", &vec![b'x'; 2 << 20], LIMITS).unwrap();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(3), 0));
    }

    #[test]
    fn what_does_not_end_is_ended() {
        let short = Limits { time: Duration::from_millis(50), ..LIMITS };
        for script in ["exec sleep 600", "exec >&- 2>&-; exec sleep 600", "trap '' TERM; exec cat /dev/zero >/dev/null"]
        {
            let outcome = shell(script, b"", short);
            assert!(matches!(outcome, Err(ProcessError::TooLong { .. })), "{script}: {outcome:?}");
        }
        let outcome = shell("exec cat /dev/zero", b"", LIMITS);
        assert!(matches!(outcome, Err(ProcessError::TooMuch { .. })), "{outcome:?}");
    }

    #[test]
    fn secrets_stay_here() {
        let ended = shell("env", b"", LIMITS).unwrap();
        assert!(!String::from_utf8(ended.stdout).unwrap().contains("secret"));
    }

    #[test]
    fn what_is_no_program_cannot_be_started() {
        let program = Program::new(PathBuf::from("/nowhere/program"), []);
        let outcome = program.run(&[], Path::new("/"), b"", LIMITS);
        assert!(matches!(outcome, Err(ProcessError::Start(_))), "{outcome:?}");
    }
}
