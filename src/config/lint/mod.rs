//! The section `lint`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use globset::Glob;

use super::section::Value;
use crate::model::declared::Declared;
use crate::model::finding::{Persona, Severity, UnknownWord, words};
use crate::model::suggest::did_you_mean;
use crate::rules;

mod known;
mod suppress;

pub use suppress::{Suppress, Written};

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
    /// How bad the findings of rules or groups are, where it is not what the rules say.
    pub severity: BTreeMap<String, Level>,
    /// Findings that are switched off.
    pub suppress: Vec<Suppress>,
    /// The file of findings that were there before, relative to the repository's root.
    pub baseline: Option<PathBuf>,
    /// What the repository says about its runners, variables, secrets and actions, and which it may use.
    pub known: Arc<Declared>,
    /// The program that checks scripts for bash and sh.
    pub shellcheck: Program,
    /// The program that checks scripts for Python.
    pub pyflakes: Program,
}

/// How bad findings are made, if they are shown at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are left out.
    Off,
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Does not work, or is dangerous.
    Error,
}

words!(Level { "off" => Self::Off, "info" => Self::Info, "warning" => Self::Warning, "error" => Self::Error });

impl Level {
    /// Returns the severity, unless findings are left out.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
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
            severity: BTreeMap::new(),
            suppress: Vec::new(),
            baseline: None,
            known: Arc::default(),
            shellcheck: Program::Auto,
            pyflakes: Program::Auto,
        }
    }
}

const KEYS: &[&str] = &[
    "fail_on",
    "persona",
    "select",
    "ignore",
    "exclude",
    "severity",
    "suppress",
    "baseline",
    "known",
    "uses",
    "shellcheck",
    "pyflakes",
];

pub(super) fn read(value: Value<'_>) -> Lint {
    let section = value.section(KEYS);
    let mut lint = Lint::default();
    section.set("fail_on", &mut lint.fail_on, |value| value.word(FailOn::WORDS));
    section.set("persona", &mut lint.persona, |value| value.word(Persona::WORDS));
    section.set("select", &mut lint.select, |value| Some(rule_names(value)));
    section.set("ignore", &mut lint.ignore, |value| Some(rule_names(value)));
    section.set("exclude", &mut lint.exclude, |value| Some(globs(value)));
    section.set("severity", &mut lint.severity, |value| Some(severity(value)));
    section.set("suppress", &mut lint.suppress, |value| Some(suppress::read(value)));
    section.set("baseline", &mut lint.baseline, |value| value.text().map(|path| Some(PathBuf::from(path))));
    let mut declared = Declared::default();
    section.set("known", &mut declared, |value| Some(known::read(value)));
    section.set("uses", &mut declared.uses, |value| Some(known::uses(value)));
    lint.known = Arc::new(declared);
    section.set("shellcheck", &mut lint.shellcheck, Program::read);
    section.set("pyflakes", &mut lint.pyflakes, Program::read);
    lint
}

/// Reads the names of rules and groups, and reports those that do not exist.
fn rule_names(value: Value<'_>) -> Vec<String> {
    let items = value.items().into_iter();
    let names = items.filter_map(|item| Some((item, item.text()?)));
    names.inspect(|(item, name)| check_rule(name, |message| item.wrong(message))).map(|(_, name)| name).collect()
}

fn check_rule(name: &str, wrong: impl FnOnce(String)) {
    if !rules::is_name(name) {
        let meant = did_you_mean(name, rules::names());
        wrong(format!("`{name}` is neither a rule nor a group of rules{meant}"));
    }
}

fn severity(value: Value<'_>) -> BTreeMap<String, Level> {
    let mut levels = BTreeMap::new();
    for (key, value) in value.entries() {
        check_rule(key.text(), |message| key.wrong(message));
        if let Some(level) = value.word(Level::WORDS) {
            levels.insert(key.text().to_owned(), level);
        }
    }
    levels
}

/// Reads globs, and reports those that are none.
fn globs(value: Value<'_>) -> Vec<String> {
    let items = value.items().into_iter();
    let globs = items.filter_map(|item| Some((item, item.text()?)));
    let check = |(item, glob): &(Value<'_>, String)| {
        if let Err(error) = Glob::new(glob) {
            item.wrong(format!("`{glob}` is no glob: {}", error.kind()));
        }
    };
    globs.inspect(check).map(|(_, glob)| glob).collect()
}
