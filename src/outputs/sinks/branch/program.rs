//! The git program: started without a shell, without hooks, and given only so much time.

use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::words;
use crate::system;

/// How long one step may take: a fetch of a large branch over a slow line, generously.
const LONGEST: Duration = Duration::from_mins(5);

/// How much of what git complains about is passed on.
const MOST_LINES: usize = 6;

/// Variables that would lead git to another repository than the one in the folder, and those
/// that would make it write down what it sends.
const MISLEADING: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_CURL_VERBOSE",
];

/// The git program in a repository.
#[derive(Clone, Debug)]
pub struct Program {
    folder: PathBuf,
    environment: Variables,
}

/// Variables whose values can be secrets.
#[derive(Clone)]
struct Variables(BTreeMap<String, String>);

/// How git ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) is_success: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// Git could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program cannot be started.
    #[error("cannot start the program `git`")]
    Start(#[source] io::Error),
    /// It was stopped.
    #[error("git {verb} was stopped: it did not end within {} minutes", LONGEST.as_secs() / 60)]
    TooLong {
        /// What it was to do.
        verb: String,
    },
    /// It ended with an error.
    #[error("git {verb} failed: {words}")]
    Failed {
        /// What it was to do.
        verb: String,
        /// What it said, without passwords.
        words: String,
    },
    /// It said something that cannot be understood.
    #[error("git {verb} answered what cannot be understood: {answer}")]
    Answer {
        /// What it was to do.
        verb: String,
        /// What it said.
        answer: String,
    },
}

impl Program {
    /// Takes the repository's root, and the variables that the program runs with.
    pub fn new<'variables>(
        root: &Path,
        variables: impl IntoIterator<Item = (&'variables str, &'variables str)>,
    ) -> Self {
        let misleading = |name: &str| MISLEADING.contains(&name) || name.starts_with("GIT_TRACE");
        let kept = variables.into_iter().filter(|(name, _)| !misleading(name));
        let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
        // Messages are read by us, and there is nobody to answer a question.
        let own = [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_LITERAL_PATHSPECS", "1")];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { folder: root.to_owned(), environment: Variables(kept.chain(own).collect()) }
    }

    /// Returns the address of a remote; nothing where git does not know it, or this is no
    /// repository.
    ///
    /// # Errors
    /// Git cannot be started, or does not end.
    pub fn remote(&self, name: &'static str) -> Result<Option<String>, GitError> {
        let ran = self.run(&["remote", "get-url", name], &[])?;
        Ok(ran.is_success.then(|| words::without_credentials(String::from_utf8_lossy(&ran.stdout).trim())))
    }

    /// Returns the repository's root.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds variables.
    pub(super) fn with<'variables>(
        mut self,
        variables: impl IntoIterator<Item = (&'variables str, &'variables str)>,
    ) -> Self {
        self.environment.0.extend(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    /// Runs git and returns its answer's only line.
    pub(super) fn line(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitError> {
        let bytes = self.bytes(arguments, input)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    /// Runs git and returns its answer.
    pub(super) fn bytes(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let ran = self.run(arguments, input)?;
        if ran.is_success {
            return Ok(ran.stdout);
        }
        Err(GitError::Failed { verb: verb(arguments), words: ran.words() })
    }

    /// Runs git, whatever comes of it.
    #[expect(clippy::disallowed_methods, reason = "sinks start processes")]
    pub(super) fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Ran, GitError> {
        let mut command = Command::new("git");
        // The folder may belong to somebody else: a container's root works in the runner's.
        let mut safe = std::ffi::OsString::from("safe.directory=");
        safe.push(system::path_for_git(&self.folder));
        command.arg("-c").arg(safe);
        command.args(["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
        command.args(["-c", "user.useConfigOnly=true", "-c", "advice.detachedHead=false"]);
        // A fetch is kept as one pack: unpacked object by object and killed, it would leave a commit behind
        // that passes for fetched and lacks what it holds.
        command.args(["-c", "fetch.unpackLimit=1"]);
        command.args(arguments).current_dir(&self.folder).env_clear().envs(&self.environment.0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(GitError::Start)?;
        let finished = finish(&mut child, input);
        if finished.is_none() {
            // It may have ended by itself in the meantime.
            drop(child.kill());
        }
        let status = child.wait().map_err(GitError::Start)?;
        let Some((stdout, stderr)) = finished else { return Err(GitError::TooLong { verb: verb(arguments) }) };
        let stderr = words::without_credentials(&String::from_utf8_lossy(&stderr));
        Ok(Ran { is_success: status.success(), stdout, stderr })
    }
}

impl Ran {
    /// Returns the end of what git complained about, on one line.
    pub(super) fn words(&self) -> String {
        let lines: Vec<&str> = self.stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = lines.get(lines.len().saturating_sub(MOST_LINES)..).unwrap_or_default();
        if last.is_empty() { "it gave no reason".to_owned() } else { last.join("; ") }
    }
}

impl GitError {
    /// Tells whether the same may fare better in a moment.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Failed { words, .. } => words::is_passing(words),
            Self::Start(_) | Self::TooLong { .. } | Self::Answer { .. } => false,
        }
    }
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// Names what git was asked to do: the first argument that is no option.
fn verb(arguments: &[&str]) -> String {
    arguments.iter().find(|argument| !argument.starts_with('-')).copied().unwrap_or_default().to_owned()
}

/// Writes to a child and reads from it at the same time, since either can fill a pipe. Returns
/// nothing when it takes too long; the threads end with the child.
fn finish(child: &mut Child, input: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (stdin, input) = (child.stdin.take(), input.to_vec());
    std::thread::spawn(move || {
        // A child that ended early says itself why.
        drop(stdin.map(|mut stdin| stdin.write_all(&input)));
    });
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let stdout = stdout.recv_timeout(LONGEST).ok()?;
    let stderr = stderr.recv_timeout(LONGEST).ok()?;
    Some((stdout, stderr))
}

fn drain(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if stream.is_none_or(|mut stream| stream.read_to_end(&mut bytes).is_ok()) {
            // Nobody listens any more when it took too long.
            drop(tell.send(bytes));
        }
    });
    told
}
