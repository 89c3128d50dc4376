//! Has the scripts of a file checked by other programs, where they are on the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::commands::online::temporary;
use crate::config::{Lint, Program};
use crate::detectors::shells;
use crate::error::{Failure, FailureKind};
use crate::expressions;
use crate::model::finding::Problem;
use crate::model::remark::{Checker, Comment, Remark};
use crate::model::source_file::SourceFile;
use crate::model::workflow::Action;
use crate::model::yaml::Text;
use crate::rules::Choice;
use crate::shell::{Interpreter, PlainScript, Shell, remarks};
use crate::sources::programs::{self, CheckError, CheckerProgram};
use crate::world::Environment;

/// How many scripts of a file go into one process: enough that starting it costs little, and few
/// enough that the scripts of one large file keep several processes busy.
const TOGETHER: usize = 8;

/// The bytes from which on a script has a process of its own.
const LONG: usize = 16 << 10;

/// How often a checker may fail until it is not asked any more: one that hangs must not hold up
/// everything.
const MOST_FAILURES: usize = 3;

/// The checkers that are used.
#[derive(Debug, Default)]
pub(super) struct Checkers(Vec<Checking>);

/// A checker with what it has said so far.
#[derive(Debug)]
struct Checking {
    program: CheckerProgram,
    /// Whether somebody asked for this very program.
    is_named: bool,
    /// The comments by what was checked, since many workflows hold the same scripts.
    known: Mutex<BTreeMap<Key, Arc<[Comment]>>>,
    failures: Mutex<BTreeSet<Failed>>,
}

/// Stands for what a checker was given.
type Key = [u8; 32];

/// A script that was not checked.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Failed {
    error: CheckError,
    path: String,
    line: usize,
}

/// A script and what a checker gets to see of it.
struct Given<'file> {
    script: &'file Text,
    shell: Shell,
    plain: PlainScript,
    text: String,
    key: Key,
}

impl Checkers {
    /// Finds the checkers that the settings ask for and whose rules may speak; a path is relative to
    /// the folder.
    pub(super) fn new(
        settings: &Lint,
        choice: &Choice,
        environment: &Environment,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let mut used = Vec::new();
        for (checker, rule, program) in [
            (Checker::ShellCheck, "shellcheck", &settings.shellcheck),
            (Checker::Pyflakes, "pyflakes", &settings.pyflakes),
        ] {
            if !choice.asks_for(rule) {
                continue;
            }
            if let Some(path) = find(checker, program, environment, folder)? {
                let is_named = matches!(program, Program::Named(_));
                used.push(Checking::new(checker, path, is_named, environment));
            }
        }
        Ok(Self(used))
    }

    /// Tells whether there is no checker to ask.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what the checkers say about the scripts of a file.
    pub(super) fn remarks(&self, file: &SourceFile) -> Vec<Remark> {
        if self.is_empty() {
            return Vec::new();
        }
        let scripts = scripts(file);
        self.0.iter().flat_map(|checking| checking.remarks(file, &scripts)).collect()
    }

    /// Returns the checkers that are not used, or have failed so far.
    pub(super) fn silent(&self) -> Vec<Checker> {
        let has_checked = |checker: &Checker| {
            self.0.iter().any(|checking| checking.program.checker() == *checker && checking.failures().is_empty())
        };
        Checker::ALL.into_iter().filter(|checker| !has_checked(checker)).collect()
    }

    /// Returns what could not be checked.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.0.iter().flat_map(Checking::problems).collect()
    }

    /// Tells whether a program failed that somebody asked for.
    pub(super) fn named_failed(&self) -> bool {
        self.0.iter().any(|checking| checking.is_named && !checking.failures().is_empty())
    }
}

/// Finds a checker's program; nothing where it is not wanted, or not there.
fn find(
    checker: Checker,
    program: &Program,
    environment: &Environment,
    folder: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let names: &[&str] = match checker {
        Checker::ShellCheck => &["shellcheck"],
        // Debian names the program for the Python that it belongs to.
        Checker::Pyflakes => &["pyflakes", "pyflakes3"],
    };
    let on_path = |name: &str| programs::find(name, environment.get("PATH")?);
    match program {
        Program::Off => Ok(None),
        Program::Auto => Ok(names.iter().find_map(|name| on_path(name))),
        Program::Named(path) => {
            let is_name = path.components().count() == 1 && !path.has_root() && !path.starts_with(".");
            let found = match path.to_str().filter(|_| is_name) {
                Some(name) => on_path(name),
                None => Some(folder.join(path)).filter(|path| programs::is_program(path)),
            };
            let missing = || {
                let message = format!("cannot use {}: {} is no program", checker.name(), path.display());
                Failure::message(FailureKind::Usage, message).hint("`auto` takes what is installed, `off` takes none")
            };
            found.map(Some).ok_or_else(missing)
        }
    }
}

impl Checking {
    fn new(checker: Checker, path: PathBuf, is_named: bool, environment: &Environment) -> Self {
        let program = programs::Program::new(path, environment.iter());
        let program = CheckerProgram::new(checker, program, temporary(environment));
        Self { program, is_named, known: Mutex::default(), failures: Mutex::default() }
    }

