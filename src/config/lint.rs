//! The section `lint`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::model::finding::{Persona, Severity, UnknownWord, words};

use super::section::Value;

/// What the linter is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The least severity that fails.
    pub fail_on: FailOn,
    /// Who wants to see the findings.
    pub persona: Persona,
    /// Rules or groups to use; all, where it is empty.
    pub select: Vec<String>,
    /// Rules or groups to leave out.
    pub ignore: Vec<String>,
    /// Globs of paths, relative to the repository's root, to leave out.
    pub exclude: Vec<String>,
    /// The program that checks scripts for bash and sh.
    pub shellcheck: Program,
    /// The program that checks scripts for Python.
    pub pyflakes: Program,
}

/// A program that checks scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// The one that is found on the machine, if there is one.
    #[default]
    Auto,
    /// None.
    Off,
    /// This one: a path, or the name of a program.
    Named(PathBuf),
}

impl From<&str> for Program {
    fn from(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            "off" => Self::Off,
            path => Self::Named(PathBuf::from(path)),
        }
    }
}

impl Program {
    /// Reads what a repository may say. It must not choose what is started on the machine that lints
    /// it, which may lint it because nobody trusts it.
    fn read(value: Value<'_>) -> Option<Self> {
        let program = Self::from(value.text()?.as_str());
        if let Self::Named(path) = program {
            let path = path.display();
            value.wrong(format!(
                "`{path}` is not known here; known are auto, off, and a path on the command line alone"
            ));
            return None;
        }
        Some(program)
    }
}

/// The least severity that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings too.
    Warning,
    /// Every finding.
    Info,
    /// Nothing.
    Never,
}

words!(FailOn {
    "error" => Self::Error,
    "warning" => Self::Warning,
    "info" => Self::Info,
    "never" => Self::Never,
});

impl FailOn {
    /// Tells whether a finding of the severity fails.
    pub fn is_failed_by(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

impl Default for Lint {
    fn default() -> Self {
        Self {
            fail_on: FailOn::Error,
            persona: Persona::Regular,
            select: Vec::new(),
            ignore: Vec::new(),
            exclude: Vec::new(),
            shellcheck: Program::Auto,
            pyflakes: Program::Auto,
        }
    }
}

pub(super) fn read(value: Value<'_>) -> Lint {
    let section = value.section(&["fail_on", "persona", "select", "ignore", "exclude", "shellcheck", "pyflakes"]);
    let mut lint = Lint::default();
    section.set("fail_on", &mut lint.fail_on, |value| value.word(FailOn::WORDS));
    section.set("persona", &mut lint.persona, |value| value.word(Persona::WORDS));
    section.set("select", &mut lint.select, |value| Some(value.texts()));
    section.set("ignore", &mut lint.ignore, |value| Some(value.texts()));
    section.set("exclude", &mut lint.exclude, |value| Some(value.texts()));
    section.set("shellcheck", &mut lint.shellcheck, Program::read);
    section.set("pyflakes", &mut lint.pyflakes, Program::read);
    lint
}
