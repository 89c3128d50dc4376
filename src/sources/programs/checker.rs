//! Asks a checker about scripts.
//!
//! Starting a process costs as much as checking a short script, so several scripts go into one, as
//! files. Where that does not work, because one of them is too much for the checker or because it
//! cannot see our files (as one from a snap), each can go into a process of its own through standard
//! input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::process::{Ended, Limits, ProcessError, Program};
use super::{pyflakes, shellcheck};
use crate::model::remark::{Checker, Comment};
use crate::sources::scratch::Scratch;

/// Far more than a long script needs on a slow machine, and than its comments take.
const ALONE: Limits = Limits { time: Duration::from_mins(1), bytes: 16 << 20 };

/// Far more than some short scripts need.
const TOGETHER: Limits = Limits { time: Duration::from_secs(10), bytes: 16 << 20 };

/// The longest script that is given to a checker. ShellCheck takes 2 KiB of memory for each byte.
const MOST_BYTES: usize = 1 << 20;

/// How much of what a checker complains about is passed on.
const MOST_CHARACTERS: usize = 200;

/// A checker that can be started.
#[derive(Debug)]
pub struct CheckerProgram {
    checker: Checker,
    program: Program,
    limits: CheckerLimits,
    /// Where a folder for scripts is made.
    temporary: PathBuf,
    /// The folder, made when it is first needed; nothing where none can be made.
    scratch: OnceLock<Option<Scratch>>,
    /// How many files were written, so that each has a name of its own.
    written: AtomicUsize,
}

/// What a process may use that checks one script, or several.
#[derive(Debug)]
struct CheckerLimits {
    alone: Limits,
    together: Limits,
}

/// A checker did not check a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum CheckError {
    /// It cannot be started at all.
    #[error("cannot be started: {0}")]
    Start(String),
    /// The script is longer than what it is given.
    #[error("is given no script of more than {} KiB", MOST_BYTES >> 10)]
    TooLong,
    /// It did not end, or wrote without end.
    #[error("{0}")]
    Endless(String),
    /// It ended with an error.
    #[error("failed: {0}")]
    Failed(String),
    /// It answered what cannot be understood.
    #[error("answered what cannot be understood")]
    Answer,
}

impl CheckerProgram {
    /// Takes the program, and the folder for temporary files.
    pub fn new(checker: Checker, program: Program, temporary: PathBuf) -> Self {
        let program = match checker {
            Checker::ShellCheck => program,
            // What it reads from standard input is UTF-8, whatever the locale says.
            Checker::Pyflakes => program.with("PYTHONUTF8", "1"),
        };
        Self {
            checker,
            program,
            limits: CheckerLimits { alone: ALONE, together: TOGETHER },
            temporary,
            scratch: OnceLock::new(),
            written: AtomicUsize::new(0),
        }
    }

    /// Returns which checker it is.
    pub fn checker(&self) -> Checker {
        self.checker
    }

    /// Returns where the program is.
    pub fn path(&self) -> &Path {
        self.program.path()
    }

    /// Checks scripts in one process and returns the comments on each, in their order; nothing where
    /// that does not work.
    pub fn together(&self, scripts: &[&str]) -> Option<Vec<Vec<Comment>>> {
        let scratch = self.scratch.get_or_init(|| Scratch::below(&self.temporary).ok()).as_ref()?;
        let name = |_: &&str| self.written.fetch_add(1, Ordering::Relaxed).to_string();
        let names: Vec<String> = scripts.iter().map(name).collect();
        let written = names.iter().zip(scripts).all(|(name, script)| scratch.write(name, script).is_ok());
        let given: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(scripts.iter().copied()).collect();
        let arguments: Vec<&str> = self.options().iter().copied().chain(names.iter().map(String::as_str)).collect();
        let ended = written.then(|| self.program.run(&arguments, scratch.folder(), b"", self.limits.together));
        for name in &names {
            scratch.remove(name);
        }
        let mut comments = self.read(&ended?.ok()?, &given)?;
        Some(names.iter().map(|name| comments.remove(name).unwrap_or_default()).collect())
    }

    /// Checks one script.
    ///
    /// # Errors
    /// The checker cannot be started, does not end, or does not answer as it should.
    pub fn alone(&self, script: &str) -> Result<Vec<Comment>, CheckError> {
        if script.len() > MOST_BYTES {
            return Err(CheckError::TooLong);
        }
        let (name, argument) = match self.checker {
            Checker::ShellCheck => (shellcheck::STDIN, Some(shellcheck::STDIN)),
            Checker::Pyflakes => (pyflakes::STDIN, None),
        };
        let arguments: Vec<&str> = self.options().iter().copied().chain(argument).collect();
        // The root belongs to nobody whose files could lead a program astray.
        let ended = self.program.run(&arguments, Path::new("/"), script.as_bytes(), self.limits.alone)?;
        let comments = self.read(&ended, &[(name, script)]);
        comments.map(|mut comments| comments.remove(name).unwrap_or_default()).ok_or_else(|| CheckError::of(&ended))
    }

