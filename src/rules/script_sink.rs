//! The places where an expression becomes code, and how a variable is read there instead.

use super::reporter::Reporter;
use super::word_count::{self, Words};
use crate::detectors::shells;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::sinks;
use crate::knowledge::trust::{self, Trust};
use crate::model::workflow::{ActionReference, StepKind};
use crate::shell::{Interpreter, Quoting, quoting};

/// Where the value is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink<'file> {
    /// `run`.
    Script,
    /// `script` of `actions/github-script`.
    JavaScript,
    /// An input that an action runs.
    Input(&'file str),
    /// An input that an action runs on another host, and the input that names the variables to take there, if there
    /// is one.
    Remote(&'file str, Option<&'static str>),
}

/// How a variable is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// What to do.
    pub(super) way: String,
    /// When to do otherwise; may be empty.
    pub(super) limit: String,
}

impl Reading {
    fn new(way: String) -> Self {
        Self { way, limit: String::new() }
    }
}

impl<'file> Sink<'file> {
    /// Returns what runs an expression, if something does.
    pub(super) fn of(site: &Site<'file>) -> Option<Self> {
        let step = site.step.filter(|_| !site.is_key)?;
        match (site.path.as_slice(), &step.kind) {
            ([.., "-", "run"], StepKind::Run(_)) => Some(Self::Script),
            ([.., "with", input], StepKind::Uses { uses, .. }) => {
                let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return None };
                Self::of_input(&reference.name(), input)
            }
            _ => None,
        }
    }

    fn of_input(action: &str, input: &'file str) -> Option<Self> {
        if !sinks::runs_as_code(action, input) {
            None
        } else if action.eq_ignore_ascii_case("actions/github-script") {
            Some(Self::JavaScript)
        } else if sinks::runs_elsewhere(action) {
            Some(Self::Remote(input, sinks::takes_variables(action)))
        } else {
            Some(Self::Input(input))
        }
    }

    /// Says how a variable is read in place of an expression.
    pub(super) fn reading(
        self,
        site: &Site<'_>,
        used: &ContextUse<'_>,
        variable: &str,
        reporter: &Reporter<'_>,
    ) -> Reading {
        match self {
            Self::Script => in_script(site, used, variable, reporter),
            Self::JavaScript => Reading::new(format!("read `process.env.{variable}`")),
            Self::Input(_) | Self::Remote(_, None) => Reading::new(format!("read the variable `{variable}`")),
            Self::Remote(_, Some(names)) => {
                let limit = format!(", with `{names}: {variable}` beside the script, which takes it to the other host");
                Reading { way: format!("read `\"${variable}\"`"), limit }
            }
        }
    }
}

fn in_script(site: &Site<'_>, used: &ContextUse<'_>, variable: &str, reporter: &Reporter<'_>) -> Reading {
    let owner = reporter.file().workflow().zip(site.job);
    let shell = site.step.and_then(|step| shells::of_step(step, owner));
    match shell.map(|shell| shell.interpreter) {
        Some(Interpreter::Bash | Interpreter::Sh) => {
            let (form, limit) = in_posix(site, used, variable, reporter);
            Reading { way: format!("read {form}"), limit: limit.to_owned() }
        }
        Some(Interpreter::PowerShell) => Reading::new(format!("read `$env:{variable}`")),
        Some(Interpreter::Python) => Reading::new(format!("read `os.environ[\"{variable}\"]`")),
        // The command prompt pastes variables into its commands before it reads them.
        Some(Interpreter::Cmd) => Reading::new(format!("read `$env:{variable}` with `shell: pwsh`")),
        None => {
            let (form, limit) = in_posix(site, used, variable, reporter);
            let limit = format!(": `$env:{variable}` in PowerShell, {form} in bash{limit}");
            Reading { way: format!("read the variable `{variable}`"), limit }
        }
    }
}

/// Says how a shell reads a variable, and when it has to otherwise: quotes keep a value together, and that may not be
/// what the script wants.
fn in_posix(site: &Site<'_>, used: &ContextUse<'_>, variable: &str, reporter: &Reporter<'_>) -> (String, &'static str) {
    let lower = used.lower();
    let path: Vec<&str> = lower.iter().map(String::as_str).collect();
    let is_split = quoting(&site.text.value, site.outer.start) == Quoting::Bare && is_word(site);
    let words = if !is_split || trust::of(&path) == Trust::Outsider {
        Words::One
    } else if word_count::is_all_of(site, used) {
        word_count::of(site, used, reporter)
    } else {
        Words::Unknown
    };
    match words {
        Words::One => (format!("`\"${variable}\"`"), ""),
        Words::NoneOrOne => (format!("`${variable}`"), ", without quotes since it may be empty"),
        Words::Several => (format!("`${variable}`"), ", without quotes since it is to be split"),
        Words::Unknown => (format!("`\"${variable}\"`"), ", without the quotes if it is to be split or may be empty"),
    }
}

/// Tells whether nothing but blanks and what ends a command stands around an expression.
fn is_word(site: &Site<'_>) -> bool {
    let value = site.text.value.as_str();
    let ends = |character: char| character.is_whitespace() || "();&|<>`".contains(character);
    let before = value.get(..site.outer.start).and_then(|before| before.chars().next_back());
    let behind = value.get(site.outer.end..).and_then(|behind| behind.chars().next());
    before.is_none_or(ends) && behind.is_none_or(ends)
}

impl std::fmt::Display for Sink<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Script => formatter.write_str("the script"),
            Self::JavaScript => formatter.write_str("the JavaScript"),
            Self::Input(name) | Self::Remote(name, _) => {
                write!(formatter, "the input `{name}`, which the action runs as code")
            }
        }
    }
}