    fn failures(&self) -> MutexGuard<'_, BTreeSet<Failed>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, key: &Key) -> Option<Arc<[Comment]>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Has a file's scripts checked, as far as they are for this checker.
    fn remarks(&self, file: &SourceFile, scripts: &[(&Text, Shell)]) -> Vec<Remark> {
        let checker = self.program.checker();
        let given: Vec<Given<'_>> =
            scripts.iter().filter_map(|(script, shell)| Given::new(checker, script, *shell)).collect();
        let unknown: BTreeMap<&Key, &Given<'_>> =
            given.iter().filter(|given| self.known(&given.key).is_none()).map(|given| (&given.key, given)).collect();
        let (long, short): (Vec<&Given<'_>>, Vec<&Given<'_>>) =
            unknown.into_values().partition(|given| given.text.len() > LONG);
        let groups: Vec<&[&Given<'_>]> = long.chunks(1).chain(short.chunks(TOGETHER)).collect();
        groups.par_iter().for_each(|group| self.check(file, group));
        let said = |given: &Given<'_>| self.known(&given.key).map(|comments| given.remarks(checker, &comments));
        given.iter().filter_map(said).flatten().collect()
    }

    /// Has scripts checked that were not checked before.
    fn check(&self, file: &SourceFile, scripts: &[&Given<'_>]) {
        if is_given_up(&self.failures()) {
            return;
        }
        let texts: Vec<&str> = scripts.iter().map(|given| given.text.as_str()).collect();
        let together = if texts.len() > 1 { self.program.together(&texts) } else { None };
        if let Some(together) = together {
            scripts.iter().zip(together).for_each(|(given, comments)| self.learn(given, comments));
            return;
        }
        for given in scripts {
            if is_given_up(&self.failures()) {
                return;
            }
            match self.program.alone(&given.text) {
                Ok(comments) => self.learn(given, comments),
                Err(error) => {
                    let line = file.region(given.script.span).start.line;
                    self.failures().insert(Failed { error, path: file.path.clone(), line });
                }
            }
        }
    }

    fn learn(&self, given: &Given<'_>, comments: Vec<Comment>) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(given.key, comments.into());
    }

    /// Says which scripts were not checked or, where it was given up, why.
    fn problems(&self) -> Vec<Problem> {
        let name = self.program.checker().name();
        let failures = self.failures();
        if let Some(first) = failures.first().filter(|_| is_given_up(&failures)) {
            let message = format!("{name} {}; scripts are not checked", first.error);
            return vec![Problem { path: self.program.path().display().to_string(), message }];
        }
        let problem = |failed: &Failed| Problem {
            path: failed.path.clone(),
            message: format!("{name} {}; the script in line {} is not checked", failed.error, failed.line),
        };
        failures.iter().map(problem).collect()
    }
}

impl<'file> Given<'file> {
    /// Makes what a checker gets to see of a script; nothing where it is for another one, or where
    /// an expression has no end.
    fn new(checker: Checker, script: &'file Text, shell: Shell) -> Option<Self> {
        let first = match checker {
            Checker::ShellCheck => remarks::shebang(shell)?,
            Checker::Pyflakes if shell.interpreter == Interpreter::Python => String::new(),
            Checker::Pyflakes => return None,
        };
        let plain = PlainScript::new(&script.value, expressions::ranges(&script.value)?);
        let text = first + plain.text();
        let key = Sha256::digest(&text).into();
        Some(Self { script, shell, plain, text, key })
    }

    fn remarks(&self, checker: Checker, comments: &[Comment]) -> Vec<Remark> {
        match checker {
            Checker::ShellCheck => remarks::of_shellcheck(comments, &self.plain, self.shell, self.script.span),
            Checker::Pyflakes => remarks::of_pyflakes(comments, &self.plain, self.script.span),
        }
    }
}

/// Tells whether a checker failed too often to be asked again.
fn is_given_up(failures: &BTreeSet<Failed>) -> bool {
    let is_its_own = |failed: &&Failed| failed.error != CheckError::TooLong;
    failures.iter().filter(is_its_own).count() > MOST_FAILURES
        || failures.iter().any(|failed| matches!(failed.error, CheckError::Start(_)))
}

/// Lists a file's scripts with the shells that run them, as far as they are known. One that stands
/// behind an alias may be run by several.
fn scripts(file: &SourceFile) -> Vec<(&Text, Shell)> {
    let jobs = file.workflow().into_iter().flat_map(|workflow| workflow.jobs.iter().map(move |job| (workflow, job)));
    let of_jobs = jobs.flat_map(|(workflow, job)| job.steps.iter().map(move |step| (step, Some((workflow, job)))));
    let own = file.action().map(Action::steps).unwrap_or_default().iter().map(|step| (step, None));
    let mut found = BTreeMap::new();
    for (step, job) in of_jobs.chain(own) {
        for step in step.flatten() {
            if let (Some(script), Some(shell)) = (step.script(), shells::of_step(step, job)) {
                found.entry((script.text.span, shell)).or_insert(&script.text);
            }
        }
    }
    found.into_iter().map(|((_, shell), text)| (text, shell)).collect()
}