    fn options(&self) -> &'static [&'static str] {
        match self.checker {
            Checker::ShellCheck => shellcheck::ARGUMENTS,
            Checker::Pyflakes => &[],
        }
    }

    fn read(&self, ended: &Ended, given: &[(&str, &str)]) -> Option<BTreeMap<String, Vec<Comment>>> {
        match self.checker {
            Checker::ShellCheck => shellcheck::read(ended),
            Checker::Pyflakes => pyflakes::read(ended, given),
        }
    }
}

impl CheckError {
    /// Says why the answer of a process cannot be read.
    fn of(ended: &Ended) -> Self {
        let said = String::from_utf8_lossy(&ended.stderr);
        let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
        match (ended.status.code(), last) {
            (Some(0 | 1), None) => Self::Answer,
            (_, Some(last)) => Self::Failed(last.chars().take(MOST_CHARACTERS).collect()),
            (_, None) => Self::Failed(ended.status.to_string()),
        }
    }
}

impl From<ProcessError> for CheckError {
    fn from(error: ProcessError) -> Self {
        match &error {
            ProcessError::Start(cause) => Self::Start(cause.to_string()),
            ProcessError::TooLong { .. } | ProcessError::TooMuch { .. } => Self::Endless(error.to_string()),
            ProcessError::Talk(cause) => Self::Failed(cause.to_string()),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// Has a checker that does what a shell script says look at two scripts, and at one.
    fn check(script: &str) -> (Option<usize>, Result<usize, CheckError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/programs/fake");
        let program = Program::new(path, [("PATH", "/usr/bin:/bin"), ("FAKE", script)]);
        let mut checker = CheckerProgram::new(Checker::ShellCheck, program, folder.path().to_owned());
        let short = Limits { time: Duration::from_millis(300), bytes: 1 << 16 };
        checker.limits = CheckerLimits { alone: short, together: short };
        let together = checker.together(&["a", "b"]).map(|comments| comments.iter().map(Vec::len).sum());
        let alone = checker.alone("a").map(|comments| comments.len());
        drop(checker);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{script}");
        (together, alone)
    }

    #[test]
    fn whatever_a_program_does_comes_to_an_end() {
        let failed = |words: &str| CheckError::Failed(words.to_owned());
        let endless = |words: &str| CheckError::Endless(words.to_owned());
        for (script, expected) in [
            ("exec sleep 600", endless("did not end within 0.3 s")),
            ("exec >&- 2>&-; exec sleep 600", endless("did not end within 0.3 s")),
            ("exec cat /dev/zero", endless("wrote more than 65536 bytes")),
            ("exec cat /dev/zero >&2", endless("wrote more than 65536 bytes")),
            ("echo garbage", CheckError::Answer),
            ("echo '{\"comments\": 1}'; exit 1", CheckError::Answer),
            ("printf '\\377\\376'", CheckError::Answer),
            ("true", CheckError::Answer),
            ("echo first >&2; echo last >&2; exit 4", failed("last")),
            ("kill -9 $$", failed("signal: 9 (SIGKILL)")),
            ("head -c 70000 /dev/zero | tr '\\0' x | tr x '\\n' >&2; exit 2", endless("wrote more than 65536 bytes")),
        ] {
            assert_eq!(check(script), (None, Err(expected)), "{script}");
        }
    }

    #[test]
    fn answers_go_to_the_scripts_they_are_about() {
        let answer =
            r#"{"file":"%s","line":1,"endLine":1,"column":1,"endColumn":2,"level":"style","code":2006,"message":"m"}"#;
        let script = format!(
            "shift 2; printf '{{\"comments\":['; comma=; for file; do printf \"$comma\"; printf '{answer}' \"$file\"; \
             comma=,; done; printf ']}}'; exit 1"
        );
        assert_eq!(check(&script), (Some(2), Ok(1)));
    }

    #[test]
    fn what_cannot_be_started_says_so() {
        let program = Program::new(PathBuf::from("/nowhere/program"), []);
        let checker = CheckerProgram::new(Checker::Pyflakes, program, PathBuf::from("/nowhere"));
        assert_eq!(checker.together(&["a", "b"]), None);
        assert!(matches!(checker.alone("a"), Err(CheckError::Start(_))));
        assert_eq!(checker.alone(&"a".repeat(MOST_BYTES + 1)), Err(CheckError::TooLong));
    }
}
