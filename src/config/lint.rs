//! The section `lint`.

use std::fmt;
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
        }
    }
}

pub(super) fn read(value: Value<'_>) -> Lint {
    let section = value.section(&["fail_on", "persona", "select", "ignore", "exclude"]);
    let mut lint = Lint::default();
    section.set("fail_on", &mut lint.fail_on, |value| value.word(FailOn::WORDS));
    section.set("persona", &mut lint.persona, |value| value.word(Persona::WORDS));
    section.set("select", &mut lint.select, |value| Some(value.texts()));
    section.set("ignore", &mut lint.ignore, |value| Some(value.texts()));
    section.set("exclude", &mut lint.exclude, |value| Some(value.texts()));
    lint
}
