//! Lints workflows and actions.

mod checkers;
#[cfg(test)]
mod examples;
mod fixing;
mod inputs;
mod linter;
mod mended;
mod neighbors;
mod online;

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;

use self::checkers::Checkers;
use self::fixing::Stdout;
use self::inputs::Inputs;
use self::linter::Linter;
pub use self::online::{Answers, Online};

use super::configuration::Configuration;
use super::{deliver, step};
use crate::config::{Config, FailOn, Lint, Program};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::model::finding::{LintReport, NotChecked, Persona, Safety, Severity};
use crate::model::remote::{RemoteReferences, Resolution};
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{escape, github, human, json, junit, markdown, sarif, totals};
use crate::rules::{self, Choice};
use crate::world::World;

/// What `plimsoll lint` was asked; what is not given is taken from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The files and folders to lint; empty for the repository, `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// The form of the output; by default `github` in a job and `human` elsewhere.
    pub format: Option<Format>,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Who is asking.
    pub persona: Option<Persona>,
    /// The least severity that fails the command.
    pub fail_on: Option<FailOn>,
    /// The ids and groups of rules to use.
    pub select: Vec<String>,
    /// The ids and groups of rules to leave out.
    pub ignore: Vec<String>,
    /// How GitHub is asked, if it is.
    pub online: Option<Online>,
    /// The program that checks scripts for bash and sh.
    pub shellcheck: Option<Program>,
    /// The program that checks scripts for Python.
    pub pyflakes: Option<Program>,
    /// Which findings are mended, and where the result goes.
    pub mending: Option<Mending>,
}

/// Which findings are mended, and where the result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mending {
    /// The least safe fixes that are made.
    pub most: Safety,
    /// Whether files are written, or only the difference is shown.
    pub writing: Writing,
}

/// The forms that findings can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Human,
    /// Workflow commands, which become annotations
    Github,
    /// JSON, version 1
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Markdown, for a summary or a comment
    Markdown,
    /// XML as test runners write it, for test viewers
    Junit,
}

/// Lints, mends where that was asked for, and writes the findings that are left.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let settings = settings(options, &options.configuration.load(&world.folder)?)?;
    let mut inputs = Inputs::gather(&options.paths, &settings.exclude, world)?;
    let terms = Terms::new(&settings, &inputs, options.online.as_ref(), world)?;
    let stdout = match options.mending {
        Some(mending) => fixing::mend(&mut inputs, mending, &terms, world)?,
        None => Stdout::Free,
    };
    let linted = Linter::new(&inputs.root, &terms)?.all(&inputs);
    if stdout == Stdout::Free || options.output.is_some() {
        let rendered = render(&linted.report, options, world);
        deliver::write(&rendered, options.output.as_deref(), world)?;
    } else {
        say(&totals::sentence(&linted.report), world)?;
    }
    tell_job(&linted.report, world)?;
    Ok(linted.outcome(settings.fail_on))
}

/// Takes from the configuration what was not typed.
pub(super) fn settings(options: &Options, config: &Config) -> Result<Lint, Failure> {
    let typed_or = |typed: &[String], configured: &[String]| {
        if typed.is_empty() { configured.to_vec() } else { typed.to_vec() }
    };
    let settings = Lint {
        fail_on: options.fail_on.unwrap_or(config.lint.fail_on),
        persona: options.persona.unwrap_or(config.lint.persona),
        select: typed_or(&options.select, &config.lint.select),
        ignore: typed_or(&options.ignore, &config.lint.ignore),
        exclude: config.lint.exclude.clone(),
        shellcheck: options.shellcheck.clone().unwrap_or_else(|| config.lint.shellcheck.clone()),
        pyflakes: options.pyflakes.clone().unwrap_or_else(|| config.lint.pyflakes.clone()),
    };
    match choice(&settings).unknown().first() {
        None => Ok(settings),
        Some(name) => {
            let message = format!("`{name}` is neither a rule nor a group of rules");
            let known = rules::infos();
            let names = known.iter().flat_map(|rule| [rule.id, rule.group]);
            let hint = suggest::closest(name, names).map(|name| format!("did you mean `{name}`?"));
            let hint = hint.unwrap_or_else(|| "`plimsoll rules` lists them".to_owned());
            Err(Failure::message(FailureKind::Usage, message).hint(hint))
        }
    }
}

