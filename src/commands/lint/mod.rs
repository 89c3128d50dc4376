//! Lints workflows and actions.

#[cfg(test)]
mod examples;
mod neighbors;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use self::neighbors::Neighbors;

use super::configuration::Configuration;
use super::{deliver, step};
use crate::config::{Config, FailOn, Lint};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::finding::{Finding, LintReport, Persona, Problem, Severity};
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{github, human, json, junit, markdown, sarif};
use crate::rules::{self, Choice};
use crate::sources::{repository, workflows};
use crate::world::World;

/// The stack of a thread that lints, in bytes. The longest expression that GitHub takes may hold
/// 7,000 operators, which are parsed one inside the other; memory that is not used costs nothing.
const STACK: usize = 256 << 20;

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

/// Lints and writes the findings.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let settings = settings(options, &options.configuration.load(&world.folder)?)?;
    let linted = lint(&options.paths, &settings, world)?;
    let rendered = render(&linted.report, options, world);
    deliver::write(&rendered, options.output.as_deref(), world)?;
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
    /// Whether a file or folder that was named could not be read.
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
pub(super) fn lint(paths: &[PathBuf], settings: &Lint, world: &mut World) -> Result<Linted, Failure> {
    let choice = &choice(settings);
    let excluded = excluded(&settings.exclude)?;
    let threads = ThreadPoolBuilder::new().stack_size(STACK).build().kind(FailureKind::Output)?;
    let root = repository::root(&world.folder);
    let neighbors = Neighbors::new(&root, choice);
    let mut linted = Linted::default();
    let mut files = Vec::new();
    let whole = [world.folder.clone()];
    for path in if paths.is_empty() { &whole } else { paths } {
        if path.as_os_str() == "-" {
            let text = repository::text(&mut world.stdin).kind(FailureKind::Input)?;
            let file = workflows::parse("<stdin>".to_owned(), text);
            let findings = threads.install(|| rules::lint(&file, choice, &neighbors.surroundings(&file)));
            linted.report.findings.extend(findings);
            linted.report.files += 1;
            continue;
        }
        let full = world.folder.join(path);
        if full.is_dir() {
            let found = workflows::find(&full).into_iter();
            let found = found.filter(|file| !excluded.is_match(repository::relative(&root, file)));
            files.extend(found.map(|file| (file, Origin::Found)));
        } else {
            files.push((full, Origin::Named));
        }
    }
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    let lint = |(path, origin): &(PathBuf, Origin)| (*origin, lint_file(&root, path, choice, &neighbors));
    let read: Vec<_> = threads.install(|| files.par_iter().map(lint).collect());
    for (origin, outcome) in read {
        match outcome {
            Ok(findings) => {
                linted.report.files += 1;
                linted.report.findings.extend(findings);
            }
            Err(problem) => {
                linted.named_unreadable |= origin == Origin::Named;
                linted.report.problems.push(problem);
            }
        }
    }
    Ok(linted)
}

/// Builds the set of globs that leave out files which were found by walking.
fn excluded(globs: &[String]) -> Result<GlobSet, Failure> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob).kind(FailureKind::Configuration)?);
    }
    set.build().kind(FailureKind::Configuration)
}

/// Whether a file was named, or found by walking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Named,
    Found,
}

fn lint_file(root: &Path, path: &Path, choice: &Choice, neighbors: &Neighbors<'_>) -> Result<Vec<Finding>, Problem> {
    let file = workflows::read(root, path).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Problem { path: repository::relative(root, path), message: format!("{error}{cause}") }
    })?;
    Ok(rules::lint(&file, choice, &neighbors.surroundings(&file)))
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