fn choice(settings: &Lint) -> Choice {
    Choice { persona: settings.persona, select: settings.select.clone(), ignore: settings.ignore.clone() }
}

/// Tells the job how many findings there are, and shows them on its page.
fn tell_job(report: &LintReport, world: &mut World) -> Result<(), Failure> {
    let count = |severity| report.count(severity).to_string();
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    step::outputs(&[("errors", &errors), ("warnings", &warnings), ("infos", &infos)], world)?;
    step::summary(|| markdown::findings::render(report), world)
}

/// What linting came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Linted {
    /// Findings and problems.
    pub(super) report: LintReport,
    /// Whether a file or folder that was named could not be read, or a program not be used.
    named_unreadable: bool,
}

impl Linted {
    /// Turns findings and problems into the command's outcome.
    pub(super) fn outcome(&self, fail_on: FailOn) -> Outcome {
        let failing = self.report.active().any(|finding| fail_on.is_failed_by(finding.severity));
        let findings = if failing { Outcome::Fail } else { Outcome::Pass };
        let problems = if self.named_unreadable { Outcome::Unknown } else { Outcome::Pass };
        findings.and(problems)
    }
}

/// Lints the named files and folders, or the repository around the world's folder.
///
/// GitHub is asked before any rule speaks, so that rules have all they may know.
pub(super) fn lint(
    paths: &[PathBuf],
    settings: &Lint,
    online: Option<&Online>,
    world: &mut World,
) -> Result<Linted, Failure> {
    let inputs = Inputs::gather(paths, &settings.exclude, world)?;
    let terms = Terms::new(settings, &inputs, online, world)?;
    Ok(Linter::new(&inputs.root, &terms)?.all(&inputs))
}

/// What findings are held against, and who is asked.
#[derive(Debug)]
struct Terms {
    /// Which rules speak, and to whom.
    choice: Choice,
    /// The programs that check scripts.
    checkers: Checkers,
    /// What GitHub has said, if it was asked.
    remote: Option<Arc<RemoteReferences>>,
}

impl Terms {
    /// Finds programs, and asks GitHub what the rules have to know that depend on it.
    fn new(settings: &Lint, inputs: &Inputs, online: Option<&Online>, world: &mut World) -> Result<Self, Failure> {
        let choice = choice(settings);
        let checkers = Checkers::new(settings, &choice, &world.environment, &world.folder)?;
        let mut terms = Self { choice, checkers, remote: None };
        if let Some(online) = online.filter(|_| !terms.choice.online().is_empty()) {
            let wanted = Linter::new(&inputs.root, &terms)?.references(inputs);
            terms.remote = Some(Arc::new(online.resolve(&wanted, world)?));
        }
        Ok(terms)
    }

    /// Says what the rules that ask GitHub could not check.
    fn not_checked(&self) -> Vec<NotChecked> {
        let rules = self.choice.online();
        match &self.remote {
            _ if rules.is_empty() => Vec::new(),
            None => vec![NotChecked { rules, uses: None, reason: "offline".to_owned() }],
            Some(remote) => {
                let unknown = remote.iter().filter_map(|(reference, resolution)| match resolution {
                    Resolution::NotChecked(reason) => Some((reference.to_string(), reason.clone())),
                    Resolution::Commit(_) | Resolution::NoReference | Resolution::NoRepository => None,
                });
                unknown.map(|(uses, reason)| NotChecked { rules: rules.clone(), uses: Some(uses), reason }).collect()
            }
        }
    }
}

/// Tells the person at hand something that is no finding.
fn say(text: &str, world: &mut World) -> Result<(), Failure> {
    let line = format!("{}\n", escape::log_words(text));
    world.stderr.write_all(line.as_bytes()).kind(FailureKind::Output)
}

fn render(report: &LintReport, options: &Options, world: &World) -> String {
    let default = if world.environment.in_actions() { Format::Github } else { Format::Human };
    match options.format.unwrap_or(default) {
        Format::Human => human::findings::render(report, world.width, deliver::color(options.output.as_deref(), world)),
        Format::Github => github::findings::render(report, &mut Room::default()),
        Format::Json => json::findings::render(report),
        Format::Sarif => sarif::findings::render(report, &rules::infos()),
        Format::Markdown => markdown::findings::render(report),
        Format::Junit => junit::findings::render(report),
    }
}
